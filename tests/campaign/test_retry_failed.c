/* What -retryFailed sends again, to whom, and what a late PoR still does. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "protocol/errors.h"
#include "tests/campaign/lab_fixture.h"

static void test_lost_por_then_retry(void **state)
{
    struct fake_sms sms[3], again;
    struct refusal refusal = {0};
    (void)state;
    int64_t id = lab_create(&lab, lab_campaign("lost"));
    lab_start(&lab, id);
    for (int card = 1; card <= 3; card++) {
        sms[card - 1] = lab_expect_sms(&lab, card);
        lab_deliver(&lab, &sms[card - 1]);
        lab_receive(&lab, &sms[card - 1], 1, &command);
        if (card != 2)
            lab_answer(&lab, &command, good());
    }
    expect_state(id, 2, MESSAGE_DELIVERED);
    fake_clock_advance(&lab.clock, 599999);
    expect_campaign(id, CAMPAIGN_RUNNING);
    fake_clock_advance(&lab.clock, 1);
    expect_campaign(id, CAMPAIGN_COMPLETED);
    expect_state(id, 2, MESSAGE_UNKNOWN);

    assert_int_equal(lab_retry(&lab, id, &refusal), 0);
    again = lab_expect_sms(&lab, 2); /* only this card */
    lab_expect_silence(&lab);
    lab_deliver(&lab, &again);
    lab_receive(&lab, &again, 1, &command);
    assert_int_equal(command.decoded.counter, 2);
    lab_answer(&lab, &command, good());
    expect_state(id, 2, MESSAGE_UPDATED);
    expect_campaign(id, CAMPAIGN_COMPLETED);
    assert_int_equal(lab_get(&lab, id).iteration, 2);
    assert_int_equal(lab_count(&lab, id).by_state[MESSAGE_UPDATED], 3);
    assert_int_equal(lab_count(&lab, id).cards, 3);
    assert_int_equal(lab_message(&lab, id, 1, 2).state, MESSAGE_UNKNOWN);

    assert_int_equal(lab_retry(&lab, id, &refusal), -1);
    assert_int_equal(refusal.kind, REFUSAL_CONFLICT);
    assert_non_null(strstr(refusal.text, "every card is updated"));
}

static void test_late_por_credits_the_retry(void **state)
{
    struct fake_sms first, second;
    static struct lab_command old;
    (void)state;
    int64_t id = start_one(lab_campaign("late"), &first);
    old = command;
    old.decoded.data = NULL;
    lab_deliver(&lab, &first);
    lab_tick(&lab);
    fake_clock_advance(&lab.clock, 600000);
    expect_campaign(id, CAMPAIGN_COMPLETED);
    assert_int_equal(lab_retry(&lab, id, NULL), 0);
    second = lab_expect_sms(&lab, 1);
    lab_deliver(&lab, &second);
    expect_state(id, 1, MESSAGE_DELIVERED);
    lab_answer(&lab, &old, good()); /* the PoR of iteration 1 */
    expect_campaign(id, CAMPAIGN_COMPLETED);
    assert_int_equal(lab_message(&lab, id, 1, 1).state, MESSAGE_UPDATED);
    assert_int_equal(lab_message(&lab, id, 2, 1).state, MESSAGE_UPDATED);
    assert_string_equal(lab_message(&lab, id, 2, 1).detail, "updated by a late PoR of an earlier iteration");
    assert_int_equal(lab_count(&lab, id).by_state[MESSAGE_UPDATED], 1);
    /* the second one's own error changes nothing any more */
    lab_receive(&lab, &second, 1, &command);
    lab_answer(&lab, &command, LAB_ANSWER(.status = POR_STATUS_CC_FAILED, .bare_error = true));
    expect_state(id, 1, MESSAGE_UPDATED);
}

static void test_late_por_after_completion(void **state)
{
    struct fake_sms sms;
    (void)state;
    int64_t id = start_one(lab_campaign("late"), &sms);
    lab_deliver(&lab, &sms);
    lab_tick(&lab);
    fake_clock_advance(&lab.clock, 600000);
    expect_state(id, 1, MESSAGE_UNKNOWN);
    lab_answer(&lab, &command, good());
    expect_state(id, 1, MESSAGE_UPDATED);
    assert_int_equal(lab_count(&lab, id).by_state[MESSAGE_UPDATED], 1);
}

