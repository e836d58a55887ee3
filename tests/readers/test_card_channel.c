/* The driver's end of a socket, with card programs that are well, gone, mute or mad. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "simsim/ifd/card_channel.h"
#include "tests/measuring.h"

#define SLOT 3
#define SHORT_WAIT_MS 100

static char directory[] = "/tmp/card-channel-XXXXXX";
static char path[64];
static struct card_channel channel;

/* A card program: takes one connection, and sends this after so many bytes have come. */
struct program {
    size_t after;
    const char *bytes;
    size_t length;
    bool hangs_up; /* then; otherwise it waits until the driver does */
    int listener;
    pthread_t thread;
};

static void *run_program(void *user)
{
    struct program *program = user;
    char byte;
    int fd = accept(program->listener, NULL, NULL);
    for (size_t i = 0; i < program->after; i++)
        assert_int_equal(recv(fd, &byte, 1, 0), 1);
    for (size_t i = 0; i < program->length; i++) /* one by one: a frame may come in pieces */
        send(fd, program->bytes + i, 1, MSG_NOSIGNAL);
    while (!program->hangs_up && recv(fd, &byte, 1, 0) > 0)
        ;
    close(fd);
    return NULL;
}

static void start_program(struct program *program)
{
    program->listener = socket(AF_UNIX, SOCK_STREAM, 0);
    unlink(channel.address.sun_path);
    assert_int_equal(bind(program->listener, (struct sockaddr *)&channel.address, sizeof channel.address), 0);
    assert_int_equal(listen(program->listener, 1), 0);
    assert_int_equal(pthread_create(&program->thread, NULL, run_program, program), 0);
}

static void stop_program(struct program *program)
{
    card_channel_close(&channel);
    pthread_join(program->thread, NULL);
    close(program->listener);
    unlink(channel.address.sun_path);
}

static int open_channel(void **state)
{
    (void)state;
    snprintf(path, sizeof path, "%s/card", directory);
    assert_true(card_channel_init(&channel, path, SLOT));
    channel.atr_wait_ms = channel.apdu_wait_ms = SHORT_WAIT_MS;
    return 0;
}

static void a_path_that_is_too_long_is_refused(void **state)
{
    (void)state;
    char name[120];
    struct card_channel other;
    memset(name, 'x', sizeof name);
    name[105] = '\0';
    assert_true(card_channel_init(&other, name, 7));
    name[105] = 'x';
    name[106] = '\0';
    assert_false(card_channel_init(&other, name, 7));
}

static void nobody_listens_no_card(void **state)
{
    (void)state;
    uint8_t response[2], atr[CARD_CHANNEL_ATR_MAX];
    size_t length = sizeof response;
    assert_false(card_channel_is_present(&channel));
    assert_int_equal(card_channel_start(&channel, READER_POWER_ON, atr, &length), CARD_CHANNEL_NO_CARD);
    assert_int_equal(length, 0);
    card_channel_power_off(&channel);
    length = sizeof response;
    assert_int_equal(card_channel_transmit(&channel, (const uint8_t *)"\xA0\xF2\0\0", 4, response, &length),
                     CARD_CHANNEL_NO_CARD);
}

static void a_card_starts_and_answers(void **state)
{
    (void)state;
    uint8_t answer[CARD_CHANNEL_ATR_MAX];
    size_t length = 0;
    struct program program = {.after = 6, .bytes = "\0\2\x3B\0", .length = 4};
    start_program(&program);
    assert_true(card_channel_is_present(&channel));
    assert_true(card_channel_is_present(&channel));
    assert_int_equal(card_channel_start(&channel, READER_RESET, answer, &length), CARD_CHANNEL_OK);
    assert_int_equal(length, 2);
    assert_memory_equal(answer, "\x3B\0", 2);
    stop_program(&program);

    struct program second = {.after = 7, .bytes = "\0\3\x16\x9F\x22", .length = 5};
    start_program(&second);
    assert_true(card_channel_is_present(&channel));
    length = 3; /* just enough room */
    assert_int_equal(card_channel_transmit(&channel, (const uint8_t *)"\xA0\xF2\0\0\1", 5, answer, &length),
                     CARD_CHANNEL_OK);
    assert_int_equal(length, 3);
    assert_memory_equal(answer, "\x16\x9F\x22", 3);
    stop_program(&second);
}

/* What a card program sends instead of an answer to a command of 5 bytes, and how that ends. */
static const struct {
    const char *name, *bytes;
    size_t length;
    bool hangs_up;
    enum card_channel_result result;
} misdeeds[] = {
    {"hangs up", "", 0, true, CARD_CHANNEL_CUT_OFF},
    {"hangs up in the header", "\0", 1, true, CARD_CHANNEL_CUT_OFF},
    {"hangs up in the body", "\0\2\x90", 3, true, CARD_CHANNEL_CUT_OFF},
    {"is mute", "", 0, false, CARD_CHANNEL_MUTE},
    {"is mute in the header", "\0", 1, false, CARD_CHANNEL_MUTE},
    {"is mute in the body", "\0\2\x90", 3, false, CARD_CHANNEL_MUTE},
    {"has nothing to say", "\0\0", 2, false, CARD_CHANNEL_NONSENSE},
    {"says half a status word", "\0\1\x90", 3, false, CARD_CHANNEL_NONSENSE},
    {"says more than there is room for", "\0\5\1\2\3\x90\0", 7, false, CARD_CHANNEL_NONSENSE},
    {"promises 65535 bytes", "\xFF\xFF\0\0", 4, false, CARD_CHANNEL_NONSENSE},
};

