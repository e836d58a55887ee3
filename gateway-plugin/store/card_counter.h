/*
 * What an operator sees of cards' counters (CNTR), and may say of them: nothing here ever lowers one.
 * Functions that take a `refusal` return 0 or -1 with it; the others a store_result.
 */
#ifndef OTA_STORE_CARD_COUNTER_H
#define OTA_STORE_CARD_COUNTER_H

#include "gateway-plugin/model/message_counter.h"
#include "gateway-plugin/store/store.h"

struct card_counter {
    struct counter_owner owner;
    uint64_t value; /* the highest one ever allocated */
};

/* The card's counters behind `after` ({0, -2}: from the first), ordered by key index and TAR. *count in: room; out:
 * filled. One that was never used is not there. */
int card_counter_list(struct store *store, int64_t card_id, struct counter_owner after, struct card_counter *rows,
                      size_t *count);

/* The card's own counter is this one: the next packet carries one more. `owner` must be of the scope that the
 * card's profile has, its key set must be provisioned. Refused: a counter below the highest allocated one. */
int card_counter_set(struct store *store, int64_t card_id, struct counter_owner owner, uint64_t counter,
                     struct refusal *refusal);

/* --- after a backup was restored: counters go up by so many, also those of key sets not used yet --- */

/* Exactly one is set. */
struct counter_target {
    int64_t profile_id, group_id, card_id; /* 0: not this */
};
struct counter_jump_result {
    int64_t cards, counters;
};

/* Refused: no such target, an amount that is out of range or that one of the counters has no room for. Reads every
 * counter of the target: for the caller's own store, not in the engine. */
int card_counter_jump_check(struct store *store, const struct counter_target *target, uint64_t by,
                            struct refusal *refusal);

/* Of one card, checked and done. */
int card_counter_jump(struct store *store, int64_t card_id, uint64_t by, struct counter_jump_result *result,
                      struct refusal *refusal);

/* Of a profile or a group: begun here, with its number in *id, and done in slices. What is begun is done, also over
 * a restart. */
int card_counter_jump_begin(struct store *store, const struct counter_target *target, uint64_t by, int64_t *id,
                            struct refusal *refusal);
/* The next cards, added to *result; *more: some are left. A counter that has no room by now stays. */
int card_counter_jump_slice(struct store *store, int64_t id, struct counter_jump_result *result, bool *more,
                            struct refusal *refusal);
/* One that is begun. STORE_NOT_FOUND: none is. */
int card_counter_jump_open(struct store *store, int64_t *id);

#endif
