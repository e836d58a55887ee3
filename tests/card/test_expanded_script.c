/* Scripts in expanded format (TS 102 226 clause 5.2), executed by a card and answered with a response template. */
#include "bench.h"

#include <stdio.h>
#include <string.h>

static struct bench bench;
static uint64_t counter;
static const char *tar; /* NULL: B00010 */

#define SELECT_GSM "2207A0A40000027F20"
#define SELECT_SPN "2207A0A40000026F46"
#define SELECT_NONE "2207A0A40000026FFF"
#define UPDATE_SPN "2216A0D60000110056697267696E204D6F62696C65FFFFFF"
#define READ_SPN "2205A0B0000011"
#define SPN "0056697267696E204D6F62696C65FFFFFF"
#define REFRESH "8109810301010482028182"

static int open_shipped(void **state)
{
    (void)state;
    counter = 0;
    tar = NULL;
    bench_open(&bench, NULL, NULL);
    return 0;
}

static int close_bench(void **state)
{
    (void)state;
    bench_close(&bench);
    return 0;
}

static void reopen_with(const char *to)
{
    bench_close(&bench);
    bench_open(&bench, "d0-in-compact=\"accept\"", to);
}

/* What the card answers to these elements in a template AA: the additional response data of its PoR. A PoR of
 * several SMS is put together. */
static const char *answer_to_bytes(const char *script)
{
    static char whole[1600];
    bench_envelope(&bench, &(struct bench_packet){.spi = "1621", .tar = tar, .counter = ++counter, .script = script});
    const char *first = bench_submitted(&bench);
    size_t header = strncmp(first, "027100", 6) == 0 ? 6 : 16; /* 07 00 03 rr tt nn 71 00, then 05 00 03 rr tt nn */
    unsigned int parts = 1;
    if (header == 16)
        sscanf(first + 8, "%2x", &parts);
    snprintf(whole, sizeof whole, "%s", first + header);
    for (unsigned int i = 2; i <= parts; i++)
        strcat(whole, bench_submitted(&bench) + 12);
    return whole + 2 * (2 + 1 + 3 + 5 + 1 + 1); /* RPL, RHL, TAR, CNTR, PCNTR, status */
}

static const char *answer_to(const char *elements)
{
    char script[1200];
    size_t length = strlen(elements) / 2;
    snprintf(script, sizeof script, length > 127 ? "AA81%02zX%s" : "AA%02zX%s", length, elements);
    return answer_to_bytes(script);
}

#define EXPECT(elements, answer) assert_string_equal(answer_to(elements), answer)

static void every_command_has_its_result(void **state)
{
    (void)state;
    EXPECT(SELECT_GSM SELECT_SPN UPDATE_SPN READ_SPN "2205A0C000000F", /* nothing waits behind a READ */
           "AB28" "800105" "23029F16" "23029F0F" "23029000" "2313" SPN "9000" "23026F00");
    EXPECT("", "AB03800100");
}

/* Case 4 of ISO 7816-3: with Le the card fetches the answer itself. */
static void le_brings_the_answer(void **state)
{
    (void)state;
    EXPECT("2208A0A40000027F2002" "2208A0A40000026F4600" "2208A0A40000026F46FF",
           "AB2F" "800103" "2304" "00009000" "2311" "000000116F46040004FFFF01020000" "9000" "2311"
           "000000116F46040004FFFF01020000" "9000");
}

static void the_first_failure_ends_it(void **state)
{
    (void)state;
    EXPECT(SELECT_GSM SELECT_NONE UPDATE_SPN, "AB0B" "800102" "23029F16" "23029404");
    EXPECT("220500A4000400" SELECT_GSM, "AB07" "800101" "23026E00");
    EXPECT("2205A0FF000000", "AB07" "800101" "23026D00");
    EXPECT("2205A0A4000000", "AB07" "800101" "23026702"); /* no data where there have to be some */
    EXPECT("2205A0A4000002", "AB07" "800101" "23026700");
    EXPECT("2206A0A40000027F", "AB07" "800101" "23026700"); /* less than Lc says */
    EXPECT(SELECT_GSM "2204A0040000" SELECT_SPN, "AB0B" "800102" "23029F16" "23029400");
}

