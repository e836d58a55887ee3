/* The GSM 7-bit default alphabet, its extension table, and the packing of its septets: TS 23.038 6.2.1
 * and 6.1.2. A septet stands in a byte of its own, as SMPP carries it, unless the name says packed. No
 * national tables. */
#ifndef OTA_PROTOCOL_GSM7_H
#define OTA_PROTOCOL_GSM7_H

#include "protocol/bytes.h"

#define GSM7_ESCAPE 0x1B
#define GSM7_CARRIAGE_RETURN 0x0D

/* The septets of a character: 1, or 2 (the escape and a septet of the extension table); 0: it has none. */
size_t gsm7_encode(uint32_t code_point, uint8_t septets[static 2]);

/* Takes one character, or nothing and returns OTA_E_TRUNCATED (no input) or OTA_E_BAD_VALUE (above 7F). As a
 * receiver has to show it (6.2.1.1): the escape at the end, or twice, as a space; an unknown extension as the
 * main table's character. */
int gsm7_read(struct byte_reader *septets, uint32_t *code_point);

/* Bits between a header of so many bytes (UDHL included) and the first septet, so that septets begin at a
 * septet boundary: 0 to 6 (TS 23.040 9.2.3.24). */
unsigned gsm7_fill_bits(size_t header_length);

/* `count` septets into (count * 7 + fill_bits + 7) / 8 bytes, the first in the low bits (6.1.2.1.1). */
void gsm7_pack(const uint8_t *septets, size_t count, unsigned fill_bits, struct byte_writer *packed);

/* The reverse; OTA_E_TRUNCATED when `length` bytes hold fewer than `count` septets, OTA_E_NO_SPACE. */
int gsm7_unpack(const uint8_t *packed, size_t length, unsigned fill_bits, size_t count,
                struct byte_writer *septets);

#endif
