#include "tests/protocol/helpers.h"

#include "protocol/toolkit.h"

enum { NAME, OA_TYPE, OA_DIGITS, TIMESTAMP, UD, SC_TYPE, SC_DIGITS, TPDU, ENVELOPE, USE, FIELDS };

static void envelope_vector(char *const *fields)
{
    struct octets tpdu = from_hex(fields[TPDU]), envelope = from_hex(fields[ENVELOPE]);
    struct sms_address centre = {.type = from_hex(fields[SC_TYPE]).bytes[0]};
    bool has_centre = strcmp(fields[SC_TYPE], "-") != 0;
    snprintf(centre.digits, sizeof centre.digits, "%.20s", fields[SC_DIGITS]);
    uint8_t *buffer = malloc(envelope.length);
    struct byte_writer writer = byte_writer_on(buffer, envelope.length);
    assert_int_equal(sms_pp_download_encode(has_centre ? &centre : NULL, tpdu.bytes, tpdu.length, &writer),
                     OTA_OK);
    assert_bytes(buffer, writer.length, fields[ENVELOPE]);
    free(buffer);

    const uint8_t *found = NULL;
    size_t length = 0;
    assert_int_equal(sms_pp_download_decode(envelope.bytes, envelope.length, &found, &length), OTA_OK);
    assert_bytes(found, length, fields[TPDU]);
    for (size_t shorter = 0; shorter < envelope.length; shorter++) {
        uint8_t *copy = exact_copy(envelope.bytes, shorter);
        assert_int_equal(sms_pp_download_decode(copy, shorter, &found, &length), OTA_E_TRUNCATED);
        free(copy);
        writer = byte_writer_on(envelope.bytes, shorter);
        assert_int_equal(
            sms_pp_download_encode(has_centre ? &centre : NULL, tpdu.bytes, tpdu.length, &writer),
            OTA_E_NO_SPACE);
        envelope = from_hex(fields[ENVELOPE]);
    }
}

static void test_envelope_vectors(void **state)
{
    (void)state;
    assert_int_equal(each_vector("envelopes.txt", FIELDS, envelope_vector), 3);
}

/* Tags without the comprehension bit, as the Axalto card's forum trace has them (2005). */
static void test_envelope_without_comprehension_bits(void **state)
{
    (void)state;
    struct octets envelope = from_hex("D1 11 02028381 0606919530051042 0B03 440B91");
    const uint8_t *tpdu;
    size_t length;
    assert_int_equal(sms_pp_download_decode(envelope.bytes, envelope.length, &tpdu, &length), OTA_OK);
    assert_bytes(tpdu, length, "440B91");
}

static void test_envelope_refused(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        int expected;
    } rows[] = {
        {"D2 0C 82028381 8B03 440B91 010100", OTA_E_NOT_THIS}, /* cell broadcast */
        {"D1 04 82028381", OTA_E_NOT_THIS},                    /* no TPDU */
        {"D1 09 82028381 8B03 440B91 00", OTA_E_TRAILING},
        {"D1 09 82028381 8B04 440B91", OTA_E_TRUNCATED}, /* the TPDU leaves its template */
        {"D1 80 82028381", OTA_E_BAD_LENGTH},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct octets bytes = from_hex(rows[i].bytes);
        const uint8_t *tpdu;
        size_t length;
        int rc = sms_pp_download_decode(bytes.bytes, bytes.length, &tpdu, &length);
        if (rc != rows[i].expected)
            fail_msg("%s: %s", rows[i].bytes, ota_error_text(rc));
    }
}

/* A SEND SHORT MESSAGE, read and written; refused at every length that is too short. */
static void fetched_vector(char *const *fields)
{
    struct octets fetched = from_hex(fields[2]);
    struct proactive_command command;
    if (strcmp(fields[1], "fetched") != 0)
        return;
    assert_int_equal(proactive_command_decode(fetched.bytes, fetched.length, &command), OTA_OK);
    assert_int_equal(command.number, 1);
    assert_int_equal(command.type, PROACTIVE_SEND_SHORT_MESSAGE);
    assert_int_equal(command.destination, DEVICE_NETWORK);
    struct sms_submit sms;
    assert_int_equal(sms_submit_decode(command.tpdu, command.tpdu_length, &sms), OTA_OK);
    assert_bytes(sms.user_data, sms.user_data_length, fields[3]);

    uint8_t buffer[OCTETS_MAX];
    struct byte_writer writer = byte_writer_on(buffer, sizeof buffer);
    assert_int_equal(send_short_message_encode(1, command.tpdu, command.tpdu_length, &writer), OTA_OK);
    assert_bytes(buffer, writer.length, fields[2]);
    for (size_t length = 0; length < fetched.length; length++) {
        uint8_t *copy = exact_copy(fetched.bytes, length);
        assert_int_equal(proactive_command_decode(copy, length, &command), OTA_E_TRUNCATED);
        free(copy);
    }
}

