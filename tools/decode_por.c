/* otapacket decode-por: a response packet -> status, counter and the results of the script. */
#include <string.h>

#include "protocol/apdu.h"
#include "protocol/errors.h"
#include "protocol/response_packet.h"
#include "tools/command.h"
#include "tools/packet_fields.h"

#define RHL_WITHOUT_CC 0x0A /* TS 102 225 5.2 */

static void answer_compact(const struct compact_response *response, struct answer *answer)
{
    const uint8_t sw[2] = {(uint8_t)(response->sw >> 8), (uint8_t)response->sw};
    answer_object_begin(answer, "compact");
    answer_number(answer, "num_commands", response->executed);
    answer_hex(answer, "last_sw", sw, sizeof sw);
    answer_hex(answer, "last_data", response->data, response->length);
    answer_object_end(answer);
}

static void answer_element(const struct tlv *element, struct answer *answer)
{
    static const struct {
        uint8_t tag;
        const char *name;
    } errors[] = {{EXPANDED_BAD_FORMAT, "bad_format"},
                  {EXPANDED_IMMEDIATE_ACTION, "action_error"},
                  {EXPANDED_CHAINING, "chaining_error"}};
    struct byte_reader reader = byte_reader_on(element->value, element->length);
    struct r_apdu result;
    uint64_t number;
    if (element->tag == EXPANDED_EXECUTED && element->length >= 1 && element->length <= 4) {
        (void)read_big_endian(&reader, element->length, &number);
        answer_number(answer, "num_commands", (unsigned long)number);
        return;
    }
    if (element->tag == EXPANDED_R_APDU && r_apdu_read(element->value, element->length, &result) == OTA_OK) {
        answer_hex(answer, "sw", element->value + result.length, 2);
        answer_hex(answer, "data", result.data, result.length);
        return;
    }
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++)
        if (errors[i].tag == element->tag) {
            answer_hex(answer, errors[i].name, element->value, element->length);
            return;
        }
    answer_hex(answer, "tag", &element->tag, 1);
    answer_hex(answer, "value", element->value, element->length);
}

static void answer_expanded(const uint8_t *data, size_t length, struct answer *answer)
{
    struct expanded_reader reader;
    struct tlv element;
    (void)expanded_open(&reader, data, length); /* was read through already */
    answer_list_begin(answer, "expanded");
    while (expanded_next(&reader, &element) == OTA_OK) {
        answer_object_begin(answer, NULL);
        answer_element(&element, answer);
        answer_object_end(answer);
    }
    answer_list_end(answer);
}

/* AB or AF that reads through is the expanded format; a compact script of 171 commands fits no packet. */
static void answer_results(const uint8_t *data, size_t length, struct answer *answer)
{
    struct expanded_response expanded;
    struct compact_response compact;
    if (expanded_is_response(data, length) && expanded_response_decode(data, length, &expanded) == OTA_OK)
        answer_expanded(data, length, answer);
    else if (compact_response_decode(data, length, &compact) == OTA_OK)
        answer_compact(&compact, answer);
}

/* Weaker than SPI2 asked for: nobody vouches for it. */
static bool is_weaker(const struct response_packet *por, const struct security_parameters *asked)
{
    return por->integrity != spi2_integrity(asked->spi2) || por->ciphered != spi2_ciphered(asked->spi2);
}

static int refuse_por(const uint8_t *packet, size_t length, const struct request *request, int rc,
                      struct refusal *refusal)
{
    const struct security_parameters *asked = &request->security;
    const char *reason = NULL;
    const unsigned int rpl = length < 2 ? 0 : (unsigned int)(packet[0] << 8 | packet[1]);
    if (length < 3)
        return refuse(refusal, "por: %zu bytes behind the header, expected RPL, RHL and more", length);
    if (rpl != length - 2)
        return refuse(refusal, "por: RPL says %u bytes, %zu follow it", rpl, length - 2);
    if (rc == OTA_E_BAD_KEY && security_keys_check(asked, &request->keys, &reason) != OTA_OK)
        return refuse(refusal, "por: %s, but KIc has %zu and KID %zu", reason, request->keys.kic_size,
                      request->keys.kid_size);
    if (!request_has(request, FIELD_SPI))
        return refuse(refusal,
                      "spi is missing: RHL %02X says that the PoR is protected, expected the command's spi",
                      packet[2]);
    return refuse(refusal, "por: RHL %02X, SPI2 %02X KIc %02X KID %02X asked: %s", packet[2], asked->spi2,
                  asked->kic, asked->kid, ota_error_text(rc));
}

static int answer_response(struct session *session, const struct request *request, size_t length,
                           struct answer *answer)
{
    struct response_packet por;
    const size_t rhl = length > 2 ? session->packet[2] : RHL_WITHOUT_CC;
    struct security_keys keys = keys_shown(request, rhl > RHL_WITHOUT_CC ? rhl - RHL_WITHOUT_CC : 0);
    uint8_t *work = session->data;
    memcpy(work, session->packet, length); /* decoding spoils the bytes, and a refusal names some */
    int rc = response_packet_decode(session->crypto, work, length, &request->security, &keys, &por);
    security_keys_wipe(&keys);
    if (rc != OTA_OK)
        return refuse_por(session->packet, length, request, rc, &answer->refusal);
    answer_hex(answer, "status", &por.status, 1);
    answer_tar_and_counter(answer, por.tar, por.counter);
    answer_number(answer, "pcntr", (unsigned long)(work + length - (por.data + por.length)));
    answer_hex(answer, "data", por.data, por.length);
    answer_results(por.data, por.length, answer);
    if (is_weaker(&por, &request->security))
        answer_flag(answer, "unauthenticated");
    return 0;
}

