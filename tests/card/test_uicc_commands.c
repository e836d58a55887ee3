/* TS 102 221 commands as a phone sends them with T=0: answers byte by byte, every status word, both sets on
 * one file. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/hex.h"
#include "simsim/answer_to_reset.h"
#include "simsim/uicc_status_word.h"

static struct bench bench;

#define USIM "A0000000871002"
#define PIN_RIGHT "31323334FFFFFFFF"
#define PIN_WRONG "39393939FFFFFFFF"
#define PIN2_RIGHT "35363738FFFFFFFF"
#define PUK "3132333435363738"
#define PUK_WRONG "3030303030303030"
#define ADM "3838383838383838"
#define SPN "0056697267696E204D6F62696C65FFFFFF"
#define FREE_SPN "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
#define LABEL_RECORD "61144F0CA0000000871002FF49FF058950045553494DFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"

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

static void select_usim(void)
{
    bench_expect(&bench, "00A4040C07" USIM, "9000");
}

static void verify_pin(void)
{
    bench_expect(&bench, "0020000108" PIN_RIGHT, "9000");
}

static void verify_adm(void)
{
    bench_expect(&bench, "0020000A08" ADM, "9000");
}

/* Facts F.4 and "What pySim needs" 3.2: as real cards have them, of files that are alike. */
static void fcp_of_real_cards(void **state)
{
    (void)state;
    bench_expect(&bench, "00A40004023F00", "612E");
    bench_expect(
        &bench, "00C000002E",
        "622C8202782183023F00A50C8001718304000020008701018A01058B032F0601C60C9001E083010183018183010A9000");
    bench_expect(&bench, "00A40004022FE2", "6119");
    bench_expect(&bench, "00C0000019", "62178202412183022FE28A01058B032F06038002000A8801109000");
    bench_expect(&bench, "00A40004022F00", "611C");
    bench_expect(&bench, "00C000001C", "621A8205422100260283022F008A01058B032F06028002004C8801F09000");
}

/* pySim's detection of a card and what it reads then (facts 3.1), as traced. */
static void detected_by_pysim(void **state)
{
    (void)state;
    bench_expect(&bench, "00A40004023F00", "612E");
    bench_expect(&bench, "00A40004022F00", "611C");
    bench_reset(&bench);
    bench_expect(&bench, "00A4040410A0000005591010FFFFFFFF8900000100", "6A82");
    bench_expect(&bench, "00A4040410A0000005591010FFFFFFFF8900000200", "6A82");
    bench_reset(&bench);
    bench_expect(&bench, "00A40004023F00", "612E");
    bench_expect(&bench, "00A40004027F20", "6128");
    bench_expect(&bench, "00A40004027FE0", "6A82");
    bench_expect(&bench, "00A40004023F00", "612E");
    bench_expect(&bench, "00A40004022F00", "611C");
    bench_expect(&bench, "00B2010426", LABEL_RECORD "9000");
    bench_expect(&bench, "00A4040408A000000003000000", "6A82");
    bench_expect(&bench, "00A4040409A00000015141434C00", "6A82");
    bench_expect(&bench, "00A4040407A0000000871004", "6A82");
    bench_reset(&bench);
    bench_expect(&bench, "00A40004023F00", "612E");
    bench_expect(&bench, "00A40004022FE2", "6119");
    bench_expect(&bench, "00B000000A", "981932547687981032F59000");
    bench_expect(&bench, "80F2000000", "6C2E");
    bench_expect(&bench, "0070000001", "6D00"); /* no logical channels */
    bench_expect(&bench, "0088008110", "6D00"); /* and no AUTHENTICATE */
}

