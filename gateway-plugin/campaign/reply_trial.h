/*
 * Whose answer is it? A PoR names MSISDN, TAR and CNTR; the packet's protection has to fit. That
 * leaves several messages where a counter is used again (mode 11, the identical packet of a
 * retry, counters that a card leaves at zero). One of them is credited, never two: the first by
 *   1. the counter is copied, not only the order right;
 *   2. SPI2 asks for a PoR;
 *   3. all its SMS were handed over, so that it can have been answered;
 *   4. what was executed is possible: no more commands than it has, fewer only after an error;
 *   5. the PoR is as protected as SPI2 asks, or an error: cards refuse in clear;
 *   6. it is the card's outstanding message;
 *   7. it has had this very answer before;
 *   8. it has no answer yet;
 *   9. it is the newer one.
 */
#ifndef OTA_CAMPAIGN_REPLY_TRIAL_H
#define OTA_CAMPAIGN_REPLY_TRIAL_H

#include "gateway-plugin/campaign/core.h"

/* One response packet of a card. */
struct reply {
    const char *from;
    struct reply_card card;
    const uint8_t *packet; /* from RPL on */
    size_t length;
    int64_t first_part; /* inbound_part.id of the first of its SMS that came in: no message that left later is
                         * answered by it. INT64_MAX: it is one SMS, which came in now */
};

/* The message that the reply answers, and what it says of it. */
struct reply_match {
    int64_t message_id, campaign_id;
    bool asked;       /* SPI2 asks for a PoR */
    bool outstanding; /* it is the one that the card is busy with */
    bool answered;    /* it has an answer already */
    unsigned int rank;
    struct por_fact por;
};

/* STORE_NOT_FOUND: it answers none. */
int reply_trial(struct core *core, const struct reply *reply, struct reply_match *match);

#endif
