#include "tests/protocol/helpers.h"

#include "protocol/command_packet.h"
#include "protocol/response_packet.h"

enum { NAME, SPI, KIC, KID, TAR, CNTR, KIC_KEY, KID_KEY, CC_SIZE, DATA, PACKET, USE, FIELDS };

#define PACKET_MAX 700

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

/* A line of command-packets.txt; `data` keeps the bytes that command.data points to. */
struct vector {
    struct command_packet command;
    struct security_keys keys;
    struct octets data, packet;
};

static void vector_read(char *const *fields, struct vector *vector)
{
    struct octets spi = from_hex(fields[SPI]), tar = from_hex(fields[TAR]);
    vector->data = from_hex(fields[DATA]);
    vector->packet = from_hex(fields[PACKET]);
    vector->keys = keys_of(fields[KIC_KEY], fields[KID_KEY], fields[CC_SIZE]);
    vector->command = (struct command_packet){
        .security = {.spi1 = spi.bytes[0],
                     .spi2 = spi.bytes[1],
                     .kic = from_hex(fields[KIC]).bytes[0],
                     .kid = from_hex(fields[KID]).bytes[0],
                     .tar = {tar.bytes[0], tar.bytes[1], tar.bytes[2]}},
        .counter = strtoull(fields[CNTR], NULL, 16),
        .data = vector->data.bytes,
        .length = vector->data.length,
    };
}

static int decode_copy(const uint8_t *packet, size_t length, const struct security_keys *keys)
{
    uint8_t *copy = exact_copy(packet, length);
    struct command_packet decoded;
    int rc = command_packet_decode(crypto, copy, length, keys, &decoded);
    free(copy);
    return rc;
}

static void encode_vector(char *const *fields)
{
    struct vector vector;
    uint8_t buffer[PACKET_MAX];
    size_t size = 0;
    vector_read(fields, &vector);
    if (strcmp(fields[USE], "decode") == 0)
        return;
    assert_int_equal(command_packet_size(&vector.command.security, &vector.keys, vector.data.length, &size),
                     OTA_OK);
    assert_int_equal(size, vector.packet.length);
    struct byte_writer writer = byte_writer_on(buffer, size);
    if (command_packet_encode(crypto, &vector.command, &vector.keys, &writer) != OTA_OK)
        fail_msg("%s: not encoded", fields[NAME]);
    if (writer.length != size || memcmp(buffer, vector.packet.bytes, size) != 0)
        print_error("%s:\n", fields[NAME]);
    assert_bytes(buffer, writer.length, fields[PACKET]);
}

static void decode_vector(char *const *fields)
{
    struct vector vector;
    struct command_packet decoded;
    struct security_parameters peeked;
    vector_read(fields, &vector);
    assert_int_equal(command_packet_peek(vector.packet.bytes, vector.packet.length, &peeked), OTA_OK);
    assert_memory_equal(&peeked, &vector.command.security, sizeof peeked);
    int rc = command_packet_decode(crypto, vector.packet.bytes, vector.packet.length, &vector.keys, &decoded);
    if (rc != OTA_OK)
        fail_msg("%s: %s", fields[NAME], ota_error_text(rc));
    assert_memory_equal(&decoded.security, &vector.command.security, sizeof decoded.security);
    assert_int_equal(decoded.counter, vector.command.counter);
    assert_bytes(decoded.data, decoded.length, fields[DATA]);
}

static void truncate_vector(char *const *fields)
{
    struct vector vector;
    struct security_parameters peeked;
    vector_read(fields, &vector);
    for (size_t length = 0; length < vector.packet.length; length++) {
        uint8_t *copy = exact_copy(vector.packet.bytes, length);
        assert_int_equal(command_packet_peek(copy, length, &peeked), OTA_E_TRUNCATED);
        free(copy);
        assert_int_equal(decode_copy(vector.packet.bytes, length, &vector.keys), OTA_E_TRUNCATED);
    }
    vector.packet.bytes[vector.packet.length] = 0;
    assert_int_equal(decode_copy(vector.packet.bytes, vector.packet.length + 1, &vector.keys),
                     OTA_E_BAD_LENGTH);
}

