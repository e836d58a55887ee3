#include "gateway-plugin/store/message_work.h"

#include <string.h>

#include "gateway-plugin/store/statement.h"

static void read_por(struct db_statement *s, int column, struct por_fact *por)
{
    int64_t flags = db_column_int(s, column + 4);
    por->seen = !db_column_is_null(s, column);
    por->status = (uint8_t)db_column_int(s, column);
    por->has_result = !db_column_is_null(s, column + 1);
    por->executed = (uint8_t)db_column_int(s, column + 1);
    por->sw = (uint16_t)db_column_int(s, column + 2);
    por->weak = (flags & MESSAGE_POR_WEAK) != 0;
    por->authenticated = (flags & MESSAGE_POR_AUTHENTICATED) != 0;
    por->expanded = (flags & MESSAGE_POR_EXPANDED) != 0;
    por->error = MESSAGE_POR_ERROR(flags);
    por->error_value = MESSAGE_POR_ERROR_VALUE(flags);
    if (statement_bytes(s, column + 3, por->data, sizeof por->data, &por->length) != STORE_OK)
        por->length = 0;
}

static int read_message(struct db_statement *s, struct message_row *row)
{
    size_t parts;
    memset(row, 0, sizeof *row);
    row->id = db_column_int(s, 0);
    row->campaign_id = db_column_int(s, 1);
    row->iteration = db_column_int(s, 2);
    row->card_id = db_column_int(s, 3);
    row_text(s, 4, row->msisdn, sizeof row->msisdn);
    row->state = (enum message_state)db_column_int(s, 5);
    row->counter = db_column_is_null(s, 6) ? -1 : db_column_int(s, 6);
    row->reference = (uint8_t)db_column_int(s, 7);
    int rc = statement_bytes(s, 8, row->facts.parts, sizeof row->facts.parts, &parts);
    row->facts.part_count = (uint8_t)parts;
    row->facts.flags = (uint8_t)db_column_int(s, 9);
    row->facts.words_kind = (enum words_kind)db_column_int(s, 10);
    row_text(s, 11, row->facts.words, sizeof row->facts.words);
    row->deadline = db_column_int(s, 12);
    row->sent = db_column_int(s, 13);
    row->settled = db_column_int(s, 14);
    read_por(s, 15, &row->facts.por);
    row->piece.number = (unsigned int)db_column_int(s, 20);
    row->piece.total = (unsigned int)db_column_int(s, 21);
    row->piece.before = (unsigned int)db_column_int(s, 22);
    row->piece.commands = (unsigned int)db_column_int(s, 23);
    row->parts_before = db_column_int(s, 24);
    return rc;
}

int work_message_load(struct store *store, int64_t id, struct message_row *row)
{
    struct db_statement *s = db_prepare(
        store_db(store),
        "SELECT m.id, m.campaign_id, m.iteration, m.card_id, c.msisdn, m.state, m.counter, m.reference,"
        " m.parts, m.flags, m.words_kind, m.words, m.deadline, m.sent, m.settled, m.por_status,"
        " m.por_executed, m.por_sw, m.por_data, m.por_flags, m.piece, m.pieces, m.commands_before, m.commands,"
        " m.parts_before"
        " FROM message AS m JOIN card AS c ON c.id = m.card_id WHERE m.id = ?1 AND" IS_SEEN("m.campaign_id"));
    db_bind_int(s, 1, id);
    int rc = statement_first_row(s);
    if (rc != STORE_OK)
        return rc;
    rc = read_message(s, row);
    db_reset(s);
    return rc;
}

static int64_t flags_of(const struct por_fact *por)
{
    return (por->weak ? MESSAGE_POR_WEAK : 0) | (por->authenticated ? MESSAGE_POR_AUTHENTICATED : 0) |
           (por->expanded ? MESSAGE_POR_EXPANDED : 0) | (int)por->error << 4 | por->error_value << 8;
}

