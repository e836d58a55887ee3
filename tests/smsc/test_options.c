/* simsim's command line: defaults, refusals, and a password that does not stay in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "simsim/options.h"

#define WORDS_MAX 12

static struct options options;
static char error[300];
static char words[WORDS_MAX][100];

static enum options_result parse(const char *line)
{
    char *argv[WORDS_MAX + 1], copy[400];
    int argc = 0;
    snprintf(copy, sizeof copy, "simsim %s", line);
    for (char *word = strtok(copy, " "); word != NULL; word = strtok(NULL, " ")) {
        strcpy(words[argc], word);
        argv[argc] = words[argc];
        argc++;
    }
    argv[argc] = NULL;
    error[0] = '\0';
    return options_parse(argc, argv, &options, error, sizeof error);
}

static void defaults_are_set(void **state)
{
    (void)state;
    assert_int_equal(parse("--cards a.out"), OPTIONS_RUN);
    assert_string_equal(options.cards, "a.out");
    assert_string_equal(options.smpp, "127.0.0.1:2775");
    assert_string_equal(options.system_id, "kannel");
    assert_string_equal(options.password, "kannel");
    assert_int_equal(options.por_route, POR_ROUTE_MO);
    assert_null(options.state);
    assert_non_null(strstr(options.profile, "gsm-2g.xml"));
}

static void values_are_taken(void **state)
{
    (void)state;
    assert_int_equal(parse("--cards=a.out --profile p.xml --smpp [::1]:1 --por-route drop --trace --state s"),
                     OPTIONS_RUN);
    assert_string_equal(options.profile, "p.xml");
    assert_string_equal(options.smpp, "[::1]:1");
    assert_true(options.por_route == POR_ROUTE_DROP && options.trace);
    assert_int_equal(parse("--cards a.out --por-route dlr"), OPTIONS_RUN);
    assert_int_equal(options.por_route, POR_ROUTE_DLR);
    assert_int_equal(parse("--cards=a.out --state s"), OPTIONS_RUN);
    assert_string_equal(options.state, "s");
    assert_int_equal(parse("--cards a.out --ifd /run/card --insert 1,2"), OPTIONS_RUN);
    assert_string_equal(options.ifd, "/run/card");
    assert_string_equal(options.insert, "1,2");
    assert_int_equal(parse("--cards a.out --vpcd 127.0.0.1:35963"), OPTIONS_RUN);
    assert_string_equal(options.vpcd, "127.0.0.1:35963");
    assert_int_equal(parse("--help"), OPTIONS_HELP);
    assert_int_equal(parse("--version"), OPTIONS_VERSION);
}

static void a_password_does_not_stay_in_the_process_list(void **state)
{
    (void)state;
    assert_int_equal(parse("--cards a.out --password secret12"), OPTIONS_RUN);
    assert_string_equal(options.password, "secret12");
    assert_string_equal(words[4], "xxxxxxxx");
    assert_int_equal(parse("--cards a.out --password much-too-long"), OPTIONS_REFUSED);
    assert_non_null(strstr(error, "13 characters, expected at most 8"));
    assert_null(strstr(error, "much"));
    assert_string_equal(words[4], "xxxxxxxxxxxxx");
}

static void a_password_comes_from_a_file(void **state)
{
    (void)state;
    char path[] = "/tmp/password-XXXXXX", line[100];
    int fd = mkstemp(path);
    assert_int_equal(write(fd, "hidden\n", 7), 7);
    snprintf(line, sizeof line, "--cards a.out --password-file %s", path);
    assert_int_equal(parse(line), OPTIONS_RUN);
    assert_string_equal(options.password, "hidden");
    assert_int_equal(ftruncate(fd, 0), 0);
    assert_int_equal(parse(line), OPTIONS_REFUSED);
    close(fd);
    unlink(path);
    assert_int_equal(parse(line), OPTIONS_REFUSED);
    assert_non_null(strstr(error, "No such file"));
}

static void wrong_usage_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *line, *expected;
    } cases[] = {
        {"", "--cards FILE is missing"},
        {"--card a.out x", "unexpected argument 'x'"},
        {"--cards", "'--cards' is no option, or lacks its value"},
        {"--cards a.out --colour red", "'--colour' is no option"},
        {"--cards a.out --por-route sms", "--por-route 'sms', expected mo, dlr or drop"},
        {"--cards a.out --ifd p --vpcd h:1", "--apdu, --ifd and --vpcd exclude each other"},
        {"--cards a.out --ifd p --apdu 1", "--apdu, --ifd and --vpcd exclude each other"},
        {"--cards a.out --insert 1", "--insert goes with --ifd or --vpcd"},
        {"--cards a.out --apdu 1 --faults f", "--faults is not for --apdu"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(parse(cases[i].line), OPTIONS_USAGE);
        assert_non_null(strstr(error, cases[i].expected));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_set),
        cmocka_unit_test(values_are_taken),
        cmocka_unit_test(a_password_does_not_stay_in_the_process_list),
        cmocka_unit_test(a_password_comes_from_a_file),
        cmocka_unit_test(wrong_usage_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
