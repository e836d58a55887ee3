#include "gateway-plugin/store/campaign_store.h"

#include <pthread.h>
#include <stddef.h>
#include <string.h>

#include "gateway-plugin/store/columns.h"
#include "gateway-plugin/store/named_object.h"
#include "gateway-plugin/store/statement.h"
#include "gateway-plugin/store/store_private.h"

/* --- the columns, written once --- */

#define FIELD(member) COLUMN_FIELD(struct campaign, member)
#define LATER COLUMN_LATER

static const struct column list[] = {
    {"profile_id", COLUMN_NUMBER, FIELD(profile_id), COLUMN_ORIGIN},
    {"name", COLUMN_TEXT, FIELD(name), COLUMN_ORIGIN},
    {"type", COLUMN_ENUM, FIELD(type), COLUMN_ORIGIN},
    {"state", COLUMN_ENUM, FIELD(state), COLUMN_ORIGIN},
    {"iteration", COLUMN_NUMBER, FIELD(iteration), LATER},
    {"spi1", COLUMN_BYTE, FIELD(security.spi1), COLUMN_ORIGIN},
    {"spi2", COLUMN_BYTE, FIELD(security.spi2), COLUMN_ORIGIN},
    {"kic", COLUMN_BYTE, FIELD(security.kic), COLUMN_ORIGIN},
    {"kid", COLUMN_BYTE, FIELD(security.kid), COLUMN_ORIGIN},
    {"tar", COLUMN_BYTES, FIELD(security.tar), COLUMN_ORIGIN},
    {"transmission", COLUMN_ENUM, FIELD(transmission), COLUMN_ORIGIN},
    {"validity_minutes", COLUMN_NUMBER, FIELD(validity_minutes), COLUMN_ORIGIN},
    {"por_timeout_seconds", COLUMN_NUMBER, FIELD(por_timeout_seconds), COLUMN_ORIGIN},
    {"part_size", COLUMN_NUMBER, FIELD(part_size), COLUMN_ORIGIN},
    {"script_format", COLUMN_ENUM, FIELD(script_format), COLUMN_ORIGIN},
    {"script_chaining", COLUMN_ENUM, FIELD(script_chaining), COLUMN_ORIGIN},
    {"include_sim_refresh", COLUMN_FLAG, FIELD(include_sim_refresh), COLUMN_ORIGIN},
    {"refresh_command", COLUMN_TEXT, FIELD(refresh_command), COLUMN_ORIGIN},
    {"expected_last_sw", COLUMN_TEXT, FIELD(expected_last_sw), COLUMN_ORIGIN},
    {"retry", COLUMN_ENUM, FIELD(retry), COLUMN_ORIGIN},
    {"retries", COLUMN_NUMBER, FIELD(retries), COLUMN_ORIGIN},
    {"retries_used", COLUMN_NUMBER, FIELD(retries_used), LATER},
    {"max_sms_parts", COLUMN_NUMBER, FIELD(max_sms_parts), COLUMN_ORIGIN},
    {"max_packet_bytes", COLUMN_NUMBER, FIELD(max_packet_bytes), COLUMN_ORIGIN},
    {"dlr_url", COLUMN_TEXT, FIELD(urls[NOTIFICATION_DLR]), COLUMN_ORIGIN},
    {"por_url", COLUMN_TEXT, FIELD(urls[NOTIFICATION_POR]), COLUMN_ORIGIN},
    {"tls_url", COLUMN_TEXT, FIELD(urls[NOTIFICATION_TLS]), COLUMN_ORIGIN},
    {"applet_id", COLUMN_REFERENCE, FIELD(applet_id), COLUMN_ORIGIN},
    {"is_load_included", COLUMN_FLAG, FIELD(is_load_included), COLUMN_ORIGIN},
    {"is_install_included", COLUMN_FLAG, FIELD(is_install_included), COLUMN_ORIGIN},
    {"is_delete_included", COLUMN_FLAG, FIELD(is_delete_included), COLUMN_ORIGIN},
    {"tkp_id", COLUMN_REFERENCE, FIELD(tkp_id), COLUMN_ORIGIN},
    {"made_to_start", COLUMN_FLAG, FIELD(made_to_start), COLUMN_ORIGIN},
    {"group_id", COLUMN_REFERENCE, FIELD(group_id), LATER},
    {"card_id", COLUMN_REFERENCE, FIELD(card_id), LATER},
    {"created", COLUMN_NUMBER, FIELD(created), LATER},
    {"updated", COLUMN_NUMBER, FIELD(updated), LATER},
    {"started", COLUMN_REFERENCE, FIELD(started), LATER},
    {"ended", COLUMN_REFERENCE, FIELD(ended), LATER},
};
static const struct columns columns = {"campaign", list, sizeof list / sizeof list[0]};