static void misdeeds_pull_the_card_in_time(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof misdeeds / sizeof misdeeds[0]; i++) {
        struct program program = {.after = 7,
                                  .bytes = misdeeds[i].bytes,
                                  .length = misdeeds[i].length,
                                  .hangs_up = misdeeds[i].hangs_up};
        uint8_t *response = malloc(4);
        size_t length = 4;
        start_program(&program);
        assert_true(card_channel_is_present(&channel));
        int64_t began = now_ms();
        enum card_channel_result result =
            card_channel_transmit(&channel, (const uint8_t *)"\xA0\xF2\0\0\2", 5, response, &length);
        if (result != misdeeds[i].result)
            fail_msg("a card that %s: %d, expected %d", misdeeds[i].name, result, misdeeds[i].result);
        assert_true(now_ms() - began < 20 * SHORT_WAIT_MS);
        assert_int_equal(channel.fd, -1);
        assert_false(card_channel_is_present(&channel)); /* seen to be gone, though somebody listens */
        free(response);
        stop_program(&program);
        channel.absent_until = 0;
    }
}

/* Long enough for pcscd's own poll, whoever else asks in front of it. */
static void a_lost_card_stays_away_for_a_while(void **state)
{
    (void)state;
    uint8_t response[4];
    size_t length = sizeof response;
    struct program program = {.after = 7, .hangs_up = true}, second = {.after = 0};
    channel.absent_ms = 200;
    start_program(&program);
    assert_true(card_channel_is_present(&channel));
    assert_int_equal(card_channel_transmit(&channel, (const uint8_t *)"\xA0\xF2\0\0\2", 5, response, &length),
                     CARD_CHANNEL_CUT_OFF);
    int64_t began = now_ms();
    stop_program(&program);
    start_program(&second); /* put back at once */
    while (!card_channel_is_present(&channel))
        assert_true(now_ms() - began < 10000);
    assert_true(now_ms() - began >= 190);
    stop_program(&second);
}

/* Or it would be taken for the answer to the next command. */
static void what_nobody_asked_for_pulls_the_card(void **state)
{
    (void)state;
    uint8_t response[8];
    size_t length = sizeof response;
    struct program program = {.bytes = "\0\2\x90\0", .length = 4};
    start_program(&program);
    assert_true(card_channel_is_present(&channel));
    struct pollfd unasked = {.fd = channel.fd, .events = POLLIN};
    assert_int_equal(poll(&unasked, 1, 10000), 1);
    assert_int_equal(card_channel_transmit(&channel, (const uint8_t *)"\xA0\xF2\0\0\2", 5, response, &length),
                     CARD_CHANNEL_NO_CARD);
    assert_int_equal(channel.fd, -1);
    stop_program(&program);
}

static void an_atr_that_is_too_long_pulls_the_card(void **state)
{
    (void)state;
    uint8_t *atr = malloc(CARD_CHANNEL_ATR_MAX);
    char bytes[2 + CARD_CHANNEL_ATR_MAX + 1] = {0, CARD_CHANNEL_ATR_MAX + 1};
    size_t length = 0;
    struct program program = {.after = 6, .bytes = bytes, .length = sizeof bytes};
    start_program(&program);
    assert_true(card_channel_is_present(&channel));
    assert_int_equal(card_channel_start(&channel, READER_POWER_ON, atr, &length), CARD_CHANNEL_NONSENSE);
    assert_int_equal(length, 0);
    free(atr);
    stop_program(&program);
}

static void a_card_that_never_reads_is_mute(void **state)
{
    (void)state;
    static uint8_t command[0xFFFF], response[2];
    size_t length = sizeof response;
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&channel.address, sizeof channel.address), 0);
    assert_int_equal(listen(listener, 1), 0); /* the kernel connects, nobody accepts */
    assert_true(card_channel_is_present(&channel));
    setsockopt(channel.fd, SOL_SOCKET, SO_SNDBUF, &(int){4096}, sizeof(int));
    assert_int_equal(card_channel_transmit(&channel, command, sizeof command, response, &length),
                     CARD_CHANNEL_MUTE);
    close(listener);
    unlink(channel.address.sun_path);
}

static void commands_have_4_to_65535_bytes(void **state)
{
    (void)state;
    static uint8_t command[0x10000], response[2];
    size_t length = sizeof response;
    assert_int_equal(card_channel_transmit(&channel, command, 3, response, &length), CARD_CHANNEL_BAD_LENGTH);
    assert_int_equal(card_channel_transmit(&channel, command, 0, response, &length), CARD_CHANNEL_BAD_LENGTH);
    assert_int_equal(card_channel_transmit(&channel, command, 0x10000, response, &length),
                     CARD_CHANNEL_BAD_LENGTH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_path_that_is_too_long_is_refused, open_channel),
        cmocka_unit_test_setup(nobody_listens_no_card, open_channel),
        cmocka_unit_test_setup(a_card_starts_and_answers, open_channel),
        cmocka_unit_test_setup(misdeeds_pull_the_card_in_time, open_channel),
        cmocka_unit_test_setup(a_lost_card_stays_away_for_a_while, open_channel),
        cmocka_unit_test_setup(what_nobody_asked_for_pulls_the_card, open_channel),
        cmocka_unit_test_setup(an_atr_that_is_too_long_pulls_the_card, open_channel),
        cmocka_unit_test_setup(a_card_that_never_reads_is_mute, open_channel),
        cmocka_unit_test_setup(commands_have_4_to_65535_bytes, open_channel),
    };
    if (mkdtemp(directory) == NULL)
        return 1;
    int failures = cmocka_run_group_tests_name("card channel", tests, NULL, NULL);
    rmdir(directory);
    return failures;
}
