#include "tests/kannel/event_queue.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <time.h>

#define PATIENCE_S 120
#define EVENTS_MAX 64

static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct bearer_event events[EVENTS_MAX];
    size_t first, count;
} queue = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

void event_keep(void *user, const struct bearer_event *event)
{
    (void)user;
    pthread_mutex_lock(&queue.lock);
    if (queue.count < EVENTS_MAX)
        queue.events[(queue.first + queue.count++) % EVENTS_MAX] = *event;
    pthread_cond_signal(&queue.changed);
    pthread_mutex_unlock(&queue.lock);
}

struct bearer_event event_next(void)
{
    struct timespec until;
    struct bearer_event event = {0};
    int result = 0;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_S;
    pthread_mutex_lock(&queue.lock);
    while (queue.count == 0 && result == 0)
        result = pthread_cond_timedwait(&queue.changed, &queue.lock, &until);
    if (queue.count > 0) {
        event = queue.events[queue.first];
        queue.first = (queue.first + 1) % EVENTS_MAX;
        queue.count--;
    }
    pthread_mutex_unlock(&queue.lock);
    if (result != 0)
        fail_msg("no event within %d s", PATIENCE_S);
    return event;
}

struct bearer_event event_expect(enum bearer_event_kind expected)
{
    struct bearer_event event = event_next();

    if (event.kind != expected)
        fail_msg("an event of kind %d instead of %d", (int)event.kind, (int)expected);
    return event;
}

void events_forget(void)
{
    pthread_mutex_lock(&queue.lock);
    queue.first = queue.count = 0;
    pthread_mutex_unlock(&queue.lock);
}
