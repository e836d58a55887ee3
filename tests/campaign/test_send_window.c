/* When an SMS may leave: the link, the window, the card. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "tests/campaign/lab_fixture.h"

static void test_link_down_then_up(void **state)
{
    struct fake_sms sms, again;
    (void)state;
    lab_link(&lab, false);
    int64_t id = lab_create(&lab, lab_campaign("down"));
    assert_int_equal(lab_start_on(&lab, id, (struct campaign_target){.card_id = 1}, NULL), 0);
    lab_expect_silence(&lab);
    expect_state(id, 1, MESSAGE_PENDING); /* nothing is built for a link that is down */
    lab_link(&lab, true);
    sms = lab_expect_sms(&lab, 1);
    lab_link(&lab, false); /* before bearerbox acknowledged it: lost or not, nobody knows */
    lab_tick(&lab);
    lab_link(&lab, true);
    again = lab_expect_sms(&lab, 1);
    assert_int_equal(again.length, sms.length);
    assert_memory_equal(again.user_data, sms.user_data, sms.length);
    lab_deliver(&lab, &again);
    lab_link(&lab, false);
    lab_tick(&lab);
    lab_link(&lab, true);
    lab_expect_silence(&lab); /* bearerbox had this one */
    lab_receive(&lab, &again, 1, &command);
    lab_answer(&lab, &command, LAB_ANSWER(.status = POR_STATUS_CNTR_LOW, .bare_error = true));
    expect_state(id, 1, MESSAGE_EXECUTED_UNKNOWN); /* there were two copies */
    lab_answer(&lab, &command, good());
    expect_state(id, 1, MESSAGE_UPDATED);
}

static void test_ambiguous_send_without_counter_is_not_repeated(void **state)
{
    struct fake_sms sms;
    (void)state;
    int64_t id = start_one(with_spi("nocounter", 0x06, 0x21), &sms);
    lab_link(&lab, false);
    lab_tick(&lab);
    lab_link(&lab, true);
    lab_expect_silence(&lab);
    fake_clock_advance(&lab.clock, 60 * LAB_MINUTE + 600000);
    expect_state(id, 1, MESSAGE_UNKNOWN);
}

static void test_try_later(void **state)
{
    struct fake_sms sms, again;
    (void)state;
    int64_t id = start_one(lab_campaign("later"), &sms);
    lab_ack(&lab, &sms, ACK_TRY_LATER);
    lab_expect_silence(&lab); /* a back-off, not a hot loop */
    fake_clock_advance(&lab.clock, 1000);
    again = lab_expect_sms(&lab, 1);
    assert_memory_equal(again.user_data, sms.user_data, sms.length);
    lab_ack(&lab, &again, ACK_TRY_LATER);
    lab_tick(&lab);
    fake_clock_advance(&lab.clock, 1999);
    lab_expect_silence(&lab);
    fake_clock_advance(&lab.clock, 1);
    again = lab_expect_sms(&lab, 1);
    lab_deliver(&lab, &again);
    lab_answer(&lab, &command, LAB_ANSWER(.status = POR_STATUS_CNTR_LOW, .bare_error = true));
    expect_state(id, 1, MESSAGE_FAILED); /* bearerbox took one copy only */
}

static void test_window_is_kept(void **state)
{
    struct fake_sms sms, more;
    (void)state;
    lab_set_window(&lab, 2);
    int64_t id = lab_create(&lab, lab_campaign("window"));
    lab_start(&lab, id);
    sms = lab_expect_sms(&lab, 1);
    more = lab_expect_sms(&lab, 2);
    lab_ack(&lab, &sms, ACK_QUEUED);
    lab_ack(&lab, &more, ACK_QUEUED);
    lab_expect_silence(&lab); /* bearerbox's word does not open it */
    lab_report(&lab, &sms, REPORT_SMSC_ACCEPTED, "");
    lab_expect_sms(&lab, 3);
    lab_expect_silence(&lab);
}

/* A PoR shows that the SMSC had it, whatever became of the report. */
static void test_por_frees_the_window(void **state)
{
    struct fake_sms sms;
    (void)state;
    lab_set_window(&lab, 1);
    lab_start(&lab, lab_create(&lab, lab_campaign("freed")));
    sms = lab_expect_sms(&lab, 1);
    lab_receive(&lab, &sms, 1, &command);
    lab_expect_silence(&lab);
    lab_answer(&lab, &command, good());
    lab_expect_sms(&lab, 2);
}

