/*
 * The engine's statements about campaigns: which run, and whose message rows are to be made.
 * All return a store_result and are called inside the engine's transaction. Nothing
 * here decides anything.
 */
#ifndef OTA_STORE_CAMPAIGN_WORK_H
#define OTA_STORE_CAMPAIGN_WORK_H

#include "gateway-plugin/model/campaign.h"
#include "gateway-plugin/model/message_facts.h"
#include "gateway-plugin/store/store.h"

/* A campaign that the engine has something to do for: running, paused, or terminated with messages of its
 * iteration that are not settled. */
struct live_campaign {
    int64_t id, iteration;
    enum campaign_state state;
    bool expanding; /* message rows are still to be made */
};
/* Those with an id above `after`, in order. *count in: room; out: filled. */
int work_live_campaigns(struct store *store, int64_t after, struct live_campaign *rows, size_t *count);

/* Drops campaigns that were made to be started and never were. */
int work_drop_cut_off(struct store *store);

struct campaign_target_ids {
    int64_t campaign_id, iteration;
    int64_t group_id; /* 0: the one card */
    int64_t card_id;
    bool automatic; /* only cards whose message of the iteration before wants a retry */
};
/* From now on rows are missing for every card of the target. */
int work_expansion_begin(struct store *store, int64_t campaign_id);

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

/* Rows of any iteration that are not settled. */
int work_unsettled_count(struct store *store, int64_t campaign_id, int64_t *count);

/* Is there a message of this iteration of which no part has left, or are rows still to be made?
 * STORE_NOT_FOUND: no. */
int work_has_unsent(struct store *store, int64_t campaign_id, int64_t iteration);

/* Ids of SENDING messages of this iteration of which no part has left. */
int work_unsent(struct store *store, int64_t campaign_id, int64_t iteration, int64_t *ids, size_t *count);

/* Makes the next `limit` PENDING rows of this iteration CANCELLED, as MESSAGE_WITHDRAWN would. None of them may be
 * changed in memory. *cancelled: how many. */
int work_cancel_pending(struct store *store, int64_t campaign_id, int64_t iteration, int limit, int64_t now,
                        int64_t *cancelled);

#endif
