/* What is written down of exchanges: bytes, words, packets, and no secrets. */
#include "tests/handset/scripted_card.h"

#include <stdlib.h>

#include "handset/recorder.h"
#include "protocol/gsmtap.h"

#define LOG_SIZE 20000

static size_t bytes_of(const char *hex, uint8_t *bytes)
{
    size_t length;
    assert_int_equal(hex_decode(hex, strlen(hex), bytes, 600, &length), 0);
    return length;
}

/* A card that says one thing, or nothing. */
struct parrot {
    uint8_t response[600];
    size_t length;
    int error;
};

static int on_transmit(void *card, const uint8_t *command, size_t length,
                       uint8_t response[static APDU_RESPONSE_MAX], size_t *response_length)
{
    const struct parrot *parrot = card;
    (void)command;
    (void)length;
    memcpy(response, parrot->response, parrot->length);
    *response_length = parrot->length;
    return parrot->error;
}

static int on_reset(void *card, uint8_t atr[static ATR_SIZE_MAX], size_t *atr_length)
{
    const struct parrot *parrot = card;
    memcpy(atr, "\x3B\x00", 2);
    *atr_length = 2;
    return parrot->error;
}

struct tape {
    char log[LOG_SIZE];
    size_t length;
    struct parrot parrot;
    struct recorder *recorder;
    struct recorded_link recorded;
    struct card_link link;
};

static void on_line(void *user, const char *text)
{
    struct tape *tape = user;
    tape->length += (size_t)snprintf(tape->log + tape->length, LOG_SIZE - tape->length, "%s\n", text);
    assert_true(tape->length < LOG_SIZE);
}

static struct tape *tape_new(const struct recorder_options *options)
{
    struct tape *tape = calloc(1, sizeof *tape);
    assert_non_null(tape);
    struct recorder_options wanted = *options;
    wanted.line = on_line;
    wanted.user = tape;
    tape->recorder = recorder_new(&wanted);
    assert_non_null(tape->recorder);
    tape->recorded =
        (struct recorded_link){.recorder = tape->recorder,
                               .inner = {.card = &tape->parrot, .reset = on_reset, .transmit = on_transmit},
                               .name = "961234567890",
                               .source = 2};
    tape->link = recorded_link_to(&tape->recorded);
    return tape;
}

static void tape_free(struct tape *tape)
{
    recorder_free(&tape->recorder);
    assert_null(tape->recorder);
    free(tape);
}

static void exchange(struct tape *tape, const char *command, const char *response)
{
    uint8_t bytes[600], answer[600];
    const size_t length = bytes_of(command, bytes);
    size_t answered;
    tape->length = 0;
    tape->log[0] = '\0';
    tape->parrot.length = bytes_of(response, tape->parrot.response);
    assert_int_equal(tape->link.transmit(tape->link.card, bytes, length, answer, &answered),
                     tape->parrot.error);
}

