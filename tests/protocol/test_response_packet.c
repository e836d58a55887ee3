#include "tests/protocol/helpers.h"

#include "protocol/response_packet.h"

enum { NAME, SPI2, KIC, KID, KIC_KEY, KID_KEY, CC_SIZE, TAR, CNTR, STATUS, PCNTR, DATA, PACKET, USE, FIELDS };

#define HEAD_SIZE 13 /* RPL to status */

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
    return crypto != NULL;
}

struct vector {
    struct security_parameters asked;
    struct response_packet response;
    struct security_keys keys;
    struct octets data, packet;
};

static void vector_read(char *const *fields, struct vector *vector)
{
    struct octets tar = from_hex(fields[TAR]);
    vector->data = from_hex(fields[DATA]);
    vector->packet = from_hex(fields[PACKET]);
    vector->keys = keys_of(fields[KIC_KEY], fields[KID_KEY], fields[CC_SIZE]);
    vector->asked = (struct security_parameters){.spi2 = from_hex(fields[SPI2]).bytes[0],
                                                 .kic = from_hex(fields[KIC]).bytes[0],
                                                 .kid = from_hex(fields[KID]).bytes[0]};
    vector->response = (struct response_packet){
        .tar = {tar.bytes[0], tar.bytes[1], tar.bytes[2]},
        .counter = strtoull(fields[CNTR], NULL, 16),
        .status = from_hex(fields[STATUS]).bytes[0],
        .data = vector->data.bytes,
        .length = vector->data.length,
        .integrity = spi2_integrity(vector->asked.spi2),
        .ciphered = spi2_ciphered(vector->asked.spi2),
    };
    if (strcmp(fields[USE], "clear") == 0) {
        vector->response.integrity = INTEGRITY_NONE;
        vector->response.ciphered = false;
    }
}

static int decode_copy(const struct vector *vector, size_t length, const struct security_keys *keys)
{
    uint8_t *copy = exact_copy(vector->packet.bytes, length);
    struct response_packet decoded;
    int rc = response_packet_decode(crypto, copy, length, &vector->asked, keys, &decoded);
    free(copy);
    return rc;
}

static void encode_vector(char *const *fields)
{
    struct vector vector;
    uint8_t buffer[200];
    struct byte_writer writer = byte_writer_on(buffer, sizeof buffer);
    vector_read(fields, &vector);
    if (strcmp(fields[USE], "decode") == 0)
        return;
    if (strcmp(fields[USE], "clear") == 0)
        response_packet_encode_error(vector.response.tar, vector.response.counter, vector.response.status,
                                     &writer);
    else if (response_packet_encode(crypto, &vector.response, &vector.asked, &vector.keys, &writer) != OTA_OK)
        fail_msg("%s: not encoded", fields[NAME]);
    if (writer.length != vector.packet.length || memcmp(buffer, vector.packet.bytes, writer.length) != 0)
        print_error("%s:\n", fields[NAME]);
    assert_bytes(buffer, writer.length, fields[PACKET]);
}

static void assert_decoded(const struct response_packet *decoded, const struct vector *vector,
                           const char *data)
{
    assert_memory_equal(decoded->tar, vector->response.tar, TAR_SIZE);
    assert_int_equal(decoded->counter, vector->response.counter);
    assert_int_equal(decoded->status, vector->response.status);
    assert_int_equal(decoded->integrity, vector->response.integrity);
    assert_int_equal(decoded->ciphered, vector->response.ciphered);
    assert_bytes(decoded->data, decoded->length, data);
}

static void decode_vector(char *const *fields)
{
    struct vector vector;
    struct response_packet decoded;
    size_t checksum_size = 0;
    vector_read(fields, &vector);
    int rc = response_packet_decode(crypto, vector.packet.bytes, vector.packet.length, &vector.asked,
                                    &vector.keys, &decoded);
    if (rc != OTA_OK)
        fail_msg("%s: %s", fields[NAME], ota_error_text(rc));
    assert_decoded(&decoded, &vector, fields[DATA]);
    assert_int_equal(integrity_size(decoded.integrity, vector.asked.kid, &vector.keys, &checksum_size),
                     OTA_OK);
    assert_int_equal(vector.packet.length - HEAD_SIZE - checksum_size - decoded.length,
                     strtoul(fields[PCNTR], NULL, 10));
}