static void bind_por(struct db_statement *s, int parameter, const struct por_fact *por)
{
    for (int i = 0; i < 4; i++)
        db_bind_null(s, parameter + i);
    db_bind_int(s, parameter + 4, flags_of(por));
    if (por->seen)
        db_bind_int(s, parameter, por->status);
    if (por->has_result) {
        db_bind_int(s, parameter + 1, por->executed);
        if (!por->expanded || por->sw != 0)
            db_bind_int(s, parameter + 2, por->sw);
    }
    if (por->length > 0)
        db_bind_blob(s, parameter + 3, por->data, por->length);
}

int work_message_save(struct store *store, const struct message_row *row,
                      const struct message_derived *derived)
{
    struct db_statement *s = db_prepare(
        store_db(store),
        "UPDATE message SET state = ?2, parts = ?3, flags = ?4, words_kind = ?5, words = ?6, detail = ?7,"
        " deadline = ?8, sent = ?9, settled = ?10, por_status = ?11, por_executed = ?12, por_sw = ?13,"
        " por_data = ?14, por_flags = ?15, packet = CASE WHEN ?16 = 1 THEN packet ELSE NULL END,"
        " again = ?17, complete = ?18, parts_before = ?19"
        " WHERE id = ?1");
    db_bind_int(s, 1, row->id);
    db_bind_int(s, 2, row->state);
    if (row->facts.part_count > 0)
        db_bind_blob(s, 3, row->facts.parts, row->facts.part_count);
    else
        db_bind_null(s, 3);
    db_bind_int(s, 4, row->facts.flags);
    db_bind_int(s, 5, row->facts.words_kind);
    db_bind_text(s, 6, row->facts.words_kind == WORDS_NONE ? NULL : row->facts.words);
    db_bind_text(s, 7, derived->detail);
    bind_or_null(s, 8, row->deadline);
    bind_or_null(s, 9, row->sent);
    bind_or_null(s, 10, row->settled);
    bind_por(s, 11, &row->facts.por);
    db_bind_int(s, 16, derived->keep_packet);
    db_bind_int(s, 17, derived->again);
    db_bind_int(s, 18, derived->complete);
    db_bind_int(s, 19, row->parts_before);
    return statement_run_changing(store, s);
}

int work_message_built(struct store *store, int64_t id, int64_t counter, uint8_t reference,
                       const struct message_piece *piece, const uint8_t *packet, size_t length)
{
    struct db_statement *s = db_prepare(
        store_db(store), "UPDATE message SET counter = ?2, reference = ?3, commands = ?4, packet = ?5,"
                         " piece = ?6, pieces = ?7, commands_before = ?8 WHERE id = ?1 AND pieces IS NULL");
    db_bind_int(s, 1, id);
    db_bind_null(s, 2);
    if (counter >= 0)
        db_bind_int(s, 2, counter);
    db_bind_int(s, 3, reference);
    db_bind_null(s, 4);
    if (piece->commands > 0)
        db_bind_int(s, 4, piece->commands);
    db_bind_null(s, 5);
    if (length > 0)
        db_bind_blob(s, 5, packet, length);
    db_bind_int(s, 6, piece->number);
    db_bind_int(s, 7, piece->total);
    db_bind_int(s, 8, piece->before);
    return statement_run_changing(store, s);
}

int work_message_packet(struct store *store, int64_t id, uint8_t *packet, size_t size, size_t *length)
{
    struct db_statement *s =
        db_prepare(store_db(store), "SELECT packet FROM message WHERE id = ?1 AND packet IS NOT NULL");
    db_bind_int(s, 1, id);
    int rc = statement_first_row(s);
    if (rc != STORE_OK)
        return rc;
    rc = statement_bytes(s, 0, packet, size, length);
    db_reset(s);
    return rc;
}

#define PENDING_COLUMNS "m.id, m.card_id, c.msisdn, c.next_reference, c.busy_message, c.blocked, m.piece"

