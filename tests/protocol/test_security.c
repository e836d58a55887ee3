#include "tests/protocol/helpers.h"

struct row {
    uint8_t spi1, spi2, kic, kid;
    int expected;
    const char *names; /* what the reason must name */
};

static void check(const struct row *row)
{
    const struct security_parameters parameters = {
        .spi1 = row->spi1, .spi2 = row->spi2, .kic = row->kic, .kid = row->kid};
    const char *reason = NULL;
    int rc = security_parameters_check(&parameters, &reason);
    if (rc != row->expected)
        fail_msg("%02X%02X %02X %02X: %s", row->spi1, row->spi2, row->kic, row->kid, ota_error_text(rc));
    if (rc == OTA_OK) {
        assert_null(reason);
        return;
    }
    assert_non_null(reason);
    assert_non_null(strstr(reason, row->names));
    assert_non_null(strstr(reason, "expected"));
    assert_null(strchr(reason, '\n'));
}

static void test_allowed(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {0x00, 0x00, 0x00, 0x00, OTA_OK, NULL}, {0x00, 0x01, 0x00, 0x00, OTA_OK, NULL},
        {0x16, 0x21, 0x15, 0x15, OTA_OK, NULL}, {0x16, 0x39, 0x15, 0x15, OTA_OK, NULL},
        {0x16, 0x19, 0x12, 0x12, OTA_OK, NULL}, {0x1E, 0x3A, 0x19, 0x19, OTA_OK, NULL},
        {0x02, 0x09, 0x00, 0x15, OTA_OK, NULL}, {0x09, 0x25, 0x00, 0x11, OTA_OK, NULL},
        {0x0D, 0x35, 0x1D, 0x15, OTA_OK, NULL}, {0x04, 0x11, 0x15, 0x00, OTA_OK, NULL},
        {0x06, 0x00, 0x05, 0x15, OTA_OK, NULL}, /* key set 0: any */
        {0x05, 0x00, 0x15, 0x25, OTA_OK, NULL}, /* the KID index means nothing under RC */
        {0x02, 0x00, 0x24, 0x15, OTA_OK, NULL}, /* nor does KIc where nothing is ciphered */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check(&rows[i]);
}

