/* How much of a campaign's script goes into a packet, into how many SMS that is cut, and how long they are tried. */
#ifndef OTA_CAMPAIGN_PLAN_LIMITS_H
#define OTA_CAMPAIGN_PLAN_LIMITS_H

#include "gateway-plugin/campaign/plan.h"
#include "protocol/user_data.h"

/* plan->shape and plan->sms, of its campaign and its policy. For whoever makes a plan. */
void plan_set_limits(struct plan *plan);

/* How a packet of this campaign is cut into SMS. */
struct sms_segmentation plan_segmentation(const struct plan *plan, uint8_t reference);

/* What "updated" means for a message of this campaign. */
struct message_policy plan_policy(const struct plan *plan, const struct message_piece *piece);

/* Packet `number` of the script for a card; beyond the last one: the last one. False: it cannot be cut, which
 * plan_check() should have told. */
bool plan_piece(const struct plan *plan, unsigned int number, struct script_piece *piece);

/* Can the script be cut into packets of at most the campaign's SMS, whose commands a PoR can count (one
 * byte)? With placeholders only a card's own plan can say. 0, or -1 with `refusal`. */
int plan_check(const struct plan *plan, struct refusal *refusal);

/* Milliseconds that the SMSC may try: the campaign's own, else the default. `plan` may be NULL. */
int64_t plan_validity_ms(const struct plan *plan, int64_t default_seconds);

#endif
