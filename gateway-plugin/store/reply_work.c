#include "gateway-plugin/store/reply_work.h"

#include "gateway-plugin/store/statement.h"

/* --- what a reply may belong to --- */

int work_reply_card(struct store *store, const char *msisdn, struct reply_card *card)
{
    struct db_statement *s =
        db_prepare(store_db(store), "SELECT id, busy_message FROM card WHERE msisdn = ?1");
    db_bind_text(s, 1, msisdn + (msisdn[0] == '+'));
    int rc = statement_first_row(s);
    if (rc == STORE_OK) {
        card->id = db_column_int(s, 0);
        card->busy_message = db_column_int(s, 1);
        db_reset(s);
    }
    return rc;
}

/* Steps `s` through; *count in: filled before; out: filled. */
static int add_candidates(struct db_statement *s, struct reply_candidate *rows, size_t room, size_t *count)
{
    enum db_result result;
    while ((result = db_step(s)) == DB_ROW && *count < room)
        rows[(*count)++] = (struct reply_candidate){.id = db_column_int(s, 0),
                                                    .campaign_id = db_column_int(s, 1),
                                                    .counter = (uint64_t)db_column_int(s, 2)};
    db_reset(s);
    return result < 0 ? STORE_FAILED : STORE_OK;
}

#define CANDIDATES "SELECT id, campaign_id, counter FROM message WHERE counter IS NOT NULL AND" IS_SEEN("campaign_id") " AND "

int work_reply_candidates(struct store *store, const struct reply_card *card, struct reply_candidate *rows,
                          size_t *count)
{
    size_t room = *count;
    *count = 0;
    struct db_statement *s = db_prepare(store_db(store), CANDIDATES "id = ?1");
    db_bind_int(s, 1, card->busy_message);
    int rc = add_candidates(s, rows, room, count);
    if (rc != STORE_OK)
        return rc;
    s = db_prepare(store_db(store), CANDIDATES "card_id = ?1 AND id <> ?2 ORDER BY id DESC LIMIT ?3");
    db_bind_int(s, 1, card->id);
    db_bind_int(s, 2, card->busy_message);
    db_bind_int(s, 3, (int64_t)(room - *count));
    return add_candidates(s, rows, room, count);
}

/* --- what came in --- */

int work_inbound_is_new(struct store *store, const char *uuid, int64_t now)
{
    struct db_statement *s =
        db_prepare(store_db(store),
                   "INSERT INTO inbound_seen (uuid, seen) VALUES (?1, ?2) ON CONFLICT (uuid) DO NOTHING");
    db_bind_text(s, 1, uuid);
    db_bind_int(s, 2, now);
    return statement_run_changing(store, s);
}

#define SAME_PLACE "card_id = ?1 AND reference = ?2 AND total = ?3 AND number = ?4"

static void bind_place(struct db_statement *s, const struct inbound_part *part)
{
    db_bind_int(s, 1, part->card_id);
    db_bind_int(s, 2, part->reference);
    db_bind_int(s, 3, part->total);
    db_bind_int(s, 4, part->number);
}

static int drop_same_bytes(struct store *store, const struct inbound_part *part)
{
    struct db_statement *s =
        db_prepare(store_db(store), "DELETE FROM inbound_part WHERE " SAME_PLACE " AND payload = ?5");
    bind_place(s, part);
    db_bind_blob(s, 5, part->payload, part->length);
    return statement_run(s);
}

static int insert_part(struct store *store, struct inbound_part *part)
{
    struct db_statement *s =
        db_prepare(store_db(store), "INSERT INTO inbound_part (card_id, reference, total, number, payload,"
                                    " received) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    bind_place(s, part);
    db_bind_blob(s, 5, part->payload, part->length);
    db_bind_int(s, 6, part->received);
    int rc = statement_run(s);
    part->id = rc == STORE_OK ? db_last_insert_id(store_db(store)) : 0;
    return rc;
}

/* Whoever floods a place, or a card, pushes the oldest out. */
static int drop_surplus(struct store *store, const struct inbound_part *part)
{
    struct db_statement *s = db_prepare(
        store_db(store), "DELETE FROM inbound_part WHERE " SAME_PLACE " AND id <= (SELECT id FROM inbound_part"
                         " WHERE " SAME_PLACE " ORDER BY id DESC LIMIT 1 OFFSET ?5)");
    bind_place(s, part);
    db_bind_int(s, 5, INBOUND_COPIES_MAX);
    int rc = statement_run(s);
    if (rc != STORE_OK)
        return rc;
    s = db_prepare(store_db(store), "DELETE FROM inbound_part WHERE card_id = ?1 AND id <= (SELECT id FROM"
                                    " inbound_part WHERE card_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)");
    db_bind_int(s, 1, part->card_id);
    db_bind_int(s, 2, INBOUND_PARTS_MAX);
    return statement_run(s);
}

int work_inbound_keep(struct store *store, struct inbound_part *part)
{
    int rc = drop_same_bytes(store, part);
    if (rc == STORE_OK)
        rc = insert_part(store, part);
    return rc == STORE_OK ? drop_surplus(store, part) : rc;
}

int work_inbound_parts(struct store *store, const struct inbound_part *part, struct inbound_part *parts,
                       size_t *count)
{
    struct db_statement *s =
        db_prepare(store_db(store), "SELECT id, number, received, payload FROM inbound_part WHERE card_id = ?1"
                                    " AND reference = ?2 AND total = ?3 ORDER BY number, id DESC");
    int rc = STORE_OK;
    enum db_result result = DB_DONE;
    db_bind_int(s, 1, part->card_id);
    db_bind_int(s, 2, part->reference);
    db_bind_int(s, 3, part->total);
    for (*count = 0; rc == STORE_OK && *count < INBOUND_PARTS_MAX && (result = db_step(s)) == DB_ROW;
         (*count)++) {
        struct inbound_part *row = &parts[*count];
        *row = *part;
        row->id = db_column_int(s, 0);
        row->number = (uint8_t)db_column_int(s, 1);
        row->received = db_column_int(s, 2);
        rc = statement_bytes(s, 3, row->payload, sizeof row->payload, &row->length);
    }
    db_reset(s);
    return result < 0 ? STORE_FAILED : rc;
}

int work_inbound_last(struct store *store, int64_t *id)
{
    struct db_statement *s = db_prepare(store_db(store), "SELECT MAX(id) FROM inbound_part");
    int rc = statement_first_row(s);
    if (rc == STORE_OK) {
        *id = db_column_int(s, 0);
        db_reset(s);
    }
    return rc;
}

int work_inbound_drop(struct store *store, int64_t id)
{
    struct db_statement *s = db_prepare(store_db(store), "DELETE FROM inbound_part WHERE id = ?1");
    db_bind_int(s, 1, id);
    return statement_run(s);
}

int work_inbound_prune(struct store *store, int64_t seen_before, int64_t parts_before, int limit)
{
    struct db_statement *s =
        db_prepare(store_db(store), "DELETE FROM inbound_seen WHERE uuid IN (SELECT uuid FROM"
                                    " inbound_seen WHERE seen < ?1 ORDER BY seen LIMIT ?2)");
    db_bind_int(s, 1, seen_before);
    db_bind_int(s, 2, limit);
    int rc = statement_run(s);
    s = db_prepare(store_db(store), "DELETE FROM inbound_part WHERE received < ?1");
    db_bind_int(s, 1, parts_before);
    return rc == STORE_OK ? statement_run(s) : rc;
}
