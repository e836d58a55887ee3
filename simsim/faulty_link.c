#include "simsim/faulty_link.h"

#include "protocol/toolkit.h"

#define SW_TOOLKIT_IS_BUSY 0x9300 /* TS 51.011 9.4.1 */
#define SW_MEMORY_IS_FULL 0x9240
#define SW_SIZE 2
#define HEADER_SIZE 5

static int reset(void *card, uint8_t atr[static ATR_SIZE_MAX], size_t *atr_length)
{
    struct faulty_link *faulty = card;
    faulty->garbles = false;
    return faulty->inner.reset(faulty->inner.card, atr, atr_length);
}

static int say(uint16_t sw, uint8_t response[static APDU_RESPONSE_MAX], size_t *response_length)
{
    response[0] = (uint8_t)(sw >> 8);
    response[1] = (uint8_t)sw;
    *response_length = SW_SIZE;
    return 0;
}

static bool gets_what_waits(const uint8_t *command, size_t length)
{
    return length >= HEADER_SIZE && (command[1] == INS_GET_RESPONSE || command[1] == INS_FETCH);
}

static int pass(struct faulty_link *faulty, const uint8_t *command, size_t length,
                uint8_t response[static APDU_RESPONSE_MAX], size_t *response_length)
{
    int rc = faulty->inner.transmit(faulty->inner.card, command, length, response, response_length);
    if (rc == 0 && faulty->garbles && gets_what_waits(command, length) && *response_length > SW_SIZE) {
        response[*response_length - SW_SIZE - 1] ^= 0xFF;
        faulty->garbles = false;
    }
    return rc;
}

static bool holds_sms(const uint8_t *command, size_t length)
{
    return length > HEADER_SIZE && command[1] == INS_ENVELOPE && command[HEADER_SIZE] == TAG_SMS_PP_DOWNLOAD;
}

static int transmit(void *card, const uint8_t *command, size_t length,
                    uint8_t response[static APDU_RESPONSE_MAX], size_t *response_length)
{
    struct faulty_link *faulty = card;
    struct fault fault = {0};
    if (holds_sms(command, length))
        fault = faulty->next(faulty->user);
    if (fault.action == FAULT_TOOLKIT_BUSY)
        return say(SW_TOOLKIT_IS_BUSY, response, response_length);
    if (fault.action == FAULT_MEMORY_FULL)
        return say(SW_MEMORY_IS_FULL, response, response_length);
    faulty->garbles = faulty->garbles || fault.action == FAULT_GARBLE;
    int rc = pass(faulty, command, length, response, response_length);
    if (rc != 0)
        return rc;
    switch (fault.action) {
    case FAULT_LIE: return say(fault.sw, response, response_length);
    case FAULT_MUTE:
    case FAULT_PULL: return CARD_LINK_MUTE;
    default: return 0;
    }
}

struct card_link faulty_link_to(struct faulty_link *faulty)
{
    return (struct card_link){.card = faulty, .reset = reset, .transmit = transmit};
}
