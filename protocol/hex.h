/* Hexadecimal text <-> bytes. */
#ifndef OTA_PROTOCOL_HEX_H
#define OTA_PROTOCOL_HEX_H

#include <stddef.h>
#include <stdint.h>

/* `digits` characters of any case into `bytes` (room for `size`); *length is
 * set to the bytes written. OTA_E_BAD_HEX (odd, or not a digit), OTA_E_NO_SPACE. */
int hex_decode(const char *text, size_t digits, uint8_t *bytes, size_t size, size_t *length);

/* Upper case and a final NUL; `text` has room for 2 * length + 1. Returns text. */
char *hex_encode(const uint8_t *bytes, size_t length, char *text);

/* The offset of the first character that is no hex digit, or `digits`. */
size_t hex_span(const char *text, size_t digits);

#endif
