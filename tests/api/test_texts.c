/* Campaigns of type SMS and FLASH: what they take, what they refuse by name, and how they are shown. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/api/rest_walk.h"

#define TEXT(type, name, more) "{\"type\":\"" type "\",\"profile_id\":1,\"name\":\"" name "\"" more "}"
#define HELLO ",\"message\":\"hello\""
#define ARABIC_OF(text) text text text text text text text text text text
#define NOTHING {"GET", "/api/campaigns", NULL, 200, "{\"items\":[],"}
#define NO_PACKET "type SMS takes none, no packet goes to the card"

/* A profile whose defaults are all for packets, and two cards: the second, of profile 2, has no use here. */
static const struct rest_step preparation[] = {
    {"POST", "/api/profiles", "{\"name\":\"one\",\"appType\":\"rfm\"}", 201, NULL},
    {"PATCH", "/api/profiles/1",
     "{\"spi\":\"1621\",\"kicByte\":\"25\",\"kidByte\":\"25\",\"porTimeout\":60,\"validityPeriod\":5,\"maxSmsParts\":2,"
     "\"refreshStyle\":\"none\",\"scriptFormat\":\"expanded\",\"scriptChaining\":\"first\"}",
     200, NULL},
    {"POST", "/api/profiles/1/cards",
     "VAR_OUT:ICCID,IMSI,MSISDN,KIC,KID\n"
     "8991234567788901234F,421234567890123,961234567890,23434564756786846345235345645745,"
     "23454576679803454767897890890678\n",
     200, NULL},
};

static int set_up(void **state)
{
    return REST_WALK_SET_UP(state, preparation);
}