static void read_pending(struct db_statement *s, struct pending_message *row)
{
    row->id = db_column_int(s, 0);
    row->card_id = db_column_int(s, 1);
    row_text(s, 2, row->msisdn, sizeof row->msisdn);
    row->reference = (uint8_t)db_column_int(s, 3);
    row->card_is_busy = !db_column_is_null(s, 4);
    row->card_is_blocked = db_column_int(s, 5) != 0;
    row->piece = (unsigned int)db_column_int(s, 6);
}

int work_pending(struct store *store, int64_t campaign_id, int64_t iteration, int64_t after,
                 struct pending_message *rows, size_t *count)
{
    struct db_statement *s = db_prepare(
        store_db(store), "SELECT " PENDING_COLUMNS " FROM message AS m JOIN card AS c ON c.id = m.card_id"
                         " WHERE m.campaign_id = ?1 AND m.iteration = ?2 AND m.state = ?3 AND m.id > ?4"
                         " ORDER BY m.id LIMIT ?5");
    size_t room = *count;
    enum db_result result;
    db_bind_int(s, 1, campaign_id);
    db_bind_int(s, 2, iteration);
    db_bind_int(s, 3, MESSAGE_PENDING);
    db_bind_int(s, 4, after);
    db_bind_int(s, 5, (int64_t)room);
    for (*count = 0; (result = db_step(s)) == DB_ROW && *count < room; (*count)++)
        read_pending(s, &rows[*count]);
    db_reset(s);
    return result < 0 ? STORE_FAILED : STORE_OK;
}

int work_pending_get(struct store *store, int64_t id, struct pending_message *row)
{
    struct db_statement *s = db_prepare(
        store_db(store), "SELECT " PENDING_COLUMNS " FROM message AS m JOIN card AS c ON c.id = m.card_id"
                         " WHERE m.id = ?1 AND m.state = ?2");
    db_bind_int(s, 1, id);
    db_bind_int(s, 2, MESSAGE_PENDING);
    int rc = statement_first_row(s);
    if (rc == STORE_OK) {
        read_pending(s, row);
        db_reset(s);
    }
    return rc;
}

int work_pending_of_card(struct store *store, int64_t card_id, int64_t *id, int64_t *campaign_id)
{
    struct db_statement *s =
        db_prepare(store_db(store),
                   "SELECT m.id, m.campaign_id FROM message AS m JOIN campaign AS g ON g.id = m.campaign_id"
                   " WHERE m.card_id = ?1 AND m.state = ?2 AND g.state = ?3 ORDER BY m.id LIMIT 1");
    db_bind_int(s, 1, card_id);
    db_bind_int(s, 2, MESSAGE_PENDING);
    db_bind_int(s, 3, CAMPAIGN_RUNNING);
    int rc = statement_first_row(s);
    if (rc == STORE_OK) {
        *id = db_column_int(s, 0);
        *campaign_id = db_column_int(s, 1);
        db_reset(s);
    }
    return rc;
}

int work_in_state(struct store *store, int64_t campaign_id, int64_t iteration, enum message_state state,
                  int64_t after, int64_t *ids, size_t *count)
{
    struct db_statement *s =
        db_prepare(store_db(store), "SELECT id FROM message WHERE campaign_id = ?1 AND iteration = ?2"
                                    " AND state = ?3 AND id > ?4 ORDER BY id");
    db_bind_int(s, 1, campaign_id);
    db_bind_int(s, 2, iteration);
    db_bind_int(s, 3, state);
    db_bind_int(s, 4, after);
    return statement_read_ints(s, ids, count);
}

int work_due(struct store *store, int64_t now, int64_t *ids, size_t *count)
{
    struct db_statement *s =
        db_prepare(store_db(store),
                   "SELECT id FROM message WHERE deadline IS NOT NULL AND deadline <= ?1 ORDER BY deadline");
    db_bind_int(s, 1, now);
    return statement_read_ints(s, ids, count);
}

