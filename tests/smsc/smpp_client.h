/* A small ESME for the tests: it talks to an SMSC in this process, byte by byte, without a socket. */
#ifndef OTA_TESTS_SMSC_SMPP_CLIENT_H
#define OTA_TESTS_SMSC_SMPP_CLIENT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "smsc/smsc.h"

struct client_pdu {
    struct smpp_header header;
    uint8_t body[1024];
    size_t length;
    struct smpp_message message; /* of a deliver_sm */
    char text[300];              /* its data as text */
};

static inline void client_send(struct smsc_session *session, struct byte_writer *writer)
{
    assert_int_equal(byte_writer_status(writer), 0);
    smsc_session_input(session, writer->start, writer->length);
}

static inline void client_bind(struct smsc_session *session, uint32_t command, const char *id,
                               const char *password)
{
    uint8_t bytes[200];
    struct byte_writer writer = byte_writer_on(bytes, sizeof bytes);
    struct smpp_bind bind = {.interface_version = 0x34};
    snprintf(bind.system_id, sizeof bind.system_id, "%s", id);
    snprintf(bind.password, sizeof bind.password, "%s", password);
    size_t start = smpp_pdu_begin(&writer, command, 0, 1);
    smpp_bind_encode(&writer, &bind);
    smpp_pdu_end(&writer, start);
    client_send(session, &writer);
}

/* A PDU that is only a header. */
static inline void client_header(struct smsc_session *session, uint32_t command, uint32_t status,
                                 uint32_t sequence)
{
    uint8_t bytes[SMPP_HEADER_SIZE];
    struct byte_writer writer = byte_writer_on(bytes, sizeof bytes);
    smpp_pdu_end(&writer, smpp_pdu_begin(&writer, command, status, sequence));
    client_send(session, &writer);
}

static inline struct smpp_message client_message(const char *destination)
{
    static const uint8_t data[] = {0x02, 0x70, 0x00, 0xAA, 0xBB};
    struct smpp_message message = {.source = {.npi = 1, .digits = "12345"},
                                   .destination = {.ton = 1, .npi = 1},
                                   .esm_class = 0x43,
                                   .protocol_id = 0x7F,
                                   .data_coding = 0xF6,
                                   .registered_delivery = 1,
                                   .data = data,
                                   .length = sizeof data};
    snprintf(message.destination.digits, sizeof message.destination.digits, "%s", destination);
    return message;
}

static inline void client_submit(struct smsc_session *session, const struct smpp_message *message,
                                 uint32_t sequence)
{
    uint8_t bytes[1024];
    struct byte_writer writer = byte_writer_on(bytes, sizeof bytes);
    size_t start = smpp_pdu_begin(&writer, SMPP_SUBMIT_SM, 0, sequence);
    smpp_message_encode(&writer, message);
    smpp_pdu_end(&writer, start);
    client_send(session, &writer);
}

/* The next PDU that the SMSC wants to send; fails when there is none. */
static inline struct client_pdu client_read(struct smsc_session *session)
{
    struct client_pdu pdu = {.length = 0};
    size_t length;
    const uint8_t *bytes = smsc_session_output(session, &length);
    assert_int_equal(smpp_header_decode(bytes, length, &pdu.header), 0);
    assert_true(pdu.header.length <= length && pdu.header.length <= sizeof pdu.body);
    pdu.length = pdu.header.length - SMPP_HEADER_SIZE;
    memcpy(pdu.body, bytes + SMPP_HEADER_SIZE, pdu.length);
    smsc_session_sent(session, pdu.header.length);
    if (pdu.header.command == SMPP_DELIVER_SM) {
        assert_int_equal(smpp_message_decode(pdu.body, pdu.length, &pdu.message), 0);
        memcpy(pdu.text, pdu.message.data, pdu.message.length);
        pdu.message.data = NULL; /* it pointed into this frame */
    }
    return pdu;
}

static inline struct client_pdu client_expect(struct smsc_session *session, uint32_t command, uint32_t status)
{
    struct client_pdu pdu = client_read(session);
    assert_int_equal(pdu.header.command, command);
    assert_int_equal(pdu.header.status, status);
    return pdu;
}

static inline void client_expect_silence(struct smsc_session *session)
{
    size_t length;
    smsc_session_output(session, &length);
    assert_int_equal(length, 0);
}

#endif
