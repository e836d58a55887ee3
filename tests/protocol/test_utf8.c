#include "tests/protocol/helpers.h"

#include "protocol/utf8.h"

static int read_one(const uint8_t *bytes, size_t length, uint32_t *code_point, size_t *left)
{
    uint8_t *copy = exact_copy(bytes, length);
    struct byte_reader reader = byte_reader_on(copy, length);
    int rc = utf8_read(&reader, code_point);
    *left = reader.left;
    free(copy);
    return rc;
}

static size_t expected_size(uint32_t code_point)
{
    return code_point < 0x80 ? 1 : code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
}

static void test_every_character(void **state)
{
    (void)state;
    for (uint32_t code_point = 0; code_point <= 0x110000; code_point++) {
        uint8_t bytes[4];
        struct byte_writer writer = byte_writer_on(bytes, sizeof bytes);
        uint32_t back;
        size_t left;
        const bool is_one = (code_point < 0xD800 || code_point > 0xDFFF) && code_point < 0x110000;
        utf8_write(&writer, code_point);
        assert_int_equal(read_one(bytes, writer.length, &back, &left), OTA_OK);
        assert_int_equal(back, is_one ? code_point : UTF8_REPLACEMENT);
        assert_int_equal(writer.length, expected_size(back));
        assert_int_equal(left, 0);
        for (size_t length = 0; length < writer.length; length++)
            assert_int_equal(read_one(bytes, length, &back, &left), OTA_E_TRUNCATED);
    }
}

/* RFC 3629 clauses 3, 4 and 10, and the ends of each range. Nothing of it is taken. */
static void test_what_is_no_utf8(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "80",       "BF",     "C080",   "C1BF",     "E08080",   "E09FBF",   "F0808080",
        "F08FBFBF", "EDA080", "EDBFBF", "F4908080", "F5808080", "F7BFBFBF", "F8888080",
        "FE",       "FF",     "C241",   "C2C2",     "E28241",   "F09F9841", "EDA081EDB080",
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct octets row = from_hex(rows[i]);
        uint32_t code_point;
        size_t left;
        assert_int_equal(read_one(row.bytes, row.length, &code_point, &left), OTA_E_BAD_VALUE);
        assert_int_equal(left, row.length);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_character),
        cmocka_unit_test(test_what_is_no_utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
