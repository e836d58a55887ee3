/*
 * Round trips a second, of packets that a card in a reader executes and answers: `bare` by SCardTransmit in a
 * loop, with the same APDUs that pcsc-bridge sends; `bridge` through pcsc-bridge, by SMPP. bench-bridge.sh
 * compares them.
 *
 *   bench_bridge bare   READER CARDS.out SPI2 FIRST COUNT
 *   bench_bridge bridge PORT   CARDS.out SPI2 FIRST COUNT
 *   bench_bridge slow PATH CARD MILLISECONDS
 *
 * The last stands between simsim's driver, for which it listens on PATH, and the card on CARD, and lets each
 * answer to an APDU wait: a slow card.
 *
 * FIRST is the first packet's counter; through the bridge there is one packet more. The card is the file's first.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include <winscard.h>

#include "formats/card_file.h"
#include "protocol/command_packet.h"
#include "protocol/hex.h"
#include "protocol/tlv.h"
#include "protocol/toolkit.h"
#include "protocol/user_data.h"
#include "smsc/smpp_pdu.h"
#include "tests/measuring.h"

#define SENDER "12345"
#define WINDOW 100

struct job {
    struct card_record card;
    struct packet_crypto *crypto;
    uint8_t spi2;
    uint64_t first;
    unsigned count;
};

static void must(int good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "bench_bridge: %s failed\n", what);
    exit(1);
}

/* TP-UD of the packet with that counter: SELECT MF for TAR B00010, CC and ciphering. */
static size_t build_user_data(const struct job *job, uint64_t counter, uint8_t *user_data)
{
    static const uint8_t script[] = {0xA0, 0xA4, 0x00, 0x00, 0x02, 0x3F, 0x00};
    const struct card_key_set *set = &job->card.key_sets[0];
    struct security_keys keys = {.kic_size = set->kic_size, .kid_size = set->kid_size};
    memcpy(keys.kic, set->kic, set->kic_size);
    memcpy(keys.kid, set->kid, set->kid_size);
    struct command_packet packet = {
        .security = {.spi1 = 0x16, .spi2 = job->spi2, .kic = 0x15, .kid = 0x15, .tar = {0xB0, 0x00, 0x10}},
        .counter = counter,
        .data = script,
        .length = sizeof script};
    struct byte_writer writer = byte_writer_on(user_data, SMS_USER_DATA_MAX);
    write_u8(&writer, 0x02);
    write_u16(&writer, 0x7000);
    must(command_packet_encode(job->crypto, &packet, &keys, &writer) == 0, "the packet");
    return writer.length;
}

/* --- SCardTransmit in a loop */

struct bare_card {
    SCARDHANDLE handle;
    uint8_t answer[258];
    size_t length; /* without SW */
    uint16_t sw;
};

static void transmit(struct bare_card *card, const uint8_t *command, size_t length)
{
    DWORD received = sizeof card->answer;
    must(SCardTransmit(card->handle, SCARD_PCI_T0, command, length, NULL, card->answer, &received) ==
                 SCARD_S_SUCCESS &&
             received >= 2,
         "SCardTransmit");
    card->length = received - 2;
    card->sw = (uint16_t)(card->answer[received - 2] << 8 | card->answer[received - 1]);
}

static void transmit_hex(struct bare_card *card, const char *hex)
{
    uint8_t command[260];
    size_t length;
    must(hex_decode(hex, strlen(hex), command, sizeof command, &length) == 0, "hex");
    transmit(card, command, length);
}

static size_t build_envelope(const struct job *job, uint64_t counter, uint8_t *command)
{
    struct sms_deliver sms = {.has_user_data_header = true,
                              .originator = {.digits = SENDER, .type = 0x81},
                              .pid = SMS_PID_SIM_DATA_DOWNLOAD,
                              .dcs = SMS_DCS_8BIT_CLASS2};
    uint8_t tpdu[SMS_TPDU_MAX];
    struct byte_writer writer = byte_writer_on(tpdu, sizeof tpdu);
    struct byte_writer envelope = byte_writer_on(command + 5, 255);
    sms.user_data_length = build_user_data(job, counter, sms.user_data);
    must(sms_deliver_encode(&sms, &writer) == 0 &&
             sms_pp_download_encode(NULL, tpdu, writer.length, &envelope) == 0,
         "the envelope");
    memcpy(command, "\xA0\xC2\x00\x00", 4);
    command[4] = (uint8_t)envelope.length;
    return 5 + envelope.length;
}

/* One packet, to its PoR: 9Fxx and GET RESPONSE, or 91xx, FETCH and TERMINAL RESPONSE. */
static void bare_round(struct bare_card *card, const uint8_t *envelope, size_t length)
{
    transmit(card, envelope, length);
    uint8_t command[5] = {0xA0, card->sw >> 8 == 0x9F ? 0xC0 : 0x12, 0, 0, (uint8_t)card->sw};
    must(card->sw >> 8 == 0x9F || card->sw >> 8 == 0x91, "ENVELOPE");
    transmit(card, command, sizeof command);
    if (command[1] == 0x12)
        transmit_hex(card, "A01400000C810301130082028281830100");
    must(card->sw == 0x9000, "the PoR");
}

