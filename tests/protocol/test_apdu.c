#include "tests/protocol/helpers.h"

#include "protocol/apdu.h"

/* Every command is read; what is cut short is refused at every length, but between two commands. */
static void script_vector(char *const *fields)
{
    struct octets script = from_hex(fields[1]);
    char commands[2048], *rest = NULL;
    size_t at = 0;
    snprintf(commands, sizeof commands, "%s", fields[2]);
    for (char *word = strtok_r(commands, ",", &rest); word != NULL; word = strtok_r(NULL, ",", &rest)) {
        struct byte_reader reader = byte_reader_on(script.bytes + at, script.length - at);
        struct octets expected = from_hex(word);
        struct apdu apdu;
        assert_int_equal(apdu_read(&reader, &apdu), OTA_OK);
        assert_int_equal(script.length - at - reader.left, expected.length);
        assert_int_equal(apdu.ins, expected.bytes[1]);
        assert_int_equal(apdu.length, expected.length - 5);
        for (size_t length = 0; length < expected.length; length++) {
            uint8_t *copy = exact_copy(script.bytes + at, length);
            reader = byte_reader_on(copy, length);
            assert_int_equal(apdu_read(&reader, &apdu), OTA_E_TRUNCATED);
            assert_int_equal(reader.left, length); /* not moved */
            free(copy);
        }
        at += expected.length;
    }
    assert_int_equal(at, script.length);
}

static void test_script_vectors(void **state)
{
    (void)state;
    assert_int_equal(each_vector("scripts.txt", 3, script_vector), 8);
}

static void test_cases(void **state)
{
    (void)state;
    static const struct {
        const char *apdu;
        enum apdu_case kind;
        int expected;
        size_t data;
    } rows[] = {
        {"A0B0000010", APDU_OUTPUT, OTA_OK, 0},
        {"A0B2010400", APDU_OUTPUT, OTA_OK, 0}, /* 00 = 256 */
        {"A0C0000016", APDU_OUTPUT, OTA_OK, 0},
        {"A004000000", APDU_INPUT, OTA_OK, 0}, /* INVALIDATE has P3 00 */
        {"0004080002 6F46", APDU_INPUT, OTA_OK, 2},
        {"A0FA000000", APDU_NO_DATA, OTA_OK, 0},
        {"A0FA000001", APDU_NO_DATA, OTA_E_BAD_LENGTH, 0},
        {"A0F2000016", APDU_OUTPUT, OTA_OK, 0},
        {"80F2000C00", APDU_OUTPUT, OTA_OK, 0},
        {"80F2400202 4F00", APDU_OUTPUT, OTA_OK, 2}, /* GET STATUS */
        {"80E400800 74F05D07002CA44", APDU_INPUT, OTA_OK, 7},
        {"D009810301 010482028182", APDU_UNKNOWN, OTA_E_UNSUPPORTED, 0}, /* a REFRESH is no APDU */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct octets bytes = from_hex(rows[i].apdu);
        struct byte_reader reader = byte_reader_on(bytes.bytes, bytes.length);
        struct apdu apdu;
        assert_int_equal(apdu_case(bytes.bytes[1]), rows[i].kind);
        int rc = apdu_read(&reader, &apdu);
        if (rc != rows[i].expected)
            fail_msg("%s: %s", rows[i].apdu, ota_error_text(rc));
        if (rc != OTA_OK)
            continue;
        assert_int_equal(apdu.length, rows[i].data);
        assert_int_equal(apdu.data == NULL, rows[i].data == 0);
        assert_int_equal(reader.left, 0);
    }
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(apdu_name(0xA4), "SELECT");
    assert_string_equal(apdu_name(0xDC), "UPDATE RECORD");
    assert_string_equal(apdu_name(0x09), "unknown instruction");
    for (unsigned int ins = 0; ins < 0x100; ins++) /* a name for each case, and only then */
        assert_int_equal(apdu_case((uint8_t)ins) == APDU_UNKNOWN,
                         strcmp(apdu_name((uint8_t)ins), "unknown instruction") == 0);
}

/* By its case an instruction of an APDU file takes P3 bytes of data, or none: all of them, so that one more
 * or another case shows. */
