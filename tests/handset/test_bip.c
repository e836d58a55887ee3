/* BIP: commands against a fake network, the rules, and real sockets of this machine. */
#include "tests/handset/scripted_card.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "handset/bip_socket.h"
#include "tests/handset/fake_bip.h"

#define END                                                                                                  \
    {                                                                                                        \
        NULL, NULL                                                                                           \
    }

struct stage {
    struct scene scene;
    struct fake_bip fake;
    struct bip_network network;
};

static int set_up(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    assert_non_null(stage);
    stage->network = fake_bip_network(&stage->fake);
    stage->scene.handset = (struct handset){.started = true, .class_byte = 0x80};
    stage->scene.terminal.state = TERMINAL_READY;
    stage->scene.terminal.bip.network = &stage->network;
    *state = stage;
    return 0;
}

static int tear_down(void **state)
{
    free(*state);
    return 0;
}

/* A proactive command: details, destination device, elements; and the answer expected, from the result on. */
static void assert_answer(struct stage *stage, const char *details, const char *device, const char *rest,
                          const char *answer)
{
    char fetch[32], fetched[700], response[700], announced[20], length_text[20];
    size_t inner = 9 + strlen(rest) / 2, length = inner + (inner > 127 ? 3 : 2);
    snprintf(length_text, sizeof length_text, inner > 127 ? "81%02zX" : "%02zX", inner);
    snprintf(fetch, sizeof fetch, "80120000%02zX", length);
    snprintf(fetched, sizeof fetched, "D0%s8103%s820281%s%s9000", length_text, details, device, rest);
    snprintf(response, sizeof response, "80140000%02zX8103%s82028281%s", 9 + strlen(answer) / 2, details,
             answer);
    snprintf(announced, sizeof announced, "91%02zX", length);
    const struct step script[] = {{"80C20000", announced}, {fetch, fetched}, {response, "9000"}, END};
    scene_deliver(&stage->scene, script);
}

#define OPEN_TCP "B5010339020400BC030220FBBE05217F000001" /* buffer 1024, TCP port 8443, 127.0.0.1 */
static void open_channel(struct stage *stage)
{
    assert_answer(stage, "014001", "82", OPEN_TCP, "830100B8028100B50103B9020400");
}

static void a_channel_carries_bytes_both_ways(void **state)
{
    struct stage *stage = *state;
    open_channel(stage);
    assert_int_equal(stage->fake.last.transport, BIP_TCP);
    assert_int_equal(stage->fake.last.port, 8443);
    assert_memory_equal(stage->fake.last.address, "\x7F\x00\x00\x01", 4);
    assert_answer(stage, "014300", "21", "B603010203", "830100B701FF"); /* stored */
    assert_int_equal(stage->fake.sent_length, 0);
    assert_answer(stage, "014301", "21", "B6020405", "830100B701FF");
    assert_int_equal(stage->fake.sent_length, 5);
    assert_memory_equal(stage->fake.sent, "\x01\x02\x03\x04\x05", 5);
    stage->fake.coming_length = 5;
    memcpy(stage->fake.coming, "\xA1\xA2\xA3\xA4\xA5", 5);
    assert_answer(stage, "014200", "21", "B70103", "830100B603A1A2A3B70102");
    assert_answer(stage, "014200", "21", "B701FF", "830100B602A4A5B70100");
    assert_answer(stage, "014200", "21", "B701FF", "830100B600B70100");
    assert_answer(stage, "014400", "82", "", "830100B8028100");
    assert_answer(stage, "014100", "21", "", "830100");
    assert_int_equal(stage->fake.closed, 1);
    assert_answer(stage, "014400", "82", "", "830100B8020000");
}

/* TERMINAL RESPONSE holds 237 bytes of data at the most. */
static void much_data_comes_in_pieces(void **state)
{
    struct stage *stage = *state;
    char data[2 * 237 + 1], answer[600];
    open_channel(stage);
    stage->fake.coming_length = 600;
    memset(stage->fake.coming, 0x5A, 600);
    for (size_t i = 0; i < sizeof data - 1; i += 2)
        memcpy(data + i, "5A", 3);
    snprintf(answer, sizeof answer, "830100B681ED%sB701FF", data);
    assert_answer(stage, "014200", "21", "B701FF", answer);
    snprintf(answer, sizeof answer, "830100B681ED%sB7017E", data);
    assert_answer(stage, "014200", "21", "B701FF", answer);
}

