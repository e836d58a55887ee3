#include "smsc/smsc.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/data_coding.h"
#include "protocol/errors.h"
#include "smsc/deliver_router.h"
#include "smsc/delivery_receipt.h"
#include "smsc/smpp_session.h"
#include "smsc/smpp_time.h"
#include "smsc/subscriber_queue.h"
#include "smsc/timer_queue.h"

#define SHORT_MESSAGE_OCTETS_MAX 140 /* TS 23.040 9.2.3.16 */
#define WINDOW_DEFAULT 100
#define MESSAGE_LIMIT_DEFAULT 1000000
#define VALIDITY_DEFAULT 86400
#define TIMERS_PER_RUN 256
#define SWEEP_MS 1000
#define BIND_TIMEOUT_MS 10000
#define IDLE_MS 60000   /* then the peer is asked, and once more so long given for its answer */
#define ANSWER_MS 60000 /* for a deliver_sm */
#define RESEND_MS 1000  /* after a temporary refusal of a deliver_sm */
/* When the answer goes to one connection and the receipt to another, the ESME must have read the
 * answer first: nothing but time can see to that. */
#define OTHER_SESSION_HOLD_MS 50
#define FORGOTTEN_MAX 1024

struct smsc_session {
    struct smpp_session wire;
    struct deliver_port port;
    struct smsc *smsc;
    struct smsc_session *next;
    int64_t opened_ms, heard_ms;
};

/* A deliver_sm that is to be added later. */
struct delayed {
    struct timer timer;
    struct delayed **list, *previous, *next;
    struct routed_message *message;
};

/* What a subscriber sends while a message is being delivered to it, until the receipt is on its way. */
struct held {
    struct held *next;
    struct routed_message *message;
    struct smsc_copies copies;
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
    struct change_list changes;               /* accepted messages */
    struct change_list results;               /* deliver_sm: these, and what is forgotten, may wait */
    struct forgotten forgotten[FORGOTTEN_MAX];
    size_t forgotten_count;
    struct timer results_due; /* set while something waits */
    int64_t results_saved_ms; /* the last time */
    bool settles;             /* nothing waits any longer */
    bool storage_failed;      /* since the last smsc_save() */
    int64_t now_ms, unix_seconds;
};

static void note(const struct smsc *smsc, const char *line)
{
    smsc->network.log(smsc->network.user, line);
}

/* So that the next smsc_save() is not later than this. */
static void wait_with_results(struct smsc *smsc)
{
    int64_t due = smsc->results_saved_ms + smsc->settings.save_lag_ms;
    if (due <= smsc->now_ms || (smsc->results_due.position == 0 &&
                                !timer_queue_set(&smsc->timers, &smsc->results_due, due)))
        smsc->settles = true;
}

static void on_results_due(void *user, struct timer *timer)
{
    struct smsc *smsc = user;
    (void)timer;
    smsc->settles = true;
}

static struct change_list *list_of(struct smsc *smsc, enum smsc_row_kind kind)
{
    return kind == SMSC_ROW_MESSAGE ? &smsc->changes : &smsc->results;
}

/* From here on it outlives a restart, once smsc_save() was called and has not let it wait. */
static void keep(struct smsc *smsc, struct kept *kept, enum smsc_row_kind kind, uint64_t id)
{
    kept->kind = kind;
    kept->id = id;
    if (smsc->network.save == NULL)
        return;
    change_list_note(list_of(smsc, kind), kept);
    if (kind == SMSC_ROW_DELIVERY)
        wait_with_results(smsc);
}

static void forget_row(struct smsc *smsc, enum smsc_row_kind kind, uint64_t id)
{
    if (smsc->network.forget(smsc->network.user, kind, id) != 0)
        smsc->storage_failed = true;
}

