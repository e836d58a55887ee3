/* The SOP's group files. */
#include "tests/store/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway-plugin/import/subscriber_list.h"

static struct refusal refusal;

/* What was handed over, as "line:column:digits " each; refuses `stop_at`. */
struct seen {
    char text[512];
    const char *stop_at;
    size_t count;
};

static int note(void *user, const char *digits, const struct list_place *place, struct refusal *why)
{
    struct seen *seen = user;
    size_t length = strlen(seen->text);
    if (seen->stop_at != NULL && strcmp(digits, seen->stop_at) == 0)
        return refuse(why, REFUSAL_NOT_FOUND, "line %lu: no card has MSISDN %s", place->line, digits);
    if (length + 40 < sizeof seen->text)
        snprintf(seen->text + length, sizeof seen->text - length, "%lu:%lu:%s ", place->line, place->column,
                 digits);
    seen->count++;
    return 0;
}

static int parse(const char *text, enum subscriber_list_kind kind, struct seen *seen)
{
    return subscriber_list_parse(text, strlen(text), kind, note, seen, &refusal);
}

static void assert_bad(const char *text, enum subscriber_list_kind kind, const char *expected)
{
    struct seen seen = {0};
    assert_int_equal(parse(text, kind, &seen), -1);
    assert_refused(&refusal, REFUSAL_INVALID, expected);
    assert_int_equal(seen.count, 0);
}

static void the_list_as_printed_repeats_a_line(void **state)
{
    (void)state;
    char path[512], text[256] = "";
    snprintf(path, sizeof path, "%s/sop/verbatim/TargetMSISDN_3TestSubs_FriendiKSA.out", getenv("TESTDATA"));
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    assert_bad(text, LIST_OF_MSISDN, "line 2, column 1: MSISDN 961234567890 repeats line 1");
}

static void a_cr_alone_ends_a_line(void **state)
{
    (void)state;
    struct seen seen = {0};
    assert_int_equal(parse("961234567891\r\r961234567\r", LIST_OF_MSISDN, &seen), 0);
    assert_string_equal(seen.text, "1:1:961234567891 3:1:961234567 ");
}

static void lines_come_in_their_order(void **state)
{
    (void)state;
    struct seen seen = {0};
    assert_int_equal(parse("961234567891\r\n+961234567890 \n\n\t961234567\n96123\n", LIST_OF_MSISDN, &seen),
                     0);
    assert_string_equal(seen.text, "1:1:961234567891 2:1:961234567890 4:2:961234567 5:1:96123 ");
}

static void iccids_lose_their_filler(void **state)
{
    (void)state;
    struct seen seen = {0};
    assert_int_equal(
        parse("8991234567788901234F\n8991234567788901235f\n89912345677889012356", LIST_OF_ICCID, &seen), 0);
    assert_string_equal(seen.text,
                        "1:1:8991234567788901234 2:1:8991234567788901235 3:1:89912345677889012356 ");
}

static void a_repeat_names_both_lines_in_any_notation(void **state)
{
    (void)state;
    assert_bad("961234\n\n961235\n+961234\n961235\n", LIST_OF_MSISDN,
               "line 4, column 1: MSISDN 961234 repeats line 1");
    assert_bad("961234\n961235\n961235\n961234\n961235\n", LIST_OF_MSISDN,
               "line 3, column 1: MSISDN 961235 repeats line 2");
    assert_bad("8991234567788901234F\n8991234567788901234\n", LIST_OF_ICCID,
               "line 2, column 1: ICCID 8991234567788901234 repeats line 1");
}

static void other_lines_are_refused(void **state)
{
    (void)state;
    assert_bad("961234\n96123x\n", LIST_OF_MSISDN,
               "line 2, column 1: \'96123x' is no MSISDN, expected 3 to 15 digits and nothing else");
    assert_bad("961234,\n", LIST_OF_MSISDN,
               "line 1, column 1: \'961234,' is no MSISDN, expected 3 to 15 digits and nothing else");
    assert_bad(
        "9612345678901234\n", LIST_OF_MSISDN,
        "line 1, column 1: \'9612345678901234' is no MSISDN, expected 3 to 15 digits and nothing else");
    assert_bad("+\n", LIST_OF_MSISDN,
               "line 1, column 1: \'+' is no MSISDN, expected 3 to 15 digits and nothing else");
    assert_bad("F\n", LIST_OF_ICCID,
               "line 1, column 1: \'F' is no ICCID, expected 18 to 20 digits and nothing else");
    assert_bad(
        "89912345677889012FF4\n", LIST_OF_ICCID,
        "line 1, column 1: \'89912345677889012FF4' is no ICCID, expected 18 to 20 digits and nothing else");
    assert_bad("961234\n", LIST_OF_ICCID,
               "line 1, column 1: \'961234' is no ICCID, expected 18 to 20 digits and nothing else");
    assert_bad("", LIST_OF_MSISDN, "line 1: the list is empty, expected one MSISDN a line");
    assert_bad("\r\n  \n", LIST_OF_ICCID, "line 1: the list is empty, expected one ICCID a line");
}

static void a_refusal_of_the_caller_ends_it(void **state)
{
    (void)state;
    struct seen seen = {.stop_at = "961235"};
    assert_int_equal(parse("961234\n961235\n961236\n", LIST_OF_MSISDN, &seen), -1);
    assert_refused(&refusal, REFUSAL_NOT_FOUND, "line 2: no card has MSISDN 961235");
    assert_int_equal(seen.count, 1);
}

static void a_group_of_400000(void **state)
{
    (void)state;
    enum { COUNT = 400000, LINE = 13 };
    char *text = malloc(COUNT * LINE + 1);
    assert_non_null(text);
    for (unsigned int i = 0; i < COUNT; i++)
        snprintf(text + (size_t)i * LINE, LINE + 1, "961%09u\n", i * 7919u % COUNT);
    struct seen seen = {0};
    assert_int_equal(parse(text, LIST_OF_MSISDN, &seen), 0);
    assert_int_equal(seen.count, COUNT);
    memcpy(text + (size_t)(COUNT - 1) * LINE, text, LINE);
    seen.count = 0;
    assert_int_equal(parse(text, LIST_OF_MSISDN, &seen), -1);
    assert_string_equal(refusal.text, "line 400000, column 1: MSISDN 961000000000 repeats line 1");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_list_as_printed_repeats_a_line),
        cmocka_unit_test(a_cr_alone_ends_a_line),
        cmocka_unit_test(lines_come_in_their_order),
        cmocka_unit_test(iccids_lose_their_filler),
        cmocka_unit_test(a_repeat_names_both_lines_in_any_notation),
        cmocka_unit_test(other_lines_are_refused),
        cmocka_unit_test(a_refusal_of_the_caller_ends_it),
        cmocka_unit_test(a_group_of_400000),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
