/* A line of a log file, with the date in front. */
#ifndef OTA_SMSC_LOG_LINE_H
#define OTA_SMSC_LOG_LINE_H

#include <stdio.h>

/* "2026-11-22 16:00:00 …", flushed; lines of several threads do not mix. NULL: no log. */
void log_line(FILE *log, const char *line);

/* The same as a callback; `log` is the FILE. */
void log_line_to(void *log, const char *line);

#endif
