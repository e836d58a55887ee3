/* What tests and measurements ask of the machine: clocks that never go back, memory. For one file each: all static. */
#ifndef OTA_TESTS_MEASURING_H
#define OTA_TESTS_MEASURING_H

#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static inline double seconds_of(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Since any moment: only differences mean something. */
static inline double seconds(void)
{
    return seconds_of(CLOCK_MONOTONIC);
}

static inline double milliseconds(void)
{
    return 1e3 * seconds();
}

static inline int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Of all threads of this process: what others do on the machine is not in it. */
static inline double processor_milliseconds(void)
{
    return 1e3 * seconds_of(CLOCK_PROCESS_CPUTIME_ID);
}

/* Of this process, now; 0: not known. */
static inline long resident_megabytes(void)
{
    long pages = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL || fscanf(file, "%ld %ld", &pages, &resident) != 2)
        resident = 0;
    if (file != NULL)
        fclose(file);
    return resident * sysconf(_SC_PAGESIZE) / 1000000;
}

/* The most that this process ever had. */
static inline long peak_megabytes(void)
{
    struct rusage usage = {0};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss * 1024 / 1000000;
}

#endif
