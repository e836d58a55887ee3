/* The receiving entity with AES and three-key 3DES: key sizes and KIc, KID decide, nothing else. */
#include "bench.h"

#include <stdio.h>
#include <string.h>

#include "protocol/hex.h"
#include "protocol/response_packet.h"

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

#define AES_192_KIC "000102030405060708090A0B0C0D0E0F1011121314151617"
#define AES_192_KID "18191A1B1C1D1E1F202122232425262728292A2B2C2D2E2F"
#define SELECT_MF "A0A40000023F00"

/* Whole circles: packet and PoR ciphered and signed with each algorithm; the PoR opened again. */
static void expect_protected_por(const struct bench_packet *packet)
{
    uint8_t bytes[SMS_USER_DATA_MAX], header[2];
    size_t length;
    const char *kic = packet->kic_key ? packet->kic_key : BENCH_KIC;
    const char *kid = packet->kid_key ? packet->kid_key : BENCH_KID;
    struct security_parameters security = {.spi1 = 0x16, .spi2 = 0x39};
    struct security_keys keys = {.cc_size = packet->cc_size};
    struct response_packet por;
    assert_int_equal(hex_decode(packet->kic_kid, 4, header, 2, &length), 0);
    security.kic = header[0];
    security.kid = header[1];
    assert_int_equal(hex_decode(kic, strlen(kic), keys.kic, sizeof keys.kic, &keys.kic_size), 0);
    assert_int_equal(hex_decode(kid, strlen(kid), keys.kid, sizeof keys.kid, &keys.kid_size), 0);
    bench_envelope(&bench, packet);
    const char *user_data = bench_submitted(&bench);
    assert_int_equal(hex_decode(user_data, strlen(user_data), bytes, sizeof bytes, &length), 0);
    struct packet_crypto *crypto = packet_crypto_new();
    assert_int_equal(response_packet_decode(crypto, bytes + 3, length - 3, &security, &keys, &por), 0);
    packet_crypto_free(&crypto);
    assert_int_equal(por.status, POR_STATUS_OK);
    assert_int_equal(por.counter, packet->counter);
    assert_int_equal(por.length, 3);
    assert_memory_equal(por.data, "\x01\x9F\x16", 3);
}

static void every_algorithm_both_ways(void **state)
{
    (void)state;
    static const struct {
        const char *msisdn, *kic_kid, *kic, *kid;
    } cases[] = {
        {"96171002001", "1212", "000102030405060708090A0B0C0D0E0F", "101112131415161718191A1B1C1D1E1F"},
        {"96171002001", "1515", "000102030405060708090A0B0C0D0E0F", "101112131415161718191A1B1C1D1E1F"},
        {"96171002004", "1212", AES_192_KIC, AES_192_KID},
        {"96171002004", "1919", AES_192_KIC, AES_192_KID},
        {"96171002005", "1212", AES_192_KIC "D382E547B32F46A9", AES_192_KID "81FB1789DE20C4ED"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bench_open_card(&bench, "cards/algorithms.out", cases[i].msisdn);
        expect_protected_por(&(struct bench_packet){.spi = "1639",
                                                    .kic_kid = cases[i].kic_kid,
                                                    .counter = 1,
                                                    .script = SELECT_MF,
                                                    .kic_key = cases[i].kic,
                                                    .kid_key = cases[i].kid});
        bench_close(&bench);
    }
}

/* Key set 1 has 16 bytes a key: both 3DES with two keys and AES-128 would fit. */
static void a_profile_pins_the_algorithm(void **state)
{
    (void)state;
    static const char aes[] = "1212", tdes[] = "1515";
    static const struct {
        const char *pin, *good, *bad;
    } cases[] = {{"aes", aes, tdes}, {"3des-2", tdes, aes}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char element[100];
        snprintf(element, sizeof element, "<key-set index=\"1\" algorithm=\"%s\"/><mf ", cases[i].pin);
        bench_open_card_with(&bench, "sop/Provisioning_3TestSubs.out", BENCH_MSISDN, "<mf ", element);
        struct bench_packet packet = {
            .spi = "1639", .kic_kid = cases[i].bad, .counter = 1, .script = SELECT_MF};
        bench_envelope(&bench, &packet);
        assert_string_equal(bench_submitted(&bench), "027100000B0AB0001000000000000006");
        packet.kic_kid = i == 0 ? "1215" : "1512"; /* one of the two is not enough */
        bench_envelope(&bench, &packet);
        assert_string_equal(bench_submitted(&bench), "027100000B0AB0001000000000000006");
        packet.kic_kid = i == 0 ? "1512" : "1215";
        bench_envelope(&bench, &packet);
        assert_string_equal(bench_submitted(&bench), "027100000B0AB0001000000000000006");
        packet.kic_kid = cases[i].good;
        expect_protected_por(&packet);
        bench_close(&bench);
    }
}

static void a_profile_sets_the_size_of_an_aes_cc(void **state)
{
    (void)state;
    bench_open_card_with(&bench, "sop/Provisioning_3TestSubs.out", BENCH_MSISDN, "<mf ",
                         "<key-set index=\"1\" cc-size=\"4\"/><mf ");
    struct bench_packet packet = {.spi = "1639", .kic_kid = "1212", .counter = 1, .script = SELECT_MF};
    bench_envelope(&bench, &packet); /* a CC of 8: CHL does not fit */
    const char *por = bench_submitted(&bench);
    assert_memory_equal(por, "027100000B0AB000100000000000", 28);
    assert_string_not_equal(por + 30, "00");
    packet.cc_size = 4;
    expect_protected_por(&packet);
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(aes_128),
        cmocka_unit_test(three_key_3des),
        cmocka_unit_test(aes_256_and_a_second_key_set),
        cmocka_unit_test(every_algorithm_both_ways),
        cmocka_unit_test(a_profile_pins_the_algorithm),
        cmocka_unit_test(a_profile_sets_the_size_of_an_aes_cc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