/* The words of otapacket: the headline, and what stands inside. */
static void exchanges_have_words(void **state)
{
    (void)state;
    static const struct {
        const char *command, *response, *words;
    } rows[] = {
        {"A0A40000027F20", "9F16", "961234567890   SELECT 7F20 (DF GSM): 9F16, 22 bytes wait\n"},
        {"00A4040407A0000000871002", "6120", "961234567890   SELECT A0000000871002: 6120, 32 bytes wait\n"},
        {"A0B000000A", "981932547687981032F59000",
         "961234567890   READ BINARY, 10 bytes read: 9000, normal ending\n"},
        {"00B2030414", "6C14", "961234567890   READ RECORD 3: 6C14, "},
        {"A0C200001CD11A820283818B144405812143F57FF60000000000000004027000AA", "9100",
         "961234567890   ENVELOPE: 9100, and a proactive command of 256 bytes waits\n"
         "961234567890         5  D11A                     template    SMS-PP download, 26 bytes\n"
         "961234567890         7  82028381                 devices     from network to card\n"},
        {"80C2000010D60E99010982028281B8028100B70105", "9000",
         "961234567890   ENVELOPE: 9000, normal ending\n"
         "961234567890         5  D60E                     template    event download, 14 bytes\n"
         "961234567890         7  990109                   event list  1 bytes\n"},
        {"801200001B", "D0198103011300820281838B0E4100038121F37FF60502710000AB9000",
         "961234567890         2  8103011300               command     number 1: SEND SHORT MESSAGE, "},
        {"8012000013", "D0118103012180820281028D060448656C6C6F9000", "text        \"Hello\"\n"},
        {"801400000C810301130082028281830100", "9000",
         "961234567890        14  830100                   result      00: done\n"},
        {"8012000005", "D0FF8103019000", "961234567890 ! offset 0: template: its length does not fit"},
        {"A0C0000013", "027100000E0AB00010000000000100000690009000",
         "961234567890   GET RESPONSE, 19 bytes read: 9000, normal ending\n"
         "961234567890   TP-UD, 19 bytes\n"},
    };
    struct tape *tape = tape_new(&(struct recorder_options){.shows_secrets = false});
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        exchange(tape, rows[i].command, rows[i].response);
        if (strstr(tape->log, rows[i].words) == NULL)
            fail_msg("no '%s' in '%s'", rows[i].words, tape->log);
    }
    exchange(tape, "0020", "9000");
    assert_string_equal(tape->log, "961234567890 > 0020\n961234567890 < 9000\n");
    tape_free(tape);
}

static void resets_and_silence_are_said(void **state)
{
    (void)state;
    struct tape *tape = tape_new(&(struct recorder_options){.shows_secrets = false});
    uint8_t atr[ATR_SIZE_MAX];
    size_t length;
    assert_int_equal(tape->link.reset(tape->link.card, atr, &length), 0);
    assert_string_equal(tape->log, "961234567890 * 3B00\n961234567890   reset, and the card's ATR\n");
    tape->parrot.error = CARD_LINK_MUTE;
    exchange(tape, "A0A40000023F00", "");
    assert_string_equal(tape->log, "961234567890 > A0A40000023F00\n961234567890   no answer\n");
    tape->parrot.error = CARD_LINK_NO_CARD;
    exchange(tape, "A0A40000023F00", "");
    assert_string_equal(tape->log, "961234567890 > A0A40000023F00\n961234567890   the card is gone\n");
    tape_free(tape);
}

/* Any bytes: no crash, and whole lines of the right card. */
static void any_exchange_has_words(void **state)
{
    (void)state;
    static const uint8_t instructions[] = {0xA4, 0xC2, 0x12, 0x14, 0xB2, 0x20, 0xC0};
    struct tape *tape = tape_new(&(struct recorder_options){.shows_secrets = false});
    uint64_t seed = 1;
    for (unsigned i = 0; i < 20000; i++) {
        uint8_t command[APDU_COMMAND_MAX], response[APDU_RESPONSE_MAX];
        size_t answered;
        for (size_t j = 0; j < sizeof command; j++)
            command[j] = (uint8_t)((seed = seed * UINT64_C(6364136223846793005) + 1) >> 40);
        command[1] = instructions[i % sizeof instructions];
        command[5] = i % 2 ? 0xD1 : 0xD0;
        memcpy(tape->parrot.response, command + 100, 100);
        tape->parrot.response[0] = i % 3 ? 0xD0 : 0x02;
        tape->parrot.response[1] = i % 3 ? 0x20 : 0x71;
        tape->parrot.length = 2 + command[200] % 40;
        tape->length = 0;
        assert_int_equal(
            tape->link.transmit(tape->link.card, command, command[201] % 100, response, &answered), 0);
        for (const char *line = tape->log; *line != '\0'; line = strchr(line, '\n') + 1)
            assert_int_equal(strncmp(line, "961234567890 ", 13), 0);
    }
    tape_free(tape);
}

