/* One card by hand: no port, no phone; APDUs on standard input. */
#ifndef OTA_SIMSIM_APDU_FRONT_H
#define OTA_SIMSIM_APDU_FRONT_H

#include <stdio.h>

#include "simsim/population.h"

/*
 * Resets the card of that MSISDN, then answers each line of `in` (one command
 * APDU in hex) with one line on `out`: `DATA SW`, or `SW` alone, also for a line
 * that is no whole APDU. Ends at the end of input, what changed made durable.
 * 0, or -1 with a line on stderr (no such subscriber, not durable).
 */
int apdu_front_run(struct population *population, const char *msisdn, FILE *in, FILE *out);

#endif