static void applications_by_name(void **state)
{
    (void)state;
    bench_expect(&bench, "00A404040CA0000000871002FF49FF0589", "6136");
    bench_expect(&bench, "00C0000036",
                 "62348202782183027FF0840CA0000000871002FF49FF0589A5068304000020008A01058B032F0601C60C9001E08"
                 "3010183018183010A9000");
    bench_expect(&bench, "00A4040405A000000087", "6136");                 /* in part */
    bench_expect(&bench, "00A4040607A0000000871002", "6A82");             /* no next one */
    bench_expect(&bench, "00A4040507A0000000871002", "6136");             /* the last is this one */
    bench_expect(&bench, "00A4040707A0000000871002", "6A82");             /* none before it */
    bench_expect(&bench, "00A404040DA0000000871002FF49FF058900", "6A82"); /* longer */
    bench_expect(&bench, "00A40404", "6A82");
    bench_expect(&bench, "80F201010E", "840CA0000000871002FF49FF05899000");
    bench_expect(&bench, "00A4044407" USIM, "9000"); /* its session ends */
    bench_expect(&bench, "80F2000000", "6C2E");
    bench_expect(&bench, "80F2000102", "84009000");
    bench_expect(&bench, "00A4000C027FFF", "6A82");
}

/* Two applications and each occurrence; the next one is counted from the current one. */
static void applications_of_two(void **state)
{
    (void)state;
    bench_close(&bench);
    bench_open_uicc(&bench, "    <df id=\"7F10\"",
                    "    <df id=\"7FF1\" aid=\"A0000000871002FF01\"/>\n    <df id=\"7F10\"");
    bench_expect(&bench, "00A404040CA0000000871002FF49FF0589", "6136");
    bench_expect(&bench, "00A4040707" USIM, "6133");
    bench_expect(&bench, "00A4040707" USIM, "6A82");
    bench_expect(&bench, "00A4040607" USIM, "6136");
    bench_expect(&bench, "00A4040607" USIM, "6A82");
    bench_expect(&bench, "00A4040407" USIM, "6133");
    bench_expect(&bench, "00A4040507" USIM, "6136");
    bench_expect(&bench, "00A4000C022F00", "6A82"); /* the ADF is current, not the MF */
    bench_expect(&bench, "00A4000C023F00", "9000");
    bench_expect(&bench, "00A4000C022F00", "9000");
    bench_expect(&bench, "00B2010426",
                 "610B4F09A0000000871002FF01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF9000");
    bench_expect(&bench, "00B2020426", LABEL_RECORD "9000");
}

static void selection_by_fid_and_path(void **state)
{
    (void)state;
    bench_expect(&bench, "00A4000C027FFF", "6A82"); /* no application yet */
    bench_expect(&bench, "00A4000C027FF0", "6A82"); /* which has no FID */
    bench_expect(&bench, "00A4080C047F206F46", "9000");
    bench_expect(&bench, "00A4080C062F007F206F46", "6A82");
    bench_expect(&bench, "00A4000C026F07", "9000"); /* DF.GSM is current with its EF */
    bench_expect(&bench, "00A4080C047F106F3A", "9000");
    bench_expect(&bench, "00A4080C047FFF6F07", "6A82");
    select_usim();
    bench_expect(&bench, "00A4000C025F3B", "9000");
    bench_expect(&bench, "00A4000C024F20", "9000");
    bench_expect(&bench, "00A4030C", "9000"); /* up */
    bench_expect(&bench, "00A4090C045F3B4F20", "9000");
    bench_expect(&bench, "00A4090C045F3B4F20", "6A82"); /* from there no longer */
    bench_expect(&bench, "00A4000C023F00", "9000");
    bench_expect(&bench, "00A4080C047FFF6F46", "9000"); /* the application is still active */
    bench_expect(&bench, "00A4000C027FFF", "9000");
    bench_expect(&bench, "00A4010C025F3B", "9000");
    bench_expect(&bench, "00A4010C025F3B", "6A82"); /* not its own child */
    bench_expect(&bench, "00A4010C024F20", "6A82"); /* no DF */
    bench_expect(&bench, "00A4000C", "9000");       /* the MF */
    bench_expect(&bench, "00A4000C022F00", "9000");
    bench_expect(&bench, "00A40000023F00", "612E"); /* P2 00: as old terminals ask */
    bench_expect(&bench, "00A4000C013F", "6A87");
    bench_expect(&bench, "00A4080C037F206F", "6A87");
    bench_expect(&bench, "00A4030C023F00", "6A87");
    bench_expect(&bench, "00A4020C022F00", "6A86"); /* P1 */
    bench_expect(&bench, "00A40008023F00", "6A86"); /* P2 */
    bench_expect(&bench, "00A4000E023F00", "6A86");
}