/* A message that never had a row leaves no trace but its deliver_sm: they are not to wait. */
static void forget(struct smsc *smsc, struct kept *kept)
{
    bool is_unsaved_message = kept->listed && !kept->saved && kept->kind == SMSC_ROW_MESSAGE;
    bool may_wait = smsc->settings.save_lag_ms > 0 && smsc->forgotten_count < FORGOTTEN_MAX;
    smsc->settles = smsc->settles || is_unsaved_message || !may_wait;
    change_list_remove(list_of(smsc, kept->kind), kept);
    if (kept->saved && may_wait) {
        smsc->forgotten[smsc->forgotten_count++] = (struct forgotten){kept->kind, kept->id};
        wait_with_results(smsc);
    } else if (kept->saved) {
        forget_row(smsc, kept->kind, kept->id);
    }
    kept->saved = false;
}

static void drop_delivery(struct smsc *smsc, struct routed_message *message)
{
    smsc->delivery_count--;
    forget(smsc, &message->kept);
    routed_message_free(&message);
}

static const char *without_plus(const char *digits)
{
    return digits + (digits[0] == '+');
}

static void fire_delayed(void *user, struct timer *timer);

/* To the ESME; behind it what waited to be overtaken by it. */
static void pass_on(struct smsc *smsc, struct routed_message *message)
{
    char source[SMPP_ADDRESS_SIZE];
    snprintf(source, sizeof source, "%s", without_plus(message->message.source.digits));
    deliver_router_add(&smsc->router, message);
    for (struct delayed *waits = smsc->overtaken; waits != NULL; waits = waits->next)
        if (strcmp(without_plus(waits->message->message.source.digits), source) == 0) {
            timer_queue_cancel(&smsc->timers, &waits->timer);
            fire_delayed(smsc, &waits->timer); /* and so on, until none of them is left */
            return;
        }
}

static void fire_delayed(void *user, struct timer *timer)
{
    struct smsc *smsc = user;
    struct delayed *delayed = (struct delayed *)(void *)((char *)timer - offsetof(struct delayed, timer));
    struct routed_message *message = delayed->message;
    *(delayed->previous ? &delayed->previous->next : delayed->list) = delayed->next;
    if (delayed->next != NULL)
        delayed->next->previous = delayed->previous;
    free(delayed);
    pass_on(smsc, message);
}

/* Takes the message. */
static void add_later(struct smsc *smsc, struct delayed **list, struct routed_message *message,
                      int64_t delay_ms)
{
    struct delayed *delayed = calloc(1, sizeof *delayed);
    if (delayed == NULL) {
        drop_delivery(smsc, message);
        return;
    }
    delayed->message = message;
    delayed->timer.fire = fire_delayed;
    delayed->list = list;
    delayed->next = *list;
    if (*list != NULL)
        (*list)->previous = delayed;
    *list = delayed;
    if (!timer_queue_set(&smsc->timers, &delayed->timer, smsc->now_ms + delay_ms))
        fire_delayed(smsc, &delayed->timer);
}

/* Takes the message. Ids are given here, so that a restart keeps the order. */
static void send_on(struct smsc *smsc, struct routed_message *message, struct smsc_copies copies)
{
    keep(smsc, &message->kept, SMSC_ROW_DELIVERY, smsc->next_delivery_id++);
    if (copies.reorder)
        add_later(smsc, &smsc->overtaken, message, copies.delay_ms);
    else if (copies.delay_ms > 0)
        add_later(smsc, &smsc->delayed, message, copies.delay_ms);
    else
        pass_on(smsc, message);
}

static bool hold(struct smsc *smsc, struct routed_message *message, struct smsc_copies copies)
{
    struct held *held = calloc(1, sizeof *held);
    if (held == NULL)
        return false;
    held->message = message;
    held->copies = copies;
    *smsc->held_end = held;
    smsc->held_end = &held->next;
    return true;
}

static void release_held(struct smsc *smsc)
{
    while (smsc->held != NULL) {
        struct held *held = smsc->held;
        smsc->held = held->next;
        send_on(smsc, held->message, held->copies);
        free(held);
    }
    smsc->held_end = &smsc->held;
}

