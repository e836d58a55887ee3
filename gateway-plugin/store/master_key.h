/* Where the master key comes from. */
#ifndef OTA_STORE_MASTER_KEY_H
#define OTA_STORE_MASTER_KEY_H

#include <stdbool.h>

#include "gateway-plugin/model/refusal.h"
#include "gateway-plugin/store/sealed_key.h"

#define MASTER_KEY_VARIABLE "OTABOX_MASTER_KEY"

/* From the environment variable, else from the file (64 hex digits, no access for group and
 * others). `create`: a file that is not there is made with a random key, mode 0600. 0, or -1
 * with `refusal`. Wipe `key` after use. */
int master_key_load(const char *path, bool create, uint8_t key[static MASTER_KEY_SIZE],
                    struct refusal *refusal);

#endif
