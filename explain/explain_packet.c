/* Command and response packets: TS 102 225, TS 31.115. */
#include <string.h>

#include "explain/explain.h"
#include "protocol/command_packet.h"
#include "protocol/errors.h"
#include "protocol/response_packet.h"

#define CNTR_SIZE 5
#define COMMAND_CIPHERED_FROM 10 /* CNTR, from CPL on */
#define COMMAND_HEAD 16          /* CPL to PCNTR */
#define CHL_MIN 0x0D
#define RESPONSE_CIPHERED_FROM 6 /* CNTR, from RPL on */
#define RESPONSE_HEAD 13         /* RPL to status */
#define RHL_MIN 0x0A

static const uint8_t COMMAND_HEADER[] = {0x02, 0x70, 0x00};
static const uint8_t RESPONSE_HEADER[] = {0x02, 0x71, 0x00};

/* Either packet, as far as deciphering and checking go. */
struct shape {
    size_t ciphered_from, head;
    size_t padding_at; /* PCNTR */
    enum integrity integrity;
    bool ciphered;
    uint8_t kic, kid;
    size_t checksum; /* bytes, as the packet's header says */
    bool is_response;
};

/* The keys, with the CC's size as the packet shows it. */
static struct security_keys keys_for(const struct explain *explain, const struct shape *shape)
{
    struct security_keys keys = *explain->known.keys;
    if (!explain->known.has_cc_size)
        keys.cc_size = cc_size_shown(shape->checksum);
    return keys;
}

/* --- What a wrong RC/CC would be right for ---------------------------------------------- */

struct attempt {
    const char *text;
    bool with_header, without_padding, keys_exchanged;
};

/* Ordered by how often they are met. */
static const struct attempt COMMAND_ATTEMPTS[] = {
    {"the sender included 02 70 00, which belongs into a response's checksum only", true, false, false},
    {"the sender left the padding out of the checksum", false, true, false},
    {"the KIc key was used: the two keys are exchanged", false, false, true},
};
static const struct attempt RESPONSE_ATTEMPTS[] = {
    {"the card left 02 71 00 out, which belongs into a response's checksum", false, false, false},
    {"the card left the padding out of the checksum", true, true, false},
    {"the KIc key was used: the two keys are exchanged", true, false, true},
};

static void exchange_keys(struct security_keys *keys)
{
    const struct security_keys old = *keys;
    memcpy(keys->kic, old.kid, sizeof keys->kic);
    memcpy(keys->kid, old.kic, sizeof keys->kid);
    keys->kic_size = old.kid_size;
    keys->kid_size = old.kic_size;
}

/* In a time that does not tell where they differ. */
static bool equal(const uint8_t *a, const uint8_t *b, size_t length)
{
    unsigned int difference = 0;
    for (size_t i = 0; i < length; i++)
        difference |= (unsigned int)a[i] ^ b[i];
    return difference == 0;
}

/* RC/CC over clear text, as the attempt has it. 0 or OTA_E_*; OTA_E_BAD_CHECKSUM. */
static int try_checksum(const struct explain *explain, const struct shape *shape, const uint8_t *clear,
                        size_t length, const struct attempt *attempt)
{
    struct security_keys keys = keys_for(explain, shape);
    uint8_t value[INTEGRITY_SIZE_MAX] = {0};
    const uint8_t *header = shape->is_response ? RESPONSE_HEADER : COMMAND_HEADER;
    size_t size, body = length - shape->head - shape->checksum;
    if (attempt->without_padding && clear[shape->padding_at] <= body)
        body -= clear[shape->padding_at];
    if (attempt->keys_exchanged)
        exchange_keys(&keys);
    const struct byte_span spans[] = {{header, attempt->with_header ? sizeof COMMAND_HEADER : 0},
                                      {clear, shape->head},
                                      {clear + shape->head + shape->checksum, body}};
    int rc = integrity_size(shape->integrity, shape->kid, &keys, &size);
    if (rc == OTA_OK && size != shape->checksum)
        rc = OTA_E_BAD_LENGTH;
    if (rc == OTA_OK)
        rc = packet_integrity(explain->crypto, shape->integrity, shape->kid, &keys, spans, 3, value);
    if (rc == OTA_OK && !equal(value, clear + shape->head, shape->checksum))
        rc = OTA_E_BAD_CHECKSUM;
    security_keys_wipe(&keys);
    return rc;
}

