#include "tests/api/rest_walk.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/api/raw_http.h"

void rest_walk(struct rest_fixture *fixture, const struct rest_step *steps, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct rest_step *step = &steps[i];
        struct raw_reply reply =
            raw_request(fixture->port, step->method, step->path, fixture->token, step->body);
        if (reply.status != step->status || (step->words != NULL && strstr(reply.body, step->words) == NULL))
            fail_msg("step %zu: %s %s %s: HTTP %d %s, expected %d %s", i, step->method, step->path,
                     step->body != NULL ? step->body : "", reply.status, reply.body, step->status,
                     step->words != NULL ? step->words : "");
        free(reply.text);
    }
}

int rest_walk_set_up(void **state, const struct rest_step *steps, size_t count)
{
    struct rest_fixture *fixture = malloc(sizeof *fixture);
    *state = fixture;
    if (fixture == NULL || rest_fixture_open(fixture, NULL) != 0)
        return -1;
    rest_walk(fixture, steps, count);
    return 0;
}

int rest_walk_tear_down(void **state)
{
    rest_fixture_close(*state);
    free(*state);
    return 0;
}
