#include "tests/protocol/helpers.h"

#include "protocol/status_word.h"

static void test_good(void **state)
{
    (void)state;
    for (unsigned int sw = 0; sw <= 0xFFFF; sw++) {
        unsigned int sw1 = sw >> 8;
        bool good = sw1 == 0x90 || sw1 == 0x91 || sw1 == 0x9F || sw1 == 0x61;
        assert_int_equal(status_word_is_good((uint16_t)sw), good);
    }
}

static void test_texts(void **state)
{
    (void)state;
    assert_string_equal(status_word_text(0x9000), "normal ending");
    assert_string_equal(status_word_text(0x910B), "normal ending, a proactive command is waiting");
    assert_string_equal(status_word_text(0x9404), "file ID or pattern not found");
    assert_string_equal(status_word_text(0x9804), "access condition not fulfilled");
    assert_string_equal(status_word_text(0x9300), "SIM application toolkit is busy");
    assert_string_equal(status_word_text(0x63C2),
                        "verification failed, the last digit counts the tries left");
    assert_string_equal(status_word_text(0x6700), "wrong length");
    assert_string_equal(status_word_text(0x6716), "wrong P3, the second byte is the right one");
    assert_string_equal(status_word_text(0x6A82), "file or application not found");
    assert_string_equal(status_word_text(0x6E00), "class not supported");
    assert_string_equal(status_word_text(0x0000), "unknown status word");
}

static void test_every_good_word_has_a_text(void **state)
{
    (void)state;
    for (unsigned int sw = 0; sw <= 0xFFFF; sw++)
        if (status_word_is_good((uint16_t)sw))
            assert_non_null(strstr(status_word_text((uint16_t)sw), "normal ending"));
}

static void test_matches(void **state)
{
    (void)state;
    assert_true(status_word_matches(0x9000, "9000"));
    assert_true(status_word_matches(0x910B, "91xx"));
    assert_true(status_word_matches(0x910B, "91XX"));
    assert_true(status_word_matches(0x9F0F, "xx0f"));
    assert_true(status_word_matches(0xABCD, "abcd"));
    assert_true(status_word_matches(0x1234, "xxxx"));
    assert_false(status_word_matches(0x9000, "9001"));
    assert_false(status_word_matches(0x9000, "91xx"));
    assert_false(status_word_matches(0x9000, "900"));
    assert_false(status_word_matches(0x9000, "90000"));
    assert_false(status_word_matches(0x9000, ""));
    assert_false(status_word_matches(0x9000, "9?00"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_every_good_word_has_a_text),
        cmocka_unit_test(test_matches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
