/* Packets that others made for UICCs, answered by ours: RFM of class 00, in the USIM and in the shared file
 * system. */
#include "bench.h"

#include <stdio.h>
#include <string.h>

#include "protocol/hex.h"
#include "protocol/response_packet.h"

static struct bench bench;

#define CARDS "cards/uicc.out"
#define MSISDN "96171003001"

/* As onomondo-uicc's card, as far as its answers show it: EF.IMSI has the fifth access rule of the USIM. */
static const char foreign[] =
    "<card-profile name='foreign' type='uicc'>"
    "<chv number='1' value='1234' unblock='12345678' enabled='no'/>"
    "<rfm tar='B00011' msl='00' access-domain='full' d0-in-compact='reject' commands='00' start='3F007FF0'/>"
    "<mf id='3F00'>"
    "<ef id='2FE2' structure='transparent' size='10' read='ALW' update='ADM' content-from='iccid'/>"
    "<df id='7FF0' aid='A0000000871002'>"
    "<ef id='6F06' structure='linear' record-length='44' records='5' read='ALW' update='NEV' "
    "content-from='access-rules'/>"
    "<ef id='6F01' structure='transparent' size='1' read='ALW' update='ADM'/>"
    "<ef id='6F02' structure='transparent' size='1' read='ALW' update='CHV1'/>"
    "<ef id='6F03' structure='transparent' size='1' read='CHV1' update='CHV1'/>"
    "<ef id='6F07' sfi='7' structure='transparent' size='9' read='CHV1' update='ADM' content-from='imsi'/>"
    "</df></mf></card-profile>";

static int open_foreign(void **state)
{
    (void)state;
    bench_open_profile_with(&bench, foreign, CARDS, MSISDN);
    return 0;
}

static int close_bench(void **state)
{
    (void)state;
    bench_close(&bench);
    return 0;
}

#define ENVELOPE                                                                                             \
    "80C2000049D1478202838106038110F28B3C40038121F37FF6227052000000002D" /* SMS-DELIVER from 123 */

/*
 * Facts "Reference vectors" 2.5: pySim's encoder made the packet, onomondo-uicc the PoR, both with 3DES. Only
 * TP-OA differs: theirs has the filler F as a fourth digit. Script 00A40004026F07 00C0000019 in the USIM.
 */
static void read_back_3des(void **state)
{
    (void)state;
    bench_expect(&bench,
                 ENVELOPE
                 "02700000281506191515B00011FD4A319A722A1A446E86552E8F86CB5FB677F99693BD71964FE758F0A7A670A1",
                 "6139");
    bench_expect(&bench, "00C0000039",
                 "027100003412B00011FF4C2BC0B60530D3602D35549172A3C77C172BA0D3AF39510F39E1ED319506910B021AEB2"
                 "9508967C1E4E8133D3D49189000");
}

/* Opens a protected PoR (TP-UD in hex from 027100 on), whose padding is the card's own choice; returns its
 * data. */
static const char *open_por(const char *user_data, const char *header, const char *kic, const char *kid,
                            uint64_t counter)
{
    static char text[2 * 300 + 1];
    uint8_t bytes[300], codes[4];
    size_t length;
    struct security_keys keys = {.kic_size = 0};
    struct response_packet packet;
    struct packet_crypto *crypto = packet_crypto_new();
    assert_non_null(crypto);
    assert_int_equal(hex_decode(header, 8, codes, sizeof codes, &length), 0);
    const struct security_parameters security = {
        .spi1 = codes[0], .spi2 = codes[1], .kic = codes[2], .kid = codes[3]};
    assert_int_equal(hex_decode(kic, strlen(kic), keys.kic, sizeof keys.kic, &keys.kic_size), 0);
    assert_int_equal(hex_decode(kid, strlen(kid), keys.kid, sizeof keys.kid, &keys.kid_size), 0);
    assert_memory_equal(user_data, "027100", 6);
    assert_int_equal(hex_decode(user_data + 6, strlen(user_data) - 6, bytes, sizeof bytes, &length), 0);
    assert_int_equal(response_packet_decode(crypto, bytes, length, &security, &keys, &packet), 0);
    assert_int_equal(packet.status, 0);
    assert_true(packet.counter == counter);
    hex_encode(packet.data, packet.length, text);
    packet_crypto_free(&crypto);
    return text;
}

