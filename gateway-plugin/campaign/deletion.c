#include "gateway-plugin/campaign/deletion.h"

#include <inttypes.h>

#include "gateway-plugin/store/deletion_work.h"

static int clear(struct core *core, int64_t campaign_id)
{
    bool more;
    if (core_begin(core) != STORE_OK ||
        work_deletion_slice(core->options.store, campaign_id, DELETION_SLICE, &more) != STORE_OK)
        return STORE_FAILED;
    if (!more)
        core_log(core, LOG_INFO, "campaign=%" PRId64 " deleted, all of its rows are gone", campaign_id);
    return STORE_OK;
}

int deletion_work(struct core *core, bool *more)
{
    int64_t campaign_id;
    int rc = core->clearing ? work_deletion_open(core->options.store, &campaign_id) : STORE_NOT_FOUND;
    core->clearing = rc != STORE_NOT_FOUND;
    if (rc == STORE_OK)
        rc = clear(core, campaign_id);
    *more = core->clearing;
    return rc == STORE_FAILED ? STORE_FAILED : STORE_OK;
}
