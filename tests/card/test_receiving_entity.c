/* Command packets through ENVELOPE, and the PoRs that the card gives: the vectors of facts H.5 and every
 * refusal. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/hex.h"
#include "simsim/receiving_entity.h"

static struct bench bench;

#define SELECT_SPN "A0A40000027F20A0A40000026F46"
#define UPDATE_SPN "A0D60000110056697267696E204D6F62696C65FFFFFF"
#define SPN_VIRGIN_MOBILE "0056697267696E204D6F62696C65FFFFFF"
#define REFRESH "D009810301010482028182"

/* H.5 S1t and S2t: the SOP's script to row 2's keys, SPI 1621, counter 1, whole ENVELOPEs. */
#define S1                                                                                                   \
    "A0C2000085D18182820283818B7C40048121437FF6627082214300006D02700000681516211515B00010E9021D555CF421E655" \
    "7246843F8"                                                                                              \
    "A13CBA44F3B9400ABB197A24606968BA6AF9FAEC9A687F9422C17DC9B1B6CE3B64E482E7F33996835444448C07EB2E2C24B532" \
    "4C272B196"                                                                                              \
    "AC492D9D18E2E56A09AC649DCAD989177EF1AFBB1206AD5A13F68C"
#define S2                                                                                                   \
    "A0C2000096D18193820283818B818C40048121437FF6627082214300007D02700000781516211515B00010A5D1968E8AF7F36E" \
    "8EBB6B736"                                                                                              \
    "FAF77F496F697B3BBCA29111B1C93FD26830983632C41F6880A256D158C98E980849D29C3C5A37A6927658D01A310C7424AAB3" \
    "7CBC5A5C8"                                                                                              \
    "437C14713B293D2A1AB0B7FFF37751E754B73723F428250B4BC1A882C9B97ECB452CEA7490EC558A79E7CE85"

static int open_shipped(void **state)
{
    (void)state;
    bench_open(&bench, NULL, NULL);
    return 0;
}

static int close_bench(void **state)
{
    (void)state;
    bench_close(&bench);
    return 0;
}

static void reopen_with(const char *from, const char *to)
{
    bench_close(&bench);
    bench_open(&bench, from, to);
}

static void expect_spn(const char *content_and_sw)
{
    bench_expect(&bench, "A0A40000023F00", "9F16");
    bench_expect(&bench, "A0A40000027F20", "9F16");
    bench_expect(&bench, "A0A40000026F46", "9F0F");
    bench_expect(&bench, "A0B0000011", content_and_sw);
}

/* The PoR to a packet that asks for SMS-SUBMIT. */
static const char *por_to(const struct bench_packet *packet)
{
    bench_envelope(&bench, packet);
    return bench_submitted(&bench);
}

static void s1_updates_spn_and_answers(void **state)
{
    (void)state;
    expect_spn("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF9000");
    bench_expect(&bench, S1, "9129");
    assert_string_equal(bench_submitted(&bench), "027100000E0AB0001000000000010000059000");
    assert_string_equal(bench.answer, "9000");
    expect_spn(SPN_VIRGIN_MOBILE "9000");
    bench_expect(&bench, "A0A40000026FC5", "9F0F");
    bench_expect(&bench, "A0B2010422",
                 "430D85D6B4FC9C76839A6F719A5D06FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF9000");
}

static void s2_refresh_comes_behind_the_por(void **state)
{
    (void)state;
    bench_expect(&bench, S2, "9129");
    assert_string_equal(bench_submitted(&bench), "027100000E0AB0001000000000010000069000");
    assert_string_equal(bench.answer, "910B");
    bench_expect(&bench, "A01200000B", REFRESH "9000");
    bench_expect(&bench, "A01400000C810301010482028281830100", "9000");
    expect_spn(SPN_VIRGIN_MOBILE "9000");
}

