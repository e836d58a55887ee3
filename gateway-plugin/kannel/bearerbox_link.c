#include "gateway-plugin/kannel/kannel_headers.h"

#include "gateway-plugin/kannel/bearerbox_link.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gateway-plugin/kannel/message_frame.h"
#include "gateway-plugin/kannel/message_mapping.h"
#include "gateway-plugin/kannel/message_validator.h"
#include "gateway-plugin/kannel/ota_log.h"
#include "gateway-plugin/kannel/outbox.h"

#define BACKOFF_FIRST_MS 1000 /* bearerbox accepts one box a second */
#define BACKOFF_LAST_MS 10000
/* For some seconds, more on a busy machine, a bearerbox that shuts down still accepts boxes, never tells them
 * to go, and waits for them to go: whoever connects then keeps it from ending, for ever. */
#define SHUTDOWN_WAIT_MS 10000
#define CONNECT_TIMEOUT_MS 10000
#define HEARTBEAT_MS 5000
#define FAREWELL_MS 2000
#define OUTBOX_SMS_MAX 10000      /* the engine's window keeps far below */
#define UNWRITTEN_MAX (64 * 1024) /* bytes inside the Connection: beyond, the outbox waits */
#define READ_BATCH 64             /* messages between two looks at the outbox */

#define PAUSE_GROWS (-1)

enum phase { PHASE_RUNNING, PHASE_QUIET, PHASE_ENDING };

struct bearerbox_link {
    const struct otabox_config *config;
    struct message_origin origin;
    struct bearerbox_link_options options;
    struct outbox *outbox;
    atomic_int phase;
    atomic_bool connected;
    long thread; /* gwlib's number; -1: not started */
};

/* One connection's life; only the link's thread sees it. */
struct session {
    struct bearerbox_link *link;
    Connection *connection;
    int64_t heartbeat_at;
    int64_t farewell_at; /* 0: not ending yet */
    bool broken;
    long frame_length; /* of the frame that has begun; 0: none */
    bool sent_away; /* bearerbox told us that it shuts down */
    size_t unanswered; /* SMS that it has not acknowledged */
    int64_t asked_at; /* when the first of them was written, and nothing was unanswered before */
    int64_t heard_at; /* when it last said anything; 0: never */
    bool fell_silent;
};

static int64_t monotonic_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void connection_state_post(struct bearerbox_link *link, enum bearer_event_kind kind)
{
    struct bearer_event event = {.kind = kind};

    atomic_store(&link->connected, kind == BEARER_CONNECTED);
    link->options.post(link->options.user, &event);
}

/* --- writing --- */

/* Destroys the message. */
static void message_write(struct session *session, Msg *message)
{
    Octstr *packed = msg_pack(message);

    if (conn_write_withlen(session->connection, packed) == -1) {
        ota_log(OTA_LOG_ERROR, "bearerbox: a message could not be written");
        session->broken = true;
    }
    octstr_destroy(packed);
    msg_destroy(message);
}

static void identify_write(struct session *session)
{
    Msg *message = msg_create(admin);

    message->admin.command = cmd_identify;
    message->admin.boxc_id = octstr_create(session->link->config->smsbox_id);
    message_write(session, message);
}

static void heartbeat_write_when_due(struct session *session)
{
    int64_t now = monotonic_ms();

    if (now < session->heartbeat_at)
        return;
    Msg *message = msg_create(heartbeat);
    message->heartbeat.load = (long)outbox_length(session->link->outbox);
    message_write(session, message);
    session->heartbeat_at = now + HEARTBEAT_MS;
}

static void acknowledgement_write(struct session *session, const char *uuid)
{
    Msg *message = message_acknowledging(uuid, (long)time(NULL));

    if (message != NULL)
        message_write(session, message);
    else
        ota_log(OTA_LOG_ERROR, "bearerbox: '%s' cannot be acknowledged: expected a UUID", uuid);
}

static void sms_write(struct session *session, const struct bearer_sms *sms)
{
    if (session->unanswered++ == 0)
        session->asked_at = monotonic_ms();
    message_write(session, message_from_sms(sms, &session->link->origin, (long)time(NULL)));
}