static void what_cannot_be_read_ends_it(void **state)
{
    (void)state;
    EXPECT(SELECT_GSM "5500" SELECT_SPN, "AB0A" "800101" "23029F16" "900101");
    EXPECT(SELECT_GSM "2208A0A400", "AB0A" "800101" "23029F16" "900102");
    EXPECT(SELECT_GSM "22", "AB0A" "800101" "23029F16" "900103");
    EXPECT(SELECT_GSM "2283000001A0", "AB0A" "800101" "23029F16" "900102");
    assert_string_equal(answer_to_bytes("AA0A" SELECT_GSM), "AB06800100900102"); /* a byte too few */
    assert_string_equal(answer_to_bytes("AA08" SELECT_GSM), "AB06800100900102"); /* and one too many */
}

static void the_indefinite_form_is_answered_in_kind(void **state)
{
    (void)state;
    assert_string_equal(answer_to_bytes("AE80" SELECT_GSM SELECT_NONE "0000"), "AF80" "23029F16" "23029404" "0000");
    assert_string_equal(answer_to_bytes("AE80" SELECT_GSM), "AF80" "23029F16" "900103" "0000");
}

static void a_refresh_comes_behind_the_por(void **state)
{
    (void)state;
    EXPECT(SELECT_GSM REFRESH, "AB07" "800101" "23029F16");
    assert_string_equal(bench.answer, "910B");
    bench_expect(&bench, "A01200000B", "D009810301010482028182" "9000");
    bench_expect(&bench, "A01400000C810301010482028281830100", "9000");
    /* Of one byte: there is no EF RMA, and how a PoR goes does not change. */
    EXPECT("810101" "810181" SELECT_GSM, "AB07" "800101" "23029F16");
    assert_string_equal(bench.answer, "9000");
}

static void an_action_that_is_none_is_refused(void **state)
{
    (void)state;
    EXPECT(SELECT_GSM "8109810301132182028182" SELECT_SPN, "AB0A" "800101" "23029F16" "810101"); /* SEND SHORT MESSAGE */
    EXPECT("810183", "AB06" "800100" "810101");
    EXPECT("8100", "AB06" "800100" "900102");
    EXPECT(SELECT_GSM REFRESH REFRESH, "AB0A" "800101" "23029F16" "810101");
}

static void an_error_action_is_done_on_an_error(void **state)
{
    (void)state;
    static const char action[] = "820E" "8103012100" "82028102" "8D0304" "4142";
    char elements[200];
    snprintf(elements, sizeof elements, "%s" SELECT_GSM, action);
    EXPECT(elements, "AB07" "800101" "23029F16");
    assert_string_equal(bench.answer, "9000");
    snprintf(elements, sizeof elements, "%s" SELECT_NONE, action);
    EXPECT(elements, "AB07" "800101" "23029404");
    assert_string_equal(bench.answer, "9110");
    bench_expect(&bench, "A012000010", "D00E" "8103012100" "82028102" "8D0304" "4142" "9000");
}

/* --- chaining --- */

static void without_chaining_a_script_begins_anew(void **state)
{
    (void)state;
    EXPECT(SELECT_GSM SELECT_SPN, "AB0B" "800102" "23029F16" "23029F0F");
    EXPECT(READ_SPN, "AB07" "800101" "23029400");
}

static void a_chain_keeps_file_and_chv(void **state)
{
    (void)state;
    EXPECT("830101" SELECT_GSM SELECT_SPN, "AB0B" "800102" "23029F16" "23029F0F");
    EXPECT("830102" UPDATE_SPN, "AB07" "800101" "23029000");
    EXPECT("830103" READ_SPN, "AB18" "800101" "2313" SPN "9000");
    EXPECT("830103" READ_SPN, "AB06" "800100" "830101"); /* the last one ended it */
}

static void what_ends_a_chain(void **state)
{
    (void)state;
    static const char begin[] = "830101" SELECT_GSM SELECT_SPN, begin_kept[] = "830111" SELECT_GSM SELECT_SPN;
    answer_to(begin);
    bench_reset(&bench);
    EXPECT("830103" READ_SPN, "AB06" "800100" "830101");
    answer_to(begin_kept);
    bench_reset(&bench);
    EXPECT("830102" READ_SPN, "AB18" "800101" "2313" "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF" "9000");
    bench_reset(&bench);
    EXPECT("830102" SELECT_NONE, "AB07" "800101" "23029404"); /* an error */
    EXPECT("830103" READ_SPN, "AB06" "800100" "830101");
    answer_to(begin);
    answer_to(SELECT_GSM); /* a script of its own */
    EXPECT("830103" READ_SPN, "AB06" "800100" "830101");
}