static void status_tells_of_the_directory(void **state)
{
    (void)state;
    bench_expect(&bench, "00A4000C022FE2", "9000");
    bench_expect(&bench, "80F2000001", "629000"); /* as much as is asked for: facts 2.4, nRF91 */
    bench_expect(&bench, "80F200002F", "6C2E");
    bench_expect(&bench, "80F2010C", "9000");
    bench_expect(&bench, "80F2020C00", "9000");
    bench_expect(&bench, "80F2010C01", "6700");
    bench_expect(&bench, "80F2030C00", "6A86");
    bench_expect(&bench, "80F2000200", "6A86");
    bench_expect(&bench, "00B000000A", "981932547687981032F59000"); /* the EF stays */
}

static void classes(void **state)
{
    (void)state;
    bench_expect(&bench, "00F2000000", "6E00"); /* STATUS has class 80 */
    bench_expect(&bench, "80A40004023F00", "6E00");
    bench_expect(&bench, "01A40004023F00", "6881"); /* channel 1 */
    bench_expect(&bench, "83F2000000", "6881");
    bench_expect(&bench, "0CA40004023F00", "6E00"); /* secure messaging */
    bench_expect(&bench, "90A40004023F00", "6E00");
    bench_expect(&bench, "00FE000000", "6D00");
    bench_expect(&bench, "80CA006600", "6D00");
    bench_expect(&bench, "A0A40000023F00", "9F16"); /* a SIM's are there too */
    bench_expect(&bench, "00A40004023F00", "612E");
    bench_expect(
        &bench, "80C000002E",
        "622C8202782183023F00A50C8001718304000020008701018A01058B032F0601C60C9001E083010183018183010A9000");
    bench_expect(&bench, "00C0000001", "6F00"); /* nothing waits any more */
    bench_close(&bench);
    bench_open(&bench, NULL, NULL);
    bench_expect(&bench, "00A40004023F00", "6E00"); /* a SIM knows A0 only */
}

static void binary_files(void **state)
{
    (void)state;
    bench_expect(&bench, "00B0000001", "6986"); /* none selected */
    select_usim();
    bench_expect(&bench, "00A4000C026F46", "9000");
    bench_expect(&bench, "00B0000000", "6C11"); /* 00 is 256 */
    bench_expect(&bench, "00B0000011", FREE_SPN "9000");
    bench_expect(&bench, "00B0000102", "FFFF9000");
    bench_expect(&bench, "00B0001101", "6B00"); /* behind the end */
    bench_expect(&bench, "00B0001002", "6C01");
    bench_expect(&bench, "00B2010411", "6981");
    bench_expect(&bench, "00D6000011" SPN, "6982");
    verify_adm();
    bench_expect(&bench, "00D6000011" SPN, "9000");
    bench_expect(&bench, "00D600100200FF", "6700"); /* no right Lc is told */
    bench_expect(&bench, "00D6001101FF", "6B00");
    bench_expect(&bench, "00D6000002FF", "6700");
}

static void short_file_identifiers(void **state)
{
    (void)state;
    bench_expect(&bench, "00B082000A", "981932547687981032F59000"); /* EF.ICCID */
    bench_expect(&bench, "00B0820802", "32F59000");
    bench_expect(&bench, "00B000000A", "981932547687981032F59000"); /* it is current now */
    bench_expect(&bench, "00B201F426", LABEL_RECORD "9000");        /* EF.DIR */
    bench_expect(&bench, "00B083000A", "6A82");
    bench_expect(&bench, "00B0A2000A", "6A86"); /* bit 6 */
    select_usim();
    bench_expect(&bench, "00B0870009", "6982"); /* EF.IMSI */
    verify_pin();
    bench_expect(&bench, "00B0870009", "0849123254769810429000");
    bench_expect(&bench, "00B201F426", "6981"); /* 1E is another file here: EF.EPSLOCI */
    verify_adm();
    bench_expect(&bench, "00D686000212FF", "9000"); /* EF.ACC */
    bench_expect(&bench, "00B0860002", "12FF9000");
    bench_expect(&bench, "00DC010C0E112233445566778899AABBCCDDEE", "9000"); /* EF.ECC */
    bench_expect(&bench, "00B201040E", "112233445566778899AABBCCDDEE9000");
    bench_expect(&bench, "00A2010C021122", "6101");
    bench_expect(&bench, "00C0000001", "019000");
}

