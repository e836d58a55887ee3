/* The text of an SMS or FLASH campaign: its alphabet, how many SMS it takes, and what such a campaign cannot have. */
#ifndef OTA_MODEL_CAMPAIGN_TEXT_H
#define OTA_MODEL_CAMPAIGN_TEXT_H

#include "gateway-plugin/model/campaign.h"
#include "protocol/short_text.h"

struct campaign_text {
    enum short_text_alphabet alphabet;
    unsigned int sms; /* 1 to 255 */
};

const char *campaign_alphabet_name(enum short_text_alphabet alphabet); /* "GSM7", "UCS2" */

/* How `message` goes out with the campaign's part size, in at most its maxSmsParts. 0, or -1 with `refusal`. */
int campaign_text_measure(const struct campaign *campaign, const char *message, struct campaign_text *text,
                          struct refusal *refusal);

/* Of a campaign with a text: measures it, and refuses by name what only packets to cards have. 0, or -1 with
 * `refusal`. */
int campaign_text_check(const struct campaign *campaign, struct campaign_text *text, struct refusal *refusal);

#endif
