/* Cards' counters as an operator sets them, and a card's history, over a socket. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/api/rest_walk.h"

#define KEYS "23434564756786846345235345645745,23454576679803454767897890890678"
#define CARDS(a, b)                                                                                          \
    "VAR_OUT:ICCID,IMSI,MSISDN,KIC,KID,KIC2,KID2\n"                                                          \
    "899123456778890123" a "F,42123456789012" a ",96123456789" a "," KEYS "," KEYS "\n"                      \
    "899123456778890123" b "F,42123456789012" b ",96123456789" b "," KEYS "," KEYS "\n"
#define CAMPAIGN(name)                                                                                       \
    "{\"type\":\"RFM\",\"profile_id\":1,\"name\":\"" name "\",\"spi\":\"1621\",\"apdus\":\"A0A40000023F00\"}"

/* Cards 1 and 2 have counters of key sets, cards 3 and 4 of TARs. */
static const struct rest_step preparation[] = {
    {"POST", "/api/profiles", "{\"name\":\"one\"}", 201, NULL},
    {"POST", "/api/profiles", "{\"name\":\"two\",\"counterScope\":\"tar\"}", 201, NULL},
    {"POST", "/api/profiles/1/cards", CARDS("1", "2"), 200, "{\"provisioned\":2,"},
    {"POST", "/api/profiles/2/cards", CARDS("3", "4"), 200, "{\"provisioned\":2,"},
    {"POST", "/api/profiles/1/cardgroups", "{\"name\":\"g\"}", 201, NULL},
    {"POST", "/api/campaigns", CAMPAIGN("c"), 201, NULL},
    {"POST", "/api/campaigns", CAMPAIGN("d"), 201, NULL},
};

static int set_up(void **state)
{
    return REST_WALK_SET_UP(state, preparation);
}

static void test_set(void **state)
{
    static const struct rest_step steps[] = {
        {"GET", "/api/cards/1", NULL, 200, "\"counters\":[]"},
        {"PUT", "/api/cards/1/counters", "{\"keyIndex\":2,\"counter\":\"0x1f\"}", 200,
         "\"counters\":[{\"keyIndex\":2,\"tar\":null,\"counter\":\"000000001F\"}]"},
        {"PUT", "/api/cards/1/counters", "{\"keyIndex\":2,\"counter\":\"1E\"}", 409,
         "counter 000000001E of card 1 (MSISDN 961234567891), expected 000000001F, the highest that a packet has had"},
        {"PUT", "/api/cards/1/counters", "{\"keyIndex\":2,\"counter\":\"FFFFFFFFFF\"}", 409, "to FFFFFFFFFE"},
        {"PUT", "/api/cards/1/counters", "{\"keyIndex\":2,\"counter\":\"10000000000\"}", 400, "1 to 10 hex digits"},
        {"PUT", "/api/cards/1/counters", "{\"keyIndex\":2}", 400, "counter is missing"},
        {"PUT", "/api/cards/1/counters", "{\"counter\":\"1\"}", 400, "neither keyIndex nor tar"},
        {"PUT", "/api/cards/1/counters", "{\"counter\":\"1\",\"keyIndex\":1,\"tar\":\"B00010\"}", 400, "exactly one"},
        {"PUT", "/api/cards/1/counters", "{\"counter\":\"1\",\"keyIndex\":16}", 400, "expected 1 to 15"},
        {"PUT", "/api/cards/1/counters", "{\"counter\":\"1\",\"keyIndex\":3}", 409, "has no key set 3"},
        {"PUT", "/api/cards/1/counters", "{\"counter\":\"1\",\"tar\":\"B00010\"}", 409, "expected keyIndex, not tar"},
        {"PUT", "/api/cards/3/counters", "{\"counter\":\"1\",\"keyIndex\":1}", 409, "expected tar, not keyIndex"},
        {"PUT", "/api/cards/3/counters", "{\"counter\":\"1\",\"tar\":\"B0001\"}", 400, "expected 6 hex digits"},
        {"PUT", "/api/cards/3/counters", "{\"counter\":\"5\",\"tar\":\"B00010\"}", 200,
         "\"counters\":[{\"keyIndex\":null,\"tar\":\"B00010\",\"counter\":\"0000000005\"}]"},
        {"PUT", "/api/cards/9/counters", "{\"counter\":\"1\",\"keyIndex\":1}", 404, "there is no card 9"},
        {"GET", "/api/cards/1", NULL, 200, "\"counter\":\"000000001F\"}]"},
        {"POST", "/api/campaigns/1/start", "{\"card\":1}", 200, NULL},
    };
    REST_WALK(*state, steps);
}

