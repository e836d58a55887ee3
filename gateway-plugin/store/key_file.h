/* Keys of 32 bytes as 64 hex digits in a file of mode 0600. `noun` names the key in refusals; its value is
 * never shown. Functions return 0, or -1 with `refusal`; wipe `key` after use. */
#ifndef OTA_STORE_KEY_FILE_H
#define OTA_STORE_KEY_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gateway-plugin/model/refusal.h"

#define KEY_FILE_SIZE 32

/* `create`: a file that is not there is made, with a random key. Refused: no access, a file that group or
 * others may read, anything but 64 hex digits. */
int key_file_load(const char *noun, const char *path, bool create, uint8_t key[static KEY_FILE_SIZE],
                  struct refusal *refusal);

/* Blanks and line ends behind the digits are let pass. `where`: the file or variable that `text` is from. */
int key_text_decode(const char *noun, const char *where, const char *text, size_t length, uint8_t *key,
                    struct refusal *refusal);

#endif
