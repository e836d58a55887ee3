#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "protocol/hex.h"
#include "protocol/toolkit.h"

static char *read_whole(const char *path)
{
    FILE *stream = fopen(path, "r");
    assert_non_null(stream);
    char *text = calloc(1, 1 << 18);
    assert_non_null(text);
    assert_true(fread(text, 1, (1 << 18) - 1, stream) > 0);
    fclose(stream);
    return text;
}

static void open_population(struct bench *bench)
{
    char state[128], error[512];
    snprintf(state, sizeof state, "%s/state", bench->directory);
    const struct population_options options = {
        .cards_path = bench->cards, .profile_path = bench->profile, .state_directory = state};
    bench->population = population_open(&options, error, sizeof error);
    if (bench->population == NULL)
        fail_msg("%s", error);
    bench->card = population_find(bench->population, bench->msisdn);
    assert_non_null(bench->card);
    bench->link = population_link(bench->population, bench->card);
    bench_reset(bench);
}

static void open_on(struct bench *bench, const char *xml, const char *cards, const char *msisdn)
{
    memset(bench, 0, sizeof *bench);
    strcpy(bench->directory, "/tmp/card-test-XXXXXX");
    assert_non_null(mkdtemp(bench->directory));
    snprintf(bench->profile, sizeof bench->profile, "%s/profile.xml", bench->directory);
    snprintf(bench->cards, sizeof bench->cards, "%s/%s", getenv("TESTDATA"), cards);
    snprintf(bench->msisdn, sizeof bench->msisdn, "%s", msisdn);
    FILE *stream = fopen(bench->profile, "w");
    assert_non_null(stream);
    fputs(xml, stream);
    fclose(stream);
    open_population(bench);
}

void bench_open_profile(struct bench *bench, const char *xml)
{
    open_on(bench, xml, "sop/Provisioning_3TestSubs.out", BENCH_MSISDN);
}

/* A shipped profile; `from` in it becomes `to`. */
static char *edit_shipped(const char *name, const char *from, const char *to)
{
    char path[512];
    snprintf(path, sizeof path, "%s/simsim/profiles/%s", getenv("SRCDIR"), name);
    char *xml = read_whole(path);
    if (from != NULL) {
        char *at = strstr(xml, from);
        assert_non_null(at);
        memmove(at + strlen(to), at + strlen(from), strlen(at + strlen(from)) + 1);
        memcpy(at, to, strlen(to));
    }
    return xml;
}

void bench_open(struct bench *bench, const char *from, const char *to)
{
    char *xml = edit_shipped("gsm-2g.xml", from, to);
    bench_open_profile(bench, xml);
    free(xml);
}

void bench_open_card_with(struct bench *bench, const char *cards, const char *msisdn, const char *from,
                          const char *to)
{
    char *xml = edit_shipped("gsm-2g.xml", from, to);
    open_on(bench, xml, cards, msisdn);
    free(xml);
}

void bench_open_card(struct bench *bench, const char *cards, const char *msisdn)
{
    bench_open_card_with(bench, cards, msisdn, NULL, NULL);
}

void bench_open_uicc(struct bench *bench, const char *from, const char *to)
{
    char *xml = edit_shipped("usim.xml", from, to);
    bench_open_profile(bench, xml);
    free(xml);
}

void bench_open_profile_with(struct bench *bench, const char *xml, const char *cards, const char *msisdn)
{
    open_on(bench, xml, cards, msisdn);
}

void bench_reopen(struct bench *bench)
{
    population_close(&bench->population);
    open_population(bench);
}

void bench_close(struct bench *bench)
{
    static const char *const files[] = {"state/cards.sqlite",
                                        "state/cards.sqlite-wal",
                                        "state/cards.sqlite-shm",
                                        "state/scripts.log",
                                        "profile.xml",
                                        "cards.out"};
    char path[128];
    population_close(&bench->population);
    assert_null(bench->population);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", bench->directory, files[i]);
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/state", bench->directory);
    rmdir(path);
    rmdir(bench->directory);
}

void bench_reset(struct bench *bench)
{
    uint8_t atr[ATR_SIZE_MAX];
    size_t length = 0;
    assert_int_equal(bench->link.reset(bench->link.card, atr, &length), 0);
    assert_true(length >= 2);
    assert_int_equal(atr[0], 0x3B);
}

const char *bench_send_bytes(struct bench *bench, const uint8_t *command, size_t length)
{
    uint8_t response[APDU_RESPONSE_MAX];
    size_t response_length = 0;
    uint8_t *exact = malloc(length > 0 ? length : 1);
    assert_non_null(exact);
    memcpy(exact, command, length);
    assert_int_equal(bench->link.transmit(bench->link.card, exact, length, response, &response_length), 0);
    free(exact);
    assert_in_range(response_length, 2, APDU_RESPONSE_MAX);
    return hex_encode(response, response_length, bench->answer);
}

const char *bench_send(struct bench *bench, const char *hex)
{
    uint8_t command[APDU_COMMAND_MAX];
    size_t length;
    assert_int_equal(hex_decode(hex, strlen(hex), command, sizeof command, &length), 0);
    return bench_send_bytes(bench, command, length);
}