static void records(void **state)
{
    (void)state;
    select_usim();
    verify_pin();
    bench_expect(&bench, "00A4000C026FC8", "9000"); /* EF.EXT6: 2 records of 13 */
    bench_expect(&bench, "00B2010400", "6C0D");
    bench_expect(&bench, "00B201040D", "00FFFFFFFFFFFFFFFFFFFFFFFF9000");
    bench_expect(&bench, "00B203040D", "6A83");
    bench_expect(&bench, "00DC02040D0102030405060708090A0B0C0D", "9000");
    bench_expect(&bench, "00DC02040C0102030405060708090A0B0C", "6700");
    bench_expect(&bench, "00DC03040D0102030405060708090A0B0C0D", "6A83");
    bench_expect(&bench, "00B200020D", "00FFFFFFFFFFFFFFFFFFFFFFFF9000"); /* next */
    bench_expect(&bench, "00B200020D", "0102030405060708090A0B0C0D9000");
    bench_expect(&bench, "00B200020D", "6A83");
    bench_expect(&bench, "00B201010D", "6A86");
    bench_expect(&bench, "00A2010401FF", "6282"); /* no record begins so */
    bench_expect(&bench, "00A201040100", "6101");
    bench_expect(&bench, "00C0000001", "019000");
    bench_expect(&bench, "00A202050101", "6101"); /* backwards */
    bench_expect(&bench, "00C0000001", "029000");
    bench_expect(&bench, "00A200050101", "6101"); /* from the record that was found */
    bench_expect(&bench, "00A203040101", "6A83");
    bench_expect(&bench, "00A201060101", "6A86"); /* enhanced search is not there */
    bench_expect(&bench, "00A201040E0102030405060708090A0B0C0D0E", "6700");
    bench_expect(&bench, "00DC01040D0102030405060708090A0B0C0D", "9000");
    bench_expect(&bench, "00A20104020102", "6102"); /* each that is found */
    bench_expect(&bench, "00C0000002", "01029000");
    bench_expect(&bench, "00A20205020102", "6102");
    bench_expect(&bench, "00C0000002", "02019000");
    bench_expect(&bench, "00B0000001", "6981");
}

static void increase(void **state)
{
    (void)state;
    select_usim();
    verify_pin();
    bench_expect(&bench, "00A4000C026F39", "9000"); /* EF.ACM, cyclic */
    bench_expect(&bench, "8032000003000005", "6106");
    bench_expect(&bench, "00C0000006", "0000050000059000");
    bench_expect(&bench, "803200000107", "6104"); /* any length up to the record's */
    bench_expect(&bench, "00C0000004", "00000C079000");
    bench_expect(&bench, "803200000400000001", "6700");
    bench_expect(&bench, "8032000003FFFFFF", "9850");
    bench_expect(&bench, "8032000103000001", "6A86");
    bench_expect(&bench, "8032010003000001", "6A86");
    bench_expect(&bench, "0032000003000001", "6E00");
    bench_expect(&bench, "00B2010403", "00000C9000");
}

