#include "tests/protocol/helpers.h"

#include "protocol/hex.h"
#include "protocol/install_parameters.h"

enum { NAME, PARAMETERS, WRITTEN, DATA, NON_VOLATILE, VOLATILE, SIM, UICC, ACCESS, ADMIN_ACCESS, FIELDS };

#define TEXT_SIZE 2048

__attribute__((format(printf, 2, 3))) static void add(char *text, const char *format, ...)
{
    va_list arguments;
    size_t length = strlen(text);
    va_start(arguments, format);
    vsnprintf(text + length, TEXT_SIZE - length, format, arguments);
    va_end(arguments);
}

static void add_hex(char *text, const uint8_t *bytes, size_t length)
{
    char hex[2 * INSTALL_PARAMETERS_MAX + 1];
    add(text, "%s", length > 0 ? hex_encode(bytes, length, hex) : "-");
}

static void add_toolkit(char *text, const struct toolkit_application *toolkit)
{
    add(text, "%d/%d/%d/", toolkit->priority, toolkit->timers, toolkit->text_length);
    for (size_t i = 0; i < toolkit->entry_count; i++)
        add(text, "%s%d.%d", i > 0 ? "," : "", toolkit->entries[i].position, toolkit->entries[i].identifier);
    add(text, "%s/%d/", toolkit->entry_count > 0 ? "" : "-", toolkit->channels);
    add_hex(text, &toolkit->minimum_spi1, toolkit->has_minimum_spi1);
    add(text, "%s", toolkit->tar_count > 0 ? "/" : "/-");
    for (size_t i = 0; i < toolkit->tar_count; i++) {
        add(text, "%s", i > 0 ? "," : "");
        add_hex(text, toolkit->tars[i], TAR_SIZE);
    }
}

static void assert_access(const struct access_list *list, const char *expected)
{
    char text[TEXT_SIZE] = "";
    for (size_t i = 0; i < list->count; i++) {
        const struct access_entry *entry = &list->entries[i];
        add(text, "%s", i > 0 ? "," : "");
        if (entry->aid_length > 0)
            add_hex(text, entry->aid, entry->aid_length);
        else
            add(text, "uicc");
        add(text, ":");
        add_hex(text, entry->domain, entry->domain_length);
        add(text, ":");
        add_hex(text, entry->dap, entry->dap_length);
    }
    assert_string_equal(list->count > 0 ? text : "-", expected);
}

static void assert_sim(const struct install_parameters *parameters, const char *expected)
{
    char text[TEXT_SIZE] = "";
    add_hex(text, parameters->access_domain, parameters->access_domain_length);
    add(text, "/");
    add_toolkit(text, &parameters->sim);
    assert_string_equal(parameters->has_sim ? text : "-", expected);
}

static void assert_uicc(const struct install_parameters *parameters, const char *expected)
{
    char text[TEXT_SIZE] = "";
    add_toolkit(text, &parameters->uicc);
    add(text, "/%d", parameters->services);
    assert_string_equal(parameters->has_uicc ? text : "-", expected);
}

static struct install_parameters decoded(const char *hex)
{
    struct octets bytes = from_hex(hex);
    struct install_parameters parameters;
    uint8_t *copy = exact_copy(bytes.bytes, bytes.length);
    int rc = install_parameters_decode(copy, bytes.length, &parameters);
    free(copy);
    if (rc != OTA_OK)
        fail_msg("%s: %s", hex, ota_error_text(rc));
    return parameters;
}

static void read_vector(char *const *fields)
{
    struct install_parameters parameters = decoded(fields[PARAMETERS]);
    char data[TEXT_SIZE] = "";
    add_hex(data, parameters.application_data, parameters.application_data_length);
    assert_string_equal(data, fields[DATA]);
    assert_int_equal(parameters.non_volatile_memory, strtoul(fields[NON_VOLATILE], NULL, 10));
    assert_int_equal(parameters.volatile_memory, strtoul(fields[VOLATILE], NULL, 10));
    assert_sim(&parameters, fields[SIM]);
    assert_uicc(&parameters, fields[UICC]);
    assert_access(&parameters.access, fields[ACCESS]);
    assert_access(&parameters.admin_access, fields[ADMIN_ACCESS]);
}

static void write_vector(char *const *fields)
{
    struct install_parameters parameters = decoded(fields[PARAMETERS]);
    const char *expected = strcmp(fields[WRITTEN], "=") == 0 ? fields[PARAMETERS] : fields[WRITTEN];
    uint8_t buffer[INSTALL_PARAMETERS_MAX];
    struct byte_writer writer = byte_writer_on(buffer, from_hex(expected).length);
    assert_int_equal(install_parameters_encode(&parameters, &writer), OTA_OK);
    assert_bytes(buffer, writer.length, expected);
    struct byte_writer small = byte_writer_on(buffer, writer.length - 1);
    assert_int_equal(install_parameters_encode(&parameters, &small), OTA_E_NO_SPACE);
}

/* Cut between two TLVs what is left is whole; anywhere else it is not. */
static void truncate_vector(char *const *fields)
{
    struct octets bytes = from_hex(fields[PARAMETERS]);
    size_t whole = 0;
    for (size_t length = 0; length < bytes.length; length++) {
        uint8_t *copy = exact_copy(bytes.bytes, length);
        struct install_parameters parameters;
        int rc = install_parameters_decode(copy, length, &parameters);
        if (length == whole) {
            assert_int_equal(rc, OTA_OK);
            whole = length + 1 < bytes.length ? length + 2 + bytes.bytes[length + 1] : length;
        } else if (rc != OTA_E_TRUNCATED)
            fail_msg("%s cut to %zu: %d", fields[NAME], length, rc);
        free(copy);
    }
}