static bool queue_delivery(struct smsc *smsc, const struct smpp_message *message, uint64_t preferred,
                           struct smsc_copies copies, bool hold_back)
{
    if (smsc->delivery_count >= 2 * smsc->settings.message_limit) {
        note(smsc, "the queue to the ESME is full: a deliver_sm is lost");
        return false;
    }
    struct routed_message *routed = routed_message_new(message, preferred);
    if (routed == NULL)
        return false;
    smsc->delivery_count++;
    if (!hold_back || !hold(smsc, routed, copies))
        send_on(smsc, routed, copies);
    return true;
}

bool smsc_originate(struct smsc *smsc, const struct smpp_message *message, struct smsc_copies copies)
{
    uint64_t preferred = smsc->delivering ? smsc->delivering->session_id : 0;
    bool taken = true;
    for (unsigned i = 0; i < copies.count && taken; i++)
        taken = queue_delivery(smsc, message, preferred, copies, smsc->delivering != NULL);
    return taken;
}

void smsc_report(struct smsc *smsc, const uint8_t *data, size_t length)
{
    if (smsc->delivering == NULL || smsc->report_length != 0 || length > sizeof smsc->report)
        return;
    memcpy(smsc->report, data, length);
    smsc->report_length = length;
}

/* 5.2.17: bits 1-0 of registered_delivery: 01 always, 10 on failure. */
static bool wants_receipt(const struct smsc_message *message, enum smpp_message_state state)
{
    unsigned wanted = message->registered_delivery & 3;
    return wanted == 1 || wanted == 3 || (wanted == 2 && state != SMPP_STATE_DELIVERED);
}

static void format_id(uint64_t id, char text[static SMPP_MESSAGE_ID_SIZE])
{
    snprintf(text, SMPP_MESSAGE_ID_SIZE, "%" PRIu64, id);
}

static void send_receipt(struct smsc *smsc, const struct stored_message *stored,
                         enum smpp_message_state state, uint8_t cause)
{
    const struct smsc_message *message = &stored->message;
    struct smpp_message receipt = {.source = message->destination,
                                   .destination = message->source,
                                   .esm_class = SMPP_ESM_RECEIPT,
                                   .message_state = (uint8_t)state};
    format_id(message->id, receipt.receipted_message_id);
    struct delivery_receipt fields = {.message_id = receipt.receipted_message_id,
                                      .state = state,
                                      .submitted = message->submitted,
                                      .done = smsc->unix_seconds,
                                      .error = cause};
    char text[DELIVERY_RECEIPT_SIZE + SHORT_MESSAGE_OCTETS_MAX];
    size_t length = delivery_receipt_format(&fields, text);
    memcpy(text + length, smsc->report, smsc->report_length);
    receipt.length = length + smsc->report_length;
    receipt.data = (const uint8_t *)text;
    struct smsc_copies copies = smsc->network.receipt(smsc->network.user, message);
    for (unsigned i = 0; i < copies.count; i++)
        queue_delivery(smsc, &receipt, stored->session_id, copies, false);
}

static bool is_final(enum smsc_outcome outcome)
{
    return outcome == SMSC_DELIVERED || outcome == SMSC_REFUSED || outcome == SMSC_UNKNOWN;
}

static struct smsc_result on_attempt(void *user, struct stored_message *message)
{
    struct smsc *smsc = user;
    smsc->delivering = message;
    smsc->report_length = 0;
    struct smsc_result result = smsc->network.deliver(smsc->network.user, &message->message);
    smsc->delivering = NULL;
    if (!is_final(result.outcome)) {
        smsc->report_length = 0;
        release_held(smsc);
    }
    if (result.outcome == SMSC_LOST && smsc->network.save != NULL)
        change_list_note(&smsc->changes, &message->kept);
    return result;
}

static void on_finished(void *user, struct stored_message *message, enum smpp_message_state state,
                        uint8_t cause)
{
    struct smsc *smsc = user;
    forget(smsc, &message->kept);
    if (wants_receipt(&message->message, state))
        send_receipt(smsc, message, state, cause);
    smsc->report_length = 0;
    release_held(smsc);
}

