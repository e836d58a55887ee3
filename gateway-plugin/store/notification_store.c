#include "gateway-plugin/store/notification_store.h"

#include "gateway-plugin/store/statement.h"

int notification_add(struct store *store, int64_t campaign_id, enum notification_kind kind, const char *body,
                     int64_t now)
{
    struct db_statement *insert =
        db_prepare(store_db(store), "INSERT INTO notification (campaign_id, kind, body, created, due)"
                                    " VALUES (?1, ?2, ?3, ?4, ?4)");
    db_bind_int(insert, 1, campaign_id);
    db_bind_int(insert, 2, kind);
    db_bind_text(insert, 3, body);
    db_bind_int(insert, 4, now);
    return statement_run(insert);
}

static void take_notification(struct db_statement *row, void *to)
{
    struct notification *notification = to;
    notification->id = db_column_int(row, 0);
    notification->campaign_id = db_column_int(row, 1);
    notification->kind = (enum notification_kind)db_column_int(row, 2);
    notification->attempts = (int)db_column_int(row, 3);
    notification->created = db_column_int(row, 4);
    row_text(row, 5, notification->url, sizeof notification->url);
    row_text(row, 6, notification->body, sizeof notification->body);
}

int notification_due(struct store *store, int64_t now, struct notification *rows, size_t *count)
{
    struct db_statement *select = db_prepare(
        store_db(store), "SELECT n.id, n.campaign_id, n.kind, n.attempts, n.created,"
                         " CASE n.kind WHEN 0 THEN c.dlr_url WHEN 1 THEN c.por_url ELSE c.tls_url END, n.body"
                         " FROM notification AS n JOIN campaign AS c ON c.id = n.campaign_id"
                         " WHERE n.due <= ?1 AND c.deleted = 0 ORDER BY n.due, n.id LIMIT ?2");
    size_t room = *count;
    db_bind_int(select, 1, now);
    db_bind_int(select, 2, (int64_t)room);
    return fetch_rows(select, take_notification, rows, sizeof *rows, room, count);
}

int notification_count(struct store *store, int64_t *count)
{
    return statement_read_int(db_prepare(store_db(store), "SELECT COUNT(*) FROM notification WHERE" IS_SEEN("campaign_id")), count);
}

int notification_remove(struct store *store, int64_t id)
{
    struct db_statement *remove = db_prepare(store_db(store), "DELETE FROM notification WHERE id = ?1");
    db_bind_int(remove, 1, id);
    return statement_run(remove);
}

int notification_put_off(struct store *store, const struct notification *notification, int64_t due, bool all)
{
    struct db_statement *update =
        db_prepare(store_db(store), "UPDATE notification SET attempts = attempts + 1, due = ?2 WHERE id = ?1");
    db_bind_int(update, 1, notification->id);
    db_bind_int(update, 2, due);
    int rc = statement_run(update);
    if (!all)
        return rc;
    update = db_prepare(store_db(store), "UPDATE notification SET due = ?3"
                                         " WHERE campaign_id = ?1 AND kind = ?2 AND due < ?3");
    db_bind_int(update, 1, notification->campaign_id);
    db_bind_int(update, 2, notification->kind);
    db_bind_int(update, 3, due);
    return rc == STORE_OK ? statement_run(update) : rc;
}
