/* Fault plans: what strikes whom how often, and what a plan may not say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "simsim/fault_plan.h"

static char error[300];

static struct fault_plan *plan_at(enum fault_front front, const char *text)
{
    char path[] = "/tmp/faults-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    struct fault_plan *plan = fault_plan_read(path, front, error, sizeof error);
    unlink(path);
    return plan;
}

static struct fault_plan *plan_of(const char *text)
{
    return plan_at(FAULT_AT_SMSC, text);
}

/* The actions of the next events as one letter each. */
static void assert_actions(struct fault_plan *plan, enum fault_target target, const char *msisdn,
                           const char *expected)
{
    static const char letters[] = "-ldDrmbfetqxXLgp";
    for (; *expected != '\0'; expected++)
        assert_int_equal(letters[fault_plan_next(plan, target, msisdn, 0).action], *expected);
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
    assert_int_equal(fault_plan_next(plan, FAULT_IN_POR, "2", 0).delay_ms, 2500);
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
        bool lost = fault_plan_next(plan, FAULT_IN_POR, "1", 0).action == FAULT_LOSE;
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

static void what_was_lost(const char *first, const char *second, char *pattern)
{
    struct fault_plan *plan = plan_of("group = fault\nmsisdn = *\nwhat = message\naction = lose\n"
                                      "probability = 0.5\n\ngroup = fault-plan\nseed = 7\n");
    assert_non_null(plan);
    for (unsigned i = 0; i < 20; i++) { /* both cards' events, in the one order or the other */
        fault_plan_next(plan, FAULT_IN_POR, first, 0);
        enum fault_action one = fault_plan_next(plan, FAULT_IN_MESSAGE, first, 0).action;
        enum fault_action other = fault_plan_next(plan, FAULT_IN_MESSAGE, second, 0).action;
        bool first_is_1 = strcmp(first, "1") == 0;
        pattern[i] = (first_is_1 ? one : other) == FAULT_LOSE ? 'l' : '-';
        pattern[20 + i] = (first_is_1 ? other : one) == FAULT_LOSE ? 'l' : '-';
    }
    pattern[40] = '\0';
    fault_plan_free(&plan);
}

/* A soak round that failed can be played again, whatever came first the other time. */
static void chances_do_not_depend_on_the_order_of_cards(void **state)
{
    (void)state;
    char pattern[41], again[41];
    what_was_lost("1", "2", pattern);
    what_was_lost("2", "1", again);
    assert_string_equal(pattern, again);
    assert_non_null(strchr(pattern, 'l'));
    assert_non_null(strchr(pattern, '-'));
    assert_memory_not_equal(pattern, pattern + 20, 20);
}

static void rules_have_chances_of_their_own(void **state)
{
    (void)state;
    struct fault_plan *plan =
        plan_of("group = fault\nmsisdn = *\nwhat = por\naction = lose\nprobability = 0.5\n\n"
                "group = fault\nmsisdn = *\nwhat = por\naction = delay\nprobability = 0.5\n");
    assert_non_null(plan);
    unsigned lost = 0, delayed = 0;
    for (unsigned i = 0; i < 1000; i++) {
        enum fault_action action = fault_plan_next(plan, FAULT_IN_POR, "1", 0).action;
        lost += action == FAULT_LOSE;
        delayed += action == FAULT_DELAY;
    }
    fault_plan_free(&plan);
    assert_in_range(lost, 450, 550);
    assert_in_range(delayed, 200, 300); /* half of the other half */
    plan = plan_of("group = fault\nmsisdn = *\nwhat = por\naction = lose\nprobability = 0.5\n\n"
                   "group = fault\nmsisdn = *\nwhat = message\naction = lose\nprobability = 0.5\n");
    unsigned different = 0;
    for (unsigned i = 0; i < 1000; i++)
        different += fault_plan_next(plan, FAULT_IN_POR, "1", 0).action !=
                     fault_plan_next(plan, FAULT_IN_MESSAGE, "1", 0).action;
    fault_plan_free(&plan);
    assert_in_range(different, 400, 600);
}

static void each_card_may_have_its_own_count(void **state)
{
    (void)state;
    struct fault_plan *plan = plan_of("group = fault\nmsisdn = *\nwhat = card\naction = toolkit-busy\n"
                                      "skip = 1\ncount = 2\nper = card\n");
    assert_non_null(plan);
    for (unsigned i = 0; i < 1000; i++) { /* more than the table begins with */
        char msisdn[16];
        snprintf(msisdn, sizeof msisdn, "96170%06u", i);
        assert_actions(plan, FAULT_IN_CARD, msisdn, "-b");
    }
    assert_actions(plan, FAULT_IN_CARD, "+96170000000", "b-");
    assert_actions(plan, FAULT_IN_CARD, "96170000999", "b-");
    fault_plan_free(&plan);
}

/* A card is mute or it is not. */
static void a_share_of_the_cards_is_mute(void **state)
{
    (void)state;
    struct fault_plan *plan =
        plan_of("group = fault\nmsisdn = *\nwhat = card\naction = mute\nprobability = 0.3\n");
    assert_non_null(plan);
    unsigned mute = 0;
    for (unsigned i = 0; i < 1000; i++) {
        char msisdn[16];
        snprintf(msisdn, sizeof msisdn, "96170%06u", i);
        enum fault_action first = fault_plan_next(plan, FAULT_IN_CARD, msisdn, 0).action;
        mute += first == FAULT_MUTE;
        assert_actions(plan, FAULT_IN_CARD, msisdn, first == FAULT_MUTE ? "mmm" : "---");
    }
    assert_in_range(mute, 250, 350);
    fault_plan_free(&plan);
    plan = plan_of("group = fault\nmsisdn = 1\nwhat = card\naction = mute\n");
    assert_actions(plan, FAULT_IN_CARD, "1", "mmmm"); /* without end, unless a count says so */
    fault_plan_free(&plan);
}

static void only_what_is_above_the_rate_is_struck(void **state)
{
    (void)state;
    struct fault_plan *plan =
        plan_of("group = fault\nmsisdn = *\nwhat = submit\naction = throttle\nrate = 2\n");
    assert_non_null(plan);
    static const struct {
        int64_t now_ms;
        enum fault_action action;
    } events[] = {{1000, FAULT_NONE}, {1100, FAULT_NONE}, {1200, FAULT_THROTTLE}, {1999, FAULT_THROTTLE},
                  {2000, FAULT_NONE}, {2001, FAULT_NONE}, {2002, FAULT_THROTTLE}};
    for (size_t i = 0; i < sizeof events / sizeof *events; i++)
        assert_int_equal(fault_plan_next(plan, FAULT_IN_SUBMIT, "1", events[i].now_ms).action,
                         events[i].action);
    fault_plan_free(&plan);
}

static void every_action_is_known_by_its_word(void **state)
{
    (void)state;
    static const struct {
        const char *what, *action;
        enum fault_target target;
        char letter;
    } cases[] = {
        {"message", "reorder", FAULT_IN_MESSAGE, 'r'},
        {"por", "reorder", FAULT_IN_POR, 'r'},
        {"card", "memory-full", FAULT_IN_CARD, 'f'},
        {"card", "lie\nsw = 6f00", FAULT_IN_CARD, 'L'},
        {"card", "garble", FAULT_IN_CARD, 'g'},
        {"card", "pull", FAULT_IN_CARD, 'p'},
        {"packet", "error\npor-status = 0a", FAULT_IN_PACKET, 'e'},
        {"submit", "queue-full", FAULT_IN_SUBMIT, 'q'},
        {"submit", "disconnect", FAULT_IN_SUBMIT, 'x'},
        {"submit", "disconnect-taken", FAULT_IN_SUBMIT, 'X'},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[200], expected[2] = {cases[i].letter};
        snprintf(text, sizeof text, "group = fault\nmsisdn = 1\nwhat = %s\naction = %s\n", cases[i].what,
                 cases[i].action);
        struct fault_plan *plan = plan_of(text);
        assert_non_null(plan);
        assert_actions(plan, cases[i].target, "1", expected);
        fault_plan_free(&plan);
    }
}

static void bad_plans_are_refused_with_line_and_value(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"group = fault\nmsisdn = 1\nwhat = por\naction = loose\n",
         ":4: action 'loose', expected lose, delay, duplicate or reorder"},
        {"group = fault\nmsisdn = 1\nwhat = por\naction = mute\n",
         ":4: action 'mute', expected lose, delay, duplicate or reorder"},
        {"group = fault\nmsisdn = 1\nwhat = card\naction = lose\n",
         ":4: action 'lose', expected mute, toolkit-busy, memory-full, lie, garble or pull"},
        {"group = fault\nmsisdn = 1\nwhat = packet\n", ":1: action is missing, expected error"},
        {"group = fault\nmsisdn = 1\nwhat = packet\naction = error\n",
         "por-status is missing, expected 01 to 0A"},
        {"group = fault\nmsisdn = 1\nwhat = packet\naction = error\npor-status = 0B\n",
         "por-status '0B', expected 01 to 0A"},
        {"group = fault\nmsisdn = 1\nwhat = packet\naction = error\npor-status = 0102\n",
         "por-status '0102', expected 01 to 0A"},
        {"group = fault\nmsisdn = 1\nwhat = por\naction = lose\npor-status = 01\n",
         "por-status '01', expected it only with action = error"},
        {"group = fault\nmsisdn = 1\nwhat = card\naction = delay\n",
         ":4: action 'delay', expected mute, toolkit-busy, memory-full, lie, garble or pull"},
        {"group = fault\nmsisdn = 1\nwhat = card\naction = lie\n",
         ":1: sw is missing, expected 6100 to 6FFF or 9000 to 9FFF"},
        {"group = fault\nmsisdn = 1\nwhat = card\naction = lie\nsw = 6000\n",
         ":5: sw '6000', expected 6100 to 6FFF or 9000 to 9FFF"},
        {"group = fault\nmsisdn = 1\nwhat = card\naction = lie\nsw = 8F00\n", "sw '8F00', expected 6100"},
        {"group = fault\nmsisdn = 1\nwhat = card\naction = lie\nsw = A000\n", "sw 'A000', expected 6100"},
        {"group = fault\nmsisdn = 1\nwhat = card\naction = lie\nsw = 90\n", "sw '90', expected 6100"},
        {"group = fault\nmsisdn = 1\nwhat = card\naction = lie\nsw = 900000\n", "sw '900000', expected 6100"},
        {"group = fault\nmsisdn = 1\nwhat = card\naction = lie\nsw = B000\n", "sw 'B000', expected 6100"},
        {"group = fault\nmsisdn = 1\nwhat = card\naction = garble\nsw = 9000\n",
         "sw '9000', expected it only with action = lie"},
        {"group = fault\nmsisdn = 1\nwhat = submit\naction = disconnect\nrate = 5\n",
         "rate '5', expected it only with action = throttle or queue-full"},
        {"group = fault\nmsisdn = 1\nwhat = submit\naction = throttle\nrate = 0\n",
         "rate '0', expected a whole number a second"},
        {"group = fault\nmsisdn = 1\nwhat = por\naction = lose\nper = month\n",
         "per 'month', expected card or all"},
        {"\n\ngroup = fault\nmsisdn = 1\naction = lose\n",
         ":3: what is missing, expected message, por, receipt, card, packet or submit"},
        {"group = fault\nwhat = por\naction = lose\n", ":1: msisdn is missing, expected digits or *"},
        {"group = fault\nmsisdn = 96x\nwhat = por\naction = lose\n", "msisdn '96x', expected digits or *"},
        {"group = fault\nmsisdn = 1\nwhat = por\naction = lose\nprobability = 1.5\n",
         "probability '1.5', expected a number"},
        {"group = fault\nmsisdn = 1\nwhat = por\naction = lose\ncount = -1\n",
         "count '-1', expected a whole number up to 1000000000"},
        {"group = fault\nmsisdn = 1\nwhat = por\naction = lose\ncount = 1.5\n",
         "count '1.5', expected a whole number up to 1000000000"},
        {"group = fault\nmsisdn = 1\nwhat = por\naction = lose\ndelay = 1\n",
         "delay '1', expected it only with action = delay or reorder"},
        {"group = fault\nmsidn = 1\n", ":2: unknown key 'msidn' in group 'fault'"},
        {"group = faults\n", ":1: unknown group 'faults'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_null(plan_of(cases[i].text));
        assert_non_null(strstr(error, cases[i].expected));
    }
}

