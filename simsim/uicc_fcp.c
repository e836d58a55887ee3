#include "simsim/uicc_fcp.h"

#include "protocol/tlv.h"
#include "simsim/card_content.h"

#define TAG_FCP 0x62
#define TAG_FILE_SIZE 0x80
#define TAG_DESCRIPTOR 0x82
#define TAG_FID 0x83
#define TAG_AID 0x84
#define TAG_SFI 0x88
#define TAG_LIFE_CYCLE 0x8A
#define TAG_ACCESS_RULE 0x8B
#define TAG_PROPRIETARY 0xA5
#define TAG_PIN_STATUS 0xC6
#define TAG_CHARACTERISTICS 0x80 /* the next three are within A5 */
#define TAG_FREE_MEMORY 0x83
#define TAG_SYSTEM_COMMANDS 0x87
#define TAG_PIN_ENABLED 0x90 /* and these within C6 */
#define TAG_KEY_REFERENCE 0x83

#define DESCRIPTOR_DIRECTORY 0x78
#define DESCRIPTOR_SHAREABLE 0x40
#define DATA_CODING 0x21
#define LIFE_ACTIVATED 0x05
#define LIFE_DEACTIVATED 0x04
#define TERMINAL_CAPABILITY_WANTED 0x01
#define SFI_SHIFT 3

static void write_byte(struct byte_writer *writer, uint8_t tag, uint8_t value)
{
    tlv_write(writer, tag, &value, 1);
}

static void write_word(struct byte_writer *writer, uint8_t tag, uint16_t value)
{
    tlv_write_header(writer, tag, 2);
    write_u16(writer, value);
}

/* TS 102 221 11.1.1.4.3 */
static void write_descriptor(const struct profile_file *file, struct byte_writer *writer)
{
    static const uint8_t structures[] = {[FILE_TRANSPARENT] = 1, [FILE_LINEAR] = 2, [FILE_CYCLIC] = 6};
    bool has_records = file->kind == FILE_EF && file->structure != FILE_TRANSPARENT;
    tlv_write_header(writer, TAG_DESCRIPTOR, has_records ? 5 : 2);
    write_u8(writer, file->kind == FILE_EF ? (uint8_t)(DESCRIPTOR_SHAREABLE | structures[file->structure])
                                           : DESCRIPTOR_DIRECTORY);
    write_u8(writer, DATA_CODING);
    if (has_records) {
        write_u16(writer, file->record_length);
        write_u8(writer, file->record_count);
    }
}

/* TS 102 221 11.1.1.4.6; the MF asks for TERMINAL CAPABILITY. */
static void write_proprietary(const struct profile_file *file, struct byte_writer *writer)
{
    bool is_mf = file->kind == FILE_MF;
    tlv_write_header(writer, TAG_PROPRIETARY, is_mf ? 12 : 6);
    if (is_mf)
        write_byte(writer, TAG_CHARACTERISTICS, (uint8_t)(0x40 | (file->characteristics & 0x3F)));
    tlv_write_header(writer, TAG_FREE_MEMORY, 4);
    write_big_endian(writer, 4, file->free_memory);
    if (is_mf)
        write_byte(writer, TAG_SYSTEM_COMMANDS, TERMINAL_CAPABILITY_WANTED);
}

/* TS 102 221 11.1.1.4.10: which there are, and whether they are enabled. */
static void write_pin_status(const struct sim_card *card, struct byte_writer *writer)
{
    static const uint8_t references[CHV_COUNT] = {0x01, 0x81, 0x0A};
    const struct chv_profile *chv = &card->environment->profile->chv;
    uint8_t enabled = 0, bit = 0x80;
    size_t count = 0;
    for (size_t i = 0; i < CHV_COUNT; i++) {
        if (!chv->present[i])
            continue;
        if (i != CHV1 || card_chv(card)->chv1_enabled)
            enabled |= bit;
        bit >>= 1;
        count++;
    }
    tlv_write_header(writer, TAG_PIN_STATUS, 3 + 3 * count);
    write_byte(writer, TAG_PIN_ENABLED, enabled);
    for (size_t i = 0; i < CHV_COUNT; i++)
        if (chv->present[i])
            write_byte(writer, TAG_KEY_REFERENCE, references[i]);
}

static void write_life_cycle_and_rule(const struct sim_card *card, uint16_t index, struct byte_writer *writer)
{
    const struct profile_file *file = &card->environment->profile->files[index];
    bool deactivated = file->kind == FILE_EF && card_file_is_invalidated(card, index);
    write_byte(writer, TAG_LIFE_CYCLE, deactivated ? LIFE_DEACTIVATED : LIFE_ACTIVATED);
    if (file->rule_file == 0)
        return;
    tlv_write_header(writer, TAG_ACCESS_RULE, 3);
    write_u16(writer, file->rule_file);
    write_u8(writer, file->rule_record);
}

static void write_directory(const struct sim_card *card, uint16_t index, struct byte_writer *writer)
{
    const struct profile_file *file = &card->environment->profile->files[index];
    if (file->aid_length > 0)
        tlv_write(writer, TAG_AID, file->aid, file->aid_length);
    write_proprietary(file, writer);
    write_life_cycle_and_rule(card, index, writer);
    write_pin_status(card, writer);
}

static void write_ef(const struct sim_card *card, uint16_t index, struct byte_writer *writer)
{
    const struct profile_file *file = &card->environment->profile->files[index];
    write_life_cycle_and_rule(card, index, writer);
    write_word(writer, TAG_FILE_SIZE, file->size);
    tlv_write_header(writer, TAG_SFI, file->sfi != 0);
    if (file->sfi != 0)
        write_u8(writer, (uint8_t)(file->sfi << SFI_SHIFT));
}

void uicc_fcp_write(const struct sim_card *card, uint16_t index, struct byte_writer *writer)
{
    const struct profile_file *file = &card->environment->profile->files[index];
    uint8_t bytes[UICC_FCP_MAX];
    struct byte_writer inside = byte_writer_on(bytes, sizeof bytes);
    write_descriptor(file, &inside);
    write_word(&inside, TAG_FID, file->fid);
    if (file->kind == FILE_EF)
        write_ef(card, index, &inside);
    else
        write_directory(card, index, &inside);
    tlv_write(writer, TAG_FCP, bytes, inside.length);
}