static void on_session_log(void *user, const struct smpp_session *session, const char *line)
{
    char text[256];
    snprintf(text, sizeof text, "smpp %s: %s", session->peer, line);
    for (char *at = text; *at != '\0'; at++) /* what a peer sent may not forge lines */
        if (!isprint((unsigned char)*at))
            *at = '?';
    note(user, text);
}

static struct smsc_session *session_of(struct smpp_session *wire)
{
    return (struct smsc_session *)(void *)((char *)wire - offsetof(struct smsc_session, wire));
}

/* In a time that does not tell how much of a guess was right. */
static bool same_password(const char given[static SMPP_PASSWORD_SIZE], const char *expected)
{
    char padded[SMPP_PASSWORD_SIZE] = "", guess[SMPP_PASSWORD_SIZE] = "";
    unsigned difference = strlen(expected) >= sizeof padded;
    snprintf(padded, sizeof padded, "%s", expected);
    snprintf(guess, sizeof guess, "%s", given);
    for (size_t i = 0; i < sizeof padded; i++)
        difference |= (unsigned)(padded[i] ^ guess[i]);
    explicit_bzero(padded, sizeof padded);
    explicit_bzero(guess, sizeof guess);
    return difference == 0;
}

static uint32_t on_bind(void *user, struct smpp_session *session, const struct smpp_bind *bind)
{
    const struct smsc *smsc = user;
    uint32_t status = ESME_ROK;
    char line[80];
    if (strcmp(bind->system_id, smsc->settings.system_id) != 0)
        status = ESME_RBINDFAIL;
    else if (!same_password(bind->password, smsc->settings.password))
        status = ESME_RINVPASWD;
    snprintf(line, sizeof line, "bind as '%.15s' %s", bind->system_id,
             status == ESME_ROK         ? "accepted"
             : status == ESME_RBINDFAIL ? "refused: unknown system-id"
                                        : "refused: wrong password");
    on_session_log(user, session, line);
    return status;
}

static void on_bound(void *user, struct smpp_session *session)
{
    struct smsc *smsc = user;
    if (smpp_session_receives(session))
        deliver_router_attach(&smsc->router, &session_of(session)->port);
}

/* The end of its validity, in milliseconds of the monotonic clock. */
static uint32_t expiry_of(const struct smsc *smsc, const struct smpp_message *message, int64_t *expires_ms)
{
    int64_t until = smsc->unix_seconds + smsc->settings.default_validity;
    if (message->validity[0] != '\0' &&
        smpp_time_parse(message->validity, smsc->unix_seconds, &until) != OTA_OK)
        return ESME_RINVEXPIRY;
    if (until < smsc->unix_seconds)
        return ESME_RINVEXPIRY;
    *expires_ms = smsc->now_ms + (until - smsc->unix_seconds) * 1000;
    return ESME_ROK;
}

static bool is_short(const struct smpp_message *message)
{
    const bool has_header = (message->esm_class & SMPP_ESM_UDHI) != 0 && message->length > 0;
    return data_coding_fits(message->data_coding, has_header ? (size_t)message->data[0] + 1 : 0, message->length);
}

static uint32_t check_submit(const struct smsc *smsc, const struct smpp_message *message)
{
    if (!smsc->network.knows(smsc->network.user, message->destination.digits))
        return ESME_RINVDSTADR;
    if (!is_short(message))
        return ESME_RINVMSGLEN;
    if (message->schedule[0] != '\0')
        return ESME_RINVSCHED; /* deferred delivery is not offered */
    if (smsc_pending_messages(smsc) + smsc->delivery_count >= smsc->settings.message_limit)
        return ESME_RMSGQFUL;
    return ESME_ROK;
}

static struct smsc_message submitted_message(const struct smpp_message *message, uint64_t id,
                                             int64_t submitted)
{
    return (struct smsc_message){.id = id,
                                 .source = message->source,
                                 .destination = message->destination,
                                 .esm_class = message->esm_class,
                                 .protocol_id = message->protocol_id,
                                 .data_coding = message->data_coding,
                                 .registered_delivery = message->registered_delivery,
                                 .data = message->data,
                                 .length = message->length,
                                 .submitted = submitted};
}

