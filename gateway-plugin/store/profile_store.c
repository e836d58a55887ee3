#include <pthread.h>
#include <stddef.h>

#include "gateway-plugin/store/catalog_store.h"
#include "gateway-plugin/store/columns.h"
#include "gateway-plugin/store/named_object.h"
#include "gateway-plugin/store/store_private.h"

#define DEFAULT_ACCOUNT 1 /* the migrations make it; accounts beside it are not built yet */

/* --- the columns, written once --- */

#define FIELD(member) COLUMN_FIELD(struct profile, member)

static const struct column list[] = {
    {"account_id", COLUMN_NUMBER, FIELD(account_id), COLUMN_ORIGIN},
    {"name", COLUMN_TEXT, FIELD(name), COLUMN_ORIGIN},
    {"created", COLUMN_NUMBER, FIELD(created), COLUMN_LATER},
    {"updated", COLUMN_NUMBER, FIELD(updated), COLUMN_LATER},
    {"counter_per", COLUMN_ENUM, FIELD(counter_per), COLUMN_SETTING},
    {"validity_minutes", COLUMN_NUMBER, FIELD(settings.validity_minutes), COLUMN_SETTING},
    {"por_timeout_seconds", COLUMN_NUMBER, FIELD(settings.por_timeout_seconds), COLUMN_SETTING},
    {"max_sms_parts", COLUMN_NUMBER, FIELD(settings.max_sms_parts), COLUMN_SETTING},
    {"part_size", COLUMN_NUMBER, FIELD(settings.part_size), COLUMN_SETTING},
    {"spi", COLUMN_TEXT, FIELD(settings.spi), COLUMN_SETTING},
    {"kic", COLUMN_TEXT, FIELD(settings.kic), COLUMN_SETTING},
    {"kid", COLUMN_TEXT, FIELD(settings.kid), COLUMN_SETTING},
    {"script_format", COLUMN_ENUM, FIELD(settings.script_format), COLUMN_SETTING},
    {"script_chaining", COLUMN_ENUM, FIELD(settings.script_chaining), COLUMN_SETTING},
    {"refresh_style", COLUMN_ENUM, FIELD(settings.refresh_style), COLUMN_SETTING},
    {"refresh_command", COLUMN_TEXT, FIELD(settings.refresh_command), COLUMN_SETTING},
    {"http_address", COLUMN_TEXT, FIELD(settings.http.address), COLUMN_SETTING},
    {"http_apn", COLUMN_TEXT, FIELD(settings.http.apn), COLUMN_SETTING},
    {"http_host", COLUMN_TEXT, FIELD(settings.http.host), COLUMN_SETTING},
    {"http_uri", COLUMN_TEXT, FIELD(settings.http.uri), COLUMN_SETTING},
    {"http_agent", COLUMN_TEXT, FIELD(settings.http.agent), COLUMN_SETTING},
};
static const struct columns columns = {"profile", list, sizeof list / sizeof list[0]};

/* One address each, by which db_prepare() knows its statements. */
static struct {
    char get[1536], list[1536], insert[1536], update[1536];
} sql;
static pthread_once_t sql_once = PTHREAD_ONCE_INIT;

static void make_select(char *text, size_t size, const char *rest)
{
    sql_add(text, size, "SELECT c.id, a.name");
    columns_add_names(text, size, &columns);
    sql_add(text, size, " FROM profile c JOIN account a ON a.id = c.account_id WHERE %s", rest);
}

static void make_sql(void)
{
    make_select(sql.get, sizeof sql.get, "c.id = ?1");
    make_select(sql.list, sizeof sql.list, "c.id > ?1 ORDER BY c.id LIMIT ?2");
    columns_add_insert(sql.insert, sizeof sql.insert, &columns);
    columns_add_update(sql.update, sizeof sql.update, &columns);
}

static struct db_statement *prepare(struct store *store, const char *text)
{
    pthread_once(&sql_once, make_sql);
    return db_prepare(store_db(store), text);
}