static void mistakes_have_their_causes(void **state)
{
    struct stage *stage = *state;
    assert_answer(stage, "014100", "21", "", "83023A03");
    assert_answer(stage, "014200", "21", "B70101", "83023A03");
    assert_answer(stage, "014301", "27", "B60101", "83023A03");
    assert_answer(stage, "014301", "21", "", "830132");
    assert_answer(stage, "014001", "82", "B50103B9020400", "830130");                 /* no destination */
    assert_answer(stage, "014001", "82", "B50103BC030220FBBE05217F000001", "830130"); /* no buffer size */
    stage->fake.open_result = BIP_REFUSED;
    assert_answer(stage, "014001", "82", OPEN_TCP, "83023A05B50103B9020400");
    assert_non_null(strstr(stage->scene.log, "OPEN CHANNEL, TCP to 127.0.0.1:8443: refused"));
    stage->fake.open_result = BIP_UNREACHABLE;
    assert_answer(stage, "014001", "82", OPEN_TCP, "83023A07B50103B9020400");
    stage->fake.open_result = BIP_OK;
    for (unsigned i = 1; i <= BIP_CHANNELS; i++) {
        char answer[60];
        snprintf(answer, sizeof answer, "830100B8028%u00B50103B9020400", i);
        assert_answer(stage, "014001", "82", OPEN_TCP, answer);
    }
    assert_answer(stage, "014001", "82", OPEN_TCP, "83023A01B50103B9020400");
    /* a buffer larger than ours is granted as ours, UDP, an address of its own before */
    assert_answer(stage, "014100", "24", "", "830100");
    assert_answer(stage, "014001", "82", "3902FFFF3E05210A000001BC03010035BE05210A000002",
                  "830107B8028400B90205DC");
    assert_int_equal(stage->fake.last.transport, BIP_UDP);
    assert_int_equal(stage->fake.last.address[3], 2);
    stage->fake.send_fails = true;
    assert_answer(stage, "014301", "21", "B60101", "83023A02");
}

/* Its buffer is as large as it was granted: 4 bytes. */
static void a_full_buffer_takes_no_more(void **state)
{
    struct stage *stage = *state;
    assert_answer(stage, "014001", "82", "B50103B9020004BC030220FBBE05217F000001",
                  "830100B8028100B50103B9020004");
    assert_answer(stage, "014300", "21", "B60401020304", "830100B70100");
    assert_answer(stage, "014301", "21", "B60105", "83023A04");
    assert_int_equal(stage->fake.sent_length, 0);
}

/* TS 102 223 8.54: FF for 255 bytes and more. */
static void much_is_said_as_ff(void **state)
{
    struct stage *stage = *state;
    static const struct step told[] = {{"80C2000010D60E99010982028281B8028100B701FF", "9000"}, END};
    open_channel(stage);
    assert_answer(stage, "010500", "82", "990109", "830100");
    stage->fake.coming_length = 256;
    scene_tend(&stage->scene, told);
}

static void a_reset_closes_channels(void **state)
{
    struct stage *stage = *state;
    static const struct step script[] = {
        {"80C20000", "910B"}, {"801200000B", "D0098103010104820281829000"}, {"00A40004023F00", "mute"}, END};
    open_channel(stage);
    scene_deliver(&stage->scene, script);
    assert_int_equal(stage->fake.closed, 1);
    assert_true(bip_is_idle(&stage->scene.terminal.bip));
}

