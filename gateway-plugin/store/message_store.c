#include "gateway-plugin/store/message_store.h"

#include <stdio.h>
#include <string.h>

#include "gateway-plugin/store/statement.h"

/* A later message of the same card in the same campaign has a greater id. */
#define IS_LATEST                                                                                            \
    " NOT EXISTS (SELECT 1 FROM message AS later WHERE later.card_id = m.card_id AND later.id > m.id"        \
    " AND later.campaign_id = ?1 AND (?10 = 0 OR later.id <= ?10))"

#define VIEW_FIELDS                                                                                          \
    "SELECT m.id, m.card_id, m.iteration, c.msisdn, c.iccid, m.state, m.counter, m.por_status, "             \
    "m.por_executed,"                                                                                        \
    " m.commands, m.por_sw, m.por_flags, m.detail, m.por_data, m.created, m.sent, m.settled,"                \
    " m.piece, m.pieces, m.commands_before"
#define VIEW_COLUMNS VIEW_FIELDS " FROM message AS m JOIN card AS c ON c.id = m.card_id"

static int64_t int_or(struct db_statement *s, int column, int64_t otherwise)
{
    return db_column_is_null(s, column) ? otherwise : db_column_int(s, column);
}

static void copy_text(struct db_statement *s, int column, char *text, size_t size)
{
    const char *value = db_column_text(s, column);
    snprintf(text, size, "%s", value == NULL ? "" : value);
}

/* What the card read back: the additional response data behind count and SW. */
static void copy_data(struct db_statement *s, int column, struct message_view *view)
{
    size_t length;
    const void *data = db_column_blob(s, column, &length);
    view->data_length = data == NULL ? 0 : length < sizeof view->data ? length : sizeof view->data;
    if (view->data_length > 0)
        memcpy(view->data, data, view->data_length);
}

static void read_flags(int64_t flags, struct message_view *view)
{
    view->weak = (flags & MESSAGE_POR_WEAK) != 0;
    view->authenticated = (flags & MESSAGE_POR_AUTHENTICATED) != 0;
    view->expanded = (flags & MESSAGE_POR_EXPANDED) != 0;
    view->error = MESSAGE_POR_ERROR(flags);
    view->error_value = MESSAGE_POR_ERROR_VALUE(flags);
}

static void read_view(struct db_statement *s, struct message_view *view)
{
    view->id = db_column_int(s, 0);
    view->card_id = db_column_int(s, 1);
    view->iteration = db_column_int(s, 2);
    copy_text(s, 3, view->msisdn, sizeof view->msisdn);
    copy_text(s, 4, view->iccid, sizeof view->iccid);
    view->state = (enum message_state)db_column_int(s, 5);
    view->counter = int_or(s, 6, -1);
    view->por_status = (int)int_or(s, 7, -1);
    int before = view->before = (int)db_column_int(s, 19);
    view->executed = db_column_is_null(s, 8) ? -1 : before + (int)db_column_int(s, 8);
    view->commands = db_column_is_null(s, 9) ? -1 : before + (int)db_column_int(s, 9);
    view->sw = (int)int_or(s, 10, -1);
    read_flags(db_column_int(s, 11), view);
    copy_text(s, 12, view->detail, sizeof view->detail);
    copy_data(s, 13, view);
    view->created = db_column_int(s, 14);
    view->sent = db_column_int(s, 15);
    view->settled = db_column_int(s, 16);
    view->piece = (int)db_column_int(s, 17);
    view->pieces = (int)int_or(s, 18, -1);
}

#define FITS                                                                                                 \
    " AND m.id > ?2 AND (?4 = 0 OR m.iteration = ?4) AND (?4 <> 0 OR" IS_LATEST ")"                          \
    " AND (?5 = 0 OR (1 << m.state) & ?5 <> 0) AND (?6 = -2 OR COALESCE(m.por_status, -1) = ?6)"             \
    " AND (?7 = 0 OR m.por_sw & ?7 = ?8) AND (?10 = 0 OR m.id <= ?10) ORDER BY m.id LIMIT ?3"