static void test_refused(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {0x36, 0x21, 0x15, 0x15, OTA_E_BAD_VALUE, "SPI1"},
        {0x56, 0x21, 0x15, 0x15, OTA_E_BAD_VALUE, "SPI1"},
        {0x96, 0x21, 0x15, 0x15, OTA_E_BAD_VALUE, "SPI1"},
        {0x16, 0x61, 0x15, 0x15, OTA_E_BAD_VALUE, "SPI2"},
        {0x16, 0xA1, 0x15, 0x15, OTA_E_BAD_VALUE, "SPI2"},
        {0x16, 0x23, 0x15, 0x15, OTA_E_BAD_VALUE, "SPI2 b2b1"},
        {0x17, 0x21, 0x15, 0x15, OTA_E_UNSUPPORTED, "SPI1 b2b1"},
        {0x16, 0x2D, 0x15, 0x15, OTA_E_UNSUPPORTED, "SPI2 b4b3"},
        {0x16, 0x25, 0x15, 0x15, OTA_E_BAD_VALUE, "SPI2 b4b3"},
        {0x04, 0x29, 0x15, 0x15, OTA_E_BAD_VALUE, "SPI2 b4b3"},
        {0x15, 0x29, 0x15, 0x15, OTA_E_BAD_VALUE, "SPI2 b4b3"},
        {0x12, 0x31, 0x15, 0x15, OTA_E_BAD_VALUE, "SPI2 b5"},
        {0x16, 0x21, 0x10, 0x15, OTA_E_UNSUPPORTED, "KIc"},
        {0x16, 0x21, 0x13, 0x15, OTA_E_UNSUPPORTED, "KIc"},
        {0x16, 0x21, 0x1F, 0x15, OTA_E_UNSUPPORTED, "KIc"},
        {0x16, 0x21, 0x14, 0x15, OTA_E_BAD_VALUE, "KIc"},
        {0x16, 0x21, 0x16, 0x15, OTA_E_BAD_VALUE, "KIc"},
        {0x16, 0x21, 0x15, 0x10, OTA_E_UNSUPPORTED, "KID"},
        {0x16, 0x21, 0x15, 0x17, OTA_E_UNSUPPORTED, "KID"},
        {0x16, 0x21, 0x15, 0x1D, OTA_E_BAD_VALUE, "KID"},
        {0x16, 0x21, 0x15, 0x1A, OTA_E_BAD_VALUE, "KID"},
        {0x15, 0x21, 0x15, 0x12, OTA_E_BAD_VALUE, "KID"},
        {0x15, 0x21, 0x15, 0x19, OTA_E_BAD_VALUE, "KID"},
        {0x16, 0x21, 0x15, 0x25, OTA_E_BAD_VALUE, "KIc and KID"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check(&rows[i]);
}

static int check_keys(uint8_t spi1, uint8_t kic, uint8_t kid, size_t kic_size, size_t kid_size,
                      size_t cc_size)
{
    const struct security_parameters parameters = {.spi1 = spi1, .kic = kic, .kid = kid};
    const struct security_keys keys = {.kic_size = kic_size, .kid_size = kid_size, .cc_size = cc_size};
    const char *reason = NULL;
    int rc = security_keys_check(&parameters, &keys, &reason);
    assert_true((rc == OTA_OK) == (reason == NULL));
    return rc;
}

static void test_key_sizes(void **state)
{
    (void)state;
    static const struct {
        uint8_t nibble;
        uint32_t sizes; /* bit n: n * 8 bytes fit */
    } rows[] = {{0x1, 1u << 1}, {0x5, 1u << 2}, {0x9, 1u << 3}, {0x2, 1u << 2 | 1u << 3 | 1u << 4}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (size_t size = 0; size <= KEY_SIZE_MAX; size++) {
            bool fits = size % 8 == 0 && (rows[i].sizes >> size / 8 & 1) != 0;
            int expected = fits ? OTA_OK : OTA_E_BAD_KEY;
            assert_int_equal(check_keys(0x04, rows[i].nibble, 0, size, 0, 0), expected);
            assert_int_equal(check_keys(0x02, 0, rows[i].nibble, 0, size, 0), expected);
        }
    assert_int_equal(check_keys(0x04, 0x1D, 0, 8, 0, 0), OTA_OK);
    assert_int_equal(check_keys(0x04, 0x1D, 0, 16, 0, 0), OTA_E_BAD_KEY);
    assert_int_equal(check_keys(0x01, 0x15, 0x15, 0, 0, 0), OTA_OK); /* RC needs no key */
    assert_int_equal(check_keys(0x00, 0x15, 0x15, 0, 0, 0), OTA_OK);
}

static void test_cc_sizes(void **state)
{
    (void)state;
    for (size_t size = 0; size < 12; size++) {
        bool fits = size == 0 || size == 4 || size == 8;
        assert_int_equal(check_keys(0x02, 0, 0x12, 0, 16, size), fits ? OTA_OK : OTA_E_BAD_KEY);
        assert_int_equal(check_keys(0x02, 0, 0x15, 0, 16, size), OTA_OK); /* 3DES is always 8 */
    }
}

static void test_advice(void **state)
{
    (void)state;
    static const struct {
        uint8_t spi1, kic, kid;
        size_t count;
        const char *first;
    } rows[] = {
        {0x16, 0x15, 0x15, 0, NULL},         {0x00, 0x11, 0x11, 0, NULL},
        {0x01, 0x00, 0x11, 0, NULL}, /* CRC 16 is no DES */
        {0x16, 0x11, 0x15, 1, "Single DES"}, {0x04, 0x1D, 0x00, 1, "Single DES"},
        {0x02, 0x00, 0x11, 1, "Single DES"}, {0x06, 0x12, 0x12, 1, "AES"},
        {0x0E, 0x12, 0x12, 1, "AES"},        {0x16, 0x12, 0x12, 0, NULL},
        {0x02, 0x00, 0x12, 1, "AES"},        {0x06, 0x11, 0x12, 2, "Single DES"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct security_parameters parameters = {
            .spi1 = rows[i].spi1, .kic = rows[i].kic, .kid = rows[i].kid};
        const char *advice[SECURITY_ADVICE_MAX];
        assert_int_equal(security_parameters_advice(&parameters, advice), rows[i].count);
        if (rows[i].count > 0)
            assert_non_null(strstr(advice[0], rows[i].first));
    }
}

static void test_spi_readers(void **state)
{
    (void)state;
    assert_int_equal(spi1_integrity(0x16), INTEGRITY_CC);
    assert_true(spi1_ciphered(0x16));
    assert_int_equal(spi1_counter_mode(0x16), COUNTER_HIGHER);
    assert_int_equal(spi1_counter_mode(0x1E), COUNTER_NEXT);
    assert_int_equal(spi1_counter_mode(0x0E), COUNTER_UNCHECKED);
    assert_int_equal(spi2_por(0x21), POR_ALWAYS);
    assert_int_equal(spi2_integrity(0x39), INTEGRITY_CC);
    assert_true(spi2_ciphered(0x39) && spi2_by_submit(0x39));
    assert_false(spi2_ciphered(0x29) || spi2_by_submit(0x19));
    assert_int_equal(key_index(0x75), 7);
}

static void test_wipe(void **state)
{
    (void)state;
    struct security_keys keys;
    uint8_t zeros[sizeof keys] = {0};
    memset(&keys, 0xA5, sizeof keys);
    security_keys_wipe(&keys);
    assert_memory_equal(&keys, zeros, sizeof keys);
}

/* What real cards answer (pySim's vectors P5 and P5b) is no breach of the standard; reserved bits are. */
static void test_habits_are_not_the_standard(void **state)
{
    (void)state;
    static const struct {
        uint8_t spi1, spi2;
        int platform, standard;
    } rows[] = {
        {0x04, 0x19, OTA_E_BAD_VALUE, OTA_OK},          {0x02, 0x19, OTA_E_BAD_VALUE, OTA_OK},
        {0x16, 0x25, OTA_E_BAD_VALUE, OTA_OK},          {0x16, 0x39, OTA_OK, OTA_OK},
        {0x36, 0x25, OTA_E_BAD_VALUE, OTA_E_BAD_VALUE}, {0x16, 0x2D, OTA_E_UNSUPPORTED, OTA_E_UNSUPPORTED}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct security_parameters parameters = {
            .spi1 = rows[i].spi1, .spi2 = rows[i].spi2, .kic = 0x35, .kid = 0x35};
        const char *reason = NULL;
        assert_int_equal(security_parameters_check(&parameters, &reason), rows[i].platform);
        assert_int_equal(security_parameters_check_standard(&parameters, &reason), rows[i].standard);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_habits_are_not_the_standard),
        cmocka_unit_test(test_allowed),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_key_sizes),
        cmocka_unit_test(test_cc_sizes),
        cmocka_unit_test(test_advice),
        cmocka_unit_test(test_spi_readers),
        cmocka_unit_test(test_wipe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
