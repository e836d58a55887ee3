#include "gateway-plugin/store/named_object.h"

#include <stdio.h>

#include "gateway-plugin/model/applet.h"
#include "gateway-plugin/store/store_private.h"

#define USES_MAX 4

/* Counts the rows that need object ?1, and gives one of them. */
struct use {
    const char *sql; /* COUNT(*), MIN(id) */
    const char *what;
};

struct kind {
    const char *noun;
    const char *scope_noun; /* NULL: the account, which nobody names yet */
    const char *holder;     /* id, by scope and name */
    const char *scope;      /* by id */
    const char *rename;
    const char *remove;
    struct use uses[USES_MAX];
    int (*check_name)(const char *name, struct refusal *refusal); /* NULL: any name will do */
    const char *fixed; /* finds object ?1 if it stays as it was made; NULL: none of them does */
    const char *fixed_why;
    const char *remove_before[2]; /* what is deleted already, but for its row; NULL: nothing */
};

static const struct kind kinds[NAMED_KIND_COUNT] = {
    [NAMED_PROFILE] = {"profile",
                       NULL,
                       "SELECT id FROM profile WHERE account_id = ?1 AND name = ?2",
                       "SELECT account_id FROM profile WHERE id = ?1",
                       "UPDATE profile SET name = ?2, updated = ?3 WHERE id = ?1",
                       "DELETE FROM profile WHERE id = ?1",
                       {{"SELECT COUNT(*), MIN(id) FROM card WHERE profile_id = ?1", "card"},
                        {"SELECT COUNT(*), MIN(id) FROM card_group WHERE profile_id = ?1 AND deleted = 0", "card group"},
                        {"SELECT COUNT(*), MIN(id) FROM campaign WHERE profile_id = ?1 AND deleted = 0", "campaign"},
                        {"SELECT COUNT(*), MIN(id) FROM campaign_template WHERE profile_id = ?1", "template"}},
                       .remove_before = {"DELETE FROM campaign WHERE profile_id = ?1 AND deleted = 1",
                                         "DELETE FROM card_group WHERE profile_id = ?1 AND deleted = 1"}},
    [NAMED_CARD_GROUP] = {"card group",
                          "profile",
                          "SELECT id FROM card_group WHERE profile_id = ?1 AND name = ?2",
                          "SELECT profile_id FROM card_group WHERE id = ?1 AND deleted = 0",
                          "UPDATE card_group SET name = ?2, updated = ?3 WHERE id = ?1",
                          "UPDATE card_group SET deleted = 1, name = ' ' || id WHERE id = ?1 AND deleted = 0", /* as a campaign, below */
                          {{"SELECT COUNT(*), MIN(id) FROM campaign WHERE group_id = ?1", "campaign"}}},
    [NAMED_CAMPAIGN] = {"campaign",
                        "profile",
                        "SELECT id FROM campaign WHERE profile_id = ?1 AND name = ?2",
                        "SELECT profile_id FROM campaign WHERE id = ?1 AND deleted = 0",
                        "UPDATE campaign SET name = ?2, updated = ?3 WHERE id = ?1",
                        /* its rows go later (deletion_work.h); a name that nobody can give, as it has a space */
                        "UPDATE campaign SET deleted = 1, name = ' ' || id, expanded_to = NULL, group_id = NULL,"
                        " card_id = NULL, applet_id = NULL, tkp_id = NULL WHERE id = ?1 AND deleted = 0",
                        {{NULL, NULL}}},
    [NAMED_TEMPLATE] = {"template",
                        "profile",
                        "SELECT id FROM campaign_template WHERE profile_id = ?1 AND name = ?2",
                        "SELECT profile_id FROM campaign_template WHERE id = ?1",
                        "UPDATE campaign_template SET name = ?2, updated = ?3 WHERE id = ?1",
                        "DELETE FROM campaign_template WHERE id = ?1",
                        {{NULL, NULL}}},
    [NAMED_APPLET] = {"applet",
                      "profile",
                      "SELECT id FROM applet WHERE profile_id = ?1 AND name = ?2",
                      "SELECT profile_id FROM applet WHERE id = ?1",
                      "UPDATE applet SET name = ?2, updated = ?3 WHERE id = ?1",
                      "DELETE FROM applet WHERE id = ?1",
                      {{"SELECT COUNT(*), MIN(id) FROM campaign WHERE applet_id = ?1", "campaign"},
                       {"SELECT COUNT(*), MIN(id) FROM campaign_template WHERE applet_id = ?1", "template"}},
                      applet_check_name,
                      "SELECT id FROM applet WHERE id = ?1 AND kind IN (1, 2)", /* APPLET_RFM, APPLET_RAM */
                      "the profile's default one, expected one of -appType custom or -uploadApplet"},
    [NAMED_TOOLKIT] = {"toolkit parameter",
                       "profile",
                       "SELECT id FROM toolkit_parameters WHERE profile_id = ?1 AND name = ?2",
                       "SELECT profile_id FROM toolkit_parameters WHERE id = ?1",
                       "UPDATE toolkit_parameters SET name = ?2, updated = ?3 WHERE id = ?1",
                       "DELETE FROM toolkit_parameters WHERE id = ?1",
                       {{"SELECT COUNT(*), MIN(id) FROM campaign WHERE tkp_id = ?1", "campaign"},
                        {"SELECT COUNT(*), MIN(id) FROM campaign_template WHERE tkp_id = ?1", "template"}}},
};

