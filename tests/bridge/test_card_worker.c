/* The worker over a fake reader: order, what comes again, what a card sends, a card that comes and goes. The
 * fake takes the place of pcsc_card.c at the link. */
#include "config.h" /* pthread_getname_np */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pcsc-bridge/card_worker.h"
#include "pcsc-bridge/pcsc_card.h"

/* One reader with a UICC, perhaps an empty one behind it; ENVELOPEs are answered by the words, in turn, then
 * 9000. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool has_card, is_taken, is_slow;
    struct reader_claims
        *other_claims; /* another worker is at it until the second reader was opened; NULL: no */
    unsigned envelopes, opens, looks;
    char seen[128]; /* the last byte of each ENVELOPE */
    uint16_t words[8];
    unsigned next_word;
    bool loses_answer;
    bool slips;               /* out at the next ENVELOPE, and in again */
    unsigned refused_submits; /* TERMINAL RESPONSEs with "network unable" */
    unsigned nonsense;        /* so many ICCIDs cannot be read */
    unsigned submits_waiting; /* SEND SHORT MESSAGE after each ENVELOPE */
    bool wants_pin;           /* and none is configured */
    bool starts_endlessly;    /* TERMINAL PROFILE, and each TERMINAL RESPONSE, brings a command */
    bool is_endless;          /* each STATUS and each TERMINAL RESPONSE brings a command */
} reader = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

struct pcsc_card {
    bool is_open;
};

const char *pcsc_result_text(enum pcsc_result result)
{
    return result == PCSC_NO_CARD ? "no card" : "in use";
}

struct pcsc_card *pcsc_card_new(void)
{
    return calloc(1, sizeof(struct pcsc_card));
}

void pcsc_card_free(struct pcsc_card **card)
{
    free(*card);
    *card = NULL;
}

enum pcsc_result pcsc_card_list(struct pcsc_card *card, struct pcsc_readers *readers)
{
    (void)card;
    strcpy(readers->names[0], "fake 00 00");
    strcpy(readers->names[1], "fake 00 01");
    pthread_mutex_lock(&reader.lock);
    readers->count = reader.other_claims != NULL ? 2 : 1;
    reader.looks++;
    pthread_mutex_unlock(&reader.lock);
    return PCSC_OK;
}

enum pcsc_result pcsc_card_open(struct pcsc_card *card, const char *name)
{
    if (strcmp(name, "fake 00 01") == 0) {
        reader_claims_give_back(reader.other_claims, "fake 00 00");
        return PCSC_NO_CARD;
    }
    assert_string_equal(name, "fake 00 00");
    pthread_mutex_lock(&reader.lock);
    enum pcsc_result result = reader.is_taken ? PCSC_IN_USE : reader.has_card ? PCSC_OK : PCSC_NO_CARD;
    reader.opens++;
    pthread_mutex_unlock(&reader.lock);
    card->is_open = result == PCSC_OK;
    return result;
}

void pcsc_card_close(struct pcsc_card *card)
{
    card->is_open = false;
}

bool pcsc_card_is_open(const struct pcsc_card *card)
{
    return card->is_open;
}

bool pcsc_card_check(struct pcsc_card *card)
{
    pthread_mutex_lock(&reader.lock);
    card->is_open = card->is_open && reader.has_card;
    pthread_mutex_unlock(&reader.lock);
    return card->is_open;
}

static int fake_reset(void *user, uint8_t atr[static ATR_SIZE_MAX], size_t *atr_length)
{
    (void)user;
    memset(atr, 0x3B, 2);
    *atr_length = 2;
    return 0;
}

static void answer(uint8_t *response, size_t *length, const char *data, size_t data_length, uint16_t sw)
{
    memcpy(response, data, data_length);
    response[data_length] = (uint8_t)(sw >> 8);
    response[data_length + 1] = (uint8_t)sw;
    *length = data_length + 2;
}

static uint16_t take_envelope(uint8_t last)
{
    while (reader.is_slow)
        pthread_cond_wait(&reader.changed, &reader.lock);
    reader.seen[reader.envelopes++] = (char)last;
    if (reader.next_word < 8 && reader.words[reader.next_word] != 0)
        return reader.words[reader.next_word++];
    return reader.submits_waiting > 0 ? 0x911B : 0x9000;
}

static bool brings_command(const uint8_t *command)
{
    const bool is_response = command[1] == 0x14, is_poll = command[1] == 0xF2 && command[2] == 0;
    return (reader.is_endless && (is_response || is_poll)) ||
           (reader.starts_endlessly && (is_response || command[1] == 0x10));
}

