#include "simsim/t1_exchange.h"

#include <string.h>

#define HEADER_SIZE 5
#define INS_GET_RESPONSE 0xC0
#define SW1_DATA_WAITS_UICC 0x61
#define SW1_DATA_WAITS_SIM 0x9F
#define SW1_RIGHT_LENGTH 0x6C
#define SW1_WRONG_LENGTH 0x67
#define CLA_SIM 0xA0

static uint8_t sw1(const uint8_t *response, size_t length)
{
    return length >= 2 ? response[length - 2] : 0;
}

static uint8_t sw2(const uint8_t *response, size_t length)
{
    return length >= 2 ? response[length - 1] : 0;
}

/* Le 00 is "as much as there is": asked again with what the card says there is. */
static int ask(const struct card_link *card, const uint8_t header[static HEADER_SIZE],
               uint8_t response[static APDU_RESPONSE_MAX], size_t *response_length)
{
    uint8_t again[HEADER_SIZE];
    int rc = card->transmit(card->card, header, HEADER_SIZE, response, response_length);
    if (rc != 0 || header[4] != 0 || sw1(response, *response_length) != SW1_RIGHT_LENGTH)
        return rc;
    memcpy(again, header, HEADER_SIZE);
    again[4] = sw2(response, *response_length);
    return card->transmit(card->card, again, HEADER_SIZE, response, response_length);
}

/* CLA INS P1 P2 Lc data Le */
static bool has_data_and_le(const uint8_t *command, size_t length)
{
    return length > HEADER_SIZE && length == HEADER_SIZE + 1u + command[4];
}

/* Sends all but Le, and fetches as much of the answer as Le wants. */
static int exchange_both_ways(const struct card_link *card, const uint8_t *command, size_t length,
                              uint8_t response[static APDU_RESPONSE_MAX], size_t *response_length)
{
    uint8_t wanted = command[length - 1];
    int rc = card->transmit(card->card, command, length - 1, response, response_length);
    uint8_t first = rc == 0 ? sw1(response, *response_length) : 0;
    if (first != SW1_DATA_WAITS_UICC && first != SW1_DATA_WAITS_SIM)
        return rc;
    uint8_t waits = sw2(response, *response_length);
    uint8_t cla = command[0] == CLA_SIM ? CLA_SIM : 0x00;
    bool all = wanted == 0 || (waits != 0 && wanted > waits);
    const uint8_t get_response[HEADER_SIZE] = {cla, INS_GET_RESPONSE, 0, 0, all ? waits : wanted};
    return ask(card, get_response, response, response_length);
}

static int refuse(uint8_t response[static APDU_RESPONSE_MAX], size_t *response_length)
{
    response[0] = SW1_WRONG_LENGTH;
    response[1] = 0x00;
    *response_length = 2;
    return 0;
}

int t1_exchange(const struct card_link *card, const uint8_t *command, size_t length,
                uint8_t response[static APDU_RESPONSE_MAX], size_t *response_length)
{
    uint8_t header[HEADER_SIZE] = {0};
    if (has_data_and_le(command, length))
        return exchange_both_ways(card, command, length, response, response_length);
    if (length < HEADER_SIZE - 1 || length > APDU_COMMAND_MAX)
        return refuse(response, response_length);
    if (length > HEADER_SIZE)
        return card->transmit(card->card, command, length, response, response_length);
    memcpy(header, command, length);
    return ask(card, header, response, response_length);
}