static void a_reader_has_cards_and_no_smsc(void **state)
{
    (void)state;
    static const char *const others[] = {"message", "por", "receipt", "submit"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        char text[100], expected[150];
        snprintf(text, sizeof text, "group = fault\nmsisdn = 1\nwhat = %s\naction = lose\n", others[i]);
        snprintf(
            expected, sizeof expected,
            ":3: what '%s', expected card or packet with --ifd and --vpcd: the SMSC is not simulated there",
            others[i]);
        assert_null(plan_at(FAULT_AT_READERS, text));
        assert_non_null(strstr(error, expected));
    }
    assert_null(plan_at(FAULT_AT_READERS, "group = fault\nmsisdn = 1\nwhat = card\naction = lose\n"));
    assert_non_null(strstr(
        error, ":4: action 'lose', expected mute, toolkit-busy, memory-full, lie, garble, pull or delay"));
}

static void a_card_in_a_reader_has_these_faults(void **state)
{
    (void)state;
    struct fault_plan *plan = plan_at(
        FAULT_AT_READERS, "group = fault\nmsisdn = 1\nwhat = card\naction = delay\ndelay = 2.5\n\n"
                          "group = fault\nmsisdn = 1\nwhat = card\naction = lie\nsw = 6F42\n\n"
                          "group = fault\nmsisdn = 1\nwhat = card\naction = toolkit-busy\n\n"
                          "group = fault\nmsisdn = 1\nwhat = card\naction = memory-full\n\n"
                          "group = fault\nmsisdn = 1\nwhat = card\naction = garble\n\n"
                          "group = fault\nmsisdn = 1\nwhat = card\naction = pull\n\n"
                          "group = fault\nmsisdn = 1\nwhat = card\naction = mute\ncount = 1\n\n"
                          "group = fault\nmsisdn = 1\nwhat = packet\naction = error\npor-status = 06\n");
    assert_non_null(plan);
    struct fault fault = fault_plan_next(plan, FAULT_IN_CARD, "1", 0);
    assert_true(fault.action == FAULT_DELAY && fault.delay_ms == 2500);
    fault = fault_plan_next(plan, FAULT_IN_CARD, "1", 0);
    assert_true(fault.action == FAULT_LIE && fault.sw == 0x6F42);
    assert_actions(plan, FAULT_IN_CARD, "1", "bfgpm-");
    assert_actions(plan, FAULT_IN_PACKET, "1", "e-");
    fault_plan_free(&plan);
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
        cmocka_unit_test(chances_do_not_depend_on_the_order_of_cards),
        cmocka_unit_test(rules_have_chances_of_their_own),
        cmocka_unit_test(each_card_may_have_its_own_count),
        cmocka_unit_test(a_share_of_the_cards_is_mute),
        cmocka_unit_test(only_what_is_above_the_rate_is_struck),
        cmocka_unit_test(every_action_is_known_by_its_word),
        cmocka_unit_test(bad_plans_are_refused_with_line_and_value),
        cmocka_unit_test(a_reader_has_cards_and_no_smsc),
        cmocka_unit_test(a_card_in_a_reader_has_these_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
