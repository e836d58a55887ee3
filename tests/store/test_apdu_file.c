/* The SOP's APDU file: as printed, as corrected, and other bad ones. */
#include "tests/store/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway-plugin/import/apdu_file.h"

static struct refusal refusal;
static struct apdu_file commands;

static int parse(const char *text)
{
    return apdu_file_parse(text, strlen(text), SCRIPT_COMPACT, &commands, &refusal);
}

static void assert_bad(const char *text, enum refusal_kind kind, const char *expected)
{
    assert_int_equal(parse(text), -1);
    assert_refused(&refusal, kind, expected);
    assert_null(commands.commands);
    assert_null(commands.warnings);
}

static char *read_testdata(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/sop/%s", getenv("TESTDATA"), name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    char *text = calloc(1, 4096);
    assert_non_null(text);
    assert_true(fread(text, 1, 4095, file) > 0);
    fclose(file);
    return text;
}

static void the_file_as_printed_is_refused_at_its_line(void **state)
{
    (void)state;
    char *text = read_testdata("verbatim/Commands.txt");
    assert_bad(text, REFUSAL_INVALID,
               "line 5, column 9: A0DC0104 with P3 22 needs 78 hex digits, this line has 101");
    free(text);
}

static void the_corrected_file_is_read(void **state)
{
    (void)state;
    char *text = read_testdata("Commands.txt");
    if (parse(text) != 0)
        fail_msg("%s", refusal.text);
    assert_int_equal(commands.count, 6);
    assert_string_equal(commands.commands[0], "A0A40000027F20");
    assert_string_equal(commands.commands[5], "D009810301010482028102");
    assert_int_equal(commands.warning_count, 0);
    apdu_file_free(&commands);
    assert_int_equal(commands.count, 0);
    free(text);
}

static void line_ends_blanks_and_case_do_not_matter(void **state)
{
    (void)state;
    assert_int_equal(parse("\r\n a0a40000027f20 \t\r\n\n\nA0B0000011"), 0);
    assert_int_equal(commands.count, 2);
    assert_string_equal(commands.commands[0], "A0A40000027F20");
    assert_string_equal(commands.commands[1], "A0B0000011");
    apdu_file_free(&commands);
    assert_bad("\r\n\n \tA0A40000027F2X\r\n", REFUSAL_INVALID, "line 3, column 16: 'X' is no hex digit");
}

static void a_byte_order_mark_is_passed_over(void **state)
{
    (void)state;
    assert_int_equal(parse("\xEF\xBB\xBF"
                           "A0B0000011\n"),
                     0);
    assert_string_equal(commands.commands[0], "A0B0000011");
    assert_int_equal(commands.warning_count, 1);
    assert_string_equal(commands.warnings[0], "line 1: byte order mark passed over");
    apdu_file_free(&commands);
    assert_bad(
        "\xEF\xBB\xBF"
        "A0B000001\n",
        REFUSAL_INVALID,
        "line 1, column 1: 'A0B000001' has 9 hex digits, a command has at least 10 (CLA INS P1 P2 P3)");
}

static void a_refresh_only_at_the_end(void **state)
{
    (void)state;
    assert_bad("A0A40000027F20\nD009810301010482028102\nA0B0000011\n", REFUSAL_INVALID,
               "line 2, column 1: D0 (REFRESH) must be the last command, another one follows");
    assert_int_equal(parse("A0A40000027F20\nD009810301010482028102\n\n  \n"), 0);
    apdu_file_free(&commands);
}

static void nothing_open_brackets_and_binary_are_refused(void **state)
{
    (void)state;
    assert_bad("", REFUSAL_INVALID, "line 1: the APDU file holds no command, expected one a line in hex");
    assert_bad(" \r\n\n", REFUSAL_INVALID,
               "line 1: the APDU file holds no command, expected one a line in hex");
    assert_bad("A0D6000002[P_1\n", REFUSAL_INVALID,
               "line 1, column 15: '[P_1' is no placeholder, expected [NAME], 1 to 32 of a-z, A-Z, 0-9 and _");
    assert_int_equal(apdu_file_parse("A0A4\0", 5, SCRIPT_COMPACT, &commands, &refusal), -1);
    assert_int_equal(refusal.kind, REFUSAL_INVALID);
    assert_null(strchr(refusal.text, '\n'));
}

/* Without a NUL behind it, of every length: read or refused, never overrun. */
static void every_truncation(void **state)
{
    (void)state;
    char *text = read_testdata("Commands.txt");
    size_t whole = strlen(text), taken = 0;
    for (size_t length = 0; length <= whole; length++) {
        char *exact = malloc(length);
        assert_true(exact != NULL || length == 0);
        memcpy(exact, text, length);
        int rc = apdu_file_parse(exact, length, SCRIPT_COMPACT, &commands, &refusal);
        if (rc == 0) {
            assert_true(commands.count >= taken);
            taken = commands.count;
            apdu_file_free(&commands);
        }
        assert_true(length < whole || rc == 0);
        free(exact);
    }
    assert_int_equal(taken, 6);
    free(text);
}

static void at_most_4096_commands(void **state)
{
    (void)state;
    static const char line[] = "A0A40000027F20\n";
    size_t size = sizeof line - 1;
    char *text = malloc(4097 * size);
    assert_non_null(text);
    for (size_t i = 0; i < 4097; i++)
        memcpy(text + i * size, line, size);
    assert_int_equal(apdu_file_parse(text, 4096 * size, SCRIPT_COMPACT, &commands, &refusal), 0);
    assert_int_equal(commands.count, 4096);
    apdu_file_free(&commands);
    assert_int_equal(apdu_file_parse(text, 4097 * size, SCRIPT_COMPACT, &commands, &refusal), -1);
    assert_refused(&refusal, REFUSAL_INVALID, "line 4097, column 1: more than 4096 commands");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_file_as_printed_is_refused_at_its_line),
        cmocka_unit_test(the_corrected_file_is_read),
        cmocka_unit_test(line_ends_blanks_and_case_do_not_matter),
        cmocka_unit_test(a_byte_order_mark_is_passed_over),
        cmocka_unit_test(a_refresh_only_at_the_end),
        cmocka_unit_test(nothing_open_brackets_and_binary_are_refused),
        cmocka_unit_test(every_truncation),
        cmocka_unit_test(at_most_4096_commands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
