/*
 * A bearerbox that accepts the connection and then says nothing: a socket that this program
 * listens on. Time is the link's own: one second of bearerbox-timeout.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "gateway-plugin/kannel/bearerbox_link.h"
#include "gateway-plugin/kannel/kannel_runtime.h"
#include "gateway-plugin/kannel/ota_log.h"
#include "tests/kannel/event_queue.h"

#define PATIENCE_S 20
#define TIMEOUT_S 1
#define UUID_LENGTH 36

enum { TYPE_HEARTBEAT = 0, TYPE_ADMIN = 1, TYPE_SMS = 2, TYPE_ACK = 3 }; /* gw/msg-decl.h */

static struct {
    int listener, peer;
    struct otabox_config config;
    struct bearerbox_link *link;
    struct bearer bearer;
    uint8_t frame[4096]; /* the last one read */
    size_t length;
} lab = {.listener = -1, .peer = -1};

/* --- the engine's side --- */

static void sms_send(int64_t id)
{
    static const uint8_t header[] = {0x02, 0x70, 0x00}, payload[20];
    const struct bearer_sms sms = {.reference = {id, 1}, .to = "971500000001", .header = header,
                                   .header_length = sizeof header, .payload = payload, .length = sizeof payload};

    assert_int_equal(lab.bearer.send(lab.bearer.self, &sms), 0);
}

/* --- bearerbox's side --- */

static void bytes_read(uint8_t *bytes, size_t length)
{
    struct pollfd ready = {.fd = lab.peer, .events = POLLIN};

    for (size_t used = 0; used < length;) {
        ssize_t got = poll(&ready, 1, PATIENCE_S * 1000) == 1 ? read(lab.peer, bytes + used, length - used) : -1;
        if (got <= 0)
            fail_msg("the link wrote no frame");
        used += (size_t)got;
    }
}

