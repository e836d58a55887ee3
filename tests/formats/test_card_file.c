/* Rows of .out files: what is read, and what is refused with which words. */
#include "formats/card_file.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define HEADER "VAR_OUT:ICCID,IMSI,MSISDN,KIC,KID\n"
#define ID "8991234567788901235F,421234567890124,961234567891"
#define KEY16 "23434564756786846345235345645745"
#define KID16 "23454576679803454767897890890678"

static struct card_record record;
static struct card_file_error error;

static struct card_file *open_bytes(const char *bytes, size_t length, FILE **stream)
{
    *stream = fmemopen((void *)(uintptr_t)bytes, length, "r");
    assert_non_null(*stream);
    return card_file_open(*stream, &error);
}

static void close_both(struct card_file **file, FILE *stream)
{
    card_file_close(file);
    assert_null(*file);
    fclose(stream);
}

/* The result of the first row. */
static enum card_file_result first_row(const char *text)
{
    FILE *stream;
    struct card_file *file = open_bytes(text, strlen(text), &stream);
    assert_non_null(file);
    enum card_file_result result = card_file_next(file, &record, &error);
    close_both(&file, stream);
    return result;
}

static void assert_rejected(const char *text, unsigned long line, unsigned column, const char *reason)
{
    assert_int_equal(first_row(text), CARD_FILE_REJECTED);
    assert_string_equal(error.reason, reason);
    assert_int_equal(error.line, line);
    assert_int_equal(error.column, column);
}

static void assert_no_header(const char *text, const char *reason)
{
    FILE *stream;
    struct card_file *file = open_bytes(text, strlen(text), &stream);
    assert_null(file);
    assert_string_equal(error.reason, reason);
    fclose(stream);
}

static FILE *open_testdata(const char *name)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", getenv("TESTDATA"), name);
    FILE *stream = fopen(path, "r");
    assert_non_null(stream);
    return stream;
}

static void the_sop_sample_verbatim(void **state)
{
    (void)state;
    FILE *stream = open_testdata("sop/verbatim/Provisioning_3TestSubs_FriendiKSA.out");
    struct card_file *file = card_file_open(stream, &error);
    assert_non_null(file);
    assert_int_equal(card_file_next(file, &record, &error), CARD_FILE_REJECTED);
    assert_string_equal(error.reason, "KIC has 29 hex digits, expected 32, 48 or 64");
    assert_int_equal(error.line, 2);
    assert_int_equal(error.column, 51);
    assert_int_equal(card_file_next(file, &record, &error), CARD_FILE_RECORD);
    assert_int_equal(record.line, 3);
    assert_string_equal(record.iccid, "8991234567788901235");
    assert_string_equal(record.imsi, "421234567890124");
    assert_string_equal(record.msisdn, "961234567891");
    assert_int_equal(record.key_set_count, 1);
    assert_int_equal(record.key_sets[0].index, 1);
    assert_int_equal(record.key_sets[0].kic_size, 16);
    static const uint8_t kic[] = {0x23, 0x43, 0x45, 0x64, 0x75, 0x67, 0x86, 0x84,
                                  0x63, 0x45, 0x23, 0x53, 0x45, 0x64, 0x57, 0x45};
    assert_memory_equal(record.key_sets[0].kic, kic, sizeof kic);
    assert_int_equal(record.key_sets[0].kid[15], 0x78);
    assert_int_equal(record.key_sets[0].kik_size, 0);
    assert_string_equal(card_file_row(file), ID "," KEY16 "," KID16);
    assert_int_equal(card_file_next(file, &record, &error), CARD_FILE_END);
    assert_int_equal(card_file_next(file, &record, &error), CARD_FILE_END);
    close_both(&file, stream);
}

static void the_corrected_sample(void **state)
{
    (void)state;
    FILE *stream = open_testdata("sop/Provisioning_3TestSubs.out");
    struct card_file *file = card_file_open(stream, &error);
    assert_non_null(file);
    char seen[3][MSISDN_DIGITS_MAX + 1];
    for (int i = 0; i < 3; i++) {
        assert_int_equal(card_file_next(file, &record, &error), CARD_FILE_RECORD);
        strcpy(seen[i], record.msisdn);
    }
    assert_string_not_equal(seen[0], seen[1]);
    assert_string_not_equal(seen[1], seen[2]);
    assert_int_equal(card_file_next(file, &record, &error), CARD_FILE_END);
    close_both(&file, stream);
}

