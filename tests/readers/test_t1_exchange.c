/* One UICC spoken to with T=1: whole answers, where T=0 needs GET RESPONSE and a second try. */
#include "bench.h"

#include <stdio.h>
#include <string.h>

#include "protocol/hex.h"
#include "simsim/t1_exchange.h"

static struct bench bench;

static int open_shipped(void **state)
{
    (void)state;
    bench_open_uicc(&bench, NULL, NULL);
    return 0;
}

static int close_bench(void **state)
{
    (void)state;
    bench_close(&bench);
    return 0;
}

static void expect(const char *command, const char *answer)
{
    uint8_t bytes[T1_COMMAND_MAX], response[APDU_RESPONSE_MAX];
    char text[2 * APDU_RESPONSE_MAX + 1];
    size_t length, response_length = 0;
    assert_int_equal(hex_decode(command, strlen(command), bytes, sizeof bytes, &length), 0);
    assert_int_equal(t1_exchange(&bench.link, bytes, length, response, &response_length), 0);
    hex_encode(response, response_length, text);
    if (strcmp(text, answer) != 0)
        fail_msg("%s -> %s, expected %s", command, text, answer);
}

#define ICCID_FCP "62178202412183022FE28A01058B032F06038002000A880110"

static void case_4_has_its_answer(void **state)
{
    (void)state;
    expect("00A40004022FE200", ICCID_FCP "9000");
    expect("00A40004022FE219", ICCID_FCP "9000");
    expect("00A40004022FE2FF", ICCID_FCP "9000"); /* as much as there is */
    expect("00A40004022FE205", "62178202419000"); /* as much as is wanted */
    expect("00A40004022FE2", "6119");             /* nothing is wanted: TS 102 221 7.3.1.1.2 */
    expect("00C0000019", ICCID_FCP "9000");
    expect("00A4000C022FE200", "9000"); /* there is none */
    expect("00A40004022F9900", "6A82");
    expect("A0A40000022FE200", "0000000A2FE204000FFF44010200009000"); /* a SIM's command: 9F0F */
}

static void case_2_takes_what_there_is(void **state)
{
    (void)state;
    expect("00A4000C022FE2", "9000");
    expect("00B0000000", "981932547687981032F59000");
    expect("00B0000004", "981932549000");
    expect("00B000000B", "6C0A"); /* more than there is was asked for by number */
    expect("00B2010400", "6981");
    expect("80F2000C", "9000");
    expect("80F2000C00", "9000");
}

static void cases_1_and_3(void **state)
{
    (void)state;
    expect("00200001", "63C3");
    expect("002000010831323334FFFFFFFF", "9000");
    expect("002000010831323334FFFFFFFF00", "9000");
    expect("002000010831323334FFFFFF", "6700");
    expect("00200001083132333435FFFFFFFF00", "6700");
    expect("0020000108", "6700");
    expect("0020", "6700");
    expect("", "6700");
}

/* Facts 2.5: an ENVELOPE whose PoR is in the report; and the longest command there is. */
static void a_por_comes_with_its_envelope(void **state)
{
    (void)state;
    static const char envelope[] =
        "80C2000049D1478202838106038110F28B3C40038121F37FF6227052000000002D02700000281506191515B000"
        "11FD4A319A722A1A446E86552E8F86CB5FB677F99693BD71964FE758F0A7A670A1";
    char command[2 * T1_COMMAND_MAX + 1];
    bench_close(&bench);
    bench_open_profile_with(
        &bench,
        "<card-profile name='t' type='uicc' protocols='T1'>"
        "<rfm tar='B00011' msl='00' access-domain='full' d0-in-compact='reject' commands='00'/>"
        "<mf id='3F00'/></card-profile>",
        "cards/uicc.out", "96171003001");
    snprintf(command, sizeof command, "%s00", envelope);
    uint8_t bytes[T1_COMMAND_MAX] = {0x80, 0xC2, 0x00, 0x00, 0xFF}, response[APDU_RESPONSE_MAX];
    size_t length = 0;
    assert_int_equal(t1_exchange(&bench.link, bytes, sizeof bytes, response, &length), 0);
    assert_int_equal(length, 2);
    assert_int_equal(hex_decode(command, strlen(command), bytes, sizeof bytes, &length), 0);
    assert_int_equal(t1_exchange(&bench.link, bytes, length, response, &length), 0);
    assert_int_equal(length, 33 + 2); /* 6121 with T=0: the PoR of one command, ciphered and with a CC */
    assert_memory_equal(response, ((const uint8_t[]){0x02, 0x71, 0x00, 0x00, 0x1C, 0x12, 0xB0, 0x00, 0x11}),
                        9);
    assert_memory_equal(response + 33, ((const uint8_t[]){0x90, 0x00}), 2);
    expect(envelope, "6121");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(case_4_has_its_answer, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(case_2_takes_what_there_is, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(cases_1_and_3, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(a_por_comes_with_its_envelope, open_shipped, close_bench),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
