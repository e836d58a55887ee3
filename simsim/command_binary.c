/* READ BINARY, UPDATE BINARY, INVALIDATE, REHABILITATE (TS 51.011 8.3, 8.4, 8.14, 8.15). */
#include "simsim/card_content.h"
#include "simsim/commands.h"
#include "simsim/current_file.h"

/* Both commands: P1 P2 is the offset, P3 the length, and both must lie in the file. */
static uint16_t check_range(const struct profile_file *file, size_t offset, size_t length)
{
    if (offset >= file->size)
        return SW_OUT_OF_RANGE;
    if (length > file->size - offset)
        return (uint16_t)(SW_WRONG_LENGTH | ((file->size - offset) & 0xFF));
    return SW_OK;
}

uint16_t command_read_binary(struct command_context *context, const struct apdu *apdu)
{
    uint8_t bytes[256];
    size_t offset = (size_t)apdu->p1 << 8 | apdu->p2;
    size_t length = apdu->p3 != 0 ? apdu->p3 : sizeof bytes;
    uint16_t sw = current_file_check(context, RIGHT_READ, 1u << FILE_TRANSPARENT);
    if (sw != SW_OK)
        return sw;
    const struct profile_file *file = current_file(context);
    if (context->remote && apdu->p3 == 0 && offset < file->size && length > file->size - offset)
        length = file->size - offset;
    sw = check_range(file, offset, length);
    if (sw != SW_OK)
        return sw;
    card_file_read(context->card, context->cursor->ef, offset, bytes, length);
    write_bytes(context->answer, bytes, length);
    return SW_OK;
}

uint16_t command_update_binary(struct command_context *context, const struct apdu *apdu)
{
    size_t offset = (size_t)apdu->p1 << 8 | apdu->p2;
    uint16_t sw = current_file_check(context, RIGHT_UPDATE, 1u << FILE_TRANSPARENT);
    if (sw != SW_OK)
        return sw;
    sw = check_range(current_file(context), offset, apdu->length);
    if (sw != SW_OK)
        return sw;
    if (apdu->length == 0)
        return SW_WRONG_LENGTH;
    bool written = card_file_write(context->card, context->cursor->ef, offset, apdu->data, apdu->length);
    return written ? SW_OK : SW_MEMORY_PROBLEM;
}

static uint16_t set_invalidated(struct command_context *context, enum access_right right, bool invalidated)
{
    uint16_t sw = current_file_check(context, right, ANY_STRUCTURE);
    if (sw != SW_OK)
        return sw;
    if (card_file_is_invalidated(context->card, context->cursor->ef) == invalidated)
        return SW_INVALIDATED;
    return card_file_set_invalidated(context->card, context->cursor->ef, invalidated) ? SW_OK
                                                                                      : SW_MEMORY_PROBLEM;
}

uint16_t command_invalidate(struct command_context *context, const struct apdu *apdu)
{
    (void)apdu;
    return set_invalidated(context, RIGHT_INVALIDATE, true);
}

uint16_t command_rehabilitate(struct command_context *context, const struct apdu *apdu)
{
    (void)apdu;
    return set_invalidated(context, RIGHT_REHABILITATE, false);
}
