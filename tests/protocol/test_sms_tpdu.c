#include "tests/protocol/helpers.h"

#include "protocol/sms_tpdu.h"

enum { NAME, OA_TYPE, OA_DIGITS, TIMESTAMP, UD, SC_TYPE, SC_DIGITS, TPDU, ENVELOPE, USE, FIELDS };

static void deliver_vector(char *const *fields)
{
    struct octets tpdu = from_hex(fields[TPDU]);
    struct sms_deliver sms;
    assert_int_equal(sms_deliver_decode(tpdu.bytes, tpdu.length, &sms), OTA_OK);
    assert_true(sms.has_user_data_header);
    assert_string_equal(sms.originator.digits, fields[OA_DIGITS]);
    assert_int_equal(sms.originator.type, from_hex(fields[OA_TYPE]).bytes[0]);
    assert_int_equal(sms.pid, SMS_PID_SIM_DATA_DOWNLOAD);
    assert_int_equal(sms.dcs, SMS_DCS_8BIT_CLASS2);
    assert_bytes(sms.timestamp, sizeof sms.timestamp, fields[TIMESTAMP]);
    assert_bytes(sms.user_data, sms.user_data_length, fields[UD]);
    if (strcmp(fields[USE], "decode") == 0)
        return;
    uint8_t buffer[SMS_TPDU_MAX];
    struct byte_writer writer = byte_writer_on(buffer, sizeof buffer);
    /* the vectors were made with TP-MMS 0, more messages */
    assert_true((tpdu.bytes[0] & 0x04) != 0 || sms.more_messages);
    assert_int_equal(sms_deliver_encode(&sms, &writer), OTA_OK);
    assert_bytes(buffer, writer.length, fields[TPDU]);
}

static void truncate_deliver_vector(char *const *fields)
{
    struct octets tpdu = from_hex(fields[TPDU]);
    struct sms_deliver sms;
    for (size_t length = 0; length < tpdu.length; length++) {
        uint8_t *copy = exact_copy(tpdu.bytes, length);
        assert_int_equal(sms_deliver_decode(copy, length, &sms), OTA_E_TRUNCATED);
        free(copy);
    }
    assert_int_equal(sms_deliver_decode(tpdu.bytes, tpdu.length + 1, &sms), OTA_E_TRAILING);
}

static void test_deliver_vectors(void **state)
{
    (void)state;
    assert_int_equal(each_vector("envelopes.txt", FIELDS, deliver_vector), 3);
}

static void test_deliver_vectors_truncated(void **state)
{
    (void)state;
    assert_int_equal(each_vector("envelopes.txt", FIELDS, truncate_deliver_vector), 3);
}

static void test_more_messages_is_inverted(void **state)
{
    (void)state;
    struct sms_deliver sms = {.has_user_data_header = true, .dcs = 0xF6}, decoded;
    uint8_t buffer[SMS_TPDU_MAX];
    for (int more = 0; more <= 1; more++) {
        struct byte_writer writer = byte_writer_on(buffer, sizeof buffer);
        sms.more_messages = more == 1;
        assert_int_equal(sms_deliver_encode(&sms, &writer), OTA_OK);
        assert_int_equal(buffer[0], more == 1 ? 0x40 : 0x44);
        assert_int_equal(sms_deliver_decode(buffer, writer.length, &decoded), OTA_OK);
        assert_int_equal(decoded.more_messages, more == 1);
    }
}

