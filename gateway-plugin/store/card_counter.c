#include "gateway-plugin/store/card_counter.h"

#include <inttypes.h>
#include <stdlib.h>

#include "gateway-plugin/store/catalog_store.h"
#include "gateway-plugin/store/counter_work.h"
#include "gateway-plugin/store/store_private.h"

#define CARDS_AT_ONCE 500
#define COUNTERS_AT_ONCE 32

static const struct counter_owner FIRST = {0, -2};

static void take_counter(struct db_statement *row, void *to)
{
    *(struct card_counter *)to = (struct card_counter){
        .owner = {.key_index = (uint8_t)db_column_int(row, 0), .tar = (int32_t)db_column_int(row, 1)},
        .value = (uint64_t)db_column_int(row, 2)};
}

int card_counter_list(struct store *store, int64_t card_id, struct counter_owner after, struct card_counter *rows,
                      size_t *count)
{
    struct db_statement *select = db_prepare(
        store_db(store), "SELECT key_index, tar, value FROM card_counter WHERE card_id = ?1"
                         " AND (key_index > ?2 OR (key_index = ?2 AND tar > ?3)) ORDER BY key_index, tar LIMIT ?4");
    size_t room = *count;
    db_bind_int(select, 1, card_id);
    db_bind_int(select, 2, after.key_index);
    db_bind_int(select, 3, after.tar);
    db_bind_int(select, 4, (int64_t)room);
    return fetch_rows(select, take_counter, rows, sizeof *rows, room, count);
}

/* --- one --- */

static int get_card(struct store *store, int64_t id, struct card *card, struct profile *profile,
                    struct refusal *refusal)
{
    int rc = card_get(store, id, card);
    if (rc == STORE_NOT_FOUND)
        return refuse(refusal, REFUSAL_NOT_FOUND, "there is no card %" PRId64, id);
    if (rc != STORE_OK || profile_get(store, card->profile_id, profile) != STORE_OK)
        return store_refuse(store, "card", refusal);
    return 0;
}

static int check_owner(const struct card *card, const struct profile *profile, struct counter_owner owner,
                       struct refusal *refusal)
{
    bool is_tars = owner.tar >= 0;
    if (is_tars != (profile->counter_per == COUNTER_PER_TAR))
        return refuse(refusal, REFUSAL_CONFLICT,
                      "the cards of profile %" PRId64 " have a counter for each %s, expected %s, not %s",
                      profile->id, is_tars ? "key set" : "TAR", is_tars ? "keyIndex" : "tar",
                      is_tars ? "tar" : "keyIndex");
    if (!is_tars && !(card->key_sets & 1U << owner.key_index))
        return refuse(refusal, REFUSAL_CONFLICT, "card %" PRId64 " (MSISDN %s) has no key set %u", card->id,
                      card->msisdn, owner.key_index);
    return 0;
}

int card_counter_set(struct store *store, int64_t card_id, struct counter_owner owner, uint64_t counter,
                     struct refusal *refusal)
{
    struct card card;
    struct profile profile;
    struct counter_scope scope;
    struct counter_choice choice;
    if (get_card(store, card_id, &card, &profile, refusal) != 0 ||
        check_owner(&card, &profile, owner, refusal) != 0)
        return -1;
    if (work_counter_get(store, card_id, owner, &scope) != STORE_OK)
        return store_refuse(store, "counter", refusal);
    if (!counter_place(counter, &scope, &choice))
        return refuse(refusal, REFUSAL_CONFLICT,
                      "counter %010" PRIX64 " of card %" PRId64 " (MSISDN %s), expected %010" PRIX64
                      ", the highest that a packet has had, to %010" PRIX64,
                      counter, card.id, card.msisdn, counter_highest(&scope), COUNTER_SET_MAX);
    return work_counter_set(store, card_id, owner, 0, &choice) == STORE_OK
               ? 0
               : store_refuse(store, "counter", refusal);
}

/* --- many --- */

