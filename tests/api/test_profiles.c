/* Profiles over a socket: their settings, and what campaigns take from them. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/api/rest_walk.h"

static const struct rest_step preparation[] = {
    {"POST", "/api/profiles", "{\"name\":\"one\"}", 201,
     "\"validityPeriod\":0,\"validHttpConfig\":false,\"account\":\"Default Account A\""},
    {"POST", "/api/profiles", "{\"name\":\"two\"}", 201, NULL},
};

static int set_up(void **state)
{
    return REST_WALK_SET_UP(state, preparation);
}

#define SET(settings) "PATCH", "/api/profiles/1", "{" settings "}"

static void test_settings_come_back(void **state)
{
    static const struct rest_step steps[] = {
        {SET("\"validityPeriod\":1440,\"porTimeout\":3600,\"maxSmsParts\":5,\"partSize\":120"), 200,
         "\"porTimeout\":3600,\"maxSmsParts\":5,\"partSize\":120,"},
        {SET("\"spi\":\"1639\",\"kicByte\":\"2d\",\"kidByte\":\"0x\""), 400, "kidByte '0x': expected 2 hex digits"},
        {SET("\"spi\":\"1639\",\"kicByte\":\"25\",\"kidByte\":\"25\""), 200,
         "\"spi\":\"1639\",\"kicByte\":\"25\",\"kidByte\":\"25\""},
        {SET("\"kicByte\":\"15\",\"kidByte\":null"), 400, "SPI 1639, KIc 15, KID 25: "}, /* with the SPI that is there */
        {SET("\"spi\":\"0x1639\",\"kicByte\":\"0X2D\""), 200, "\"spi\":\"1639\",\"kicByte\":\"2D\""}, /* as in campaigns */
        {SET("\"spi\":\"\",\"kicByte\":\"1d\""), 200, "\"spi\":null,\"kicByte\":\"1D\",\"kidByte\":\"25\""},
        {SET("\"refreshStyle\":\"APDU\",\"refreshCommand\":\"a0a40000023f00\""), 200,
         "\"refreshStyle\":\"apdu\",\"refreshCommand\":\"A0A40000023F00\""},
        {SET("\"refreshStyle\":\"none\""), 200, "\"refreshStyle\":\"none\",\"refreshCommand\":null"},
        {SET("\"counterScope\":\"tar\""), 200, "\"counterScope\":\"tar\""},
        {SET("\"httpAddress\":\"192.0.2.1:443\",\"httpHost\":\"admin.host\""), 200, "\"validHttpConfig\":false"},
        {SET("\"httpUri\":\"/ota\",\"httpApn\":\"ota.operator\",\"httpAgent\":\"//se-id/eid/1\""), 200,
         "\"validHttpConfig\":true"},
        /* What a request leaves out stays; and it is stored. */
        {SET("\"name\":\"uno\",\"validityPeriod\":60"), 200, "\"name\":\"uno\""},
        {"GET", "/api/profiles/1", NULL, 200,
         "\"validityPeriod\":60,\"validHttpConfig\":true,\"account\":\"Default Account A\""},
        {"GET", "/api/profiles/1", NULL, 200,
         "\"counterScope\":\"tar\",\"porTimeout\":3600,\"maxSmsParts\":5,\"partSize\":120,\"spi\":null,"
         "\"kicByte\":\"1D\",\"kidByte\":\"25\",\"scriptFormat\":\"compact\",\"scriptChaining\":\"none\","
         "\"refreshStyle\":\"none\",\"refreshCommand\":null,"
         "\"httpAddress\":\"192.0.2.1:443\",\"httpApn\":\"ota.operator\",\"httpHost\":\"admin.host\","
         "\"httpUri\":\"/ota\",\"httpAgent\":\"//se-id/eid/1\""},
        {"GET", "/api/profiles/2", NULL, 200, "\"porTimeout\":0,\"maxSmsParts\":0,\"partSize\":0,\"spi\":null"},
    };
    REST_WALK(*state, steps);
}

