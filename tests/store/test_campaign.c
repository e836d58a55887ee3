/* Types, states and the rules of a campaign before anything is stored. */
#include "tests/store/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway-plugin/model/campaign.h"
#include "gateway-plugin/model/campaign_text.h"

static struct refusal refusal;

static struct campaign good_campaign(void)
{
    struct campaign campaign;
    campaign_defaults(&campaign);
    strcpy(campaign.name, "poc_3cards_campaign");
    campaign.security.spi1 = 0x16;
    campaign.security.spi2 = 0x21;
    return campaign;
}

static void assert_bad(const struct campaign *campaign, enum refusal_kind kind, const char *text)
{
    assert_int_equal(campaign_check(campaign, &refusal), -1);
    assert_refused(&refusal, kind, text);
}

static void types_have_the_names_of_the_sop(void **state)
{
    (void)state;
    static const char *const names[] = {"RFM", "TLS_TRIGGER_RFM", "SMS", "FLASH", "RAM", "TLS_TRIGGER_RAM"};
    enum campaign_type type;
    for (int i = 0; i < CAMPAIGN_TYPE_COUNT; i++) {
        assert_string_equal(campaign_type_name((enum campaign_type)i), names[i]);
        assert_int_equal(campaign_type_parse(names[i], &type), 0);
        assert_int_equal(type, i);
    }
    assert_int_equal(campaign_type_parse("rfm", &type), 0);
    assert_int_equal(type, CAMPAIGN_RFM);
    assert_int_equal(campaign_type_parse("RF", &type), -1);
    assert_int_equal(campaign_type_parse("", &type), -1);
}

/* The whole matrix as text; a change of the table is a change of the golden file. */
static void print_matrix(char *text, size_t size)
{
    static const int widths[] = {9, 11, 9, 10, 9, 0};
    size_t at = (size_t)snprintf(
        text, size, "state       START      ALL_SETTLED  RETRY      TERMINATE   PAUSE      RESUME\n");
    for (int from = 0; from < CAMPAIGN_STATE_COUNT; from++) {
        at += (size_t)snprintf(text + at, size - at, "%-10s", campaign_state_name((enum campaign_state)from));
        for (int event = 0; event < CAMPAIGN_EVENT_COUNT; event++) {
            enum campaign_state to = (enum campaign_state)from;
            bool moved = campaign_state_next(&to, (enum campaign_event)event);
            if (!moved)
                assert_int_equal(to, from);
            at += (size_t)snprintf(text + at, size - at, "  %-*s", widths[event],
                                   moved ? campaign_state_name(to) : "-");
        }
        at += (size_t)snprintf(text + at, size - at, "\n");
    }
}

static void states_are_those_of_the_golden_file(void **state)
{
    (void)state;
    char path[512], golden[2048] = "", now[2048];
    snprintf(path, sizeof path, "%s/tests/store/golden/campaign_states.txt", getenv("SRCDIR"));
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    golden[fread(golden, 1, sizeof golden - 1, file)] = '\0';
    fclose(file);
    print_matrix(now, sizeof now);
    assert_string_equal(now, golden);
}

static void defaults_are_the_sops(void **state)
{
    (void)state;
    struct campaign campaign;
    memset(&campaign, 0xAA, sizeof campaign);
    campaign_defaults(&campaign);
    assert_int_equal(campaign.type, CAMPAIGN_RFM);
    assert_int_equal(campaign.state, CAMPAIGN_WAITING);
    assert_int_equal(campaign.transmission, TRANSMISSION_CONCURRENT);
    assert_int_equal(campaign.security.kic, 0x15);
    assert_int_equal(campaign.security.kid, 0x15);
    assert_memory_equal(campaign.security.tar, "\xB0\x00\x10", 3);
    assert_int_equal(campaign.iteration, 0);
    assert_int_equal(campaign.validity_minutes, 0);
    assert_false(campaign.include_sim_refresh);
    assert_string_equal(campaign.expected_last_sw, "");
}

static void the_sops_campaign_is_good(void **state)
{
    (void)state;
    struct campaign campaign = good_campaign();
    if (campaign_check(&campaign, &refusal) != 0)
        fail_msg("%s", refusal.text);
}

static struct campaign good_text(enum campaign_type type, const char *message)
{
    struct campaign campaign = good_campaign();
    campaign.type = type;
    campaign.security = (struct security_parameters){0};
    campaign.message = message;
    return campaign;
}

