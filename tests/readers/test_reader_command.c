/* Lines that move cards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "simsim/reader_command.h"

static struct reader_command command;
static char error[200];

static bool parse(const char *line)
{
    error[0] = '\0';
    return reader_command_parse(line, &command, error, sizeof error);
}

static void commands_are_taken(void **state)
{
    (void)state;
    assert_true(parse("insert 7 +961234567891"));
    assert_true(command.verb == READER_INSERT && command.slot == 7);
    assert_string_equal(command.msisdn, "+961234567891");
    assert_true(parse("  remove \t0\r"));
    assert_true(command.verb == READER_REMOVE && command.slot == 0);
    assert_true(parse("list"));
    assert_int_equal(command.verb, READER_LIST);
}

static void everything_else_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *line, *words;
    } bad[] = {
        {"", "expected insert SLOT MSISDN, remove SLOT or list"},
        {"eject 0", "'eject 0', expected insert"},
        {"inser 0 1", "expected insert SLOT MSISDN, remove"},
        {"insert", "expected insert SLOT MSISDN"},
        {"insert 0", "expected insert SLOT MSISDN"},
        {"insert 0 123 456", "expected insert SLOT MSISDN"},
        {"insert 8 123", "slot '8', expected 0 to 7"},
        {"insert -1 123", "slot '-1', expected 0 to 7"},
        {"remove x", "slot 'x', expected 0 to 7"},
        {"remove /", "slot '/', expected 0 to 7"},
        {"insert 0 12345678901234567", "has 17 characters, expected at most 16"},
        {"list 0", "expected list"},
        {"remove 0 1 2 3 4 5 6 7 8 9", "expected remove SLOT"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(parse(bad[i].line));
        if (strstr(error, bad[i].words) == NULL)
            fail_msg("'%s': '%s' lacks '%s'", bad[i].line, error, bad[i].words);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands_are_taken),
        cmocka_unit_test(everything_else_is_refused),
    };
    return cmocka_run_group_tests_name("reader command", tests, NULL, NULL);
}
