/* simsim's cards in readers, with the driver's own end of the sockets on the other side. */
#include "bench.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "simsim/ifd/card_channel.h"
#include "simsim/reader_front.h"
#include "tests/measuring.h"

#define ASKED_MAX (4u << 20) /* bytes: more than the sockets hold */

static struct bench bench;
static char path[80];
static struct reader_front *front;
static struct fault_plan *faults;
static int control[2] = {-1, -1}, answers[2] = {-1, -1};
static FILE *answer_in, *answer_out;
static pthread_t thread;
static volatile sig_atomic_t stop;
static char error[300];

static int open_bench(void **state)
{
    (void)state;
    bench_open(&bench, NULL, NULL);
    snprintf(path, sizeof path, "%s/card", bench.directory);
    return 0;
}

static int close_bench(void **state)
{
    (void)state;
    bench_close(&bench);
    return 0;
}

static struct reader_front *try_to_open(const char *insert)
{
    const struct reader_front_options options = {
        .ifd = path, .insert = insert, .faults = faults, .control = control[0], .answers = answer_out};
    error[0] = '\0';
    return reader_front_open(bench.population, &options, error, sizeof error);
}

static void *run(void *user)
{
    (void)user;
    char problem[200];
    assert_int_equal(reader_front_run(front, &stop, problem, sizeof problem), 0);
    return NULL;
}

static void start_front(const char *insert)
{
    assert_int_equal(pipe(control), 0);
    assert_int_equal(pipe(answers), 0);
    answer_out = fdopen(answers[1], "w");
    answer_in = fdopen(answers[0], "r");
    stop = 0;
    front = try_to_open(insert);
    if (front == NULL)
        fail_msg("%s", error);
    assert_int_equal(pthread_create(&thread, NULL, run, NULL), 0);
}

static const char *say(const char *line)
{
    static char answer[200];
    assert_int_equal(write(control[1], line, strlen(line)), (ssize_t)strlen(line));
    assert_non_null(fgets(answer, sizeof answer, answer_in));
    return answer;
}

static void stop_front(void)
{
    stop = 1;
    assert_int_equal(write(control[1], "\n", 1), 1); /* wakes it */
    pthread_join(thread, NULL);
    reader_front_close(&front);
    close(control[0]);
    close(control[1]);
    fclose(answer_in);
    fclose(answer_out);
    answer_out = NULL;
    control[0] = -1;
}

static void power_up(struct card_channel *channel, unsigned slot)
{
    uint8_t atr[CARD_CHANNEL_ATR_MAX];
    size_t length = 0;
    assert_true(card_channel_init(channel, path, slot));
    assert_true(card_channel_is_present(channel));
    assert_int_equal(card_channel_start(channel, READER_POWER_ON, atr, &length), CARD_CHANNEL_OK);
    assert_int_equal(length, 9);
    assert_memory_equal(atr, "\x3B\x16\x94otabox", 9);
}

static void expect(struct card_channel *channel, const char *command, size_t length, const char *answer,
                   size_t answer_length)
{
    uint8_t response[300];
    size_t response_length = sizeof response;
    assert_int_equal(card_channel_transmit(channel, (const uint8_t *)command, length, response, &response_length),
                     CARD_CHANNEL_OK);
    assert_int_equal(response_length, answer_length);
    assert_memory_equal(response, answer, answer_length);
}

static void expect_iccid(struct card_channel *channel, const char *iccid)
{
    expect(channel, "\xA0\xA4\0\0\2\x2F\xE2", 7, "\x9F\x0F", 2);
    expect(channel, "\xA0\xB0\0\0\x0A", 5, iccid, 12);
}

static const char *const iccids[] = {
    "\x98\x19\x32\x54\x76\x87\x98\x10\x32\xF4\x90", "\x98\x19\x32\x54\x76\x87\x98\x10\x32\xF5\x90",
    "\x98\x19\x32\x54\x76\x87\x98\x10\x32\xF6\x90"};