static void separators_and_line_ends(void **state)
{
    (void)state;
    static const char *const same[] = {
        "VAR_OUT:ICCID,IMSI,MSISDN,KIC,KID\r\n" ID "," KEY16 "," KID16 "\r\n",
        "VAR_OUT:ICCID,IMSI,MSISDN,KIC,KID\r" ID "," KEY16 "," KID16 "\r",
        "var_out:iccid;imsi;msisdn;kic;kid\n8991234567788901235F;421234567890124;961234567891;" KEY16
        ";" KID16,
        "VAR_OUT:ICCID\tIMSI\tMSISDN\tKIC\tKID\n\n8991234567788901235F\t421234567890124\t961234567891\t" KEY16
        "\t" KID16 "\n",
        "var_out: ICCID/IMSI/MSISDN/KIC/KID\n  8991234567788901235f  421234567890124 +961234567891 " KEY16
        "   " KID16 "  \n",
        "\xEF\xBB\xBF"
        "KID1,KIC1,BATCH,MSISDN,IMSI,ICCID\n" KID16 "," KEY16
        ", lot 7 , 961234567891 ,421234567890124, 8991234567788901235\n",
    };
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        assert_int_equal(first_row(same[i]), CARD_FILE_RECORD);
        assert_string_equal(record.iccid, "8991234567788901235");
        assert_string_equal(record.imsi, "421234567890124");
        assert_string_equal(record.msisdn, "961234567891");
        assert_int_equal(record.key_sets[0].index, 1);
        assert_int_equal(record.key_sets[0].kic[0], 0x23);
        assert_int_equal(record.key_sets[0].kid[1], 0x45);
    }
}

static void several_key_sets(void **state)
{
    (void)state;
    static const char header[] = "ICCID,IMSI,MSISDN,KIC1,KID1,KIK1,KIC15,KID15\n";
    char text[1024];
    snprintf(text, sizeof text, "%s%s,%s,%s,%s,%s%s,%s\n", header, ID, KEY16, KID16, KEY16, KEY16, KEY16,
             KID16 "0011223344556677");
    assert_int_equal(first_row(text), CARD_FILE_RECORD);
    assert_int_equal(record.key_set_count, 2);
    assert_int_equal(record.key_sets[0].kik_size, 16);
    assert_int_equal(record.key_sets[1].index, 15);
    assert_int_equal(record.key_sets[1].kic_size, 32);
    assert_int_equal(record.key_sets[1].kid_size, 24);
    snprintf(text, sizeof text, "%s%s,,,,%s,%s\n", header, ID, KEY16, KID16);
    assert_int_equal(first_row(text), CARD_FILE_RECORD);
    assert_int_equal(record.key_set_count, 1);
    assert_int_equal(record.key_sets[0].index, 15);
    snprintf(text, sizeof text, "%s%s,,,,%s,\n", header, ID, KEY16);
    assert_rejected(text, 2, 87, "KID15 has 0 hex digits, expected 32, 48 or 64");
    snprintf(text, sizeof text, "%s%s,,,,,\n", header, ID);
    assert_rejected(text, 2, 1, "row has no keys, expected KIC and KID of at least one key set");
}

static void headers_refused(void **state)
{
    (void)state;
    assert_no_header("\n\n", "file is empty, expected VAR_OUT:ICCID,IMSI,MSISDN,KIC,KID");
    assert_no_header(ID "," KEY16 "," KID16 "\n", "the header is missing, this is a row, expected "
                                                  "VAR_OUT:ICCID,IMSI,MSISDN,KIC,KID above it");
    assert_int_equal(error.line, 1);
    assert_no_header("A0A40000023F00\nA0A40000026F46\n",
                     "header has no column ICCID, expected VAR_OUT:ICCID,IMSI,MSISDN,KIC,KID");
    assert_no_header("\xFF\xFEVAR_OUT:ICCID", "file is UTF-16, expected ASCII or UTF-8");
    assert_no_header("ICCID,MSISDN,KIC,KID\n",
                     "header has no column IMSI, expected VAR_OUT:ICCID,IMSI,MSISDN,KIC,KID");
    assert_no_header("ICCID,IMSI,MSISDN\n",
                     "header has no column KIC, expected VAR_OUT:ICCID,IMSI,MSISDN,KIC,KID");
    assert_no_header("ICCID,IMSI,MSISDN,KIC\n", "header names key set 1 without its KID");
    assert_no_header("ICCID,IMSI,MSISDN,KIC,KID,KIK2\n", "header names key set 2 without its KIC");
    assert_no_header("ICCID,IMSI,Imsi,MSISDN,KIC,KID\n", "column Imsi stands there twice");
    assert_int_equal(error.column, 12);
    assert_no_header("ICCID,IMSI,MSISDN,KIC,KID,KIC1\n", "column KIC1 names key set 1 a second time");
}

