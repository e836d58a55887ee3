#include "gateway-plugin/store/campaign_work.h"

#include "gateway-plugin/store/statement.h"

int work_live_campaigns(struct store *store, int64_t after, struct live_campaign *rows, size_t *count)
{
    struct db_statement *s = db_prepare(
        store_db(store),
        "SELECT c.id, c.iteration, c.state, c.expanded_to FROM campaign AS c WHERE c.id > ?1 AND"
        " (c.state IN (?2, ?3) OR (c.state = ?4 AND (c.expanded_to IS NOT NULL OR EXISTS (SELECT 1 FROM message"
        " AS m WHERE m.campaign_id = c.id AND m.iteration = c.iteration AND m.state <= ?5))))"
        " ORDER BY c.id LIMIT ?6");
    size_t room = *count;
    enum db_result result;
    db_bind_int(s, 1, after);
    db_bind_int(s, 2, CAMPAIGN_RUNNING);
    db_bind_int(s, 3, CAMPAIGN_PAUSED);
    db_bind_int(s, 4, CAMPAIGN_TERMINATED);
    db_bind_int(s, 5, MESSAGE_DELIVERED); /* the last one that is not settled */
    db_bind_int(s, 6, (int64_t)room);
    for (*count = 0; (result = db_step(s)) == DB_ROW && *count < room; (*count)++)
        rows[*count] = (struct live_campaign){.id = db_column_int(s, 0),
                                              .iteration = db_column_int(s, 1),
                                              .state = (enum campaign_state)db_column_int(s, 2),
                                              .expanding = !db_column_is_null(s, 3)};
    db_reset(s);
    return result < 0 ? STORE_FAILED : STORE_OK;
}

int work_drop_cut_off(struct store *store)
{
    return statement_run(
        db_prepare(store_db(store), "DELETE FROM campaign WHERE made_to_start <> 0 AND started IS NULL"));
}

int work_expansion_begin(struct store *store, int64_t campaign_id)
{
    struct db_statement *s = db_prepare(store_db(store), "UPDATE campaign SET expanded_to = 0 WHERE id = ?1");
    db_bind_int(s, 1, campaign_id);
    return statement_run_changing(store, s);
}

static int expanded_to(struct store *store, int64_t campaign_id, int64_t *card_id)
{
    struct db_statement *s = db_prepare(store_db(store), "SELECT expanded_to FROM campaign WHERE id = ?1");
    db_bind_int(s, 1, campaign_id);
    return statement_read_int(s, card_id);
}

static int set_expanded_to(struct store *store, int64_t campaign_id, int64_t card_id, bool open)
{
    struct db_statement *s =
        db_prepare(store_db(store), "UPDATE campaign SET expanded_to = ?2 WHERE id = ?1");
    db_bind_int(s, 1, campaign_id);
    if (open)
        db_bind_int(s, 2, card_id);
    else
        db_bind_null(s, 2);
    return statement_run(s);
}

#define SLICE_OF(cards)                                                                                      \
    "SELECT MAX(card_id), COUNT(*) FROM (SELECT card_id FROM " cards                                         \
    " AND card_id > ?2 ORDER BY card_id LIMIT ?3) AS slice"

/* The next `limit` cards: how many there are, and the last of them. */
static int next_slice(struct store *store, const struct campaign_target_ids *target, int64_t after, int limit,
                      int64_t *last, int64_t *count)
{
    struct db_statement *s;
    if (target->automatic) {
        s = db_prepare(store_db(store),
                       SLICE_OF("message WHERE campaign_id = ?1 AND iteration = ?4 AND again = 1"));
        db_bind_int(s, 1, target->campaign_id);
        db_bind_int(s, 4, target->iteration - 1);
    } else {
        s = db_prepare(store_db(store), SLICE_OF("card_group_member WHERE group_id = ?1"));
        db_bind_int(s, 1, target->group_id);
    }
    db_bind_int(s, 2, after);
    db_bind_int(s, 3, limit);
    int rc = statement_first_row(s);
    if (rc != STORE_OK)
        return rc;
    *last = db_column_int(s, 0);
    *count = db_column_int(s, 1);
    db_reset(s);
    return STORE_OK;
}

#define NOT_UPDATED(card)                                                                                    \
    " NOT EXISTS (SELECT 1 FROM message AS done WHERE done.card_id = " card                                  \
    " AND done.campaign_id = ?1 AND done.state = ?2)"

/* It was in the first iteration: a group may have got other cards since (SOP 11). */
#define TOOK_PART(card)                                                                                      \
    " EXISTS (SELECT 1 FROM message AS part WHERE part.card_id = " card " AND part.campaign_id = ?1)"

/* The first packet of the script that no iteration before ?3 has brought to the end. Chained packets follow one
 * another in the card: where they may run twice (retry is not 1, RETRY_SAME) the first one begins the chain again. */