/* The packet with its length fields made to fit the truncation: the codec must not trust CHL either. */
static void truncate_vector_with_cpl(char *const *fields)
{
    struct vector vector;
    vector_read(fields, &vector);
    bool checked = spi1_integrity(vector.command.security.spi1) != INTEGRITY_NONE;
    for (size_t length = 2; length < vector.packet.length; length++) {
        vector.packet.bytes[0] = (uint8_t)((length - 2) >> 8);
        vector.packet.bytes[1] = (uint8_t)(length - 2);
        int rc = decode_copy(vector.packet.bytes, length, &vector.keys);
        if (checked || length < 16)
            assert_int_not_equal(rc, OTA_OK);
    }
}

static void flip_vector(char *const *fields)
{
    struct vector vector;
    vector_read(fields, &vector);
    if (spi1_integrity(vector.command.security.spi1) == INTEGRITY_NONE)
        return;
    for (size_t bit = 10 * 8; bit < vector.packet.length * 8; bit++) {
        vector.packet.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        int rc = decode_copy(vector.packet.bytes, vector.packet.length, &vector.keys);
        vector.packet.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(rc, OTA_E_BAD_CHECKSUM);
    }
}

/* A flip in the clear header either changes what CC covers or makes the header unreadable. */
static void flip_head_of_vector(char *const *fields)
{
    struct vector vector;
    vector_read(fields, &vector);
    if (spi1_integrity(vector.command.security.spi1) != INTEGRITY_CC)
        return;
    for (size_t bit = 0; bit < 10 * 8; bit++) {
        if (bit / 8 == 3 && bit % 8 < 2)
            continue; /* SPI1 b2b1: without CC nothing is proven */
        vector.packet.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        int rc = decode_copy(vector.packet.bytes, vector.packet.length, &vector.keys);
        vector.packet.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_not_equal(rc, OTA_OK);
    }
}

/* Bit 2 of a key byte: bit 1 is the DES parity. */
static void wrong_keys_for_vector(char *const *fields)
{
    struct vector vector;
    vector_read(fields, &vector);
    if (spi1_integrity(vector.command.security.spi1) != INTEGRITY_CC)
        return;
    for (size_t i = 0; i < vector.keys.kid_size; i++) {
        struct security_keys wrong = vector.keys;
        wrong.kid[i] ^= 0x02;
        assert_int_equal(decode_copy(vector.packet.bytes, vector.packet.length, &wrong), OTA_E_BAD_CHECKSUM);
    }
    for (size_t i = 0; spi1_ciphered(vector.command.security.spi1) && i < vector.keys.kic_size; i++) {
        struct security_keys wrong = vector.keys;
        wrong.kic[i] ^= 0x02;
        assert_int_equal(decode_copy(vector.packet.bytes, vector.packet.length, &wrong), OTA_E_BAD_CHECKSUM);
    }
}

static void no_space_for_vector(char *const *fields)
{
    struct vector vector;
    vector_read(fields, &vector);
    for (size_t size = 0; size < vector.packet.length; size++) {
        uint8_t *buffer = malloc(size);
        struct byte_writer writer = byte_writer_on(buffer, size);
        assert_int_equal(command_packet_encode(crypto, &vector.command, &vector.keys, &writer),
                         OTA_E_NO_SPACE);
        assert_int_equal(writer.length, 0);
        free(buffer);
    }
}

#define EACH_VECTOR(test, use)                                                                               \
    static void test(void **state)                                                                           \
    {                                                                                                        \
        (void)state;                                                                                         \
        assert_true(each_vector("command-packets.txt", FIELDS, use) >= 40);                                  \
    }

