#include "gateway-plugin/store/deletion_work.h"

#include "gateway-plugin/store/counter_work.h"
#include "gateway-plugin/store/data_work.h"
#include "gateway-plugin/store/statement.h"

static int drop_notifications(struct store *store, int64_t campaign_id, int64_t limit)
{
    return statement_drop_some(store,
                               "DELETE FROM notification WHERE id IN (SELECT id FROM notification"
                               " WHERE campaign_id = ?1 LIMIT ?2)",
                               campaign_id, limit);
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

static int drop_members(struct store *store, int64_t group_id, int64_t limit)
{
    return statement_drop_some(store,
                               "DELETE FROM card_group_member WHERE group_id = ?1 AND card_id IN (SELECT card_id"
                               " FROM card_group_member WHERE group_id = ?1 ORDER BY card_id LIMIT ?2)",
                               group_id, limit);
}

#define STEPS_MAX 3

static const struct kind {
    const char *open; /* the first one that is deleted */
    int (*const steps[STEPS_MAX])(struct store *store, int64_t id, int64_t limit); /* rows of which there may be many */
    const char *remove;
} kinds[NAMED_KIND_COUNT] = {
    [NAMED_CARD_GROUP] = {"SELECT id FROM card_group WHERE deleted = 1 ORDER BY id LIMIT 1",
                          {drop_members},
                          "DELETE FROM card_group WHERE id = ?1"},
    [NAMED_CAMPAIGN] = {"SELECT id FROM campaign WHERE deleted = 1 ORDER BY id LIMIT 1",
                        {drop_notifications, drop_messages, work_data_drop},
                        "DELETE FROM campaign WHERE id = ?1"},
};

int work_deletion_open(struct store *store, enum named_kind *kind, int64_t *id)
{
    int rc = STORE_NOT_FOUND;
    for (size_t i = 0; i < NAMED_KIND_COUNT && rc == STORE_NOT_FOUND; i++) {
        if (kinds[i].open == NULL)
            continue;
        *kind = (enum named_kind)i;
        rc = statement_read_int(db_prepare(store_db(store), kinds[i].open), id);
    }
    return rc;
}

int work_deletion_slice(struct store *store, enum named_kind kind, int64_t id, int64_t limit, bool *more)
{
    *more = true;
    for (size_t i = 0; i < STEPS_MAX && kinds[kind].steps[i] != NULL; i++) {
        int rc = kinds[kind].steps[i](store, id, limit);
        limit -= rc == STORE_OK ? db_changes(store_db(store)) : 0;
        if (rc == STORE_FAILED || limit <= 0)
            return rc;
    }
    *more = false;
    struct db_statement *s = db_prepare(store_db(store), kinds[kind].remove);
    db_bind_int(s, 1, id);
    return statement_run(s);
}
