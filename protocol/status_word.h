/* SW1 SW2 in words, and which of them mean "go on" (TS 51.011 9.4, TS 102 221 10.2). */
#ifndef OTA_PROTOCOL_STATUS_WORD_H
#define OTA_PROTOCOL_STATUS_WORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 90xx, 91xx, 9Fxx, 61xx: a script goes on behind it. */
bool status_word_is_good(uint16_t sw);

/* One English phrase, e.g. 9404 -> "file ID or pattern not found"; a constant. */
const char *status_word_text(uint16_t sw);

/* Does `sw` match the pattern of 4 hex digits, where x stands for any digit? */
bool status_word_matches(uint16_t sw, const char *pattern);

#endif
