/* Campaigns and their commands in the database. */
#include "tests/store/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway-plugin/store/campaign_store.h"

static struct store *store;
static struct refusal refusal;
static const char *const COMMANDS[] = {"A0A40000027F20", "A0A40000026F46", "A0B0000011"};

static int setup(void **state)
{
    if (scratch_make(state) != 0)
        return -1;
    store = store_open_in(*state, false);
    return 0;
}

static int teardown(void **state)
{
    store_close(&store);
    return scratch_remove(state);
}

static struct campaign campaign_named(int64_t profile_id, const char *name)
{
    struct campaign campaign;
    campaign_defaults(&campaign);
    campaign.profile_id = profile_id;
    snprintf(campaign.name, sizeof campaign.name, "%s", name);
    campaign.security.spi1 = 0x16;
    campaign.security.spi2 = 0x21;
    return campaign;
}

static struct campaign add_campaign(int64_t profile_id, const char *name)
{
    struct campaign campaign = campaign_named(profile_id, name);
    if (campaign_insert(store, &campaign, COMMANDS, 3, NOW, &refusal) != 0)
        fail_msg("%s", refusal.text);
    return campaign;
}

static int join(void *user, const char *hex)
{
    char *text = user;
    strcat(text, hex);
    strcat(text, " ");
    return strcmp(hex, "A0A40000026F46") == 0 && text[0] == '!' ? 42 : 0;
}

static void assert_insert_refused(struct campaign campaign, size_t count, enum refusal_kind kind,
                                  const char *text)
{
    assert_int_equal(campaign_insert(store, &campaign, COMMANDS, count, NOW, &refusal), -1);
    assert_refused(&refusal, kind, text);
}

static void a_campaign_comes_back(void **state)
{
    (void)state;
    struct campaign campaign = campaign_named(add_profile(store, "workz_virgin"), "poc"), read;
    campaign.transmission = TRANSMISSION_SEQUENTIAL;
    campaign.validity_minutes = 60;
    campaign.por_timeout_seconds = 10;
    campaign.include_sim_refresh = true;
    campaign.retry = RETRY_SAME;
    campaign.retries = 4;
    strcpy(campaign.expected_last_sw, "9000,91xx");
    assert_int_equal(campaign_insert(store, &campaign, COMMANDS, 3, NOW, &refusal), 0);
    assert_int_equal(campaign.id, 1);
    assert_string_equal(campaign.profile_name, "workz_virgin");
    assert_int_equal(campaign_get(store, 1, &read), STORE_OK);
    assert_memory_equal(&read.security, &campaign.security, sizeof read.security);
    assert_int_equal(read.security.spi1, 0x16);
    assert_memory_equal(read.security.tar, "\xB0\x00\x10", 3);
    assert_int_equal(read.state, CAMPAIGN_WAITING);
    assert_int_equal(read.type, CAMPAIGN_RFM);
    assert_int_equal(read.transmission, TRANSMISSION_SEQUENTIAL);
    assert_int_equal(read.validity_minutes, 60);
    assert_int_equal(read.retry, RETRY_SAME);
    assert_int_equal(read.retries, 4);
    assert_int_equal(read.retries_used, 0);
    assert_int_equal(read.por_timeout_seconds, 10);
    assert_true(read.include_sim_refresh);
    assert_string_equal(read.expected_last_sw, "9000,91xx");
    assert_string_equal(read.name, "poc");
    assert_true(read.created == NOW && read.updated == NOW);
    assert_true(read.iteration == 0 && read.group_id == 0 && read.card_id == 0 && read.started == 0 &&
                read.ended == 0);
    assert_int_equal(campaign_get(store, 2, &read), STORE_NOT_FOUND);
}

static void a_text_comes_back(void **state)
{
    (void)state;
    static const char text[] = "Gr\u00FC\u00DFe \u2013 5 \u20AC\n[Name] \U0001F600";
    char *message = NULL;
    struct campaign campaign = campaign_named(add_profile(store, "p"), "t"), read;
    campaign.type = CAMPAIGN_FLASH;
    campaign.security = (struct security_parameters){0};
    campaign.message = text;
    assert_int_equal(campaign_insert(store, &campaign, NULL, 0, NOW, &refusal), 0);
    assert_ptr_equal(campaign.message, text);
    assert_int_equal(campaign_get(store, campaign.id, &read), STORE_OK);
    assert_int_equal(read.type, CAMPAIGN_FLASH);
    assert_null(read.message);
    assert_int_equal(campaign_message(store, campaign.id, &message), STORE_OK);
    assert_string_equal(message, text);
    free(message);
    campaign = add_campaign(campaign.profile_id, "c");
    assert_int_equal(campaign_message(store, campaign.id, &message), STORE_NOT_FOUND);
}

