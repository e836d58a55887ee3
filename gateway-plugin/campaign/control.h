/* What an operator does to a campaign. To be called through engine_call(). */
#ifndef OTA_CAMPAIGN_CONTROL_H
#define OTA_CAMPAIGN_CONTROL_H

#include "gateway-plugin/campaign/target.h"
#include "gateway-plugin/model/campaign.h"
#include "gateway-plugin/store/store.h"

/* Can this script, with the refresh that the campaign adds, be cut into packets as plan_check() wants them? Of a
 * text there is none: can that go out?
 * Also settles campaign->retry. For the creation; campaign_start() asks again.
 * `commands`: hex lines that script_check_command() has accepted. 0, or -1 with `refusal`. */
int campaign_check_script(struct campaign *campaign, const char *const *commands, size_t count,
                          struct refusal *refusal);

/* All that campaign_start() asks but what has to look at each card. Fills *campaign as it would be, with its
 * target; nothing is written. 0, or -1 with `refusal`. */
int campaign_prepare_start(struct store *store, int64_t id, const struct campaign_target *target,
                           struct campaign *campaign, struct refusal *refusal);

/* The two checks below may read every card of the group: they are for a read-only store of the caller's,
 * before engine_call(), because for a million cards they take about a second. What changes behind them does
 * no harm: a card without its key fails by itself, an iteration without cards ends at once. */

/* All that campaign_start() asks, and that each card has the keys that KIc and KID name. */
int campaign_check_start(struct store *store, int64_t id, const struct campaign_target *target,
                         struct refusal *refusal);

/* All that campaign_retry_failed() asks, and that there is a card that no iteration updated. */
int campaign_check_retry(struct store *store, int64_t id, struct refusal *refusal);

/* WAITING -> RUNNING, iteration 1. The target must belong to the campaign's profile and not be empty. Fills
 * *campaign. */
int campaign_start(struct store *store, int64_t id, const struct campaign_target *target, int64_t now,
                   struct campaign *campaign, struct refusal *refusal);

/* campaign_start() on the card of `target`'s numbers, with campaign_check_start() of that one card, and the
 * card is provisioned with `keys` when there is none: 1; 0: it was there and `keys` are not used; -1: the
 * caller's savepoint undoes the card, too. Fills *campaign and *card. */
int campaign_start_new(struct store *store, int64_t id, const struct campaign_target *target,
                       const struct card_key_set *keys, int64_t now, struct campaign *campaign,
                       struct card *card, struct refusal *refusal);

/* COMPLETED or TERMINATED -> RUNNING, the next iteration, for the cards that no iteration updated. Refused until
 * the termination has cancelled all that had not left. */
int campaign_retry_failed(struct store *store, int64_t id, int64_t now, struct campaign *campaign,
                          struct refusal *refusal);

/* RUNNING -> PAUSED: no message begins; one of which a part has left is finished, and what comes back is taken.
 * PAUSED -> RUNNING.
 * RUNNING or PAUSED -> TERMINATED, at once: no message begins, no automatic retry, no further packet of a script;
 * those of which nothing has left end CANCELLED, the others as they come; a card stays busy until then.
 * `event`: CAMPAIGN_PAUSE, CAMPAIGN_RESUME or CAMPAIGN_TERMINATE. Fills *campaign. */
int campaign_control(struct store *store, int64_t id, enum campaign_event event, int64_t now,
                     struct campaign *campaign, struct refusal *refusal);

/* With its commands and messages: from now on nobody sees any of it. The first DELETION_SLICE rows are gone at once,
 * the engine drops the others by and by, also behind a restart. Refused while it runs or is paused, and while
 * messages are on their way: their cards are waited for. */
int campaign_delete(struct store *store, int64_t id, struct refusal *refusal);

#endif