static void test_jump(void **state)
{
    static const struct rest_step steps[] = {
        {"PUT", "/api/cards/1/counters", "{\"keyIndex\":2,\"counter\":\"7\"}", 200, NULL},
        {"POST", "/api/profiles/1/counters/jump", "{\"jump\":16}", 200, "{\"cards\":2,\"counters\":4}"},
        {"GET", "/api/cards/1", NULL, 200,
         "[{\"keyIndex\":1,\"tar\":null,\"counter\":\"0000000010\"},{\"keyIndex\":2,\"tar\":null,\"counter\":\"0000000017\"}]"},
        {"POST", "/api/cardgroups/1/counters/jump", "{\"jump\":1}", 200, "{\"cards\":2,\"counters\":4}"},
        {"POST", "/api/cards/1/counters/jump", "{\"jump\":1}", 200, "{\"cards\":1,\"counters\":2}"},
        {"GET", "/api/cards/1", NULL, 200, "\"counter\":\"0000000019\"}]"},
        {"GET", "/api/cards/2", NULL, 200, "\"counter\":\"0000000011\"}]"},
        {"GET", "/api/cards/3", NULL, 200, "\"counters\":[]"},
        /* All or nothing: card 1 could, card 2 cannot. */
        {"PUT", "/api/cards/2/counters", "{\"keyIndex\":1,\"counter\":\"FFFFFFFFF0\"}", 200, NULL},
        {"POST", "/api/profiles/1/counters/jump", "{\"jump\":16}", 409,
         "a jump of 16 from FFFFFFFFF0, which card 2 (MSISDN 961234567892) has, goes beyond FFFFFFFFFE"},
        {"GET", "/api/cards/1", NULL, 200, "\"counter\":\"0000000019\"}]"},
        {"POST", "/api/profiles/1/counters/jump", "{\"jump\":0}", 400, "expected a number from 1"},
        {"POST", "/api/profiles/1/counters/jump", "{}", 400, "jump is missing"},
        {"POST", "/api/profiles/9/counters/jump", "{\"jump\":1}", 404, "there is no profile 9"},
        {"POST", "/api/cardgroups/9/counters/jump", "{\"jump\":1}", 404, "there is no card group 9"},
        {"POST", "/api/cards/9/counters/jump", "{\"jump\":1}", 404, "there is no card 9"},
    };
    REST_WALK(*state, steps);
}

static void test_history(void **state)
{
    static const struct rest_step begin[] = {
        {"GET", "/api/cards/1/messages", NULL, 200, "{\"items\":[],\"next\":null}"},
        {"GET", "/api/cards/9/messages", NULL, 404, "there is no card 9"},
        {"POST", "/api/campaigns/1/start", "{\"card\":1}", 200, NULL},
        {"POST", "/api/campaigns/2/start", "{\"card\":1}", 200, NULL},
    };
    static const struct rest_step then[] = {
        {"GET", "/api/cards/1/messages?limit=1", NULL, 200,
         "\"campaign_id\":2,\"campaign_name\":\"d\",\"outcome\":\"executed in part: 2 of 6 executed\"}]"},
        {"GET", "/api/cards/1/messages?limit=1", NULL, 200, "/api/cards/1/messages?limit=1&before=2\"}"},
        {"GET", "/api/cards/1/messages?limit=1&before=2", NULL, 200,
         "/api/campaigns/1\",\"campaign_id\":1,\"campaign_name\":\"c\",\"outcome\":\"updated: PoR OK\"}],\"next\":null}"},
        {"GET", "/api/cards/1/messages?before=1", NULL, 200, "{\"items\":[],\"next\":null}"},
        {"GET", "/api/cards/2/messages", NULL, 200, "{\"items\":[],\"next\":null}"},
        {"GET", "/api/cards/1/messages?after=1", NULL, 400, "after"},
    };
    REST_WALK(*state, begin);
    assert_int_equal(rest_fixture_sql(*state, "UPDATE message SET state = 4, por_status = 0 WHERE id = 1;"
                                              "UPDATE message SET state = 5, detail = '2 of 6 executed' WHERE id = 2"),
                     0);
    REST_WALK(*state, then);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_set, set_up, rest_walk_tear_down),
        cmocka_unit_test_setup_teardown(test_jump, set_up, rest_walk_tear_down),
        cmocka_unit_test_setup_teardown(test_history, set_up, rest_walk_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
