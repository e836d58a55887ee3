#include "smsc/timer_queue.h"

#include <stdlib.h>

/* Positions count from 1, so that 0 says "not set": children of n are 2n and 2n + 1. */
static void place(struct timer_queue *queue, struct timer *timer, size_t position)
{
    queue->heap[position - 1] = timer;
    timer->position = position;
}

static void sift_up(struct timer_queue *queue, struct timer *timer, size_t position)
{
    while (position > 1 && queue->heap[position / 2 - 1]->due > timer->due) {
        place(queue, queue->heap[position / 2 - 1], position);
        position /= 2;
    }
    place(queue, timer, position);
}

static void sift_down(struct timer_queue *queue, struct timer *timer, size_t position)
{
    for (size_t child; (child = 2 * position) <= queue->count; position = child) {
        if (child < queue->count && queue->heap[child]->due < queue->heap[child - 1]->due)
            child++;
        if (queue->heap[child - 1]->due >= timer->due)
            break;
        place(queue, queue->heap[child - 1], position);
    }
    place(queue, timer, position);
}

static bool grow(struct timer_queue *queue)
{
    if (queue->count < queue->size)
        return true;
    size_t size = queue->size ? queue->size * 2 : 64;
    struct timer **heap = realloc(queue->heap, size * sizeof *heap);
    if (heap == NULL)
        return false;
    queue->heap = heap;
    queue->size = size;
    return true;
}

bool timer_queue_set(struct timer_queue *queue, struct timer *timer, int64_t due)
{
    timer_queue_cancel(queue, timer);
    if (!grow(queue))
        return false;
    timer->due = due;
    sift_up(queue, timer, ++queue->count);
    return true;
}

void timer_queue_cancel(struct timer_queue *queue, struct timer *timer)
{
    size_t position = timer->position;
    if (position == 0)
        return;
    timer->position = 0;
    struct timer *last = queue->heap[--queue->count];
    if (last == timer)
        return;
    if (position > 1 && queue->heap[position / 2 - 1]->due > last->due)
        sift_up(queue, last, position);
    else
        sift_down(queue, last, position);
}

int64_t timer_queue_next(const struct timer_queue *queue)
{
    return queue->count ? queue->heap[0]->due : -1;
}

void timer_queue_run(struct timer_queue *queue, int64_t now, size_t limit, void *user)
{
    while (limit-- > 0 && queue->count > 0 && queue->heap[0]->due <= now) {
        struct timer *timer = queue->heap[0];
        timer_queue_cancel(queue, timer);
        timer->fire(user, timer);
    }
}

void timer_queue_free(struct timer_queue *queue)
{
    free(queue->heap);
    *queue = (struct timer_queue){0};
}
