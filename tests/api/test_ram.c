/* Campaigns of type RAM, TLS_TRIGGER_RFM and TLS_TRIGGER_RAM: made, kept, shown, and not started yet. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/api/rest_walk.h"

#define CAMPAIGN(type, more)                                                                                  \
    "{\"type\":\"" type "\",\"profile_id\":1,\"name\":\"c\",\"spi\":\"1621\"" more "}"
#define APPLET(id, more) ",\"applet_id\":" id more
#define SELECT ",\"apdus\":\"00A4040000\""
#define NOTHING {"GET", "/api/campaigns", NULL, 200, "{\"items\":[],"}

/* Applet 1: the default RAM one of profile 1. 2 and 3: custom ones of profiles 2 and 1, the last with a file. */
static const struct rest_step preparation[] = {
    {"POST", "/api/profiles", "{\"name\":\"one\",\"appType\":\"ram\"}", 201, NULL},
    {"POST", "/api/profiles", "{\"name\":\"two\",\"appType\":\"custom\",\"appName\":\"a.cap\",\"tarList\":\"B20000\"}",
     201, NULL},
    {"POST", "/api/profiles/1/cards",
     "VAR_OUT:ICCID,IMSI,MSISDN,KIC,KID\n"
     "8991234567788901234F,421234567890123,961234567890,23434564756786846345235345645745,"
     "23454576679803454767897890890678\n",
     200, NULL},
};

static int set_up(void **state)
{
    struct rest_fixture *fixture = malloc(sizeof *fixture);
    *state = fixture;
    if (rest_fixture_open(fixture, NULL) != 0)
        return -1;
    REST_WALK(fixture, preparation);
    return rest_fixture_sql(fixture, "INSERT INTO applet (profile_id, name, kind, tars, format, package_aid, applet_aids,"
                                     " created, updated) VALUES (1, 'b.cap', 3, 'B30000', 1, 'F06F7461626F78',"
                                     " 'F06F7461626F7801', 0, 0)");
}

static void test_an_applets_rules(void **state)
{
    static const struct rest_step steps[] = {
        {"POST", "/api/campaigns", CAMPAIGN("RAM", ""), 400,
         "apdus is missing, expected a string of hex command lines, or an applet"},
        {"POST", "/api/campaigns", CAMPAIGN("RAM", SELECT APPLET("3", "")), 400,
         "apdus and an applet are both given, expected one of them"},
        {"POST", "/api/campaigns", CAMPAIGN("RAM", APPLET("9", "")), 404, "applet 9"},
        {"POST", "/api/campaigns", CAMPAIGN("RAM", APPLET("\"3\"", "")), 400, "applet_id is a string"},
        {"POST", "/api/campaigns", CAMPAIGN("RAM", APPLET("2", "")), 409, "applet 2 belongs to profile 2, not to 1"},
        {"POST", "/api/campaigns", CAMPAIGN("RAM", APPLET("1", ",\"isLoadIncluded\":true")), 409,
         "isLoadIncluded: applet 1 has no file, expected one that was uploaded: it has the AIDs"},
        {"POST", "/api/campaigns", CAMPAIGN("RAM", APPLET("1", ",\"isInstallIncluded\":true")), 409,
         "isInstallIncluded: applet 1 has no file"},
        {"POST", "/api/campaigns", CAMPAIGN("RAM", APPLET("1", ",\"isDeleteIncluded\":true")), 409,
         "isDeleteIncluded: applet 1 has no file"},
        {"POST", "/api/campaigns", CAMPAIGN("RFM", APPLET("3", "")), 400,
         "applet_id 3: type RFM takes none, expected RAM or TLS_TRIGGER_RAM"},
        {"POST", "/api/campaigns", CAMPAIGN("RAM", SELECT ",\"isLoadIncluded\":true"), 400,
         "isLoadIncluded is given without an applet"},
        {"POST", "/api/campaigns", CAMPAIGN("RFM", SELECT ",\"isInstallIncluded\":true"), 400,
         "isInstallIncluded is given without an applet"},
        {"POST", "/api/campaigns", CAMPAIGN("RAM", SELECT ",\"isDeleteIncluded\":true"), 400,
         "isDeleteIncluded is given without an applet"},
        {"POST", "/api/campaigns", CAMPAIGN("RAM", APPLET("3", ",\"isDeleteIncluded\":1")), 400, "isDeleteIncluded"},
        {"POST", "/api/campaigns", CAMPAIGN("RAM", ",\"tkp\":1"), 400, "unknown field 'tkp'"},
        {"POST", "/api/campaigns", CAMPAIGN("SMS", SELECT), 400, "spi: type SMS takes none, no packet goes to the card"},
        NOTHING,
    };
    REST_WALK(*state, steps);
}