static enum smsc_admission admission_of(const struct smsc *smsc, const struct smpp_message *message)
{
    return smsc->network.admit ? smsc->network.admit(smsc->network.user, message->destination.digits)
                               : SMSC_ADMIT;
}

static uint32_t store_message(struct smsc *smsc, struct smpp_session *session,
                              const struct smpp_message *message, char id[static SMPP_MESSAGE_ID_SIZE])
{
    static const uint32_t refusals[] = {[SMSC_ADMIT] = ESME_ROK,
                                        [SMSC_THROTTLE] = ESME_RTHROTTLED,
                                        [SMSC_QUEUE_FULL] = ESME_RMSGQFUL,
                                        [SMSC_HANG_UP] = SESSION_HANG_UP,
                                        [SMSC_TAKE_AND_HANG_UP] = ESME_ROK};
    int64_t expires_ms;
    enum smsc_admission admission = SMSC_ADMIT;
    uint32_t status = check_submit(smsc, message);
    if (status == ESME_ROK)
        status = expiry_of(smsc, message, &expires_ms);
    if (status == ESME_ROK) {
        admission = admission_of(smsc, message);
        status = refusals[admission];
    }
    if (status != ESME_ROK)
        return status;
    struct smsc_message accepted = submitted_message(message, smsc->next_message_id, smsc->unix_seconds);
    int64_t hold_ms = smpp_session_receives(session) ? 0 : OTHER_SESSION_HOLD_MS;
    struct stored_message *stored =
        subscriber_queue_add(smsc->subscribers, &accepted, session_of(session)->port.id, expires_ms, hold_ms);
    if (stored == NULL)
        return ESME_RSYSERR;
    keep(smsc, &stored->kept, SMSC_ROW_MESSAGE, accepted.id);
    format_id(smsc->next_message_id++, id);
    return admission == SMSC_TAKE_AND_HANG_UP ? SESSION_HANG_UP : ESME_ROK;
}

static uint32_t on_submit(void *user, struct smpp_session *session, const struct smpp_message *message,
                          char id[static SMPP_MESSAGE_ID_SIZE])
{
    uint32_t status = store_message(user, session, message, id);
    if (status != ESME_ROK) {
        char line[100];
        if (status == SESSION_HANG_UP)
            snprintf(line, sizeof line, "closed: at submit_sm to '%s', by the fault plan",
                     message->destination.digits);
        else
            snprintf(line, sizeof line, "submit_sm to '%s' refused with status %08X%s",
                     message->destination.digits, status,
                     status == ESME_RINVDSTADR ? " (no such subscriber)" : "");
        on_session_log(user, session, line);
    }
    return status;
}

static bool is_temporary(uint32_t status)
{
    return status == ESME_RX_T_APPN || status == ESME_RTHROTTLED || status == ESME_RMSGQFUL;
}

static void on_acknowledge(void *user, struct smpp_session *session, uint32_t sequence, uint32_t status)
{
    struct smsc *smsc = user;
    struct routed_message *message = deliver_router_answered(&session_of(session)->port, sequence);
    if (message == NULL)
        return;
    if (is_temporary(status)) {
        add_later(smsc, &smsc->delayed, message, RESEND_MS);
        return;
    }
    if (status != ESME_ROK) {
        char line[80];
        snprintf(line, sizeof line, "deliver_sm refused for good with status %08X", status);
        on_session_log(smsc, session, line);
    }
    drop_delivery(smsc, message);
}

static const char *reason_to_close(const struct smsc *smsc, const struct smsc_session *session)
{
    int64_t oldest = deliver_port_oldest(&session->port);
    if (session->wire.state == SESSION_OPEN && smsc->now_ms - session->opened_ms > BIND_TIMEOUT_MS)
        return "closed: no bind";
    if (session->wire.enquiry_open && smsc->now_ms - session->heard_ms > 2 * IDLE_MS)
        return "closed: enquire_link has no answer";
    if (oldest >= 0 && smsc->now_ms - oldest > ANSWER_MS)
        return "closed: deliver_sm has no answer";
    return NULL;
}

