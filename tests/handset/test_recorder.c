/* What is written down of exchanges: bytes, words, packets, and no secrets. */
#include "tests/handset/scripted_card.h"

#include <stdlib.h>

#include "handset/recorder.h"
#include "handset/secret_hiding.h"
#include "protocol/gsmtap.h"
#include "protocol/toolkit.h"

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
    struct secret_trails trails = {.next = 0};
    static const uint8_t instructions[] = {0x20, 0x24, 0x26, 0x28, 0x2C, 0xD8};
    for (size_t i = 0; i < sizeof instructions; i++) {
        uint8_t command[] = {0x00, instructions[i], 0x00, 0x01, 0x02, '1', '2'};
        secrets_hide(&trails, "1", command, sizeof command);
        assert_int_equal(command[4], 0x02);
        assert_int_equal(command[5] & command[6], 0xFF);
    }
    uint8_t command[] = {0x00, 0xD6, 0x00, 0x00, 0x01, '1'};
    secrets_hide(&trails, "1", command, sizeof command);
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
        {"A0C2000026D1248B224005812143F57FF60000000000000012027000A020000108313233340000FFFFA0A4",
         "A0C2000026D1248B224005812143F57FF60000000000000012027000A020000108FFFFFFFFFFFFFFFFA0A4"},
        {"80C200000A00260001083132333435363738", "80C200000A0026000108FFFFFFFFFFFFFFFF"},
        {"A0C2000015A02400021031323334FFFFFFFF35363738FFFFFFFF",
         "A0C2000015A024000210FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"},
        {"80C200000C842000010831323334FFFFFF", "80C200000C8420000108FFFFFFFFFFFFFF"}, /* secure messaging */
        /* an SMS in one part that is no command packet, where SPI1 would say that it is ciphered */
        {"A0C2000027D1258B234005812143F57FF600000000000000130500030701"
         "01A0200004083132333435FFFFFF",
         "A0C2000027D1258B234005812143F57FF600000000000000130500030701"
         "01A020000408FFFFFFFFFFFFFFFF"},
        {"80C200000780200001083132", "80C20000078020000108FFFF"}, /* the rest is in the next SMS */
        {"80C200001380D802810D01800A00112233445566778899AA",
         "80C200001380D802810DFFFFFFFFFFFFFFFFFFFFFFFFFFAA"},
        {"80C200000AA0D600000531323334FF", "80C200000AA0D600000531323334FF"},
        {"80C200000AA02000010531323334FF", "80C200000AA02000010531323334FF"}, /* no PIN is that long */
        {"80C2000010"
         "802681010831323334FFFFFFFF000000",
         "80C2000010"
         "8026810108FFFFFFFFFFFFFFFF000000"},
        {"80C200001280D881810D01800A00112233445566778899", "80C200001280D881810DFFFFFFFFFFFFFFFFFFFFFFFFFF"},
        {"80C200001680D881110B00010280200001083132333435363738AA", /* perhaps no PUT KEY, but a PIN */
         "80C200001680D881110BFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFAA"},
        /* no phone understands these: no sender; a header of 7F bytes */
        {"A0C2000008D1068B044000A020", "A0C2000008FFFFFFFFFFFFFFFF"},
        {"A0C2000017D1158B134005812143F57FF600000000000000037F7000",
         "A0C2000017FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"},
        /* nor this one, which is longer than it says */
        {"80C200000AD104A020000108313233", "80C200000AFFFFFFFFFFFFFFFFFFFF"},
        {"8012000008A020000108313233", "8012000008A020000108313233"},
    };
    struct secret_trails trails = {.next = 0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t command[APDU_COMMAND_MAX];
        char text[2 * APDU_COMMAND_MAX + 1];
        size_t length;
        assert_int_equal(hex_decode(rows[i].before, strlen(rows[i].before), command, sizeof command, &length),
                         0);
        secrets_hide(&trails, "1", command, length);
        assert_string_equal(hex_encode(command, length, text), rows[i].after);
    }
}

