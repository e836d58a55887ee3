/* The redundancy checks of secured packets (TS 102 225 clause 5.1.3.1: the
 * polynomials of ISO/IEC 13239). Start with CRC_INITIAL, go on with the result
 * of the piece before; the value is complete after each call. */
#ifndef OTA_PROTOCOL_CRC_H
#define OTA_PROTOCOL_CRC_H

#include <stddef.h>
#include <stdint.h>

#define CRC_INITIAL 0 /* both run inverted inside, so an empty input gives 0 */

uint16_t crc16_x25(uint16_t crc, const uint8_t *bytes, size_t length);
uint32_t crc32_iso(uint32_t crc, const uint8_t *bytes, size_t length);

#endif
