/*
 * The link against Debian's real bearerbox, whose `fake` SMSC driver speaks lines of text:
 * this program is the engine on one side and the SMSC's peer on the other. All but the
 * restarts, which take their time, runs a second time over SSL. Skipped where there is no bearerbox.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "gateway-plugin/kannel/bearerbox_link.h"
#include "gateway-plugin/kannel/kannel_runtime.h"
#include "gateway-plugin/kannel/ota_log.h"
#include "tests/kannel/event_queue.h"

#define BEARERBOX "/usr/sbin/bearerbox"
#define PATIENCE_S 120

static struct {
    char folder[64];
    int admin_port, smsbox_port, smsc_port;
    pid_t pid;
    int smsc; /* our end of the fake SMSC's connection */
    struct otabox_config config;
    struct bearerbox_link *link;
    struct bearer bearer;
} lab = {.smsc = -1};

/* --- the engine's side --- */

static void event_acknowledge(const struct bearer_event *event)
{
    lab.bearer.acknowledge(lab.bearer.self, event->uuid);
}

static const uint8_t header[] = {0x02, 0x70, 0x00};
static uint8_t payload[137];

static int sms_send(int64_t id, uint8_t part, size_t length)
{
    struct bearer_sms sms = {.reference = {id, part}, .to = "971500000001", .header = header,
                             .header_length = sizeof header, .payload = payload, .length = length};

    return lab.bearer.send(lab.bearer.self, &sms);
}

/* --- bearerbox --- */

static int port_free(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int s = socket(AF_INET, SOCK_STREAM, 0);

    assert_true(bind(s, (struct sockaddr *)&address, sizeof address) == 0);
    assert_true(getsockname(s, (struct sockaddr *)&address, &size) == 0);
    close(s);
    return ntohs(address.sin_port);
}

static void configuration_write(bool ssl)
{
    char path[128], lines[300] = "";

    if (ssl)
        snprintf(lines, sizeof lines,
                 "smsbox-port-ssl = yes\nssl-server-cert-file = %s/cert.pem\nssl-server-key-file = %s/key.pem\n",
                 lab.folder, lab.folder);
    snprintf(path, sizeof path, "%s/bearerbox.conf", lab.folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file,
            "group = core\nadmin-port = %d\nadmin-interface = 127.0.0.1\nadmin-password = x\n"
            "smsbox-port = %d\nsmsbox-interface = 127.0.0.1\nlog-file = %s/bearerbox.log\nlog-level = 0\n"
            "store-type = spool\nstore-location = %s/store\nsms-combine-concatenated-mo = false\n%s\n"
            "group = smsbox\nsmsbox-id = otabox\n\n"
            "group = smsbox-route\nsmsbox-id = otabox\nshortcode = \"12345;+12345\"\n\n"
            "group = smsc\nsmsc = fake\nsmsc-id = fake\nport = %d\nconnect-allow-ip = 127.0.0.1\n",
            lab.admin_port, lab.smsbox_port, lab.folder, lab.folder, lines, lab.smsc_port);
    fclose(file);
}

static void bearerbox_start(void)
{
    char path[128];

    snprintf(path, sizeof path, "%s/bearerbox.conf", lab.folder);
    lab.pid = fork();
    assert_true(lab.pid >= 0);
    if (lab.pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        execl(BEARERBOX, BEARERBOX, "-v", "4", path, (char *)NULL);
        _exit(127);
    }
}

/* False: it did not end by itself. */
static bool bearerbox_stop(void)
{
    int status, tries = 0;
    pid_t ended = 0;

    if (lab.pid <= 0)
        return true;
    kill(lab.pid, SIGTERM);
    while (ended == 0 && tries++ < PATIENCE_S * 20) {
        ended = waitpid(lab.pid, &status, WNOHANG);
        if (ended == 0)
            poll(NULL, 0, 50);
    }
    if (ended == 0) {
        kill(lab.pid, SIGKILL);
        waitpid(lab.pid, &status, 0);
    }
    lab.pid = 0;
    return ended != 0;
}

/* All that was acknowledged is: bearerbox reads the acknowledgements when it comes to it. */
static void store_expect_empty(void)
{
    char command[160];

    snprintf(command, sizeof command, "find '%s/store' -type f | grep -q .", lab.folder);
    int tries = 0;
    while (system(command) == 0 && tries++ < PATIENCE_S * 20)
        poll(NULL, 0, 50);
    assert_int_not_equal(system(command), 0);
}

/* --- the SMSC's side --- */

static void smsc_connect(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)lab.smsc_port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

    if (lab.smsc >= 0)
        close(lab.smsc);
    for (int tries = 0; tries < PATIENCE_S * 20; tries++) {
        lab.smsc = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(lab.smsc, (struct sockaddr *)&address, sizeof address) == 0)
            return;
        close(lab.smsc);
        poll(NULL, 0, 50);
    }
    fail_msg("bearerbox does not listen on its SMSC port");
}

static void smsc_write(const char *line)
{
    assert_true(write(lab.smsc, line, strlen(line)) == (ssize_t)strlen(line));
}

