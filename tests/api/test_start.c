/* POST /api/campaigns/N/start over a socket: every target, and cards that are provisioned on the spot. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gateway-plugin/campaign/engine.h"
#include "gateway-plugin/campaign/volume.h"
#include "gateway-plugin/store/catalog_store.h"
#include "tests/api/raw_http.h"
#include "tests/api/rest_fixture.h"
#include "tests/api/rest_walk.h"

#define KIC "23434564756786846345235345645745"
#define KID "23454576679803454767897890890678"
#define KEYS KIC "," KID "\n"
#define CARDS                                                                                                \
    "VAR_OUT:ICCID,IMSI,MSISDN,KIC,KID\n"                                                                    \
    "8991234567788901234F,421234567890123,961234567890," KEYS                                                \
    "8991234567788901235F,421234567890124,961234567891," KEYS
#define CAMPAIGN(profile, name, more)                                                                        \
    "{\"type\":\"RFM\",\"profile_id\":" profile ",\"name\":\"" name                                          \
    "\",\"spi\":\"1621\",\"apdus\":\"A0A40000023F00\"" more "}"
#define NEW_CARD "\"msisdn\":\"+961234567899\",\"iccid\":\"8991234567788901299F\",\"imsi\":\"421234567890199\""
#define NEW_KEYS "\"kicKey\":\"" KIC "\",\"kidKey\":\"" KID "\""
#define START "/api/campaigns/1/start"

/* Profile 1 with cards 1 and 2 in group 1 and campaigns 1 to 5; profile 2 with card 3 and campaign 6. */
static const struct rest_step preparation[] = {
    {"POST", "/api/profiles", "{\"name\":\"one\"}", 201, NULL},
    {"POST", "/api/profiles", "{\"name\":\"two\"}", 201, NULL},
    {"POST", "/api/profiles/1/cards", CARDS, 200, "{\"provisioned\":2,"},
    {"POST", "/api/profiles/2/cards",
     "VAR_OUT:ICCID,IMSI,MSISDN,KIC,KID\n8991234567788901236F,421234567890125,961234567892," KEYS, 200, NULL},
    {"POST", "/api/profiles/1/cardgroups", "{\"name\":\"g\"}", 201, NULL},
    {"POST", "/api/campaigns", CAMPAIGN("1", "a", ""), 201, NULL},
    {"POST", "/api/campaigns", CAMPAIGN("1", "b", ""), 201, NULL},
    {"POST", "/api/campaigns", CAMPAIGN("1", "c", ""), 201, NULL},
    {"POST", "/api/campaigns", CAMPAIGN("1", "d", ",\"kicByte\":\"22\",\"kidByte\":\"22\""), 201, NULL},
    {"POST", "/api/campaigns", CAMPAIGN("1", "e", ""), 201, NULL},
    {"POST", "/api/campaigns", CAMPAIGN("2", "f", ""), 201, NULL},
};

static int set_up(void **state)
{
    return REST_WALK_SET_UP(state, preparation);
}

static void test_targets(void **state)
{
    static const struct rest_step steps[] = {
        {"POST", START, "{\"msisdn\":\"961234567890\",\"iccid\":\"8991234567788901234\"}", 200, "\"warnings\":[]"},
        {"POST", "/api/campaigns/2/start", "{\"imsi\":\"421234567890124\"}", 200, "\"state\":\"RUNNING\""},
        {"POST", "/api/campaigns/3/start",
         "{\"msisdn\":\"+961234567891\",\"iccid\":\"8991234567788901235F\",\"imsi\":\"421234567890124\"}", 200,
         "\"state\":\"RUNNING\""},
        {"POST", "/api/campaigns/5/start", "{\"cardGroup\":1}", 200, "\"state\":\"RUNNING\""},
        {"POST", "/api/campaigns/6/start", "{\"card\":3}", 200, "\"state\":\"RUNNING\""},
    };
    REST_WALK(*state, steps);
}

