#include "simsim/faulty_packets.h"

#include "smsc/log_line.h"

uint8_t faulty_packets_refuse(void *user, const char *msisdn)
{
    const struct faulty_packets *packets = user;
    struct fault fault = fault_plan_next(packets->plan, FAULT_IN_PACKET, msisdn, 0); /* it has no rate */
    char line[100];
    snprintf(line, sizeof line, "%s: fault: packet not executed, PoR status %02X", msisdn, fault.por_status);
    if (fault.action != FAULT_NONE)
        log_line(packets->log, line);
    return fault.por_status;
}
