#include "tools/key_file.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Up to the size of `digits`; read(2) and no stdio, whose buffer nobody wipes. */
static int read_all(const char *path, struct key_text *digits)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = 1;
    digits->length = 0;
    if (file < 0)
        return -1;
    while (got > 0 && digits->length < sizeof digits->text) {
        got = read(file, digits->text + digits->length, sizeof digits->text - digits->length);
        if (got > 0)
            digits->length += (size_t)got;
    }
    int reason = errno;
    close(file);
    errno = reason;
    return got < 0 ? -1 : 0;
}

static void trim(struct key_text *digits)
{
    size_t blanks = 0;
    while (digits->length > 0 && isspace((unsigned char)digits->text[digits->length - 1]))
        digits->length--;
    while (blanks < digits->length && isspace((unsigned char)digits->text[blanks]))
        blanks++;
    digits->length -= blanks;
    memmove(digits->text, digits->text + blanks, digits->length);
}

int key_file_read(const char *path, struct key_text *digits, struct refusal *refusal)
{
    if (read_all(path, digits) != 0)
        return refuse(refusal, "%s: %s", path, strerror(errno));
    if (digits->length == sizeof digits->text)
        return refuse(refusal, "%s: longer than a key, expected 16 to 64 hex digits", path);
    trim(digits);
    return digits->length > 0 ? 0 : refuse(refusal, "%s: no key, expected 16 to 64 hex digits", path);
}

void key_text_wipe(struct key_text *digits)
{
    explicit_bzero(digits, sizeof *digits);
}
