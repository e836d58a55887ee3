/* otabox.conf: what comes out of a good one, and the line that each bad one gives. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gateway-plugin/kannel/kannel_runtime.h"
#include "gateway-plugin/kannel/otabox_config.h"

static char path[] = "/tmp/otabox-config-XXXXXX";

static void file_write(const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void defaults_fill_in(void **state)
{
    struct otabox_config config;
    char error[400] = "";

    (void)state;
    file_write("# a comment\ngroup = otabox\nsender = 12345\ndatabase = /srv/ota/box.db\n");
    if (otabox_config_read(path, &config, error, sizeof error) != 0)
        fail_msg("%s", error);
    assert_string_equal(config.smsbox_id, "otabox");
    assert_string_equal(config.bearerbox_host, "127.0.0.1");
    assert_int_equal(config.bearerbox_port, 13001);
    assert_false(config.bearerbox_ssl);
    assert_null(config.log_file);
    assert_null(config.smsc_id);
    assert_int_equal(config.log_level, 1);
    assert_string_equal(config.master_key_file, "/srv/ota/master.key");
    assert_string_equal(config.api_token_file, "/srv/ota/api.token");
    assert_string_equal(config.api_address, "127.0.0.1");
    assert_int_equal(config.api_port, 8085);
    assert_int_equal(config.por_timeout_seconds, 86400);
    assert_int_equal(config.validity, 86400);
    assert_int_equal(config.window, 200);
    otabox_config_free(&config);
}

static void every_variable_is_taken(void **state)
{
    struct otabox_config config;
    char error[400] = "";

    (void)state;
    file_write("group = otabox\nsmsbox-id = box2\nbearerbox-host = kannel.example\nbearerbox-port = 23001\n"
               "bearerbox-timeout = 9\nbearerbox-port-ssl = yes\nlog-file = \"/tmp/a b.log\"\nlog-level = 0\nsender = \"+12345\"\n"
               "smsc-id = sim\ndatabase = x.db\nmaster-key-file = k\napi-address = ::1\napi-port = 0\n"
               "api-token-file = t\npor-timeout = 10\nvalidity = 5\nwindow = 1\n");
    if (otabox_config_read(path, &config, error, sizeof error) != 0)
        fail_msg("%s", error);
    assert_string_equal(config.smsbox_id, "box2");
    assert_string_equal(config.bearerbox_host, "kannel.example");
    assert_int_equal(config.bearerbox_port, 23001);
    assert_int_equal(config.bearerbox_timeout, 9);
    assert_true(config.bearerbox_ssl);
    assert_string_equal(config.log_file, "/tmp/a b.log");
    assert_int_equal(config.log_level, 0);
    assert_string_equal(config.sender, "+12345");
    assert_string_equal(config.smsc_id, "sim");
    assert_string_equal(config.database, "x.db");
    assert_string_equal(config.master_key_file, "k");
    assert_string_equal(config.api_address, "::1");
    assert_int_equal(config.api_port, 0);
    assert_string_equal(config.api_token_file, "t");
    assert_int_equal(config.por_timeout_seconds, 10);
    assert_int_equal(config.validity, 5);
    assert_int_equal(config.window, 1);
    otabox_config_free(&config);
}

static void the_shipped_example_is_good(void **state)
{
    struct otabox_config config;
    char error[400] = "", example[4096];

    (void)state;
    snprintf(example, sizeof example, "%s/contrib/otabox.conf", getenv("SRCDIR") ? getenv("SRCDIR") : ".");
    if (otabox_config_read(example, &config, error, sizeof error) != 0)
        fail_msg("%s", error);
    assert_int_equal(config.api_port, 8085);
    otabox_config_free(&config);
}

static void refuse_file(const char *text, const char *const *words)
{
    struct otabox_config config;
    char error[400] = "";

    file_write(text);
    assert_int_equal(otabox_config_read(path, &config, error, sizeof error), -1);
    if (strstr(error, path) == NULL || strchr(error, '\n') != NULL)
        fail_msg("'%s' is not one line with the file's name", error);
    for (; *words != NULL; words++)
        if (strstr(error, *words) == NULL)
            fail_msg("'%s' does not say '%s'", error, *words);
    otabox_config_free(&config);
}

static void values_are_checked(void **state)
{
    static const struct {
        const char *name, *value;
    } bad[] = {
        {"sender", ""}, {"sender", "+"}, {"sender", "12 45"}, {"sender", "123456789012345678901"},
        {"sender", "averylongname"}, {"smsbox-id", "two words"}, {"bearerbox-port", "0"}, {"bearerbox-port", "65536"},
        {"bearerbox-port", "80x"}, {"bearerbox-port", "-1"}, {"bearerbox-port-ssl", "maybe"}, {"bearerbox-timeout", "0"}, {"log-level", "5"},
        {"api-address", "localhost"}, {"api-port", "http"}, {"por-timeout", "0"}, {"por-timeout", "1h"},
        {"validity", "0"}, {"window", "0"}, {"window", "10001"}, {"window", "99999999999999999999"},
        {"ssl-trusted-ca-file", "/nonexistent/ca.pem"},
        {"ssl-server-cert-file", "/dev/null"}, {"ssl-server-key-file", "/dev/null"}, {"ssl-server-cipher-list", "ALL"}, {"bearerbox-host", "a b"},
    };
    char text[300];

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        snprintf(text, sizeof text, "group = otabox\n%s%s = \"%s\"\n",
                 strcmp(bad[i].name, "sender") == 0 ? "" : "sender = 12345\n", bad[i].name, bad[i].value);
        refuse_file(text, (const char *[]){"group otabox", bad[i].name, bad[i].value, "expected", NULL});
    }
}

static void the_sender_is_mandatory(void **state)
{
    (void)state;
    refuse_file("group = otabox\nlog-level = 1\n", (const char *[]){"sender", "expected", NULL});
}

static void unknown_names_are_refused(void **state)
{
    (void)state;
    refuse_file("group = otabox\nsender = 12345\nsendr = 12345\n", (const char *[]){NULL});
    refuse_file("group = otabx\nsender = 12345\n", (const char *[]){NULL});
    refuse_file("group = core\nadmin-port = 13000\n", (const char *[]){"group = otabox", NULL});
    refuse_file("", (const char *[]){NULL});
}

/* gwlib would end the process over each of these. */
static void the_word_include_is_refused(void **state)
{
    (void)state;
    refuse_file("group = otabox\nsender = 12345\ndatabase = /srv/include/box.db\n",
                (const char *[]){":3:", "include", NULL});
    refuse_file("include = /nonexistent\n", (const char *[]){":1:", "include", NULL});
}

static void a_missing_file_is_named(void **state)
{
    struct otabox_config config;
    char error[400] = "";

    (void)state;
    assert_int_equal(otabox_config_read("/nonexistent/otabox.conf", &config, error, sizeof error), -1);
    assert_non_null(strstr(error, "/nonexistent/otabox.conf"));
    otabox_config_free(&config);
}

static int setup(void **state)
{
    (void)state;
    kannel_runtime_start(4);
    return mkstemp(path) < 0 ? -1 : 0;
}

static int teardown(void **state)
{
    (void)state;
    unlink(path);
    kannel_runtime_stop();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_fill_in),        cmocka_unit_test(every_variable_is_taken),
        cmocka_unit_test(the_shipped_example_is_good), cmocka_unit_test(values_are_checked),
        cmocka_unit_test(the_sender_is_mandatory), cmocka_unit_test(unknown_names_are_refused),
        cmocka_unit_test(the_word_include_is_refused), cmocka_unit_test(a_missing_file_is_named),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
