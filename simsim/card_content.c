/* Contents of a card's files, copied only when written. Called by the commands and the store. */
#include "simsim/card_content.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/bcd.h"

#define ADN_TAIL 14    /* TS 51.011 10.5.1: length, TON/NPI, ten of BCD, CCP, extension */
#define RECORD_MAX 255 /* TS 51.011 6.4.2 */
#define TON_INTERNATIONAL 0x91

/* Files may share one content (`same_as`); it is kept under the index of the one that has it. */
static uint16_t owner_of(const struct sim_card *card, uint16_t file)
{
    return card->environment->profile->files[file].same_as;
}

static struct file_delta *find_delta(const struct sim_card *card, uint16_t file)
{
    for (struct file_delta *delta = card->deltas; delta != NULL; delta = delta->next)
        if (delta->file == file)
            return delta;
    return NULL;
}

/* EF.MSISDN: the number in the first record, in international form (TS 51.011 10.5.5). */
static size_t write_msisdn(const struct sim_card *card, const struct profile_file *file, uint8_t *record)
{
    size_t digits = strlen(card->msisdn);
    uint8_t *tail = record + file->record_length - ADN_TAIL;
    memset(record, 0xFF, file->record_length);
    tail[0] = (uint8_t)(1 + (digits + 1) / 2);
    tail[1] = TON_INTERNATIONAL;
    bcd_encode(card->msisdn, digits, tail + 2, 10);
    return file->record_length;
}

/* What a file made from the card's numbers begins with; FF follows to its end. Returns the bytes written. */
static size_t generated_head(const struct sim_card *card, const struct profile_file *file,
                             uint8_t head[static RECORD_MAX])
{
    if (file->source == CONTENT_MSISDN)
        return write_msisdn(card, file, head);
    bool iccid = file->source == CONTENT_ICCID;
    memcpy(head, iccid ? card->iccid : card->imsi, iccid ? ICCID_SIZE : IMSI_SIZE);
    return iccid ? ICCID_SIZE : IMSI_SIZE;
}

static void read_first_content(const struct sim_card *card, const struct profile_file *file, size_t offset,
                               uint8_t *bytes, size_t length)
{
    if (file->source == CONTENT_FIXED) {
        memcpy(bytes, file->content + offset, length);
        return;
    }
    uint8_t head[RECORD_MAX];
    size_t head_length = generated_head(card, file, head);
    for (size_t i = 0; i < length; i++)
        bytes[i] = offset + i < head_length ? head[offset + i] : 0xFF;
}

void card_file_read(const struct sim_card *card, uint16_t index, size_t offset, uint8_t *bytes, size_t length)
{
    index = owner_of(card, index);
    const struct file_delta *delta = find_delta(card, index);
    if (delta != NULL)
        memcpy(bytes, delta->content + offset, length);
    else
        read_first_content(card, &card->environment->profile->files[index], offset, bytes, length);
}

struct file_delta *card_file_delta(struct sim_card *card, uint16_t index)
{
    index = owner_of(card, index);
    const struct profile_file *file = &card->environment->profile->files[index];
    struct file_delta *delta = find_delta(card, index);
    if (delta != NULL)
        return delta;
    delta = malloc(sizeof *delta + file->size);
    if (delta == NULL)
        return NULL;
    *delta = (struct file_delta){.next = card->deltas, .file = index};
    read_first_content(card, file, 0, delta->content, file->size);
    card->deltas = delta;
    return delta;
}

static struct file_delta *changing(struct sim_card *card, uint16_t index)
{
    struct file_delta *delta = card_file_delta(card, index);
    if (delta == NULL)
        return NULL;
    delta->changed = true;
    card_note_change(card, CHANGED_FILES);
    return delta;
}

bool card_file_write(struct sim_card *card, uint16_t index, size_t offset, const uint8_t *bytes,
                     size_t length)
{
    struct file_delta *delta = changing(card, index);
    if (delta == NULL)
        return false;
    memmove(delta->content + offset, bytes, length);
    return true;
}

bool card_file_is_invalidated(const struct sim_card *card, uint16_t index)
{
    const struct file_delta *delta = find_delta(card, owner_of(card, index));
    return delta != NULL && delta->invalidated;
}

bool card_file_set_invalidated(struct sim_card *card, uint16_t index, bool invalidated)
{
    struct file_delta *delta = changing(card, index);
    if (delta == NULL)
        return false;
    delta->invalidated = invalidated;
    return true;
}
