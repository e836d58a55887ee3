/* What a command line may be, and what a script of them is. */
#include "tests/store/fixture.h"

#include <string.h>

#include "gateway-plugin/script/pieces.h"
#include "gateway-plugin/script/script.h"
#include "protocol/errors.h"

static struct refusal refusal;
static char warning[160];

static void assert_good(const char *hex, size_t position, bool last, const char *expected_warning)
{
    strcpy(warning, "left from before");
    if (script_check_command(hex, position, last, SCRIPT_COMPACT, warning, &refusal) != 0)
        fail_msg("%s", refusal.text);
    assert_string_equal(warning, expected_warning);
}

static void assert_bad_kind(const char *hex, bool last, enum refusal_kind kind, const char *text)
{
    assert_int_equal(script_check_command(hex, 5, last, SCRIPT_COMPACT, warning, &refusal), -1);
    assert_refused(&refusal, kind, text);
    assert_string_equal(warning, "");
}

static void assert_bad(const char *hex, bool last, const char *text)
{
    assert_bad_kind(hex, last, REFUSAL_INVALID, text);
}

static void commands_of_the_sop(void **state)
{
    (void)state;
    assert_good("A0A40000027F20", 1, false, "");
    assert_good("a0d60000110056697267696e204d6f62696c65ffffff", 3, false, "");
    assert_good("A0DC010422430D85D6B4FC9C76839A6F719A5D06FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", 5, false,
                "");
    assert_good(
        "D009810301010482028102", 6, true,
        "command 6: the REFRESH is addressed to device 02 (display), 82 (ME) is right; sent as it is");
    assert_good(SCRIPT_REFRESH, 6, true, "");
    assert_good("D009810301010482028155", 6, true,
                "command 6: the REFRESH is addressed to device 55, 82 (ME) is right; sent as it is");
    assert_good("D08109810301010482028182", 6, true, "");
}

static void hex_is_hex(void **state)
{
    (void)state;
    assert_bad("A0A4000002G020", true, "command 5, column 11: 'G' is no hex digit");
    assert_bad("A0 A40000027F20", true, "command 5, column 3: ' ' is no hex digit");
    assert_bad("A0A4", true,
               "command 5, column 1: 'A0A4' has 4 hex digits, a command has at least 10 (CLA INS P1 P2 P3)");
    assert_bad("", true,
               "command 5, column 1: '' has 0 hex digits, a command has at least 10 (CLA INS P1 P2 P3)");
    assert_bad("A0D6000002AABB[Placeholder_1]", true,
               "command 5, column 9: A0D60000 with P3 02 needs 14 hex digits, this command has 14 beside its "
               "placeholders");
}

static void p3_agrees_with_the_length(void **state)
{
    (void)state;
    assert_bad("A0A40000027F2", true,
               "command 5, column 9: A0A40000 with P3 02 needs 14 hex digits, this command has 13");
    assert_bad("A0A40000027F", true,
               "command 5, column 9: A0A40000 with P3 02 needs 14 hex digits, this command has 12");
    assert_bad("A0A40000027F2000", true,
               "command 5, column 9: A0A40000 with P3 02 needs 14 hex digits, this command has 16");
    assert_bad("A0B000000A00", true,
               "command 5, column 9: A0B00000 with P3 0A needs 10 hex digits, this command has 12");
    assert_bad("A0FA000001", true, "command 5, column 9: SLEEP has P3 01, expected 00: it takes no data");
    assert_good("A0FA000000", 1, true, "");
    assert_good("80F24000024F00", 1, true, "");
    assert_bad("80F2400002", true,
               "command 5, column 9: 80F24000 with P3 02 needs 14 hex digits, this command has 10");
}

static void unknown_ones_are_named(void **state)
{
    (void)state;
    assert_bad("B0A40000027F20", true,
               "command 5, column 1: class B0 is not known, expected A0 (2G), 0X or 8X (UICC)");
    assert_bad("A077000000", true,
               "command 5, column 3: instruction 77 of class A0 is not known, so its length is not either");
    assert_good("00A40004027F20", 1, true, "");
    assert_good("04A40004027F20", 1, true, "");
    assert_good("84E400000A4F08A000000003000000", 1, true, "");
}

static void a_refresh_is_last_and_whole(void **state)
{
    (void)state;
    assert_bad(SCRIPT_REFRESH, false,
               "command 5, column 1: D0 (REFRESH) must be the last command, another one follows");
    assert_bad("D00981030101048202818200", true,
               "command 5, column 3: D0 with length 09 needs 22 hex digits, this command has 24");
    assert_bad("D0098103010104820281", true,
               "command 5, column 3: D0 with length 09 needs 22 hex digits, this command has 20");
    assert_bad("D08109810301010482028102FF", true,
               "command 5, column 3: D0 with length 09 needs 24 hex digits, this command has 26");
    assert_bad("D0820009810301010482028102", true,
               "command 5, column 3: D0 has length byte 82, expected 00 to 7F or 81");
    assert_bad("D009810301210482028102", true,
               "command 5, column 1: D0 begins a proactive command that is no REFRESH, the only one a script "
               "can end with");
    assert_true(script_command_is_refresh(SCRIPT_REFRESH));
    assert_true(script_command_is_refresh("d009810301010482028102"));
    assert_false(script_command_is_refresh("A0A40000027F20"));
    assert_false(script_command_is_refresh(""));
}

static void data_before_the_end_are_lost(void **state)
{
    (void)state;
    assert_good("A0B0000011", 2, true, "");
    assert_good("A0B0000011", 2, false,
                "command 2: the data of READ BINARY are lost, because only the last command's come back");
    assert_good("A0C0000016", 3, false,
                "command 3: the data of GET RESPONSE are lost, because only the last command's come back");
}

