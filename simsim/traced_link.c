#include "simsim/traced_link.h"

#include "protocol/hex.h"
#include "smsc/log_line.h"

static void trace_bytes(const struct traced_link *traced, char direction, const uint8_t *bytes, size_t length)
{
    char line[64 + 2 * APDU_COMMAND_MAX];
    int prefix = snprintf(line, 64, "%s %c ", traced->msisdn, direction);
    if (length <= APDU_COMMAND_MAX)
        hex_encode(bytes, length, line + prefix);
    log_line(traced->log, line);
}

static int reset(void *card, uint8_t atr[static ATR_SIZE_MAX], size_t *atr_length)
{
    struct traced_link *traced = card;
    int result = traced->inner.reset(traced->inner.card, atr, atr_length);
    if (result == 0)
        trace_bytes(traced, '*', atr, *atr_length);
    return result;
}

static int transmit(void *card, const uint8_t *command, size_t length,
                    uint8_t response[static APDU_RESPONSE_MAX], size_t *response_length)
{
    struct traced_link *traced = card;
    trace_bytes(traced, '>', command, length);
    int result = traced->inner.transmit(traced->inner.card, command, length, response, response_length);
    if (result == 0)
        trace_bytes(traced, '<', response, *response_length);
    return result;
}

struct card_link traced_link_to(struct traced_link *traced)
{
    return (struct card_link){.card = traced, .reset = reset, .transmit = transmit};
}
