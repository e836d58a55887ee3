/*
 * An SMSC on a real port, in a process of its own, under attack: random bytes,
 * valid PDUs with bytes changed, cut off or sent a byte at a time, and more
 * connections than there are places. Through it all a well-behaved ESME has its
 * answers within a second; at the end the SMSC stops when it is told to.
 */
#include "tests/measuring.h"
#include "tests/smsc/smpp_socket.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "smsc/smpp_server.h"

#define CROWD 200
#define ROUNDS 60 /* of the crowd */
#define SLOW_PDUS 3

static char address[64];
static pid_t server_pid;
static uint64_t random_state;

static uint32_t random_number(uint32_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state >> 32) % below;
}

static bool knows(void *user, const char *msisdn)
{
    (void)user;
    return msisdn[0] != '\0';
}

static struct smsc_result deliver(void *user, const struct smsc_message *message)
{
    (void)user, (void)message;
    return (struct smsc_result){.outcome = SMSC_DELIVERED};
}

static struct smsc_copies receipt(void *user, const struct smsc_message *message)
{
    (void)user, (void)message;
    return (struct smsc_copies){.count = 1};
}

static void ignore(void *user, const char *line)
{
    (void)user, (void)line;
}

static int commit(void *user)
{
    (void)user;
    return 0;
}

static volatile sig_atomic_t stop;
static void on_term(int number)
{
    (void)number;
    stop = 1;
}

static int serve(struct smpp_server *server)
{
    char error[200];
    sigset_t term;
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    sigprocmask(SIG_BLOCK, &term, NULL);
    signal(SIGTERM, on_term);
    struct smpp_server_hooks hooks = {.commit = commit};
    return smpp_server_run(server, &hooks, &stop, error, sizeof error);
}

static int start(void **state)
{
    (void)state;
    char error[200];
    struct smsc_settings settings = {.system_id = "kannel", .password = "kannel", .message_limit = 5000};
    struct smsc_network network = {.knows = knows, .deliver = deliver, .receipt = receipt, .log = ignore};
    struct smsc *smsc = smsc_new(&settings, &network);
    struct smpp_server *server = smpp_server_open(smsc, "127.0.0.1:0", error, sizeof error);
    assert_non_null(server);
    strcpy(address, smpp_server_address(server));
    server_pid = fork();
    assert_true(server_pid >= 0);
    int rc = server_pid == 0 ? serve(server) : 0;
    smpp_server_close(&server);
    smsc_free(&smsc);
    if (server_pid == 0)
        exit(rc == 0 ? 0 : 1); /* with the leak check, where there is one */
    return 0;
}

