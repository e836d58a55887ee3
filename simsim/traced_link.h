/* A card's seam that writes every reset and every APDU to a log, PINs and all: --trace. */
#ifndef OTA_SIMSIM_TRACED_LINK_H
#define OTA_SIMSIM_TRACED_LINK_H

#include <stdio.h>

#include "handset/card_link.h"

struct traced_link {
    struct card_link inner;
    FILE *log;
    const char *msisdn;
};

/* The seam on `traced`, which must outlive it. */
struct card_link traced_link_to(struct traced_link *traced);

#endif
