/* Campaigns in expanded format (TS 102 226 clause 5.2): what leaves, and what each kind of answer makes of a card. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "gateway-plugin/campaign/plan.h"
#include "gateway-plugin/model/script_answer.h"
#include "protocol/hex.h"
#include "tests/campaign/lab_fixture.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static size_t bytes_of(const char *hex, uint8_t *bytes, size_t size)
{
    size_t length;
    assert_int_equal(hex_decode(hex, strlen(hex), bytes, size, &length), 0);
    return length;
}

static struct campaign expanded(const char *name)
{
    struct campaign campaign = lab_campaign(name);
    campaign.script_format = SCRIPT_EXPANDED;
    return campaign;
}

/* --- what leaves --- */

static void expect_data(const char *hex)
{
    char got[600];
    assert_true(command.decoded.length < sizeof got / 2);
    assert_string_equal(hex_encode(command.decoded.data, command.decoded.length, got), hex);
}

static void start(int64_t id, int card)
{
    struct refusal refusal = {0};
    if (lab_start_on(&lab, id, (struct campaign_target){.msisdn = lab_msisdn(card)}, &refusal) != 0)
        fail_msg("%s", refusal.text);
}

/* The next SMS is for this card and is a packet with these secured data. */
static struct fake_sms take(int card, const char *hex)
{
    struct fake_sms sms = lab_expect_sms(&lab, card);
    lab_receive(&lab, &sms, 1, &command);
    expect_data(hex);
    return sms;
}

static void test_commands_stand_in_a_template(void **state)
{
    (void)state;
    /* INVALIDATE has no data: its P3 is T=0's. */
    static const char *const script[] = {"A0A40000027F20", "A0A40000026F4600", "A004000000", "A0B0000011"};
    start(lab_create_with(&lab, expanded("c"), script, 4), 1);
    take(1, "AA20" "2207A0A40000027F20" "2208A0A40000026F4600" "2204A0040000" "2205A0B0000011");
}

static void test_the_refresh_is_an_immediate_action(void **state)
{
    (void)state;
    static const char *const plain[] = {"A0A40000027F20"}, *const own[] = {"A0A40000027F20", "D009810301010482028102"};
    struct campaign campaign = expanded("c");
    campaign.include_sim_refresh = true;
    start(lab_create_with(&lab, campaign, plain, 1), 1);
    take(1, "AA14" "2207A0A40000027F20" "8109810301010482028182");
    snprintf(campaign.name, sizeof campaign.name, "d"); /* one of its own is enough */
    start(lab_create_with(&lab, campaign, own, 2), 2);
    take(2, "AA14" "2207A0A40000027F20" "8109810301010482028102");
}

/* --- what is answered: executed, SW and state by the template --- */

#define SCRIPT_COMMANDS 4 /* the last is a refresh */
static const char *const SCRIPT[] = {"A0A40000027F20", "A0A40000026F46", "A0B0000002", "D009810301010482028182"};

static void answer_with(const char *hex)
{
    uint8_t bytes[200], por[400];
    const struct response_packet packet = {
        .tar = {0xB0, 0x00, 0x10}, .counter = command.decoded.counter, .data = bytes, .length = bytes_of(hex, bytes, sizeof bytes)};
    struct security_keys keys = lab_keys(command.card);
    uint8_t user_data[420] = {0x02, 0x71, 0x00};
    struct byte_writer writer = byte_writer_on(por, sizeof por);
    assert_int_equal(response_packet_encode(lab.crypto, &packet, &command.decoded.security, &keys, &writer), 0);
    memcpy(user_data + 3, por, writer.length);
    lab_post(&lab, lab_msisdn(command.card), user_data, 3 + writer.length);
    lab_tick(&lab);
}

