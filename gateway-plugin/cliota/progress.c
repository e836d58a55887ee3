#include "gateway-plugin/cliota/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define BAR_WIDTH 30
#define REDRAW_SECONDS 0.1
#define LINE_SECONDS 5.0
#define LINE_PERCENT 10

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

void progress_begin(struct progress *progress)
{
    *progress = (struct progress){.terminal = isatty(STDOUT_FILENO) != 0, .began = now()};
    progress->last = progress->began;
}

double progress_seconds(const struct progress *progress)
{
    return now() - progress->began;
}

static void draw_bar(struct progress *progress, int percent, const char *text, bool always)
{
    static const char full[] = "##############################", empty[] = "..............................";
    int filled = BAR_WIDTH * percent / 100;
    _Static_assert(sizeof full == BAR_WIDTH + 1 && sizeof empty == BAR_WIDTH + 1, "as wide as the bar");
    if (progress->drawn && !always && now() - progress->last < REDRAW_SECONDS)
        return;
    printf("\r\033[K[%.*s%.*s] %3d %%  %s", filled, full, BAR_WIDTH - filled, empty, percent, text);
    fflush(stdout);
    progress->drawn = true;
    progress->last = now();
}

static void print_line(struct progress *progress, int percent, const char *text, bool always)
{
    if (!always && percent < progress->last_percent + LINE_PERCENT && now() - progress->last < LINE_SECONDS)
        return;
    printf("%3d %%  %s\n", percent, text);
    fflush(stdout);
    progress->last_percent = percent;
    progress->last = now();
}

void progress_show(struct progress *progress, int64_t done, int64_t total, const char *text, bool always)
{
    int percent = total <= 0 ? 0 : done >= total ? 100 : (int)((double)done * 100 / (double)total);
    if (progress->terminal)
        draw_bar(progress, percent, text, always);
    else
        print_line(progress, percent, text, always);
}

void progress_clear(struct progress *progress)
{
    if (!progress->drawn)
        return;
    fputs("\r\033[K", stdout);
    fflush(stdout);
    progress->drawn = false;
}
