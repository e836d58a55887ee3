#include "config.h"

#include "gateway-plugin/cliota/rejected_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "formats/card_file.h"

int rejected_file_init(struct rejected_file *rejected, const char *of)
{
    bool device = strncmp(of, "/dev/", 5) == 0 || strncmp(of, "/proc/", 6) == 0;
    rejected->file = NULL;
    if (device)
        of = strrchr(of, '/') + 1;
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

/* RFC 4180 */
static void write_quoted(FILE *file, const char *text)
{
    fputc('"', file);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            fputc('"', file);
        fputc(*text == '\r' || *text == '\n' ? ' ' : *text, file);
    }
    fputc('"', file);
}

/* `reason` NULL: the header. The row's own separator: it need not be the header's. */
static void write_row(FILE *file, const char *row, size_t length, const char *reason)
{
    fwrite(row, 1, length, file);
    fputc(card_file_separator(row, length), file);
    if (reason != NULL)
        write_quoted(file, reason);
    else
        fputs("REASON", file);
    fputc('\n', file);
}

int rejected_file_add(struct rejected_file *rejected, const char *header, size_t header_length,
                      const char *row, size_t row_length, const char *reason)
{
    if (rejected->file == NULL) {
        rejected->file = open_private(rejected->path);
        if (rejected->file == NULL)
            return -1;
        write_row(rejected->file, header, header_length, NULL);
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
