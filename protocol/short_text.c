#include "protocol/short_text.h"

#include "protocol/errors.h"
#include "protocol/gsm7.h"
#include "protocol/utf8.h"

#define PARTS_MAX 255 /* TS 23.040 9.2.3.24.1: a byte counts them */
#define BMP_END 0x10000
#define HIGH_SURROGATE 0xD800
#define LOW_SURROGATE 0xDC00
#define UNITS_MAX 4 /* what one character takes: bytes of a surrogate pair */

static struct byte_reader reader_on_text(const char *utf8, size_t length)
{
    return byte_reader_on((const uint8_t *)utf8, length);
}

/* All but the three that both alphabets have. */
static bool is_forbidden(uint32_t code_point)
{
    return utf8_is_control(code_point) && code_point != '\n' && code_point != '\r' && code_point != '\f';
}

static int read_character(struct byte_reader *text, uint32_t *code_point)
{
    struct byte_reader ahead = *text;
    if (utf8_read(&ahead, code_point) != OTA_OK || is_forbidden(*code_point))
        return OTA_E_BAD_VALUE;
    *text = ahead;
    return OTA_OK;
}

static size_t encode_utf16(uint32_t code_point, uint8_t units[static UNITS_MAX])
{
    struct byte_writer writer = byte_writer_on(units, UNITS_MAX);
    if (code_point >= BMP_END)
        write_u16(&writer, (uint16_t)(HIGH_SURROGATE | (code_point - BMP_END) >> 10));
    write_u16(&writer, (uint16_t)(code_point < BMP_END ? code_point : LOW_SURROGATE | (code_point & 0x3FF)));
    return writer.length;
}

/* Bytes: septets, or of UTF-16. 0: not in this alphabet. */
static size_t encode_character(uint32_t code_point, enum short_text_alphabet alphabet,
                               uint8_t units[static UNITS_MAX])
{
    return alphabet == SHORT_TEXT_GSM7 ? gsm7_encode(code_point, units) : encode_utf16(code_point, units);
}

int short_text_alphabet(const char *utf8, size_t length, enum short_text_alphabet *alphabet, size_t *bad_at)
{
    struct byte_reader text = reader_on_text(utf8, length);
    uint8_t units[UNITS_MAX];
    uint32_t code_point;
    if (length == 0)
        return OTA_E_BAD_LENGTH;
    *alphabet = SHORT_TEXT_GSM7;
    while (text.left > 0) {
        *bad_at = length - text.left;
        if (read_character(&text, &code_point) != OTA_OK)
            return OTA_E_BAD_VALUE;
        if (gsm7_encode(code_point, units) == 0)
            *alphabet = SHORT_TEXT_UCS2;
    }
    return OTA_OK;
}

/* As encode_character() counts, behind a header of so many bytes. */
static size_t room_of(const struct sms_segmentation *segmentation, enum short_text_alphabet alphabet,
                      size_t header_length)
{
    const size_t whole = segmentation->user_data_max == 0 ? SMS_USER_DATA_MAX : segmentation->user_data_max;
    const size_t bytes = whole - header_length;
    return alphabet == SHORT_TEXT_GSM7 ? (bytes * 8 - gsm7_fill_bits(header_length)) / 7 : bytes;
}

/* Takes the characters that `room` holds. */
static int take(struct byte_reader *text, enum short_text_alphabet alphabet, size_t room)
{
    while (text->left > 0) {
        struct byte_reader ahead = *text;
        uint8_t units[UNITS_MAX];
        uint32_t code_point;
        int rc = read_character(&ahead, &code_point);
        size_t size = rc == OTA_OK ? encode_character(code_point, alphabet, units) : 0;
        if (size == 0)
            return OTA_E_BAD_VALUE;
        if (size > room)
            return OTA_OK;
        room -= size;
        *text = ahead;
    }
    return OTA_OK;
}

static size_t room_in_part(const struct sms_segmentation *segmentation, enum short_text_alphabet alphabet)
{
    return room_of(segmentation, alphabet, sms_concatenation_header_size(segmentation));
}

size_t short_text_count(const char *utf8, size_t length, enum short_text_alphabet alphabet,
                        const struct sms_segmentation *segmentation)
{
    struct byte_reader text = reader_on_text(utf8, length);
    size_t parts = 0;
    if (length == 0 || !sms_segmentation_is_possible(segmentation) ||
        take(&text, alphabet, room_of(segmentation, alphabet, 0)) != OTA_OK)
        return 0;
    if (text.left == 0)
        return 1;
    text = reader_on_text(utf8, length);
    for (; text.left > 0; parts++)
        if (parts == PARTS_MAX || take(&text, alphabet, room_in_part(segmentation, alphabet)) != OTA_OK)
            return 0;
    return parts;
}

int short_text_part(const char *utf8, size_t length, enum short_text_alphabet alphabet,
                    const struct sms_segmentation *segmentation, size_t number, struct short_text_part *part)
{
    const size_t total = short_text_count(utf8, length, alphabet, segmentation);
    struct byte_reader text = reader_on_text(utf8, length);
    if (number == 0 || number > total)
        return OTA_E_BAD_VALUE;
    *part = (struct short_text_part){.end = length};
    if (total == 1)
        return OTA_OK;
    for (size_t i = 0; i < number; i++) {
        part->begin = length - text.left;
        (void)take(&text, alphabet, room_in_part(segmentation, alphabet)); /* the count has seen it all */
    }
    part->end = length - text.left;
    part->header_length = sms_concatenation_header_build(segmentation, total, number, part->header);
    return OTA_OK;
}

int short_text_encode(const char *utf8, size_t length, enum short_text_alphabet alphabet,
                      struct byte_writer *writer)
{
    struct byte_reader text = reader_on_text(utf8, length);
    while (text.left > 0) {
        uint8_t units[UNITS_MAX];
        uint32_t code_point;
        if (read_character(&text, &code_point) != OTA_OK)
            return OTA_E_BAD_VALUE;
        size_t size = encode_character(code_point, alphabet, units);
        if (size == 0)
            return OTA_E_BAD_VALUE;
        write_bytes(writer, units, size);
    }
    return byte_writer_status(writer);
}

/* Half a pair is taken alone, and is a character to nobody: utf8_write() replaces it. */
static int read_utf16(struct byte_reader *units, uint32_t *code_point)
{
    uint16_t high, low;
    int rc = read_u16(units, &high);
    struct byte_reader ahead = *units;
    if (rc != OTA_OK)
        return rc;
    *code_point = high;
    if ((high & 0xFC00) != HIGH_SURROGATE || read_u16(&ahead, &low) != OTA_OK ||
        (low & 0xFC00) != LOW_SURROGATE)
        return OTA_OK;
    *units = ahead;
    *code_point = BMP_END + ((uint32_t)(high & 0x3FF) << 10 | (low & 0x3FF));
    return OTA_OK;
}

int short_text_decode(const uint8_t *units, size_t length, enum short_text_alphabet alphabet,
                      struct byte_writer *utf8)
{
    struct byte_reader reader = byte_reader_on(units, length);
    while (reader.left > 0) {
        uint32_t code_point;
        int rc =
            alphabet == SHORT_TEXT_GSM7 ? gsm7_read(&reader, &code_point) : read_utf16(&reader, &code_point);
        if (rc != OTA_OK)
            return rc;
        utf8_write(utf8, code_point);
    }
    return byte_writer_status(utf8);
}
