/*
 * A card's seam whose card does to an ENVELOPE with an SMS what a fault plan says (`what = card`):
 *
 *   toolkit-busy, memory-full  it does not see it; the status word is 9300 or 9240
 *   lie                        it executes it; the status word is the fault's
 *   garble                     it executes it; the last byte of what GET RESPONSE or FETCH gets next is inverted
 *   mute, pull                 it executes it, and there is no answer: CARD_LINK_MUTE
 *
 * Whatever else the fault is, the owner of the seam deals with it.
 */
#ifndef OTA_SIMSIM_FAULTY_LINK_H
#define OTA_SIMSIM_FAULTY_LINK_H

#include <stdbool.h>

#include "handset/card_link.h"
#include "simsim/fault_plan.h"

struct faulty_link {
    struct card_link inner;
    void *user;
    struct fault (*next)(void *user); /* asked at each ENVELOPE with an SMS */
    bool garbles;                     /* not yet, but what GET RESPONSE or FETCH gets next; until a reset */
};

/* The seam on `faulty`, which must outlive it. */
struct card_link faulty_link_to(struct faulty_link *faulty);

#endif
