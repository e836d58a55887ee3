/* Placeholders in commands, and the data file of a start: checked for every card before anything is sent. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/api/rest_walk.h"

#define KEYS "23434564756786846345235345645745,23454576679803454767897890890678\n"
#define CARDS                                                                                                \
    "VAR_OUT:ICCID,IMSI,MSISDN,KIC,KID\n"                                                                    \
    "8991234567788901234F,421234567890123,961234567890," KEYS                                                \
    "8991234567788901235F,421234567890124,961234567891," KEYS                                                \
    "8991234567788901236F,421234567890125,961234567892," KEYS
#define RFM(name, apdus)                                                                                     \
    "{\"type\":\"RFM\",\"profile_id\":1,\"spi\":\"1639\",\"name\":\"" name "\",\"apdus\":\"" apdus "\"}"

static const struct rest_step preparation[] = {
    {"POST", "/api/profiles", "{\"name\":\"one\"}", 201, NULL},
    {"POST", "/api/profiles/1/cards", CARDS, 200, "{\"provisioned\":3,"},
    {"POST", "/api/profiles/1/cardgroups",
     "{\"name\":\"g\",\"msisdnList\":\"961234567890\\n961234567891\"}", 201, NULL},
    {"POST", "/api/campaigns", RFM("c", "A0A40000023F00\\na0d6000004[Name_1]aa[x]\\nA0A40000027F20"), 201,
     "\"commands\":[\"A0A40000023F00\",\"A0D6000004[Name_1]AA[x]\",\"A0A40000027F20\"],"
     "\"placeholders\":[\"Name_1\",\"x\"]"},
};

static int set_up(void **state)
{
    return REST_WALK_SET_UP(state, preparation);
}

static void test_commands(void **state)
{
    static const struct rest_step steps[] = {
        {"GET", "/api/campaigns/1", NULL, 200, "\"placeholders\":[\"Name_1\",\"x\"]"},
        {"GET", "/api/campaigns", NULL, 200, "\"placeholders\":null"}, /* without commands */
        {"POST", "/api/campaigns", RFM("d", "A0D6000004[]"), 400, "line 1, column 12: '[]' is no placeholder"},
        {"POST", "/api/campaigns", RFM("d", "A0D6000004[a-b]"), 400, "line 1, column 13: '[a-b]' is no placeholder"},
        {"POST", "/api/campaigns", RFM("d", "A0D6000004[a"), 400, "line 1, column 13: '[a' is no placeholder"},
        {"POST", "/api/campaigns", RFM("d", "A0D6000004[abcdefghijabcdefghijabcdefghijabc]"), 400,
         "expected [NAME], 1 to 32 of"},
        {"POST", "/api/campaigns", RFM("d", "A0D6000004[a]x"), 400, "line 1, column 14: 'x' is no hex digit"},
        {"POST", "/api/campaigns", RFM("d", "A0D6000002AABB[a]"), 400,
         "line 1, column 9: A0D60000 with P3 02 needs 14 hex digits, this line has 14 beside its placeholders"},
        {"POST", "/api/campaigns", RFM("d", "F0D6000002[a]"), 400, "line 1, column 1: class F0 is not known"},
        {"POST", "/api/campaigns", RFM("d", "A0A40000023F00"), 201, "\"placeholders\":null"},
        /* The SOP's own: even P3 is the card's. */
        {"POST", "/api/campaigns", RFM("e", "A0000009[Placeholder_1]"), 201, "\"placeholders\":[\"Placeholder_1\"]"},
        {"POST", "/api/campaigns", RFM("f", "A032000003[n]"), 201, "\"retry\":\"same\""}, /* INCREASE */
        {"POST", "/api/campaigns", RFM("g", "A0D6000003[n]"), 201, "\"retry\":\"new\""},
        {"POST", "/api/campaigns", RFM("h", "A0[ins]"), 201, "\"retry\":\"same\""},
    };
    REST_WALK(*state, steps);
}

#define START(data) "{\"cardGroup\":1,\"data\":\"" data "\"}"

