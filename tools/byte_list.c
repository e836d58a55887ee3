#include "tools/byte_list.h"

#include "protocol/errors.h"
#include "protocol/hex.h"

void byte_list_clear(struct byte_list *list)
{
    list->used = 0;
    list->count = 0;
}

int byte_list_add_hex(struct byte_list *list, const char *text, size_t digits)
{
    size_t length;
    if (list->count == BYTE_LIST_ITEMS_MAX)
        return OTA_E_NO_SPACE;
    int rc = hex_decode(text, digits, list->bytes + list->used, sizeof list->bytes - list->used, &length);
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