static void test_wrong_settings_change_nothing(void **state)
{
    static const struct rest_step steps[] = {
        {SET("\"validityPeriod\":635041"), 400, "validityPeriod 635041 is out of range, expected 0 to 635040 minutes"},
        {SET("\"validityPeriod\":-1"), 400, "validityPeriod -1 is out of range"},
        {SET("\"porTimeout\":38102401"), 400, "porTimeout 38102401 is out of range, expected 0 to 38102400 seconds"},
        {SET("\"maxSmsParts\":256"), 400, "maxSmsParts 256 is out of range, expected 0 to 255 SMS"},
        {SET("\"partSize\":15"), 400, "partSize 15 is out of range, expected 0, or 16 to 140 bytes"},
        {SET("\"partSize\":141"), 400, "partSize 141 is out of range"},
        {SET("\"spi\":\"162\""), 400, "spi '162': expected 4 hex digits"},
        {SET("\"spi\":\"16213\""), 400, "spi has 5 characters, expected at most 4"},
        {SET("\"kicByte\":\"1g\""), 400, "kicByte '1g': expected 2 hex digits"},
        {SET("\"counterScope\":\"card\""), 400, "counterScope 'card': expected keyset or tar"},
        {SET("\"refreshStyle\":\"d0\""), 400,
         "refreshStyle 'd0': expected compact-d0, expanded-81, apdu or none"},
        {SET("\"refreshStyle\":\"apdu\""), 400, "refreshCommand is missing"},
        {SET("\"refreshCommand\":\"A0A40000023F00\""), 400, "refreshCommand is for refreshStyle apdu"},
        {SET("\"refreshStyle\":\"apdu\",\"refreshCommand\":\"A0A40000033F00\""), 400, "refreshCommand, command 1"},
        {SET("\"httpAddress\":\"admin.host:443\""), 400, "httpAddress 'admin.host:443': expected an address"},
        {SET("\"httpAddress\":\"192.0.2.1\""), 400, "httpAddress '192.0.2.1'"},
        {SET("\"httpAddress\":\"192.0.2.1:65536\""), 400, "httpAddress"},
        {SET("\"httpAddress\":\"[]:1\""), 400, "httpAddress"},
        {SET("\"httpAddress\":\":443\""), 400, "httpAddress"},
        {SET("\"httpApn\":\"a..b\""), 400, "httpApn 'a..b'"},
        {SET("\"httpHost\":\"a b\""), 400, "httpHost 'a b'"},
        {SET("\"httpUri\":\"ota\""), 400, "httpUri 'ota': expected a path"},
        {SET("\"httpAgent\":\"a\\nb\""), 400, "httpAgent"},
        {SET("\"appType\":\"rfm\""), 400, "unknown field 'appType'"},
        {SET("\"validityPeriod\":\"1\""), 400, "validityPeriod is a string"},
        /* The good half is not done either. */
        {SET("\"name\":\"uno\",\"partSize\":15"), 400, "partSize"},
        {SET("\"partSize\":100,\"name\":\"two\""), 409, "taken by profile 2"},
        {"PATCH", "/api/profiles/9", "{\"partSize\":100}", 404, "there is no profile 9"},
        {"GET", "/api/profiles/1", NULL, 200,
         "\"name\":\"one\",\"created\":\"2026-11-22 13:30:19.314\",\"updated\":\"2026-11-22 13:30:19.314\","
         "\"validityPeriod\":0,\"validHttpConfig\":false"},
        {"GET", "/api/profiles/1", NULL, 200, "\"partSize\":0,"},
        {SET("\"httpAddress\":\"[2001:db8::1]:8443\""), 200, "\"httpAddress\":\"[2001:db8::1]:8443\""},
    };
    REST_WALK(*state, steps);
}

#define CAMPAIGN(name, rest)                                                                                 \
    "POST", "/api/campaigns",                                                                                \
        "{\"type\":\"RFM\",\"profile_id\":1,\"apdus\":\"A0A40000023F00\",\"name\":\"" name "\"" rest "}"

