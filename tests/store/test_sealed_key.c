/* A sealed key opens only unchanged, in its place, under its master key. */
#include "tests/store/fixture.h"

#include <string.h>

#include "gateway-plugin/store/sealed_key.h"

static const uint8_t MASTER[MASTER_KEY_SIZE] = "0123456789abcdef0123456789abcde";
static const uint8_t KEY[KEY_SIZE_MAX] = "The key of a card, 32 bytes long";
static const struct key_place PLACE = {4711, 1, KEY_KIC};

static struct key_sealer *sealer;
static uint8_t sealed[SEALED_KEY_SIZE_MAX], key[KEY_SIZE_MAX];
static size_t sealed_size, size;

static int setup(void **state)
{
    (void)state;
    sealer = key_sealer_new(MASTER);
    return sealer == NULL ? -1 : key_seal(sealer, &PLACE, KEY, 16, sealed, &sealed_size);
}

static int teardown(void **state)
{
    (void)state;
    key_sealer_free(&sealer);
    key_sealer_free(&sealer);
    return 0;
}

static void assert_closed(struct key_sealer *with, const struct key_place *place, size_t length)
{
    static const uint8_t wiped[KEY_SIZE_MAX];
    memset(key, 0xAA, sizeof key);
    assert_int_equal(key_unseal(with, place, sealed, length, key, &size), -1);
    assert_memory_equal(key, wiped, sizeof key);
}

static void keys_of_every_size_come_back(void **state)
{
    (void)state;
    for (size_t length = 0; length <= KEY_SIZE_MAX; length++) {
        assert_int_equal(key_seal(sealer, &PLACE, KEY, length, sealed, &sealed_size), 0);
        assert_int_equal(sealed_size, length + 28);
        assert_int_equal(key_unseal(sealer, &PLACE, sealed, sealed_size, key, &size), 0);
        assert_int_equal(size, length);
        assert_memory_equal(key, KEY, length);
    }
    assert_int_equal(key_seal(sealer, &PLACE, KEY, KEY_SIZE_MAX + 1, sealed, &sealed_size), -1);
}

static void no_two_seals_are_alike(void **state)
{
    (void)state;
    uint8_t other[SEALED_KEY_SIZE_MAX];
    assert_int_equal(key_seal(sealer, &PLACE, KEY, 16, other, &size), 0);
    assert_memory_not_equal(sealed, other, SEALED_NONCE_SIZE);
    assert_memory_not_equal(sealed + SEALED_NONCE_SIZE, other + SEALED_NONCE_SIZE, 16);
}

static void every_changed_bit_is_noticed(void **state)
{
    (void)state;
    for (size_t bit = 0; bit < 8 * sealed_size; bit++) {
        sealed[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_closed(sealer, &PLACE, sealed_size);
        sealed[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_int_equal(key_unseal(sealer, &PLACE, sealed, sealed_size, key, &size), 0);
}

static void every_other_length_is_noticed(void **state)
{
    (void)state;
    for (size_t length = 0; length <= SEALED_KEY_SIZE_MAX + 1; length++)
        if (length != sealed_size)
            assert_closed(sealer, &PLACE, length);
}

static void another_place_is_noticed(void **state)
{
    (void)state;
    static const struct key_place places[] = {
        {4712, 1, KEY_KIC}, {4711, 2, KEY_KIC}, {4711, 1, KEY_KID}, {4711 + (INT64_C(1) << 32), 1, KEY_KIC}};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        assert_closed(sealer, &places[i], sealed_size);
}

static void another_master_key_does_not_open(void **state)
{
    (void)state;
    uint8_t master[MASTER_KEY_SIZE];
    memcpy(master, MASTER, sizeof master);
    master[31] ^= 1;
    struct key_sealer *other = key_sealer_new(master);
    assert_closed(other, &PLACE, sealed_size);
    key_sealer_free(&other);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(keys_of_every_size_come_back), TEST(no_two_seals_are_alike),
        TEST(every_changed_bit_is_noticed), TEST(every_other_length_is_noticed),
        TEST(another_place_is_noticed),     TEST(another_master_key_does_not_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
