/* A stream from a driver, in pieces whose size the first byte says: the frames are the same as in one
 * piece, and whatever they hold, a reader's card replies with a whole frame or with nothing. */
#include <string.h>

#include "simsim/ifd/reader_frame.h"
#include "simsim/reader_card.h"
#include "tests/protocol/fuzz.h"

static int reset(void *card, uint8_t atr[static ATR_SIZE_MAX], size_t *atr_length)
{
    (void)card;
    memset(atr, 0x3B, ATR_SIZE_MAX);
    *atr_length = ATR_SIZE_MAX;
    return 0;
}

/* The longest answer there is; mute when the command begins with FF. */
static int transmit(void *card, const uint8_t *command, size_t length,
                    uint8_t response[static APDU_RESPONSE_MAX], size_t *response_length)
{
    (void)card;
    MUST(length >= 2 && length <= APDU_COMMAND_MAX);
    uint8_t last = command[length - 1];
    memset(response, last, APDU_RESPONSE_MAX);
    *response_length = APDU_RESPONSE_MAX;
    return command[0] == 0xFF ? CARD_LINK_MUTE : 0;
}

static void answer(struct reader_card *card, const struct reader_frame *frame)
{
    uint8_t reply[READER_REPLY_MAX], body[READER_REPLY_MAX];
    size_t length = reader_card_answer(card, frame->body, reader_frame_length(frame), reply);
    struct reader_frame back = reader_frame_into(body, sizeof body);
    MUST(length == 0 || length >= READER_FRAME_HEADER);
    if (length == 0)
        return;
    MUST(reader_frame_feed(&back, reply, length) == length);
    MUST(reader_frame_is_complete(&back));
}

/* Feeds everything in pieces of that size; a sum over all frames. */
static unsigned long run(const uint8_t *data, size_t size, size_t piece)
{
    const struct card_link link = {.reset = reset, .transmit = transmit};
    uint8_t body[T1_COMMAND_MAX];
    struct reader_card card;
    struct reader_frame frame = reader_frame_into(body, sizeof body);
    unsigned long sum = 0;
    reader_card_start(&card, &link);
    while (size > 0) {
        size_t taken = reader_frame_feed(&frame, data, size < piece ? size : piece);
        MUST(taken > 0 || reader_frame_is_complete(&frame));
        data += taken;
        size -= taken;
        if (!reader_frame_is_complete(&frame))
            continue;
        size_t kept = reader_frame_length(&frame) < sizeof body ? reader_frame_length(&frame) : sizeof body;
        for (size_t i = 0; i < kept; i++)
            sum = sum * 31 + body[i];
        sum = sum * 31 + reader_frame_length(&frame);
        answer(&card, &frame);
        reader_frame_restart(&frame);
    }
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    MUST(run(data + 1, size - 1, data[0] + 1u) == run(data + 1, size - 1, size));
    return 0;
}
