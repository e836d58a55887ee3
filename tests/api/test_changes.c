/* PATCH and DELETE over a socket: names, numbers, blocked cards, and what is refused because something uses
 * it. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/api/rest_walk.h"

#define KEYS "23434564756786846345235345645745,23454576679803454767897890890678\n"
#define CARDS                                                                                                \
    "VAR_OUT:ICCID,IMSI,MSISDN,KIC,KID\n"                                                                    \
    "8991234567788901234F,421234567890123,961234567890," KEYS                                                \
    "8991234567788901235F,421234567890124,961234567891," KEYS

/* Profile 1 and 2, cards 1 and 2 in group 1 (and 2), campaign 1 and 2 of profile 1. */
static const struct rest_step preparation[] = {
    {"POST", "/api/profiles", "{\"name\":\"one\"}", 201, NULL},
    {"POST", "/api/profiles", "{\"name\":\"two\"}", 201, NULL},
    {"POST", "/api/profiles/1/cards", CARDS, 200, "{\"provisioned\":2,"},
    {"POST", "/api/profiles/1/cardgroups", "{\"name\":\"g\"}", 201, NULL},
    {"POST", "/api/profiles/1/cardgroups", "{\"name\":\"h\"}", 201, NULL},
    {"POST", "/api/campaigns",
     "{\"type\":\"RFM\",\"profile_id\":1,\"name\":\"c\",\"spi\":\"1621\",\"apdus\":\"A0A40000023F00\"}", 201,
     NULL},
    {"POST", "/api/campaigns",
     "{\"type\":\"RFM\",\"profile_id\":1,\"name\":\"d\",\"spi\":\"1621\",\"apdus\":\"A0A40000023F00\"}", 201,
     NULL},
};

static int set_up(void **state)
{
    return REST_WALK_SET_UP(state, preparation);
}

static void test_names(void **state)
{
    static const struct rest_step steps[] = {
        {"PATCH", "/api/profiles/1", "{\"name\":\"uno\"}", 200, "\"name\":\"uno\""},
        {"GET", "/api/profiles/1", NULL, 200, "\"name\":\"uno\""},
        {"PATCH", "/api/profiles/1", "{\"name\":\"uno\"}", 200, "\"name\":\"uno\""}, /* its own */
        {"PATCH", "/api/profiles/1", "{\"name\":\"two\"}", 409, "profile name 'two' is taken by profile 2"},
        {"PATCH", "/api/profiles/1", "{\"name\":\"a b\"}", 400, "profile name"},
        {"PATCH", "/api/profiles/1", "{}", 400, "nothing to change"},
        {"PATCH", "/api/profiles/9", "{\"name\":\"x\"}", 404, "there is no profile 9"},
        {"PATCH", "/api/cardgroups/1", "{\"name\":\"h\"}", 409, "'h' is taken by card group 2 of profile 1"},
        {"PATCH", "/api/cardgroups/1", "{\"name\":\"k\"}", 200, "\"name\":\"k\""},
        {"GET", "/api/cardgroups/1", NULL, 200, "\"cardCount\":2"},
        {"GET", "/api/cardgroups/9", NULL, 404, "there is no card group 9"},
        {"PATCH", "/api/campaigns/1", "{\"name\":\"d\"}", 409, "'d' is taken by campaign 2 of profile 1"},
        {"PATCH", "/api/campaigns/1", "{\"name\":\"e\"}", 200, "\"name\":\"e\""},
        {"PUT", "/api/campaigns/1", "{}", 405, "PUT"},
    };
    REST_WALK(*state, steps);
}

static void test_cards(void **state)
{
    static const struct rest_step steps[] = {
        {"PATCH", "/api/cards/1", "{\"msisdn\":\"+961700000001\"}", 200, "\"msisdn\":\"961700000001\""},
        {"GET", "/api/cards?msisdn=961234567890", NULL, 200, "\"items\":[]"},
        {"GET", "/api/cards?imsi=421234567890123", NULL, 200, "\"msisdn\":\"961700000001\""},
        {"GET", "/api/cards?imsi=421234567890123&msisdn=961234567891", NULL, 200, "\"items\":[]"},
        {"PATCH", "/api/cards/1", "{\"msisdn\":\"961700000001\"}", 409,
         "has the MSISDN 961700000001 already"},
        {"PATCH", "/api/cards/1", "{\"msisdn\":\"961234567891\"}", 409, "is that of card 2 of profile 1"},
        {"PATCH", "/api/cards/1", "{\"msisdn\":\"12x\"}", 400, "MSISDN '12x'"},
        {"PATCH", "/api/cards/1", "{}", 400, "expected msisdn or blocked"},
        {"PATCH", "/api/cards/9", "{\"blocked\":true}", 404, "there is no card 9"},
        {"PATCH", "/api/cards/1", "{\"blocked\":true}", 200, "\"blocked\":true"},
        {"PATCH", "/api/cards/1", "{\"blocked\":true}", 409, "is blocked already"},
        /* All or nothing: the second half is refused. */
        {"PATCH", "/api/cards/1", "{\"msisdn\":\"961700000002\",\"blocked\":true}", 409,
         "is blocked already"},
        {"GET", "/api/cards/1", NULL, 200, "\"msisdn\":\"961700000001\""},
        {"PATCH", "/api/cards/1", "{\"blocked\":false}", 200, "\"blocked\":false"},
        {"DELETE", "/api/cards/1", NULL, 200, "\"msisdn\":\"961700000001\""},
        {"GET", "/api/cards/1", NULL, 404, "card 1"},
        {"GET", "/api/cardgroups/1", NULL, 200, "\"cardCount\":1"},
    };
    REST_WALK(*state, steps);
}

