#include "tests/protocol/helpers.h"

#include "protocol/gsmtap.h"

/* The header of the file, and a packet that Wireshark 4.0 was seen to read. */
static void test_packet(void **state)
{
    (void)state;
    static const char expected[] = "A1B2C3D40002000400000000000000000000FFFF000000E4"
                                   "6553F100000F423F0000003500000035"
                                   "450000350000000040117CB57F0000027F000001"
                                   "1279127900210000"
                                   "02040400000000000000000000000000"
                                   "A0A40000023F009F16";
    static const uint8_t command[] = {0xA0, 0xA4, 0x00, 0x00, 0x02, 0x3F, 0x00}, sw[] = {0x9F, 0x16};
    uint8_t bytes[200];
    struct byte_writer writer = byte_writer_on(bytes, sizeof bytes);
    pcap_write_header(&writer);
    gsmtap_write_record(&writer, 1700000000999999, 2, command, sizeof command, sw, sizeof sw);
    assert_bytes(bytes, writer.length, expected);
}

/* Bytes of the IPv4 header add up to FFFF (RFC 791), whatever the length and the source. */
static void test_checksum(void **state)
{
    (void)state;
    static const uint8_t command[260];
    for (size_t length = 5; length <= sizeof command; length++) {
        uint8_t bytes[GSMTAP_RECORD_MAX];
        struct byte_writer writer = byte_writer_on(bytes, sizeof bytes);
        uint32_t sum = 0;
        gsmtap_write_record(&writer, 0, (uint8_t)length, command, length, command, 258);
        assert_int_equal(byte_writer_status(&writer), OTA_OK);
        for (size_t i = 16; i < 36; i += 2)
            sum += (uint32_t)(bytes[i] << 8 | bytes[i + 1]);
        assert_int_equal((sum & 0xFFFF) + (sum >> 16), 0xFFFF);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_packet),
        cmocka_unit_test(test_checksum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
