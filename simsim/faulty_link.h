/* A card's seam whose card answers ENVELOPE with a status word of somebody else's, and does not see it. */
#ifndef OTA_SIMSIM_FAULTY_LINK_H
#define OTA_SIMSIM_FAULTY_LINK_H

#include "handset/card_link.h"

#define SW_TOOLKIT_IS_BUSY 0x9300 /* TS 51.011 9.4.1 */
#define SW_MEMORY_IS_FULL 0x9240

struct faulty_link {
    struct card_link inner;
    uint16_t sw;
};

/* The seam on `faulty`, which must outlive it. */
struct card_link faulty_link_to(struct faulty_link *faulty);

#endif
