/* How many SMS a campaign is: "limit your campaigns to a maximum of 1,000,000 messages" (SOP 9, 10). */
#ifndef OTA_CAMPAIGN_VOLUME_H
#define OTA_CAMPAIGN_VOLUME_H

#include "gateway-plugin/model/campaign.h"
#include "gateway-plugin/store/store.h"

#define CAMPAIGN_MESSAGES_RECOMMENDED INT64_C(1000000)
#define VOLUME_WARNING_SIZE 200

/* What an iteration sends a card when all goes well: the SMS of each packet of the script, or of the text. */

/* Of a campaign that is not stored yet. `commands` as campaign_check_script() has accepted them. */
int volume_of_script(const struct campaign *campaign, const char *const *commands, size_t count,
                     int64_t *sms_per_card, struct refusal *refusal);
int volume_of_campaign(struct store *store, int64_t campaign_id, int64_t *sms_per_card,
                       struct refusal *refusal);

/* How many cards the campaign goes to: of its group, or one. */
int volume_cards(struct store *store, const struct campaign *campaign, int64_t *cards,
                 struct refusal *refusal);

/* "card group 3: 400000 cards with 3 SMS each are 1200000 messages, at most 1000000 are recommended", or ""
 * when they are no more. `cards_of`: "card group 3". */
void volume_warning(int64_t sms_per_card, int64_t cards, const char *cards_of, int64_t id,
                    char text[static VOLUME_WARNING_SIZE]);

#endif
