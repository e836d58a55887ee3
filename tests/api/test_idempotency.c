/* A POST sent twice with one Idempotency-Key is done once. */
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

static int set_up(void **state)
{
    return rest_walk_set_up(state, NULL, 0);
}

static struct raw_reply send_with_key(struct rest_fixture *fixture, const char *method, const char *path,
                                      const char *key, const char *body)
{
    char head[1024];
    snprintf(head, sizeof head,
             "%s %s HTTP/1.1\r\nHost: ota.example:8085\r\nConnection: close\r\nAuthorization: Bearer %s\r\n"
             "Idempotency-Key: %s\r\nContent-Length: %zu\r\n\r\n",
             method, path, fixture->token, key, strlen(body));
    return raw_exchange(fixture->port, head, body, strlen(body));
}

static void expect(struct rest_fixture *fixture, const char *key, const char *body, int status,
                   const char *words)
{
    struct raw_reply reply = send_with_key(fixture, "POST", "/api/profiles", key, body);
    if (reply.status != status || strstr(reply.body, words) == NULL)
        fail_msg("%s %s: HTTP %d %s, expected %d %s", key, body, reply.status, reply.body, status, words);
    free(reply.text);
}

static void expect_profiles(struct rest_fixture *fixture, const char *words)
{
    struct raw_reply reply = raw_request(fixture->port, "GET", "/api/profiles?after=1", fixture->token, NULL);
    assert_int_equal(reply.status, 200);
    if (strstr(reply.body, words) == NULL)
        fail_msg("%s has no %s", reply.body, words);
    free(reply.text);
}

static void test_the_second_is_answered_as_the_first(void **state)
{
    struct raw_reply first = send_with_key(*state, "POST", "/api/profiles", "k1", "{\"name\":\"one\"}");
    struct raw_reply second = send_with_key(*state, "POST", "/api/profiles", "k1", "{\"name\":\"one\"}");
    assert_int_equal(first.status, 201);
    assert_int_equal(second.status, 201);
    assert_string_equal(first.body, second.body);
    free(first.text);
    free(second.text);
    expect_profiles(*state, "\"items\":[]");
}

static void test_a_key_is_of_one_request(void **state)
{
    expect(*state, "k1", "{\"name\":\"one\"}", 201, "\"id\":1");
    expect(*state, "k1", "{\"name\":\"two\"}", 409, "'k1' was that of another request");
    expect(*state, "k2", "{\"name\":\"one\"}", 409, "'one' is taken by profile 1");
    expect(*state, "k2", "{\"name\":\"two\"}", 201, "\"id\":2"); /* what was refused left no key behind */
    expect(*state, "a b", "{\"name\":\"three\"}", 400, "printable");
    expect_profiles(*state, "\"name\":\"two\"");
}

/* As after a crash between the work and its answer. */
static void test_an_unknown_end_is_said(void **state)
{
    expect(*state, "k1", "{\"name\":\"one\"}", 201, "\"id\":1");
    assert_int_equal(rest_fixture_sql(*state, "UPDATE idempotency SET status = NULL, answer = NULL"), 0);
    expect(*state, "k1", "{\"name\":\"one\"}", 409, "its answer is not known");
}

static void test_a_day_later_it_is_forgotten(void **state)
{
    expect(*state, "k1", "{\"name\":\"one\"}", 201, "\"id\":1");
    assert_int_equal(rest_fixture_sql(*state, "UPDATE idempotency SET created = created - 86400001"), 0);
    expect(*state, "k1", "{\"name\":\"one\"}", 409, "'one' is taken by profile 1");
}

static void test_other_methods_need_none(void **state)
{
    expect(*state, "k1", "{\"name\":\"one\"}", 201, "\"id\":1");
    for (int i = 0; i < 2; i++) {
        struct raw_reply reply =
            send_with_key(*state, "PATCH", "/api/profiles/1", "k1", "{\"name\":\"uno\"}");
        assert_int_equal(reply.status, 200);
        free(reply.text);
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, rest_walk_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_the_second_is_answered_as_the_first),
        TEST(test_a_key_is_of_one_request),
        TEST(test_an_unknown_end_is_said),
        TEST(test_a_day_later_it_is_forgotten),
        TEST(test_other_methods_need_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
