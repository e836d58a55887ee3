/* What a card's answer makes of its message, and of the campaign. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/campaign/lab_fixture.h"

static void test_sop_updates_three_cards(void **state)
{
    (void)state;
    int64_t id = lab_create(&lab, lab_campaign("sop"));
    lab_start(&lab, id);
    expect_campaign(id, CAMPAIGN_RUNNING);
    lab_all_well(&lab, 6);
    expect_campaign(id, CAMPAIGN_COMPLETED);
    struct message_counts counts = lab_count(&lab, id);
    assert_int_equal(counts.cards, 3);
    assert_int_equal(counts.by_state[MESSAGE_UPDATED], 3);
    struct message_view view = lab_message(&lab, id, 0, 2);
    assert_int_equal(view.counter, 1);
    assert_int_equal(view.por_status, 0);
    assert_int_equal(view.executed, 6);
    assert_int_equal(view.commands, 6);
    assert_int_equal(view.sw, 0x9000);
    assert_false(view.authenticated); /* 1621 asks for a clear PoR */
    assert_string_equal(view.detail, "");
    assert_true(lab_get(&lab, id).ended > 0);
    assert_int_equal(fake_bearer_acknowledged(&lab.bearer), 3 * 3); /* two reports and one PoR each */
}

static void test_error_por_in_words(void **state)
{
    struct fake_sms sms;
    (void)state;
    int64_t id = start_one(lab_campaign("error"), &sms);
    lab_deliver(&lab, &sms);
    struct lab_answer answer = LAB_ANSWER(.status = POR_STATUS_CC_FAILED, .bare_error = true);
    answer.counter = 0; /* some cards put zeros into an error */
    lab_answer(&lab, &command, answer);
    expect_state(id, 1, MESSAGE_FAILED);
    assert_string_equal(lab_message(&lab, id, 0, 1).detail, "PoR 01: RC/CC/DS failed");
    assert_int_equal(lab_message(&lab, id, 0, 1).por_status, 1);
    expect_campaign(id, CAMPAIGN_COMPLETED);
}

static void test_wait_statuses_wait(void **state)
{
    struct fake_sms sms;
    (void)state;
    int64_t id = start_one(lab_campaign("wait"), &sms);
    lab_deliver(&lab, &sms);
    lab_tick(&lab);
    fake_clock_advance(&lab.clock, 500000);
    lab_answer(&lab, &command, LAB_ANSWER(.status = POR_STATUS_MORE_TIME, .bare_error = true));
    expect_state(id, 1, MESSAGE_DELIVERED);
    fake_clock_advance(&lab.clock, 500000); /* the timeout began anew */
    expect_state(id, 1, MESSAGE_DELIVERED);
    lab_answer(&lab, &command, good());
    expect_state(id, 1, MESSAGE_UPDATED);
}

static void test_partial(void **state)
{
    struct fake_sms sms;
    static const uint8_t data[] = {0xDE, 0xAD};
    (void)state;
    int64_t id = start_one(lab_campaign("partial"), &sms);
    lab_answer(&lab, &command, LAB_ANSWER(.executed = 2, .sw = 0x9404, .data = data, .length = 2));
    expect_state(id, 1, MESSAGE_PARTIAL);
    struct message_view view = lab_message(&lab, id, 0, 1);
    assert_string_equal(view.detail, "2 of 6 commands executed, last SW 9404: file ID or pattern not found");
    assert_int_equal(view.data_length, 2);
    assert_memory_equal(view.data, data, 2);
}

static void test_refused_refresh(void **state)
{
    struct fake_sms sms;
    (void)state;
    int64_t id = start_one(lab_campaign("refresh"), &sms);
    lab_answer(&lab, &command, LAB_ANSWER(.executed = 6, .sw = 0x6E00));
    expect_state(id, 1, MESSAGE_UPDATED);
    assert_string_equal(lab_message(&lab, id, 0, 1).detail, "refresh refused: SW 6E00, class not supported");
}

static void test_expected_last_sw(void **state)
{
    static const struct {
        const char *pattern;
        uint16_t sw;
        enum message_state expected;
    } rows[] = {
        {"", 0x9000, MESSAGE_UPDATED},          {"9000", 0x9000, MESSAGE_UPDATED},
        {"91xx", 0x9000, MESSAGE_PARTIAL},      {"91xx", 0x910B, MESSAGE_UPDATED},
        {"9000,91xx", 0x910B, MESSAGE_UPDATED}, {"6E00", 0x6E00, MESSAGE_UPDATED},
        {"9000", 0x6E00, MESSAGE_PARTIAL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fake_sms sms;
        char name[16];
        snprintf(name, sizeof name, "sw%zu", i);
        struct campaign campaign = lab_campaign(name);
        snprintf(campaign.expected_last_sw, sizeof campaign.expected_last_sw, "%s", rows[i].pattern);
        int64_t id = start_one(campaign, &sms);
        lab_answer(&lab, &command, LAB_ANSWER(.executed = 6, .sw = rows[i].sw));
        expect_state(id, 1, rows[i].expected);
    }
}

static void test_include_sim_refresh(void **state)
{
    static const char *const two[] = {"A0A40000027F20", "A0A40000026F46"};
    static const uint8_t refresh[] = {0xD0, 0x09, 0x81, 0x03, 0x01, 0x01, 0x04, 0x82, 0x02, 0x81, 0x82};
    (void)state;
    for (int with = 0; with < 2; with++) {
        struct campaign campaign = lab_campaign(with ? "with" : "without");
        campaign.include_sim_refresh = with;
        int64_t id = lab_create_with(&lab, campaign, two, 2);
        assert_int_equal(lab_start_on(&lab, id, (struct campaign_target){.card_id = 1}, NULL), 0);
        struct fake_sms sms = lab_expect_sms(&lab, 1);
        lab_receive(&lab, &sms, 1, &command);
        assert_int_equal(command.decoded.length, 14 + (with ? sizeof refresh : 0));
        if (with)
            assert_memory_equal(command.decoded.data + 14, refresh, sizeof refresh);
        assert_int_equal(lab_message(&lab, id, 0, 1).commands, 2 + with);
        lab_answer(&lab, &command, LAB_ANSWER(.executed = (uint8_t)(2 + with), .sw = 0x9000));
        expect_state(id, 1, MESSAGE_UPDATED);
    }
    struct fake_sms sms; /* a script that ends in a refresh gets no second one */
    struct campaign campaign = lab_campaign("twice");
    campaign.include_sim_refresh = true;
    int64_t id = start_one(campaign, &sms);
    assert_int_equal(lab_message(&lab, id, 0, 1).commands, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LAB_TEST(test_sop_updates_three_cards),
        LAB_TEST(test_error_por_in_words),
        LAB_TEST(test_wait_statuses_wait),
        LAB_TEST(test_partial),
        LAB_TEST(test_refused_refresh),
        LAB_TEST(test_expected_last_sw),
        LAB_TEST(test_include_sim_refresh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
