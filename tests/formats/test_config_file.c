/* Configuration in Kannel's grammar: what is read, and what is refused with its line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "formats/config_file.h"

static char error[200];

static struct config_file *read_text(const char *text)
{
    char path[] = "/tmp/config-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    error[0] = '\0';
    struct config_file *file = config_file_read(path, error, sizeof error);
    unlink(path);
    return file;
}

static void groups_keys_and_comments_are_read(void **state)
{
    (void)state;
    struct config_file *file =
        read_text("# head\n\n group = fault \n# a comment ends no group\nmsisdn=*\r\n"
                  "what = \"a \\\"b\\\" \"\n\n\ngroup = other\n\ngroup = fault\ncount = 2");
    assert_non_null(file);
    const struct config_group *first = config_group_next(file, "fault", NULL);
    assert_string_equal(config_get(first, "msisdn"), "*");
    assert_string_equal(config_get(first, "what"), "a \"b\" ");
    assert_null(config_get(first, "count"));
    assert_int_equal(config_line(first), 3);
    const struct config_group *second = config_group_next(file, "fault", first);
    assert_string_equal(config_get(second, "count"), "2");
    assert_int_equal(config_line(second), 11);
    assert_null(config_group_next(file, "fault", second));
    assert_non_null(config_group_next(file, "other", NULL));
    config_file_free(&file);
    assert_null(file);
}

static void an_empty_file_has_no_groups(void **state)
{
    (void)state;
    struct config_file *file = read_text("");
    assert_non_null(file);
    assert_null(config_group_next(file, "fault", NULL));
    config_file_free(&file);
}

static void bad_lines_are_refused_with_their_number(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"group = a\nnonsense\n", ":2: expected 'key = value', found 'nonsense'"},
        {"\nkey = 1\n", ":2: expected 'group = NAME' at the start of a group, found 'key'"},
        {"group = a\n= 1\n", ":2: expected a key in front of '='"},
        {"group = a\nk = \"open\n", ":2: the quotes do not match in the value of 'k'"},
        {"group = a\nk = \"x\" y\n", ":2: the quotes do not match in the value of 'k'"},
        {"group = a\nk = 1\nk = 2\n", ":3: given twice in one group: 'k'"},
        {"group = a\ngroup = b\n", ":2: given twice in one group: 'group'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_null(read_text(cases[i].text));
        assert_non_null(strstr(error, cases[i].expected));
    }
}

static void a_line_too_long_is_refused(void **state)
{
    (void)state;
    char text[2000];
    memset(text, 'x', sizeof text);
    memcpy(text, "group = ", 8);
    text[sizeof text - 1] = '\0';
    assert_null(read_text(text));
    assert_non_null(strstr(error, ":1: the line is longer"));
}

static void a_missing_file_is_named(void **state)
{
    (void)state;
    assert_null(config_file_read("/nowhere/faults.conf", error, sizeof error));
    assert_string_equal(error, "/nowhere/faults.conf: No such file or directory");
}

static void unknown_words_are_named_with_their_line(void **state)
{
    (void)state;
    static const char *const known[] = {"fault", "fault.count", "fault-plan", "fault-plan.seed", NULL};
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"group = fault\n\ngroup = faults\n", ":3: unknown group 'faults'"},
        {"group = fault\ncount = 1\ncont = 1\n", ":3: unknown key 'cont' in group 'fault'"},
        {"group = fault\nseed = 1\n", ":2: unknown key 'seed' in group 'fault'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct config_file *file = read_text(cases[i].text);
        assert_non_null(file);
        assert_int_equal(config_check(file, known, error, sizeof error), -1);
        assert_non_null(strstr(error, cases[i].expected));
        config_file_free(&file);
    }
    struct config_file *file = read_text("group = fault\ncount = 1\n\ngroup = fault-plan\nseed = 2\n");
    assert_int_equal(config_check(file, known, error, sizeof error), 0);
    config_file_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_keys_and_comments_are_read),
        cmocka_unit_test(an_empty_file_has_no_groups),
        cmocka_unit_test(bad_lines_are_refused_with_their_number),
        cmocka_unit_test(a_line_too_long_is_refused),
        cmocka_unit_test(a_missing_file_is_named),
        cmocka_unit_test(unknown_words_are_named_with_their_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