/* Of a second key set whose names are misspelt nobody would miss anything until a campaign needs it. */
static void misspelt_key_columns(void **state)
{
    (void)state;
    static const char *const refused[] = {"KlC2", "K1C2", "kuc", "KIC_2", "KID 2", "KIC16", "KIK0", "KIC-1"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        char text[100], reason[200];
        snprintf(text, sizeof text, "ICCID,IMSI,MSISDN,KIC,KID,%s\n", refused[i]);
        snprintf(
            reason, sizeof reason,
            "column %s looks like a key's, expected KIC, KID or KIK, or KIC1, KID1, KIK1 to KIC15 and so on",
            refused[i]);
        assert_no_header(text, reason);
        assert_int_equal(error.column, 27);
    }
}

static void assert_ignored(const char *header, const char *names)
{
    FILE *stream;
    struct card_file *file = open_bytes(header, strlen(header), &stream);
    assert_non_null(file);
    assert_string_equal(card_file_ignored_columns(file), names);
    close_both(&file, stream);
}

static void ignored_columns_are_named(void **state)
{
    (void)state;
    assert_ignored(HEADER, "");
    assert_ignored("VAR_OUT:ICCID,IMSI,MSISDN,KIC,KID,REASON,reason\n", "");
    assert_ignored("ICCID,KI,IMSI,KEK1,MSISDN,KIC,KID,PIN1,KMC\xFF\n", "KI, KEK1, PIN1, KMC?");
    char text[2000] = "ICCID,IMSI,MSISDN,KIC,KID";
    for (int i = 0; i < 100; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), ",PIN%d", i);
    FILE *stream;
    struct card_file *file = open_bytes(text, strlen(text), &stream);
    assert_non_null(file);
    const char *names = card_file_ignored_columns(file);
    assert_true(strlen(names) > 100 && strcmp(names + strlen(names) - 3, "...") == 0);
    close_both(&file, stream);
}

/* RFC 4180, as spreadsheets and the rejected file write it. */
static void quoted_fields(void **state)
{
    (void)state;
    static const char *const good[] = {
        HEADER "\"8991234567788901235F\",\"421234567890124\", \" 961234567891 \" ," KEY16 "," KID16 "\n",
        "\"ICCID\",\"IMSI\",MSISDN,KIC,KID,REASON\n" ID "," KEY16 "," KID16
        ",\"29 digits, not \"\"32\"\"; / x\"\n",
        "ICCID IMSI MSISDN KIC KID REASON\n8991234567788901235F 421234567890124 961234567891 " KEY16 " " KID16
        " \"a, b/c\"\n",
        "ICCID;IMSI;MSISDN;KIC;KID;REASON\n8991234567788901235F;421234567890124;961234567891;" KEY16 ";" KID16
        ";\"\"\n",
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_int_equal(first_row(good[i]), CARD_FILE_RECORD);
        assert_string_equal(record.msisdn, "961234567891");
        assert_int_equal(record.key_sets[0].kid_size, 16);
    }
    assert_rejected(HEADER "8991234567788901235F,\"421234567890124,961234567891," KEY16 "," KID16 "\n", 2, 22,
                    "the quote is not closed on its line");
    assert_rejected(HEADER "8991234567788901235F,\"42\"\"12\",961234567891," KEY16 "," KID16 "\n", 2, 23,
                    "IMSI '42\"\"12' holds other characters than digits, expected 6 to 15 digits");
}

