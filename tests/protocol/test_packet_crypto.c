#include "tests/protocol/helpers.h"

#include "protocol/packet_crypto.h"

static struct packet_crypto *crypto;

static int set_up(void **state)
{
    (void)state;
    crypto = packet_crypto_new();
    return crypto == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    packet_crypto_free(&crypto);
    packet_crypto_free(&crypto); /* twice does no harm */
    return crypto != NULL;
}

/* The checksum over `input`, cut in every way into three spans: the cut must not matter. */
static void assert_integrity(enum integrity method, uint8_t kid, const char *key, const struct octets *input,
                             const char *expected)
{
    struct security_keys keys = keys_of("-", key, "8");
    size_t size = 0;
    assert_int_equal(integrity_size(method, kid, &keys, &size), OTA_OK);
    for (size_t first = 0; first <= input->length; first++)
        for (size_t second = first; second <= input->length; second += 3) {
            const struct byte_span spans[] = {{input->bytes, first},
                                              {input->bytes + first, second - first},
                                              {input->bytes + second, input->length - second}};
            uint8_t out[INTEGRITY_SIZE_MAX];
            assert_int_equal(packet_integrity(crypto, method, kid, &keys, spans, 3, out), OTA_OK);
            assert_bytes(out, size, expected);
        }
}

