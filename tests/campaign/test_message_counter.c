/* The counter that follows, by mode and by what became of the last one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "gateway-plugin/model/message_counter.h"
#include "protocol/response_packet.h"

static struct counter_scope scope_after(uint64_t value, enum message_state state, int por_status)
{
    return (struct counter_scope){.value = value,
                                  .last = {.known = true,
                                           .campaign_id = 1,
                                           .counter = value,
                                           .state = state,
                                           .por_status = por_status,
                                           .por = POR_ALWAYS}};
}

static uint64_t next(enum counter_mode mode, struct counter_scope scope)
{
    struct counter_choice choice;
    assert_true(counter_choose(mode, &scope, &choice));
    assert_int_equal(choice.repeats_last, scope.last.known && choice.counter == scope.last.counter);
    return choice.counter;
}

static void test_first_counter_is_one(void **state)
{
    (void)state;
    for (int mode = COUNTER_NONE; mode <= COUNTER_NEXT; mode++)
        assert_int_equal(next((enum counter_mode)mode, (struct counter_scope){0}), 1);
}

static void test_modes_that_go_on_whatever_happened(void **state)
{
    static const int answers[] = {-1, POR_STATUS_OK, POR_STATUS_CC_FAILED, POR_STATUS_CNTR_HIGH,
                                  POR_STATUS_CNTR_LOW};
    (void)state;
    for (int mode = COUNTER_NONE; mode <= COUNTER_UNCHECKED; mode++)
        for (size_t i = 0; i < 5; i++)
            assert_int_equal(next((enum counter_mode)mode, scope_after(7, MESSAGE_FAILED, answers[i])), 8);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(next(COUNTER_HIGHER, scope_after(7, MESSAGE_FAILED, answers[i])), 8);
    assert_int_equal(next(COUNTER_HIGHER, scope_after(7, MESSAGE_EXECUTED_UNKNOWN, POR_STATUS_CNTR_LOW)), 8);
    assert_int_equal(
        next(COUNTER_HIGHER, scope_after(7, MESSAGE_EXECUTED_UNKNOWN, POR_STATUS_UNIDENTIFIED_ERROR)), 8);
}

/* Answered 02 or 06 for ever: by a card that is far ahead, or by a forger. */
static void test_jumps_are_bounded(void **state)
{
    static const int answers[] = {POR_STATUS_CNTR_LOW, POR_STATUS_UNIDENTIFIED_ERROR};
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct counter_scope scope = scope_after(1, MESSAGE_FAILED, answers[i]);
        struct counter_choice choice;
        unsigned int jumps = 0;
        for (int message = 0; message < 1000; message++) {
            assert_true(counter_choose(COUNTER_HIGHER, &scope, &choice));
            assert_true(choice.counter > scope.value);
            assert_int_equal(choice.jumped, message < COUNTER_JUMPS_MAX);
            jumps += choice.jumped;
            scope.value = scope.last.counter = choice.counter;
            scope.jumps = choice.jumps;
        }
        assert_int_equal(jumps, COUNTER_JUMPS_MAX);
        assert_int_equal(scope.value, 1 + 65280 + 1000 - COUNTER_JUMPS_MAX);
    }
}

static void test_success_forgives_the_jumps(void **state)
{
    struct counter_choice choice;
    struct counter_scope scope = scope_after(70000, MESSAGE_UPDATED, POR_STATUS_OK);
    (void)state;
    scope.jumps = COUNTER_JUMPS_MAX;
    assert_true(counter_choose(COUNTER_HIGHER, &scope, &choice));
    assert_int_equal(choice.jumps, 0);
    scope.last.por_is_weak = true; /* a 00 that is not believed */
    assert_true(counter_choose(COUNTER_HIGHER, &scope, &choice));
    assert_int_equal(choice.jumps, COUNTER_JUMPS_MAX);
    scope.last = (struct counter_packet){.known = true, .state = MESSAGE_UNKNOWN, .por_status = -1};
    assert_true(counter_choose(COUNTER_HIGHER, &scope, &choice));
    assert_int_equal(choice.jumps, COUNTER_JUMPS_MAX);
}

