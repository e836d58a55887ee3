/* The engine on a real store, with a fake bearer and cards that answer real packets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "protocol/errors.h"
#include "tests/campaign/lab.h"

static struct lab lab;
static struct lab_command command;

static int open_lab(void **state)
{
    (void)state;
    lab_open(&lab, 3);
    return 0;
}

static int close_lab(void **state)
{
    (void)state;
    lab_close(&lab);
    return 0;
}

static struct lab_answer good(void)
{
    return LAB_ANSWER(.executed = 6, .sw = 0x9000);
}

static void expect_state(int64_t campaign, int card, enum message_state expected)
{
    lab_expect_state(&lab, campaign, card, expected);
}

static void expect_campaign(int64_t campaign, enum campaign_state expected)
{
    lab_expect_campaign(&lab, campaign, expected);
}

/* A campaign for card 1 alone, started; its first SMS is received into `command`. */
static int64_t start_one(struct campaign settings, struct fake_sms *sms)
{
    struct refusal refusal = {0};
    int64_t id = lab_create(&lab, settings);
    if (lab_start_on(&lab, id, (struct campaign_target){.msisdn = lab_msisdn(1)}, &refusal) != 0)
        fail_msg("%s", refusal.text);
    *sms = lab_expect_sms(&lab, 1);
    lab_receive(&lab, sms, 1, &command);
    return id;
}

static struct campaign with_spi(const char *name, uint8_t spi1, uint8_t spi2)
{
    struct campaign campaign = lab_campaign(name);
    campaign.security.spi1 = spi1;
    campaign.security.spi2 = spi2;
    return campaign;
}

/* --- the SOP --- */

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

/* --- protection of the PoR --- */

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

/* --- results --- */

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

/* --- delivery reports, timeouts --- */

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

/* --- more than one SMS --- */

/* UPDATE BINARY of 255 bytes: with its SELECT three SMS. */
static const char *long_command(void)
{
    static char text[2 * 260 + 1];
    memset(text, '0', sizeof text - 1);
    memcpy(text, "A0D60000FF", 10);
    return text;
}

static int64_t start_long(enum transmission_mode mode)
{
    const char *const commands[] = {SOP_COMMANDS[0], long_command()};
    struct campaign campaign = lab_campaign(mode == TRANSMISSION_CONCURRENT ? "conc" : "seq");
    campaign.transmission = mode;
    int64_t id = lab_create_with(&lab, campaign, commands, 2);
    assert_int_equal(lab_start_on(&lab, id, (struct campaign_target){.iccid = "8991000000000000001"}, NULL),
                     0);
    return id;
}

static void test_concurrent_parts(void **state)
{
    struct fake_sms parts[3];
    (void)state;
    int64_t id = start_long(TRANSMISSION_CONCURRENT);
    for (int i = 0; i < 3; i++)
        parts[i] = lab_expect_sms(&lab, 1);
    lab_expect_silence(&lab);
    lab_receive(&lab, parts, 3, &command);
    assert_int_equal(command.decoded.length, 7 + 260);
    for (int i = 2; i >= 0; i--)
        lab_deliver(&lab, &parts[i]);
    expect_state(id, 1, MESSAGE_DELIVERED);
    lab_answer(&lab, &command, LAB_ANSWER(.executed = 2, .sw = 0x9000));
    expect_state(id, 1, MESSAGE_UPDATED);
}

static void test_sequential_parts(void **state)
{
    struct fake_sms parts[3];
    (void)state;
    int64_t id = start_long(TRANSMISSION_SEQUENTIAL);
    for (int i = 0; i < 3; i++) {
        parts[i] = lab_expect_sms(&lab, 1);
        assert_int_equal(parts[i].reference.part, i + 1);
        lab_ack(&lab, &parts[i], ACK_QUEUED);
        lab_report(&lab, &parts[i], REPORT_SMSC_ACCEPTED, "");
        lab_expect_silence(&lab); /* only behind the delivery */
        lab_report(&lab, &parts[i], REPORT_DELIVERED, "");
        lab_report(&lab, &parts[i], REPORT_DELIVERED, ""); /* twice makes no second copy */
    }
    lab_expect_silence(&lab);
    lab_receive(&lab, parts, 3, &command);
    lab_answer(&lab, &command, LAB_ANSWER(.executed = 2, .sw = 0x9000));
    expect_state(id, 1, MESSAGE_UPDATED);
}