/* --- A script in several SMS ------------------------------------------------------------------- */

/* A packet in clear: head, VERIFY CHV, CHANGE CHV, PUT KEY; and what of it nobody is to see. */
#define SCRIPT                                                                                               \
    "00601502010000B00010000000000100"                                                                       \
    "A0A40000027F20"                                                                                         \
    "A020000108C1C2C3C4C5C6C7C8"                                                                             \
    "A024000110D1D2D3D4D5D6D7D8E1E2E3E4E5E6E7E8"                                                             \
    "80D88181138182838485868788898A8B8C8D8E8F90919293"                                                       \
    "A0A40000026F46"
#define HIDDEN_SCRIPT                                                                                        \
    "00601502010000B00010000000000100"                                                                       \
    "A0A40000027F20"                                                                                         \
    "A020000108FFFFFFFFFFFFFFFF"                                                                             \
    "A024000110FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"                                                             \
    "80D8818113FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"                                                       \
    "A0A40000026F46"
#define SCRIPT_SIZE (sizeof SCRIPT / 2)

struct part {
    const char *card, *sender;
    uint8_t reference, total, number;
    size_t from, to; /* of the script */
};

/* The ENVELOPE of one part; its last bytes are the script's. */
static size_t envelope_of(const struct part *part, const char *script_hex,
                          uint8_t command[static APDU_COMMAND_MAX])
{
    uint8_t script[600], tpdu[SMS_TPDU_MAX];
    struct sms_deliver sms = {
        .has_user_data_header = true, .originator = {.type = 0x81}, .pid = 0x7F, .dcs = 0xF6};
    struct byte_writer data = byte_writer_on(sms.user_data, sizeof sms.user_data);
    struct byte_writer writer = byte_writer_on(tpdu, sizeof tpdu);
    struct byte_writer envelope = byte_writer_on(command + 5, APDU_COMMAND_MAX - 5);
    const uint8_t header[] = {
        part->number == 1 ? 7 : 5, 0x00, 3, part->reference, part->total, part->number, 0x70, 0x00};
    strcpy(sms.originator.digits, part->sender);
    assert_in_range(part->to, part->from + 1, bytes_of(script_hex, script));
    write_bytes(&data, header, header[0] + 1u);
    write_bytes(&data, script + part->from, part->to - part->from);
    sms.user_data_length = data.length;
    assert_int_equal(sms_deliver_encode(&sms, &writer), 0);
    assert_int_equal(sms_pp_download_encode(NULL, tpdu, writer.length, &envelope), 0);
    memcpy(command, "\xA0\xC2\x00\x00", 4);
    command[4] = (uint8_t)envelope.length;
    return 5 + envelope.length;
}

/* Is any byte of the script in sight that should not be? */
static void assert_hidden(const char *text)
{
    static const char *const secrets[] = {"C1C2", "C2C3", "C3C4", "C4C5", "C5C6", "C6C7",
                                          "C7C8", "D1D2", "D7D8", "D8E1", "E1E2", "E3E4",
                                          "E7E8", "8182", "8889", "9091", "9293"};
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
        if (strstr(text, secrets[i]) != NULL)
            fail_msg("%s is in %s", secrets[i], text);
}

