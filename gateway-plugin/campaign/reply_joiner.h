/*
 * A PoR of several SMS, put together from parts of which some are not its own: stale ones of an
 * earlier PoR with the same reference, or forged ones. Pure: it only says which parts may be
 * tried together, in which order; the caller knows what fits.
 */
#ifndef OTA_CAMPAIGN_REPLY_JOINER_H
#define OTA_CAMPAIGN_REPLY_JOINER_H

#include "gateway-plugin/store/reply_work.h"

/* A flood costs no more than this for each SMS of it. */
#define JOIN_LOOKS_MAX 1024          /* combinations whose length is looked at */
#define JOIN_TRIES_MAX 64            /* of them: handed to try() */
#define JOIN_BYTES_MAX (96 * 1024)   /* bytes handed to try(), exceeded by one packet at most */

struct reply_joiner {
    const struct inbound_part *parts; /* as work_inbound_parts() gives them; total 1 to 255 */
    size_t count;
    uint8_t total;
    int64_t newest;  /* id: only combinations with this part, the others were tried before */
    uint8_t *packet; /* here they are joined */
    size_t size;
    /* chosen[n - 1] is part n. True: go no further. The packet's RPL agrees with `length`. */
    bool (*try)(void *user, const struct inbound_part *const *chosen, size_t length);
    void *user;
};

/* Tries every combination, within the bounds above; the newest parts first, then those with one part replaced by
 * the one before it, and so on. False: parts are missing. */
bool reply_join(const struct reply_joiner *joiner);

#endif
