#include "tests/protocol/helpers.h"

#include "protocol/user_data.h"

static int parse(const char *hex, struct user_data *parsed)
{
    static struct octets input; /* parsed->payload points into it */
    input = from_hex(hex);
    return user_data_parse(input.bytes, input.length, parsed);
}

static void test_markers(void **state)
{
    (void)state;
    static const struct {
        const char *ud;
        enum packet_marker marker;
        const char *payload;
    } rows[] = {
        {"027000 AABB", PACKET_MARKER_COMMAND, "AABB"},
        {"027100 000B", PACKET_MARKER_RESPONSE, "000B"},
        {"027F00 01", PACKET_MARKER_PROPRIETARY, "01"},
        {"037F0155 01", PACKET_MARKER_PROPRIETARY, "01"},
        {"00 AABB", PACKET_MARKER_NONE, "AABB"},
        {"0605040B8423F0 01", PACKET_MARKER_NONE, "01"}, /* application ports: passed over */
        {"027000", PACKET_MARKER_COMMAND, "-"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct user_data parsed;
        assert_int_equal(parse(rows[i].ud, &parsed), OTA_OK);
        assert_int_equal(parsed.marker, rows[i].marker);
        assert_int_equal(parsed.concatenation.total, 1);
        assert_int_equal(parsed.concatenation.number, 1);
        assert_bytes(parsed.payload, parsed.length, rows[i].payload);
    }
}

/* The order of the elements is free (GSM 03.48 clause 6.3), and the reference has 8 or 16 bits. */
static void test_concatenation(void **state)
{
    (void)state;
    static const struct {
        const char *ud;
        struct concatenation expected;
        enum packet_marker marker;
    } rows[] = {
        {"070003A50301 7000 AA", {0xA5, 3, 1, false}, PACKET_MARKER_COMMAND},
        {"077000 0003A50301 AA", {0xA5, 3, 1, false}, PACKET_MARKER_COMMAND},
        {"050003A50302 AA", {0xA5, 3, 2, false}, PACKET_MARKER_NONE},
        {"080804A5010301 7000 AA", {0xA501, 3, 1, true}, PACKET_MARKER_COMMAND},
        {"060804A501FFFF AA", {0xA501, 255, 255, true}, PACKET_MARKER_NONE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct user_data parsed;
        assert_int_equal(parse(rows[i].ud, &parsed), OTA_OK);
        assert_int_equal(parsed.marker, rows[i].marker);
        assert_int_equal(parsed.concatenation.reference, rows[i].expected.reference);
        assert_int_equal(parsed.concatenation.total, rows[i].expected.total);
        assert_int_equal(parsed.concatenation.number, rows[i].expected.number);
        assert_int_equal(parsed.concatenation.wide, rows[i].expected.wide);
        assert_bytes(parsed.payload, parsed.length, "AA");
    }
}

static void test_malformed(void **state)
{
    (void)state;
    static const struct {
        const char *ud;
        int expected;
    } rows[] = {
        {"-", OTA_E_TRUNCATED},
        {"0270", OTA_E_TRUNCATED},
        {"FF7000", OTA_E_TRUNCATED},
        {"0170 00", OTA_E_BAD_LENGTH},       /* identifier without a length */
        {"027001 00", OTA_E_BAD_LENGTH},     /* element longer than the header */
        {"03700155 00", OTA_E_BAD_LENGTH},   /* IEI 70 with a value */
        {"037000 00", OTA_E_BAD_LENGTH},     /* a byte left over */
        {"040002A503 AA", OTA_E_BAD_LENGTH}, /* concatenation of 2 bytes */
        {"06000400A50301 AA", OTA_E_BAD_LENGTH},
        {"050803A50301 AA", OTA_E_BAD_LENGTH},
        {"050003A50300 AA", OTA_E_BAD_VALUE}, /* part 0 */
        {"050003A50304 AA", OTA_E_BAD_VALUE}, /* part 4 of 3 */
        {"050003A50001 AA", OTA_E_BAD_VALUE}, /* part 1 of 0 */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct user_data parsed;
        int rc = parse(rows[i].ud, &parsed);
        if (rc != rows[i].expected)
            fail_msg("%s: %s", rows[i].ud, ota_error_text(rc));
    }
}

static void test_truncated(void **state)
{
    (void)state;
    struct octets whole = from_hex("080804A50103017000");
    for (size_t length = 0; length < whole.length; length++) {
        uint8_t *copy = exact_copy(whole.bytes, length);
        struct user_data parsed;
        assert_int_equal(user_data_parse(copy, length, &parsed), OTA_E_TRUNCATED);
        free(copy);
    }
}

static void test_part_counts(void **state)
{
    (void)state;
    static const struct {
        size_t packet, parts;
    } rows[] = {
        {0, 1},
        {1, 1},
        {137, 1},
        {138, 2},
        {266, 2},
        {267, 3},
        {400, 3},
        {401, 4},
        {132 + 254 * 134, 255},
        {132 + 254 * 134 + 1, 0},
        {SIZE_MAX, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(sms_part_count(rows[i].packet), rows[i].parts);
}

static void test_part_refused(void **state)
{
    (void)state;
    static const uint8_t packet[138];
    struct sms_part part;
    assert_int_equal(sms_part_build(packet, 138, PACKET_MARKER_COMMAND, 1, 0, &part), OTA_E_BAD_VALUE);
    assert_int_equal(sms_part_build(packet, 138, PACKET_MARKER_COMMAND, 1, 3, &part), OTA_E_BAD_VALUE);
    assert_int_equal(sms_part_build(packet, 137, PACKET_MARKER_COMMAND, 1, 2, &part), OTA_E_BAD_VALUE);
    assert_int_equal(sms_part_build(packet, 137, PACKET_MARKER_NONE, 1, 1, &part), OTA_E_BAD_VALUE);
}

static void test_single(void **state)
{
    (void)state;
    static const uint8_t packet[137] = {0x5A};
    struct sms_part part;
    assert_int_equal(sms_part_build(packet, 137, PACKET_MARKER_RESPONSE, 0xA5, 1, &part), OTA_OK);
    assert_bytes(part.header, part.header_length, "027100");
    assert_ptr_equal(part.payload, packet);
    assert_int_equal(part.length, 137);
}

/* Fields of sms-parts.txt. The packet is what the parts carry, so this is a vector of the cutting alone. */
static void cut_vector(char *const *fields)
{
    uint8_t packet[OCTETS_MAX];
    size_t length = 0;
    for (size_t i = 0; i < 3; i++) {
        struct octets ud = from_hex(fields[2 + i]);
        struct user_data parsed;
        assert_int_equal(user_data_parse(ud.bytes, ud.length, &parsed), OTA_OK);
        assert_int_equal(parsed.concatenation.number, i + 1);
        assert_int_equal(parsed.marker, i == 0 ? PACKET_MARKER_COMMAND : PACKET_MARKER_NONE);
        memcpy(packet + length, parsed.payload, parsed.length);
        length += parsed.length;
        const size_t header = ud.length - parsed.length;
        for (size_t shorter = 0; shorter < ud.length; shorter++) {
            uint8_t *copy = exact_copy(ud.bytes, shorter);
            int rc = user_data_parse(copy, shorter, &parsed);
            assert_int_equal(rc, shorter < header ? OTA_E_TRUNCATED : OTA_OK);
            assert_true(rc != OTA_OK || parsed.length == shorter - header);
            free(copy);
        }
    }
    assert_int_equal(sms_part_count(length), 3);
    for (size_t i = 0; i < 3; i++) {
        uint8_t ud[SMS_USER_DATA_MAX];
        struct byte_writer writer = byte_writer_on(ud, sizeof ud);
        struct sms_part part;
        assert_int_equal(
            sms_part_build(packet, length, PACKET_MARKER_COMMAND, from_hex(fields[1]).bytes[0], i + 1, &part),
            OTA_OK);
        write_bytes(&writer, part.header, part.header_length);
        write_bytes(&writer, part.payload, part.length);
        assert_int_equal(byte_writer_status(&writer), OTA_OK);
        assert_bytes(ud, writer.length, fields[2 + i]);
    }
}

static void test_vectors_cut(void **state)
{
    (void)state;
    assert_int_equal(each_vector("sms-parts.txt", 5, cut_vector), 1);
}

/* Headers by clause (TS 23.040 9.2.3.24.1 and .8, TS 31.115 clause 4), payloads by what is left of the TP-UD.
 */
static void test_segments(void **state)
{
    (void)state;
    static const struct {
        struct sms_segmentation cut;
        size_t packet, total, number, length;
        const char *header;
    } rows[] = {
        {{0x0102, true, 0}, 137, 1, 1, 137, "027000"},
        {{0x0102, true, 0}, 138, 2, 1, 131, "080804010202017000"},
        {{0x0102, true, 0}, 138, 2, 2, 7, "06080401020202"},
        {{0x0102, true, 0}, 131 + 133, 2, 2, 133, "06080401020202"},
        {{0x0102, true, 0}, 131 + 254 * 133, 255, 255, 133, "0608040102FFFF"},
        {{0xA5, false, 130}, 127, 1, 1, 127, "027000"},
        {{0xA5, false, 130}, 128, 2, 1, 122, "070003A502017000"},
        {{0xA5, false, 130}, 122 + 124 + 1, 3, 2, 124, "050003A50302"},
        {{0xA5, false, 130}, 122 + 124 + 1, 3, 3, 1, "050003A50303"},
        {{0xA5, false, 140}, 137, 1, 1, 137, "027000"},
        {{0xA5, true, 16}, 14, 2, 1, 7, "08080400A502017000"},
        {{0xA5, true, 16}, 14, 2, 2, 7, "06080400A50202"},
    };
    static const uint8_t packet[40000];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct sms_part part;
        assert_int_equal(sms_segment_count(&rows[i].cut, rows[i].packet), rows[i].total);
        assert_int_equal(sms_segment_build(packet, rows[i].packet, PACKET_MARKER_COMMAND, &rows[i].cut,
                                           rows[i].number, &part),
                         OTA_OK);
        assert_bytes(part.header, part.header_length, rows[i].header);
        assert_int_equal(part.length, rows[i].length);
    }
}

/* What so many SMS hold is what needs so many, and a byte more needs one more. */
static void test_segment_capacity(void **state)
{
    (void)state;
    static const struct sms_segmentation cuts[] = {
        {.reference = 1}, {0x102, true, 0}, {1, false, 130}, {1, true, 16}};
    for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
        for (size_t parts = 1; parts < 255; parts++) {
            size_t capacity = sms_segment_capacity(&cuts[i], parts);
            assert_int_equal(sms_segment_count(&cuts[i], capacity), parts);
            assert_int_equal(sms_segment_count(&cuts[i], capacity + 1), parts + 1);
        }
        assert_int_equal(sms_segment_capacity(&cuts[i], 256), sms_segment_capacity(&cuts[i], 255));
        assert_int_equal(sms_segment_capacity(&cuts[i], 0), 0);
    }
    assert_int_equal(sms_segment_capacity(&(struct sms_segmentation){.reference = 256}, 1), 0);
}

static void test_impossible_segmentation(void **state)
{
    (void)state;
    static const struct sms_segmentation rows[] = {{256, false, 0}, {1, false, 15}, {1, false, 141}};
    static const uint8_t packet[140];
    struct sms_part part;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(sms_segment_count(&rows[i], sizeof packet), 0);
        assert_int_equal(sms_segment_build(packet, sizeof packet, PACKET_MARKER_COMMAND, &rows[i], 1, &part),
                         OTA_E_BAD_VALUE);
    }
    const struct sms_segmentation wide = {0xFFFF, true, 0};
    assert_int_equal(sms_segment_count(&wide, 131 + 254 * 133 + 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_markers),
        cmocka_unit_test(test_concatenation),
        cmocka_unit_test(test_malformed),
        cmocka_unit_test(test_truncated),
        cmocka_unit_test(test_part_counts),
        cmocka_unit_test(test_part_refused),
        cmocka_unit_test(test_single),
        cmocka_unit_test(test_vectors_cut),
        cmocka_unit_test(test_segments),
        cmocka_unit_test(test_segment_capacity),
        cmocka_unit_test(test_impossible_segmentation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
