/* The plans used last, so that not each message loads its campaign's. */
#ifndef OTA_CAMPAIGN_PLAN_CACHE_H
#define OTA_CAMPAIGN_PLAN_CACHE_H

#include "gateway-plugin/campaign/plan.h"

#define PLAN_CACHE_SIZE 8

struct plan_cache {
    struct plan *slots[PLAN_CACHE_SIZE];
    uint64_t used[PLAN_CACHE_SIZE];
    uint64_t clock;
};

/* The plan, borrowed until plan_cache_clear() or PLAN_CACHE_SIZE others were asked for; NULL with *rc: a
 * store_result. */
const struct plan *plan_cache_get(struct plan_cache *cache, struct store *store, int64_t campaign_id,
                                  int *rc);
void plan_cache_clear(struct plan_cache *cache); /* a campaign changed */

#endif