static const char *explanation_of_mismatch(const struct explain *explain, const struct shape *shape,
                                           const uint8_t *clear, size_t length)
{
    const struct attempt *attempts = shape->is_response ? RESPONSE_ATTEMPTS : COMMAND_ATTEMPTS;
    for (size_t i = 0; i < 3; i++)
        if (try_checksum(explain, shape, clear, length, &attempts[i]) == OTA_OK)
            return attempts[i].text;
    return shape->integrity == INTEGRITY_RC ? "a byte was changed, or the KID names another CRC"
                                            : "another KID key or algorithm, or a byte was changed";
}

/* Of the RC/CC as the standard has it. OTA_OK also where there is none. */
static int check_integrity(const struct explain *explain, const struct shape *shape, const uint8_t *clear,
                           size_t length)
{
    const struct attempt as_standard = {.with_header = shape->is_response};
    if (shape->checksum == 0)
        return OTA_OK;
    return shape->integrity == INTEGRITY_NONE ? OTA_E_BAD_LENGTH
                                              : try_checksum(explain, shape, clear, length, &as_standard);
}

static void explain_checksum(struct explain *explain, const struct shape *shape, const uint8_t *clear,
                             size_t length, int rc)
{
    struct explanation *out = &explain->out;
    const uint8_t *at = clear + shape->head;
    const char *name = shape->integrity == INTEGRITY_RC ? "RC" : "CC";
    if (shape->checksum == 0)
        return;
    switch (rc) {
    case OTA_OK: explain_field(out, at, shape->checksum, name, "right"); break;
    case OTA_E_BAD_KEY:
        explain_field(out, at, shape->checksum, name,
                      explain->known.keys->kid_size == 0 ? "not checked: no KID key is given"
                                                         : "not checked: the KID key's size does not fit");
        break;
    case OTA_E_BAD_CHECKSUM:
        explain_wrong(out, at, shape->checksum, name, "wrong: %s",
                      explanation_of_mismatch(explain, shape, clear, length));
        break;
    default:
        explain_wrong(out, at, shape->checksum, name, "%zu bytes: does not fit the SPI and the KID byte",
                      shape->checksum);
    }
}

/* --- Deciphering ------------------------------------------------------------------------- */

/* Does deciphered text look like one? Zeros for padding, and fewer than a block. */
static bool padding_is_likely(const struct shape *shape, const uint8_t *clear, size_t length)
{
    const size_t padding = clear[shape->padding_at];
    if (padding >= cipher_block_size(shape->kic) || padding > length - shape->head - shape->checksum)
        return false;
    for (size_t i = 0; i < padding; i++)
        if (clear[length - 1 - i] != 0)
            return false;
    return true;
}

/* A copy of the packet in clear; NULL, and said why, when it stays ciphered. */
static const uint8_t *decipher(struct explain *explain, const struct shape *shape, const uint8_t *bytes,
                               size_t length)
{
    struct explanation *out = &explain->out;
    uint8_t *clear = explain->data;
    const uint8_t *region = bytes + shape->ciphered_from;
    const size_t size = length - shape->ciphered_from, block = cipher_block_size(shape->kic);
    if (!shape->ciphered)
        return bytes;
    if (block != 0 && size % block != 0) {
        explain_wrong(out, region, size, "ciphered", "%zu bytes, no whole number of %zu-byte blocks", size,
                      block);
        return NULL;
    }
    memcpy(clear, bytes, length);
    int rc =
        packet_decipher(explain->crypto, explain->known.keys, shape->kic, clear + shape->ciphered_from, size);
    if (rc == OTA_OK)
        return clear;
    explain_field(out, region, size, "ciphered", "%s",
                  rc == OTA_E_UNSUPPORTED              ? "KIc names no algorithm that is known"
                  : explain->known.keys->kic_size == 0 ? "not opened: no KIc key is given"
                                                       : "not opened: the KIc key's size does not fit KIc");
    return NULL;
}

/* Deciphered into nonsense. The keys may stand the wrong way round. */
static void explain_lost(struct explain *explain, const struct shape *shape, const uint8_t *clear,
                         size_t length)
{
    struct security_keys keys = *explain->known.keys;
    uint8_t *again = explain->data; /* where `clear` is */
    const size_t size = length - shape->ciphered_from;
    const char *text = "does not look like clear text: another KIc key or KIc byte";
    if (packet_encipher(explain->crypto, &keys, shape->kic, again + shape->ciphered_from, size) == OTA_OK) {
        exchange_keys(&keys);
        if (packet_decipher(explain->crypto, &keys, shape->kic, again + shape->ciphered_from, size) ==
                OTA_OK &&
            padding_is_likely(shape, again, length))
            text = "the KID key opens it: the two keys are exchanged";
    }
    explain_wrong(&explain->out, clear + shape->ciphered_from, size, "deciphered", "%s", text);
    security_keys_wipe(&keys);
}

