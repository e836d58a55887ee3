/* Swapped ("telephony") BCD as in ICCID, IMSI and addresses: the first digit in
 * the low nibble. TS 24.008 10.5.4.7, TS 51.011 10.1.1 and 10.3.2. */
#ifndef OTA_PROTOCOL_BCD_H
#define OTA_PROTOCOL_BCD_H

#include <stddef.h>
#include <stdint.h>

/* `count` digits (0-9, *, #, a-c, and F as filler) into (count + 1) / 2 bytes,
 * F filling the last nibble. OTA_E_BAD_VALUE, OTA_E_NO_SPACE. */
int bcd_encode(const char *digits, size_t count, uint8_t *bytes, size_t size);

/* `count` digits out of the bytes, and a NUL; `digits` has room for count + 1.
 * Stops at a filler nibble F. OTA_E_TRUNCATED when there are fewer nibbles. */
int bcd_decode(const uint8_t *bytes, size_t length, size_t count, char *digits);

/* EF.IMSI, 9 bytes: length, parity nibble, digits (TS 51.011 10.3.2). */
int imsi_encode(const char *imsi, uint8_t ef[static 9]);

/* EF.ICCID, 10 bytes, of 18 to 20 digits, a final F allowed (TS 51.011 10.1.1). */
int iccid_encode(const char *iccid, uint8_t ef[static 10]);

#endif
