#include "gateway-plugin/campaign/deadlines.h"

#include "gateway-plugin/campaign/messages.h"
#include "gateway-plugin/campaign/runner.h"

#define DUE_SLICE 256
#define PRUNE_EVERY_MS (10 * 60 * 1000)
#define PRUNE_SLICE 5000
#define SEEN_KEPT_MS (3 * INT64_C(86400000)) /* bearerbox redelivers after hours at most, not days */
#define PARTS_KEPT_MS INT64_C(86400000)

static int time_out(struct core *core, bool *more)
{
    int64_t ids[DUE_SLICE];
    size_t count = DUE_SLICE;
    const struct message_fact fact = {.kind = FACT_FLAG, .bits = MESSAGE_TIMED_OUT};
    if (messages_flush(core) != STORE_OK || work_due(core->options.store, core->now, ids, &count) != STORE_OK)
        return STORE_FAILED;
    for (size_t i = 0; i < count; i++) {
        int rc;
        const struct message_row *row = messages_get(core, ids[i], &rc);
        if (row == NULL)
            return STORE_FAILED;
        rc = runner_holds(core, row) ? messages_put_off(core, ids[i]) : messages_add(core, ids[i], &fact);
        if (rc != STORE_OK)
            return STORE_FAILED;
    }
    *more = count == DUE_SLICE;
    if (messages_flush(core) != STORE_OK)
        return STORE_FAILED;
    int rc = work_next_deadline(core->options.store, &core->next_deadline);
    if (rc == STORE_NOT_FOUND)
        core->next_deadline = INT64_MAX;
    return rc == STORE_FAILED ? STORE_FAILED : STORE_OK;
}

static int prune(struct core *core)
{
    core->next_prune = core->now + PRUNE_EVERY_MS;
    if (core_begin(core) != STORE_OK)
        return STORE_FAILED;
    return work_inbound_prune(core->options.store, core->now - SEEN_KEPT_MS, core->now - PARTS_KEPT_MS,
                              PRUNE_SLICE);
}

int deadlines_work(struct core *core, bool *more)
{
    int rc = STORE_OK;
    *more = false;
    if (core->now >= core->next_deadline)
        rc = time_out(core, more);
    if (rc == STORE_OK && core->now >= core->next_prune)
        rc = prune(core);
    return rc;
}
