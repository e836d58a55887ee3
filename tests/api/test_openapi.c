/* The OpenAPI document against the route table, and real answers against its schemas. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "gateway-plugin/api/api.h"
#include "gateway-plugin/api/openapi.h"
#include "tests/api/raw_http.h"
#include "tests/api/rest_fixture.h"

#define KEYS "23434564756786846345235345645745,23454576679803454767897890890678\n"

static json_t *document;

static int load(void **state)
{
    json_error_t error;
    (void)state;
    document = json_loads(openapi_document, JSON_REJECT_DUPLICATES, &error);
    if (document == NULL)
        fprintf(stderr, "# line %d: %s\n", error.line, error.text);
    return document != NULL ? 0 : -1;
}

static int unload(void **state)
{
    (void)state;
    json_decref(document);
    return 0;
}

/* "/api/profiles/N/cards" is the document's "/api/profiles/{profile}/cards". */
static bool is_path_of(const char *path, const char *pattern)
{
    for (; *path != '\0' && *pattern != '\0'; path++, pattern++) {
        if (*path == '{' && (*pattern == 'N' || *pattern == 'M'))
            path += strcspn(path, "}");
        else if (*path != *pattern)
            return false;
    }
    return *path == *pattern;
}

static const json_t *operation_of(const struct api_route *route)
{
    char method[16] = "";
    const char *path;
    json_t *operations;
    for (size_t i = 0; route->method[i] != '\0'; i++)
        method[i] = (char)tolower((unsigned char)route->method[i]);
    json_object_foreach(json_object_get(document, "paths"), path,
                        operations) if (is_path_of(path, route->pattern)) return json_object_get(operations,
                                                                                                 method);
    return NULL;
}

static size_t count_words(const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text += strcspn(text, " "), text += strspn(text, " "))
        count++;
    return count;
}

static bool has_word(const char *text, const char *word)
{
    char padded[256], wanted[64];
    snprintf(padded, sizeof padded, " %s ", text);
    snprintf(wanted, sizeof wanted, " %s ", word);
    return strstr(padded, wanted) != NULL;
}

static void expect_query(const struct api_route *route, const json_t *operation)
{
    size_t index, in_query = 0;
    const json_t *parameter;
    json_array_foreach(json_object_get(operation, "parameters"), index, parameter)
    {
        const char *in = json_string_value(json_object_get(parameter, "in"));
        const char *name = json_string_value(json_object_get(parameter, "name"));
        if (in == NULL || strcmp(in, "query") != 0)
            continue;
        in_query++;
        if (!has_word(route->query, name))
            fail_msg("%s %s takes no %s", route->method, route->pattern, name);
    }
    if (in_query != count_words(route->query))
        fail_msg("%s %s: the document has %zu query parameters, the table '%s'", route->method,
                 route->pattern, in_query, route->query);
}

static void test_routes(void **state)
{
    size_t operations = 0;
    const char *path;
    json_t *methods;
    (void)state;
    for (size_t i = 0; i < api_route_count; i++) {
        char status[8];
        const struct api_route *route = &api_routes[i];
        const json_t *operation = operation_of(route);
        if (operation == NULL)
            fail_msg("%s %s is not in openapi.json", route->method, route->pattern);
        expect_query(route, operation);
        snprintf(status, sizeof status, "%u", route->success);
        if (json_object_get(json_object_get(operation, "responses"), status) == NULL)
            fail_msg("%s %s has no answer %s", route->method, route->pattern, status);
        if ((json_object_get(operation, "requestBody") != NULL) != (route->body_limit > 0))
            fail_msg("%s %s: a body or none?", route->method, route->pattern);
    }
    json_object_foreach(json_object_get(document, "paths"), path, methods) operations +=
        json_object_size(methods);
    assert_int_equal(operations, api_route_count);
}

/* --- references --- */

