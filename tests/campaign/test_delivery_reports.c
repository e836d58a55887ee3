/* What receipts, and their absence, make of a message. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include "tests/campaign/lab_fixture.h"

static void test_failed_report_then_good_por(void **state)
{
    struct fake_sms sms;
    (void)state;
    int64_t id = start_one(lab_campaign("contradiction"), &sms);
    lab_ack(&lab, &sms, ACK_QUEUED);
    lab_report(&lab, &sms, REPORT_SMSC_ACCEPTED, "ACK/");
    lab_report(&lab, &sms, REPORT_FAILED, "stat:UNDELIV err:01B");
    expect_state(id, 1, MESSAGE_FAILED);
    assert_string_equal(lab_message(&lab, id, 0, 1).detail, "stat:UNDELIV err:01B");
    expect_campaign(id, CAMPAIGN_COMPLETED);
    lab_answer(&lab, &command, good());
    expect_state(id, 1, MESSAGE_UPDATED);
    assert_string_equal(lab_message(&lab, id, 0, 1).detail, "");
}

/* The SMSC does not know whether the card has it: the card may still say so. */
static void test_unknown_report_then_good_por(void **state)
{
    struct fake_sms sms;
    (void)state;
    int64_t id = start_one(lab_campaign("nobody-knows"), &sms);
    lab_report(&lab, &sms, REPORT_SMSC_ACCEPTED, "ACK/");
    lab_report(&lab, &sms, REPORT_UNKNOWN, "stat:UNKNOWN err:255 text:");
    expect_state(id, 1, MESSAGE_UNKNOWN);
    assert_string_equal(lab_message(&lab, id, 0, 1).detail, "perhaps delivered: stat:UNKNOWN err:255 text:");
    expect_campaign(id, CAMPAIGN_COMPLETED);
    lab_answer(&lab, &command, good());
    expect_state(id, 1, MESSAGE_UPDATED);
    assert_string_equal(lab_message(&lab, id, 0, 1).detail, "");
}

static void test_refusals_in_the_smscs_words(void **state)
{
    struct fake_sms sms;
    (void)state;
    int64_t id = start_one(lab_campaign("smsc"), &sms);
    lab_report(&lab, &sms, REPORT_SMSC_REFUSED, "NACK/0x0000000b/Invalid Destination Address");
    expect_state(id, 1, MESSAGE_FAILED);
    assert_string_equal(lab_message(&lab, id, 0, 1).detail, "NACK/0x0000000b/Invalid Destination Address");
    id = start_one(lab_campaign("bearerbox"), &sms);
    lab_ack(&lab, &sms, ACK_REFUSED);
    expect_state(id, 1, MESSAGE_FAILED);
    assert_string_equal(lab_message(&lab, id, 0, 1).detail, "refused by bearerbox");
}

static void test_events_in_reverse_order(void **state)
{
    struct fake_sms sms;
    (void)state;
    int64_t id = start_one(lab_campaign("reverse"), &sms);
    lab_answer(&lab, &command, good());
    lab_report(&lab, &sms, REPORT_DELIVERED, "");
    lab_report(&lab, &sms, REPORT_SMSC_ACCEPTED, "");
    lab_ack(&lab, &sms, ACK_QUEUED);
    expect_state(id, 1, MESSAGE_UPDATED);
}

/* Without a delivery report the time ends at the validity period plus the PoR timeout. */
static void test_validity_and_por_timeout(void **state)
{
    static const struct {
        int64_t validity_minutes, por_timeout_seconds; /* as the campaign says */
        int64_t wait_ms;
    } rows[] = {
        {0, 0, 60 * LAB_MINUTE + 600000}, {5, 0, 5 * LAB_MINUTE + 600000}, {5, 10, 5 * LAB_MINUTE + 10000}};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct fake_sms sms;
        char name[16];
        snprintf(name, sizeof name, "time%zu", i);
        struct campaign campaign = lab_campaign(name);
        campaign.validity_minutes = rows[i].validity_minutes;
        campaign.por_timeout_seconds = rows[i].por_timeout_seconds;
        int64_t sent = lab.clock.now;
        int64_t id = start_one(campaign, &sms);
        assert_int_equal(sms.validity_ms,
                         sent + LAB_MINUTE * (rows[i].validity_minutes ? rows[i].validity_minutes : 60));
        lab_ack(&lab, &sms, ACK_QUEUED);
        lab_report(&lab, &sms, REPORT_SMSC_ACCEPTED, "");
        expect_state(id, 1, MESSAGE_SENT);
        fake_clock_advance(&lab.clock, rows[i].wait_ms - 1);
        expect_state(id, 1, MESSAGE_SENT);
        fake_clock_advance(&lab.clock, 1);
        expect_state(id, 1, MESSAGE_UNKNOWN);
        assert_string_equal(lab_message(&lab, id, 0, 1).detail, "no answer in time");
    }
}

static void test_por_on_error_and_no_por(void **state)
{
    struct fake_sms sms;
    (void)state;
    int64_t id = start_one(with_spi("onerror", 0x16, 0x22), &sms);
    lab_deliver(&lab, &sms);
    expect_state(id, 1, MESSAGE_DELIVERED);
    fake_clock_advance(&lab.clock, 600000);
    expect_state(id, 1, MESSAGE_UPDATED);
    id = start_one(with_spi("onerror2", 0x16, 0x22), &sms);
    lab_deliver(&lab, &sms);
    lab_answer(&lab, &command, LAB_ANSWER(.status = POR_STATUS_TAR_UNKNOWN, .bare_error = true));
    expect_state(id, 1, MESSAGE_FAILED);
    id = start_one(with_spi("none", 0x16, 0x00), &sms);
    lab_ack(&lab, &sms, ACK_QUEUED);
    lab_report(&lab, &sms, REPORT_SMSC_ACCEPTED, "");
    expect_state(id, 1, MESSAGE_SENT);
    lab_report(&lab, &sms, REPORT_DELIVERED, "");
    expect_state(id, 1, MESSAGE_UPDATED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LAB_TEST(test_failed_report_then_good_por),
        LAB_TEST(test_unknown_report_then_good_por),
        LAB_TEST(test_refusals_in_the_smscs_words),
        LAB_TEST(test_events_in_reverse_order),
        LAB_TEST(test_validity_and_por_timeout),
        LAB_TEST(test_por_on_error_and_no_por),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