/* TS 102 221 11.1.14, 11.1.15: the current file, or one named within the command. */
static void deactivation(void **state)
{
    (void)state;
    select_usim();
    verify_adm();
    bench_expect(&bench, "00A4000C026F07", "9000");
    bench_expect(&bench, "0004000000", "9000");
    bench_expect(&bench, "00A40004026F07", "6119");
    bench_expect(&bench, "00C0000019",
                 "62178202412183026F078A01048B036F060380020009880138"
                 "9000");
    verify_pin();
    bench_expect(&bench, "00B0000009", "6984");
    bench_expect(&bench, "00040000", "6984"); /* twice */
    bench_expect(&bench, "0044000000", "9000");
    bench_expect(&bench, "00B0000009", "0849123254769810429000");
    bench_expect(&bench, "00A4000C026F46", "9000");
    bench_expect(&bench, "00040000026F07", "9000");               /* by FID */
    bench_expect(&bench, "00440800047FFF6F07", "9000");           /* by path */
    bench_expect(&bench, "00B0000009", "0849123254769810429000"); /* and it is current */
    bench_expect(&bench, "00040000026F99", "6A82");
    bench_expect(&bench, "0004000100", "6A86");
    bench_expect(&bench, "00A4000C026F46", "9000");
    bench_expect(&bench, "0004000000", "6982"); /* never */
}

static void pins(void **state)
{
    (void)state;
    bench_expect(&bench, "00200001", "63C3");
    bench_expect(&bench, "0020000100", "63C3"); /* costs nothing */
    bench_expect(&bench, "0020000108" PIN_WRONG, "63C2");
    bench_expect(&bench, "0020000100", "63C2");
    verify_pin();
    bench_expect(&bench, "0020000100", "63C3");
    bench_expect(&bench, "0020008108" PIN2_RIGHT, "9000");
    bench_expect(&bench, "0020000208" PIN2_RIGHT, "6A86"); /* 02 is a SIM's name for it */
    bench_expect(&bench, "0020010108" PIN_RIGHT, "6A86");
    bench_expect(&bench,
                 "0020000104"
                 "31323334",
                 "6700");
    bench_expect(&bench, "0024000110" PIN_RIGHT PIN_WRONG, "9000");
    bench_expect(&bench, "0020000108" PIN_RIGHT, "63C2");
    bench_expect(&bench, "0024000110" PIN_WRONG PIN_RIGHT, "9000");
    bench_expect(&bench, "0028000108" PIN_RIGHT, "6984"); /* it is enabled */
    bench_expect(&bench, "0026000108" PIN_WRONG, "63C2");
    bench_expect(&bench, "0026000108" PIN_RIGHT, "9000");
    bench_expect(&bench, "0020000108" PIN_RIGHT, "6984"); /* it is disabled */
    bench_expect(&bench, "00A40004023F00", "612E");
    bench_send(&bench, "00C000002E");
    assert_non_null(strstr(bench.answer, "C60C900160"));
    bench_expect(&bench, "0028000108" PIN_RIGHT, "9000");
    bench_expect(&bench,
                 "0026000104"
                 "31323334",
                 "6700");
}

static void pins_block_and_are_unblocked(void **state)
{
    (void)state;
    bench_expect(&bench, "0020000108" PIN_WRONG, "63C2");
    bench_expect(&bench, "0020000108" PIN_WRONG, "63C1");
    bench_expect(&bench, "0020000108" PIN_WRONG, "6983");
    bench_expect(&bench, "0020000108" PIN_RIGHT, "6983");
    bench_expect(&bench, "0020000100", "6983");
    bench_expect(&bench, "002C000100", "63CA");
    bench_expect(&bench, "002C000110" PUK_WRONG PIN_RIGHT, "63C9");
    bench_expect(&bench, "002C00010831323334FFFFFFFF", "6700");
    bench_expect(&bench, "002C000A00", "6A86");
    bench_expect(&bench, "A020000108" PIN_RIGHT, "9840"); /* the same PIN, said the other way */
    bench_expect(&bench, "002C000110" PUK PIN_RIGHT, "9000");
    bench_expect(&bench, "002C000100", "63CA");
    bench_expect(&bench, "A020000108" PIN_WRONG, "9804");
    bench_expect(&bench, "0020000100", "63C2");
    bench_close(&bench);
    bench_open_uicc(
        &bench,
        "  <chv number=\"2\" value=\"5678\" unblock=\"87654321\" tries=\"3\" unblock-tries=\"10\"/>\n", "");
    bench_expect(&bench, "0020008100", "6A88"); /* there is none */
    bench_expect(&bench, "0020008108" PIN2_RIGHT, "6A88");
    bench_expect(&bench, "002C008100", "6A88");
}

