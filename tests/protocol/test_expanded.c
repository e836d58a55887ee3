#include "tests/protocol/helpers.h"

#include "protocol/expanded.h"

enum { NAME, TEMPLATE, ELEMENTS, EXECUTED, LAST_SW, ERRORS, FIELDS };

#define ELEMENTS_MAX 8

/* "22:00A4…,83:01"; `values` keeps the bytes. */
static size_t elements_of(const char *text, struct tlv *elements, struct octets *values)
{
    size_t count = 0;
    while (*text != '\0') {
        char value[2 * OCTETS_MAX + 1];
        const size_t digits = strcspn(text + 3, ",");
        assert_true(count < ELEMENTS_MAX && text[2] == ':');
        snprintf(value, sizeof value, "%.*s", (int)digits, text + 3);
        values[count] = from_hex(value);
        elements[count] = (struct tlv){.tag = (uint8_t)strtoul((char[]){text[0], text[1], '\0'}, NULL, 16),
                                       .value = values[count].bytes,
                                       .length = values[count].length};
        count++;
        text += 3 + digits + (text[3 + digits] == ',');
    }
    return count;
}

static void read_vector(char *const *fields)
{
    struct octets bytes = from_hex(fields[TEMPLATE]);
    struct tlv expected[ELEMENTS_MAX], element;
    struct octets values[ELEMENTS_MAX];
    struct expanded_reader reader;
    size_t count = elements_of(fields[ELEMENTS], expected, values);
    assert_int_equal(expanded_open(&reader, bytes.bytes, bytes.length), OTA_OK);
    assert_int_equal(reader.form, bytes.bytes[0]);
    for (size_t i = 0; i < count; i++) {
        if (expanded_next(&reader, &element) != OTA_OK)
            fail_msg("%s: element %zu not read", fields[NAME], i);
        assert_int_equal(element.tag, expected[i].tag);
        assert_int_equal(element.length, expected[i].length);
        if (element.length > 0)
            assert_memory_equal(element.value, expected[i].value, element.length);
    }
    assert_int_equal(expanded_next(&reader, &element), EXPANDED_END);
}

static void write_vector(char *const *fields)
{
    struct octets bytes = from_hex(fields[TEMPLATE]);
    struct tlv elements[ELEMENTS_MAX];
    struct octets values[ELEMENTS_MAX];
    uint8_t buffer[OCTETS_MAX];
    size_t count = elements_of(fields[ELEMENTS], elements, values);
    const enum expanded_template form = (enum expanded_template)bytes.bytes[0];
    assert_int_equal(expanded_size(form, elements, count), bytes.length);
    struct byte_writer writer = byte_writer_on(buffer, bytes.length);
    assert_int_equal(expanded_write(form, elements, count, &writer), OTA_OK);
    assert_bytes(buffer, writer.length, fields[TEMPLATE]);
    struct byte_writer small = byte_writer_on(buffer, bytes.length - 1);
    assert_int_equal(expanded_write(form, elements, count, &small), OTA_E_NO_SPACE);
}

static uint8_t error_value(const char *errors, const char *tag)
{
    const char *at = strstr(errors, tag);
    return at == NULL ? 0 : (uint8_t)strtoul(at + 3, NULL, 16);
}

static void decode_vector(char *const *fields)
{
    struct octets bytes = from_hex(fields[TEMPLATE]);
    struct expanded_response response;
    int rc = expanded_response_decode(bytes.bytes, bytes.length, &response);
    assert_int_equal(expanded_is_response(bytes.bytes, bytes.length), strcmp(fields[EXECUTED], "-") != 0);
    assert_int_equal(expanded_is_command(bytes.bytes, bytes.length), strcmp(fields[EXECUTED], "-") == 0);
    if (strcmp(fields[EXECUTED], "-") == 0) {
        assert_int_equal(rc, OTA_E_NOT_THIS);
        return;
    }
    assert_int_equal(rc, OTA_OK);
    assert_int_equal(response.executed, strtoul(fields[EXECUTED], NULL, 10));
    if (strcmp(fields[LAST_SW], "-") != 0)
        assert_int_equal(response.last.sw, strtoul(fields[LAST_SW], NULL, 16));
    assert_int_equal(response.bad_format, error_value(fields[ERRORS], "90:"));
    assert_int_equal(response.action_error, error_value(fields[ERRORS], "81:"));
    assert_int_equal(response.chaining_error, error_value(fields[ERRORS], "83:"));
    if (strcmp(fields[ERRORS], "-") != 0)
        assert_false(response.all_good);
}

