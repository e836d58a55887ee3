#include "simsim/faulty_link.h"

static int reset(void *card, uint8_t atr[static ATR_SIZE_MAX], size_t *atr_length)
{
    struct faulty_link *faulty = card;
    return faulty->inner.reset(faulty->inner.card, atr, atr_length);
}

static int transmit(void *card, const uint8_t *command, size_t length,
                    uint8_t response[static APDU_RESPONSE_MAX], size_t *response_length)
{
    struct faulty_link *faulty = card;
    if (length < 2 || command[1] != INS_ENVELOPE)
        return faulty->inner.transmit(faulty->inner.card, command, length, response, response_length);
    response[0] = (uint8_t)(faulty->sw >> 8);
    response[1] = (uint8_t)faulty->sw;
    *response_length = 2;
    return 0;
}

struct card_link faulty_link_to(struct faulty_link *faulty)
{
    return (struct card_link){.card = faulty, .reset = reset, .transmit = transmit};
}
