/* What came of a campaign, over a socket: its numbers, and the messages that fit a filter. The rows are
 * written as the engine would have left them. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/api/raw_http.h"
#include "tests/api/rest_walk.h"

#define NOW "1795354219314" /* the fixture's clock stands here */
#define KEYS ",23434564756786846345235345645745,23454576679803454767897890890678\n"
#define CARD(n) "899123456778890123" #n ",42123456789012" #n ",96123456789" #n KEYS

/* Campaign 1 and 2 of three commands, cards 1 to 6 in group 1. */
static const struct rest_step preparation[] = {
    {"POST", "/api/profiles", "{\"name\":\"one\"}", 201, NULL},
    {"POST", "/api/profiles/1/cards",
     "VAR_OUT:ICCID,IMSI,MSISDN,KIC,KID\n" CARD(1) CARD(2) CARD(3) CARD(4) CARD(5) CARD(6), 200,
     "{\"provisioned\":6,"},
    {"POST", "/api/profiles/1/cardgroups", "{\"name\":\"g\"}", 201, NULL},
    {"POST", "/api/campaigns",
     "{\"type\":\"RFM\",\"profile_id\":1,\"name\":\"c\",\"spi\":\"1621\","
     "\"apdus\":\"A0A40000023F00\\nA0A40000027F20\\nA0B0000009\"}",
     201, NULL},
    {"POST", "/api/campaigns",
     "{\"type\":\"RFM\",\"profile_id\":1,\"name\":\"d\",\"spi\":\"1621\","
     "\"apdus\":\"A0A40000023F00\\nA0A40000027F20\\nA0B0000009\"}",
     201, NULL},
};

#define COLUMNS                                                                                              \
    "INSERT INTO message (id, campaign_id, iteration, card_id, piece, pieces, state, commands_before, "      \
    "commands, por_status, por_executed, por_sw, por_data, detail, created, sent, settled, complete) "       \
    "VALUES "

/* Campaign 1, in its second iteration: cards 1, 4 and 5 updated (4 in the second, 5 by two packets), 3
 * failed, 2 and 6 on the way. Four seconds old; one card settled in it, a second ago. */
static const char *const rows[] = {
    COLUMNS "(1, 1, 1, 1, 1, 1, 4, 0, 3, 0, 3, 36864, x'0A0B', NULL, " NOW " - 90000, 1, " NOW " - 50000, 1),"
            "(2, 1, 1, 2, 1, 1, 5, 0, 3, 0, 2, 37892, NULL, 'w', " NOW " - 90000, 1, " NOW " - 50000, 0),"
            "(3, 1, 1, 3, 1, 1, 6, 0, 3, 5, NULL, NULL, NULL, 'w', " NOW " - 90000, 1, " NOW " - 50000, 0),"
            "(4, 1, 1, 4, 1, 1, 7, 0, 3, NULL, NULL, NULL, NULL, 'w', " NOW " - 90000, 1, " NOW
            " - 50000, 0),"
            "(5, 1, 1, 5, 1, 2, 10, 0, 2, 0, 2, 36864, x'01', NULL, " NOW " - 90000, 1, " NOW " - 60000, 1),"
            "(6, 1, 1, 5, 2, 2, 4, 2, 1, 0, 1, 37152, x'02', NULL, " NOW " - 60000, 1, " NOW " - 50000, 1)",
    COLUMNS "(7, 1, 2, 2, 1, 1, 2, 0, 3, NULL, NULL, NULL, NULL, NULL, " NOW " - 4000, 1, NULL, 0),"
            "(8, 1, 2, 4, 1, 1, 4, 0, 3, 0, 3, 36864, x'0C', NULL, " NOW " - 4000, 1, " NOW " - 1000, 1),"
            "(9, 1, 2, 6, 1, 1, 2, 0, 3, NULL, NULL, NULL, NULL, NULL, " NOW " - 4000, 1, NULL, 0)",
    "UPDATE campaign SET state = 1, iteration = 2, group_id = 1 WHERE id = 1",
};

static int set_up(void **state)
{
    if (REST_WALK_SET_UP(state, preparation) != 0)
        return -1;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rest_fixture_sql(*state, rows[i]) != 0)
            return -1;
    return 0;
}