/* Lines, words and packets of a script that is cut anywhere. */
static void a_secret_in_two_sms_is_in_no_line(void **state)
{
    (void)state;
    for (size_t cut = 1; cut < SCRIPT_SIZE; cut++) {
        FILE *packets = tmpfile();
        uint8_t command[APDU_COMMAND_MAX], shown[APDU_COMMAND_MAX], pcap[2000];
        char text[2 * APDU_COMMAND_MAX + 1];
        assert_non_null(packets);
        struct tape *tape = tape_new(&(struct recorder_options){.pcap = packets});
        for (uint8_t number = 1; number <= 2; number++) {
            const size_t from = number == 1 ? 0 : cut, to = number == 1 ? cut : SCRIPT_SIZE;
            const struct part part = {"", "12345", 7, 2, number, from, to};
            const size_t length = envelope_of(&part, SCRIPT, command);
            assert_int_equal(envelope_of(&part, HIDDEN_SCRIPT, shown), length);
            exchange(tape, hex_encode(command, length, text), "9000");
            assert_hidden(tape->log);
            assert_non_null(strstr(tape->log, hex_encode(shown, length, text)));
            rewind(packets);
            const size_t kept = fread(pcap, 1, sizeof pcap, packets);
            assert_memory_equal(pcap + kept - 2 - length, shown, length);
        }
        tape_free(tape);
        fclose(packets);
    }
}

static const uint8_t *hide(struct secret_trails *trails, const struct part *part, uint8_t *command)
{
    const size_t length = envelope_of(part, SCRIPT, command);
    secrets_hide(trails, part->card, command, length);
    return command + length - (part->to - part->from);
}

static void assert_only_secrets_hidden(struct secret_trails *trails, const struct part *part)
{
    uint8_t command[APDU_COMMAND_MAX], expected[600];
    (void)bytes_of(HIDDEN_SCRIPT, expected);
    assert_memory_equal(hide(trails, part, command), expected + part->from, part->to - part->from);
}

/* As with T=1. */
static void what_the_answer_may_hold_is_no_part_of_it(void **state)
{
    (void)state;
    enum { CUT = 29 };
    const struct part first = {"1", "12345", 7, 2, 1, 0, CUT},
                      second = {"1", "12345", 7, 2, 2, CUT, SCRIPT_SIZE};
    struct secret_trails trails = {.next = 0};
    uint8_t command[APDU_COMMAND_MAX + 1], expected[600];
    (void)bytes_of(HIDDEN_SCRIPT, expected);
    (void)hide(&trails, &first, command);
    const size_t length = envelope_of(&second, SCRIPT, command);
    command[length] = 0x00; /* Le */
    secrets_hide(&trails, "1", command, length + 1);
    assert_memory_equal(command + length - (SCRIPT_SIZE - CUT), expected + CUT, SCRIPT_SIZE - CUT);
    assert_int_equal(command[length], 0x00);
}

/* What looks like a PIN in it is none: nobody is to take the trace's bytes for the packet's. */
static void what_is_ciphered_is_shown(void **state)
{
    (void)state;
    enum { CUT = 29 };
    const char *const ciphered = "00601506010000B0001000000000010011223344556677A020000108C1C2C3C4C5C6C7C8";
    const size_t size = strlen(ciphered) / 2;
    const struct part first = {"1", "12345", 7, 2, 1, 0, CUT}, second = {"1", "12345", 7, 2, 2, CUT, size};
    const struct part *const parts[] = {&first, &second, &second,
                                        &(struct part){"1", "12345", 7, 1, 1, 0, size}};
    struct secret_trails trails = {.next = 0};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        uint8_t command[APDU_COMMAND_MAX], shown[APDU_COMMAND_MAX];
        const size_t length = envelope_of(parts[i], ciphered, command);
        memcpy(shown, command, length);
        secrets_hide(&trails, "1", shown, length);
        assert_memory_equal(shown, command, length);
    }
}

static void assert_all_hidden(struct secret_trails *trails, const struct part *part)
{
    uint8_t command[APDU_COMMAND_MAX];
    const uint8_t *payload = hide(trails, part, command);
    for (size_t i = 0; i < part->to - part->from; i++)
        assert_int_equal(payload[i], 0xFF);
}

/* What the parts are told by: the card, the sender, reference and number of parts; and that none is missing.
 */