static void outgoing_write(struct session *session, const struct outgoing *outgoing)
{
    if (outgoing->is_sms)
        sms_write(session, &outgoing->sms);
    else
        acknowledgement_write(session, outgoing->uuid);
}

/* Bearerbox says nothing by itself, no heartbeat either: the first SMS is the question whether it is
 * there at all. Until it said something no other leaves, so that one that hangs and is connected to again
 * and again gathers no copies of everything that waits. */
static bool session_may_write(const struct session *session)
{
    return !session->broken && conn_outbuf_len(session->connection) < UNWRITTEN_MAX &&
           (session->unanswered == 0 || session->heard_at != 0);
}

static void outbox_write(struct session *session)
{
    struct outgoing *outgoing;

    outbox_calm(session->link->outbox);
    while (session_may_write(session) && (outgoing = outbox_take(session->link->outbox)) != NULL) {
        outgoing_write(session, outgoing);
        free(outgoing);
    }
    if (outbox_length(session->link->outbox) > 0)
        outbox_wake(session->link->outbox); /* session_wait() listens again when more may be written */
}

/* --- reading --- */

static void admin_obey(struct session *session, const Msg *message)
{
    if (message->admin.command != cmd_shutdown && message->admin.command != cmd_restart)
        return;
    ota_log(OTA_LOG_INFO, "bearerbox: it %s; disconnecting",
            message->admin.command == cmd_shutdown ? "shuts down" : "restarts its boxes");
    session->sent_away = true;
    session->broken = true;
}

static void event_post(struct session *session, const Msg *message)
{
    struct bearer_event event;
    char problem[256];

    if (message_to_event(message, &event, problem, sizeof problem) == 0) {
        session->link->options.post(session->link->options.user, &event);
        return;
    }
    ota_log(OTA_LOG_WARNING, "bearerbox: dropped: %s", problem);
    if (message->type == sms)
        acknowledgement_write(session, event.uuid);
}

static void message_dispatch(struct session *session, const Msg *message)
{
    switch (message->type) {
    case admin:
        admin_obey(session, message);
        break;
    case ack:
    case sms:
        event_post(session, message);
        break;
    default: /* heartbeats and WAP datagrams say nothing to us */
        break;
    }
}

static void stranger_drop(struct session *session, const char *what, long value)
{
    ota_log(OTA_LOG_ERROR, "bearerbox: a frame of %ld bytes %s; is this its smsbox-port?", value, what);
    session->broken = true;
}

/* True: a frame has begun. Its length is judged before it is waited for. */
static bool frame_begin(struct session *session)
{
    uint8_t bytes[4];
    uint64_t length;
    struct byte_reader reader = byte_reader_on(bytes, sizeof bytes);
    Octstr *prefix;

    if (session->frame_length != 0)
        return true;
    prefix = conn_read_fixed(session->connection, sizeof bytes);
    if (prefix == NULL)
        return false;
    octstr_get_many_chars((char *)bytes, prefix, 0, sizeof bytes);
    octstr_destroy(prefix);
    if (read_big_endian(&reader, sizeof bytes, &length) != 0 || length < MESSAGE_FRAME_MIN ||
        length > MESSAGE_FRAME_MAX) {
        stranger_drop(session, "is announced", (int32_t)(uint32_t)length);
        return false;
    }
    session->frame_length = (long)length;
    return true;
}

/* The next frame in hand, or NULL. With SSL a read gives 4 kB at most while the rest
 * waits inside OpenSSL, where poll() does not see it: read on as long as anything comes. */
static Octstr *frame_read(struct session *session)
{
    Octstr *frame = NULL;
    long before;

    do {
        before = conn_inbuf_len(session->connection);
        if (frame_begin(session))
            frame = conn_read_fixed(session->connection, session->frame_length);
    } while (frame == NULL && !session->broken && conn_inbuf_len(session->connection) != before);
    if (frame != NULL)
        session->frame_length = 0;
    return frame;
}

