#include "tests/protocol/helpers.h"

#include "protocol/hex.h"

static void test_round_trip_of_every_byte(void **state)
{
    (void)state;
    uint8_t bytes[256], back[256];
    char text[513];
    size_t length = 0;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)i;
    assert_ptr_equal(hex_encode(bytes, sizeof bytes, text), text);
    assert_int_equal(strlen(text), 512);
    assert_int_equal(hex_decode(text, 512, back, sizeof back, &length), OTA_OK);
    assert_int_equal(length, sizeof bytes);
    assert_memory_equal(bytes, back, sizeof bytes);
}

static void test_case(void **state)
{
    (void)state;
    uint8_t bytes[3];
    char text[7];
    size_t length = 0;
    assert_int_equal(hex_decode("aBcDeF", 6, bytes, sizeof bytes, &length), OTA_OK);
    assert_string_equal(hex_encode(bytes, length, text), "ABCDEF");
    assert_string_equal(hex_encode(bytes, 0, text), "");
}

static void test_refused(void **state)
{
    (void)state;
    uint8_t bytes[2];
    size_t length = 77;
    assert_int_equal(hex_decode("123", 3, bytes, sizeof bytes, &length), OTA_E_BAD_HEX);
    assert_int_equal(hex_decode("12G4", 4, bytes, sizeof bytes, &length), OTA_E_BAD_HEX);
    assert_int_equal(hex_decode("12 4", 4, bytes, sizeof bytes, &length), OTA_E_BAD_HEX);
    assert_int_equal(hex_decode("123456", 6, bytes, sizeof bytes, &length), OTA_E_NO_SPACE);
    assert_int_equal(length, 77);
    assert_int_equal(hex_decode("", 0, bytes, sizeof bytes, &length), OTA_OK);
    assert_int_equal(length, 0);
}

static void test_span(void **state)
{
    (void)state;
    assert_int_equal(hex_span("12af", 4), 4);
    assert_int_equal(hex_span("12af", 2), 2);
    assert_int_equal(hex_span("1x", 2), 1);
    assert_int_equal(hex_span("/", 1), 0);
    assert_int_equal(hex_span(":", 1), 0);
    assert_int_equal(hex_span("g@`", 3), 0);
    assert_int_equal(hex_span("", 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip_of_every_byte),
        cmocka_unit_test(test_case),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_span),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
