/*
 * An SMSC: ESMEs bind to it over SMPP, it keeps their messages until a
 * subscriber takes them or their validity ends, and brings receipts and what
 * subscribers send back to the ESMEs. No sockets and no clock: see smpp_server.h.
 *
 * Order: submit_sm_resp with the message_id, then the delivery receipt, then what
 * the subscriber sent because of the message. Messages to one subscriber are
 * delivered one after the other, in the order in which they came.
 */
#ifndef OTA_SMSC_SMSC_H
#define OTA_SMSC_SMSC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "smsc/smpp_pdu.h"

struct smsc;
struct smsc_session;

struct smsc_settings {
    const char *system_id, *password; /* the one account; borrowed for the SMSC's life */
    unsigned window;                  /* deliver_sm without an answer, a session; 0: 100 */
    size_t message_limit;     /* kept messages; further ones are refused with ESME_RMSGQFUL; 0: 1,000,000 */
    int64_t default_validity; /* seconds, for a submit_sm that says nothing; 0: 86400 */
};

/* One SMS on its way to a subscriber. */
struct smsc_message {
    uint64_t id;
    struct smpp_address source, destination; /* as submitted */
    uint8_t esm_class, protocol_id, data_coding, registered_delivery;
    const uint8_t *data;
    size_t length;
    unsigned attempts; /* earlier ones */
    int64_t submitted; /* Unix seconds */
};

enum smsc_outcome {
    SMSC_DELIVERED,
    SMSC_REFUSED, /* for good */
    SMSC_LATER,   /* to be tried again: after delay_ms, or when that is 0 with a back-off */
    SMSC_LOST,    /* never arrives: expires when its validity ends */
};

struct smsc_result {
    enum smsc_outcome outcome;
    uint8_t cause; /* TP-FCS of a refusal: `err` of the receipt */
    int64_t delay_ms;
};

/* How often, and when, something that goes to the ESME is sent. {1, 0} is normal, {0, 0} loses it. */
struct smsc_copies {
    unsigned count;
    int64_t delay_ms;
};

/* What is behind the SMSC. */
struct smsc_network {
    void *user;
    bool (*knows)(void *user, const char *msisdn); /* with or without a leading + */
    /* Delivers now. May call smsc_originate(). */
    struct smsc_result (*deliver)(void *user, const struct smsc_message *message);
    /* Asked once a receipt. */
    struct smsc_copies (*receipt)(void *user, const struct smsc_message *message);
    void (*log)(void *user, const char *line);
};

/* NULL: out of memory. */
struct smsc *smsc_new(const struct smsc_settings *settings, const struct smsc_network *network);
void smsc_free(struct smsc **smsc);

/* To be said before the calls below: milliseconds that never go back, and the date. */
void smsc_set_time(struct smsc *smsc, int64_t monotonic_ms, int64_t unix_seconds);

/* A subscriber's SMS to an ESME. false: the queue is full. The data is copied. */
bool smsc_originate(struct smsc *smsc, const struct smpp_message *message, struct smsc_copies copies);

/* Does what is due, a bounded amount. */
void smsc_run(struct smsc *smsc);

/* Milliseconds from now until smsc_run() has work; 0: now; -1: nothing is waiting. */
int64_t smsc_next_due(const struct smsc *smsc);

/* Connections. NULL: out of memory. */
struct smsc_session *smsc_session_open(struct smsc *smsc, const char *peer);
void smsc_session_input(struct smsc_session *session, const uint8_t *bytes, size_t length);
bool smsc_session_wants_input(const struct smsc_session *session);
/* What is to be sent; tell how much of it was. */
const uint8_t *smsc_session_output(const struct smsc_session *session, size_t *length);
void smsc_session_sent(struct smsc_session *session, size_t length);
bool smsc_session_is_over(const struct smsc_session *session); /* send the output, then close */
/* What was delivered to it and not acknowledged goes to another session, or waits for one. */
void smsc_session_close(struct smsc_session **session);

/* Messages to subscribers, and deliver_sm to ESMEs, that are kept. */
size_t smsc_pending_messages(const struct smsc *smsc);
size_t smsc_pending_deliveries(const struct smsc *smsc);

#endif
