/* The API over a socket: every route, every status, the SOP's field order, limits. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "gateway-plugin/api/api.h"
#include "tests/api/raw_http.h"
#include "tests/api/rest_walk.h"

#define CSV_HEADER "VAR_OUT:ICCID,IMSI,MSISDN,KIC,KID\n"
#define KEYS "23434564756786846345235345645745,23454576679803454767897890890678\n"
#define CARD_1 "8991234567788901234F,421234567890123,961234567890," KEYS
#define CARD_2 "8991234567788901235F,421234567890124,+961234567891," KEYS
#define CARD_3 "8991234567788901236F,421234567890125,961234567892," KEYS
#define SHORT_KIC                                                                                            \
    "8991234567788901237F,421234567890126,961234567893,12122343423234234234234234234,"                       \
    "23454576679803454767897890890678\n"
#define COMMANDS "A0A40000023F00\\nA0A40000027F20\\nD009810301010482028102\\n"

static int set_up(void **state)
{
    return rest_walk_set_up(state, NULL, 0);
}

/* Sends a request, demands a status and, unless NULL, words in the answer's body. The body is freed here. */
static void expect(struct rest_fixture *fixture, const char *method, const char *path, const char *body,
                   int status, const char *words)
{
    struct raw_reply reply = raw_request(fixture->port, method, path, fixture->token, body);
    if (reply.status != status || (words != NULL && strstr(reply.body, words) == NULL))
        fail_msg("%s %s: HTTP %d %s, expected %d %s", method, path, reply.status, reply.body, status,
                 words != NULL ? words : "");
    free(reply.text);
}

static json_t *get(struct rest_fixture *fixture, const char *path)
{
    struct raw_reply reply = raw_request(fixture->port, "GET", path, fixture->token, NULL);
    assert_int_equal(reply.status, 200);
    json_t *value = json_loads(reply.body, 0, NULL);
    assert_non_null(value);
    free(reply.text);
    return value;
}

/* Profile 1 with cards 1 to 3. */
static void add_cards(struct rest_fixture *fixture)
{
    expect(fixture, "POST", "/api/profiles", "{\"name\":\"poc\",\"appType\":\"rfm\"}", 201, NULL);
    expect(fixture, "POST", "/api/profiles/1/cards", CSV_HEADER CARD_1 CARD_2 CARD_3, 200,
           "{\"provisioned\":3,");
}

/* And group 1 of two of them, and campaign 1. */
static void add_campaign(struct rest_fixture *fixture)
{
    add_cards(fixture);
    expect(fixture, "POST", "/api/profiles/1/cardgroups",
           "{\"name\":\"two\",\"msisdnList\":\"961234567890\\n961234567891\\n\"}", 201, "\"cardCount\":2");
    expect(fixture, "POST", "/api/campaigns",
           "{\"type\":\"RFM\",\"profile_id\":1,\"name\":\"c\",\"spi\":\"1621\",\"apdus\":\"" COMMANDS "\"}",
           201, NULL);
}

/* --- the contract --- */

static bool is_documented(const char *document, const struct api_route *route)
{
    char line[160];
    snprintf(line, sizeof line, "| `%s %s", route->method, route->pattern);
    const char *at = strstr(document, line);
    for (; at != NULL; at = strstr(at + 1, line))
        if (at[strlen(line)] == '`' || at[strlen(line)] == '?')
            return true;
    return false;
}

static char *read_document(void)
{
    char path[512];
    char *text = calloc(1, 65536);
    snprintf(path, sizeof path, "%s/docs/rest.md", getenv("SRCDIR"));
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_true(fread(text, 1, 65535, file) > 0);
    fclose(file);
    return text;
}

static void test_routes_are_those_of_the_document(void **state)
{
    char *document = read_document();
    size_t rows = 0;
    (void)state;
    for (const char *at = document; (at = strstr(at, "\n| `")) != NULL; at++)
        rows += at[4] >= 'A' && at[4] <= 'Z';
    for (size_t i = 0; i < api_route_count; i++)
        if (!is_documented(document, &api_routes[i]))
            fail_msg("%s %s is not in docs/rest.md", api_routes[i].method, api_routes[i].pattern);
    assert_int_equal(rows, api_route_count);
    free(document);
}

static void test_paths(void **state)
{
    static const struct {
        const char *method, *path, *pattern, *allow;
        int64_t first, second;
    } cases[] = {
        {"GET", "/api/profiles/7/cardgroups/12/cards", "/api/profiles/N/cardgroups/M/cards", "", 7, 12},
        {"GET", "/api/cards/9223372036854775807", "/api/cards/N", "", INT64_MAX, 0},
        {"GET", "/api/cards/9223372036854775808", NULL, "", 0, 0},
        {"GET", "/api/cards/0", NULL, "", 0, 0},
        {"GET", "/api/cards/01", NULL, "", 0, 0},
        {"GET", "/api/cards/", NULL, "", 0, 0},
        {"GET", "/api/cards/1/", NULL, "", 0, 0},
        {"GET", "/api/cards/1x", NULL, "", 0, 0},
        {"GET", "/api/cards/N", NULL, "", 0, 0},
        {"GET", "/api/profiles/-1", NULL, "", 0, 0},
        {"GET", "", NULL, "", 0, 0},
        {"DELETE", "/api/profiles", NULL, "GET, POST", 0, 0},
        {"POST", "/api/status", NULL, "GET", 0, 0},
        {"GET", "/api/campaigns/1/start", NULL, "POST", 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t ids[2] = {0, 0};
        char allow[HTTP_ALLOW_SIZE];
        const struct api_route *route = api_route_find(cases[i].method, cases[i].path, ids, allow);
        assert_int_equal(route != NULL, cases[i].pattern != NULL);
        assert_string_equal(allow, cases[i].allow);
        if (route == NULL)
            continue;
        assert_string_equal(route->pattern, cases[i].pattern);
        assert_true(ids[0] == cases[i].first && ids[1] == cases[i].second);
    }
}

/* The keys in order, as "id name …". */
static void assert_keys(json_t *object, const char *expected)
{
    char keys[1024] = "";
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        size_t length = strlen(keys);
        snprintf(keys + length, sizeof keys - length, "%s%s", length > 0 ? " " : "", key);
    }
    assert_string_equal(keys, expected);
}

static void assert_text(const json_t *object, const char *key, const char *expected)
{
    const char *text = json_string_value(json_object_get(object, key));
    if (text == NULL || strcmp(text, expected) != 0)
        fail_msg("%s is %s, expected %s", key, text != NULL ? text : "no string", expected);
}

