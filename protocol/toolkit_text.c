#include "protocol/toolkit_text.h"

#include <string.h>

#include "protocol/errors.h"
#include "protocol/gsm7.h"
#include "protocol/short_text.h"
#include "protocol/toolkit.h"
#include "protocol/utf8.h"

#define CODING_ALPHABET 0x0C /* of the data coding scheme, TS 23.038 */
#define CODING_7BIT 0x00
#define CODING_UCS2 0x08
#define ALPHA_UCS2 0x80 /* first byte of an alpha identifier, TS 31.101 annex A */
#define SEPTETS_MAX ((TOOLKIT_TEXT_SIZE - 1) / 2)

/* 8 bit: septets of the default alphabet, one a byte; what is none (the other forms of annex A, the end FF)
 * is '?'. */
static void put_8bit(const uint8_t *bytes, size_t length, struct byte_writer *text)
{
    struct byte_reader reader = byte_reader_on(bytes, length);
    while (reader.left > 0) {
        uint32_t code_point = '?';
        uint8_t passed_over;
        if (gsm7_read(&reader, &code_point) != OTA_OK)
            (void)read_u8(&reader, &passed_over);
        utf8_write(text, code_point);
    }
}

/* As in cell broadcast: 7 bits that are left over hold a CR, TS 23.038 6.1.2.2. */
static void put_7bit(const uint8_t *bytes, size_t length, struct byte_writer *text)
{
    uint8_t septets[SEPTETS_MAX];
    struct byte_writer writer = byte_writer_on(septets, sizeof septets);
    size_t count = length * 8 / 7 < SEPTETS_MAX ? length * 8 / 7 : SEPTETS_MAX;
    if (gsm7_unpack(bytes, length, 0, count, &writer) != OTA_OK)
        return;
    if (length % 7 == 0 && count > 0 && septets[count - 1] == GSM7_CARRIAGE_RETURN)
        count--;
    put_8bit(septets, count, text);
}

static void put_ucs2(const uint8_t *bytes, size_t length, struct byte_writer *text)
{
    (void)short_text_decode(bytes, length, SHORT_TEXT_UCS2, text); /* half a unit at the end is not shown */
}

/* A text string, 8.15: data coding scheme and text. */
static void put_text(const uint8_t *bytes, size_t length, struct byte_writer *text)
{
    if (length < 2)
        return;
    switch (bytes[0] & CODING_ALPHABET) {
    case CODING_7BIT: put_7bit(bytes + 1, length - 1, text); break;
    case CODING_UCS2: put_ucs2(bytes + 1, length - 1, text); break;
    default: put_8bit(bytes + 1, length - 1, text); break;
    }
}

/* An alpha identifier, 8.2. */
static void put_alpha(const uint8_t *bytes, size_t length, struct byte_writer *text)
{
    if (length > 0 && bytes[0] == ALPHA_UCS2)
        put_ucs2(bytes + 1, length - 1, text);
    else
        put_8bit(bytes, length, text);
}

/* An item, 8.9: its identifier, then as an alpha identifier. */
static void put_item(const uint8_t *bytes, size_t length, struct byte_writer *text)
{
    if (length > 0)
        put_alpha(bytes + 1, length - 1, text);
}

static const struct {
    uint8_t tag;
    void (*put)(const uint8_t *bytes, size_t length, struct byte_writer *text);
} texts[] = {
    {TAG_TEXT, put_text},
    {TAG_ALPHA_ID, put_alpha},
    {TAG_ITEM, put_item},
};

bool toolkit_text(const struct tlv *element, char text[static TOOLKIT_TEXT_SIZE])
{
    struct byte_writer writer = byte_writer_on((uint8_t *)text, TOOLKIT_TEXT_SIZE - 1);
    bool is_text = false;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0] && !is_text; i++)
        if ((element->tag | TLV_COMPREHENSION_REQUIRED) == texts[i].tag) {
            texts[i].put(element->value, element->length, &writer);
            is_text = true;
        }
    for (char *nul; (nul = memchr(text, '\0', writer.length)) != NULL;)
        *nul = '?'; /* it must not hide what follows it */
    text[writer.length] = '\0';
    utf8_make_printable(text);
    return is_text;
}
