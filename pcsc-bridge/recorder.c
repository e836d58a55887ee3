#include "pcsc-bridge/recorder.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "handset/apdu_words.h"
#include "pcsc-bridge/gsmtap.h"
#include "protocol/hex.h"
#include "smsc/log_line.h"

#define HIDDEN 0xFF    /* what a PIN is shown as */
#define FIRST_SOURCE 2 /* 127.0.0.2 is the first card */

struct recorded {
    struct recorder *recorder;
    struct card_link inner;
    const char *msisdn;
    uint8_t source;
};

struct recorder {
    struct recorder_options options;
    struct recorded cards[BRIDGE_CARDS_MAX];
    size_t count;
};

struct recorder *recorder_new(const struct recorder_options *options)
{
    uint8_t header[24];
    struct byte_writer writer = byte_writer_on(header, sizeof header);
    struct recorder *recorder = calloc(1, sizeof *recorder);
    if (recorder == NULL)
        return NULL;
    recorder->options = *options;
    pcap_write_header(&writer);
    if (options->pcap != NULL &&
        (fwrite(header, sizeof header, 1, options->pcap) != 1 || fflush(options->pcap) != 0))
        recorder_free(&recorder);
    return recorder;
}

void recorder_free(struct recorder **recorder)
{
    free(*recorder);
    *recorder = NULL;
}

static void trace_bytes(const struct recorded *card, char direction, const uint8_t *bytes, size_t length)
{
    char line[64 + 2 * APDU_COMMAND_MAX];
    int prefix = snprintf(line, 64, "%s %c ", card->msisdn, direction);
    if (length <= APDU_COMMAND_MAX)
        hex_encode(bytes, length, line + prefix);
    log_line(card->recorder->options.trace, line);
}

static void trace_words(const struct recorded *card, const char *words)
{
    char line[64 + APDU_WORDS_SIZE];
    snprintf(line, sizeof line, "%s   %s", card->msisdn, words);
    log_line(card->recorder->options.trace, line);
}

/* One write a record, so that those of several threads do not mix. */
static void keep_packet(const struct recorded *card, const uint8_t *command, size_t length,
                        const uint8_t *response, size_t response_length)
{
    FILE *pcap = card->recorder->options.pcap;
    uint8_t record[GSMTAP_RECORD_MAX];
    struct byte_writer writer = byte_writer_on(record, sizeof record);
    struct timespec now;
    if (pcap == NULL)
        return;
    clock_gettime(CLOCK_REALTIME, &now);
    gsmtap_write_record(&writer, (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000, card->source, command,
                        length, response, response_length);
    if (byte_writer_status(&writer) == 0 && fwrite(record, writer.length, 1, pcap) == 1)
        fflush(pcap);
}

static int on_reset(void *user, uint8_t atr[static ATR_SIZE_MAX], size_t *atr_length)
{
    struct recorded *card = user;
    int result = card->inner.reset(card->inner.card, atr, atr_length);
    if (result == 0 && card->recorder->options.trace != NULL) {
        trace_bytes(card, '*', atr, *atr_length);
        trace_words(card, "reset, and the card's ATR");
    }
    return result;
}

static void trace_exchange(const struct recorded *card, const uint8_t *command, size_t length,
                           const uint8_t *response, size_t response_length)
{
    char words[APDU_WORDS_SIZE];
    if (card->recorder->options.trace == NULL)
        return;
    trace_bytes(card, '>', command, length);
    trace_bytes(card, '<', response, response_length);
    apdu_words(command, length, response, response_length, words);
    trace_words(card, words);
}

static int on_transmit(void *user, const uint8_t *command, size_t length,
                       uint8_t response[static APDU_RESPONSE_MAX], size_t *response_length)
{
    struct recorded *card = user;
    uint8_t shown[APDU_COMMAND_MAX];
    int result = card->inner.transmit(card->inner.card, command, length, response, response_length);
    if (length > sizeof shown)
        return result;
    memcpy(shown, command, length);
    if (!card->recorder->options.shows_secrets)
        apdu_hide_secrets(shown, length, HIDDEN);
    if (result == 0) {
        trace_exchange(card, shown, length, response, *response_length);
        keep_packet(card, shown, length, response, *response_length);
    } else if (card->recorder->options.trace != NULL) {
        trace_bytes(card, '>', shown, length);
        trace_words(card, result == CARD_LINK_NO_CARD ? "the card is gone" : "no answer");
    }
    explicit_bzero(shown, sizeof shown);
    return result;
}

struct card_link recorder_wrap(void *user, const char *msisdn, const struct card_link *inner)
{
    struct recorder *recorder = user;
    if (recorder->count == BRIDGE_CARDS_MAX)
        return *inner;
    struct recorded *card = &recorder->cards[recorder->count];
    *card = (struct recorded){.recorder = recorder,
                              .inner = *inner,
                              .msisdn = msisdn,
                              .source = (uint8_t)(FIRST_SOURCE + recorder->count)};
    recorder->count++;
    return (struct card_link){.card = card, .reset = on_reset, .transmit = on_transmit};
}