static void test_views_have_the_fields_of_the_sop_in_order(void **state)
{
    struct rest_fixture *fixture = *state;
    add_campaign(fixture);
    expect(fixture, "POST", "/api/campaigns/1/start", "{\"cardGroup\":1}", 200, "\"state\":\"RUNNING\"");
    json_t *profile = get(fixture, "/api/profiles/1"), *group = get(fixture, "/api/profiles/1/cardgroups/1");
    json_t *campaign = get(fixture, "/api/campaigns/1"), *card = get(fixture, "/api/cards/2");
    json_t *messages = get(fixture, "/api/campaigns/1/messages");
    assert_keys(profile, "id name created updated validityPeriod validHttpConfig account applets cardGroups "
                         "counterScope porTimeout maxSmsParts partSize spi kicByte kidByte scriptFormat scriptChaining "
                         "refreshStyle refreshCommand "
                         "httpAddress httpApn httpHost httpUri httpAgent");
    assert_keys(group, "id name created updated profile profile_id profile_name cards cardCount");
    assert_keys(card, "id iccid imsi msisdn profile profile_id keySets blocked created updated counters");
    assert_keys(
        campaign,
        "id name start terminate state type created updated iteration validityPeriod spi tar kicByte kidByte "
        "commands placeholders includeSIMRefresh sequentialTransmission profile profile_id profile_name "
        "messages transmissionMode expectedLastSW porTimeout retry retries maxSmsParts maxPacketBytes partSize "
        "scriptFormat scriptChaining refreshCommand "
        "dlrUrl porUrl tlsUrl applet applet_id isLoadIncluded isInstallIncluded isDeleteIncluded "
        "toolkitParameters tkp_id installParameters message alphabet smsCount counts");
    assert_keys(json_object_get(campaign, "counts"),
                "cards pending sending sent delivered updated partial failed "
                "unknown executedUnknown cancelled");
    assert_keys(
        json_array_get(json_object_get(messages, "items"), 0),
        "id msisdn iccid iteration piece pieces state settled updated counter porStatus porStatusText commandsExecuted "
        "commandsSent lastSW lastSWText statusWords authenticated data detail created sent settledAt");
    assert_text(profile, "created", "2026-11-22 13:30:19.314");
    assert_text(profile, "applets", "http://ota.example:8085/api/profiles/1/applets");
    assert_text(group, "cards", "http://ota.example:8085/api/profiles/1/cardgroups/1/cards");
    assert_text(card, "msisdn", "961234567891");
    assert_text(card, "iccid", "8991234567788901235");
    assert_text(campaign, "spi", "1621");
    assert_text(campaign, "tar", "B00010");
    assert_text(campaign, "kicByte", "15");
    assert_text(campaign, "transmissionMode", "CONCURRENT");
    assert_text(campaign, "start", "2026-11-22 13:30:19.314");
    assert_true(json_is_null(json_object_get(campaign, "terminate")));
    assert_int_equal(json_array_size(json_object_get(campaign, "commands")), 3);
    assert_int_equal(json_integer_value(json_object_get(json_object_get(campaign, "counts"), "cards")), 2);
    json_decref(profile);
    json_decref(group);
    json_decref(campaign);
    json_decref(card);
    json_decref(messages);
}

/* --- who may come in --- */

static void test_only_the_token_opens(void **state)
{
    struct rest_fixture *fixture = *state;
    char almost[TOKEN_TEXT_SIZE], head[512];
    memcpy(almost, fixture->token, sizeof almost);
    almost[63] = almost[63] == '0' ? '1' : '0';
    const char *const wrong[] = {NULL, "", "x", almost};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        for (size_t j = 0; j < 2; j++) {
            struct raw_reply reply = raw_request(fixture->port, j == 0 ? "GET" : "POST", "/api/profiles",
                                                 wrong[i], j == 0 ? NULL : "{\"name\":\"intruder\"}");
            assert_int_equal(reply.status, 401);
            assert_non_null(strstr(reply.text, "WWW-Authenticate: Bearer"));
            free(reply.text);
        }
    snprintf(head, sizeof head,
             "GET /api/status HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Basic %s\r\n\r\n",
             fixture->token);
    struct raw_reply reply = raw_exchange(fixture->port, head, "", 0);
    assert_int_equal(reply.status, 401);
    free(reply.text);
    reply = raw_request(fixture->port, "GET", "/no/such/path", NULL, NULL);
    assert_int_equal(reply.status, 401); /* who has no token does not learn which paths there are */
    free(reply.text);
    json_t *profiles = get(fixture, "/api/profiles");
    assert_int_equal(json_array_size(json_object_get(profiles, "items")), 0);
    json_decref(profiles);
}

/* A campaign of profile 1 with these fields, too. */
#define RFM(more) "{\"type\":\"RFM\",\"profile_id\":1,\"name\":\"x\"" more "}"

static const struct rest_step wrong_paths_and_queries[] = {
    {"GET", "/api/nothing", NULL, 404, "/api/nothing"},
    {"GET", "/api/profiles/9", NULL, 404, "profile 9"},
    {"GET", "/api/profiles/9/cards", NULL, 404, "profile 9"},
    {"GET", "/api/profiles/9/cardgroups", NULL, 404, "profile 9"},
    {"GET", "/api/profiles/9/applets", NULL, 404, "profile 9"},
    {"GET", "/api/profiles/1/cardgroups/9", NULL, 404, "no card group 9"},
    {"GET", "/api/profiles/1/cardgroups/9/cards", NULL, 404, "no card group 9"},
    {"GET", "/api/cards/9", NULL, 404, "card 9"},
    {"GET", "/api/campaigns/9", NULL, 404, "campaign 9"},
    {"GET", "/api/campaigns/9/messages", NULL, 404, "campaign 9"},
    {"DELETE", "/api/profiles", NULL, 405, "DELETE"},
    {"PUT", "/api/profiles/1", "{}", 405, "PUT"},
    {"GET", "/api/profiles?limt=1", NULL, 400, "unknown query parameter 'limt'"},
    {"GET", "/api/profiles?limit%20after=1", NULL, 400, "unknown query parameter 'limit after'"},
    {"GET", "/api/profiles?=1", NULL, 400, "unknown query parameter ''"},
    {"GET", "/api/profiles?limit=1&limit=2", NULL, 400, "twice"},
    {"GET", "/api/profiles?limit=1001", NULL, 400, "1 to 1000"},
    {"GET", "/api/profiles?limit=0", NULL, 400, "limit '0'"},
    {"GET", "/api/profiles?limit=x", NULL, 400, "limit 'x'"},
    {"GET", "/api/profiles?after=-1", NULL, 400, "after '-1'"},
    {"GET", "/api/profiles?after=99999999999999999999", NULL, 400, "after"},
    {"GET", "/api/profiles?a=1&b=1&c=1&d=1&e=1&f=1&g=1&h=1&i=1", NULL, 400, "more than 8"},
    {"GET", "/api/status", "a body", 413, "takes no body"},
    {"GET", "/api/campaigns/1/messages?iteration=x", NULL, 400, "iteration 'x'"},
};

static const struct rest_step wrong_profiles[] = {
    {"POST", "/api/profiles", "{\"name\":", 400, "not JSON: line 1"},
    {"POST", "/api/profiles", "[1]", 400, "an array, expected a JSON object"},
    {"POST", "/api/profiles", "", 400, "name is missing"},
    {"POST", "/api/profiles", "{\"name\":\"a\",\"name\":\"b\"}", 400, "duplicate"},
    {"POST", "/api/profiles", "{\"name\":7}", 400, "name is an integer, expected a string"},
    {"POST", "/api/profiles", "{\"name\":null}", 400, "name is null"},
    {"POST", "/api/profiles", "{\"name\":\"a b\"}", 400, "profile name"},
    {"POST", "/api/profiles", "{\"name\":\"\"}", 400, "profile name"},
    {"POST", "/api/profiles", "{\"name\":\"x\",\"appTyp\":\"rfm\"}", 400, "unknown field 'appTyp'"},
    {"POST", "/api/profiles", "{\"name\":\"x\",\"appType\":\"rfn\"}", 400, "appType 'rfn'"},
    {"POST", "/api/profiles", "{\"name\":\"x\",\"appType\":\"custom\"}", 400, "appName is missing"},
    {"POST", "/api/profiles", "{\"name\":\"x\",\"counterScope\":\"card\"}", 400, "counterScope 'card'"},
    {"POST", "/api/profiles", "{\"name\":\"poc\"}", 409, "'poc' is taken by profile 1"},
};