/* Each rule of SOP 10 broken; then the campaign is WAITING and no card has come. */
static void test_what_is_refused(void **state)
{
    static const struct rest_step steps[] = {
        {"POST", START, "{}", 400, "no target, expected exactly one: cardGroup, card, or msisdn, iccid and imsi"},
        {"POST", START, "{\"card\":1,\"imsi\":\"421234567890123\"}", 400,
         "several targets: card 1, imsi 421234567890123"},
        {"POST", START, "{\"card\":1,\"cardGroup\":1}", 400, "several targets: cardGroup 1, card 1"},
        {"POST", START, "{\"card\":0}", 400, "card 0: expected a number from 1"},
        {"POST", START, "{\"card\":9}", 404, "there is no card 9"},
        {"POST", START, "{\"cardGroup\":9}", 404, "there is no card group 9"},
        {"POST", START, "{\"imsi\":\"1\"}", 404, "no card has the IMSI 1"},
        {"POST", START, "{\"iccid\":\"8991\"}", 404, "no card has the ICCID 8991"},
        {"POST", START, "{" NEW_CARD "}", 404, "no card has the MSISDN +961234567899"},
        {"POST", START, "{\"card\":3}", 409, "card 3 (MSISDN 961234567892) belongs to profile 2"},
        {"POST", START, "{\"imsi\":\"421234567890125\"}", 409, "card 3 (MSISDN 961234567892) belongs to profile 2"},
        {"POST", "/api/campaigns/6/start", "{\"cardGroup\":1}", 409, "card group 1 belongs to profile 1"},
        {"POST", START, "{\"msisdn\":\"961234567890\",\"imsi\":\"421234567890124\"}", 409,
         "MSISDN 961234567890 is that of card 1, IMSI 421234567890124 that of card 2, expected the numbers of "
         "one card"},
        {"POST", START, "{\"msisdn\":\"1\",\"imsi\":\"421234567890124\"}", 409,
         "IMSI 421234567890124 is that of card 2, MSISDN 1 of none"},
        /* keys */
        {"POST", START, "{" NEW_CARD ",\"kicKey\":\"" KIC "\"}", 400, "kidKey is missing"},
        {"POST", START, "{" NEW_CARD ",\"kidKey\":\"" KID "\"}", 400, "kicKey is missing"},
        {"POST", START, "{" NEW_CARD ",\"keyIndex\":2}", 400, "kicKey is missing"},
        {"POST", START, "{\"card\":1," NEW_KEYS "}", 400, "are for a new card, expected its msisdn, iccid and imsi"},
        {"POST", START, "{\"cardGroup\":1," NEW_KEYS "}", 400, "are for a new card"},
        {"POST", START, "{" NEW_CARD "," NEW_KEYS ",\"keyIndex\":0}", 400, "keyIndex 0: expected 1 to 15"},
        {"POST", START, "{" NEW_CARD "," NEW_KEYS ",\"keyIndex\":16}", 400, "keyIndex 16: expected 1 to 15"},
        {"POST", START, "{" NEW_CARD "," NEW_KEYS ",\"keyIndex\":2}", 409,
         "keyIndex 2: campaign 1 uses key set 1 (kicByte 15, kidByte 15)"},
        {"POST", START, "{" NEW_CARD ",\"kicKey\":\"12\",\"kidKey\":\"" KID "\"}", 400,
         "kicKey has 2 hex digits, expected 32, 48 or 64"},
        {"POST", START, "{" NEW_CARD ",\"kicKey\":\"" KIC "\",\"kidKey\":\"x\"}", 400,
         "kidKey: character 1 is no hex digit"},
        {"POST", START, "{" NEW_CARD ",\"kicKey\":\"" KIC "\",\"kidKey\":\"" KID "0011223344556677\"}", 409,
         "the keys given do not fit campaign 1 (kicByte 15, kidByte 15): "},
        {"POST", START, "{\"msisdn\":\"961234567899\"," NEW_KEYS "}", 404,
         "no card has the MSISDN 961234567899, and to provision one its MSISDN, ICCID and IMSI are expected"},
        {"POST", START, "{\"msisdn\":\"961234567899\",\"iccid\":\"8991234567788901299\"," NEW_KEYS "}", 404, "all three"},
        {"POST", START, "{\"msisdn\":\"961234567899\",\"imsi\":\"421234567890199\"," NEW_KEYS "}", 404, "all three"},
        {"POST", START, "{\"iccid\":\"8991234567788901299\",\"imsi\":\"421234567890199\"," NEW_KEYS "}", 404, "all three"},
        {"POST", START,
         "{\"msisdn\":\"961234567890\",\"iccid\":\"8991234567788901299\",\"imsi\":\"421234567890199\"," NEW_KEYS
         "}",
         409, "MSISDN 961234567890 is that of card 1, IMSI 421234567890199 of none"},
        {"POST", START, "{\"msisdn\":\"12x\",\"iccid\":\"8991234567788901299\",\"imsi\":\"421234567890199\","
         NEW_KEYS "}", 400, "MSISDN '12x' is wrong, expected 3 to 15 digits"},
        {"POST", START, "{\"msisdn\":\"9612345678990000\",\"iccid\":\"8991234567788901299\","
         "\"imsi\":\"421234567890199\"," NEW_KEYS "}", 400, "MSISDN 9612345678990000… has 16 digits, expected at most 15"},
        {"POST", START, "{\"msisdn\":\"961234567899\",\"iccid\":\"899\",\"imsi\":\"421234567890199\"," NEW_KEYS "}",
         400, "ICCID '899' is wrong, expected 18 to 20 digits"},
        {"POST", START, "{\"msisdn\":\"961234567899\",\"iccid\":\"8991234567788901299\",\"imsi\":\"\"," NEW_KEYS "}",
         400, "IMSI '' is wrong"},
        /* a card of another profile is not moved by being named with keys */
        {"POST", START, "{\"imsi\":\"421234567890125\"," NEW_KEYS "}", 409, "belongs to profile 2"},
        {"GET", "/api/campaigns/1", NULL, 200, "\"state\":\"WAITING\""},
        {"GET", "/api/cards?limit=3", NULL, 200, "\"next\":null"},
    };
    REST_WALK(*state, steps);
}