static void test_ram_is_kept_and_shown(void **state)
{
    static const struct rest_step steps[] = {
        {"POST", "/api/campaigns", CAMPAIGN("RAM", SELECT), 201, "\"spi\":\"1621\",\"tar\":\"000000\""},
        {"GET", "/api/campaigns/1", NULL, 200, "\"applet\":null,\"applet_id\":null,\"isLoadIncluded\":false,"},
        {"GET", "/api/campaigns/1", NULL, 200, "\"type\":\"RAM\""},
        {"GET", "/api/campaigns/1", NULL, 200, "\"commands\":[\"00A4040000\"]"},
        {"POST", "/api/campaigns",
         "{\"type\":\"ram\",\"profile_id\":1,\"name\":\"d\",\"spi\":\"1621\",\"tar\":\"B30000\",\"applet_id\":3,"
         "\"isLoadIncluded\":true,\"isDeleteIncluded\":true}",
         201, "\"warnings\":[]"},
        {"GET", "/api/campaigns/2", NULL, 200, "\"tar\":\"B30000\",\"kicByte\":\"15\",\"kidByte\":\"15\",\"commands\":[]"},
        {"GET", "/api/campaigns/2", NULL, 200, "/api/applets/3\",\"applet_id\":3,\"isLoadIncluded\":true,"
         "\"isInstallIncluded\":false,\"isDeleteIncluded\":true"},
        {"GET", "/api/campaigns/2/statistics", NULL, 200, NULL},
        {"GET", "/api/campaigns/2/report", NULL, 200, NULL},
        {"POST", "/api/campaigns",
         "{\"type\":\"RAM\",\"profile_id\":1,\"name\":\"e\",\"spi\":\"1621\",\"applet_id\":3}", 201,
         "\"warnings\":[\"applet 3 is neither loaded, installed nor deleted\"]"},
        {"DELETE", "/api/applets/3", NULL, 409, "applet 3 is used by 2 campaigns, of which 2 is the first"},
        {"DELETE", "/api/campaigns/2", NULL, 200, NULL},
        {"DELETE", "/api/applets/3", NULL, 409, "applet 3 is used by campaign 3"},
        {"DELETE", "/api/campaigns/3", NULL, 200, NULL},
        {"DELETE", "/api/applets/3", NULL, 200, NULL},
    };
    REST_WALK(*state, steps);
}

static void test_tls_needs_http_parameters(void **state)
{
    static const struct rest_step steps[] = {
        {"POST", "/api/campaigns", CAMPAIGN("TLS_TRIGGER_RFM", SELECT), 409,
         "type TLS_TRIGGER_RFM: profile 1 has no HTTP parameters, expected httpAddress, httpHost and httpUri"},
        {"POST", "/api/campaigns", CAMPAIGN("TLS_TRIGGER_RAM", APPLET("3", "")), 409,
         "type TLS_TRIGGER_RAM: profile 1 has no HTTP parameters"},
        {"PATCH", "/api/profiles/1", "{\"httpAddress\":\"192.0.2.1:443\",\"httpHost\":\"h\"}", 200, NULL},
        {"POST", "/api/campaigns", CAMPAIGN("TLS_TRIGGER_RFM", SELECT), 409, "has no HTTP parameters"},
        NOTHING,
        {"PATCH", "/api/profiles/1", "{\"httpUri\":\"/x\"}", 200, NULL},
        {"POST", "/api/campaigns", CAMPAIGN("TLS_TRIGGER_RFM", APPLET("3", "")), 400, "type TLS_TRIGGER_RFM takes none"},
        {"POST", "/api/campaigns", CAMPAIGN("TLS_TRIGGER_RFM", SELECT), 201, "\"tar\":\"B00010\""},
        {"GET", "/api/campaigns/1", NULL, 200, "\"type\":\"TLS_TRIGGER_RFM\""},
        {"POST", "/api/campaigns",
         "{\"type\":\"TLS_TRIGGER_RAM\",\"profile_id\":1,\"name\":\"d\",\"spi\":\"1621\",\"applet_id\":3,"
         "\"isInstallIncluded\":true}",
         201, "\"tar\":\"000000\""},
    };
    REST_WALK(*state, steps);
}