static const struct rest_step wrong_cards_and_groups[] = {
    {"POST", "/api/profiles/1/cards", "", 400, "body is empty"},
    {"POST", "/api/profiles/1/cards", "ICCID,IMSI\n1,2\n", 400, "no column"},
    {"POST", "/api/profiles/9/cards", CSV_HEADER CARD_1, 404, "profile 9"},
    {"POST", "/api/profiles/1/cards?firstLine=1", CSV_HEADER CARD_1, 400, "firstLine '1'"},
    {"POST", "/api/profiles/1/cards?cardGroup=9", CSV_HEADER CARD_1, 404, "card group 9"},
    {"POST", "/api/profiles/1/cards?cardGroup=1&cardGroupName=x", CSV_HEADER CARD_1, 400, "exclude"},
    {"POST", "/api/profiles/1/cards?cardGroupName=two", CSV_HEADER SHORT_KIC, 409, "two"},
    {"POST", "/api/profiles/9/cardgroups", "{\"name\":\"x\"}", 404, "profile 9"},
    {"POST", "/api/profiles/1/cardgroups", "{\"name\":\"two\"}", 409, "'two' is taken"},
    {"POST", "/api/profiles/1/cardgroups", "{\"name\":\"x\",\"empty\":1}", 400, "empty is an integer"},
    {"POST", "/api/profiles/1/cardgroups", "{\"name\":\"x\",\"empty\":true,\"iccidList\":\"1\"}", 400,
     "iccidList and empty together, expected only one"},
    {"POST", "/api/profiles/1/cardgroups", "{\"name\":\"x\",\"msisdnList\":\"1\",\"iccidList\":\"1\"}", 400,
     "msisdnList and iccidList together"},
    {"POST", "/api/profiles/1/cardgroups", "{\"name\":\"x\",\"msisdnList\":\"961234567890\\n961234567890\"}",
     400, "line 2, column 1: MSISDN 961234567890 repeats line 1"},
    {"POST", "/api/profiles/1/cardgroups", "{\"name\":\"x\",\"msisdnList\":\"961234567899\"}", 404,
     "line 1, column 1: MSISDN 961234567899 is not provisioned"},
    {"POST", "/api/profiles/1/cardgroups", "{\"name\":\"x\",\"iccidList\":\"no\"}", 400, "line 1"},
};

static const struct rest_step wrong_campaigns[] = {
    {"POST", "/api/campaigns/9/start", "{\"cardGroup\":1}", 404, "9"},
    {"POST", "/api/campaigns/9/retryfailed", "", 404, "9"},
    {"POST", "/api/campaigns", "{}", 400, "type is missing"},
    {"POST", "/api/campaigns", "{\"type\":\"SMS\",\"profile_id\":1,\"name\":\"x\"}", 400,
     "message is missing"},
    {"POST", "/api/campaigns", "{\"type\":\"RFX\",\"profile_id\":1,\"name\":\"x\"}", 400, "'RFX'"},
    {"POST", "/api/campaigns", RFM(",\"apdus\":\"" COMMANDS "\""), 400, "spi is missing"},
    {"POST", "/api/campaigns", RFM(",\"spi\":\"1621\""), 400, "apdus is missing"},
    {"POST", "/api/campaigns", RFM(",\"spi\":\"162\",\"apdus\":\"" COMMANDS "\""), 400,
     "spi '162': expected 4 hex digits"},
    {"POST", "/api/campaigns", RFM(",\"spi\":\"1621\",\"tar\":\"B0001G\",\"apdus\":\"\""), 400,
     "tar 'B0001G'"},
    {"POST", "/api/campaigns", RFM(",\"spi\":\"1621\",\"transmissionMode\":\"both\",\"apdus\":\"\""), 400,
     "transmissionMode 'both'"},
    {"POST", "/api/campaigns",
     RFM(",\"spi\":\"1621\",\"expectedLastSW\":\"\","
         "\"apdus\":\"" COMMANDS "\""),
     400, "expectedLastSW is empty"},
    {"POST", "/api/campaigns", RFM(",\"spi\":\"1621\",\"apdus\":\"A0A40000023F00\\nA0A4\""), 400, "line 2"},
    {"POST", "/api/campaigns",
     "{\"type\":\"RFM\",\"profile_id\":9,\"name\":\"x\",\"spi\":\"1621\",\"apdus\":\"" COMMANDS "\"}", 404,
     "profile 9"},
    {"POST", "/api/campaigns",
     "{\"type\":\"RFM\",\"profile_id\":1,\"name\":\"c\",\"spi\":\"1621\",\"apdus\":\"" COMMANDS "\"}", 409,
     "'c' is taken"},
    {"POST", "/api/campaigns/1/start", "{}", 400, "no target"},
    {"POST", "/api/campaigns/1/start", "{\"cardGroup\":1,\"card\":1}", 400,
     "several targets: cardGroup 1, card 1, expected exactly one:"},
    {"POST", "/api/campaigns/1/start", "{\"card\":1,\"msisdn\":\"961234567890\",\"iccid\":\"89\"}", 400,
     "several targets: card 1, msisdn 961234567890, iccid 89,"},
    {"POST", "/api/campaigns/1/start", "{\"cardGroup\":0,\"card\":1}", 400, "cardGroup 0, card 1"},
    {"POST", "/api/campaigns/1/start", "{\"card\":null}", 400, "no target"},
    {"POST", "/api/campaigns/1/start", "{\"cardGroup\":-1}", 400, "cardGroup -1: expected a number from 1"},
    {"POST", "/api/campaigns/1/start", "{\"cardGroup\":9}", 404, "9"},
    {"POST", "/api/campaigns/1/start", "{\"msisdn\":\"123456\"}", 404, "123456"},
    {"POST", "/api/campaigns/1/retryfailed", "", 409, "WAITING"},
    {"POST", "/api/campaigns/1/retryfailed", "{\"x\":1}", 400, "unknown field 'x'"},
};

static void test_refusals(void **state)
{
    struct rest_fixture *fixture = *state;
    add_campaign(fixture);
    REST_WALK(fixture, wrong_paths_and_queries);
    REST_WALK(fixture, wrong_profiles);
    REST_WALK(fixture, wrong_cards_and_groups);
    REST_WALK(fixture, wrong_campaigns);
    json_t *groups = get(fixture, "/api/cardgroups"), *cards = get(fixture, "/api/cards");
    assert_int_equal(json_array_size(json_object_get(groups, "items")),
                     1); /* what was refused left nothing behind */
    assert_int_equal(json_array_size(json_object_get(cards, "items")), 3);
    json_decref(groups);
    json_decref(cards);
}