static void test_vectors_are_read(void **state)
{
    (void)state;
    assert_int_equal(each_vector("install-parameters.txt", FIELDS, read_vector), 14);
}

static void test_vectors_are_written(void **state)
{
    (void)state;
    assert_int_equal(each_vector("install-parameters.txt", FIELDS, write_vector), 14);
}

static void test_truncated(void **state)
{
    (void)state;
    assert_int_equal(each_vector("install-parameters.txt", FIELDS, truncate_vector), 14);
}

static void test_refused(void **state)
{
    static const struct {
        const char *hex;
        int rc;
    } cases[] = {
        {"C900C900", OTA_E_BAD_VALUE}, /* twice */
        {"C90001", OTA_E_TRUNCATED},   /* a tag without its length */
        {"CF00", OTA_E_UNSUPPORTED},   /* tags that we do not know, in each place */
        {"EF03CF0140", OTA_E_UNSUPPORTED},
        {"EA028300", OTA_E_UNSUPPORTED},
        {"EF03C80100", OTA_E_BAD_LENGTH},                  /* a quota of one byte */
        {"EA0A80090100000000000000", OTA_E_TRUNCATED},     /* 80 is longer than EA */
        {"EA0B8009010000000000000000", OTA_E_TRAILING},    /* behind the services */
        {"EF0CCA0A01000100000000000000", OTA_E_TRAILING},  /* a SIM has no services */
        {"EF04CA020200", OTA_E_TRUNCATED},                 /* a domain of two bytes has one */
        {"EA0B8009010000000001020000", OTA_E_UNSUPPORTED}, /* a level of one byte */
        {"EA0D800B0100000000030102030000", OTA_E_UNSUPPORTED},
        {"EA0C800A01000000000202160000", OTA_E_UNSUPPORTED},  /* of parameter 2 */
        {"EA0A80080100000000000101", OTA_E_BAD_LENGTH},       /* a TAR of one byte */
        {"EA0580030100FF", OTA_E_TRUNCATED},                  /* the number of entries is missing */
        {"EA06800401000001", OTA_E_TRUNCATED},                /* an entry is missing */
        {"EA058103000200", OTA_E_TRUNCATED},                  /* a domain of two bytes has one */
        {"EA0E810C000900000000000000000000", OTA_E_NO_SPACE}, /* of nine bytes */
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct octets bytes = from_hex(cases[i].hex);
        struct install_parameters parameters;
        uint8_t *copy = exact_copy(bytes.bytes, bytes.length);
        int rc = install_parameters_decode(copy, bytes.length, &parameters);
        free(copy);
        if (rc != cases[i].rc)
            fail_msg("%s: %d, expected %d", cases[i].hex, rc, cases[i].rc);
    }
}

static int encode(const struct install_parameters *parameters, size_t *length)
{
    uint8_t buffer[2 * INSTALL_PARAMETERS_MAX];
    struct byte_writer writer = byte_writer_on(buffer, sizeof buffer);
    int rc = install_parameters_encode(parameters, &writer);
    *length = writer.length;
    return rc;
}

/* Whatever the room, no more than an INSTALL takes; and nothing is written that cannot be read. */
static void test_limits(void **state)
{
    static struct install_parameters parameters;
    size_t length;
    (void)state;
    parameters = (struct install_parameters){.application_data_length = INSTALL_PARAMETERS_MAX - 3};
    assert_int_equal(encode(&parameters, &length), OTA_OK);
    assert_int_equal(length, INSTALL_PARAMETERS_MAX);
    parameters.application_data_length++;
    assert_int_equal(encode(&parameters, &length), OTA_E_NO_SPACE);
    parameters.application_data_length = INSTALL_PARAMETERS_MAX + 1;
    assert_int_equal(encode(&parameters, &length), OTA_E_BAD_VALUE);

    parameters = (struct install_parameters){.has_uicc = true, .uicc.tar_count = TOOLKIT_TARS_MAX};
    assert_int_equal(encode(&parameters, &length), OTA_OK);
    parameters.services = 1;
    parameters.uicc.entry_count = 1;
    assert_int_equal(encode(&parameters, &length), OTA_E_NO_SPACE);
    parameters.uicc.tar_count++;
    assert_int_equal(encode(&parameters, &length), OTA_E_BAD_VALUE);
    parameters = (struct install_parameters){.has_sim = true, .sim.entry_count = TOOLKIT_MENU_ENTRIES_MAX};
    assert_int_equal(encode(&parameters, &length), OTA_OK);
    parameters.sim.entry_count++;
    assert_int_equal(encode(&parameters, &length), OTA_E_BAD_VALUE);
    parameters = (struct install_parameters){.access.count = ACCESS_ENTRIES_MAX};
    assert_int_equal(encode(&parameters, &length), OTA_OK);
    parameters.access.count++;
    assert_int_equal(encode(&parameters, &length), OTA_E_BAD_VALUE);
    parameters = (struct install_parameters){.admin_access = {1, {{.domain_length = ACCESS_DOMAIN_MAX + 1}}}};
    assert_int_equal(encode(&parameters, &length), OTA_E_BAD_VALUE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors_are_read), cmocka_unit_test(test_vectors_are_written),
        cmocka_unit_test(test_truncated),        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
