/* The schema's history, and bringing a database up to date with it. */
#ifndef OTA_STORE_MIGRATIONS_H
#define OTA_STORE_MIGRATIONS_H

#include "gateway-plugin/model/refusal.h"
#include "gateway-plugin/store/db.h"

struct migration {
    int version; /* of the schema behind it; 1, 2, 3 … */
    const char *sql;
};

/* Made from migrations/NNNN-*.sql by migrations.awk. */
extern const struct migration STORE_MIGRATIONS[];
extern const size_t STORE_MIGRATION_COUNT;

/* Inside the caller's transaction: runs what is missing, in order. *before: the version found.
 * Refuses a database with more than the `count` migrations of the list. */
int migrations_run(struct db *db, const struct migration *list, size_t count, int64_t *before,
                   struct refusal *refusal);

/* For readers: is the database at exactly the last migration? */
int migrations_check(struct db *db, const struct migration *list, size_t count, struct refusal *refusal);

#endif