/* Or says it in words: names, MSISDNs, the lines of a text, and that there is one. */
static bool begins_with_field(const json_t *problem, const char *field)
{
    static const char *const in_words[] = {"name",  "appName",   "cardGroupName", "msisdn",
                                           "apdus", "iccidList", "msisdnList",    "data"};
    const char *detail = json_string_value(json_object_get(problem, "detail"));
    bool is = strncmp(detail, field, strlen(field)) == 0;
    for (size_t i = 0; i < sizeof in_words / sizeof *in_words; i++)
        is = is || strcmp(field, in_words[i]) == 0;
    return is;
}

/* `field` NULL: it is about none. */
static void test_the_field_of_a_refusal(void **state)
{
    static const struct {
        const char *method, *path, *body, *field;
    } cases[] = {
        {"GET", "/api/profiles/9", NULL, NULL},
        {"GET", "/api/profiles?limit=x", NULL, "limit"},
        {"GET", "/api/profiles?limit=1001", NULL, "limit"},
        {"POST", "/api/profiles", "{\"name\":", NULL},
        {"POST", "/api/profiles", "{}", "name"},
        {"POST", "/api/profiles", "{\"name\":\"a b\"}", "name"},
        {"POST", "/api/profiles", "{\"name\":\"poc\"}", "name"},
        {"POST", "/api/profiles", "{\"name\":\"x\",\"appTyp\":\"rfm\"}", NULL},
        {"POST", "/api/profiles", "{\"name\":\"x\",\"partSize\":1}", "partSize"},
        {"POST", "/api/profiles",
         "{\"name\":\"x\",\"refreshStyle\":\"apdu\",\"refreshCommand\":\"A0\"}", "refreshCommand"},
        {"POST", "/api/profiles",
         "{\"name\":\"x\",\"appType\":\"custom\",\"appName\":\"a\",\"tarList\":\"B20000\"}", "appName"},
        {"POST", "/api/profiles/1/cards?cardGroupName=two", CSV_HEADER SHORT_KIC, "cardGroupName"},
        {"POST", "/api/profiles/1/cards?cardGroupName=a%20b", CSV_HEADER CARD_1, "cardGroupName"},
        {"POST", "/api/profiles/1/cardgroups",
         "{\"name\":\"x\",\"msisdnList\":\"1\",\"iccidList\":\"1\"}", "msisdnList"},
        {"POST", "/api/profiles/1/cardgroups", "{\"name\":\"x\",\"iccidList\":\"1\",\"empty\":true}",
         "iccidList"},
        {"POST", "/api/profiles/1/cardgroups", "{\"name\":\"x\",\"iccidList\":\"no\"}", "iccidList"},
        {"POST", "/api/profiles/1/cardgroups", "{\"name\":\"x\",\"msisdnList\":\"961234567899\"}",
         "msisdnList"},
        {"PATCH", "/api/cards/1", "{\"msisdn\":\"x\"}", "msisdn"},
        {"PATCH", "/api/cards/1", "{\"msisdn\":\"961234567890\"}", "msisdn"},
        {"PATCH", "/api/cards/1", "{\"msisdn\":\"961234567891\"}", "msisdn"},
        {"PATCH", "/api/cards/9", "{\"msisdn\":\"961234567893\"}", NULL},
        {"POST", "/api/campaigns", RFM(",\"spi\":\"1621\",\"apdus\":\"A0A40000023F00\\nA0A4\""), "apdus"},
        {"POST", "/api/campaigns/1/start", "{\"card\":1,\"data\":\"MSISDN\\n1\"}", "data"},
        {"POST", "/api/profiles/1/applets?name=x", "x", "name"},
        {"PATCH", "/api/cardgroups/1", "{\"name\":\"\"}", "name"},
        {"POST", "/api/campaigns/1/start", "{}", NULL},
        {"POST", "/api/campaigns/1/start", "{\"cardGroup\":-1}", "cardGroup"},
        {"POST", "/api/campaigns/1/start", "{\"card\":-1}", "card"},
    };
    struct rest_fixture *fixture = *state;
    add_campaign(fixture);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct raw_reply reply =
            raw_request(fixture->port, cases[i].method, cases[i].path, fixture->token, cases[i].body);
        json_t *problem = json_loads(reply.body, 0, NULL);
        const char *field = json_string_value(json_object_get(problem, "field"));
        if (reply.status < 400 || (field == NULL) != (cases[i].field == NULL) ||
            (field != NULL && (strcmp(field, cases[i].field) != 0 || !begins_with_field(problem, field))))
            fail_msg("case %zu: HTTP %d %s", i, reply.status, reply.body);
        json_decref(problem);
        free(reply.text);
    }
}

static void test_allow_lists_the_methods(void **state)
{
    struct rest_fixture *fixture = *state;
    struct raw_reply reply = raw_request(fixture->port, "DELETE", "/api/profiles", fixture->token, NULL);
    assert_int_equal(reply.status, 405);
    assert_non_null(strstr(reply.text, "\r\nAllow: GET, POST\r\n"));
    assert_non_null(strstr(reply.text, "Content-Type: application/problem+json"));
    assert_string_equal(
        reply.body,
        "{\"title\":\"Method Not Allowed\",\"status\":405,\"detail\":\"DELETE is not for /api/profiles\"}");
    free(reply.text);
}

/* --- bodies --- */

static struct raw_reply send_sized(struct rest_fixture *fixture, const char *path, size_t announced,
                                   size_t sent)
{
    char head[512];
    char *body = malloc(sent);
    memset(body, ' ', sent);
    snprintf(head, sizeof head,
             "POST %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer "
             "%s\r\nContent-Length: %zu\r\n\r\n",
             path, fixture->token, announced);
    struct raw_reply reply = raw_exchange(fixture->port, head, body, sent);
    free(body);
    return reply;
}

static void test_bodies_over_the_limit(void **state)
{
    struct rest_fixture *fixture = *state;
    static const struct {
        const char *path;
        size_t announced, sent;
        int status;
    } cases[] = {
        {"/api/profiles", API_BODY_SMALL, API_BODY_SMALL, 400}, /* blanks are no JSON, but they were read */
        {"/api/profiles", API_BODY_SMALL + 1, API_BODY_SMALL + 1, 413}, /* read to the end, then answered */
        {"/api/profiles/1/cards", API_BODY_CSV + 1, API_BODY_CSV + 1, 413},
        {"/api/profiles", (size_t)1 << 40, 0, 413}, /* answered before it comes */
        {"/api/campaigns", API_BODY_LISTS + ((size_t)2 << 20), 0, 413},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct raw_reply reply = send_sized(fixture, cases[i].path, cases[i].announced, cases[i].sent);
        assert_int_equal(reply.status, cases[i].status);
        free(reply.text);
    }
}

