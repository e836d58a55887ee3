/* What became of each command, by what is known of the card's latest message. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gateway-plugin/model/script_outcome.h"

static const uint8_t select_imsi[] = {0xA0, 0xA4, 0x00, 0x00, 0x02, 0x6F, 0x07};
static const uint8_t refresh[] = {0xD0, 0x09, 0x81, 0x03, 0x01, 0x01, 0x04, 0x82, 0x02, 0x81, 0x82};

#define EVIDENCE(s, t, b, c, p, w, e, sw_, x, a)                                                             \
    .state = (s), .total = (t), .before = (b), .commands = (c), .por_status = (p), .weak = (w),              \
    .executed = (e), .sw = (sw_), .expects_sw = (x), .por_is_asked = (a)
#define COMPACT(...) {EVIDENCE(__VA_ARGS__)}
/* One packet of six commands in expanded format, the last a refresh: state, executed, SW, error and its value. */
#define EXPANDED(s, e, sw_, error_, value)                                                                   \
    {EVIDENCE(s, 6, 0, 6, 0, false, e, sw_, false, true), .expanded = true, .ends_with_refresh = true,       \
     .error = (error_), .error_value = (value)}

/* state, total, before, commands, PoR, weak, executed, SW, expects an SW, PoR asked for -> words */
static const struct {
    struct script_evidence evidence;
    const char *text;
} cases[] = {
    {COMPACT(MESSAGE_PENDING, 6, 0, 0, -1, false, -1, -1, false, true), "commands 1 to 6 not executed"},
    {COMPACT(MESSAGE_SENT, 6, 0, 6, -1, false, -1, -1, false, true), "commands 1 to 6 perhaps executed"},
    {COMPACT(MESSAGE_UNKNOWN, 1, 0, 1, -1, false, -1, -1, false, true), "command 1 perhaps executed"},
    {COMPACT(MESSAGE_CANCELLED, 6, 2, 0, -1, false, -1, -1, false, true),
     "commands 1 to 2 executed; commands 3 to 6 not executed"},
    {COMPACT(MESSAGE_UPDATED, 6, 0, 6, 0, false, 6, 0x9000, false, true), "all 6 commands executed"},
    {COMPACT(MESSAGE_UPDATED, 6, 4, 2, 0, false, 2, 0x9120, false, true), "all 6 commands executed"},
    {COMPACT(MESSAGE_UPDATED, 1, 0, 1, 0, false, 1, 0x9000, false, true), "command 1 executed"},
    /* A refresh that was refused is no failure of the update, but it did not run. */
    {COMPACT(MESSAGE_UPDATED, 6, 0, 6, 0, false, 6, 0x6F00, false, true),
     "commands 1 to 5 executed; command 6 (SELECT A0A40000026F07) ended with 6F00: "},
    {COMPACT(MESSAGE_UPDATED, 6, 0, 6, 0, false, 6, 0x6A82, true, true), "all 6 commands executed"},
    {COMPACT(MESSAGE_UPDATED, 6, 0, 6, -1, false, -1, -1, false, false), "commands 1 to 6 perhaps executed"},
    {COMPACT(MESSAGE_UPDATED, 6, 0, 6, -1, false, -1, -1, false, true), "all 6 commands executed"},
    {COMPACT(MESSAGE_UPDATED, 6, 0, 0, -1, false, -1, -1, false, true), "all 6 commands executed"},
    {COMPACT(MESSAGE_PARTIAL, 6, 0, 6, 0, false, 3, 0x9404, false, true),
     "commands 1 to 2 executed; command 3 (SELECT A0A40000026F07) ended with 9404: file ID or pattern not "
     "found; "
     "commands 4 to 6 not executed"},
    {COMPACT(MESSAGE_PARTIAL, 6, 4, 1, 0, false, 1, 0x9804, false, true),
     "commands 1 to 4 executed; command 5 (SELECT A0A40000026F07) ended with 9804: "},
    {COMPACT(MESSAGE_PARTIAL, 2, 0, 2, 0, false, 2, 0x9000, true, true),
     "command 1 executed; command 2 (SELECT A0A40000026F07) ended with 9000: "},
    {COMPACT(MESSAGE_FAILED, 6, 0, 6, 0, false, 1, 0x9404, false, true),
     "command 1 (SELECT A0A40000026F07) ended with 9404: "},
    {COMPACT(MESSAGE_FAILED, 6, 0, 6, 5, false, -1, -1, false, true), "commands 1 to 6 not executed"},
    {COMPACT(MESSAGE_FAILED, 6, 0, 6, 5, true, -1, -1, false, true), "commands 1 to 6 perhaps executed"},
    {COMPACT(MESSAGE_FAILED, 6, 0, 6, 0, true, 6, 0x9000, false, true), "commands 1 to 6 perhaps executed"},
    {COMPACT(MESSAGE_PARTIAL, 6, 3, 3, 9, false, -1, -1, false, true),
     "commands 1 to 3 executed; commands 4 to 6 not executed"},
    {COMPACT(MESSAGE_EXECUTED_UNKNOWN, 6, 0, 6, 2, false, -1, -1, false, true), "commands 1 to 6 perhaps executed"},
    {COMPACT(MESSAGE_CONTINUED, 6, 0, 4, 0, false, 4, 0x9000, false, true),
     "commands 1 to 4 executed; commands 5 to 6 perhaps executed"},
    {EXPANDED(MESSAGE_UPDATED, 6, 0x9000, SCRIPT_ERROR_NONE, 0), "all 6 commands executed"},
    {EXPANDED(MESSAGE_PARTIAL, 3, 0x9404, SCRIPT_ERROR_NONE, 0),
     "commands 1 to 2 executed; command 3 (SELECT A0A40000026F07) ended with 9404: file ID or pattern not found; "
     "commands 4 to 6 not executed"},
    {EXPANDED(MESSAGE_UPDATED, 6, 0x9000, SCRIPT_ERROR_ACTION, 1),
     "commands 1 to 5 executed; command 6 (SELECT A0A40000026F07) failed: immediate action, suspension error"},
    {EXPANDED(MESSAGE_PARTIAL, 3, 0x9000, SCRIPT_ERROR_BAD_FORMAT, 2),
     "commands 1 to 3 executed; command 4 (SELECT A0A40000026F07) failed: bad format, wrong length found; "
     "commands 5 to 6 not executed"},
    {EXPANDED(MESSAGE_FAILED, 0, -1, SCRIPT_ERROR_BAD_FORMAT, 3),
     "command 1 (SELECT A0A40000026F07) failed: bad format, length not found; commands 2 to 6 not executed"},
    {EXPANDED(MESSAGE_FAILED, 0, -1, SCRIPT_ERROR_CHAINING, 1), "commands 1 to 6 not executed"},
    {EXPANDED(MESSAGE_PARTIAL, 5, 0x9000, SCRIPT_ERROR_WENT_ON, 2),
     "command 1 executed; command 2 (SELECT A0A40000026F07) failed: went on behind a command that failed; "
     "commands 3 to 5 perhaps executed; command 6 not executed"},
    {EXPANDED(MESSAGE_PARTIAL, 5, 0x9000, SCRIPT_ERROR_WENT_ON, 0),
     "commands 1 to 5 perhaps executed; command 6 not executed"},
    /* The status word that was not expected is that of the command in front of the refresh. */
    {{EVIDENCE(MESSAGE_PARTIAL, 6, 0, 6, 0, false, 6, 0x9000, true, true), .expanded = true, .ends_with_refresh = true},
     "commands 1 to 4 executed; command 5 (SELECT A0A40000026F07) ended with 9000: normal ending; "
     "command 6 perhaps executed"},
    {COMPACT(MESSAGE_UPDATED, 0, 0, 0, -1, false, -1, -1, false, true), ""},
};

static void test_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[SCRIPT_OUTCOME_TEXT];
        const struct script_outcome outcome = script_outcome_of(&cases[i].evidence);
        script_outcome_text(&outcome, select_imsi, sizeof select_imsi, text);
        size_t length = strlen(cases[i].text);
        if (strncmp(text, cases[i].text,
                    length > 0 && cases[i].text[length - 1] == ' ' ? length : sizeof text) != 0)
            fail_msg("case %zu: '%s', expected '%s'", i, text, cases[i].text);
        assert_int_equal(outcome.well + (outcome.failed != 0) + outcome.unknown + outcome.rest,
                         outcome.total);
    }
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(script_command_name(select_imsi, sizeof select_imsi), "SELECT");
    assert_string_equal(script_command_name(refresh, sizeof refresh), "REFRESH");
    assert_string_equal(script_command_name(refresh, 1), "unknown instruction");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
