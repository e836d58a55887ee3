#include "tests/protocol/helpers.h"

static void test_reader_takes_all_or_nothing(void **state)
{
    (void)state;
    struct octets input = from_hex("0102030405");
    struct byte_reader reader = byte_reader_on(input.bytes, input.length);
    uint8_t byte = 0, copy[2] = {0};
    uint16_t word = 0;
    uint64_t wide = 0;
    const uint8_t *at = NULL;
    assert_int_equal(read_u16(&reader, &word), OTA_OK);
    assert_int_equal(word, 0x0102);
    assert_int_equal(read_big_endian(&reader, 4, &wide), OTA_E_TRUNCATED);
    assert_int_equal(read_bytes(&reader, 4, &at), OTA_E_TRUNCATED);
    assert_int_equal(reader.left, 3);
    assert_int_equal(read_copy(&reader, copy, 2), OTA_OK);
    assert_bytes(copy, 2, "0304");
    assert_int_equal(read_u16(&reader, &word), OTA_E_TRUNCATED);
    assert_int_equal(read_u8(&reader, &byte), OTA_OK);
    assert_int_equal(byte, 5);
    assert_int_equal(read_u8(&reader, &byte), OTA_E_TRUNCATED);
    assert_int_equal(read_bytes(&reader, 0, &at), OTA_OK);
}

static void test_reader_eight_bytes(void **state)
{
    (void)state;
    struct octets input = from_hex("FF02030405060708");
    struct byte_reader reader = byte_reader_on(input.bytes, input.length);
    uint64_t value = 0;
    assert_int_equal(read_big_endian(&reader, 8, &value), OTA_OK);
    assert_true(value == UINT64_C(0xFF02030405060708));
}

static void test_reader_on_nothing(void **state)
{
    (void)state;
    struct byte_reader reader = byte_reader_on(NULL, 0);
    uint8_t byte;
    const uint8_t *at;
    assert_int_equal(read_u8(&reader, &byte), OTA_E_TRUNCATED);
    assert_int_equal(read_bytes(&reader, 0, &at), OTA_OK);
    assert_int_equal(read_bytes(&reader, SIZE_MAX, &at), OTA_E_TRUNCATED);
}

static void test_writer(void **state)
{
    (void)state;
    uint8_t buffer[12];
    struct byte_writer writer = byte_writer_on(buffer, sizeof buffer);
    write_u8(&writer, 0x01);
    write_u16(&writer, 0x0203);
    write_big_endian(&writer, 5, UINT64_C(0xAA0405060708));
    write_bytes(&writer, (const uint8_t *)"\x09\x0A", 2);
    write_bytes(&writer, NULL, 0);
    write_fill(&writer, 0xFF, 2);
    assert_int_equal(byte_writer_status(&writer), OTA_OK);
    assert_bytes(buffer, writer.length, "0102030405060708090AFFFF");
}

static void test_writer_writes_nothing_behind_its_end(void **state)
{
    (void)state;
    uint8_t *buffer = malloc(3);
    struct byte_writer writer = byte_writer_on(buffer, 3);
    write_u16(&writer, 0x0102);
    write_u16(&writer, 0x0304);
    assert_int_equal(byte_writer_status(&writer), OTA_E_NO_SPACE);
    write_u8(&writer, 0x05); /* would fit, but the chain is broken */
    assert_int_equal(writer.length, 2);
    assert_int_equal(byte_writer_status(&writer), OTA_E_NO_SPACE);
    free(buffer);
    writer = byte_writer_on(NULL, 0);
    write_fill(&writer, 0, SIZE_MAX);
    assert_int_equal(byte_writer_status(&writer), OTA_E_NO_SPACE);
}

static void test_error_texts(void **state)
{
    (void)state;
    for (int error = OTA_E_CRYPTO; error <= OTA_OK; error++)
        assert_string_not_equal(ota_error_text(error), "unknown error");
    assert_string_equal(ota_error_text(1), "unknown error");
    assert_string_equal(ota_error_text(OTA_E_CRYPTO - 1), "unknown error");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reader_takes_all_or_nothing),
        cmocka_unit_test(test_reader_eight_bytes),
        cmocka_unit_test(test_reader_on_nothing),
        cmocka_unit_test(test_writer),
        cmocka_unit_test(test_writer_writes_nothing_behind_its_end),
        cmocka_unit_test(test_error_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
