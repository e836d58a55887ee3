/* The receiving entity with AES and three-key 3DES: key sizes and KIc, KID decide, nothing else. */
#include "bench.h"

#include <stdio.h>
#include <string.h>

#include "protocol/hex.h"

static struct bench bench;

/* One packet from outside (from CPL on) as a single SMS; the PoR by SMS-SUBMIT. */
static const char *por_to_packet(const char *packet)
{
    uint8_t user_data[SMS_USER_DATA_MAX] = {0x02, 0x70, 0x00};
    size_t length;
    assert_int_equal(hex_decode(packet, strlen(packet), user_data + 3, sizeof user_data - 3, &length), 0);
    bench_send_user_data(&bench, user_data, 3 + length);
    return bench_submitted(&bench);
}

/* Facts H.5 A1: AES-128, SPI 1621, KIc and KID 12, counter 2, SELECT 3F00. */
static void aes_128(void **state)
{
    (void)state;
    static const char a1[] =
        "00281516211212B000108663337B12310D2DA8B3FB3D0220A205DADA7A8D5697D8747C7CC42E5653E5E8";
    bench_open_card(&bench, "cards/algorithms.out", "96171002001");
    assert_string_equal(por_to_packet(a1), "027100000E0AB0001000000000020000019F16");
    assert_string_equal(por_to_packet(a1), "027100000B0AB0001000000000020002");
    bench_close(&bench);
}

/* Facts H.5 C2: 3DES with three keys, SPI 1621, KIc and KID 19, SELECT 3F00. */
static void three_key_3des(void **state)
{
    (void)state;
    static const char c2[] = "00201516211919B00010F1D348B43D4A6E890F7BBD6A300DD71E48F8D115B98149AD";
    bench_open_card(&bench, "cards/algorithms.out", "96171002002");
    const char *por = por_to_packet(c2);
    assert_memory_equal(por, "027100000E0AB00010", 18);
    assert_string_equal(por + 28, "0000019F16");
    bench_close(&bench);
}

/*
 * gsm0348's test_aes_256_aes_cmac_64 (facts H.1 J20), SPI 1601. Its data is no
 * command of a card, but it must be deciphered and its CC found right to say so.
 */
static void aes_256_and_a_second_key_set(void **state)
{
    (void)state;
    static const uint8_t header[] = {0x02, 0x70, 0x00};
    static const char j20[] =
        "00281516011212B00010C9F23D986CC63FA53638751A249266D1086952E9A0F7E5EF1910295919E68056";
    uint8_t user_data[SMS_USER_DATA_MAX];
    size_t length;
    bench_open_card(&bench, "cards/algorithms.out", "96171002003");
    memcpy(user_data, header, sizeof header);
    assert_int_equal(hex_decode(j20, strlen(j20), user_data + 3, sizeof user_data - 3, &length), 0);
    bench_send_user_data(&bench, user_data, 3 + length);
    assert_string_equal(bench_report(&bench), "027100000E0AB0001000000000010000016E009000");
    /* key set 2 has a counter of its own */
    bench_envelope(&bench, &(struct bench_packet){
                               .spi = "1621", .kic_kid = "2525", .counter = 1, .script = "A0A40000023F00"});
    assert_string_equal(bench_submitted(&bench), "027100000E0AB0001000000000010000019F16");
    /* 3DES named for keys of AES-256's size */
    bench_envelope(&bench, &(struct bench_packet){
                               .spi = "1621", .kic_kid = "1515", .counter = 2, .script = "A0A40000023F00"});
    assert_string_equal(bench_submitted(&bench), "027100000B0AB0001000000000000006");
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(aes_128),
        cmocka_unit_test(three_key_3des),
        cmocka_unit_test(aes_256_and_a_second_key_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