int work_next_deadline(struct store *store, int64_t *deadline)
{
    return statement_read_int(
        db_prepare(store_db(store),
                   "SELECT deadline FROM message WHERE deadline IS NOT NULL ORDER BY deadline LIMIT 1"),
        deadline);
}

int work_card_take(struct store *store, int64_t card_id, int64_t message_id, uint8_t next_reference)
{
    struct db_statement *s =
        db_prepare(store_db(store), "UPDATE card SET busy_message = ?2, next_reference = ?3"
                                    " WHERE id = ?1 AND busy_message IS NULL");
    db_bind_int(s, 1, card_id);
    db_bind_int(s, 2, message_id);
    db_bind_int(s, 3, next_reference);
    return statement_run_changing(store, s);
}

int work_card_release(struct store *store, int64_t card_id, int64_t message_id)
{
    struct db_statement *s = db_prepare(
        store_db(store), "UPDATE card SET busy_message = NULL WHERE id = ?1 AND busy_message = ?2");
    db_bind_int(s, 1, card_id);
    db_bind_int(s, 2, message_id);
    return statement_run_changing(store, s);
}

int work_latest_of_card(struct store *store, int64_t campaign_id, int64_t card_id, int64_t *id)
{
    struct db_statement *s =
        db_prepare(store_db(store), "SELECT id FROM message WHERE card_id = ?1 AND campaign_id = ?2"
                                    " ORDER BY id DESC LIMIT 1");
    db_bind_int(s, 1, card_id);
    db_bind_int(s, 2, campaign_id);
    return statement_read_int(s, id);
}

int work_message_continue(struct store *store, const struct message_row *row, int64_t now, int64_t *id)
{
    struct db_statement *s = db_prepare(
        store_db(store), "INSERT INTO message (campaign_id, iteration, card_id, piece, state, created)"
                         " VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    db_bind_int(s, 1, row->campaign_id);
    db_bind_int(s, 2, row->iteration);
    db_bind_int(s, 3, row->card_id);
    db_bind_int(s, 4, row->piece.number + 1);
    db_bind_int(s, 5, MESSAGE_PENDING);
    db_bind_int(s, 6, now);
    int rc = statement_run(s);
    *id = db_last_insert_id(store_db(store));
    return rc;
}

int work_pending_skip(struct store *store, int64_t id, unsigned int piece)
{
    struct db_statement *s = db_prepare(store_db(store), "UPDATE message SET piece = piece + 1 WHERE id = ?1"
                                                         " AND piece = ?2 AND state = ?3");
    db_bind_int(s, 1, id);
    db_bind_int(s, 2, piece);
    db_bind_int(s, 3, MESSAGE_PENDING);
    return statement_run(s);
}

int work_unanswered_packet(struct store *store, int64_t campaign_id, int64_t card_id, int64_t iteration,
                           unsigned int piece, uint64_t *counter, uint8_t *packet, size_t size,
                           size_t *length)
{
    struct db_statement *s = db_prepare(
        store_db(store),
        "SELECT counter, packet FROM message WHERE packet IS NOT NULL AND id ="
        " (SELECT MAX(m.id) FROM message AS m WHERE m.card_id = ?1 AND m.campaign_id = ?2 AND m.iteration < ?3"
        " AND m.piece = ?4 AND m.sent IS NOT NULL)");
    db_bind_int(s, 1, card_id);
    db_bind_int(s, 2, campaign_id);
    db_bind_int(s, 3, iteration);
    db_bind_int(s, 4, piece);
    int rc = statement_first_row(s);
    if (rc != STORE_OK)
        return rc;
    *counter = (uint64_t)db_column_int(s, 0);
    rc = statement_bytes(s, 1, packet, size, length);
    db_reset(s);
    return rc;
}
