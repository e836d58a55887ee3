/* How far a long command is: a bar that redraws itself on a terminal, plain lines now and then elsewhere. On
 * stdout. */
#ifndef OTA_CLIOTA_PROGRESS_H
#define OTA_CLIOTA_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    bool terminal;
    bool drawn;         /* a bar stands on the current line */
    double began, last; /* seconds of a monotonic clock */
    int last_percent;   /* of the last plain line */
};

void progress_begin(struct progress *progress);

/* `text` says what was done; on a terminal it stands behind the bar. A plain line comes each 10 percent, or
 * after 5 seconds; `always` prints one anyway. */
void progress_show(struct progress *progress, int64_t done, int64_t total, const char *text, bool always);

/* Room for a line on stderr or stdout: takes the bar away. The next progress_show() draws it again. */
void progress_clear(struct progress *progress);

double progress_seconds(const struct progress *progress); /* since progress_begin() */

#endif
