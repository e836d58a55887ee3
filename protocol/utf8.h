/* UTF-8, one character at a time (RFC 3629). */
#ifndef OTA_PROTOCOL_UTF8_H
#define OTA_PROTOCOL_UTF8_H

#include "protocol/bytes.h"

#define UTF8_REPLACEMENT 0xFFFD /* stands for what is no character */

/* Takes one character, or takes nothing and returns OTA_E_TRUNCATED (the input ends inside one, or is empty)
 * or OTA_E_BAD_VALUE: no UTF-8, longer than need be, a surrogate, above U+10FFFF. */
int utf8_read(struct byte_reader *reader, uint32_t *code_point);

/* 1 to 4 bytes. What no character has (a surrogate, above U+10FFFF) is written as UTF8_REPLACEMENT. */
void utf8_write(struct byte_writer *writer, uint32_t code_point);

/* For logs, terminals and JSON: control characters (C0, DEL, C1), and each byte that is no UTF-8, become '?'. */
void utf8_make_printable(char *text);

/* How many characters, of what is UTF-8. */
size_t utf8_characters(const char *text);

/* C0, DEL, C1. */
bool utf8_is_control(uint32_t code_point);

#endif
