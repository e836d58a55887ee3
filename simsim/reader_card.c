#include "simsim/reader_card.h"

#include <string.h>

#include "simsim/answer_to_reset.h"

#define SW1_WRONG_LENGTH 0x67

static void reset(struct reader_card *reader)
{
    if (reader->link.reset(reader->link.card, reader->atr, &reader->atr_length) != 0)
        reader->atr_length = 0;
    reader->protocol = answer_to_reset_protocol(reader->atr, reader->atr_length);
}

void reader_card_start(struct reader_card *reader, const struct card_link *link)
{
    reader->link = *link;
    reset(reader);
}

static size_t finish_reply(uint8_t *reply, size_t length)
{
    reader_frame_write_header(reply, length);
    return READER_FRAME_HEADER + length;
}

/* Without power a card forgets all that a reset makes it forget: off is the same as on. */
static size_t obey(struct reader_card *reader, uint8_t control, uint8_t *reply)
{
    switch (control) {
    case READER_POWER_OFF:
    case READER_POWER_ON:
    case READER_RESET: reset(reader); return 0;
    case READER_ASK_ATR:
        memcpy(reply + READER_FRAME_HEADER, reader->atr, reader->atr_length);
        return finish_reply(reply, reader->atr_length);
    case READER_USE_T0: reader->protocol = PROTOCOL_T0; return 0;
    case READER_USE_T1: reader->protocol = PROTOCOL_T1; return 0;
    default: return 0;
    }
}

static int transmit(struct reader_card *reader, const uint8_t *command, size_t length, uint8_t *response,
                    size_t *response_length)
{
    if (reader->protocol == PROTOCOL_T1)
        return t1_exchange(&reader->link, command, length, response, response_length);
    return reader->link.transmit(reader->link.card, command, length, response, response_length);
}

static size_t execute(struct reader_card *reader, const uint8_t *command, size_t length, uint8_t *reply)
{
    uint8_t *response = reply + READER_FRAME_HEADER;
    size_t response_length = 0;
    if (length > (reader->protocol == PROTOCOL_T1 ? T1_COMMAND_MAX : APDU_COMMAND_MAX)) {
        response[0] = SW1_WRONG_LENGTH;
        response[1] = 0;
        return finish_reply(reply, 2);
    }
    if (transmit(reader, command, length, response, &response_length) != 0)
        return 0;
    return finish_reply(reply, response_length);
}

size_t reader_card_answer(struct reader_card *reader, const uint8_t *body, size_t length,
                          uint8_t reply[static READER_REPLY_MAX])
{
    if (length == 0)
        return 0;
    return length == 1 ? obey(reader, body[0], reply) : execute(reader, body, length, reply);
}