#define FIRST_PIECE(card)                                                                                    \
    " CASE WHEN ?3 = 1 OR EXISTS (SELECT 1 FROM campaign AS g WHERE g.id = ?1 AND g.script_chaining <> 0"    \
    " AND g.retry <> 1) THEN 1 ELSE (SELECT MIN(f.piece) + 1 FROM (SELECT 0 AS piece UNION ALL"               \
    " SELECT d.piece FROM message AS d WHERE d.card_id = " card " AND d.campaign_id = ?1"                    \
    " AND d.complete = 1) AS f WHERE NOT EXISTS (SELECT 1 FROM message AS n WHERE n.card_id = " card         \
    " AND n.campaign_id = ?1 AND n.complete = 1 AND n.piece = f.piece + 1)) END"
#define INSERT_PENDING "INSERT INTO message (campaign_id, iteration, card_id, piece, state, created)"
#define PENDING_OF(card) " SELECT ?1, ?3, " card "," FIRST_PIECE(card) ", ?4, ?5"

static struct db_statement *insert_for_group(struct store *store, int64_t group_id, int64_t after,
                                             int64_t last)
{
    struct db_statement *s = db_prepare(
        store_db(store), INSERT_PENDING PENDING_OF("m.card_id") " FROM card_group_member AS m"
                         " WHERE m.group_id = ?6 AND m.card_id > ?7 AND m.card_id <= ?8"
                         " AND (?3 = 1 OR" TOOK_PART("m.card_id") ") AND" NOT_UPDATED("m.card_id") " ORDER BY m.card_id");
    db_bind_int(s, 6, group_id);
    db_bind_int(s, 7, after);
    db_bind_int(s, 8, last);
    return s;
}

/* A message that wants a retry is not UPDATED, and a late PoR of an earlier iteration is credited to it. */
static struct db_statement *insert_for_retry(struct store *store, int64_t after, int64_t last)
{
    struct db_statement *s =
        db_prepare(store_db(store), INSERT_PENDING PENDING_OF("m.card_id") " FROM message AS m"
                                    " WHERE m.campaign_id = ?1 AND m.iteration = ?3 - 1 AND m.again = 1"
                                    " AND m.state <> ?2 AND m.card_id > ?6 AND m.card_id <= ?7"
                                    " ORDER BY m.card_id");
    db_bind_int(s, 6, after);
    db_bind_int(s, 7, last);
    return s;
}

static struct db_statement *insert_for_card(struct store *store, int64_t card_id)
{
    struct db_statement *s =
        db_prepare(store_db(store),
                   INSERT_PENDING PENDING_OF("c.id") " FROM card AS c WHERE c.id = ?6 AND" NOT_UPDATED("c.id"));
    db_bind_int(s, 6, card_id);
    return s;
}

static int insert_pending(struct store *store, struct db_statement *s,
                          const struct campaign_target_ids *target, int64_t now, int64_t *inserted)
{
    db_bind_int(s, 1, target->campaign_id);
    db_bind_int(s, 2, MESSAGE_UPDATED);
    db_bind_int(s, 3, target->iteration);
    db_bind_int(s, 4, MESSAGE_PENDING);
    db_bind_int(s, 5, now);
    if (db_run(s) != DB_DONE)
        return STORE_FAILED;
    *inserted = db_changes(store_db(store));
    return STORE_OK;
}

static struct db_statement *insert_for(struct store *store, const struct campaign_target_ids *target,
                                       int64_t after, int64_t last)
{
    if (target->automatic)
        return insert_for_retry(store, after, last);
    return target->group_id == 0 ? insert_for_card(store, target->card_id)
                                 : insert_for_group(store, target->group_id, after, last);
}

int work_expand(struct store *store, const struct campaign_target_ids *target, int limit, int64_t now,
                int64_t *inserted, bool *open)
{
    int64_t after, last = 0, members = 0;
    *inserted = 0;
    *open = false;
    int rc = expanded_to(store, target->campaign_id, &after);
    if (rc != STORE_OK)
        return rc == STORE_NOT_FOUND ? STORE_OK : rc;
    bool one_card = target->group_id == 0 && !target->automatic;
    if (!one_card)
        rc = next_slice(store, target, after, limit, &last, &members);
    if (rc == STORE_OK && (one_card || members > 0))
        rc = insert_pending(store, insert_for(store, target, after, last), target, now, inserted);
    *open = members == limit;
    return rc == STORE_OK ? set_expanded_to(store, target->campaign_id, last, *open) : rc;
}

int work_wants_retry(struct store *store, int64_t campaign_id, int64_t iteration)
{
    int64_t card_id;
    struct db_statement *s =
        db_prepare(store_db(store), "SELECT card_id FROM message WHERE campaign_id = ?1 AND iteration = ?2"
                                    " AND again = 1 LIMIT 1");
    db_bind_int(s, 1, campaign_id);
    db_bind_int(s, 2, iteration);
    return statement_read_int(s, &card_id);
}

