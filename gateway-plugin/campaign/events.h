/* What the bearer reports, turned into facts by kind. */
#ifndef OTA_CAMPAIGN_EVENTS_H
#define OTA_CAMPAIGN_EVENTS_H

#include "gateway-plugin/campaign/core.h"

int events_take(struct core *core, const struct bearer_event *event);

/* Must the bearer be told that this event is committed? */
bool event_wants_acknowledgement(const struct bearer_event *event);

#endif
