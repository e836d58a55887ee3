#include "smsc/subscriber_queue.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_BUCKETS 64
#define BACK_OFF_FIRST_MS 1000
#define BACK_OFF_LAST_MS 60000
#define PENDING_MIN_MS 60000 /* for whoever works on a message to come to an end */

struct lane {
    struct lane *next_in_bucket;
    struct subscriber_queue *queue;
    struct timer timer;
    struct stored_message *first, **end;
    int64_t earliest_expiry_ms; /* not later than any of the lane's */
    int64_t back_off_ms;
    int64_t not_before_ms; /* for the next attempt */
    char msisdn[SMPP_ADDRESS_SIZE];
};

struct subscriber_queue {
    struct timer_queue *timers;
    const struct subscriber_queue_handler *handler;
    struct lane **buckets;
    size_t bucket_count, lane_count, message_count;
    struct stored_message *lost; /* out of their lanes, waiting for the end of their validity */
    int64_t now_ms;
};

static const char *digits_of(const char *msisdn)
{
    return msisdn + (msisdn[0] == '+');
}

static struct lane **bucket_of(const struct subscriber_queue *queue, const char *digits)
{
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
    for (; *digits != '\0'; digits++)
        hash = (hash ^ (unsigned char)*digits) * UINT64_C(1099511628211);
    return &queue->buckets[(hash ^ hash >> 32) & (queue->bucket_count - 1)];
}

static struct lane **find_lane(const struct subscriber_queue *queue, const char *digits)
{
    struct lane **link = bucket_of(queue, digits);
    while (*link != NULL && strcmp((*link)->msisdn, digits) != 0)
        link = &(*link)->next_in_bucket;
    return link;
}

/* Without memory for a larger table the chains just grow longer. */
static void grow_buckets(struct subscriber_queue *queue)
{
    struct lane **old = queue->buckets;
    size_t old_count = queue->bucket_count;
    struct lane **buckets = calloc(old_count * 2, sizeof *buckets);
    if (buckets == NULL)
        return;
    queue->buckets = buckets;
    queue->bucket_count = old_count * 2;
    for (size_t i = 0; i < old_count; i++) {
        for (struct lane *lane = old[i], *next; lane != NULL; lane = next) {
            next = lane->next_in_bucket;
            struct lane **bucket = bucket_of(queue, lane->msisdn);
            lane->next_in_bucket = *bucket;
            *bucket = lane;
        }
    }
    free(old);
}

static void serve_lane(void *user, struct timer *timer);

static struct lane *open_lane(struct subscriber_queue *queue, const char *digits)
{
    struct lane *lane = *find_lane(queue, digits);
    if (lane != NULL)
        return lane;
    lane = calloc(1, sizeof *lane);
    if (lane == NULL)
        return NULL;
    if (queue->lane_count >= queue->bucket_count)
        grow_buckets(queue);
    lane->queue = queue;
    lane->timer.fire = serve_lane;
    lane->end = &lane->first;
    lane->earliest_expiry_ms = INT64_MAX;
    strncpy(lane->msisdn, digits, sizeof lane->msisdn - 1);
    struct lane **bucket = bucket_of(queue, digits);
    lane->next_in_bucket = *bucket;
    *bucket = lane;
    queue->lane_count++;
    return lane;
}

static void close_lane(struct lane *lane)
{
    struct subscriber_queue *queue = lane->queue;
    *find_lane(queue, lane->msisdn) = lane->next_in_bucket;
    queue->lane_count--;
    timer_queue_cancel(queue->timers, &lane->timer);
    free(lane);
}

static struct stored_message *unlink_message(struct lane *lane, struct stored_message **link)
{
    struct stored_message *message = *link;
    *link = message->next;
    if (lane->end == &message->next)
        lane->end = link;
    return message;
}

static void finish(struct subscriber_queue *queue, struct stored_message *message,
                   enum smpp_message_state state, uint8_t cause)
{
    queue->message_count--;
    queue->handler->finished(queue->handler->user, message, state, cause);
    free(message);
}

/* A message that will never arrive has reached the end of its validity. */
static void expire_lost(void *user, struct timer *timer)
{
    (void)user;
    struct stored_message *message =
        (struct stored_message *)(void *)((char *)timer - offsetof(struct stored_message, timer));
    struct subscriber_queue *queue = message->queue;
    *(message->previous ? &message->previous->next : &queue->lost) = message->next;
    if (message->next != NULL)
        message->next->previous = message->previous;
    finish(queue, message, SMPP_STATE_EXPIRED, 0);
}