static void test_what_is_refused(void **state)
{
    static const struct rest_step steps[] = {
        {"POST", "/api/campaigns", TEXT("SMS", "c", ""), 400, "message is missing, expected the text of the SMS"},
        {"POST", "/api/campaigns", TEXT("SMS", "c", ",\"message\":\"\""), 400, "message is empty"},
        {"POST", "/api/campaigns", TEXT("FLASH", "c", ",\"message\":\"a\\u0007b\""), 400, "message: byte 2 is no text"},
        {"POST", "/api/campaigns", TEXT("SMS", "c", ",\"message\":7"), 400, "message"},
        {"POST", "/api/campaigns", TEXT("SMS", "c d", HELLO), 400, "has a space"},
        {"POST", "/api/campaigns", TEXT("SMS", "c", HELLO ",\"spi\":\"1621\""), 400, "spi: " NO_PACKET},
        {"POST", "/api/campaigns", TEXT("SMS", "c", HELLO ",\"tar\":\"B00010\""), 400, "tar: " NO_PACKET},
        {"POST", "/api/campaigns", TEXT("SMS", "c", HELLO ",\"kicByte\":\"15\""), 400, "kicByte: " NO_PACKET},
        {"POST", "/api/campaigns", TEXT("SMS", "c", HELLO ",\"kidByte\":\"15\""), 400, "kidByte: " NO_PACKET},
        {"POST", "/api/campaigns", TEXT("SMS", "c", HELLO ",\"apdus\":\"A0A40000027F20\""), 400, "apdus: " NO_PACKET},
        {"POST", "/api/campaigns", TEXT("SMS", "c", HELLO ",\"expectedLastSW\":\"9000\""), 400,
         "expectedLastSW: " NO_PACKET},
        {"POST", "/api/campaigns", TEXT("SMS", "c", HELLO ",\"includeSimRefresh\":true"), 400,
         "includeSimRefresh: " NO_PACKET},
        {"POST", "/api/campaigns", TEXT("SMS", "c", HELLO ",\"porTimeout\":60"), 400, "porTimeout: " NO_PACKET},
        {"POST", "/api/campaigns", TEXT("SMS", "c", HELLO ",\"maxPacketBytes\":60"), 400, "maxPacketBytes: " NO_PACKET},
        {"POST", "/api/campaigns", TEXT("FLASH", "c", HELLO ",\"retry\":\"same\""), 400,
         "retry same: type FLASH takes none, no packet goes to the card"},
        {"POST", "/api/campaigns", TEXT("SMS", "c", HELLO ",\"retry\":\"often\""), 400, "retry 'often'"},
        {"POST", "/api/campaigns", TEXT("SMS", "c", HELLO ",\"applet_id\":1"), 400, "applet_id 1: type SMS takes none"},
        {"POST", "/api/campaigns", TEXT("SMS", "c", HELLO ",\"isLoadIncluded\":true"), 400, "isLoadIncluded"},
        {"POST", "/api/campaigns", TEXT("SMS", "c", HELLO ",\"isInstallIncluded\":true"), 400, "isInstallIncluded"},
        {"POST", "/api/campaigns", TEXT("SMS", "c", HELLO ",\"isDeleteIncluded\":true"), 400, "isDeleteIncluded"},
        {"POST", "/api/campaigns", TEXT("SMS", "c", HELLO ",\"tkp_id\":1"), 400, "tkp_id"},
        {"POST", "/api/campaigns", TEXT("SMS", "c", HELLO ",\"scriptFormat\":\"compact\""), 400, "scriptFormat: " NO_PACKET},
        {"POST", "/api/campaigns", TEXT("SMS", "c", HELLO ",\"scriptChaining\":\"none\""), 400, "scriptChaining: " NO_PACKET},
        {"POST", "/api/campaigns", TEXT("SMS", "c", HELLO ",\"partSize\":15"), 400, "partSize 15 is out of range"},
        {"POST", "/api/campaigns", TEXT("SMS", "c", HELLO ",\"validityPeriod\":-1"), 400, "validityPeriod -1"},
        {"POST", "/api/campaigns", TEXT("SMS", "c", HELLO ",\"transmissionMode\":\"both\""), 400, "transmissionMode"},
        {"POST", "/api/campaigns",
         TEXT("SMS", "c", ",\"message\":\"" ARABIC_OF(ARABIC_OF("\xD8\xB3")) ARABIC_OF("ssss") "\""), 400,
         "message takes 3 SMS of alphabet UCS2, expected at most 2 (maxSmsParts)"},
        {"POST", "/api/campaigns",
         "{\"type\":\"RFM\",\"profile_id\":1,\"name\":\"c\",\"spi\":\"1621\",\"apdus\":\"A0A40000027F20\"" HELLO "}", 400,
         "message: type RFM takes none, expected SMS or FLASH"},
        {"POST", "/api/campaigns", "{\"type\":\"RAM\",\"profile_id\":1,\"name\":\"c\",\"applet_id\":1" HELLO "}", 400,
         "message: type RAM takes none, expected SMS or FLASH"},
        {"POST", "/api/templates", TEXT("SMS", "c", ""), 400, "message is missing"},
        {"POST", "/api/templates", TEXT("FLASH", "c", HELLO ",\"tar\":\"B00010\""), 400, "tar: type FLASH takes none"},
        NOTHING,
        {"GET", "/api/templates", NULL, 200, "{\"items\":[],"},
    };
    REST_WALK(*state, steps);
}

/* What asks for nothing of a packet is no reason to refuse. */
static void test_what_is_harmless(void **state)
{
    static const struct rest_step steps[] = {
        {"POST", "/api/campaigns",
         TEXT("SMS", "c", HELLO ",\"includeSimRefresh\":false,\"porTimeout\":0,\"maxPacketBytes\":0,\"spi\":null,"
                               "\"isLoadIncluded\":false,\"retry\":\"new\",\"porUrl\":\"http://a/\""),
         201, "\"retry\":\"new\""},
    };
    REST_WALK(*state, steps);
}

