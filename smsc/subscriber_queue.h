/*
 * Store and forward: messages wait here, in a lane for each subscriber that has
 * any, until they are delivered, refused for good, or expired. One lane is
 * strictly in order; lanes do not know of each other.
 */
#ifndef OTA_SMSC_SUBSCRIBER_QUEUE_H
#define OTA_SMSC_SUBSCRIBER_QUEUE_H

#include "smsc/smsc.h"
#include "smsc/timer_queue.h"

struct subscriber_queue;

/* One message as the queue keeps it; the data stands behind it. */
struct stored_message {
    struct smsc_message message;
    uint64_t session_id; /* who submitted it */
    int64_t expires_ms;
    bool lost; /* set aside */
    struct kept kept;

    int64_t yields_until_ms;                /* to the next one, when there is one */
    int64_t pending_until_ms;               /* it does not expire before */
    struct subscriber_queue *queue;         /* the rest is the queue's own */
    struct stored_message *next, *previous; /* previous: of those set aside */
    struct timer timer;
    uint8_t data[];
};

struct subscriber_queue_handler {
    void *user;
    struct smsc_result (*attempt)(void *user, struct stored_message *message);
    /* It leaves the queue: delivered, refused or expired. */
    void (*finished)(void *user, struct stored_message *message, enum smpp_message_state state,
                     uint8_t cause);
};

/* Borrows the timers and the handler. NULL: out of memory. */
struct subscriber_queue *subscriber_queue_new(struct timer_queue *timers,
                                              const struct subscriber_queue_handler *handler);
void subscriber_queue_free(struct subscriber_queue **queue);

/* Copies the message. It is not attempted before hold_ms have passed (when nothing is in
 * front of it). The queue's own; NULL: out of memory. */
struct stored_message *subscriber_queue_add(struct subscriber_queue *queue,
                                            const struct smsc_message *message, uint64_t session_id,
                                            int64_t expires_ms, int64_t hold_ms);

/* The same for one that is never attempted: it only expires. */
struct stored_message *subscriber_queue_add_lost(struct subscriber_queue *queue,
                                                 const struct smsc_message *message, int64_t expires_ms);

/* The first message of that subscriber is due now. false: it has none. */
bool subscriber_queue_wake(struct subscriber_queue *queue, const char *msisdn);

/* The one so many places behind it; it is pending from now on. NULL: there is none. */
struct stored_message *subscriber_queue_look_ahead(struct subscriber_queue *queue, const char *msisdn,
                                                   size_t position);

/* Before adding, and before timers run. */
void subscriber_queue_set_time(struct subscriber_queue *queue, int64_t now_ms);

size_t subscriber_queue_count(const struct subscriber_queue *queue);

#endif
