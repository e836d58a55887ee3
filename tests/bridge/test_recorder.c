/* What is written down of exchanges: words, packets, and no secrets. T=1's form of commands. */
#include "tests/handset/scripted_card.h"

#include <stdlib.h>

#include "handset/apdu_words.h"
#include "pcsc-bridge/gsmtap.h"
#include "pcsc-bridge/recorder.h"
#include "pcsc-bridge/t1_apdu.h"

static size_t bytes_of(const char *hex, uint8_t *bytes)
{
    size_t length;
    assert_int_equal(hex_decode(hex, strlen(hex), bytes, 600, &length), 0);
    return length;
}

static void exchanges_have_words(void **state)
{
    (void)state;
    static const struct {
        const char *command, *response, *words;
    } rows[] = {
        {"A0A40000027F20", "9F16", "SELECT 7F20 (DF GSM): 9F16, 22 bytes wait"},
        {"00A4040407A0000000871002", "6120", "SELECT A0000000871002: 6120, 32 bytes wait"},
        {"A0B000000A", "981932547687981032F59000", "READ BINARY, 10 bytes read: 9000, normal ending"},
        {"A0C200001CD11A820283818B144405812143F57FF60000000000000004027000AA", "9100",
         "ENVELOPE, SMS-PP download from 12345, command packet of 1 bytes: 9100, and a proactive command of "
         "256 bytes "
         "waits"},
        {"80C2000010D60E99010982028281B8028100B70105", "9000",
         "ENVELOPE, event download: 9000, normal ending"},
        {"801200001B", "D0198103011300820281838B0E4100038121F37FF60502710000AB9000",
         "FETCH, SEND SHORT MESSAGE (13), qualifier 00, to 123, response packet of 2 bytes: 9000, normal "
         "ending"},
        {"801400000C810301130082028281830100", "9000",
         "TERMINAL RESPONSE to SEND SHORT MESSAGE: result 00: 9000, normal ending"},
        {"8012000005", "D0FF8103019000",
         "FETCH, a length field contradicts its surroundings: 9000, normal ending"},
        {"0020", "9000", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t command[600], response[600];
        char words[APDU_WORDS_SIZE];
        size_t length = bytes_of(rows[i].command, command), answered = bytes_of(rows[i].response, response);
        apdu_words(command, length, response, answered, words);
        assert_string_equal(words, rows[i].words);
    }
}

/* Any bytes: no crash, and a terminated text. */
static void any_exchange_has_words(void **state)
{
    (void)state;
    uint64_t seed = 1;
    uint8_t bytes[APDU_COMMAND_MAX + APDU_RESPONSE_MAX];
    static const uint8_t instructions[] = {0xA4, 0xC2, 0x12, 0x14, 0xB2, 0x20};
    char words[APDU_WORDS_SIZE];
    for (unsigned i = 0; i < 100000; i++) {
        for (size_t j = 0; j < 80; j++)
            bytes[j] = (uint8_t)((seed = seed * UINT64_C(6364136223846793005) + 1) >> 40);
        bytes[1] = instructions[i % sizeof instructions];
        bytes[5] = i % 2 ? 0xD1 : 0xD0;
        bytes[40] = 0xD0;
        apdu_words(bytes, bytes[79] % 40, bytes + 40, bytes[78] % 40, words);
        assert_true(memchr(words, '\0', sizeof words) != NULL);
    }
}

static int fixed_transmit(void *card, const uint8_t *command, size_t length,
                          uint8_t response[static APDU_RESPONSE_MAX], size_t *response_length)
{
    (void)command;
    (void)length;
    (void)card;
    response[0] = 0x90;
    response[1] = 0x00;
    *response_length = 2;
    return 0;
}

static void record_one(bool shows_secrets, char *log, size_t log_size, uint8_t *pcap, size_t *pcap_length)
{
    static const uint8_t verify[] = {0x00, 0x20, 0x00, 0x01, 0x08, '1', '2',
                                     '3',  '4',  0xFF, 0xFF, 0xFF, 0xFF};
    FILE *trace = tmpfile(), *packets = tmpfile();
    assert_true(trace != NULL && packets != NULL);
    struct recorder *recorder = recorder_new(
        &(struct recorder_options){.trace = trace, .pcap = packets, .shows_secrets = shows_secrets});
    assert_non_null(recorder);
    struct card_link inner = {.transmit = fixed_transmit};
    struct card_link link = recorder_wrap(recorder, "961234567890", &inner);
    uint8_t response[APDU_RESPONSE_MAX];
    size_t length;
    assert_int_equal(link.transmit(link.card, verify, sizeof verify, response, &length), 0);
    rewind(trace);
    log[fread(log, 1, log_size - 1, trace)] = '\0';
    rewind(packets);
    *pcap_length = fread(pcap, 1, 600, packets);
    recorder_free(&recorder);
    fclose(trace);
    fclose(packets);
}

static void secrets_are_hidden_unless_asked_for(void **state)
{
    (void)state;
    char log[1000], hex[1201];
    uint8_t pcap[600];
    size_t length;
    record_one(false, log, sizeof log, pcap, &length);
    assert_non_null(strstr(log, "961234567890 > 0020000108FFFFFFFFFFFFFFFF\n"));
    assert_non_null(strstr(log, "961234567890 < 9000\n"));
    assert_null(strstr(log, "31323334"));
    assert_null(strstr(hex_encode(pcap, length, hex), "31323334"));
    record_one(true, log, sizeof log, pcap, &length);
    assert_non_null(strstr(log, "961234567890 > 002000010831323334FFFFFFFF\n"));
    assert_non_null(strstr(hex_encode(pcap, length, hex), "31323334"));
}

/* The header of the file, and a packet that Wireshark 4.0 was seen to read. */
static void packets_are_gsmtap(void **state)
{
    (void)state;
    static const char expected[] = "A1B2C3D40002000400000000000000000000FFFF000000E4"
                                   "6553F100000F423F0000003500000035"
                                   "450000350000000040117CB57F0000027F000001"
                                   "1279127900210000"
                                   "02040400000000000000000000000000"
                                   "A0A40000023F009F16";
    uint8_t bytes[200], command[7], sw[2] = {0x9F, 0x16};
    char hex[401];
    struct byte_writer writer = byte_writer_on(bytes, sizeof bytes);
    bytes_of("A0A40000023F00", command);
    pcap_write_header(&writer);
    gsmtap_write_record(&writer, 1700000000999999, 2, command, sizeof command, sw, sizeof sw);
    assert_string_equal(hex_encode(bytes, writer.length, hex), expected);
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
        cmocka_unit_test(exchanges_have_words),
        cmocka_unit_test(any_exchange_has_words),
        cmocka_unit_test(secrets_are_hidden_unless_asked_for),
        cmocka_unit_test(packets_are_gsmtap),
        cmocka_unit_test(t1_has_its_own_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