static void test_mode_11_uses_a_lost_counter_again(void **state)
{
    struct fake_sms sms;
    (void)state;
    int64_t id = start_one(with_spi("next", 0x1E, 0x21), &sms);
    assert_int_equal(command.decoded.counter, 1);
    lab_deliver(&lab, &sms);
    lab_tick(&lab);
    fake_clock_advance(&lab.clock, 600000);
    expect_state(id, 1, MESSAGE_UNKNOWN);
    assert_int_equal(lab_retry(&lab, id, NULL), 0);
    sms = lab_expect_sms(&lab, 1);
    lab_receive(&lab, &sms, 1, &command);
    assert_int_equal(command.decoded.counter, 1); /* not known to be consumed */
    lab_answer(&lab, &command, LAB_ANSWER(.status = POR_STATUS_CNTR_LOW, .bare_error = true));
    expect_state(id, 1, MESSAGE_EXECUTED_UNKNOWN); /* so the first one ran */
    assert_int_equal(lab_retry(&lab, id, NULL), 0);
    sms = lab_expect_sms(&lab, 1);
    lab_receive(&lab, &sms, 1, &command);
    assert_int_equal(command.decoded.counter, 2);
    lab_answer(&lab, &command, good());
    expect_state(id, 1, MESSAGE_UPDATED);
    start_one(with_spi("next2", 0x1E, 0x21), &sms);
    assert_int_equal(command.decoded.counter, 3);
}

static void test_retry_repeats_what_must_not_run_twice(void **state)
{
    static const char *const increase[] = {"A0A40000027F20", "A0A40000026F39", "A032000003000001"};
    struct fake_sms first, second;
    (void)state;
    int64_t id = lab_create_with(&lab, lab_campaign("increase"), increase, 3);
    assert_int_equal(lab_start_on(&lab, id, (struct campaign_target){.card_id = 1}, NULL), 0);
    first = lab_expect_sms(&lab, 1);
    lab_deliver(&lab, &first);
    lab_tick(&lab);
    fake_clock_advance(&lab.clock, 600000);
    expect_campaign(id, CAMPAIGN_COMPLETED);
    assert_int_equal(lab_retry(&lab, id, NULL), 0);
    second = lab_expect_sms(&lab, 1);
    assert_int_equal(second.length, first.length);
    assert_memory_equal(second.user_data, first.user_data, first.length);
    lab_receive(&lab, &second, 1, &command);
    assert_int_equal(command.decoded.counter, 1);
    lab_answer(&lab, &command, LAB_ANSWER(.status = POR_STATUS_UNIDENTIFIED_ERROR, .bare_error = true));
    expect_state(id, 1, MESSAGE_EXECUTED_UNKNOWN);
}

static void test_retry_uses_a_new_reference(void **state)
{
    struct fake_sms first, second;
    struct user_data a, b;
    (void)state;
    int64_t id = start_long(TRANSMISSION_SEQUENTIAL);
    first = lab_expect_sms(&lab, 1);
    lab_report(&lab, &first, REPORT_FAILED, "");
    expect_campaign(id, CAMPAIGN_COMPLETED);
    assert_int_equal(lab_retry(&lab, id, NULL), 0);
    second = lab_expect_sms(&lab, 1);
    assert_int_equal(user_data_parse(first.user_data, first.length, &a), OTA_OK);
    assert_int_equal(user_data_parse(second.user_data, second.length, &b), OTA_OK);
    assert_int_not_equal(a.concatenation.reference, b.concatenation.reference);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LAB_TEST(test_lost_por_then_retry),
        LAB_TEST(test_late_por_credits_the_retry),
        LAB_TEST(test_late_por_after_completion),
        LAB_TEST(test_mode_11_uses_a_lost_counter_again),
        LAB_TEST(test_retry_repeats_what_must_not_run_twice),
        LAB_TEST(test_retry_uses_a_new_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