static void test_campaigns_inherit(void **state)
{
    static const struct rest_step steps[] = {
        {CAMPAIGN("a", ""), 400, "spi is missing"},
        {SET("\"spi\":\"1639\",\"kicByte\":\"25\",\"kidByte\":\"25\""), 200, NULL},
        {CAMPAIGN("a", ""), 201, "\"spi\":\"1639\",\"tar\":\"B00010\",\"kicByte\":\"25\",\"kidByte\":\"25\""},
        {CAMPAIGN("b", ",\"spi\":\"1621\",\"kicByte\":\"35\",\"kidByte\":\"35\""), 201,
         "\"spi\":\"1621\",\"tar\":\"B00010\",\"kicByte\":\"35\",\"kidByte\":\"35\""},
        {SET("\"validityPeriod\":61,\"porTimeout\":62,\"maxSmsParts\":63,\"partSize\":64"), 200, NULL},
        {CAMPAIGN("c", ""), 201, "\"validityPeriod\":61"},
        {"GET", "/api/campaigns/3", NULL, 200,
         "\"porTimeout\":62,\"retry\":\"new\",\"retries\":0,\"maxSmsParts\":63,\"maxPacketBytes\":0,\"partSize\":64,"
         "\"scriptFormat\":\"compact\",\"scriptChaining\":\"none\",\"refreshCommand\":null"},
        {CAMPAIGN("d", ",\"validityPeriod\":1,\"porTimeout\":2,\"maxSmsParts\":3,\"partSize\":140"), 201,
         "\"validityPeriod\":1,"},
        {"GET", "/api/campaigns/4", NULL, 200,
         "\"porTimeout\":2,\"retry\":\"new\",\"retries\":0,\"maxSmsParts\":3,\"maxPacketBytes\":0,\"partSize\":140,"},
        /* What was created keeps what it took. */
        {"GET", "/api/campaigns/1", NULL, 200, "\"validityPeriod\":0,"},
        {CAMPAIGN("e", ",\"partSize\":15"), 400, "partSize 15 is out of range"},
    };
    REST_WALK(*state, steps);
}

static void test_the_refresh_of_a_profile(void **state)
{
    static const struct rest_step steps[] = {
        {SET("\"spi\":\"1621\",\"refreshStyle\":\"apdu\",\"refreshCommand\":\"A0F2000016\""), 200, NULL},
        {CAMPAIGN("a", ",\"includeSimRefresh\":true"), 201, "\"refreshCommand\":\"A0F2000016\""},
        {CAMPAIGN("b", ""), 201, "\"refreshCommand\":null"},
        {SET("\"refreshStyle\":\"none\""), 200, NULL},
        {CAMPAIGN("c", ",\"includeSimRefresh\":true"), 409, "refreshStyle is none"},
        {CAMPAIGN("c", ""), 201, NULL},
        {SET("\"refreshStyle\":\"expanded-81\""), 200, NULL},
        {CAMPAIGN("d", ",\"includeSimRefresh\":true"), 201, "\"scriptFormat\":\"expanded\""},
        {CAMPAIGN("x", ",\"includeSimRefresh\":true,\"scriptFormat\":\"compact\""), 409,
         "refreshStyle is expanded-81, scriptFormat compact has no such refresh"},
        {SET("\"refreshStyle\":\"compact-d0\""), 200, NULL},
        {CAMPAIGN("e", ",\"includeSimRefresh\":true"), 201, "\"includeSIMRefresh\":true"},
    };
    REST_WALK(*state, steps);
}

#define SHOWN(format, chaining) "\"scriptFormat\":\"" format "\",\"scriptChaining\":\"" chaining "\""

static void test_the_format_of_scripts(void **state)
{
    static const struct rest_step steps[] = {
        {SET("\"spi\":\"1621\",\"refreshStyle\":\"expanded-81\""), 200, SHOWN("expanded", "none")},
        {CAMPAIGN("a", ""), 201, SHOWN("expanded", "none")},
        {CAMPAIGN("b", ",\"scriptFormat\":\"COMPACT\""), 201, SHOWN("compact", "none")},
        {SET("\"scriptFormat\":\"compact\""), 400, "refreshStyle expanded-81 is of scripts in expanded format only"},
        {SET("\"scriptChaining\":\"first\""), 200, SHOWN("expanded", "first")},
        {CAMPAIGN("c", ""), 201, SHOWN("expanded", "first")},
        {CAMPAIGN("d", ",\"scriptChaining\":\"none\""), 201, SHOWN("expanded", "none")},
        {CAMPAIGN("e", ",\"scriptChaining\":\"first-kept\""), 201, SHOWN("expanded", "first-kept")},
        {CAMPAIGN("f", ",\"scriptFormat\":\"compact\""), 201, SHOWN("compact", "none")},
        {SET("\"refreshStyle\":\"compact-d0\""), 400, "scriptChaining first: scriptFormat compact has none"},
        {SET("\"refreshStyle\":\"compact-d0\",\"scriptChaining\":\"none\""), 200, SHOWN("compact", "none")},
        {SET("\"scriptFormat\":\"expanded\""), 200, SHOWN("expanded", "none")},
        {CAMPAIGN("g", ",\"includeSimRefresh\":true"), 201, SHOWN("expanded", "none")},
        {SET("\"scriptFormat\":\"\""), 200, SHOWN("compact", "none")},
        {CAMPAIGN("h", ""), 201, SHOWN("compact", "none")},
        {SET("\"scriptFormat\":\"long\""), 400, "scriptFormat 'long': expected compact or expanded, or nothing"},
        {SET("\"scriptChaining\":\"last\""), 400, "scriptChaining 'last': expected none, first or first-kept"},
        {CAMPAIGN("i", ",\"scriptFormat\":\"\""), 400, "scriptFormat '': expected compact or expanded"},
        {CAMPAIGN("i", ",\"scriptChaining\":\"more\""), 400, "scriptChaining 'more': expected none, first or first-kept"},
        {CAMPAIGN("i", ",\"scriptChaining\":\"first\""), 400, "scriptChaining first: scriptFormat compact has none"},
        {"GET", "/api/campaigns/1", NULL, 200, SHOWN("expanded", "none")},
    };
    REST_WALK(*state, steps);
}