void bench_expect_at(struct bench *bench, const char *command, const char *answer, const char *file, int line)
{
    const char *got = bench_send(bench, command);
    if (strcmp(got, answer) != 0) {
        print_error("%s -> %s, expected %s\n", command, got, answer);
        _fail(file, line);
    }
}

static void from_hex(const char *hex, uint8_t *bytes, size_t size, size_t *length)
{
    assert_int_equal(hex_decode(hex, strlen(hex), bytes, size, length), 0);
}

const char *bench_send_user_data(struct bench *bench, const uint8_t *user_data, size_t length)
{
    struct sms_deliver sms = {.has_user_data_header = true,
                              .originator = {.digits = "1234", .type = SMS_ADDRESS_UNKNOWN},
                              .pid = SMS_PID_SIM_DATA_DOWNLOAD,
                              .dcs = SMS_DCS_8BIT_CLASS2,
                              .user_data_length = length};
    uint8_t tpdu[SMS_TPDU_MAX], command[APDU_COMMAND_MAX] = {0xA0, 0xC2, 0x00, 0x00};
    struct byte_writer tpdu_writer = byte_writer_on(tpdu, sizeof tpdu);
    struct byte_writer data_writer = byte_writer_on(command + 5, sizeof command - 5);
    memcpy(sms.user_data, user_data, length);
    assert_int_equal(sms_deliver_encode(&sms, &tpdu_writer), 0);
    assert_int_equal(sms_pp_download_encode(NULL, tpdu, tpdu_writer.length, &data_writer), 0);
    command[4] = (uint8_t)data_writer.length;
    return bench_send_bytes(bench, command, 5 + data_writer.length);
}

static void send_part(struct bench *bench, const struct sms_part *part)
{
    uint8_t user_data[SMS_USER_DATA_MAX];
    memcpy(user_data, part->header, part->header_length);
    memcpy(user_data + part->header_length, part->payload, part->length);
    bench_send_user_data(bench, user_data, part->header_length + part->length);
}

const char *bench_envelope(struct bench *bench, const struct bench_packet *packet)
{
    static uint8_t reference;
    static uint8_t script[40000], bytes[40000];
    uint8_t header[4];
    size_t length, script_length;
    struct security_keys keys = {.kic_size = 0, .cc_size = packet->cc_size};
    struct command_packet command = {.counter = packet->counter, .data = script};
    struct packet_crypto *crypto = packet_crypto_new();
    struct byte_writer writer = byte_writer_on(bytes, sizeof bytes);
    assert_non_null(crypto);
    from_hex(packet->spi, header, 2, &length);
    from_hex(packet->kic_kid != NULL ? packet->kic_kid : "1515", header + 2, 2, &length);
    command.security = (struct security_parameters){
        .spi1 = header[0], .spi2 = header[1], .kic = header[2], .kid = header[3]};
    from_hex(packet->tar != NULL ? packet->tar : "B00010", command.security.tar, TAR_SIZE, &length);
    from_hex(packet->kic_key != NULL ? packet->kic_key : BENCH_KIC, keys.kic, sizeof keys.kic,
             &keys.kic_size);
    from_hex(packet->kid_key != NULL ? packet->kid_key : BENCH_KID, keys.kid, sizeof keys.kid,
             &keys.kid_size);
    from_hex(packet->script, script, sizeof script, &script_length);
    command.length = script_length;
    assert_int_equal(command_packet_encode(crypto, &command, &keys, &writer), 0);
    packet_crypto_free(&crypto);
    reference++;
    bench->parts = sms_part_count(writer.length);
    for (size_t number = 1; number <= bench->parts; number++) {
        struct sms_part part;
        assert_int_equal(
            sms_part_build(bytes, writer.length, PACKET_MARKER_COMMAND, reference, number, &part), 0);
        send_part(bench, &part);
    }
    return bench->answer;
}

const char *bench_report(struct bench *bench)
{
    char command[16];
    assert_int_equal(strlen(bench->answer), 4);
    assert_memory_equal(bench->answer, "9F", 2);
    snprintf(command, sizeof command, "A0C00000%s", bench->answer + 2);
    return bench_send(bench, command);
}

const char *bench_submitted(struct bench *bench)
{
    static char text[2 * SMS_USER_DATA_MAX + 1];
    char command[16];
    uint8_t fetched[APDU_RESPONSE_MAX];
    size_t length;
    struct proactive_command proactive;
    struct sms_submit sms;
    assert_int_equal(strlen(bench->answer), 4);
    assert_memory_equal(bench->answer, "91", 2);
    snprintf(command, sizeof command, "A0120000%s", bench->answer + 2);
    from_hex(bench_send(bench, command), fetched, sizeof fetched, &length);
    assert_int_equal(proactive_command_decode(fetched, length - 2, &proactive), 0);
    assert_int_equal(proactive.type, PROACTIVE_SEND_SHORT_MESSAGE);
    assert_int_equal(proactive.destination, DEVICE_NETWORK);
    assert_int_equal(sms_submit_decode(proactive.tpdu, proactive.tpdu_length, &sms), 0);
    assert_string_equal(sms.destination.digits, "1234");
    assert_int_equal(sms.pid, 0x7F);
    assert_int_equal(sms.dcs, 0xF6);
    assert_true(sms.has_user_data_header);
    bench_send(bench, "A01400000C810301130082028281830100");
    return hex_encode(sms.user_data, sms.user_data_length, text);
}
