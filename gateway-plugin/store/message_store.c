#include "gateway-plugin/store/message_store.h"

#include <stdio.h>
#include <string.h>

#define POR_AUTHENTICATED 2

/* A later message of the same card in the same campaign has a greater id. */
#define IS_LATEST                                                                                            \
    " NOT EXISTS (SELECT 1 FROM message AS later WHERE later.card_id = m.card_id AND later.id > m.id"        \
    " AND later.campaign_id = ?1)"

#define VIEW_COLUMNS                                                                                         \
    "SELECT m.id, m.card_id, m.iteration, c.msisdn, c.iccid, m.state, m.counter, m.por_status, "             \
    "m.por_executed,"                                                                                        \
    " m.commands, m.por_sw, m.por_flags, m.detail, m.por_data, m.created, m.sent, m.settled,"                \
    " m.piece, m.pieces, m.commands_before"                 \
    " FROM message AS m JOIN card AS c ON c.id = m.card_id"

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
    int before = (int)db_column_int(s, 19);
    view->executed = db_column_is_null(s, 8) ? -1 : before + (int)db_column_int(s, 8);
    view->commands = db_column_is_null(s, 9) ? -1 : before + (int)db_column_int(s, 9);
    view->sw = (int)int_or(s, 10, -1);
    view->authenticated = (db_column_int(s, 11) & POR_AUTHENTICATED) != 0;
    copy_text(s, 12, view->detail, sizeof view->detail);
    copy_data(s, 13, view);
    view->created = db_column_int(s, 14);
    view->sent = db_column_int(s, 15);
    view->settled = db_column_int(s, 16);
    view->piece = (int)db_column_int(s, 17);
    view->pieces = (int)int_or(s, 18, -1);
}

static struct db_statement *prepare_listing(struct store *store, int64_t iteration)
{
    if (iteration == 0)
        return db_prepare(store_db(store), VIEW_COLUMNS
                          " WHERE m.campaign_id = ?1 AND m.id > ?2 AND" IS_LATEST " ORDER BY m.id LIMIT ?3");
    struct db_statement *s =
        db_prepare(store_db(store), VIEW_COLUMNS " WHERE m.campaign_id = ?1 AND m.id > ?2"
                                                 " AND m.iteration = ?4 ORDER BY m.id LIMIT ?3");
    db_bind_int(s, 4, iteration);
    return s;
}

int message_list(struct store *store, int64_t campaign_id, int64_t iteration, struct page page,
                 int (*each)(void *user, const struct message_view *view), void *user)
{
    struct db_statement *s = prepare_listing(store, iteration);
    struct message_view view;
    enum db_result result;
    db_bind_int(s, 1, campaign_id);
    db_bind_int(s, 2, page.after);
    db_bind_int(s, 3, page.limit);
    while ((result = db_step(s)) == DB_ROW) {
        read_view(s, &view);
        if (each(user, &view) != 0)
            break;
    }
    db_reset(s);
    return result < 0 ? STORE_FAILED : STORE_OK;
}

/* All rows by state, from an index, less those that a later one of the same card has taken the place of: all
 * that are CONTINUED, and for each other row of a later iteration the one before it. So the work behind the first iteration is that of
 * the retries, not of the campaign. */
#define COUNT_LATEST                                                                                         \
    "SELECT state, SUM(n) FROM ("                                                                            \
    "SELECT state, COUNT(*) AS n FROM message WHERE campaign_id = ?1 AND state <> ?2 GROUP BY state"         \
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

int message_count(struct store *store, int64_t campaign_id, struct message_counts *counts)
{
    struct db_statement *s =
        db_prepare(store_db(store), "SELECT expanded_to, group_id FROM campaign WHERE id = ?1");
    memset(counts, 0, sizeof *counts);
    db_bind_int(s, 1, campaign_id);
    enum db_result result = db_step(s);
    bool expanding = result == DB_ROW && !db_column_is_null(s, 0);
    int64_t group_id = result == DB_ROW ? db_column_int(s, 1) : 0;
    db_reset(s);
    if (result != DB_ROW)
        return result == DB_DONE ? STORE_NOT_FOUND : STORE_FAILED;
    if (count_states(store, campaign_id, counts) != STORE_OK)
        return STORE_FAILED;
    return expanding && group_id != 0 ? count_group(store, group_id, &counts->cards) : STORE_OK;
}
