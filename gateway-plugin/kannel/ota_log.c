#include "gateway-plugin/kannel/ota_log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define LINE_SIZE 1024

/* The process has one log, as it has one standard error. */
static struct {
    pthread_mutex_t lock;
    char *path;
    int file;
    int file_level;
    int stderr_level;
} output = {.lock = PTHREAD_MUTEX_INITIALIZER, .file = -1, .stderr_level = OTA_LOG_INFO};

static int file_open(const char *path)
{
    return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
}

void ota_log_set_stderr_level(int level)
{
    pthread_mutex_lock(&output.lock);
    output.stderr_level = level;
    pthread_mutex_unlock(&output.lock);
}

static void file_replace(int file, char *path, int level)
{
    pthread_mutex_lock(&output.lock);
    if (output.file >= 0)
        close(output.file);
    if (path != output.path)
        free(output.path);
    output.file = file;
    output.path = path;
    output.file_level = level;
    pthread_mutex_unlock(&output.lock);
}

int ota_log_open(const char *path, int level)
{
    char *copy = strdup(path);
    int file = copy == NULL ? -1 : file_open(path);

    if (file < 0) {
        free(copy);
        return -1;
    }
    file_replace(file, copy, level);
    return 0;
}

int ota_log_reopen(void)
{
    if (output.path == NULL)
        return 0;
    int file = file_open(output.path);
    if (file < 0) {
        ota_log(OTA_LOG_ERROR, "log file '%s' cannot be opened again: %s; the old one stays", output.path,
                strerror(errno));
        return -1;
    }
    file_replace(file, output.path, output.file_level);
    return 0;
}

void ota_log_close(void)
{
    file_replace(-1, NULL, OTA_LOG_PANIC);
}

static size_t line_format(char line[static LINE_SIZE], int level, const char *text)
{
    static const char *const names[] = {"DEBUG", "INFO", "WARNING", "ERROR", "PANIC"};
    time_t now = time(NULL);
    struct tm local;
    char date[32];

    localtime_r(&now, &local);
    strftime(date, sizeof date, "%Y-%m-%d %H:%M:%S", &local);
    int length = snprintf(line, LINE_SIZE - 1, "%s [%ld] [%ld] %s: %s", date, (long)getpid(),
                          (long)syscall(SYS_gettid), names[level], text);
    size_t used = length < LINE_SIZE - 1 ? (size_t)length : LINE_SIZE - 2;
    for (size_t i = 0; i < used; i++) /* one call is one line, whatever a peer put into it */
        if ((unsigned char)line[i] < ' ')
            line[i] = ' ';
    line[used] = '\n';
    return used + 1;
}

/* A log that cannot be written has nowhere to say so. */
static void write_whole(int file, const char *line, size_t length)
{
    ssize_t written = write(file, line, length);

    (void)written;
}

void ota_log_line(int level, const char *text)
{
    char line[LINE_SIZE];

    if (level < OTA_LOG_DEBUG)
        level = OTA_LOG_DEBUG;
    if (level > OTA_LOG_PANIC)
        level = OTA_LOG_PANIC;
    size_t length = line_format(line, level, text);
    pthread_mutex_lock(&output.lock);
    if (level >= output.stderr_level)
        write_whole(STDERR_FILENO, line, length);
    if (output.file >= 0 && level >= output.file_level)
        write_whole(output.file, line, length);
    pthread_mutex_unlock(&output.lock);
}

void ota_log(int level, const char *format, ...)
{
    char text[LINE_SIZE];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    ota_log_line(level, text);
}