static void s2_strict_card_refuses_d0(void **state)
{
    (void)state;
    reopen_with("d0-in-compact=\"accept\"", "d0-in-compact=\"reject\"");
    bench_expect(&bench, S2, "9129");
    assert_string_equal(bench_submitted(&bench), "027100000E0AB0001000000000010000066E00");
    assert_string_equal(bench.answer, "9000");
    expect_spn(SPN_VIRGIN_MOBILE "9000");
}

static void without_6f46_the_script_stops(void **state)
{
    (void)state;
    reopen_with(
        "<ef id=\"6F46\" name=\"SPN\" structure=\"transparent\" size=\"17\" read=\"ALW\" update=\"ADM\"/>",
        "");
    bench_expect(&bench, S1, "9129");
    assert_string_equal(bench_submitted(&bench), "027100000E0AB0001000000000010000029404");
}

static void signed_and_ciphered_por(void **state)
{
    (void)state;
    static const char s1[] = SELECT_SPN UPDATE_SPN
        "A0A40000026FC5"
        "A0DC010422430D85D6B4FC9C76839A6F719A5D06FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF";
    bench_envelope(&bench, &(struct bench_packet){.spi = "1639", .counter = 1, .script = s1});
    assert_string_equal(bench_submitted(&bench),
                        "027100001C12B00010C2FE5DBDFAD80BF6063C808000DF198D69F8923718D53062");
}

static void por_in_the_delivery_report(void **state)
{
    (void)state;
    bench_envelope(&bench,
                   &(struct bench_packet){.spi = "1601", .counter = 1, .script = SELECT_SPN "A0B0000002"});
    assert_string_equal(bench.answer, "9F15");
    assert_string_equal(bench_report(&bench), "02710000100AB0001000000000010000039000FFFF9000");
    /* the REFRESH is announced behind the report's data */
    bench_envelope(&bench, &(struct bench_packet){.spi = "1601", .counter = 2, .script = REFRESH});
    assert_string_equal(bench_report(&bench), "027100000E0AB0001000000000020000019000910B");
    bench_expect(&bench, "A01200000B", REFRESH "9000");
    bench_expect(&bench, "A01400000C810301010482028281830100", "9000");
}

static void a_long_por_goes_in_parts(void **state)
{
    (void)state;
    static const char script[] = "A0A40000027F10A0A40000026F3CA0B20104B0"; /* 176 bytes of EF.SMS */
    bench_envelope(&bench, &(struct bench_packet){.spi = "1621", .counter = 1, .script = script});
    const char *first = bench_submitted(&bench);
    assert_int_equal(strlen(first), 2 * 140);
    assert_memory_equal(first, "070003", 6);
    assert_memory_equal(first + 8,
                        "020171000"
                        "0BE0AB0001000000000010000039000"
                        "00FF",
                        40);
    const char *second = bench_submitted(&bench);
    assert_memory_equal(second, "050003", 6);
    assert_memory_equal(second + 8, "0202FFFF", 8);
    assert_int_equal(strlen(second), 2 * (6 + 192 - 132));
    assert_string_equal(bench.answer, "9000");
    /* the report has no room for it: it says 0B, and the SMS follow */
    bench_envelope(&bench, &(struct bench_packet){.spi = "1601", .counter = 2, .script = script});
    assert_memory_equal(bench_report(&bench), "027100000B0AB000100000000002000B91", 34);
    memmove(bench.answer, bench.answer + 32, 5); /* the SW behind the report */
    assert_memory_equal(bench_submitted(&bench), "070003", 6);
}

