/* Repeats are found by field, exactly, and whatever the table's size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "formats/card_numbers.h"

static struct card_record record_of(const char *iccid, const char *imsi, const char *msisdn)
{
    struct card_record record = {0};
    snprintf(record.iccid, sizeof record.iccid, "%s", iccid);
    snprintf(record.imsi, sizeof record.imsi, "%s", imsi);
    snprintf(record.msisdn, sizeof record.msisdn, "%s", msisdn);
    return record;
}

static int set_up(void **state)
{
    const struct card_record first = record_of("8991234567788901234", "421234567890123", "961234567890");
    struct card_numbers *numbers = card_numbers_new();
    *state = numbers;
    return numbers != NULL ? card_numbers_add(numbers, &first, 7) : -1;
}

static int tear_down(void **state)
{
    card_numbers_free((struct card_numbers **)state);
    assert_null(*state);
    card_numbers_free((struct card_numbers **)state);
    return 0;
}

static void test_each_number_is_looked_for_in_its_own_field(void **state)
{
    static const struct {
        const char *iccid, *imsi, *msisdn, *field, *value;
    } cases[] = {
        {"8991234567788901234", "421234567890123", "961234567890", "ICCID", "8991234567788901234"},
        {"8991234567788901235", "421234567890123", "961234567890", "IMSI", "421234567890123"},
        {"8991234567788901235", "421234567890124", "961234567890", "MSISDN", "961234567890"},
        {"8991234567788901235", "421234567890124", "961234567891", NULL, NULL},
        {"89912345677889012340", "42123456789012", "9612345678900", NULL, NULL},  /* longer by a 0 */
        {"899123456778890123", "42123456789012", "96123456789", NULL, NULL},      /* cut */
        {"18991234567788901234", "042123456789012", "0961234567890", NULL, NULL}, /* longer in front */
        {"9991234567788901234", "961234567890", "421234567890123", NULL, NULL},   /* in the other's field */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct card_record record = record_of(cases[i].iccid, cases[i].imsi, cases[i].msisdn);
        struct card_repeat repeat = {0};
        assert_int_equal(card_numbers_find(*state, &record, &repeat), cases[i].field != NULL);
        if (cases[i].field == NULL)
            continue;
        assert_string_equal(repeat.field, cases[i].field);
        assert_string_equal(repeat.value, cases[i].value);
        assert_int_equal(repeat.line, 7);
    }
}

static struct card_record numbered(unsigned i)
{
    struct card_record record = {0};
    snprintf(record.iccid, sizeof record.iccid, "89%018u", i);
    snprintf(record.imsi, sizeof record.imsi, "%015u", i);
    snprintf(record.msisdn, sizeof record.msisdn, "%015u", 2 * i);
    return record;
}

static void test_many_cards(void **state)
{
    enum { MANY = 100000 };
    struct card_repeat repeat;
    for (unsigned i = 0; i < MANY; i++) {
        const struct card_record record = numbered(i);
        assert_false(card_numbers_find(*state, &record, &repeat));
        assert_int_equal(card_numbers_add(*state, &record, i + 10), 0);
    }
    for (unsigned i = 0; i < MANY; i++) {
        const struct card_record record = numbered(i);
        assert_true(card_numbers_find(*state, &record, &repeat));
        assert_int_equal(repeat.line, i + 10);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_each_number_is_looked_for_in_its_own_field, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_many_cards, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
