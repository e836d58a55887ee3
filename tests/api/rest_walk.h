/* Requests one after the other, each with what it must be answered. */
#ifndef OTA_TESTS_API_REST_WALK_H
#define OTA_TESTS_API_REST_WALK_H

#include "tests/api/rest_fixture.h"

struct rest_step {
    const char *method, *path, *body;
    int status;
    const char *words; /* in the answer; NULL: any */
};

/* Fails the test at the first step that goes otherwise. */
void rest_walk(struct rest_fixture *fixture, const struct rest_step *steps, size_t count);
#define REST_WALK(fixture, steps) rest_walk(fixture, steps, sizeof(steps) / sizeof(steps)[0])

/* For cmocka: *state is a fixture of its own, on which the steps were walked; and its end. */
int rest_walk_set_up(void **state, const struct rest_step *steps, size_t count);
int rest_walk_tear_down(void **state);
#define REST_WALK_SET_UP(state, steps) rest_walk_set_up(state, steps, sizeof(steps) / sizeof(steps)[0])

#endif
