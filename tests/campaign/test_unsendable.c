/* What is not sent at all: starts that are refused, scripts and cards that no packet can be made for. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "tests/campaign/lab_fixture.h"

static void test_start_is_refused(void **state)
{
    struct refusal refusal = {0};
    struct campaign other_keys = lab_campaign("keys");
    (void)state;
    int64_t id = lab_create(&lab, lab_campaign("refused"));
    assert_int_equal(lab_start_on(&lab, 99, (struct campaign_target){.card_id = 1}, &refusal), -1);
    assert_string_equal(refusal.text, "there is no campaign 99");
    assert_int_equal(refusal.kind, REFUSAL_NOT_FOUND);
    assert_int_equal(lab_start_on(&lab, id, (struct campaign_target){0}, &refusal), -1);
    assert_int_equal(refusal.kind, REFUSAL_INVALID);
    assert_int_equal(lab_start_on(&lab, id, (struct campaign_target){.msisdn = "49999"}, &refusal), -1);
    assert_string_equal(refusal.text, "no card has the MSISDN 49999");
    assert_int_equal(lab_start_on(&lab, id, (struct campaign_target){.group_id = 7}, &refusal), -1);
    assert_string_equal(refusal.text, "there is no card group 7");
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

static void test_a_blocked_card_is_sent_nothing(void **state)
{
    (void)state;
    int64_t id = lab_create(&lab, lab_campaign("blocked"));
    lab_sql(&lab, "UPDATE card SET blocked = 1 WHERE id = 1");
    lab_start(&lab, id);
    struct fake_sms sms = lab_expect_sms(&lab, 2);
    lab_deliver(&lab, &sms);
    expect_state(id, 1, MESSAGE_FAILED);
    assert_string_equal(lab_message(&lab, id, 0, 1).detail, "the card is blocked");
    expect_state(id, 2, MESSAGE_DELIVERED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LAB_TEST(test_start_is_refused),
        LAB_TEST(test_script_that_fits_nothing),
        LAB_TEST(test_card_that_cannot_be_built),
        LAB_TEST(test_a_blocked_card_is_sent_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