static void test_none_is_started(void **state)
{
    static const struct rest_step steps[] = {
        {"PATCH", "/api/profiles/1", "{\"httpAddress\":\"192.0.2.1:443\",\"httpHost\":\"h\",\"httpUri\":\"/x\"}", 200, NULL},
        {"POST", "/api/campaigns", CAMPAIGN("RAM", SELECT), 201, NULL},
        {"POST", "/api/campaigns/1/start", "{\"card\":1}", 501,
         "campaign 1: type RAM cannot be sent yet, expected RFM"},
        {"POST", "/api/campaigns",
         "{\"type\":\"TLS_TRIGGER_RAM\",\"profile_id\":1,\"name\":\"d\",\"spi\":\"1621\",\"applet_id\":3}", 201, NULL},
        {"POST", "/api/campaigns/2/start", "{\"card\":1}", 501, "type TLS_TRIGGER_RAM cannot be sent yet"},
        {"POST", "/api/campaigns/2/start",
         "{\"msisdn\":\"961234567891\",\"iccid\":\"8991234567788901235F\",\"imsi\":\"421234567890124\",\"keyIndex\":1,"
         "\"kicKey\":\"23434564756786846345235345645745\",\"kidKey\":\"23454576679803454767897890890678\"}",
         501, "type TLS_TRIGGER_RAM cannot be sent yet"},
        {"GET", "/api/cards/2", NULL, 404, NULL}, /* not provisioned with it */
        {"POST", "/api/campaigns",
         "{\"type\":\"TLS_TRIGGER_RFM\",\"profile_id\":1,\"name\":\"e\",\"spi\":\"1621\"" SELECT "}", 201, NULL},
        {"POST", "/api/campaigns/3/start", "{\"card\":1}", 501, "type TLS_TRIGGER_RFM cannot be sent yet"},
        {"GET", "/api/campaigns/1", NULL, 200, "\"state\":\"WAITING\""},
        {"GET", "/api/campaigns/2", NULL, 200, "\"state\":\"WAITING\""},
        {"GET", "/api/campaigns/3", NULL, 200, "\"state\":\"WAITING\""},
    };
    REST_WALK(*state, steps);
}

static void test_a_template_keeps_it(void **state)
{
    static const struct rest_step steps[] = {
        {"POST", "/api/templates", CAMPAIGN("RAM", SELECT APPLET("3", "")), 400, "both given"},
        {"GET", "/api/templates", NULL, 200, "{\"items\":[],"},
        {"POST", "/api/templates", CAMPAIGN("RAM", APPLET("3", ",\"isLoadIncluded\":true")), 201,
         "\"applet_id\":3,\"isLoadIncluded\":true"},
        {"POST", "/api/campaigns", "{\"template_id\":1,\"name\":\"d\",\"isInstallIncluded\":true}", 201,
         "\"applet_id\":3,\"isLoadIncluded\":true,\"isInstallIncluded\":true,\"isDeleteIncluded\":false"},
        {"POST", "/api/templates/1/start", "{\"card\":1}", 501, "type RAM cannot be sent yet"},
        {"GET", "/api/campaigns/2", NULL, 404, NULL},
        {"DELETE", "/api/campaigns/1", NULL, 200, NULL},
        {"DELETE", "/api/applets/3", NULL, 409, "applet 3 is used by template 1"},
        {"DELETE", "/api/templates/1", NULL, 200, NULL},
        {"DELETE", "/api/applets/3", NULL, 200, NULL},
    };
    REST_WALK(*state, steps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_an_applets_rules, set_up, rest_walk_tear_down),
        cmocka_unit_test_setup_teardown(test_ram_is_kept_and_shown, set_up, rest_walk_tear_down),
        cmocka_unit_test_setup_teardown(test_tls_needs_http_parameters, set_up, rest_walk_tear_down),
        cmocka_unit_test_setup_teardown(test_none_is_started, set_up, rest_walk_tear_down),
        cmocka_unit_test_setup_teardown(test_a_template_keeps_it, set_up, rest_walk_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
