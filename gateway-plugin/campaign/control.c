#include "gateway-plugin/campaign/control.h"

#include "gateway-plugin/campaign/deletion.h"
#include "gateway-plugin/campaign/message_builder.h"
#include "gateway-plugin/campaign/plan_limits.h"
#include "gateway-plugin/store/campaign_store.h"
#include "gateway-plugin/store/catalog_store.h"
#include "gateway-plugin/store/campaign_work.h"
#include "gateway-plugin/store/deletion_work.h"
#include "gateway-plugin/store/message_work.h"
#include "gateway-plugin/store/named_object.h"

/* --- the script --- */

int campaign_check_script(struct campaign *campaign, const char *const *commands, size_t count,
                          struct refusal *refusal)
{
    struct plan plan;
    int rc = plan_make(campaign, commands, count, &plan, refusal);
    if (rc == 0)
        rc = plan_check(&plan, refusal);
    if (rc == 0)
        campaign->retry = plan.campaign.retry;
    plan_free(&plan);
    return rc;
}

static int check_stored_script(struct store *store, int64_t id, struct refusal *refusal)
{
    struct plan plan;
    int rc = plan_load(store, id, &plan, refusal);
    if (rc == STORE_NOT_FOUND)
        rc = store_refuse(store, "campaign", refusal);
    else
        rc = rc == STORE_OK ? plan_check(&plan, refusal) : -1;
    plan_free(&plan);
    return rc;
}

/* --- the keys of the target --- */

static struct campaign_target_ids target_ids(const struct campaign *campaign)
{
    return (struct campaign_target_ids){.campaign_id = campaign->id,
                                        .iteration = campaign->iteration,
                                        .group_id = campaign->group_id,
                                        .card_id = campaign->card_id};
}

struct key_need {
    const char *name;
    const char *byte_name;
    int kind; /* card_key.kind */
    bool (*needed)(const struct security_parameters *security);
};

static int check_keys(struct store *store, const struct campaign *campaign, struct refusal *refusal)
{
    static const struct key_need needs[] = {{"KIc", "kicByte", 1, security_needs_kic},
                                            {"KID", "kidByte", 2, security_needs_kid}};
    const struct campaign_target_ids target = target_ids(campaign);
    uint8_t index = security_key_index(&campaign->security);
    for (size_t i = 0; i < sizeof needs / sizeof needs[0]; i++) {
        char msisdn[MSISDN_DIGITS_MAX + 1];
        if (!needs[i].needed(&campaign->security))
            continue;
        int rc = work_card_without_key(store, &target, index, needs[i].kind, msisdn);
        if (rc == STORE_FAILED)
            return store_refuse(store, "keys", refusal);
        if (rc == STORE_OK)
            return refuse(refusal, REFUSAL_CONFLICT,
                          "the card with MSISDN %s has no %s in key set %u, which %s %02X names", msisdn,
                          needs[i].name, index, needs[i].byte_name,
                          needs[i].kind == 1 ? campaign->security.kic : campaign->security.kid);
    }
    return 0;
}

/* --- the changes --- */

static int get_campaign(struct store *store, int64_t id, struct campaign *campaign, struct refusal *refusal)
{
    return store_found(store, campaign_get(store, id, campaign), "campaign", id, refusal);
}

static int change_state(struct campaign *campaign, enum campaign_event event, const char *expected,
                        struct refusal *refusal)
{
    enum campaign_state before = campaign->state;
    if (campaign_state_next(&campaign->state, event))
        return 0;
    return refuse(refusal, REFUSAL_CONFLICT, "campaign %lld is %s, expected %s", (long long)campaign->id,
                  campaign_state_name(before), expected);
}

/* A new iteration: its rows are made by the runner, slice by slice. */
static int begin_iteration(struct store *store, struct campaign *campaign, int64_t now,
                           struct refusal *refusal)
{
    campaign->iteration++;
    campaign->retries_used = 0;
    campaign->ended = 0;
    if (campaign_update(store, campaign, now) != STORE_OK ||
        work_expansion_begin(store, campaign->id) != STORE_OK)
        return store_refuse(store, "campaign", refusal);
    return get_campaign(store, campaign->id, campaign, refusal);
}

int campaign_prepare_start(struct store *store, int64_t id, const struct campaign_target *target,
                           struct campaign *campaign, struct refusal *refusal)
{
    if (get_campaign(store, id, campaign, refusal) != 0 ||
        change_state(campaign, CAMPAIGN_START, "WAITING", refusal) != 0)
        return -1;
    if (campaign->type != CAMPAIGN_RFM && !campaign_type_is_text(campaign->type))
        return refuse(refusal, REFUSAL_UNSUPPORTED,
                      "campaign %lld: type %s cannot be sent yet, expected RFM, SMS or FLASH",
                      (long long)id, campaign_type_name(campaign->type));
    if (target_set(store, target, campaign, refusal) != 0)
        return -1;
    return check_stored_script(store, id, refusal);
}