static void truncate_vector(char *const *fields)
{
    struct vector vector;
    struct response_packet clear;
    vector_read(fields, &vector);
    for (size_t length = 0; length < vector.packet.length; length++) {
        uint8_t *copy = exact_copy(vector.packet.bytes, length);
        assert_int_equal(response_packet_peek_clear(copy, length, &clear), OTA_E_TRUNCATED);
        free(copy);
        assert_int_equal(decode_copy(&vector, length, &vector.keys), OTA_E_TRUNCATED);
    }
    vector.packet.bytes[vector.packet.length] = 0;
    assert_int_equal(decode_copy(&vector, vector.packet.length + 1, &vector.keys), OTA_E_BAD_LENGTH);
}

/* The same with an RPL that fits. What is left may only ever pass as an unprotected error (RHL 0A). */
static void truncate_vector_with_rpl(char *const *fields)
{
    struct vector vector;
    vector_read(fields, &vector);
    for (size_t length = 2; length < vector.packet.length; length++) {
        vector.packet.bytes[0] = 0;
        vector.packet.bytes[1] = (uint8_t)(length - 2);
        int rc = decode_copy(&vector, length, &vector.keys);
        if (vector.response.integrity != INTEGRITY_NONE || length < HEAD_SIZE)
            assert_int_not_equal(rc, OTA_OK);
    }
}

