/* SMS and FLASH campaigns: what leaves, what a receipt makes of it, and that no second copy leaves by itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "gateway-plugin/campaign/volume.h"
#include "tests/campaign/lab_fixture.h"

#define TEN "0123456789"
#define FIFTY TEN TEN TEN TEN TEN
#define TWO_SMS FIFTY FIFTY FIFTY "abc€" TEN    /* 153 septets are the first SMS's */
#define TWO_UCS2 "жжжжжжжжжж" FIFTY "ж😀жжжжжжж" /* 61 units, a surrogate pair, 7 units */

static struct refusal refusal;

static struct campaign text_campaign(enum campaign_type type, const char *name, const char *message)
{
    struct campaign campaign = lab_campaign(name);
    campaign.type = type;
    campaign.security = (struct security_parameters){0};
    campaign.message = message;
    return campaign;
}

static int64_t start_text(struct campaign campaign)
{
    int64_t id = lab_create_with(&lab, campaign, NULL, 0);
    lab_start(&lab, id);
    return id;
}

static void expect_text(const struct fake_sms *sms, enum bearer_form form, const char *header, size_t header_length,
                        const char *text, size_t length)
{
    assert_int_equal(sms->form, form);
    assert_int_equal(sms->header_length, header_length);
    assert_memory_equal(sms->user_data, header, header_length);
    assert_int_equal(sms->length - header_length, length);
    assert_memory_equal(sms->user_data + header_length, text, length);
}

static void expect_detail(int64_t id, int card, const char *detail)
{
    assert_string_equal(lab_message(&lab, id, 0, card).detail, detail);
}

static void test_each_form(void **state)
{
    static const struct {
        enum campaign_type type;
        const char *message, *bytes;
        size_t length;
        enum bearer_form form;
    } cases[] = {
        {CAMPAIGN_SMS, "Ω 5 € [Name]", "Ω 5 € [Name]", 15, BEARER_GSM7},
        {CAMPAIGN_FLASH, "a\nb", "a\nb", 3, BEARER_FLASH_GSM7},
        {CAMPAIGN_SMS, "ж😀", "\x04\x36\xD8\x3D\xDE\x00", 6, BEARER_UCS2},
        {CAMPAIGN_FLASH, "ж", "\x04\x36", 2, BEARER_FLASH_UCS2},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char name[8];
        snprintf(name, sizeof name, "t%zu", i);
        int64_t id = start_text(text_campaign(cases[i].type, name, cases[i].message));
        for (int card = 1; card <= 3; card++) {
            struct fake_sms sms = lab_expect_sms(&lab, card);
            expect_text(&sms, cases[i].form, "", 0, cases[i].bytes, cases[i].length);
            lab_deliver(&lab, &sms);
            lab_expect_state(&lab, id, card, MESSAGE_UPDATED);
            expect_detail(id, card, "");
        }
        lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    }
}

static void test_several_sms(void **state)
{
    (void)state;
    int64_t id = start_text(text_campaign(CAMPAIGN_SMS, "two", TWO_SMS));
    struct fake_sms parts[2];
    for (int i = 0; i < 2; i++)
        parts[i] = lab_expect_sms(&lab, 1);
    expect_text(&parts[0], BEARER_GSM7, "\x05\x00\x03\x01\x02\x01", 6, FIFTY FIFTY FIFTY "abc", 153);
    expect_text(&parts[1], BEARER_GSM7, "\x05\x00\x03\x01\x02\x02", 6, "€" TEN, 13);
    lab_deliver(&lab, &parts[1]);
    lab_expect_state(&lab, id, 1, MESSAGE_SENDING);
    lab_deliver(&lab, &parts[0]);
    lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
}

static void test_no_pair_is_cut(void **state)
{
    (void)state;
    struct campaign campaign = text_campaign(CAMPAIGN_SMS, "pair", TWO_UCS2);
    campaign.part_size = 130; /* 62 units: ten, fifty, one, and half of the pair */
    start_text(campaign);
    struct fake_sms first = lab_expect_sms(&lab, 1), second = lab_expect_sms(&lab, 1);
    assert_int_equal(first.length, 6 + 2 * 61);
    assert_memory_equal(second.user_data + 6, "\xD8\x3D\xDE\x00", 4);
}

static void test_sequential(void **state)
{
    struct campaign campaign = text_campaign(CAMPAIGN_FLASH, "seq", TWO_SMS);
    (void)state;
    campaign.transmission = TRANSMISSION_SEQUENTIAL;
    int64_t id = lab_create_with(&lab, campaign, NULL, 0);
    assert_int_equal(lab_start_on(&lab, id, (struct campaign_target){.card_id = 1}, &refusal), 0);
    struct fake_sms sms = lab_expect_sms(&lab, 1);
    lab_expect_silence(&lab);
    lab_deliver(&lab, &sms);
    sms = lab_expect_sms(&lab, 1);
    assert_int_equal(sms.reference.part, 2);
    lab_deliver(&lab, &sms);
    lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
}