static void a_part_out_of_order_is_hidden_whole(void **state)
{
    (void)state;
    enum { IN_CHV = 29, IN_KEY = 62 };
    const struct part first = {"1", "12345", 7, 3, 1, 0, IN_CHV},
                      second = {"1", "12345", 7, 3, 2, IN_CHV, IN_KEY},
                      third = {"1", "12345", 7, 3, 3, IN_KEY, SCRIPT_SIZE},
                      other_third = {"1", "12345", 7, 3, 3, IN_KEY + 1, SCRIPT_SIZE};
    const struct part strangers[] = {{"2", "12345", 7, 3, 2, IN_CHV, IN_KEY},
                                     {"1", "12346", 7, 3, 2, IN_CHV, IN_KEY},
                                     {"1", "12345", 8, 3, 2, IN_CHV, IN_KEY},
                                     {"1", "12345", 7, 4, 2, IN_CHV, IN_KEY},
                                     {"1", "12345", 7, 3, 3, IN_CHV, IN_KEY}};
    struct secret_trails trails = {.next = 0};
    assert_all_hidden(&trails, &second);
    assert_all_hidden(&trails, &third); /* what was hidden may go on */
    assert_only_secrets_hidden(&trails, &first);
    assert_only_secrets_hidden(&trails, &second);
    assert_only_secrets_hidden(&trails, &second); /* the card was busy */
    assert_only_secrets_hidden(&trails, &third);
    assert_only_secrets_hidden(&trails, &third);
    assert_all_hidden(&trails, &other_third); /* of a message with the same reference */
    assert_all_hidden(&trails, &second);
    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++) {
        assert_only_secrets_hidden(&trails, &first);
        assert_all_hidden(&trails, &strangers[i]);
    }
}

/* Messages are followed side by side, and forgotten when there are too many. */
static void many_messages_are_followed(void **state)
{
    (void)state;
    enum { CUT = 29 };
    struct secret_trails trails = {.next = 0};
    struct part first = {"1", "12345", 0, 2, 1, 0, CUT}, second = {"1", "12345", 0, 2, 2, CUT, SCRIPT_SIZE};
    for (uint8_t i = 0; i <= SECRET_TRAILS; i++) {
        first.reference = i;
        assert_only_secrets_hidden(&trails, &first);
    }
    for (uint8_t i = 1; i <= SECRET_TRAILS; i++) {
        second.reference = i;
        assert_only_secrets_hidden(&trails, &second);
    }
    second.reference = 0;
    assert_all_hidden(&trails, &second);
}

/* Behind a part that nobody can tell anything of, hiding ends where the longest command would. */
static void hiding_ends(void **state)
{
    (void)state;
    enum { PART = 125, HIDDEN_MAX = 4 + 255 };
    char script[2 * 4 * PART + 1];
    struct secret_trails trails = {.next = 0};
    memset(script, '1', sizeof script);
    script[sizeof script - 1] = '\0';
    for (uint8_t number = 2; number <= 4; number++) {
        const struct part part = {"1", "12345", 7, 4, number, (number - 1u) * PART, number * (size_t)PART};
        uint8_t command[APDU_COMMAND_MAX];
        const size_t length = envelope_of(&part, script, command);
        secrets_hide(&trails, "1", command, length);
        for (size_t i = 0; i < PART; i++)
            assert_int_equal(command[length - PART + i], part.from - PART + i < HIDDEN_MAX ? 0xFF : 0x11);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exchanges_have_words),
        cmocka_unit_test(resets_and_silence_are_said),
        cmocka_unit_test(any_exchange_has_words),
        cmocka_unit_test(secrets_are_hidden_unless_asked_for),
        cmocka_unit_test(every_secret_is_hidden),
        cmocka_unit_test(secrets_in_a_script_are_hidden),
        cmocka_unit_test(a_secret_in_two_sms_is_in_no_line),
        cmocka_unit_test(a_part_out_of_order_is_hidden_whole),
        cmocka_unit_test(many_messages_are_followed),
        cmocka_unit_test(what_is_ciphered_is_shown),
        cmocka_unit_test(what_the_answer_may_hold_is_no_part_of_it),
        cmocka_unit_test(hiding_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
