/*
 * Cards in PC/SC readers: pcscd's drivers reach them over the sockets of reader_port.h, one thread serves
 * all slots. Cards are put in and pulled by lines on a control descriptor (reader_command.h).
 */
#ifndef OTA_SIMSIM_READER_FRONT_H
#define OTA_SIMSIM_READER_FRONT_H

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>

#include "handset/recorder.h"
#include "simsim/fault_plan.h"
#include "simsim/population.h"

struct reader_front;

struct reader_front_options {
    const char *ifd;    /* PATH of the Unix sockets; or */
    const char *vpcd;   /* HOST:PORT. One of the two; borrowed, as all of these */
    const char *insert; /* MSISDNs parted by commas, for slots 0, 1, …, an empty one leaves its slot empty;
                         * or a number up to 8, the first so many cards; NULL: as many as there are slots,
                         * which are 8, with vpcd 2 */
    struct fault_plan *faults; /* of FAULT_AT_READERS; NULL: none */
    FILE *log;          /* NULL: no log */
    struct recorder *recorder; /* every APDU, too; NULL: none */
    int control;        /* read until its end; -1: none */
    FILE *answers;      /* a line for each of its lines; NULL: none */
};

/* With its first cards in. NULL with one line in `error`. Borrows the population. */
struct reader_front *reader_front_open(struct population *population, const struct reader_front_options *options,
                                       char *error, size_t error_size);
size_t reader_front_inserted(const struct reader_front *front); /* how many cards are in */

/* Until *stop: set by a handler of signals that are blocked in this thread; they get through only while
 * it waits. 0, or -1 with one line in `error`. */
int reader_front_run(struct reader_front *front, const volatile sig_atomic_t *stop, char *error, size_t error_size);

/* One turn that waits at most wait_ms, -1: for ever. 0, or -1: errno, or a commit that failed (errno 0). */
int reader_front_turn(struct reader_front *front, int64_t wait_ms);
void reader_front_close(struct reader_front **front);

#endif
