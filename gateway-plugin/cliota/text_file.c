#include "gateway-plugin/cliota/text_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

json_t *text_file_read(const char *option, const char *path)
{
    size_t length = 0;
    FILE *file = fopen(path, "r");
    char *text = file != NULL ? read_all(file, &length) : NULL;
    json_t *string = NULL;
    if (text == NULL)
        message_error("-%s: %s cannot be read: %s", option, path, strerror(errno));
    else if ((string = json_stringn(text, length)) == NULL)
        message_error("-%s: %s is not text, expected ASCII", option, path);
    free(text);
    if (file != NULL)
        fclose(file);
    return string;
}