/* CNTR to padding of clear text; `status` only of a response. The data, or NULL. */
static const uint8_t *explain_clear(struct explain *explain, const struct shape *shape, const uint8_t *clear,
                                    size_t length, size_t *data_length)
{
    struct explanation *out = &explain->out;
    const uint8_t *counter = clear + shape->ciphered_from, *padding = clear + shape->padding_at;
    const uint8_t *data = clear + shape->head + shape->checksum;
    const size_t left = length - shape->head - shape->checksum;
    const int rc = check_integrity(explain, shape, clear, length);
    /* some pad with other than zeros: a right CC proves more */
    if (shape->ciphered && !padding_is_likely(shape, clear, length) &&
        (rc != OTA_OK || shape->checksum == 0)) {
        explain_lost(explain, shape, clear, length);
        return NULL;
    }
    if (shape->ciphered)
        explain_layer(out, "deciphered");
    explain_field(out, counter, CNTR_SIZE, "CNTR", "%llu",
                  (unsigned long long)counter[0] << 32 | (unsigned long long)counter[1] << 24 |
                      (unsigned long long)counter[2] << 16 | (unsigned long long)counter[3] << 8 |
                      counter[4]);
    if (*padding > left)
        explain_wrong(out, padding, 1, "PCNTR", "%u bytes of padding, %zu bytes follow", *padding, left);
    else
        explain_field(out, padding, 1, "PCNTR", "%u bytes of padding", *padding);
    if (shape->is_response)
        explain_field(out, clear + shape->head - 1, 1, "status", "%s",
                      por_status_text(clear[shape->head - 1]));
    explain_checksum(explain, shape, clear, length, rc);
    if (*padding > left)
        return NULL;
    *data_length = left - *padding;
    return data;
}

static void explain_padding(struct explain *explain, const uint8_t *data, size_t data_length,
                            const uint8_t *end)
{
    const size_t size = (size_t)(end - (data + data_length));
    if (size > 0)
        explain_field(&explain->out, data + data_length, size, "padding", "%zu bytes", size);
}

/* --- The command packet ------------------------------------------------------------------ */

/* pySim leaves CPL out of what it does not cipher. */
static bool lacks_length(const uint8_t *bytes, size_t length)
{
    return length > 14 && (bytes[0] == 0x0D || bytes[0] == 0x0F || bytes[0] == 0x11 || bytes[0] == 0x15) &&
           (size_t)(bytes[0] << 8 | bytes[1]) != length - 2;
}

/* CPL (or RPL) and CHL (or RHL); false when nothing behind them makes sense. */
static bool explain_lengths(struct explain *explain, const uint8_t *bytes, size_t length, bool is_response,
                            size_t *checksum)
{
    struct explanation *out = &explain->out;
    const size_t least = is_response ? RHL_MIN : CHL_MIN;
    const char *const names[] = {is_response ? "RPL" : "CPL", is_response ? "RHL" : "CHL"};
    struct byte_reader reader = byte_reader_on(bytes, length);
    const uint8_t *at;
    if (!explain_take(out, &reader, 2, names[0], &at))
        return false;
    const unsigned int says = (unsigned int)(at[0] << 8 | at[1]);
    if (says == reader.left)
        explain_field(out, at, 2, names[0], "%u bytes follow", says);
    else
        explain_wrong(out, at, 2, names[0], "says %u bytes, %zu follow: parts are missing, or a byte", says,
                      reader.left);
    if (!explain_take(out, &reader, 1, names[1], &at))
        return false;
    if (*at < least || *at > least + INTEGRITY_SIZE_MAX || *at > reader.left) {
        explain_wrong(out, at, 1, names[1], "%u, expected %zu to %zu and no more than what follows (%zu)",
                      *at, least, least + INTEGRITY_SIZE_MAX, reader.left);
        return false;
    }
    *checksum = *at - least;
    explain_field(out, at, 1, names[1], "%u: header with %zu bytes of RC/CC", *at, *checksum);
    return true;
}