static void set_aside(struct subscriber_queue *queue, struct stored_message *message)
{
    message->lost = true;
    message->previous = NULL;
    message->next = queue->lost;
    if (queue->lost != NULL)
        queue->lost->previous = message;
    queue->lost = message;
    message->timer.fire = expire_lost;
    timer_queue_set(queue->timers, &message->timer, message->expires_ms);
}

static int64_t later_of(int64_t one, int64_t other)
{
    return one > other ? one : other;
}

static int64_t end_of(const struct stored_message *message)
{
    return later_of(message->expires_ms, message->pending_until_ms);
}

static void expire_old(struct lane *lane)
{
    struct subscriber_queue *queue = lane->queue;
    if (lane->earliest_expiry_ms > queue->now_ms)
        return;
    lane->earliest_expiry_ms = INT64_MAX;
    struct stored_message **link = &lane->first;
    while (*link != NULL) {
        if (end_of(*link) <= queue->now_ms) {
            finish(queue, unlink_message(lane, link), SMPP_STATE_EXPIRED, 0);
            continue;
        }
        if (end_of(*link) < lane->earliest_expiry_ms)
            lane->earliest_expiry_ms = end_of(*link);
        link = &(*link)->next;
    }
}

static int64_t back_off(struct lane *lane)
{
    int64_t delay = lane->back_off_ms ? lane->back_off_ms : BACK_OFF_FIRST_MS;
    lane->back_off_ms = delay * 2 < BACK_OFF_LAST_MS ? delay * 2 : BACK_OFF_LAST_MS;
    return delay;
}

/* The next one first; without one it waits for it. */
static void yield_to_next(struct lane *lane)
{
    struct stored_message *first = lane->first, *second = first->next;
    if (second == NULL)
        return;
    first->yields_until_ms = 0;
    first->next = second->next;
    second->next = first;
    lane->first = second;
    if (first->next == NULL)
        lane->end = &first->next;
}

/* One attempt for the first message, and when the next may be. */
static void attempt_first(struct lane *lane)
{
    struct subscriber_queue *queue = lane->queue;
    struct stored_message *message = lane->first;
    struct smsc_result result = queue->handler->attempt(queue->handler->user, message);
    message->message.attempts++;
    message->pending_until_ms = 0;
    if (result.outcome == SMSC_PENDING) {
        message->pending_until_ms = queue->now_ms + PENDING_MIN_MS;
        lane->not_before_ms = INT64_MAX;
        return;
    }
    if (result.outcome == SMSC_BEHIND) {
        message->yields_until_ms = queue->now_ms + result.delay_ms;
        return;
    }
    if (result.outcome == SMSC_LATER) {
        lane->not_before_ms = queue->now_ms + (result.delay_ms > 0 ? result.delay_ms : back_off(lane));
        return;
    }
    lane->back_off_ms = 0;
    unlink_message(lane, &lane->first);
    if (result.outcome == SMSC_LOST)
        set_aside(queue, message);
    else if (result.outcome == SMSC_DELIVERED)
        finish(queue, message, SMPP_STATE_DELIVERED, 0);
    else
        finish(queue, message,
               result.outcome == SMSC_UNKNOWN ? SMPP_STATE_UNKNOWN : SMPP_STATE_UNDELIVERABLE, result.cause);
}

static void serve_lane(void *user, struct timer *timer)
{
    (void)user;
    struct lane *lane = (struct lane *)(void *)((char *)timer - offsetof(struct lane, timer));
    int64_t now = lane->queue->now_ms;
    expire_old(lane);
    if (lane->not_before_ms == INT64_MAX && lane->first != NULL && lane->first->pending_until_ms == 0)
        lane->not_before_ms = now; /* what was at work has expired */
    if (lane->first != NULL && lane->first->yields_until_ms > now)
        yield_to_next(lane);
    if (lane->first != NULL && lane->not_before_ms <= now && lane->first->yields_until_ms <= now)
        attempt_first(lane);
    if (lane->first == NULL) {
        close_lane(lane);
        return;
    }
    int64_t due = later_of(lane->not_before_ms, now);
    if (lane->first->next == NULL)
        due = later_of(due, lane->first->yields_until_ms);
    timer_queue_set(lane->queue->timers, &lane->timer,
                    due < lane->earliest_expiry_ms ? due : lane->earliest_expiry_ms);
}

