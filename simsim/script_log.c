#include "simsim/script_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_SIZE 4096

struct script_log {
    int fd;         /* -1: no file */
    int64_t length; /* committed */
    char *lines;    /* that wait */
    size_t used, size;
    bool full; /* a line was lost for want of memory */
    FILE *copy;
    char path[PATH_SIZE];
};

/* Cuts off what was never committed. */
static int open_file(struct script_log *log)
{
    struct stat status;
    log->fd = open(log->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (log->fd < 0 || fstat(log->fd, &status) != 0)
        return -1;
    if (status.st_size < log->length) {
        fprintf(stderr, "%s: has %lld bytes, expected %lld: lines are missing\n", log->path,
                (long long)status.st_size, (long long)log->length);
        log->length = status.st_size;
    }
    return ftruncate(log->fd, log->length);
}

struct script_log *script_log_open(const char *directory, int64_t length, char *error, size_t error_size)
{
    struct script_log *log = calloc(1, sizeof *log);
    if (log == NULL) {
        snprintf(error, error_size, "out of memory");
        return NULL;
    }
    log->fd = -1;
    if (directory == NULL)
        return log;
    log->length = length;
    int needed = snprintf(log->path, sizeof log->path, "%s/scripts.log", directory);
    if (needed >= (int)sizeof log->path)
        snprintf(error, error_size, "%.60s…: path is too long", directory);
    else if (open_file(log) != 0)
        snprintf(error, error_size, "%s: %s", log->path, strerror(errno));
    else
        return log;
    script_log_close(&log);
    return NULL;
}

void script_log_close(struct script_log **log)
{
    if (*log == NULL)
        return;
    if ((*log)->fd >= 0)
        close((*log)->fd);
    free((*log)->lines);
    free(*log);
    *log = NULL;
}

void script_log_copy_to(struct script_log *log, FILE *stream)
{
    log->copy = stream;
}

void script_log_add(struct script_log *log, const char *line)
{
    size_t length = strlen(line);
    if (log->used + length + 1 > log->size) {
        size_t size = 2 * log->size + length + 1;
        char *lines = realloc(log->lines, size);
        if (lines == NULL) {
            log->full = true;
            return;
        }
        log->lines = lines;
        log->size = size;
    }
    memcpy(log->lines + log->used, line, length);
    log->used += length;
    log->lines[log->used++] = '\n';
}

int script_log_is_changed(const struct script_log *log)
{
    return log->used > 0 || log->full;
}

int64_t script_log_write(struct script_log *log)
{
    size_t written = 0;
    if (log->full) {
        fprintf(stderr, "%s: out of memory for a line\n", log->path);
        return -1;
    }
    while (log->fd >= 0 && written < log->used) {
        ssize_t now =
            pwrite(log->fd, log->lines + written, log->used - written, log->length + (off_t)written);
        if (now < 0 && errno != EINTR) {
            fprintf(stderr, "%s: %s\n", log->path, strerror(errno));
            return -1;
        }
        written += now > 0 ? (size_t)now : 0;
    }
    return log->length + (int64_t)log->used;
}

void script_log_committed(struct script_log *log)
{
    if (log->copy != NULL && log->used > 0) {
        fwrite(log->lines, 1, log->used, log->copy);
        fflush(log->copy);
    }
    log->length += (int64_t)log->used;
    log->used = 0;
}

void script_log_failed(struct script_log *log)
{
    if (log->fd >= 0 && ftruncate(log->fd, log->length) != 0)
        fprintf(stderr, "%s: %s\n", log->path, strerror(errno));
}