static void test_sequential_part_fails(void **state)
{
    struct fake_sms part;
    (void)state;
    int64_t id = start_long(TRANSMISSION_SEQUENTIAL);
    part = lab_expect_sms(&lab, 1);
    lab_report(&lab, &part, REPORT_EXPIRED, "");
    lab_expect_silence(&lab);
    expect_state(id, 1, MESSAGE_FAILED);
    assert_string_equal(lab_message(&lab, id, 0, 1).detail, "expired at the SMSC");
}

static void test_concatenated_por(void **state)
{
    struct fake_sms sms;
    static uint8_t data[400];
    uint8_t por[1024];
    (void)state;
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)i;
    int64_t id = start_one(with_spi("long-por", 0x16, 0x39), &sms);
    lab_deliver(&lab, &sms);
    struct lab_answer answer = good();
    answer.data = data;
    answer.length = sizeof data;
    size_t length = lab_por(&lab, &command, answer, por, sizeof por);
    static const int order[] = {3, 1, 1, 4, 2}; /* any order, one part twice */
    assert_int_equal(sms_part_count(length), 4);
    for (size_t i = 0; i < 5; i++) {
        uint8_t user_data[SMS_USER_DATA_MAX];
        struct sms_part part;
        assert_int_equal(sms_part_build(por, length, PACKET_MARKER_RESPONSE, 9, (size_t)order[i], &part),
                         OTA_OK);
        memcpy(user_data, part.header, part.header_length);
        memcpy(user_data + part.header_length, part.payload, part.length);
        if (i < 4)
            expect_state(id, 1, MESSAGE_DELIVERED);
        lab_post(&lab, lab_msisdn(1), user_data, part.header_length + part.length);
    }
    expect_state(id, 1, MESSAGE_UPDATED);
    struct message_view view = lab_message(&lab, id, 0, 1);
    assert_int_equal(view.data_length, sizeof data);
    assert_memory_equal(view.data, data, sizeof data);
}

/* bearerbox brings again what was not acknowledged, under the same UUID. */
static void test_redelivered_reply_counts_once(void **state)
{
    struct fake_sms sms;
    struct engine_statistics statistics;
    uint8_t por[256] = {0x02, 0x71, 0x00};
    (void)state;
    int64_t id = start_one(lab_campaign("twice"), &sms);
    size_t length = 3 + lab_por(&lab, &command, good(), por + 3, sizeof por - 3);
    lab_post(&lab, lab_msisdn(1), por, length);
    lab_post_again(&lab, lab_msisdn(1), por, length);
    expect_state(id, 1, MESSAGE_UPDATED);
    engine_get_statistics(lab.engine, &statistics);
    assert_int_equal(statistics.replies, 1);
    assert_int_equal(fake_bearer_acknowledged(&lab.bearer), 2);
}

/* --- the link and the window --- */

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
    lab_stop_engine(&lab);
    lab.options.window = 2;
    lab_start_engine(&lab);
    lab_link(&lab, true);
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
    lab_stop_engine(&lab);
    lab.options.window = 1;
    lab_start_engine(&lab);
    lab_link(&lab, true);
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
    lab_stop_engine(&lab);
    lab.options.window = 2;
    lab_start_engine(&lab);
    lab_link(&lab, true);
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

/* An SMSC that never answers must not stop everything for ever. */
static void start_on_all(const char *name)
{
    lab_start(&lab, lab_create(&lab, lab_campaign(name)));
}

