/* Packets that cards refuse because a fault plan says so (`what = packet`): a hook of population_refuse_by().
 */
#ifndef OTA_SIMSIM_FAULTY_PACKETS_H
#define OTA_SIMSIM_FAULTY_PACKETS_H

#include <stdint.h>
#include <stdio.h>

#include "simsim/fault_plan.h"

struct faulty_packets {
    struct fault_plan *plan; /* NULL: none. Borrowed, as the log */
    FILE *log;               /* NULL: none */
};

/* `user` is a struct faulty_packets. The PoR status, with a line in the log; or 0. */
uint8_t faulty_packets_refuse(void *user, const char *msisdn);

#endif
