#include "smsc/log_line.h"

#include <time.h>

void log_line(FILE *log, const char *line)
{
    if (log == NULL)
        return;
    char date[sizeof "2026-11-22 16:00:00"];
    time_t now = time(NULL);
    struct tm parts;
    localtime_r(&now, &parts);
    strftime(date, sizeof date, "%Y-%m-%d %H:%M:%S", &parts);
    fprintf(log, "%s %s\n", date, line);
    fflush(log);
}

void log_line_to(void *log, const char *line)
{
    log_line(log, line);
}