static void every_type_has_what_it_sends(void **state)
{
    (void)state;
    for (int i = 0; i < CAMPAIGN_TYPE_COUNT; i++) {
        const bool is_text = i == CAMPAIGN_SMS || i == CAMPAIGN_FLASH;
        struct campaign campaign = is_text ? good_text((enum campaign_type)i, "hello") : good_campaign();
        campaign.type = (enum campaign_type)i;
        assert_int_equal(campaign_type_is_text(campaign.type), is_text);
        if (campaign_check(&campaign, &refusal) != 0)
            fail_msg("%s: %s", campaign_type_name(campaign.type), refusal.text);
    }
    struct campaign campaign = good_campaign();
    campaign.message = "hello";
    assert_bad(&campaign, REFUSAL_INVALID, "message: type RFM takes none, expected SMS or FLASH");
    campaign.type = (enum campaign_type)CAMPAIGN_TYPE_COUNT;
    assert_bad(&campaign, REFUSAL_INVALID, "campaign type 6 is none");
}

/* Messages of so many characters, and what they take. */
static void texts_are_measured(void **state)
{
    (void)state;
    static const struct {
        const char *character;
        size_t count;
        int64_t part_size;
        enum short_text_alphabet alphabet;
        unsigned int sms;
    } cases[] = {
        {"a", 1, 0, SHORT_TEXT_GSM7, 1},    {"a", 160, 0, SHORT_TEXT_GSM7, 1},  {"a", 161, 0, SHORT_TEXT_GSM7, 2},
        {"a", 306, 0, SHORT_TEXT_GSM7, 2},  {"a", 307, 0, SHORT_TEXT_GSM7, 3},  {"€", 80, 0, SHORT_TEXT_GSM7, 1},
        {"€", 81, 0, SHORT_TEXT_GSM7, 2},   {"ж", 70, 0, SHORT_TEXT_UCS2, 1},   {"ж", 71, 0, SHORT_TEXT_UCS2, 2},
        {"ж", 134, 0, SHORT_TEXT_UCS2, 2},  {"ж", 135, 0, SHORT_TEXT_UCS2, 3},  {"a", 39015, 0, SHORT_TEXT_GSM7, 255},
        {"a", 100, 80, SHORT_TEXT_GSM7, 2}, {"Ω", 160, 0, SHORT_TEXT_GSM7, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char message[40000] = "";
        struct campaign_text text;
        for (size_t j = 0; j < cases[i].count; j++)
            strcpy(message + j * strlen(cases[i].character), cases[i].character);
        struct campaign campaign = good_text(CAMPAIGN_SMS, message);
        campaign.part_size = cases[i].part_size;
        assert_int_equal(campaign_text_check(&campaign, &text, &refusal), 0);
        assert_int_equal(text.alphabet, cases[i].alphabet);
        assert_int_equal(text.sms, cases[i].sms);
    }
}

static void texts_have_rules(void **state)
{
    (void)state;
    static char longest[39017];
    struct campaign campaign = good_text(CAMPAIGN_FLASH, NULL);
    assert_bad(&campaign, REFUSAL_INVALID, "message is missing, expected the text of the SMS");
    campaign.message = "";
    assert_bad(&campaign, REFUSAL_INVALID, "message is empty, expected the text of the SMS");
    campaign.message = "abc\xFF";
    assert_bad(&campaign, REFUSAL_INVALID,
               "message: byte 4 is no text, expected UTF-8 without control characters but line ends");
    campaign.message = "a\x1B[31m";
    assert_bad(&campaign, REFUSAL_INVALID,
               "message: byte 2 is no text, expected UTF-8 without control characters but line ends");
    memset(longest, 'a', 39016);
    campaign.message = longest;
    assert_bad(&campaign, REFUSAL_INVALID, "message takes more than 255 SMS of alphabet GSM7, expected a shorter one");
    longest[161] = '\0';
    campaign.max_sms_parts = 1;
    assert_bad(&campaign, REFUSAL_INVALID, "message takes 2 SMS of alphabet GSM7, expected at most 1 (maxSmsParts)");
    campaign.max_sms_parts = -1;
    assert_bad(&campaign, REFUSAL_INVALID, "maxSmsParts -1 is out of range, expected 0 to 255 SMS");
}

static void texts_have_nothing_of_a_packet(void **state)
{
    (void)state;
    struct campaign campaigns[9];
    static const char *const names[] = {"spi",        "spi",            "expectedLastSW", "includeSimRefresh",
                                        "porTimeout", "maxPacketBytes", "retry same",     "scriptFormat",
                                        "scriptChaining"};
    for (size_t i = 0; i < 9; i++)
        campaigns[i] = good_text(CAMPAIGN_SMS, "hello");
    campaigns[0].security.spi1 = 0x16;
    campaigns[1].security.tar[0] = 0xB0;
    strcpy(campaigns[2].expected_last_sw, "9000");
    campaigns[3].include_sim_refresh = true;
    campaigns[4].por_timeout_seconds = 1;
    campaigns[5].max_packet_bytes = 1;
    campaigns[6].retry = RETRY_SAME;
    campaigns[7].script_format = SCRIPT_COMPACT;
    campaigns[8].script_chaining = CHAINING_FIRST;
    for (size_t i = 0; i < 9; i++) {
        char expected[120];
        snprintf(expected, sizeof expected, "%s: type SMS takes none, no packet goes to the card", names[i]);
        assert_bad(&campaigns[i], REFUSAL_INVALID, expected);
    }
}

static void the_security_header_must_be_allowed(void **state)
{
    (void)state;
    struct campaign campaign = good_campaign();
    const char *reason;
    campaign.security.spi1 = campaign.security.spi2 = 0;
    assert_bad(&campaign, REFUSAL_INVALID,
               "spi 0000 (or none) asks for neither protection nor a PoR, expected 4 hex digits, as 1621");
    campaign.security.spi1 = 0xF6;
    campaign.security.spi2 = 0x21;
    assert_int_not_equal(security_parameters_check(&campaign.security, &reason), 0);
    char expected[300];
    snprintf(expected, sizeof expected, "SPI F621, KIc 15, KID 15, TAR B00010: %s", reason);
    assert_bad(&campaign, REFUSAL_INVALID, expected);
    campaign = good_campaign();
    strcpy(campaign.name, "a b");
    assert_bad(&campaign, REFUSAL_INVALID, "campaign name 'a b' has a space at position 2, names have none");
}

static void ranges(void **state)
{
    (void)state;
    struct campaign campaign = good_campaign();
    campaign.validity_minutes = 635040;
    campaign.por_timeout_seconds = 1;
    assert_int_equal(campaign_check(&campaign, &refusal), 0);
    campaign.validity_minutes = 635041;
    assert_bad(&campaign, REFUSAL_INVALID,
               "validityPeriod 635041 is out of range, expected 0 to 635040 minutes");
    campaign.validity_minutes = -1;
    assert_bad(&campaign, REFUSAL_INVALID, "validityPeriod -1 is out of range, expected 0 to 635040 minutes");
    campaign.validity_minutes = 0;
    campaign.por_timeout_seconds = -1;
    assert_bad(&campaign, REFUSAL_INVALID, "porTimeout -1 is out of range, expected 0 to 38102400 seconds");
    campaign.por_timeout_seconds = 0;
    campaign.transmission = (enum transmission_mode)2;
    assert_bad(&campaign, REFUSAL_INVALID, "transmission mode 2 is none");
}

static void retries(void **state)
{
    (void)state;
    struct campaign campaign = good_campaign();
    campaign.retries = 10;
    campaign.retry = RETRY_SAME;
    assert_int_equal(campaign_check(&campaign, &refusal), 0);
    campaign.retries = 11;
    assert_bad(&campaign, REFUSAL_INVALID, "retries 11 is out of range, expected 0 to 10 iterations");
    campaign.retries = -1;
    assert_bad(&campaign, REFUSAL_INVALID, "retries -1 is out of range, expected 0 to 10 iterations");
    campaign.retries = 0;
    campaign.retry = (enum retry_mode)3;
    assert_bad(&campaign, REFUSAL_INVALID, "retry mode 3 is none");
    campaign.retry = RETRY_SAME;
    for (uint8_t mode = 0; mode < 2; mode++) {
        campaign.security.spi1 = (uint8_t)(0x06 | mode << 3);
        char expected[200];
        snprintf(expected, sizeof expected,
                 "retry same: with SPI %02X%02X the card checks no counter and executes every copy, expected "
                 "new, or SPI1 with counter mode 10 or 11",
                 campaign.security.spi1, campaign.security.spi2);
        assert_bad(&campaign, REFUSAL_INVALID, expected);
    }
}

static void retry_is_settled_by_the_script(void **state)
{
    static const struct {
        uint8_t spi1;
        bool idempotent;
        enum retry_mode given, expected;
    } rows[] = {
        {0x16, true, RETRY_BY_SCRIPT, RETRY_NEW},  {0x16, false, RETRY_BY_SCRIPT, RETRY_SAME},
        {0x1E, false, RETRY_BY_SCRIPT, RETRY_SAME}, {0x06, true, RETRY_BY_SCRIPT, RETRY_NEW},
        {0x0E, false, RETRY_BY_SCRIPT, RETRY_NEW}, {0x16, true, RETRY_SAME, RETRY_SAME},
        {0x16, false, RETRY_NEW, RETRY_NEW},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct campaign campaign = good_campaign();
        campaign.security.spi1 = rows[i].spi1;
        campaign.retry = rows[i].given;
        assert_int_equal(campaign_settle_retry(&campaign, rows[i].idempotent, &refusal), 0);
        assert_int_equal(campaign.retry, rows[i].expected);
    }
    struct campaign campaign = good_campaign();
    campaign.security.spi1 = 0x06;
    campaign.security.spi2 = 0x21;
    campaign.retries = 3;
    assert_int_equal(campaign_settle_retry(&campaign, false, &refusal), -1);
    assert_refused(&refusal, REFUSAL_INVALID,
                   "retries 3: the script must not run twice, and with SPI 0621 the card executes every copy, "
                   "expected retries 0, or retry new to run it again all the same");
    campaign.retry = RETRY_NEW;
    assert_int_equal(campaign_settle_retry(&campaign, false, &refusal), 0);
}

static void names_of_retry_modes(void **state)
{
    enum retry_mode mode = RETRY_BY_SCRIPT;
    (void)state;
    assert_int_equal(retry_mode_parse("SAME", &mode), 0);
    assert_int_equal(mode, RETRY_SAME);
    assert_int_equal(retry_mode_parse("new", &mode), 0);
    assert_int_equal(mode, RETRY_NEW);
    assert_int_equal(retry_mode_parse("", &mode), -1);
    assert_int_equal(retry_mode_parse("newer", &mode), -1);
    assert_string_equal(retry_mode_name(RETRY_SAME), "same");
    assert_null(retry_mode_name(RETRY_BY_SCRIPT));
}

static void patterns_of_the_last_status_word(void **state)
{
    (void)state;
    static const char *const good[] = {"", "9000", "91xx", "91XX", "9000,91xx,9fXx", "xxxx"};
    static const char *const bad[] = {"900",        "90000",      "9000,", ",9000",
                                      "9000,,91xx", "9000, 91xx", "90g0",  ","};
    struct campaign campaign = good_campaign();
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        strcpy(campaign.expected_last_sw, good[i]);
        assert_int_equal(campaign_check(&campaign, &refusal), 0);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        strcpy(campaign.expected_last_sw, bad[i]);
        assert_int_equal(campaign_check(&campaign, &refusal), -1);
        assert_int_equal(refusal.kind, REFUSAL_INVALID);
    }
    strcpy(campaign.expected_last_sw, "9000,90g0");
    assert_bad(&campaign, REFUSAL_INVALID,
               "expectedLastSW '90g0' is no status word, expected 4 hex digits with x for any digit, as 9000 "
               "or 91xx");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_have_the_names_of_the_sop),
        cmocka_unit_test(states_are_those_of_the_golden_file),
        cmocka_unit_test(defaults_are_the_sops),
        cmocka_unit_test(the_sops_campaign_is_good),
        cmocka_unit_test(every_type_has_what_it_sends),
        cmocka_unit_test(texts_are_measured),
        cmocka_unit_test(texts_have_rules),
        cmocka_unit_test(texts_have_nothing_of_a_packet),
        cmocka_unit_test(the_security_header_must_be_allowed),
        cmocka_unit_test(ranges),
        cmocka_unit_test(retries),
        cmocka_unit_test(retry_is_settled_by_the_script),
        cmocka_unit_test(names_of_retry_modes),
        cmocka_unit_test(patterns_of_the_last_status_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