/* The whole answer. */
static void expect(struct rest_fixture *fixture, const char *path, const char *body)
{
    struct raw_reply reply = raw_request(fixture->port, "GET", path, fixture->token, NULL);
    if (strcmp(reply.body, body) != 0)
        fail_msg("%s: HTTP %d\n%s\nexpected\n%s", path, reply.status, reply.body, body);
    free(reply.text);
}

static void test_statistics_while_it_runs(void **state)
{
    static const struct rest_step refused[] = {
        {"GET", "/api/campaigns/9/statistics", NULL, 404, "there is no campaign 9"},
        {"GET", "/api/campaigns/1/statistics?x=1", NULL, 400, "unknown query parameter 'x'"},
    };
    expect(
        *state, "/api/campaigns/1/statistics",
        "{\"campaign_id\":1,\"state\":\"RUNNING\",\"iteration\":2,"
        "\"counts\":{\"cards\":6,\"pending\":0,\"sending\":0,\"sent\":2,\"delivered\":0,\"updated\":3,"
        "\"partial\":0,\"failed\":1,\"unknown\":0,\"executedUnknown\":0,\"cancelled\":0},"
        "\"settled\":4,\"successRate\":75.0,\"porStatuses\":["
        "{\"porStatus\":\"00\",\"porStatusText\":\"PoR OK\",\"cards\":3},"
        "{\"porStatus\":\"05\",\"porStatusText\":\"ciphering error\",\"cards\":1}],"
        "\"statusWords\":[{\"lastSW\":\"9000\",\"lastSWText\":\"normal ending\",\"cards\":2},"
        "{\"lastSW\":\"9120\",\"lastSWText\":\"normal ending, a proactive command is waiting\",\"cards\":1},"
        "{\"lastSW\":null,\"lastSWText\":null,\"cards\":1}],"
        "\"messagesPerSecond\":0.3,\"secondsLeft\":8}");
    REST_WALK(*state, refused);
}

static void test_statistics_behind_the_end(void **state)
{
    static const struct rest_step steps[] = {
        /* One in the six seconds that the second iteration took; no time is left. */
        {"GET", "/api/campaigns/1/statistics", NULL, 200, "\"messagesPerSecond\":0.2,\"secondsLeft\":null}"},
        {"GET", "/api/campaigns/1", NULL, 200, "\"cards\":6,"},
    };
    assert_int_equal(
        rest_fixture_sql(*state, "UPDATE campaign SET state = 2, ended = " NOW " + 2000 WHERE id = 1"), 0);
    REST_WALK(*state, steps);
}

/* What had left when a campaign was terminated is still on its way in the next iteration. */
static void test_statistics_of_two_iterations_at_once(void **state)
{
    static const struct rest_step steps[] = {
        {"GET", "/api/campaigns/1/statistics", NULL, 200, "\"cards\":6,"},
        {"GET", "/api/campaigns/1/statistics", NULL, 200, "\"sent\":2,"},
        {"GET", "/api/campaigns/1/statistics", NULL, 200, "\"updated\":3,\"partial\":0,"},
    };
    assert_int_equal(rest_fixture_sql(*state, "UPDATE message SET state = 2, settled = NULL WHERE id = 2"),
                     0);
    REST_WALK(*state, steps);
}

static void test_statistics_of_packets_and_rows_to_come(void **state)
{
    static const struct rest_step not_started[] = {
        {"GET", "/api/campaigns/2/statistics", NULL, 200, "\"counts\":{\"cards\":0,"},
        {"GET", "/api/campaigns/2/statistics", NULL, 200,
         "\"settled\":0,\"successRate\":null,\"porStatuses\":[],\"statusWords\":[],"
         "\"messagesPerSecond\":null,\"secondsLeft\":null}"},
    };
    static const struct rest_step begun[] = {
        /* The packet counts for the rate; no card has settled. Five rows are still to be made:
         * not RUNNING, or the engine would make them. */
        {"GET", "/api/campaigns/2/statistics", NULL, 200,
         "\"settled\":0,\"successRate\":null,\"porStatuses\":[],\"statusWords\":[],"
         "\"messagesPerSecond\":0.1,\"secondsLeft\":null}"},
        {"GET", "/api/campaigns/2/statistics", NULL, 200, "\"counts\":{\"cards\":6,\"pending\":0,"},
        {"GET", "/api/campaigns/2/statistics", NULL, 200, "\"sent\":1,"},
    };
    REST_WALK(*state, not_started);
    assert_int_equal(
        rest_fixture_sql(*state, COLUMNS
                         "(20, 2, 1, 1, 1, 2, 10, 0, 2, 0, 2, 36864, NULL, NULL, " NOW " - 10000, 1, " NOW
                         " - 1, 1), (21, 2, 1, 1, 2, 2, 2, 2, 1, NULL, NULL, "
                         "NULL, NULL, NULL, " NOW ", 1, NULL, 0);"
                         "UPDATE campaign SET state = 2, iteration = 1, group_id = 1, expanded_to = 1 "
                         "WHERE id = 2"),
        0);
    REST_WALK(*state, begun);
}

