#include "gateway-plugin/store/card_counter.h"

#include <inttypes.h>
#include <stdlib.h>

#include "gateway-plugin/store/catalog_store.h"
#include "gateway-plugin/store/counter_work.h"
#include "gateway-plugin/store/statement.h"

#define CARDS_AT_ONCE 500 /* in a transaction */
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
        return store_found(store, rc, "card", id, refusal);
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

/* --- jumps --- */

struct jumping {
    struct store *store;
    uint64_t by;
    struct counter_jump_result *result;
};

/* `refusal` NULL: one that has no room stays as it is. */
static int jump_one(const struct jumping *jumping, const struct card *card, struct counter_owner owner,
                    struct refusal *refusal)
{
    struct counter_scope scope;
    struct counter_choice choice;
    if (work_counter_get(jumping->store, card->id, owner, &scope) != STORE_OK)
        return STORE_FAILED;
    if (!counter_jump(jumping->by, &scope, &choice)) {
        refuse(refusal, REFUSAL_CONFLICT,
               "a jump of %" PRIu64 " from %010" PRIX64 ", which card %" PRId64 " (MSISDN %s) has, goes beyond %010" PRIX64,
               jumping->by, scope.value, card->id, card->msisdn, COUNTER_SET_MAX);
        return STORE_NOT_FOUND;
    }
    jumping->result->counters++;
    return work_counter_set(jumping->store, card->id, owner, 0, &choice);
}

/* Also of key sets without a row: behind the backup they may have been used. *seen: those that have one. */
static int jump_rows(const struct jumping *jumping, const struct card *card, uint16_t *seen, struct refusal *refusal)
{
    struct card_counter rows[COUNTERS_AT_ONCE];
    struct counter_owner after = FIRST;
    size_t count;
    do {
        count = COUNTERS_AT_ONCE;
        if (card_counter_list(jumping->store, card->id, after, rows, &count) != STORE_OK)
            return STORE_FAILED;
        for (size_t i = 0; i < count; i++) {
            after = rows[i].owner;
            *seen |= (uint16_t)(1U << after.key_index);
            int rc = jump_one(jumping, card, after, refusal);
            if (rc == STORE_FAILED || (rc != STORE_OK && refusal != NULL))
                return rc;
        }
    } while (count == COUNTERS_AT_ONCE);
    return STORE_OK;
}

/* STORE_NOT_FOUND with `refusal`. */
static int jump_card(const struct jumping *jumping, const struct card *card, struct refusal *refusal)
{
    uint16_t seen = 1; /* 0 is no key set */
    int rc = jump_rows(jumping, card, &seen, refusal);
    for (uint8_t index = 1; rc == STORE_OK && index <= CARD_KEY_SETS_MAX; index++) {
        if (!(card->key_sets & ~seen & 1U << index))
            continue;
        rc = jump_one(jumping, card, (struct counter_owner){index, -1}, refusal);
        if (rc == STORE_NOT_FOUND && refusal == NULL)
            rc = STORE_OK;
    }
    jumping->result->cards += rc == STORE_OK;
    return rc;
}

static int check_amount(uint64_t by, struct refusal *refusal)
{
    if (by > 0 && by <= COUNTER_SET_MAX)
        return 0;
    return refuse_field(refusal, REFUSAL_INVALID, "jump",
                        "%" PRIu64 " is out of range, expected 1 to %" PRIu64, by, COUNTER_SET_MAX);
}

int card_counter_jump(struct store *store, int64_t card_id, uint64_t by, struct counter_jump_result *result,
                      struct refusal *refusal)
{
    struct card card;
    struct profile profile;
    const struct jumping jumping = {store, by, result};
    *result = (struct counter_jump_result){0};
    if (check_amount(by, refusal) != 0 || get_card(store, card_id, &card, &profile, refusal) != 0)
        return -1;
    int rc = jump_card(&jumping, &card, refusal);
    return rc == STORE_FAILED ? store_refuse(store, "counter", refusal) : rc == STORE_OK ? 0 : -1;
}

/* --- of many cards --- */

static int check_target(struct store *store, const struct counter_target *target, struct refusal *refusal)
{
    struct profile profile;
    struct card_group group;
    bool is_profile = target->profile_id != 0;
    int rc = is_profile ? profile_get(store, target->profile_id, &profile)
                        : group_get(store, target->group_id, &group);
    return store_found(store, rc, is_profile ? "profile" : "card group",
                       is_profile ? target->profile_id : target->group_id, refusal);
}

