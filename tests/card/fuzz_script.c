/*
 * Any scripts, one behind the other, to a UICC's remote file management: two bytes for the length of each, then its
 * bytes. Each answer is whole, fits the SMS of a PoR, and counts what was executed; what the card keeps from script
 * to script is no more than a chain.
 */
#include <string.h>

#include "protocol/expanded.h"
#include "simsim/profile_xml.h"
#include "simsim/rfm.h"
#include "tests/protocol/fuzz.h"

static struct card_profile *profile;
static struct packet_crypto *crypto;

static void read_shipped(void)
{
    char path[1024], error[500];
    const char *source = getenv("SRCDIR");
    snprintf(path, sizeof path, "%s/simsim/profiles/usim.xml", source != NULL ? source : ".");
    profile = profile_xml_read(path, error, sizeof error);
    crypto = packet_crypto_new();
    MUST(profile != NULL && crypto != NULL);
}

static void check_expanded(const struct rfm_result *result)
{
    struct expanded_response response;
    MUST(expanded_response_decode(result->data, result->length, &response) == 0);
    MUST(response.executed == result->executed && response.results == result->executed);
    MUST(!response.all_good == result->failed);
    MUST(response.results == 0 || response.last.sw == result->sw);
}

static void check(const struct rfm_result *result)
{
    MUST(result->length <= sizeof result->data && result->action_length <= sizeof result->action);
    MUST(result->action_length == 0 || result->action[0] == 0xD0);
    if (result->expanded)
        check_expanded(result);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (profile == NULL)
        read_shipped();
    struct card_environment environment = {.profile = profile, .crypto = crypto};
    struct sim_card card = {.environment = &environment, .msisdn = "961234567890"};
    struct rfm_result result;
    while (size >= 2) {
        size_t length = (size_t)data[0] << 8 | data[1];
        data += 2, size -= 2;
        length = length < size ? length : size;
        rfm_execute(&card, &profile->rfm[length % profile->rfm_count], data, length, &result);
        check(&result);
        data += length, size -= length;
    }
    card_release(&card);
    return 0;
}
