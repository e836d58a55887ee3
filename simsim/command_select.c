/* SELECT and STATUS: which file is current, and what the card says about it
 * (TS 51.011 6.5, 6.6, 9.2.1, 9.2.2). */
#include <string.h>

#include "simsim/card_content.h"
#include "simsim/commands.h"
#include "simsim/current_file.h"

#define DIRECTORY_STATUS_SIZE 22

/* Tries left, and bit 8 for "initialised". */
static uint8_t chv_status(const struct chv_profile *profile, enum chv_number number, uint8_t tries)
{
    return profile->present[number] ? (uint8_t)(0x80 | tries) : 0;
}

static uint8_t directory_characteristics(const struct sim_card *card, const struct profile_file *file)
{
    bool disabled = card->environment->profile->chv.present[CHV1] && !card_chv(card)->chv1_enabled;
    return (uint8_t)(file->characteristics | (disabled ? 0x80 : 0));
}

/* TS 51.011 9.2.1, the answer for an MF or DF. */
static void write_directory_status(const struct sim_card *card, uint16_t index, struct byte_writer *writer)
{
    const struct card_profile *profile = card->environment->profile;
    const struct profile_file *file = &profile->files[index];
    const struct chv_state *chv = card_chv(card);
    write_u16(writer, 0);
    write_u16(writer, file->free_memory);
    write_u16(writer, file->fid);
    write_u8(writer, (uint8_t)file->kind);
    write_fill(writer, 0x00, 5);
    write_u8(writer, 9); /* bytes that follow */
    write_u8(writer, directory_characteristics(card, file));
    write_u8(writer, (uint8_t)card_profile_count_children(profile, index, FILE_DF));
    write_u8(writer, (uint8_t)card_profile_count_children(profile, index, FILE_EF));
    write_u8(writer, 4); /* CHV1, CHV2, and what unblocks them */
    write_u8(writer, 0x00);
    write_u8(writer, chv_status(&profile->chv, CHV1, chv->tries[CHV1]));
    write_u8(writer, chv_status(&profile->chv, CHV1, chv->unblock_tries[CHV1]));
    write_u8(writer, chv_status(&profile->chv, CHV2, chv->tries[CHV2]));
    write_u8(writer, chv_status(&profile->chv, CHV2, chv->unblock_tries[CHV2]));
}

static uint8_t nibbles(uint8_t high, uint8_t low)
{
    return (uint8_t)(high << 4 | low);
}

/* TS 51.011 9.2.1, the answer for an EF. */
static void write_file_status(const struct sim_card *card, uint16_t index, struct byte_writer *writer)
{
    const struct profile_file *file = &card->environment->profile->files[index];
    bool can_increase = file->structure == FILE_CYCLIC && file->access[RIGHT_INCREASE] != ACCESS_NEV;
    write_u16(writer, 0);
    write_u16(writer, file->size);
    write_u16(writer, file->fid);
    write_u8(writer, FILE_EF);
    write_u8(writer, can_increase ? 0x40 : 0x00);
    write_u8(writer, nibbles(file->access[RIGHT_READ], file->access[RIGHT_UPDATE]));
    write_u8(writer, nibbles(file->access[RIGHT_INCREASE], 0x0F));
    write_u8(writer, nibbles(file->access[RIGHT_REHABILITATE], file->access[RIGHT_INVALIDATE]));
    write_u8(writer, (uint8_t)((card_file_is_invalidated(card, index) ? 0x00 : 0x01) |
                               (file->readable_when_invalidated ? 0x04 : 0x00)));
    write_u8(writer, 2); /* bytes that follow */
    write_u8(writer, (uint8_t)file->structure);
    write_u8(writer, file->record_length);
}

uint16_t command_select(struct command_context *context, const struct apdu *apdu)
{
    const struct card_profile *profile = context->card->environment->profile;
    uint8_t status[DIRECTORY_STATUS_SIZE];
    struct byte_writer writer = byte_writer_on(status, sizeof status);
    uint16_t fid = (uint16_t)(apdu->data[0] << 8 | apdu->data[1]);
    uint16_t found = card_profile_selectable(profile, context->cursor->df, fid);
    if (found == NO_FILE)
        return SW_NOT_FOUND;
    current_file_select(context, found);
    if (profile->files[found].kind == FILE_EF)
        write_file_status(context->card, found, &writer);
    else
        write_directory_status(context->card, found, &writer);
    return command_leave_response(context, status, writer.length);
}

uint16_t command_status(struct command_context *context, const struct apdu *apdu)
{
    uint8_t status[DIRECTORY_STATUS_SIZE];
    struct byte_writer writer = byte_writer_on(status, sizeof status);
    if (apdu->p3 == 0 || apdu->p3 > sizeof status)
        return SW_WRONG_LENGTH | DIRECTORY_STATUS_SIZE;
    write_directory_status(context->card, context->cursor->df, &writer);
    write_bytes(context->answer, status, apdu->p3);
    return SW_OK;
}
