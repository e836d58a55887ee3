#include "handset/secret_hiding.h"

#include <stdio.h>
#include <string.h>

#include "protocol/apdu.h"
#include "protocol/errors.h"
#include "protocol/security.h"
#include "protocol/toolkit.h"

#define HIDDEN 0xFF /* what a secret is shown as */
#define INS_PUT_KEY 0xD8
#define PIN_SIZE 8
#define SPI1_AT 3
#define PUT_KEY_MIN 11                                  /* version, type, length, 8 bytes */
#define WITHIN_ANYTHING (SECRET_HEADER_SIZE - 1 + 0xFF) /* the rest of a header, and the longest data */

/* Commands with a PIN, or two, and PUT KEY. */
static bool has_secret(uint8_t ins)
{
    static const uint8_t secret[] = {0x20, 0x24, 0x26, 0x28, 0x2C, INS_PUT_KEY};
    return memchr(secret, ins, sizeof secret) != NULL;
}

/* Five bytes of a script that look like such a command: PINs have 8 bytes each, P1 is 00 or names another PIN
 * (TS 102 221 11.1.9 to 11.1.13); keys have any version and number (GlobalPlatform 11.8). */
static bool looks_secret(const uint8_t header[static SECRET_HEADER_SIZE])
{
    static const uint8_t classes[] = {0x00, 0x80, 0x84, 0xA0};
    if (memchr(classes, header[0], sizeof classes) == NULL || !has_secret(header[1]))
        return false;
    if (header[1] == INS_PUT_KEY)
        return header[4] >= PUT_KEY_MIN;
    return (header[2] == 0x00 || header[2] >= 0x80) && (header[4] == PIN_SIZE || header[4] == 2 * PIN_SIZE);
}

/* A header within hidden bytes counts, too: what hid them may have been none. */
static void pass(struct secret_stream *stream, uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length && !stream->is_ciphered; i++) {
        memmove(stream->last, stream->last + 1, SECRET_HEADER_SIZE - 1);
        stream->last[SECRET_HEADER_SIZE - 1] = bytes[i];
        if (stream->left > 0) {
            stream->left--;
            bytes[i] = HIDDEN;
        }
        if (looks_secret(stream->last) && stream->left < stream->last[SECRET_HEADER_SIZE - 1])
            stream->left = stream->last[SECRET_HEADER_SIZE - 1];
    }
}

static bool is_of(const struct secret_trail *trail, const char *card, const struct sms_address *originator,
                  const struct concatenation *part)
{
    return strncmp(trail->card, card, SECRET_CARD_SIZE - 1) == 0 &&
           strcmp(trail->originator.digits, originator->digits) == 0 &&
           trail->part.reference == part->reference && trail->part.wide == part->wide &&
           trail->part.total == part->total;
}

/* The message's trail, a new one in place of the oldest if need be. */
static struct secret_trail *trail_of(struct secret_trails *trails, const char *card,
                                     const struct sms_address *originator, const struct concatenation *part)
{
    for (size_t i = 0; i < SECRET_TRAILS; i++)
        if (is_of(&trails->trail[i], card, originator, part))
            return &trails->trail[i];
    struct secret_trail *trail = &trails->trail[trails->next++ % SECRET_TRAILS];
    *trail = (struct secret_trail){.originator = *originator, .part = *part};
    trail->part.number = 0;
    snprintf(trail->card, sizeof trail->card, "%s", card);
    return trail;
}

static bool is_again(const struct secret_trail *trail, const struct user_data *part)
{
    return trail->part.number == part->concatenation.number && trail->length == part->length &&
           memcmp(trail->payload, part->payload, part->length) == 0;
}

/* A packet begins with CPL and CHL (TS 31.115 4.2), then SPI. */
static struct secret_stream stream_of_packet(const struct user_data *first)
{
    return (struct secret_stream){.is_ciphered = first->marker == PACKET_MARKER_COMMAND &&
                                                 first->length > SPI1_AT &&
                                                 spi1_ciphered(first->payload[SPI1_AT])};
}

/* What is before a part: the one before it, or what was before it when it passed the last time. */
static struct secret_stream stream_before(const struct secret_trail *trail, const struct user_data *part)
{
    if (part->concatenation.number == 1)
        return stream_of_packet(part);
    if (is_again(trail, part))
        return trail->before;
    if (part->concatenation.number == trail->part.number + 1)
        return trail->behind;
    return (struct secret_stream){.left = WITHIN_ANYTHING};
}

static void hide_in_part(struct secret_trails *trails, const char *card, const struct sms_address *originator,
                         const struct user_data *part, uint8_t *payload)
{
    struct secret_trail *trail = trail_of(trails, card, originator, &part->concatenation);
    trail->before = trail->behind = stream_before(trail, part);
    trail->part = part->concatenation;
    trail->length = part->length;
    memcpy(trail->payload, part->payload, part->length);
    pass(&trail->behind, payload, part->length);
}

/* false: nobody understands it. A single SMS is its only part. */
static bool read_part(const uint8_t *data, size_t length, struct sms_deliver *sms, struct user_data *part,
                      const uint8_t **end)
{
    const uint8_t *tpdu;
    size_t tpdu_length;
    *part = (struct user_data){.concatenation = {.total = 1, .number = 1}};
    if (sms_pp_download_decode(data, length, &tpdu, &tpdu_length) != OTA_OK ||
        sms_deliver_decode(tpdu, tpdu_length, sms) != OTA_OK)
        return false;
    *end = tpdu + tpdu_length;
    return !sms->has_user_data_header ||
           user_data_parse(sms->user_data, sms->user_data_length, part) == OTA_OK;
}

/* Of an SMS that nobody understands nobody can tell what it is a part of. */
static void hide_in_envelope(struct secret_trails *trails, const char *card, uint8_t *data, size_t length)
{
    struct sms_deliver sms;
    struct user_data part = {.concatenation.total = 1};
    const uint8_t *end = NULL;
    if (data[0] == TAG_SMS_PP_DOWNLOAD && !read_part(data, length, &sms, &part, &end))
        memset(data, HIDDEN, length);
    else if (part.concatenation.total > 1)
        hide_in_part(trails, card, &sms.originator, &part, data + (end - data) - part.length);
    else {
        struct secret_stream alone = stream_of_packet(&part);
        pass(&alone, data, length);
    }
}

void secrets_hide(struct secret_trails *trails, const char *card, uint8_t *command, size_t length)
{
    if (length <= SECRET_HEADER_SIZE)
        return;
    uint8_t *data = command + SECRET_HEADER_SIZE;
    const size_t p3 = command[SECRET_HEADER_SIZE - 1];
    length -= SECRET_HEADER_SIZE;
    if (has_secret(command[1]))
        memset(data, HIDDEN, length);
    else if (command[1] == INS_ENVELOPE) /* with T=1 a byte may follow: what is expected */
        hide_in_envelope(trails, card, data, p3 == length - 1 && p3 > 0 ? p3 : length);
}
