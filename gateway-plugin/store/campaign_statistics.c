#include "gateway-plugin/store/campaign_statistics.h"

#include <string.h>

#include "gateway-plugin/store/statement.h"

_Static_assert(MESSAGE_UPDATED == 4, "states above 3 are the settled ones: index message_outcome");

/* Settled rows by what came of them, and those that are not settled (of a terminated campaign also of earlier
 * iterations); less the rows that one of a later iteration has taken the place of, as message_store.c counts.
 * CONTINUED rows are no card's latest ones, but they count for the rate. ?2: CONTINUED; ?3: where the span of the
 * rate begins; ?4: the last iteration. */
#define OUTCOMES                                                                                             \
    "WITH RECURSIVE iterations (number) AS (SELECT 1 UNION ALL"                                              \
    " SELECT number + 1 FROM iterations WHERE number < ?4)"                                                  \
    " SELECT state, por_status, por_sw, SUM(n), SUM(recent) FROM ("                                          \
    "SELECT state, por_status, por_sw, COUNT(*) AS n, COUNT(CASE WHEN settled >= ?3 THEN 1 END) AS recent"   \
    " FROM message WHERE campaign_id = ?1 AND state > 3 GROUP BY state, por_status, por_sw"                  \
    " UNION ALL SELECT m.state, NULL, NULL, COUNT(*), 0 FROM iterations CROSS JOIN message AS m"             \
    " WHERE m.campaign_id = ?1 AND m.iteration = iterations.number AND m.state <= 3 GROUP BY m.state"        \
    " UNION ALL SELECT p.state, p.por_status, p.por_sw, -COUNT(*), 0"                                        \
    " FROM message AS m JOIN message AS p ON p.id ="                                                         \
    " (SELECT MAX(b.id) FROM message AS b WHERE b.card_id = m.card_id AND b.id < m.id"                       \
    " AND b.campaign_id = ?1 AND b.state <> ?2)"                                                             \
    " WHERE m.campaign_id = ?1 AND m.iteration > 1 AND m.state <> ?2"                                        \
    " GROUP BY p.state, p.por_status, p.por_sw"                                                              \
    ") AS outcomes GROUP BY state, por_status, por_sw"

static void take_outcome(struct db_statement *row, struct campaign_statistics *statistics)
{
    enum message_state state = (enum message_state)db_column_int(row, 0);
    int64_t status = db_column_is_null(row, 1) ? STATISTICS_POR_COUNT - 1 : db_column_int(row, 1);
    int64_t sw = db_column_is_null(row, 2) ? STATISTICS_SW_COUNT - 1 : db_column_int(row, 2);
    int64_t cards = db_column_int(row, 3), recent = db_column_int(row, 4);
    statistics->settled_messages += recent;
    if (state >= MESSAGE_CONTINUED)
        return;
    statistics->settled_cards += recent;
    statistics->counts.cards += cards;
    statistics->counts.by_state[state] += cards;
    if (!message_state_is_settled(state))
        return;
    statistics->settled += cards;
    if (status >= 0 && status < STATISTICS_POR_COUNT)
        statistics->by_por_status[status] += cards;
    if (sw >= 0 && sw < STATISTICS_SW_COUNT)
        statistics->by_sw[sw] += cards;
}

static int read_outcomes(struct store *store, const struct campaign *campaign, int64_t since,
                         struct campaign_statistics *statistics)
{
    struct db_statement *select = db_prepare(store_db(store), OUTCOMES);
    enum db_result result;
    db_bind_int(select, 1, campaign->id);
    db_bind_int(select, 2, MESSAGE_CONTINUED);
    db_bind_int(select, 3, since);
    db_bind_int(select, 4, campaign->iteration);
    while ((result = db_step(select)) == DB_ROW)
        take_outcome(select, statistics);
    db_reset(select);
    return result < 0 ? STORE_FAILED : STORE_OK;
}

/* When the iteration's first row was made: rows are made in the order of the cards. */
static int read_beginning(struct store *store, const struct campaign *campaign, int64_t *began)
{
    struct db_statement *select =
        db_prepare(store_db(store), "SELECT created FROM message WHERE campaign_id = ?1 AND iteration = ?2"
                                    " ORDER BY card_id, piece LIMIT 1");
    db_bind_int(select, 1, campaign->id);
    db_bind_int(select, 2, campaign->iteration);
    return statement_read_int(select, began);
}

int campaign_statistics_get(struct store *store, const struct campaign *campaign, int64_t now,
                            struct campaign_statistics *statistics)
{
    int64_t since;
    memset(statistics, 0, sizeof *statistics);
    int result = read_beginning(store, campaign, &since);
    if (result == STORE_NOT_FOUND)
        return message_target_count(store, campaign->id, &statistics->counts.cards);
    if (result != STORE_OK)
        return result;
    bool is_over = campaign->ended >= since;
    int64_t until = is_over ? campaign->ended : now;
    if (!is_over && since < until - STATISTICS_RECENT_MS)
        since = until - STATISTICS_RECENT_MS;
    statistics->span_ms = until - since;
    if (read_outcomes(store, campaign, since, statistics) != STORE_OK)
        return STORE_FAILED;
    return message_target_count(store, campaign->id, &statistics->counts.cards);
}
