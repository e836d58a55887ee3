#include "gateway-plugin/store/applet_store.h"

#include <stddef.h>
#include <string.h>

#include "gateway-plugin/store/profile_part.h"
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
static struct profile_part_sql sql;
static void take_applet(struct db_statement *row, void *to);
static const struct profile_part part = {
    {"applet", list, sizeof list / sizeof list[0]}, NAMED_APPLET, "applet", sizeof(struct applet), take_applet, &sql};
PROFILE_PART_CHECK(struct applet);

static void take_applet(struct db_statement *row, void *to)
{
    profile_part_take(&part, row, to);
}

int applet_get(struct store *store, int64_t id, struct applet *applet)
{
    return profile_part_get(store, &part, id, applet);
}

int applet_list(struct store *store, int64_t profile_id, struct page page, struct applet *rows, size_t *count)
{
    return profile_part_list(store, &part, profile_id, page, rows, count);
}

int applet_insert(struct store *store, struct applet *applet, int64_t now, struct refusal *refusal)
{
    if (applet->kind == APPLET_CUSTOM && applet_check_name(applet->name, refusal) != 0)
        return -1;
    return profile_part_insert(store, &part, applet, now, refusal);
}

/* STORE_OK: `applet` is `before` now, with its own file. */
static int fill(struct store *store, const struct applet *before, struct applet *applet, int64_t now)
{
    applet->id = before->id;
    if (applet->tars[0] == '\0')
        memcpy(applet->tars, before->tars, sizeof applet->tars);
    return profile_part_update(store, &part, applet, now);
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
    int rc = profile_part_find(store, &part, applet->profile_id, applet->name, &before);
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