static void sweep_session(struct smsc *smsc, struct smsc_session *session)
{
    if (session->wire.state == SESSION_OVER)
        return;
    const char *reason = reason_to_close(smsc, session);
    if (reason != NULL) {
        on_session_log(smsc, &session->wire, reason);
        session->wire.state = SESSION_OVER;
    } else if (!session->wire.enquiry_open && smsc->now_ms - session->heard_ms > IDLE_MS) {
        smpp_session_enquire(&session->wire);
    }
}

static void sweep(void *user, struct timer *timer)
{
    struct smsc *smsc = user;
    for (struct smsc_session *session = smsc->sessions; session != NULL; session = session->next)
        sweep_session(smsc, session);
    if (smsc->sessions != NULL)
        timer_queue_set(&smsc->timers, timer, smsc->now_ms + SWEEP_MS);
}

static void use_defaults(struct smsc_settings *settings)
{
    if (settings->window == 0)
        settings->window = WINDOW_DEFAULT;
    if (settings->message_limit == 0)
        settings->message_limit = MESSAGE_LIMIT_DEFAULT;
    if (settings->default_validity == 0)
        settings->default_validity = VALIDITY_DEFAULT;
}

struct smsc *smsc_new(const struct smsc_settings *settings, const struct smsc_network *network)
{
    struct smsc *smsc = calloc(1, sizeof *smsc);
    if (smsc == NULL)
        return NULL;
    smsc->settings = *settings;
    use_defaults(&smsc->settings);
    smsc->network = *network;
    smsc->session_handler = (struct session_handler){.user = smsc,
                                                     .bind = on_bind,
                                                     .bound = on_bound,
                                                     .submit = on_submit,
                                                     .acknowledge = on_acknowledge,
                                                     .log = on_session_log};
    smsc->queue_handler =
        (struct subscriber_queue_handler){.user = smsc, .attempt = on_attempt, .finished = on_finished};
    smsc->subscribers = subscriber_queue_new(&smsc->timers, &smsc->queue_handler);
    if (smsc->subscribers == NULL) {
        free(smsc);
        return NULL;
    }
    deliver_router_init(&smsc->router, smsc->settings.window);
    smsc->sweep.fire = sweep;
    smsc->results_due.fire = on_results_due;
    smsc->results_saved_ms = INT64_MIN / 2;
    smsc->held_end = &smsc->held;
    smsc->next_session_id = smsc->next_delivery_id = 1;
    return smsc;
}

static void free_delayed(struct delayed **list)
{
    while (*list != NULL) {
        struct delayed *delayed = *list;
        *list = delayed->next;
        routed_message_free(&delayed->message);
        free(delayed);
    }
}

void smsc_free(struct smsc **smsc)
{
    if (*smsc == NULL)
        return;
    while ((*smsc)->sessions != NULL) {
        struct smsc_session *session = (*smsc)->sessions;
        smsc_session_close(&session);
    }
    free_delayed(&(*smsc)->delayed);
    free_delayed(&(*smsc)->overtaken);
    deliver_router_free(&(*smsc)->router);
    subscriber_queue_free(&(*smsc)->subscribers);
    timer_queue_free(&(*smsc)->timers);
    free(*smsc);
    *smsc = NULL;
}

void smsc_set_time(struct smsc *smsc, int64_t monotonic_ms, int64_t unix_seconds)
{
    smsc->now_ms = monotonic_ms;
    smsc->unix_seconds = unix_seconds;
    subscriber_queue_set_time(smsc->subscribers, monotonic_ms);
    /* Ids begin with the date, so that those of an earlier run do not come again. */
    if (smsc->next_message_id == 0)
        smsc->next_message_id = (uint64_t)unix_seconds * 1000000 + 1;
}

int64_t smsc_now(const struct smsc *smsc)
{
    return smsc->now_ms;
}