/* An item that begins with RPL is taken as well: no header of a TP-UD is an RPL that fits. */
static bool begins_with_rpl(const uint8_t *bytes, size_t length)
{
    return length >= 2 && (size_t)(bytes[0] << 8 | bytes[1]) == length - 2;
}

/* A PoR that somebody put together already stands behind the header of a single SMS, however long it is. */
static const uint8_t *behind_header(const uint8_t *bytes, size_t *length)
{
    static const uint8_t header[] = {0x02, PACKET_MARKER_RESPONSE, 0x00};
    if (*length < sizeof header || memcmp(bytes, header, sizeof header) != 0 ||
        !begins_with_rpl(bytes + sizeof header, *length - sizeof header))
        return bytes;
    *length -= sizeof header;
    return bytes + sizeof header;
}

/* The next PoR of the input into session->packet. */
static int take_por(struct session *session, size_t *next, struct joined *por, struct refusal *refusal)
{
    size_t length;
    const uint8_t *item = byte_list_at(&session->input, *next, &length),
                  *bytes = behind_header(item, &length);
    if (!begins_with_rpl(bytes, length) || length > PACKET_MAX)
        return join_user_data(&session->input, next, session->packet, por, refusal);
    memcpy(session->packet, bytes, length);
    *por = (struct joined){.marker = PACKET_MARKER_RESPONSE, .length = length};
    ++*next;
    return 0;
}

static int answer_por(struct session *session, const struct request *request, const struct joined *por,
                      struct answer *answer)
{
    answer_contradiction(por, answer);
    switch (por->marker) {
    case PACKET_MARKER_RESPONSE: return answer_response(session, request, por->length, answer);
    case PACKET_MARKER_PROPRIETARY: /* GSM 03.48 leaves its content to the card */
        answer_hex(answer, "proprietary", session->packet, por->length);
        return 0;
    default: return refuse(&answer->refusal, "por: the header has no element 71 (or 7F), expected 027100");
    }
}

/* A card may answer twice, "the answer will come by SMS-SUBMIT" first: a list of all that are there. */
static int answer_pors(struct session *session, const struct request *request, struct joined *por,
                       size_t next, struct answer *answer)
{
    int rc;
    answer_list_begin(answer, "pors");
    for (unsigned long number = 1;; number++) {
        answer_object_begin(answer, NULL);
        if (!answer->json)
            answer_number(answer, "por", number);
        rc = answer_por(session, request, por, answer);
        answer_object_end(answer);
        if (rc != 0 || next == session->input.count)
            break;
        rc = take_por(session, &next, por, &answer->refusal);
        if (rc != 0)
            break;
    }
    answer_list_end(answer);
    return rc;
}

/* A PoR in clear has no CC, whatever was asked. */
static int check_cc_of_por(const struct request *request, struct refusal *refusal)
{
    const enum integrity asked = spi2_integrity(request->security.spi2);
    return asked == INTEGRITY_CC ? check_cc_length(request, asked, request->security.kid, refusal) : 0;
}

static int run(struct session *session, const struct request *request, struct answer *answer)
{
    struct joined por;
    size_t next = 0;
    if (session->input.count == 0)
        return refuse(&answer->refusal, "por: an empty list, expected TP-UD from 027100 on");
    if (check_cc_of_por(request, &answer->refusal) != 0 ||
        take_por(session, &next, &por, &answer->refusal) != 0)
        return -1;
    return next < session->input.count ? answer_pors(session, request, &por, next, answer)
                                       : answer_por(session, request, &por, answer);
}

const struct command decode_por_command = {
    .name = "decode-por",
    .summary = "open a response packet (proof of receipt)",
    .accepts = FIELD_BIT(FIELD_POR) | FIELD_BIT(FIELD_SPI) | FIELD_BIT(FIELD_KIC) | FIELD_BIT(FIELD_KID) |
               FIELD_BIT(FIELD_KIC_KEY) | FIELD_BIT(FIELD_KID_KEY) | FIELD_BIT(FIELD_KIC_KEY_FILE) |
               FIELD_BIT(FIELD_KID_KEY_FILE) | FIELD_BIT(FIELD_CC_LENGTH),
    .mandatory = FIELD_BIT(FIELD_POR),
    .words = FIELD_POR,
    .run = run,
    .epilogue = "SPI, KIc and KID are the command's; only a PoR in clear needs none. Answers status, tar, "
                "cntr, pcntr, data, and compact or\n"
                "expanded; unauthenticated when it came weaker protected than SPI2 asked. Of several PoRs "
                "(0B, then the\n"
                "real one): pors, a list of such objects.",
};