static void refused_campaigns_leave_nothing(void **state)
{
    (void)state;
    int64_t p = add_profile(store, "p"), q = add_profile(store, "q");
    struct campaign bad = campaign_named(p, "x");
    add_campaign(q, "c");
    add_campaign(p, "c");
    assert_insert_refused(campaign_named(p, "c"), 3, REFUSAL_CONFLICT,
                          "campaign name 'c' is taken by campaign 2 of profile 1");
    assert_insert_refused(campaign_named(99, "d"), 3, REFUSAL_NOT_FOUND, "there is no profile 99");
    assert_insert_refused(campaign_named(p, "d"), 0, REFUSAL_INVALID,
                          "campaign 'd' has no command, expected at least one");
    bad.type = CAMPAIGN_SMS;
    bad.security = (struct security_parameters){0};
    assert_insert_refused(bad, 0, REFUSAL_INVALID, "message is missing, expected the text of the SMS");
    bad.message = "hello";
    assert_insert_refused(bad, 3, REFUSAL_INVALID, "campaign 'x' is a text, expected no commands");
    struct campaign rows[8];
    size_t count = 8;
    assert_int_equal(campaign_list(store, 0, (struct page){0, 10}, rows, &count), STORE_OK);
    assert_int_equal(count, 2);
}

static void commands_come_in_order_and_can_be_stopped(void **state)
{
    (void)state;
    char text[200] = "";
    struct campaign campaign = add_campaign(add_profile(store, "p"), "c");
    assert_int_equal(campaign_commands(store, campaign.id, join, text), 0);
    assert_string_equal(text, "A0A40000027F20 A0A40000026F46 A0B0000011 ");
    strcpy(text, "!");
    assert_int_equal(campaign_commands(store, campaign.id, join, text), 42);
    assert_string_equal(text, "!A0A40000027F20 A0A40000026F46 ");
    text[0] = '\0';
    assert_int_equal(campaign_commands(store, 99, join, text), 0);
    assert_string_equal(text, "");
}

static void an_update_writes_what_changes(void **state)
{
    (void)state;
    int64_t profile = add_profile(store, "p");
    struct campaign campaign = add_campaign(profile, "c"), read;
    campaign.state = CAMPAIGN_RUNNING;
    campaign.iteration = 1;
    campaign.group_id = add_group(store, profile, "g");
    campaign.started = NOW + 1;
    strcpy(campaign.name, "another"); /* no part of it */
    assert_int_equal(campaign_update(store, &campaign, NOW + 2), STORE_OK);
    assert_int_equal(campaign_get(store, campaign.id, &read), STORE_OK);
    assert_int_equal(read.state, CAMPAIGN_RUNNING);
    assert_int_equal(read.iteration, 1);
    assert_int_equal(read.group_id, campaign.group_id);
    assert_int_equal(read.card_id, 0);
    assert_true(read.started == NOW + 1 && read.ended == 0 && read.updated == NOW + 2 && read.created == NOW);
    assert_string_equal(read.name, "c");
    campaign.group_id = 0;
    campaign.card_id = add_card(store, profile, 0, 1).id;
    campaign.state = CAMPAIGN_COMPLETED;
    campaign.ended = NOW + 3;
    assert_int_equal(campaign_update(store, &campaign, NOW + 3), STORE_OK);
    assert_int_equal(campaign_get(store, campaign.id, &read), STORE_OK);
    assert_true(read.group_id == 0 && read.card_id == 1 && read.ended == NOW + 3);
    campaign.id = 99;
    assert_int_equal(campaign_update(store, &campaign, NOW), STORE_NOT_FOUND);
    campaign.id = 1;
    campaign.card_id = 99;
    assert_int_equal(campaign_update(store, &campaign, NOW), STORE_FAILED);
}

static void campaigns_are_listed_by_profile_and_page(void **state)
{
    (void)state;
    struct campaign rows[4];
    size_t count = 4;
    int64_t p = add_profile(store, "p"), q = add_profile(store, "q");
    add_campaign(p, "a");
    add_campaign(q, "b");
    add_campaign(p, "c");
    assert_int_equal(campaign_list(store, p, (struct page){0, 10}, rows, &count), STORE_OK);
    assert_int_equal(count, 2);
    assert_string_equal(rows[1].name, "c");
    count = 4;
    assert_int_equal(campaign_list(store, 0, (struct page){1, 1}, rows, &count), STORE_OK);
    assert_int_equal(count, 1);
    assert_string_equal(rows[0].name, "b");
    assert_string_equal(rows[0].profile_name, "q");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_campaign_comes_back),
        TEST(a_text_comes_back),
        TEST(refused_campaigns_leave_nothing),
        TEST(commands_come_in_order_and_can_be_stopped),
        TEST(an_update_writes_what_changes),
        TEST(campaigns_are_listed_by_profile_and_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
