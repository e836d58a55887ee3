/* What a card wants shown: text strings, alpha identifiers, items (TS 102 223 8.15, 8.2, 8.9). */
#ifndef OTA_PROTOCOL_TOOLKIT_TEXT_H
#define OTA_PROTOCOL_TOOLKIT_TEXT_H

#include "protocol/tlv.h"

#define TOOLKIT_TEXT_SIZE 583 /* 255 bytes of septets, two bytes each, and a NUL */

/* The text as printable UTF-8, empty when there is none; false when it is another element. What is longer is
 * cut. */
bool toolkit_text(const struct tlv *element, char text[static TOOLKIT_TEXT_SIZE]);

#endif
