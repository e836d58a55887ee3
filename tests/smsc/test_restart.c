/*
 * simsim killed with -9 and started again on its port and state directory: what
 * it had accepted arrives, what was not acknowledged comes again, what was does
 * not, and no counter goes back. Real cards, a real socket.
 */
#include "tests/smsc/smpp_socket.h"

#include <signal.h>
#include <sys/wait.h>

#include "protocol/hex.h"
#include "simsim/smpp_front.h"

#define CARD "961234567891"
#define MUTE_CARD "961234567892"
/* User data of facts H.5 S1: five commands, SPI 1621, counter 1, for the second card of the SOP. */
static const char packet[] = "02700000681516211515B00010E9021D555CF421E6557246843F8A13CBA44F3B9400ABB197A2460"
                             "6968BA6AF9FAEC9A687F9422C1"
                             "7DC9B1B6CE3B64E482E7F33996835444448C07EB2E2C24B5324C272B196AC492D9D18E2E56A09AC"
                             "649DCAD989177EF1AFBB1206AD"
                             "5A13F68C";

static char directory[64], address[64] = "127.0.0.1:0";
static pid_t pid;

static struct fault_plan *plan_of(const char *text)
{
    char path[100], error[200];
    snprintf(path, sizeof path, "%s/faults.conf", directory);
    FILE *stream = fopen(path, "w");
    assert_non_null(stream);
    fputs(text, stream);
    fclose(stream);
    struct fault_plan *plan = fault_plan_read(path, FAULT_AT_SMSC, error, sizeof error);
    unlink(path);
    assert_non_null(plan);
    return plan;
}

/* In the child: tells its address through the pipe and serves until it is killed. */
static void serve(int told, struct fault_plan *plan)
{
    char state[80], cards[400], profile[400], error[400] = "";
    snprintf(state, sizeof state, "%s/state", directory);
    snprintf(cards, sizeof cards, "%s/sop/Provisioning_3TestSubs.out", getenv("TESTDATA"));
    snprintf(profile, sizeof profile, "%s/simsim/profiles/gsm-2g.xml", getenv("SRCDIR"));
    const struct population_options files = {
        .cards_path = cards, .profile_path = profile, .state_directory = state};
    const struct smpp_front_options options = {
        .address = address, .system_id = "kannel", .password = "kannel", .faults = plan};
    struct population *population = population_open(&files, error, sizeof error);
    struct smpp_front *front = population ? smpp_front_open(population, &options, error, sizeof error) : NULL;
    volatile sig_atomic_t never = 0;
    if (front != NULL && write(told, smpp_front_address(front), sizeof address) > 0)
        smpp_front_run(front, &never, error, sizeof error);
    fprintf(stderr, "%s\n", error);
    _exit(1);
}