EACH_VECTOR(test_vectors_encode, encode_vector)
EACH_VECTOR(test_vectors_decode, decode_vector)
EACH_VECTOR(test_vectors_truncated, truncate_vector)
EACH_VECTOR(test_vectors_truncated_with_cpl, truncate_vector_with_cpl)
EACH_VECTOR(test_vectors_bit_flips, flip_vector)
EACH_VECTOR(test_vectors_bit_flips_in_head, flip_head_of_vector)
EACH_VECTOR(test_vectors_wrong_keys, wrong_keys_for_vector)
EACH_VECTOR(test_vectors_no_space, no_space_for_vector)

static const struct security_parameters SOP = {
    .spi1 = 0x16, .spi2 = 0x21, .kic = 0x15, .kid = 0x15, .tar = {0xB0, 0x00, 0x10}};

static struct security_keys sop_keys(void)
{
    return keys_of("23434564756786846345235345645745", "23454576679803454767897890890678", "8");
}

/* gsm0348 (Java), PacketBuilder's long test: 256 bytes 00..FF; only both ends are public. */
static void test_long_java_packet(void **state)
{
    (void)state;
    const char *key = "11223344556677889910111213141516";
    struct security_keys keys = keys_of(key, key, "8");
    uint8_t data[256], packet[PACKET_MAX];
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)i;
    const struct command_packet command = {
        .security = {.spi1 = 0x06, .spi2 = 0x21, .kic = 0x12, .kid = 0x12, .tar = {1, 2, 3}},
        .data = data,
        .length = sizeof data};
    struct byte_writer writer = byte_writer_on(packet, sizeof packet);
    assert_int_equal(command_packet_encode(crypto, &command, &keys, &writer), OTA_OK);
    assert_int_equal(writer.length, 282);
    assert_bytes(packet, 20, "01181506211212010203A73BAEB588B7B3B6C0BB");
    assert_bytes(packet + writer.length - 8, 8, "BD245520A0E2CAE3");
}

/* Secured data that one SMS of 137 packet bytes holds, by security. */
static void test_capacity_of_one_sms(void **state)
{
    (void)state;
    static const struct {
        uint8_t spi1, kic, kid;
        size_t cc_size, data;
    } rows[] = {
        {0x00, 0x00, 0x00, 8, 121}, {0x01, 0x00, 0x11, 8, 119}, {0x01, 0x00, 0x15, 8, 117},
        {0x02, 0x00, 0x15, 8, 113}, {0x04, 0x15, 0x15, 8, 114}, {0x06, 0x15, 0x15, 8, 106},
        {0x06, 0x12, 0x12, 4, 102}, {0x06, 0x12, 0x12, 8, 98},  {0x04, 0x12, 0x12, 8, 106},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct security_parameters security = {
            .spi1 = rows[i].spi1, .kic = rows[i].kic, .kid = rows[i].kid};
        const struct security_keys keys = {.cc_size = rows[i].cc_size};
        size_t size = 0;
        assert_int_equal(command_packet_size(&security, &keys, rows[i].data, &size), OTA_OK);
        assert_true(size <= 137);
        assert_int_equal(command_packet_size(&security, &keys, rows[i].data + 1, &size), OTA_OK);
        assert_true(size > 137);
        assert_int_equal(command_packet_capacity(&security, &keys, 137, &size), OTA_OK);
        assert_int_equal(size, rows[i].data);
    }
}

static void test_capacity_limits(void **state)
{
    (void)state;
    const struct security_parameters clear = {.spi1 = 0}, unknown = {.spi1 = 0x04, .kic = 0x13};
    size_t data = 1;
    assert_int_equal(command_packet_capacity(&clear, NULL, 15, &data), OTA_E_BAD_LENGTH);
    assert_int_equal(command_packet_capacity(&clear, NULL, 16, &data), OTA_OK);
    assert_int_equal(data, 0);
    assert_int_equal(command_packet_capacity(&clear, NULL, SIZE_MAX, &data), OTA_OK);
    assert_int_equal(data, 65535 - 14);
    assert_int_equal(command_packet_capacity(&unknown, NULL, 137, &data), OTA_E_UNSUPPORTED);
}

