/*
 * An SMSC: ESMEs bind to it over SMPP, it keeps their messages until a
 * subscriber takes them or their validity ends, and brings receipts and what
 * subscribers send back to the ESMEs. No sockets and no clock: see smpp_server.h.
 * No files either: what it has taken responsibility for it hands out as rows.
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

#include "smsc/change_list.h"
#include "smsc/smpp_pdu.h"

struct smsc;
struct smsc_session;

struct smsc_settings {
    const char *system_id, *password; /* the one account; borrowed for the SMSC's life */
    unsigned window;                  /* deliver_sm without an answer, a session; 0: 100 */
    size_t message_limit;     /* kept messages; further ones are refused with ESME_RMSGQFUL; 0: 1,000,000 */
    int64_t default_validity; /* seconds, for a submit_sm that says nothing; 0: 86400 */
    /* What became of messages is saved at most so often: what comes sooner waits. Its messages' rows stay so
     * long, and a deliver_sm that is acknowledged meanwhile never has one. After a crash in this time such a
     * message is there again. */
    int64_t save_lag_ms;
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
    SMSC_UNKNOWN, /* it may have arrived, and is not tried again */
    SMSC_LATER,   /* to be tried again: after delay_ms, or when that is 0 with a back-off */
    SMSC_BEHIND,  /* after the subscriber's next one, or after delay_ms when none comes */
    SMSC_LOST,    /* never arrives: expires when its validity ends */
    SMSC_PENDING, /* somebody is at work on it: asked for again after smsc_wake() */
};

struct smsc_result {
    enum smsc_outcome outcome;
    uint8_t cause; /* TP-FCS of a refusal, and with SMSC_UNKNOWN: `err` of the receipt */
    int64_t delay_ms;
};

/* How often, and when, something that goes to the ESME is sent. {1} is normal, {0} loses it. */
struct smsc_copies {
    unsigned count;
    int64_t delay_ms;
    bool reorder; /* behind the subscriber's next one, or after delay_ms when none comes */
};

/* What happens to a submit_sm that could be taken. */
enum smsc_admission {
    SMSC_ADMIT,
    SMSC_THROTTLE,         /* ESME_RTHROTTLED */
    SMSC_QUEUE_FULL,       /* ESME_RMSGQFUL */
    SMSC_HANG_UP,          /* the session ends without an answer */
    SMSC_TAKE_AND_HANG_UP, /* the same, but the message is taken */
};

/* What outlives a restart: an accepted message that has not arrived, or a deliver_sm without an answer. */
struct smsc_row {
    enum smsc_row_kind kind;
    uint64_t id;                /* of its kind; rows are restored in this order */
    int64_t submitted, expires; /* Unix seconds; of a message */
    bool lost;                  /* of a message: SMSC_LOST */
    const uint8_t *body;        /* as in submit_sm or deliver_sm */
    size_t length;
};
#define SMSC_ROW_BODY_MAX 1024

/* What is behind the SMSC. */
struct smsc_network {
    void *user;
    bool (*knows)(void *user, const char *msisdn); /* with or without a leading + */
    /* Delivers now. May call smsc_originate(). */
    struct smsc_result (*deliver)(void *user, const struct smsc_message *message);
    /* Asked once a receipt. */
    struct smsc_copies (*receipt)(void *user, const struct smsc_message *message);
    /* Asked once a submit_sm to that subscriber; NULL: all are admitted. */
    enum smsc_admission (*admit)(void *user, const char *msisdn);
    /* A row is new or changed, or no longer needed; -1: it failed. NULL: nothing outlives the process. */
    int (*save)(void *user, const struct smsc_row *row);
    int (*forget)(void *user, enum smsc_row_kind kind, uint64_t id);
    void (*log)(void *user, const char *line);
};

/* NULL: out of memory. */
struct smsc *smsc_new(const struct smsc_settings *settings, const struct smsc_network *network);
void smsc_free(struct smsc **smsc);

/* To be said before the calls below: milliseconds that never go back, and the date. */
void smsc_set_time(struct smsc *smsc, int64_t monotonic_ms, int64_t unix_seconds);
int64_t smsc_now(const struct smsc *smsc); /* the milliseconds */

/* A subscriber's SMS to an ESME. false: the queue is full. The data is copied. */
bool smsc_originate(struct smsc *smsc, const struct smpp_message *message, struct smsc_copies copies);

/* While a message is delivered: user data of the subscriber's SMS-DELIVER-REPORT, at most 140 bytes, which
 * its receipt carries behind "text:". The first of several counts. */
void smsc_report(struct smsc *smsc, const uint8_t *data, size_t length);

/* Hands rows that changed to `save` and `forget`: accepted messages at once, the rest together when it is due
 * (save_lag_ms). All of them are for one transaction; to be called before answers leave. 0, or -1 when a row
 * could not be saved or forgotten since the last call. */
int smsc_save(struct smsc *smsc);

/* The next smsc_save() lets nothing wait. */
void smsc_settle(struct smsc *smsc);

/* A row of an earlier run; after smsc_set_time(). false: no such row can be, or out of memory. */
bool smsc_restore(struct smsc *smsc, const struct smsc_row *row);

/* The subscriber's first message is attempted at the next smsc_run(), whatever it was waiting for. false: it
 * has no message. One that was SMSC_PENDING does not expire meanwhile, or at the earliest after a minute. */
bool smsc_wake(struct smsc *smsc, const char *msisdn);

/* The message that stands `position` places behind the subscriber's first one, in somebody's hands as if its
 * delivery had said SMSC_PENDING, so that he has the next one when he is done with the first. It is still
 * asked for in its turn. NULL: there is none. Valid until the next call. */
const struct smsc_message *smsc_look_ahead(struct smsc *smsc, const char *msisdn, size_t position);

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
bool smsc_session_is_bound(const struct smsc_session *session);
/* What was delivered to it and not acknowledged goes to another session, or waits for one. */
void smsc_session_close(struct smsc_session **session);

/* Messages to subscribers, and deliver_sm to ESMEs, that are kept. */
size_t smsc_pending_messages(const struct smsc *smsc);
size_t smsc_pending_deliveries(const struct smsc *smsc);

#endif
