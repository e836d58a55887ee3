/*
 * READ RECORD, UPDATE RECORD, SEEK, SEARCH RECORD, INCREASE (TS 51.011 8.5 to 8.8,
 * TS 102 221 11.1.5 to 11.1.8, but for its short file identifiers). A cyclic
 * file is stored newest record first, so record n is always at (n - 1) lengths.
 */
#include <string.h>

#include "simsim/card_content.h"
#include "simsim/commands.h"
#include "simsim/current_file.h"

#define RECORDS (1u << FILE_LINEAR | 1u << FILE_CYCLIC)
#define SEEK_PATTERN_MAX 16 /* TS 51.011 8.7 */
#define RECORD_MAX 255

enum record_mode { RECORD_NEXT = 2, RECORD_PREVIOUS = 3, RECORD_ABSOLUTE = 4 };

/* NEXT: behind the last, a linear file ends and a cyclic one begins again. */
static unsigned next_record(const struct profile_file *file, unsigned current)
{
    if (current < file->record_count)
        return current + 1;
    return file->structure == FILE_CYCLIC ? 1 : 0;
}

static unsigned previous_record(const struct profile_file *file, unsigned current)
{
    if (current == 0)
        return file->record_count;
    if (current > 1)
        return current - 1;
    return file->structure == FILE_CYCLIC ? file->record_count : 0;
}

/* The record that P1 and P2 mean, from 1; 0 when there is none. */
static unsigned addressed_record(const struct command_context *context, const struct profile_file *file,
                                 const struct apdu *apdu)
{
    unsigned current = context->cursor->record;
    if (apdu->p2 == RECORD_NEXT)
        return next_record(file, current);
    if (apdu->p2 == RECORD_PREVIOUS)
        return previous_record(file, current);
    unsigned wanted = apdu->p1 == 0 ? current : apdu->p1;
    return wanted <= file->record_count ? wanted : 0;
}

static bool is_mode(uint8_t p2)
{
    return p2 == RECORD_NEXT || p2 == RECORD_PREVIOUS || p2 == RECORD_ABSOLUTE;
}

/* Only NEXT and PREVIOUS move the record pointer (TS 51.011 8.5). */
static void move_pointer(struct command_context *context, const struct apdu *apdu, unsigned record)
{
    if (apdu->p2 != RECORD_ABSOLUTE)
        context->cursor->record = (uint8_t)record;
}

static size_t record_offset(const struct profile_file *file, unsigned record)
{
    return (size_t)(record - 1) * file->record_length;
}

uint16_t command_read_record(struct command_context *context, const struct apdu *apdu)
{
    uint8_t bytes[256];
    if (!is_mode(apdu->p2))
        return SW_WRONG_P1P2;
    uint16_t sw = current_file_check(context, RIGHT_READ, RECORDS);
    if (sw != SW_OK)
        return sw;
    const struct profile_file *file = current_file(context);
    if (apdu->p3 != file->record_length && !(context->remote && apdu->p3 == 0))
        return (uint16_t)(SW_WRONG_LENGTH | file->record_length);
    unsigned record = addressed_record(context, file, apdu);
    if (record == 0)
        return SW_OUT_OF_RANGE;
    card_file_read(context->card, context->cursor->ef, record_offset(file, record), bytes,
                   file->record_length);
    write_bytes(context->answer, bytes, file->record_length);
    move_pointer(context, apdu, record);
    return SW_OK;
}

/* The oldest record goes, the new one becomes record 1 (TS 51.011 6.4.3). */
static uint16_t push_record(struct command_context *context, const struct profile_file *file,
                            const uint8_t *bytes)
{
    struct file_delta *delta = card_file_delta(context->card, context->cursor->ef);
    if (delta == NULL)
        return SW_MEMORY_PROBLEM;
    size_t kept = (size_t)file->size - file->record_length;
    memmove(delta->content + file->record_length, delta->content, kept);
    card_file_write(context->card, context->cursor->ef, 0, bytes, file->record_length);
    context->cursor->record = 1;
    return SW_OK;
}

uint16_t command_update_record(struct command_context *context, const struct apdu *apdu)
{
    if (!is_mode(apdu->p2))
        return SW_WRONG_P1P2;
    uint16_t sw = current_file_check(context, RIGHT_UPDATE, RECORDS);
    if (sw != SW_OK)
        return sw;
    const struct profile_file *file = current_file(context);
    if (apdu->p3 != file->record_length)
        return (uint16_t)(SW_WRONG_LENGTH | file->record_length);
    if (file->structure == FILE_CYCLIC)
        return apdu->p2 == RECORD_PREVIOUS ? push_record(context, file, apdu->data) : SW_WRONG_P1P2;
    unsigned record = addressed_record(context, file, apdu);
    if (record == 0)
        return SW_OUT_OF_RANGE;
    if (!card_file_write(context->card, context->cursor->ef, record_offset(file, record), apdu->data,
                         apdu->length))
        return SW_MEMORY_PROBLEM;
    move_pointer(context, apdu, record);
    return SW_OK;
}