/* The same script with AES, PoR by SMS-SUBMIT: all up to the ciphered bytes is as theirs, D04D … 0271000034
 * 12 B00011. */
static void read_back_aes_by_submit(void **state)
{
    (void)state;
    static const char head[] = "D04D8103011300820281838B424100038121F37FF639";
    static const char key[] = "000102030405060708090A0B0C0D0E0F";
    char por[200];
    bench_expect(&bench,
                 ENVELOPE
                 "02700000281506391212B00011A0AD7CAD82797A0887DEC5A4610382C9C92ACCC62182B6A31D689AD0BB455F4F",
                 "914F");
    bench_send(&bench, "801200004F");
    assert_memory_equal(bench.answer, head, strlen(head));
    snprintf(por, sizeof por, "%.*s", (int)(strlen(bench.answer) - strlen(head) - 4),
             bench.answer + strlen(head));
    assert_memory_equal(por, "027100003412B00011", 18);
    assert_string_equal(open_por(por, "06391212", key, key, 0),
                        "02900062178202412183026F078A01058B036F060580020009880138");
    bench_expect(&bench, "801400000C810301130082028281830100", "9000");
}

/* onomondo-uicc's own test (facts H.4 E1, R14): AES-128 with key set 3, three commands; the data is that of
 * its PoR. */
static void three_commands_aes(void **state)
{
    (void)state;
    char por[200];
    bench_expect(&bench,
                 "80C200005BD15982028381860510426587F98B4C60039121437FF6624080119342803D02700000381516393232B"
                 "00011D5CBCBD7AD00EDCA"
                 "E5FB251618E04ED8502924DBAD65B15BE802A9D9E28267110D433C06103268DB6A2A9D618FE8AB74",
                 "913F");
    bench_send(&bench, "801200003F");
    const char *at = strstr(bench.answer, "027100002412B00011");
    assert_non_null(at);
    snprintf(por, sizeof por, "%.*s", (int)(strlen(at) - 4), at);
    assert_string_equal(
        open_por(por, "16393232", "00112233445566778899AABBCCDDEEFF", "0123456789ABCDEF0123456701234567", 1),
        "03900000112233445566778899");
}

/* pySim's packets for a sysmoISIM-SJA5 (facts H.1 P1 to P4): each is opened, its SELECT announces the MF's
 * FCP. */
static void selects_of_pysim(void **state)
{
    (void)state;
    static const char *const packets[] = {
        "00201506193535B00011AE733256918D050B87C94FBFE12E4DC402F262C41CF67F2F",
        "00201506093535B00011C49AC91AB8159BA5B83A54FB6385E0A5E31694F8B215FAFC",
        "00281506192222B00011E87CCEEBB2D93083011CE294F93FC4D8DE80DA1ABAE8C37CA3E72EC4432E5058",
    };
    static const char p3[] = "00201506013535B000113190BE334900F52B025F3F7EDDFE868E96EBF310023B7769";
    uint8_t user_data[SMS_USER_DATA_MAX] = {0x02, 0x70, 0x00};
    size_t length;
    bench_close(&bench);
    bench_open_profile_with(&bench, foreign, CARDS, "96171003002");
    for (size_t i = 0; i < sizeof packets / sizeof packets[0]; i++) {
        assert_int_equal(
            hex_decode(packets[i], strlen(packets[i]), user_data + 3, sizeof user_data - 3, &length), 0);
        bench_send_user_data(&bench, user_data, 3 + length);
        assert_memory_equal(bench.answer, "9F", 2); /* the bench's phone speaks to it as to a SIM */
        assert_true(strlen(bench_report(&bench)) > 2 * 20);
    }
    assert_int_equal(hex_decode(p3, strlen(p3), user_data + 3, sizeof user_data - 3, &length), 0);
    bench_send_user_data(&bench, user_data, 3 + length);
    assert_string_equal(bench_report(&bench), "027100000E0AB00011000000000000000161239000");
}

