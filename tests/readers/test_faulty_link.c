/* What a faulty card's ENVELOPE comes to: what the card saw, and what its phone hears. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "simsim/faulty_link.h"

/* A card that counts; it answers an ENVELOPE with 9F03, and whatever else with data. */
static struct {
    unsigned envelopes, others, resets;
    bool is_gone;
} card;

static struct fault planned;
static unsigned asked;
static struct faulty_link faulty;
static struct card_link link_to_card;
static uint8_t response[APDU_RESPONSE_MAX];
static size_t response_length;

static const uint8_t envelope[] = {0xA0, 0xC2, 0x00, 0x00, 0x02, 0xD1, 0x00};
static const uint8_t timer_expiration[] = {0xA0, 0xC2, 0x00, 0x00, 0x02, 0xD7, 0x00};
static const uint8_t status[] = {0xA0, 0xF2, 0x00, 0x00, 0x03};
static const uint8_t fetch[] = {0xA0, 0x12, 0x00, 0x00, 0x03};
static const uint8_t get_response[] = {0xA0, 0xC0, 0x00, 0x00, 0x03};

static int on_reset(void *user, uint8_t atr[static ATR_SIZE_MAX], size_t *atr_length)
{
    (void)user;
    card.resets++;
    atr[0] = 0x3B;
    *atr_length = 1;
    return 0;
}

static int on_transmit(void *user, const uint8_t *command, size_t length,
                       uint8_t answer[static APDU_RESPONSE_MAX], size_t *answer_length)
{
    (void)user;
    (void)length;
    bool is_envelope = command[1] == 0xC2;
    if (card.is_gone)
        return CARD_LINK_NO_CARD;
    *(is_envelope ? &card.envelopes : &card.others) += 1;
    *answer_length = is_envelope ? 2 : 5;
    memcpy(answer, is_envelope ? (const uint8_t[]){0x9F, 0x03, 0, 0, 0} : (const uint8_t[]){1, 2, 3, 0x90, 0},
           *answer_length);
    return 0;
}

/* Once. */
static struct fault on_next(void *user)
{
    struct fault fault = planned;
    assert_ptr_equal(user, &planned);
    asked++;
    planned = (struct fault){0};
    return fault;
}

static int open_link(void **state)
{
    (void)state;
    memset(&card, 0, sizeof card);
    planned = (struct fault){0};
    asked = 0;
    faulty = (struct faulty_link){
        .inner = {.reset = on_reset, .transmit = on_transmit}, .user = &planned, .next = on_next};
    link_to_card = faulty_link_to(&faulty);
    return 0;
}

static int send(const uint8_t *command, size_t length)
{
    return link_to_card.transmit(link_to_card.card, command, length, response, &response_length);
}

static void expect(const uint8_t *command, size_t length, const char *answer, size_t answer_length)
{
    assert_int_equal(send(command, length), 0);
    assert_int_equal(response_length, answer_length);
    assert_memory_equal(response, answer, answer_length);
}
#define EXPECT(command, answer) expect(command, sizeof(command), answer, sizeof(answer) - 1)

static void no_fault_changes_nothing(void **state)
{
    (void)state;
    EXPECT(envelope, "\x9F\x03");
    EXPECT(get_response, "\1\2\3\x90\0");
    assert_int_equal(asked, 1);
    assert_true(card.envelopes == 1 && card.others == 1);
}

/* A terminal has other ENVELOPEs, too: the plan is about SMS. */
static void only_an_sms_is_an_event(void **state)
{
    (void)state;
    planned.action = FAULT_MUTE;
    EXPECT(timer_expiration, "\x9F\x03");
    EXPECT(get_response, "\1\2\3\x90\0");
    expect(envelope, 5, "\x9F\x03", 2); /* cut short */
    assert_int_equal(asked, 0);
    assert_int_equal(send(envelope, sizeof envelope), CARD_LINK_MUTE);
    assert_int_equal(asked, 1);
}

static void what_is_refused_is_not_executed(void **state)
{
    (void)state;
    planned.action = FAULT_TOOLKIT_BUSY;
    EXPECT(envelope, "\x93\x00");
    planned.action = FAULT_MEMORY_FULL;
    EXPECT(envelope, "\x92\x40");
    assert_int_equal(card.envelopes, 0);
    EXPECT(envelope, "\x9F\x03");
    assert_int_equal(card.envelopes, 1);
}

static void what_nobody_hears_of_is_executed(void **state)
{
    (void)state;
    static const enum fault_action silent[] = {FAULT_MUTE, FAULT_PULL};
    for (unsigned i = 0; i < 2; i++) {
        planned.action = silent[i];
        assert_int_equal(send(envelope, sizeof envelope), CARD_LINK_MUTE);
        assert_int_equal(card.envelopes, i + 1);
    }
}

static void a_lie_is_told_of_what_was_executed(void **state)
{
    (void)state;
    planned = (struct fault){.action = FAULT_LIE, .sw = 0x6F42};
    EXPECT(envelope, "\x6F\x42");
    assert_int_equal(card.envelopes, 1);
    EXPECT(get_response, "\1\2\3\x90\0");
}

static void the_next_data_are_garbled_once(void **state)
{
    (void)state;
    planned.action = FAULT_GARBLE;
    EXPECT(envelope, "\x9F\x03");   /* no data here */
    EXPECT(status, "\1\2\3\x90\0"); /* a poll's are not meant */
    EXPECT(get_response, "\1\2\xFC\x90\0");
    EXPECT(get_response, "\1\2\3\x90\0");
    planned.action = FAULT_GARBLE;
    EXPECT(envelope, "\x9F\x03");
    uint8_t atr[ATR_SIZE_MAX];
    size_t length;
    assert_int_equal(link_to_card.reset(link_to_card.card, atr, &length), 0);
    EXPECT(get_response, "\1\2\3\x90\0"); /* they were lost with the power */
    assert_int_equal(card.resets, 1);
    planned.action = FAULT_GARBLE;
    EXPECT(envelope, "\x9F\x03");
    EXPECT(fetch, "\1\2\xFC\x90\0");
}

/* What happens elsewhere is no affair of the link's, and a card that is gone says nothing. */
static void the_rest_passes(void **state)
{
    (void)state;
    planned.action = FAULT_DELAY;
    EXPECT(envelope, "\x9F\x03");
    card.is_gone = true;
    planned = (struct fault){.action = FAULT_LIE, .sw = 0x9000};
    assert_int_equal(send(envelope, sizeof envelope), CARD_LINK_NO_CARD);
    planned.action = FAULT_MUTE;
    assert_int_equal(send(envelope, sizeof envelope), CARD_LINK_NO_CARD);
}

#define LINK_TEST(name) cmocka_unit_test_setup(name, open_link)
int main(void)
{
    const struct CMUnitTest tests[] = {
        LINK_TEST(no_fault_changes_nothing),
        LINK_TEST(only_an_sms_is_an_event),
        LINK_TEST(what_is_refused_is_not_executed),
        LINK_TEST(what_nobody_hears_of_is_executed),
        LINK_TEST(a_lie_is_told_of_what_was_executed),
        LINK_TEST(the_next_data_are_garbled_once),
        LINK_TEST(the_rest_passes),
    };
    return cmocka_run_group_tests_name("faulty link", tests, NULL, NULL);
}