static int jump_one(struct store *store, const struct card *card, struct counter_owner owner, uint64_t by,
                    struct counter_jump_result *result, struct refusal *refusal)
{
    struct counter_scope scope;
    struct counter_choice choice;
    if (work_counter_get(store, card->id, owner, &scope) != STORE_OK)
        return store_refuse(store, "counter", refusal);
    if (!counter_jump(by, &scope, &choice))
        return refuse(refusal, REFUSAL_CONFLICT,
                      "a jump of %" PRIu64 " from %010" PRIX64 ", which card %" PRId64
                      " (MSISDN %s) has, goes beyond %010" PRIX64,
                      by, scope.value, card->id, card->msisdn, COUNTER_SET_MAX);
    if (work_counter_set(store, card->id, owner, 0, &choice) != STORE_OK)
        return store_refuse(store, "counter", refusal);
    result->counters++;
    return 0;
}

/* Also of key sets without a row: behind the backup they may have been used. *seen: those that have one. */
static int jump_rows(struct store *store, const struct card *card, uint64_t by, uint16_t *seen,
                     struct counter_jump_result *result, struct refusal *refusal)
{
    struct card_counter rows[COUNTERS_AT_ONCE];
    struct counter_owner after = FIRST;
    size_t count;
    do {
        count = COUNTERS_AT_ONCE;
        if (card_counter_list(store, card->id, after, rows, &count) != STORE_OK)
            return store_refuse(store, "counter", refusal);
        for (size_t i = 0; i < count; i++) {
            after = rows[i].owner;
            *seen |= (uint16_t)(1U << after.key_index);
            if (jump_one(store, card, after, by, result, refusal) != 0)
                return -1;
        }
    } while (count == COUNTERS_AT_ONCE);
    return 0;
}

static int jump_card(struct store *store, const struct card *card, uint64_t by,
                     struct counter_jump_result *result, struct refusal *refusal)
{
    uint16_t seen = 1; /* 0 is no key set */
    if (jump_rows(store, card, by, &seen, result, refusal) != 0)
        return -1;
    for (uint8_t index = 1; index <= CARD_KEY_SETS_MAX; index++)
        if ((card->key_sets & ~seen & 1U << index) &&
            jump_one(store, card, (struct counter_owner){index, -1}, by, result, refusal) != 0)
            return -1;
    result->cards++;
    return 0;
}

static int jump_cards(struct store *store, const struct counter_target *target, uint64_t by, struct card *cards,
                      struct counter_jump_result *result, struct refusal *refusal)
{
    struct page page = {.limit = CARDS_AT_ONCE};
    size_t count;
    do {
        count = CARDS_AT_ONCE;
        if (card_list(store, target->profile_id, target->group_id, page, cards, &count) != STORE_OK)
            return store_refuse(store, "card", refusal);
        for (size_t i = 0; i < count; i++) {
            page.after = cards[i].id;
            if (jump_card(store, &cards[i], by, result, refusal) != 0)
                return -1;
        }
    } while (count == CARDS_AT_ONCE);
    return 0;
}

static int check_target(struct store *store, const struct counter_target *target, struct refusal *refusal)
{
    struct profile profile;
    struct card_group group;
    bool is_profile = target->profile_id != 0;
    int rc = is_profile ? profile_get(store, target->profile_id, &profile)
                        : group_get(store, target->group_id, &group);
    if (rc == STORE_NOT_FOUND)
        return refuse(refusal, REFUSAL_NOT_FOUND, "there is no %s %" PRId64, is_profile ? "profile" : "card group",
                      is_profile ? target->profile_id : target->group_id);
    return rc == STORE_OK ? 0 : store_refuse(store, "counter", refusal);
}

int card_counter_jump(struct store *store, const struct counter_target *target, uint64_t by,
                      struct counter_jump_result *result, struct refusal *refusal)
{
    struct card card;
    struct profile profile;
    *result = (struct counter_jump_result){0};
    if (by == 0 || by > COUNTER_SET_MAX)
        return refuse(refusal, REFUSAL_INVALID, "jump %" PRIu64 " is out of range, expected 1 to %" PRIu64, by,
                      COUNTER_SET_MAX);
    if (target->card_id != 0)
        return get_card(store, target->card_id, &card, &profile, refusal) == 0
                   ? jump_card(store, &card, by, result, refusal)
                   : -1;
    if (check_target(store, target, refusal) != 0)
        return -1;
    struct card *cards = malloc(CARDS_AT_ONCE * sizeof *cards);
    if (cards == NULL)
        return refuse(refusal, REFUSAL_INTERNAL, "out of memory");
    int rc = jump_cards(store, target, by, cards, result, refusal);
    free(cards);
    return rc;
}