static int save_row(const struct smsc *smsc, struct smsc_row *row, const struct smpp_message *content)
{
    uint8_t body[SMSC_ROW_BODY_MAX];
    struct byte_writer writer = byte_writer_on(body, sizeof body);
    smpp_message_encode(&writer, content);
    if (byte_writer_status(&writer) != OTA_OK)
        return -1;
    row->body = body;
    row->length = writer.length;
    return smsc->network.save(smsc->network.user, row);
}

static int save_message(const struct smsc *smsc, struct kept *kept)
{
    const struct stored_message *stored =
        (struct stored_message *)(void *)((char *)kept - offsetof(struct stored_message, kept));
    const struct smsc_message *message = &stored->message;
    int64_t expires = smsc->unix_seconds + (stored->expires_ms - smsc->now_ms + 999) / 1000;
    struct smsc_row row = {.kind = SMSC_ROW_MESSAGE,
                           .id = kept->id,
                           .submitted = message->submitted,
                           .expires = expires,
                           .lost = stored->lost};
    struct smpp_message content = {.source = message->source,
                                   .destination = message->destination,
                                   .esm_class = message->esm_class,
                                   .protocol_id = message->protocol_id,
                                   .data_coding = message->data_coding,
                                   .registered_delivery = message->registered_delivery,
                                   .data = message->data,
                                   .length = message->length};
    return save_row(smsc, &row, &content);
}

static int save_delivery(const struct smsc *smsc, struct kept *kept)
{
    const struct routed_message *routed =
        (struct routed_message *)(void *)((char *)kept - offsetof(struct routed_message, kept));
    struct smsc_row row = {.kind = SMSC_ROW_DELIVERY, .id = kept->id};
    return save_row(smsc, &row, &routed->message);
}

static void save_all(struct smsc *smsc, struct change_list *list)
{
    while (list->first != NULL && !smsc->storage_failed) {
        struct kept *kept = list->first;
        int rc = kept->kind == SMSC_ROW_MESSAGE ? save_message(smsc, kept) : save_delivery(smsc, kept);
        smsc->storage_failed = rc != 0;
        kept->saved = true;
        change_list_remove(list, kept);
    }
}

static void save_results(struct smsc *smsc)
{
    save_all(smsc, &smsc->results);
    while (smsc->forgotten_count > 0 && !smsc->storage_failed) {
        const struct forgotten *forgotten = &smsc->forgotten[--smsc->forgotten_count];
        forget_row(smsc, forgotten->kind, forgotten->id);
    }
    timer_queue_cancel(&smsc->timers, &smsc->results_due);
    smsc->results_saved_ms = smsc->now_ms;
    smsc->settles = false;
}

void smsc_settle(struct smsc *smsc)
{
    smsc->settles = true;
}

int smsc_save(struct smsc *smsc)
{
    save_all(smsc, &smsc->changes);
    if (smsc->settles)
        save_results(smsc);
    int rc = smsc->storage_failed ? -1 : 0;
    smsc->storage_failed = false;
    return rc;
}

static bool restore_message(struct smsc *smsc, const struct smsc_row *row, const struct smpp_message *content)
{
    struct smsc_message message = submitted_message(content, row->id, row->submitted);
    int64_t left = row->expires > smsc->unix_seconds ? row->expires - smsc->unix_seconds : 0;
    int64_t expires_ms = smsc->now_ms + left * 1000;
    struct stored_message *stored = row->lost
                                        ? subscriber_queue_add_lost(smsc->subscribers, &message, expires_ms)
                                        : subscriber_queue_add(smsc->subscribers, &message, 0, expires_ms, 0);
    if (stored == NULL)
        return false;
    stored->kept = (struct kept){.kind = SMSC_ROW_MESSAGE, .id = row->id, .saved = true};
    if (row->id >= smsc->next_message_id)
        smsc->next_message_id = row->id + 1;
    return true;
}

