/* Toolkit parameters: made, shown, and what of RAM campaigns and templates uses them. Each rule broken once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/api/raw_http.h"
#include "tests/api/rest_walk.h"

#define PATH "/api/profiles/1/toolkitparameters"
#define MADE(body, status, words) {"POST", PATH, body, status, words}
#define NONE_MADE {"GET", PATH, NULL, 200, "{\"items\":[],"}
#define RAM(name, more)                                                                                       \
    "{\"type\":\"RAM\",\"profile_id\":1,\"name\":\"" name "\",\"spi\":\"1621\"" more "}"
#define INSTALL ",\"applet_id\":3,\"isInstallIncluded\":true"
#define NO_CAMPAIGN {"GET", "/api/campaigns", NULL, 200, "{\"items\":[],"}

/* Applet 1: the default RAM one of profile 1. 2: a custom one of profile 2; 3 and 4 of profile 1, with files, 4 a
 * library. */
static const struct rest_step preparation[] = {
    {"POST", "/api/profiles", "{\"name\":\"one\",\"appType\":\"ram\"}", 201, NULL},
    {"POST", "/api/profiles", "{\"name\":\"two\",\"appType\":\"custom\",\"appName\":\"a.cap\",\"tarList\":\"B20000\"}",
     201, NULL},
};

static int set_up(void **state)
{
    if (REST_WALK_SET_UP(state, preparation) != 0)
        return -1;
    return rest_fixture_sql(*state, "INSERT INTO applet (profile_id, name, kind, tars, format, package_aid, applet_aids, "
                                    "created, updated) VALUES "
                                    "(1, 'b.cap', 3, '', 1, 'F06F7461626F78', 'F06F7461626F7801', 0, 0), "
                                    "(1, 'library.cap', 3, '', 1, 'F06F7461626F79', '', 0, 0)");
}