static void test_the_end_of_the_counter(void **state)
{
    struct counter_choice choice;
    struct counter_scope scope = scope_after(COUNTER_MAX - 1, MESSAGE_FAILED, POR_STATUS_CNTR_LOW);
    (void)state;
    assert_true(counter_choose(COUNTER_HIGHER, &scope, &choice)); /* no jump over the end */
    assert_true(choice.counter == COUNTER_MAX);
    for (int mode = COUNTER_NONE; mode <= COUNTER_NEXT; mode++) {
        scope = scope_after(COUNTER_MAX, MESSAGE_UPDATED, POR_STATUS_OK);
        assert_false(counter_choose((enum counter_mode)mode, &scope, &choice));
    }
}

/* Exactly one more: what the card may not have consumed comes again. */
static void test_exact_counter_by_evidence(void **state)
{
    static const struct {
        enum message_state state;
        int por_status;
        int step;
    } rows[] = {
        {MESSAGE_UPDATED, POR_STATUS_OK, 1},
        {MESSAGE_PARTIAL, POR_STATUS_OK, 1},
        {MESSAGE_UNKNOWN, -1, 0},
        {MESSAGE_FAILED, -1, 0},
        {MESSAGE_UNKNOWN, POR_STATUS_MORE_TIME, 1},
        {MESSAGE_UNKNOWN, POR_STATUS_BY_SMS_SUBMIT, 1},
        {MESSAGE_UNKNOWN, POR_STATUS_BY_USSD, 1},
        {MESSAGE_FAILED, POR_STATUS_CNTR_LOW, 1},
        {MESSAGE_EXECUTED_UNKNOWN, POR_STATUS_CNTR_LOW, 1},
        {MESSAGE_EXECUTED_UNKNOWN, POR_STATUS_UNIDENTIFIED_ERROR, 1},
        {MESSAGE_FAILED, POR_STATUS_UNIDENTIFIED_ERROR, 0},
        {MESSAGE_FAILED, POR_STATUS_CC_FAILED, 0},
        {MESSAGE_FAILED, POR_STATUS_TAR_UNKNOWN, 0},
        {MESSAGE_FAILED, POR_STATUS_CNTR_HIGH, -1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(next(COUNTER_NEXT, scope_after(7, rows[i].state, rows[i].por_status)),
                         7 + rows[i].step);
    assert_int_equal(next(COUNTER_NEXT, scope_after(1, MESSAGE_FAILED, POR_STATUS_CNTR_HIGH)), 1);
    assert_int_equal(next(COUNTER_NEXT, (struct counter_scope){.value = 7}), 7); /* its message is gone */
}

/* A 00 that is less protected than asked proves nothing; a 02 always comes in clear and moves by one. */
static void test_exact_counter_and_weak_answers(void **state)
{
    struct counter_scope scope = scope_after(7, MESSAGE_UNKNOWN, POR_STATUS_OK);
    (void)state;
    scope.last.por_is_weak = true;
    assert_int_equal(next(COUNTER_NEXT, scope), 7);
    scope.last.por_status = POR_STATUS_MORE_TIME;
    assert_int_equal(next(COUNTER_NEXT, scope), 7);
    scope.last.state = MESSAGE_FAILED;
    scope.last.por_status = POR_STATUS_CNTR_LOW;
    assert_int_equal(next(COUNTER_NEXT, scope), 8);
}

static void test_exact_counter_without_por(void **state)
{
    struct counter_scope scope = scope_after(7, MESSAGE_UPDATED, -1);
    (void)state;
    scope.last.por = POR_NONE;
    assert_int_equal(next(COUNTER_NEXT, scope), 8);
    scope.last.por = POR_ON_ERROR;
    assert_int_equal(next(COUNTER_NEXT, scope), 8);
    scope.last.por = POR_ALWAYS; /* credited by another iteration's PoR: says nothing about this packet */
    assert_int_equal(next(COUNTER_NEXT, scope), 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_counter_is_one),
        cmocka_unit_test(test_modes_that_go_on_whatever_happened),
        cmocka_unit_test(test_jumps_are_bounded),
        cmocka_unit_test(test_success_forgives_the_jumps),
        cmocka_unit_test(test_the_end_of_the_counter),
        cmocka_unit_test(test_exact_counter_by_evidence),
        cmocka_unit_test(test_exact_counter_and_weak_answers),
        cmocka_unit_test(test_exact_counter_without_por),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