static const char *run_script(const char *tar, uint64_t counter, const char *script)
{
    bench_envelope(&bench,
                   &(struct bench_packet){.spi = "1621", .tar = tar, .counter = counter, .script = script});
    return bench_submitted(&bench) + 6 + 24; /* behind 027100, RPL, RHL, TAR, CNTR, PCNTR: the status */
}

/* Each application begins at its own directory and takes its own commands. */
static void applications(void **state)
{
    (void)state;
    bench_close(&bench);
    bench_open_uicc(&bench, NULL, NULL);
    static const struct {
        const char *tar, *script, *answer;
    } rows[] = {
        {"B00011", "00A4000C026F0700B0000000", "00029000084912325476981042"}, /* the USIM's EF.IMSI */
        {"B00001", "00B0870009", "00019000084912325476981042"}, /* by SFI, and whatever the PIN */
        {"B00011", "00A4080C047FFF6F4600B0000000", "00029000FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"},
        {"B00011", "00A4000C023F0000A4000C022FE200B0000000", "00039000981932547687981032F5"},
        {"B00000", "00A4000C022FE200B0000000", "00029000981932547687981032F5"}, /* the MF's */
        {"B00000", "00A4000C026F0700B0000000", "00016A82"},
        {"B00000", "00A4000C027FFF", "00016A82"}, /* no application is current there */
        {"B00000", "00A4040C07A000000087100200A4000C026F07", "00029000"},
        {"B00010", "A0A40000027F20A0A40000026F46A0B0000002", "00039000FFFF"},
        {"B00010", "00A4000C023F00", "00016E00"}, /* not a SIM's */
        {"B00011", "A0A40000023F00", "00016E00"}, /* not a USIM's */
        {"B00011", "80F2000000", "00016D00"},     /* no remote command */
        {"B00011", "00A40004026F07", "00016119"}, /* data only when it is asked for */
        {"B00011", "00A40004026F0700C0000000", "0002900062178202412183026F078A01058B036F060380020009880138"},
        {"B00011", "00A4000C026F398032000003000005", "00026106"},
        {"B00011", "00FE000000", "00016D00"},
        {"B00011", "00A4000C02", "00016700"}, /* cut off */
        /* expanded format, the first as in facts B.2; a command's whole answer when Le asks for it */
        {"B00011", "AA10220700A4000C023F00220500B2010400",
         "00AB0B80010223029000"
         "23026986"},
        {"B00011", "AA11220800A40004026F0700220500B0000000",
         "00AB2D800102231B62178202412183026F078A01058B036F06038002000988013"
         "89000230B0849123254769810429000"},
        {"B00011", "AA14220700A4000C026F392209803200000300000100",
         "00AB118001022302900023080000060000019000"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *got = run_script(rows[i].tar, i + 1, rows[i].script);
        if (strcmp(got, rows[i].answer) != 0)
            fail_msg("%s %s -> %s, expected %s", rows[i].tar, rows[i].script, got, rows[i].answer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(read_back_3des, open_foreign, close_bench),
        cmocka_unit_test_setup_teardown(read_back_aes_by_submit, open_foreign, close_bench),
        cmocka_unit_test_setup_teardown(three_commands_aes, open_foreign, close_bench),
        cmocka_unit_test_setup_teardown(selects_of_pysim, open_foreign, close_bench),
        cmocka_unit_test_setup_teardown(applications, open_foreign, close_bench),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