static void flip_vector(char *const *fields)
{
    struct vector vector;
    vector_read(fields, &vector);
    if (vector.response.integrity == INTEGRITY_NONE)
        return;
    for (size_t bit = 3 * 8; bit < vector.packet.length * 8; bit++) {
        vector.packet.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(decode_copy(&vector, vector.packet.length, &vector.keys), OTA_E_BAD_CHECKSUM);
        vector.packet.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

static void wrong_keys_for_vector(char *const *fields)
{
    struct vector vector;
    vector_read(fields, &vector);
    for (size_t i = 0; vector.response.integrity == INTEGRITY_CC && i < vector.keys.kid_size; i++) {
        struct security_keys wrong = vector.keys;
        wrong.kid[i] ^= 0x02; /* bit 1 is the DES parity */
        assert_int_equal(decode_copy(&vector, vector.packet.length, &wrong), OTA_E_BAD_CHECKSUM);
    }
    for (size_t i = 0; vector.response.ciphered && i < vector.keys.kic_size; i++) {
        struct security_keys wrong = vector.keys;
        wrong.kic[i] ^= 0x02;
        assert_int_equal(decode_copy(&vector, vector.packet.length, &wrong), OTA_E_BAD_CHECKSUM);
    }
}

#define EACH_VECTOR(test, use)                                                                               \
    static void test(void **state)                                                                           \
    {                                                                                                        \
        (void)state;                                                                                         \
        assert_true(each_vector("response-packets.txt", FIELDS, use) >= 22);                                 \
    }

EACH_VECTOR(test_vectors_encode, encode_vector)
EACH_VECTOR(test_vectors_decode, decode_vector)
EACH_VECTOR(test_vectors_truncated, truncate_vector)
EACH_VECTOR(test_vectors_truncated_with_rpl, truncate_vector_with_rpl)
EACH_VECTOR(test_vectors_bit_flips, flip_vector)
EACH_VECTOR(test_vectors_wrong_keys, wrong_keys_for_vector)

static struct security_keys sop_keys(void)
{
    return keys_of("23434564756786846345235345645745", "23454576679803454767897890890678", "8");
}

/* Whatever was asked, an error in clear is read, and what it really was is told. */
static void test_weaker_than_asked(void **state)
{
    (void)state;
    static const struct {
        uint8_t spi2;
        const char *packet;
        size_t length;
    } rows[] = {
        {0x39, "000B 0A B00010 0000000000 00 06", 0},
        {0x29, "000B 0A B00010 0000000000 00 06", 0},
        {0x31, "000B 0A B00010 0000000000 00 06", 0},
        {0x39, "000E 0A B00010 0000000000 00 06 016E00", 3}, /* an error with data */
        {0x25, "000E 0A B00010 0000000000 00 06 016E00", 3}, /* CRC asked */
        {0x31, "000E 0A B00010 0000000000 00 06 016E00", 3}, /* not whole blocks: cannot be ciphered */
        {0x2D, "000B 0A B00010 0000000000 00 06", 0},        /* a DS asked */
    };
    struct security_keys keys = sop_keys();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct octets packet = from_hex(rows[i].packet);
        const struct security_parameters asked = {.spi2 = rows[i].spi2, .kic = 0x15, .kid = 0x15};
        struct response_packet decoded;
        assert_int_equal(response_packet_decode(crypto, packet.bytes, packet.length, &asked, &keys, &decoded),
                         OTA_OK);
        assert_int_equal(decoded.status, POR_STATUS_UNIDENTIFIED_ERROR);
        assert_int_equal(decoded.integrity, INTEGRITY_NONE);
        assert_false(decoded.ciphered);
        assert_int_equal(decoded.length, rows[i].length);
    }
}

/* A good CC in clear though ciphering was asked: proven, but not ciphered. */
static void test_signed_but_not_ciphered(void **state)
{
    (void)state;
    struct security_keys keys = sop_keys();
    const struct security_parameters given = {.spi2 = 0x29, .kic = 0x15, .kid = 0x15};
    const struct security_parameters asked = {.spi2 = 0x39, .kic = 0x15, .kid = 0x15};
    const uint8_t data[] = {0x05, 0x90, 0x00};
    const struct response_packet response = {.tar = {0xB0, 0, 0x10}, .counter = 7, .data = data, .length = 3};
    uint8_t buffer[64], before[64];
    struct byte_writer writer = byte_writer_on(buffer, sizeof buffer);
    struct response_packet decoded;
    for (size_t length = 0; length <= sizeof data; length++) { /* one of them is whole blocks */
        struct response_packet shorter = response;
        shorter.length = length;
        writer = byte_writer_on(buffer, sizeof buffer);
        assert_int_equal(response_packet_encode(crypto, &shorter, &given, &keys, &writer), OTA_OK);
        memcpy(before, buffer, sizeof before);
        assert_int_equal(response_packet_decode(crypto, buffer, writer.length, &asked, &keys, &decoded),
                         OTA_OK);
        assert_int_equal(decoded.integrity, INTEGRITY_CC);
        assert_false(decoded.ciphered);
        assert_int_equal(decoded.counter, 7);
        assert_int_equal(decoded.length, length);
        assert_memory_equal(before, buffer, writer.length);
    }
}

/* RHL 0A where a CC was asked is clear, even if its bytes are whole blocks and decipher to a likely PCNTR. */
static void test_no_cc_means_clear(void **state)
{
    (void)state;
    struct security_keys keys = sop_keys();
    const struct security_parameters asked = {.spi2 = 0x39, .kic = 0x15, .kid = 0x15};
    for (unsigned int i = 0; i < 0x1000; i++) {
        struct octets packet = from_hex("000C 0A B00010 0000000000 00 06 00");
        struct response_packet decoded;
        packet.bytes[10] = (uint8_t)(i >> 8);
        packet.bytes[13] = (uint8_t)i;
        assert_int_equal(response_packet_decode(crypto, packet.bytes, packet.length, &asked, &keys, &decoded),
                         OTA_OK);
        assert_false(decoded.ciphered);
        assert_int_equal(decoded.status, 0x06);
        assert_int_equal(decoded.length, 1);
        assert_int_equal(decoded.data[0], (uint8_t)i);
    }
}

/* PCNTR as some card wrote it, in clear text that it then protects well. */
static int decode_with_padding_count(uint8_t padding_count)
{
    struct security_keys keys = sop_keys();
    const struct security_parameters asked = {.spi2 = 0x39, .kic = 0x15, .kid = 0x15};
    struct octets packet = from_hex("027100 0023 12 B00010 0000000001 00 00 0000000000000000"
                                    "059000 00000000000000 00000000000000");
    uint8_t *bytes = packet.bytes + 3;
    struct byte_span spans[] = {{packet.bytes, 16}, {packet.bytes + 24, packet.length - 24}};
    struct response_packet decoded;
    bytes[1] = (uint8_t)(packet.length - 5);
    bytes[11] = padding_count;
    assert_int_equal(packet_integrity(crypto, INTEGRITY_CC, 0x15, &keys, spans, 2, bytes + 13), OTA_OK);
    assert_int_equal(packet_encipher(crypto, &keys, 0x15, bytes + 6, packet.length - 9), OTA_OK);
    return response_packet_decode(crypto, bytes, packet.length - 3, &asked, &keys, &decoded);
}

static void test_padding_under_a_good_cc(void **state)
{
    (void)state;
    assert_int_equal(decode_with_padding_count(0), OTA_OK);
    assert_int_equal(decode_with_padding_count(7), OTA_OK);
    assert_int_equal(decode_with_padding_count(8), OTA_OK);
    assert_int_equal(decode_with_padding_count(9), OTA_E_BAD_PADDING);
    assert_int_equal(decode_with_padding_count(255), OTA_E_BAD_PADDING);
}

static void test_malformed(void **state)
{
    (void)state;
    static const struct {
        const char *packet;
        int expected;
    } rows[] = {
        {"000B 0A B00010 0000000000 00 00", OTA_OK},
        {"000A 0A B00010 0000000000 00", OTA_E_BAD_LENGTH},
        {"000B 09 B00010 0000000000 00 00", OTA_E_BAD_LENGTH},
        {"000B 0B B00010 0000000000 00 00", OTA_E_BAD_LENGTH},
        {"000B FF B00010 0000000000 00 00", OTA_E_BAD_LENGTH},
        {"000D 0C B00010 0000000000 00 00 0000", OTA_E_BAD_LENGTH}, /* an RC where CC was asked */
        {"000B 0A B00010 0000000000 01 00", OTA_E_BAD_PADDING},
        {"000C 0A B00010 0000000000 01 00 00", OTA_OK},
        {"000C 0A B00010 0000000000 02 00 00", OTA_E_BAD_PADDING},
    };
    struct security_keys keys = sop_keys();
    const struct security_parameters asked = {.spi2 = 0x39, .kic = 0x15, .kid = 0x15};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct octets packet = from_hex(rows[i].packet);
        uint8_t *copy = exact_copy(packet.bytes, packet.length);
        struct response_packet decoded;
        int rc = response_packet_decode(crypto, copy, packet.length, &asked, &keys, &decoded);
        free(copy);
        if (rc != rows[i].expected)
            fail_msg("row %zu: %s", i, ota_error_text(rc));
    }
}