static void test_size_limit(void **state)
{
    (void)state;
    const struct security_parameters clear = {.spi1 = 0};
    size_t size = 0;
    assert_int_equal(command_packet_size(&clear, NULL, 65535 - 14, &size), OTA_OK);
    assert_int_equal(size, 65537);
    assert_int_equal(command_packet_size(&clear, NULL, 65535 - 13, &size), OTA_E_BAD_LENGTH);
    assert_int_equal(command_packet_size(&clear, NULL, SIZE_MAX, &size), OTA_E_BAD_LENGTH);
}

static int encode_sop(const struct security_parameters *security, const struct security_keys *keys,
                      uint64_t counter)
{
    uint8_t packet[PACKET_MAX];
    struct byte_writer writer = byte_writer_on(packet, sizeof packet);
    const struct command_packet command = {.security = *security, .counter = counter};
    return command_packet_encode(crypto, &command, keys, &writer);
}

static void test_encode_refuses(void **state)
{
    (void)state;
    struct security_keys keys = sop_keys(), no_kic = keys, no_kid = keys;
    struct security_parameters signed_one = SOP, reserved_kic = SOP, reserved_kid = SOP;
    no_kic.kic_size = 0;
    no_kid.kid_size = 8;
    signed_one.spi1 |= 0x03;
    reserved_kic.kic = 0x14;
    reserved_kid.kid = 0x1D;
    assert_int_equal(encode_sop(&SOP, &keys, COUNTER_MAX), OTA_OK);
    assert_int_equal(encode_sop(&SOP, &keys, COUNTER_MAX + 1), OTA_E_BAD_VALUE);
    assert_int_equal(encode_sop(&SOP, &no_kic, 1), OTA_E_BAD_KEY);
    assert_int_equal(encode_sop(&SOP, &no_kid, 1), OTA_E_BAD_KEY);
    assert_int_equal(encode_sop(&SOP, NULL, 1), OTA_E_BAD_KEY);
    assert_int_equal(encode_sop(&signed_one, &keys, 1), OTA_E_UNSUPPORTED);
    assert_int_equal(encode_sop(&reserved_kic, &keys, 1), OTA_E_UNSUPPORTED);
    assert_int_equal(encode_sop(&reserved_kid, &keys, 1), OTA_E_UNSUPPORTED);
}

/* Clear packets by hand: what the length fields may not say, and PCNTR. */
static void test_malformed(void **state)
{
    (void)state;
    static const struct {
        const char *packet;
        int expected;
    } rows[] = {
        {"000E 0D 0000 00 00 B00010 0000000001 00", OTA_OK},
        {"000D 0D 0000 00 00 B00010 0000000001", OTA_E_BAD_LENGTH},    /* CHL reaches behind CPL */
        {"000E 0C 0000 00 00 B00010 0000000001 00", OTA_E_BAD_LENGTH}, /* CHL too small for the header */
        {"000E FF 0000 00 00 B00010 0000000001 00", OTA_E_BAD_LENGTH},
        {"0010 0F 0000 00 00 B00010 0000000001 00 0000", OTA_E_BAD_LENGTH}, /* RC, though SPI1 says none */
        {"000F 0D 0100 00 11 B00010 0000000001 00 00", OTA_E_BAD_LENGTH},   /* no RC, though SPI1 says so */
        {"000F 0D 0000 00 00 B00010 0000000001 01 00", OTA_OK},
        {"000F 0D 0000 00 00 B00010 0000000001 02 00", OTA_E_BAD_PADDING},
        {"000F 0D 0400 14 00 B00010 0000000001 00 00", OTA_E_UNSUPPORTED}, /* KIc reserved */
        {"000F 0D 0400 15 00 B00010 0000000001 00 00", OTA_E_BAD_LENGTH},  /* not whole blocks */
    };
    struct security_keys keys = sop_keys();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct octets packet = from_hex(rows[i].packet);
        int rc = decode_copy(packet.bytes, packet.length, &keys);
        if (rc != rows[i].expected)
            fail_msg("row %zu: %s", i, ota_error_text(rc));
    }
}