/* One SMSC answers, one does not: it holds up the other for a minute at most. */
static void test_silent_smsc_starves_no_other(void **state)
{
    struct fake_sms sms;
    (void)state;
    lab_stop_engine(&lab);
    lab.options.window = 2;
    lab_start_engine(&lab);
    lab_link(&lab, true);
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
    lab_stop_engine(&lab);
    lab.options.window = 2;
    lab_start_engine(&lab);
    lab_link(&lab, true);
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

static void test_lost_answers_free_the_window(void **state)
{
    (void)state;
    lab_stop_engine(&lab);
    lab.options.window = 1;
    lab_start_engine(&lab);
    lab_link(&lab, true);
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

/* --- counters --- */

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

/* --- refusals --- */

static void test_start_is_refused(void **state)
{
    struct refusal refusal = {0};
    struct campaign other_keys = lab_campaign("keys");
    (void)state;
    int64_t id = lab_create(&lab, lab_campaign("refused"));
    assert_int_equal(lab_start_on(&lab, 99, (struct campaign_target){.card_id = 1}, &refusal), -1);
    assert_string_equal(refusal.text, "campaign 99 does not exist");
    assert_int_equal(refusal.kind, REFUSAL_NOT_FOUND);
    assert_int_equal(lab_start_on(&lab, id, (struct campaign_target){0}, &refusal), -1);
    assert_int_equal(refusal.kind, REFUSAL_INVALID);
    assert_int_equal(lab_start_on(&lab, id, (struct campaign_target){.msisdn = "49999"}, &refusal), -1);
    assert_string_equal(refusal.text, "no card has the MSISDN 49999");
    assert_int_equal(lab_start_on(&lab, id, (struct campaign_target){.group_id = 7}, &refusal), -1);
    assert_string_equal(refusal.text, "card group 7 does not exist");
    assert_int_equal(lab_retry(&lab, id, &refusal), -1);
    assert_non_null(strstr(refusal.text, "is WAITING, expected COMPLETED or TERMINATED"));
    lab_start(&lab, id);
    assert_int_equal(lab_start_on(&lab, id, (struct campaign_target){.card_id = 1}, &refusal), -1);
    assert_non_null(strstr(refusal.text, "expected WAITING"));
    assert_int_equal(refusal.kind, REFUSAL_CONFLICT);
    other_keys.security.kic = other_keys.security.kid = 0x25;
    id = lab_create(&lab, other_keys);
    assert_int_equal(lab_start_on(&lab, id, (struct campaign_target){.group_id = lab.group_id}, &refusal),
                     -1);
    assert_string_equal(refusal.text,
                        "the card with MSISDN 961000000001 has no KIc in key set 2, which kicByte 25 names");
    assert_int_equal(lab_get(&lab, id).state, CAMPAIGN_WAITING);
}

static void test_script_that_fits_nothing(void **state)
{
    const char *commands[300];
    struct refusal refusal = {0};
    struct campaign campaign = lab_campaign("long");
    (void)state;
    for (size_t i = 0; i < 300; i++)
        commands[i] = SOP_COMMANDS[0];
    assert_int_equal(campaign_check_script(&campaign, commands, 255, &refusal), 0);
    assert_int_equal(campaign_check_script(&campaign, commands, 256, &refusal), -1);
    assert_string_equal(refusal.text, "command 256: commands 1 to 256 cannot be cut, and a PoR counts at most 255");
    campaign.include_sim_refresh = true;
    assert_int_equal(campaign_check_script(&campaign, commands, 255, &refusal), -1);
    campaign.security.spi2 = 0;
    assert_int_equal(campaign_check_script(&campaign, commands, 300, &refusal), 0);
    for (size_t i = 0; i < 300; i++)
        commands[i] = long_command();
    assert_int_equal(campaign_check_script(&campaign, commands, 300, &refusal), -1);
    assert_int_equal(refusal.kind, REFUSAL_INVALID);
}

/* A key that does not fit the campaign's algorithm: this card fails, in words without the key; others go on.
 */
static void test_card_that_cannot_be_built(void **state)
{
    struct campaign campaign = lab_campaign("aes192");
    (void)state;
    campaign.security.kic = campaign.security.kid = 0x19; /* 3DES with three keys: 24 bytes */
    int64_t id = lab_create(&lab, campaign);
    lab_start(&lab, id);
    expect_campaign(id, CAMPAIGN_COMPLETED);
    struct message_view view = lab_message(&lab, id, 0, 1);
    assert_int_equal(view.state, MESSAGE_FAILED);
    assert_int_equal(strncmp(view.detail, "key set 1: ", 11), 0);
    lab_expect_silence(&lab);
}

/* --- when the database refuses, when events come faster than they go --- */

static void change_database(const char *sql)
{
    char error[200] = "";
    struct db *db = db_open(lab.database, false, error, sizeof error);
    if (db == NULL)
        fail_msg("%s", error);
    if (db_execute(db, sql) != 0)
        fail_msg("%s", db_error(db));
    db_close(&db);
}

static void test_a_blocked_card_is_sent_nothing(void **state)
{
    (void)state;
    int64_t id = lab_create(&lab, lab_campaign("blocked"));
    change_database("UPDATE card SET blocked = 1 WHERE id = 1");
    lab_start(&lab, id);
    struct fake_sms sms = lab_expect_sms(&lab, 2);
    lab_deliver(&lab, &sms);
    expect_state(id, 1, MESSAGE_FAILED);
    assert_string_equal(lab_message(&lab, id, 0, 1).detail, "the card is blocked");
    expect_state(id, 2, MESSAGE_DELIVERED);
}

static int nothing(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    (void)store;
    (void)now;
    (void)argument;
    (void)refusal;
    return 0;
}

static void test_events_survive_a_failing_database(void **state)
{
    struct fake_sms sms;
    struct refusal refusal = {0};
    (void)state;
    int64_t id = start_one(lab_campaign("full"), &sms);
    lab_deliver(&lab, &sms);
    expect_state(id, 1, MESSAGE_DELIVERED);
    size_t acknowledged = fake_bearer_acknowledged(&lab.bearer);
    change_database(
        "CREATE TRIGGER full BEFORE UPDATE ON message BEGIN SELECT RAISE(ABORT, 'disk full'); END");
    lab_answer(&lab, &command, good());
    while (engine_call(lab.engine, nothing, NULL, &refusal) == 0)
        ; /* the next one shares the pass that fails */
    assert_int_equal(refusal.kind, REFUSAL_INTERNAL);
    assert_int_equal(fake_bearer_acknowledged(&lab.bearer), acknowledged);
    change_database("DROP TRIGGER full");
    while (engine_call(lab.engine, nothing, NULL, NULL) != 0)
        ;
    expect_state(id, 1, MESSAGE_UPDATED);
    assert_int_equal(fake_bearer_acknowledged(&lab.bearer), acknowledged + 1);
    expect_campaign(id, CAMPAIGN_COMPLETED);
    lab_expect_silence(&lab); /* and nothing was sent twice */
}

struct gate {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool inside, open;
    int posted;
};

static int wait_at_gate(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct gate *gate = argument;
    (void)store;
    (void)now;
    (void)refusal;
    pthread_mutex_lock(&gate->lock);
    gate->inside = true;
    pthread_cond_broadcast(&gate->changed);
    while (!gate->open)
        pthread_cond_wait(&gate->changed, &gate->lock);
    pthread_mutex_unlock(&gate->lock);
    return 0;
}

static void *call_gate(void *gate)
{
    engine_call(lab.engine, wait_at_gate, gate, NULL);
    return NULL;
}

#define MANY 3000

static void *post_many(void *argument)
{
    struct gate *gate = argument;
    const struct bearer_event event = {.kind = BEARER_REPORT, .uuid = "x"};
    for (int i = 0; i < MANY; i++) {
        engine_post(lab.engine, &event);
        pthread_mutex_lock(&gate->lock);
        gate->posted++;
        pthread_cond_broadcast(&gate->changed);
        pthread_mutex_unlock(&gate->lock);
    }
    return NULL;
}

/* While the engine is busy the queue takes 1024 events; then engine_post() waits, and loses none. */
static void test_full_queue_holds_the_poster_back(void **state)
{
    static struct gate gate = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
    struct engine_statistics before, after;
    pthread_t caller, poster;
    (void)state;
    lab_tick(&lab);
    engine_get_statistics(lab.engine, &before);
    pthread_create(&caller, NULL, call_gate, &gate);
    pthread_mutex_lock(&gate.lock);
    while (!gate.inside)
        pthread_cond_wait(&gate.changed, &gate.lock);
    pthread_create(&poster, NULL, post_many, &gate);
    while (gate.posted < 1024)
        pthread_cond_wait(&gate.changed, &gate.lock);
    pthread_mutex_unlock(&gate.lock);
    usleep(20000); /* a poster that is not held back has posted more by now */
    pthread_mutex_lock(&gate.lock);
    assert_int_equal(gate.posted, 1024);
    gate.open = true;
    pthread_cond_broadcast(&gate.changed);
    pthread_mutex_unlock(&gate.lock);
    pthread_join(caller, NULL);
    pthread_join(poster, NULL);
    for (int i = 0; i < 20; i++)
        lab_tick(&lab);
    engine_get_statistics(lab.engine, &after);
    assert_int_equal(after.events - before.events, MANY);
    assert_int_equal(fake_bearer_acknowledged(&lab.bearer), MANY);
}

/* --- the end of the process --- */

/* In a process of its own, which dies without a word as soon as three SMS have left. */
static int die_after_sending(uint8_t spi1, int out)
{
    struct fake_sms sms;
    lab_start_engine(&lab);
    lab_link(&lab, true);
    int64_t id = lab_create(&lab, with_spi("killed", spi1, 0x21));
    lab_start(&lab, id);
    for (int i = 0; i < 3; i++) {
        while (!fake_bearer_take(&lab.bearer, &sms))
            lab_tick(&lab);
        if (write(out, &sms, sizeof sms) != (ssize_t)sizeof sms)
            return 1;
    }
    return write(out, &id, sizeof id) == (ssize_t)sizeof id ? 0 : 1;
}

static int64_t kill_engine(uint8_t spi1, struct fake_sms sent[static 3])
{
    int pipes[2], status;
    int64_t id;
    lab_stop_engine(&lab);
    assert_int_equal(pipe(pipes), 0);
    pid_t child = fork();
    if (child == 0)
        _exit(die_after_sending(spi1, pipes[1]));
    close(pipes[1]);
    for (int i = 0; i < 3; i++)
        assert_int_equal(read(pipes[0], &sent[i], sizeof sent[i]), sizeof sent[i]);
    assert_int_equal(read(pipes[0], &id, sizeof id), sizeof id);
    close(pipes[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    lab_start_engine(&lab);
    return id;
}

static void test_killed_engine_sends_the_same_bytes(void **state)
{
    struct fake_sms sent[3], again;
    (void)state;
    int64_t id = kill_engine(0x16, sent);
    lab_expect_silence(&lab); /* the link is not there yet */
    lab_link(&lab, true);
    for (int card = 1; card <= 3; card++) {
        again = lab_expect_sms(&lab, card);
        assert_int_equal(again.length, sent[card - 1].length);
        assert_memory_equal(again.user_data, sent[card - 1].user_data, again.length);
        lab_deliver(&lab, &again);
        lab_receive(&lab, &again, 1, &command);
        assert_int_equal(command.decoded.counter, 1);
        lab_answer(&lab, &command,
                   card == 3 ? LAB_ANSWER(.status = POR_STATUS_CNTR_LOW, .bare_error = true) : good());
    }
    expect_state(id, 3, MESSAGE_EXECUTED_UNKNOWN);
    expect_campaign(id, CAMPAIGN_COMPLETED);
    assert_int_equal(lab_retry(&lab, id, NULL), 0);
    again = lab_expect_sms(&lab, 3);
    lab_receive(&lab, &again, 1, &command);
    assert_int_equal(command.decoded.counter, 2); /* none goes back */
}

static void test_killed_engine_waits_where_nothing_checks_copies(void **state)
{
    struct fake_sms sent[3];
    (void)state;
    int64_t id = kill_engine(0x0E, sent); /* counter there, not checked */
    lab_link(&lab, true);
    lab_expect_silence(&lab);
    lab_receive(&lab, &sent[0], 1, &command);
    lab_answer(&lab, &command, good());
    expect_state(id, 1, MESSAGE_UPDATED); /* it had left after all */
    fake_clock_advance(&lab.clock, 60 * LAB_MINUTE + 600000);
    expect_state(id, 2, MESSAGE_UNKNOWN);
    expect_campaign(id, CAMPAIGN_COMPLETED);
}

static void test_restart_resumes_everything(void **state)
{
    struct fake_sms sms;
    (void)state;
    int64_t id = lab_create(&lab, lab_campaign("restart"));
    lab_start(&lab, id);
    for (int card = 1; card <= 3; card++) {
        sms = lab_expect_sms(&lab, card);
        lab_deliver(&lab, &sms);
    }
    lab_stop_engine(&lab);
    lab_start_engine(&lab);
    lab_link(&lab, true);
    lab_expect_silence(&lab); /* all were acknowledged: nothing is sent twice */
    expect_state(id, 3, MESSAGE_DELIVERED);
    fake_clock_advance(&lab.clock, 600000);
    expect_campaign(id, CAMPAIGN_COMPLETED);
    expect_state(id, 3, MESSAGE_UNKNOWN);
}

#define LAB_TEST(f) cmocka_unit_test_setup_teardown(f, open_lab, close_lab)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LAB_TEST(test_sop_updates_three_cards),
        LAB_TEST(test_lost_por_then_retry),
        LAB_TEST(test_late_por_credits_the_retry),
        LAB_TEST(test_late_por_after_completion),
        LAB_TEST(test_signed_and_ciphered_por),
        LAB_TEST(test_weaker_por_is_refused),
        LAB_TEST(test_unsigned_por_is_refused),
        LAB_TEST(test_por_of_another_application),
        LAB_TEST(test_forged_and_foreign_replies_do_nothing),
        LAB_TEST(test_clear_por_needs_the_counter),
        LAB_TEST(test_error_por_in_words),
        LAB_TEST(test_a_blocked_card_is_sent_nothing),
        LAB_TEST(test_wait_statuses_wait),
        LAB_TEST(test_partial),
        LAB_TEST(test_refused_refresh),
        LAB_TEST(test_expected_last_sw),
        LAB_TEST(test_include_sim_refresh),
        LAB_TEST(test_failed_report_then_good_por),
        LAB_TEST(test_unknown_report_then_good_por),
        LAB_TEST(test_refusals_in_the_smscs_words),
        LAB_TEST(test_events_in_reverse_order),
        LAB_TEST(test_validity_and_por_timeout),
        LAB_TEST(test_por_on_error_and_no_por),
        LAB_TEST(test_concurrent_parts),
        LAB_TEST(test_sequential_parts),
        LAB_TEST(test_sequential_part_fails),
        LAB_TEST(test_concatenated_por),
        LAB_TEST(test_redelivered_reply_counts_once),
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
        LAB_TEST(test_mode_11_uses_a_lost_counter_again),
        LAB_TEST(test_retry_repeats_what_must_not_run_twice),
        LAB_TEST(test_retry_uses_a_new_reference),
        LAB_TEST(test_start_is_refused),
        LAB_TEST(test_script_that_fits_nothing),
        LAB_TEST(test_card_that_cannot_be_built),
        LAB_TEST(test_events_survive_a_failing_database),
        LAB_TEST(test_full_queue_holds_the_poster_back),
        LAB_TEST(test_killed_engine_sends_the_same_bytes),
        LAB_TEST(test_killed_engine_waits_where_nothing_checks_copies),
        LAB_TEST(test_restart_resumes_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
