#include "tests/protocol/helpers.h"

#include "protocol/script_cut.h"

#define COMMANDS_MAX 16

struct script {
    struct octets bytes[COMMANDS_MAX];
    struct script_command commands[COMMANDS_MAX];
    size_t count;
};

/* Commands between blanks. */
static void script_of(const char *text, struct script *script)
{
    char copy[OCTETS_MAX], *rest = NULL;
    snprintf(copy, sizeof copy, "%s", text);
    script->count = 0;
    for (char *word = strtok_r(copy, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        assert_true(script->count < COMMANDS_MAX);
        struct octets *bytes = &script->bytes[script->count];
        *bytes = from_hex(word);
        script->commands[script->count++] =
            (struct script_command){.bytes = bytes->bytes, .length = bytes->length};
    }
}

/* As many commands as the limit lets pass by bytes; the cut must fall where the row says. */
static const struct {
    const char *script;
    size_t bytes;
    size_t piece, chained; /* commands in the first packet */
} ROWS[] = {
    /* all of it fits, to the byte */
    {"A0A40000023F00 A0B0000001", 12, 2, 2},
    /* the MF again, a path from it, an AID: a new beginning */
    {"A0A40000027F20 A0D60000020102 A0A40000023F00 A0A40000027F10", 21, 2, 3},
    {"00A40004026F07 00D60000020102 00A408040420006F07 00B0000001", 23, 2, 3},
    {"00A40004026F07 00D60000020102 00A4040C07A0000000871002 00B0000001", 26, 2, 3},
    /* a selected file, a current record, a SEEK position are in use */
    {"A0A40000027F20 A0A40000026F46 A0D60000020102 A0D60002020102", 22, 0, 3},
    {"A0A40000026F3A A0A20000020102 A0DC00020101", 15, 0, 2},
    /* 7FFF is the ADF that is current */
    {"00A4040C07A0000000871002 00A40804047FFF6F07 00B0000001", 21, 0, 2},
    /* between a command and its GET RESPONSE, not even chained */
    {"A0A40000023F00 A0A40000023F00 A0C0000016", 15, 1, 1},
    {"A0A40000023F00 A0C0000016", 8, 0, 0},
    /* a verified PIN */
    {"A02000010831323334FFFFFFFF A0A40000023F00 A0D60000020102", 21, 0, 2},
    {"A0A40000023F00 A02000010831323334FFFFFFFF A0A40000023F00 A0D60000020102", 28, 0, 3},
    /* an open channel */
    {"0070000001 00A4040C07A0000000871002 00B0000001", 18, 0, 2},
    /* applet management keeps nothing open but its load, which goes on */
    {"80E602000100 80E8000001C4 80E8800101FF", 12, 2, 2},
    {"80E4000001FF 80F24000024F00 80F24001024F00", 14, 1, 2},
    /* behind a SELECT even that may be meant for the selected file: 80 F2 00 is STATUS */
    {"A0A40000027F20 80E4000001FF A0D60000020102", 14, 0, 2},
    {"00A4040C07A0000000871002 80F2000016", 14, 0, 1},
    /* a first command that is too long */
    {"A0D60000020102 A0A40000023F00", 6, 0, 0},
};

static void test_cuts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct script script;
        script_of(ROWS[i].script, &script);
        struct script_limits limits = {.bytes = ROWS[i].bytes};
        size_t piece = script_first_piece(script.commands, script.count, &limits);
        limits.is_chained = true;
        size_t chained = script_first_piece(script.commands, script.count, &limits);
        if (piece != ROWS[i].piece || chained != ROWS[i].chained)
            fail_msg("row %zu: %zu and %zu chained", i, piece, chained);
    }
}

static void test_expanded_sizes(void **state)
{
    (void)state;
    struct script script;
    script_of("A0A40000023F00 A0A40000023F00", &script);
    /* AA L, 83 01 xx, and 22 L in front of each */
    struct script_limits limits = {.bytes = 5 + 2 * 9, .fixed = 5, .expanded = true};
    assert_int_equal(script_first_piece(script.commands, script.count, &limits), 2);
    limits.bytes--;
    assert_int_equal(script_first_piece(script.commands, script.count, &limits), 1);
    limits.bytes = 13;
    assert_int_equal(script_first_piece(script.commands, script.count, &limits), 0);
}

static void test_number_of_commands(void **state)
{
    (void)state;
    struct script script;
    script_of("A0A40000023F00 A0A40000027F20 A0A40000023F00 A0A40000027F10 A0A40000026F3A", &script);
    struct script_limits limits = {.bytes = 100, .commands = 5};
    assert_int_equal(script_first_piece(script.commands, script.count, &limits), 5);
    limits.commands = 4;
    assert_int_equal(script_first_piece(script.commands, script.count, &limits), 2);
    limits.commands = 2; /* the cut stands exactly at the limit */
    assert_int_equal(script_first_piece(script.commands, script.count, &limits), 2);
    limits.commands = 1;
    assert_int_equal(script_first_piece(script.commands, script.count, &limits), 0);
}

/* A script falls into pieces that together are the script, and each but the first begins anew. */
static void test_all_pieces(void **state)
{
    (void)state;
    struct script script;
    script_of("A0A40000023F00 A0A40000027F20 A0D60000020102 A0A40000023F00 A0A40000027F10 A0D60000020102 "
              "A0A40000023F00 A0A40000027F10 A0D60000020102",
              &script);
    const struct script_limits limits = {.bytes = 45};
    size_t at = 0, pieces = 0;
    while (at < script.count) {
        size_t piece = script_first_piece(script.commands + at, script.count - at, &limits);
        assert_true(piece > 0);
        assert_int_equal(script.bytes[at].bytes[5], 0x3F);
        at += piece;
        pieces++;
    }
    assert_int_equal(pieces, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cuts),
        cmocka_unit_test(test_expanded_sizes),
        cmocka_unit_test(test_number_of_commands),
        cmocka_unit_test(test_all_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