/* A key in another column's place is not shown. */
static void values_are_shown_with_care(void **state)
{
    (void)state;
    assert_rejected("ICCID,IMSI,MSISDN,KIC,KID\n8991234567788901235F,421234567890124," KEY16
                    "AB,961234567891," KID16 "\n",
                    2, 38,
                    "MSISDN has 34 characters, others than digits among them, expected 3 to 15 digits");
    assert_rejected(HEADER "8991234567788901235F,42\xFF\x1B[m,961234567891," KEY16 "," KID16 "\n", 2, 22,
                    "IMSI '42??[m' holds other characters than digits, expected 6 to 15 digits");
}

static void rows_refused(void **state)
{
    (void)state;
    assert_rejected(HEADER "899123456778890,421234567890124,961234567891," KEY16 "," KID16 "\n", 2, 1,
                    "ICCID has 15 digits, expected 18 to 20");
    assert_rejected(HEADER "8991234567788901235F,42123456789012X,961234567891," KEY16 "," KID16 "\n", 2, 22,
                    "IMSI '42123456789012X' holds other characters than digits, expected 6 to 15 digits");
    assert_rejected(HEADER "8991234567788901235F,421234567890124,+9612345678910000," KEY16 "," KID16 "\n", 2,
                    39, "MSISDN has 16 digits, expected 3 to 15");
    assert_rejected(HEADER ID "," KEY16 ",2345457667980345476789789089067G\n", 2, 115,
                    "KID holds a character that is no hex digit");
    assert_rejected(HEADER ID "," KEY16 "\n", 2, 1, "row has 4 fields, the header names 5 columns");
    assert_rejected(HEADER ID "," KEY16 "," KID16 ",\n", 2, 1,
                    "row has 6 fields, the header names 5 columns");
    assert_null(strstr(error.reason, KEY16));
    assert_int_equal(record.key_set_count, 0); /* nothing of a refused row stays */
}

static void lines_too_long_or_with_nul(void **state)
{
    (void)state;
    static char text[30000];
    FILE *stream;
    size_t length = (size_t)sprintf(text, HEADER);
    memset(text + length, '7', 20000);
    length += 20000;
    length += (size_t)sprintf(text + length, "\n%s,%s,%s\n", ID, KEY16, KID16);
    struct card_file *file = open_bytes(text, length, &stream);
    assert_int_equal(card_file_next(file, &record, &error), CARD_FILE_REJECTED);
    assert_string_equal(error.reason, "line is longer than 8191 bytes");
    assert_int_equal(card_file_next(file, &record, &error), CARD_FILE_RECORD);
    assert_int_equal(record.line, 3);
    close_both(&file, stream);

    static const char nul[] = HEADER "8991\0" ID "\n" ID "," KEY16 "," KID16;
    file = open_bytes(nul, sizeof nul - 1, &stream);
    assert_int_equal(card_file_next(file, &record, &error), CARD_FILE_REJECTED);
    assert_string_equal(error.reason, "line holds a NUL byte");
    assert_int_equal(error.column, 5);
    assert_int_equal(card_file_next(file, &record, &error), CARD_FILE_RECORD);
    close_both(&file, stream);
}

/* Every truncation of a good file, at its exact size, is read or refused, never overrun. */
static void every_truncation(void **state)
{
    (void)state;
    static const char text[] = HEADER ID "," KEY16 "," KID16 "\n";
    for (size_t length = 1; length < sizeof text; length++) {
        char *exact = malloc(length);
        assert_non_null(exact);
        memcpy(exact, text, length);
        FILE *stream;
        struct card_file *file = open_bytes(exact, length, &stream);
        if (file != NULL) {
            enum card_file_result result = card_file_next(file, &record, &error);
            if (length >= sizeof text - 2)
                assert_int_equal(result, CARD_FILE_RECORD);
            else
                assert_true(result == CARD_FILE_REJECTED || result == CARD_FILE_END);
        }
        card_file_close(&file);
        fclose(stream);
        free(exact);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sop_sample_verbatim),
        cmocka_unit_test(the_corrected_sample),
        cmocka_unit_test(separators_and_line_ends),
        cmocka_unit_test(several_key_sets),
        cmocka_unit_test(headers_refused),
        cmocka_unit_test(misspelt_key_columns),
        cmocka_unit_test(ignored_columns_are_named),
        cmocka_unit_test(quoted_fields),
        cmocka_unit_test(values_are_shown_with_care),
        cmocka_unit_test(rows_refused),
        cmocka_unit_test(lines_too_long_or_with_nul),
        cmocka_unit_test(every_truncation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