static int end(void **state)
{
    (void)state;
    int status = 0;
    kill(server_pid, SIGTERM);
    assert_int_equal(waitpid(server_pid, &status, 0), server_pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    return 0;
}

/* A message, its answer and its receipt, in less than a second. */
static void be_well_behaved(struct esme *esme)
{
    uint8_t bytes[300];
    struct client_pdu pdu;
    struct smpp_message message = client_message("961234567891");
    int64_t began = now_ms();
    uint32_t sequence = ++esme->sequence;
    assert_true(esme_send(esme, bytes, esme_submit_pdu(bytes, sizeof bytes, &message, sequence)));
    bool answered = false, delivered = false;
    while (!answered || !delivered) {
        assert_true(esme_read(esme, &pdu));
        if (pdu.header.command == SMPP_DELIVER_SM) { /* others' receipts come here too */
            esme_header(esme, SMPP_DELIVER_SM | SMPP_RESPONSE, 0, pdu.header.sequence);
            delivered = answered;
        } else {
            assert_int_equal(pdu.header.command, SMPP_SUBMIT_SM | SMPP_RESPONSE);
            assert_int_equal(pdu.header.sequence, sequence);
            assert_true(pdu.header.status == ESME_ROK);
            answered = true;
        }
    }
    assert_in_range(now_ms() - began, 0, 1000);
}

/* One to three PDUs, of which some bytes are not what they were. */
static size_t mutated_pdus(uint8_t *bytes, size_t size)
{
    size_t length = random_number(4) ? esme_bind_pdu(bytes, size, random_number(9)) : 0;
    struct smpp_message message = client_message("961234567891");
    uint8_t data[254];
    message.data = data;
    message.length = random_number(sizeof data);
    for (size_t i = 0; i < message.length; i++)
        data[i] = (uint8_t)random_number(256);
    length += esme_submit_pdu(bytes + length, size - length, &message, random_number(9));
    for (uint32_t changes = random_number(6); changes > 0; changes--)
        bytes[random_number((uint32_t)length)] = (uint8_t)random_number(256);
    if (random_number(3) == 0) /* command_id of anything */
        bytes[7] = (uint8_t)random_number(0x16);
    return random_number(4) ? length : random_number((uint32_t)length);
}

static size_t random_bytes(uint8_t *bytes, size_t size)
{
    size_t length = random_number((uint32_t)size);
    for (size_t i = 0; i < length; i++)
        bytes[i] = (uint8_t)random_number(256);
    return length;
}

static int connect_quietly(void)
{
    struct esme esme;
    esme_connect(&esme, address, 5);
    fcntl(esme.fd, F_SETFL, O_NONBLOCK);
    return esme.fd;
}

static void attack(int *fd)
{
    uint8_t bytes[1000];
    if (*fd < 0)
        *fd = connect_quietly();
    size_t length = random_number(5) ? mutated_pdus(bytes, sizeof bytes) : random_bytes(bytes, sizeof bytes);
    ssize_t sent = send(*fd, bytes, length, MSG_NOSIGNAL);
    bool read_nothing = random_number(2); /* some never read their answers */
    while (!read_nothing && recv(*fd, bytes, sizeof bytes, 0) > 0)
        ;
    if (sent < 0 || random_number(8) == 0) {
        close(*fd);
        *fd = -1;
    }
}

static void a_crowd_that_talks_nonsense(void **state)
{
    (void)state;
    struct esme esme;
    int crowd[CROWD];
    for (size_t i = 0; i < CROWD; i++)
        crowd[i] = -1;
    random_state = 0x20261122;
    esme_connect(&esme, address, 2);
    esme_bind(&esme);
    for (unsigned round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < CROWD; i++)
            attack(&crowd[i]);
        be_well_behaved(&esme);
    }
    for (size_t i = 0; i < CROWD; i++)
        if (crowd[i] >= 0)
            close(crowd[i]);
    be_well_behaved(&esme);
    close(esme.fd);
}

/* Half a PDU each, and then nothing: who comes later finds a place all the same. */
static void a_crowd_that_says_nothing(void **state)
{
    (void)state;
    enum { MANY = 400 };
    struct esme esme;
    int crowd[MANY];
    for (size_t i = 0; i < MANY; i++) {
        uint8_t bytes[200];
        crowd[i] = connect_quietly();
        send(crowd[i], bytes, esme_bind_pdu(bytes, sizeof bytes, 1) / 2, MSG_NOSIGNAL);
    }
    int64_t began = now_ms();
    esme_connect(&esme, address, 2);
    esme_bind(&esme);
    assert_in_range(now_ms() - began, 0, 1000);
    be_well_behaved(&esme);
    for (size_t i = 0; i < MANY; i++)
        close(crowd[i]);
    be_well_behaved(&esme);
    close(esme.fd);
}

static void slow_senders_hold_nobody_up(void **state)
{
    (void)state;
    struct esme slow, esme;
    struct client_pdu pdu;
    uint8_t bytes[300];
    esme_connect(&slow, address, 2);
    esme_bind(&slow);
    esme_connect(&esme, address, 2);
    esme_bind(&esme);
    struct smpp_message message = client_message("961234567892");
    message.registered_delivery = 0;
    for (unsigned i = 0; i < SLOW_PDUS; i++) {
        size_t length = esme_submit_pdu(bytes, sizeof bytes, &message, 100 + i);
        for (size_t at = 0; at < length; at++) {
            assert_true(esme_send(&slow, bytes + at, 1));
            if (at % 10 == 0)
                be_well_behaved(&esme);
        }
        do
            assert_true(esme_read(&slow, &pdu));
        while (pdu.header.command == SMPP_DELIVER_SM);
        assert_int_equal(pdu.header.sequence, 100 + i);
        assert_int_equal(pdu.header.status, ESME_ROK);
    }
    close(slow.fd);
    close(esme.fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_crowd_that_talks_nonsense, start, end),
        cmocka_unit_test_setup_teardown(a_crowd_that_says_nothing, start, end),
        cmocka_unit_test_setup_teardown(slow_senders_hold_nobody_up, start, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