static void expect_references(const json_t *value)
{
    const char *key;
    json_t *member;
    size_t index;
    json_array_foreach(value, index, member) expect_references(member);
    json_object_foreach((json_t *)(uintptr_t)value, key, member)
    {
        char at[128];
        const json_t *target = document;
        if (strcmp(key, "$ref") != 0) {
            expect_references(member);
            continue;
        }
        snprintf(at, sizeof at, "%s", json_string_value(member));
        assert_int_equal(strncmp(at, "#/", 2), 0);
        for (char *part = strtok(at + 2, "/"); part != NULL; part = strtok(NULL, "/"))
            target = json_object_get(target, part);
        if (target == NULL)
            fail_msg("%s leads nowhere", json_string_value(member));
    }
}

static void test_references(void **state)
{
    (void)state;
    expect_references(document);
}

/* --- answers --- */

/* Every member of the answer is in the schema, and but for `optional` every property in the answer. */
static void expect_members(const json_t *answer, const char *name, const char *optional)
{
    const char *key;
    json_t *member;
    const json_t *schema =
        json_object_get(json_object_get(json_object_get(document, "components"), "schemas"), name);
    const json_t *properties = json_object_get(schema, "properties");
    json_object_foreach((json_t *)(uintptr_t)answer, key,
                        member) if (json_object_get(properties, key) == NULL)
        fail_msg("%s has no %s in openapi.json", name, key);
    json_object_foreach((json_t *)(uintptr_t)properties, key,
                        member) if (json_object_get(answer, key) == NULL && !has_word(optional, key))
        fail_msg("%s has no %s in the answer", name, key);
}

static const struct {
    const char *method, *path, *body, *schema, *optional;
} requests[] = {
    {"POST", "/api/profiles", "{\"name\":\"p\",\"appType\":\"rfm\"}", "Profile", ""},
    {"POST", "/api/profiles/1/cards",
     "VAR_OUT:ICCID,IMSI,MSISDN,KIC,KID\n8991234567788901234F,421234567890123,961234567890," KEYS,
     "Provisioned", ""},
    {"POST", "/api/profiles/1/toolkitparameters", "{\"name\":\"t\"}", "ToolkitParameters", ""},
    {"GET", "/api/cards/1", NULL, "Card", ""},
    {"POST", "/api/profiles/1/cardgroups", "{\"name\":\"g\"}", "CardGroup", ""},
    {"POST", "/api/campaigns",
     "{\"type\":\"RFM\",\"profile_id\":1,\"name\":\"c\",\"spi\":\"1621\",\"apdus\":\"A0A40000023F00\"}",
     "Campaign", "counts"},
    {"POST", "/api/templates", "{\"type\":\"RFM\",\"profile_id\":1,\"name\":\"t\",\"spi\":\"1621\",\"apdus\":\"A0A40000023F00\"}",
     "Template", ""},
    {"POST", "/api/campaigns/1/start", "{\"cardGroup\":1}", "Campaign", "warnings"},
    {"GET", "/api/campaigns/1/statistics", NULL, "CampaignStatistics", ""},
    {"PUT", "/api/cards/1/counters", "{\"counter\":\"5\",\"keyIndex\":1}", "Card", ""},
    {"POST", "/api/profiles/1/counters/jump", "{\"jump\":5}", "CountersRaised", ""},
    {"GET", "/api/status", NULL, "Status", ""},
    {"GET", "/api/profiles/9", NULL, "Problem", "rejected field"},
    {"POST", "/api/profiles", "{\"name\":\"\"}", "Problem", "rejected"},
};

static void test_answers(void **state)
{
    struct rest_fixture fixture;
    (void)state;
    assert_int_equal(rest_fixture_open(&fixture, NULL), 0);
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        struct raw_reply reply =
            raw_request(fixture.port, requests[i].method, requests[i].path, fixture.token, requests[i].body);
        json_t *answer = json_loads(reply.body, 0, NULL);
        assert_non_null(answer);
        expect_members(answer, requests[i].schema, requests[i].optional);
        json_decref(answer);
        free(reply.text);
    }
    struct raw_reply reply = raw_request(fixture.port, "GET", "/api/openapi.json", fixture.token, NULL);
    assert_int_equal(reply.status, 200);
    assert_non_null(strstr(reply.body, "\"servers\":[{\"url\":\"http://ota.example:8085\"}]"));
    free(reply.text);
    rest_fixture_close(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_routes),
        cmocka_unit_test(test_references),
        cmocka_unit_test(test_answers),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