static const struct {
    const char *answer;
    enum message_state state;
    int executed, sw; /* -1: none */
    const char *detail, *words, *data;
} ANSWERS[] = {
    {"AB1180010323029F1623029F0F2304FFFF9000", MESSAGE_UPDATED, 4, 0x9000, "", "9F16 9F0F 9000", "FFFF"},
    /* Cards that count the refresh, that leave the count out, that answer for the last command alone. */
    {"AB1180010423029F1623029F0F2304FFFF9000", MESSAGE_UPDATED, 4, 0x9000, "", "9F16 9F0F 9000", "FFFF"},
    {"AF8023029F1623029F0F2304FFFF90000000", MESSAGE_UPDATED, 4, 0x9000, "", "9F16 9F0F 9000", "FFFF"},
    {"AB098001032304ABCD9000", MESSAGE_UPDATED, 4, 0x9000, "", "9000", "ABCD"},
    {"AB0B80010223029F1623029404", MESSAGE_PARTIAL, 2, 0x9404,
     "2 of 4 commands executed, last SW 9404: file ID or pattern not found", "9F16 9404", ""},
    {"AB0780010123029404", MESSAGE_FAILED, 1, 0x9404,
     "1 of 4 commands executed, last SW 9404: file ID or pattern not found", "9404", ""},
    {"AB0F80010323029F1623029F0F23026F00", MESSAGE_PARTIAL, 3, 0x6F00, NULL, "9F16 9F0F 6F00", ""},
    {"AB0A80010123029F16900102", MESSAGE_PARTIAL, 1, 0x9F16,
     "1 of 4 commands executed, bad format: wrong length found, last SW 9F16: normal ending, response data is waiting", "9F16", ""},
    {"AB06800100900101", MESSAGE_FAILED, 0, -1, "0 of 4 commands executed, bad format: unknown tag found", NULL, ""},
    {"AB06800100830101", MESSAGE_FAILED, 0, -1, "0 of 4 commands executed, script chaining: no previous script", NULL, ""},
    {"AB1280010323029F1623029F0F23029000810101", MESSAGE_UPDATED, 4, 0x9000, "refresh refused: suspension error",
     "9F16 9F0F 9000", ""},
    {"AB0F80010323029F162302940423029000", MESSAGE_PARTIAL, 3, 0x9000, NULL, "9F16 9404 9000", ""}, /* went on */
    {"AB0380010F", MESSAGE_UNKNOWN, -1, -1, "PoR 00 without the number of commands executed", NULL, ""},
    {"AB0B80010223029F1623029F0F", MESSAGE_PARTIAL, 2, 0x9F0F, NULL, "9F16 9F0F", ""},
    {"AB1180010923029F1623029F0F2304FFFF9000", MESSAGE_PARTIAL, 9, 0x9000, NULL, "9F16 9F0F 9000", "FFFF"},
    /* A card that does not know the format, and one that says nothing. */
    {"016E00", MESSAGE_FAILED, 1, 0x6E00,
     "1 of 4 commands executed, last SW 6E00: class not supported, answered in compact format", NULL, ""},
    {"", MESSAGE_UNKNOWN, -1, -1, "PoR 00 without the number of commands executed", NULL, ""},
};

static void test_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ANSWERS); i++) {
        char name[16], text[SCRIPT_ANSWER_TEXT];
        snprintf(name, sizeof name, "c%zu", i);
        int64_t id = lab_create_with(&lab, expanded(name), SCRIPT, SCRIPT_COMMANDS);
        start(id, 1);
        struct fake_sms sms = lab_expect_sms(&lab, 1);
        lab_receive(&lab, &sms, 1, &command);
        lab_deliver(&lab, &sms);
        answer_with(ANSWERS[i].answer);
        const struct message_view view = lab_message(&lab, id, 0, 1);
        if (view.state != ANSWERS[i].state || view.executed != ANSWERS[i].executed || view.sw != ANSWERS[i].sw ||
            (ANSWERS[i].detail != NULL && strcmp(view.detail, ANSWERS[i].detail) != 0))
            fail_msg("answer %s: %s, %d executed, SW %04X, '%s'", ANSWERS[i].answer, message_state_name(view.state),
                     view.executed, (unsigned int)view.sw, view.detail);
        assert_string_equal(script_answer_words(view.data, view.data_length, view.expanded, text),
                            ANSWERS[i].words != NULL ? ANSWERS[i].words : "");
        assert_string_equal(script_answer_data(view.data, view.data_length, view.expanded, text), ANSWERS[i].data);
    }
}

/* Of a script without a refresh all commands were executed, and yet it did not go well. */
static void test_all_executed_is_not_all_well(void **state)
{
    (void)state;
    static const char *const answers[] = {"AB0F80010323029F162302940423029000", "AB1280010323029F1623029F0F23029000900101"};
    for (int i = 0; i < 2; i++) {
        char name[8];
        snprintf(name, sizeof name, "c%d", i);
        int64_t id = lab_create_with(&lab, expanded(name), SCRIPT, SCRIPT_COMMANDS - 1);
        start(id, 1);
        struct fake_sms sms = lab_expect_sms(&lab, 1);
        lab_receive(&lab, &sms, 1, &command);
        lab_deliver(&lab, &sms);
        answer_with(answers[i]);
        lab_expect_state(&lab, id, 1, MESSAGE_PARTIAL);
    }
}