struct key_request {
    int64_t card_id;
    uint8_t index;
    struct security_keys keys;
};

static int read_keys(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct key_request *request = argument;
    (void)now;
    (void)refusal;
    return card_keys(store, request->card_id, request->index, &request->keys) == STORE_OK ? 0 : -1;
}

static void expect_keys(struct rest_fixture *fixture, int64_t card_id, uint8_t index, uint8_t kic, uint8_t kid)
{
    struct refusal refusal = {0};
    struct key_request request = {.card_id = card_id, .index = index};
    assert_int_equal(engine_call(fixture->engine, read_keys, &request, &refusal), 0);
    assert_int_equal(request.keys.kic_size, 16);
    assert_int_equal(request.keys.kid_size, 16);
    assert_int_equal(request.keys.kic[0], kic);
    assert_int_equal(request.keys.kid[0], kid);
}

#define OTHER_KEYS "\"kicKey\":\"99434564756786846345235345645745\",\"kidKey\":\"88454576679803454767897890890678\""

static void test_provisioned_on_the_spot(void **state)
{
    static const struct rest_step steps[] = {
        {"POST", START, "{" NEW_CARD "," NEW_KEYS "}", 200, "\"provisionedCard\":{\"id\":4,\"iccid\":\"8991234567788901299\""},
        {"GET", "/api/cards?msisdn=961234567899&imsi=421234567890199", NULL, 200, "\"profile_id\":1,\"keySets\":[1]"},
        {"GET", "/api/cardgroups/1", NULL, 200, "\"cardCount\":2"},
        /* the second time it is known */
        {"POST", "/api/campaigns/2/start", "{" NEW_CARD "," OTHER_KEYS "}", 200,
         "\"warnings\":[\"card 4 (MSISDN 961234567899) is provisioned already: the keys given are discarded, its "
         "own are used\"]"},
        {"POST", "/api/campaigns/3/start", "{\"imsi\":\"421234567890123\"," OTHER_KEYS ",\"keyIndex\":7}", 200,
         "card 1 (MSISDN 961234567890) is provisioned already"},
        {"POST", "/api/campaigns/4/start",
         "{\"msisdn\":\"961234567898\",\"iccid\":\"8991234567788901298\",\"imsi\":\"421234567890198\",\"keyIndex\":2,"
         OTHER_KEYS "}", 200, "\"keySets\":[2]"},
        {"GET", "/api/cards?limit=5", NULL, 200, "\"next\":null"},
    };
    REST_WALK(*state, steps);
    expect_keys(*state, 4, 1, 0x23, 0x23);
    expect_keys(*state, 1, 1, 0x23, 0x23);
    expect_keys(*state, 5, 2, 0x99, 0x88);
}

/* All or nothing: what is refused behind the provisioning takes the card back. */
static void test_refused_start_provisions_nothing(void **state)
{
    static const struct rest_step steps[] = {
        {"POST", START, "{\"card\":1}", 200, NULL},
        {"POST", START, "{" NEW_CARD "," NEW_KEYS "}", 409, "campaign 1 is RUNNING, expected WAITING"},
        {"POST", "/api/campaigns/99/start", "{" NEW_CARD "," NEW_KEYS "}", 404, "there is no campaign 99"},
        {"GET", "/api/cards?msisdn=961234567899", NULL, 200, "\"items\":[]"},
        {"GET", "/api/cards?limit=3", NULL, 200, "\"next\":null"},
    };
    REST_WALK(*state, steps);
}

