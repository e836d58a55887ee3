#include "tests/protocol/helpers.h"

#include "protocol/gsm7.h"

/* Both tables have been gone through by the vectors of test_short_text; here: nothing else is in them. */
static void test_137_characters(void **state)
{
    (void)state;
    size_t found = 0, escaped = 0;
    for (uint32_t code_point = 0; code_point < 0x110000; code_point++) {
        uint8_t septets[2];
        uint32_t back;
        const size_t count = gsm7_encode(code_point, septets);
        struct byte_reader reader = byte_reader_on(septets, count);
        if (count == 0)
            continue;
        assert_int_equal(gsm7_read(&reader, &back), OTA_OK);
        assert_int_equal(back, code_point);
        assert_int_equal(reader.left, 0);
        found++;
        escaped += count == 2;
    }
    assert_int_equal(found, 127 + 10);
    assert_int_equal(escaped, 10);
}

/* TS 23.038 6.2.1 note 1 and 6.2.1.1. */
static void test_what_a_receiver_shows(void **state)
{
    (void)state;
    static const struct {
        const char *septets;
        uint32_t shown;
        size_t left;
        int status;
    } rows[] = {
        {"1B", ' ', 0, OTA_OK},       {"1B1B41", ' ', 1, OTA_OK},    {"1B41", 'A', 0, OTA_OK},
        {"1B00", '@', 0, OTA_OK},     {"1B65", 0x20AC, 0, OTA_OK},   {"65", 'e', 0, OTA_OK},
        {"-", 0, 0, OTA_E_TRUNCATED}, {"80", 0, 1, OTA_E_BAD_VALUE}, {"1BE5", 0, 2, OTA_E_BAD_VALUE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct octets row = from_hex(rows[i].septets);
        struct byte_reader reader = byte_reader_on(row.bytes, row.length);
        uint32_t shown = 0;
        assert_int_equal(gsm7_read(&reader, &shown), rows[i].status);
        assert_int_equal(shown, rows[i].shown);
        assert_int_equal(reader.left, rows[i].left);
    }
}

static void packed_vector(char *const *fields)
{
    const struct octets septets = from_hex(fields[2]), packed = from_hex(fields[3]);
    const unsigned fill = gsm7_fill_bits((size_t)atoi(fields[1]));
    uint8_t buffer[OCTETS_MAX];
    struct byte_writer writer = byte_writer_on(buffer, sizeof buffer);
    gsm7_pack(septets.bytes, septets.length, fill, &writer);
    assert_bytes(buffer, writer.length, fields[3]);
    writer = byte_writer_on(buffer, sizeof buffer);
    assert_int_equal(gsm7_unpack(packed.bytes, packed.length, fill, septets.length, &writer), OTA_OK);
    assert_bytes(buffer, writer.length, fields[2]);
}

static void test_packed_vectors(void **state)
{
    (void)state;
    assert_int_equal(each_vector("septets-packed.txt", 4, packed_vector), 5);
}

/* Every count behind every fill: as many bytes as the bits need, none read behind them, none too few. */
static void test_pack_round_trip(void **state)
{
    (void)state;
    uint64_t seed = 7;
    for (unsigned fill = 0; fill < 7; fill++)
        for (size_t count = 0; count <= 160; count++) {
            uint8_t septets[160], packed[141], back[160];
            struct byte_writer writer = byte_writer_on(packed, sizeof packed), unpacked;
            random_fill(&seed, septets, sizeof septets);
            gsm7_pack(septets, count, fill, &writer);
            const size_t length = writer.length;
            assert_int_equal(length, (fill + count * 7 + 7) / 8);
            uint8_t *exact = exact_copy(packed, length);
            unpacked = byte_writer_on(back, sizeof back);
            assert_int_equal(gsm7_unpack(exact, length, fill, count, &unpacked), OTA_OK);
            for (size_t i = 0; i < count; i++)
                assert_int_equal(back[i], septets[i] & 0x7F);
            if (length > 0)
                assert_int_equal(gsm7_unpack(exact, length - 1, fill, count, &unpacked), OTA_E_TRUNCATED);
            unpacked = byte_writer_on(back, count - (count > 0));
            assert_int_equal(gsm7_unpack(exact, length, fill, count, &unpacked),
                             count == 0 ? OTA_OK : OTA_E_NO_SPACE);
            free(exact);
        }
}

/* The first septet begins where a septet would, counted from the header's begin. */
static void test_fill_bits(void **state)
{
    (void)state;
    for (size_t header = 0; header <= 140; header++) {
        assert_true(gsm7_fill_bits(header) < 7);
        assert_int_equal((header * 8 + gsm7_fill_bits(header)) % 7, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_137_characters), cmocka_unit_test(test_what_a_receiver_shows),
        cmocka_unit_test(test_packed_vectors), cmocka_unit_test(test_pack_round_trip),
        cmocka_unit_test(test_fill_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
