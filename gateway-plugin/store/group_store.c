#include "gateway-plugin/store/catalog_store.h"
#include "gateway-plugin/store/named_object.h"
#include "gateway-plugin/store/store_private.h"

#define SELECT_GROUP                                                                                         \
    "SELECT g.id, g.profile_id, p.name, g.name, "                                                            \
    "(SELECT COUNT(*) FROM card_group_member m WHERE m.group_id = g.id), g.created, g.updated "              \
    "FROM card_group g JOIN profile p ON p.id = g.profile_id AND g.deleted = 0 "

static void take_group(struct db_statement *row, void *to)
{
    struct card_group *group = to;
    group->id = db_column_int(row, 0);
    group->profile_id = db_column_int(row, 1);
    row_text(row, 2, group->profile_name, sizeof group->profile_name);
    row_text(row, 3, group->name, sizeof group->name);
    group->card_count = db_column_int(row, 4);
    group->created = db_column_int(row, 5);
    group->updated = db_column_int(row, 6);
}

int group_get(struct store *store, int64_t id, struct card_group *group)
{
    struct db_statement *select = db_prepare(store_db(store), SELECT_GROUP "WHERE g.id = ?1");
    db_bind_int(select, 1, id);
    return fetch_one(select, take_group, group);
}

int group_insert(struct store *store, struct card_group *group, int64_t now, struct refusal *refusal)
{
    struct db *db = store_db(store);
    if (name_check("card group name", group->name, refusal) != 0)
        return -1;
    struct db_statement *insert =
        db_prepare(db, "INSERT INTO card_group (id, profile_id, name, created, updated) "
                       "VALUES (" NEXT_ID("card_group") ", ?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING");
    db_bind_int(insert, 1, group->profile_id);
    db_bind_text(insert, 2, group->name);
    db_bind_int(insert, 3, now);
    db_bind_int(insert, 4, now);
    enum db_result result = db_run(insert);
    if (result == DB_E_CONSTRAINT)
        return store_found(store, STORE_NOT_FOUND, "profile", group->profile_id, refusal);
    if (result != DB_DONE)
        return store_refuse(store, "card group", refusal);
    if (db_changes(db) == 0)
        return named_object_refuse_name(store, NAMED_CARD_GROUP, group->profile_id, group->name, refusal);
    if (group_get(store, db_last_insert_id(db), group) != STORE_OK)
        return store_refuse(store, "card group", refusal);
    return 0;
}

static int is_member(struct store *store, int64_t group_id, int64_t card_id)
{
    struct db_statement *select =
        db_prepare(store_db(store), "SELECT 1 FROM card_group_member WHERE group_id = ?1 AND card_id = ?2");
    db_bind_int(select, 1, group_id);
    db_bind_int(select, 2, card_id);
    enum db_result result = db_step(select);
    db_reset(select);
    return result == DB_ROW ? STORE_OK : result == DB_DONE ? STORE_NOT_FOUND : STORE_FAILED;
}

int group_add_card(struct store *store, int64_t group_id, int64_t card_id)
{
    struct db_statement *insert = db_prepare(
        store_db(store), "INSERT INTO card_group_member (group_id, card_id) "
                         "SELECT g.id, c.id FROM card_group g JOIN card c ON c.profile_id = g.profile_id "
                         "WHERE g.id = ?1 AND g.deleted = 0 AND c.id = ?2 ON CONFLICT DO NOTHING");
    db_bind_int(insert, 1, group_id);
    db_bind_int(insert, 2, card_id);
    if (db_run(insert) != DB_DONE)
        return STORE_FAILED;
    return db_changes(store_db(store)) > 0 ? STORE_OK : is_member(store, group_id, card_id);
}

int group_add_profile_cards(struct store *store, int64_t group_id)
{
    struct db_statement *insert = db_prepare(
        store_db(store), "INSERT INTO card_group_member (group_id, card_id) "
                         "SELECT g.id, c.id FROM card_group g JOIN card c ON c.profile_id = g.profile_id "
                         "WHERE g.id = ?1 AND g.deleted = 0 ORDER BY c.id ON CONFLICT DO NOTHING");
    db_bind_int(insert, 1, group_id);
    return db_run(insert) == DB_DONE ? STORE_OK : STORE_FAILED;
}

int group_list(struct store *store, int64_t profile_id, struct page page, struct card_group *rows,
               size_t *count)
{
    struct db *db = store_db(store);
    struct db_statement *select =
        profile_id == 0
            ? db_prepare(db, SELECT_GROUP "WHERE g.id > ?1 ORDER BY g.id LIMIT ?2")
            : db_prepare(db, SELECT_GROUP "WHERE g.id > ?1 AND g.profile_id = ?3 ORDER BY g.id LIMIT ?2");
    size_t room = page_rows(page, *count);
    db_bind_int(select, 1, page.after);
    db_bind_int(select, 2, (int64_t)room);
    if (profile_id != 0)
        db_bind_int(select, 3, profile_id);
    return fetch_rows(select, take_group, rows, sizeof *rows, room, count);
}