/* One address each, by which db_prepare() knows its statements. */
static struct {
    char get[2048], list[2048], list_of_profile[2048], insert[2048];
} sql;
static pthread_once_t sql_once = PTHREAD_ONCE_INIT;

static void make_select(char *text, size_t size, const char *rest)
{
    sql_add(text, size, "SELECT c.id, p.name");
    columns_add_names(text, size, &columns);
    sql_add(text, size, ", t.install_parameters FROM campaign c JOIN profile p ON p.id = c.profile_id"
                        " LEFT JOIN toolkit_parameters t ON t.id = c.tkp_id WHERE %s", rest);
}

static void make_sql(void)
{
    make_select(sql.get, sizeof sql.get, "c.id = ?1 AND c.deleted = 0");
    make_select(sql.list, sizeof sql.list, "c.id > ?1 AND c.deleted = 0 ORDER BY c.id LIMIT ?2");
    make_select(sql.list_of_profile, sizeof sql.list_of_profile,
                "c.id > ?1 AND c.profile_id = ?3 AND c.deleted = 0 ORDER BY c.id LIMIT ?2");
    columns_add_insert(sql.insert, sizeof sql.insert, &columns);
}

static struct db_statement *prepare(struct store *store, const char *text)
{
    pthread_once(&sql_once, make_sql);
    return db_prepare(store_db(store), text);
}

static void take_install_parameters(struct db_statement *row, int column, struct campaign *campaign)
{
    if (!campaign->is_install_included)
        return;
    if (campaign->tkp_id != 0)
        row_text(row, column, campaign->install_parameters, sizeof campaign->install_parameters);
    else
        strcpy(campaign->install_parameters, INSTALL_PARAMETERS_NONE);
}

static void take_campaign(struct db_statement *row, void *to)
{
    struct campaign *campaign = to;
    *campaign = (struct campaign){.id = db_column_int(row, 0)};
    row_text(row, 1, campaign->profile_name, sizeof campaign->profile_name);
    columns_take(row, 2, &columns, campaign);
    take_install_parameters(row, 2 + (int)columns.count, campaign);
}

int campaign_get(struct store *store, int64_t id, struct campaign *campaign)
{
    struct db_statement *select = prepare(store, sql.get);
    db_bind_int(select, 1, id);
    return fetch_one(select, take_campaign, campaign);
}

/* All of it was there when the request was checked. */
static int refuse_missing_part(struct store *store, const struct campaign *campaign, struct refusal *refusal)
{
    const struct named_reference references[] = {{NAMED_PROFILE, campaign->profile_id},
                                                 {NAMED_APPLET, campaign->applet_id},
                                                 {NAMED_TOOLKIT, campaign->tkp_id}};
    return named_object_refuse_reference(store, references, sizeof references / sizeof references[0], refusal);
}

static int insert_row(struct store *store, const struct campaign *campaign, int64_t now,
                      struct refusal *refusal)
{
    struct db_statement *insert = prepare(store, sql.insert);
    db_bind_int(insert, 1, now);
    db_bind_int(insert, 2, now);
    columns_bind(insert, &columns, false, campaign);
    enum db_result result = db_run(insert);
    if (result == DB_E_CONSTRAINT)
        return refuse_missing_part(store, campaign, refusal);
    if (result != DB_DONE)
        return store_refuse(store, "campaign", refusal);
    return db_changes(store_db(store)) == 0
               ? named_object_refuse_name(store, NAMED_CAMPAIGN, campaign->profile_id, campaign->name,
                                          refusal)
               : 0;
}

static int insert_commands(struct store *store, int64_t id, const char *const *commands, size_t count,
                           struct refusal *refusal)
{
    for (size_t i = 0; i < count; i++) {
        struct db_statement *insert =
            db_prepare(store_db(store),
                       "INSERT INTO campaign_command (campaign_id, position, command) VALUES (?1, ?2, ?3)");
        db_bind_int(insert, 1, id);
        db_bind_int(insert, 2, (int64_t)i + 1);
        db_bind_text(insert, 3, commands[i]);
        if (db_run(insert) != DB_DONE)
            return store_refuse(store, "campaign command", refusal);
    }
    return 0;
}

