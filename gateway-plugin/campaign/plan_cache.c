#include "gateway-plugin/campaign/plan_cache.h"

#include <stdlib.h>

static size_t oldest_slot(const struct plan_cache *cache)
{
    size_t oldest = 0;
    for (size_t i = 1; i < PLAN_CACHE_SIZE; i++)
        if (cache->used[i] < cache->used[oldest])
            oldest = i;
    return oldest;
}

static const struct plan *load_into(struct plan_cache *cache, size_t slot, struct store *store,
                                    int64_t campaign_id, int *rc)
{
    if (cache->slots[slot] == NULL)
        cache->slots[slot] = calloc(1, sizeof *cache->slots[slot]);
    struct plan *plan = cache->slots[slot];
    if (plan != NULL)
        plan_free(plan);
    *rc = plan == NULL ? STORE_FAILED : plan_load(store, campaign_id, plan, NULL);
    if (*rc == STORE_OK)
        return plan;
    if (plan != NULL)
        plan->campaign.id = 0;
    return NULL;
}

const struct plan *plan_cache_get(struct plan_cache *cache, struct store *store, int64_t campaign_id, int *rc)
{
    size_t slot;
    *rc = STORE_OK;
    for (slot = 0; slot < PLAN_CACHE_SIZE; slot++)
        if (cache->slots[slot] != NULL && cache->slots[slot]->campaign.id == campaign_id)
            break;
    bool found = slot < PLAN_CACHE_SIZE;
    if (!found)
        slot = oldest_slot(cache);
    cache->used[slot] = ++cache->clock;
    return found ? cache->slots[slot] : load_into(cache, slot, store, campaign_id, rc);
}

void plan_cache_clear(struct plan_cache *cache)
{
    for (size_t i = 0; i < PLAN_CACHE_SIZE; i++) {
        if (cache->slots[i] != NULL)
            plan_free(cache->slots[i]);
        free(cache->slots[i]);
        cache->slots[i] = NULL;
        cache->used[i] = 0;
    }
}