int work_target_has_failed(struct store *store, const struct campaign_target_ids *target)
{
    int64_t card_id;
    struct db_statement *s =
        db_prepare(store_db(store), "SELECT m.card_id FROM card_group_member AS m"
                                    " WHERE m.group_id = ?3 AND" TOOK_PART("m.card_id") " AND" NOT_UPDATED("m.card_id") " LIMIT 1");
    db_bind_int(s, 3, target->group_id);
    if (target->group_id == 0) {
        s = db_prepare(store_db(store), "SELECT c.id FROM card AS c WHERE c.id = ?3 AND" NOT_UPDATED("c.id"));
        db_bind_int(s, 3, target->card_id);
    }
    db_bind_int(s, 1, target->campaign_id);
    db_bind_int(s, 2, MESSAGE_UPDATED);
    return statement_read_int(s, &card_id);
}

int work_card_without_key(struct store *store, const struct campaign_target_ids *target, uint8_t key_index,
                          int kind, char msisdn[static MSISDN_DIGITS_MAX + 1])
{
    struct db_statement *s =
        target->group_id != 0
            ? db_prepare(store_db(store),
                         "SELECT c.msisdn FROM card_group_member AS m JOIN card AS c ON c.id = m.card_id"
                         " WHERE m.group_id = ?1 AND NOT EXISTS (SELECT 1 FROM card_key AS k WHERE"
                         " k.card_id = c.id AND k.key_index = ?2 AND k.kind = ?3) LIMIT 1")
            : db_prepare(store_db(store),
                         "SELECT c.msisdn FROM card AS c WHERE c.id = ?1 AND NOT EXISTS (SELECT 1 FROM"
                         " card_key AS k WHERE k.card_id = c.id AND k.key_index = ?2 AND k.kind = ?3)");
    db_bind_int(s, 1, target->group_id != 0 ? target->group_id : target->card_id);
    db_bind_int(s, 2, key_index);
    db_bind_int(s, 3, kind);
    int rc = statement_first_row(s);
    if (rc == STORE_OK) {
        row_text(s, 0, msisdn, MSISDN_DIGITS_MAX + 1);
        db_reset(s);
    }
    return rc;
}

int work_open_count(struct store *store, int64_t campaign_id, int64_t iteration, int64_t *count)
{
    struct db_statement *s = db_prepare(store_db(store), "SELECT COUNT(*) FROM message WHERE campaign_id = ?1"
                                                         " AND iteration = ?2 AND state <= ?3");
    db_bind_int(s, 1, campaign_id);
    db_bind_int(s, 2, iteration);
    db_bind_int(s, 3, MESSAGE_DELIVERED); /* the last one that is not settled */
    return statement_read_int(s, count);
}

int work_unsettled_count(struct store *store, int64_t campaign_id, int64_t *count)
{
    struct db_statement *s = db_prepare(
        store_db(store), "SELECT COUNT(*) FROM message WHERE campaign_id = ?1 AND state <= ?2");
    db_bind_int(s, 1, campaign_id);
    db_bind_int(s, 2, MESSAGE_DELIVERED); /* the last one that is not settled */
    return statement_read_int(s, count);
}

int work_has_unsent(struct store *store, int64_t campaign_id, int64_t iteration)
{
    int64_t id;
    struct db_statement *s =
        db_prepare(store_db(store), "SELECT id FROM message WHERE campaign_id = ?1 AND iteration = ?2"
                                    " AND state <= ?3 AND sent IS NULL LIMIT 1");
    db_bind_int(s, 1, campaign_id);
    db_bind_int(s, 2, iteration);
    db_bind_int(s, 3, MESSAGE_SENDING);
    int rc = statement_read_int(s, &id);
    return rc == STORE_NOT_FOUND ? expanded_to(store, campaign_id, &id) : rc;
}

int work_unsent(struct store *store, int64_t campaign_id, int64_t iteration, int64_t *ids, size_t *count)
{
    struct db_statement *s =
        db_prepare(store_db(store), "SELECT id FROM message WHERE campaign_id = ?1 AND iteration = ?2"
                                    " AND state = ?3 AND sent IS NULL ORDER BY id");
    db_bind_int(s, 1, campaign_id);
    db_bind_int(s, 2, iteration);
    db_bind_int(s, 3, MESSAGE_SENDING);
    return statement_read_ints(s, ids, count);
}

int work_cancel_pending(struct store *store, int64_t campaign_id, int64_t iteration, int limit, int64_t now,
                        int64_t *cancelled)
{
    struct db_statement *s = db_prepare(
        store_db(store), "UPDATE message SET state = ?4, flags = flags | ?5, settled = ?6 WHERE id IN (SELECT id"
                         " FROM message WHERE campaign_id = ?1 AND iteration = ?2 AND state = ?3 LIMIT ?7)");
    db_bind_int(s, 1, campaign_id);
    db_bind_int(s, 2, iteration);
    db_bind_int(s, 3, MESSAGE_PENDING);
    db_bind_int(s, 4, MESSAGE_CANCELLED);
    db_bind_int(s, 5, MESSAGE_WITHDRAWN);
    db_bind_int(s, 6, now);
    db_bind_int(s, 7, limit);
    if (db_run(s) != DB_DONE)
        return STORE_FAILED;
    *cancelled = db_changes(store_db(store));
    return STORE_OK;
}
