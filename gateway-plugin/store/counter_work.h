/*
 * The engine's statements about a card's counters (CNTR).
 * All return a store_result and are called inside the engine's transaction. Nothing
 * here decides anything.
 */
#ifndef OTA_STORE_COUNTER_WORK_H
#define OTA_STORE_COUNTER_WORK_H

#include "gateway-plugin/model/message_counter.h"
#include "gateway-plugin/store/store.h"

/* A card's counter, and what became of the packet that was the last to get one. One that was never used is all
 * zeros, but for what was allocated elsewhere. */
int work_counter_get(struct store *store, int64_t card_id, struct counter_owner owner,
                     struct counter_scope *scope);
/* This message uses it now, with this choice; 0: no message does, an operator set it. A lower counter is noted,
 * but never lowers the value. STORE_NOT_FOUND: no such card. */
int work_counter_set(struct store *store, int64_t card_id, struct counter_owner owner, int64_t message_id,
                     const struct counter_choice *choice);
/* Called before this campaign's messages up to this id are deleted: of them the counters keep what
 * work_counter_get() tells, but for the campaign's number. */
int work_counters_outlive(struct store *store, int64_t campaign_id, int64_t up_to);

#endif
