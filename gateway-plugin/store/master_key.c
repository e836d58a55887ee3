#include "gateway-plugin/store/master_key.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "protocol/errors.h"
#include "protocol/hex.h"

#define DIGITS (2 * (size_t)MASTER_KEY_SIZE)

/* `where` names file or variable; the value itself is never shown. */
static int decode(const char *where, const char *text, size_t length, uint8_t *key, struct refusal *refusal)
{
    size_t size;
    while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r' || text[length - 1] == ' '))
        length--;
    if (length != DIGITS)
        return refuse(refusal, REFUSAL_INVALID,
                      "master key in %s has %zu characters, expected %zu hex digits", where, length, DIGITS);
    if (hex_decode(text, length, key, MASTER_KEY_SIZE, &size) != OTA_OK)
        return refuse(refusal, REFUSAL_INVALID, "master key in %s holds characters that are no hex digits",
                      where);
    return 0;
}

static int check_mode(const char *path, int file, struct refusal *refusal)
{
    struct stat status;
    if (fstat(file, &status) != 0)
        return refuse(refusal, REFUSAL_INTERNAL, "master key file %s: %s", path, strerror(errno));
    if (!S_ISREG(status.st_mode))
        return refuse(refusal, REFUSAL_INVALID, "master key file %s is no regular file", path);
    if ((status.st_mode & 077) != 0)
        return refuse(refusal, REFUSAL_INVALID,
                      "master key file %s has mode %04o, expected 0600: others may read it", path,
                      (unsigned)status.st_mode & 07777);
    return 0;
}

static int read_open_file(const char *path, int file, uint8_t *key, struct refusal *refusal)
{
    char text[2 * DIGITS];
    if (check_mode(path, file, refusal) != 0)
        return -1;
    ssize_t length = read(file, text, sizeof text);
    int rc = length < 0 ? refuse(refusal, REFUSAL_INTERNAL, "master key file %s: %s", path, strerror(errno))
                        : decode(path, text, (size_t)length, key, refusal);
    OPENSSL_cleanse(text, sizeof text);
    return rc;
}

static int write_random(int file, uint8_t *key)
{
    char text[DIGITS + 2];
    if (RAND_priv_bytes(key, MASTER_KEY_SIZE) != 1)
        return -1;
    hex_encode(key, MASTER_KEY_SIZE, text);
    text[DIGITS] = '\n';
    bool good = write(file, text, DIGITS + 1) == (ssize_t)(DIGITS + 1) && fsync(file) == 0;
    OPENSSL_cleanse(text, sizeof text);
    return good ? 0 : -1;
}

static int create_file(const char *path, uint8_t *key, struct refusal *refusal)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0)
        return refuse(refusal, REFUSAL_INTERNAL, "master key file %s cannot be made: %s", path,
                      strerror(errno));
    int rc = write_random(file, key);
    if (close(file) != 0 || rc != 0) {
        unlink(path);
        return refuse(refusal, REFUSAL_INTERNAL, "master key file %s cannot be written: %s", path,
                      strerror(errno));
    }
    return 0;
}

static int read_file(const char *path, bool create, uint8_t *key, struct refusal *refusal)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 && errno == ENOENT && create)
        return create_file(path, key, refusal);
    if (file < 0)
        return refuse(refusal, REFUSAL_INVALID, "master key file %s: %s%s", path, strerror(errno),
                      errno == ENOENT ? "; the database's keys open only with the one it was made with" : "");
    int rc = read_open_file(path, file, key, refusal);
    close(file);
    return rc;
}

int master_key_load(const char *path, bool create, uint8_t key[static MASTER_KEY_SIZE],
                    struct refusal *refusal)
{
    const char *variable = getenv(MASTER_KEY_VARIABLE);
    int rc = -1;
    if (variable != NULL)
        rc = decode("environment variable " MASTER_KEY_VARIABLE, variable, strlen(variable), key, refusal);
    else if (path != NULL)
        rc = read_file(path, create, key, refusal);
    else
        refuse(refusal, REFUSAL_INVALID,
               "no master key: neither a file nor " MASTER_KEY_VARIABLE " names one");
    if (rc != 0)
        OPENSSL_cleanse(key, MASTER_KEY_SIZE);
    return rc;
}
