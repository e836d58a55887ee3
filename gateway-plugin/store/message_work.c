#include "gateway-plugin/store/message_work.h"

#include <stdio.h>
#include <string.h>

#define POR_WEAK 1
#define POR_AUTHENTICATED 2

/* --- small steps --- */

static int run(struct db_statement *statement)
{
    return db_run(statement) == DB_DONE ? STORE_OK : STORE_FAILED;
}

/* One that must change a row. */
static int run_changing(struct store *store, struct db_statement *statement)
{
    if (db_run(statement) != DB_DONE)
        return STORE_FAILED;
    return db_changes(store_db(store)) > 0 ? STORE_OK : STORE_NOT_FOUND;
}

/* The first row; the caller resets when it has read the columns. */
static int first_row(struct db_statement *statement)
{
    enum db_result result = db_step(statement);
    if (result == DB_ROW)
        return STORE_OK;
    db_reset(statement);
    return result == DB_DONE ? STORE_NOT_FOUND : STORE_FAILED;
}

static int read_int(struct db_statement *statement, int64_t *value)
{
    int rc = first_row(statement);
    if (rc != STORE_OK)
        return rc;
    bool is_null = db_column_is_null(statement, 0);
    *value = db_column_int(statement, 0);
    db_reset(statement);
    return is_null ? STORE_NOT_FOUND : STORE_OK;
}

static int read_ints(struct db_statement *statement, int64_t *values, size_t *count)
{
    size_t room = *count;
    enum db_result result = DB_DONE;
    *count = 0;
    while (*count < room && (result = db_step(statement)) == DB_ROW)
        values[(*count)++] = db_column_int(statement, 0);
    db_reset(statement);
    return result < 0 ? STORE_FAILED : STORE_OK;
}

static void column_text(struct db_statement *statement, int column, char *text, size_t size)
{
    const char *value = db_column_text(statement, column);
    snprintf(text, size, "%s", value == NULL ? "" : value);
}

/* STORE_FAILED when it does not fit. */
static int column_bytes(struct db_statement *statement, int column, uint8_t *bytes, size_t size,
                        size_t *length)
{
    const void *value = db_column_blob(statement, column, length);
    if (value == NULL || *length == 0) {
        *length = 0;
        return STORE_OK;
    }
    if (*length > size)
        return STORE_FAILED;
    memcpy(bytes, value, *length);
    return STORE_OK;
}

static void bind_time(struct db_statement *statement, int parameter, int64_t time)
{
    if (time == 0)
        db_bind_null(statement, parameter);
    else
        db_bind_int(statement, parameter, time);
}

/* --- campaigns --- */

int work_running_campaigns(struct store *store, int64_t after, int64_t *ids, size_t *count)
{
    struct db_statement *s =
        db_prepare(store_db(store), "SELECT id FROM campaign WHERE state = ?1 AND id > ?2 ORDER BY id");
    db_bind_int(s, 1, CAMPAIGN_RUNNING);
    db_bind_int(s, 2, after);
    return read_ints(s, ids, count);
}

int work_expansion_begin(struct store *store, int64_t campaign_id)
{
    struct db_statement *s = db_prepare(store_db(store), "UPDATE campaign SET expanded_to = 0 WHERE id = ?1");
    db_bind_int(s, 1, campaign_id);
    return run_changing(store, s);
}

static int expanded_to(struct store *store, int64_t campaign_id, int64_t *card_id)
{
    struct db_statement *s = db_prepare(store_db(store), "SELECT expanded_to FROM campaign WHERE id = ?1");
    db_bind_int(s, 1, campaign_id);
    return read_int(s, card_id);
}