static void the_first_cards_of_the_file_are_in(void **state)
{
    (void)state;
    start_front(NULL);
    assert_int_equal(reader_front_inserted(front), 3);
    struct card_channel channels[3], empty;
    for (unsigned slot = 0; slot < 3; slot++) {
        power_up(&channels[slot], slot);
        expect_iccid(&channels[slot], iccids[slot]);
    }
    assert_true(card_channel_init(&empty, path, 3));
    assert_false(card_channel_is_present(&empty));
    for (unsigned slot = 0; slot < 3; slot++)
        card_channel_close(&channels[slot]);
    stop_front();
}

static void a_list_says_which_cards_are_where(void **state)
{
    (void)state;
    start_front(",961234567892,,+961234567890");
    struct card_channel channel;
    power_up(&channel, 1);
    expect_iccid(&channel, iccids[2]);
    card_channel_close(&channel);
    power_up(&channel, 3);
    expect_iccid(&channel, iccids[0]);
    card_channel_close(&channel);
    stop_front();
    start_front("0");
    assert_int_equal(reader_front_inserted(front), 0);
    stop_front();
    start_front("2");
    assert_int_equal(reader_front_inserted(front), 2);
    stop_front();
}

static void a_wrong_list_is_refused(void **state)
{
    (void)state;
    static const char *const bad[][2] = {
        {"961234567899", "slot 0: MSISDN '961234567899' has no card"},
        {"961234567890,961234567890", "slot 0: the card 961234567890 is in it already"},
        {"12345678901234567", "expected at most 16"},
        {"1 2", "expected insert SLOT MSISDN"},
        {",,,,,,,,961234567890", "more than 8 cards"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_null(try_to_open(bad[i][0]));
        if (strstr(error, bad[i][1]) == NULL)
            fail_msg("'%s': '%s' lacks '%s'", bad[i][0], error, bad[i][1]);
    }
}

static void lines_move_cards(void **state)
{
    (void)state;
    struct card_channel channel;
    start_front("1");
    assert_string_equal(say("list\n"), "slot 0: 961234567890\n");
    power_up(&channel, 0);
    channel.absent_ms = 0;
    assert_string_equal(say("remove 0\n"), "slot 0: empty\n");
    assert_false(card_channel_is_present(&channel));
    assert_false(card_channel_is_present(&channel));
    assert_string_equal(say("insert 0 961234567891\n"), "slot 0: 961234567891\n");
    assert_true(card_channel_is_present(&channel));
    expect_iccid(&channel, iccids[1]);
    assert_string_equal(say("insert 0 961234567890\n"), "refused: slot 0: the card 961234567891 is in it already\n");
    assert_string_equal(say("insert 1 961234567891\n"), "refused: slot 0: the card 961234567891 is in it already\n");
    assert_string_equal(say("insert 1 12\n"), "refused: slot 1: MSISDN '12' has no card\n");
    assert_string_equal(say("remove 5\n"), "refused: slot 5: no card is in it\n");
    assert_string_equal(say("  \n\nremove\n"), "refused: 'remove', expected remove SLOT\n");
    char line[200];
    memset(line, 'x', sizeof line);
    memcpy(line + 190, "\nlist\n", 7);
    assert_string_equal(say(line), "refused: a line is too long\n");
    assert_string_equal(say(""), "slot 0: 961234567891\n");
    expect_iccid(&channel, iccids[1]); /* none of that disturbed it */
    card_channel_close(&channel);
    stop_front();
}

static void without_power_a_card_forgets(void **state)
{
    (void)state;
    struct card_channel channel;
    static const char read_spn[] = "\xA0\xB0\0\0\1";
    start_front("961234567891");
    power_up(&channel, 0);
    expect(&channel, "\xA0\xA4\0\0\2\x7F\x20", 7, "\x9F\x16", 2);
    expect(&channel, "\xA0\xA4\0\0\2\x6F\x46", 7, "\x9F\x0F", 2);
    expect(&channel, read_spn, 5, "\xFF\x90", 3);
    card_channel_power_off(&channel);
    expect(&channel, read_spn, 5, "\x94", 2);
    expect(&channel, "\xA0\xA4\0\0\2\x2F\xE2", 7, "\x9F\x0F", 2);
    card_channel_close(&channel); /* pcscd is gone */
    power_up(&channel, 0);
    expect(&channel, read_spn, 5, "\x94", 2);
    card_channel_close(&channel);
    stop_front();
}

static int raw_connection(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s.0", path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){.tv_sec = 10}, sizeof(struct timeval));
    return fd;
}

static void expect_raw(int fd, const char *answer, size_t length)
{
    char bytes[600];
    for (size_t got = 0; got < length;) {
        ssize_t count = recv(fd, bytes + got, length - got, 0);
        assert_true(count > 0);
        got += (size_t)count;
        if (got == length)
            assert_memory_equal(bytes, answer, length);
    }
}

static void any_bytes_are_borne(void **state)
{
    (void)state;
    static char zeros[0xFFFF + 2] = {(char)0xFF, (char)0xFF};
    start_front("1");
    int fd = raw_connection();
    /* empty frame; unknown control; a command too long for any card; one in pieces; several at once */
    assert_int_equal(send(fd, "\0\0\0\1\x7F", 5, 0), 5);
    for (size_t sent = 0; sent < sizeof zeros;)
        sent += (size_t)send(fd, zeros + sent, sizeof zeros - sent, 0);
    expect_raw(fd, "\0\2\x67\0", 4);
    assert_int_equal(send(fd, "\0", 1, 0), 1);
    assert_int_equal(send(fd, "\5\xA0\xA4", 3, 0), 3);
    assert_int_equal(send(fd, "\0\0\1", 3, 0), 3);
    expect_raw(fd, "\0\2\x67\0", 4);
    assert_int_equal(send(fd, "\0\2\xA0\xA4\0\2\x80\xF2\0\4\0\xF2\0\0\0\1\4", 17, 0), 17);
    expect_raw(fd, "\0\2\x67\0\0\2\x67\0\0\2\x6E\0\0\x9\x3B\x16\x94otabox", 23);
    /* random bytes, and gone in the middle */
    srandom(1);
    for (int round = 0; round < 200; round++) {
        char bytes[64];
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (char)(i % 8 == 0 ? 0 : random());
        if (send(fd, bytes, (size_t)random() % sizeof bytes, MSG_NOSIGNAL) < 0)
            fail_msg("the front hung up: %s", strerror(errno));
        char drain[4096];
        while (recv(fd, drain, sizeof drain, MSG_DONTWAIT) > 0)
            ;
    }
    close(fd);
    struct card_channel channel;
    power_up(&channel, 0);
    expect_iccid(&channel, iccids[0]);
    card_channel_close(&channel);
    stop_front();
}

static void a_driver_that_reads_nothing_stops_only_itself(void **state)
{
    (void)state;
    start_front("2");
    int fd = raw_connection();
    size_t sent = 0;
    char asks[3000];
    for (size_t i = 0; i < sizeof asks; i += 3)
        memcpy(asks + i, "\0\1\4", 3);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &(struct timeval){.tv_sec = 1}, sizeof(struct timeval));
    for (ssize_t count; sent < ASKED_MAX && (count = send(fd, asks, sizeof asks, MSG_NOSIGNAL)) > 0;)
        sent += (size_t)count;
    assert_true(sent < ASKED_MAX); /* the front holds one reply back, and reads no more */
    struct card_channel channel;
    power_up(&channel, 1);
    expect_iccid(&channel, iccids[1]);
    card_channel_close(&channel);
    close(fd);
    power_up(&channel, 0);
    card_channel_close(&channel);
    stop_front();
}