static size_t record_verify(bool shows_secrets, char *log, char *pcap_hex)
{
    FILE *packets = tmpfile();
    uint8_t pcap[600];
    assert_non_null(packets);
    struct tape *tape = tape_new(&(struct recorder_options){.pcap = packets, .shows_secrets = shows_secrets});
    exchange(tape, "00200001083132333435FFFFFF", "9000");
    strcpy(log, tape->log);
    tape_free(tape);
    rewind(packets);
    const size_t length = fread(pcap, 1, sizeof pcap, packets);
    hex_encode(pcap, length, pcap_hex);
    fclose(packets);
    return length;
}

static void secrets_are_hidden_unless_asked_for(void **state)
{
    (void)state;
    char log[LOG_SIZE], pcap[1201];
    assert_int_equal(record_verify(false, log, pcap), PCAP_HEADER_SIZE + 16 + 20 + 8 + 16 + 13 + 2);
    assert_non_null(strstr(log, "961234567890 > 0020000108FFFFFFFFFFFFFFFF\n"));
    assert_non_null(strstr(log, "961234567890 < 9000\n"));
    assert_null(strstr(log, "31323334"));
    assert_null(strstr(pcap, "31323334"));
    (void)record_verify(true, log, pcap);
    assert_non_null(strstr(log, "961234567890 > 00200001083132333435FFFFFF\n"));
    assert_non_null(strstr(pcap, "00200001083132333435FFFFFF9000"));
}

/* Each of the instructions that carry one. */
static void every_secret_is_hidden(void **state)
{
    (void)state;
    static const uint8_t instructions[] = {0x20, 0x24, 0x26, 0x28, 0x2C, 0xD8};
    for (size_t i = 0; i < sizeof instructions; i++) {
        uint8_t command[] = {0x00, instructions[i], 0x00, 0x01, 0x02, '1', '2'};
        recorder_hide_secrets(command, sizeof command, 0xFF);
        assert_int_equal(command[4], 0x02);
        assert_int_equal(command[5] & command[6], 0xFF);
    }
    uint8_t command[] = {0x00, 0xD6, 0x00, 0x00, 0x01, '1'};
    recorder_hide_secrets(command, sizeof command, 0xFF);
    assert_int_equal(command[5], '1');
}

/* A script that is not ciphered, and may end with the SMS: what it holds of secrets is hidden, nothing else.
 */
static void secrets_in_a_script_are_hidden(void **state)
{
    (void)state;
    static const struct {
        const char *before, *after;
    } rows[] = {
        {"A0C2000014D1128B10A020000108313233340000FFFFA0A40000",
         "A0C2000014D1128B10A020000108FFFFFFFFFFFFFFFFA0A40000"},
        {"80C200000A00260001083132333435363738", "80C200000A0026000108FFFFFFFFFFFFFFFF"},
        {"A0C2000015A02400021031323334FFFFFFFF35363738FFFFFFFF",
         "A0C2000015A024000210FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"},
        {"80C200000780200001083132", "80C20000078020000108FFFF"}, /* the rest is in the next SMS */
        {"80C200001380D802810D01800A00112233445566778899AA",
         "80C200001380D802810DFFFFFFFFFFFFFFFFFFFFFFFFFFAA"},
        {"80C200000AA0D600000531323334FF", "80C200000AA0D600000531323334FF"},
        {"80C200000AA02000010531323334FF", "80C200000AA02000010531323334FF"}, /* no PIN is that long */
        {"8012000008A020000108313233", "8012000008A020000108313233"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t command[APDU_COMMAND_MAX];
        char text[2 * APDU_COMMAND_MAX + 1];
        size_t length;
        assert_int_equal(hex_decode(rows[i].before, strlen(rows[i].before), command, sizeof command, &length),
                         0);
        recorder_hide_secrets(command, length, 0xFF);
        assert_string_equal(hex_encode(command, length, text), rows[i].after);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exchanges_have_words),   cmocka_unit_test(resets_and_silence_are_said),
        cmocka_unit_test(any_exchange_has_words), cmocka_unit_test(secrets_are_hidden_unless_asked_for),
        cmocka_unit_test(every_secret_is_hidden), cmocka_unit_test(secrets_in_a_script_are_hidden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
