/* TS 51.011 commands as a phone sends them: answers byte by byte, access conditions, every status word. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/hex.h"

static struct bench bench;

#define CHV1_RIGHT "31323334FFFFFFFF"
#define CHV1_WRONG "39393939FFFFFFFF"
#define CHV2_RIGHT "35363738FFFFFFFF"
#define PUK1 "3132333435363738"
#define PUK_WRONG "3030303030303030"
#define ADM_RIGHT "3838383838383838"

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

/* Selects each FID in turn from wherever the card is; the last answer counts. */
static void select_path(const char *fids)
{
    for (; *fids != '\0'; fids += 4) {
        char command[32];
        snprintf(command, sizeof command, "A0A4000002%.4s", fids);
        const char *answer = bench_send(&bench, command);
        if (strncmp(answer, "9F", 2) != 0)
            fail_msg("%s -> %s", command, answer);
    }
}

static void verify_chv1(void)
{
    bench_expect(&bench, "A020000108" CHV1_RIGHT, "9000");
}

static void verify_adm(void)
{
    bench_expect(&bench, "A020000A08" ADM_RIGHT, "9000");
}

static void select_and_status_bytes(void **state)
{
    (void)state;
    bench_expect(&bench, "A0A40000023F00", "9F16");
    bench_expect(&bench, "A0C0000016",
                 "000020003F000100000000000931020204008"
                 "38A838A9000");
    bench_expect(&bench, "A0F2000016", "000020003F00010000000000093102020400838A838A9000");
    bench_expect(&bench, "A0F200000D",
                 "000020003F000100000000000"
                 "99000");
    bench_expect(&bench, "A0F2000017", "6716");
    bench_expect(&bench, "A0A40000022FE2", "9F0F");
    bench_expect(&bench, "A0C000000F", "0000000A2FE204000FFF44010200009000");
    bench_expect(&bench, "A0A40000027F20", "9F16");
    bench_expect(&bench, "A0C0000016",
                 "000020007F2002000000000009310024"
                 "0400838A838A9000");
    bench_expect(&bench, "A0A40000026F07", "9F0F");
    bench_expect(&bench, "A0C000000F",
                 "000000096F070400"
                 "14FF14010200009000");
    bench_expect(&bench, "A0A40000026FC5", "9F0F");
    bench_expect(&bench, "A0C000000F",
                 "000001546FC5040004FFFF01020122"
                 "9000");
    bench_expect(&bench, "A0A40000026F39", "9F0F");
    bench_expect(&bench, "A0C000000F",
                 "0000000F6F390440121FFF01020303"
                 "9000"); /* INCREASE is allowed */
    bench_expect(&bench, "A0F2000016", "000020007F20020000000000093100240400838A838A9000"); /* still the DF */
}

static void get_response_only_right_behind(void **state)
{
    (void)state;
    bench_expect(&bench, "A0C0000016", "6F00");
    select_path("3F00");
    bench_expect(&bench, "A0C0000017", "6716");
    bench_expect(&bench, "A0C0000000", "6716"); /* 00 is 256 */
    bench_expect(&bench, "A0C0000002", "00009000");
    bench_expect(&bench, "A0C0000002", "6F00");
    select_path("3F00");
    bench_expect(&bench, "A0FA000000", "9000");
    bench_expect(&bench, "A0C0000016", "6F00");
}

