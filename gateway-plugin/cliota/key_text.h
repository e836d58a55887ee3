/* A card key that an operator gives: on the command line, in a file, or in the environment. */
#ifndef OTA_CLIOTA_KEY_TEXT_H
#define OTA_CLIOTA_KEY_TEXT_H

#include <stdbool.h>

#include "gateway-plugin/cliota/options.h"

#define KEY_TEXT_SIZE 80 /* 64 hex digits, and room to see that there are more */

struct key_source {
    const char *option, *file_option, *variable; /* "kicKey", "kicKeyFile", "OTA_KIC_KEY" */
};

/* Into `key`, "" when it was not given; the server judges it. The environment is asked last, and only with
 * `environment`. An exit_status: what is wrong is on stderr, and never the key. Wipe `key` after use. */
int key_text_read(const struct options *options, const struct key_source *source, bool environment,
                  char key[static KEY_TEXT_SIZE]);

#endif