static void test_chunked_bodies(void **state)
{
    struct rest_fixture *fixture = *state;
    static const char chunks[] = "8\r\n{\"name\":\r\n9\r\n\"chunked\"\r\n1\r\n}\r\n0\r\n\r\n";
    char head[512];
    snprintf(head, sizeof head,
             "POST /api/profiles HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer %s\r\n"
             "Transfer-Encoding: chunked\r\n\r\n",
             fixture->token);
    struct raw_reply reply = raw_exchange(fixture->port, head, chunks, sizeof chunks - 1);
    assert_int_equal(reply.status, 201);
    assert_non_null(strstr(reply.body, "\"name\":\"chunked\""));
    free(reply.text);
}

static void test_a_strange_host_makes_no_url(void **state)
{
    struct rest_fixture *fixture = *state;
    char head[512], expected[128];
    expect(fixture, "POST", "/api/profiles", "{\"name\":\"p\"}", 201, NULL);
    snprintf(head, sizeof head,
             "GET /api/profiles/1 HTTP/1.1\r\nHost: evil\"/x y\r\nConnection: close\r\nAuthorization: Bearer "
             "%s\r\n\r\n",
             fixture->token);
    snprintf(expected, sizeof expected, "\"applets\":\"http://127.0.0.1:%d/api/profiles/1/applets\"",
             fixture->port);
    struct raw_reply reply = raw_exchange(fixture->port, head, "", 0);
    assert_int_equal(reply.status, 200);
    assert_non_null(strstr(reply.body, expected));
    free(reply.text);
}

/* --- cards --- */

static void test_bad_rows_come_back_with_their_place(void **state)
{
    struct rest_fixture *fixture = *state;
    expect(fixture, "POST", "/api/profiles", "{\"name\":\"p\"}", 201, NULL);
    struct raw_reply reply = raw_request(
        fixture->port, "POST", "/api/profiles/1/cards?firstLine=1002", fixture->token,
        CSV_HEADER SHORT_KIC "\n" CARD_2 "8991234567788901299F,421234567890199,961234567891," KEYS);
    assert_int_equal(reply.status, 200);
    json_t *answer = json_loads(reply.body, 0, NULL);
    json_t *rejected = json_object_get(answer, "rejected");
    assert_int_equal(json_integer_value(json_object_get(answer, "provisioned")), 1);
    assert_int_equal(json_array_size(rejected), 2);
    json_t *first = json_array_get(rejected, 0), *second = json_array_get(rejected, 1);
    assert_int_equal(json_integer_value(json_object_get(first, "line")), 1002);
    assert_int_equal(json_integer_value(json_object_get(first, "column")), 51);
    assert_text(first, "reason", "KIC has 29 hex digits, expected 32, 48 or 64");
    assert_int_equal(json_integer_value(json_object_get(second, "line")), 1005);
    assert_int_equal(json_integer_value(json_object_get(second, "column")), 38);
    assert_non_null(strstr(json_string_value(json_object_get(second, "reason")), "MSISDN 961234567891"));
    assert_null(strstr(reply.body, "2343456475678684")); /* no keys */
    json_decref(answer);
    free(reply.text);
}

static void assert_no_cards(struct rest_fixture *fixture)
{
    expect(fixture, "GET", "/api/cards", NULL, 200, "{\"items\":[],\"next\":null}");
    expect(fixture, "GET", "/api/cardgroups", NULL, 200, "{\"items\":[],\"next\":null}");
}

static void test_a_card_file_is_taken_whole_or_not_at_all(void **state)
{
    static const char path[] = "/api/profiles/1/cardfile?cardGroupName=g";
    struct rest_fixture *fixture = *state;
    expect(fixture, "POST", "/api/profiles", "{\"name\":\"p\"}", 201, NULL);
    expect(fixture, "POST", path, "\n" CSV_HEADER CARD_1 "\n" SHORT_KIC CARD_2 CARD_1, 400,
           "\"detail\":\"2 of 4 rows are wrong, nothing was provisioned\",\"rejected\":["
           "{\"line\":5,\"column\":51,\"reason\":\"KIC has 29 hex digits, expected 32, 48 or 64\"},"
           "{\"line\":7,\"column\":1,\"reason\":\"ICCID 8991234567788901234 repeats line 3\"}]}");
    assert_no_cards(fixture);
    expect(fixture, "POST", path, CSV_HEADER, 400, "holds no cards");
    expect(fixture, "POST", path, "", 400, "body is empty");
    expect(fixture, "POST", "/api/profiles/9/cardfile", CSV_HEADER CARD_1, 404, "profile 9");
    expect(fixture, "POST", "/api/profiles/1/cardfile?cardGroup=9", CSV_HEADER CARD_1, 404, "card group 9");
    expect(fixture, "POST", "/api/profiles/1/cardfile?firstLine=5", CSV_HEADER CARD_1, 400, "firstLine");
    assert_no_cards(fixture);
    expect(fixture, "POST", path, CSV_HEADER CARD_1 CARD_2, 200,
           "{\"provisioned\":2,\"rejected\":[],\"cardGroup\":1,\"warnings\":[]}");
    expect(fixture, "POST", path, CSV_HEADER CARD_3, 409, "'g' is taken");
    expect(fixture, "POST", "/api/profiles/1/cardfile", CSV_HEADER CARD_3 CARD_2, 400,
           "\"reason\":\"ICCID 8991234567788901235 is already provisioned (card 2, profile 1)\"");
    expect(fixture, "GET", "/api/profiles/1/cardgroups/1", NULL, 200, "\"cardCount\":2");
    expect(fixture, "GET", "/api/cards/3", NULL, 404, NULL);
    expect(fixture, "POST", "/api/profiles/1/cardfile?cardGroup=1", CSV_HEADER CARD_3, 200,
           "\"cardGroup\":1");
    expect(fixture, "GET", "/api/profiles/1/cardgroups/1", NULL, 200, "\"cardCount\":3");
}

/* An answer has a bound, whatever a file holds. */
static void test_too_many_wrong_rows(void **state)
{
    enum { ROWS = 10001 };
    static char body[sizeof CSV_HEADER CARD_1 + 2 * ROWS];
    struct rest_fixture *fixture = *state;
    expect(fixture, "POST", "/api/profiles", "{\"name\":\"p\"}", 201, NULL);
    strcpy(body, CSV_HEADER CARD_1);
    for (size_t i = 0; i < ROWS - 1; i++)
        strcpy(body + sizeof CSV_HEADER CARD_1 - 1 + 2 * i, "x\n");
    expect(fixture, "POST", "/api/profiles/1/cards", body, 200, "{\"provisioned\":1,\"rejected\":[{");
    assert_int_equal(rest_fixture_sql(fixture, "DELETE FROM card"), 0);
    strcat(body, "x\n");
    expect(fixture, "POST", "/api/profiles/1/cards?cardGroupName=g", body, 400,
           "more than 10000 rows are wrong");
    expect(fixture, "POST", "/api/profiles/1/cardfile", body, 400,
           "10001 of 10002 rows are wrong, more than are listed, nothing was provisioned");
    assert_no_cards(fixture);
}