static void start(const char *faults)
{
    int told[2];
    struct fault_plan *plan = faults ? plan_of(faults) : NULL;
    assert_int_equal(pipe(told), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        serve(told[1], plan);
    close(told[1]);
    assert_true(read(told[0], address, sizeof address) > 0);
    close(told[0]);
    fault_plan_free(&plan);
}

static void kill_it(void)
{
    int status = 0;
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    pid = 0;
}

static void submit_packet(struct esme *esme, const char *msisdn, uint32_t sequence)
{
    uint8_t bytes[300], data[140];
    struct smpp_message message = client_message(msisdn);
    message.data = data;
    assert_int_equal(hex_decode(packet, strlen(packet), data, sizeof data, &message.length), 0);
    assert_true(esme_send(esme, bytes, esme_submit_pdu(bytes, sizeof bytes, &message, sequence)));
}

static struct client_pdu expect(struct esme *esme, uint32_t command)
{
    struct client_pdu pdu;
    assert_true(esme_read(esme, &pdu));
    assert_int_equal(pdu.header.command, command);
    assert_int_equal(pdu.header.status, 0);
    return pdu;
}

static struct client_pdu expect_receipt(struct esme *esme, const char *text)
{
    struct client_pdu pdu = expect(esme, SMPP_DELIVER_SM);
    assert_int_equal(pdu.message.esm_class, SMPP_ESM_RECEIPT);
    assert_non_null(strstr(pdu.text, text));
    return pdu;
}

static struct client_pdu expect_por(struct esme *esme, uint8_t status)
{
    struct client_pdu pdu = expect(esme, SMPP_DELIVER_SM);
    assert_int_equal(pdu.message.esm_class, SMPP_ESM_UDHI);
    assert_true(pdu.message.length > 15);
    assert_int_equal((uint8_t)pdu.text[15], status); /* 02 71 00, RPL 2, RHL 1, TAR 3, CNTR 5, PCNTR 1 */
    return pdu;
}

static void acknowledge(struct esme *esme, const struct client_pdu *pdu)
{
    esme_header(esme, SMPP_DELIVER_SM | SMPP_RESPONSE, 0, pdu->header.sequence);
}

static void assert_scripts(const char *expected)
{
    char path[100], text[400];
    snprintf(path, sizeof path, "%s/state/scripts.log", directory);
    FILE *stream = fopen(path, "r");
    assert_non_null(stream);
    text[fread(text, 1, sizeof text - 1, stream)] = '\0';
    fclose(stream);
    assert_string_equal(text, expected);
}

static const char one_script[] = "card 961234567891 TAR B00010 CNTR 0000000001 executed 5 SW 9000 PoR 00\n";

static void it_goes_on_where_it_was_killed(void **state)
{
    (void)state;
    struct esme esme;
    start("group = fault\nmsisdn = " MUTE_CARD "\nwhat = card\naction = mute\n");
    esme_connect(&esme, address, 10);
    esme_bind(&esme);
    submit_packet(&esme, MUTE_CARD, 2);
    expect(&esme, SMPP_SUBMIT_SM | SMPP_RESPONSE);
    submit_packet(&esme, CARD, 3);
    expect(&esme, SMPP_SUBMIT_SM | SMPP_RESPONSE);
    struct client_pdu receipt = expect_receipt(&esme, "stat:DELIVRD");
    expect_por(&esme, 0x00);
    assert_scripts(one_script);
    kill_it(); /* neither was acknowledged */
    close(esme.fd);

    start(NULL);
    esme_connect(&esme, address, 10);
    esme_bind(&esme);
    struct client_pdu again = expect_receipt(&esme, "stat:DELIVRD");
    assert_string_equal(again.text, receipt.text);
    acknowledge(&esme, &again);
    struct client_pdu por = expect_por(&esme, 0x00);
    acknowledge(&esme, &por);
    /* the phone is on now: what was accepted for it arrives; its keys are others */
    struct client_pdu late = expect_receipt(&esme, "stat:DELIVRD");
    assert_string_equal(late.message.source.digits, MUTE_CARD);
    acknowledge(&esme, &late);
    por = expect_por(&esme, 0x01);
    acknowledge(&esme, &por);
    esme_header(&esme, SMPP_ENQUIRE_LINK, 0, 90);
    expect(&esme, SMPP_ENQUIRE_LINK | SMPP_RESPONSE); /* so the acknowledgements are committed */
    kill_it();
    close(esme.fd);

    start(NULL);
    esme_connect(&esme, address, 10);
    esme_bind(&esme);
    submit_packet(&esme, CARD, 4);
    expect(&esme, SMPP_SUBMIT_SM | SMPP_RESPONSE); /* nothing came again in front of this */
    expect_receipt(&esme, "stat:DELIVRD");
    expect_por(&esme, 0x02); /* the counter did not go back */
    assert_scripts(one_script);
    kill_it();
    close(esme.fd);
}

static int make_directory(void **state)
{
    (void)state;
    strcpy(directory, "/tmp/restart-XXXXXX");
    return mkdtemp(directory) != NULL ? 0 : -1;
}

static int remove_directory(void **state)
{
    (void)state;
    static const char *const files[] = {"cards.sqlite", "cards.sqlite-wal", "cards.sqlite-shm", "scripts.log",
                                        ""};
    char path[100];
    if (pid > 0) /* the test failed */
        kill(pid, SIGKILL);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/state/%s", directory, files[i]);
        remove(path);
    }
    return rmdir(directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_goes_on_where_it_was_killed, make_directory, remove_directory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
