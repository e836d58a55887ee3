/* Fault plans: what strikes whom how often, and what a plan may not say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "simsim/fault_plan.h"

static char error[300];

static struct fault_plan *plan_of(const char *text)
{
    char path[] = "/tmp/faults-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    struct fault_plan *plan = fault_plan_read(path, error, sizeof error);
    unlink(path);
    return plan;
}

/* The actions of the next `count` events as one letter each. */
static void assert_actions(struct fault_plan *plan, enum fault_target target, const char *msisdn,
                           const char *expected)
{
    static const char letters[] = "-ldD";
    for (; *expected != '\0'; expected++)
        assert_int_equal(letters[fault_plan_next(plan, target, msisdn).action], *expected);
}

static void no_plan_has_no_faults(void **state)
{
    (void)state;
    assert_actions(NULL, FAULT_IN_POR, "1", "---");
}

static void one_card_is_struck_once(void **state)
{
    (void)state;
    struct fault_plan *plan = plan_of("group = fault\nmsisdn = +961234567891\nwhat = por\naction = lose\n");
    assert_non_null(plan);
    assert_actions(plan, FAULT_IN_MESSAGE, "961234567891", "-");
    assert_actions(plan, FAULT_IN_POR, "961234567892", "-");
    assert_actions(plan, FAULT_IN_POR, "+961234567891", "l");
    assert_actions(plan, FAULT_IN_POR, "961234567891", "--");
    fault_plan_free(&plan);
    assert_null(plan);
}

static void skip_and_count_are_kept(void **state)
{
    (void)state;
    struct fault_plan *plan =
        plan_of("group = fault\nmsisdn = *\nwhat = message\naction = duplicate\nskip = 2\ncount = 3\n");
    assert_non_null(plan);
    assert_actions(plan, FAULT_IN_MESSAGE, "1", "--DDD--");
    fault_plan_free(&plan);
}

static void every_card_is_struck_without_end(void **state)
{
    (void)state;
    struct fault_plan *plan = plan_of("group = fault\nmsisdn = *\nwhat = receipt\naction = lose\n");
    assert_non_null(plan);
    assert_actions(plan, FAULT_IN_RECEIPT, "1", "lllll");
    fault_plan_free(&plan);
}

static void the_first_rule_that_strikes_wins(void **state)
{
    (void)state;
    struct fault_plan *plan = plan_of("group = fault\nmsisdn = 1\nwhat = por\naction = lose\n\n"
                                      "group = fault\nmsisdn = *\nwhat = por\naction = delay\ndelay = 2.5\n");
    assert_non_null(plan);
    assert_actions(plan, FAULT_IN_POR, "1", "ldd");
    assert_int_equal(fault_plan_next(plan, FAULT_IN_POR, "2").delay_ms, 2500);
    fault_plan_free(&plan);
}

static unsigned struck(const char *seed)
{
    char text[200] = "group = fault\nmsisdn = *\nwhat = por\naction = lose\nprobability = 0.25\n\n"
                     "group = fault-plan\nseed = ";
    strcat(text, seed);
    struct fault_plan *plan = plan_of(text);
    assert_non_null(plan);
    unsigned count = 0, mixed = 0;
    for (unsigned i = 0; i < 10000; i++) {
        bool lost = fault_plan_next(plan, FAULT_IN_POR, "1").action == FAULT_LOSE;
        count += lost;
        mixed = mixed * 31 + lost;
    }
    fault_plan_free(&plan);
    assert_true(count > 2300 && count < 2700);
    return mixed;
}

static void chances_follow_the_seed(void **state)
{
    (void)state;
    assert_int_equal(struck("7"), struck("7"));
    assert_int_not_equal(struck("7"), struck("8"));
}

static void bad_plans_are_refused_with_line_and_value(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"group = fault\nmsisdn = 1\nwhat = por\naction = loose\n",
         ":1: action 'loose', expected lose, delay or duplicate"},
        {"\n\ngroup = fault\nmsisdn = 1\naction = lose\n",
         ":3: what is missing, expected message, por or receipt"},
        {"group = fault\nwhat = por\naction = lose\n", ":1: msisdn is missing, expected digits or *"},
        {"group = fault\nmsisdn = 96x\nwhat = por\naction = lose\n", "msisdn '96x', expected digits or *"},
        {"group = fault\nmsisdn = 1\nwhat = por\naction = lose\nprobability = 1.5\n",
         "probability '1.5', expected a number"},
        {"group = fault\nmsisdn = 1\nwhat = por\naction = lose\ncount = -1\n",
         "count '-1', expected a whole number"},
        {"group = fault\nmsisdn = 1\nwhat = por\naction = lose\ncount = 1.5\n",
         "count '1.5', expected a whole number"},
        {"group = fault\nmsisdn = 1\nwhat = por\naction = lose\ndelay = 1\n",
         "delay '1', expected it only with action = delay"},
        {"group = fault\nmsidn = 1\n", ":2: unknown key 'msidn' in group 'fault'"},
        {"group = faults\n", ":1: unknown group 'faults'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_null(plan_of(cases[i].text));
        assert_non_null(strstr(error, cases[i].expected));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_plan_has_no_faults),
        cmocka_unit_test(one_card_is_struck_once),
        cmocka_unit_test(skip_and_count_are_kept),
        cmocka_unit_test(every_card_is_struck_without_end),
        cmocka_unit_test(the_first_rule_that_strikes_wins),
        cmocka_unit_test(chances_follow_the_seed),
        cmocka_unit_test(bad_plans_are_refused_with_line_and_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