/* The answers of real cards (facts F.2, from pySim's tests) under a profile made like them. */
static void answers_of_real_cards(void **state)
{
    (void)state;
    static char xml[60000];
    size_t at = (size_t)sprintf(
        xml,
        "<card-profile name='real'><chv number='1' value='1234' unblock='12345678' enabled='no'/>"
        "<chv number='2' value='5678' unblock='12345678'/>"
        "<mf id='3F00' characteristics='01' free-memory='0'>"
        "<ef id='2FE2' structure='transparent' size='10' read='ALW' update='ADMC' content-from='iccid'/>");
    for (int i = 1; i < 0x0C; i++)
        at += (size_t)sprintf(
            xml + at, "<ef id='2F%02X' structure='transparent' size='1' read='ALW' update='ADM'/>", i);
    at += (size_t)sprintf(xml + at,
                          "<df id='7F10' characteristics='01' free-memory='0'>"
                          "<ef id='6F40' structure='linear' record-length='26' records='2' read='CHV1' "
                          "update='CHV1' content-from='msisdn'/>");
    for (int i = 1; i < 0x0D; i++)
        at += (size_t)sprintf(
            xml + at, "<ef id='6F%02X' structure='transparent' size='1' read='ALW' update='ADM'/>", i);
    at += (size_t)sprintf(xml + at, "</df><df id='7F20' characteristics='31' free-memory='65535'>");
    for (int i = 0; i < 6; i++)
        at += (size_t)sprintf(xml + at, "<df id='5F%02X'/>", 0x30 + i);
    for (int i = 0; i < 0x35; i++)
        at += (size_t)sprintf(
            xml + at, "<ef id='6F%02X' structure='transparent' size='1' read='ALW' update='ADM'/>", i);
    sprintf(xml + at, "</df></mf></card-profile>");
    bench_open_profile(&bench, xml);
    bench_expect(&bench, "A0A40000023F00", "9F16");
    bench_expect(&bench, "A0C0000016", "000000003F000100000000000981020C0400838A838A9000");
    bench_expect(&bench, "A0A40000022FE2", "9F0F");
    bench_expect(&bench, "A0C000000F", "0000000A2FE204000CFFFF010200009000");
    bench_expect(&bench, "A0A40000027F10", "9F16");
    bench_expect(&bench, "A0C0000016", "000000007F100200000000000981000D0400838A838A9000");
    bench_expect(&bench, "A0A40000026F40", "9F0F");
    bench_expect(&bench, "A0C000000F", "000000346F40040011FFFF0102011A9000");
    bench_expect(&bench, "A0A40000027F20", "9F16");
    bench_expect(&bench, "A0C0000016", "0000FFFF7F2002000000000009B106350400838A838A9000");
    bench_close(&bench);
}

static void what_can_be_selected(void **state)
{
    (void)state;
    bench_expect(&bench, "A0A40000026F46", "9404"); /* not from the MF */
    bench_expect(&bench, "A0A40000027F21", "9404");
    select_path("7F20"
                "7F10");                            /* a sibling DF */
    bench_expect(&bench, "A0A40000022FE2", "9404"); /* an EF of the parent is not */
    bench_expect(&bench, "A0A40000026F46", "9404"); /* nor one of a sibling */
    select_path("7F10"
                "6F3A"
                "3F00"
                "7F20"
                "6F46"
                "7F20"
                "3F00"
                "2FE2");
    bench_expect(&bench, "A0A40000026FFF", "9404"); /* a failed SELECT changes nothing */
    bench_expect(&bench, "A0B000000A", "981932547687981032F59000");
}

static void parents_and_children(void **state)
{
    (void)state;
    bench_open_profile(&bench, "<card-profile name='deep'><mf id='3F00'><df id='7F20'><df id='5F30'>"
                               "<ef id='4F20' structure='transparent' size='1' read='ALW' update='ADM'/></df>"
                               "<df id='5F40'/></df></mf></card-profile>");
    bench_expect(&bench, "A0A40000025F30", "9404"); /* a grandchild */
    select_path("7F20"
                "5F30"
                "4F20"
                "5F40"
                "5F30"
                "7F20"
                "5F40"
                "5F40"
                "3F00");
    select_path("7F20"
                "5F30");
    bench_expect(&bench, "A0A40000027F10", "9404");
    bench_close(&bench);
}

static void the_cards_own_numbers(void **state)
{
    (void)state;
    select_path("2FE2");
    bench_expect(&bench, "A0B000000A", "981932547687981032F59000");
    verify_chv1();
    select_path("7F20"
                "6F07");
    bench_expect(&bench, "A0B0000009", "0849123254769810429000");
    select_path("7F10"
                "6F40");
    bench_expect(&bench, "A0B201041C",
                 "FFFFFFFFFFFFFFFFFFFFFFFFFFFF"
                 "07916921436587"
                 "19FFFFFFFFFFFF9000");
    bench_expect(&bench, "A0B202041C", "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF9000");
}

