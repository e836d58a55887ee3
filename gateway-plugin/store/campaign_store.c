#include "gateway-plugin/store/campaign_store.h"

#include <pthread.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "gateway-plugin/store/named_object.h"
#include "gateway-plugin/store/store_private.h"

/* --- the columns, written once --- */

enum column_kind { COLUMN_NUMBER, COLUMN_BYTE, COLUMN_ENUM, COLUMN_FLAG, COLUMN_TEXT, COLUMN_TAR };

struct column {
    const char *name; /* of table campaign */
    enum column_kind kind;
    size_t offset, size; /* in struct campaign */
    bool later;          /* not written at the creation: campaign_update() does */
};

#define FIELD(member) offsetof(struct campaign, member), sizeof(((struct campaign *)NULL)->member)
#define LATER true

/* SQL NULL reads as 0 and "". */
static const struct column columns[] = {
    {"profile_id", COLUMN_NUMBER, FIELD(profile_id), false},
    {"name", COLUMN_TEXT, FIELD(name), false},
    {"type", COLUMN_ENUM, FIELD(type), false},
    {"state", COLUMN_ENUM, FIELD(state), false},
    {"iteration", COLUMN_NUMBER, FIELD(iteration), LATER},
    {"spi1", COLUMN_BYTE, FIELD(security.spi1), false},
    {"spi2", COLUMN_BYTE, FIELD(security.spi2), false},
    {"kic", COLUMN_BYTE, FIELD(security.kic), false},
    {"kid", COLUMN_BYTE, FIELD(security.kid), false},
    {"tar", COLUMN_TAR, FIELD(security.tar), false},
    {"transmission", COLUMN_ENUM, FIELD(transmission), false},
    {"validity_minutes", COLUMN_NUMBER, FIELD(validity_minutes), false},
    {"por_timeout_seconds", COLUMN_NUMBER, FIELD(por_timeout_seconds), false},
    {"include_sim_refresh", COLUMN_FLAG, FIELD(include_sim_refresh), false},
    {"expected_last_sw", COLUMN_TEXT, FIELD(expected_last_sw), false},
    {"retry", COLUMN_ENUM, FIELD(retry), false},
    {"retries", COLUMN_NUMBER, FIELD(retries), false},
    {"retries_used", COLUMN_NUMBER, FIELD(retries_used), LATER},
    {"max_sms_parts", COLUMN_NUMBER, FIELD(max_sms_parts), false},
    {"dlr_url", COLUMN_TEXT, FIELD(urls[NOTIFICATION_DLR]), false},
    {"por_url", COLUMN_TEXT, FIELD(urls[NOTIFICATION_POR]), false},
    {"tls_url", COLUMN_TEXT, FIELD(urls[NOTIFICATION_TLS]), false},
    {"group_id", COLUMN_NUMBER, FIELD(group_id), LATER},
    {"card_id", COLUMN_NUMBER, FIELD(card_id), LATER},
    {"created", COLUMN_NUMBER, FIELD(created), LATER},
    {"updated", COLUMN_NUMBER, FIELD(updated), LATER},
    {"started", COLUMN_NUMBER, FIELD(started), LATER},
    {"ended", COLUMN_NUMBER, FIELD(ended), LATER},
};
#define COLUMNS (sizeof columns / sizeof columns[0])

/* One address each, by which db_prepare() knows its statements. */
static struct {
    char get[1536], list[1536], list_of_profile[1536], insert[1536];
} sql;
static pthread_once_t sql_once = PTHREAD_ONCE_INIT;

__attribute__((format(printf, 3, 4))) static void add(char *text, size_t size, const char *format, ...)
{
    va_list arguments;
    size_t length = strlen(text);
    va_start(arguments, format);
    vsnprintf(text + length, size - length, format, arguments);
    va_end(arguments);
}

static void make_select(char *text, size_t size, const char *rest)
{
    add(text, size, "SELECT c.id, p.name");
    for (size_t i = 0; i < COLUMNS; i++)
        add(text, size, ", c.%s", columns[i].name);
    add(text, size, " FROM campaign c JOIN profile p ON p.id = c.profile_id WHERE %s", rest);
}

/* ?1 and ?2 are the dates, the settings follow. */
static void make_insert(char *text, size_t size)
{
    int parameter = 3;
    add(text, size, "INSERT INTO campaign (created, updated");
    for (size_t i = 0; i < COLUMNS; i++)
        if (!columns[i].later)
            add(text, size, ", %s", columns[i].name);
    add(text, size, ") VALUES (?1, ?2");
    for (size_t i = 0; i < COLUMNS; i++)
        if (!columns[i].later)
            add(text, size, ", ?%d", parameter++);
    add(text, size, ") ON CONFLICT DO NOTHING");
}

