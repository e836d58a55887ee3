/* The bytes a command works on: one or more items in one arena, reused from line to line. */
#ifndef OTA_TOOLS_BYTE_LIST_H
#define OTA_TOOLS_BYTE_LIST_H

#include <stddef.h>
#include <stdint.h>

#define BYTE_LIST_BYTES_MAX 70000 /* a packet has at most 65537 bytes, 255 SMS hold 35700 */
#define BYTE_LIST_ITEMS_MAX 4096

struct byte_item {
    size_t at; /* in the arena */
    size_t length;
};

struct byte_list {
    uint8_t bytes[BYTE_LIST_BYTES_MAX];
    size_t used;
    struct byte_item items[BYTE_LIST_ITEMS_MAX];
    size_t count;
};

void byte_list_clear(struct byte_list *list);

/* Adds hex digits as one item; blanks and colons may stand between bytes, as traces have them.
 * OTA_E_BAD_HEX, OTA_E_NO_SPACE. */
int byte_list_add_hex(struct byte_list *list, const char *text, size_t digits);

const uint8_t *byte_list_at(const struct byte_list *list, size_t index, size_t *length);

#endif