static void the_card_is_told_of_data_and_of_the_end(void **state)
{
    struct stage *stage = *state;
    static const struct step none[] = {END};
    static const struct step busy[] = {{"80C2000010D60E99010982028281B8028100B70105", "9300"}, END};
    static const struct step told[] = {{"80C2000010D60E99010982028281B8028100B70105", "9000"}, END};
    static const struct step dropped[] = {{"80C200000DD60B99010A82028281B8020105", "9000"}, END};
    open_channel(stage);
    stage->fake.coming_length = 5;
    scene_tend(&stage->scene, none); /* it has not asked to be told */
    assert_answer(stage, "014200", "21", "B701FF", "830100B6050000000000B70100");
    assert_answer(stage, "010500", "82", "9902090A", "830100");
    stage->fake.coming_length = 5;
    scene_tend(&stage->scene, busy);
    scene_tend(&stage->scene, told);
    scene_tend(&stage->scene, none); /* once */
    stage->fake.hung_up = true;
    scene_tend(&stage->scene, none); /* what came first is read first */
    assert_answer(stage, "014200", "21", "B701FF", "830100B6050000000000B70100");
    scene_tend(&stage->scene, dropped);
    scene_tend(&stage->scene, none);
    assert_answer(stage, "014400", "82", "", "830100B8020105");
    assert_answer(stage, "014301", "21", "B60101", "83023A02");
    assert_answer(stage, "014100", "21", "", "830100");
}

static bool allows(const char *text, struct bip_destination destination)
{
    struct bip_rules rules;
    char error[200];
    assert_int_equal(bip_rules_parse(text, &rules, error, sizeof error), 0);
    return bip_rules_apply(&rules, &destination);
}

static void only_named_addresses_are_allowed(void **state)
{
    (void)state;
    struct bip_destination local = {.transport = BIP_TCP, .address = {127, 0, 0, 1}, .port = 8443};
    struct bip_destination six = {.transport = BIP_TCP, .is_ipv6 = true, .address = {[15] = 1}, .port = 443};
    assert_false(allows("", local));
    assert_true(allows("127.0.0.1", local));
    assert_true(allows("127.0.0.1:8443", local));
    assert_false(allows("127.0.0.1:8444", local));
    assert_false(allows("127.0.0.2", local));
    assert_true(allows("10.0.0.0/8; 127.0.0.0/31", local));
    assert_false(allows("127.0.0.2/31", local));
    assert_true(allows("0.0.0.0/0", local));
    assert_false(allows("0.0.0.0/0", six));
    assert_true(allows("[::1]:443", six));
    assert_true(allows("::1", six));
    assert_false(allows("[::1]:444", six));
    static const char *const wrong[] = {"localhost", "127.0.0.1:0", "127.0.0.1:65536", "10.0.0.0/33",
                                        "::1/129",   "1.2.3.4=",    "=1.2.3.4",        "1.2.3.4=5.6.7.0/24",
                                        "[::1",      "1.2.3"};
    struct bip_rules rules;
    char error[200];
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (bip_rules_parse(wrong[i], &rules, error, sizeof error) == 0)
            fail_msg("'%s' was taken", wrong[i]);
}

static void an_address_may_lead_elsewhere(void **state)
{
    (void)state;
    struct bip_rules rules;
    char error[200];
    struct bip_destination destination = {.address = {192, 0, 2, 1}, .port = 443};
    assert_int_equal(bip_rules_parse("192.0.2.1:443=127.0.0.1:8443", &rules, error, sizeof error), 0);
    assert_true(bip_rules_apply(&rules, &destination));
    assert_memory_equal(destination.address, "\x7F\x00\x00\x01", 4);
    assert_int_equal(destination.port, 8443);
    assert_false(bip_rules_apply(&rules, &destination)); /* the other address itself is not allowed */
}

/* A socket of the test's own on a free port; the rules allow it. */
static int listener(int type, uint16_t *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, type, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, length), 0);
    if (type == SOCK_STREAM)
        assert_int_equal(listen(fd, 1), 0);
    getsockname(fd, (struct sockaddr *)&address, &length);
    *port = ntohs(address.sin_port);
    return fd;
}

static void wait_readable(int fd)
{
    struct pollfd poller = {.fd = fd, .events = POLLIN};
    assert_int_equal(poll(&poller, 1, 5000), 1);
}

