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

int work_reply_candidates(struct store *store, int64_t card_id, struct reply_candidate *rows, size_t *count)
{
    struct db_statement *s =
        db_prepare(store_db(store), "SELECT id, campaign_id, counter FROM message WHERE card_id = ?1"
                                    " AND counter IS NOT NULL ORDER BY id DESC LIMIT ?2");
    size_t room = *count;
    enum db_result result;
    db_bind_int(s, 1, card_id);
    db_bind_int(s, 2, (int64_t)room);
    for (*count = 0; (result = db_step(s)) == DB_ROW && *count < room; (*count)++)
        rows[*count] = (struct reply_candidate){.id = db_column_int(s, 0),
                                                .campaign_id = db_column_int(s, 1),
                                                .counter = (uint64_t)db_column_int(s, 2)};
    db_reset(s);
    return result < 0 ? STORE_FAILED : STORE_OK;
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

static int keep_part(struct store *store, const struct inbound_part *part, int64_t now)
{
    struct db_statement *s = db_prepare(
        store_db(store), "INSERT INTO inbound_part (card_id, reference, total, number, payload, received)"
                         " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (card_id, reference, total, number)"
                         " DO UPDATE SET payload = excluded.payload, received = excluded.received");
    db_bind_int(s, 1, part->card_id);
    db_bind_int(s, 2, part->reference);
    db_bind_int(s, 3, part->total);
    db_bind_int(s, 4, part->number);
    db_bind_blob(s, 5, part->payload, part->length);
    db_bind_int(s, 6, now);
    return statement_run(s);
}

/* Two PoRs of 255 parts: nobody sends more at a time, so whoever does loses the oldest. */
static int drop_surplus_parts(struct store *store, int64_t card_id)
{
    struct db_statement *s = db_prepare(
        store_db(store),
        "DELETE FROM inbound_part WHERE card_id = ?1 AND received <"
        " (SELECT received FROM inbound_part WHERE card_id = ?1 ORDER BY received DESC LIMIT 1 OFFSET 510)");
    db_bind_int(s, 1, card_id);
    return statement_run(s);
}

static int join_parts(struct store *store, const struct inbound_part *part, uint8_t *packet, size_t size,
                      size_t *length)
{
    struct db_statement *s =
        db_prepare(store_db(store), "SELECT payload FROM inbound_part WHERE card_id = ?1 AND"
                                    " reference = ?2 AND total = ?3 ORDER BY number");
    int rc = STORE_OK, count = 0;
    enum db_result result = DB_DONE;
    db_bind_int(s, 1, part->card_id);
    db_bind_int(s, 2, part->reference);
    db_bind_int(s, 3, part->total);
    *length = 0;
    for (; rc == STORE_OK && (result = db_step(s)) == DB_ROW; count++) {
        size_t piece;
        rc = statement_bytes(s, 0, packet + *length, size - *length, &piece);
        *length += rc == STORE_OK ? piece : 0;
    }
    db_reset(s);
    if (result < 0 || rc != STORE_OK)
        return STORE_FAILED;
    return count == part->total ? STORE_OK : STORE_NOT_FOUND;
}

static int forget_parts(struct store *store, const struct inbound_part *part)
{
    struct db_statement *s = db_prepare(
        store_db(store), "DELETE FROM inbound_part WHERE card_id = ?1 AND reference = ?2 AND total = ?3");
    db_bind_int(s, 1, part->card_id);
    db_bind_int(s, 2, part->reference);
    db_bind_int(s, 3, part->total);
    return statement_run(s);
}

int work_inbound_join(struct store *store, const struct inbound_part *part, int64_t now, uint8_t *packet,
                      size_t size, size_t *length)
{
    int rc = keep_part(store, part, now);
    if (rc == STORE_OK)
        rc = drop_surplus_parts(store, part->card_id);
    if (rc == STORE_OK)
        rc = join_parts(store, part, packet, size, length);
    if (rc == STORE_OK)
        rc = forget_parts(store, part);
    return rc;
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
