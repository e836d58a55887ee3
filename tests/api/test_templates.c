/* Templates: kept as a campaign's creation is checked, and campaigns made of them. */
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
    "8991234567788901235F,421234567890124,961234567891," KEYS
#define RFM "\"type\":\"RFM\",\"profile_id\":1,\"apdus\":\"a0a40000023f00\\nA0A40000027F20\""

static const struct rest_step preparation[] = {
    {"POST", "/api/profiles", "{\"name\":\"one\"}", 201, NULL},
    {"POST", "/api/profiles", "{\"name\":\"two\"}", 201, NULL},
    {"POST", "/api/profiles/1/cards", CARDS, 200, "{\"provisioned\":2,"},
    {"POST", "/api/profiles/1/cardgroups", "{\"name\":\"g\"}", 201, NULL},
    {"POST", "/api/profiles/2/cardgroups", "{\"name\":\"g\",\"empty\":true}", 201, NULL},
    {"POST", "/api/templates", "{\"name\":\"t\",\"spi\":\"1639\",\"retries\":2,\"maxSmsParts\":5," RFM "}", 201,
     "\"commands\":[\"A0A40000023F00\",\"A0A40000027F20\"]"},
};

static int set_up(void **state)
{
    return REST_WALK_SET_UP(state, preparation);
}

static void test_making_one(void **state)
{
    static const struct rest_step steps[] = {
        {"GET", "/api/templates/1", NULL, 200,
         "\"name\":\"t\",\"type\":\"RFM\",\"created\":\"2026-11-22 13:30:19.314\""},
        {"GET", "/api/templates/1", NULL, 200, "\"profile_id\":1,\"profile_name\":\"one\",\"settings\":{"},
        {"GET", "/api/templates", NULL, 200, "{\"items\":[{\"id\":1,\"name\":\"t\","},
        {"GET", "/api/templates?profile=2", NULL, 200, "{\"items\":[]"},
        /* Checked as a campaign is. */
        {"POST", "/api/templates", "{\"name\":\"u\",\"spi\":\"16\"," RFM "}", 400, "spi '16': expected 4 hex digits"},
        {"POST", "/api/templates", "{\"name\":\"u\"," RFM "}", 400, "spi is missing"},
        {"POST", "/api/templates", "{\"name\":\"u v\",\"spi\":\"1639\"," RFM "}", 400, "\"template name 'u v' has a space"},
        {"POST", "/api/templates", "{\"spi\":\"1639\"," RFM "}", 400, "name is missing"},
        {"POST", "/api/templates", "{\"name\":\"t\",\"spi\":\"1639\"," RFM "}", 409,
         "template name 't' is taken by template 1 of profile 1"},
        {"POST", "/api/templates",
         "{\"type\":\"RFM\",\"profile_id\":9,\"name\":\"t\",\"spi\":\"1639\",\"apdus\":\"A0A40000023F00\"}", 404,
         "profile 9"},
        {"GET", "/api/templates", NULL, 200, "\"next\":null"},
        /* A template of a template. */
        {"POST", "/api/templates", "{\"name\":\"u\",\"template_id\":1,\"retries\":3}", 201, "\"retries\":3"},
        {"GET", "/api/templates/2", NULL, 200, "\"maxSmsParts\":5"},
    };
    REST_WALK(*state, steps);
}

static void test_changing_one(void **state)
{
    static const struct rest_step steps[] = {
        {"POST", "/api/templates", "{\"name\":\"u\",\"template_id\":1}", 201, "\"id\":2"},
        {"PATCH", "/api/templates/2", "{\"name\":\"t\"}", 409, "'t' is taken by template 1 of profile 1"},
        {"PATCH", "/api/templates/2", "{\"name\":\"v\"}", 200, "\"name\":\"v\""},
        {"PATCH", "/api/templates/9", "{\"name\":\"v\"}", 404, "there is no template 9"},
        {"POST", "/api/campaigns", "{\"template_id\":2,\"name\":\"c\"}", 201, "\"id\":1,\"name\":\"c\""},
        {"DELETE", "/api/templates/2", NULL, 200, "\"name\":\"v\""},
        {"DELETE", "/api/templates/2", NULL, 404, "template 2"},
        {"GET", "/api/templates/2", NULL, 404, "template 2"},
        {"GET", "/api/campaigns/1", NULL, 200, "\"name\":\"c\""}, /* stays */
        {"DELETE", "/api/campaigns/1", NULL, 200, NULL},
        {"DELETE", "/api/cardgroups/1", NULL, 200, NULL},
        {"DELETE", "/api/cards/1", NULL, 200, NULL},
        {"DELETE", "/api/cards/2", NULL, 200, NULL},
        {"DELETE", "/api/profiles/1", NULL, 409, "profile 1 is used by template 1"},
    };
    REST_WALK(*state, steps);
}

