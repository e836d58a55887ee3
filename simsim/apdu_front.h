/* A card on standard input: one hex APDU a line, one line "DATA SW" or "SW" back for each. */
#ifndef OTA_SIMSIM_APDU_FRONT_H
#define OTA_SIMSIM_APDU_FRONT_H

#include <stdio.h>

#include "simsim/population.h"

/*
 * Resets the card of that MSISDN, then answers every line of `in` on `out`, flushed,
 * until the end of input. Blanks between digits are allowed, empty lines passed over;
 * an incomplete APDU gets 6700, a line that is no hex 6F00 and a note on stderr. What
 * an answer stands on is committed before it is written. 0, or -1 with a line on
 * stderr: no such card, or the state cannot be saved, or writing failed.
 */
int apdu_front_run(struct population *population, const char *msisdn, FILE *in, FILE *out);

#endif