static void advise_on_por(struct explanation *out, uint8_t spi2)
{
    switch (spi2_por(spi2)) {
    case POR_NONE:
        explain_advice(out,
                       "No PoR will come: SPI2 b2b1 is 00. The card says nothing, also when it refuses.");
        return;
    case POR_ON_ERROR:
        explain_advice(out, "A PoR comes on an error only: silence is success, or a lost message.");
        break;
    case POR_RESERVED: return;
    case POR_ALWAYS: break;
    }
    if (spi2_by_submit(spi2))
        explain_advice(out,
                       "The PoR is an SMS from the card to TP-OA, the sender of this one: that address must "
                       "take mobile-originated SMS, and the card must be allowed to send.");
    else
        explain_advice(out,
                       "The PoR comes in the SMS-DELIVER-REPORT, which has no field in SMPP: many SMSCs "
                       "drop it. If none arrives, ask for it by SMS-SUBMIT (SPI2 b6 = 1, %02X).",
                       spi2 | 0x20);
}

static void advise_on_counter(struct explanation *out, uint8_t spi1)
{
    if (spi1_counter_mode(spi1) == COUNTER_HIGHER)
        explain_advice(out, "The counter must be higher than the last one the card took: a lower one gives "
                            "status 02 or 06, and on some cards silence.");
    if (spi1_counter_mode(spi1) == COUNTER_NEXT)
        explain_advice(out, "The counter must be exactly the card's plus 1: a gap gives status 03.");
}

static void explain_command_header(struct explain *explain, const uint8_t *bytes,
                                   struct security_parameters *security)
{
    struct explanation *out = &explain->out;
    *security = (struct security_parameters){.spi1 = bytes[3],
                                             .spi2 = bytes[4],
                                             .kic = bytes[5],
                                             .kid = bytes[6],
                                             .tar = {bytes[7], bytes[8], bytes[9]}};
    explain_spi1(out, bytes + 3);
    explain_spi2(out, bytes + 4);
    explain_kic(out, bytes + 5, spi1_ciphered(bytes[3]) || spi2_ciphered(bytes[4]));
    explain_kid(out, bytes + 6, spi1_integrity(bytes[3]));
    explain_tar(out, bytes + 7);
    explain_security_rules(out, bytes + 3, security);
}

void explain_command_packet(struct explain *explain, const uint8_t *bytes, size_t length)
{
    struct explanation *out = &explain->out;
    struct security_parameters security;
    size_t checksum = 0, data_length = 0;
    explain_layer(out, "command packet, %zu bytes", length);
    if (lacks_length(bytes, length)) {
        explain_wrong(out, bytes, 1, "CPL",
                      "seems to be missing: %02X is a CHL (pySim leaves CPL out of what it does not cipher)",
                      bytes[0]);
        return;
    }
    if (!explain_lengths(explain, bytes, length, false, &checksum))
        return;
    explain_command_header(explain, bytes, &security);
    const struct shape shape = {.ciphered_from = COMMAND_CIPHERED_FROM,
                                .head = COMMAND_HEAD,
                                .padding_at = COMMAND_HEAD - 1,
                                .integrity = spi1_integrity(security.spi1),
                                .ciphered = spi1_ciphered(security.spi1),
                                .kic = security.kic,
                                .kid = security.kid,
                                .checksum = checksum};
    if (checksum == 0 && shape.integrity != INTEGRITY_NONE)
        explain_problem(out, bytes + 2, "CHL leaves no room for the RC, CC or DS that SPI1 promises");
    const size_t offset = explanation_offset(out, bytes);
    const uint8_t *clear = decipher(explain, &shape, bytes, length);
    if (clear != NULL) {
        explanation_rebase(out, clear, offset);
        const uint8_t *data = explain_clear(explain, &shape, clear, length, &data_length);
        if (data != NULL) {
            explain_script(explain, data, data_length);
            explain_padding(explain, data, data_length, clear + length);
        }
    }
    advise_on_por(out, security.spi2);
    advise_on_counter(out, security.spi1);
}

/* --- The response packet ----------------------------------------------------------------- */