/* By the card's index or by the campaign's: the + keeps the database from taking the other one. */
static struct db_statement *prepare_listing(struct store *store, const struct message_filter *filter)
{
    if (filter->card_id == 0)
        return db_prepare(store_db(store), VIEW_COLUMNS " WHERE m.campaign_id = ?1" FITS);
    struct db_statement *s =
        db_prepare(store_db(store), VIEW_COLUMNS " WHERE m.card_id = ?9 AND +m.campaign_id = ?1" FITS);
    db_bind_int(s, 9, filter->card_id);
    return s;
}

int message_list(struct store *store, int64_t campaign_id, const struct message_filter *filter,
                 struct page page, int (*each)(void *user, const struct message_view *view), void *user)
{
    struct db_statement *s = prepare_listing(store, filter);
    struct message_view view;
    enum db_result result;
    db_bind_int(s, 1, campaign_id);
    db_bind_int(s, 2, page.after);
    db_bind_int(s, 3, page.limit);
    db_bind_int(s, 4, filter->iteration);
    db_bind_int(s, 5, filter->states);
    db_bind_int(s, 6, filter->por_status);
    db_bind_int(s, 7, filter->sw_mask);
    db_bind_int(s, 8, filter->sw_value);
    db_bind_int(s, 10, filter->up_to);
    while ((result = db_step(s)) == DB_ROW) {
        read_view(s, &view);
        if (each(user, &view) != 0)
            break;
    }
    db_reset(s);
    return result < 0 ? STORE_FAILED : STORE_OK;
}

int message_last_id(struct store *store, int64_t campaign_id, int64_t *id)
{
    struct db_statement *s =
        db_prepare(store_db(store), "SELECT COALESCE(MAX(id), 0) FROM message WHERE campaign_id = ?1");
    db_bind_int(s, 1, campaign_id);
    return statement_read_int(s, id);
}

int message_data_before(struct store *store, int64_t campaign_id, const struct message_view *view,
                        int (*each)(void *user, const uint8_t *data, size_t length, bool expanded), void *user)
{
    struct db_statement *s =
        db_prepare(store_db(store), "SELECT m.por_data, m.por_flags FROM message AS m WHERE m.card_id = ?1"
                                    " AND +m.campaign_id = ?2 AND m.id < ?3 AND m.piece < ?4 AND m.complete = 1"
                                    " AND NOT EXISTS (SELECT 1 FROM message AS n WHERE n.card_id = ?1"
                                    " AND +n.campaign_id = ?2 AND n.id < ?3 AND n.id > m.id AND n.piece = m.piece"
                                    " AND n.complete = 1) ORDER BY m.piece");
    enum db_result result;
    db_bind_int(s, 1, view->card_id);
    db_bind_int(s, 2, campaign_id);
    db_bind_int(s, 3, view->id);
    db_bind_int(s, 4, view->piece);
    while ((result = db_step(s)) == DB_ROW) {
        size_t length;
        const uint8_t *data = db_column_blob(s, 0, &length);
        if (data != NULL && length > 0 && each(user, data, length, (db_column_int(s, 1) & MESSAGE_POR_EXPANDED) != 0) != 0)
            break;
    }
    db_reset(s);
    return result < 0 ? STORE_FAILED : STORE_OK;
}

/* All rows by state, from an index, less those that a later one of the same card has taken the place of: all
 * that are CONTINUED, and for each other row of a later iteration the one before it. So the work behind the
 * first iteration is that of the retries, not of the campaign. */
