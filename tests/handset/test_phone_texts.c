/* What a phone shows of the SMS that are not for its card. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "handset/phone_texts.h"

static struct phone_texts *texts;

static int set_up(void **state)
{
    (void)state;
    texts = phone_texts_new();
    return texts != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    phone_texts_free(&texts);
    return 0;
}

/* `expected` NULL: nothing is shown. */
static void shows(const char *msisdn, uint8_t dcs, bool has_header, const char *data, size_t length,
                  const char *expected)
{
    const struct phone_sms sms = {msisdn, dcs, has_header, (const uint8_t *)data, length};
    char *line = phone_texts_take(texts, &sms);
    if (expected == NULL)
        assert_null(line);
    else {
        assert_non_null(line);
        assert_string_equal(line, expected);
    }
    free(line);
}
#define SHOWS(dcs, data, expected) shows("961", dcs, false, data, sizeof data - 1, expected)
#define PART(msisdn, dcs, data, expected) shows(msisdn, dcs, true, data, sizeof data - 1, expected)

static void codings_and_classes(void **state)
{
    (void)state;
    SHOWS(0x00, "a\x1B\x65\x10", "text of 1 SMS, GSM7: a€Δ");
    SHOWS(0xF0, "\x00", "text of 1 SMS, GSM7, class 0: @");
    SHOWS(0xF1, "a", "text of 1 SMS, GSM7, class 1: a");
    SHOWS(0x10, "a", "text of 1 SMS, GSM7, class 0: a");
    SHOWS(0x08, "\x04\x36\xD8\x3D\xDE\x00", "text of 1 SMS, UCS2: ж😀");
    SHOWS(0x18, "\x20\xAC", "text of 1 SMS, UCS2, class 0: €");
    SHOWS(0xC8, "a", "text of 1 SMS, GSM7: a");
    SHOWS(0xE8, "\0a", "text of 1 SMS, UCS2: a");
    SHOWS(0x04, "abc", NULL); /* 8 bit */
    SHOWS(0xF6, "abc", NULL);
    SHOWS(0x20, "abc", NULL); /* compressed */
}

static void one_line_that_can_be_read_back(void **state)
{
    (void)state;
    SHOWS(0x00, "a\nb\rc\x1B\x2F\x1B\x0A", "text of 1 SMS, GSM7: a\\nb\\rc\\\\\\u000C");
    SHOWS(0x08, "\0\x1B\0[\0\x9B\0\x7F\0\0", "text of 1 SMS, UCS2: \\u001B[\\u009B\\u007F\\u0000");
    SHOWS(0x00, "a\x80", "text of 1 SMS, GSM7: not to be read: a field holds a value that the standard does not allow");
    SHOWS(0x08, "\0a\0", "text of 1 SMS, UCS2: not to be read: the input ends too early");
}

static void parts_are_joined(void **state)
{
    (void)state;
    PART("1", 0x00, "\5\0\3\7\2\2b", NULL);
    PART("2", 0x00, "\5\0\3\7\2\1X", NULL); /* another phone */
    PART("1", 0x00, "\5\0\3\10\2\1Y", NULL); /* another text */
    PART("1", 0x08, "\5\0\3\7\2\1\0Z", NULL); /* another coding */
    PART("1", 0x00, "\5\0\3\7\2\2c", NULL);   /* there already */
    PART("1", 0x00, "\5\0\3\7\2\1a\x1B", "text of 2 SMS, GSM7: ab");
}

static void a_cut_character_is_whole_again(void **state)
{
    (void)state;
    PART("1", 0x18, "\5\0\3\7\2\1\xD8\x3D", NULL);
    PART("1", 0x18, "\5\0\3\7\2\2\xDE\0", "text of 2 SMS, UCS2, class 0: 😀");
    PART("1", 0x00, "\6\10\4\1\7\2\1a\x1B", NULL); /* 16-bit reference */
    PART("1", 0x00, "\6\10\4\1\7\2\2\x65", "text of 2 SMS, GSM7: a€");
    PART("1", 0x00, "\2\x70\0a", "text of 1 SMS, GSM7: a"); /* a header without concatenation */
    PART("1", 0x00, "\5\0\3\7\2\3a", NULL);                  /* part 3 of 2 */
    PART("1", 0x00, "\x7F", NULL);
}

/* The oldest makes room. */
static void what_waits_is_bounded(void **state)
{
    (void)state;
    char msisdn[24];
    PART("first", 0x00, "\5\0\3\7\2\1a", NULL);
    for (int i = 0; i < 255; i++) {
        snprintf(msisdn, sizeof msisdn, "%d", i);
        PART(msisdn, 0x00, "\5\0\3\7\2\1a", NULL);
    }
    PART("last", 0x00, "\5\0\3\7\2\1a", NULL);
    PART("first", 0x00, "\5\0\3\7\2\2b", NULL); /* its first part is gone; it takes the place of 0 */
    PART("1", 0x00, "\5\0\3\7\2\2b", "text of 2 SMS, GSM7: ab");
    PART("last", 0x00, "\5\0\3\7\2\2b", "text of 2 SMS, GSM7: ab");
    PART("0", 0x00, "\5\0\3\7\2\2b", NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(codings_and_classes),
        TEST(one_line_that_can_be_read_back),
        TEST(parts_are_joined),
        TEST(a_cut_character_is_whole_again),
        TEST(what_waits_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
