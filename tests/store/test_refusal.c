/* One line, whatever bytes the refused value holds. */
#include "tests/store/fixture.h"

#include <string.h>

static void fills_and_returns_minus_one(void **state)
{
    (void)state;
    struct refusal refusal;
    assert_int_equal(refuse(&refusal, REFUSAL_CONFLICT, "card %d", 7), -1);
    assert_refused(&refusal, REFUSAL_CONFLICT, "card 7");
    assert_int_equal(refuse(NULL, REFUSAL_CONFLICT, "card %d", 7), -1);
}

/* The field begins the text; other words about one, or about none, are not taken for the last one's. */
static void a_field_is_named(void **state)
{
    (void)state;
    struct refusal refusal;
    assert_int_equal(refuse_field(&refusal, REFUSAL_INVALID, "spi", "'%s': expected", "XY"), -1);
    assert_string_equal(refusal.text, "spi 'XY': expected");
    assert_string_equal(refusal.field, "spi");
    refuse_field(&refusal, REFUSAL_INVALID, "tar", ": type %s", "SMS");
    assert_string_equal(refusal.text, "tar: type SMS");
    refuse(&refusal, REFUSAL_CONFLICT, "profile name");
    assert_null(refusal.field);
    assert_int_equal(refusal_set_field(&refusal, "name"), -1);
    assert_string_equal(refusal.field, "name");
    refuse(&refusal, REFUSAL_INTERNAL, "out of memory");
    refusal_set_field(&refusal, "name");
    assert_null(refusal.field);
    assert_int_equal(refuse_field(NULL, REFUSAL_INVALID, "spi", "is missing"), -1);
    assert_int_equal(refusal_set_field(NULL, "spi"), -1);
}

static void control_characters_become_question_marks(void **state)
{
    (void)state;
    struct refusal refusal;
    refuse(&refusal, REFUSAL_INVALID, "name '%s'", "a\nb\x1B[31m\x7F\xC2\x9B");
    assert_string_equal(refusal.text, "name 'a?b?[31m??\?'");
}

static void only_whole_utf8_stays(void **state)
{
    (void)state;
    struct refusal refusal;
    refuse(&refusal, REFUSAL_INVALID, "%s", "é € 😀");
    assert_string_equal(refusal.text, "é € 😀");
    refuse(&refusal, REFUSAL_INVALID, "%s", "\xC3 \xE2\x82 \x80 \xC0\xAF \xED\xA0\x80 \xF5 \xFF");
    assert_string_equal(refusal.text, "? ?? ? ?? ??? ? ?");
}

static void a_cut_character_does_not_stay(void **state)
{
    (void)state;
    struct refusal refusal;
    char text[400];
    for (size_t shift = 0; shift < 3; shift++) {
        memset(text, 'x', shift);
        for (size_t i = shift; i + 3 < sizeof text; i += 3)
            memcpy(text + i, "€", 4);
        refuse(&refusal, REFUSAL_INVALID, "%s", text);
        size_t length = strlen(refusal.text), whole = shift;
        assert_int_equal(length, sizeof refusal.text - 1);
        while (memcmp(refusal.text + whole, "€", 3) == 0)
            whole += 3;
        assert_int_equal(strspn(refusal.text + whole, "?"), length - whole);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fills_and_returns_minus_one),
        cmocka_unit_test(a_field_is_named),
        cmocka_unit_test(control_characters_become_question_marks),
        cmocka_unit_test(only_whole_utf8_stays),
        cmocka_unit_test(a_cut_character_does_not_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