static void bytes_are_appended(void **state)
{
    (void)state;
    uint8_t buffer[10];
    struct byte_writer writer = byte_writer_on(buffer, sizeof buffer);
    assert_int_equal(script_append(&writer, "A0A40000027f20"), OTA_OK);
    assert_int_equal(writer.length, 7);
    assert_memory_equal(buffer, "\xA0\xA4\x00\x00\x02\x7F\x20", 7);
    assert_int_equal(script_append(&writer, "A0A4"), OTA_OK);
    assert_int_equal(script_append(&writer, "A0A"), OTA_E_BAD_HEX);
    assert_int_equal(script_append(&writer, "A0A4"), OTA_E_NO_SPACE);
}

/* The longest command there is: 255 bytes of data. */
static void the_longest_command(void **state)
{
    (void)state;
    char hex[2 * 261 + 1];
    memset(hex, '0', sizeof hex);
    memcpy(hex, "A0D60000FF", 10);
    hex[520] = '\0';
    assert_good(hex, 1, true, "");
    hex[520] = '0';
    hex[522] = '\0';
    assert_bad(hex, true,
               "command 5, column 9: A0D60000 with P3 FF needs 520 hex digits, this command has 522");
}

/* --- packets --- */

/* SELECT MF, SELECT DF, UPDATE BINARY (7 bytes each), four times over; the last block lacks its SELECT MF. */
#define BLOCK "\xA0\xA4\x00\x00\x02\x3F\x00\xA0\xA4\x00\x00\x02\x7F\x20\xA0\xD6\x00\x00\x02\x01\x02"
static const uint8_t SCRIPT[] = BLOCK BLOCK BLOCK "\xA0\xA4\x00\x00\x02\x6F\x46\xA0\xD6\x00\x00\x02\x01\x02";
#define SCRIPT_COMMANDS 11

static void commands_of_script(struct script_command commands[static SCRIPT_COMMANDS])
{
    for (size_t i = 0; i < SCRIPT_COMMANDS; i++)
        commands[i] = (struct script_command){SCRIPT + 7 * i, 7};
}

static void assert_piece(const struct packet_shape *shape, unsigned int number, struct message_piece expected)
{
    struct script_command commands[SCRIPT_COMMANDS];
    struct script_piece piece;
    uint8_t bytes[sizeof SCRIPT];
    struct byte_writer writer = byte_writer_on(bytes, sizeof bytes);
    commands_of_script(commands);
    assert_int_equal(script_pieces_check(commands, SCRIPT_COMMANDS, shape, 1, &refusal), 0);
    assert_true(script_piece_find(commands, SCRIPT_COMMANDS, shape, number, &piece));
    assert_memory_equal(&piece.place, &expected, sizeof expected);
    assert_int_equal(script_piece_write(&piece, SCRIPT_COMPACT, &writer), OTA_OK);
    assert_int_equal(writer.length, (size_t)7 * expected.commands);
    assert_int_equal(script_piece_size(&piece, SCRIPT_COMPACT), writer.length);
    assert_memory_equal(bytes, SCRIPT + (size_t)7 * expected.before, writer.length);
}

static void a_script_falls_into_packets(void **state)
{
    const struct packet_shape whole = {.bytes = 77}, half = {.bytes = 48}, third = {.bytes = 35},
                               counted = {.bytes = 77, .commands = 5};
    (void)state;
    assert_piece(&whole, 1, (struct message_piece){1, 1, 0, 11});
    assert_piece(&half, 1, (struct message_piece){1, 2, 0, 6});
    assert_piece(&half, 2, (struct message_piece){2, 2, 6, 5});
    assert_piece(&third, 2, (struct message_piece){2, 3, 3, 3});
    assert_piece(&third, 3, (struct message_piece){3, 3, 6, 5});
    assert_piece(&counted, 1, (struct message_piece){1, 3, 0, 3});
    assert_piece(&half, 3, (struct message_piece){2, 2, 6, 5}); /* beyond the end: the last one */
}

static void assert_no_cut(struct packet_shape shape, const char *text)
{
    struct script_command commands[SCRIPT_COMMANDS];
    struct script_piece piece;
    commands_of_script(commands);
    assert_int_equal(script_pieces_check(commands, SCRIPT_COMMANDS, &shape, 3, &refusal), -1);
    assert_refused(&refusal, REFUSAL_INVALID, text);
    assert_false(script_piece_find(commands, SCRIPT_COMMANDS, &shape, 1, &piece));
}

static void a_script_that_cannot_be_cut_is_refused(void **state)
{
    (void)state;
    assert_no_cut((struct packet_shape){.bytes = 34},
                  "command 11: commands 7 to 11 cannot be cut and have 35 bytes, a packet of at most 3 SMS carries 34");
    assert_no_cut((struct packet_shape){.bytes = 20},
                  "command 3: commands 1 to 3 cannot be cut and have 21 bytes, a packet of at most 3 SMS carries 20");
    assert_no_cut((struct packet_shape){.bytes = 6},
                  "command 1 has 7 bytes, a packet of at most 3 SMS carries 6");
    assert_no_cut((struct packet_shape){.bytes = 77, .commands = 4},
                  "command 11: commands 7 to 11 cannot be cut, and a PoR counts at most 4");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands_of_the_sop),         cmocka_unit_test(hex_is_hex),
        cmocka_unit_test(p3_agrees_with_the_length),   cmocka_unit_test(unknown_ones_are_named),
        cmocka_unit_test(a_refresh_is_last_and_whole), cmocka_unit_test(data_before_the_end_are_lost),
        cmocka_unit_test(bytes_are_appended),          cmocka_unit_test(the_longest_command),
        cmocka_unit_test(a_script_falls_into_packets), cmocka_unit_test(a_script_that_cannot_be_cut_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