/* Each element's value, of every length, as a C-APDU, as an R-APDU. */
static void truncate_elements(const struct octets *bytes)
{
    struct expanded_reader reader;
    struct tlv element;
    assert_int_equal(expanded_open(&reader, bytes->bytes, bytes->length), OTA_OK);
    while (expanded_next(&reader, &element) == OTA_OK)
        for (size_t length = 0; length <= element.length; length++) {
            uint8_t *copy = exact_copy(element.value, length);
            struct c_apdu command;
            struct r_apdu result;
            if (c_apdu_read(copy, length, &command) == OTA_OK)
                assert_true(command.length == 0 || command.data + command.length <= copy + length);
            else
                assert_true(length < 4 || element.tag != EXPANDED_C_APDU || length < element.length);
            assert_int_equal(r_apdu_read(copy, length, &result), length < 2 ? OTA_E_TRUNCATED : OTA_OK);
            free(copy);
        }
}

static void truncate_vector(char *const *fields)
{
    struct octets bytes = from_hex(fields[TEMPLATE]);
    for (size_t length = 0; length < bytes.length; length++) {
        uint8_t *copy = exact_copy(bytes.bytes, length);
        struct expanded_reader reader;
        struct tlv element;
        int rc = expanded_open(&reader, copy, length);
        while (rc == OTA_OK)
            rc = expanded_next(&reader, &element);
        if (rc != OTA_E_TRUNCATED)
            fail_msg("%s cut to %zu: %d", fields[NAME], length, rc);
        struct expanded_response response;
        rc = expanded_response_decode(copy, length, &response);
        if (rc != OTA_E_TRUNCATED && !(length > 0 && !expanded_is_response(bytes.bytes, bytes.length)))
            fail_msg("%s cut to %zu as an answer: %d", fields[NAME], length, rc);
        free(copy);
    }
    truncate_elements(&bytes);
}

static void test_vectors_read(void **state)
{
    (void)state;
    assert_int_equal(each_vector("expanded.txt", FIELDS, read_vector), 13);
}

static void test_vectors_written(void **state)
{
    (void)state;
    each_vector("expanded.txt", FIELDS, write_vector);
}

static void test_vectors_decoded(void **state)
{
    (void)state;
    each_vector("expanded.txt", FIELDS, decode_vector);
}

static void test_vectors_truncated(void **state)
{
    (void)state;
    each_vector("expanded.txt", FIELDS, truncate_vector);
}

static int walk(const char *hex)
{
    struct octets bytes = from_hex(hex);
    struct expanded_reader reader;
    struct tlv element;
    int rc = expanded_open(&reader, bytes.bytes, bytes.length);
    while (rc == OTA_OK)
        rc = expanded_next(&reader, &element);
    return rc;
}

static void test_malformed(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        int expected;
    } rows[] = {
        {"AA00", EXPANDED_END},
        {"AE800000", EXPANDED_END},
        {"A0A40000023F00", OTA_E_NOT_THIS},
        {"AA0022", OTA_E_TRAILING},
        {"AE80000000", OTA_E_TRAILING},
        {"AE80000100", OTA_E_BAD_LENGTH}, /* an end with a length */
        {"AE81002200", OTA_E_BAD_LENGTH}, /* the indefinite tag with a definite length */
        {"AA80220000", OTA_E_BAD_LENGTH}, /* and the other way round */
        {"AA0222830000", OTA_E_TRAILING},
        {"AA03228300", OTA_E_BAD_LENGTH},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (walk(rows[i].bytes) != rows[i].expected)
            fail_msg("%s: %d", rows[i].bytes, walk(rows[i].bytes));
}

