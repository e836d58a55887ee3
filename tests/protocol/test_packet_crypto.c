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

static void checksum_vector(char *const *fields)
{
    const enum integrity method = strcmp(fields[1], "RC") == 0 ? INTEGRITY_RC : INTEGRITY_CC;
    struct octets input = from_hex(fields[4]);
    assert_integrity(method, from_hex(fields[2]).bytes[0], fields[3], &input, fields[5]);
}

static void test_checksum_vectors(void **state)
{
    (void)state;
    assert_int_equal(each_vector("checksums.txt", 6, checksum_vector), 15);
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

static void key_check_vector(char *const *fields)
{
    struct security_keys keys = keys_of(fields[2], "-", "8");
    const uint8_t kic = from_hex(fields[1]).bytes[0];
    const bool is_aes = cipher_block_size(kic) == 16;
    const char *block = is_aes ? "01010101010101010101010101010101" : "0000000000000000";
    struct octets bytes = from_hex(block);
    assert_int_equal(packet_encipher(crypto, &keys, kic, bytes.bytes, bytes.length), OTA_OK);
    assert_bytes(bytes.bytes, 3, fields[3]);
    assert_int_equal(packet_decipher(crypto, &keys, kic, bytes.bytes, bytes.length), OTA_OK);
    assert_bytes(bytes.bytes, bytes.length, block);
}

static void test_key_check_vectors(void **state)
{
    (void)state;
    assert_int_equal(each_vector("key-checks.txt", 4, key_check_vector), 8);
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
    test_key_check_vectors(state);
    test_checksum_vectors(state);
    packet_crypto_forget(crypto);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_checksum_vectors),
        cmocka_unit_test(test_long_input_is_chained),
        cmocka_unit_test(test_key_check_vectors),
        cmocka_unit_test(test_block_sizes),
        cmocka_unit_test(test_integrity_sizes),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_forget),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