static void test_peek_refuses(void **state)
{
    (void)state;
    struct octets packet = from_hex("000E 0C 0000 00 00 B00010 0000000001 00");
    struct security_parameters security;
    assert_int_equal(command_packet_peek(packet.bytes, packet.length, &security), OTA_E_BAD_LENGTH);
    packet.bytes[2] = 0x0E;
    assert_int_equal(command_packet_peek(packet.bytes, packet.length, &security), OTA_E_BAD_LENGTH);
    packet.bytes[2] = 0x0D;
    assert_int_equal(command_packet_peek(packet.bytes, packet.length, &security), OTA_OK);
}

/* PCNTR as some sender wrote it, in clear text that it then protects well. */
static int decode_with_padding_count(uint8_t padding_count)
{
    struct security_keys keys = sop_keys();
    struct octets packet = from_hex("0028 15 1621 15 15 B00010 0000000001 00 0000000000000000"
                                    "A0A40000023F00 A0A40000023F00 00000000");
    struct byte_span spans[] = {{packet.bytes, 16}, {packet.bytes + 24, packet.length - 24}};
    packet.bytes[15] = padding_count;
    assert_int_equal(packet_integrity(crypto, INTEGRITY_CC, 0x15, &keys, spans, 2, packet.bytes + 16),
                     OTA_OK);
    assert_int_equal(packet_encipher(crypto, &keys, 0x15, packet.bytes + 10, packet.length - 10), OTA_OK);
    return decode_copy(packet.bytes, packet.length, &keys);
}

static void test_padding_under_a_good_cc(void **state)
{
    (void)state;
    assert_int_equal(decode_with_padding_count(0), OTA_OK);
    assert_int_equal(decode_with_padding_count(4), OTA_OK);
    assert_int_equal(decode_with_padding_count(8), OTA_OK); /* a whole block, as some senders do */
    assert_int_equal(decode_with_padding_count(9), OTA_E_BAD_PADDING);
    assert_int_equal(decode_with_padding_count(255), OTA_E_BAD_PADDING);
}

struct combination {
    uint8_t kic, kid;
    size_t kic_size, kid_size, cc_size;
};

static const struct combination COMBINATIONS[] = {
    {0x11, 0x11, 8, 8, 8},   {0x15, 0x15, 16, 16, 8}, {0x19, 0x19, 24, 24, 0},
    {0x1D, 0x15, 8, 16, 8},  {0x12, 0x12, 16, 16, 8}, {0x12, 0x12, 24, 24, 4},
    {0x12, 0x12, 32, 32, 0}, {0x25, 0x22, 16, 32, 4}, {0x12, 0x15, 32, 16, 8},
};

static void check_round_trip(const struct combination *combination, uint8_t spi1, uint8_t spi2, size_t length,
                             uint64_t *seed)
{
    struct security_keys keys = {.kic_size = combination->kic_size,
                                 .kid_size = combination->kid_size,
                                 .cc_size = combination->cc_size};
    uint8_t data[300], packet[400];
    struct command_packet decoded;
    random_fill(seed, keys.kic, keys.kic_size);
    random_fill(seed, keys.kid, keys.kid_size);
    random_fill(seed, data, length);
    struct command_packet command = {
        .security = {.spi1 = spi1, .spi2 = spi2, .kic = combination->kic, .kid = combination->kid},
        .counter = random_next(seed) & COUNTER_MAX,
        .data = data,
        .length = length};
    random_fill(seed, command.security.tar, TAR_SIZE);
    struct byte_writer writer = byte_writer_on(packet, sizeof packet);
    int rc = command_packet_encode(crypto, &command, &keys, &writer);
    bool kid_names_crc = (combination->kid & 0x0F) == 0x1 || (combination->kid & 0x0F) == 0x5;
    if (spi1_integrity(spi1) == INTEGRITY_RC && !kid_names_crc) {
        assert_int_equal(rc, OTA_E_UNSUPPORTED);
        return;
    }
    assert_int_equal(rc, OTA_OK);
    assert_int_equal(command_packet_decode(crypto, packet, writer.length, &keys, &decoded), OTA_OK);
    assert_memory_equal(&decoded.security, &command.security, sizeof decoded.security);
    assert_int_equal(decoded.counter, command.counter);
    assert_int_equal(decoded.length, length);
    if (length > 0)
        assert_memory_equal(decoded.data, data, length);
}