static void frame_dispatch(struct session *session, Octstr *frame)
{
    bool sound =
        message_frame_is_sound((const uint8_t *)octstr_get_cstr(frame), (size_t)octstr_len(frame));
    Msg *message = sound ? msg_unpack(frame) : NULL;

    if (message == NULL) {
        stranger_drop(session, "is no Kannel message", octstr_len(frame));
        return;
    }
    if (message->type == ack && session->unanswered > 0)
        session->unanswered--;
    message_dispatch(session, message);
    session->heard_at = monotonic_ms(); /* behind the engine, which may have held us up */
    msg_destroy(message);
}

static void connection_check(struct session *session)
{
    if (!session->broken && (conn_eof(session->connection) || conn_error(session->connection))) {
        ota_log(OTA_LOG_WARNING, "bearerbox: it closed the connection");
        session->broken = true;
    }
}

static bool reading(const struct session *session)
{
    return atomic_load(&session->link->phase) == PHASE_RUNNING;
}

/* True: there may be more. */
static bool inbox_read(struct session *session)
{
    if (!reading(session))
        return false;
    for (int i = 0; i < READ_BATCH && !session->broken; i++) {
        Octstr *frame = frame_read(session);
        if (frame == NULL) {
            connection_check(session);
            return false;
        }
        frame_dispatch(session, frame);
        octstr_destroy(frame);
    }
    return !session->broken;
}

/* When the silence becomes too long, or INT64_MAX: nothing is to be answered. */
static int64_t silence_ends(const struct session *session)
{
    int64_t since = session->heard_at > session->asked_at ? session->heard_at : session->asked_at;

    if (session->unanswered == 0 || !reading(session))
        return INT64_MAX;
    return since + 1000 * session->link->config->bearerbox_timeout;
}

/* Only behind a read that found nothing: what is there may have waited for us. */
static void silence_check(struct session *session)
{
    if (session->broken || monotonic_ms() < silence_ends(session))
        return;
    ota_log(OTA_LOG_WARNING, "bearerbox: it is silent: %zu SMS not acknowledged, nothing heard for %ld s (bearerbox-timeout)",
            session->unanswered, session->link->config->bearerbox_timeout);
    session->fell_silent = true;
    session->broken = true;
}

/* --- one connection --- */

static bool session_is_over(struct session *session)
{
    struct bearerbox_link *link = session->link;

    if (session->broken)
        return true;
    if (atomic_load(&link->phase) != PHASE_ENDING)
        return false;
    if (session->farewell_at == 0)
        session->farewell_at = monotonic_ms() + FAREWELL_MS;
    return (outbox_length(link->outbox) == 0 && conn_outbuf_len(session->connection) == 0) ||
           monotonic_ms() >= session->farewell_at;
}

static void session_wait(struct session *session, bool more_to_read)
{
    bool unwritten = conn_outbuf_len(session->connection) > 0;
    struct pollfd ready[] = {
        {.fd = conn_get_id(session->connection),
         .events = (short)((reading(session) ? POLLIN : 0) | (unwritten ? POLLOUT : 0))},
        {.fd = outbox_descriptor(session->link->outbox), .events = POLLIN},
    };
    int64_t until = session->farewell_at != 0 ? session->farewell_at : session->heartbeat_at;
    int64_t left = (until < silence_ends(session) ? until : silence_ends(session)) - monotonic_ms();

    if (!session_may_write(session))
        ready[1].fd = -1; /* nothing is taken now: what is put must not make us spin */
    poll(ready, 2, more_to_read || left < 0 ? 0 : (int)left);
    if (ready[0].revents & POLLOUT)
        conn_wait(session->connection, 0);
    if (!reading(session) && ready[0].revents & (POLLERR | POLLHUP))
        session->broken = true;
}

static void session_serve(struct session *session)
{
    while (!session_is_over(session)) {
        heartbeat_write_when_due(session);
        outbox_write(session);
        bool more = inbox_read(session);
        if (!more)
            silence_check(session);
        if (!session->broken)
            session_wait(session, more);
    }
}

