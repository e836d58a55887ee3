#include "gateway-plugin/store/profile_part.h"

#include <pthread.h>

#include "gateway-plugin/store/store_private.h"

static void make_select(const struct profile_part *part, char *text, const char *rest)
{
    const size_t size = sizeof part->sql->get;
    sql_add(text, size, "SELECT c.id, p.name");
    columns_add_names(text, size, &part->columns);
    sql_add(text, size, " FROM %s c JOIN profile p ON p.id = c.profile_id WHERE %s", part->columns.table,
            rest);
}

static void make_sql(const struct profile_part *part)
{
    struct profile_part_sql *sql = part->sql;
    make_select(part, sql->get, "c.id = ?1");
    make_select(part, sql->find, "c.profile_id = ?1 AND c.name = ?2");
    make_select(part, sql->list, "c.profile_id = ?3 AND c.id > ?1 ORDER BY c.id LIMIT ?2");
    columns_add_insert(sql->insert, sizeof sql->insert, &part->columns);
    columns_add_update(sql->update, sizeof sql->update, &part->columns);
}

static const struct profile_part_sql *sql_of(const struct profile_part *part)
{
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&mutex);
    if (part->sql->get[0] == '\0')
        make_sql(part);
    pthread_mutex_unlock(&mutex);
    return part->sql;
}

void profile_part_take(const struct profile_part *part, struct db_statement *row, void *to)
{
    struct profile_part_head *head = to;
    head->id = db_column_int(row, 0);
    row_text(row, 1, head->profile_name, sizeof head->profile_name);
    columns_take(row, 2, &part->columns, to);
}

int profile_part_get(struct store *store, const struct profile_part *part, int64_t id, void *row)
{
    struct db_statement *select = db_prepare(store_db(store), sql_of(part)->get);
    db_bind_int(select, 1, id);
    return fetch_one(select, part->take, row);
}

int profile_part_find(struct store *store, const struct profile_part *part, int64_t profile_id,
                      const char *name, void *row)
{
    struct db_statement *select = db_prepare(store_db(store), sql_of(part)->find);
    db_bind_int(select, 1, profile_id);
    db_bind_text(select, 2, name);
    return fetch_one(select, part->take, row);
}

int profile_part_list(struct store *store, const struct profile_part *part, int64_t profile_id,
                      struct page page, void *rows, size_t *count)
{
    struct db_statement *select = db_prepare(store_db(store), sql_of(part)->list);
    size_t room = page_rows(page, *count);
    db_bind_int(select, 1, page.after);
    db_bind_int(select, 2, (int64_t)room);
    db_bind_int(select, 3, profile_id);
    return fetch_rows(select, part->take, rows, part->row_size, room, count);
}

int profile_part_update(struct store *store, const struct profile_part *part, const void *row, int64_t now)
{
    const struct profile_part_head *head = row;
    struct db_statement *update = db_prepare(store_db(store), sql_of(part)->update);
    db_bind_int(update, 1, head->id);
    db_bind_int(update, 2, now);
    columns_bind(update, &part->columns, true, row);
    return db_run(update) == DB_DONE ? STORE_OK : STORE_FAILED;
}

int profile_part_insert(struct store *store, const struct profile_part *part, void *row, int64_t now,
                        struct refusal *refusal)
{
    const struct profile_part_head *head = row;
    struct db *db = store_db(store);
    struct db_statement *insert = db_prepare(db, sql_of(part)->insert);
    db_bind_int(insert, 1, now);
    db_bind_int(insert, 2, now);
    columns_bind(insert, &part->columns, false, row);
    enum db_result result = db_run(insert);
    if (result == DB_E_CONSTRAINT)
        return store_found(store, STORE_NOT_FOUND, "profile", head->profile_id, refusal);
    if (result != DB_DONE)
        return store_refuse(store, part->noun, refusal);
    if (db_changes(db) == 0)
        return named_object_refuse_name(store, part->kind, head->profile_id, head->name, refusal);
    return profile_part_get(store, part, db_last_insert_id(db), row) == STORE_OK
               ? 0
               : store_refuse(store, part->noun, refusal);
}