static void a_chain_that_is_none(void **state)
{
    (void)state;
    EXPECT("830103" SELECT_GSM, "AB06" "800100" "830101");
    EXPECT(SELECT_GSM "830101", "AB0A" "800101" "23029F16" "830103"); /* not the first TLV */
    EXPECT("830104" SELECT_GSM, "AB06" "800100" "830103");
    EXPECT("83020101" SELECT_GSM, "AB06" "800100" "900102");
    reopen_with("d0-in-compact=\"accept\" script-chaining=\"reject\"");
    EXPECT("830101" SELECT_GSM, "AB06" "800100" "830102");
}

/* --- formats --- */

static void an_application_may_know_one_format_alone(void **state)
{
    (void)state;
    reopen_with("d0-in-compact=\"accept\" formats=\"compact\"");
    EXPECT(SELECT_GSM SELECT_SPN, "016E00"); /* AA is a class that it does not know */
    assert_string_equal(answer_to_bytes("A0A40000027F20"), "019F16");
    reopen_with("d0-in-compact=\"accept\" formats=\"expanded\"");
    EXPECT(SELECT_GSM, "AB07" "800101" "23029F16");
    assert_string_equal(answer_to_bytes("A0A40000027F20"), "AB06800100900101");
}

/* A UICC's answers wait behind 61 xx. */
static void commands_of_a_uicc(void **state)
{
    (void)state;
    bench_close(&bench);
    bench_open_uicc(&bench, NULL, NULL);
    tar = "B00000";
    EXPECT("220700A4000C023F00" SELECT_GSM, "AB0B" "800102" "23029000" "23026E00");
    const char *fcp = answer_to("220800A40004023F0000" "220700A40004023F00");
    assert_memory_equal(fcp + 4, "800102" "23", 8);
    assert_memory_equal(fcp + 14, "62", 2); /* the template of MF, and only of the one that asked with Le */
    assert_memory_equal(fcp + strlen(fcp) - 12, "9000" "230261", 10);
}

/* --- long answers --- */

/* Three SMS hold it; what is more is cut, and the script ends there. */
static void a_long_answer_is_cut(void **state)
{
    (void)state;
    static const char read_sms[] = "2207A0A40000027F10" "2207A0A40000026F3C" "2205A0B20104B0";
    char elements[900], expected[64];
    snprintf(elements, sizeof elements, "%s", read_sms);
    assert_memory_equal(answer_to(elements), "AB81C0800103", 12);
    strcat(elements, "2205A0B20104B0" "2205A0B20104B0" "2205A0B20104B0");
    const char *answer = answer_to(elements);
    size_t digits = strlen(answer);
    snprintf(expected, sizeof expected, "AB82%04zX800104", digits / 2 - 4); /* the third of four READs is not begun */
    assert_memory_equal(answer, expected, strlen(expected));
    assert_string_equal(answer + digits - 4, "62F1");
    assert_true(digits / 2 <= 360);
    /* R-APDUs without data */
    elements[0] = '\0';
    for (int i = 0; i < 28; i++)
        strcat(elements, SELECT_GSM);
    answer = answer_to(elements);
    assert_memory_equal(answer, "AB73" "80011C", 10);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_shipped, close_bench)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_command_has_its_result),
        TEST(le_brings_the_answer),
        TEST(the_first_failure_ends_it),
        TEST(what_cannot_be_read_ends_it),
        TEST(the_indefinite_form_is_answered_in_kind),
        TEST(a_refresh_comes_behind_the_por),
        TEST(an_action_that_is_none_is_refused),
        TEST(an_error_action_is_done_on_an_error),
        TEST(without_chaining_a_script_begins_anew),
        TEST(a_chain_keeps_file_and_chv),
        TEST(what_ends_a_chain),
        TEST(a_chain_that_is_none),
        TEST(an_application_may_know_one_format_alone),
        TEST(commands_of_a_uicc),
        TEST(a_long_answer_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