static int fake_transmit(void *user, const uint8_t *command, size_t length,
                         uint8_t response[static APDU_RESPONSE_MAX], size_t *response_length)
{
    static const char iccid[] = "\x98\x19\x32\x54\x76\x87\x98\x10\x32\xF5";
    static const char wants_pin[] = "\x62\x0B\xC6\x09\x90\x01\x80\x83\x01\x01\x95\x01\x95";
    static const char submit[] =
        "\xD0\x19\x81\x03\x01\x13\x00\x82\x02\x81\x83\x8B\x0E\x41\x00\x03\x81\x21\xF3\x7F\xF6"
        "\x05\x02\x71\x00\x00\xAB";
    struct pcsc_card *card = user;
    int result = 0;
    pthread_mutex_lock(&reader.lock);
    if (!reader.has_card)
        result = CARD_LINK_NO_CARD;
    else if (command[1] == 0xB0)
        answer(response, response_length, iccid, 10,
               reader.nonsense > 0 && reader.nonsense-- > 0 ? 0x6F00 : 0x9000);
    else if (command[1] == 0xA4 && reader.wants_pin)
        answer(response, response_length, wants_pin, 13, 0x9000);
    else if (command[1] == 0x20)
        answer(response, response_length, "", 0, 0x63C3);
    else if (command[1] == 0x12)
        answer(response, response_length, submit, 27, 0x9000);
    else if (command[1] != 0xC2) {
        reader.refused_submits += command[1] == 0x14 && command[length - 2] == 0x21;
        answer(response, response_length, "", 0, brings_command(command) ? 0x911B : 0x9000);
    } else if (reader.slips)
        result = CARD_LINK_NO_CARD;
    else if (reader.loses_answer)
        result = CARD_LINK_MUTE;
    else
        answer(response, response_length, "", 0, take_envelope(command[length - 1]));
    reader.slips = reader.slips && result == 0;
    if (result != 0)
        card->is_open = false;
    pthread_mutex_unlock(&reader.lock);
    return result;
}

struct card_link pcsc_card_link(struct pcsc_card *card)
{
    return (struct card_link){.card = card, .reset = fake_reset, .transmit = fake_transmit};
}

/* --- the other side */

struct office {
    _Atomic int64_t jumped_ms; /* how far the worker's clock is before the machine's */
    char log[2000];            /* its lines; under the reader's lock */
    char thread[16];           /* that wrote the last one */
    char handed[128];          /* the ids that the worker said, as digits; under the reader's lock */
    struct reader_claims claims;
    struct card_worker_hooks hooks;
    struct card_settings settings;
    struct card_worker *worker;
};

static void on_news(void *user)
{
    (void)user;
    pthread_mutex_lock(&reader.lock);
    pthread_cond_broadcast(&reader.changed);
    pthread_mutex_unlock(&reader.lock);
}

