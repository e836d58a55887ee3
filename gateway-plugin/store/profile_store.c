#include "gateway-plugin/store/catalog_store.h"
#include "gateway-plugin/store/named_object.h"
#include "gateway-plugin/store/store_private.h"

#define DEFAULT_ACCOUNT 1 /* the migrations make it; accounts beside it are not built yet */
#define SELECT_PROFILE                                                                                       \
    "SELECT p.id, p.name, p.application, p.created, p.updated, a.name, p.counter_per "                       \
    "FROM profile p JOIN account a ON a.id = p.account_id "

static void take_profile(struct db_statement *row, void *to)
{
    struct profile *profile = to;
    profile->id = db_column_int(row, 0);
    row_text(row, 1, profile->name, sizeof profile->name);
    profile->application = (enum profile_application)db_column_int(row, 2);
    profile->created = db_column_int(row, 3);
    profile->updated = db_column_int(row, 4);
    row_text(row, 5, profile->account, sizeof profile->account);
    profile->counter_per = (enum counter_per)db_column_int(row, 6);
}

int profile_get(struct store *store, int64_t id, struct profile *profile)
{
    struct db_statement *select = db_prepare(store_db(store), SELECT_PROFILE "WHERE p.id = ?1");
    db_bind_int(select, 1, id);
    return fetch_one(select, take_profile, profile);
}

int profile_insert(struct store *store, struct profile *profile, int64_t now, struct refusal *refusal)
{
    struct db *db = store_db(store);
    if (name_check("profile name", profile->name, refusal) != 0)
        return -1;
    if ((unsigned int)profile->application > APPLICATION_CUSTOM)
        return refuse(refusal, REFUSAL_INVALID, "profile application %d is none", (int)profile->application);
    struct db_statement *insert =
        db_prepare(db, "INSERT INTO profile (account_id, name, application, created, updated, counter_per) "
                       "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING");
    db_bind_int(insert, 1, DEFAULT_ACCOUNT);
    db_bind_text(insert, 2, profile->name);
    db_bind_int(insert, 3, profile->application);
    db_bind_int(insert, 4, now);
    db_bind_int(insert, 5, now);
    db_bind_int(insert, 6, profile->counter_per);
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
    struct db_statement *select =
        db_prepare(store_db(store), SELECT_PROFILE "WHERE p.id > ?1 ORDER BY p.id LIMIT ?2");
    size_t room = page_rows(page, *count);
    db_bind_int(select, 1, page.after);
    db_bind_int(select, 2, (int64_t)room);
    return fetch_rows(select, take_profile, rows, sizeof *rows, room, count);
}
