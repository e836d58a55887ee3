#include "smsc/smpp_session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/errors.h"

#define SMALL_PDU_MAX 128
#define SERVER_SYSTEM_ID "SMSC"  /* of a bind_resp, 4.1.2 */
#define SEQUENCE_MAX 0x7FFFFFFFu /* 5.1.4 */
#define BOUND (SESSION_TRANSMITTER | SESSION_RECEIVER | SESSION_TRANSCEIVER)
#define ANY_STATE (SESSION_OPEN | BOUND)

struct frame {
    struct smpp_header header;
    const uint8_t *body;
    size_t length;
};

void smpp_session_init(struct smpp_session *session, const struct session_handler *handler, const char *peer)
{
    *session = (struct smpp_session){.handler = handler, .state = SESSION_OPEN, .next_sequence = 1};
    session->input.limit = 2 * SMPP_PDU_MAX;
    session->output.limit = SESSION_OUTPUT_MAX;
    snprintf(session->peer, sizeof session->peer, "%s", peer);
}

void smpp_session_free(struct smpp_session *session)
{
    byte_buffer_free(&session->input);
    byte_buffer_free(&session->output);
}

static void note(const struct smpp_session *session, const char *line)
{
    session->handler->log(session->handler->user, session, line);
}

/* A peer that asks and never reads its answers has had its chance when the output is full. */
static bool send_pdu(struct smpp_session *session, struct byte_writer *writer, size_t start)
{
    smpp_pdu_end(writer, start);
    if (byte_writer_status(writer) == OTA_OK &&
        byte_buffer_append(&session->output, writer->start, writer->length))
        return true;
    note(session, "closed: the peer does not read what it is sent");
    session->state = SESSION_OVER;
    return false;
}

/* An answer with nothing, or one string, for a body. */
static void answer_text(struct smpp_session *session, uint32_t command, uint32_t status, uint32_t sequence,
                        const char *text)
{
    uint8_t bytes[SMALL_PDU_MAX];
    struct byte_writer writer = byte_writer_on(bytes, sizeof bytes);
    size_t start = smpp_pdu_begin(&writer, command, status, sequence);
    if (text != NULL)
        smpp_string_encode(&writer, text);
    send_pdu(session, &writer, start);
}

static void answer(struct smpp_session *session, const struct frame *frame, uint32_t status, const char *text)
{
    answer_text(session, frame->header.command | SMPP_RESPONSE, status, frame->header.sequence, text);
}

static void refuse_frame(struct smpp_session *session, const struct smpp_header *header, uint32_t status,
                         const char *why)
{
    char line[160];
    snprintf(line, sizeof line, "%s: command %08X, %u bytes", why, header->command, header->length);
    note(session, line);
    answer_text(session, SMPP_GENERIC_NACK, status, header->sequence, NULL);
}

static enum session_state state_after(uint32_t command)
{
    switch (command) {
    case SMPP_BIND_TRANSMITTER: return SESSION_TRANSMITTER;
    case SMPP_BIND_RECEIVER: return SESSION_RECEIVER;
    default: return SESSION_TRANSCEIVER;
    }
}

static void on_bind(struct smpp_session *session, const struct frame *frame)
{
    if (session->state != SESSION_OPEN) {
        answer(session, frame, ESME_RALYBND, NULL);
        return;
    }
    struct smpp_bind bind;
    int error = smpp_bind_decode(frame->body, frame->length, &bind);
    if (error != OTA_OK) {
        refuse_frame(session, &frame->header, ESME_RINVCMDLEN, ota_error_text(error));
    } else {
        uint32_t status = session->handler->bind(session->handler->user, session, &bind);
        if (status == ESME_ROK)
            session->state = state_after(frame->header.command);
        answer(session, frame, status, status == ESME_ROK ? SERVER_SYSTEM_ID : NULL);
        if (status != ESME_ROK)
            session->state = SESSION_OVER;
    }
    explicit_bzero(&bind, sizeof bind);
    if (session->state & BOUND)
        session->handler->bound(session->handler->user, session);
}

static void on_submit(struct smpp_session *session, const struct frame *frame)
{
    struct smpp_message message;
    int error = smpp_message_decode(frame->body, frame->length, &message);
    if (error != OTA_OK) {
        refuse_frame(session, &frame->header, ESME_RINVCMDLEN, ota_error_text(error));
        return;
    }
    char id[SMPP_MESSAGE_ID_SIZE] = "";
    uint32_t status = session->handler->submit(session->handler->user, session, &message, id);
    if (status == SESSION_HANG_UP) {
        session->state = SESSION_OVER;
        return;
    }
    answer(session, frame, status, status == ESME_ROK ? id : NULL);
}

static void on_deliver_answer(struct smpp_session *session, const struct frame *frame)
{
    session->handler->acknowledge(session->handler->user, session, frame->header.sequence,
                                  frame->header.status);
}

static void on_unbind(struct smpp_session *session, const struct frame *frame)
{
    answer(session, frame, ESME_ROK, NULL);
    session->state = SESSION_OVER;
}

