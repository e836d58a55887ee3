/* validity_period and schedule_delivery_time: SMPP 3.4 clause 7.1.1. */
#ifndef OTA_SMSC_SMPP_TIME_H
#define OTA_SMSC_SMPP_TIME_H

#include <stdint.h>

/*
 * "YYMMDDhhmmsstnn+" (absolute, nn quarter hours from UTC) or
 * "YYMMDDhhmmss000R" (relative; a year counts as 365 days, a month as 30).
 * *when is in Unix seconds. 0, or OTA_E_BAD_VALUE, OTA_E_BAD_LENGTH.
 */
int smpp_time_parse(const char *text, int64_t now, int64_t *when);

#endif