/* The SUBMIT of onomondo-uicc's FETCH (its UD shortened), then one of each validity period form. */
static void test_submit(void **state)
{
    (void)state;
    static const char *const tpdus[] = {
        "41 00 04 91 2143 7F F6 05 0271001122",                /* no validity period */
        "51 00 04 91 2143 7F F6 AA 05 0271001122",             /* relative */
        "49 00 04 91 2143 7F F6 01020304050607 05 0271001122", /* enhanced */
        "59 00 04 91 2143 7F F6 01020304050607 05 0271001122", /* absolute */
    };
    for (size_t i = 0; i < sizeof tpdus / sizeof tpdus[0]; i++) {
        struct octets tpdu = from_hex(tpdus[i]);
        struct sms_submit sms;
        assert_int_equal(sms_submit_decode(tpdu.bytes, tpdu.length, &sms), OTA_OK);
        assert_true(sms.has_user_data_header);
        assert_int_equal(sms.reference, 0);
        assert_string_equal(sms.destination.digits, "1234");
        assert_int_equal(sms.destination.type, SMS_ADDRESS_INTERNATIONAL);
        assert_int_equal(sms.pid, 0x7F);
        assert_bytes(sms.user_data, sms.user_data_length, "0271001122");
        uint8_t buffer[SMS_TPDU_MAX];
        struct byte_writer writer = byte_writer_on(buffer, sizeof buffer);
        assert_int_equal(sms_submit_encode(&sms, &writer), OTA_OK);
        assert_bytes(buffer, writer.length, tpdus[0]);
        for (size_t length = 0; length < tpdu.length; length++) {
            uint8_t *copy = exact_copy(tpdu.bytes, length);
            assert_int_equal(sms_submit_decode(copy, length, &sms), OTA_E_TRUNCATED);
            free(copy);
        }
    }
}

static void way_vector(char *const *fields)
{
    struct octets tpdu = from_hex(fields[2]);
    struct sms_submit submit;
    struct sms_deliver deliver;
    if (strcmp(fields[1], "deliver") == 0) {
        assert_string_equal(fields[3], "-");
        assert_int_equal(sms_deliver_decode(tpdu.bytes, tpdu.length, &deliver), OTA_E_TRAILING);
        return;
    }
    if (strcmp(fields[1], "submit") != 0)
        return;
    assert_int_equal(sms_submit_decode(tpdu.bytes, tpdu.length, &submit), OTA_OK);
    assert_string_equal(submit.destination.digits, "353866018269");
    assert_bytes(submit.user_data, submit.user_data_length, fields[3]);
    for (size_t length = 0; length < tpdu.length; length++) {
        uint8_t *copy = exact_copy(tpdu.bytes, length);
        assert_int_equal(sms_submit_decode(copy, length, &submit), OTA_E_TRUNCATED);
        free(copy);
    }
}

static void test_way_vectors(void **state)
{
    (void)state;
    assert_int_equal(each_vector("ways.txt", 4, way_vector), 3);
}

