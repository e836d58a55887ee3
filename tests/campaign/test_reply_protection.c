/* Which PoRs are believed: as protected as was asked, from this card, for this packet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "tests/campaign/lab_fixture.h"

static void test_signed_and_ciphered_por(void **state)
{
    struct fake_sms sms;
    (void)state;
    int64_t id = start_one(with_spi("signed", 0x16, 0x39), &sms);
    lab_answer(&lab, &command, good());
    expect_state(id, 1, MESSAGE_UPDATED);
    assert_true(lab_message(&lab, id, 0, 1).authenticated);
}

static void test_weaker_por_is_refused(void **state)
{
    static const uint8_t weaker[] = {0x21, 0x29, 0x31}; /* clear; CC only; ciphered only */
    struct fake_sms sms;
    (void)state;
    int64_t id = start_one(with_spi("weak", 0x16, 0x39), &sms);
    lab_deliver(&lab, &sms);
    for (size_t i = 0; i < sizeof weaker; i++) {
        struct lab_answer answer = good();
        answer.spi2 = weaker[i];
        lab_answer(&lab, &command, answer);
        expect_state(id, 1, MESSAGE_DELIVERED);
    }
    assert_string_equal(lab_message(&lab, id, 0, 1).detail,
                        "PoR 00 refused: it is protected less than SPI2 asks");
    lab_answer(&lab, &command, good());
    expect_state(id, 1, MESSAGE_UPDATED);
}

/* Signed was asked, in clear; it comes unsigned. */
static void test_unsigned_por_is_refused(void **state)
{
    struct fake_sms sms;
    struct lab_answer answer = good();
    (void)state;
    int64_t id = start_one(with_spi("unsigned", 0x16, 0x29), &sms);
    answer.spi2 = 0x21;
    lab_answer(&lab, &command, answer);
    expect_state(id, 1, MESSAGE_SENDING);
    lab_answer(&lab, &command, good());
    expect_state(id, 1, MESSAGE_UPDATED);
}

static void test_por_of_another_application(void **state)
{
    struct fake_sms sms;
    (void)state;
    int64_t id = start_one(lab_campaign("tar"), &sms);
    command.decoded.security.tar[2] = 0x11;
    lab_answer(&lab, &command, good());
    expect_state(id, 1, MESSAGE_SENDING);
    command.decoded.security.tar[2] = 0x10;
    lab_answer(&lab, &command, good());
    expect_state(id, 1, MESSAGE_UPDATED);
}

static void test_forged_and_foreign_replies_do_nothing(void **state)
{
    static const uint8_t text[] = {'h', 'e', 'l', 'l', 'o'};
    struct fake_sms sms;
    struct engine_statistics statistics;
    struct lab_answer wrong = good();
    uint8_t por[256] = {0x02, 0x71, 0x00};
    (void)state;
    int64_t id = start_one(with_spi("forged", 0x16, 0x39), &sms);
    lab_deliver(&lab, &sms);
    size_t length = 3 + lab_por(&lab, &command, good(), por + 3, sizeof por - 3);
    por[length - 1] ^= 1; /* the CC no longer fits */
    lab_post(&lab, lab_msisdn(1), por, length);
    lab_post(&lab, lab_msisdn(2), por, length);   /* nobody waits for this card */
    lab_post(&lab, "4915112345678", por, length); /* no card has this number */
    lab_post(&lab, lab_msisdn(1), text, sizeof text);
    lab_post(&lab, lab_msisdn(1), por, 0);
    lab_post(&lab, lab_msisdn(1), por, 4);
    wrong.counter = 77; /* well protected, but for another message */
    lab_answer(&lab, &command, wrong);
    expect_state(id, 1, MESSAGE_DELIVERED);
    engine_get_statistics(lab.engine, &statistics);
    assert_int_equal(statistics.replies, 7);
    assert_int_equal(statistics.replies_unmatched, 7);
    assert_int_equal(statistics.replies_matched, 0);
    assert_int_equal(fake_bearer_acknowledged(&lab.bearer), 2 + 7);
}

/* A clear PoR is believed only with the right counter (SOP's 1621). */
static void test_clear_por_needs_the_counter(void **state)
{
    struct fake_sms sms;
    struct lab_answer answer = good();
    (void)state;
    int64_t id = start_one(lab_campaign("clear"), &sms);
    lab_deliver(&lab, &sms);
    answer.counter = 0;
    lab_answer(&lab, &command, answer);
    answer.counter = 2;
    lab_answer(&lab, &command, answer);
    expect_state(id, 1, MESSAGE_DELIVERED);
    lab_answer(&lab, &command, good());
    expect_state(id, 1, MESSAGE_UPDATED);
    assert_false(lab_message(&lab, id, 0, 1).authenticated);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LAB_TEST(test_signed_and_ciphered_por),
        LAB_TEST(test_weaker_por_is_refused),
        LAB_TEST(test_unsigned_por_is_refused),
        LAB_TEST(test_por_of_another_application),
        LAB_TEST(test_forged_and_foreign_replies_do_nothing),
        LAB_TEST(test_clear_por_needs_the_counter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
