/* SOP 7 and 8 over a socket: what card files may be like, and each rule of card groups, kept and broken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gateway-plugin/campaign/engine.h"
#include "gateway-plugin/store/catalog_store.h"
#include "tests/api/rest_fixture.h"
#include "tests/api/rest_walk.h"

#define KIC "23434564756786846345235345645745"
#define KID "13454576679803454767897890890678"
#define KIK "00112233445566778899AABBCCDDEEFF"
#define HEADER "VAR_OUT:ICCID,IMSI,MSISDN,KIC,KID\n"
#define ROW_1 "8991234567788901234F,421234567890123,961234567890," KIC "," KID "\n"
#define ROW_2 "8991234567788901235F,421234567890124,961234567891," KIC "," KID "\n"
#define ROW_3 "8991234567788901236F,421234567890125,961234567892," KIC "," KID "\n"
#define CARDS "/api/profiles/1/cards"
#define GROUPS "/api/profiles/1/cardgroups"

static int set_up(void **state)
{
    static const struct rest_step steps[] = {
        {"POST", "/api/profiles", "{\"name\":\"one\"}", 201, NULL},
        {"POST", "/api/profiles", "{\"name\":\"two\"}", 201, NULL},
    };
    return REST_WALK_SET_UP(state, steps);
}

/* --- card files --- */

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

static void expect_keys(struct rest_fixture *fixture, int64_t card_id, uint8_t index, size_t kic_size,
                        size_t kid_size)
{
    struct refusal refusal = {0};
    struct key_request request = {.card_id = card_id, .index = index};
    assert_int_equal(engine_call(fixture->engine, read_keys, &request, &refusal), 0);
    assert_int_equal(request.keys.kic_size, kic_size);
    assert_int_equal(request.keys.kid_size, kid_size);
    assert_int_equal(request.keys.kic[0], 0x23);
    assert_int_equal(request.keys.kid[0], 0x13);
}

/* Columns by name in any order, every separator, both line ends, several key sets, AES keys. */
static void test_card_files(void **state)
{
#define NUMBERS(n, s) "899123456778890123" n "F" s "42123456789012" n s "96123456789" n
    static const struct rest_step steps[] = {
        {"POST", CARDS, "KID,MSISDN,KIC,ICCID,IMSI\r\n" KID ",961234567890," KIC ",8991234567788901230F,421234567890120\r\n",
         200, "{\"provisioned\":1,\"rejected\":[]"},
        {"POST", CARDS, "VAR_OUT:iccid;imsi;msisdn;kic;kid\n" NUMBERS("1", ";") ";" KIC ";" KID "\n", 200,
         "{\"provisioned\":1,\"rejected\":[]"},
        {"POST", CARDS, "VAR_OUT:ICCID/IMSI/MSISDN/KIC/KID\r\n" NUMBERS("2", "/") "/" KIC "/" KID, 200,
         "{\"provisioned\":1,\"rejected\":[]"},
        {"POST", CARDS, "VAR_OUT:ICCID\tIMSI\tMSISDN\tKIC\tKID\n" NUMBERS("3", "\t") "\t" KIC "\t" KID "\n", 200,
         "{\"provisioned\":1,\"rejected\":[]"},
        {"POST", CARDS, "VAR_OUT:ICCID IMSI MSISDN KIC KID\r\n" NUMBERS("4", "  ") "   " KIC " " KID "\r\n", 200,
         "{\"provisioned\":1,\"rejected\":[]"},
        /* AES-192 and AES-256 in sets 2 and 15, with a KIK */
        {"POST", CARDS,
         "ICCID,IMSI,MSISDN,KIC1,KID1,KIK1,KIC2,KID2,KIC15,KID15,KIK15\n" NUMBERS("5", ",") "," KIC "," KID "," KIK
         "," KIC "0011223344556677," KID "0011223344556677," KIC KIK "," KID KIK "," KIK "\n",
         200, "{\"provisioned\":1,\"rejected\":[]"},
        {"GET", "/api/cards/6", NULL, 200, "\"keySets\":[1,2,15]"},
        {"GET", CARDS "?limit=6", NULL, 200, "\"next\":null"},
    };
    struct rest_fixture *fixture = *state;
    REST_WALK(fixture, steps);
    for (int64_t card = 1; card <= 6; card++)
        expect_keys(fixture, card, 1, 16, 16);
    expect_keys(fixture, 6, 2, 24, 24);
    expect_keys(fixture, 6, 15, 32, 32);
}

/* --- card groups --- */

static const struct rest_step cards_of_groups[] = {
    {"POST", CARDS, HEADER ROW_1 ROW_2, 200, "{\"provisioned\":2,"},
    {"POST", "/api/profiles/2/cards", HEADER ROW_3, 200, "{\"provisioned\":1,"},
};

