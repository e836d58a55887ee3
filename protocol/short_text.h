/*
 * The text of an SMS: which alphabet it takes, how many SMS, and where it is cut. GSM 7-bit default alphabet
 * with its extension table where that does, else UCS-2, in which what lies above U+FFFF is a surrogate pair
 * as phones take it (TS 23.038 6.2; the lengths: TS 23.040 9.2.3.16, 9.2.3.24.1, .8). Text is UTF-8 and need
 * not end with a NUL.
 */
#ifndef OTA_PROTOCOL_SHORT_TEXT_H
#define OTA_PROTOCOL_SHORT_TEXT_H

#include "protocol/bytes.h"
#include "protocol/user_data.h"

enum short_text_alphabet { SHORT_TEXT_GSM7, SHORT_TEXT_UCS2 };

#define SHORT_TEXT_UNITS_MAX 160 /* what an SMS encodes to at most: septets, one a byte; of UCS-2 140 bytes  \
                                  */
#define SHORT_TEXT_UTF8_MAX 320  /* and what that decodes to at most, bytes */

/* GSM7 when every character is in the default alphabet or its extension, else UCS2. OTA_E_BAD_LENGTH: no
 * text. OTA_E_BAD_VALUE with *bad_at, the byte's offset: not UTF-8, or a control character other than LF, CR,
 * FF. */
int short_text_alphabet(const char *utf8, size_t length, enum short_text_alphabet *alphabet, size_t *bad_at);

/* How many SMS it takes: 1 for up to 160 septets or 70 units of UCS-2 (140 bytes), else parts of at most 153
 * septets (152 with a 16-bit reference) or 67 units (66), each less with a smaller user_data_max. A part ends
 * earlier where it would cut an escape from its septet or a surrogate pair. 0: no text, not in that alphabet,
 * more than 255 parts, or `segmentation` holds what it may not. */
size_t short_text_count(const char *utf8, size_t length, enum short_text_alphabet alphabet,
                        const struct sms_segmentation *segmentation);

struct short_text_part {
    uint8_t header[USER_DATA_HEADER_MAX]; /* concatenation, from UDHL on */
    size_t header_length;                 /* 0 for a single SMS */
    size_t begin, end;                    /* its characters, offsets in `utf8` */
};

/* Part `number` (from 1). OTA_E_BAD_VALUE: there is no such part. */
int short_text_part(const char *utf8, size_t length, enum short_text_alphabet alphabet,
                    const struct sms_segmentation *segmentation, size_t number, struct short_text_part *part);

/* Into septets, one a byte, or UTF-16BE. OTA_E_BAD_VALUE (as above, or not in that alphabet), OTA_E_NO_SPACE.
 */
int short_text_encode(const char *utf8, size_t length, enum short_text_alphabet alphabet,
                      struct byte_writer *writer);

/* And back, as a phone shows it (gsm7_read(); half a surrogate pair is shown as U+FFFD). OTA_E_BAD_VALUE (a
 * septet above 7F), OTA_E_TRUNCATED (half a unit), OTA_E_NO_SPACE. Control characters come out as they are.
 */
int short_text_decode(const uint8_t *units, size_t length, enum short_text_alphabet alphabet,
                      struct byte_writer *utf8);

#endif
