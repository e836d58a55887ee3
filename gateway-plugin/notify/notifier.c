#include "gateway-plugin/notify/notifier.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gateway-plugin/notify/http_post.h"
#include "gateway-plugin/store/notification_store.h"

#define BACK_OFF_MIN_MS INT64_C(1000)
#define BACK_OFF_MAX_MS INT64_C(3600000)
#define BATCH HTTP_POST_PARALLEL

/* One event on its way. */
struct delivery {
    char event[24], signature[SIGNATURE_TEXT_SIZE];
    char body[NOTIFICATION_BODY_SIZE + 40];
};

struct notifier {
    struct notifier_options options;
    uint8_t key[SIGNATURE_KEY_SIZE];
    struct store *store;
    struct http_post_client *client;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t stop;
    bool stopping;
    size_t count; /* of this batch */
    struct notification rows[BATCH];
    struct delivery deliveries[BATCH];
    struct http_post posts[BATCH];
};

static int64_t now_of(const struct notifier *notifier)
{
    return notifier->options.clock.now_ms(notifier->options.clock.self);
}

/* --- what became of a batch: in the engine's thread --- */

static int64_t back_off_ms(int attempts)
{
    int64_t delay = BACK_OFF_MIN_MS << (attempts < 12 ? attempts : 12);
    return delay < BACK_OFF_MAX_MS ? delay : BACK_OFF_MAX_MS;
}

static bool is_too_old(const struct notification *notification, int64_t now)
{
    return now - notification->created >= NOTIFIER_GIVE_UP_MS;
}

/* Its server took another one at the same time: it is this event that it does not like. */
static bool server_takes(const struct notifier *notifier, const struct notification *notification)
{
    for (size_t i = 0; i < notifier->count; i++)
        if (notifier->posts[i].taken && notifier->rows[i].campaign_id == notification->campaign_id &&
            notifier->rows[i].kind == notification->kind)
            return true;
    return false;
}

static int settle_batch(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    const struct notifier *notifier = argument;
    for (size_t i = 0; i < notifier->count; i++) {
        const struct notification *notification = &notifier->rows[i];
        const struct http_post *post = &notifier->posts[i];
        int rc = STORE_OK;
        if (post->taken || (post->tried && is_too_old(notification, now)))
            rc = notification_remove(store, notification->id);
        else if (post->tried)
            rc = notification_put_off(store, notification, now + back_off_ms(notification->attempts),
                                      !server_takes(notifier, notification));
        if (rc != STORE_OK)
            return store_refuse(store, "notification", refusal);
    }
    return 0;
}

/* --- a batch --- */

static void prepare(struct notifier *notifier, size_t i)
{
    struct delivery *delivery = &notifier->deliveries[i];
    const struct notification *notification = &notifier->rows[i];
    snprintf(delivery->event, sizeof delivery->event, "%" PRId64, notification->id);
    /* The body is an object with members: the id becomes its first one. */
    snprintf(delivery->body, sizeof delivery->body, "{\"event\":%s,%s", delivery->event,
             notification->body + 1);
    signature_of(notifier->key, delivery->body, strlen(delivery->body), delivery->signature);
    notifier->posts[i] = (struct http_post){.url = notification->url,
                                            .body = delivery->body,
                                            .event = delivery->event,
                                            .signature = delivery->signature,
                                            .length = strlen(delivery->body)};
}

/* One line a batch and server: a receiver that is down for a day must not fill the log. */
static void log_failures(const struct notifier *notifier)
{
    char line[CAMPAIGN_URL_SIZE + 320];
    const char *last = "";
    for (size_t i = 0; i < notifier->count; i++) {
        const struct notification *notification = &notifier->rows[i];
        const struct http_post *post = &notifier->posts[i];
        bool lost = is_too_old(notification, now_of(notifier));
        if (post->taken || !post->tried || (!lost && strcmp(last, notification->url) == 0))
            continue;
        last = notification->url;
        snprintf(line, sizeof line,
                 "campaign=%" PRId64 " event=%" PRId64 " attempt %d: %s does not take it: %s%s",
                 notification->campaign_id, notification->id, notification->attempts + 1, notification->url,
                 post->error, lost ? "; given up after a day" : "");
        notifier->options.log(lost ? 3 : 2, line);
    }
}

