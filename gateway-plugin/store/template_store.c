#include "gateway-plugin/store/template_store.h"

#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway-plugin/store/columns.h"
#include "gateway-plugin/store/named_object.h"
#include "gateway-plugin/store/statement.h"

#define FIELD(member) COLUMN_FIELD(struct campaign_template, member)

static const struct column list[] = {
    {"profile_id", COLUMN_NUMBER, FIELD(profile_id), COLUMN_ORIGIN},
    {"name", COLUMN_TEXT, FIELD(name), COLUMN_ORIGIN},
    {"type", COLUMN_ENUM, FIELD(type), COLUMN_ORIGIN},
    {"applet_id", COLUMN_REFERENCE, FIELD(applet_id), COLUMN_ORIGIN},
    {"tkp_id", COLUMN_REFERENCE, FIELD(tkp_id), COLUMN_ORIGIN},
    {"created", COLUMN_NUMBER, FIELD(created), COLUMN_LATER},
    {"updated", COLUMN_NUMBER, FIELD(updated), COLUMN_LATER},
};
static const struct columns columns = {"campaign_template", list, sizeof list / sizeof list[0]};

/* One address each, by which db_prepare() knows its statements. */
static struct {
    char get[512], list[512], list_of_profile[512];
} sql;
static pthread_once_t sql_once = PTHREAD_ONCE_INIT;

static void make_select(char *text, size_t size, const char *rest)
{
    sql_add(text, size, "SELECT c.id, p.name");
    columns_add_names(text, size, &columns);
    sql_add(text, size, ", c.body FROM campaign_template c JOIN profile p ON p.id = c.profile_id WHERE %s",
            rest);
}

static void make_sql(void)
{
    make_select(sql.get, sizeof sql.get, "c.id = ?1");
    make_select(sql.list, sizeof sql.list, "c.id > ?1 ORDER BY c.id LIMIT ?2");
    make_select(sql.list_of_profile, sizeof sql.list_of_profile,
                "c.id > ?1 AND c.profile_id = ?3 ORDER BY c.id LIMIT ?2");
}

static struct db_statement *prepare(struct store *store, const char *text)
{
    pthread_once(&sql_once, make_sql);
    return db_prepare(store_db(store), text);
}

static void take_template(struct db_statement *row, void *to)
{
    struct campaign_template *template = to;
    *template = (struct campaign_template){.id = db_column_int(row, 0)};
    row_text(row, 1, template->profile_name, sizeof template->profile_name);
    columns_take(row, 2, &columns, template);
}

int template_get(struct store *store, int64_t id, struct campaign_template *row, char **body)
{
    struct db_statement *select = prepare(store, sql.get);
    db_bind_int(select, 1, id);
    int rc = statement_first_row(select);
    if (rc != STORE_OK)
        return rc;
    take_template(select, row);
    const char *text = db_column_text(select, 2 + (int)columns.count);
    if (body != NULL && (text == NULL || (*body = strdup(text)) == NULL))
        rc = STORE_FAILED;
    db_reset(select);
    return rc;
}

static int refuse_missing_part(struct store *store, const struct campaign_template *row, struct refusal *refusal)
{
    const struct named_reference references[] = {
        {NAMED_PROFILE, row->profile_id}, {NAMED_APPLET, row->applet_id}, {NAMED_TOOLKIT, row->tkp_id}};
    return named_object_refuse_reference(store, references, sizeof references / sizeof references[0], refusal);
}

int template_insert(struct store *store, struct campaign_template *row, const char *body, int64_t now,
                    struct refusal *refusal)
{
    if (name_check("template name", row->name, refusal) != 0)
        return -1;
    struct db_statement *insert = db_prepare(
        store_db(store),
        "INSERT INTO campaign_template (id, profile_id, name, type, body, created, updated, applet_id, tkp_id) "
        "VALUES (" NEXT_ID("campaign_template") ", ?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7) ON CONFLICT DO NOTHING");
    db_bind_int(insert, 1, row->profile_id);
    db_bind_text(insert, 2, row->name);
    db_bind_int(insert, 3, row->type);
    db_bind_text(insert, 4, body);
    db_bind_int(insert, 5, now);
    bind_or_null(insert, 6, row->applet_id);
    bind_or_null(insert, 7, row->tkp_id);
    enum db_result result = db_run(insert);
    if (result == DB_E_CONSTRAINT)
        return refuse_missing_part(store, row, refusal);
    if (result != DB_DONE)
        return store_refuse(store, "template", refusal);
    if (db_changes(store_db(store)) == 0)
        return named_object_refuse_name(store, NAMED_TEMPLATE, row->profile_id, row->name, refusal);
    return template_get(store, db_last_insert_id(store_db(store)), row, NULL) == STORE_OK
               ? 0
               : store_refuse(store, "template", refusal);
}

int template_list(struct store *store, int64_t profile_id, struct page page, struct campaign_template *rows,
                  size_t *count)
{
    struct db_statement *select = prepare(store, profile_id == 0 ? sql.list : sql.list_of_profile);
    size_t room = page_rows(page, *count);
    db_bind_int(select, 1, page.after);
    db_bind_int(select, 2, (int64_t)room);
    if (profile_id != 0)
        db_bind_int(select, 3, profile_id);
    return fetch_rows(select, take_template, rows, sizeof *rows, room, count);
}

int template_campaign_name(struct store *store, const struct campaign_template *row,
                           char name[static NAME_MAX_LENGTH + 1])
{
    int rc = STORE_OK;
    for (long number = 1; rc == STORE_OK; number++) {
        char end[24];
        int64_t holder;
        int length = snprintf(end, sizeof end, "-%ld", number);
        snprintf(name, NAME_MAX_LENGTH + 1, "%.*s%s", NAME_MAX_LENGTH - length, row->name, end);
        struct db_statement *select =
            db_prepare(store_db(store), "SELECT id FROM campaign WHERE profile_id = ?1 AND name = ?2");
        db_bind_int(select, 1, row->profile_id);
        db_bind_text(select, 2, name);
        rc = statement_read_int(select, &holder);
    }
    return rc == STORE_NOT_FOUND ? STORE_OK : rc;
}
