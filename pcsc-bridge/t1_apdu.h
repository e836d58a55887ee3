/* A command in its T=0 form (handset/card_link.h) as T=1 sends it: ISO 7816-3 12.1, TS 102 221 7.3.2. */
#ifndef OTA_PCSC_BRIDGE_T1_APDU_H
#define OTA_PCSC_BRIDGE_T1_APDU_H

#include <stddef.h>
#include <stdint.h>

#include "protocol/apdu.h"

#define T1_APDU_MAX (APDU_COMMAND_MAX + 1)

/* Without data and Lc 00 it becomes four bytes; where a card may answer data, Le 00 stands behind it. */
size_t t1_apdu(const uint8_t *command, size_t length, uint8_t form[static T1_APDU_MAX]);

#endif
