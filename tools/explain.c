/* otapacket explain: any layer, field by field. */
#include <stdlib.h>

#include "explain/explain.h"
#include "protocol/apdu.h"
#include "protocol/errors.h"
#include "protocol/toolkit.h"
#include "tools/command.h"
#include "tools/explanation_answer.h"

typedef void (*explainer)(struct explain *explain, const uint8_t *bytes, size_t length);

static const explainer EXPLAINERS[] = {
    [LAYER_APDU] = explain_apdu,
    [LAYER_TPDU] = explain_tpdu,
    [LAYER_USER_DATA] = explain_user_data,
    [LAYER_COMMAND] = explain_command_packet,
    [LAYER_RESPONSE] = explain_response_packet,
    [LAYER_SCRIPT] = explain_script,
    [LAYER_ANSWER] = explain_answer,
};

static bool is_apdu(const uint8_t *bytes, size_t length)
{
    struct tlv tlv;
    struct byte_reader reader = byte_reader_on(bytes, length);
    if (length >= 7 && bytes[1] == 0xC2 && bytes[5] == TAG_SMS_PP_DOWNLOAD)
        return true;
    if (length == 0 || (bytes[0] != TAG_SMS_PP_DOWNLOAD && bytes[0] != TAG_PROACTIVE_COMMAND))
        return false;
    return tlv_read(&reader, &tlv) == OTA_OK;
}

static bool is_packet(const uint8_t *bytes, size_t length, size_t header)
{
    const bool fits = length >= 3 && (size_t)(bytes[0] << 8 | bytes[1]) == length - 2;
    return fits &&
           (bytes[2] == header || bytes[2] == header + 2 || bytes[2] == header + 4 || bytes[2] == header + 8);
}

static bool is_command_packet(const uint8_t *bytes, size_t length)
{
    return is_packet(bytes, length, 0x0D);
}

static bool is_response_packet(const uint8_t *bytes, size_t length)
{
    return is_packet(bytes, length, 0x0A);
}

static bool is_user_data(const uint8_t *bytes, size_t length)
{
    struct user_data parsed;
    if (user_data_parse(bytes, length, &parsed) == OTA_OK)
        return parsed.marker != PACKET_MARKER_NONE || parsed.concatenation.total > 1;
    return length >= 3 && bytes[0] == 0x02 && (bytes[1] == 0x70 || bytes[1] == 0x71);
}

static bool is_script(const uint8_t *bytes, size_t length)
{
    struct byte_reader reader = byte_reader_on(bytes, length);
    struct apdu apdu;
    return expanded_is_command(bytes, length) || apdu_read(&reader, &apdu) == OTA_OK;
}

/* Of a command: 61xx to 6Fxx, 9xxx. */
static bool is_status_word(const uint8_t *bytes)
{
    return bytes[0] >> 4 == 0x9 || (bytes[0] >= 0x61 && bytes[0] <= 0x6F);
}

static bool is_answer(const uint8_t *bytes, size_t length)
{
    if (length == 2)
        return is_status_word(bytes);
    return length >= 3 && (expanded_is_response(bytes, length) || is_status_word(bytes + 1));
}

/* The first that fits. */
static enum layer detect(const uint8_t *bytes, size_t length)
{
    static const struct {
        bool (*fits)(const uint8_t *bytes, size_t length);
        enum layer layer;
    } tests[] = {{is_apdu, LAYER_APDU},
                 {is_command_packet, LAYER_COMMAND},
                 {is_response_packet, LAYER_RESPONSE},
                 {is_user_data, LAYER_USER_DATA},
                 {looks_like_tpdu, LAYER_TPDU},
                 {is_script, LAYER_SCRIPT},
                 {is_answer, LAYER_ANSWER}};
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++)
        if (tests[i].fits(bytes, length))
            return tests[i].layer;
    return LAYER_AUTO;
}

static int explain_item(struct explain *explain, const uint8_t *bytes, size_t length, enum layer as,
                        size_t index, struct refusal *refusal)
{
    const enum layer layer = as == LAYER_AUTO ? detect(bytes, length) : as;
    if (layer == LAYER_AUTO)
        return refuse(refusal, "input: item %zu of %zu bytes looks like nothing known, tell --as LAYER",
                      index + 1, length);
    if (length > EXPLAIN_BYTES_MAX)
        return refuse(refusal, "input: item %zu has %zu bytes, expected at most %d", index + 1, length,
                      EXPLAIN_BYTES_MAX);
    explanation_rebase(&explain->out, bytes, 0);
    EXPLAINERS[layer](explain, bytes, length);
    return 0;
}

static void note_missing_parts(struct explain *explain)
{
    const struct reassembly *parts = &explain->parts;
    if (explain->has_parts && parts->total > 0)
        explain_advice(&explain->out,
                       "%u of %u parts are here: give all of them to see the packet. The card gives "
                       "no PoR before the last one came.",
                       parts->received, parts->total);
}

static struct explain_known known_of(const struct request *request)
{
    return (struct explain_known){.asked = &request->security,
                                  .keys = &request->keys,
                                  .has_asked = request_has(request, FIELD_SPI),
                                  .has_cc_size = request_has(request, FIELD_CC_LENGTH),
                                  .sent = request->sent};
}

static int explain_items(struct explain *explain, const struct byte_list *input, enum layer as,
                         struct refusal *refusal)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < input->count; i++) {
        size_t length;
        const uint8_t *bytes = byte_list_at(input, i, &length);
        rc = explain_item(explain, bytes, length, as, i, refusal);
    }
    return rc;
}

static int run(struct session *session, const struct request *request, struct answer *answer)
{
    struct explain *explain = calloc(1, sizeof *explain + BYTE_LIST_BYTES_MAX);
    struct explanation_answer writer;
    if (explain == NULL)
        return refuse(&answer->refusal, "no memory");
    explain->crypto = session->crypto;
    explain->known = known_of(request);
    explain->packet = session->packet;
    explain->data = session->data;
    reassembly_init(&explain->parts, (uint8_t *)(explain + 1), BYTE_LIST_BYTES_MAX);
    explanation_begin(&explain->out, explanation_answer_begin(&writer, answer));
    int rc = explain_items(explain, &session->input, request->as, &answer->refusal);
    note_missing_parts(explain);
    explanation_answer_end(&writer, &explain->out);
    free(explain);
    return rc;
}

const struct command explain_command = {
    .name = "explain",
    .summary = "tell what bytes are, field by field, and what is wrong with them",
    .accepts = FIELD_BIT(FIELD_INPUT) | FIELD_BIT(FIELD_AS) | FIELD_BIT(FIELD_SPI) | FIELD_BIT(FIELD_KIC) |
               FIELD_BIT(FIELD_KID) | FIELD_BIT(FIELD_KIC_KEY) | FIELD_BIT(FIELD_KID_KEY) |
               FIELD_BIT(FIELD_KIC_KEY_FILE) | FIELD_BIT(FIELD_KID_KEY_FILE) | FIELD_BIT(FIELD_CC_LENGTH) |
               FIELD_BIT(FIELD_SENT),
    .mandatory = FIELD_BIT(FIELD_INPUT),
    .words = FIELD_INPUT,
    .run = run,
    .epilogue = "With keys it deciphers and checks. A PoR needs SPI, KIc and KID of the command it answers.",
};
