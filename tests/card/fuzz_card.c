/*
 * Any commands to a UICC of the shipped profile: a byte for the length of each (FF: a reset), then the
 * command, with T=0 and with T=1. Every answer ends in a status word that its class of commands has; A0's
 * never come for 00 and 80.
 */
#include <string.h>

#include "simsim/card.h"
#include "simsim/profile_xml.h"
#include "simsim/t1_exchange.h"
#include "tests/protocol/fuzz.h"

#define RESET 0xFF

static struct card_profile *profile;
static struct packet_crypto *crypto;

static void read_shipped(void)
{
    char path[1024], error[500];
    const char *source = getenv("SRCDIR");
    snprintf(path, sizeof path, "%s/simsim/profiles/usim.xml", source != NULL ? source : ".");
    profile = profile_xml_read(path, error, sizeof error);
    crypto = packet_crypto_new();
    if (profile == NULL)
        fprintf(stderr, "%s\n", error);
    MUST(profile != NULL && crypto != NULL);
}

static void check(const uint8_t *command, size_t length, const uint8_t *response, size_t response_length)
{
    static const uint8_t of_sim_only[] = {0x9F, 0x92, 0x94};
    MUST(response_length >= 2 && response_length <= APDU_RESPONSE_MAX);
    uint8_t sw1 = response[response_length - 2];
    MUST((sw1 & 0xF0) == 0x60 || (sw1 & 0xF0) == 0x90);
    if (length > 0 && command[0] != 0xA0)
        MUST(memchr(of_sim_only, sw1, sizeof of_sim_only) == NULL);
    if (length > 0 && command[0] == 0xA0)
        MUST(sw1 != 0x61 && sw1 != 0x6C);
}

static void run(const uint8_t *data, size_t size, bool is_t1)
{
    struct card_environment environment = {.profile = profile, .crypto = crypto};
    struct sim_card card = {.environment = &environment, .msisdn = "961234567890"};
    struct card_link link = card_link_to(&card);
    uint8_t atr[ATR_SIZE_MAX], response[APDU_RESPONSE_MAX];
    size_t response_length;
    link.reset(&card, atr, &response_length);
    while (size > 0) {
        size_t length = data[0];
        data++, size--;
        if (length == RESET) {
            link.reset(&card, atr, &response_length);
            continue;
        }
        length = length < size ? length : size;
        MUST((is_t1 ? t1_exchange(&link, data, length, response, &response_length)
                    : link.transmit(&card, data, length, response, &response_length)) == 0);
        check(data, length, response, response_length);
        data += length, size -= length;
    }
    card_release(&card);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (profile == NULL)
        read_shipped();
    run(data, size, false);
    run(data, size, true);
    return 0;
}
