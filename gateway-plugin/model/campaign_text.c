#include "gateway-plugin/model/campaign_text.h"

#include <string.h>

#include "protocol/errors.h"

const char *campaign_alphabet_name(enum short_text_alphabet alphabet)
{
    return alphabet == SHORT_TEXT_GSM7 ? "GSM7" : "UCS2";
}

static int check_count(const struct campaign *campaign, const struct campaign_text *text, struct refusal *refusal)
{
    const char *alphabet = campaign_alphabet_name(text->alphabet);
    if (text->sms == 0)
        return refuse_field(refusal, REFUSAL_INVALID, "message",
                            "takes more than %d SMS of alphabet %s, expected a shorter one",
                            CAMPAIGN_SMS_PARTS_MAX, alphabet);
    if (campaign->max_sms_parts > 0 && text->sms > campaign->max_sms_parts)
        return refuse_field(refusal, REFUSAL_INVALID, "message",
                            "takes %u SMS of alphabet %s, expected at most %lld (maxSmsParts)", text->sms,
                            alphabet, (long long)campaign->max_sms_parts);
    return 0;
}

int campaign_text_measure(const struct campaign *campaign, const char *message, struct campaign_text *text,
                          struct refusal *refusal)
{
    const struct sms_segmentation segmentation = {.user_data_max = (uint8_t)campaign->part_size};
    const size_t length = strlen(message);
    size_t bad_at = 0;
    *text = (struct campaign_text){0};
    if (length == 0)
        return refuse_field(refusal, REFUSAL_INVALID, "message", "is empty, expected the text of the SMS");
    if (short_text_alphabet(message, length, &text->alphabet, &bad_at) != OTA_OK)
        return refuse_field(refusal, REFUSAL_INVALID, "message",
                            ": byte %zu is no text, expected UTF-8 without control characters but line ends",
                            bad_at + 1);
    text->sms = (unsigned int)short_text_count(message, length, text->alphabet, &segmentation);
    return check_count(campaign, text, refusal);
}

/* What is of a packet, or of the card's answer to it. */
static int check_foreign(const struct campaign *campaign, struct refusal *refusal)
{
    static const struct security_parameters none;
    const struct {
        const char *field;
        bool is_given;
    } foreign[] = {
        {"spi", memcmp(&campaign->security, &none, sizeof none) != 0},
        {"expectedLastSW", campaign->expected_last_sw[0] != '\0'},
        {"includeSimRefresh", campaign->include_sim_refresh},
        {"porTimeout", campaign->por_timeout_seconds != 0},
        {"maxPacketBytes", campaign->max_packet_bytes != 0},
        {"scriptFormat", campaign->script_format != SCRIPT_FORMAT_OPEN},
        {"scriptChaining", campaign->script_chaining != CHAINING_NONE},
    };
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++)
        if (foreign[i].is_given)
            return refuse_field(refusal, REFUSAL_INVALID, foreign[i].field,
                                ": type %s takes none, no packet goes to the card",
                                campaign_type_name(campaign->type));
    return campaign->retry != RETRY_SAME
               ? 0
               : refuse_field(refusal, REFUSAL_INVALID, "retry",
                              "same: type %s takes none, no packet goes to the card",
                              campaign_type_name(campaign->type));
}

int campaign_text_check(const struct campaign *campaign, struct campaign_text *text, struct refusal *refusal)
{
    if (check_foreign(campaign, refusal) != 0 || campaign_check_part_size(campaign->part_size, refusal) != 0)
        return -1;
    if (campaign->message == NULL)
        return refuse_field(refusal, REFUSAL_INVALID, "message", "is missing, expected the text of the SMS");
    return campaign_text_measure(campaign, campaign->message, text, refusal);
}
