/* A key from a file: hex digits, blanks and line ends around them. */
#ifndef OTA_TOOLS_KEY_FILE_H
#define OTA_TOOLS_KEY_FILE_H

#include <stddef.h>

#include "tools/refusal.h"

struct key_text {
    char text[256];
    size_t length;
};

int key_file_read(const char *path, struct key_text *digits, struct refusal *refusal);
void key_text_wipe(struct key_text *digits);

#endif
