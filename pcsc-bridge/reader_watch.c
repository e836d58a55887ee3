#include "config.h"

#include "pcsc-bridge/reader_watch.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "pcsc-bridge/pcsc_card.h"

#define WAIT_MS 500 /* until it sees that it is to stop; pcscd itself is asked so often when it is away */
#define STOP_SECONDS 5

struct reader_watch {
    pthread_t thread;
    atomic_bool stop;
    struct pcsc_watch *watch;
    void (*changed)(void *user);
    void *user;
};

static void *run(void *user)
{
    struct reader_watch *watch = user;
    while (!watch->stop)
        if (pcsc_watch_wait(watch->watch, WAIT_MS))
            watch->changed(watch->user);
    return NULL;
}

struct reader_watch *reader_watch_start(void (*changed)(void *user), void *user)
{
    struct reader_watch *watch = calloc(1, sizeof *watch);
    if (watch == NULL)
        return NULL;
    watch->changed = changed;
    watch->user = user;
    watch->watch = pcsc_watch_new();
    if (watch->watch != NULL && pthread_create(&watch->thread, NULL, run, watch) == 0)
        return watch;
    pcsc_watch_free(&watch->watch);
    free(watch);
    return NULL;
}

bool reader_watch_stop(struct reader_watch **watch)
{
    struct timespec limit;
    if (*watch == NULL)
        return true;
    (*watch)->stop = true;
    clock_gettime(CLOCK_REALTIME, &limit);
    limit.tv_sec += STOP_SECONDS;
    bool ended = pthread_timedjoin_np((*watch)->thread, NULL, &limit) == 0;
    if (ended) {
        pcsc_watch_free(&(*watch)->watch);
        free(*watch);
    }
    *watch = NULL;
    return ended;
}
