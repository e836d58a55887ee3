/* SMS from cards: finds the message that a PoR answers, opens it, and adds what it says to the message's
 * facts. */
#ifndef OTA_CAMPAIGN_REPLY_MATCHER_H
#define OTA_CAMPAIGN_REPLY_MATCHER_H

#include "gateway-plugin/campaign/core.h"

/* A BEARER_MESSAGE. What belongs to no message is logged in one line, counted, and does nothing. */
int reply_matcher_take(struct core *core, const struct bearer_event *event);

/* A BEARER_REPORT whose receipt may carry a PoR: the TP-UD of the card's SMS-DELIVER-REPORT (TS 31.115 4.3),
 * as some SMSCs hand it on behind `text:`. Anything else there is passed over without a word: text, or the
 * beginning of our own message. */
int reply_matcher_take_report(struct core *core, const struct bearer_event *event);

#endif
