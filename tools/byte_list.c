#include "tools/byte_list.h"

#include <stdbool.h>

#include "protocol/errors.h"
#include "protocol/hex.h"

void byte_list_clear(struct byte_list *list)
{
    list->used = 0;
    list->count = 0;
}

static bool is_separator(char character)
{
    return character == ' ' || character == ':' || character == '\t' || character == '\n' ||
           character == '\r';
}

static bool has_separators(const char *text, size_t digits)
{
    const size_t at = hex_span(text, digits);
    return at < digits && is_separator(text[at]);
}

/* Byte by byte, separators left out. */
static int decode_spaced(const char *text, size_t digits, uint8_t *bytes, size_t size, size_t *length)
{
    *length = 0;
    for (size_t i = 0; i < digits;) {
        size_t one;
        if (is_separator(text[i])) {
            i++;
            continue;
        }
        int rc = hex_decode(text + i, digits - i < 2 ? 1 : 2, bytes + *length, size - *length, &one);
        if (rc != OTA_OK)
            return rc;
        *length += one;
        i += 2;
    }
    return OTA_OK;
}

int byte_list_add_hex(struct byte_list *list, const char *text, size_t digits)
{
    size_t length;
    if (list->count == BYTE_LIST_ITEMS_MAX)
        return OTA_E_NO_SPACE;
    int rc = (has_separators(text, digits) ? decode_spaced : hex_decode)(
        text, digits, list->bytes + list->used, sizeof list->bytes - list->used, &length);
    if (rc != OTA_OK)
        return rc;
    list->items[list->count++] = (struct byte_item){.at = list->used, .length = length};
    list->used += length;
    return OTA_OK;
}

const uint8_t *byte_list_at(const struct byte_list *list, size_t index, size_t *length)
{
    *length = list->items[index].length;
    return list->bytes + list->items[index].at;
}