static void take_profile(struct db_statement *row, void *to)
{
    struct profile *profile = to;
    profile->id = db_column_int(row, 0);
    row_text(row, 1, profile->account, sizeof profile->account);
    columns_take(row, 2, &columns, profile);
}

int profile_get(struct store *store, int64_t id, struct profile *profile)
{
    struct db_statement *select = prepare(store, sql.get);
    db_bind_int(select, 1, id);
    return fetch_one(select, take_profile, profile);
}

static void take_count(struct db_statement *row, void *to)
{
    *(int64_t *)to = db_column_int(row, 0);
}

int profile_card_count(struct store *store, int64_t id, int64_t *count)
{
    struct db_statement *select =
        db_prepare(store_db(store), "SELECT COUNT(*) FROM card WHERE profile_id = ?1");
    db_bind_int(select, 1, id);
    return fetch_one(select, take_count, count);
}

int profile_insert(struct store *store, struct profile *profile, int64_t now, struct refusal *refusal)
{
    struct db *db = store_db(store);
    if (name_check("profile name", profile->name, refusal) != 0 ||
        profile_settings_check(&profile->settings, refusal) != 0)
        return -1;
    profile->account_id = DEFAULT_ACCOUNT;
    struct db_statement *insert = prepare(store, sql.insert);
    db_bind_int(insert, 1, now);
    db_bind_int(insert, 2, now);
    columns_bind(insert, &columns, false, profile);
    if (db_run(insert) != DB_DONE)
        return store_refuse(store, "profile", refusal);
    if (db_changes(db) == 0)
        return named_object_refuse_name(store, NAMED_PROFILE, DEFAULT_ACCOUNT, profile->name, refusal);
    if (profile_get(store, db_last_insert_id(db), profile) != STORE_OK)
        return store_refuse(store, "profile", refusal);
    return 0;
}

int profile_list(struct store *store, struct page page, struct profile *rows, size_t *count)
{
    struct db_statement *select = prepare(store, sql.list);
    size_t room = page_rows(page, *count);
    db_bind_int(select, 1, page.after);
    db_bind_int(select, 2, (int64_t)room);
    return fetch_rows(select, take_profile, rows, sizeof *rows, room, count);
}

/* --- changes --- */

static void take_int(struct db_statement *row, void *to)
{
    *(int64_t *)to = db_column_int(row, 0);
}

/* The counters of one scope say nothing of the other's. */
static int check_counter_scope(struct store *store, const struct profile *profile, enum counter_per before,
                               struct refusal *refusal)
{
    int64_t card;
    if (profile->counter_per == before)
        return 0;
    struct db_statement *select =
        db_prepare(store_db(store), "SELECT k.card_id FROM card_counter AS k JOIN card AS c ON c.id = k.card_id "
                                    "WHERE c.profile_id = ?1 LIMIT 1");
    db_bind_int(select, 1, profile->id);
    int rc = fetch_one(select, take_int, &card);
    if (rc == STORE_NOT_FOUND)
        return 0;
    if (rc != STORE_OK)
        return store_refuse(store, "counters", refusal);
    return refuse_field(refusal, REFUSAL_CONFLICT, "counterScope",
                        "%s: card %lld of profile %lld has a counter for each %s already",
                        counter_per_name(profile->counter_per), (long long)card, (long long)profile->id,
                        before == COUNTER_PER_TAR ? "TAR" : "key set");
}

int profile_update(struct store *store, struct profile *profile, int64_t now, struct refusal *refusal)
{
    struct profile before;
    int rc = profile_get(store, profile->id, &before);
    if (rc != STORE_OK)
        return store_found(store, rc, "profile", profile->id, refusal);
    if (profile_settings_check(&profile->settings, refusal) != 0 ||
        check_counter_scope(store, profile, before.counter_per, refusal) != 0)
        return -1;
    struct db_statement *update = prepare(store, sql.update);
    db_bind_int(update, 1, profile->id);
    db_bind_int(update, 2, now);
    columns_bind(update, &columns, true, profile);
    if (db_run(update) != DB_DONE || profile_get(store, profile->id, profile) != STORE_OK)
        return store_refuse(store, "profile", refusal);
    return 0;
}