static void test_made_and_shown(void **state)
{
    static const struct rest_step steps[] = {
        MADE("{\"name\":\"least\"}", 201, "\"installParameters\":\"C900EA0A80080100000000000000\""),
        {"GET", "/api/toolkitparameters/1", NULL, 200,
         "{\"id\":1,\"name\":\"least\",\"format\":\"uicc\",\"priority\":1,\"maxTimers\":0,\"maxTextLength\":0,"
         "\"menuEntries\":[],\"maxChannels\":0,\"minimumSecurityLevel\":null,\"tars\":[],\"maxServices\":0,"
         "\"accessDomain\":null,\"uiccAccess\":[],\"uiccAdminAccess\":[],\"nonVolatileMemory\":0,\"volatileMemory\":0,"
         "\"applicationData\":null,\"installParameters\":\"C900EA0A80080100000000000000\",\"meaning\":[\"C9: applet: "
         "nothing\",\"EA 80: UICC toolkit: priority 1, no menu entries, 0 timers, 0 channels, packets of any "
         "protection, TAR of its AID, 0 services\"],\"created\":\"2026-11-22 13:30:19.314\","},
        /* HelloSTK's, with its empty channels, level and TARs written out */
        MADE("{\"name\":\"sim\",\"format\":\"SIM\",\"nonVolatileMemory\":255,\"volatileMemory\":255,"
             "\"accessDomain\":\"00\",\"maxTextLength\":21,\"menuEntries\":\"0:0 0:0,0:0, 0:0 0:0\"}",
             201,
             "\"installParameters\":\"C900EF1DC80200FFC70200FFCA1301000100150500000000000000000000000000\""),
        {"GET", "/api/toolkitparameters/2", NULL, 200,
         "\"EF C8: non-volatile memory: 255 bytes\",\"EF C7: volatile memory: 255 bytes\",\"EF CA: SIM toolkit: "},
        {"GET", "/api/toolkitparameters/2", NULL, 200, "files: full access (00)\"]"},
        MADE("{\"name\":\"all\",\"format\":\"both\",\"priority\":5,\"maxTimers\":8,\"maxTextLength\":15,"
             "\"menuEntries\":\"1:1 3:0\",\"maxChannels\":7,\"minimumSecurityLevel\":\"16\","
             "\"tarList\":\"B20100 B20101\",\"maxServices\":8,\"accessDomain\":\"02FF\",\"uiccAccess\":"
             "\"A0000000871002:02ff01:abcd uicc:00\",\"uiccAdminAccess\":\"A0000000871004:00\","
             "\"nonVolatileMemory\":200,\"volatileMemory\":199,\"applicationData\":\"0102\"}",
             201,
             "\"installParameters\":\"C9020102EF20C80200C8C70200C7CA160202FF05080F02010103000702011606B20100B20101"
             "EA3C801405080F02010103000702011606B20100B201010881130001000007A00000008710020302FF0102ABCD820F0001FF00"
             "07A0000000871004010000\""),
        {"GET", "/api/toolkitparameters/3", NULL, 200,
         "\"format\":\"both\",\"priority\":5,\"maxTimers\":8,\"maxTextLength\":15,\"menuEntries\":[\"1:1\",\"3:0\"],"
         "\"maxChannels\":7,\"minimumSecurityLevel\":\"16\",\"tars\":[\"B20100\",\"B20101\"],\"maxServices\":8,"
         "\"accessDomain\":\"02FF\",\"uiccAccess\":[\"uicc:00\",\"A0000000871002:02FF01:ABCD\"],"
         "\"uiccAdminAccess\":[\"uicc:FF\",\"A0000000871004:00\"],\"nonVolatileMemory\":200,\"volatileMemory\":199,"
         "\"applicationData\":\"0102\""},
        {"GET", "/api/toolkitparameters/3", NULL, 200,
         "priority 5, menu entries 1 at position 1 and of the card's choice at position 3 with texts of up to 15 bytes, "
         "8 timers, 7 channels, packets protected as SPI1 16 or better, TAR B20100 B20101, 8 services\""},
        {"GET", "/api/toolkitparameters/3", NULL, 200,
         "\"EA 81: files of the UICC: full access (00)\",\"EA 81: files of A0000000871002: access by the conditions "
         "(02FF01), DAP ABCD\",\"EA 82: administrative, files of the UICC: no access (FF)\""},
        {"GET", PATH "?limit=2", NULL, 200, "\"name\":\"sim\""},
        {"GET", "/api/profiles/2/toolkitparameters", NULL, 200, "{\"items\":[],"},
        {"PATCH", "/api/toolkitparameters/1", "{\"name\":\"other\"}", 200, "\"name\":\"other\""},
        {"PATCH", "/api/toolkitparameters/1", "{\"name\":\"all\"}", 409,
         "toolkit parameter name 'all' is taken by toolkit parameter 3 of profile 1"},
        {"PATCH", "/api/toolkitparameters/1", "{\"priority\":2}", 400, "unknown field 'priority', expected some of: name"},
        {"DELETE", "/api/toolkitparameters/3", NULL, 200, "\"name\":\"all\""},
        {"GET", "/api/toolkitparameters/3", NULL, 404, "there is no toolkit parameter 3"},
        MADE("{\"name\":\"next\"}", 201, "{\"id\":4,"), /* an id never comes again */
        {"POST", "/api/profiles/2/toolkitparameters", "{\"name\":\"other\"}", 201, NULL},
        {"DELETE", "/api/profiles/2", NULL, 200, NULL}, /* with what it has */
        {"GET", "/api/toolkitparameters/5", NULL, 404, NULL},
    };
    REST_WALK(*state, steps);
}

