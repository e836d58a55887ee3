#include "gateway-plugin/campaign/deletion.h"

#include <inttypes.h>

#include "gateway-plugin/store/deletion_work.h"

static int clear(struct core *core, enum named_kind kind, int64_t id)
{
    bool more;
    if (core_begin(core) != STORE_OK ||
        work_deletion_slice(core->options.store, kind, id, DELETION_SLICE, &more) != STORE_OK)
        return STORE_FAILED;
    if (!more)
        core_log(core, LOG_INFO, "%s=%" PRId64 " deleted, all of its rows are gone",
                 kind == NAMED_CAMPAIGN ? "campaign" : "group", id);
    return STORE_OK;
}

int deletion_work(struct core *core, bool *more)
{
    enum named_kind kind;
    int64_t id;
    int rc = core->clearing ? work_deletion_open(core->options.store, &kind, &id) : STORE_NOT_FOUND;
    core->clearing = rc != STORE_NOT_FOUND;
    if (rc == STORE_OK)
        rc = clear(core, kind, id);
    *more = core->clearing;
    return rc == STORE_FAILED ? STORE_FAILED : STORE_OK;
}