static bool restore_delivery(struct smsc *smsc, const struct smsc_row *row,
                             const struct smpp_message *content)
{
    struct routed_message *routed = routed_message_new(content, 0);
    if (routed == NULL)
        return false;
    routed->kept = (struct kept){.kind = SMSC_ROW_DELIVERY, .id = row->id, .saved = true};
    if (row->id >= smsc->next_delivery_id)
        smsc->next_delivery_id = row->id + 1;
    smsc->delivery_count++;
    deliver_router_add(&smsc->router, routed);
    return true;
}

bool smsc_restore(struct smsc *smsc, const struct smsc_row *row)
{
    struct smpp_message content;
    if (smpp_message_decode(row->body, row->length, &content) != OTA_OK ||
        (row->kind == SMSC_ROW_MESSAGE && !is_short(&content)))
        return false;
    return row->kind == SMSC_ROW_MESSAGE ? restore_message(smsc, row, &content)
                                         : restore_delivery(smsc, row, &content);
}

bool smsc_wake(struct smsc *smsc, const char *msisdn)
{
    return subscriber_queue_wake(smsc->subscribers, msisdn);
}

const struct smsc_message *smsc_look_ahead(struct smsc *smsc, const char *msisdn, size_t position)
{
    const struct stored_message *stored = subscriber_queue_look_ahead(smsc->subscribers, msisdn, position);
    return stored != NULL ? &stored->message : NULL;
}

void smsc_run(struct smsc *smsc)
{
    timer_queue_run(&smsc->timers, smsc->now_ms, TIMERS_PER_RUN, smsc);
    deliver_router_pump(&smsc->router, smsc->now_ms);
}

int64_t smsc_next_due(const struct smsc *smsc)
{
    int64_t due = timer_queue_next(&smsc->timers);
    if (due < 0)
        return -1;
    return due > smsc->now_ms ? due - smsc->now_ms : 0;
}

struct smsc_session *smsc_session_open(struct smsc *smsc, const char *peer)
{
    struct smsc_session *session = calloc(1, sizeof *session);
    if (session == NULL)
        return NULL;
    smpp_session_init(&session->wire, &smsc->session_handler, peer);
    session->smsc = smsc;
    session->port.id = smsc->next_session_id++;
    session->port.session = &session->wire;
    session->opened_ms = session->heard_ms = smsc->now_ms;
    session->next = smsc->sessions;
    smsc->sessions = session;
    if (smsc->sweep.position == 0)
        timer_queue_set(&smsc->timers, &smsc->sweep, smsc->now_ms + SWEEP_MS);
    return session;
}

void smsc_session_input(struct smsc_session *session, const uint8_t *bytes, size_t length)
{
    session->heard_ms = session->smsc->now_ms;
    smpp_session_input(&session->wire, bytes, length);
}

bool smsc_session_wants_input(const struct smsc_session *session)
{
    return session->wire.state != SESSION_OVER && smpp_session_has_room(&session->wire);
}

const uint8_t *smsc_session_output(const struct smsc_session *session, size_t *length)
{
    *length = session->wire.output.length;
    return byte_buffer_front(&session->wire.output);
}

void smsc_session_sent(struct smsc_session *session, size_t length)
{
    byte_buffer_consume(&session->wire.output, length);
}

bool smsc_session_is_over(const struct smsc_session *session)
{
    return session->wire.state == SESSION_OVER;
}

bool smsc_session_is_bound(const struct smsc_session *session)
{
    return (session->wire.state & (SESSION_TRANSMITTER | SESSION_RECEIVER | SESSION_TRANSCEIVER)) != 0;
}

void smsc_session_close(struct smsc_session **session)
{
    struct smsc *smsc = (*session)->smsc;
    struct smsc_session **link = &smsc->sessions;
    while (*link != *session)
        link = &(*link)->next;
    *link = (*session)->next;
    deliver_router_detach(&smsc->router, &(*session)->port);
    smpp_session_free(&(*session)->wire);
    free(*session);
    *session = NULL;
}

size_t smsc_pending_messages(const struct smsc *smsc)
{
    return subscriber_queue_count(smsc->subscribers);
}

size_t smsc_pending_deliveries(const struct smsc *smsc)
{
    return smsc->delivery_count;
}