static void make_sql(void)
{
    make_select(sql.get, sizeof sql.get, "c.id = ?1");
    make_select(sql.list, sizeof sql.list, "c.id > ?1 ORDER BY c.id LIMIT ?2");
    make_select(sql.list_of_profile, sizeof sql.list_of_profile,
                "c.id > ?1 AND c.profile_id = ?3 ORDER BY c.id LIMIT ?2");
    make_insert(sql.insert, sizeof sql.insert);
}

static struct db_statement *prepare(struct store *store, const char *text)
{
    pthread_once(&sql_once, make_sql);
    return db_prepare(store_db(store), text);
}

static void take_tar(struct db_statement *row, int number, uint8_t *to)
{
    size_t length;
    const void *tar = db_column_blob(row, number, &length);
    if (length == TAR_SIZE)
        memcpy(to, tar, TAR_SIZE);
}

static void take_column(struct db_statement *row, int number, const struct column *column, char *to)
{
    int64_t value =
        column->kind == COLUMN_TEXT || column->kind == COLUMN_TAR ? 0 : db_column_int(row, number);
    switch (column->kind) {
    case COLUMN_NUMBER: memcpy(to, &value, sizeof value); break;
    case COLUMN_BYTE: *to = (char)(uint8_t)value; break;
    case COLUMN_ENUM: memcpy(to, &(unsigned int){(unsigned int)value}, sizeof(unsigned int)); break;
    case COLUMN_FLAG: *(bool *)to = value != 0; break;
    case COLUMN_TEXT: row_text(row, number, to, column->size); break;
    case COLUMN_TAR: take_tar(row, number, (uint8_t *)to); break;
    }
}

static void bind_column(struct db_statement *insert, int parameter, const struct column *column,
                        const char *from)
{
    switch (column->kind) {
    case COLUMN_NUMBER: db_bind_int(insert, parameter, *(const int64_t *)(const void *)from); break;
    case COLUMN_BYTE: db_bind_int(insert, parameter, *(const uint8_t *)from); break;
    case COLUMN_ENUM: db_bind_int(insert, parameter, *(const unsigned int *)(const void *)from); break;
    case COLUMN_FLAG: db_bind_int(insert, parameter, *(const bool *)from); break;
    case COLUMN_TEXT: db_bind_text(insert, parameter, from); break;
    case COLUMN_TAR: db_bind_blob(insert, parameter, from, TAR_SIZE); break;
    }
}

static void take_campaign(struct db_statement *row, void *to)
{
    struct campaign *campaign = to;
    *campaign = (struct campaign){.id = db_column_int(row, 0)};
    row_text(row, 1, campaign->profile_name, sizeof campaign->profile_name);
    for (size_t i = 0; i < COLUMNS; i++)
        take_column(row, (int)i + 2, &columns[i], (char *)to + columns[i].offset);
}

int campaign_get(struct store *store, int64_t id, struct campaign *campaign)
{
    struct db_statement *select = prepare(store, sql.get);
    db_bind_int(select, 1, id);
    return fetch_one(select, take_campaign, campaign);
}

static int insert_row(struct store *store, const struct campaign *campaign, int64_t now,
                      struct refusal *refusal)
{
    struct db_statement *insert = prepare(store, sql.insert);
    int parameter = 3;
    db_bind_int(insert, 1, now);
    db_bind_int(insert, 2, now);
    for (size_t i = 0; i < COLUMNS; i++)
        if (!columns[i].later)
            bind_column(insert, parameter++, &columns[i], (const char *)campaign + columns[i].offset);
    enum db_result result = db_run(insert);
    if (result == DB_E_CONSTRAINT)
        return refuse_missing_profile(campaign->profile_id, refusal);
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

static int insert_all(struct store *store, struct campaign *campaign, const char *const *commands,
                      size_t count, int64_t now, struct refusal *refusal)
{
    if (insert_row(store, campaign, now, refusal) != 0)
        return -1;
    int64_t id = db_last_insert_id(store_db(store));
    if (insert_commands(store, id, commands, count, refusal) != 0)
        return -1;
    return campaign_get(store, id, campaign) == STORE_OK ? 0 : store_refuse(store, "campaign", refusal);
}

int campaign_insert(struct store *store, struct campaign *campaign, const char *const *commands, size_t count,
                    int64_t now, struct refusal *refusal)
{
    if (campaign_check(campaign, refusal) != 0)
        return -1;
    if (count == 0)
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
