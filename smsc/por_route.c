#include "smsc/por_route.h"

#include <string.h>

bool por_route_parse(const char *text, enum por_route *route)
{
    static const char *const routes[] = {
        [POR_ROUTE_MO] = "mo", [POR_ROUTE_DLR] = "dlr", [POR_ROUTE_DROP] = "drop"};
    for (unsigned i = 0; i < sizeof routes / sizeof *routes; i++)
        if (strcmp(text, routes[i]) == 0) {
            *route = (enum por_route)i;
            return true;
        }
    return false;
}
