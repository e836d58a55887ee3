/* Which names are names. */
#include "tests/store/fixture.h"

#include <string.h>

static struct refusal refusal;

static void assert_bad(const char *name, const char *text)
{
    assert_int_equal(name_check("profile name", name, &refusal), -1);
    assert_refused(&refusal, REFUSAL_INVALID, text);
}

static void names_of_the_sop(void **state)
{
    (void)state;
    assert_int_equal(name_check("profile name", "poc_3cards", &refusal), 0);
    assert_int_equal(name_check("profile name", "x", &refusal), 0);
    assert_int_equal(name_check("profile name", "!~'\"%;--", &refusal), 0);
}

static void length_is_1_to_64(void **state)
{
    (void)state;
    char name[66];
    memset(name, 'n', sizeof name);
    name[64] = '\0';
    assert_int_equal(name_check("profile name", name, &refusal), 0);
    name[64] = 'n';
    name[65] = '\0';
    assert_bad(name, "profile name 'nnnnnnnnnnnnnnnn...' has 65 characters, expected at most 64");
    assert_bad("", "profile name is empty, expected 1 to 64 characters");
}

static void every_other_character_is_refused(void **state)
{
    (void)state;
    assert_bad("poc 3", "profile name 'poc 3' has a space at position 4, names have none");
    assert_bad(" x", "profile name ' x' has a space at position 1, names have none");
    for (int c = 1; c < 256; c++) {
        char name[] = {'a', (char)c, '\0'};
        assert_int_equal(name_check("x", name, NULL), c > ' ' && c < 0x7F ? 0 : -1);
    }
    assert_bad("a\tb", "profile name 'a?b': position 2 is no printable ASCII character");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_the_sop),
        cmocka_unit_test(length_is_1_to_64),
        cmocka_unit_test(every_other_character_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