static void test_bad_answers(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        int expected;
    } rows[] = {
        {"AB028000", OTA_E_BAD_LENGTH},
        {"AB0780050000000001", OTA_E_BAD_LENGTH},
        {"AB03230190", OTA_E_TRUNCATED},
        {"AB0490020101", OTA_E_BAD_LENGTH},
        {"AB0681028101800100", OTA_E_TRAILING},
        {"AB0480020102", OTA_OK},
        {"AB034401FF", OTA_OK}, /* an unknown element is passed over */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct octets bytes = from_hex(rows[i].bytes);
        struct expanded_response response;
        int rc = expanded_response_decode(bytes.bytes, bytes.length, &response);
        if (rc != rows[i].expected)
            fail_msg("%s: %s", rows[i].bytes, ota_error_text(rc));
    }
}

static void test_all_good(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        bool good;
    } rows[] = {{"AB0B800102230290002302910B", true},
                {"AB0B800102230294042302910B", false},
                {"AB03800100", true},
                {"AB06800101900102", false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct octets bytes = from_hex(rows[i].bytes);
        struct expanded_response response;
        assert_int_equal(expanded_response_decode(bytes.bytes, bytes.length, &response), OTA_OK);
        assert_int_equal(response.all_good, rows[i].good);
    }
}

static void test_c_apdu(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *data;
        int expected, le; /* le: -1 none */
    } rows[] = {
        {"00440000", "-", OTA_OK, -1},
        {"00B2010400", "-", OTA_OK, 0},
        {"00A4000C023F00", "3F00", OTA_OK, -1},
        {"80F24002024F0000", "4F00", OTA_OK, 0},
        {"80F24002024F00000A", "-", OTA_E_TRAILING, -1},
        {"004400", "-", OTA_E_TRUNCATED, -1},
        {"00A4000C033F00", "-", OTA_E_TRUNCATED, -1},
        {"00A4000C003F00", "-", OTA_E_TRAILING, -1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct octets bytes = from_hex(rows[i].bytes);
        struct c_apdu apdu;
        assert_int_equal(c_apdu_read(bytes.bytes, bytes.length, &apdu), rows[i].expected);
        if (rows[i].expected != OTA_OK)
            continue;
        assert_int_equal(apdu.cla, bytes.bytes[0]);
        assert_int_equal(apdu.p2, bytes.bytes[3]);
        assert_bytes(apdu.data, apdu.length, rows[i].data);
        assert_int_equal(apdu.has_le, rows[i].le >= 0);
        assert_int_equal(apdu.le, rows[i].le >= 0 ? rows[i].le : 0);
    }
}

static void test_too_long_for_the_definite_form(void **state)
{
    (void)state;
    static uint8_t value[65535], buffer[65560];
    const struct tlv one = {.tag = EXPANDED_C_APDU, .value = value, .length = sizeof value};
    struct byte_writer definite = byte_writer_on(buffer, sizeof buffer);
    struct byte_writer indefinite = byte_writer_on(buffer, sizeof buffer);
    assert_int_equal(expanded_write(EXPANDED_COMMAND, &one, 1, &definite), OTA_E_BAD_LENGTH);
    assert_int_equal(expanded_write(EXPANDED_COMMAND_INDEFINITE, &one, 1, &indefinite), OTA_OK);
    assert_int_equal(indefinite.length, expanded_size(EXPANDED_COMMAND_INDEFINITE, &one, 1));
}

static void test_texts(void **state)
{
    (void)state;
    assert_string_equal(bad_format_text(0x01), "unknown tag found");
    assert_string_equal(action_error_text(0x01), "suspension error");
    assert_string_equal(chaining_error_text(0x02), "script chaining not supported");
    assert_string_equal(chaining_text(CHAINING_LAST), "subsequent script, the last");
    assert_string_equal(chaining_text(0x55), "reserved value");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors_read),    cmocka_unit_test(test_vectors_written),
        cmocka_unit_test(test_vectors_decoded), cmocka_unit_test(test_vectors_truncated),
        cmocka_unit_test(test_malformed),       cmocka_unit_test(test_bad_answers),
        cmocka_unit_test(test_all_good),        cmocka_unit_test(test_c_apdu),
        cmocka_unit_test(test_texts),           cmocka_unit_test(test_too_long_for_the_definite_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