/* Only in expanded format a command has an Le behind its data. */
static void test_le_behind_the_data(void **state)
{
#define SELECT_WITH_LE(name, format)                                                                         \
    "POST", "/api/campaigns",                                                                                \
        "{\"type\":\"RFM\",\"profile_id\":1,\"spi\":\"1621\",\"apdus\":\"A0A40000023F0017\\nA0B000000A\",\"name\":\"" name     \
        "\",\"scriptFormat\":\"" format "\"}"
    static const struct rest_step steps[] = {
        {SELECT_WITH_LE("a", "compact"), 400, "with P3 02 needs 14 hex digits, this line has 16"},
        {SELECT_WITH_LE("b", "expanded"), 201, "\"commands\":[\"A0A40000023F0017\",\"A0B000000A\"]"},
    };
    REST_WALK(*state, steps);
}

static void test_a_counter_scope_in_use_stays(void **state)
{
    static const struct rest_step card[] = {
        {"POST", "/api/profiles/1/cards",
         "ICCID,IMSI,MSISDN,KIC,KID\n8991234567788901234F,421234567890123,961234567890,"
         "23434564756786846345235345645745,23454576679803454767897890890678\n",
         200, "\"provisioned\":1"},
        {SET("\"counterScope\":\"tar\""), 200, NULL},
    };
    static const struct rest_step used[] = {
        {SET("\"counterScope\":\"keyset\""), 409,
         "counterScope keyset: card 1 of profile 1 has a counter for each TAR already"},
        {SET("\"counterScope\":\"tar\",\"partSize\":100"), 200, "\"partSize\":100"},
        {"PATCH", "/api/profiles/2", "{\"counterScope\":\"tar\"}", 200, NULL},
    };
    REST_WALK(*state, card);
    assert_int_equal(rest_fixture_sql(*state, "INSERT INTO card_counter (card_id, key_index, tar, value, jumps, "
                                              "held_low, held_guess, held_high, refusals) "
                                              "VALUES (1, 0, 11534352, 1, 0, 0, 0, 1, 0)"),
                     0);
    REST_WALK(*state, used);
}