static void test_a_group_is_made_of_an_upload(void **state)
{
    struct rest_fixture *fixture = *state;
    expect(fixture, "POST", "/api/profiles", "{\"name\":\"p\"}", 201, NULL);
    expect(fixture, "POST", "/api/profiles", "{\"name\":\"q\"}", 201, NULL);
    expect(fixture, "POST", "/api/profiles/1/cards?cardGroupName=auto", CSV_HEADER SHORT_KIC, 200,
           "\"cardGroup\":null");
    expect(fixture, "POST", "/api/profiles/1/cards?cardGroupName=auto", CSV_HEADER CARD_1 SHORT_KIC, 200,
           "\"cardGroup\":1");
    expect(fixture, "POST", "/api/profiles/1/cards?cardGroup=1", CSV_HEADER CARD_2, 200, "\"cardGroup\":1");
    expect(fixture, "POST", "/api/profiles/2/cards?cardGroup=1", CSV_HEADER CARD_3, 409, "profile 1");
    expect(fixture, "GET", "/api/profiles/1/cardgroups/1", NULL, 200, "\"cardCount\":2");
    expect(fixture, "GET", "/api/profiles/2/cardgroups/1", NULL, 404, "no card group 1");
}

static void test_pages(void **state)
{
    struct rest_fixture *fixture = *state;
    add_cards(fixture);
    json_t *page = get(fixture, "/api/cards?profile=1&limit=2");
    assert_int_equal(json_array_size(json_object_get(page, "items")), 2);
    assert_text(page, "next", "http://ota.example:8085/api/cards?limit=2&after=2&profile=1");
    json_decref(page);
    page = get(fixture, "/api/cards?limit=2&after=2&profile=1");
    assert_int_equal(json_array_size(json_object_get(page, "items")), 1);
    assert_true(json_is_null(json_object_get(page, "next")));
    json_decref(page);
    page = get(fixture, "/api/profiles/1/cards?limit=3");
    assert_int_equal(json_array_size(json_object_get(page, "items")), 3);
    assert_true(json_is_null(json_object_get(page, "next")));
    json_decref(page);
}

static size_t count_items(struct rest_fixture *fixture, const char *path, const char *query)
{
    char url[200];
    snprintf(url, sizeof url, "%s?%s", path, query);
    json_t *page = get(fixture, url);
    size_t count = json_array_size(json_object_get(page, "items"));
    assert_int_equal(json_is_string(json_object_get(page, "next")),
                     strcmp(query, "limit=1") == 0 && count == 1 && strstr(path, "/applets") == NULL);
    json_decref(page);
    return count;
}

/* N and M are 1. */
static void test_every_listing_has_pages(void **state)
{
    struct rest_fixture *fixture = *state;
    size_t listings = 0;
    add_campaign(fixture);
    expect(fixture, "POST", "/api/profiles", "{\"name\":\"other\"}", 201, NULL);
    expect(fixture, "POST", "/api/profiles/1/cardgroups", "{\"name\":\"second\"}", 201, NULL);
    expect(fixture, "POST", "/api/campaigns",
           "{\"type\":\"RFM\",\"profile_id\":2,\"name\":\"second\",\"spi\":\"1621\",\"apdus\":"
           "\"A0A40000023F00\"}",
           201, NULL);
    for (int i = 0; i < 2; i++)
        expect(fixture, "POST", "/api/templates",
               i == 0 ? "{\"type\":\"RFM\",\"profile_id\":2,\"name\":\"t\",\"spi\":\"1621\",\"apdus\":\"A0A40000023F00\"}"
                      : "{\"template_id\":1,\"name\":\"u\"}",
               201, NULL);
    for (int i = 0; i < 2; i++)
        expect(fixture, "POST", "/api/profiles/1/toolkitparameters", i == 0 ? "{\"name\":\"t\"}" : "{\"name\":\"u\"}", 201,
               NULL);
    expect(fixture, "POST", "/api/campaigns/1/start", "{\"cardGroup\":1}", 200, NULL);
    expect(fixture, "POST", "/api/campaigns/1/start", "{\"cardGroup\":1}", 409, NULL); /* the rows are made */
    for (size_t i = 0; i < api_route_count; i++) {
        char path[100];
        snprintf(path, sizeof path, "%s", api_routes[i].pattern);
        if (strstr(api_routes[i].query, "limit") == NULL || strstr(api_routes[i].query, "before") != NULL)
            continue; /* the newest first: test_history */
        for (char *at = path; *at != '\0'; at++)
            *at = (*at == 'N' || *at == 'M') && at[-1] == '/' ? '1' : *at;
        size_t all = count_items(fixture, path, "limit=1000");
        if (strstr(path, "/applets") != NULL)
            assert_int_equal(all, 1);
        else if (all < 2)
            fail_msg("%s: %zu items, expected at least 2", path, all);
        assert_int_equal(count_items(fixture, path, "limit=1"), 1);
        assert_int_equal(count_items(fixture, path, "after=1"), all - 1);
        listings++;
    }
    assert_true(listings > 7);
    json_t *of_one = get(fixture, "/api/campaigns?profile=1");
    assert_int_equal(json_array_size(json_object_get(of_one, "items")), 1);
    json_decref(of_one);
    expect(fixture, "GET", "/api/profiles/1/cardgroups/2", NULL, 200, "\"name\":\"second\"");
}

static void test_card_filters(void **state)
{
    static const struct {
        const char *query;
        size_t cards;
    } cases[] = {
        {"", 3},
        {"?profile=1", 3},
        {"?profile=2", 0},
        {"?msisdn=961234567891", 1},
        {"?msisdn=%2B961234567891", 1},
        {"?msisdn=961234567891&profile=2", 0},
        {"?iccid=8991234567788901235F", 1},
        {"?iccid=8991234567788901235&msisdn=961234567891", 1},
        {"?iccid=8991234567788901235&msisdn=961234567890", 0},
        {"?msisdn=1", 0},
    };
    struct rest_fixture *fixture = *state;
    add_cards(fixture);
    expect(fixture, "POST", "/api/profiles", "{\"name\":\"other\"}", 201, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char path[128];
        snprintf(path, sizeof path, "/api/cards%s", cases[i].query);
        json_t *page = get(fixture, path);
        if (json_array_size(json_object_get(page, "items")) != cases[i].cards)
            fail_msg("%s: %zu cards, expected %zu", path, json_array_size(json_object_get(page, "items")),
                     cases[i].cards);
        json_decref(page);
    }
}

/* --- groups, campaigns, messages --- */

static void test_groups(void **state)
{
    struct rest_fixture *fixture = *state;
    expect(fixture, "POST", "/api/profiles", "{\"name\":\"other\"}", 201, NULL);
    expect(fixture, "POST", "/api/profiles/1/cardgroups", "{\"name\":\"all\"}", 409, "no cards");
    expect(fixture, "POST", "/api/profiles/1/cardgroups", "{\"name\":\"none\",\"empty\":true}", 201,
           "\"cardCount\":0");
    expect(fixture, "POST", "/api/profiles", "{\"name\":\"poc\"}", 201, "\"id\":2");
    expect(fixture, "POST", "/api/profiles/2/cards", CSV_HEADER CARD_1 CARD_2, 200, NULL);
    expect(fixture, "POST", "/api/profiles/2/cardgroups", "{\"name\":\"all\"}", 201, "\"cardCount\":2");
    expect(fixture, "POST", "/api/profiles/2/cardgroups",
           "{\"name\":\"one\",\"iccidList\":\"8991234567788901235F\\r\\n\"}", 201, "\"cardCount\":1");
    expect(fixture, "POST", "/api/profiles/1/cardgroups", "{\"name\":\"x\",\"msisdnList\":\"961234567890\"}",
           409, "belongs to profile 2");
    json_t *groups = get(fixture, "/api/cardgroups"), *of_one = get(fixture, "/api/profiles/2/cardgroups");
    json_t *cards = get(fixture, "/api/profiles/2/cardgroups/3/cards");
    assert_int_equal(json_array_size(json_object_get(groups, "items")), 3);
    assert_int_equal(json_array_size(json_object_get(of_one, "items")), 2);
    assert_text(json_array_get(json_object_get(cards, "items"), 0), "iccid", "8991234567788901235");
    json_decref(groups);
    json_decref(of_one);
    json_decref(cards);
}