static int64_t on_now_ms(void *user)
{
    const struct office *office = user;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return office->jumped_ms + (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void on_log(void *user, const char *msisdn, const char *line)
{
    struct office *office = user;
    assert_string_equal(msisdn, "961234567890");
    pthread_mutex_lock(&reader.lock);
    size_t length = strlen(office->log);
    snprintf(office->log + length, sizeof office->log - length, "%s\n", line);
    pthread_getname_np(pthread_self(), office->thread, sizeof office->thread);
    pthread_mutex_unlock(&reader.lock);
}

static void assert_thread(struct office *office, const char *name)
{
    pthread_mutex_lock(&reader.lock);
    assert_string_equal(office->thread, name);
    pthread_mutex_unlock(&reader.lock);
}

static bool is_logged(struct office *office, const char *words)
{
    pthread_mutex_lock(&reader.lock);
    bool is = strstr(office->log, words) != NULL;
    pthread_mutex_unlock(&reader.lock);
    return is;
}

static uint64_t on_handed(void *user, const char *msisdn, uint64_t id)
{
    struct office *office = user;
    assert_string_equal(msisdn, "961234567890");
    pthread_mutex_lock(&reader.lock);
    size_t length = strlen(office->handed);
    uint64_t before = length > 0 ? (uint64_t)(office->handed[length - 1] - '0') : 0;
    office->handed[length] = (char)('0' + id);
    pthread_mutex_unlock(&reader.lock);
    return before;
}

static bool is_handed(struct office *office)
{
    pthread_mutex_lock(&reader.lock);
    bool is = office->handed[0] != '\0';
    pthread_mutex_unlock(&reader.lock);
    return is;
}

static int set_up_beside(void **state, bool another_is_at_it)
{
    struct office *office = calloc(1, sizeof *office);
    assert_non_null(office);
    reader.has_card = true;
    reader.is_taken = reader.is_slow = reader.loses_answer = false;
    reader.slips = reader.wants_pin = reader.is_endless = reader.starts_endlessly = false;
    reader.refused_submits = 0;
    reader.envelopes = reader.opens = reader.looks = reader.next_word = reader.submits_waiting = 0;
    memset(reader.seen, 0, sizeof reader.seen);
    memset(reader.words, 0, sizeof reader.words);
    reader_claims_init(&office->claims);
    reader.other_claims = another_is_at_it ? &office->claims : NULL;
    if (another_is_at_it)
        assert_true(reader_claims_take(&office->claims, "fake 00 00"));
    office->hooks = (struct card_worker_hooks){.user = office,
                                               .claims = &office->claims,
                                               .news = on_news,
                                               .log = on_log,
                                               .handed = on_handed,
                                               .now_ms = on_now_ms};
    strcpy(office->settings.msisdn, "961234567890");
    strcpy(office->settings.terminal.imei, "490154203237518");
    strcpy(office->settings.terminal.iccid, "8991234567788901235");
    assert_int_equal(regcomp(&office->settings.reader, "^fake", REG_EXTENDED | REG_NOSUB), 0);
    office->worker = card_worker_start(&office->settings, &office->hooks);
    assert_non_null(office->worker);
    *state = office;
    return 0;
}

static int set_up(void **state)
{
    return set_up_beside(state, false);
}

static int set_up_where_another_is(void **state)
{
    return set_up_beside(state, true);
}

static int tear_down(void **state)
{
    struct office *office = *state;
    assert_true(card_worker_stop(&office->worker));
    regfree(&office->settings.reader);
    reader_claims_free(&office->claims);
    free(office);
    return 0;
}

static bool give(struct office *office, uint64_t id)
{
    uint8_t tpdu[] = {0x40, 0x05, 0x81, 0x21, 0x43, 0xF5, 0x7F, 0xF6, 0,    0,
                      0,    0,    0,    0,    0,    0x04, 0x02, 0x70, 0x00, (uint8_t)('0' + id)};
    return card_worker_give(office->worker, id, tpdu, sizeof tpdu);
}

/* Waits for the oldest message to be done, and takes it. */
static enum delivery_outcome take(struct office *office, uint64_t id)
{
    struct delivery delivery;
    uint64_t oldest = 0;
    struct timespec limit;
    clock_gettime(CLOCK_REALTIME, &limit);
    limit.tv_sec += 20;
    while (card_worker_job(office->worker, &oldest) != CARD_DONE) {
        struct timespec soon;
        clock_gettime(CLOCK_REALTIME, &soon);
        assert_true(soon.tv_sec < limit.tv_sec);
        soon.tv_nsec += 10000000;
        if (soon.tv_nsec >= 1000000000) {
            soon.tv_nsec -= 1000000000;
            soon.tv_sec++;
        }
        pthread_mutex_lock(&reader.lock);
        pthread_cond_timedwait(&reader.changed, &reader.lock, &soon);
        pthread_mutex_unlock(&reader.lock);
    }
    assert_int_equal(oldest, id);
    card_worker_take(office->worker, &delivery);
    return delivery.outcome;
}

/* Until the card is started. */
static void wait_for_start(struct office *office)
{
    for (time_t end = time(NULL) + 20; !card_worker_is_new(office->worker); sched_yield())
        assert_true(time(NULL) < end);
}

static void set(bool *what, bool value)
{
    pthread_mutex_lock(&reader.lock);
    *what = value;
    pthread_cond_broadcast(&reader.changed);
    pthread_mutex_unlock(&reader.lock);
}

static void messages_are_done_in_their_order(void **state)
{
    struct office *office = *state;
    for (uint64_t id = 1; id <= 9; id++)
        assert_true(give(office, id));
    for (uint64_t id = 1; id <= 9; id++)
        assert_int_equal(take(office, id), DELIVERY_ACCEPTED);
    assert_string_equal(reader.seen, "123456789");
    assert_true(card_worker_is_new(office->worker));
    assert_false(card_worker_is_new(office->worker));
}

/* 9300 thrice, with STATUS between; then what is behind it is untried, and nothing is begun before it is
 * taken. */
static void what_is_behind_a_busy_one_goes_back(void **state)
{
    struct office *office = *state;
    set(&reader.is_slow, true);
    for (size_t i = 0; i < 3; i++)
        reader.words[i] = 0x9300;
    for (uint64_t id = 1; id <= 3; id++)
        assert_true(give(office, id));
    set(&reader.is_slow, false);
    uint64_t oldest;
    while (card_worker_job(office->worker, &oldest) != CARD_DONE)
        ;
    assert_false(card_worker_has(office->worker, 2));
    assert_false(give(office, 2)); /* not before the first is taken */
    assert_int_equal(take(office, 1), DELIVERY_BUSY);
    assert_int_equal(card_worker_job(office->worker, &oldest), CARD_NO_JOB);
    for (uint64_t id = 1; id <= 3; id++)
        assert_true(give(office, id));
    for (uint64_t id = 1; id <= 3; id++)
        assert_int_equal(take(office, id), DELIVERY_ACCEPTED);
    assert_string_equal(reader.seen, "111123");
}

static void a_worker_has_enough_at_some_point(void **state)
{
    struct office *office = *state;
    set(&reader.is_slow, true);
    for (uint64_t id = 1; id <= CARD_JOBS_MAX; id++)
        assert_true(give(office, id));
    assert_false(give(office, CARD_JOBS_MAX + 1));
    set(&reader.is_slow, false);
    for (uint64_t id = 1; id <= CARD_JOBS_MAX; id++)
        assert_int_equal(take(office, id), DELIVERY_ACCEPTED);
}

/* The SMS that a message causes come when it is taken, not before. */
static void sms_stay_with_their_message(void **state)
{
    struct office *office = *state;
    struct sms_submit sms;
    reader.submits_waiting = 1;
    for (uint64_t id = 1; id <= 2; id++)
        assert_true(give(office, id));
    while (card_worker_job(office->worker, &(uint64_t){0}) != CARD_DONE)
        ;
    assert_false(card_worker_next_sms(office->worker, &sms));
    for (uint64_t id = 1; id <= 2; id++) {
        assert_int_equal(take(office, id), DELIVERY_ACCEPTED);
        assert_true(card_worker_next_sms(office->worker, &sms));
        assert_string_equal(sms.destination.digits, "123");
        assert_false(card_worker_next_sms(office->worker, &sms));
    }
}

static void a_card_that_is_away_is_waited_for(void **state)
{
    struct office *office = *state;
    assert_true(give(office, 1));
    assert_int_equal(take(office, 1), DELIVERY_ACCEPTED);
    card_worker_is_new(office->worker);
    set(&reader.has_card, false);
    assert_true(give(office, 2));
    assert_int_equal(take(office, 2), DELIVERY_NO_CARD); /* it was not seen to go */
    set(&reader.has_card, true);
    card_worker_kick(office->worker);
    wait_for_start(office);
    assert_true(give(office, 2));
    assert_int_equal(take(office, 2), DELIVERY_ACCEPTED);
    assert_string_equal(reader.seen, "12");
}

/* Nobody says when that program lets go. */
static void a_card_in_other_hands_is_waited_for(void **state)
{
    struct office *office = *state;
    assert_true(give(office, 1));
    assert_int_equal(take(office, 1), DELIVERY_ACCEPTED);
    card_worker_is_new(office->worker);
    set(&reader.is_taken, true);
    set(&reader.has_card, false);
    assert_true(give(office, 2));
    assert_int_equal(take(office, 2), DELIVERY_NO_CARD);
    set(&reader.has_card, true);
    assert_true(give(office, 2));
    assert_int_equal(take(office, 2), DELIVERY_NO_CARD);
    set(&reader.is_taken, false);
    wait_for_start(office);
    assert_true(give(office, 2));
    assert_int_equal(take(office, 2), DELIVERY_ACCEPTED);
    assert_string_equal(reader.seen, "12");
}

/* What a card does not say now it may say the next time; only its PIN is not spent on that. */
static void a_card_that_answers_nonsense_is_started_again(void **state)
{
    struct office *office = *state;
    wait_for_start(office);
    set(&reader.has_card, false);
    assert_true(give(office, 1));
    assert_int_equal(take(office, 1), DELIVERY_NO_CARD);
    reader.nonsense = 2;
    set(&reader.has_card, true);
    wait_for_start(office);
    assert_true(give(office, 1));
    assert_int_equal(take(office, 1), DELIVERY_ACCEPTED);
}

/* It is done there before we are done with the rest: the card is found in the same look. */
static void a_reader_with_another_worker_is_looked_into_again(void **state)
{
    struct office *office = *state;
    wait_for_start(office);
    pthread_mutex_lock(&reader.lock);
    unsigned looks = reader.looks, opens = reader.opens;
    pthread_mutex_unlock(&reader.lock);
    assert_int_equal(looks, 1);
    assert_int_equal(opens, 1);
    assert_false(reader_claims_take(&office->claims, "fake 00 00"));
    assert_true(reader_claims_take(&office->claims, "fake 00 01"));
}

/* Nobody has to come back for it. */
static void a_card_that_slips_is_found_at_once(void **state)
{
    struct office *office = *state;
    set(&reader.slips, true);
    assert_true(give(office, 1));
    assert_int_equal(take(office, 1), DELIVERY_ACCEPTED);
    assert_string_equal(reader.seen, "1");
    assert_int_equal(reader.opens, 2);
}

/* What a card sends and nobody takes is bounded: then the network is busy. */
static void a_card_cannot_send_for_ever(void **state)
{
    enum { BOUND = 64, MORE = 3 };
    struct office *office = *state;
    struct sms_submit sms;
    unsigned count = 0;
    reader.submits_waiting = 1;
    for (unsigned i = 0; i < BOUND + MORE; i++) {
        assert_true(give(office, 1));
        assert_int_equal(take(office, 1), DELIVERY_ACCEPTED);
    }
    assert_int_equal(reader.refused_submits, MORE);
    while (card_worker_next_sms(office->worker, &sms))
        count++;
    assert_int_equal(count, BOUND);
}

static void an_answer_that_is_lost_is_final(void **state)
{
    struct office *office = *state;
    set(&reader.loses_answer, true);
    assert_true(give(office, 1));
    assert_int_equal(take(office, 1), DELIVERY_UNKNOWN);
    set(&reader.loses_answer, false);
    assert_true(give(office, 2));
    assert_int_equal(take(office, 2), DELIVERY_ACCEPTED); /* the card is started anew at once */
    assert_string_equal(reader.seen, "2");
}

/* What the card may have is known before it has it; what it surely has not is taken back. */
static void it_is_said_what_the_card_may_have(void **state)
{
    struct office *office = *state;
    assert_true(give(office, 1));
    assert_int_equal(take(office, 1), DELIVERY_ACCEPTED);
    assert_string_equal(office->handed, "1");
    for (size_t i = 0; i < 3; i++)
        reader.words[i] = 0x9300;
    assert_true(give(office, 2));
    assert_int_equal(take(office, 2), DELIVERY_BUSY);
    assert_string_equal(office->handed, "121");
    set(&reader.loses_answer, true);
    assert_true(give(office, 3));
    assert_int_equal(take(office, 3), DELIVERY_UNKNOWN);
    assert_string_equal(office->handed, "1213");
    set(&reader.loses_answer, false);
    set(&reader.has_card, false);
    assert_true(give(office, 4));
    assert_int_equal(take(office, 4), DELIVERY_NO_CARD);
    assert_int_equal(office->handed[strlen(office->handed) - 1], '3');
}

/* A phone that had enough of a card starts it anew, without a hand at the reader. */
static void a_card_that_has_no_end_is_started_again(void **state)
{
    struct office *office = *state;
    wait_for_start(office);
    reader.submits_waiting = 1;
    set(&reader.is_endless, true);
    assert_true(give(office, 1));
    assert_int_equal(take(office, 1), DELIVERY_ACCEPTED);
    reader.submits_waiting = 0;
    set(&reader.is_endless, false);
    assert_true(give(office, 2));
    assert_int_equal(take(office, 2), DELIVERY_ACCEPTED);
    assert_string_equal(reader.seen, "12");
    assert_false(is_logged(office, "gone"));
    assert_thread(office, "card 1234567890");
}

static void goes_and_comes_back_unusable(struct office *office)
{
    set(&reader.has_card, false);
    assert_true(give(office, 1));
    assert_int_equal(take(office, 1), DELIVERY_NO_CARD); /* gone */
    set(&reader.has_card, true);
    card_worker_kick(office->worker);
    assert_true(give(office, 1));
    assert_int_equal(take(office, 1), DELIVERY_NO_CARD);
}

static void a_start_that_has_no_end_is_none(void **state)
{
    struct office *office = *state;
    wait_for_start(office);
    set(&reader.starts_endlessly, true);
    goes_and_comes_back_unusable(office);
    assert_true(is_logged(office, "fake 00 00: no end of commands"));
    assert_int_equal(reader.envelopes, 0);
}

/* The second of two messages, when the first takes so long. */
static enum delivery_outcome second_after(struct office *office, int64_t ms)
{
    set(&reader.is_slow, true);
    assert_true(give(office, 1));
    assert_true(give(office, 2));
    while (!is_handed(office)) /* at work on the first */
        sched_yield();
    office->jumped_ms += ms;
    set(&reader.is_slow, false);
    assert_int_equal(take(office, 1), DELIVERY_ACCEPTED); /* begun in time */
    return take(office, 2);
}

static void a_message_that_is_not_too_old_is_tried(void **state)
{
    assert_int_equal(second_after(*state, CARD_JOB_MS - 20000), DELIVERY_ACCEPTED);
    assert_string_equal(reader.seen, "12");
}

/* By now its giver may have it in other hands. */
static void an_old_message_goes_back_untried(void **state)
{
    assert_int_equal(second_after(*state, CARD_JOB_MS + 1), DELIVERY_NO_CARD);
    assert_true(give(*state, 2)); /* it is new again */
    assert_int_equal(take(*state, 2), DELIVERY_ACCEPTED);
    assert_string_equal(reader.seen, "12");
}

static unsigned looks_so_far(void)
{
    pthread_mutex_lock(&reader.lock);
    unsigned looks = reader.looks;
    pthread_mutex_unlock(&reader.lock);
    return looks;
}

static void wait_for_looks(unsigned looks)
{
    for (time_t end = time(NULL) + 20; looks_so_far() < looks; sched_yield())
        assert_true(time(NULL) < end);
}

/* Its PIN is not to be spent: no time that passes and no message leads to another look. */
static void a_refused_card_is_left_alone_until_readers_change(void **state)
{
    enum { DAY_MS = 24 * 3600 * 1000 };
    struct office *office = *state;
    wait_for_start(office);
    set(&reader.wants_pin, true);
    goes_and_comes_back_unusable(office);
    const unsigned looks = looks_so_far();
    for (unsigned i = 0; i < 3; i++) {
        office->jumped_ms += DAY_MS;
        assert_true(give(office, 1));
        assert_int_equal(take(office, 1), DELIVERY_NO_CARD);
    }
    assert_int_equal(looks_so_far(), looks);
    card_worker_kick(office->worker);
    wait_for_looks(looks + 1);
    set(&reader.wants_pin, false);
    card_worker_kick(office->worker);
    wait_for_start(office);
    assert_true(give(office, 1));
    assert_int_equal(take(office, 1), DELIVERY_ACCEPTED);
    assert_string_equal(reader.seen, "1");
    set(&reader.is_endless, true);
    office->jumped_ms += TERMINAL_POLL_MS;
    card_worker_kick(office->worker);
    wait_for_start(office); /* anew, by itself */
}

/* What was done until then can still be taken. */
static void an_ended_worker_keeps_its_results(void **state)
{
    struct office *office = *state;
    set(&reader.is_slow, true);
    assert_true(give(office, 1));
    assert_true(give(office, 2));
    while (!is_handed(office)) /* at work on the first */
        sched_yield();
    set(&reader.is_slow, false);
    assert_true(card_worker_end(office->worker));
    assert_int_equal(take(office, 1), DELIVERY_ACCEPTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(messages_are_done_in_their_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_behind_a_busy_one_goes_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_worker_has_enough_at_some_point, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sms_stay_with_their_message, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_card_that_is_away_is_waited_for, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_card_in_other_hands_is_waited_for, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_card_that_answers_nonsense_is_started_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reader_with_another_worker_is_looked_into_again,
                                        set_up_where_another_is, tear_down),
        cmocka_unit_test_setup_teardown(a_card_that_slips_is_found_at_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_card_cannot_send_for_ever, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_answer_that_is_lost_is_final, set_up, tear_down),
        cmocka_unit_test_setup_teardown(it_is_said_what_the_card_may_have, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_card_that_has_no_end_is_started_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_start_that_has_no_end_is_none, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_message_that_is_not_too_old_is_tried, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_old_message_goes_back_untried, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_refused_card_is_left_alone_until_readers_change, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_ended_worker_keeps_its_results, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
