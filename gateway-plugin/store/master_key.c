#include "gateway-plugin/store/master_key.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "gateway-plugin/store/key_file.h"

#define NOUN "master key"

_Static_assert(MASTER_KEY_SIZE == KEY_FILE_SIZE, "a master key is what a key file holds");

static int load_file(const char *path, bool create, uint8_t key[static MASTER_KEY_SIZE],
                     struct refusal *refusal)
{
    if (!create && access(path, F_OK) != 0 && errno == ENOENT)
        return refuse(refusal, REFUSAL_INVALID,
                      NOUN " file %s: %s; the database's keys open only with the one it was made with", path,
                      strerror(errno));
    return key_file_load(NOUN, path, create, key, refusal);
}

int master_key_load(const char *path, bool create, uint8_t key[static MASTER_KEY_SIZE],
                    struct refusal *refusal)
{
    const char *variable = getenv(MASTER_KEY_VARIABLE);
    int rc = -1;
    if (variable != NULL)
        rc = key_text_decode(NOUN, "environment variable " MASTER_KEY_VARIABLE, variable, strlen(variable),
                             key, refusal);
    else if (path != NULL)
        rc = load_file(path, create, key, refusal);
    else
        refuse(refusal, REFUSAL_INVALID,
               "no master key: neither a file nor " MASTER_KEY_VARIABLE " names one");
    if (rc != 0)
        OPENSSL_cleanse(key, MASTER_KEY_SIZE);
    return rc;
}
