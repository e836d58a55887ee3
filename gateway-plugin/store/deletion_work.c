#include "gateway-plugin/store/deletion_work.h"

#include "gateway-plugin/store/counter_work.h"
#include "gateway-plugin/store/data_work.h"
#include "gateway-plugin/store/statement.h"

int work_deletion_open(struct store *store, int64_t *campaign_id)
{
    return statement_read_int(
        db_prepare(store_db(store), "SELECT id FROM campaign WHERE deleted = 1 ORDER BY id LIMIT 1"), campaign_id);
}

static int drop_notifications(struct store *store, int64_t campaign_id, int64_t limit)
{
    struct db_statement *s =
        db_prepare(store_db(store), "DELETE FROM notification WHERE id IN (SELECT id FROM notification"
                                    " WHERE campaign_id = ?1 LIMIT ?2)");
    db_bind_int(s, 1, campaign_id);
    db_bind_int(s, 2, limit);
    return statement_run_changing(store, s);
}

static int drop_messages(struct store *store, int64_t campaign_id, int64_t limit)
{
    int64_t last;
    struct db_statement *s =
        db_prepare(store_db(store), "SELECT MAX(id) FROM (SELECT id FROM message WHERE campaign_id = ?1 ORDER BY id"
                                    " LIMIT ?2) AS next");
    db_bind_int(s, 1, campaign_id);
    db_bind_int(s, 2, limit);
    int rc = statement_read_int(s, &last);
    if (rc == STORE_OK)
        rc = work_counters_outlive(store, campaign_id, last);
    if (rc != STORE_OK)
        return rc;
    s = db_prepare(store_db(store), "DELETE FROM message WHERE campaign_id = ?1 AND id <= ?2");
    db_bind_int(s, 1, campaign_id);
    db_bind_int(s, 2, last);
    return statement_run_changing(store, s);
}

static int drop_campaign(struct store *store, int64_t campaign_id)
{
    struct db_statement *s = db_prepare(store_db(store), "DELETE FROM campaign WHERE id = ?1");
    db_bind_int(s, 1, campaign_id);
    return statement_run(s);
}

int work_deletion_slice(struct store *store, int64_t campaign_id, int64_t limit, bool *more)
{
    static int (*const steps[])(struct store *store, int64_t campaign_id, int64_t limit) = {
        drop_notifications, drop_messages, work_data_drop}; /* rows of which there may be one a card, or more */
    *more = true;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        int rc = steps[i](store, campaign_id, limit);
        limit -= rc == STORE_OK ? db_changes(store_db(store)) : 0;
        if (rc == STORE_FAILED || limit <= 0)
            return rc;
    }
    *more = false;
    return drop_campaign(store, campaign_id);
}