static void test_applets(void **state)
{
    struct rest_fixture *fixture = *state;
    expect(fixture, "POST", "/api/profiles", "{\"name\":\"a\",\"appType\":\"RFM\"}", 201, NULL);
    expect(fixture, "POST", "/api/profiles", "{\"name\":\"b\",\"appType\":\"ram\"}", 201, NULL);
    expect(fixture, "POST", "/api/profiles", "{\"name\":\"c\",\"appType\":null}", 201, NULL);
    expect(fixture, "GET", "/api/profiles/1/applets", NULL, 200,
           "{\"items\":[{\"id\":1,\"name\":\"Default RFM "
           "applet\",\"type\":\"rfm\",\"tars\":[\"B00010\"],");
    expect(fixture, "GET", "/api/profiles/2/applets", NULL, 200, "\"tars\":[\"000000\"]");
    expect(fixture, "GET", "/api/profiles/3/applets", NULL, 200, "{\"items\":[],\"next\":null}");
}

static void test_campaign_options_come_back(void **state)
{
    struct rest_fixture *fixture = *state;
    expect(fixture, "POST", "/api/profiles", "{\"name\":\"p\"}", 201, NULL);
    struct raw_reply reply = raw_request(
        fixture->port, "POST", "/api/campaigns", fixture->token,
        "{\"type\":\"rfm\",\"profile_id\":1,\"name\":\"c\",\"spi\":\"0x1621\",\"tar\":\"0xB00001\","
        "\"kicByte\":\"25\","
        "\"kidByte\":\"25\",\"transmissionMode\":\"seq\",\"validityPeriod\":60,\"includeSimRefresh\":true,"
        "\"expectedLastSW\":\"91xx\",\"porTimeout\":10,\"retry\":\"SAME\",\"retries\":3,\"maxSmsParts\":2,\"apdus\":\"" COMMANDS
        "\"}");
    assert_int_equal(reply.status, 201);
    json_t *campaign = json_loads(reply.body, 0, NULL);
    assert_text(campaign, "spi", "1621");
    assert_text(campaign, "tar", "B00001");
    assert_text(campaign, "kicByte", "25");
    assert_text(campaign, "transmissionMode", "SEQUENTIAL");
    assert_true(json_is_true(json_object_get(campaign, "sequentialTransmission")));
    assert_true(json_is_true(json_object_get(campaign, "includeSIMRefresh")));
    assert_text(campaign, "expectedLastSW", "91xx");
    assert_int_equal(json_integer_value(json_object_get(campaign, "validityPeriod")), 60);
    assert_int_equal(json_integer_value(json_object_get(campaign, "porTimeout")), 10);
    assert_text(campaign, "retry", "same");
    assert_int_equal(json_integer_value(json_object_get(campaign, "retries")), 3);
    assert_int_equal(json_integer_value(json_object_get(campaign, "maxSmsParts")), 2);
    assert_true(json_is_null(json_object_get(campaign, "start")));
    assert_int_equal(json_array_size(json_object_get(campaign, "warnings")), 1);
    json_decref(campaign);
    free(reply.text);
    json_t *list = get(fixture, "/api/campaigns?profile=1");
    assert_null(json_object_get(json_array_get(json_object_get(list, "items"), 0), "commands"));
    json_decref(list);
    expect(fixture, "GET", "/api/campaigns?profile=2", NULL, 404, "there is no profile 2");
    expect(fixture, "GET", "/api/templates?profile=2", NULL, 404, "there is no profile 2");
    expect(fixture, "GET", "/api/cards?profile=2", NULL, 404, "there is no profile 2");
    expect(fixture, "POST", "/api/profiles", "{\"name\":\"other\"}", 201, NULL);
    expect(fixture, "GET", "/api/campaigns?profile=2", NULL, 200, "{\"items\":[],\"next\":null}");
}

static void test_messages(void **state)
{
    struct rest_fixture *fixture = *state;
    add_campaign(fixture);
    expect(fixture, "POST", "/api/campaigns/1/start", "{\"cardGroup\":1}", 200, "\"iteration\":1");
    expect(fixture, "POST", "/api/campaigns/1/start", "{\"cardGroup\":1}", 409, "RUNNING");
    assert_int_equal(rest_fixture_sql(fixture,
                                      "UPDATE message SET state = 4, por_status = 0, por_executed = 3, "
                                      "por_sw = 0x9000, por_data = x'0A0B', commands = 3, counter = 255, "
                                      "detail = 'caf' || x'C3A90AE9', deadline = NULL, settled = 1795354219314 "
                                      "WHERE card_id = 1"),
                     0);
    json_t *page = get(fixture, "/api/campaigns/1/messages?limit=1&iteration=1");
    json_t *message = json_array_get(json_object_get(page, "items"), 0);
    assert_text(message, "state", "UPDATED");
    assert_text(message, "counter", "00000000FF");
    assert_text(message, "porStatus", "00");
    assert_text(message, "lastSW", "9000");
    assert_text(message, "data", "0A0B");
    assert_text(message, "detail", "caf\xC3\xA9??");
    assert_text(message, "settledAt", "2026-11-22 13:30:19.314");
    assert_text(page, "next", "http://ota.example:8085/api/campaigns/1/messages?limit=1&after=1&iteration=1");
    json_decref(page);
    page = get(fixture, "/api/campaigns/1/messages?after=1");
    message = json_array_get(json_object_get(page, "items"), 0);
    assert_text(message, "msisdn", "961234567891");
    assert_true(json_is_null(json_object_get(message, "porStatus")));
    assert_true(json_is_null(json_object_get(message, "lastSWText")));
    assert_true(json_is_null(json_object_get(page, "next")));
    json_decref(page);
    expect(fixture, "GET", "/api/campaigns/1/messages?iteration=2", NULL, 200,
           "{\"items\":[],\"next\":null}");
    expect(fixture, "GET", "/api/campaigns/1", NULL, 200, "\"updated\":1,");
}