static void test_applications_of_a_profile(void **state)
{
    static const struct rest_step steps[] = {
        {"POST", "/api/profiles", "{\"name\":\"r\",\"appType\":\"RFM\"}", 201, NULL},
        {"GET", "/api/profiles/3/applets", NULL, 200,
         "{\"id\":1,\"name\":\"Default RFM applet\",\"type\":\"rfm\",\"tars\":[\"B00010\"],\"format\":null,"
         "\"packageAid\":null,\"packageVersion\":null,\"appletAids\":[],\"loadFileSize\":0"},
        {"PATCH", "/api/applets/1", "{\"name\":\"x.cap\"}", 409, "applet 1 is the profile's default one, expected"},
        {"DELETE", "/api/applets/1", NULL, 409, "applet 1 is the profile's default one, expected"},
        {"GET", "/api/applets/1", NULL, 200, "\"name\":\"Default RFM applet\""},
        {"POST", "/api/profiles",
         "{\"name\":\"c\",\"appType\":\"custom\",\"appName\":\"hello.cap\",\"tarList\":\"b20000 B20001\"}", 201, NULL},
        {"GET", "/api/profiles/4/applets", NULL, 200,
         "{\"id\":2,\"name\":\"hello.cap\",\"type\":\"custom\",\"tars\":[\"B20000\",\"B20001\"]"},
        {"POST", "/api/profiles", "{\"name\":\"x\",\"appType\":\"usim\"}", 400, "expected rfm, ram or custom"},
        {"POST", "/api/profiles", "{\"name\":\"x\",\"appType\":\"custom\",\"appName\":\"a.cap\"}", 400,
         "tarList is missing, appType custom needs appName and tarList"},
        {"POST", "/api/profiles", "{\"name\":\"x\",\"appType\":\"custom\",\"tarList\":\"B20000\"}", 400,
         "appName is missing"},
        {"POST", "/api/profiles",
         "{\"name\":\"x\",\"appType\":\"custom\",\"appName\":\"a.jar\",\"tarList\":\"B20000\"}", 400,
         "applet name 'a.jar': expected one that ends with .cap or .ijc"},
        {"POST", "/api/profiles",
         "{\"name\":\"x\",\"appType\":\"custom\",\"appName\":\"a.cap\",\"tarList\":\"B2000\"}", 400,
         "TAR 'B2000': expected 6 hex digits"},
        {"POST", "/api/profiles", "{\"name\":\"x\",\"appType\":\"rfm\",\"tarList\":\"B20000\"}", 400,
         "tarList is for appType custom, expected none with appType rfm"},
        {"POST", "/api/profiles", "{\"name\":\"x\",\"appName\":\"a.cap\"}", 400, "appName is for appType custom"},
        {"GET", "/api/profiles?after=4", NULL, 200, "{\"items\":[]"},
        {"GET", "/api/profiles/9/applets", NULL, 404, "profile 9"},
        {"PATCH", "/api/applets/2", "{\"name\":\"other.ijc\"}", 200, "\"name\":\"other.ijc\""},
        {"PATCH", "/api/applets/2", "{\"name\":\"other\"}", 400, "expected one that ends with .cap or .ijc"},
        {"GET", "/api/applets/2", NULL, 200, "\"profile_id\":4,\"profile_name\":\"c\"}"},
        {"DELETE", "/api/applets/2", NULL, 200, "\"name\":\"other.ijc\""},
        {"GET", "/api/applets/2", NULL, 404, "applet 2"},
        {"POST", "/api/profiles",
         "{\"name\":\"d\",\"appType\":\"custom\",\"appName\":\"hello.cap\",\"tarList\":\"B20000\"}", 201, NULL},
        {"GET", "/api/applets/3", NULL, 200, "\"name\":\"hello.cap\""}, /* 2 is never again another */
        {"POST", "/api/profiles/3/applets?name=x.cap", "PK", 400, "neither a CAP file (a ZIP) nor an IJC file"},
        {"POST", "/api/profiles/3/applets", "PK", 400, "name is missing"},
        {"POST", "/api/profiles/3/applets?name=x.cap&tarList=1", "PK", 400, "TAR '1'"},
        {"POST", "/api/profiles/9/applets?name=x.cap", "PK", 404, "profile 9"},
        {"DELETE", "/api/profiles/3", NULL, 200, "\"name\":\"r\""}, /* its applet goes with it */
        {"GET", "/api/applets/1", NULL, 404, "applet 1"},
    };
    REST_WALK(*state, steps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_settings_come_back, set_up, rest_walk_tear_down),
        cmocka_unit_test_setup_teardown(test_wrong_settings_change_nothing, set_up, rest_walk_tear_down),
        cmocka_unit_test_setup_teardown(test_campaigns_inherit, set_up, rest_walk_tear_down),
        cmocka_unit_test_setup_teardown(test_the_refresh_of_a_profile, set_up, rest_walk_tear_down),
        cmocka_unit_test_setup_teardown(test_the_format_of_scripts, set_up, rest_walk_tear_down),
        cmocka_unit_test_setup_teardown(test_le_behind_the_data, set_up, rest_walk_tear_down),
        cmocka_unit_test_setup_teardown(test_applications_of_a_profile, set_up, rest_walk_tear_down),
        cmocka_unit_test_setup_teardown(test_a_counter_scope_in_use_stays, set_up, rest_walk_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
