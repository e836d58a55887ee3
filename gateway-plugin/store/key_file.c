#include "gateway-plugin/store/key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "protocol/errors.h"
#include "protocol/hex.h"

#define DIGITS (2 * (size_t)KEY_FILE_SIZE)

int key_text_decode(const char *noun, const char *where, const char *text, size_t length, uint8_t *key,
                    struct refusal *refusal)
{
    size_t size;
    while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r' || text[length - 1] == ' '))
        length--;
    if (length != DIGITS)
        return refuse(refusal, REFUSAL_INVALID, "%s in %s has %zu characters, expected %zu hex digits", noun,
                      where, length, DIGITS);
    if (hex_decode(text, length, key, KEY_FILE_SIZE, &size) != OTA_OK)
        return refuse(refusal, REFUSAL_INVALID, "%s in %s holds characters that are no hex digits", noun,
                      where);
    return 0;
}

static int check_mode(const char *noun, const char *path, int file, struct refusal *refusal)
{
    struct stat status;
    if (fstat(file, &status) != 0)
        return refuse(refusal, REFUSAL_INTERNAL, "%s file %s: %s", noun, path, strerror(errno));
    if (!S_ISREG(status.st_mode))
        return refuse(refusal, REFUSAL_INVALID, "%s file %s is no regular file", noun, path);
    if ((status.st_mode & 077) != 0)
        return refuse(refusal, REFUSAL_INVALID, "%s file %s has mode %04o, expected 0600: others may read it",
                      noun, path, (unsigned)status.st_mode & 07777);
    return 0;
}

static int read_open_file(const char *noun, const char *path, int file, uint8_t *key, struct refusal *refusal)
{
    char text[2 * DIGITS];
    if (check_mode(noun, path, file, refusal) != 0)
        return -1;
    ssize_t length = read(file, text, sizeof text);
    int rc = length < 0 ? refuse(refusal, REFUSAL_INTERNAL, "%s file %s: %s", noun, path, strerror(errno))
                        : key_text_decode(noun, path, text, (size_t)length, key, refusal);
    OPENSSL_cleanse(text, sizeof text);
    return rc;
}

static int write_random(int file, uint8_t *key)
{
    char text[DIGITS + 2];
    if (RAND_priv_bytes(key, KEY_FILE_SIZE) != 1)
        return -1;
    hex_encode(key, KEY_FILE_SIZE, text);
    text[DIGITS] = '\n';
    bool good = write(file, text, DIGITS + 1) == (ssize_t)(DIGITS + 1) && fsync(file) == 0;
    OPENSSL_cleanse(text, sizeof text);
    return good ? 0 : -1;
}

static int create_file(const char *noun, const char *path, uint8_t *key, struct refusal *refusal)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0)
        return refuse(refusal, REFUSAL_INTERNAL, "%s file %s cannot be made: %s", noun, path,
                      strerror(errno));
    int rc = write_random(file, key);
    if (close(file) != 0 || rc != 0) {
        unlink(path);
        return refuse(refusal, REFUSAL_INTERNAL, "%s file %s cannot be written: %s", noun, path,
                      strerror(errno));
    }
    return 0;
}

int key_file_load(const char *noun, const char *path, bool create, uint8_t key[static KEY_FILE_SIZE],
                  struct refusal *refusal)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 && errno == ENOENT && create)
        return create_file(noun, path, key, refusal);
    if (file < 0)
        return refuse(refusal, REFUSAL_INVALID, "%s file %s: %s", noun, path, strerror(errno));
    int rc = read_open_file(noun, path, file, key, refusal);
    close(file);
    return rc;
}