/* Each of them breaks one rule, and nothing is done. */
static void test_refused_data(void **state)
{
    static const struct rest_step steps[] = {
        {"POST", "/api/campaigns/1/start", "{\"cardGroup\":1}", 400,
         "campaign 1 has placeholders [Name_1][x], expected a data file"},
        {"POST", "/api/campaigns/1/start", START(""), 400, "line 1: the data file is empty"},
        {"POST", "/api/campaigns/1/start", START("Name_1,x\\n"), 400, "line 1, column 1: no column says which card"},
        {"POST", "/api/campaigns/1/start", START("MSISDN,Name_1\\n"), 400, "placeholder [x] has no column"},
        {"POST", "/api/campaigns/1/start", START("MSISDN,Name_1,X\\n"), 400, "placeholder [x] has no column"},
        {"POST", "/api/campaigns/1/start", START("MSISDN,x,Name_1,x\\n"), 400, "line 1, column 17: a second column x"},
        {"POST", "/api/campaigns/1/start", START("MSISDN,x,Name_1,iccid\\n"), 400,
         "line 1, column 17: iccid is a second column that names the card, expected MSISDN, ICCID or IMSI once"},
        {"POST", "/api/campaigns/1/start", START("MSISDN,Name_1,x\\n"), 409,
         "the card with MSISDN 961234567890 has no line in the data file"},
        {"POST", "/api/campaigns/1/start", START("MSISDN,Name_1,x\\n961234567891,1122,33\\n"), 409,
         "the card with MSISDN 961234567890 has no line"},
        {"POST", "/api/campaigns/1/start", START("MSISDN,Name_1,x\\n961234567891,1122\\n"), 400,
         "line 2, column 1: 2 fields, expected 3"},
        {"POST", "/api/campaigns/1/start", START("MSISDN,Name_1,x\\n961234567891,,33\\n"), 400,
         "line 2, column 14: [Name_1] has no value"},
        {"POST", "/api/campaigns/1/start", START("MSISDN,Name_1,x\\n961234567891, 1Z22,33\\n"), 400,
         "line 2, column 16: [Name_1] '1Z22' is no hex: 'Z'"},
        {"POST", "/api/campaigns/1/start", START("MSISDN,Name_1,x\\nabc,1122,33\\n"), 400,
         "line 2, column 1: 'abc' is no MSISDN"},
        {"POST", "/api/campaigns/1/start", START("MSISDN,Name_1,x\\n999,1122,33\\n"), 404,
         "line 2, column 1: no card has the MSISDN 999"},
        {"POST", "/api/campaigns/1/start", START("MSISDN,x,Name_1\\n961234567891,33,112\\n"), 400,
         "line 2, column 17: command 2, column 9: A0D60000 with P3 04 needs 18 hex digits, this command has 17"},
        {"POST", "/api/campaigns/1/start",
         START("MSISDN,Name_1,x\\n961234567891,1122,33\\n\\n+961234567891,1122,33\\n"), 400,
         "line 4, column 1: the card with the MSISDN 961234567891 had a line before"},
        {"GET", "/api/campaigns/1", NULL, 200, "\"state\":\"WAITING\""},
        {"GET", "/api/campaigns/1/messages", NULL, 200, "{\"items\":[]"},
        {"POST", "/api/campaigns", RFM("d", "A0A40000023F00"), 201, NULL},
        {"POST", "/api/campaigns/2/start", START("MSISDN\\n"), 400, "campaign 2 has no placeholders"},
    };
    REST_WALK(*state, steps);
}

static void test_good_data(void **state)
{
    static const struct rest_step steps[] = {
        {"POST", "/api/campaigns/1/start",
         START("x;other;iccid;Name_1\\r\\n33;?;8991234567788901234F;1122\\r\\n"
               " 44 ;;8991234567788901235; aabb\\n55;;8991234567788901236;ccdd"),
         200, "\"warnings\":[\"data file: 1 lines are for cards that are not in the target, passed over\"]"},
        {"GET", "/api/campaigns/1", NULL, 200, "\"state\":\"RUNNING\""},
        {"DELETE", "/api/campaigns/1", NULL, 409, NULL},
        {"POST", "/api/templates", RFM("t", "A0D6000004[y]"), 201, "[y]"},
        {"POST", "/api/templates/1/start", "{\"card\":1}", 400, "has placeholders [y]"},
        {"POST", "/api/templates/1/start", "{\"card\":1,\"data\":\"IMSI,y\\n421234567890123,01020304\"}", 201,
         "\"name\":\"t-1\""},
    };
    REST_WALK(*state, steps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_commands, set_up, rest_walk_tear_down),
        cmocka_unit_test_setup_teardown(test_refused_data, set_up, rest_walk_tear_down),
        cmocka_unit_test_setup_teardown(test_good_data, set_up, rest_walk_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