static void a_second_driver_waits_its_turn(void **state)
{
    (void)state;
    uint8_t atr[CARD_CHANNEL_ATR_MAX];
    size_t length;
    struct card_channel first, second;
    start_front("1");
    power_up(&first, 0);
    assert_true(card_channel_init(&second, path, 0));
    second.atr_wait_ms = 100;
    card_channel_is_present(&second);
    assert_int_equal(card_channel_start(&second, READER_POWER_ON, atr, &length), CARD_CHANNEL_MUTE);
    expect_iccid(&first, iccids[0]);
    card_channel_close(&first);
    power_up(&second, 0);
    card_channel_close(&second);
    stop_front();
}

/* The front with this plan for its first two cards. */
static void start_with_faults(const char *plan)
{
    char name[100], problem[200];
    snprintf(name, sizeof name, "%s/faults.conf", bench.directory);
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    fputs(plan, file);
    fclose(file);
    faults = fault_plan_read(name, FAULT_AT_READERS, problem, sizeof problem);
    assert_non_null(faults);
    start_front("2");
}

static void stop_with_faults(void)
{
    stop_front();
    fault_plan_free(&faults);
}

#define FIRST_CARD "group = fault\nmsisdn = 961234567890\nwhat = card\n"
#define ENVELOPE "\xA0\xC2\0\0\2\xD1\0" /* of an SMS in name only: 9000 */