int campaign_check_start(struct store *store, int64_t id, const struct campaign_target *target,
                         struct refusal *refusal)
{
    struct campaign campaign;
    if (campaign_prepare_start(store, id, target, &campaign, refusal) != 0)
        return -1;
    return check_keys(store, &campaign, refusal);
}

int campaign_start(struct store *store, int64_t id, const struct campaign_target *target, int64_t now,
                   struct campaign *campaign, struct refusal *refusal)
{
    if (campaign_prepare_start(store, id, target, campaign, refusal) != 0)
        return -1;
    campaign->started = now;
    return begin_iteration(store, campaign, now, refusal);
}

int campaign_start_new(struct store *store, int64_t id, const struct campaign_target *target,
                       const struct card_key_set *keys, int64_t now, struct campaign *campaign,
                       struct card *card, struct refusal *refusal)
{
    *card = (struct card){0};
    if (get_campaign(store, id, campaign, refusal) != 0)
        return -1;
    int is_new = target_provision(store, campaign, target, keys, now, card, refusal);
    const struct campaign_target found = {.card_id = card->id};
    if (is_new < 0 || campaign_check_start(store, id, &found, refusal) != 0 ||
        campaign_start(store, id, &found, now, campaign, refusal) != 0)
        return -1;
    return is_new;
}

int campaign_delete(struct store *store, int64_t id, struct refusal *refusal)
{
    struct campaign campaign;
    int64_t on_their_way;
    bool more; /* the engine goes on */
    if (get_campaign(store, id, &campaign, refusal) != 0)
        return -1;
    if (campaign.state == CAMPAIGN_RUNNING || campaign.state == CAMPAIGN_PAUSED)
        return refuse(refusal, REFUSAL_CONFLICT,
                      "campaign %lld is %s: terminate it first, or wait for its end", (long long)id,
                      campaign_state_name(campaign.state));
    if (work_unsettled_count(store, id, &on_their_way) != STORE_OK)
        return store_refuse(store, "campaign", refusal);
    if (on_their_way > 0)
        return refuse(refusal, REFUSAL_CONFLICT,
                      "campaign %lld is %s, but %lld of its messages are on their way, or not cancelled yet: try again later",
                      (long long)id, campaign_state_name(campaign.state), (long long)on_their_way);
    if (named_object_delete(store, NAMED_CAMPAIGN, id, refusal) != 0)
        return -1;
    return work_deletion_slice(store, NAMED_CAMPAIGN, id, DELETION_SLICE, &more) == STORE_OK ? 0
                                                                             : store_refuse(store, "campaign", refusal);
}

int campaign_control(struct store *store, int64_t id, enum campaign_event event, int64_t now,
                     struct campaign *campaign, struct refusal *refusal)
{
    static const char *const expected[CAMPAIGN_EVENT_COUNT] = {
        [CAMPAIGN_PAUSE] = "RUNNING", [CAMPAIGN_RESUME] = "PAUSED", [CAMPAIGN_TERMINATE] = "RUNNING or PAUSED"};
    if (get_campaign(store, id, campaign, refusal) != 0 ||
        change_state(campaign, event, expected[event], refusal) != 0)
        return -1;
    if (event == CAMPAIGN_TERMINATE)
        campaign->ended = now;
    if (campaign_update(store, campaign, now) != STORE_OK)
        return store_refuse(store, "campaign", refusal);
    return get_campaign(store, id, campaign, refusal);
}

static int prepare_retry(struct store *store, int64_t id, struct campaign *campaign, struct refusal *refusal)
{
    if (get_campaign(store, id, campaign, refusal) != 0 ||
        change_state(campaign, CAMPAIGN_RETRY, "COMPLETED or TERMINATED", refusal) != 0)
        return -1;
    if (campaign->group_id == 0 && campaign->card_id == 0)
        return refuse(refusal, REFUSAL_CONFLICT, "campaign %lld was never started", (long long)id);
    int rc = work_has_unsent(store, id, campaign->iteration);
    if (rc == STORE_FAILED)
        return store_refuse(store, "campaign", refusal);
    if (rc == STORE_OK)
        return refuse(refusal, REFUSAL_CONFLICT,
                      "campaign %lld is TERMINATED, but not all that had not left is cancelled yet: try again",
                      (long long)id);
    return 0;
}

int campaign_check_retry(struct store *store, int64_t id, struct refusal *refusal)
{
    struct campaign campaign;
    if (prepare_retry(store, id, &campaign, refusal) != 0)
        return -1;
    const struct campaign_target_ids ids = target_ids(&campaign);
    int rc = work_target_has_failed(store, &ids);
    if (rc == STORE_FAILED)
        return store_refuse(store, "campaign", refusal);
    if (rc == STORE_NOT_FOUND)
        return refuse(refusal, REFUSAL_CONFLICT, "campaign %lld: every card is updated, nothing to retry",
                      (long long)id);
    return 0;
}

int campaign_retry_failed(struct store *store, int64_t id, int64_t now, struct campaign *campaign,
                          struct refusal *refusal)
{
    if (prepare_retry(store, id, campaign, refusal) != 0)
        return -1;
    return begin_iteration(store, campaign, now, refusal);
}