static void test_peek_clear(void **state)
{
    (void)state;
    struct octets packet = from_hex("000E 0A B0011F 0000000001 00 00 0A9000");
    struct response_packet clear;
    assert_int_equal(response_packet_peek_clear(packet.bytes, packet.length, &clear), OTA_OK);
    assert_bytes(clear.tar, TAR_SIZE, "B0011F");
    assert_int_equal(clear.counter, 1);
    assert_int_equal(clear.integrity, INTEGRITY_NONE);
    assert_bytes(clear.data, clear.length, "0A9000");
    packet.bytes[2] = 0x09;
    assert_int_equal(response_packet_peek_clear(packet.bytes, packet.length, &clear), OTA_E_BAD_LENGTH);
    packet.bytes[2] = 0x0F;
    assert_int_equal(response_packet_peek_clear(packet.bytes, packet.length, &clear), OTA_E_BAD_LENGTH);
}

static void test_status_texts(void **state)
{
    (void)state;
    assert_string_equal(por_status_text(0x00), "PoR OK");
    assert_string_equal(por_status_text(0x0C), "the answer will come by USSD");
    assert_string_equal(por_status_text(0x0D), "reserved status");
    assert_string_equal(por_status_text(0xFF), "reserved status");
}

static const struct combination {
    uint8_t kic, kid;
    size_t kic_size, kid_size, cc_size;
} COMBINATIONS[] = {
    {0x11, 0x11, 8, 8, 8},   {0x15, 0x15, 16, 16, 8}, {0x19, 0x15, 24, 16, 0}, {0x1D, 0x11, 8, 8, 8},
    {0x12, 0x12, 16, 16, 8}, {0x12, 0x12, 24, 24, 4}, {0x12, 0x12, 32, 32, 0}, {0x15, 0x19, 16, 24, 8},
};