static double run_bare(const struct job *job, const char *reader)
{
    struct bare_card card;
    SCARDCONTEXT context;
    DWORD protocol;
    uint8_t(*envelopes)[260] = calloc(job->count, sizeof *envelopes);
    size_t *lengths = calloc(job->count, sizeof *lengths);
    must(envelopes != NULL && lengths != NULL, "memory");
    must(SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) == SCARD_S_SUCCESS &&
             SCardConnect(context, reader, SCARD_SHARE_EXCLUSIVE, SCARD_PROTOCOL_T0, &card.handle,
                          &protocol) == SCARD_S_SUCCESS,
         "SCardConnect");
    transmit_hex(&card, "A0A40000027F20");
    transmit_hex(&card, "A010000004FFFFFFFF");
    for (unsigned i = 0; i < job->count; i++)
        lengths[i] = build_envelope(job, job->first + i, envelopes[i]);
    double begin = seconds();
    for (unsigned i = 0; i < job->count; i++)
        bare_round(&card, envelopes[i], lengths[i]);
    double taken = seconds() - begin;
    SCardDisconnect(card.handle, SCARD_UNPOWER_CARD);
    SCardReleaseContext(context);
    free(envelopes);
    free(lengths);
    return job->count / taken;
}

/* --- SMPP */

struct client {
    int fd;
    uint8_t in[262144], out[262144];
    size_t in_length;
    struct byte_writer writer;
    unsigned receipts, pors;
};

static void flush(struct client *client)
{
    for (size_t at = 0; at < client->writer.length;) {
        ssize_t sent = send(client->fd, client->out + at, client->writer.length - at, MSG_NOSIGNAL);
        must(sent > 0, "send");
        at += (size_t)sent;
    }
    client->writer.length = 0;
}

static void take_pdu(struct client *client, const struct smpp_header *header, const uint8_t *body)
{
    struct smpp_message message;
    must(header->status == 0, "a request of SMPP");
    if (header->command != SMPP_DELIVER_SM)
        return;
    must(smpp_message_decode(body, header->length - SMPP_HEADER_SIZE, &message) == 0, "deliver_sm");
    bool is_receipt = (message.esm_class & SMPP_ESM_RECEIPT) != 0;
    must(!is_receipt || message.message_state == SMPP_STATE_DELIVERED, "the delivery");
    *(is_receipt ? &client->receipts : &client->pors) += 1;
    size_t start = smpp_pdu_begin(&client->writer, SMPP_DELIVER_SM | SMPP_RESPONSE, 0, header->sequence);
    smpp_string_encode(&client->writer, "");
    smpp_pdu_end(&client->writer, start);
}

/* Waits for something, takes all that is there, and answers it. */
static void serve(struct client *client)
{
    struct smpp_header header;
    ssize_t got = recv(client->fd, client->in + client->in_length, sizeof client->in - client->in_length, 0);
    must(got > 0, "recv");
    setsockopt(client->fd, IPPROTO_TCP, TCP_QUICKACK, &(int){1}, sizeof(int));
    client->in_length += (size_t)got;
    size_t at = 0;
    while (smpp_header_decode(client->in + at, client->in_length - at, &header) == 0 &&
           header.length <= client->in_length - at) {
        take_pdu(client, &header, client->in + at + SMPP_HEADER_SIZE);
        at += header.length;
    }
    client->in_length -= at;
    memmove(client->in, client->in + at, client->in_length);
    flush(client);
}

static void connect_client(struct client *client, const char *port)
{
    struct sockaddr_in peer = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
    struct smpp_bind bind = {.system_id = "kannel", .password = "kannel", .interface_version = 0x34};
    peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    client->fd = socket(AF_INET, SOCK_STREAM, 0);
    client->in_length = 0;
    client->writer = byte_writer_on(client->out, sizeof client->out);
    must(client->fd >= 0 && connect(client->fd, (struct sockaddr *)&peer, sizeof peer) == 0, "connect");
    setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    size_t start = smpp_pdu_begin(&client->writer, SMPP_BIND_TRANSCEIVER, 0, 1);
    smpp_bind_encode(&client->writer, &bind);
    smpp_pdu_end(&client->writer, start);
    flush(client);
    serve(client);
}

static void submit(struct client *client, const struct job *job, unsigned i, const uint8_t *user_data,
                   size_t length)
{
    struct smpp_message message = {.source = {.ton = 0, .npi = 1, .digits = SENDER},
                                   .esm_class = SMPP_ESM_UDHI,
                                   .protocol_id = SMS_PID_SIM_DATA_DOWNLOAD,
                                   .data_coding = SMS_DCS_8BIT_CLASS2,
                                   .registered_delivery = 1,
                                   .data = user_data,
                                   .length = length};
    snprintf(message.destination.digits, sizeof message.destination.digits, "%s", job->card.msisdn);
    size_t start = smpp_pdu_begin(&client->writer, SMPP_SUBMIT_SM, 0, i + 2);
    smpp_message_encode(&client->writer, &message);
    smpp_pdu_end(&client->writer, start);
}