static struct db_statement *by_id(struct store *store, const char *sql, int64_t id)
{
    struct db_statement *statement = db_prepare(store_db(store), sql);
    db_bind_int(statement, 1, id);
    return statement;
}

static void take_int(struct db_statement *row, void *to)
{
    *(int64_t *)to = db_column_int(row, 0);
}

int named_object_refuse_name(struct store *store, enum named_kind which, int64_t scope, const char *name,
                             struct refusal *refusal)
{
    const struct kind *kind = &kinds[which];
    struct db_statement *select = by_id(store, kind->holder, scope);
    int64_t holder;
    db_bind_text(select, 2, name);
    if (fetch_one(select, take_int, &holder) != STORE_OK)
        return store_refuse(store, kind->noun, refusal);
    if (kind->scope_noun == NULL)
        refuse(refusal, REFUSAL_CONFLICT, "%s name '%s' is taken by %s %lld", kind->noun, name, kind->noun,
               (long long)holder);
    else
        refuse(refusal, REFUSAL_CONFLICT, "%s name '%s' is taken by %s %lld of %s %lld", kind->noun, name,
               kind->noun, (long long)holder, kind->scope_noun, (long long)scope);
    return refusal_set_field(refusal, "name");
}

int named_object_refuse_reference(struct store *store, const struct named_reference *references, size_t count,
                                  struct refusal *refusal)
{
    for (size_t i = 0; i < count; i++) {
        const struct kind *kind = &kinds[references[i].kind];
        int64_t scope;
        if (references[i].id != 0 &&
            fetch_one(by_id(store, kind->scope, references[i].id), take_int, &scope) == STORE_NOT_FOUND)
            return store_found(store, STORE_NOT_FOUND, kind->noun, references[i].id, refusal);
    }
    return refuse(refusal, REFUSAL_INTERNAL, "a foreign key refused a row of which all is there");
}

/* 0: it may change, or does not exist. */
static int refuse_fixed(struct store *store, const struct kind *kind, int64_t id, struct refusal *refusal)
{
    int64_t found;
    int rc = kind->fixed == NULL ? STORE_NOT_FOUND : fetch_one(by_id(store, kind->fixed, id), take_int, &found);
    if (rc == STORE_OK)
        return refuse(refusal, REFUSAL_CONFLICT, "%s %lld is %s", kind->noun, (long long)id, kind->fixed_why);
    return rc == STORE_NOT_FOUND ? 0 : store_refuse(store, kind->noun, refusal);
}

int named_object_rename(struct store *store, enum named_kind which, int64_t id, const char *name, int64_t now,
                        struct refusal *refusal)
{
    const struct kind *kind = &kinds[which];
    int64_t scope;
    char what[32];
    snprintf(what, sizeof what, "%s name", kind->noun);
    if (refuse_fixed(store, kind, id, refusal) != 0)
        return -1;
    if (name_check(what, name, refusal) != 0 ||
        (kind->check_name != NULL && kind->check_name(name, refusal) != 0))
        return -1;
    int rc = fetch_one(by_id(store, kind->scope, id), take_int, &scope);
    if (rc != STORE_OK)
        return store_found(store, rc, kind->noun, id, refusal);
    struct db_statement *update = by_id(store, kind->rename, id);
    db_bind_text(update, 2, name);
    db_bind_int(update, 3, now);
    switch (db_run(update)) {
    case DB_DONE: return 0;
    case DB_E_CONSTRAINT: return named_object_refuse_name(store, which, scope, name, refusal);
    default: return store_refuse(store, kind->noun, refusal);
    }
}

struct use_count {
    int64_t count, id;
};

static void take_use(struct db_statement *row, void *to)
{
    *(struct use_count *)to = (struct use_count){db_column_int(row, 0), db_column_int(row, 1)};
}

/* 0: nothing uses it. */
static int refuse_use(struct store *store, const struct kind *kind, const struct use *use, int64_t id,
                      struct refusal *refusal)
{
    struct use_count found;
    if (fetch_one(by_id(store, use->sql, id), take_use, &found) != STORE_OK)
        return store_refuse(store, kind->noun, refusal);
    if (found.count == 0)
        return 0;
    if (found.count == 1)
        return refuse(refusal, REFUSAL_CONFLICT, "%s %lld is used by %s %lld, expected nothing to use it",
                      kind->noun, (long long)id, use->what, (long long)found.id);
    return refuse(refusal, REFUSAL_CONFLICT,
                  "%s %lld is used by %lld %ss, of which %lld is the first, expected nothing to use it",
                  kind->noun, (long long)id, (long long)found.count, use->what, (long long)found.id);
}

int named_object_delete(struct store *store, enum named_kind which, int64_t id, struct refusal *refusal)
{
    const struct kind *kind = &kinds[which];
    if (refuse_fixed(store, kind, id, refusal) != 0)
        return -1;
    for (size_t i = 0; i < USES_MAX && kind->uses[i].sql != NULL; i++)
        if (refuse_use(store, kind, &kind->uses[i], id, refusal) != 0)
            return -1;
    for (size_t i = 0; i < 2 && kind->remove_before[i] != NULL; i++)
        if (db_run(by_id(store, kind->remove_before[i], id)) != DB_DONE)
            return store_refuse(store, kind->noun, refusal);
    if (db_run(by_id(store, kind->remove, id)) != DB_DONE)
        return store_refuse(store, kind->noun, refusal);
    return store_found(store, db_changes(store_db(store)) > 0 ? STORE_OK : STORE_NOT_FOUND, kind->noun, id,
                       refusal);
}
