#include "handset/recorder.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "explain/explain.h"
#include "handset/secret_hiding.h"
#include "protocol/gsmtap.h"
#include "protocol/hex.h"

#define NAME_SHOWN 40
#define LINE_SIZE (NAME_SHOWN + 8 + EXPLANATION_LINE_SIZE + 2 * APDU_COMMAND_MAX)

static const struct security_parameters nothing_asked;
static const struct security_keys no_keys;

struct recorder {
    struct recorder_options options;
    pthread_mutex_t busy; /* an exchange is being written */
    const char *name;     /* of its card */
    struct explanation_lines lines;
    struct explanation_writer writer;
    struct explain explain;
    struct secret_trails trails;
    uint8_t packet[EXPLAIN_BYTES_MAX], data[EXPLAIN_BYTES_MAX], parts[APDU_COMMAND_MAX];
};

/* --- Lines --------------------------------------------------------------------------------- */

static void say(const struct recorder *recorder, const char *mark, const char *text)
{
    char line[LINE_SIZE];
    snprintf(line, sizeof line, "%.*s %s %s", NAME_SHOWN, recorder->name, mark, text);
    recorder->options.line(recorder->options.user, line);
}

static void say_bytes(const struct recorder *recorder, const char *mark, const uint8_t *bytes, size_t length)
{
    char hex[2 * APDU_COMMAND_MAX + 1];
    if (length <= APDU_COMMAND_MAX)
        say(recorder, mark, hex_encode(bytes, length, hex));
}

static void say_words(void *user, const char *text)
{
    say(user, " ", text);
}

/* Each exchange by itself: what is remembered of the one before is dropped. No keys are here, so what is
 * ciphered stays so. */
static void say_exchange(struct recorder *recorder, const uint8_t *command, size_t length,
                         const uint8_t *response, size_t response_length)
{
    struct explain *explain = &recorder->explain;
    say_bytes(recorder, ">", command, length);
    say_bytes(recorder, "<", response, response_length);
    explanation_begin(&explain->out, &recorder->writer);
    reassembly_init(&explain->parts, recorder->parts, sizeof recorder->parts);
    explain_exchange(explain, command, length, response, response_length);
    for (size_t i = 0; i < explain->out.problems.count; i++)
        say(recorder, "!", explain->out.problems.text[i]);
}

/* --- Packets ------------------------------------------------------------------------------- */

static void keep_packet(FILE *pcap, uint8_t source, const uint8_t *command, size_t length,
                        const uint8_t *response, size_t response_length)
{
    uint8_t record[GSMTAP_RECORD_MAX];
    struct byte_writer writer = byte_writer_on(record, sizeof record);
    struct timespec now;
    if (pcap == NULL)
        return;
    clock_gettime(CLOCK_REALTIME, &now);
    gsmtap_write_record(&writer, (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000, source, command, length,
                        response, response_length);
    if (byte_writer_status(&writer) == 0 && fwrite(record, writer.length, 1, pcap) == 1)
        fflush(pcap);
}

static bool begin_pcap(FILE *pcap)
{
    uint8_t header[PCAP_HEADER_SIZE];
    struct byte_writer writer = byte_writer_on(header, sizeof header);
    pcap_write_header(&writer);
    return pcap == NULL || (fwrite(header, sizeof header, 1, pcap) == 1 && fflush(pcap) == 0);
}

/* --- The recorder and its links ------------------------------------------------------------- */

static void prepare(struct recorder *recorder, const struct recorder_options *options)
{
    recorder->options = *options;
    recorder->lines = (struct explanation_lines){.user = recorder, .line = say_words};
    recorder->writer = explanation_as_lines(&recorder->lines);
    recorder->explain.known = (struct explain_known){.asked = &nothing_asked, .keys = &no_keys};
    recorder->explain.packet = recorder->packet;
    recorder->explain.data = recorder->data;
    recorder->explain.crypto = packet_crypto_new();
    pthread_mutex_init(&recorder->busy, NULL);
}

struct recorder *recorder_new(const struct recorder_options *options)
{
    struct recorder *recorder = calloc(1, sizeof *recorder);
    if (recorder == NULL)
        return NULL;
    prepare(recorder, options);
    if (recorder->explain.crypto == NULL || !begin_pcap(options->pcap))
        recorder_free(&recorder);
    return recorder;
}

void recorder_free(struct recorder **recorder)
{
    if (*recorder == NULL)
        return;
    packet_crypto_free(&(*recorder)->explain.crypto);
    pthread_mutex_destroy(&(*recorder)->busy);
    explicit_bzero(&(*recorder)->trails, sizeof(*recorder)->trails);
    free(*recorder);
    *recorder = NULL;
}

/* Its card's lines from here to finish(). */
static bool begin(struct recorded_link *recorded)
{
    pthread_mutex_lock(&recorded->recorder->busy);
    recorded->recorder->name = recorded->name;
    return recorded->recorder->options.line != NULL;
}

static void finish(struct recorded_link *recorded)
{
    pthread_mutex_unlock(&recorded->recorder->busy);
}

static void hide_secrets(struct recorded_link *recorded, uint8_t *command, size_t length)
{
    pthread_mutex_lock(&recorded->recorder->busy);
    secrets_hide(&recorded->recorder->trails, recorded->name, command, length);
    pthread_mutex_unlock(&recorded->recorder->busy);
}

static void record_exchange(struct recorded_link *recorded, const uint8_t *command, size_t length,
                            const uint8_t *response, size_t response_length)
{
    struct recorder *recorder = recorded->recorder;
    if (begin(recorded))
        say_exchange(recorder, command, length, response, response_length);
    keep_packet(recorder->options.pcap, recorded->source, command, length, response, response_length);
    finish(recorded);
}

static void record_silence(struct recorded_link *recorded, const uint8_t *command, size_t length, int why)
{
    if (begin(recorded)) {
        say_bytes(recorded->recorder, ">", command, length);
        say(recorded->recorder, " ", why == CARD_LINK_NO_CARD ? "the card is gone" : "no answer");
    }
    finish(recorded);
}

static int on_reset(void *card, uint8_t atr[static ATR_SIZE_MAX], size_t *atr_length)
{
    struct recorded_link *recorded = card;
    const int result = recorded->inner.reset(recorded->inner.card, atr, atr_length);
    if (begin(recorded) && result == 0) {
        say_bytes(recorded->recorder, "*", atr, *atr_length);
        say(recorded->recorder, " ", "reset, and the card's ATR");
    }
    finish(recorded);
    return result;
}

static int on_transmit(void *card, const uint8_t *command, size_t length,
                       uint8_t response[static APDU_RESPONSE_MAX], size_t *response_length)
{
    struct recorded_link *recorded = card;
    uint8_t shown[APDU_COMMAND_MAX];
    const int result =
        recorded->inner.transmit(recorded->inner.card, command, length, response, response_length);
    if (length > sizeof shown)
        return result;
    memcpy(shown, command, length);
    if (!recorded->recorder->options.shows_secrets)
        hide_secrets(recorded, shown, length);
    if (result == 0)
        record_exchange(recorded, shown, length, response, *response_length);
    else
        record_silence(recorded, shown, length, result);
    explicit_bzero(shown, sizeof shown);
    return result;
}

struct card_link recorded_link_to(struct recorded_link *recorded)
{
    return (struct card_link){.card = recorded, .reset = on_reset, .transmit = on_transmit};
}