static void test_status(void **state)
{
    static const char *const names[] = {"transactions",    "events",           "messagesBuilt",  "smsSent",
                                        "replies",         "repliesMatched",   "repliesUnmatched",
                                        "repliesUnasked",  "messagesSettled",  "counterJumps"};
    const struct bearer_event foreign = {
        .kind = BEARER_MESSAGE, .uuid = "00000000-0000-0000-0000-000000000001", .from = "49151123"};
    struct rest_fixture *fixture = *state;
    expect(fixture, "GET", "/api/status", NULL, 200, "\"bearerbox\":\"connected\"");
    engine_post(fixture->engine, &foreign);
    expect(fixture, "POST", "/api/profiles", "{\"name\":\"behind\"}", 201, NULL); /* behind the event */
    json_t *status = get(fixture, "/api/status"), *statistics = json_object_get(status, "statistics");
    assert_int_equal(json_object_size(statistics), sizeof names / sizeof names[0]);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_true(json_is_integer(json_object_get(statistics, names[i])));
    assert_int_equal(json_integer_value(json_object_get(statistics, "replies")), 1);
    assert_int_equal(json_integer_value(json_object_get(statistics, "repliesUnmatched")), 1);
    assert_int_equal(json_integer_value(json_object_get(statistics, "repliesMatched")), 0);
    json_decref(status);
}

/* --- load --- */

static void test_idle_connections_do_not_stop_service(void **state)
{
    enum { IDLE = 200 };
    struct rest_fixture *fixture = *state;
    int idle[IDLE];
    for (int i = 0; i < IDLE; i++) {
        idle[i] = raw_connect(fixture->port);
        assert_true(idle[i] >= 0);
        if (i % 2 == 0) /* half of them in the middle of a header */
            assert_int_equal(write(idle[i], "GET /api/st", 11), 11);
    }
    for (int i = 0; i < 20; i++)
        expect(fixture, "GET", "/api/status", NULL, 200, "connected");
    for (int i = 0; i < IDLE; i++)
        close(idle[i]);
    expect(fixture, "GET", "/api/status", NULL, 200, "connected");
}

static void test_broken_http(void **state)
{
    static const char *const heads[] = {
        "\r\n\r\n",
        "GET\r\n\r\n",
        "GET /api/status HTTP/9.9\r\n\r\n",
        "GET /api/status HTTP/1.1\r\n\r\n",
        "POST /api/profiles HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST /api/profiles HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"};
    struct rest_fixture *fixture = *state;
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        int fd = raw_connect(fixture->port);
        assert_int_equal(write(fd, heads[i], strlen(heads[i])), strlen(heads[i]));
        close(fd); /* the client does not wait for the answer */
    }
    char *long_head = malloc(200000);
    memset(long_head, 'x', 200000);
    memcpy(long_head, "GET /", 5);
    memcpy(long_head + 199980, " HTTP/1.1\r\n\r\n", 14);
    struct raw_reply reply = raw_exchange(fixture->port, long_head, "", 0);
    assert_true(reply.status == 0 || reply.status >= 400);
    free(reply.text);
    free(long_head);
    expect(fixture, "GET", "/api/status", NULL, 200, "connected");
}

/* --- the end --- */

static const char first_half[] = "{\"name\":", second_half[] = "\"late\"}";

struct late_client {
    int fd, port, status;
};

/* Sends the rest of a request once the server is being stopped: when it takes no new connection. */
static void *finish_request(void *user)
{
    struct late_client *client = user;
    char answer[2048];
    size_t length = 0;
    ssize_t got;
    for (int probe; (probe = raw_connect(client->port)) >= 0;)
        close(probe);
    if (write(client->fd, second_half, sizeof second_half - 1) != sizeof second_half - 1)
        return NULL;
    while ((got = read(client->fd, answer + length, sizeof answer - 1 - length)) > 0)
        length += (size_t)got;
    answer[length] = '\0';
    if (sscanf(answer, "HTTP/1.1 %d", &client->status) != 1)
        client->status = 0;
    return NULL;
}

static void test_stopping_finishes_what_is_under_way(void **state)
{
    static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
    struct rest_fixture *fixture = *state;
    struct late_client client = {raw_connect(fixture->port), fixture->port, 0};
    char line[sizeof go_on];
    pthread_t thread;
    dprintf(client.fd,
            "POST /api/profiles HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: %zu\r\n"
            "Expect: 100-continue\r\n\r\n",
            fixture->token, sizeof first_half + sizeof second_half - 2);
    assert_int_equal(recv(client.fd, line, sizeof go_on - 1, MSG_WAITALL), sizeof go_on - 1);
    assert_memory_equal(line, go_on, sizeof go_on - 1); /* the header was read */
    assert_int_equal(write(client.fd, first_half, sizeof first_half - 1), sizeof first_half - 1);
    assert_int_equal(pthread_create(&thread, NULL, finish_request, &client), 0);
    rest_server_stop(&fixture->server);
    pthread_join(thread, NULL);
    assert_int_equal(client.status, 201);
    close(client.fd);
}

/* What reads every card is asked before the engine is called. */
static void test_cards_are_looked_at_before_the_engine_is(void **state)
{
    struct rest_fixture *fixture = *state;
    add_campaign(fixture);
    assert_int_equal(rest_fixture_sql(fixture, "DELETE FROM card_key WHERE card_id = 2 AND kind = 2"), 0);
    expect(fixture, "POST", "/api/campaigns/1/start", "{\"cardGroup\":1}", 409,
           "the card with MSISDN 961234567891 has no KID in key set 1, which kidByte 15 names");
    expect(fixture, "GET", "/api/campaigns/1", NULL, 200, "WAITING");
    expect(fixture, "POST", "/api/campaigns/1/start", "{\"card\":1}", 200, "RUNNING");
    assert_int_equal(rest_fixture_sql(fixture, "UPDATE message SET state = 4; UPDATE campaign SET state = 2"),
                     0);
    expect(fixture, "POST", "/api/campaigns/1/retryfailed", "", 409,
           "campaign 1: every card is updated, nothing to retry");
}

int main(void)
{
#define WITH_SERVER(test) cmocka_unit_test_setup_teardown(test, set_up, rest_walk_tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_routes_are_those_of_the_document),
        cmocka_unit_test(test_paths),
        WITH_SERVER(test_cards_are_looked_at_before_the_engine_is),
        WITH_SERVER(test_views_have_the_fields_of_the_sop_in_order),
        WITH_SERVER(test_only_the_token_opens),
        WITH_SERVER(test_refusals),
        WITH_SERVER(test_the_field_of_a_refusal),
        WITH_SERVER(test_allow_lists_the_methods),
        WITH_SERVER(test_bodies_over_the_limit),
        WITH_SERVER(test_chunked_bodies),
        WITH_SERVER(test_a_strange_host_makes_no_url),
        WITH_SERVER(test_bad_rows_come_back_with_their_place),
        WITH_SERVER(test_a_card_file_is_taken_whole_or_not_at_all),
        WITH_SERVER(test_too_many_wrong_rows),
        WITH_SERVER(test_a_group_is_made_of_an_upload),
        WITH_SERVER(test_pages),
        WITH_SERVER(test_every_listing_has_pages),
        WITH_SERVER(test_card_filters),
        WITH_SERVER(test_groups),
        WITH_SERVER(test_applets),
        WITH_SERVER(test_campaign_options_come_back),
        WITH_SERVER(test_messages),
        WITH_SERVER(test_status),
        WITH_SERVER(test_idle_connections_do_not_stop_service),
        WITH_SERVER(test_broken_http),
        WITH_SERVER(test_stopping_finishes_what_is_under_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