/* SMS that did not leave are the engine's again; acknowledgements bearerbox asks for itself. */
static void outbox_return(struct bearerbox_link *link)
{
    struct outgoing *outgoing;

    while ((outgoing = outbox_take(link->outbox)) != NULL) {
        struct bearer_event event = {
            .kind = BEARER_ACKNOWLEDGED, .reference = outgoing->sms.reference, .ack = ACK_TRY_LATER};
        if (outgoing->is_sms && atomic_load(&link->phase) == PHASE_RUNNING)
            link->options.post(link->options.user, &event);
        free(outgoing);
    }
}

/* Over SSL the handshake must be through before anything else uses the connection. */
static void greeting_flush(struct session *session)
{
    int64_t until = monotonic_ms() + CONNECT_TIMEOUT_MS;

    while (conn_outbuf_len(session->connection) > 0 && !conn_error(session->connection) && !session->broken)
        if (conn_wait(session->connection, 0.2) < 0 || monotonic_ms() > until)
            session->broken = true;
}

/* How long to wait before the next connection (milliseconds); 0: bearerbox did not take us; or
 * PAUSE_GROWS: it took us and said nothing at all. */
static int session_run(struct bearerbox_link *link, Connection *connection)
{
    struct session session = {
        .link = link, .connection = connection, .heartbeat_at = monotonic_ms() + HEARTBEAT_MS};

    identify_write(&session);
    greeting_flush(&session);
    if (session.broken)
        return 0;
    ota_log(OTA_LOG_INFO, "bearerbox: connected to %s:%ld as '%s'", link->config->bearerbox_host,
            link->config->bearerbox_port, link->config->smsbox_id);
    if (atomic_load(&link->phase) == PHASE_RUNNING) {
        outbox_open(link->outbox); /* first: who hears of the connection may send at once */
        connection_state_post(link, BEARER_CONNECTED);
    }
    session_serve(&session);
    outbox_close(link->outbox);
    outbox_return(link);
    if (atomic_load(&link->phase) == PHASE_RUNNING)
        connection_state_post(link, BEARER_DISCONNECTED);
    atomic_store(&link->connected, false);
    ota_log(OTA_LOG_INFO, "bearerbox: disconnected from %s:%ld", link->config->bearerbox_host,
            link->config->bearerbox_port);
    if (session.fell_silent && session.heard_at == 0)
        return PAUSE_GROWS;
    return session.sent_away ? SHUTDOWN_WAIT_MS : BACKOFF_FIRST_MS;
}

/* --- connecting --- */

static bool link_is_running(struct bearerbox_link *link)
{
    return atomic_load(&link->phase) == PHASE_RUNNING;
}

/* Waits until `connection` (NULL: none) can be written, the time is over or the link stops. */
static void link_wait(struct bearerbox_link *link, Connection *connection, int milliseconds)
{
    int64_t until = monotonic_ms() + milliseconds;
    struct pollfd ready[] = {
        {.fd = outbox_descriptor(link->outbox), .events = POLLIN},
        {.fd = connection == NULL ? -1 : conn_get_id(connection), .events = POLLOUT},
    };

    while (link_is_running(link) && monotonic_ms() < until && ready[1].revents == 0) {
        outbox_calm(link->outbox); /* acknowledgements may come in meanwhile: they are no reason to wake */
        poll(ready, 2, (int)(until - monotonic_ms()) + 1);
    }
}

static Connection *plain_open(struct bearerbox_link *link, Octstr *host)
{
    Connection *connection = conn_open_tcp_nb(host, (int)link->config->bearerbox_port, NULL);

    if (connection == NULL)
        return NULL;
    if (conn_is_connected(connection) == 0)
        return connection;
    link_wait(link, connection, CONNECT_TIMEOUT_MS);
    if (link_is_running(link) && conn_get_connect_result(connection) == 0)
        return connection;
    conn_destroy(connection);
    return NULL;
}

