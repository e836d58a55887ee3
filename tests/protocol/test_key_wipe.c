/* No key stays behind in released memory, in a context that was told to forget, or on
 * the stack; and a packet costs no allocation. All memory of OpenSSL goes through the
 * functions here, that of protocol/ through the linker's --wrap. */
#define OPENSSL_SUPPRESS_DEPRECATED /* DES_set_key_unchecked: what a schedule looks like */

#include "config.h" /* memmem() */

#include "tests/protocol/helpers.h"

#include <malloc.h>

#include <openssl/aes.h>
#include <openssl/crypto.h>
#include <openssl/des.h>

#include "protocol/command_packet.h"
#include "protocol/response_packet.h"

#define BLOCKS_MAX 65536
#define PATTERN_SIZE 8
#define PATTERNS_MAX 64

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void __real_free(void *memory);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void __wrap_free(void *memory);

static void *blocks[BLOCKS_MAX];
static size_t block_count, allocations, found_released;

static uint8_t patterns[PATTERNS_MAX][PATTERN_SIZE];
static size_t pattern_count;

static bool holds_key(const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < pattern_count; i++)
        if (memmem(bytes, length, patterns[i], PATTERN_SIZE) != NULL)
            return true;
    return false;
}

static void *note(void *memory)
{
    allocations++;
    if (memory != NULL && block_count < BLOCKS_MAX)
        blocks[block_count++] = memory;
    return memory;
}

static void release(void *memory)
{
    if (memory == NULL)
        return;
    if (holds_key(memory, malloc_usable_size(memory)))
        found_released++;
    for (size_t i = 0; i < block_count; i++)
        if (blocks[i] == memory) {
            blocks[i] = blocks[--block_count];
            break;
        }
    __real_free(memory);
}

void *__wrap_malloc(size_t size)
{
    return note(__real_malloc(size));
}
void *__wrap_calloc(size_t count, size_t size)
{
    return note(__real_calloc(count, size));
}
void __wrap_free(void *memory)
{
    release(memory);
}

static void *openssl_malloc(size_t size, const char *file, int line)
{
    (void)file, (void)line;
    return size == 0 ? NULL : note(__real_malloc(size));
}

static void openssl_free(void *memory, const char *file, int line)
{
    (void)file, (void)line;
    release(memory);
}

static void *openssl_realloc(void *memory, size_t size, const char *file, int line)
{
    void *grown = openssl_malloc(size, file, line);
    size_t old = memory == NULL ? 0 : malloc_usable_size(memory);
    if (grown != NULL && old > 0)
        memcpy(grown, memory, old < size ? old : size);
    if (grown != NULL || size == 0)
        release(memory);
    return grown;
}

static size_t live_with_key(void)
{
    size_t found = 0;
    for (size_t i = 0; i < block_count; i++)
        found += holds_key(blocks[i], malloc_usable_size(blocks[i]));
    return found;
}

static void add_pattern(const void *bytes)
{
    assert_true(pattern_count < PATTERNS_MAX);
    memcpy(patterns[pattern_count++], bytes, PATTERN_SIZE);
}

/* The key itself, and what the schedules of AES and DES make of it. */
static void search_for(const uint8_t *key, size_t size)
{
    AES_KEY aes;
    for (size_t at = 0; at + PATTERN_SIZE <= size; at += PATTERN_SIZE) {
        DES_key_schedule des;
        DES_cblock block;
        memcpy(block, key + at, sizeof block);
        DES_set_key_unchecked(&block, &des);
        add_pattern(key + at);
        add_pattern(&des);
    }
    if (size < 16)
        return;
    AES_set_encrypt_key(key, (int)(8 * size), &aes);
    add_pattern(aes.rd_key); /* words of the machine's order */
    OPENSSL_cleanse(&aes, sizeof aes);
}

static const struct {
    uint8_t kic, kid;
    size_t kic_size, kid_size;
} ALGORITHMS[] = {{0x11, 0x11, 8, 8},   {0x15, 0x15, 16, 16}, {0x19, 0x19, 24, 24}, {0x1D, 0x15, 8, 16},
                  {0x12, 0x12, 16, 16}, {0x12, 0x12, 24, 24}, {0x12, 0x12, 32, 32}, {0x15, 0x12, 16, 32}};

static struct packet_crypto *crypto;
static struct security_keys keys;

static void new_keys(size_t algorithm)
{
    uint64_t seed = 0x5EED + algorithm;
    keys = (struct security_keys){.kic_size = ALGORITHMS[algorithm].kic_size,
                                  .kid_size = ALGORITHMS[algorithm].kid_size};
    random_fill(&seed, keys.kic, keys.kic_size);
    random_fill(&seed, keys.kid, keys.kid_size);
    pattern_count = found_released = 0;
    search_for(keys.kic, keys.kic_size);
    search_for(keys.kid, keys.kid_size);
}

