/* An ESME on a real socket, for the tests: it waits for what it is owed, and no longer than `patience`. */
#ifndef OTA_TESTS_SMSC_SMPP_SOCKET_H
#define OTA_TESTS_SMSC_SMPP_SOCKET_H

#include "tests/smsc/smpp_client.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct esme {
    int fd;
    uint32_t sequence;
    uint8_t bytes[65536];
    size_t length;
};

static inline void esme_connect(struct esme *esme, const char *address, int patience)
{
    struct sockaddr_in peer = {.sin_family = AF_INET,
                               .sin_port = htons((uint16_t)atoi(strchr(address, ':') + 1))};
    peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    esme->length = 0;
    esme->sequence = 0;
    esme->fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(esme->fd >= 0);
    assert_int_equal(connect(esme->fd, (struct sockaddr *)&peer, sizeof peer), 0);
    setsockopt(esme->fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    struct timeval time = {.tv_sec = patience};
    setsockopt(esme->fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
}

/* The next PDU whole; false: the peer closed, or patience is at its end. */
static inline bool esme_read(struct esme *esme, struct client_pdu *pdu)
{
    *pdu = (struct client_pdu){.length = 0};
    while (smpp_header_decode(esme->bytes, esme->length, &pdu->header) != 0 ||
           pdu->header.length > esme->length) {
        ssize_t got = recv(esme->fd, esme->bytes + esme->length, sizeof esme->bytes - esme->length, 0);
        if (got <= 0)
            return false;
        esme->length += (size_t)got;
    }
    pdu->length = pdu->header.length - SMPP_HEADER_SIZE;
    assert_true(pdu->length <= sizeof pdu->body);
    memcpy(pdu->body, esme->bytes + SMPP_HEADER_SIZE, pdu->length);
    esme->length -= pdu->header.length;
    memmove(esme->bytes, esme->bytes + pdu->header.length, esme->length);
    if (pdu->header.command == SMPP_DELIVER_SM) {
        assert_int_equal(smpp_message_decode(pdu->body, pdu->length, &pdu->message), 0);
        memcpy(pdu->text, pdu->message.data, pdu->message.length);
        pdu->message.data = NULL;
    }
    return true;
}

static inline bool esme_send(const struct esme *esme, const void *bytes, size_t length)
{
    return send(esme->fd, bytes, length, MSG_NOSIGNAL) == (ssize_t)length;
}

static inline size_t esme_bind_pdu(uint8_t *bytes, size_t size, uint32_t sequence)
{
    struct byte_writer writer = byte_writer_on(bytes, size);
    struct smpp_bind bind = {.system_id = "kannel", .password = "kannel", .interface_version = 0x34};
    size_t start = smpp_pdu_begin(&writer, SMPP_BIND_TRANSCEIVER, 0, sequence);
    smpp_bind_encode(&writer, &bind);
    smpp_pdu_end(&writer, start);
    return writer.length;
}

static inline size_t esme_submit_pdu(uint8_t *bytes, size_t size, const struct smpp_message *message,
                                     uint32_t sequence)
{
    struct byte_writer writer = byte_writer_on(bytes, size);
    size_t start = smpp_pdu_begin(&writer, SMPP_SUBMIT_SM, 0, sequence);
    smpp_message_encode(&writer, message);
    smpp_pdu_end(&writer, start);
    assert_int_equal(byte_writer_status(&writer), 0);
    return writer.length;
}

static inline void esme_header(const struct esme *esme, uint32_t command, uint32_t status, uint32_t sequence)
{
    uint8_t bytes[SMPP_HEADER_SIZE];
    struct byte_writer writer = byte_writer_on(bytes, sizeof bytes);
    smpp_pdu_end(&writer, smpp_pdu_begin(&writer, command, status, sequence));
    assert_true(esme_send(esme, bytes, sizeof bytes));
}

static inline void esme_bind(struct esme *esme)
{
    uint8_t bytes[200];
    struct client_pdu pdu;
    assert_true(esme_send(esme, bytes, esme_bind_pdu(bytes, sizeof bytes, ++esme->sequence)));
    assert_true(esme_read(esme, &pdu));
    assert_int_equal(pdu.header.command, SMPP_BIND_TRANSCEIVER | SMPP_RESPONSE);
    assert_int_equal(pdu.header.status, ESME_ROK);
}

#endif