static void replays_are_refused(void **state)
{
    (void)state;
    struct bench_packet packet = {.spi = "1621", .counter = 5, .script = SELECT_SPN UPDATE_SPN};
    assert_string_equal(por_to(&packet), "027100000E0AB0001000000000050000039000");
    assert_string_equal(por_to(&packet), "027100000B0AB0001000000000050002");
    packet.counter = 4;
    assert_string_equal(por_to(&packet), "027100000B0AB0001000000000040002");
    packet.counter = 700; /* mode 10 only asks for more */
    assert_string_equal(por_to(&packet), "027100000E0AB0001000000002BC0000039000");
    packet.spi = "1E21"; /* mode 11 asks for exactly one more */
    packet.counter = 702;
    assert_string_equal(por_to(&packet), "027100000B0AB0001000000002BE0003");
    packet.counter = 701;
    assert_string_equal(por_to(&packet), "027100000E0AB0001000000002BD0000039000");
    packet.spi = "0E21"; /* mode 01 compares nothing and stores nothing */
    packet.counter = 3;
    assert_string_equal(por_to(&packet), "027100000E0AB0001000000000030000039000");
    packet.spi = "1621";
    packet.counter = 0xFFFFFFFFFF;
    assert_string_equal(por_to(&packet), "027100000E0AB00010FFFFFFFFFF0000039000");
    assert_string_equal(por_to(&packet), "027100000B0AB0001000000000000004"); /* blocked for ever */
}

static void counter_modes(void **state)
{
    (void)state;
    assert_int_equal(counter_judge(COUNTER_NONE, 0, COUNTER_MAX), POR_STATUS_OK);
    assert_int_equal(counter_judge(COUNTER_UNCHECKED, 1, 2), POR_STATUS_OK);
    assert_int_equal(counter_judge(COUNTER_HIGHER, 2, 2), POR_STATUS_CNTR_LOW);
    assert_int_equal(counter_judge(COUNTER_HIGHER, 9, 2), POR_STATUS_OK);
    assert_int_equal(counter_judge(COUNTER_NEXT, 2, 2), POR_STATUS_CNTR_LOW);
    assert_int_equal(counter_judge(COUNTER_NEXT, 3, 2), POR_STATUS_OK);
    assert_int_equal(counter_judge(COUNTER_NEXT, 4, 2), POR_STATUS_CNTR_HIGH);
    assert_int_equal(counter_judge(COUNTER_HIGHER, COUNTER_MAX, COUNTER_MAX), POR_STATUS_CNTR_BLOCKED);
}

/* The same in packets: which counters a card takes under each mode, one after the other. */
static void counter_modes_of_packets(void **state)
{
    (void)state;
    static const struct {
        const char *spi, *status;
        uint64_t counter;
    } packets[] = {
        {"1621", "00", 10},                                         /* higher */
        {"1621", "02", 10}, {"1621", "02", 9},                      /* not higher */
        {"0621", "00", 3},  {"0E21", "00", 3},  {"0E21", "00", 3},  /* not looked at, and not kept */
        {"1E21", "02", 10}, {"1E21", "03", 12}, {"1E21", "00", 11}, /* plus 1 */
        {"1E21", "02", 11}, {"1621", "00", 20}, {"1E21", "00", 21},
    };
    for (size_t i = 0; i < sizeof packets / sizeof packets[0]; i++) {
        struct bench_packet packet = {
            .spi = packets[i].spi, .counter = packets[i].counter, .script = SELECT_SPN};
        const char *por = por_to(&packet);
        if (memcmp(por + 30, packets[i].status, 2) != 0)
            fail_msg("packet %zu: PoR %s, expected status %s", i, por, packets[i].status);
    }
}