static void test_each_rule(void **state)
{
    static const struct rest_step steps[] = {
        {"POST", "/api/profiles/9/toolkitparameters", "{\"name\":\"x\"}", 404, "there is no profile 9"},
        {"GET", "/api/profiles/9/toolkitparameters", NULL, 404, "there is no profile 9"},
        MADE("{}", 400, "name is missing"),
        MADE("{\"name\":\"a b\"}", 400, "toolkit parameter name 'a b' has a space at position 2"),
        MADE("{\"name\":\"x\",\"colour\":1}", 400, "unknown field 'colour'"),
        MADE("{\"name\":\"x\",\"priority\":\"1\"}", 400, "priority is a string, expected an integer"),
        MADE("{\"name\":\"x\",\"format\":\"usim\"}", 400, "format 'usim': expected uicc, sim or both"),
        MADE("{\"name\":\"x\",\"priority\":0}", 400, "priority 0 is reserved, expected 1 (the highest) to 255"),
        MADE("{\"name\":\"x\",\"priority\":256}", 400, "priority 256 is out of range, expected 0 to 255"),
        MADE("{\"name\":\"x\",\"maxTimers\":9}", 400, "maxTimers 9 is out of range, expected 0 to 8 timers"),
        MADE("{\"name\":\"x\",\"maxTimers\":-1}", 400, "maxTimers -1 is out of range"),
        MADE("{\"name\":\"x\",\"maxTextLength\":256}", 400, "maxTextLength 256 is out of range, expected 0 to 255 bytes"),
        MADE("{\"name\":\"x\",\"maxChannels\":8}", 400, "maxChannels 8 is out of range, expected 0 to 7 channels"),
        MADE("{\"name\":\"x\",\"maxServices\":9}", 400, "maxServices 9 is out of range, expected 0 to 8 services"),
        MADE("{\"name\":\"x\",\"nonVolatileMemory\":2147483648}", 400, "nonVolatileMemory 2147483648 is out of range"),
        MADE("{\"name\":\"x\",\"volatileMemory\":-5}", 400, "volatileMemory -5 is out of range"),
        MADE("{\"name\":\"x\",\"menuEntries\":\"1\"}", 400, "menuEntries '1': expected position:identifier"),
        MADE("{\"name\":\"x\",\"menuEntries\":\"1:1,2\"}", 400, "menuEntries '2': expected"),
        MADE("{\"name\":\"x\",\"menuEntries\":\"256:1\"}", 400, "menuEntries '256:1'"),
        MADE("{\"name\":\"x\",\"menuEntries\":\"1:128\"}", 400, "menuEntries '1:128'"),
        MADE("{\"name\":\"x\",\"menuEntries\":\":1\"}", 400, "menuEntries ':1'"),
        MADE("{\"name\":\"x\",\"menuEntries\":\"1:1:1\"}", 400, "menuEntries '1:1:1'"),
        MADE("{\"name\":\"x\",\"menuEntries\":\"1:+1\"}", 400, "menuEntries '1:+1'"),
        MADE("{\"name\":\"x\",\"menuEntries\":\"1:7,2:7\"}", 400, "menuEntries: identifier 7 stands there twice"),
        MADE("{\"name\":\"x\",\"minimumSecurityLevel\":\"1\"}", 400, "minimumSecurityLevel '1': expected 2 hex digits"),
        MADE("{\"name\":\"x\",\"minimumSecurityLevel\":\"1621\"}", 400, "minimumSecurityLevel '1621'"),
        MADE("{\"name\":\"x\",\"tarList\":\"B2\"}", 400, "tarList: TAR 'B2': expected 6 hex digits"),
        MADE("{\"name\":\"x\",\"tarList\":\"B20100 B20100\"}", 400, "TAR B20100 stands there twice"),
        MADE("{\"name\":\"x\",\"accessDomain\":\"00\"}", 400,
             "accessDomain is for format sim or both, expected none with format uicc"),
        MADE("{\"name\":\"x\",\"format\":\"sim\",\"accessDomain\":\"0\"}", 400, "accessDomain '0': expected 1 to 8 bytes"),
        MADE("{\"name\":\"x\",\"format\":\"sim\",\"accessDomain\":\"000000000000000000\"}", 400, "accessDomain '0000"),
        MADE("{\"name\":\"x\",\"format\":\"sim\",\"uiccAccess\":\"uicc:00\"}", 400,
             "uiccAccess is for format uicc or both, expected none with format sim"),
        MADE("{\"name\":\"x\",\"format\":\"sim\",\"uiccAdminAccess\":\"uicc:00\"}", 400, "uiccAdminAccess is for format"),
        MADE("{\"name\":\"x\",\"format\":\"sim\",\"maxServices\":1}", 400, "maxServices is for format uicc or both"),
        MADE("{\"name\":\"x\",\"uiccAccess\":\"00\"}", 400, "uiccAccess '00': expected uicc or an AID of 5 to 16 bytes"),
        MADE("{\"name\":\"x\",\"uiccAccess\":\"A0000000:00\"}", 400, "uiccAccess 'A0000000:00'"),
        MADE("{\"name\":\"x\",\"uiccAccess\":\"uicc:\"}", 400, "uiccAccess 'uicc:'"),
        MADE("{\"name\":\"x\",\"uiccAccess\":\"uicc:00:\"}", 400, "uiccAccess 'uicc:00:'"),
        MADE("{\"name\":\"x\",\"uiccAccess\":\"uicc:00:01:02\"}", 400, "uiccAccess 'uicc:00:01:02'"),
        MADE("{\"name\":\"x\",\"uiccAccess\":\"uicc:00,uicc:FF\"}", 400, "'uicc:FF': the same files stand there twice"),
        MADE("{\"name\":\"x\",\"uiccAdminAccess\":\"A000000087:0G\"}", 400, "uiccAdminAccess 'A000000087:0G'"),
        MADE("{\"name\":\"x\",\"applicationData\":\"123\"}", 400, "applicationData '123': expected at most 199 bytes"),
        NONE_MADE,
        MADE("{\"name\":\"x\"}", 201, NULL),
        MADE("{\"name\":\"x\"}", 409, "toolkit parameter name 'x' is taken by toolkit parameter 1 of profile 1"),
    };
    REST_WALK(*state, steps);
}