static void test_campaigns_of_one(void **state)
{
    static const struct rest_step steps[] = {
        {"POST", "/api/campaigns", "{\"template_id\":1,\"name\":\"c\"}", 201, "\"retries\":2,\"maxSmsParts\":5"},
        {"GET", "/api/campaigns/1", NULL, 200, "\"state\":\"WAITING\",\"type\":\"RFM\""},
        {"GET", "/api/campaigns/1", NULL, 200, "\"commands\":[\"A0A40000023F00\",\"A0A40000027F20\"]"},
        {"POST", "/api/campaigns", "{\"template_id\":1,\"name\":\"d\",\"retries\":7,\"spi\":\"0629\"}", 201,
         "\"retries\":7,\"maxSmsParts\":5"},
        {"GET", "/api/campaigns/2", NULL, 200, "\"spi\":\"0629\""},
        {"POST", "/api/campaigns", "{\"template_id\":1,\"name\":\"e\",\"maxSmsParts\":null}", 201,
         "\"maxSmsParts\":0"},
        {"POST", "/api/campaigns", "{\"template_id\":1,\"name\":\"e\",\"profile_id\":1}", 409, "'e' is taken"},
        {"POST", "/api/campaigns", "{\"template_id\":1,\"name\":\"f\",\"profile_id\":2}", 409,
         "template 1 belongs to profile 1, not to 2"},
        {"POST", "/api/campaigns", "{\"template_id\":1}", 400, "name is missing"},
        {"POST", "/api/campaigns", "{\"template_id\":9,\"name\":\"f\"}", 404, "template 9"},
        {"POST", "/api/campaigns", "{\"template_id\":\"1\",\"name\":\"f\"}", 400, "template_id is a string"},
    };
    REST_WALK(*state, steps);
}

static void test_starting_one(void **state)
{
    static const struct rest_step steps[] = {
        {"POST", "/api/templates/1/start", "{}", 400, "no target"},
        {"POST", "/api/templates/1/start", "{\"cardGroup\":2}", 409,
         "card group 2 belongs to profile 2, template 1 to profile 1"}, /* not a campaign that nobody will see */
        {"POST", "/api/templates/1/start", "{\"cardGroup\":1,\"data\":\"x\"}", 400,
         "\"template 1 has no placeholders, expected no data file\""},
        {"POST", "/api/templates/1/start", "{\"cardGroup\":1,\"name\":7}", 400, "name is no string"},
        {"POST", "/api/templates/9/start", "{\"cardGroup\":1}", 404, "template 9"},
        {"GET", "/api/campaigns", NULL, 200, "{\"items\":[]"}, /* nothing is left behind */
        {"POST", "/api/templates/1/start", "{\"cardGroup\":1}", 201, "\"name\":\"t-1\""},
        {"POST", "/api/templates/1/start", "{\"card\":1}", 201, "\"name\":\"t-2\""},
        {"POST", "/api/templates/1/start", "{\"card\":1,\"name\":\"mine\"}", 201, "\"name\":\"mine\""},
        {"POST", "/api/templates/1/start", "{\"card\":1,\"name\":\"mine\"}", 409, "'mine' is taken"},
        {"GET", "/api/campaigns", NULL, 200, "\"state\":\"RUNNING\""},
        {"PATCH", "/api/templates/1",
         "{\"name\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}", 200, NULL},
        {"POST", "/api/templates/1/start", "{\"card\":1}", 201,
         "\"name\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-1\""},
    };
    REST_WALK(*state, steps);
}

/* What is written last, the state RUNNING, and the undoing cannot be written: as after a kill between the two. */
#define KILL                                                                                                  \
    "CREATE TRIGGER no_start BEFORE UPDATE ON campaign BEGIN SELECT RAISE(ABORT, 'killed'); END;"             \
    "CREATE TRIGGER no_undoing BEFORE DELETE ON campaign BEGIN SELECT RAISE(ABORT, 'killed'); END;"

static void test_a_start_cut_off_leaves_no_campaign(void **state)
{
    static const struct rest_step kept[] = {
        {"POST", "/api/campaigns", "{\"template_id\":1,\"name\":\"kept\"}", 201, NULL}};
    static const struct rest_step cut_off[] = {
        {"POST", "/api/templates/1/start", "{\"cardGroup\":1,\"name\":\"cut-off\"}", 500, NULL},
        {"GET", "/api/campaigns/2", NULL, 200, "\"name\":\"cut-off\",\"start\":null,\"terminate\":null,\"state\":\"WAITING\""}};
    static const struct rest_step after[] = {
        {"GET", "/api/campaigns/2", NULL, 404, NULL},
        {"GET", "/api/campaigns/1", NULL, 200, "\"name\":\"kept\""}, /* nobody's start made it */
        {"POST", "/api/templates/1/start", "{\"cardGroup\":1,\"name\":\"cut-off\"}", 201, "\"id\":3,"},
        {"GET", "/api/campaigns/3", NULL, 200, "\"state\":\"RUNNING\""}};
    static const struct rest_step again[] = {{"GET", "/api/campaigns/3", NULL, 200, "\"state\":\"RUNNING\""}};
    struct rest_fixture *fixture = *state;
    REST_WALK(fixture, kept);
    assert_int_equal(rest_fixture_sql(fixture, KILL), 0);
    REST_WALK(fixture, cut_off);
    assert_int_equal(rest_fixture_sql(fixture, "DROP TRIGGER no_start; DROP TRIGGER no_undoing"), 0);
    assert_int_equal(rest_fixture_restart(fixture), 0);
    REST_WALK(fixture, after);
    assert_int_equal(rest_fixture_restart(fixture), 0);
    REST_WALK(fixture, again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_making_one, set_up, rest_walk_tear_down),
        cmocka_unit_test_setup_teardown(test_changing_one, set_up, rest_walk_tear_down),
        cmocka_unit_test_setup_teardown(test_campaigns_of_one, set_up, rest_walk_tear_down),
        cmocka_unit_test_setup_teardown(test_starting_one, set_up, rest_walk_tear_down),
        cmocka_unit_test_setup_teardown(test_a_start_cut_off_leaves_no_campaign, set_up, rest_walk_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