/* A command and its answer, each made and opened. */
static void use_keys(size_t algorithm)
{
    static const uint8_t data[100] = {0xA0};
    const struct security_parameters security = {
        .spi1 = 0x16, .spi2 = 0x39, .kic = ALGORITHMS[algorithm].kic, .kid = ALGORITHMS[algorithm].kid};
    const struct command_packet command = {.security = security, .data = data, .length = sizeof data};
    const struct response_packet por = {.data = data, .length = 50};
    struct command_packet decoded;
    struct response_packet opened;
    uint8_t packet[300];
    struct byte_writer writer = byte_writer_on(packet, sizeof packet);
    assert_int_equal(command_packet_encode(crypto, &command, &keys, &writer), OTA_OK);
    assert_int_equal(command_packet_decode(crypto, packet, writer.length, &keys, &decoded), OTA_OK);
    writer = byte_writer_on(packet, sizeof packet);
    assert_int_equal(response_packet_encode(crypto, &por, &security, &keys, &writer), OTA_OK);
    assert_int_equal(response_packet_decode(crypto, packet, writer.length, &security, &keys, &opened),
                     OTA_OK);
}

/* The bytes below this function's frame, which calls before it have used. */
static __attribute__((noinline, no_sanitize("address"))) size_t copy_stack(uint8_t *copy, size_t size)
{
    const volatile uint8_t *top = __builtin_frame_address(0);
    for (size_t i = 0; i < size; i++)
        copy[i] = top[(ptrdiff_t)i - (ptrdiff_t)size - 512];
    return size;
}

/* What this test itself left there. */
static __attribute__((noinline)) void clear_stack(void)
{
    uint8_t room[16384];
    OPENSSL_cleanse(room, sizeof room);
}

/* The search finds a key where there is one: in a block that was not wiped, and in live contexts. */
static void test_the_search_works(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ALGORITHMS / sizeof ALGORITHMS[0]; i++) {
        new_keys(i);
        crypto = packet_crypto_new();
        use_keys(i);
        assert_true(live_with_key() > 0);
        packet_crypto_free(&crypto);
    }
    uint8_t *careless = OPENSSL_malloc(100);
    memcpy(careless + 3, keys.kid, 32);
    OPENSSL_free(careless);
    assert_true(found_released > 0);
}

static void test_free_wipes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ALGORITHMS / sizeof ALGORITHMS[0]; i++) {
        new_keys(i);
        crypto = packet_crypto_new();
        use_keys(i);
        packet_crypto_free(&crypto);
        if (found_released != 0 || live_with_key() != 0)
            fail_msg("row %zu: in %zu released blocks, %zu live ones", i, found_released, live_with_key());
    }
}

static void test_forget_wipes(void **state)
{
    (void)state;
    crypto = packet_crypto_new();
    for (size_t i = 0; i < sizeof ALGORITHMS / sizeof ALGORITHMS[0]; i++) {
        new_keys(i);
        use_keys(i);
        packet_crypto_forget(crypto);
        if (found_released != 0 || live_with_key() != 0)
            fail_msg("row %zu: in %zu released blocks, %zu live ones", i, found_released, live_with_key());
    }
    packet_crypto_free(&crypto);
}

static void test_keys_wipe(void **state)
{
    (void)state;
    new_keys(6);
    assert_true(holds_key((const uint8_t *)&keys, sizeof keys));
    security_keys_wipe(&keys);
    assert_false(holds_key((const uint8_t *)&keys, sizeof keys));
}

static void test_stack(void **state)
{
    (void)state;
    static uint8_t stack[16384];
    crypto = packet_crypto_new();
    for (size_t i = 0; i < sizeof ALGORITHMS / sizeof ALGORITHMS[0]; i++) {
        new_keys(i);
        clear_stack();
        use_keys(i);
        size_t size = copy_stack(stack, sizeof stack);
        if (holds_key(stack, size))
            fail_msg("row %zu: a key is left on the stack", i);
    }
    packet_crypto_free(&crypto);
}

static void test_no_allocation_a_packet(void **state)
{
    (void)state;
    crypto = packet_crypto_new();
    assert_true(allocations > 0); /* the counter counts */
    for (size_t i = 0; i < sizeof ALGORITHMS / sizeof ALGORITHMS[0]; i++) {
        new_keys(i);
        use_keys(i);
        allocations = 0;
        for (size_t k = 0; k < 100; k++)
            use_keys(i);
        if (allocations != 0)
            fail_msg("row %zu: %zu allocations in 100 packets and answers", i, allocations);
    }
    packet_crypto_free(&crypto);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_search_works),
        cmocka_unit_test(test_free_wipes),
        cmocka_unit_test(test_forget_wipes),
        cmocka_unit_test(test_keys_wipe),
        cmocka_unit_test(test_stack),
        cmocka_unit_test(test_no_allocation_a_packet),
    };
    if (!CRYPTO_set_mem_functions(openssl_malloc, openssl_realloc, openssl_free)) {
        puts("Bail out! OpenSSL has allocated already");
        return 1;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