/* In clear, signed, ciphered, both: by SPI2, and by nothing else. */
static void pors_are_protected_as_asked(void **state)
{
    (void)state;
    static const struct {
        const char *spi;
        uint8_t spi2;
        const char *head; /* RPL and RHL; the counter is in clear or not */
        bool clear;
    } cases[] = {{"1621", 0x21, "027100000E0A", true},
                 {"1629", 0x29, "027100001612", true},
                 {"1631", 0x31, "02710000140A", false},
                 {"1639", 0x39, "027100001C12", false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t bytes[SMS_USER_DATA_MAX];
        size_t length;
        struct response_packet por;
        struct security_parameters security = {.spi1 = 0x16, .spi2 = cases[i].spi2, .kic = 0x15, .kid = 0x15};
        struct security_keys keys = {.kic_size = 16, .kid_size = 16};
        struct bench_packet packet = {.spi = cases[i].spi, .counter = i + 1, .script = SELECT_SPN};
        hex_decode(BENCH_KIC, 32, keys.kic, 16, &length);
        hex_decode(BENCH_KID, 32, keys.kid, 16, &length);
        const char *user_data = por_to(&packet);
        assert_memory_equal(user_data, cases[i].head, 12);
        assert_int_equal(memcmp(user_data + 18, "00000000", 8) == 0, cases[i].clear);
        assert_int_equal(hex_decode(user_data, strlen(user_data), bytes, sizeof bytes, &length), 0);
        struct packet_crypto *crypto = packet_crypto_new();
        assert_int_equal(response_packet_decode(crypto, bytes + 3, length - 3, &security, &keys, &por), 0);
        packet_crypto_free(&crypto);
        assert_int_equal(por.status, 0);
        assert_int_equal(por.counter, i + 1);
    }
}

static void wrong_keys_do_not_touch_the_counter(void **state)
{
    (void)state;
    struct bench_packet wrong = {.spi = "1621",
                                 .counter = 99,
                                 .script = SELECT_SPN UPDATE_SPN,
                                 .kic_key = "00112233445566778899AABBCCDDEEFF"};
    assert_string_equal(por_to(&wrong), "027100000B0AB0001000000000000001");
    wrong.kic_key = NULL;
    wrong.kid_key = "00112233445566778899AABBCCDDEEFF";
    assert_string_equal(por_to(&wrong), "027100000B0AB0001000000000000001");
    expect_spn("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF9000");
    struct bench_packet right = {.spi = "1639", .counter = 1, .script = SELECT_SPN};
    assert_memory_equal(por_to(&right), "027100001C12",
                        12); /* still the first counter; signed and ciphered */
}

static void refused_before_any_key_is_used(void **state)
{
    (void)state;
    struct bench_packet packet = {.spi = "1639", .tar = "B00011", .counter = 1, .script = SELECT_SPN};
    assert_string_equal(por_to(&packet), "027100000B0AB0001100000000000009"); /* TAR */
    packet = (struct bench_packet){.spi = "1221", .counter = 1, .script = SELECT_SPN};
    assert_string_equal(por_to(&packet), "027100000B0AB000100000000000000A"); /* not ciphered */
    packet.spi = "0021";
    assert_string_equal(por_to(&packet), "027100000B0AB000100000000000000A");
    packet = (struct bench_packet){.spi = "1621", .kic_kid = "2525", .counter = 1, .script = SELECT_SPN};
    assert_string_equal(por_to(&packet), "027100000B0AB0001000000000000006"); /* no such key set */
    packet.kic_kid = "1525";
    assert_string_equal(por_to(&packet), "027100000B0AB0001000000000000006"); /* two key sets at once */
    packet = (struct bench_packet){.spi = "1625", .counter = 1, .script = SELECT_SPN};
    assert_string_equal(por_to(&packet),
                        "027100000B0AB0001000000000000006"); /* PoR with RC to a command with CC */
    packet = (struct bench_packet){.spi = "1623", .counter = 1, .script = SELECT_SPN};
    assert_string_equal(por_to(&packet), "027100000B0AB0001000000000000006"); /* reserved PoR request */
}

static void security_levels(void **state)
{
    (void)state;
    assert_true(security_level_reaches(0x16, 0x06));
    assert_true(security_level_reaches(0x16, 0x16));
    assert_true(security_level_reaches(0x1E, 0x16));
    assert_true(security_level_reaches(0x00, 0x00));
    assert_false(security_level_reaches(0x0E, 0x16)); /* counter not checked */
    assert_false(security_level_reaches(0x12, 0x16)); /* not ciphered */
    assert_false(security_level_reaches(0x15, 0x16)); /* RC is less than CC */
}

static void the_profile_says_tar_and_least_protection(void **state)
{
    (void)state;
    struct bench_packet packet = {.spi = "0621", .script = SELECT_SPN};
    assert_string_equal(por_to(&packet) + 30, "00029F0F");
    reopen_with("tar=\"B00010\" msl=\"06\"", "tar=\"B00010\" msl=\"16\"");
    assert_string_equal(por_to(&packet), "027100000B0AB000100000000000000A"); /* its counter is not checked */
    reopen_with("tar=\"B00010\" msl=\"06\"", "tar=\"B00011\" msl=\"06\"");
    assert_string_equal(por_to(&packet), "027100000B0AB0001000000000000009");
    packet.tar = "B00011";
    assert_string_equal(por_to(&packet) + 30, "00029F0F");
}

static void por_only_when_asked(void **state)
{
    (void)state;
    struct bench_packet packet = {.spi = "1620", .counter = 1, .script = SELECT_SPN};
    assert_string_equal(bench_envelope(&bench, &packet), "9000");
    assert_string_equal(bench_envelope(&bench, &packet), "9000"); /* also the refusal of the replay */
    packet.spi = "1622";
    packet.counter = 2;
    assert_string_equal(bench_envelope(&bench, &packet), "9000");
    assert_string_equal(por_to(&packet), "027100000B0AB0001000000000020002");
    packet.counter = 3;
    packet.script = "A0A40000026FFF";
    assert_string_equal(por_to(&packet), "027100000E0AB0001000000000030000019404");
}

static void what_stops_a_script(void **state)
{
    (void)state;
    static const struct {
        const char *script, *executed_and_sw;
    } cases[] = {
        {"", "009000"},
        {"A0A40000027F20", "019F16"},
        {"A0A40000026F46A0A40000027F20", "019404"}, /* starts at the MF, stops */
        {SELECT_SPN "A0D6000002", "036700"},        /* cut short */
        {"A0A40000027F20A0FE000000", "026D00"},     /* unknown */
        {"A0A40000027F2000A40000026F46", "026E00"}, /* another class */
        {"A0A40000027F20A0F2000016", "026D00"},     /* STATUS is no command for RFM */
        {REFRESH "A0A40000027F20", "016E00"},       /* D0 only as the last element */
        {"A0A40000027F20A0C0000016", "0290000000"
                                     "20007F2002000000000009310024040083"
                                     "8A838A"},
        {"A0A40000022FE2A0B0000000", "029000981932547687981032F5"}, /* P3 00: what there is */
        {"A0A40000022FE2A0D6000001FF", "029804"},                   /* full access does not reach NEV */
        {"A0A40000027F10A0A40000026F3AA0B2010400A0A40000027F20", "049F16"}, /* data of the last only */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bench_packet packet = {.spi = "0621", .script = cases[i].script};
        const char *por = por_to(&packet);
        if (strcmp(por + 32, cases[i].executed_and_sw) != 0)
            fail_msg("%s -> %s, expected %s", cases[i].script, por + 32, cases[i].executed_and_sw);
        if (strcmp(bench.answer, "910B") == 0)
            bench_reset(&bench);
    }
}

static void rfm_does_not_move_the_phones_file(void **state)
{
    (void)state;
    bench_expect(&bench, "A0A40000027F20", "9F16");
    bench_expect(&bench, "A0A40000026FAE", "9F0F");
    struct bench_packet packet = {.spi = "1621", .counter = 1, .script = "A0A40000027F10"};
    por_to(&packet);
    bench_expect(&bench, "A0B0000001", "039000");
}

static void access_domain_none_reads_only_alw(void **state)
{
    (void)state;
    reopen_with("access-domain=\"full\"", "access-domain=\"none\"");
    struct bench_packet packet = {.spi = "0621", .script = SELECT_SPN UPDATE_SPN};
    assert_string_equal(por_to(&packet) + 32, "039804");
    packet.script = SELECT_SPN "A0B0000001";
    assert_string_equal(por_to(&packet) + 32, "039000FF");
    bench_close(&bench);
    bench_open(&bench, "access-domain=\"full\"", "access-domain=\"CHV1\"");
    packet.script = "A0A40000027F20A0A40000026F07A0B0000001";
    assert_string_equal(por_to(&packet) + 32, "03900008");
}

/* H.5 L1: a script of 245 bytes, counter 3, in three parts. DF.GSM has no 6F3A, so the second command fails.
 */
static const char *const l1[] = {"070003A50301700001101516211515B00010AD3A8F2B14D4A5C2F8D39EE0893F44BD4671841"
                                 "B825A4C0AC033C63AE38EBDB4EB8DB18C5F"
                                 "AC41A59AD2CCC0890E0AC9ACC68F5B67EC61406A26FF65110E62E03E2C7D2FCAD70EDF11250"
                                 "F653AD56175BCFEB87C8A82F236B85B46FA"
                                 "51987781BFBC6A4471EDF0A98FA9D72A599CB788AD4FC7FB0F5FAC5F2E92",
                                 "050003A50302F775790D05A0E8D9CB7F3B59260AF899F581486BEBD1222BE6E1C541A60F7D7"
                                 "FE7E067D389B2286A3CB139383CA2F261D2"
                                 "5D341FA992B01DDF8B2452FEBA74AA3DC7A29978BE4612C0F7BE06CCA772F2550BEAD380809"
                                 "82C65B9D2AB16EE957B7220AE2BADE700DB"
                                 "6A3FAA82FFE92CB01C42089E6C331DC251BBF8C8F06F7BDCFF0FF0D1F830",
                                 "050003A50303E7B40B973E87485E"};

static const char *send_l1(size_t part)
{
    uint8_t user_data[SMS_USER_DATA_MAX];
    size_t length;
    assert_int_equal(hex_decode(l1[part], strlen(l1[part]), user_data, sizeof user_data, &length), 0);
    return bench_send_user_data(&bench, user_data, length);
}

static void parts_in_any_order(void **state)
{
    (void)state;
    assert_string_equal(send_l1(2), "9000");
    assert_string_equal(send_l1(0), "9000");
    assert_string_equal(send_l1(0), "9000");
    population_rest(bench.population, bench.card); /* what is open outlives the message */
    assert_string_equal(send_l1(1), "9129");
    assert_string_equal(bench_submitted(&bench), "027100000E0AB0001000000000030000029404");
    /* a part of another message forgets the open one */
    assert_string_equal(send_l1(0), "9000");
    struct bench_packet packet = {.spi = "1621", .counter = 4, .script = SELECT_SPN};
    char padded[400];
    snprintf(padded, sizeof padded, "%sA0A40000026FC5A0DC0104%s%0200d", SELECT_SPN, "22", 0);
    packet.script = padded;
    assert_memory_equal(por_to(&packet), "027100000E0AB000100000000004", 28);
    assert_string_equal(send_l1(1), "9000");
    assert_string_equal(send_l1(2), "9000");
    bench_reset(&bench);
    assert_string_equal(send_l1(0), "9000"); /* and so does a reset */
}

/* A day later the reference may be another message's. */
static void old_parts_are_forgotten(void **state)
{
    (void)state;
    const int64_t day = INT64_C(24) * 3600 * 1000;
    population_set_time(bench.population, 1000);
    assert_string_equal(send_l1(0), "9000");
    assert_string_equal(send_l1(1), "9000");
    population_set_time(bench.population, 1001 + day);
    assert_string_equal(send_l1(2), "9000");
    assert_string_equal(send_l1(0), "9000");
    population_set_time(bench.population, 1001 + 2 * day);
    assert_string_equal(send_l1(1), "9129");
}

/* 130 updates of 255 bytes: as many parts as one message can have. */
static void the_longest_message_is_taken(void **state)
{
    (void)state;
    enum { UPDATES = 130, UPDATE_DIGITS = 2 * 260 };
    char *script = malloc(sizeof SELECT_SPN + UPDATES * UPDATE_DIGITS);
    assert_non_null(script);
    char *at = script + sprintf(script, "%s", SELECT_SPN);
    for (unsigned i = 0; i < UPDATES; i++, at += UPDATE_DIGITS)
        sprintf(at, "A0D60000FF%02X%0508d", i, 0);
    reopen_with("name=\"SPN\" structure=\"transparent\" size=\"17\"",
                "name=\"SPN\" structure=\"transparent\" size=\"255\"");
    struct bench_packet packet = {.spi = "1621", .counter = 1, .script = script};
    assert_string_equal(por_to(&packet) + 32, "849000");
    assert_int_equal(bench.parts, 253);
    bench_expect(&bench, "A0A40000027F20", "9F16");
    bench_expect(&bench, "A0A40000026F46", "9F0F");
    bench_expect(&bench, "A0B0000002", "81009000"); /* the last one */
    free(script);
}

static void not_for_the_receiving_entity(void **state)
{
    (void)state;
    /* PID 00; DCS 00; no UDH; a UDH without 70; a menu selection; bytes that are no TLV */
    bench_expect(&bench,
                 "A0C2000020D11E820283818B1840048121430"
                 "0F66270822143000009027000000000000000",
                 "6F00");
    bench_expect(&bench, "A0C2000020D11E820283818B1840048121437F006270822143000009027000000000000000",
                 "6F00");
    bench_expect(&bench, "A0C2000020D11E820283818B1800048121437FF66270822143000009027000000000000000",
                 "9000");
    bench_expect(&bench, "A0C2000020D11E820283818B1840048121437FF66270822143000009027100000000000000",
                 "9000");
    bench_expect(&bench, "A0C2000020D11E820283818B1840048121437FF66270822143000009027000000000000000",
                 "6F00");
    bench_expect(&bench, "A0C2000009D30782020181900101", "9000");
    bench_expect(&bench, "A0C2000003D18200", "6F00");
    bench_expect(&bench, "A0C2000000", "6F00");
}

static void a_full_queue_is_busy(void **state)
{
    (void)state;
    struct bench_packet packet = {.spi = "0621", .script = "A0A40000027F20"};
    for (int i = 0; i < 5; i++)
        assert_memory_equal(bench_envelope(&bench, &packet), "91", 2);
    assert_string_equal(bench_envelope(&bench, &packet), "9300");
    for (int i = 0; i < 5; i++) {
        strcpy(bench.answer, "9129");
        bench_submitted(&bench);
    }
    assert_string_equal(bench.answer, "9000");
    assert_string_equal(por_to(&packet) + 32, "019F16");
}

static void each_executed_script_is_logged_once(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size = 0;
    FILE *log = open_memstream(&text, &size);
    population_log_scripts(bench.population, log);
    bench_expect(&bench, S2, "9129");
    bench_submitted(&bench);
    bench_reset(&bench);
    bench_expect(&bench, S2, "9126"); /* a replay executes nothing */
    fflush(log);
    assert_int_equal(size, 0); /* nothing is durable yet */
    assert_int_equal(population_commit(bench.population), 0);
    population_log_scripts(bench.population, NULL);
    fclose(log);
    assert_string_equal(text, "card 961234567891 TAR B00010 CNTR 0000000001 executed 6 SW 9000 PoR 00\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(s1_updates_spn_and_answers, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(s2_refresh_comes_behind_the_por, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(s2_strict_card_refuses_d0, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(without_6f46_the_script_stops, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(signed_and_ciphered_por, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(por_in_the_delivery_report, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(a_long_por_goes_in_parts, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(replays_are_refused, open_shipped, close_bench),
        cmocka_unit_test(counter_modes),
        cmocka_unit_test_setup_teardown(counter_modes_of_packets, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(pors_are_protected_as_asked, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(wrong_keys_do_not_touch_the_counter, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(refused_before_any_key_is_used, open_shipped, close_bench),
        cmocka_unit_test(security_levels),
        cmocka_unit_test_setup_teardown(the_profile_says_tar_and_least_protection, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(por_only_when_asked, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(what_stops_a_script, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(rfm_does_not_move_the_phones_file, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(access_domain_none_reads_only_alw, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(parts_in_any_order, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(old_parts_are_forgotten, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(the_longest_message_is_taken, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(not_for_the_receiving_entity, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(a_full_queue_is_busy, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(each_executed_script_is_logged_once, open_shipped, close_bench),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