static void smsc_read_line(char *line, size_t size)
{
    size_t used = 0;
    struct pollfd ready = {.fd = lab.smsc, .events = POLLIN};

    while (used < size - 1) {
        if (poll(&ready, 1, PATIENCE_S * 1000) != 1 || read(lab.smsc, line + used, 1) != 1)
            fail_msg("the SMSC got no SMS");
        if (line[used] == '\n')
            break;
        used++;
    }
    line[used] = '\0';
}

/* --- tests: one after the other on one bearerbox --- */

static void nothing_is_taken_while_it_is_down(void **state)
{
    (void)state;
    assert_false(bearerbox_link_is_connected(lab.link));
    assert_int_equal(sms_send(1, 1, 10), -1);
}

static void it_connects_when_bearerbox_comes(void **state)
{
    (void)state;
    bearerbox_start();
    smsc_connect();
    event_expect(BEARER_CONNECTED);
    assert_true(bearerbox_link_is_connected(lab.link));
}

/* The acknowledgement and the reports come from different threads of bearerbox, in any order. */
static void an_sms_is_acknowledged_sent_and_reported(void **state)
{
    char line[2048];
    bool queued = false, accepted = false, delivered = false;

    (void)state;
    assert_int_equal(sms_send(INT64_C(1234567890123), 3, sizeof payload), 0);
    smsc_read_line(line, sizeof line);
    if (strncmp(line, "12345 +971500000001 udh %02p%00 ", 32) != 0)
        fail_msg("the SMSC got '%s'", line);
    while (!queued || !accepted || !delivered) {
        struct bearer_event event = event_next();
        assert_true(event.reference.message_id == INT64_C(1234567890123));
        assert_int_equal(event.reference.part, 3);
        if (event.kind == BEARER_REPORT)
            event_acknowledge(&event);
        queued |= event.kind == BEARER_ACKNOWLEDGED && event.ack == ACK_QUEUED;
        accepted |= event.kind == BEARER_REPORT && event.report == REPORT_SMSC_ACCEPTED;
        delivered |= event.kind == BEARER_REPORT && event.report == REPORT_DELIVERED;
    }
}

static void a_bad_sms_never_reaches_bearerbox(void **state)
{
    struct bearer_sms sms = {.reference = {5, 1}, .to = "", .header = header, .header_length = sizeof header,
                             .payload = payload, .length = 10};

    (void)state;
    assert_int_equal(lab.bearer.send(lab.bearer.self, &sms), -1);
    sms.to = "971500000001";
    sms.length = 138;
    assert_int_equal(lab.bearer.send(lab.bearer.self, &sms), -1);
    assert_int_equal(waitpid(lab.pid, NULL, WNOHANG), 0);
}

static const uint8_t por[] = {0x02, 0x71, 0x00, 0x00, 0x0B, 0x0A, 0xFF, 0x80};

static void por_expect(struct bearer_event *event)
{
    *event = event_expect(BEARER_MESSAGE);
    assert_string_equal(event->from, "971500000001");
    assert_string_equal(event->to, "12345");
    assert_int_equal(event->user_data_length, sizeof por);
    assert_memory_equal(event->user_data, por, sizeof por);
    assert_true(event->has_user_data_header);
}

/* A box that comes back before bearerbox has ended keeps it from ending: the next one is on another port, so that
 * it does not matter how long this one takes. */
static void bearerbox_restart(void)
{
    lab.smsbox_port = port_free();
    lab.config.bearerbox_port = lab.smsbox_port; /* read when the link connects */
    assert_true(bearerbox_stop());
    event_expect(BEARER_DISCONNECTED);
    assert_false(bearerbox_link_is_connected(lab.link));
    assert_int_equal(sms_send(2, 1, 10), -1);
    configuration_write(false);
    bearerbox_start();
    smsc_connect();
    event_expect(BEARER_CONNECTED);
}

/* What is not acknowledged comes again under the same UUID, also after a restart; what is, does not. */
static void inbound_comes_until_it_is_acknowledged(void **state)
{
    struct bearer_event first, again, marker;

    (void)state;
    store_expect_empty(); /* nothing of the burst comes again */
    smsc_write("971500000001 12345 udh %02%71%00 %00%0B%0A%FF%80\n");
    por_expect(&first);
    bearerbox_restart();
    por_expect(&again);
    assert_string_equal(again.uuid, first.uuid);
    event_acknowledge(&again);
    smsc_write("+971500000001 +12345 udh %02%71%00 %00%0B%0A%FF%80\n");
    por_expect(&marker); /* with plus signs: both shortcodes are routed to us */
    assert_string_not_equal(marker.uuid, first.uuid);
    event_acknowledge(&marker);
    store_expect_empty();
    bearerbox_restart();
    smsc_write("971500000001 12345 udh %02%71%00 %00%0B%0A%FF%80\n");
    por_expect(&again);
    assert_string_not_equal(again.uuid, first.uuid);
    assert_string_not_equal(again.uuid, marker.uuid);
    event_acknowledge(&again);
}

