/* simsim --apdu: one answer a line, for every line. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "simsim/apdu_front.h"

static struct bench bench;

static int open_shipped(void **state)
{
    (void)state;
    bench_open(&bench, NULL, NULL);
    return 0;
}

static int close_bench(void **state)
{
    (void)state;
    bench_close(&bench);
    return 0;
}

static void expect_dialogue(const char *input, const char *output)
{
    char *text = NULL;
    size_t size = 0;
    FILE *in = fmemopen((void *)(uintptr_t)input, strlen(input), "r");
    FILE *out = open_memstream(&text, &size);
    assert_non_null(in);
    assert_int_equal(apdu_front_run(bench.population, BENCH_MSISDN, in, out), 0);
    fclose(in);
    fclose(out);
    assert_string_equal(text, output);
    free(text);
}

static void lines_and_answers(void **state)
{
    (void)state;
    expect_dialogue("A0A40000023F00\n"
                    "a0 a4 00 00 02 2f e2\r\n"
                    "\n   \n"
                    "A0B000000A\n"
                    "A0A4000002\n" /* truncated */
                    "A0A\n"        /* in the middle of a byte */
                    "hello\n"
                    "A0B0000001", /* no line end */
                    "9F16\n9F0F\n981932547687981032F5 9000\n6700\n6700\n6F00\n98 9000\n");
}

static void every_run_begins_with_a_reset(void **state)
{
    (void)state;
    expect_dialogue("A0A40000027F20\nA0A40000026F46\n", "9F16\n9F0F\n");
    expect_dialogue("A0B0000001\n", "9400\n");
}

static void no_terminal_profile_by_itself(void **state)
{
    (void)state;
    expect_dialogue("A010000002FFFF\nA0120000FF\n", "9000\n6F00\n");
}

static void a_line_too_long(void **state)
{
    (void)state;
    char input[700];
    memset(input, 'A', 600);
    strcpy(input + 600, "\nA0A40000023F00\n");
    expect_dialogue(input, "6F00\n9F16\n");
}

static void updates_are_durable(void **state)
{
    (void)state;
    expect_dialogue("A020000A083838383838383838\nA0A40000027F20\nA0A40000026F46\nA0D600000242AA\n",
                    "9000\n9F16\n9F0F\n9000\n");
    bench_reopen(&bench);
    expect_dialogue("A0A40000027F20\nA0A40000026F46\nA0B0000003\n", "9F16\n9F0F\n42AAFF 9000\n");
}

static void no_such_card(void **state)
{
    (void)state;
    assert_int_equal(apdu_front_run(bench.population, "961", stdin, stdout), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lines_and_answers, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(every_run_begins_with_a_reset, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(no_terminal_profile_by_itself, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(a_line_too_long, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(updates_are_durable, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(no_such_card, open_shipped, close_bench),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