bool work_expansion_is_open(struct store *store, int64_t campaign_id)
{
    int64_t card_id;
    return expanded_to(store, campaign_id, &card_id) == STORE_OK;
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
    return run(s);
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
    int rc = first_row(s);
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

static struct db_statement *insert_for_group(struct store *store, int64_t group_id, int64_t after,
                                             int64_t last)
{
    struct db_statement *s = db_prepare(
        store_db(store), "INSERT INTO message (campaign_id, iteration, card_id, state, created)"
                         " SELECT ?1, ?3, m.card_id, ?4, ?5 FROM card_group_member AS m"
                         " WHERE m.group_id = ?6 AND m.card_id > ?7 AND m.card_id <= ?8 AND" NOT_UPDATED(
                             "m.card_id") " ORDER BY m.card_id");
    db_bind_int(s, 6, group_id);
    db_bind_int(s, 7, after);
    db_bind_int(s, 8, last);
    return s;
}

/* A message that wants a retry is not UPDATED, and a late PoR of an earlier iteration is credited to it. */
static struct db_statement *insert_for_retry(struct store *store, int64_t after, int64_t last)
{
    struct db_statement *s =
        db_prepare(store_db(store), "INSERT INTO message (campaign_id, iteration, card_id, state, created)"
                                    " SELECT ?1, ?3, m.card_id, ?4, ?5 FROM message AS m"
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
                   "INSERT INTO message (campaign_id, iteration, card_id, state, created)"
                   " SELECT ?1, ?3, c.id, ?4, ?5 FROM card AS c WHERE c.id = ?6 AND" NOT_UPDATED("c.id"));
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
    return read_int(s, &card_id);
}

int work_target_has_failed(struct store *store, const struct campaign_target_ids *target)
{
    int64_t card_id;
    struct db_statement *s =
        db_prepare(store_db(store), "SELECT m.card_id FROM card_group_member AS m"
                                    " WHERE m.group_id = ?3 AND" NOT_UPDATED("m.card_id") " LIMIT 1");
    db_bind_int(s, 3, target->group_id);
    if (target->group_id == 0) {
        s = db_prepare(store_db(store), "SELECT c.id FROM card AS c WHERE c.id = ?3 AND" NOT_UPDATED("c.id"));
        db_bind_int(s, 3, target->card_id);
    }
    db_bind_int(s, 1, target->campaign_id);
    db_bind_int(s, 2, MESSAGE_UPDATED);
    return read_int(s, &card_id);
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
    int rc = first_row(s);
    if (rc == STORE_OK) {
        column_text(s, 0, msisdn, MSISDN_DIGITS_MAX + 1);
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
    return read_int(s, count);
}

/* --- messages --- */

static void read_por(struct db_statement *s, int column, struct por_fact *por)
{
    int64_t flags = db_column_int(s, column + 4);
    por->seen = !db_column_is_null(s, column);
    por->status = (uint8_t)db_column_int(s, column);
    por->has_result = !db_column_is_null(s, column + 1);
    por->executed = (uint8_t)db_column_int(s, column + 1);
    por->sw = (uint16_t)db_column_int(s, column + 2);
    por->weak = (flags & POR_WEAK) != 0;
    por->authenticated = (flags & POR_AUTHENTICATED) != 0;
    if (column_bytes(s, column + 3, por->data, sizeof por->data, &por->length) != STORE_OK)
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
    column_text(s, 4, row->msisdn, sizeof row->msisdn);
    row->state = (enum message_state)db_column_int(s, 5);
    row->counter = db_column_is_null(s, 6) ? -1 : db_column_int(s, 6);
    row->reference = (uint8_t)db_column_int(s, 7);
    int rc = column_bytes(s, 8, row->facts.parts, sizeof row->facts.parts, &parts);
    row->facts.part_count = (uint8_t)parts;
    row->facts.flags = (uint8_t)db_column_int(s, 9);
    row->facts.words_kind = (enum words_kind)db_column_int(s, 10);
    column_text(s, 11, row->facts.words, sizeof row->facts.words);
    row->deadline = db_column_int(s, 12);
    row->sent = db_column_int(s, 13);
    row->settled = db_column_int(s, 14);
    read_por(s, 15, &row->facts.por);
    return rc;
}

int work_message_load(struct store *store, int64_t id, struct message_row *row)
{
    struct db_statement *s = db_prepare(
        store_db(store),
        "SELECT m.id, m.campaign_id, m.iteration, m.card_id, c.msisdn, m.state, m.counter, m.reference,"
        " m.parts, m.flags, m.words_kind, m.words, m.deadline, m.sent, m.settled, m.por_status,"
        " m.por_executed, m.por_sw, m.por_data, m.por_flags"
        " FROM message AS m JOIN card AS c ON c.id = m.card_id WHERE m.id = ?1");
    db_bind_int(s, 1, id);
    int rc = first_row(s);
    if (rc != STORE_OK)
        return rc;
    rc = read_message(s, row);
    db_reset(s);
    return rc;
}

static void bind_por(struct db_statement *s, int parameter, const struct por_fact *por)
{
    for (int i = 0; i < 4; i++)
        db_bind_null(s, parameter + i);
    db_bind_int(s, parameter + 4, (por->weak ? POR_WEAK : 0) | (por->authenticated ? POR_AUTHENTICATED : 0));
    if (por->seen)
        db_bind_int(s, parameter, por->status);
    if (por->has_result) {
        db_bind_int(s, parameter + 1, por->executed);
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
        " again = ?17"
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
    bind_time(s, 8, row->deadline);
    bind_time(s, 9, row->sent);
    bind_time(s, 10, row->settled);
    bind_por(s, 11, &row->facts.por);
    db_bind_int(s, 16, derived->keep_packet);
    db_bind_int(s, 17, derived->again);
    return run_changing(store, s);
}

int work_message_built(struct store *store, int64_t id, uint64_t counter, uint8_t reference,
                       unsigned int commands, const uint8_t *packet, size_t length)
{
    struct db_statement *s =
        db_prepare(store_db(store), "UPDATE message SET counter = ?2, reference = ?3, commands = ?4,"
                                    " packet = ?5 WHERE id = ?1 AND counter IS NULL");
    db_bind_int(s, 1, id);
    db_bind_int(s, 2, (int64_t)counter);
    db_bind_int(s, 3, reference);
    db_bind_int(s, 4, commands);
    db_bind_blob(s, 5, packet, length);
    return run_changing(store, s);
}

int work_message_packet(struct store *store, int64_t id, uint8_t *packet, size_t size, size_t *length)
{
    struct db_statement *s =
        db_prepare(store_db(store), "SELECT packet FROM message WHERE id = ?1 AND packet IS NOT NULL");
    db_bind_int(s, 1, id);
    int rc = first_row(s);
    if (rc != STORE_OK)
        return rc;
    rc = column_bytes(s, 0, packet, size, length);
    db_reset(s);
    return rc;
}

#define PENDING_COLUMNS "m.id, m.card_id, c.msisdn, c.next_reference, c.busy_message"

static void read_pending(struct db_statement *s, struct pending_message *row)
{
    row->id = db_column_int(s, 0);
    row->card_id = db_column_int(s, 1);
    column_text(s, 2, row->msisdn, sizeof row->msisdn);
    row->reference = (uint8_t)db_column_int(s, 3);
    row->card_is_busy = !db_column_is_null(s, 4);
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
    int rc = first_row(s);
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
    int rc = first_row(s);
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
    return read_ints(s, ids, count);
}

int work_due(struct store *store, int64_t now, int64_t *ids, size_t *count)
{
    struct db_statement *s =
        db_prepare(store_db(store),
                   "SELECT id FROM message WHERE deadline IS NOT NULL AND deadline <= ?1 ORDER BY deadline");
    db_bind_int(s, 1, now);
    return read_ints(s, ids, count);
}

int work_next_deadline(struct store *store, int64_t *deadline)
{
    return read_int(
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
    return run_changing(store, s);
}

int work_card_release(struct store *store, int64_t card_id, int64_t message_id)
{
    struct db_statement *s = db_prepare(
        store_db(store), "UPDATE card SET busy_message = NULL WHERE id = ?1 AND busy_message = ?2");
    db_bind_int(s, 1, card_id);
    db_bind_int(s, 2, message_id);
    return run_changing(store, s);
}

/* --- what a reply may belong to --- */

int work_reply_card(struct store *store, const char *msisdn, struct reply_card *card)
{
    struct db_statement *s =
        db_prepare(store_db(store), "SELECT id, busy_message FROM card WHERE msisdn = ?1");
    db_bind_text(s, 1, msisdn + (msisdn[0] == '+'));
    int rc = first_row(s);
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

int work_latest_of_card(struct store *store, int64_t campaign_id, int64_t card_id, int64_t *id)
{
    struct db_statement *s =
        db_prepare(store_db(store), "SELECT id FROM message WHERE card_id = ?1 AND campaign_id = ?2"
                                    " ORDER BY id DESC LIMIT 1");
    db_bind_int(s, 1, card_id);
    db_bind_int(s, 2, campaign_id);
    return read_int(s, id);
}

int work_unanswered_packet(struct store *store, int64_t campaign_id, int64_t card_id, int64_t iteration,
                           uint64_t *counter, uint8_t *packet, size_t size, size_t *length)
{
    struct db_statement *s = db_prepare(
        store_db(store),
        "SELECT counter, packet FROM message WHERE card_id = ?1 AND campaign_id = ?2 AND iteration = ?3"
        " AND packet IS NOT NULL ORDER BY id DESC LIMIT 1");
    db_bind_int(s, 1, card_id);
    db_bind_int(s, 2, campaign_id);
    db_bind_int(s, 3, iteration);
    int rc = first_row(s);
    if (rc != STORE_OK)
        return rc;
    *counter = (uint64_t)db_column_int(s, 0);
    rc = column_bytes(s, 1, packet, size, length);
    db_reset(s);
    return rc;
}

static void read_counter_packet(struct db_statement *s, int column, struct counter_packet *packet)
{
    packet->known = !db_column_is_null(s, column);
    packet->campaign_id = db_column_int(s, column);
    packet->counter = (uint64_t)db_column_int(s, column + 1);
    packet->state = (enum message_state)db_column_int(s, column + 2);
    packet->por_status = db_column_is_null(s, column + 3) ? -1 : (int)db_column_int(s, column + 3);
    packet->por_is_weak = (db_column_int(s, column + 4) & POR_WEAK) != 0;
    packet->por = spi2_por((uint8_t)db_column_int(s, column + 5));
}

int work_counter_get(struct store *store, int64_t card_id, uint8_t key_index, struct counter_scope *scope)
{
    struct db_statement *s =
        db_prepare(store_db(store), "SELECT k.value, k.jumps, m.campaign_id, m.counter, m.state, m.por_status,"
                                    " m.por_flags, g.spi2 FROM card_counter AS k"
                                    " LEFT JOIN message AS m ON m.id = k.last_message"
                                    " LEFT JOIN campaign AS g ON g.id = m.campaign_id"
                                    " WHERE k.card_id = ?1 AND k.key_index = ?2");
    *scope = (struct counter_scope){0};
    db_bind_int(s, 1, card_id);
    db_bind_int(s, 2, key_index);
    int rc = first_row(s);
    if (rc != STORE_OK)
        return rc == STORE_NOT_FOUND ? STORE_OK : rc;
    scope->value = (uint64_t)db_column_int(s, 0);
    scope->jumps = (unsigned int)db_column_int(s, 1);
    read_counter_packet(s, 2, &scope->last);
    db_reset(s);
    return STORE_OK;
}

int work_counter_set(struct store *store, int64_t card_id, uint8_t key_index, int64_t message_id,
                     uint64_t counter, unsigned int jumps)
{
    struct db_statement *s = db_prepare(
        store_db(store),
        "INSERT INTO card_counter (card_id, key_index, value, last_message, jumps) VALUES (?1, ?2, ?3, ?4, ?5)"
        " ON CONFLICT (card_id, key_index) DO UPDATE SET last_message = excluded.last_message,"
        " jumps = excluded.jumps, value = CASE WHEN excluded.value > card_counter.value"
        " THEN excluded.value ELSE card_counter.value END");
    if (counter > COUNTER_MAX)
        return STORE_FAILED;
    db_bind_int(s, 1, card_id);
    db_bind_int(s, 2, key_index);
    db_bind_int(s, 3, (int64_t)counter);
    db_bind_int(s, 4, message_id);
    db_bind_int(s, 5, jumps);
    switch (db_run(s)) {
    case DB_DONE: return STORE_OK;
    case DB_E_CONSTRAINT: return STORE_NOT_FOUND;
    default: return STORE_FAILED;
    }
}

/* --- what came in --- */

int work_inbound_is_new(struct store *store, const char *uuid, int64_t now)
{
    struct db_statement *s =
        db_prepare(store_db(store),
                   "INSERT INTO inbound_seen (uuid, seen) VALUES (?1, ?2) ON CONFLICT (uuid) DO NOTHING");
    db_bind_text(s, 1, uuid);
    db_bind_int(s, 2, now);
    return run_changing(store, s);
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
    return run(s);
}

/* Two PoRs of 255 parts: nobody sends more at a time, so whoever does loses the oldest. */
static int drop_surplus_parts(struct store *store, int64_t card_id)
{
    struct db_statement *s = db_prepare(
        store_db(store),
        "DELETE FROM inbound_part WHERE card_id = ?1 AND received <"
        " (SELECT received FROM inbound_part WHERE card_id = ?1 ORDER BY received DESC LIMIT 1 OFFSET 510)");
    db_bind_int(s, 1, card_id);
    return run(s);
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
        rc = column_bytes(s, 0, packet + *length, size - *length, &piece);
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
    return run(s);
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
    int rc = run(s);
    s = db_prepare(store_db(store), "DELETE FROM inbound_part WHERE received < ?1");
    db_bind_int(s, 1, parts_before);
    return rc == STORE_OK ? run(s) : rc;
}