static void on_enquire_link(struct smpp_session *session, const struct frame *frame)
{
    answer(session, frame, ESME_ROK, NULL);
}

static void on_enquire_answer(struct smpp_session *session, const struct frame *frame)
{
    (void)frame;
    session->enquiry_open = false;
}

/* A peer that cannot read our deliver_sm answers so. */
static void on_nack(struct smpp_session *session, const struct frame *frame)
{
    on_deliver_answer(session, frame);
}

static const struct {
    uint32_t command;
    unsigned allowed; /* states */
    void (*handle)(struct smpp_session *session, const struct frame *frame);
} commands[] = {
    {SMPP_BIND_TRANSMITTER, ANY_STATE, on_bind},
    {SMPP_BIND_RECEIVER, ANY_STATE, on_bind},
    {SMPP_BIND_TRANSCEIVER, ANY_STATE, on_bind},
    {SMPP_SUBMIT_SM, SESSION_TRANSMITTER | SESSION_TRANSCEIVER, on_submit},
    {SMPP_DELIVER_SM | SMPP_RESPONSE, SESSION_RECEIVER | SESSION_TRANSCEIVER, on_deliver_answer},
    {SMPP_UNBIND, BOUND, on_unbind},
    {SMPP_ENQUIRE_LINK, ANY_STATE, on_enquire_link},
    {SMPP_ENQUIRE_LINK | SMPP_RESPONSE, ANY_STATE, on_enquire_answer},
    {SMPP_GENERIC_NACK, ANY_STATE, on_nack},
};

static void dispatch(struct smpp_session *session, const struct frame *frame)
{
    const struct smpp_header *header = &frame->header;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (commands[i].command != header->command)
            continue;
        if (commands[i].allowed & session->state)
            commands[i].handle(session, frame);
        else if ((header->command & SMPP_RESPONSE) == 0)
            answer(session, frame, ESME_RINVBNDSTS, NULL);
        return;
    }
    /* An answer that was not asked for is passed over: nacks that answer nacks would never end. */
    if ((header->command & SMPP_RESPONSE) == 0)
        refuse_frame(session, header, ESME_RINVCMDID, "unknown command");
}

/* The next whole frame of the input. After a length that cannot be, nothing behind it can be found. */
static bool next_frame(struct smpp_session *session, struct frame *frame)
{
    const uint8_t *bytes = byte_buffer_front(&session->input);
    size_t length = session->input.length;
    if (session->state == SESSION_OVER || smpp_header_decode(bytes, length, &frame->header) != OTA_OK)
        return false;
    if (frame->header.length < SMPP_HEADER_SIZE || frame->header.length > SMPP_PDU_MAX) {
        refuse_frame(session, &frame->header, ESME_RINVCMDLEN, "closed: command_length cannot be");
        session->state = SESSION_OVER;
        return false;
    }
    if (length < frame->header.length)
        return false;
    frame->body = bytes + SMPP_HEADER_SIZE;
    frame->length = frame->header.length - SMPP_HEADER_SIZE;
    return true;
}

static void take_frames(struct smpp_session *session)
{
    struct frame frame;
    while (next_frame(session, &frame)) {
        dispatch(session, &frame);
        byte_buffer_consume(&session->input, frame.header.length);
    }
}

void smpp_session_input(struct smpp_session *session, const uint8_t *bytes, size_t length)
{
    while (length > 0 && session->state != SESSION_OVER) {
        size_t room = session->input.limit - session->input.length;
        size_t chunk = length < room ? length : room;
        if (!byte_buffer_append(&session->input, bytes, chunk)) {
            note(session, "closed: out of memory");
            session->state = SESSION_OVER;
            return;
        }
        bytes += chunk;
        length -= chunk;
        take_frames(session);
    }
}

bool smpp_session_receives(const struct smpp_session *session)
{
    return (session->state & (SESSION_RECEIVER | SESSION_TRANSCEIVER)) != 0;
}

bool smpp_session_has_room(const struct smpp_session *session)
{
    return session->output.length < SESSION_OUTPUT_MAX / 2;
}

static uint32_t take_sequence(struct smpp_session *session)
{
    uint32_t sequence = session->next_sequence;
    session->next_sequence = sequence == SEQUENCE_MAX ? 1 : sequence + 1;
    return sequence;
}

uint32_t smpp_session_deliver(struct smpp_session *session, const struct smpp_message *message)
{
    uint8_t bytes[1024]; /* a deliver_sm of ours has at most 254 bytes of text and two short options */
    if (!smpp_session_has_room(session))
        return 0;
    struct byte_writer writer = byte_writer_on(bytes, sizeof bytes);
    uint32_t sequence = take_sequence(session);
    size_t start = smpp_pdu_begin(&writer, SMPP_DELIVER_SM, 0, sequence);
    smpp_message_encode(&writer, message);
    return send_pdu(session, &writer, start) ? sequence : 0;
}

void smpp_session_enquire(struct smpp_session *session)
{
    session->enquiry_open = true;
    answer_text(session, SMPP_ENQUIRE_LINK, 0, take_sequence(session), NULL);
}
