#include "gateway-plugin/cliota/card_text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gateway-plugin/cliota/input_file.h"

#define FIRST_SIZE ((size_t)1 << 20)

/* Room for more, without the unwiped copy that realloc would leave. */
static int grow(struct card_text *file)
{
    size_t size = file->size == 0 ? FIRST_SIZE : 2 * file->size;
    char *text = malloc(size);
    if (text == NULL)
        return -1;
    if (file->length > 0)
        memcpy(text, file->text, file->length);
    size_t length = file->length;
    card_text_wipe(file);
    *file = (struct card_text){text, length, size};
    return 0;
}

static int read_all(struct card_text *file, int fd)
{
    ssize_t got;
    do {
        if (file->length > CARD_TEXT_MAX) {
            errno = EFBIG;
            return -1;
        }
        if (file->length == file->size && grow(file) != 0)
            return -1;
        got = read(fd, file->text + file->length, file->size - file->length);
        file->length += got > 0 ? (size_t)got : 0;
    } while (got > 0 || (got < 0 && errno == EINTR));
    return got < 0 ? -1 : 0;
}

int card_text_read(struct card_text *file, const char *path)
{
    *file = (struct card_text){0};
    int fd = input_file_descriptor(path);
    if (fd < 0)
        return -1;
    int result = read_all(file, fd), error = errno;
    close(fd);
    if (result != 0)
        card_text_wipe(file);
    errno = error;
    return result;
}

void card_text_wipe(struct card_text *file)
{
    if (file->text != NULL)
        explicit_bzero(file->text, file->size);
    free(file->text);
    *file = (struct card_text){0};
}