/* EF.SPN under ADF.USIM and in DF.GSM is one file; what one set changes the other sees, and the state keeps
 * once. */
static void one_file_behind_both_sets(void **state)
{
    (void)state;
    select_usim();
    verify_adm();
    bench_expect(&bench, "00A4000C026F46", "9000");
    bench_expect(&bench, "00D6000011" SPN, "9000");
    bench_expect(&bench, "A0A40000023F00", "9F16");
    bench_expect(&bench, "A0A40000027F20", "9F16");
    bench_expect(&bench, "A0A40000026F46", "9F0F");
    bench_expect(&bench, "A0B0000011", SPN "9000");
    bench_expect(&bench, "A0D600000158", "9000");
    bench_expect(&bench, "00A4080C047FFF6F46", "9000");
    bench_expect(&bench, "00B0000002", "58569000");
    assert_int_equal(population_commit(bench.population), 0);
    bench_reopen(&bench);
    select_usim();
    bench_expect(&bench, "00A4000C026F46", "9000");
    bench_expect(&bench, "00B0000002", "58569000");
    bench_expect(&bench, "A0A40000027F20", "9F16");
    bench_expect(&bench, "A0A40000026F46", "9F0F");
    bench_expect(&bench, "A0B0000002", "58569000");
    bench_expect(&bench, "A0A40000023F00", "9F16");
    bench_expect(&bench, "A0F2000016",
                 "000020003F00010000000000093102040400838A838A9000"); /* the ADF is no DF of a SIM */
}

/* The rules that the FCPs name, and what the commands do, are the same. */
static void access_rules(void **state)
{
    (void)state;
    select_usim();
    bench_expect(&bench, "00A40004026F07", "6119");
    bench_expect(&bench, "00C0000019", "62178202412183026F078A01058B036F0603800200098801389000");
    bench_expect(&bench, "00B203BC37",
                 "800111A40683010195010880010AA40683010A950108FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
                 "FFFFFFFFFFFFFFFFFFF9000"); /* EF.ARR 6F06: read, activate PIN; update, deactivate ADM */
    bench_expect(&bench, "00A40004026F39", "611B");
    bench_send(&bench, "00C000001B");
    assert_non_null(strstr(bench.answer, "8B036F06"));
    char read_rule[16];
    snprintf(read_rule, sizeof read_rule, "00B2%.2sBC37", strstr(bench.answer, "8B036F06") + 8);
    bench_send(&bench, read_rule);
    assert_memory_equal(bench.answer,
                        "800101A406830101950108"
                        "800102A406830181950108"
                        "840132A406830101950108FF",
                        68);
    bench_expect(&bench, "00D683000100", "6982");
}

static void toolkit(void **state)
{
    (void)state;
    bench_expect(&bench, "80AA000005A903820100", "9000");
    bench_expect(&bench, "80AA000003820100", "6A80");
    bench_expect(&bench, "80AA000005A904820100", "6A80");
    bench_expect(&bench, "8010000003FFFFFF", "9000");
    bench_expect(&bench, "0010000003FFFFFF", "6E00");
    bench_expect(&bench, "8012000010", "6F00");
    bench_expect(&bench, "8014000003010203", "6F00");
    bench_expect(&bench, "80C2000009D60799010482028281", "9000"); /* an event nobody asked for */
}