static void test_addresses(void **state)
{
    (void)state;
    static const struct {
        const char *digits, *coded;
    } rows[] = {
        {"", "00 91"},
        {"1", "01 91 F1"},
        {"12*#a", "05 91 21BAFC"},
        {"12345678901234567890", "14 91 21436587092143658709"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct sms_submit sms = {.destination = {.type = SMS_ADDRESS_INTERNATIONAL}, .dcs = 0xF6}, decoded;
        uint8_t buffer[SMS_TPDU_MAX];
        struct byte_writer writer = byte_writer_on(buffer, sizeof buffer);
        snprintf(sms.destination.digits, sizeof sms.destination.digits, "%s", rows[i].digits);
        assert_int_equal(sms_submit_encode(&sms, &writer), OTA_OK);
        struct octets coded = from_hex(rows[i].coded);
        assert_bytes(buffer + 2, coded.length, rows[i].coded);
        assert_int_equal(sms_submit_decode(buffer, writer.length, &decoded), OTA_OK);
        assert_string_equal(decoded.destination.digits, rows[i].digits);
    }
}

static int submit_error(const char *tpdu)
{
    struct octets bytes = from_hex(tpdu);
    struct sms_submit sms;
    return sms_submit_decode(bytes.bytes, bytes.length, &sms);
}

static void test_refused(void **state)
{
    (void)state;
    struct sms_deliver deliver;
    assert_int_equal(sms_deliver_decode((const uint8_t *)"\x41", 1, &deliver), OTA_E_NOT_THIS);
    assert_int_equal(submit_error("40 00 00 81 7F F6 00"), OTA_E_NOT_THIS);
    assert_int_equal(submit_error("41 00 00 81 7F F6 00"), OTA_OK);
    assert_int_equal(submit_error("41 00 15 81 2143658709214365870921 7F F6 00"), OTA_E_BAD_LENGTH);
    assert_int_equal(submit_error("41 00 04 81 2F43 7F F6 00"),
                     OTA_E_BAD_VALUE); /* a filler among the digits */
    assert_int_equal(submit_error("41 00 04 D0 C1E1 7F F6 00"), OTA_E_UNSUPPORTED); /* alphanumeric */
    assert_int_equal(submit_error("41 00 00 81 7F 00 00"), OTA_E_UNSUPPORTED);      /* 7-bit text */
    assert_int_equal(submit_error("41 00 00 81 7F F2 00"), OTA_E_UNSUPPORTED);
    assert_int_equal(submit_error("41 00 00 81 7F F6 8D"), OTA_E_BAD_LENGTH); /* UDL 141 */
    assert_int_equal(submit_error("41 00 00 81 7F F6 00 00"), OTA_E_TRAILING);
    struct sms_submit sms = {.dcs = 0xF6, .user_data_length = 141};
    uint8_t buffer[SMS_TPDU_MAX];
    struct byte_writer writer = byte_writer_on(buffer, sizeof buffer);
    assert_int_equal(sms_submit_encode(&sms, &writer), OTA_E_BAD_LENGTH);
    sms.user_data_length = 0;
    strcpy(sms.destination.digits, "12+4");
    assert_int_equal(sms_submit_encode(&sms, &writer), OTA_E_BAD_VALUE);
    strcpy(sms.destination.digits, "12F4");
    assert_int_equal(sms_submit_encode(&sms, &writer), OTA_E_BAD_VALUE);
    strcpy(sms.destination.digits, "12");
    writer = byte_writer_on(buffer, 3);
    assert_int_equal(sms_submit_encode(&sms, &writer), OTA_E_NO_SPACE);
}

static void test_8bit_codings(void **state)
{
    (void)state;
    static const uint8_t eight[] = {0x04, 0x15, 0x16, 0x08, 0x20, 0xE0, 0xF4, 0xF5, 0xF6};
    static const uint8_t seven[] = {0x00, 0x11, 0x12, 0xC0, 0xD0, 0xF0, 0xF1, 0xF2};
    for (size_t i = 0; i < sizeof eight; i++) {
        char tpdu[64];
        snprintf(tpdu, sizeof tpdu, "41 00 00 81 7F %02X 01 AA", eight[i]);
        assert_int_equal(submit_error(tpdu), OTA_OK);
    }
    for (size_t i = 0; i < sizeof seven; i++) {
        char tpdu[64];
        snprintf(tpdu, sizeof tpdu, "41 00 00 81 7F %02X 01 AA", seven[i]);
        assert_int_equal(submit_error(tpdu), OTA_E_UNSUPPORTED);
    }
}

static void test_timestamps(void **state)
{
    (void)state;
    static const struct {
        int64_t seconds;
        const char *coded;
    } rows[] = {
        {0, "07101000000000"},          /* 1970-01-01 00:00:00 */
        {-1, "96211332959500"},         /* 1969-12-31 23:59:59 */
        {951782400, "00209200000000"},  /* 2000-02-29 */
        {1785242040, "62708221430000"}, /* 2026-07-28 12:34:00, as in S1t */
        {1798761599, "62211332959500"}, /* 2026-12-31 23:59:59 */
        {4107542400, "00301000000000"}, /* 2100-03-01: 2100 has no leap day */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t timestamp[7];
        sms_timestamp_encode(rows[i].seconds, timestamp);
        assert_bytes(timestamp, sizeof timestamp, rows[i].coded);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_deliver_vectors),
        cmocka_unit_test(test_deliver_vectors_truncated),
        cmocka_unit_test(test_more_messages_is_inverted),
        cmocka_unit_test(test_submit),
        cmocka_unit_test(test_way_vectors),
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_8bit_codings),
        cmocka_unit_test(test_timestamps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