static void test_fetched_vectors(void **state)
{
    (void)state;
    assert_int_equal(each_vector("ways.txt", 4, fetched_vector), 3);
}

static void test_refresh(void **state)
{
    (void)state;
    struct octets refresh = from_hex("D009810301010482028182");
    struct proactive_command command;
    assert_int_equal(proactive_command_decode(refresh.bytes, refresh.length, &command), OTA_OK);
    assert_int_equal(command.type, PROACTIVE_REFRESH);
    assert_int_equal(command.qualifier, 4);
    assert_int_equal(command.destination, DEVICE_ME);
    assert_null(command.tpdu);
}

static void test_proactive_refused(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        int expected;
    } rows[] = {
        {"D109810301010482028182", OTA_E_NOT_THIS},
        {"D0058103010104", OTA_E_NOT_THIS},               /* no device identities */
        {"D00882028182 8102 0101", OTA_E_BAD_LENGTH},     /* details of 2 bytes */
        {"D00A8104010104 00 82028182", OTA_E_BAD_LENGTH}, /* details of 4 bytes */
        {"D00882018181 03010104", OTA_E_BAD_LENGTH},
        {"D009810301130082028183", OTA_E_NOT_THIS}, /* SEND SHORT MESSAGE without a TPDU */
        {"D00981030101048202818200", OTA_E_TRAILING},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct octets bytes = from_hex(rows[i].bytes);
        struct proactive_command command;
        int rc = proactive_command_decode(bytes.bytes, bytes.length, &command);
        if (rc != rows[i].expected)
            fail_msg("%s: %s", rows[i].bytes, ota_error_text(rc));
    }
}

static void test_terminal_response(void **state)
{
    (void)state;
    const struct proactive_command command = {.number = 1, .type = PROACTIVE_SEND_SHORT_MESSAGE};
    uint8_t buffer[12], result = 0xFF;
    struct byte_writer writer = byte_writer_on(buffer, sizeof buffer);
    struct proactive_command decoded;
    assert_int_equal(terminal_response_encode(&command, 0x00, &writer), OTA_OK);
    assert_bytes(buffer, writer.length, "810301130082028281830100");
    assert_int_equal(terminal_response_decode(buffer, writer.length, &decoded, &result), OTA_OK);
    assert_int_equal(decoded.type, PROACTIVE_SEND_SHORT_MESSAGE);
    assert_int_equal(decoded.destination, DEVICE_SIM);
    assert_int_equal(result, 0);
    for (size_t length = 0; length < writer.length; length++) {
        uint8_t *copy = exact_copy(buffer, length);
        assert_true(terminal_response_decode(copy, length, &decoded, &result) < 0);
        free(copy);
    }
    struct octets busy = from_hex("0103011300 02028281 03022001"); /* additional information follows */
    assert_int_equal(terminal_response_decode(busy.bytes, busy.length, &decoded, &result), OTA_OK);
    assert_int_equal(result, 0x20);
    struct octets empty = from_hex("8103011300 82028281 8300");
    assert_int_equal(terminal_response_decode(empty.bytes, empty.length, &decoded, &result),
                     OTA_E_BAD_LENGTH);
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(proactive_type_text(0x01), "REFRESH");
    assert_string_equal(proactive_type_text(0x13), "SEND SHORT MESSAGE");
    assert_string_equal(proactive_type_text(0x44), "GET CHANNEL STATUS");
    assert_string_equal(proactive_type_text(0xFF), "proactive command of unknown type");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_envelope_vectors),  cmocka_unit_test(test_envelope_without_comprehension_bits),
        cmocka_unit_test(test_envelope_refused),  cmocka_unit_test(test_fetched_vectors),
        cmocka_unit_test(test_refresh),           cmocka_unit_test(test_proactive_refused),
        cmocka_unit_test(test_terminal_response), cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