/* C9 81 length, and 12 bytes of the least EA 80. */
static void test_an_install_has_room(void **state)
{
    struct rest_fixture *fixture = *state;
    for (int bytes = 184; bytes <= 185; bytes++) {
        char body[600];
        int length = snprintf(body, sizeof body, "{\"name\":\"n%d\",\"applicationData\":\"", bytes);
        memset(body + length, 'A', 2 * (size_t)bytes);
        strcpy(body + length + 2 * bytes, "\"}");
        struct raw_reply reply = raw_request(fixture->port, "POST", PATH, fixture->token, body);
        assert_int_equal(reply.status, bytes == 184 ? 201 : 400);
        if (bytes == 185)
            assert_non_null(strstr(reply.body, "more than the 199 bytes that an INSTALL has room for"));
        free(reply.text);
    }
}

static void test_a_campaign_uses_one(void **state)
{
    static const struct rest_step steps[] = {
        MADE("{\"name\":\"t\",\"menuEntries\":\"1:1\",\"maxTextLength\":10}", 201, NULL),
        {"POST", "/api/profiles/2/toolkitparameters", "{\"name\":\"u\"}", 201, NULL},
        {"POST", "/api/campaigns", RAM("c", INSTALL ",\"tkp_id\":9"), 404, "there is no toolkit parameter 9"},
        {"POST", "/api/campaigns", RAM("c", INSTALL ",\"tkp_id\":2"), 409,
         "toolkit parameter 2 belongs to profile 2, not to 1"},
        {"POST", "/api/campaigns", RAM("c", INSTALL ",\"tkp_id\":\"1\""), 400, "tkp_id is a string"},
        {"POST", "/api/campaigns", RAM("c", ",\"applet_id\":3,\"isLoadIncluded\":true,\"tkp_id\":1"), 400,
         "tkp_id 1 is given without isInstallIncluded: only an INSTALL carries toolkit parameters"},
        {"POST", "/api/campaigns", RAM("c", ",\"apdus\":\"00A4040000\",\"tkp_id\":1"), 400,
         "tkp_id is given without an applet, expected one with it"},
        {"POST", "/api/campaigns",
         "{\"type\":\"RFM\",\"profile_id\":1,\"name\":\"c\",\"spi\":\"1621\",\"apdus\":\"A0A40000023F00\",\"tkp_id\":1}",
         400, "tkp_id 1: type RFM takes none, expected RAM or TLS_TRIGGER_RAM"},
        {"POST", "/api/campaigns", RAM("c", ",\"applet_id\":4,\"isInstallIncluded\":true"), 409,
         "isInstallIncluded: applet 4 is a library, expected one with an applet in it"},
        NO_CAMPAIGN,
        {"POST", "/api/campaigns", RAM("c", INSTALL ",\"tkp_id\":1"), 201,
         "\"isDeleteIncluded\":false,\"toolkitParameters\":\"http://"},
        {"GET", "/api/campaigns/1", NULL, 200,
         "/api/toolkitparameters/1\",\"tkp_id\":1,\"installParameters\":\"C900EA0C800A01000A01010100000000\""},
        {"GET", "/api/campaigns", NULL, 200, "\"installParameters\":\"C900EA0C800A01000A01010100000000\""},
        {"POST", "/api/campaigns", RAM("plain", INSTALL), 201,
         "\"toolkitParameters\":null,\"tkp_id\":null,\"installParameters\":\"C900\""},
        {"POST", "/api/campaigns", RAM("load", ",\"applet_id\":3,\"isLoadIncluded\":true"), 201,
         "\"installParameters\":null"},
        {"POST", "/api/campaigns", RAM("drop", ",\"applet_id\":4,\"isDeleteIncluded\":true"), 201, NULL},
        {"DELETE", "/api/toolkitparameters/1", NULL, 409, "toolkit parameter 1 is used by campaign 1"},
        {"POST", "/api/campaigns/1/start", "{\"msisdn\":\"961234567890\"}", 501, "type RAM cannot be sent yet"},
        {"PATCH", "/api/toolkitparameters/1", "{\"name\":\"renamed\"}", 200, NULL},
        {"DELETE", "/api/campaigns/1", NULL, 200, NULL},
        {"DELETE", "/api/toolkitparameters/1", NULL, 200, NULL},
    };
    REST_WALK(*state, steps);
}