static enum card_channel_result send_envelope(struct card_channel *channel)
{
    uint8_t response[300];
    size_t length = sizeof response;
    enum card_channel_result result =
        card_channel_transmit(channel, (const uint8_t *)ENVELOPE, sizeof ENVELOPE - 1, response, &length);
    if (result == CARD_CHANNEL_OK)
        assert_memory_equal(response, "\x90\0", 2);
    return result;
}

static void a_slow_answer_holds_nobody_else_up(void **state)
{
    (void)state;
    start_with_faults(FIRST_CARD "action = delay\ndelay = 1000\n\n" FIRST_CARD "action = delay\ndelay = 0.05\n");
    struct card_channel channel, other;
    char byte;
    int fd = raw_connection();
    assert_int_equal(send(fd, "\0\7" ENVELOPE, 9, 0), 9);
    power_up(&other, 1);
    for (int i = 0; i < 100; i++)
        expect_iccid(&other, iccids[1]);
    assert_int_equal(recv(fd, &byte, 1, MSG_DONTWAIT), -1);
    close(fd); /* the driver has waited long enough: the card is free for it at once */
    power_up(&channel, 0);
    expect_iccid(&channel, iccids[0]);
    int64_t began = now_ms();
    assert_int_equal(send_envelope(&channel), CARD_CHANNEL_OK);
    assert_true(now_ms() - began >= 49);
    began = now_ms();
    for (int i = 0; i < 100; i++)
        expect_iccid(&channel, iccids[0]);
    assert_true(now_ms() - began < 200 * 49); /* only that one was late */
    card_channel_close(&channel);
    card_channel_close(&other);
    stop_with_faults();
}

static void a_mute_card_is_there_again(void **state)
{
    (void)state;
    start_with_faults(FIRST_CARD "action = mute\ncount = 1\n");
    struct card_channel channel;
    power_up(&channel, 0);
    channel.apdu_wait_ms = 50;
    assert_int_equal(send_envelope(&channel), CARD_CHANNEL_MUTE);
    power_up(&channel, 0);
    expect_iccid(&channel, iccids[0]);
    assert_int_equal(send_envelope(&channel), CARD_CHANNEL_OK);
    card_channel_close(&channel);
    stop_with_faults();
}