/* STORE_OK: a batch was told; STORE_NOT_FOUND: nothing is due. */
static int tell_batch(struct notifier *notifier)
{
    struct refusal refusal = {0};
    notifier->count = BATCH;
    int rc = notification_due(notifier->store, now_of(notifier), notifier->rows, &notifier->count);
    if (rc != STORE_OK || notifier->count == 0)
        return rc == STORE_OK ? STORE_NOT_FOUND : STORE_FAILED;
    for (size_t i = 0; i < notifier->count; i++)
        prepare(notifier, i);
    http_post_all(notifier->client, notifier->posts, notifier->count);
    if (notifier->options.log != NULL)
        log_failures(notifier);
    return engine_call(notifier->options.engine, settle_batch, notifier, &refusal) == 0 ? STORE_OK
                                                                                        : STORE_FAILED;
}

/* --- the thread --- */

/* True when it is to end. */
static bool wait_for_stop(struct notifier *notifier, int64_t milliseconds)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += milliseconds / 1000;
    until.tv_nsec += milliseconds % 1000 * 1000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&notifier->lock);
    while (!notifier->stopping && milliseconds > 0)
        if (pthread_cond_timedwait(&notifier->stop, &notifier->lock, &until) == ETIMEDOUT)
            break;
    bool stopping = notifier->stopping;
    pthread_mutex_unlock(&notifier->lock);
    return stopping;
}

static void *run(void *argument)
{
    struct notifier *notifier = argument;
    int64_t pause = 0;
    while (!wait_for_stop(notifier, pause))
        pause = tell_batch(notifier) == STORE_OK ? 0 : notifier->options.poll_ms;
    return NULL;
}

static int open_all(struct notifier *notifier, struct refusal *refusal)
{
    struct store_options how = notifier->options.store;
    how.read_only = true;
    notifier->store = store_open(&how, refusal);
    if (notifier->store == NULL)
        return -1;
    notifier->client = http_post_client_new(notifier->options.ca_file);
    return notifier->client != NULL ? 0 : refuse(refusal, REFUSAL_INTERNAL, "libcurl cannot be started");
}

static void free_all(struct notifier *notifier)
{
    http_post_client_free(&notifier->client);
    if (notifier->store != NULL)
        store_close(&notifier->store);
    explicit_bzero(notifier->key, sizeof notifier->key);
    pthread_cond_destroy(&notifier->stop);
    pthread_mutex_destroy(&notifier->lock);
    free(notifier);
}

struct notifier *notifier_start(const struct notifier_options *options, struct refusal *refusal)
{
    pthread_condattr_t monotonic;
    struct notifier *notifier = calloc(1, sizeof *notifier);
    if (notifier == NULL) {
        refuse(refusal, REFUSAL_INTERNAL, "out of memory");
        return NULL;
    }
    notifier->options = *options;
    memcpy(notifier->key, options->key, sizeof notifier->key);
    notifier->options.key = notifier->key;
    pthread_mutex_init(&notifier->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&notifier->stop, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (open_all(notifier, refusal) == 0) {
        if (pthread_create(&notifier->thread, NULL, run, notifier) == 0)
            return notifier;
        refuse(refusal, REFUSAL_INTERNAL, "no thread for notifications");
    }
    free_all(notifier);
    return NULL;
}

void notifier_stop(struct notifier **pointer)
{
    struct notifier *notifier = *pointer;
    if (notifier == NULL)
        return;
    pthread_mutex_lock(&notifier->lock);
    notifier->stopping = true;
    pthread_cond_signal(&notifier->stop);
    pthread_mutex_unlock(&notifier->lock);
    http_post_client_stop(notifier->client);
    pthread_join(notifier->thread, NULL);
    free_all(notifier);
    *pointer = NULL;
}
