/* Which file of a UICC a SELECT means. Inner header of uicc_*.c. */
#ifndef OTA_SIMSIM_UICC_SELECT_H
#define OTA_SIMSIM_UICC_SELECT_H

#include "simsim/commands.h"

/* By FID or path, as P1 says (TS 102 221 table 11.2); P2 is not looked at. The file becomes the current one.
 * SW_OK, or a status word of TS 51.011. */
uint16_t uicc_select_file(struct command_context *context, const struct apdu *apdu);

#endif