enum seek_mode { SEEK_FROM_BEGIN, SEEK_FROM_END, SEEK_NEXT, SEEK_PREVIOUS };

static bool record_begins_with(const struct command_context *context, const struct profile_file *file,
                               unsigned record, const struct apdu *apdu)
{
    uint8_t begin[RECORD_MAX];
    card_file_read(context->card, context->cursor->ef, record_offset(file, record), begin, apdu->length);
    return memcmp(begin, apdu->data, apdu->length) == 0;
}

/* The record found, or 0. Without a record pointer NEXT begins at the first, PREVIOUS at the last. */
static unsigned seek(const struct command_context *context, const struct profile_file *file,
                     const struct apdu *apdu)
{
    unsigned mode = apdu->p2 & 0x0F, current = context->cursor->record;
    bool forward = mode == SEEK_FROM_BEGIN || mode == SEEK_NEXT;
    unsigned record = forward ? 1 : file->record_count;
    if (current != 0 && mode == SEEK_NEXT)
        record = current + 1;
    if (current != 0 && mode == SEEK_PREVIOUS)
        record = current - 1;
    for (; record >= 1 && record <= file->record_count; forward ? record++ : record--)
        if (record_begins_with(context, file, record, apdu))
            return record;
    return 0;
}

uint16_t command_seek(struct command_context *context, const struct apdu *apdu)
{
    unsigned type = apdu->p2 >> 4;
    if (apdu->p1 != 0 || type > 1 || (apdu->p2 & 0x0F) > SEEK_PREVIOUS)
        return SW_WRONG_P1P2;
    uint16_t sw = current_file_check(context, RIGHT_READ, 1u << FILE_LINEAR);
    if (sw != SW_OK)
        return sw;
    const struct profile_file *file = current_file(context);
    if (apdu->length == 0 || apdu->length > SEEK_PATTERN_MAX || apdu->length > file->record_length)
        return SW_WRONG_LENGTH;
    unsigned record = seek(context, file, apdu);
    if (record == 0)
        return SW_NOT_FOUND;
    context->cursor->record = (uint8_t)record;
    uint8_t number = (uint8_t)record;
    return type == 0 ? SW_OK : command_leave_response(context, &number, sizeof number);
}

enum search_mode { SEARCH_FORWARD = 4, SEARCH_BACKWARD = 5 };

/* TS 102 221 11.1.7, simple search: from record P1 (0: the current one) on, every record that begins with the
 * pattern; the first becomes the current one. */
uint16_t command_search_record(struct command_context *context, const struct apdu *apdu)
{
    uint8_t found[RECORD_MAX];
    size_t count = 0;
    if (apdu->p2 != SEARCH_FORWARD && apdu->p2 != SEARCH_BACKWARD)
        return SW_WRONG_P1P2;
    uint16_t sw = current_file_check(context, RIGHT_READ, RECORDS);
    if (sw != SW_OK)
        return sw;
    const struct profile_file *file = current_file(context);
    unsigned first = apdu->p1 != 0 ? apdu->p1 : context->cursor->record;
    if (apdu->length == 0 || apdu->length > file->record_length)
        return SW_WRONG_LENGTH;
    if (first == 0 || first > file->record_count)
        return SW_OUT_OF_RANGE;
    for (unsigned record = first; record >= 1 && record <= file->record_count;
         apdu->p2 == SEARCH_FORWARD ? record++ : record--)
        if (record_begins_with(context, file, record, apdu))
            found[count++] = (uint8_t)record;
    if (count == 0)
        return SW_NOT_FOUND;
    context->cursor->record = found[0];
    return command_leave_response(context, found, count);
}

/* Adds big-endian `added` to `value`; false when it does not fit. */
static bool add_to(uint8_t *value, size_t size, const uint8_t *added, size_t added_size)
{
    unsigned carry = 0;
    for (size_t i = 0; i < size; i++) {
        unsigned sum = value[size - 1 - i] + carry + (i < added_size ? added[added_size - 1 - i] : 0);
        value[size - 1 - i] = (uint8_t)sum;
        carry = sum >> 8;
    }
    return carry == 0;
}

uint16_t command_increase(struct command_context *context, const struct apdu *apdu)
{
    uint8_t answer[2 * RECORD_MAX];
    uint16_t sw = current_file_check(context, RIGHT_INCREASE, 1u << FILE_CYCLIC);
    if (sw != SW_OK)
        return sw;
    const struct profile_file *file = current_file(context);
    size_t length = file->record_length;
    if (apdu->length == 0 || apdu->length > length || length + apdu->length > PENDING_RESPONSE_MAX)
        return SW_WRONG_LENGTH;
    card_file_read(context->card, context->cursor->ef, 0, answer, length);
    if (!add_to(answer, length, apdu->data, apdu->length))
        return SW_INCREASE_MAXIMUM;
    sw = push_record(context, file, answer);
    if (sw != SW_OK)
        return sw;
    memcpy(answer + length, apdu->data, apdu->length);
    return command_leave_response(context, answer, length + apdu->length);
}