static void test_every_instruction(void **state)
{
    static const uint8_t input[] = {0x04, 0x10, 0x14, 0x20, 0x24, 0x26, 0x28, 0x2C, 0x32,
                                    0x44, 0x88, 0xA2, 0xA4, 0xAA, 0xC2, 0xD4, 0xD6, 0xD8,
                                    0xDB, 0xDC, 0xE0, 0xE2, 0xE4, 0xE6, 0xE8, 0xF0};
    static const uint8_t output[] = {0x12, 0x70, 0x84, 0xB0, 0xB2, 0xC0, 0xCA, 0xF2};
    (void)state;
    for (unsigned int ins = 0; ins < 0x100; ins++) {
        enum apdu_case expected = memchr(input, (int)ins, sizeof input) != NULL     ? APDU_INPUT
                                  : memchr(output, (int)ins, sizeof output) != NULL ? APDU_OUTPUT
                                  : ins == 0xFA                                     ? APDU_NO_DATA
                                                                                    : APDU_UNKNOWN;
        uint8_t bytes[8] = {0xA0, (uint8_t)ins, 0, 0, 3, 1, 2, 3};
        struct byte_reader reader = byte_reader_on(bytes, sizeof bytes);
        struct apdu apdu;
        if (apdu_case((uint8_t)ins) != expected)
            fail_msg("instruction %02X has case %d, expected %d", ins, apdu_case((uint8_t)ins), expected);
        if (apdu_read(&reader, &apdu) == OTA_OK)
            assert_int_equal(apdu.length, expected == APDU_INPUT ? 3 : 0);
        else
            assert_true(expected == APDU_UNKNOWN || expected == APDU_NO_DATA);
    }
}

static bool refresh(const char *hex, uint8_t *destination)
{
    struct octets bytes = from_hex(hex);
    for (size_t length = 0; length < bytes.length; length++) {
        uint8_t *copy = exact_copy(bytes.bytes, length), ignored;
        (void)compact_refresh_read(byte_reader_on(copy, length), &ignored); /* a sanitizer watches */
        free(copy);
    }
    return compact_refresh_read(byte_reader_on(bytes.bytes, bytes.length), destination);
}

static void test_refresh(void **state)
{
    (void)state;
    uint8_t destination = 0;
    assert_true(refresh("D009810301010482028182", &destination));
    assert_int_equal(destination, 0x82);
    assert_true(refresh("D009810301010482028102", &destination)); /* the SOP's, to the display */
    assert_int_equal(destination, 0x02);
    assert_true(refresh("D012810301010182028182 9207013F007F206F46", &destination));
    assert_false(refresh("D009810301010482028182 A0A40000023F00", &destination)); /* not the last element */
    assert_false(refresh("D0098103010104820281", &destination));
    assert_false(refresh("D009810301250482028182", &destination)); /* SET UP MENU */
    assert_false(refresh("A0A40000023F00", &destination));
    assert_false(refresh("-", &destination));
}

static void test_compact_response(void **state)
{
    (void)state;
    struct octets bytes = from_hex("02 9000 0000FFFF7F20");
    struct compact_response response;
    uint8_t buffer[16];
    struct byte_writer writer = byte_writer_on(buffer, sizeof buffer);
    assert_int_equal(compact_response_decode(bytes.bytes, bytes.length, &response), OTA_OK);
    assert_int_equal(response.executed, 2);
    assert_int_equal(response.sw, 0x9000);
    assert_bytes(response.data, response.length, "0000FFFF7F20");
    compact_response_encode(&response, &writer);
    assert_bytes(buffer, writer.length, "0290000000FFFF7F20");
    for (size_t length = 0; length < 3; length++) {
        uint8_t *copy = exact_copy(bytes.bytes, length);
        assert_int_equal(compact_response_decode(copy, length, &response), OTA_E_TRUNCATED);
        free(copy);
    }
    assert_int_equal(compact_response_decode(bytes.bytes, 3, &response), OTA_OK);
    assert_int_equal(response.length, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_script_vectors), cmocka_unit_test(test_cases),
        cmocka_unit_test(test_names),          cmocka_unit_test(test_every_instruction),
        cmocka_unit_test(test_refresh),        cmocka_unit_test(test_compact_response),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
