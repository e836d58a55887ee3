/*
 * What waits to be written to bearerbox: the engine's thread puts, the link's
 * thread takes. Plain pthreads, because gwlib's queues panic in threads that gwlib
 * did not make; an eventfd wakes the taker out of poll().
 */
#ifndef OTA_KANNEL_OUTBOX_H
#define OTA_KANNEL_OUTBOX_H

#include "gateway-plugin/campaign/bearer.h"

struct outbox;

struct outgoing {
    bool is_sms;
    struct bearer_sms sms; /* its pointers point into this struct */
    char to[BEARER_ADDRESS_SIZE];
    uint8_t user_data[USER_DATA_HEADER_MAX + BEARER_PAYLOAD_MAX];
    char uuid[BEARER_UUID_SIZE]; /* !is_sms: what is acknowledged */
};

/* Holds at most `sms_limit` SMS; acknowledgements are bounded by bearerbox's
 * smsbox-max-pending. NULL: no memory or descriptor. Begins closed. */
struct outbox *outbox_new(size_t sms_limit);
void outbox_free(struct outbox **outbox);

/* Closed: SMS are refused. Acknowledgements are taken always. */
void outbox_open(struct outbox *outbox);
void outbox_close(struct outbox *outbox);

/* Copies `sms` (it passed message_validate). 0; -1: closed, full or out of memory. */
int outbox_put_sms(struct outbox *outbox, const struct bearer_sms *sms);
int outbox_put_acknowledgement(struct outbox *outbox, const char *uuid);

/* The oldest, or NULL; the caller frees it with free(). */
struct outgoing *outbox_take(struct outbox *outbox);
size_t outbox_length(struct outbox *outbox);

int outbox_descriptor(const struct outbox *outbox); /* readable after put and wake, until outbox_calm */
void outbox_wake(struct outbox *outbox);
void outbox_calm(struct outbox *outbox); /* to be called before taking, or a wake-up is lost */

#endif
