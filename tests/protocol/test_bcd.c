#include "tests/protocol/helpers.h"

#include "protocol/bcd.h"

static void test_digits(void **state)
{
    (void)state;
    uint8_t bytes[8];
    char digits[17];
    assert_int_equal(bcd_encode("961234567890", 12, bytes, 6), OTA_OK);
    assert_bytes(bytes, 6, "692143658709"); /* EF.MSISDN of +961234567890 */
    assert_int_equal(bcd_encode("123*#abc", 7, bytes, 4), OTA_OK);
    assert_bytes(bytes, 4, "21A3CBFD");
    assert_int_equal(bcd_decode(bytes, 4, 7, digits), OTA_OK);
    assert_string_equal(digits, "123*#ab");
    assert_int_equal(bcd_encode("", 0, bytes, 0), OTA_OK);
}

static void test_decode_stops_at_the_filler(void **state)
{
    (void)state;
    const uint8_t bytes[] = {0x21, 0xF3, 0x65};
    char digits[7];
    assert_int_equal(bcd_decode(bytes, 3, 6, digits), OTA_OK);
    assert_string_equal(digits, "123");
    assert_int_equal(bcd_decode(bytes, 3, 2, digits), OTA_OK);
    assert_string_equal(digits, "12");
    assert_int_equal(bcd_decode(bytes, 3, 7, digits), OTA_E_TRUNCATED);
    assert_int_equal(bcd_decode(NULL, 0, 0, digits), OTA_OK);
    assert_string_equal(digits, "");
}

static void test_refused(void **state)
{
    (void)state;
    uint8_t bytes[4];
    assert_int_equal(bcd_encode("12345", 5, bytes, 2), OTA_E_NO_SPACE);
    assert_int_equal(bcd_encode("12x4", 4, bytes, 4), OTA_E_BAD_VALUE);
    assert_int_equal(bcd_encode("12\0", 3, bytes, 4), OTA_E_BAD_VALUE);
    assert_int_equal(bcd_encode("+9", 2, bytes, 4), OTA_E_BAD_VALUE);
}

static void test_imsi(void **state)
{
    (void)state;
    uint8_t ef[9];
    assert_int_equal(imsi_encode("421234567890123", ef), OTA_OK);
    assert_bytes(ef, sizeof ef, "084912325476981032");
    assert_int_equal(imsi_encode("42123456789012", ef), OTA_OK); /* even: parity 1, F at the end */
    assert_bytes(ef, sizeof ef, "0841123254769810F2");
    assert_int_equal(imsi_encode("42123", ef), OTA_OK);
    assert_bytes(ef, sizeof ef, "03491232FFFFFFFFFF");
    assert_int_equal(imsi_encode("4212345678901234", ef), OTA_E_BAD_VALUE);
    assert_int_equal(imsi_encode("42123456789012A", ef), OTA_E_BAD_VALUE);
    assert_int_equal(imsi_encode("", ef), OTA_E_BAD_VALUE);
}

static void test_iccid(void **state)
{
    (void)state;
    uint8_t ef[10];
    assert_int_equal(iccid_encode("8991234567788901234F", ef), OTA_OK);
    assert_bytes(ef, sizeof ef, "981932547687981032F4");
    assert_int_equal(iccid_encode("8991234567788901234", ef), OTA_OK);
    assert_bytes(ef, sizeof ef, "981932547687981032F4");
    assert_int_equal(iccid_encode("89912345677889012345", ef), OTA_OK);
    assert_bytes(ef, sizeof ef, "98193254768798103254");
    assert_int_equal(iccid_encode("899123456778890123", ef), OTA_OK);
    assert_bytes(ef, sizeof ef, "981932547687981032FF");
    assert_int_equal(iccid_encode("89912345677889012", ef), OTA_E_BAD_VALUE);
    assert_int_equal(iccid_encode("899123456778890123456", ef), OTA_E_BAD_VALUE);
    assert_int_equal(iccid_encode("89912345677889012345F", ef), OTA_E_BAD_VALUE);
    assert_int_equal(iccid_encode("8991234567F788901234", ef), OTA_E_BAD_VALUE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_digits),  cmocka_unit_test(test_decode_stops_at_the_filler),
        cmocka_unit_test(test_refused), cmocka_unit_test(test_imsi),
        cmocka_unit_test(test_iccid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
