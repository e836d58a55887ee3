/* May a command be done to the current EF? */
#ifndef OTA_SIMSIM_CURRENT_FILE_H
#define OTA_SIMSIM_CURRENT_FILE_H

#include "simsim/commands.h"

#define ANY_STRUCTURE (1u << FILE_TRANSPARENT | 1u << FILE_LINEAR | 1u << FILE_CYCLIC)

/* SW_OK, or 9400, 9408, 9804, 9810 in this order (TS 51.011 9.4). `structures` has bit n for enum
 * file_structure n. */
uint16_t current_file_check(const struct command_context *context, enum access_right right,
                            unsigned structures);

/* What SELECT does: that file of the profile's tree is current, with what it implies. */
void current_file_select(struct command_context *context, uint16_t index);

/* After SW_OK only. */
const struct profile_file *current_file(const struct command_context *context);

#endif