static void a_card_is_pulled_for_a_moment(void **state)
{
    (void)state;
    start_with_faults(FIRST_CARD "action = pull\ncount = 2\n");
    struct card_channel channel, other;
    power_up(&channel, 0);
    power_up(&other, 1);
    expect(&channel, "\xA0\xA4\0\0\2\x7F\x20", 7, "\x9F\x16", 2);
    expect(&channel, "\xA0\xA4\0\0\2\x6F\x46", 7, "\x9F\x0F", 2);
    assert_int_equal(send_envelope(&channel), CARD_CHANNEL_CUT_OFF);
    assert_false(card_channel_is_present(&channel)); /* for CARD_CHANNEL_ABSENT_MS */
    power_up(&channel, 0);
    expect(&channel, "\xA0\xB0\0\0\1", 5, "\x94", 2); /* it had no power: nothing is selected */
    assert_int_equal(send_envelope(&channel), CARD_CHANNEL_CUT_OFF);
    power_up(&channel, 0);
    assert_int_equal(send_envelope(&channel), CARD_CHANNEL_OK);
    expect_iccid(&other, iccids[1]);
    assert_int_equal(send_envelope(&other), CARD_CHANNEL_OK);
    card_channel_close(&channel);
    card_channel_close(&other);
    stop_with_faults();
}

static void sockets_come_and_go_with_the_cards(void **state)
{
    (void)state;
    char name[100];
    struct stat status;
    snprintf(name, sizeof name, "%s.0", path);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strcpy(address.sun_path, name);
    int left = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(left, (struct sockaddr *)&address, sizeof address), 0);
    close(left); /* as kill -9 leaves it */
    start_front("1");
    assert_int_equal(stat(name, &status), 0);
    assert_null(try_to_open("2")); /* another simsim */
    assert_non_null(strstr(error, "Address already in use"));
    assert_string_equal(say("remove 0\n"), "slot 0: empty\n");
    assert_int_equal(stat(name, &status), -1);
    stop_front();
    FILE *file = fopen(name, "w"); /* no socket: not ours to remove */
    assert_non_null(file);
    fclose(file);
    assert_null(try_to_open("1"));
    assert_int_equal(unlink(name), 0);
    snprintf(path, sizeof path, "%s/nowhere/card", bench.directory);
    assert_null(try_to_open("1"));
    assert_non_null(strstr(error, "No such file or directory"));
}

static void vpcd_addresses_are_checked(void **state)
{
    (void)state;
    static const char *const bad[] = {"127.0.0.1", "127.0.0.1:0", "127.0.0.1:65529", "nobody.invalid:1"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const struct reader_front_options options = {.vpcd = bad[i], .control = -1};
        error[0] = '\0';
        assert_null(reader_front_open(bench.population, &options, error, sizeof error));
        assert_true(error[0] != '\0');
    }
    const struct reader_front_options options = {.vpcd = "127.0.0.1:65528", .control = -1};
    struct reader_front *good = reader_front_open(bench.population, &options, error, sizeof error);
    assert_non_null(good);
    assert_int_equal(reader_front_inserted(good), 2);
    reader_front_close(&good);
}

#define READER_TEST(test) cmocka_unit_test_setup_teardown(test, open_bench, close_bench)

int main(void)
{
    const struct CMUnitTest tests[] = {
        READER_TEST(the_first_cards_of_the_file_are_in),
        READER_TEST(a_list_says_which_cards_are_where),
        READER_TEST(a_wrong_list_is_refused),
        READER_TEST(lines_move_cards),
        READER_TEST(without_power_a_card_forgets),
        READER_TEST(any_bytes_are_borne),
        READER_TEST(a_driver_that_reads_nothing_stops_only_itself),
        READER_TEST(a_second_driver_waits_its_turn),
        READER_TEST(a_slow_answer_holds_nobody_else_up),
        READER_TEST(a_mute_card_is_there_again),
        READER_TEST(a_card_is_pulled_for_a_moment),
        READER_TEST(sockets_come_and_go_with_the_cards),
        READER_TEST(vpcd_addresses_are_checked),
    };
    return cmocka_run_group_tests_name("reader front", tests, NULL, NULL);
}