/* A key set that was not used begins where another counter of the card is: it has no less room. */
static int check_room(struct store *store, const struct counter_target *target, uint64_t by, struct refusal *refusal)
{
    bool is_profile = target->profile_id != 0;
    struct db_statement *select = db_prepare(
        store_db(store),
        is_profile ? "SELECT c.id, c.msisdn, k.value FROM card AS c JOIN card_counter AS k ON k.card_id = c.id"
                     " WHERE c.profile_id = ?1 AND k.value > ?2 LIMIT 1"
                   : "SELECT c.id, c.msisdn, k.value FROM card_group_member AS m JOIN card AS c ON c.id = m.card_id"
                     " JOIN card_counter AS k ON k.card_id = c.id WHERE m.group_id = ?1 AND k.value > ?2 LIMIT 1");
    db_bind_int(select, 1, is_profile ? target->profile_id : target->group_id);
    db_bind_int(select, 2, (int64_t)(COUNTER_SET_MAX - by));
    enum db_result result = db_step(select);
    if (result == DB_ROW)
        refuse(refusal, REFUSAL_CONFLICT,
               "a jump of %" PRIu64 " from %010" PRIX64 ", which card %" PRId64 " (MSISDN %s) has, goes beyond %010" PRIX64,
               by, (uint64_t)db_column_int(select, 2), db_column_int(select, 0), db_column_text(select, 1),
               COUNTER_SET_MAX);
    db_reset(select);
    return result == DB_DONE ? 0 : result == DB_ROW ? -1 : store_refuse(store, "counter", refusal);
}

int card_counter_jump_check(struct store *store, const struct counter_target *target, uint64_t by,
                            struct refusal *refusal)
{
    return check_amount(by, refusal) == 0 && check_target(store, target, refusal) == 0
               ? check_room(store, target, by, refusal)
               : -1;
}

int card_counter_jump_begin(struct store *store, const struct counter_target *target, uint64_t by, int64_t *id,
                            struct refusal *refusal)
{
    struct db_statement *insert = db_prepare(
        store_db(store),
        "INSERT INTO counter_jump (profile_id, group_id, amount, after_card) VALUES (?1, ?2, ?3, 0)");
    if (check_target(store, target, refusal) != 0)
        return -1;
    bind_or_null(insert, 1, target->profile_id);
    bind_or_null(insert, 2, target->group_id);
    db_bind_int(insert, 3, (int64_t)by);
    if (db_run(insert) != DB_DONE)
        return store_refuse(store, "counter", refusal);
    *id = db_last_insert_id(store_db(store));
    return 0;
}

struct open_jump {
    struct counter_target target;
    uint64_t by;
    int64_t after;
};

static void take_jump(struct db_statement *row, void *to)
{
    *(struct open_jump *)to = (struct open_jump){
        .target = {.profile_id = db_column_int(row, 0), .group_id = db_column_int(row, 1)},
        .by = (uint64_t)db_column_int(row, 2),
        .after = db_column_int(row, 3),
    };
}

static int move_jump(struct store *store, int64_t id, int64_t after, bool more)
{
    struct db_statement *change =
        more ? db_prepare(store_db(store), "UPDATE counter_jump SET after_card = ?2 WHERE id = ?1")
             : db_prepare(store_db(store), "DELETE FROM counter_jump WHERE id = ?1");
    db_bind_int(change, 1, id);
    if (more)
        db_bind_int(change, 2, after);
    return db_run(change) == DB_DONE ? STORE_OK : STORE_FAILED;
}

static int jump_cards(const struct jumping *jumping, struct open_jump *jump, struct card *cards, bool *more)
{
    const struct page page = {.after = jump->after, .limit = CARDS_AT_ONCE};
    size_t count = CARDS_AT_ONCE;
    int rc = card_list(jumping->store, jump->target.profile_id, jump->target.group_id, page, cards, &count);
    for (size_t i = 0; rc == STORE_OK && i < count; i++) {
        jump->after = cards[i].id;
        rc = jump_card(jumping, &cards[i], NULL);
    }
    *more = count == CARDS_AT_ONCE;
    return rc;
}

int card_counter_jump_slice(struct store *store, int64_t id, struct counter_jump_result *result, bool *more,
                            struct refusal *refusal)
{
    struct open_jump jump;
    struct db_statement *select = db_prepare(
        store_db(store), "SELECT profile_id, group_id, amount, after_card FROM counter_jump WHERE id = ?1");
    *more = false;
    db_bind_int(select, 1, id);
    int rc = fetch_one(select, take_jump, &jump);
    if (rc == STORE_NOT_FOUND) /* its group was deleted */
        return 0;
    struct card *cards = malloc(CARDS_AT_ONCE * sizeof *cards);
    const struct jumping jumping = {store, jump.by, result};
    if (rc == STORE_OK)
        rc = cards != NULL ? jump_cards(&jumping, &jump, cards, more) : STORE_FAILED;
    if (rc == STORE_OK)
        rc = move_jump(store, id, jump.after, *more);
    free(cards);
    return rc == STORE_OK ? 0 : store_refuse(store, "counter", refusal);
}

int card_counter_jump_open(struct store *store, int64_t *id)
{
    return statement_read_int(db_prepare(store_db(store), "SELECT MIN(id) FROM counter_jump"), id);
}