/* What it names stays as long as it. */
static void test_a_template_uses_one(void **state)
{
    static const struct rest_step steps[] = {
        MADE("{\"name\":\"t\"}", 201, NULL),
        {"POST", "/api/templates", RAM("m", INSTALL ",\"tkp_id\":9"), 404, "there is no toolkit parameter 9"},
        {"POST", "/api/templates", RAM("m", INSTALL ",\"tkp_id\":1"), 201, "\"tkp_id\":1"},
        {"DELETE", "/api/toolkitparameters/1", NULL, 409, "toolkit parameter 1 is used by template 1"},
        {"DELETE", "/api/applets/3", NULL, 409, "applet 3 is used by template 1, expected nothing to use it"},
        {"POST", "/api/campaigns", "{\"template_id\":1,\"name\":\"c\"}", 201,
         "\"tkp_id\":1,\"installParameters\":\"C900EA0A80080100000000000000\""},
        {"POST", "/api/campaigns", "{\"template_id\":1,\"name\":\"d\",\"tkp_id\":null}", 201,
         "\"tkp_id\":null,\"installParameters\":\"C900\""},
        {"DELETE", "/api/templates/1", NULL, 200, NULL},
        {"DELETE", "/api/toolkitparameters/1", NULL, 409, "is used by campaign 1"},
        {"DELETE", "/api/campaigns/1", NULL, 200, NULL},
        {"DELETE", "/api/campaigns/2", NULL, 200, NULL},
        {"DELETE", "/api/toolkitparameters/1", NULL, 200, NULL},
        {"DELETE", "/api/applets/3", NULL, 200, NULL},
    };
    REST_WALK(*state, steps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_made_and_shown, set_up, rest_walk_tear_down),
        cmocka_unit_test_setup_teardown(test_each_rule, set_up, rest_walk_tear_down),
        cmocka_unit_test_setup_teardown(test_an_install_has_room, set_up, rest_walk_tear_down),
        cmocka_unit_test_setup_teardown(test_a_campaign_uses_one, set_up, rest_walk_tear_down),
        cmocka_unit_test_setup_teardown(test_a_template_uses_one, set_up, rest_walk_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