static void check_round_trip(const struct combination *combination, uint8_t spi2, size_t length,
                             uint64_t *seed)
{
    struct security_keys keys = {.kic_size = combination->kic_size,
                                 .kid_size = combination->kid_size,
                                 .cc_size = combination->cc_size};
    const struct security_parameters asked = {.spi2 = spi2, .kic = combination->kic, .kid = combination->kid};
    uint8_t data[300], packet[400];
    struct response_packet decoded;
    random_fill(seed, keys.kic, keys.kic_size);
    random_fill(seed, keys.kid, keys.kid_size);
    random_fill(seed, data, length);
    struct response_packet response = {.counter = random_next(seed) & COUNTER_MAX,
                                       .status = (uint8_t)random_next(seed),
                                       .data = data,
                                       .length = length};
    random_fill(seed, response.tar, TAR_SIZE);
    struct byte_writer writer = byte_writer_on(packet, sizeof packet);
    int rc = response_packet_encode(crypto, &response, &asked, &keys, &writer);
    if (spi2_integrity(spi2) == INTEGRITY_RC && (combination->kid == 0x12 || combination->kid == 0x19)) {
        assert_int_equal(rc, OTA_E_UNSUPPORTED);
        return;
    }
    assert_int_equal(rc, OTA_OK);
    assert_int_equal(response_packet_decode(crypto, packet, writer.length, &asked, &keys, &decoded), OTA_OK);
    assert_memory_equal(decoded.tar, response.tar, TAR_SIZE);
    assert_int_equal(decoded.counter, response.counter);
    assert_int_equal(decoded.status, response.status);
    assert_int_equal(decoded.integrity, spi2_integrity(spi2));
    assert_int_equal(decoded.ciphered, spi2_ciphered(spi2));
    assert_int_equal(decoded.length, length);
    if (length > 0)
        assert_memory_equal(decoded.data, data, length);
}

static void test_round_trips(void **state)
{
    (void)state;
    uint64_t seed = UINT64_C(0x710000B00010);
    for (size_t i = 0; i < sizeof COMBINATIONS / sizeof COMBINATIONS[0]; i++)
        for (unsigned int spi2 = 0; spi2 < 0x40; spi2++)
            for (size_t length = 0; length < 260; length += 13)
                if (spi2_integrity((uint8_t)spi2) != INTEGRITY_DS)
                    check_round_trip(&COMBINATIONS[i], (uint8_t)spi2, length, &seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors_encode),    cmocka_unit_test(test_vectors_decode),
        cmocka_unit_test(test_vectors_truncated), cmocka_unit_test(test_vectors_truncated_with_rpl),
        cmocka_unit_test(test_vectors_bit_flips), cmocka_unit_test(test_vectors_wrong_keys),
        cmocka_unit_test(test_weaker_than_asked), cmocka_unit_test(test_signed_but_not_ciphered),
        cmocka_unit_test(test_no_cc_means_clear), cmocka_unit_test(test_padding_under_a_good_cc),
        cmocka_unit_test(test_malformed),         cmocka_unit_test(test_peek_clear),
        cmocka_unit_test(test_status_texts),      cmocka_unit_test(test_round_trips),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
