/* A whole card file in memory. It holds keys: wiped after use. */
#ifndef OTA_CLIOTA_CARD_TEXT_H
#define OTA_CLIOTA_CARD_TEXT_H

#include <stddef.h>

#define CARD_TEXT_MAX ((size_t)128 << 20) /* bytes; what the server takes at once */

struct card_text {
    char *text; /* not ended by a NUL */
    size_t length, size;
};

/* 0, or -1 with errno; EFBIG over CARD_TEXT_MAX. */
int card_text_read(struct card_text *file, const char *path);
void card_text_wipe(struct card_text *file);

#endif