static void sockets_carry_bytes(void **state)
{
    (void)state;
    struct bip_rules rules;
    char error[100];
    uint8_t bytes[100];
    struct bip_destination destination = {.transport = BIP_TCP, .address = {127, 0, 0, 1}};
    int descriptors[BIP_CHANNELS];
    size_t size = 1000, left;
    bip_rules_parse("127.0.0.1", &rules, error, sizeof error);
    struct bip_network network = bip_socket_network(&rules);
    struct bip *bip = calloc(1, sizeof *bip);
    assert_non_null(bip);
    bip->network = &network;
    int fd = listener(SOCK_STREAM, &destination.port);
    assert_int_equal(bip_open(bip, &destination, &size), 1);
    int peer = accept(fd, NULL, NULL);
    assert_int_equal(bip_send(bip, 1, (const uint8_t *)"hello", 5, true), 1000);
    assert_int_equal(recv(peer, bytes, 5, MSG_WAITALL), 5);
    assert_int_equal(bip_socket_waiting(bip, descriptors), 1);
    assert_int_equal(send(peer, "world", 5, 0), 5);
    wait_readable(descriptors[0]);
    assert_int_equal(bip_receive(bip, 1, bytes, sizeof bytes, &left), 5);
    assert_memory_equal(bytes, "world", 5);
    close(peer);
    wait_readable(descriptors[0]);
    bip_poll(bip);
    assert_int_equal(bip_next_event(bip).kind, BIP_EVENT_DROPPED);
    bip_close_all(bip);
    close(fd);
    assert_int_equal(bip_open(bip, &destination, &size), BIP_UNREACHABLE); /* nobody listens any more */
    destination.transport = BIP_UDP;
    assert_int_equal(bip_open(bip, &destination, &size), 1);
    assert_true(bip_send(bip, 1, (const uint8_t *)"lost", 4, true) > 0);
    bip_socket_waiting(bip, descriptors);
    wait_readable(descriptors[0]); /* "port unreachable": of an earlier datagram, the link stays */
    assert_int_equal(bip_receive(bip, 1, bytes, sizeof bytes, &left), 0);
    assert_int_equal(bip_receive(bip, 1, bytes, sizeof bytes, &left), 0); /* and nothing is waited for */
    bip_close_all(bip);
    fd = listener(SOCK_DGRAM, &destination.port);
    assert_int_equal(bip_open(bip, &destination, &size), 1);
    assert_true(bip_send(bip, 1, (const uint8_t *)"ping", 4, true) > 0);
    struct sockaddr_in from;
    socklen_t length = sizeof from;
    assert_int_equal(recvfrom(fd, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &length), 4);
    sendto(fd, "one", 3, 0, (struct sockaddr *)&from, length);
    sendto(fd, "two", 3, 0, (struct sockaddr *)&from, length);
    bip_socket_waiting(bip, descriptors);
    wait_readable(descriptors[0]);
    assert_int_equal(bip_receive(bip, 1, bytes, sizeof bytes, &left), 3); /* datagrams stay apart */
    assert_int_equal(bip_receive(bip, 1, bytes, sizeof bytes, &left), 3);
    destination.address[3] = 2;
    assert_int_equal(bip_open(bip, &destination, &size), BIP_REFUSED);
    bip_close_all(bip);
    close(fd);
    free(bip);
}

static void sockets_know_ipv6(void **state)
{
    (void)state;
    struct bip_rules rules;
    char error[100];
    struct bip_destination destination = {.transport = BIP_TCP, .is_ipv6 = true, .address = {[15] = 1}};
    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    socklen_t length = sizeof address;
    int link = -1, fd = socket(AF_INET6, SOCK_STREAM, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, length) != 0)
        skip(); /* this machine has none */
    assert_int_equal(listen(fd, 1), 0);
    getsockname(fd, (struct sockaddr *)&address, &length);
    destination.port = ntohs(address.sin6_port);
    assert_int_equal(bip_rules_parse("::1", &rules, error, sizeof error), 0);
    struct bip_network network = bip_socket_network(&rules);
    assert_int_equal(network.open(network.user, &destination, &link), BIP_OK);
    network.close(network.user, link);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_channel_carries_bytes_both_ways, set_up, tear_down),
        cmocka_unit_test_setup_teardown(much_data_comes_in_pieces, set_up, tear_down),
        cmocka_unit_test_setup_teardown(mistakes_have_their_causes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_card_is_told_of_data_and_of_the_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_full_buffer_takes_no_more, set_up, tear_down),
        cmocka_unit_test_setup_teardown(much_is_said_as_ff, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reset_closes_channels, set_up, tear_down),
        cmocka_unit_test(only_named_addresses_are_allowed),
        cmocka_unit_test(an_address_may_lead_elsewhere),
        cmocka_unit_test(sockets_carry_bytes),
        cmocka_unit_test(sockets_know_ipv6),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