static void test_groups(void **state)
{
    static const struct rest_step steps[] = {
        {"POST", GROUPS, "{\"name\":\"all\"}", 201, "\"cardCount\":2}"},
        {"GET", GROUPS "/1/cards", NULL, 200, "\"msisdn\":\"961234567891\""},
        {"POST", GROUPS, "{\"name\":\"m\",\"msisdnList\":\"961234567890\\r\\n+961234567891\\n\"}", 201, "\"cardCount\":2}"},
        {"POST", GROUPS, "{\"name\":\"i\",\"iccidList\":\"8991234567788901235f\"}", 201, "\"cardCount\":1}"},
        /* a name is taken in its profile only */
        {"POST", "/api/profiles/2/cardgroups", "{\"name\":\"all\"}", 201, "\"cardCount\":1}"},
        /* cards that come later are in no group of the whole profile made before */
        {"POST", CARDS, HEADER "8991234567788901237F,421234567890127,961234567897," KIC "," KID "\n", 200, NULL},
        {"GET", GROUPS "/1", NULL, 200, "\"cardCount\":2}"},
    };
    REST_WALK(*state, cards_of_groups);
    REST_WALK(*state, steps);
}

/* Each is refused, and leaves no group behind: the name is free for the next one. */
static void test_what_groups_refuse(void **state)
{
    static const struct rest_step steps[] = {
        {"POST", "/api/profiles/9/cardgroups", "{\"name\":\"g\"}", 404, "there is no profile 9"},
        {"POST", GROUPS, "{}", 400, "name is missing"},
        {"POST", GROUPS, "{\"name\":\"\"}", 400, "card group name"},
        {"POST", GROUPS, "{\"name\":\"two words\"}", 400, "card group name 'two words'"},
        {"POST", GROUPS, "{\"name\":\"g\",\"msisdnList\":\"961234567890\",\"iccidList\":\"8991234567788901235\"}", 400,
         "msisdnList and iccidList together, expected only one of them"},
        {"POST", GROUPS, "{\"name\":\"g\",\"msisdnList\":\"\"}", 400, "line 1: the list is empty"},
        {"POST", GROUPS, "{\"name\":\"g\",\"msisdnList\":\"961234567890\\n961234567899\\n\"}", 404,
         "line 2, column 1: MSISDN 961234567899 is not provisioned"},
        {"POST", GROUPS, "{\"name\":\"g\",\"msisdnList\":\"961234567890\\n961234567892\\n\"}", 409,
         "line 2, column 1: MSISDN 961234567892 belongs to profile 2, not to profile 1"},
        {"POST", GROUPS, "{\"name\":\"g\",\"msisdnList\":\"961234567890\\n961234567891\\n+961234567890\"}", 400,
         "line 3, column 1: MSISDN 961234567890 repeats line 1"},
        {"POST", GROUPS, "{\"name\":\"g\",\"msisdnList\":\"961234567890,961234567891\"}", 400,
         "line 1, column 1: '961234567890,961234567891' is no MSISDN, expected 3 to 15 digits and nothing else"},
        {"POST", GROUPS, "{\"name\":\"g\",\"msisdnList\":\"MSISDN\\n961234567890\"}", 400,
         "line 1, column 1: 'MSISDN' is no MSISDN"},
        {"POST", GROUPS, "{\"name\":\"g\",\"iccidList\":\"8991234567788901234\\n8991234567788901299\"}", 404,
         "line 2, column 1: ICCID 8991234567788901299 is not provisioned"},
        {"POST", GROUPS, "{\"name\":\"g\",\"iccidList\":\"8991234567788901236F\"}", 409,
         "line 1, column 1: ICCID 8991234567788901236 belongs to profile 2, not to profile 1"},
        {"POST", GROUPS, "{\"name\":\"g\",\"iccidList\":\"8991234567788901234\\n8991234567788901234F\"}", 400,
         "line 2, column 1: ICCID 8991234567788901234 repeats line 1"},
        {"POST", GROUPS, "{\"name\":\"g\",\"iccidList\":\"961234567890\"}", 400,
         "'961234567890' is no ICCID, expected 18 to 20 digits"},
        {"GET", "/api/cardgroups", NULL, 200, "{\"items\":[],\"next\":null}"},
        {"POST", GROUPS, "{\"name\":\"g\"}", 201, "\"cardCount\":2}"},
        {"POST", GROUPS, "{\"name\":\"g\"}", 409, "card group name 'g' is taken by card group 1 of profile 1"},
    };
    static const struct rest_step empty[] = {
        {"POST", GROUPS, "{\"name\":\"g\"}", 409, "profile 1 ('one') has no cards for a group, provision them first"},
        {"GET", "/api/cardgroups", NULL, 200, "{\"items\":[],\"next\":null}"},
    };
    REST_WALK(*state, empty);
    REST_WALK(*state, cards_of_groups);
    REST_WALK(*state, steps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_card_files, set_up, rest_walk_tear_down),
        cmocka_unit_test_setup_teardown(test_groups, set_up, rest_walk_tear_down),
        cmocka_unit_test_setup_teardown(test_what_groups_refuse, set_up, rest_walk_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
