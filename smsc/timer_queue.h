/* What is to happen when: a binary heap of timers that live inside their owners. */
#ifndef OTA_SMSC_TIMER_QUEUE_H
#define OTA_SMSC_TIMER_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct timer {
    int64_t due;     /* milliseconds of the caller's monotonic clock */
    size_t position; /* in the heap, from 1; 0: not set */
    void (*fire)(void *user, struct timer *timer);
};

struct timer_queue {
    struct timer **heap; /* owned; the timers are not */
    size_t count, size;
};

/* Sets or moves a timer. false: out of memory, and it is not set. */
bool timer_queue_set(struct timer_queue *queue, struct timer *timer, int64_t due);
void timer_queue_cancel(struct timer_queue *queue, struct timer *timer);

/* The next due time, or -1 when nothing is set. */
int64_t timer_queue_next(const struct timer_queue *queue);

/* Fires what is due at `now`, at most `limit`, the earliest first. A timer is off when it fires. */
void timer_queue_run(struct timer_queue *queue, int64_t now, size_t limit, void *user);

void timer_queue_free(struct timer_queue *queue);

#endif
