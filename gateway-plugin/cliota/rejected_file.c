#include "config.h"

#include "gateway-plugin/cliota/rejected_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int rejected_file_init(struct rejected_file *rejected, const char *of)
{
    rejected->file = NULL;
    return asprintf(&rejected->path, "%s.rejected.csv", of) < 0 ? -1 : 0;
}

/* A file of an earlier run is replaced; its mode is set before the first key is in it. */
static FILE *open_private(const char *path)
{
    FILE *file = NULL;
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd >= 0 && fchmod(fd, 0600) == 0)
        file = fdopen(fd, "w");
    if (file == NULL && fd >= 0) {
        int error = errno;
        close(fd);
        errno = error;
    }
    return file;
}

/* As formats/card_file.c looks for it. */
static char separator_of(const char *row, size_t length)
{
    for (const char *candidate = ",;\t/"; *candidate != '\0'; candidate++)
        if (memchr(row, *candidate, length) != NULL)
            return *candidate;
    return ' ';
}

/* The reason must stay one field, whatever parts the fields of this row. */
static void write_reason(FILE *file, char separator, const char *reason)
{
    for (; *reason != '\0'; reason++) {
        char c = strchr(",;\t/\r\n", *reason) != NULL ? ' ' : *reason;
        fputc(c == ' ' && separator == ' ' ? '_' : c, file);
    }
}

static void write_row(FILE *file, const char *row, size_t length, const char *reason)
{
    char separator = separator_of(row, length);
    fwrite(row, 1, length, file);
    fputc(separator, file);
    write_reason(file, separator, reason);
    fputc('\n', file);
}

int rejected_file_add(struct rejected_file *rejected, const char *header, size_t header_length,
                      const char *row, size_t row_length, const char *reason)
{
    if (rejected->file == NULL) {
        rejected->file = open_private(rejected->path);
        if (rejected->file == NULL)
            return -1;
        write_row(rejected->file, header, header_length, "REASON");
    }
    write_row(rejected->file, row, row_length, reason);
    return ferror(rejected->file) ? -1 : 0;
}

int rejected_file_close(struct rejected_file *rejected)
{
    int result = rejected->file != NULL && fclose(rejected->file) != 0 ? -1 : 0;
    int error = errno;
    free(rejected->path);
    rejected->path = NULL;
    rejected->file = NULL;
    errno = error;
    return result;
}
