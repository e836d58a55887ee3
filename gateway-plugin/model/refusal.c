#include "gateway-plugin/model/refusal.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static size_t utf8_size(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first < 0xC2 || first > 0xF4)
        return 0;
    return first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

/* Bytes of the UTF-8 character at `text`, 0 when there is none: a lone continuation,
 * an overlong or cut sequence, a surrogate. */
static size_t utf8_character(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t size = utf8_size(at[0]);
    for (size_t i = 1; i < size; i++)
        if ((at[i] & 0xC0) != 0x80)
            return 0;
    if ((at[0] == 0xE0 && at[1] < 0xA0) || (at[0] == 0xED && at[1] >= 0xA0) ||
        (at[0] == 0xF0 && at[1] < 0x90) || (at[0] == 0xF4 && at[1] >= 0x90))
        return 0;
    return size;
}

/* A refused value may hold anything, and the text goes to logs, terminals and JSON. */
static void make_printable(char *text)
{
    while (*text != '\0') {
        size_t size = utf8_character(text);
        if (size == 0 || (size == 1 && (*text < ' ' || *text == 0x7F)) ||
            (size == 2 && (unsigned char)text[0] == 0xC2 && (unsigned char)text[1] < 0xA0)) {
            *text = '?';
            size = 1;
        }
        text += size;
    }
}

int refuse(struct refusal *refusal, enum refusal_kind kind, const char *format, ...)
{
    if (refusal == NULL)
        return -1;
    va_list arguments;
    va_start(arguments, format);
    refusal->kind = kind;
    vsnprintf(refusal->text, sizeof refusal->text, format, arguments);
    va_end(arguments);
    make_printable(refusal->text);
    return -1;
}