static void test_kept_and_shown(void **state)
{
    static const struct rest_step steps[] = {
        {"POST", "/api/campaigns",
         TEXT("FLASH", "c", ",\"message\":\"5 \xE2\x82\xAC\\n[Name] \\\"\xCE\xA9\\\"\",\"transmissionMode\":\"seq\",\"retries\":2,"
                            "\"partSize\":100"),
         201, "\"message\":\"5 \xE2\x82\xAC\\n[Name] \\\"\xCE\xA9\\\"\",\"alphabet\":\"GSM7\",\"smsCount\":1,\"warnings\":[]"},
        {"GET", "/api/campaigns/1", NULL, 200,
         "\"message\":\"5 \xE2\x82\xAC\\n[Name] \\\"\xCE\xA9\\\"\",\"alphabet\":\"GSM7\",\"smsCount\":1,\"counts\""},
        {"GET", "/api/campaigns/1", NULL, 200, "\"type\":\"FLASH\""},
        /* None of the profile's but what a text has. */
        {"GET", "/api/campaigns/1", NULL, 200,
         "\"validityPeriod\":5,\"spi\":null,\"tar\":null,\"kicByte\":null,\"kidByte\":null,\"commands\":[],"
         "\"placeholders\":null,\"includeSIMRefresh\":false,\"sequentialTransmission\":true"},
        {"GET", "/api/campaigns/1", NULL, 200,
         "\"expectedLastSW\":null,\"porTimeout\":0,\"retry\":\"new\",\"retries\":2,\"maxSmsParts\":2,\"maxPacketBytes\":0,"
         "\"partSize\":100,\"scriptFormat\":null,\"scriptChaining\":null,\"refreshCommand\":null"},
        {"GET", "/api/campaigns", NULL, 200, "\"installParameters\":null}]"}, /* a page does not hold texts */
        {"POST", "/api/campaigns", TEXT("SMS", "u", ",\"message\":\"" ARABIC_OF(ARABIC_OF("\xD8\xB3")) "\""), 201,
         "\"alphabet\":\"UCS2\",\"smsCount\":2"},
        {"PATCH", "/api/campaigns/2", "{\"name\":\"v\"}", 200, "\"alphabet\":\"UCS2\",\"smsCount\":2"},
        {"DELETE", "/api/campaigns/2", NULL, 200, "\"alphabet\":\"UCS2\""},
        {"GET", "/api/campaigns/2", NULL, 404, NULL},
    };
    REST_WALK(*state, steps);
    assert_int_equal(rest_fixture_sql(*state, "INSERT INTO campaign_text (campaign_id, message) VALUES (2, '')"), -1);
}

/* What the list of a campaign's rows says: no card will ever answer. */
static void test_results(void **state)
{
    static const struct rest_step start[] = {
        {"POST", "/api/campaigns", TEXT("SMS", "c", HELLO), 201, NULL},
        {"POST", "/api/campaigns/1/start", "{\"card\":1,\"data\":\"MSISDN,Name\\n\"}", 400, "campaign 1 has no placeholders"},
        {"POST", "/api/campaigns/1/start", "{\"card\":1}", 200, "\"message\":\"hello\""},
    };
    static const struct rest_step steps[] = {
        {"GET", "/api/campaigns/1/messages", NULL, 200,
         "{\"items\":[{\"id\":9,\"msisdn\":\"961234567890\",\"iccid\":\"8991234567788901234\",\"iteration\":2,\"state\":\"FAILED\","
         "\"settled\":true,\"updated\":false,\"detail\":\"gone\",\"created\":"},
        {"GET", "/api/campaigns/1/report", NULL, 200,
         "{\"items\":[{\"id\":9,\"msisdn\":\"961234567890\",\"iccid\":\"8991234567788901234\",\"iteration\":2,\"state\":\"FAILED\","
         "\"updated\":false,\"detail\":\"gone\",\"created\":\"1970-01-01 00:00:00.001\",\"sent\":\"1970-01-01 00:00:00.002\","
         "\"settledAt\":\"1970-01-01 00:00:00.003\",\"outcome\":\"failed: gone\"}]"},
        {"GET", "/api/campaigns/1/statistics", NULL, 200, "\"porStatuses\":[],\"statusWords\":[]"},
        {"GET", "/api/cards/1/messages", NULL, 200, "\"campaign_name\":\"c\",\"outcome\":\"failed: gone\""},
        {"GET", "/api/cards/1/messages", NULL, 200, "\"counter\":null,\"porStatus\":null,"},
        {"GET", "/api/cards/1/messages", NULL, 200, "\"commandsExecuted\":null,\"commandsSent\":null,"},
        {"GET", "/api/cards/1", NULL, 200, "\"counters\":[]"},
    };
    REST_WALK(*state, start);
    /* A row of the past, as the engine leaves it. */
    assert_int_equal(rest_fixture_sql(*state, "INSERT INTO message (id, campaign_id, iteration, card_id, piece, pieces, state,"
                                              " reference, parts, detail, created, sent, settled)"
                                              " VALUES (9, 1, 2, 1, 1, 1, 6, 1, x'21', 'gone', 1, 2, 3)"),
                     0);
    REST_WALK(*state, steps);
}