/* A burst goes out whole and each SMS is answered once. */
static void a_burst_passes(void **state)
{
    enum { BURST = 20 };
    int queued[BURST + 1] = {0};
    char line[2048];

    (void)state;
    for (int i = 1; i <= BURST; i++)
        assert_int_equal(sms_send(i, 1, 100), 0);
    for (int i = 0; i < BURST; i++)
        smsc_read_line(line, sizeof line);
    for (int events = 0; events < 3 * BURST; events++) { /* acknowledged, accepted, delivered */
        struct bearer_event event = event_next();
        assert_in_range(event.reference.message_id, 1, BURST);
        queued[event.reference.message_id] += event.kind == BEARER_ACKNOWLEDGED;
        if (event.kind == BEARER_REPORT)
            event_acknowledge(&event);
    }
    for (int i = 1; i <= BURST; i++)
        assert_int_equal(queued[i], 1);
}

/* Quiet: no more SMS, but what the engine still commits is acknowledged. */
static void a_quiet_link_still_acknowledges(void **state)
{
    struct bearer_event event;

    (void)state;
    smsc_write("971500000001 12345 udh %02%71%00 %00%0B%0A%FF%80\n");
    por_expect(&event);
    bearerbox_link_quiesce(lab.link);
    assert_int_equal(sms_send(3, 1, 10), -1);
    event_acknowledge(&event);
    bearerbox_link_stop(&lab.link);
    assert_null(lab.link);
    store_expect_empty();
    assert_true(bearerbox_stop());
}

static int certificate_make(void)
{
    char command[400];

    snprintf(command, sizeof command,
             "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -days 2 "
             "-keyout '%s/key.pem' -out '%s/cert.pem' 2>'%s/openssl.log'",
             lab.folder, lab.folder, lab.folder);
    return system(command);
}

static int lab_up(bool ssl)
{
    static char id[] = "otabox", host[] = "127.0.0.1", sender[] = "12345";
    char path[128];

    snprintf(lab.folder, sizeof lab.folder, "/tmp/otabox-link-XXXXXX");
    if (mkdtemp(lab.folder) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/store", lab.folder);
    mkdir(path, 0700);
    lab.admin_port = port_free();
    lab.smsbox_port = port_free();
    lab.smsc_port = port_free();
    if (ssl && certificate_make() != 0)
        return -1;
    configuration_write(ssl);
    lab.config = (struct otabox_config){.smsbox_id = id, .bearerbox_host = host, .bearerbox_port = lab.smsbox_port,
                                        .bearerbox_ssl = ssl, .bearerbox_timeout = 60, .sender = sender};
    lab.link = bearerbox_link_new(&lab.config);
    if (lab.link == NULL)
        return -1;
    lab.bearer = bearerbox_link_bearer(lab.link);
    return bearerbox_link_start(lab.link, &(struct bearerbox_link_options){.post = event_keep});
}

static int lab_up_plain(void **state)
{
    (void)state;
    return lab_up(false);
}

static int lab_down(void **state)
{
    char command[128];

    (void)state;
    bearerbox_link_stop(&lab.link);
    bearerbox_stop();
    if (lab.smsc >= 0)
        close(lab.smsc);
    lab.smsc = -1;
    events_forget();
    snprintf(command, sizeof command, "rm -rf '%s'", lab.folder);
    return system(command);
}

static int lab_again_over_ssl(void **state)
{
    return lab_down(state) == 0 ? lab_up(true) : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_taken_while_it_is_down),
        cmocka_unit_test(it_connects_when_bearerbox_comes),
        cmocka_unit_test(an_sms_is_acknowledged_sent_and_reported),
        cmocka_unit_test(a_bad_sms_never_reaches_bearerbox),
        cmocka_unit_test(a_burst_passes),
        cmocka_unit_test(inbound_comes_until_it_is_acknowledged),
        cmocka_unit_test(a_quiet_link_still_acknowledges),
        /* the same over SSL */
        cmocka_unit_test_setup(nothing_is_taken_while_it_is_down, lab_again_over_ssl),
        cmocka_unit_test(it_connects_when_bearerbox_comes),
        cmocka_unit_test(an_sms_is_acknowledged_sent_and_reported),
        cmocka_unit_test(a_burst_passes),
        cmocka_unit_test(a_quiet_link_still_acknowledges),
    };

    if (access(BEARERBOX, X_OK) != 0) {
        printf("1..0 # SKIP no %s\n", BEARERBOX);
        return 0;
    }
    signal(SIGPIPE, SIG_IGN);
    for (size_t i = 0; i < sizeof payload; i++)
        payload[i] = (uint8_t)(i * 7);
    kannel_runtime_start(4);
    ota_log_set_stderr_level(getenv("LINK_LOG") == NULL ? OTA_LOG_PANIC : OTA_LOG_DEBUG);
    int failed = cmocka_run_group_tests(tests, lab_up_plain, lab_down);
    kannel_runtime_stop();
    return failed;
}
