#include "gateway-plugin/cliota/text_file.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway-plugin/cliota/input_file.h"
#include "gateway-plugin/cliota/message.h"

#define CHUNK ((size_t)64 << 10)

/* The bytes, or NULL with errno; EFBIG over TEXT_FILE_MAX. */
static char *read_all(FILE *file, size_t *length)
{
    char *text = NULL;
    size_t size = 0, got;
    *length = 0;
    do {
        if (size - *length < CHUNK) {
            size = size == 0 ? CHUNK : 2 * size;
            char *larger = realloc(text, size);
            if (larger == NULL)
                break;
            text = larger;
        }
        got = fread(text + *length, 1, size - *length, file);
        *length += got;
        if (*length > TEXT_FILE_MAX)
            errno = EFBIG;
        if (got == 0 && !ferror(file))
            return text;
    } while (got > 0 && *length <= TEXT_FILE_MAX);
    free(text);
    return NULL;
}

/* Where it stops being text. UTF-16 is what an editor of Windows calls Unicode. */
static void refuse_bytes(const char *path, const char *text, size_t length)
{
    unsigned long line = 1, column = 1;
    bool is_utf16 = length >= 2 && (memcmp(text, "\xFF\xFE", 2) == 0 || memcmp(text, "\xFE\xFF", 2) == 0);
    size_t at = is_utf16 || length < 3 || memcmp(text, "\xEF\xBB\xBF", 3) != 0 ? 0 : 3;
    for (; at < length && text[at] > 0; at++, column++)
        if (text[at] == '\n') {
            line++;
            column = 0;
        }
    message_error("%s:%lu:%lu: byte %02X is no text, expected ASCII%s", path, line, column,
                  at < length ? (unsigned)(unsigned char)text[at] : 0,
                  is_utf16 ? ", the file is UTF-16" : "");
}

char *file_read(const char *path, size_t *length)
{
    FILE *file = input_file_open(path);
    char *bytes = file != NULL ? read_all(file, length) : NULL;
    int error = errno;
    if (file != NULL)
        fclose(file);
    errno = error;
    return bytes;
}

json_t *text_file_read(const char *option, const char *path)
{
    size_t length = 0;
    char *text = file_read(path, &length);
    json_t *string = NULL;
    if (text == NULL)
        message_error("-%s: %s cannot be read: %s", option, path, strerror(errno));
    else if (memchr(text, '\0', length) != NULL || (string = json_stringn(text, length)) == NULL)
        refuse_bytes(path, text, length);
    free(text);
    return string;
}