static void test_crc_examples(void **state)
{
    (void)state;
    static const struct {
        const char *input, *crc16, *crc32;
    } rows[] = {
        {"0102030405", "22EC", "470B99F4"},
        {"0102030405060708", "6DD4", "3FCA88C5"},
        {"313233343536373839", "906E", "CBF43926"}, /* the catalogues' check value "123456789" */
        {"-", "0000", "00000000"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct octets input = from_hex(rows[i].input);
        assert_integrity(INTEGRITY_RC, 0x11, "-", &input, rows[i].crc16);
        assert_integrity(INTEGRITY_RC, 0x15, "-", &input, rows[i].crc32);
    }
}

/* onomondo-uicc, MAC test: an aligned input and one byte more. */
static void test_onomondo_macs(void **state)
{
    (void)state;
    const char *key = "AABBCCDDEEFF11220000000000000000";
    struct octets aligned = from_hex("0028151E193232B00011000000000106 0123456789ABCDEF0123456701234567");
    struct octets longer = from_hex("0028151E193232B00011000000000106 0123456789ABCDEF0123456701234567 AA");
    assert_integrity(INTEGRITY_CC, 0x35, key, &aligned, "C0995C616FA90E18");
    assert_integrity(INTEGRITY_CC, 0x32, key, &aligned, "BADDDA0EE401D63D");
    assert_integrity(INTEGRITY_CC, 0x35, key, &longer, "1B3A9C868F1283D3");
    assert_integrity(INTEGRITY_CC, 0x32, key, &longer, "F090FE9B251D5520");
}

/* RFC 4493 clause 4, the left 8 bytes. */
static void test_rfc_4493(void **state)
{
    (void)state;
    const char *key = "2B7E151628AED2A6ABF7158809CF4F3C";
    struct octets empty = from_hex("-"), block = from_hex("6BC1BEE22E409F96E93D7E117393172A");
    assert_integrity(INTEGRITY_CC, 0x12, key, &empty, "BB1D6929E9593728");
    assert_integrity(INTEGRITY_CC, 0x12, key, &block, "070A16B46B4D4144");
}

/* FIPS 113 appendix: DES, "7654321 Now is the time for ". */
static void test_fips_113(void **state)
{
    (void)state;
    struct octets input = from_hex("37363534333231204E6F77206973207468652074696D6520666F7220");
    assert_integrity(INTEGRITY_CC, 0x11, "0123456789ABCDEF", &input, "F1D30F6849312CA4");
}

static void test_long_input_is_chained(void **state)
{
    (void)state;
    static uint8_t input[5000];
    struct security_keys keys =
        keys_of("00112233445566778899AABBCCDDEEFF", "00112233445566778899AABBCCDDEEFF", "8");
    uint8_t out[INTEGRITY_SIZE_MAX];
    uint64_t seed = 42;
    for (size_t length = 4990; length <= sizeof input; length++) {
        random_fill(&seed, input, sizeof input);
        memset(input + length, 0, sizeof input - length);
        const struct byte_span spans[] = {{input, 7}, {input + 7, length - 7}};
        assert_int_equal(packet_integrity(crypto, INTEGRITY_CC, 0x15, &keys, spans, 2, out), OTA_OK);
        /* CBC-MAC is the last block of CBC over the zero-padded input */
        size_t padded = (length + 7) / 8 * 8;
        assert_int_equal(packet_encipher(crypto, &keys, 0x15, input, padded), OTA_OK);
        assert_memory_equal(out, input + padded - 8, 8);
    }
}

/* Key check values: the first 3 bytes of an enciphered block. */
static void assert_kcv(uint8_t kic, const char *key, const char *block, const char *kcv)
{
    struct security_keys keys = keys_of(key, "-", "8");
    struct octets bytes = from_hex(block);
    assert_int_equal(packet_encipher(crypto, &keys, kic, bytes.bytes, bytes.length), OTA_OK);
    assert_bytes(bytes.bytes, 3, kcv);
    assert_int_equal(packet_decipher(crypto, &keys, kic, bytes.bytes, bytes.length), OTA_OK);
    assert_bytes(bytes.bytes, bytes.length, block);
}

static void test_key_check_values(void **state)
{
    (void)state;
    const char *zeros = "0000000000000000", *ones = "01010101010101010101010101010101";
    assert_kcv(0x12, "000102030405060708090A0B0C0D0E0F", ones, "C35280");
    assert_kcv(0x15, "23434564756786846345235345645745", zeros, "E5108C");
    assert_kcv(0x15, "23454576679803454767897890890678", zeros, "04682B");
    assert_kcv(0x12, "23434564756786846345235345645745", ones, "702509");
    assert_kcv(0x12, "23454576679803454767897890890678", ones, "409411");
    assert_kcv(0x11, "0000000000000000", zeros, "8CA64D"); /* DES under the zero key */
    assert_kcv(0x1D, "0000000000000000", zeros, "8CA64D");
    assert_kcv(0x19, "000000000000000000000000000000000000000000000000", zeros, "8CA64D");
}

static void test_block_sizes(void **state)
{
    (void)state;
    static const size_t by_nibble[16] = {[0x1] = 8, [0x2] = 16, [0x5] = 8, [0x9] = 8, [0xD] = 8};
    for (unsigned int kic = 0; kic < 0x100; kic++)
        assert_int_equal(cipher_block_size((uint8_t)kic), by_nibble[kic & 0x0F]);
}

static void test_integrity_sizes(void **state)
{
    (void)state;
    struct security_keys four = {.cc_size = 4}, zero = {.cc_size = 0}, five = {.cc_size = 5};
    size_t size = 0;
    assert_int_equal(integrity_size(INTEGRITY_NONE, 0x00, NULL, &size), OTA_OK);
    assert_int_equal(size, 0);
    assert_int_equal(integrity_size(INTEGRITY_CC, 0x12, NULL, &size), OTA_OK);
    assert_int_equal(size, 8);
    assert_int_equal(integrity_size(INTEGRITY_CC, 0x12, &four, &size), OTA_OK);
    assert_int_equal(size, 4);
    assert_int_equal(integrity_size(INTEGRITY_CC, 0x15, &four, &size), OTA_OK);
    assert_int_equal(size, 8);
    assert_int_equal(integrity_size(INTEGRITY_CC, 0x12, &zero, &size), OTA_OK);
    assert_int_equal(size, 8);
    assert_int_equal(integrity_size(INTEGRITY_CC, 0x12, &five, &size), OTA_E_BAD_KEY);
    assert_int_equal(integrity_size(INTEGRITY_CC, 0x1D, &four, &size), OTA_E_UNSUPPORTED);
    assert_int_equal(integrity_size(INTEGRITY_RC, 0x12, &four, &size), OTA_E_UNSUPPORTED);
    assert_int_equal(integrity_size(INTEGRITY_DS, 0x15, &four, &size), OTA_E_UNSUPPORTED);
}

static void test_refused(void **state)
{
    (void)state;
    struct security_keys keys = keys_of("00112233445566778899AABBCCDDEEFF", "0011223344556677", "8");
    const struct byte_span nothing = {NULL, 0};
    uint8_t bytes[16] = {0}, out[INTEGRITY_SIZE_MAX];
    assert_int_equal(packet_encipher(crypto, &keys, 0x15, bytes, 12), OTA_E_BAD_LENGTH);
    assert_int_equal(packet_encipher(crypto, &keys, 0x12, bytes, 8), OTA_E_BAD_LENGTH);
    assert_int_equal(packet_encipher(crypto, &keys, 0x11, bytes, 8), OTA_E_BAD_KEY);
    assert_int_equal(packet_encipher(crypto, &keys, 0x10, bytes, 8), OTA_E_UNSUPPORTED);
    assert_int_equal(packet_decipher(crypto, NULL, 0x15, bytes, 8), OTA_E_BAD_KEY);
    assert_int_equal(packet_integrity(crypto, INTEGRITY_CC, 0x15, &keys, &nothing, 1, out), OTA_E_BAD_KEY);
    assert_int_equal(packet_integrity(crypto, INTEGRITY_CC, 0x1D, &keys, &nothing, 1, out),
                     OTA_E_UNSUPPORTED);
    assert_int_equal(packet_integrity(crypto, INTEGRITY_CC, 0x15, NULL, &nothing, 1, out), OTA_E_BAD_KEY);
    assert_int_equal(packet_integrity(crypto, INTEGRITY_DS, 0x15, &keys, &nothing, 1, out),
                     OTA_E_UNSUPPORTED);
}

static void test_forget(void **state)
{
    (void)state;
    packet_crypto_forget(crypto);
    assert_kcv(0x15, "23434564756786846345235345645745", "0000000000000000", "E5108C");
    test_rfc_4493(state);
    packet_crypto_forget(crypto);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_crc_examples),
        cmocka_unit_test(test_onomondo_macs),
        cmocka_unit_test(test_rfc_4493),
        cmocka_unit_test(test_fips_113),
        cmocka_unit_test(test_long_input_is_chained),
        cmocka_unit_test(test_key_check_values),
        cmocka_unit_test(test_block_sizes),
        cmocka_unit_test(test_integrity_sizes),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_forget),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