struct subscriber_queue *subscriber_queue_new(struct timer_queue *timers,
                                              const struct subscriber_queue_handler *handler)
{
    struct subscriber_queue *queue = calloc(1, sizeof *queue);
    struct lane **buckets = calloc(FIRST_BUCKETS, sizeof *buckets);
    if (queue == NULL || buckets == NULL) {
        free(queue);
        free(buckets);
        return NULL;
    }
    *queue = (struct subscriber_queue){
        .timers = timers, .handler = handler, .buckets = buckets, .bucket_count = FIRST_BUCKETS};
    return queue;
}

static void free_messages(struct subscriber_queue *queue, struct stored_message *message)
{
    for (struct stored_message *next; message != NULL; message = next) {
        next = message->next;
        timer_queue_cancel(queue->timers, &message->timer);
        free(message);
    }
}

void subscriber_queue_free(struct subscriber_queue **queue)
{
    if (*queue == NULL)
        return;
    for (size_t i = 0; i < (*queue)->bucket_count; i++) {
        while ((*queue)->buckets[i] != NULL) {
            free_messages(*queue, (*queue)->buckets[i]->first);
            close_lane((*queue)->buckets[i]);
        }
    }
    free_messages(*queue, (*queue)->lost);
    free((*queue)->buckets);
    free(*queue);
    *queue = NULL;
}

static struct stored_message *store(const struct smsc_message *message)
{
    struct stored_message *stored = calloc(1, sizeof *stored + message->length);
    if (stored == NULL)
        return NULL;
    stored->message = *message;
    if (message->length > 0)
        memcpy(stored->data, message->data, message->length);
    stored->message.data = stored->data;
    return stored;
}

struct stored_message *subscriber_queue_add(struct subscriber_queue *queue,
                                            const struct smsc_message *message, uint64_t session_id,
                                            int64_t expires_ms, int64_t hold_ms)
{
    struct stored_message *stored = store(message);
    struct lane *lane = stored ? open_lane(queue, digits_of(message->destination.digits)) : NULL;
    if (lane == NULL) {
        free(stored);
        return NULL;
    }
    if (lane->first == NULL) {
        lane->not_before_ms = queue->now_ms + hold_ms;
        if (!timer_queue_set(queue->timers, &lane->timer, lane->not_before_ms)) {
            close_lane(lane);
            free(stored);
            return NULL;
        }
    } else if (lane->first->yields_until_ms > queue->now_ms) { /* this is the one it waits for */
        timer_queue_set(queue->timers, &lane->timer, later_of(lane->not_before_ms, queue->now_ms));
    }
    stored->queue = queue;
    stored->session_id = session_id;
    stored->expires_ms = expires_ms;
    *lane->end = stored;
    lane->end = &stored->next;
    if (expires_ms < lane->earliest_expiry_ms)
        lane->earliest_expiry_ms = expires_ms;
    queue->message_count++;
    return stored;
}

struct stored_message *subscriber_queue_add_lost(struct subscriber_queue *queue,
                                                 const struct smsc_message *message, int64_t expires_ms)
{
    struct stored_message *stored = store(message);
    if (stored == NULL)
        return NULL;
    stored->queue = queue;
    stored->expires_ms = expires_ms;
    queue->message_count++;
    set_aside(queue, stored);
    return stored;
}

bool subscriber_queue_wake(struct subscriber_queue *queue, const char *msisdn)
{
    struct lane *lane = *find_lane(queue, digits_of(msisdn));
    if (lane == NULL)
        return false;
    lane->not_before_ms = queue->now_ms;
    lane->back_off_ms = 0;
    return timer_queue_set(queue->timers, &lane->timer, queue->now_ms);
}

struct stored_message *subscriber_queue_look_ahead(struct subscriber_queue *queue, const char *msisdn,
                                                   size_t position)
{
    const struct lane *lane = *find_lane(queue, digits_of(msisdn));
    struct stored_message *message = lane != NULL ? lane->first : NULL;
    for (; message != NULL && position > 0; position--)
        message = message->next;
    if (message != NULL)
        message->pending_until_ms = queue->now_ms + PENDING_MIN_MS;
    return message;
}

void subscriber_queue_set_time(struct subscriber_queue *queue, int64_t now_ms)
{
    queue->now_ms = now_ms;
}

size_t subscriber_queue_count(const struct subscriber_queue *queue)
{
    return queue->message_count;
}
