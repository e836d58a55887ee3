#include "tests/protocol/helpers.h"

#include "protocol/tlv.h"

static void test_length_forms(void **state)
{
    (void)state;
    static const struct {
        size_t length;
        const char *header;
    } rows[] = {{0, "8B00"}, {0x7F, "8B7F"}, {0x80, "8B8180"}, {0xFF, "8B81FF"}, {0x100, "8B820100"}};
    static const uint8_t value[0x100] = {0x5A};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t buffer[0x110];
        struct byte_writer writer = byte_writer_on(buffer, sizeof buffer);
        struct tlv tlv;
        tlv_write(&writer, 0x8B, value, rows[i].length);
        size_t header_size = tlv_header_size(rows[i].length);
        assert_int_equal(writer.length, header_size + rows[i].length);
        assert_bytes(buffer, header_size, rows[i].header);
        struct byte_reader reader = byte_reader_on(buffer, writer.length);
        assert_int_equal(tlv_read(&reader, &tlv), OTA_OK);
        assert_int_equal(tlv.tag, 0x8B);
        assert_int_equal(tlv.length, rows[i].length);
        assert_ptr_equal(tlv.value, buffer + header_size);
        assert_int_equal(reader.left, 0);
        for (size_t shorter = 0; shorter < writer.length; shorter++) {
            uint8_t *copy = exact_copy(buffer, shorter);
            struct byte_reader cut = byte_reader_on(copy, shorter);
            assert_int_equal(tlv_read(&cut, &tlv), OTA_E_TRUNCATED);
            assert_int_equal(cut.left, shorter); /* not moved */
            free(copy);
        }
    }
}

static void test_longest(void **state)
{
    (void)state;
    uint8_t header[4];
    struct byte_writer writer = byte_writer_on(header, sizeof header);
    tlv_write_header(&writer, 0xD0, 0xFFFF);
    assert_bytes(header, writer.length, "D082FFFF");
    writer = byte_writer_on(header, sizeof header);
    tlv_write_header(&writer, 0xD0, 0x10000);
    assert_int_equal(byte_writer_status(&writer), OTA_E_NO_SPACE);
}

static void test_bad_length_forms(void **state)
{
    (void)state;
    const char *const inputs[] = {"D080", "D083000001", "D0FF00", "D0840000000100"};
    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++) {
        struct octets input = from_hex(inputs[i]);
        struct byte_reader reader = byte_reader_on(input.bytes, input.length);
        struct tlv tlv;
        assert_int_equal(tlv_read(&reader, &tlv), OTA_E_BAD_LENGTH);
    }
}

static void test_find(void **state)
{
    (void)state;
    struct octets input = from_hex("8103010104 02028182 8B021122 0B0133");
    struct tlv tlv;
    assert_int_equal(comprehension_tlv_find(input.bytes, input.length, 0x82, &tlv), OTA_OK);
    assert_bytes(tlv.value, tlv.length, "8182");
    assert_int_equal(comprehension_tlv_find(input.bytes, input.length, 0x0B, &tlv), OTA_OK);
    assert_bytes(tlv.value, tlv.length, "1122"); /* the first */
    assert_int_equal(comprehension_tlv_find(input.bytes, input.length, 0x06, &tlv), OTA_E_NOT_THIS);
    assert_int_equal(comprehension_tlv_find(input.bytes, input.length - 1, 0x06, &tlv), OTA_E_TRUNCATED);
    assert_int_equal(comprehension_tlv_find(NULL, 0, 0x06, &tlv), OTA_E_NOT_THIS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_length_forms),
        cmocka_unit_test(test_longest),
        cmocka_unit_test(test_bad_length_forms),
        cmocka_unit_test(test_find),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
