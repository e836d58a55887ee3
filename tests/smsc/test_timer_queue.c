/* Timers fire in order, once, and not when they were cancelled. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "smsc/timer_queue.h"

#define COUNT 500

struct record {
    int64_t last;
    size_t fired;
};

static void note(void *user, struct timer *timer)
{
    struct record *record = user;
    assert_true(timer->due >= record->last);
    assert_int_equal(timer->position, 0);
    record->last = timer->due;
    record->fired++;
}

static void timers_fire_in_order(void **state)
{
    (void)state;
    static struct timer timers[COUNT];
    struct timer_queue queue = {0};
    struct record record = {0};
    srand(3);
    assert_int_equal(timer_queue_next(&queue), -1);
    for (size_t i = 0; i < COUNT; i++) {
        timers[i].fire = note;
        assert_true(timer_queue_set(&queue, &timers[i], rand() % 1000));
    }
    for (size_t i = 0; i < COUNT; i += 2)
        assert_true(timer_queue_set(&queue, &timers[i], rand() % 1000)); /* moved */
    for (size_t i = 0; i < COUNT; i += 5)
        timer_queue_cancel(&queue, &timers[i]);
    timer_queue_cancel(&queue, &timers[0]); /* twice is once */
    timer_queue_run(&queue, 499, COUNT, &record);
    assert_true(record.last <= 499);
    assert_true(timer_queue_next(&queue) > 499);
    timer_queue_run(&queue, 1000, COUNT, &record);
    assert_int_equal(record.fired, COUNT - COUNT / 5);
    assert_int_equal(timer_queue_next(&queue), -1);
    timer_queue_free(&queue);
}

static void a_run_is_bounded(void **state)
{
    (void)state;
    struct timer timers[3] = {{.fire = note}, {.fire = note}, {.fire = note}};
    struct timer_queue queue = {0};
    struct record record = {0};
    for (size_t i = 0; i < 3; i++)
        assert_true(timer_queue_set(&queue, &timers[i], 1));
    timer_queue_run(&queue, 5, 2, &record);
    assert_int_equal(record.fired, 2);
    assert_int_equal(timer_queue_next(&queue), 1);
    timer_queue_free(&queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timers_fire_in_order),
        cmocka_unit_test(a_run_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
