/* Pausing, resuming and terminating over a socket, and the times that a campaign shows. */
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
#define NOW "\"2026-11-22 13:30:19.314\""

static const struct rest_step preparation[] = {
    {"POST", "/api/profiles", "{\"name\":\"one\"}", 201, NULL},
    {"POST", "/api/profiles/1/cards", CARDS, 200, "{\"provisioned\":2,"},
    {"POST", "/api/profiles/1/cardgroups", "{\"name\":\"g\"}", 201, NULL},
    {"POST", "/api/campaigns",
     "{\"type\":\"RFM\",\"profile_id\":1,\"name\":\"c\",\"spi\":\"1621\",\"apdus\":\"A0A40000023F00\"}", 201,
     "\"start\":null,\"terminate\":null,\"state\":\"WAITING\""},
};

static int set_up(void **state)
{
    return REST_WALK_SET_UP(state, preparation);
}

static void test_pause_and_terminate(void **state)
{
    static const struct rest_step steps[] = {
        {"POST", "/api/campaigns/1/pause", "", 409, "campaign 1 is WAITING, expected RUNNING"},
        {"POST", "/api/campaigns/1/start", "{\"cardGroup\":1}", 200, "\"start\":" NOW ",\"terminate\":null"},
        {"POST", "/api/campaigns/1/resume", "", 409, "campaign 1 is RUNNING, expected PAUSED"},
        {"POST", "/api/campaigns/1/pause", "{\"x\":1}", 400, "unknown field 'x'"},
        {"POST", "/api/campaigns/1/pause", "", 200, "\"terminate\":null,\"state\":\"PAUSED\""},
        {"DELETE", "/api/campaigns/1", NULL, 409, "campaign 1 is PAUSED"},
        {"POST", "/api/campaigns/1/retryfailed", "", 409, "campaign 1 is PAUSED"},
        {"POST", "/api/campaigns/1/resume", "", 200, "\"state\":\"RUNNING\""},
        {"POST", "/api/campaigns/1/terminate", "", 200,
         "\"start\":" NOW ",\"terminate\":" NOW ",\"state\":\"TERMINATED\""},
        {"POST", "/api/campaigns/1/terminate", "", 409, "campaign 1 is TERMINATED, expected RUNNING or PAUSED"},
        {"POST", "/api/campaigns/9/terminate", "", 404, "there is no campaign 9"},
        {"GET", "/api/campaigns/1", NULL, 200, "\"executedUnknown\":0,\"cancelled\":2}"}, /* no link: none has left */
        {"POST", "/api/campaigns/1/retryfailed", "", 200,
         "\"start\":" NOW ",\"terminate\":null,\"state\":\"RUNNING\""},
    };
    REST_WALK(*state, steps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_pause_and_terminate, set_up, rest_walk_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