/* The engine that reads the facts again comes to the same end: a second PoR changes nothing. */
static void test_facts_outlive_the_engine(void **state)
{
    (void)state;
    int64_t id = lab_create_with(&lab, expanded("c"), SCRIPT, SCRIPT_COMMANDS);
    start(id, 1);
    struct fake_sms sms = lab_expect_sms(&lab, 1);
    lab_receive(&lab, &sms, 1, &command);
    lab_deliver(&lab, &sms);
    answer_with("AB0A80010123029F16900102");
    const struct message_view before = lab_message(&lab, id, 0, 1);
    lab_stop_engine(&lab);
    lab_start_engine(&lab);
    answer_with("AB0A80010123029F16900102");
    const struct message_view after = lab_message(&lab, id, 0, 1);
    assert_int_equal(after.state, MESSAGE_PARTIAL);
    assert_string_equal(after.detail, before.detail);
    assert_true(after.expanded);
    assert_int_equal(after.error, SCRIPT_ERROR_BAD_FORMAT);
    assert_int_equal(after.error_value, 2);
    answer_with("AB1180010323029F1623029F0F2304FFFF9000"); /* a better one */
    lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
    assert_int_equal(lab_message(&lab, id, 0, 1).error, SCRIPT_ERROR_NONE);
}

static void test_the_expected_word_holds(void **state)
{
    (void)state;
    struct campaign campaign = expanded("c");
    strcpy(campaign.expected_last_sw, "91xx");
    int64_t id = lab_create_with(&lab, campaign, SCRIPT, SCRIPT_COMMANDS);
    start(id, 1);
    struct fake_sms sms = lab_expect_sms(&lab, 1);
    lab_receive(&lab, &sms, 1, &command);
    lab_deliver(&lab, &sms);
    answer_with("AB1280010323029F1623029F0F23029000810101"); /* a refused refresh does not excuse it */
    lab_expect_state(&lab, id, 1, MESSAGE_PARTIAL);
}

/* --- several packets --- */

static const char *const TWICE[] = {"A0A40000027F20", "A0B0000011", "A0B0000012", "A0B0000013"};

static void test_chained_packets(void **state)
{
    (void)state;
    struct refusal refusal = {0};
    struct campaign campaign = expanded("c");
    campaign.max_packet_bytes = 24; /* AA nn, 83 01 nn, one SELECT and one READ */
    assert_int_equal(campaign_check_script(&campaign, TWICE, 4, &refusal), -1);
    assert_non_null(strstr(refusal.text, "cannot be cut"));
    campaign.script_chaining = CHAINING_FIRST_KEPT;
    int64_t id = lab_create_with(&lab, campaign, TWICE, 4);
    start(id, 1);
    struct fake_sms sms = take(1, "AA13" "830111" "2207A0A40000027F20" "2205A0B0000011");
    lab_deliver(&lab, &sms);
    answer_with("AB0B80010223029F1623029000");
    sms = take(1, "AA11" "830103" "2205A0B0000012" "2205A0B0000013");
    lab_deliver(&lab, &sms);
    answer_with("AB06800100830101"); /* the card has forgotten */
    lab_expect_state(&lab, id, 1, MESSAGE_PARTIAL);
    /* What may run twice begins the chain anew. */
    assert_int_equal(lab_retry(&lab, id, &refusal), 0);
    lab_tick(&lab);
    sms = take(1, "AA13" "830111" "2207A0A40000027F20" "2205A0B0000011");
    lab_deliver(&lab, &sms);
    answer_with("AB0B80010223029F1623029000");
    sms = take(1, "AA11" "830103" "2205A0B0000012" "2205A0B0000013");
    lab_deliver(&lab, &sms);
    answer_with("AB0B8001022302900023029000");
    lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
}

/* A script that is one packet has nothing to chain; one more byte of limit is one. */
static void test_one_packet_is_not_chained(void **state)
{
    (void)state;
    struct campaign campaign = expanded("c");
    campaign.max_packet_bytes = 32;
    campaign.script_chaining = CHAINING_FIRST;
    start(lab_create_with(&lab, campaign, TWICE, 4), 1);
    take(1, "AA1E" "2207A0A40000027F20" "2205A0B0000011" "2205A0B0000012" "2205A0B0000013");
    campaign.max_packet_bytes = 31;
    snprintf(campaign.name, sizeof campaign.name, "d");
    start(lab_create_with(&lab, campaign, TWICE, 4), 2);
    take(2, "AA1A" "830101" "2207A0A40000027F20" "2205A0B0000011" "2205A0B0000012");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LAB_TEST(test_commands_stand_in_a_template),
        LAB_TEST(test_the_refresh_is_an_immediate_action),
        LAB_TEST(test_answers),
        LAB_TEST(test_all_executed_is_not_all_well),
        LAB_TEST(test_facts_outlive_the_engine),
        LAB_TEST(test_the_expected_word_holds),
        LAB_TEST(test_chained_packets),
        LAB_TEST(test_one_packet_is_not_chained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