/* A long message needs more places than the window has: the parts leave as it opens. */
static void test_message_larger_than_the_window(void **state)
{
    struct fake_sms parts[3];
    (void)state;
    lab_set_window(&lab, 2);
    int64_t id = start_long(TRANSMISSION_CONCURRENT);
    parts[0] = lab_expect_sms(&lab, 1);
    parts[1] = lab_expect_sms(&lab, 1);
    lab_expect_silence(&lab);
    lab_report(&lab, &parts[0], REPORT_SMSC_ACCEPTED, "");
    parts[2] = lab_expect_sms(&lab, 1);
    lab_receive(&lab, parts, 3, &command);
    lab_answer(&lab, &command, LAB_ANSWER(.executed = 2, .sw = 0x9000));
    expect_state(id, 1, MESSAGE_UPDATED);
}

static void start_on_all(const char *name)
{
    lab_start(&lab, lab_create(&lab, lab_campaign(name)));
}

/* One SMSC answers, one does not: it holds up the other for a minute at most. */
static void test_silent_smsc_starves_no_other(void **state)
{
    struct fake_sms sms;
    (void)state;
    lab_set_window(&lab, 2);
    start_on_all("silent");
    lab_expect_sms(&lab, 1); /* to the SMSC that is silent */
    sms = lab_expect_sms(&lab, 2);
    lab_report(&lab, &sms, REPORT_SMSC_ACCEPTED, "");
    lab_expect_sms(&lab, 3);
    start_on_all("behind"); /* card 2 is not busy any more */
    lab_report(&lab, &sms, REPORT_FAILED, "");
    lab_expect_silence(&lab);
    fake_clock_advance(&lab.clock, LAB_MINUTE - 1);
    lab_expect_silence(&lab);
    fake_clock_advance(&lab.clock, 1);
    lab_expect_sms(&lab, 2);
    lab_expect_silence(&lab);
}

/* A slow SMSC answers in order: however slow, the window stays as it is. */
static void test_slow_smsc_keeps_its_window(void **state)
{
    struct fake_sms first;
    (void)state;
    lab_set_window(&lab, 2);
    start_on_all("slow");
    first = lab_expect_sms(&lab, 1);
    lab_expect_sms(&lab, 2);
    lab_report(&lab, &first, REPORT_SMSC_ACCEPTED, "");
    lab_expect_sms(&lab, 3);
    start_on_all("behind");
    lab_report(&lab, &first, REPORT_FAILED, ""); /* card 1 is free */
    fake_clock_advance(&lab.clock, 9 * LAB_MINUTE);
    lab_expect_silence(&lab);
}

/* An SMSC that never answers must not stop everything for ever. */
static void test_lost_answers_free_the_window(void **state)
{
    (void)state;
    lab_set_window(&lab, 1);
    int64_t id = lab_create(&lab, lab_campaign("stuck"));
    lab_start(&lab, id);
    lab_expect_sms(&lab, 1);
    lab_expect_silence(&lab);
    fake_clock_advance(&lab.clock, 10 * LAB_MINUTE);
    lab_expect_sms(&lab, 2);
    lab_expect_silence(&lab);
}

static void test_one_packet_per_card(void **state)
{
    struct fake_sms first, second;
    (void)state;
    int64_t one = start_one(lab_campaign("one"), &first);
    int64_t two = lab_create(&lab, lab_campaign("two"));
    lab_start(&lab, two);
    lab_expect_sms(&lab, 2);
    lab_expect_sms(&lab, 3);
    lab_expect_silence(&lab); /* card 1 is busy in the other campaign */
    assert_int_equal(lab_message(&lab, two, 0, 1).state, MESSAGE_PENDING);
    lab_answer(&lab, &command, good());
    expect_state(one, 1, MESSAGE_UPDATED);
    second = lab_expect_sms(&lab, 1);
    lab_receive(&lab, &second, 1, &command);
    assert_int_equal(command.decoded.counter, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LAB_TEST(test_link_down_then_up),
        LAB_TEST(test_ambiguous_send_without_counter_is_not_repeated),
        LAB_TEST(test_try_later),
        LAB_TEST(test_window_is_kept),
        LAB_TEST(test_por_frees_the_window),
        LAB_TEST(test_message_larger_than_the_window),
        LAB_TEST(test_silent_smsc_starves_no_other),
        LAB_TEST(test_slow_smsc_keeps_its_window),
        LAB_TEST(test_lost_answers_free_the_window),
        LAB_TEST(test_one_packet_per_card),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
