#include "gateway-plugin/campaign/payload.h"

const struct payload *payload_of(const struct plan *plan)
{
    return campaign_type_is_text(plan->campaign.type) ? &text_payload : &packet_payload;
}
