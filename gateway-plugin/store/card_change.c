/* What may change in the life of a card: its number, whether it is sent anything, its end. */
#include <string.h>

#include "gateway-plugin/store/catalog_store.h"
#include "gateway-plugin/store/store_private.h"

static int get_card(struct store *store, int64_t id, struct card *card, struct refusal *refusal)
{
    return store_found(store, card_get(store, id, card), "card", id, refusal);
}

struct id_pair {
    int64_t first, second;
};

static void take_pair(struct db_statement *row, void *to)
{
    *(struct id_pair *)to = (struct id_pair){db_column_int(row, 0), db_column_int(row, 1)};
}

/* Its answer would come from the old number, or from nobody that we know. */
static int refuse_busy(struct store *store, const struct card *card, struct refusal *refusal)
{
    struct id_pair busy;
    struct db_statement *select =
        db_prepare(store_db(store), "SELECT m.id, m.campaign_id FROM card AS c"
                                    " JOIN message AS m ON m.id = c.busy_message WHERE c.id = ?1");
    db_bind_int(select, 1, card->id);
    int rc = fetch_one(select, take_pair, &busy);
    if (rc == STORE_NOT_FOUND)
        return 0;
    if (rc != STORE_OK)
        return store_refuse(store, "card", refusal);
    return refuse(refusal, REFUSAL_CONFLICT,
                  "card %lld (MSISDN %s) awaits the answer to message %lld of campaign %lld, expected none",
                  (long long)card->id, card->msisdn, (long long)busy.first, (long long)busy.second);
}

static int run_change(struct store *store, struct db_statement *update, struct refusal *refusal)
{
    return db_run(update) == DB_DONE ? 0 : store_refuse(store, "card", refusal);
}

int card_change_msisdn(struct store *store, int64_t id, const char *msisdn, int64_t now, struct card *card,
                       struct refusal *refusal)
{
    struct card other;
    const char *digits = msisdn + (*msisdn == '+');
    if (get_card(store, id, card, refusal) != 0)
        return -1;
    if (card_check_msisdn(digits, refusal) != 0)
        return refusal_set_field(refusal, "msisdn");
    if (strcmp(card->msisdn, digits) == 0) {
        refuse(refusal, REFUSAL_CONFLICT, "card %lld has the MSISDN %s already", (long long)id, digits);
        return refusal_set_field(refusal, "msisdn");
    }
    if (refuse_busy(store, card, refusal) != 0)
        return -1;
    int rc = card_find_by_msisdn(store, digits, &other);
    if (rc == STORE_OK) {
        refuse(refusal, REFUSAL_CONFLICT, "MSISDN %s is that of card %lld of profile %lld", digits,
               (long long)other.id, (long long)other.profile_id);
        return refusal_set_field(refusal, "msisdn");
    }
    if (rc != STORE_NOT_FOUND)
        return store_refuse(store, "card", refusal);
    struct db_statement *update =
        db_prepare(store_db(store), "UPDATE card SET msisdn = ?2, updated = ?3 WHERE id = ?1");
    db_bind_int(update, 1, id);
    db_bind_text(update, 2, digits);
    db_bind_int(update, 3, now);
    return run_change(store, update, refusal) == 0 ? get_card(store, id, card, refusal) : -1;
}

int card_set_blocked(struct store *store, int64_t id, bool blocked, int64_t now, struct card *card,
                     struct refusal *refusal)
{
    if (get_card(store, id, card, refusal) != 0)
        return -1;
    if (card->blocked == blocked)
        return refuse(refusal, REFUSAL_CONFLICT, "card %lld (MSISDN %s) is %s already", (long long)id,
                      card->msisdn, blocked ? "blocked" : "not blocked");
    struct db_statement *update =
        db_prepare(store_db(store), "UPDATE card SET blocked = ?2, updated = ?3 WHERE id = ?1");
    db_bind_int(update, 1, id);
    db_bind_int(update, 2, blocked);
    db_bind_int(update, 3, now);
    return run_change(store, update, refusal) == 0 ? get_card(store, id, card, refusal) : -1;
}

/* How many campaigns ?1 is in, and the first of them. */
static int refuse_campaigns(struct store *store, const struct card *card, struct refusal *refusal)
{
    struct id_pair uses;
    struct db_statement *select =
        db_prepare(store_db(store),
                   "SELECT COUNT(*), MIN(id) FROM (SELECT campaign_id AS id FROM message WHERE card_id = ?1 AND"
                   IS_SEEN("campaign_id")
                   " UNION SELECT id FROM campaign WHERE card_id = ?1) AS used");
    db_bind_int(select, 1, card->id);
    if (fetch_one(select, take_pair, &uses) != STORE_OK)
        return store_refuse(store, "card", refusal);
    if (uses.first == 0)
        return 0;
    return refuse(refusal, REFUSAL_CONFLICT,
                  "card %lld (MSISDN %s) has messages in %lld campaign%s, of which %lld is the first: delete "
                  "them first, or block the card",
                  (long long)card->id, card->msisdn, (long long)uses.first, uses.first == 1 ? "" : "s",
                  (long long)uses.second);
}

static int delete_by_id(struct store *store, const char *sql, int64_t id, struct refusal *refusal)
{
    struct db_statement *remove = db_prepare(store_db(store), sql);
    db_bind_int(remove, 1, id);
    return run_change(store, remove, refusal);
}

int card_delete(struct store *store, int64_t id, struct card *card, struct refusal *refusal)
{
    if (get_card(store, id, card, refusal) != 0 || refuse_campaigns(store, card, refusal) != 0)
        return -1;
    return delete_by_id(store, "DELETE FROM message WHERE card_id = ?1", id, refusal) == 0 /* of deleted campaigns */
               ? delete_by_id(store, "DELETE FROM card WHERE id = ?1", id, refusal)
               : -1;
}
