/* Where the user data of an SMS-DELIVER-REPORT goes, often a PoR, for which SMPP has no field. */
#ifndef OTA_SMSC_POR_ROUTE_H
#define OTA_SMSC_POR_ROUTE_H

#include <stdbool.h>

enum por_route {
    POR_ROUTE_MO,   /* a deliver_sm of its own */
    POR_ROUTE_DLR,  /* in the delivery receipt, behind "text:" */
    POR_ROUTE_DROP, /* dropped, as most networks do */
};

/* "mo", "dlr" or "drop"; false: none of them. */
bool por_route_parse(const char *text, enum por_route *route);

#endif