static Connection *connection_open(struct bearerbox_link *link)
{
    Octstr *host = octstr_create(link->config->bearerbox_host);
    Connection *connection = link->config->bearerbox_ssl
                                 ? connect_to_bearerbox_real(host, (int)link->config->bearerbox_port, 1, NULL)
                                 : plain_open(link, host);

    octstr_destroy(host);
    if (connection != NULL) /* or Nagle's algorithm and delayed acknowledgements cost 40 ms a message */
        socket_set_nodelay(conn_get_id(connection), 1);
    return connection;
}

/* One connection from beginning to end; as session_run. */
static int link_serve_once(struct bearerbox_link *link)
{
    Connection *connection = connection_open(link);
    int pause = 0;

    if (connection != NULL) {
        pause = session_run(link, connection);
        conn_destroy(connection);
    }
    return pause;
}

static void link_run(void *argument)
{
    struct bearerbox_link *link = argument;
    int backoff = BACKOFF_FIRST_MS;

    while (link_is_running(link)) {
        int pause = link_serve_once(link);
        if (pause > 0) {
            link_wait(link, NULL, pause);
            backoff = BACKOFF_FIRST_MS;
        } else if (link_is_running(link)) {
            if (pause == 0)
                ota_log(OTA_LOG_WARNING, "bearerbox: no connection to %s:%ld; next try in %d s",
                        link->config->bearerbox_host, link->config->bearerbox_port, backoff / 1000);
            link_wait(link, NULL, backoff);
            backoff = backoff * 2 < BACKOFF_LAST_MS ? backoff * 2 : BACKOFF_LAST_MS;
        }
    }
}

/* --- what others see --- */

static int link_send(void *self, const struct bearer_sms *sms)
{
    struct bearerbox_link *link = self;
    char problem[320];

    if (message_validate(sms, problem, sizeof problem) != 0) {
        ota_log(OTA_LOG_ERROR, "bearerbox: %s", problem);
        return -1;
    }
    return outbox_put_sms(link->outbox, sms);
}

static void link_acknowledge(void *self, const char *uuid)
{
    struct bearerbox_link *link = self;

    if (outbox_put_acknowledgement(link->outbox, uuid) != 0)
        ota_log(OTA_LOG_ERROR, "bearerbox: out of memory: %s stays unacknowledged and comes again", uuid);
}

struct bearerbox_link *bearerbox_link_new(const struct otabox_config *config)
{
    struct bearerbox_link *link = calloc(1, sizeof *link);

    if (link == NULL)
        return NULL;
    link->outbox = outbox_new(OUTBOX_SMS_MAX);
    if (link->outbox == NULL) {
        free(link);
        return NULL;
    }
    link->config = config;
    link->origin = (struct message_origin){
        .sender = config->sender, .boxc_id = config->smsbox_id, .smsc_id = config->smsc_id};
    link->thread = -1;
    return link;
}

struct bearer bearerbox_link_bearer(struct bearerbox_link *link)
{
    return (struct bearer){.self = link, .send = link_send, .acknowledge = link_acknowledge};
}

int bearerbox_link_start(struct bearerbox_link *link, const struct bearerbox_link_options *options)
{
    link->options = *options;
    link->thread = gwthread_create(link_run, link);
    return link->thread < 0 ? -1 : 0;
}

bool bearerbox_link_is_connected(void *link)
{
    return atomic_load(&((struct bearerbox_link *)link)->connected);
}

static void phase_set(struct bearerbox_link *link, enum phase phase)
{
    atomic_store(&link->phase, phase);
    outbox_wake(link->outbox);
}

void bearerbox_link_quiesce(struct bearerbox_link *link)
{
    outbox_close(link->outbox);
    phase_set(link, PHASE_QUIET);
}

void bearerbox_link_stop(struct bearerbox_link **link)
{
    if (*link == NULL)
        return;
    outbox_close((*link)->outbox);
    phase_set(*link, PHASE_ENDING);
    if ((*link)->thread >= 0)
        gwthread_join((*link)->thread);
    outbox_free(&(*link)->outbox);
    free(*link);
    *link = NULL;
}