/* The ids of what is listed, as "1,6,": one row an id. */
static void expect_ids(struct rest_fixture *fixture, const char *query, const char *wanted)
{
    char path[160], ids[160] = "";
    snprintf(path, sizeof path, "/api/campaigns/1/messages?%s", query);
    struct raw_reply reply = raw_request(fixture->port, "GET", path, fixture->token, NULL);
    for (const char *at = reply.body; (at = strstr(at, "{\"id\":")) != NULL; at += 6)
        snprintf(ids + strlen(ids), sizeof ids - strlen(ids), "%ld,", strtol(at + 6, NULL, 10));
    if (reply.status != 200 || strcmp(ids, wanted) != 0)
        fail_msg("%s: HTTP %d, %s, expected %s: %s", query, reply.status, ids, wanted, reply.body);
    free(reply.text);
}

/* Each card once, as the campaign was at the first page; the failed command, the data of both packets. */
static void test_report(void **state)
{
#define ROW(id, outcome, data) "\"id\":" id, "\"outcome\":\"" outcome "\"", "\"data\":\"" data "\""
    static const char *const rows_of_cards[][3] = {
        {ROW("1", "all 3 commands executed", "0A0B")},  {ROW("3", "commands 1 to 3 not executed", "")},
        {ROW("6", "all 3 commands executed", "01 02")}, {ROW("7", "commands 1 to 3 perhaps executed", "")},
        {ROW("8", "all 3 commands executed", "0C")},    {ROW("9", "commands 1 to 3 perhaps executed", "")},
    };
    static const struct rest_step steps[] = {
        {"GET", "/api/campaigns/1/report?upTo=6", NULL, 200,
         "\"commands\":3,\"executed\":1,\"perhapsExecuted\":0,\"notExecuted\":1,\"failedCommand\":2,"
         "\"failedApdu\":\"A0A40000027F20\",\"outcome\":\"command 1 executed; command 2 (SELECT "
         "A0A40000027F20) ended with 9404: file ID or pattern not found; command 3 not executed\""},
        {"GET", "/api/campaigns/1/report?upTo=4&after=3", NULL, 200, "commands 1 to 3 perhaps executed"},
        {"GET", "/api/campaigns/1/report?upTo=5&after=4", NULL, 200,
         "commands 1 to 2 executed; command 3 perhaps executed"},
        {"GET", "/api/campaigns/1/report?limit=2", NULL, 200, "/report?limit=2&after=3&upTo=9\"}"},
        {"GET", "/api/campaigns/2/report", NULL, 200, "{\"items\":[],\"next\":null}"},
        {"GET", "/api/campaigns/9/report", NULL, 404, "there is no campaign 9"},
        {"GET", "/api/campaigns/1/report?upTo=0", NULL, 400, "upTo '0'"},
    };
    struct rest_fixture *fixture = *state;
    struct raw_reply reply =
        raw_request(fixture->port, "GET", "/api/campaigns/1/report", fixture->token, NULL);
    const char *at = reply.body;
    for (size_t i = 0; i < sizeof rows_of_cards / sizeof rows_of_cards[0]; i++) {
        const char *row = at != NULL ? strstr(at, rows_of_cards[i][0]) : NULL;
        const char *next = row != NULL ? strstr(row + 1, "{\"id\":") : NULL;
        for (size_t j = 1; j < 3; j++) {
            const char *found = row != NULL ? strstr(row, rows_of_cards[i][j]) : NULL;
            if (found == NULL || (next != NULL && found > next))
                fail_msg("no %s behind %s: %s", rows_of_cards[i][j], rows_of_cards[i][0], reply.body);
        }
        at = next;
    }
    assert_null(at);
    free(reply.text);
    REST_WALK(*state, steps);
}