/* Neither in what is answered nor in what is stored, whatever is wrong. */
static void test_keys_stay_inside(void **state)
{
    static const char *const bodies[] = {
        "{" NEW_CARD "," NEW_KEYS " " NEW_KEYS "}",          /* no JSON */
        "{" NEW_CARD "," NEW_KEYS "," NEW_KEYS "}",          /* twice */
        "{" NEW_CARD ",\"kicKey\":\"" KIC "\",\"kidKey\":\"" KID "\xFF\"}",
        "{" NEW_CARD ",\"kicKey\":\"" KIC "Z\",\"kidKey\":\"" KID "Z\"}",
        "{" NEW_CARD "," NEW_KEYS ",\"keyIndex\":3}",
        "{" NEW_CARD "," NEW_KEYS "}",
        "{" NEW_CARD "," NEW_KEYS "}",
        "{" NEW_CARD ",\"kicKey\":\"2343456475\n\"}", /* jansson quotes up to 20 characters */
    };
    struct rest_fixture *fixture = *state;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        struct raw_reply reply = raw_request(fixture->port, "POST", START, fixture->token, bodies[i]);
        assert_true(reply.status == (i == 5 ? 200 : i == 4 || i == 6 ? 409 : 400));
        assert_null(strstr(reply.body, KIC));
        assert_null(strstr(reply.body, KID));
        assert_null(strstr(reply.body, "2343456475"));
        free(reply.text);
    }
}

/* 400,001 cards, made by the database itself; campaign 7 has 3 SMS a card. */
static void test_large_groups_and_campaigns(void **state)
{
#define LONG_SCRIPT                                                                                          \
    "A0A40000023F00\\nA0D60000C8" FIFTY FIFTY FIFTY FIFTY "\\nA0D6000064" FIFTY FIFTY "\\n"
#define TEN "00112233445566778899"
#define FIFTY TEN TEN TEN TEN TEN
    static const struct rest_step steps[] = {
        {"DELETE", "/api/cards/400004", NULL, 200, NULL},
        {"POST", "/api/profiles/2/cardgroups", "{\"name\":\"many\"}", 201, "\"cardCount\":400001,"},
        {"DELETE", "/api/cards/400003", NULL, 200, NULL},
        {"GET", "/api/cardgroups/2", NULL, 200, "\"cardCount\":400000}"},
        {"POST", "/api/profiles/2/cards",
         "VAR_OUT:ICCID,IMSI,MSISDN,KIC,KID\n8991234567788901239F,421234567890129,961234567899," KEYS, 200, NULL},
        {"POST", "/api/profiles/2/cardgroups", "{\"name\":\"most\"}", 201,
         "\"cardCount\":400001,\"warnings\":[\"card group 3 has 400001 cards, at most 400000 are recommended\"]"},
        {"GET", "/api/cardgroups/3", NULL, 200, "card group 3 has 400001 cards"},
        {"POST", "/api/campaigns",
         "{\"type\":\"RFM\",\"profile_id\":2,\"name\":\"three\",\"spi\":\"1621\",\"apdus\":\"" LONG_SCRIPT "\"}", 201,
         "\"warnings\":[\"all of profile 2: 400001 cards with 3 SMS each are 1200003 messages, at most 1000000 are "
         "recommended\"]"},
        {"POST", "/api/campaigns", CAMPAIGN("2", "one", ""), 201, "\"warnings\":[]"},
        {"POST", "/api/campaigns/7/start", "{\"cardGroup\":3}", 200,
         "\"warnings\":[\"card group 3: 400001 cards with 3 SMS each are 1200003 messages, at most 1000000 are "
         "recommended\"]"},
    };
    assert_int_equal(rest_fixture_sql(*state,
                                      "WITH RECURSIVE n (i) AS (SELECT 4 UNION ALL SELECT i + 1 FROM n WHERE i < "
                                      "400004) INSERT INTO card (id, profile_id, iccid, imsi, msisdn, created, "
                                      "updated) SELECT i, 2, 8999000000000000000 + i, 901000000000000 + i, "
                                      "900000000000 + i, 0, 0 FROM n;"
                                      "INSERT INTO card_key SELECT i.id, k.key_index, k.kind, k.sealed FROM card i, "
                                      "card_key k WHERE k.card_id = 3 AND i.id > 3"),
                     0);
    REST_WALK(*state, steps);
}

static void test_a_million_is_not_warned_of(void **state)
{
    char text[VOLUME_WARNING_SIZE];
    (void)state;
    volume_warning(2, 500000, "card group", 1, text);
    assert_string_equal(text, "");
    volume_warning(1, 1000001, "card group", 1, text);
    assert_string_equal(text, "card group 1: 1000001 cards with 1 SMS each are 1000001 messages, at most 1000000 are recommended");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_million_is_not_warned_of),
        cmocka_unit_test_setup_teardown(test_targets, set_up, rest_walk_tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_refused, set_up, rest_walk_tear_down),
        cmocka_unit_test_setup_teardown(test_provisioned_on_the_spot, set_up, rest_walk_tear_down),
        cmocka_unit_test_setup_teardown(test_refused_start_provisions_nothing, set_up, rest_walk_tear_down),
        cmocka_unit_test_setup_teardown(test_keys_stay_inside, set_up, rest_walk_tear_down),
        cmocka_unit_test_setup_teardown(test_large_groups_and_campaigns, set_up, rest_walk_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
