/*
 * The engine's statements about campaigns: which run, and whose message rows are to be made.
 * All return a store_result and are called inside the engine's transaction. Nothing
 * here decides anything.
 */
#ifndef OTA_STORE_CAMPAIGN_WORK_H
#define OTA_STORE_CAMPAIGN_WORK_H

#include "gateway-plugin/model/campaign.h"
#include "gateway-plugin/model/message.h"
#include "gateway-plugin/store/store.h"

/* Ids of the campaigns in CAMPAIGN_RUNNING above `after`, in order. *count in: room; out: filled. */
int work_running_campaigns(struct store *store, int64_t after, int64_t *ids, size_t *count);

struct campaign_target_ids {
    int64_t campaign_id, iteration;
    int64_t group_id; /* 0: the one card */
    int64_t card_id;
    bool automatic; /* only cards whose message of the iteration before wants a retry */
};
/* From now on rows are missing for every card of the target. */
int work_expansion_begin(struct store *store, int64_t campaign_id);
bool work_expansion_is_open(struct store *store, int64_t campaign_id);

/* Makes the PENDING rows for the next `limit` cards of the target, but not for cards that an
 * iteration of this campaign updated; each for the first packet of the script that none has completed.
 * *inserted: rows made; *open: whether cards are left. */
int work_expand(struct store *store, const struct campaign_target_ids *target, int limit, int64_t now,
                int64_t *inserted, bool *open);

/* Does a message of this iteration want a retry? STORE_NOT_FOUND: none. */
int work_wants_retry(struct store *store, int64_t campaign_id, int64_t iteration);

/* Is there a card in the target that no iteration updated? STORE_NOT_FOUND: none. */
int work_target_has_failed(struct store *store, const struct campaign_target_ids *target);

/* The MSISDN of a card of the target that lacks a key of `kind` (1 KIc, 2 KID) in the key set;
 * STORE_NOT_FOUND: none lacks it. */
int work_card_without_key(struct store *store, const struct campaign_target_ids *target, uint8_t key_index,
                          int kind, char msisdn[static MSISDN_DIGITS_MAX + 1]);

/* Rows of this iteration that are not settled. */
int work_open_count(struct store *store, int64_t campaign_id, int64_t iteration, int64_t *count);

#endif
