/* TP-DCS (TS 23.038 clause 4), each group, and what fits an SMS of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "protocol/data_coding.h"

#define NO_CLASS MESSAGE_CLASS_NONE

static void each_group(void **state)
{
    static const struct {
        uint8_t dcs;
        enum data_coding_kind kind;
        int message_class;
    } cases[] = {
        {0x00, DATA_CODING_GSM7, NO_CLASS}, {0x03, DATA_CODING_GSM7, NO_CLASS}, {0x04, DATA_CODING_8BIT, NO_CLASS},
        {0x08, DATA_CODING_UCS2, NO_CLASS}, {0x0C, DATA_CODING_GSM7, NO_CLASS}, {0x10, DATA_CODING_GSM7, 0},
        {0x16, DATA_CODING_8BIT, 2},        {0x18, DATA_CODING_UCS2, 0},        {0x20, DATA_CODING_8BIT, NO_CLASS},
        {0x38, DATA_CODING_8BIT, 0},        {0x48, DATA_CODING_UCS2, NO_CLASS}, {0x51, DATA_CODING_GSM7, 1},
        {0x80, DATA_CODING_GSM7, NO_CLASS}, {0xBF, DATA_CODING_GSM7, NO_CLASS}, {0xC8, DATA_CODING_GSM7, NO_CLASS},
        {0xDB, DATA_CODING_GSM7, NO_CLASS}, {0xE8, DATA_CODING_UCS2, NO_CLASS}, {0xF0, DATA_CODING_GSM7, 0},
        {0xF1, DATA_CODING_GSM7, 1},        {0xF6, DATA_CODING_8BIT, 2},        {0xFB, DATA_CODING_GSM7, 3},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct data_coding coding = data_coding_of(cases[i].dcs);
        assert_int_equal(coding.kind, cases[i].kind);
        assert_int_equal(coding.message_class, cases[i].message_class);
    }
}

static void what_fits(void **state)
{
    static const struct {
        uint8_t dcs;
        size_t header, most;
    } cases[] = {
        {0x04, 0, 140}, {0xF6, 3, 140}, {0x08, 0, 140}, {0x00, 0, 160},
        {0xF0, 0, 160}, {0x00, 6, 159}, {0x00, 7, 159}, {0x00, 140, 140},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_true(data_coding_fits(cases[i].dcs, cases[i].header, cases[i].most));
        assert_false(data_coding_fits(cases[i].dcs, cases[i].header, cases[i].most + 1));
    }
    assert_true(data_coding_fits(0x00, 0, 0));
    assert_false(data_coding_fits(0x04, 6, 5)); /* a header longer than all */
    assert_false(data_coding_fits(0x00, 141, 141));
    assert_false(data_coding_fits(0x04, 256, 254));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_group), cmocka_unit_test(what_fits)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