static void test_receipts_decide(void **state)
{
    (void)state;
    int64_t id = start_text(text_campaign(CAMPAIGN_SMS, "receipts", "hello"));
    struct fake_sms sms[3];
    for (int card = 1; card <= 3; card++)
        sms[card - 1] = lab_expect_sms(&lab, card);
    lab_deliver(&lab, &sms[0]);
    lab_ack(&lab, &sms[1], ACK_QUEUED);
    lab_report(&lab, &sms[1], REPORT_FAILED, "stat:UNDELIV err:001");
    lab_ack(&lab, &sms[2], ACK_QUEUED);
    lab_report(&lab, &sms[2], REPORT_SMSC_ACCEPTED, "");
    lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
    lab_expect_state(&lab, id, 2, MESSAGE_FAILED);
    expect_detail(id, 2, "stat:UNDELIV err:001");
    lab_expect_state(&lab, id, 3, MESSAGE_SENT);
    fake_clock_advance(&lab.clock, 1000 * (lab.options.validity_seconds + lab.options.por_timeout_seconds) + 1000);
    lab_expect_state(&lab, id, 3, MESSAGE_UNKNOWN);
    expect_detail(id, 3, "no receipt in time");
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    lab_report(&lab, &sms[2], REPORT_DELIVERED, ""); /* late, and yet */
    lab_expect_state(&lab, id, 3, MESSAGE_UPDATED);
}

static void test_retry_goes_to_the_failed_ones(void **state)
{
    (void)state;
    int64_t id = start_text(text_campaign(CAMPAIGN_SMS, "retry", "hello"));
    struct fake_sms sms[3];
    for (int card = 1; card <= 3; card++)
        sms[card - 1] = lab_expect_sms(&lab, card);
    lab_deliver(&lab, &sms[0]);
    lab_report(&lab, &sms[1], REPORT_FAILED, "gone");
    lab_deliver(&lab, &sms[2]);
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    assert_int_equal(lab_retry(&lab, id, &refusal), 0);
    struct fake_sms again = lab_expect_sms(&lab, 2);
    expect_text(&again, BEARER_GSM7, "", 0, "hello", 5);
    lab_expect_silence(&lab);
    lab_report(&lab, &sms[1], REPORT_DELIVERED, ""); /* of the first copy, late */
    lab_expect_state(&lab, id, 2, MESSAGE_UPDATED);
    expect_detail(id, 2, "updated by a late receipt of an earlier iteration");
}

static void test_automatic_retries(void **state)
{
    struct campaign campaign = text_campaign(CAMPAIGN_SMS, "retries", "hello");
    (void)state;
    campaign.retries = 1;
    int64_t id = lab_create_with(&lab, campaign, NULL, 0);
    assert_int_equal(lab_start_on(&lab, id, (struct campaign_target){.card_id = 1}, &refusal), 0);
    for (int i = 0; i < 2; i++) {
        struct fake_sms sms = lab_expect_sms(&lab, 1);
        lab_report(&lab, &sms, REPORT_FAILED, "gone");
    }
    lab_expect_silence(&lab);
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    assert_int_equal(lab_get(&lab, id).iteration, 2);
}

/* As with counter modes 00 and 01: what may have left does not leave again; what cannot have, does. */
static void test_crash(void **state)
{
    (void)state;
    lab_set_window(&lab, 1);
    int64_t id = start_text(text_campaign(CAMPAIGN_SMS, "crash", "hello"));
    struct fake_sms first = lab_expect_sms(&lab, 1), next;
    lab_stop_engine(&lab);
    lab_sql(&lab, "UPDATE message SET parts = x'00', sent = NULL WHERE card_id = 1"); /* as if not written yet */
    lab_start_engine(&lab);
    lab_link(&lab, true);
    for (int card = 2; card <= 3; card++) {
        next = lab_expect_sms(&lab, card);
        lab_deliver(&lab, &next);
    }
    lab_expect_silence(&lab);
    lab_expect_state(&lab, id, 1, MESSAGE_SENDING);
    lab_deliver(&lab, &first);
    lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
}

static void test_lost_link(void **state)
{
    (void)state;
    int64_t id = lab_create_with(&lab, text_campaign(CAMPAIGN_SMS, "link", "hello"), NULL, 0);
    assert_int_equal(lab_start_on(&lab, id, (struct campaign_target){.card_id = 1}, &refusal), 0);
    struct fake_sms sms = lab_expect_sms(&lab, 1);
    lab_link(&lab, false);
    lab_link(&lab, true);
    lab_expect_silence(&lab);
    fake_clock_advance(&lab.clock, 1000 * (lab.options.validity_seconds + lab.options.por_timeout_seconds) + 1000);
    lab_expect_state(&lab, id, 1, MESSAGE_UNKNOWN);
    lab_expect_silence(&lab);
    lab_deliver(&lab, &sms);
    lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
}

