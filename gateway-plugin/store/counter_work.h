/*
 * The engine's statements about a card's counters (CNTR).
 * All return a store_result and are called inside the engine's transaction. Nothing
 * here decides anything.
 */
#ifndef OTA_STORE_COUNTER_WORK_H
#define OTA_STORE_COUNTER_WORK_H

#include "gateway-plugin/model/message_counter.h"
#include "gateway-plugin/store/store.h"

/* The counter of a card's key set, and what became of the packet that used it last. */
int work_counter_get(struct store *store, int64_t card_id, uint8_t key_index, struct counter_scope *scope);
/* This message uses it now. A lower one is noted, but never lowers the value. STORE_NOT_FOUND: no such card.
 */
int work_counter_set(struct store *store, int64_t card_id, uint8_t key_index, int64_t message_id,
                     uint64_t counter, unsigned int jumps);

#endif
