/*
 * Tables whose rows belong to a profile and have a name there that no other has: applets, toolkit parameters. Made,
 * read and listed by their columns. The struct of such a row begins with struct profile_part_head's members.
 */
#ifndef OTA_STORE_PROFILE_PART_H
#define OTA_STORE_PROFILE_PART_H

#include "gateway-plugin/model/name.h"
#include "gateway-plugin/store/columns.h"
#include "gateway-plugin/store/named_object.h"

struct profile_part_head {
    int64_t id, profile_id;
    char profile_name[NAME_MAX_LENGTH + 1];
    char name[NAME_MAX_LENGTH + 1];
};

#define PROFILE_PART_CHECK(type)                                                                             \
    _Static_assert(offsetof(type, id) == offsetof(struct profile_part_head, id) &&                           \
                       offsetof(type, profile_id) == offsetof(struct profile_part_head, profile_id) &&       \
                       offsetof(type, profile_name) == offsetof(struct profile_part_head, profile_name) &&   \
                       offsetof(type, name) == offsetof(struct profile_part_head, name),                     \
                   "begins as every part of a profile does")

/* One address each, by which db_prepare() knows its statements. Zero at first. */
struct profile_part_sql {
    char get[640], find[640], list[640], insert[640], update[640];
};

struct profile_part {
    struct columns columns; /* with profile_id and name */
    enum named_kind kind;
    const char *noun; /* "applet" */
    size_t row_size;
    void (*take)(struct db_statement *row, void *to); /* calls profile_part_take() */
    struct profile_part_sql *sql;
};

void profile_part_take(const struct profile_part *part, struct db_statement *row, void *to);

/* store_results, as in catalog_store.h. */
int profile_part_get(struct store *store, const struct profile_part *part, int64_t id, void *row);
int profile_part_find(struct store *store, const struct profile_part *part, int64_t profile_id, const char *name,
                      void *row);
int profile_part_list(struct store *store, const struct profile_part *part, int64_t profile_id, struct page page,
                      void *rows, size_t *count);
/* The columns that are settings. */
int profile_part_update(struct store *store, const struct profile_part *part, const void *row, int64_t now);

/* Fills the rest of the row. A name taken within the profile is refused. 0, or -1 with `refusal`. */
int profile_part_insert(struct store *store, const struct profile_part *part, void *row, int64_t now,
                        struct refusal *refusal);

#endif