static void test_what_is_used_stays(void **state)
{
    static const struct rest_step while_it_runs[] = {
        {"DELETE", "/api/profiles/1", NULL, 409, "profile 1 is used by 2 cards, of which 1 is the first"},
        {"POST", "/api/campaigns/1/start", "{\"cardGroup\":1}", 200, "RUNNING"},
        {"DELETE", "/api/campaigns/1", NULL, 409, "campaign 1 is RUNNING"},
        {"DELETE", "/api/cardgroups/1", NULL, 409, "card group 1 is used by campaign 1"},
        {"DELETE", "/api/cards/2", NULL, 409, "has messages in 1 campaign, of which 1 is the first"},
    };
    static const struct rest_step while_it_waits[] = {
        {"PATCH", "/api/cards/2", "{\"msisdn\":\"961700000001\"}", 409,
         "awaits the answer to message 2 of campaign 1"},
        {"PATCH", "/api/cards/2", "{\"blocked\":true}", 200, "\"blocked\":true"},
    };
    static const struct rest_step behind_it[] = {
        {"PATCH", "/api/cards/2", "{\"msisdn\":\"961700000001\"}", 200, "961700000001"},
        {"DELETE", "/api/cards/2", NULL, 409, "has messages in 1 campaign"},
        {"DELETE", "/api/cardgroups/1", NULL, 409, "card group 1 is used by campaign 1"},
        {"DELETE", "/api/campaigns/1", NULL, 200, "\"name\":\"c\""},
        {"GET", "/api/campaigns/1/messages", NULL, 404, "campaign 1"},
        {"POST", "/api/campaigns",
         "{\"type\":\"RFM\",\"profile_id\":1,\"name\":\"n\",\"spi\":\"1621\",\"apdus\":\"A0A40000023F00\"}",
         201, "\"id\":3,"}, /* an id is never given twice */
        {"DELETE", "/api/campaigns/3", NULL, 200, "\"id\":3,"},
        {"DELETE", "/api/cards/2", NULL, 200, "\"id\":2"},
        {"DELETE", "/api/cardgroups/1", NULL, 200, "\"cardCount\":1"},
        {"DELETE", "/api/cardgroups/1", NULL, 404, "there is no card group 1"},
        {"DELETE", "/api/profiles/2", NULL, 200, "\"name\":\"two\""},
        {"DELETE", "/api/profiles/2", NULL, 404, "profile 2"},
    };
    REST_WALK(*state, while_it_runs);
    assert_int_equal(rest_fixture_sql(*state, "UPDATE card SET busy_message = 2 WHERE id = 2"), 0);
    REST_WALK(*state, while_it_waits);
    assert_int_equal(rest_fixture_sql(*state, "UPDATE card SET busy_message = NULL;"
                                              "UPDATE message SET state = 8, deadline = NULL;"
                                              "UPDATE campaign SET state = 2 WHERE id = 1"),
                     0);
    REST_WALK(*state, behind_it);
}

static void test_urls_of_notifications(void **state)
{
#define WITH_URL(field, url)                                                                                 \
    "{\"type\":\"RFM\",\"profile_id\":1,\"name\":\"u\",\"spi\":\"1621\",\"apdus\":\"A0A40000023F00\","       \
    "\"" field "\":\"" url "\"}"
    static const struct rest_step steps[] = {
        {"POST", "/api/campaigns", WITH_URL("dlrUrl", "ftp://host/"), 400, "dlrUrl 'ftp://host/' is no URL"},
        {"POST", "/api/campaigns", WITH_URL("porUrl", "http:///path"), 400,
         "porUrl 'http:///path' is no URL"},
        {"POST", "/api/campaigns", WITH_URL("porUrl", "http://a b/"), 400, "no URL has at column 9"},
        {"POST", "/api/campaigns", WITH_URL("tlsUrl", "http://me:secret@host/"), 400,
         "tlsUrl holds a user name"},
        {"GET", "/api/campaigns", NULL, 200, "\"next\":null"},
        {"POST", "/api/campaigns", WITH_URL("porUrl", "https://host:8443/a@b?c"), 201,
         "\"porUrl\":\"https://host:8443/a@b?c\""},
    };
    REST_WALK(*state, steps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_names, set_up, rest_walk_tear_down),
        cmocka_unit_test_setup_teardown(test_cards, set_up, rest_walk_tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_used_stays, set_up, rest_walk_tear_down),
        cmocka_unit_test_setup_teardown(test_urls_of_notifications, set_up, rest_walk_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
