/*
 * Which message each card was handed last, in a file that is mapped: a mark that is set outlives a kill -9 at
 * once, without a commit between two ENVELOPEs. Messages of one card are handed over in the order of their
 * ids, so a kept message up to the mark may have reached the card, and one behind it has not.
 *
 * One thread a card sets its mark.
 */
#ifndef OTA_PCSC_BRIDGE_DELIVERY_MARKS_H
#define OTA_PCSC_BRIDGE_DELIVERY_MARKS_H

#include <stddef.h>
#include <stdint.h>

#include "pcsc-bridge/settings.h"

struct delivery_marks;

/* Places for these cards; one that had a mark keeps it. Borrows the settings. The file is made, readable by
 * its owner only, when it is not there. NULL with one line in `error`. */
struct delivery_marks *delivery_marks_open(const char *path, const struct bridge_settings *settings,
                                           char *error, size_t error_size);
void delivery_marks_close(struct delivery_marks **marks);

/* Of a card by its place in the settings; 0: nothing was handed to it. */
uint64_t delivery_mark(const struct delivery_marks *marks, size_t card);
void delivery_marks_set(struct delivery_marks *marks, size_t card, uint64_t id);

#endif
