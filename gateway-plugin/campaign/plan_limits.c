#include "gateway-plugin/campaign/plan_limits.h"

#include "protocol/command_packet.h"
#include "protocol/errors.h"

#define COMMANDS_MAX 255 /* TS 102 226 5.2.2: the number of commands executed is one byte */

/* Bytes of secured data that so many SMS carry at least: every card has its own key and CC sizes, and where a
 * script is cut may not depend on them. */
static size_t packet_room(const struct security_parameters *security,
                          const struct sms_segmentation *segmentation, unsigned int sms)
{
    const struct security_keys widest = {.kic_size = 16, .kid_size = 16, .cc_size = CC_SIZE_DEFAULT};
    const size_t packet = sms_segment_capacity(segmentation, sms);
    size_t room;
    return command_packet_capacity(security, &widest, packet, &room) == OTA_OK ? room : 0;
}

struct sms_segmentation plan_segmentation(const struct plan *plan, uint8_t reference)
{
    return (struct sms_segmentation){.reference = reference,
                                     .user_data_max = (uint8_t)plan->campaign.part_size};
}

void plan_set_limits(struct plan *plan)
{
    plan->sms = plan->campaign.max_sms_parts != 0 ? (unsigned int)plan->campaign.max_sms_parts
                                                  : CAMPAIGN_SMS_PARTS_MAX;
    const struct sms_segmentation segmentation = plan_segmentation(plan, 0);
    const size_t room = packet_room(&plan->campaign.security, &segmentation, plan->sms),
                 most = (size_t)plan->campaign.max_packet_bytes;
    const bool by_bytes = most != 0 && most < room;
    if (by_bytes)
        plan->sms = 0;
    plan->shape = (struct packet_shape){
        .format = plan->campaign.script_format,
        .chaining = plan->campaign.script_chaining,
        .bytes = by_bytes ? most : room,
        .commands = plan->policy.por != POR_NONE ? COMMANDS_MAX : 0,
    };
}

struct message_policy plan_policy(const struct plan *plan, const struct message_piece *piece)
{
    struct message_policy policy = plan->policy;
    policy.piece = *piece;
    return policy;
}

bool plan_piece(const struct plan *plan, unsigned int number, struct script_piece *piece)
{
    return script_piece_find(plan->commands, plan->command_count, &plan->shape, number, piece);
}

int plan_check(const struct plan *plan, struct refusal *refusal)
{
    /* Where a shape can be cut says little; a text can always be. */
    if (plan->names.count > 0 || plan->message != NULL)
        return 0;
    return script_pieces_check(plan->commands, plan->command_count, &plan->shape, plan->sms, refusal);
}

int64_t plan_validity_ms(const struct plan *plan, int64_t default_seconds)
{
    int64_t minutes = plan == NULL ? 0 : plan->campaign.validity_minutes;
    return 1000 * (minutes != 0 ? 60 * minutes : default_seconds);
}
