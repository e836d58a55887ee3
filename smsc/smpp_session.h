/*
 * One ESME's connection, SMPP 3.4 clause 2: frames out of a byte stream, the
 * bind states, answers. No sockets: bytes go in, bytes wait in `output`. What a
 * bind, a message or an acknowledgement means is the handler's business.
 */
#ifndef OTA_SMSC_SMPP_SESSION_H
#define OTA_SMSC_SMPP_SESSION_H

#include "smsc/byte_buffer.h"
#include "smsc/smpp_pdu.h"

#define SESSION_OUTPUT_MAX (256u * 1024)
#define SESSION_PEER_SIZE 64
#define SESSION_HANG_UP 0xFFFFFFFFu /* instead of a status: no answer, the session ends */

enum session_state {
    SESSION_OPEN = 1, /* bits, for the table of what is allowed when */
    SESSION_TRANSMITTER = 2,
    SESSION_RECEIVER = 4,
    SESSION_TRANSCEIVER = 8,
    SESSION_OVER = 16, /* to be closed once `output` has left */
};

struct smpp_session;

struct session_handler {
    void *user;
    /* May it bind? The status to answer. `bind` is wiped afterwards. */
    uint32_t (*bind)(void *user, struct smpp_session *session, const struct smpp_bind *bind);
    /* The answer to the bind is written. */
    void (*bound)(void *user, struct smpp_session *session);
    /* The status to answer, or SESSION_HANG_UP; with ESME_ROK also the message's id. */
    uint32_t (*submit)(void *user, struct smpp_session *session, const struct smpp_message *message,
                       char id[static SMPP_MESSAGE_ID_SIZE]);
    /* deliver_sm `sequence` was answered. */
    void (*acknowledge)(void *user, struct smpp_session *session, uint32_t sequence, uint32_t status);
    /* One line worth noting: a refused bind, a broken frame. */
    void (*log)(void *user, const struct smpp_session *session, const char *line);
};

struct smpp_session {
    const struct session_handler *handler; /* not owned */
    enum session_state state;
    uint32_t next_sequence;
    struct byte_buffer input, output;
    bool enquiry_open; /* our enquire_link has no answer yet */
    char peer[SESSION_PEER_SIZE];
};

void smpp_session_init(struct smpp_session *session, const struct session_handler *handler, const char *peer);
void smpp_session_free(struct smpp_session *session);

/* Takes what came in and answers it. Stops at SESSION_OVER. */
void smpp_session_input(struct smpp_session *session, const uint8_t *bytes, size_t length);

bool smpp_session_receives(const struct smpp_session *session); /* bound as receiver or transceiver */

/* Half of the output is free: it may be given more to answer, and more to deliver. */
bool smpp_session_has_room(const struct smpp_session *session);

/* The sequence number used, or 0 when there is no room. */
uint32_t smpp_session_deliver(struct smpp_session *session, const struct smpp_message *message);
void smpp_session_enquire(struct smpp_session *session);

#endif