static int insert_message(struct store *store, int64_t id, const char *message, struct refusal *refusal)
{
    struct db_statement *insert =
        db_prepare(store_db(store), "INSERT INTO campaign_text (campaign_id, message) VALUES (?1, ?2)");
    db_bind_int(insert, 1, id);
    db_bind_text(insert, 2, message);
    return db_run(insert) == DB_DONE ? 0 : store_refuse(store, "campaign text", refusal);
}

static int insert_all(struct store *store, struct campaign *campaign, const char *const *commands,
                      size_t count, int64_t now, struct refusal *refusal)
{
    const char *message = campaign->message;
    if (insert_row(store, campaign, now, refusal) != 0)
        return -1;
    int64_t id = db_last_insert_id(store_db(store));
    if (insert_commands(store, id, commands, count, refusal) != 0 ||
        (message != NULL && insert_message(store, id, message, refusal) != 0))
        return -1;
    int rc = campaign_get(store, id, campaign);
    campaign->message = message;
    return rc == STORE_OK ? 0 : store_refuse(store, "campaign", refusal);
}

int campaign_insert(struct store *store, struct campaign *campaign, const char *const *commands, size_t count,
                    int64_t now, struct refusal *refusal)
{
    if (campaign_check(campaign, refusal) != 0)
        return -1;
    const bool is_text = campaign_type_is_text(campaign->type);
    if (is_text && count > 0)
        return refuse(refusal, REFUSAL_INVALID, "campaign '%s' is a text, expected no commands", campaign->name);
    if (!is_text && count == 0 && campaign->applet_id == 0)
        return refuse(refusal, REFUSAL_INVALID, "campaign '%s' has no command, expected at least one",
                      campaign->name);
    if (store_savepoint(store) != STORE_OK)
        return store_refuse(store, "campaign", refusal);
    int rc = insert_all(store, campaign, commands, count, now, refusal);
    if (rc != 0)
        store_rollback_to(store);
    else if (store_release(store) != STORE_OK)
        rc = store_refuse(store, "campaign", refusal);
    return rc;
}

int campaign_list(struct store *store, int64_t profile_id, struct page page, struct campaign *rows,
                  size_t *count)
{
    struct db_statement *select = prepare(store, profile_id == 0 ? sql.list : sql.list_of_profile);
    size_t room = page_rows(page, *count);
    db_bind_int(select, 1, page.after);
    db_bind_int(select, 2, (int64_t)room);
    if (profile_id != 0)
        db_bind_int(select, 3, profile_id);
    return fetch_rows(select, take_campaign, rows, sizeof *rows, room, count);
}

int campaign_update(struct store *store, const struct campaign *campaign, int64_t now)
{
    struct db_statement *update = db_prepare(
        store_db(store), "UPDATE campaign SET state = ?2, iteration = ?3, group_id = ?4, card_id = ?5, "
                         "started = ?6, ended = ?7, updated = ?8, retries_used = ?9 WHERE id = ?1");
    db_bind_int(update, 1, campaign->id);
    db_bind_int(update, 2, campaign->state);
    db_bind_int(update, 3, campaign->iteration);
    bind_or_null(update, 4, campaign->group_id);
    bind_or_null(update, 5, campaign->card_id);
    bind_or_null(update, 6, campaign->started);
    bind_or_null(update, 7, campaign->ended);
    db_bind_int(update, 8, now);
    db_bind_int(update, 9, campaign->retries_used);
    if (db_run(update) != DB_DONE)
        return STORE_FAILED;
    return db_changes(store_db(store)) > 0 ? STORE_OK : STORE_NOT_FOUND;
}

int campaign_commands(struct store *store, int64_t id, int (*each)(void *user, const char *hex), void *user)
{
    struct db_statement *select = db_prepare(
        store_db(store), "SELECT command FROM campaign_command WHERE campaign_id = ?1 ORDER BY position");
    enum db_result result;
    int rc = 0;
    db_bind_int(select, 1, id);
    while ((result = db_step(select)) == DB_ROW && rc == 0)
        rc = each(user, db_column_text(select, 0));
    db_reset(select);
    return rc != 0 || result == DB_DONE ? rc : STORE_FAILED;
}

int campaign_message(struct store *store, int64_t id, char **message)
{
    struct db_statement *select =
        db_prepare(store_db(store), "SELECT message FROM campaign_text WHERE campaign_id = ?1");
    db_bind_int(select, 1, id);
    int rc = statement_first_row(select);
    if (rc != STORE_OK)
        return rc;
    *message = strdup(db_column_text(select, 0));
    db_reset(select);
    return *message != NULL ? STORE_OK : STORE_FAILED;
}