static void test_filters(void **state)
{
    static const struct {
        const char *query, *ids;
    } cases[] = {
        {"", "1,3,6,7,8,9,"},
        {"state=UPDATED", "1,6,8,"},
        {"state=updated,failed", "1,3,6,8,"},
        {"state=CONTINUED", ""},
        {"state=CONTINUED&iteration=1", "5,"},
        {"iteration=1", "1,2,3,4,5,6,"},
        {"iteration=1&state=UNKNOWN", "4,"},
        {"iteration=2", "7,8,9,"},
        {"porStatus=00", "1,6,8,"},
        {"porStatus=05", "3,"},
        {"porStatus=none", "7,9,"},
        {"sw=9000", "1,8,"},
        {"sw=91xx", "6,"},
        {"sw=9xxX", "1,6,8,"},
        {"sw=x404&iteration=1", "2,"},
        {"sw=9404", ""},
        {"msisdn=961234567894", "8,"},
        {"msisdn=961234567894&iteration=1", "4,"},
        {"msisdn=961234567895&iteration=1&state=UPDATED", "6,"},
        {"sw=9000&state=UPDATED&porStatus=00&limit=1", "1,"},
        {"sw=9000&state=UPDATED&porStatus=00&limit=1&after=1", "8,"},
    };
    static const struct rest_step steps[] = {
        {"GET", "/api/campaigns/1/messages?limit=1&state=UPDATED,FAILED&sw=9xxx", NULL, 200,
         "/api/campaigns/1/messages?limit=1&after=1&state=UPDATED,FAILED&sw=9xxx\"}"},
        {"GET", "/api/campaigns/1/messages?state=DONE", NULL, 400,
         "state 'DONE': expected states parted by commas, as FAILED,UNKNOWN"},
        {"GET", "/api/campaigns/1/messages?state=FAILED,", NULL, 400, "state 'FAILED,': expected"},
        {"GET", "/api/campaigns/1/messages?state=", NULL, 400, "state '': expected"},
        {"GET", "/api/campaigns/1/messages?porStatus=0", NULL, 400,
         "porStatus '0': expected 2 hex digits, or none"},
        {"GET", "/api/campaigns/1/messages?porStatus=000", NULL, 400, "porStatus '000'"},
        {"GET", "/api/campaigns/1/messages?porStatus=xx", NULL, 400, "porStatus 'xx'"},
        {"GET", "/api/campaigns/1/messages?sw=90", NULL, 400,
         "sw '90': expected 4 hex digits, x for any, as 6A82 or 91xx"},
        {"GET", "/api/campaigns/1/messages?sw=90000", NULL, 400, "sw '90000'"},
        {"GET", "/api/campaigns/1/messages?sw=xxxx", NULL, 400, "sw 'xxxx'"},
        {"GET", "/api/campaigns/1/messages?sw=9g00", NULL, 400, "sw '9g00'"},
        {"GET", "/api/campaigns/1/messages?msisdn=1", NULL, 404, "no card has the MSISDN 1"},
        {"GET", "/api/campaigns/1/messages?msisdn=%2B961234567891", NULL, 400, "msisdn '+961234567891'"},
        {"GET", "/api/campaigns/1/messages?msisdn=", NULL, 400, "expected digits"},
        {"GET", "/api/campaigns/1/messages?iteration=0", NULL, 400, "iteration '0'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect_ids(*state, cases[i].query, cases[i].ids);
    REST_WALK(*state, steps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_statistics_while_it_runs, set_up, rest_walk_tear_down),
        cmocka_unit_test_setup_teardown(test_statistics_behind_the_end, set_up, rest_walk_tear_down),
        cmocka_unit_test_setup_teardown(test_statistics_of_two_iterations_at_once, set_up, rest_walk_tear_down),
        cmocka_unit_test_setup_teardown(test_statistics_of_packets_and_rows_to_come, set_up, rest_walk_tear_down),
        cmocka_unit_test_setup_teardown(test_report, set_up, rest_walk_tear_down),
        cmocka_unit_test_setup_teardown(test_filters, set_up, rest_walk_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