/* What to do about a status; DESIGN of the gateway and the standard's notes. */
static const char *status_advice(uint8_t status)
{
    switch (status) {
    case POR_STATUS_CC_FAILED:
        return "Status 01: the card found another RC/CC. Another KID key, KID byte or CC length; or bytes "
               "were "
               "changed on the way. Do not try keys: some cards lock them.";
    case POR_STATUS_CNTR_LOW:
        return "Status 02: the card has seen this counter or a higher one. Send with a higher counter; or "
               "the "
               "packet came twice, and the first was executed.";
    case POR_STATUS_CNTR_HIGH:
        return "Status 03: with \"exactly plus 1\" the counter skipped one. Send the card's own plus 1.";
    case POR_STATUS_CNTR_BLOCKED:
        return "Status 04: the counter is at its end: the key set must be replaced.";
    case POR_STATUS_CIPHERING_ERROR:
        return "Status 05: the card could not decipher: another KIc key or KIc byte.";
    case POR_STATUS_UNIDENTIFIED_ERROR:
        return "Status 06: the card did not like the header: key set, SPI combination or algorithm; several "
               "cards "
               "also answer it for a counter that is not higher.";
    case POR_STATUS_NO_MEMORY:
        return "Status 07: the packet is too long for this card: send a shorter script.";
    case POR_STATUS_TAR_UNKNOWN: return "Status 09: no application has this TAR on this card.";
    case POR_STATUS_SECURITY_TOO_LOW:
        return "Status 0A: the application wants more security than SPI1 gives (its MSL): CC, ciphering or a "
               "counter check is missing.";
    case POR_STATUS_MORE_TIME:
    case POR_STATUS_BY_SMS_SUBMIT:
    case POR_STATUS_BY_USSD: return "This is not the result yet: a second PoR will come. Wait for it.";
    default: return NULL;
    }
}

static void explain_response_body(struct explain *explain, const struct shape *shape, const uint8_t *clear,
                                  size_t length)
{
    size_t data_length = 0;
    const uint8_t *data = explain_clear(explain, shape, clear, length, &data_length);
    const uint8_t status = clear[shape->head - 1];
    if (data == NULL)
        return;
    if (data_length > 0)
        explain_answer(explain, data, data_length);
    else if (status == POR_STATUS_OK)
        explain_advice(&explain->out,
                       "Status 00 without data: the packet was accepted; what the commands did is "
                       "not told.");
    explain_padding(explain, data, data_length, clear + length);
    if (status_advice(status) != NULL)
        explain_advice(&explain->out, "%s", status_advice(status));
    if (status != POR_STATUS_OK && shape->integrity == INTEGRITY_NONE)
        explain_advice(&explain->out, "This error is not authenticated: anybody could have sent it.");
}

/* As SPI2 asked; a header without RC/CC is an error in clear, whatever was asked. */
static struct shape shape_of_response(const struct explain *explain, size_t length, size_t checksum)
{
    const struct security_parameters *asked = explain->known.asked;
    const bool known = explain->known.has_asked;
    struct shape shape = {.ciphered_from = RESPONSE_CIPHERED_FROM,
                          .head = RESPONSE_HEAD,
                          .padding_at = RESPONSE_HEAD - 2,
                          .integrity = spi2_integrity(asked->spi2),
                          .ciphered = spi2_ciphered(asked->spi2),
                          .kic = asked->kic,
                          .kid = asked->kid,
                          .checksum = checksum,
                          .is_response = true};
    if (checksum == 0 && (!known || length == RESPONSE_HEAD || shape.integrity != INTEGRITY_NONE)) {
        shape.integrity = INTEGRITY_NONE;
        shape.ciphered = false;
    }
    return shape;
}

void explain_response_packet(struct explain *explain, const uint8_t *bytes, size_t length)
{
    struct explanation *out = &explain->out;
    const struct explain_known *known = &explain->known;
    size_t checksum = 0;
    explain_layer(out, "response packet (PoR), %zu bytes", length);
    if (!explain_lengths(explain, bytes, length, true, &checksum))
        return;
    explain_tar(out, bytes + 3);
    const struct shape shape = shape_of_response(explain, length, checksum);
    if (checksum > 0 && !known->has_asked) {
        explain_field(out, bytes + RESPONSE_CIPHERED_FROM, length - RESPONSE_CIPHERED_FROM, "protected",
                      "give --spi, --kic and --kid of the command, and its keys, to open it");
        return;
    }
    if (known->has_asked && (shape.integrity != spi2_integrity(known->asked->spi2) ||
                             shape.ciphered != spi2_ciphered(known->asked->spi2)))
        explain_problem(out, bytes + 2, "weaker protected than SPI2 %02X asked: nobody vouches for it",
                        known->asked->spi2);
    const size_t offset = explanation_offset(out, bytes);
    const uint8_t *clear = decipher(explain, &shape, bytes, length);
    if (clear == NULL)
        return;
    explanation_rebase(out, clear, offset);
    explain_response_body(explain, &shape, clear, length);
}
