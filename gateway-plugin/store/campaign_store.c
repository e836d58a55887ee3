#include "gateway-plugin/store/campaign_store.h"

#include <string.h>

#include "gateway-plugin/store/named_object.h"
#include "gateway-plugin/store/store_private.h"

#define SELECT_CAMPAIGN                                                                                      \
    "SELECT c.id, c.profile_id, p.name, c.name, c.type, c.state, c.iteration, c.spi1, c.spi2, c.kic, "       \
    "c.kid, "                                                                                                \
    "c.tar, c.transmission, c.validity_minutes, c.por_timeout_seconds, c.include_sim_refresh, "              \
    "c.expected_last_sw, c.group_id, c.card_id, c.created, c.updated, c.started, c.ended, "                  \
    "c.retry, c.retries, c.retries_used, c.max_sms_parts "                                                                    \
    "FROM campaign c JOIN profile p ON p.id = c.profile_id "

static void take_security(struct db_statement *row, struct security_parameters *security)
{
    size_t length;
    security->spi1 = (uint8_t)db_column_int(row, 7);
    security->spi2 = (uint8_t)db_column_int(row, 8);
    security->kic = (uint8_t)db_column_int(row, 9);
    security->kid = (uint8_t)db_column_int(row, 10);
    const void *tar = db_column_blob(row, 11, &length);
    if (length == TAR_SIZE)
        memcpy(security->tar, tar, TAR_SIZE);
}

/* SQL NULL reads as 0. */
static void take_campaign(struct db_statement *row, void *to)
{
    struct campaign *campaign = to;
    *campaign = (struct campaign){0};
    campaign->id = db_column_int(row, 0);
    campaign->profile_id = db_column_int(row, 1);
    row_text(row, 2, campaign->profile_name, sizeof campaign->profile_name);
    row_text(row, 3, campaign->name, sizeof campaign->name);
    campaign->type = (enum campaign_type)db_column_int(row, 4);
    campaign->state = (enum campaign_state)db_column_int(row, 5);
    campaign->iteration = db_column_int(row, 6);
    take_security(row, &campaign->security);
    campaign->transmission = (enum transmission_mode)db_column_int(row, 12);
    campaign->validity_minutes = db_column_int(row, 13);
    campaign->por_timeout_seconds = db_column_int(row, 14);
    campaign->include_sim_refresh = db_column_int(row, 15) != 0;
    row_text(row, 16, campaign->expected_last_sw, sizeof campaign->expected_last_sw);
    campaign->group_id = db_column_int(row, 17);
    campaign->card_id = db_column_int(row, 18);
    campaign->created = db_column_int(row, 19);
    campaign->updated = db_column_int(row, 20);
    campaign->started = db_column_int(row, 21);
    campaign->ended = db_column_int(row, 22);
    campaign->retry = (enum retry_mode)db_column_int(row, 23);
    campaign->retries = db_column_int(row, 24);
    campaign->retries_used = db_column_int(row, 25);
    campaign->max_sms_parts = db_column_int(row, 26);
}

int campaign_get(struct store *store, int64_t id, struct campaign *campaign)
{
    struct db_statement *select = db_prepare(store_db(store), SELECT_CAMPAIGN "WHERE c.id = ?1");
    db_bind_int(select, 1, id);
    return fetch_one(select, take_campaign, campaign);
}

static void bind_settings(struct db_statement *insert, const struct campaign *campaign)
{
    db_bind_int(insert, 1, campaign->profile_id);
    db_bind_text(insert, 2, campaign->name);
    db_bind_int(insert, 3, campaign->type);
    db_bind_int(insert, 4, campaign->state);
    db_bind_int(insert, 5, campaign->security.spi1);
    db_bind_int(insert, 6, campaign->security.spi2);
    db_bind_int(insert, 7, campaign->security.kic);
    db_bind_int(insert, 8, campaign->security.kid);
    db_bind_blob(insert, 9, campaign->security.tar, TAR_SIZE);
    db_bind_int(insert, 10, campaign->transmission);
    db_bind_int(insert, 11, campaign->validity_minutes);
    db_bind_int(insert, 12, campaign->por_timeout_seconds);
    db_bind_int(insert, 13, campaign->include_sim_refresh);
    db_bind_text(insert, 14, campaign->expected_last_sw);
    db_bind_int(insert, 15, campaign->retry);
    db_bind_int(insert, 16, campaign->retries);
    db_bind_int(insert, 17, campaign->max_sms_parts);
}

static int insert_row(struct store *store, const struct campaign *campaign, int64_t now,
                      struct refusal *refusal)
{
    struct db_statement *insert = db_prepare(
        store_db(store),
        "INSERT INTO campaign (profile_id, name, type, state, spi1, spi2, kic, kid, tar, transmission, "
        "validity_minutes, por_timeout_seconds, include_sim_refresh, expected_last_sw, retry, retries, "
        "max_sms_parts, created, updated) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, "
        "?17, ?18, ?19) ON CONFLICT DO NOTHING");
    bind_settings(insert, campaign);
    db_bind_int(insert, 18, now);
    db_bind_int(insert, 19, now);
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
    struct db *db = store_db(store);
    struct db_statement *select =
        profile_id == 0
            ? db_prepare(db, SELECT_CAMPAIGN "WHERE c.id > ?1 ORDER BY c.id LIMIT ?2")
            : db_prepare(db, SELECT_CAMPAIGN "WHERE c.id > ?1 AND c.profile_id = ?3 ORDER BY c.id LIMIT ?2");
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