/* Every SPI1 without DS, every SPI2, every algorithm; data of every length up to two SMS along the way. */
static void test_round_trips(void **state)
{
    (void)state;
    uint64_t seed = UINT64_C(0x0348102225031115);
    size_t length = 0;
    for (size_t i = 0; i < sizeof COMBINATIONS / sizeof COMBINATIONS[0]; i++)
        for (unsigned int spi1 = 0; spi1 < 0x20; spi1++)
            for (unsigned int spi2 = 0; spi2 < 0x40; spi2++)
                if ((spi1 & 0x03) != INTEGRITY_DS) {
                    check_round_trip(&COMBINATIONS[i], (uint8_t)spi1, (uint8_t)spi2, length, &seed);
                    length = (length + 1) % 280;
                }
}

/* Keys of the sizes that KIc and KID name; of AES one of three. */
static struct security_keys fitting_keys(uint8_t kic, uint8_t kid, unsigned int turn)
{
    static const uint8_t sizes[16] = {[0x1] = 8, [0x5] = 16, [0x9] = 24, [0xD] = 8};
    struct security_keys keys = {.kic_size = sizes[kic & 0x0F], .kid_size = sizes[kid & 0x0F]};
    if ((kic & 0x0F) == 0x2)
        keys.kic_size = 16 + turn % 3 * 8;
    if ((kid & 0x0F) == 0x2)
        keys.kid_size = 32 - turn % 3 * 8;
    keys.cc_size = turn % 2 == 0 ? 8 : 4;
    memset(keys.kic, 0x31, sizeof keys.kic);
    memset(keys.kid, 0x42, sizeof keys.kid);
    return keys;
}

static const uint8_t TABLE_DATA[] = {0xA0, 0xA4, 0x00, 0x00, 0x02, 0x3F, 0x00};

/* Whatever can be encoded is decoded, be it forbidden or not. */
static bool command_passes(const struct security_parameters *security, const struct security_keys *keys)
{
    uint8_t packet[64];
    struct command_packet decoded;
    const struct command_packet command = {
        .security = *security, .counter = 7, .data = TABLE_DATA, .length = sizeof TABLE_DATA};
    struct byte_writer writer = byte_writer_on(packet, sizeof packet);
    if (command_packet_encode(crypto, &command, keys, &writer) != OTA_OK)
        return false;
    assert_int_equal(command_packet_decode(crypto, packet, writer.length, keys, &decoded), OTA_OK);
    assert_memory_equal(&decoded.security, security, sizeof decoded.security);
    assert_int_equal(decoded.length, sizeof TABLE_DATA);
    assert_memory_equal(decoded.data, TABLE_DATA, sizeof TABLE_DATA);
    return true;
}

static bool response_passes(const struct security_parameters *asked, const struct security_keys *keys)
{
    uint8_t packet[64];
    struct response_packet decoded;
    const struct response_packet response = {.counter = 7, .data = TABLE_DATA, .length = sizeof TABLE_DATA};
    struct byte_writer writer = byte_writer_on(packet, sizeof packet);
    if (response_packet_encode(crypto, &response, asked, keys, &writer) != OTA_OK)
        return false;
    assert_int_equal(response_packet_decode(crypto, packet, writer.length, asked, keys, &decoded), OTA_OK);
    assert_int_equal(decoded.integrity, spi2_integrity(asked->spi2));
    assert_int_equal(decoded.ciphered, spi2_ciphered(asked->spi2));
    assert_memory_equal(decoded.data, TABLE_DATA, sizeof TABLE_DATA);
    return true;
}

