#include "gateway-plugin/store/data_work.h"

#include <string.h>

#include "gateway-plugin/store/statement.h"

int work_data_drop(struct store *store, int64_t campaign_id, int64_t limit)
{
    return statement_drop_some(store,
                               "DELETE FROM campaign_data WHERE campaign_id = ?1 AND card_id IN (SELECT card_id"
                               " FROM campaign_data WHERE campaign_id = ?1 ORDER BY card_id LIMIT ?2)",
                               campaign_id, limit);
}

int work_data_drop_unstarted(struct store *store)
{
    return statement_run(
        db_prepare(store_db(store), "DELETE FROM campaign_data WHERE campaign_id IN (SELECT id FROM campaign"
                                    " WHERE started IS NULL)"));
}

int work_data_add(struct store *store, int64_t campaign_id, int64_t card_id, const char *data)
{
    struct db_statement *s =
        db_prepare(store_db(store), "INSERT INTO campaign_data (campaign_id, card_id, data) SELECT g.id, c.id, ?3"
                                    " FROM campaign AS g, card AS c WHERE g.id = ?1 AND g.deleted = 0 AND c.id = ?2"
                                    " ON CONFLICT DO NOTHING");
    db_bind_int(s, 1, campaign_id);
    db_bind_int(s, 2, card_id);
    db_bind_text(s, 3, data);
    return statement_run_changing(store, s);
}

int work_data_get(struct store *store, int64_t campaign_id, int64_t card_id, char **data)
{
    struct db_statement *s =
        db_prepare(store_db(store), "SELECT data FROM campaign_data WHERE campaign_id = ?1 AND card_id = ?2");
    db_bind_int(s, 1, campaign_id);
    db_bind_int(s, 2, card_id);
    int rc = statement_first_row(s);
    if (rc != STORE_OK)
        return rc;
    *data = strdup(db_column_text(s, 0));
    db_reset(s);
    return *data != NULL ? STORE_OK : STORE_FAILED;
}

int work_group_has_card(struct store *store, int64_t group_id, int64_t card_id)
{
    int64_t found;
    struct db_statement *s =
        db_prepare(store_db(store), "SELECT card_id FROM card_group_member WHERE group_id = ?1 AND card_id = ?2");
    db_bind_int(s, 1, group_id);
    db_bind_int(s, 2, card_id);
    return statement_read_int(s, &found);
}

int work_group_cards(struct store *store, int64_t group_id, int64_t after, int64_t *cards, size_t *count)
{
    struct db_statement *s =
        db_prepare(store_db(store), "SELECT card_id FROM card_group_member WHERE group_id = ?1 AND card_id > ?2"
                                    " ORDER BY card_id LIMIT ?3");
    db_bind_int(s, 1, group_id);
    db_bind_int(s, 2, after);
    db_bind_int(s, 3, (int64_t)*count);
    return statement_read_ints(s, cards, count);
}