static void access_conditions(void **state)
{
    (void)state;
    select_path("7F20"
                "6F46");
    bench_expect(&bench, "A0B0000001", "FF9000");
    bench_expect(&bench, "A0D600000100", "9804"); /* SPN: update ADM */
    verify_chv1();
    bench_expect(&bench, "A0D600000100", "9804");
    verify_adm();
    bench_expect(&bench, "A0D600000100", "9000");
    bench_expect(&bench, "A0B0000002", "00FF9000");
    select_path("3F00"
                "2FE2");
    bench_expect(&bench, "A0D600000100", "9804"); /* NEV also for the administration */
    bench_reset(&bench);
    select_path("7F20"
                "6F07");
    bench_expect(&bench, "A0B0000001", "9804"); /* IMSI: read CHV1, forgotten at reset */
    verify_chv1();
    bench_expect(&bench, "A0B0000001", "089000");
    select_path("7F10"
                "6F3B");
    char update[80];
    snprintf(update, sizeof update, "A0DC01041C%056d", 0);
    bench_expect(&bench, update, "9804"); /* FDN: update CHV2 */
    bench_expect(&bench, "A020000208" CHV2_RIGHT, "9000");
    bench_expect(&bench, update, "9000");
}

static void apdus_that_are_none(void **state)
{
    (void)state;
    static const struct {
        const char *command, *answer;
    } cases[] = {
        {"", "6700"},
        {"A0", "6700"},
        {"A0A400", "6700"},
        {"A0A40000", "6700"},
        {"A0A4000002", "6700"},
        {"A0A40000023F", "6700"},
        {"A0A40000023F0000", "6700"},
        {"A0B0000001FF", "6700"},
        {"A0A40000013F", "6702"},
        {"A0A40100023F00", "6B00"},
        {"A0A40004023F00", "6B00"},
        {"00A40004023F00", "6E00"},
        {"80F2000000", "6E00"},
        {"A088000010000102030405060708090A0B0C0D0E0F", "6D00"},
        {"A0FE000000", "6D00"},
        {"A0FA0000", "9000"}, /* case 1 without P3 */
        {"A0FA000001", "6700"},
        {"A020000107"
         "31323334FFFFFF",
         "6708"},
        {"A0120000FF", "6F00"},
        {"A01400000C810301130082028281830100", "6F00"},
        {"A014000000", "6F00"},
        {"A010000004FFFFFFFF", "9000"},
        {"A010000000", "9000"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        bench_expect(&bench, cases[i].command, cases[i].answer);
}

static void binary_files(void **state)
{
    (void)state;
    bench_expect(&bench, "A0B0000001", "9400");
    bench_expect(&bench, "A0D600000100", "9400");
    verify_adm();
    select_path("7F20"
                "6F46");
    bench_expect(&bench, "A0D600000500566972", "6700"); /* three bytes for P3 4 */
    bench_expect(&bench,
                 "A0D6000004"
                 "00566972",
                 "9000");
    bench_expect(&bench,
                 "A0D6000F02"
                 "AABB",
                 "9000");
    bench_expect(&bench, "A0B0000011", "00566972FFFFFFFFFFFFFFFFFFFFFFAABB9000");
    bench_expect(&bench, "A0B0001001", "BB9000");
    bench_expect(&bench, "A0B0001101", "9402");
    bench_expect(&bench, "A0B0FFFF01", "9402");
    bench_expect(&bench, "A0B0000F03", "6702");
    bench_expect(&bench, "A0B0000012", "6711");
    bench_expect(&bench, "A0B0000000", "6711");
    bench_expect(&bench,
                 "A0D6000F03"
                 "AABBCC",
                 "6702");
    bench_expect(&bench,
                 "A0D6001101"
                 "AA",
                 "9402");
    bench_expect(&bench, "A0D6000000", "6700");
    bench_expect(&bench, "A0B2010411", "9408");
    bench_expect(&bench,
                 "A0DC010401"
                 "00",
                 "9408");
    bench_expect(&bench,
                 "A0A2000001"
                 "00",
                 "9408");
    bench_expect(&bench,
                 "A032000003"
                 "000001",
                 "9408");
}

static void linear_records(void **state)
{
    (void)state;
    verify_adm();
    bench_expect(&bench, "A0B2010408", "9400");
    select_path("7F20"
                "6FC6"); /* OPL: ten records of 8 */
    bench_expect(&bench, "A0B0000001", "9408");
    bench_expect(&bench, "A0B2000408", "9402"); /* current, and there is none */
    bench_expect(&bench, "A0B2010407", "6708");
    bench_expect(&bench, "A0B2010508", "6B00");
    bench_expect(&bench, "A0B20B0408", "9402");
    bench_expect(&bench,
                 "A0DC0B0408"
                 "0000000000000000",
                 "9402");
    bench_expect(&bench,
                 "A0DC010407"
                 "00000000000000",
                 "6708");
    bench_expect(&bench,
                 "A0DC010408"
                 "1100000000000001",
                 "9000");
    bench_expect(&bench,
                 "A0DC020408"
                 "2200000000000002",
                 "9000");
    bench_expect(&bench,
                 "A0DC0A0408"
                 "AA0000000000000A",
                 "9000");
    bench_expect(&bench, "A0B2000408", "9402"); /* absolute does not move the pointer */
    bench_expect(&bench, "A0B2000208", "11000000000000019000");
    bench_expect(&bench, "A0B2000208", "22000000000000029000");
    bench_expect(&bench, "A0B2000408", "22000000000000029000");
    bench_expect(&bench,
                 "A0DC000408"
                 "2200000000000003",
                 "9000");
    bench_expect(&bench, "A0B2000308", "11000000000000019000");
    bench_expect(&bench, "A0B2000308", "9402");
    bench_expect(&bench, "A0B2000408", "11000000000000019000");
    select_path("6FC6");
    bench_expect(&bench, "A0B2000308", "AA0000000000000A9000"); /* without a pointer: the last */
    bench_expect(&bench, "A0B2000208", "9402");
    bench_expect(&bench,
                 "A0DC000308"
                 "9900000000000009",
                 "9000");
    bench_expect(&bench, "A0B2090408", "99000000000000099000");
    bench_expect(&bench, "A0B2020408", "22000000000000039000");
}

static void seeking(void **state)
{
    (void)state;
    verify_adm();
    select_path("7F20"
                "6FC6");
    bench_expect(&bench,
                 "A0DC030408"
                 "42F0100000000001",
                 "9000");
    bench_expect(&bench,
                 "A0DC070408"
                 "42F0100000000002",
                 "9000");
    bench_expect(&bench,
                 "A0A2000003"
                 "42F010",
                 "9000");
    bench_expect(&bench, "A0B2000408", "42F01000000000019000");
    bench_expect(&bench,
                 "A0A2001203"
                 "42F010",
                 "9F01"); /* type 2, next: tells which */
    bench_expect(&bench, "A0C0000001", "079000");
    bench_expect(&bench,
                 "A0A2000203"
                 "42F010",
                 "9404");
    bench_expect(&bench, "A0B2000408", "42F01000000000029000"); /* not found: the pointer stays */
    bench_expect(&bench,
                 "A0A2001303"
                 "42F010",
                 "9F01");
    bench_expect(&bench, "A0C0000001", "039000");
    bench_expect(&bench,
                 "A0A2001103"
                 "42F010",
                 "9F01");
    bench_expect(&bench, "A0C0000001", "079000");
    bench_expect(&bench,
                 "A0A2000009"
                 "42F010000000000142",
                 "6700");
    bench_expect(&bench, "A0A2000000", "6700");
    bench_expect(&bench,
                 "A0A2000403"
                 "42F010",
                 "6B00");
    bench_expect(&bench,
                 "A0A2002003"
                 "42F010",
                 "6B00");
}

static void cyclic_records(void **state)
{
    (void)state;
    verify_chv1();
    bench_expect(&bench, "A020000208" CHV2_RIGHT, "9000");
    select_path("7F20"
                "6F39");                              /* ACM: five records of 3 */
    bench_expect(&bench, "A0B2000403", "0000009000"); /* SELECT points at the newest */
    bench_expect(&bench,
                 "A0DC010403"
                 "000001",
                 "6B00");
    bench_expect(&bench,
                 "A0DC000203"
                 "000001",
                 "6B00");
    for (int i = 1; i <= 6; i++) {
        char command[32];
        snprintf(command, sizeof command, "A0DC000303%06X", i);
        bench_expect(&bench, command, "9000");
    }
    bench_expect(&bench, "A0B2010403", "0000069000");
    bench_expect(&bench, "A0B2050403", "0000029000");
    bench_expect(&bench, "A0B2000203", "0000059000"); /* next is older */
    bench_expect(&bench, "A0B2000303", "0000069000");
    bench_expect(&bench, "A0B2000303", "0000029000"); /* and around */
    bench_expect(&bench, "A0B2000203", "0000069000");
    bench_expect(&bench,
                 "A0A2000001"
                 "00",
                 "9408");
    bench_expect(&bench,
                 "A032000003"
                 "000010",
                 "9F06");
    bench_expect(&bench, "A0C0000006", "0000160000109000");
    bench_expect(&bench, "A0B2010403", "0000169000");
    bench_expect(&bench, "A0B2020403", "0000069000");
    bench_expect(&bench,
                 "A032000003"
                 "FFFFFF",
                 "9850");
    bench_expect(&bench, "A0B2010403", "0000169000");
    bench_expect(&bench,
                 "A032000002"
                 "0001",
                 "6703");
    select_path("7F10"
                "6F44");
    bench_expect(&bench,
                 "A032000003"
                 "000001",
                 "9804"); /* LND: INCREASE never */
}

static void invalidation(void **state)
{
    (void)state;
    bench_expect(&bench, "A004000000", "9400");
    verify_chv1();
    select_path("7F20"
                "6F7E"); /* LOCI: INV ADM, REH CHV1 */
    bench_expect(&bench, "A004000000", "9804");
    verify_adm();
    bench_expect(&bench, "A044000000", "9810"); /* it is not invalidated */
    bench_expect(&bench, "A004000000", "9000");
    bench_expect(&bench, "A004000000", "9810");
    bench_expect(&bench, "A0B0000001", "9810");
    bench_expect(&bench, "A0D600000100", "9810");
    select_path("6F7E");
    bench_expect(&bench, "A0C000000F", "0000000B6F7E040011FF14000200009000"); /* status byte: bit 1 clear */
    bench_expect(&bench, "A044000000", "9000");
    bench_expect(&bench, "A0B0000001", "FF9000");
    select_path("6F46");
    bench_expect(&bench, "A004000000", "9804");
}

static void readable_when_invalidated(void **state)
{
    (void)state;
    bench_open_profile(&bench,
                       "<card-profile name='x'><mf id='3F00'><ef id='2F01' structure='transparent' size='2' "
                       "read='ALW' update='ALW' invalidate='ALW' rehabilitate='ALW' content='1234' "
                       "readable-when-invalidated='yes'/></mf></card-profile>");
    select_path("2F01");
    bench_expect(&bench, "A0C000000F", "000000022F01040000FF00050200009000");
    bench_expect(&bench, "A004000000", "9000");
    bench_expect(&bench, "A0B0000002", "12349000");
    bench_expect(&bench, "A0D6000001AA", "9000");
    bench_expect(&bench, "A020000108" CHV1_RIGHT, "9802"); /* this profile has no CHV */
    bench_expect(&bench, "A026000108" CHV1_RIGHT, "9802");
    bench_expect(&bench, "A02C000010" PUK1 CHV1_RIGHT, "9802");
    bench_close(&bench);
}

/* What the other tests, under the shipped profile, do not turn. */
static void attributes_of_a_profile(void **state)
{
    (void)state;
    bench_open_profile(&bench,
                       "<card-profile name='x'><chv number='1' value='1234' unblock='12345678' tries='7' "
                       "unblock-tries='9'/><adm value='8888' tries='5'/><mf id='3F00'>"
                       "<ef id='2F01' structure='linear' record-length='2' records='2' read='ALW' update='ALW' "
                       "record-content='ABCD'/><ef id='2F02' structure='cyclic' record-length='3' records='2' "
                       "read='ALW' update='ALW' increase='ALW' record-content='000000'/></mf></card-profile>");
    bench_expect(&bench, "A0A40000023F00", "9F16");
    bench_expect(&bench, "A0C0000016", "000000003F00010000000000093100020400878900009000");
    bench_expect(&bench, "A0A40000022F01", "9F0F");
    bench_expect(&bench, "A0B2020402", "ABCD9000");
    bench_expect(&bench, "A0A40000022F02", "9F0F");
    bench_expect(&bench, "A032000003000005", "9F06");
    for (int i = 5; i-- > 0;)
        bench_expect(&bench, "A020000A083132333438FFFFFF", i > 0 ? "9804" : "9840");
    bench_close(&bench);
}

static void chv1_blocks_and_is_unblocked(void **state)
{
    (void)state;
    bench_expect(&bench, "A020000308" CHV1_RIGHT, "6B00");
    bench_expect(&bench, "A020010108" CHV1_RIGHT, "6B00");
    bench_expect(&bench, "A020000108" CHV1_WRONG, "9804");
    bench_expect(&bench, "A020000108" CHV1_RIGHT, "9000"); /* counts anew */
    bench_expect(&bench, "A020000108" CHV1_WRONG, "9804");
    select_path("7F20"
                "6F07");
    bench_expect(&bench, "A0B0000001", "9804"); /* a wrong one takes the right away */
    bench_expect(&bench, "A020000108" CHV1_WRONG, "9804");
    bench_expect(&bench, "A020000108" CHV1_WRONG, "9840");
    bench_expect(&bench, "A020000108" CHV1_RIGHT, "9840");
    bench_expect(&bench, "A024000110" CHV1_RIGHT CHV1_WRONG, "9840");
    bench_expect(&bench, "A026000108" CHV1_RIGHT, "9840");
    select_path("3F00");
    bench_expect(&bench, "A0C0000016", "000020003F00010000000000093102020400808A838A9000");
    bench_expect(&bench, "A02C000110" PUK1 CHV1_RIGHT, "6B00");
    bench_expect(&bench, "A02C000010" PUK_WRONG CHV1_RIGHT, "9804");
    select_path("3F00");
    bench_expect(&bench, "A0C0000016",
                 "000020003F0001000000000009310202040080"
                 "89838A9000");
    bench_expect(&bench, "A02C000010" PUK1 "3737373737373737", "9000");
    select_path("7F20"
                "6F07");
    bench_expect(&bench, "A0B0000001", "089000");
    bench_reset(&bench);
    bench_expect(&bench, "A020000108" CHV1_RIGHT, "9804");
    bench_expect(&bench,
                 "A020000108"
                 "3737373737373737",
                 "9000");
    for (int i = 0; i < 9; i++)
        bench_expect(&bench, "A02C000210" PUK_WRONG CHV2_RIGHT, "9804");
    bench_expect(&bench, "A02C000210" PUK_WRONG CHV2_RIGHT, "9840");
    bench_expect(&bench,
                 "A02C000210"
                 "3837363534333231" CHV2_RIGHT,
                 "9840");
}

static void chv1_is_changed_disabled_enabled(void **state)
{
    (void)state;
    bench_expect(&bench, "A024000110" CHV1_WRONG CHV1_RIGHT, "9804");
    bench_expect(&bench, "A024000110" CHV1_RIGHT CHV1_WRONG, "9000");
    bench_expect(&bench, "A020000108" CHV1_RIGHT, "9804");
    bench_expect(&bench, "A024000110" CHV1_WRONG CHV1_RIGHT, "9000");
    bench_expect(&bench, "A028000108" CHV1_RIGHT, "9808"); /* it is enabled */
    bench_expect(&bench, "A026000208" CHV2_RIGHT, "6B00"); /* CHV2 cannot be */
    bench_expect(&bench, "A026000108" CHV1_WRONG, "9804");
    bench_expect(&bench, "A026000108" CHV1_RIGHT, "9000");
    bench_reset(&bench);
    select_path("7F20"
                "6F07");
    bench_expect(&bench, "A0B0000001", "089000"); /* nothing to present any more */
    select_path("3F00");
    bench_expect(&bench, "A0C0000016",
                 "000020003F0001000000000009B1020204008"
                 "38A838A9000");
    bench_expect(&bench, "A020000108" CHV1_RIGHT, "9808");
    bench_expect(&bench, "A024000110" CHV1_RIGHT CHV1_WRONG, "9808");
    bench_expect(&bench, "A026000108" CHV1_RIGHT, "9808");
    bench_expect(&bench, "A028000108" CHV1_RIGHT, "9000");
    bench_reset(&bench);
    select_path("7F20"
                "6F07");
    bench_expect(&bench, "A0B0000001", "9804");
}

/* Random bytes as commands, and valid commands with flipped bytes: always an SW, never a crash. */
static void random_commands(void **state)
{
    (void)state;
    static const uint8_t instructions[] = {0xA4, 0xF2, 0xC0, 0xB0, 0xD6, 0xB2, 0xDC, 0xA2, 0x32, 0x20, 0x24,
                                           0x26, 0x28, 0x2C, 0x04, 0x44, 0x10, 0xC2, 0x12, 0x14, 0xFA};
    static const uint16_t fids[] = {0x3F00, 0x7F20, 0x7F10, 0x6F39, 0x6F3A, 0x6F44, 0x6F46, 0x6FC6, 0x2FE2};
    uint8_t command[APDU_COMMAND_MAX];
    srand(511);
    verify_adm();
    for (int i = 0; i < 60000; i++) {
        size_t length = (size_t)rand() % (rand() % 4 == 0 ? APDU_COMMAND_MAX : 12);
        for (size_t k = 0; k < length; k++)
            command[k] = (uint8_t)rand();
        if (length > 1 && rand() % 8 != 0) {
            command[0] = 0xA0;
            command[1] = instructions[(size_t)rand() % sizeof instructions];
        }
        if (length >= 7 && command[1] == 0xA4) {
            uint16_t fid = fids[(size_t)rand() % (sizeof fids / sizeof fids[0])];
            memcpy(command + 2, (uint8_t[]){0, 0, 2, (uint8_t)(fid >> 8), (uint8_t)fid}, 5);
            length = 7;
        } else if (length > 5 && rand() % 4 != 0) {
            command[4] = (uint8_t)(length - 5);
            command[3] &= 0x07;
        }
        bench_send_bytes(&bench, command, length);
    }
    select_path("3F00"
                "2FE2");
    bench_expect(&bench, "A0B000000A", "981932547687981032F59000");
}

/* H.5 S1's ENVELOPE with bytes changed, cut at every length. */
static void malformed_envelopes(void **state)
{
    (void)state;
    static const char s1[] = "A0C2000085D18182820283818B7C40048121437FF6627082214300006D02700000681516211515B"
                             "00010E9021D555CF421E6557246843F8"
                             "A13CBA44F3B9400ABB197A24606968BA6AF9FAEC9A687F9422C17DC9B1B6CE3B64E482E7F339968"
                             "35444448C07EB2E2C24B5324C272B196"
                             "AC492D9D18E2E56A09AC649DCAD989177EF1AFBB1206AD5A13F68C";
    uint8_t good[APDU_COMMAND_MAX], command[APDU_COMMAND_MAX];
    size_t length, packet = (size_t)(strstr(s1, "0270000068") - s1) / 2;
    assert_int_equal(hex_decode(s1, strlen(s1), good, sizeof good, &length), 0);
    for (size_t cut = 0; cut < length; cut++) {
        assert_string_equal(bench_send_bytes(&bench, good, cut), "6700");
        memcpy(command, good, length);
        if (cut < 5)
            continue;
        command[4] = (uint8_t)(cut - 5); /* a P3 that fits, a TLV that does not */
        assert_string_equal(bench_send_bytes(&bench, command, cut), "6F00");
    }
    srand(348);
    for (int i = 0; i < 20000; i++) {
        memcpy(command, good, length);
        for (int k = rand() % 4; k >= 0; k--)
            command[5 + (size_t)rand() % (length - 5)] = (uint8_t)rand();
        if (memcmp(command + packet, good + packet, length - packet) == 0)
            continue; /* only the sender or the time changed: a good message */
        bench_send_bytes(&bench, command, length);
        if (i % 4 == 0)
            bench_reset(&bench);
    }
    bench_reset(&bench);
    select_path("7F20"
                "6F46");
    bench_expect(&bench, "A0B0000011",
                 "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF9000"); /* none of them was executed */
    bench_expect(&bench, s1, "9129");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(select_and_status_bytes, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(get_response_only_right_behind, open_shipped, close_bench),
        cmocka_unit_test(answers_of_real_cards),
        cmocka_unit_test_setup_teardown(what_can_be_selected, open_shipped, close_bench),
        cmocka_unit_test(parents_and_children),
        cmocka_unit_test_setup_teardown(the_cards_own_numbers, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(access_conditions, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(apdus_that_are_none, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(binary_files, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(linear_records, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(seeking, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(cyclic_records, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(invalidation, open_shipped, close_bench),
        cmocka_unit_test(readable_when_invalidated),
        cmocka_unit_test(attributes_of_a_profile),
        cmocka_unit_test_setup_teardown(chv1_blocks_and_is_unblocked, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(chv1_is_changed_disabled_enabled, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(random_commands, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(malformed_envelopes, open_shipped, close_bench),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