static void test_no_keys_are_asked_for(void **state)
{
    static const struct rest_step steps[] = {
        {"POST", "/api/campaigns", TEXT("SMS", "c", HELLO), 201, NULL},
        {"POST", "/api/campaigns/1/start", "{\"card\":1}", 200, "\"state\":\"RUNNING\""},
        {"POST", "/api/campaigns", TEXT("SMS", "d", HELLO), 201, NULL},
        {"POST", "/api/campaigns/2/start",
         "{\"msisdn\":\"961234567899\",\"iccid\":\"8991234567788901299\",\"imsi\":\"421234567890199\",\"keyIndex\":7,"
         "\"kicKey\":\"23434564756786846345235345645745\",\"kidKey\":\"23454576679803454767897890890678\"}",
         200, "\"provisionedCard\""},
    };
    assert_int_equal(rest_fixture_sql(*state, "DELETE FROM card_key"), 0);
    REST_WALK(*state, steps);
}

static void test_templates(void **state)
{
    static const struct rest_step steps[] = {
        {"POST", "/api/templates", TEXT("SMS", "t", HELLO), 201, "\"settings\":{\"type\":\"SMS\",\"message\":\"hello\"}"},
        {"POST", "/api/templates/1/start", "{\"card\":1}", 201, "\"name\":\"t-1\""},
        {"GET", "/api/campaigns/1", NULL, 200, "\"message\":\"hello\",\"alphabet\":\"GSM7\""},
        {"POST", "/api/campaigns", "{\"template_id\":1,\"name\":\"other\",\"message\":\"other\",\"type\":\"FLASH\"}", 201,
         "\"message\":\"other\""},
        {"POST", "/api/campaigns", "{\"template_id\":1,\"name\":\"rfm\",\"type\":\"RFM\",\"apdus\":\"A0A40000027F20\"}", 400,
         "message: type RFM takes none"},
    };
    REST_WALK(*state, steps);
}

static void test_volume(void **state)
{
    static const struct rest_step steps[] = {
        {"POST", "/api/campaigns", TEXT("SMS", "c", ",\"message\":\"" ARABIC_OF(ARABIC_OF("\xD8\xB3")) "\""), 201,
         "all of profile 1: 600000 cards with 2 SMS each are 1200000 messages, at most 1000000 are recommended"},
        {"POST", "/api/campaigns", TEXT("SMS", "d", HELLO), 201, "\"warnings\":[]"},
    };
    assert_int_equal(
        rest_fixture_sql(*state, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 599999)"
                                 " INSERT INTO card (profile_id, iccid, imsi, msisdn, created, updated)"
                                 " SELECT 1, 'c' || i, 'i' || i, 'm' || i, 0, 0 FROM n"),
        0);
    REST_WALK(*state, steps);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, rest_walk_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_what_is_refused), TEST(test_what_is_harmless),      TEST(test_kept_and_shown), TEST(test_results),
        TEST(test_no_keys_are_asked_for), TEST(test_templates), TEST(test_volume),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