/* The packets from..to - 1, until each has its receipt and its PoR. */
static double exchange(struct client *client, const struct job *job, unsigned from, unsigned to,
                       uint8_t packets[][SMS_USER_DATA_MAX], const size_t *lengths)
{
    double begin = seconds();
    for (unsigned i = from; client->receipts < to || client->pors < to;) {
        for (; i < to && i - client->receipts < WINDOW; i++)
            submit(client, job, i, packets[i], lengths[i]);
        flush(client);
        serve(client);
    }
    return seconds() - begin;
}

/* One packet more, the first, waits until the card is found and started, and does not count. */
static double run_bridge(const struct job *job, const char *port)
{
    struct client *client = calloc(1, sizeof *client);
    uint8_t(*packets)[SMS_USER_DATA_MAX] = calloc(job->count + 1, sizeof *packets);
    size_t *lengths = calloc(job->count + 1, sizeof *lengths);
    must(client != NULL && packets != NULL && lengths != NULL, "memory");
    connect_client(client, port);
    for (unsigned i = 0; i <= job->count; i++)
        lengths[i] = build_user_data(job, job->first + i, packets[i]);
    exchange(client, job, 0, 1, packets, lengths);
    double taken = exchange(client, job, 1, job->count + 1, packets, lengths);
    close(client->fd);
    free(client);
    free(packets);
    free(lengths);
    return job->count / taken;
}

/* --- a slow card */

static struct sockaddr_un unix_address(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    must(strlen(path) < sizeof address.sun_path, "the path");
    strcpy(address.sun_path, path);
    return address;
}

static bool read_whole(int fd, uint8_t *bytes, size_t length)
{
    return length == 0 || recv(fd, bytes, length, MSG_WAITALL) == (ssize_t)length;
}

/* A frame of the driver's protocol, length in front, from one to the other. */
static bool pass_frame(int from, int to, unsigned milliseconds, size_t *length, uint8_t *first)
{
    static uint8_t frame[2 + 0xFFFF];
    const struct timespec wait = {.tv_nsec = milliseconds * 1000000L};
    if (!read_whole(from, frame, 2))
        return false;
    *length = (size_t)(frame[0] << 8 | frame[1]);
    if (!read_whole(from, frame + 2, *length))
        return false;
    *first = frame[2];
    nanosleep(&wait, NULL);
    return send(to, frame, 2 + *length, MSG_NOSIGNAL) == (ssize_t)(2 + *length);
}

/* Controls are single bytes, and only "what is your ATR" (04) has an answer. */
static void serve_driver(int driver, int card, unsigned milliseconds)
{
    size_t length;
    uint8_t first;
    while (pass_frame(driver, card, 0, &length, &first))
        if ((length > 1 || first == 0x04) &&
            !pass_frame(card, driver, length > 1 ? milliseconds : 0, &length, &first))
            return;
}

static _Noreturn void run_slow(const char *path, const char *card_path, unsigned milliseconds)
{
    struct sockaddr_un here = unix_address(path), there = unix_address(card_path);
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    must(bind(listener, (struct sockaddr *)&here, sizeof here) == 0 && listen(listener, 1) == 0, "bind");
    for (;;) {
        int driver = accept(listener, NULL, NULL), card = socket(AF_UNIX, SOCK_STREAM, 0);
        must(driver >= 0 && connect(card, (struct sockaddr *)&there, sizeof there) == 0, "connect");
        serve_driver(driver, card, milliseconds);
        close(driver);
        close(card);
    }
}

int main(int argc, char **argv)
{
    struct job job = {.count = 0};
    struct card_file_error error;
    if (argc == 5 && strcmp(argv[1], "slow") == 0)
        run_slow(argv[2], argv[3], (unsigned)atoi(argv[4]));
    must(argc == 7, "the command line");
    FILE *stream = fopen(argv[3], "r");
    struct card_file *file = stream != NULL ? card_file_open(stream, &error) : NULL;
    must(file != NULL && card_file_next(file, &job.card, &error) == CARD_FILE_RECORD, "reading the card");
    card_file_close(&file);
    fclose(stream);
    job.crypto = packet_crypto_new();
    job.spi2 = (uint8_t)strtoul(argv[4], NULL, 16);
    job.first = strtoull(argv[5], NULL, 10);
    job.count = (unsigned)strtoul(argv[6], NULL, 10);
    must(job.crypto != NULL && job.count > 0, "the command line");
    printf("%.3f\n", strcmp(argv[1], "bare") == 0 ? run_bare(&job, argv[2]) : run_bridge(&job, argv[2]));
    packet_crypto_free(&job.crypto);
    return 0;
}