/* Every row of the mapping, also those that no command of today leads to. */
static void status_words(void **state)
{
    (void)state;
    static const struct {
        uint16_t sim;
        uint8_t ins;
        uint16_t uicc;
    } rows[] = {
        {0x9000, 0xA4, 0x9000}, {0x9F1A, 0xA4, 0x611A}, {0x9110, 0xF2, 0x9110}, {0x9300, 0xC2, 0x9300},
        {0x9240, 0xD6, 0x6581}, {0x9400, 0xB0, 0x6986}, {0x9402, 0xB0, 0x6B00}, {0x9402, 0xD6, 0x6B00},
        {0x9402, 0xB2, 0x6A83}, {0x9402, 0xDC, 0x6A83}, {0x9404, 0xA4, 0x6A82}, {0x9404, 0xA2, 0x6282},
        {0x9408, 0xB2, 0x6981}, {0x9802, 0x20, 0x6A88}, {0x9804, 0xB0, 0x6982}, {0x9808, 0x28, 0x6984},
        {0x9810, 0xB0, 0x6984}, {0x9840, 0x20, 0x6983}, {0x9850, 0x32, 0x9850}, {0x6700, 0xB0, 0x6700},
        {0x6711, 0xB0, 0x6C11}, {0x6711, 0xC0, 0x6C11}, {0x6711, 0xD6, 0x6700}, {0x6B00, 0xA4, 0x6A86},
        {0x6D00, 0x88, 0x6D00}, {0x6E00, 0xA4, 0x6E00}, {0x6F00, 0x12, 0x6F00}, {0x63C2, 0x20, 0x63C2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (uicc_status_word(rows[i].sim, rows[i].ins) != rows[i].uicc)
            fail_msg("%04X of %02X: %04X, expected %04X", (unsigned)rows[i].sim, (unsigned)rows[i].ins,
                     (unsigned)uicc_status_word(rows[i].sim, rows[i].ins), (unsigned)rows[i].uicc);
}

static void expect_atr(uint8_t protocols, const char *expected, enum transmission_protocol first)
{
    const struct card_profile profile = {.is_uicc = true, .protocols = protocols};
    uint8_t atr[ATR_SIZE_MAX], sum = 0;
    char text[2 * ATR_SIZE_MAX + 1];
    size_t length = answer_to_reset(&profile, atr);
    assert_string_equal(hex_encode(atr, length, text), expected);
    assert_int_equal(answer_to_reset_protocol(atr, length), first);
    for (size_t i = 1; i < length; i++)
        sum ^= atr[i];
    assert_int_equal(sum, 0);
}

/* ISO 7816-3 8.2: what follows what is told by the high nibble before it. */
static void answers_to_reset(void **state)
{
    (void)state;
    uint8_t atr[ATR_SIZE_MAX];
    expect_atr(PROTOCOL_T0, "3B9E95801FC78031E073FE2100666F7461626F78C7", PROTOCOL_T0);
    expect_atr(PROTOCOL_T1, "3B9E9581B1FE451FC78031E073FE2100666F7461626F78CC", PROTOCOL_T1);
    expect_atr(PROTOCOL_T0 | PROTOCOL_T1, "3B9E9580B1FE451FC78031E073FE2100666F7461626F78CD", PROTOCOL_T0);
    const struct card_profile sim = {.protocols = PROTOCOL_T0};
    assert_int_equal(answer_to_reset(&sim, atr), 9);
    assert_int_equal(answer_to_reset_protocol(atr, 9), PROTOCOL_T0);
    /* sysmoUSIM-SJS1, and a T=1 card with TA1 to TC1 */
    static const uint8_t sjs1[] = {0x3B, 0x9F, 0x96, 0x80, 0x1F},
                         other[] = {0x3B, 0xF0, 0x12, 0x00, 0xFF, 0x91};
    assert_int_equal(answer_to_reset_protocol(sjs1, sizeof sjs1), PROTOCOL_T0);
    assert_int_equal(answer_to_reset_protocol(other, sizeof other), PROTOCOL_T1);
    assert_int_equal(answer_to_reset_protocol(other, 5), PROTOCOL_T0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(fcp_of_real_cards, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(detected_by_pysim, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(applications_by_name, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(applications_of_two, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(selection_by_fid_and_path, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(status_tells_of_the_directory, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(classes, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(binary_files, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(short_file_identifiers, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(records, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(increase, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(deactivation, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(pins, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(pins_block_and_are_unblocked, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(one_file_behind_both_sets, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(access_rules, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(toolkit, open_shipped, close_bench),
        cmocka_unit_test(status_words),
        cmocka_unit_test(answers_to_reset),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
