/* The cards that a campaign is started on (SOP 10): a group, or one card, which may be provisioned for it. */
#ifndef OTA_CAMPAIGN_TARGET_H
#define OTA_CAMPAIGN_TARGET_H

#include "gateway-plugin/model/campaign.h"
#include "gateway-plugin/model/entities.h"
#include "gateway-plugin/store/store.h"

/* Exactly one is given: a group, a card by its id, or a card by some of its numbers. */
struct campaign_target {
    int64_t group_id; /* 0: not this */
    int64_t card_id;
    const char *msisdn; /* NULL: not this; a + in front is allowed */
    const char *iccid;  /* a final F is allowed */
    const char *imsi;
};

/* Sets campaign->group_id or card_id, and the other one to 0. Refused: what is not there, another profile's,
 * an empty group, numbers of different cards. */
int target_set(struct store *store, const struct campaign_target *target, struct campaign *campaign,
               struct refusal *refusal);

/*
 * The card of these numbers, made when there is none. 1: it is new, with `keys` as its only key set, in the
 * campaign's profile; 0: it was there (also in another profile), and `keys` are not used; -1 with `refusal`:
 * numbers that do not name one card, a new one without all three of them, keys that are not the ones that
 * KIc, KID and SPI of the campaign ask for. The caller's savepoint undoes it.
 */
int target_provision(struct store *store, const struct campaign *campaign,
                     const struct campaign_target *target, const struct card_key_set *keys, int64_t now,
                     struct card *card, struct refusal *refusal);

#endif
