#include "gateway-plugin/campaign/volume.h"

#include <inttypes.h>
#include <stdio.h>

#include "gateway-plugin/campaign/plan_limits.h"
#include "gateway-plugin/store/catalog_store.h"
#include "protocol/command_packet.h"
#include "protocol/errors.h"
#include "protocol/user_data.h"

/* 0: it cannot be built, which others have told. */
static size_t sms_of_packet(const struct plan *plan, size_t data_length)
{
    const struct sms_segmentation segmentation = plan_segmentation(plan, 0);
    const struct security_keys widest = {.kic_size = 16, .kid_size = 16, .cc_size = CC_SIZE_DEFAULT};
    size_t size;
    return command_packet_size(&plan->campaign.security, &widest, data_length, &size) == OTA_OK
               ? sms_segment_count(&segmentation, size)
               : 0;
}

static int64_t sms_of_plan(const struct plan *plan)
{
    struct script_piece piece;
    int64_t sms = 0;
    if (plan->message != NULL)
        return plan->text.sms;
    for (unsigned int number = 1; plan_piece(plan, number, &piece); number++) {
        sms += (int64_t)sms_of_packet(plan, script_piece_size(&piece, plan->shape.format));
        if (number >= piece.place.total)
            break;
    }
    return sms;
}

int volume_of_script(const struct campaign *campaign, const char *const *commands, size_t count,
                     int64_t *sms_per_card, struct refusal *refusal)
{
    struct plan plan;
    int rc = plan_make(campaign, commands, count, &plan, refusal);
    *sms_per_card = rc == 0 ? sms_of_plan(&plan) : 0;
    plan_free(&plan);
    return rc;
}

int volume_of_campaign(struct store *store, int64_t campaign_id, int64_t *sms_per_card,
                       struct refusal *refusal)
{
    struct plan plan;
    int rc = plan_load(store, campaign_id, &plan, refusal);
    *sms_per_card = rc == STORE_OK ? sms_of_plan(&plan) : 0;
    plan_free(&plan);
    if (rc == STORE_NOT_FOUND)
        return store_found(store, rc, "campaign", campaign_id, refusal);
    return rc == STORE_OK ? 0 : -1;
}

int volume_cards(struct store *store, const struct campaign *campaign, int64_t *cards,
                 struct refusal *refusal)
{
    struct card_group group;
    *cards = 1;
    if (campaign->group_id == 0)
        return 0;
    if (group_get(store, campaign->group_id, &group) != STORE_OK)
        return store_refuse(store, "card group", refusal);
    *cards = group.card_count;
    return 0;
}

void volume_warning(int64_t sms_per_card, int64_t cards, const char *cards_of, int64_t id,
                    char text[static VOLUME_WARNING_SIZE])
{
    text[0] = '\0';
    if (sms_per_card * cards > CAMPAIGN_MESSAGES_RECOMMENDED)
        snprintf(text, VOLUME_WARNING_SIZE,
                 "%s %" PRId64 ": %" PRId64 " cards with %" PRId64 " SMS each are %" PRId64
                 " messages, at most %" PRId64 " are recommended",
                 cards_of, id, cards, sms_per_card, cards * sms_per_card, CAMPAIGN_MESSAGES_RECOMMENDED);
}