/* The refusal names the field and what was expected of it. */
static void assert_named(const char *reason)
{
    assert_non_null(reason);
    assert_true(strncmp(reason, "SPI", 3) == 0 || strncmp(reason, "KI", 2) == 0);
    assert_non_null(strstr(reason, "expected"));
}

/* For one KIc and KID: every SPI1 with every SPI2 is refused by name, or command and response both pass. The
 * counter's two bits change neither, so they ride along. Returns how many are allowed. */
static size_t walk_spi(uint8_t kic, uint8_t kid)
{
    bool answered[0x100];
    size_t allowed = 0;
    for (unsigned int spi2 = 0; spi2 < 0x100; spi2++) {
        const struct security_parameters asked = {.spi2 = (uint8_t)spi2, .kic = kic, .kid = kid};
        const struct security_keys keys = fitting_keys(kic, kid, spi2);
        answered[spi2] = response_passes(&asked, &keys);
    }
    for (unsigned int spi1 = 0; spi1 < 0x100; spi1++) {
        struct security_parameters security = {.spi1 = (uint8_t)spi1, .kic = kic, .kid = kid};
        const struct security_keys keys = fitting_keys(kic, kid, spi1);
        bool sent = command_passes(&security, &keys);
        for (unsigned int spi2 = 0; spi2 < 0x100; spi2++) {
            const char *reason = NULL;
            security.spi2 = (uint8_t)spi2;
            if (security_parameters_check_standard(&security, &reason) != OTA_OK) {
                assert_named(reason);
                continue;
            }
            allowed++;
            if (!sent || !answered[spi2])
                fail_msg("%02X%02X %02X %02X is allowed and cannot be encoded", spi1, spi2, kic, kid);
        }
    }
    return allowed;
}

/* How many rows tables 1 to 3 of TS 102 225 leave: 4 counter modes, 3 PoR requests, 2 ways of the PoR; KIc is
 * one of 16 where neither side ciphers, one of 5 in the 3 cases else; KID one of 16 without RC and CC, one of 2
 * in the 5 cases with RC, one of 4 in the 3 with CC alone. */
static void test_whole_table(void **state)
{
    (void)state;
    size_t allowed = 0;
    for (unsigned int kic = 0x10; kic < 0x20; kic++)
        for (unsigned int kid = 0x10; kid < 0x20; kid++)
            allowed += walk_spi((uint8_t)kic, (uint8_t)kid);
    assert_int_equal(allowed, 4 * 3 * 2 * (16 + 3 * 5) * (16 + 5 * 2 + 3 * 4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors_encode),
        cmocka_unit_test(test_vectors_decode),
        cmocka_unit_test(test_vectors_truncated),
        cmocka_unit_test(test_vectors_truncated_with_cpl),
        cmocka_unit_test(test_vectors_bit_flips),
        cmocka_unit_test(test_vectors_bit_flips_in_head),
        cmocka_unit_test(test_vectors_wrong_keys),
        cmocka_unit_test(test_vectors_no_space),
        cmocka_unit_test(test_long_java_packet),
        cmocka_unit_test(test_capacity_of_one_sms),
        cmocka_unit_test(test_capacity_limits),
        cmocka_unit_test(test_size_limit),
        cmocka_unit_test(test_encode_refuses),
        cmocka_unit_test(test_malformed),
        cmocka_unit_test(test_peek_refuses),
        cmocka_unit_test(test_padding_under_a_good_cc),
        cmocka_unit_test(test_round_trips),
        cmocka_unit_test(test_whole_table),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
