#include "gateway-plugin/store/toolkit_store.h"

#include <stddef.h>

#include "gateway-plugin/store/profile_part.h"

#define FIELD(member) COLUMN_FIELD(struct toolkit_parameters, member)

static const struct column list[] = {
    {"profile_id", COLUMN_NUMBER, FIELD(profile_id), COLUMN_ORIGIN},
    {"name", COLUMN_TEXT, FIELD(name), COLUMN_ORIGIN},
    {"install_parameters", COLUMN_TEXT, FIELD(install_parameters), COLUMN_ORIGIN},
    {"created", COLUMN_NUMBER, FIELD(created), COLUMN_LATER},
    {"updated", COLUMN_NUMBER, FIELD(updated), COLUMN_LATER},
};
static struct profile_part_sql sql;
static void take_toolkit(struct db_statement *row, void *to);
static const struct profile_part part = {{"toolkit_parameters", list, sizeof list / sizeof list[0]},
                                         NAMED_TOOLKIT,
                                         "toolkit parameter",
                                         sizeof(struct toolkit_parameters),
                                         take_toolkit,
                                         &sql};
PROFILE_PART_CHECK(struct toolkit_parameters);

static void take_toolkit(struct db_statement *row, void *to)
{
    profile_part_take(&part, row, to);
}

int toolkit_get(struct store *store, int64_t id, struct toolkit_parameters *toolkit)
{
    return profile_part_get(store, &part, id, toolkit);
}

int toolkit_list(struct store *store, int64_t profile_id, struct page page, struct toolkit_parameters *rows,
                 size_t *count)
{
    return profile_part_list(store, &part, profile_id, page, rows, count);
}

int toolkit_insert(struct store *store, struct toolkit_parameters *toolkit, int64_t now,
                   struct refusal *refusal)
{
    if (name_check("toolkit parameter name", toolkit->name, refusal) != 0)
        return -1;
    return profile_part_insert(store, &part, toolkit, now, refusal);
}
