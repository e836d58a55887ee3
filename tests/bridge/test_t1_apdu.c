#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pcsc-bridge/t1_apdu.h"
#include "protocol/hex.h"

static size_t bytes_of(const char *hex, uint8_t *bytes)
{
    size_t length;
    assert_int_equal(hex_decode(hex, strlen(hex), bytes, 600, &length), 0);
    return length;
}

static void t1_has_its_own_form(void **state)
{
    (void)state;
    static const struct {
        const char *t0, *t1;
    } rows[] = {
        {"00A40004023F00", "00A40004023F0000"},     /* case 4 */
        {"80C2000003D10100", "80C2000003D1010000"}, /* case 4 */
        {"80140000038103AA", "80140000038103AA"},   /* case 3 */
        {"0020000100", "00200001"},                 /* case 1 */
        {"00B000000A", "00B000000A"},               /* case 2 */
        {"80F2000000", "80F2000000"},               /* case 2 */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t command[600], form[T1_APDU_MAX];
        char hex[2 * T1_APDU_MAX + 1];
        size_t length = t1_apdu(command, bytes_of(rows[i].t0, command), form);
        assert_string_equal(hex_encode(form, length, hex), rows[i].t1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(t1_has_its_own_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
