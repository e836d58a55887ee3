/* The ESMEs' sessions: who may bind, what they answer, and when they are closed. */
#include "smsc/smsc_inner.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SWEEP_MS 1000
#define BIND_TIMEOUT_MS 10000
#define IDLE_MS 60000   /* then the peer is asked, and once more so long given for its answer */
#define ANSWER_MS 60000 /* for a deliver_sm */

void smsc_session_log(void *user, const struct smpp_session *session, const char *line)
{
    char text[256];
    snprintf(text, sizeof text, "smpp %s: %s", session->peer, line);
    for (char *at = text; *at != '\0'; at++) /* what a peer sent may not forge lines */
        if (!isprint((unsigned char)*at))
            *at = '?';
    smsc_note(user, text);
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
    smsc_session_log(user, session, line);
    return status;
}

static void on_bound(void *user, struct smpp_session *session)
{
    struct smsc *smsc = user;
    if (smpp_session_receives(session))
        deliver_router_attach(&smsc->router, &smsc_session_of(session)->port);
}

static bool is_temporary(uint32_t status)
{
    return status == ESME_RX_T_APPN || status == ESME_RTHROTTLED || status == ESME_RMSGQFUL;
}

static void on_acknowledge(void *user, struct smpp_session *session, uint32_t sequence, uint32_t status)
{
    struct smsc *smsc = user;
    struct routed_message *message = deliver_router_answered(&smsc_session_of(session)->port, sequence);
    if (message == NULL)
        return;
    if (is_temporary(status)) {
        smsc_send_again(smsc, message);
        return;
    }
    if (status != ESME_ROK) {
        char line[80];
        snprintf(line, sizeof line, "deliver_sm refused for good with status %08X", status);
        smsc_session_log(smsc, session, line);
    }
    smsc_drop_delivery(smsc, message);
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
        smsc_session_log(smsc, &session->wire, reason);
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

void smsc_sessions_init(struct smsc *smsc)
{
    smsc->session_handler = (struct session_handler){.user = smsc,
                                                     .bind = on_bind,
                                                     .bound = on_bound,
                                                     .submit = smsc_on_submit,
                                                     .acknowledge = on_acknowledge,
                                                     .log = smsc_session_log};
    smsc->sweep.fire = sweep;
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