/* Neither keys nor counters: a card without a key set gets it, and its next packet goes on as before. */
static void test_no_keys_no_counter(void **state)
{
    (void)state;
    int64_t packet = lab_create(&lab, lab_campaign("before"));
    assert_int_equal(lab_start_on(&lab, packet, (struct campaign_target){.card_id = 2}, &refusal), 0);
    struct fake_sms sms = lab_expect_sms(&lab, 2);
    lab_deliver(&lab, &sms);
    lab_receive(&lab, &sms, 1, &command);
    lab_answer(&lab, &command, LAB_ANSWER(.executed = 6, .sw = 0x9000));
    lab_stop_engine(&lab);
    lab_sql(&lab, "DELETE FROM card_key WHERE card_id = 1; UPDATE card SET blocked = 1 WHERE id = 3");
    lab_start_engine(&lab);
    lab_link(&lab, true);
    int64_t id = start_text(text_campaign(CAMPAIGN_SMS, "keyless", "hello"));
    for (int card = 1; card <= 2; card++) {
        sms = lab_expect_sms(&lab, card);
        assert_int_equal(lab_message(&lab, id, 0, card).counter, -1);
        assert_int_equal(lab_message(&lab, id, 0, card).commands, -1);
        lab_answer(&lab, &command, LAB_ANSWER(.executed = 6, .sw = 0x9000)); /* the packet's PoR again: not the text's */
        lab_expect_state(&lab, id, card, MESSAGE_SENDING);
        lab_deliver(&lab, &sms);
        lab_expect_state(&lab, id, card, MESSAGE_UPDATED);
    }
    lab_expect_state(&lab, id, 3, MESSAGE_FAILED);
    expect_detail(id, 3, "the card is blocked");
    packet = lab_create(&lab, lab_campaign("behind"));
    assert_int_equal(lab_start_on(&lab, packet, (struct campaign_target){.card_id = 2}, &refusal), 0);
    sms = lab_expect_sms(&lab, 2);
    uint64_t counter = command.decoded.counter;
    lab_receive(&lab, &sms, 1, &command);
    assert_int_equal(command.decoded.counter, counter + 1);
    lab_stop_engine(&lab);
    lab_sql(&lab, "CREATE TEMP TABLE none (counter CHECK (counter IS NULL)); INSERT INTO none SELECT m.counter"
                  " FROM message AS m JOIN campaign AS c ON c.id = m.campaign_id WHERE c.type = 2"); /* CAMPAIGN_SMS */
    lab_start_engine(&lab);
}

static void test_pause_and_terminate(void **state)
{
    (void)state;
    lab_set_window(&lab, 1);
    int64_t id = start_text(text_campaign(CAMPAIGN_FLASH, "pause", "hello"));
    struct fake_sms sms = lab_expect_sms(&lab, 1);
    assert_int_equal(lab_control(&lab, id, CAMPAIGN_PAUSE, &refusal), 0);
    lab_deliver(&lab, &sms);
    lab_expect_silence(&lab);
    assert_int_equal(lab_control(&lab, id, CAMPAIGN_RESUME, &refusal), 0);
    sms = lab_expect_sms(&lab, 2);
    assert_int_equal(lab_control(&lab, id, CAMPAIGN_TERMINATE, &refusal), 0);
    lab_deliver(&lab, &sms);
    lab_expect_silence(&lab);
    lab_expect_state(&lab, id, 2, MESSAGE_UPDATED);
    lab_expect_state(&lab, id, 3, MESSAGE_CANCELLED);
    assert_int_equal(lab_retry(&lab, id, &refusal), 0);
    sms = lab_expect_sms(&lab, 3);
}

static void test_volume(void **state)
{
    int64_t sms;
    struct campaign campaign = text_campaign(CAMPAIGN_SMS, "volume", TWO_SMS);
    (void)state;
    assert_int_equal(volume_of_script(&campaign, NULL, 0, &sms, &refusal), 0);
    assert_int_equal(sms, 2);
    campaign.part_size = 40;
    assert_int_equal(volume_of_script(&campaign, NULL, 0, &sms, &refusal), 0);
    assert_int_equal(sms, 5); /* 34 bytes are 38 septets */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LAB_TEST(test_each_form),
        LAB_TEST(test_several_sms),
        LAB_TEST(test_no_pair_is_cut),
        LAB_TEST(test_sequential),
        LAB_TEST(test_receipts_decide),
        LAB_TEST(test_retry_goes_to_the_failed_ones),
        LAB_TEST(test_automatic_retries),
        LAB_TEST(test_crash),
        LAB_TEST(test_lost_link),
        LAB_TEST(test_no_keys_no_counter),
        LAB_TEST(test_pause_and_terminate),
        LAB_TEST(test_volume),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
