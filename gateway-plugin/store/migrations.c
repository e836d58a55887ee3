#include "gateway-plugin/store/migrations.h"

static int read_version(struct db *db, const struct migration *list, size_t count, int64_t *version,
                        struct refusal *refusal)
{
    if (db_schema_version(db, version) != 0)
        return refuse(refusal, REFUSAL_INTERNAL, "schema version cannot be read: %s", db_error(db));
    if (*version > list[count - 1].version)
        return refuse(refusal, REFUSAL_CONFLICT,
                      "schema %lld is newer than this release knows, expected at most %d",
                      (long long)*version, list[count - 1].version);
    return 0;
}

int migrations_run(struct db *db, const struct migration *list, size_t count, int64_t *before,
                   struct refusal *refusal)
{
    if (read_version(db, list, count, before, refusal) != 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        if (list[i].version <= *before)
            continue;
        if (db_execute(db, list[i].sql) != 0 || db_set_schema_version(db, list[i].version) != 0)
            return refuse(refusal, REFUSAL_INTERNAL, "migration %d failed: %s", list[i].version,
                          db_error(db));
    }
    return 0;
}

int migrations_check(struct db *db, const struct migration *list, size_t count, struct refusal *refusal)
{
    int64_t version;
    if (read_version(db, list, count, &version, refusal) != 0)
        return -1;
    if (version < list[count - 1].version)
        return refuse(refusal, REFUSAL_CONFLICT,
                      "schema %lld is older than the %d of this release; otabox upgrades it "
                      "when it starts",
                      (long long)version, list[count - 1].version);
    return 0;
}
