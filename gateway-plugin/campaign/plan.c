#include "gateway-plugin/campaign/plan.h"

#include <stdlib.h>
#include <string.h>

#include "gateway-plugin/store/campaign_store.h"
#include "gateway-plugin/store/catalog_store.h"
#include "protocol/apdu.h"
#include "protocol/errors.h"

/* --- scripts that must not run twice --- */

#define INS_UPDATE_RECORD 0xDC
#define MODE_PREVIOUS 0x03 /* TS 51.011 9.2.6: in a cyclic file this appends */

static bool apdu_is_idempotent(const struct apdu *apdu)
{
    static const uint8_t once[] = {0x32, 0xD8, 0xE0, 0xE2,
                                   0xE6, 0xE8}; /* INCREASE, PUT KEY, CREATE, STORE DATA, INSTALL, LOAD */
    if (memchr(once, apdu->ins, sizeof once) != NULL)
        return false;
    return apdu->ins != INS_UPDATE_RECORD || (apdu->p2 & 0x07) != MODE_PREVIOUS;
}

bool script_is_idempotent(const uint8_t *script, size_t length)
{
    struct byte_reader reader = byte_reader_on(script, length);
    while (reader.left > 0) {
        struct apdu apdu;
        uint8_t destination;
        if (compact_refresh_read(reader, &destination))
            return true; /* the last element */
        if (apdu_read(&reader, &apdu) != OTA_OK || !apdu_is_idempotent(&apdu))
            return false;
    }
    return true;
}

int64_t plan_validity_ms(const struct plan *plan, int64_t default_seconds)
{
    int64_t minutes = plan == NULL ? 0 : plan->campaign.validity_minutes;
    return 1000 * (minutes != 0 ? 60 * minutes : default_seconds);
}

/* --- loading --- */

struct script_loading {
    struct byte_writer writer;
    unsigned int commands;
    bool last_is_refresh;
};

static int load_command(void *user, const char *hex)
{
    struct script_loading *loading = user;
    loading->commands++;
    loading->last_is_refresh = script_command_is_refresh(hex);
    return script_append(&loading->writer, hex);
}

static struct message_policy policy_of(const struct campaign *campaign, const struct script_loading *loading)
{
    struct message_policy policy = {
        .por = spi2_por(campaign->security.spi2),
        .commands = loading->commands,
        .last_is_refresh = loading->last_is_refresh,
        .retry = campaign->retry,
    };
    memcpy(policy.expected_last_sw, campaign->expected_last_sw, sizeof policy.expected_last_sw);
    return policy;
}

/* `rc` is what the last load_command() returned. */
static int finish(struct plan *plan, struct script_loading *loading, int rc, struct refusal *refusal)
{
    if (rc == OTA_OK && plan->campaign.include_sim_refresh && !loading->last_is_refresh)
        rc = load_command(loading, SCRIPT_REFRESH);
    if (rc != OTA_OK)
        return refuse(refusal, REFUSAL_INVALID, "command %u: %s; a script has at most %u bytes",
                      loading->commands, ota_error_text(rc), SCRIPT_SIZE_MAX);
    plan->script_length = loading->writer.length;
    rc = campaign_settle_retry(&plan->campaign, script_is_idempotent(plan->script, plan->script_length),
                               refusal);
    plan->policy = policy_of(&plan->campaign, loading);
    return rc;
}

int plan_make(const struct campaign *campaign, const char *const *commands, size_t count, struct plan *plan,
              struct refusal *refusal)
{
    struct script_loading loading = {.writer = byte_writer_on(plan->script, sizeof plan->script)};
    int rc = OTA_OK;
    plan->campaign = *campaign;
    for (size_t i = 0; rc == OTA_OK && i < count; i++)
        rc = load_command(&loading, commands[i]);
    return finish(plan, &loading, rc, refusal);
}

int plan_load(struct store *store, int64_t campaign_id, struct plan *plan, struct refusal *refusal)
{
    struct profile profile;
    int rc = campaign_get(store, campaign_id, &plan->campaign);
    if (rc == STORE_OK)
        rc = profile_get(store, plan->campaign.profile_id, &profile);
    if (rc != STORE_OK)
        return rc;
    plan->counter_per = profile.counter_per;
    struct script_loading loading = {.writer = byte_writer_on(plan->script, sizeof plan->script)};
    rc = campaign_commands(store, campaign_id, load_command, &loading);
    return finish(plan, &loading, rc, refusal) == 0 ? STORE_OK : STORE_FAILED;
}

/* --- the cache --- */

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
        cache->slots[slot] = malloc(sizeof *cache->slots[slot]);
    struct plan *plan = cache->slots[slot];
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
        free(cache->slots[i]);
        cache->slots[i] = NULL;
        cache->used[i] = 0;
    }
}
