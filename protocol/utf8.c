#include "protocol/utf8.h"

#include <string.h>

#include "protocol/errors.h"

/* RFC 3629 clause 3: how the first byte tells the length, and the least character that may be so long. */
static const struct form {
    uint8_t mask, lead;
    uint8_t following;
    uint32_t least;
} forms[] = {
    {0x80, 0x00, 0, 0},
    {0xE0, 0xC0, 1, 0x80},
    {0xF0, 0xE0, 2, 0x800},
    {0xF8, 0xF0, 3, 0x10000},
};
#define FORMS (sizeof forms / sizeof forms[0])

static bool is_character(uint32_t code_point)
{
    return code_point <= 0x10FFFF && (code_point < 0xD800 || code_point > 0xDFFF);
}

static const struct form *form_of(uint8_t first)
{
    for (size_t i = 0; i < FORMS; i++)
        if ((first & forms[i].mask) == forms[i].lead)
            return &forms[i];
    return NULL;
}

int utf8_read(struct byte_reader *reader, uint32_t *code_point)
{
    struct byte_reader ahead = *reader;
    uint8_t byte;
    if (read_u8(&ahead, &byte) != OTA_OK)
        return OTA_E_TRUNCATED;
    const struct form *form = form_of(byte);
    if (form == NULL)
        return OTA_E_BAD_VALUE;
    uint32_t value = byte & (uint8_t)~form->mask;
    for (int i = 0; i < form->following; i++) {
        if (read_u8(&ahead, &byte) != OTA_OK)
            return OTA_E_TRUNCATED;
        if ((byte & 0xC0) != 0x80)
            return OTA_E_BAD_VALUE;
        value = value << 6 | (byte & 0x3F);
    }
    if (value < form->least || !is_character(value))
        return OTA_E_BAD_VALUE;
    *reader = ahead;
    *code_point = value;
    return OTA_OK;
}

void utf8_write(struct byte_writer *writer, uint32_t code_point)
{
    const struct form *form = &forms[FORMS - 1];
    if (!is_character(code_point))
        code_point = UTF8_REPLACEMENT;
    while (code_point < form->least)
        form--;
    int shift = 6 * form->following;
    write_u8(writer, (uint8_t)(form->lead | code_point >> shift));
    while ((shift -= 6) >= 0)
        write_u8(writer, (uint8_t)(0x80 | (code_point >> shift & 0x3F)));
}

bool utf8_is_control(uint32_t code_point)
{
    return code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0);
}

void utf8_make_printable(char *text)
{
    const size_t length = strlen(text);
    struct byte_reader reader = byte_reader_on((const uint8_t *)text, length);
    while (reader.left > 0) {
        char *at = text + (length - reader.left);
        uint32_t code_point;
        uint8_t byte;
        const bool is_character = utf8_read(&reader, &code_point) == OTA_OK;
        if (!is_character)
            (void)read_u8(&reader, &byte);
        if (is_character && !utf8_is_control(code_point))
            continue;
        memset(at, '?', (size_t)(text + (length - reader.left) - at));
    }
}

size_t utf8_characters(const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++)
        count += ((uint8_t)*text & 0xC0) != 0x80;
    return count;
}
