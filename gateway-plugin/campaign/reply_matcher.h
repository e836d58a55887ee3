/* SMS from cards: finds the message that a PoR answers, opens it, and adds what it says to the message's
 * facts. */
#ifndef OTA_CAMPAIGN_REPLY_MATCHER_H
#define OTA_CAMPAIGN_REPLY_MATCHER_H

#include "gateway-plugin/campaign/core.h"

/* A BEARER_MESSAGE. What belongs to no message is logged in one line, counted, and does nothing. */
int reply_matcher_take(struct core *core, const struct bearer_event *event);

#endif
