/*
 * What the files of an SMSC share, each for its own question: who may talk (smsc_sessions.c), what is taken
 * (smsc_submit.c), what becomes of it (smsc.c), what goes to the ESMEs (smsc_to_esme.c), what outlives the
 * process (smsc_rows.c). Not for others: smsc.h is.
 */
#ifndef OTA_SMSC_SMSC_INNER_H
#define OTA_SMSC_SMSC_INNER_H

#include "smsc/deliver_router.h"
#include "smsc/smpp_session.h"
#include "smsc/smsc.h"
#include "smsc/subscriber_queue.h"
#include "smsc/timer_queue.h"

#define SHORT_MESSAGE_OCTETS_MAX 140 /* TS 23.040 9.2.3.16 */
#define FORGOTTEN_MAX 1024

struct delayed;
struct held;

struct smsc_session {
    struct smpp_session wire;
    struct deliver_port port;
    struct smsc *smsc;
    struct smsc_session *next;
    int64_t opened_ms, heard_ms;
};

/* What is not needed any more, and still has a row. */
struct forgotten {
    enum smsc_row_kind kind;
    uint64_t id;
};

struct smsc {
    struct smsc_settings settings;
    struct smsc_network network;
    struct session_handler session_handler;
    struct subscriber_queue_handler queue_handler;
    struct timer_queue timers;
    struct timer sweep;
    struct subscriber_queue *subscribers;
    struct deliver_router router;
    struct smsc_session *sessions;
    struct delayed *delayed;                  /* until their time */
    struct delayed *overtaken;                /* the same, or until the subscriber's next one */
    const struct stored_message *delivering;  /* NULL between deliveries */
    uint8_t report[SHORT_MESSAGE_OCTETS_MAX]; /* of the message that is delivered */
    size_t report_length;
    struct held *held, **held_end;
    size_t delivery_count; /* deliver_sm kept, wherever they are */
    uint64_t next_message_id, next_delivery_id, next_session_id;
    struct change_list changes; /* accepted messages */
    struct change_list results; /* deliver_sm: these, and what is forgotten, may wait */
    struct forgotten forgotten[FORGOTTEN_MAX];
    size_t forgotten_count;
    struct timer results_due; /* set while something waits */
    int64_t results_saved_ms; /* the last time */
    bool settles;             /* nothing waits any longer */
    bool storage_failed;      /* since the last smsc_save() */
    int64_t now_ms, unix_seconds;
};

static inline void smsc_note(const struct smsc *smsc, const char *line)
{
    smsc->network.log(smsc->network.user, line);
}

/* --- smsc_rows.c */

void smsc_rows_init(struct smsc *smsc);

/* From here on it outlives a restart, once smsc_save() was called and has not let it wait. */
void smsc_keep(struct smsc *smsc, struct kept *kept, enum smsc_row_kind kind, uint64_t id);

/* It is over, or sent: its row goes. A message that never had a row leaves no trace but its deliver_sm: they
 * are not to wait. */
void smsc_forget(struct smsc *smsc, struct kept *kept);

/* --- smsc_to_esme.c */

/* If the message asked for one; with what smsc_report() gave. */
void smsc_send_receipt(struct smsc *smsc, const struct stored_message *stored, enum smpp_message_state state,
                       uint8_t cause);

/* What the subscriber has sent while its message was delivered, now that the receipt is on its way. */
void smsc_release_held(struct smsc *smsc);

/* After a temporary refusal. Takes the message. */
void smsc_send_again(struct smsc *smsc, struct routed_message *message);
void smsc_drop_delivery(struct smsc *smsc, struct routed_message *message);
void smsc_free_deliveries(struct smsc *smsc);
void smsc_format_id(uint64_t id, char text[static SMPP_MESSAGE_ID_SIZE]);

/* --- smsc_submit.c */

/* The session handler's. */
uint32_t smsc_on_submit(void *user, struct smpp_session *session, const struct smpp_message *message,
                        char id[static SMPP_MESSAGE_ID_SIZE]);

/* Is it one SMS, and no more? */
bool smsc_fits_an_sms(const struct smpp_message *message);
struct smsc_message smsc_submitted_message(const struct smpp_message *message, uint64_t id,
                                           int64_t submitted);

/* --- smsc_sessions.c */

void smsc_sessions_init(struct smsc *smsc);
void smsc_session_log(void *user, const struct smpp_session *session, const char *line);

static inline struct smsc_session *smsc_session_of(struct smpp_session *wire)
{
    return (struct smsc_session *)(void *)((char *)wire - offsetof(struct smsc_session, wire));
}

#endif
