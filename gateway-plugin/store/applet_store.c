#include "gateway-plugin/store/applet_store.h"

#include <pthread.h>
#include <stddef.h>
#include <string.h>

#include "gateway-plugin/store/columns.h"
#include "gateway-plugin/store/named_object.h"
#include "gateway-plugin/store/store_private.h"

#define FIELD(member) COLUMN_FIELD(struct applet, member)

static const struct column list[] = {
    {"profile_id", COLUMN_NUMBER, FIELD(profile_id), COLUMN_ORIGIN},
    {"name", COLUMN_TEXT, FIELD(name), COLUMN_ORIGIN},
    {"kind", COLUMN_ENUM, FIELD(kind), COLUMN_ORIGIN},
    {"tars", COLUMN_TEXT, FIELD(tars), COLUMN_SETTING},
    {"format", COLUMN_ENUM, FIELD(format), COLUMN_SETTING},
    {"package_aid", COLUMN_TEXT, FIELD(package_aid), COLUMN_SETTING},
    {"package_version", COLUMN_TEXT, FIELD(package_version), COLUMN_SETTING},
    {"applet_aids", COLUMN_TEXT, FIELD(applet_aids), COLUMN_SETTING},
    {"load_file_size", COLUMN_NUMBER, FIELD(load_file_size), COLUMN_SETTING},
    {"created", COLUMN_NUMBER, FIELD(created), COLUMN_LATER},
    {"updated", COLUMN_NUMBER, FIELD(updated), COLUMN_LATER},
};
static const struct columns columns = {"applet", list, sizeof list / sizeof list[0]};

/* One address each, by which db_prepare() knows its statements. */
static struct {
    char get[640], find[640], list[640], insert[640], update[640];
} sql;
static pthread_once_t sql_once = PTHREAD_ONCE_INIT;

static void make_select(char *text, size_t size, const char *rest)
{
    sql_add(text, size, "SELECT c.id, p.name");
    columns_add_names(text, size, &columns);
    sql_add(text, size, " FROM applet c JOIN profile p ON p.id = c.profile_id WHERE %s", rest);
}

static void make_sql(void)
{
    make_select(sql.get, sizeof sql.get, "c.id = ?1");
    make_select(sql.find, sizeof sql.find, "c.profile_id = ?1 AND c.name = ?2");
    make_select(sql.list, sizeof sql.list, "c.profile_id = ?3 AND c.id > ?1 ORDER BY c.id LIMIT ?2");
    columns_add_insert(sql.insert, sizeof sql.insert, &columns);
    columns_add_update(sql.update, sizeof sql.update, &columns);
}

static struct db_statement *prepare(struct store *store, const char *text)
{
    pthread_once(&sql_once, make_sql);
    return db_prepare(store_db(store), text);
}

static void take_applet(struct db_statement *row, void *to)
{
    struct applet *applet = to;
    applet->id = db_column_int(row, 0);
    row_text(row, 1, applet->profile_name, sizeof applet->profile_name);
    columns_take(row, 2, &columns, applet);
}

int applet_get(struct store *store, int64_t id, struct applet *applet)
{
    struct db_statement *select = prepare(store, sql.get);
    db_bind_int(select, 1, id);
    return fetch_one(select, take_applet, applet);
}

int applet_list(struct store *store, int64_t profile_id, struct page page, struct applet *rows, size_t *count)
{
    struct db_statement *select = prepare(store, sql.list);
    size_t room = page_rows(page, *count);
    db_bind_int(select, 1, page.after);
    db_bind_int(select, 2, (int64_t)room);
    db_bind_int(select, 3, profile_id);
    return fetch_rows(select, take_applet, rows, sizeof *rows, room, count);
}

int applet_insert(struct store *store, struct applet *applet, int64_t now, struct refusal *refusal)
{
    struct db *db = store_db(store);
    if (applet->kind == APPLET_CUSTOM && applet_check_name(applet->name, refusal) != 0)
        return -1;
    struct db_statement *insert = prepare(store, sql.insert);
    db_bind_int(insert, 1, now);
    db_bind_int(insert, 2, now);
    columns_bind(insert, &columns, false, applet);
    enum db_result result = db_run(insert);
    if (result == DB_E_CONSTRAINT)
        return refuse_missing_profile(applet->profile_id, refusal);
    if (result != DB_DONE)
        return store_refuse(store, "applet", refusal);
    if (db_changes(db) == 0)
        return named_object_refuse_name(store, NAMED_APPLET, applet->profile_id, applet->name, refusal);
    return applet_get(store, db_last_insert_id(db), applet) == STORE_OK ? 0
                                                                        : store_refuse(store, "applet", refusal);
}

/* STORE_OK: `applet` is `before` now, with its own file. */
static int fill(struct store *store, const struct applet *before, struct applet *applet, int64_t now)
{
    struct db_statement *update = prepare(store, sql.update);
    applet->id = before->id;
    if (applet->tars[0] == '\0')
        memcpy(applet->tars, before->tars, sizeof applet->tars);
    db_bind_int(update, 1, before->id);
    db_bind_int(update, 2, now);
    columns_bind(update, &columns, true, applet);
    return db_run(update) == DB_DONE ? STORE_OK : STORE_FAILED;
}

static int store_file(struct store *store, struct applet *applet, const uint8_t *load_file)
{
    struct db_statement *update =
        db_prepare(store_db(store), "UPDATE applet SET load_file = ?2 WHERE id = ?1");
    db_bind_int(update, 1, applet->id);
    db_bind_blob(update, 2, load_file, (size_t)applet->load_file_size);
    return db_run(update) == DB_DONE ? applet_get(store, applet->id, applet) : STORE_FAILED;
}

int applet_upload(struct store *store, struct applet *applet, const uint8_t *load_file, int64_t now,
                  struct refusal *refusal)
{
    struct applet before;
    struct db_statement *select = prepare(store, sql.find);
    db_bind_int(select, 1, applet->profile_id);
    db_bind_text(select, 2, applet->name);
    int rc = fetch_one(select, take_applet, &before);
    if (rc == STORE_OK && before.kind == APPLET_CUSTOM && before.format == APPLET_NO_FILE)
        rc = fill(store, &before, applet, now);
    else if (rc != STORE_FAILED) {
        if (applet_insert(store, applet, now, refusal) != 0)
            return -1;
        rc = STORE_OK;
    }
    if (rc == STORE_OK)
        rc = store_file(store, applet, load_file);
    return rc == STORE_OK ? 0 : store_refuse(store, "applet", refusal);
}