static uint32_t number_at(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void number_put(uint8_t *bytes, uint32_t number)
{
    for (int i = 0; i < 4; i++)
        bytes[i] = (uint8_t)(number >> (24 - 8 * i));
}

/* The next frame of this type; heartbeats are passed over. */
static void frame_expect(uint32_t type)
{
    uint8_t prefix[4];

    do {
        bytes_read(prefix, sizeof prefix);
        lab.length = number_at(prefix);
        assert_in_range(lab.length, 4, sizeof lab.frame);
        bytes_read(lab.frame, lab.length);
    } while (number_at(lab.frame) == TYPE_HEARTBEAT && type != TYPE_HEARTBEAT);
    assert_int_equal(number_at(lab.frame), type);
}

static void box_accept(void)
{
    struct pollfd ready = {.fd = lab.listener, .events = POLLIN};

    if (poll(&ready, 1, PATIENCE_S * 1000) != 1)
        fail_msg("nobody connects");
    if (lab.peer >= 0)
        close(lab.peer);
    lab.peer = accept(lab.listener, NULL, NULL);
    assert_true(lab.peer >= 0);
    frame_expect(TYPE_ADMIN); /* who we are */
    event_expect(BEARER_CONNECTED);
}

static void heartbeat_write(void)
{
    uint8_t bytes[12] = {0, 0, 0, 8};

    assert_int_equal(write(lab.peer, bytes, sizeof bytes), sizeof bytes);
}

/* The UUID of the SMS just read: 36 characters behind their number. */
static const uint8_t *uuid_find(void)
{
    for (size_t i = 0; i + 4 + UUID_LENGTH <= lab.length; i++)
        if (number_at(lab.frame + i) == UUID_LENGTH && lab.frame[i + 12] == '-' && lab.frame[i + 17] == '-')
            return lab.frame + i + 4;
    fail_msg("an SMS without a UUID");
    return NULL;
}

static void ack_write(void)
{
    uint8_t bytes[4 + 4 + 4 + 4 + 4 + UUID_LENGTH] = {0};

    number_put(bytes, sizeof bytes - 4);
    number_put(bytes + 4, TYPE_ACK);
    number_put(bytes + 16, UUID_LENGTH);
    memcpy(bytes + 20, uuid_find(), UUID_LENGTH);
    assert_int_equal(write(lab.peer, bytes, sizeof bytes), sizeof bytes);
}

/* --- the tests --- */

/* Nothing but heartbeats comes; the first frame of another type fails the test. */
static void nothing_more_comes(int milliseconds)
{
    struct pollfd ready = {.fd = lab.peer, .events = POLLIN};

    while (poll(&ready, 1, milliseconds) == 1)
        frame_expect(TYPE_HEARTBEAT);
}

/* Of what waits only the first SMS is lost in it; the others are the engine's again. */
static void silence_breaks_the_link(void **state)
{
    struct bearer_event event;

    (void)state;
    box_accept();
    for (int64_t id = 1; id <= 3; id++)
        sms_send(id);
    frame_expect(TYPE_SMS);
    for (int64_t id = 2; id <= 3; id++) {
        event = event_expect(BEARER_ACKNOWLEDGED);
        assert_int_equal(event.ack, ACK_TRY_LATER);
        assert_int_equal(event.reference.message_id, id);
    }
    event_expect(BEARER_DISCONNECTED);
    uint8_t byte;
    assert_int_equal(read(lab.peer, &byte, 1), 0); /* nothing more was written, and it is closed */
}

/* The second time it takes longer to come back, but it does. */
static void silence_again_breaks_it_again(void **state)
{
    struct timespec begin, end;

    (void)state;
    for (int i = 0; i < 2; i++) {
        clock_gettime(CLOCK_MONOTONIC, &begin);
        box_accept();
        clock_gettime(CLOCK_MONOTONIC, &end);
        sms_send(4);
        frame_expect(TYPE_SMS);
        event_expect(BEARER_DISCONNECTED);
    }
    assert_true(end.tv_sec - begin.tv_sec >= 1); /* 2 s less what a second's fraction takes */
}

static void first_answer_lets_all_leave(void **state)
{
    struct timespec begin, end;

    (void)state;
    box_accept();
    for (int64_t id = 5; id <= 7; id++)
        sms_send(id);
    frame_expect(TYPE_SMS);
    nothing_more_comes(50);
    ack_write();
    struct bearer_event event = event_expect(BEARER_ACKNOWLEDGED);
    assert_int_equal(event.reference.message_id, 5);
    assert_int_equal(event.ack, ACK_QUEUED);
    clock_gettime(CLOCK_MONOTONIC, &begin);
    for (int64_t id = 6; id <= 7; id++) {
        frame_expect(TYPE_SMS);
        ack_write();
        event_expect(BEARER_ACKNOWLEDGED);
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    assert_in_range(end.tv_sec - begin.tv_sec, 0, 2); /* not with the next heartbeat, after 5 s */
}

/* Whoever has nothing to answer may be silent, and whoever talks is not. */
static void neither_rest_nor_talk_is_silence(void **state)
{
    (void)state;
    nothing_more_comes(TIMEOUT_S * 1500);
    assert_true(bearerbox_link_is_connected(lab.link));
    sms_send(8);
    frame_expect(TYPE_SMS);
    for (int i = 0; i < 6; i++) {
        heartbeat_write();
        nothing_more_comes(TIMEOUT_S * 250);
    }
    assert_true(bearerbox_link_is_connected(lab.link));
    event_expect(BEARER_DISCONNECTED); /* now it is silent */
}

static int lab_up(void **state)
{
    static char id[] = "otabox", host[] = "127.0.0.1", sender[] = "12345";
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;

    (void)state;
    lab.listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(lab.listener, (struct sockaddr *)&address, size) != 0 || listen(lab.listener, 4) != 0 ||
        getsockname(lab.listener, (struct sockaddr *)&address, &size) != 0)
        return -1;
    lab.config = (struct otabox_config){.smsbox_id = id, .bearerbox_host = host,
                                        .bearerbox_port = ntohs(address.sin_port), .bearerbox_timeout = TIMEOUT_S,
                                        .sender = sender};
    lab.link = bearerbox_link_new(&lab.config);
    if (lab.link == NULL)
        return -1;
    lab.bearer = bearerbox_link_bearer(lab.link);
    return bearerbox_link_start(lab.link, &(struct bearerbox_link_options){.post = event_keep});
}

static int lab_down(void **state)
{
    (void)state;
    bearerbox_link_stop(&lab.link);
    if (lab.peer >= 0)
        close(lab.peer);
    close(lab.listener);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(silence_breaks_the_link),
        cmocka_unit_test(silence_again_breaks_it_again),
        cmocka_unit_test(first_answer_lets_all_leave),
        cmocka_unit_test(neither_rest_nor_talk_is_silence),
    };

    signal(SIGPIPE, SIG_IGN);
    kannel_runtime_start(4);
    ota_log_set_stderr_level(getenv("LINK_LOG") == NULL ? OTA_LOG_PANIC : OTA_LOG_DEBUG);
    int failed = cmocka_run_group_tests(tests, lab_up, lab_down);
    kannel_runtime_stop();
    return failed;
}