#define COUNT_LATEST                                                                                         \
    "SELECT state, SUM(n) FROM ("                                                                            \
    "SELECT state, COUNT(*) AS n FROM message WHERE campaign_id = ?1 AND state <> ?2"                        \
    " GROUP BY iteration, state"                                                                             \
    " UNION ALL SELECT p.state, -COUNT(*) FROM message AS m JOIN message AS p ON p.id ="                     \
    " (SELECT MAX(b.id) FROM message AS b WHERE b.card_id = m.card_id AND b.id < m.id"                       \
    " AND b.campaign_id = ?1 AND b.state <> ?2)"                                                             \
    " WHERE m.campaign_id = ?1 AND m.iteration > 1 AND m.state <> ?2 GROUP BY p.state"                       \
    ") AS sums GROUP BY state"

static int count_states(struct store *store, int64_t campaign_id, struct message_counts *counts)
{
    struct db_statement *s = db_prepare(store_db(store), COUNT_LATEST);
    enum db_result result;
    db_bind_int(s, 1, campaign_id);
    db_bind_int(s, 2, MESSAGE_CONTINUED);
    while ((result = db_step(s)) == DB_ROW) {
        int64_t state = db_column_int(s, 0);
        if (state < 0 || state >= MESSAGE_STATE_COUNT)
            continue;
        counts->by_state[state] = db_column_int(s, 1);
        counts->cards += counts->by_state[state];
    }
    db_reset(s);
    return result < 0 ? STORE_FAILED : STORE_OK;
}

/* While rows are still being made, the group says how many cards there will be. */
static int count_group(struct store *store, int64_t group_id, int64_t *cards)
{
    struct db_statement *s =
        db_prepare(store_db(store), "SELECT COUNT(*) FROM card_group_member WHERE group_id = ?1");
    db_bind_int(s, 1, group_id);
    enum db_result result = db_step(s);
    if (result == DB_ROW)
        *cards = db_column_int(s, 0);
    db_reset(s);
    return result < 0 ? STORE_FAILED : STORE_OK;
}

int message_target_count(struct store *store, int64_t campaign_id, int64_t *cards)
{
    struct db_statement *s =
        db_prepare(store_db(store), "SELECT expanded_to, group_id FROM campaign WHERE id = ?1");
    db_bind_int(s, 1, campaign_id);
    enum db_result result = db_step(s);
    bool expanding = result == DB_ROW && !db_column_is_null(s, 0);
    int64_t group_id = result == DB_ROW ? db_column_int(s, 1) : 0;
    db_reset(s);
    if (result != DB_ROW)
        return result == DB_DONE ? STORE_NOT_FOUND : STORE_FAILED;
    return expanding && group_id != 0 ? count_group(store, group_id, cards) : STORE_OK;
}

int message_count(struct store *store, int64_t campaign_id, struct message_counts *counts)
{
    memset(counts, 0, sizeof *counts);
    int result = count_states(store, campaign_id, counts);
    return result == STORE_OK ? message_target_count(store, campaign_id, &counts->cards) : result;
}

int message_history(struct store *store, int64_t card_id, struct page page,
                    int (*each)(void *user, const struct message_history *row), void *user)
{
    struct db_statement *s =
        db_prepare(store_db(store), VIEW_FIELDS ", m.campaign_id, g.name FROM message AS m"
                                                " JOIN card AS c ON c.id = m.card_id"
                                                " JOIN campaign AS g ON g.id = m.campaign_id"
                                                " WHERE m.card_id = ?1 AND g.deleted = 0 AND (?2 = 0 OR m.id < ?2)"
                                                " ORDER BY m.id DESC LIMIT ?3");
    struct message_history row;
    enum db_result result;
    int stop = 0;
    db_bind_int(s, 1, card_id);
    db_bind_int(s, 2, page.after);
    db_bind_int(s, 3, page.limit);
    while (stop == 0 && (result = db_step(s)) == DB_ROW) {
        read_view(s, &row.view);
        row.campaign_id = db_column_int(s, 20);
        copy_text(s, 21, row.campaign_name, sizeof row.campaign_name);
        stop = each(user, &row);
    }
    db_reset(s);
    return stop == 0 && result < 0 ? STORE_FAILED : STORE_OK;
}
