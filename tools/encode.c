/* otapacket encode: commands and keys -> a command packet and its SMS. */
#include "protocol/command_packet.h"
#include "protocol/errors.h"
#include "tools/command.h"
#include "tools/packet_fields.h"
#include "tools/script_data.h"

/* A counter that the card checks must be given; one it ignores is zero by default. */
static int check_counter(const struct request *request, struct refusal *refusal)
{
    if (request_has(request, FIELD_COUNTER) || spi1_counter_mode(request->security.spi1) == COUNTER_NONE)
        return 0;
    return refuse(refusal,
                  "cntr is missing: SPI1 %02X (b5b4 is not 00) sends a counter, expected 10 hex digits",
                  request->security.spi1);
}

/* The one name for all that stands between a request and its packet. */
static int check_security(const struct request *request, struct refusal *refusal)
{
    const struct security_parameters *security = &request->security;
    const char *reason = NULL;
    if (request->allow_forbidden)
        return 0;
    if (security_parameters_check_standard(security, &reason) != OTA_OK)
        return refuse(refusal, "SPI %02X%02X KIc %02X KID %02X: %s", security->spi1, security->spi2,
                      security->kic, security->kid, reason);
    if (security_keys_check(security, &request->keys, &reason) != OTA_OK)
        return refuse(refusal, "SPI %02X%02X KIc %02X KID %02X: %s, but KIc has %zu and KID %zu",
                      security->spi1, security->spi2, security->kic, security->kid, reason,
                      request->keys.kic_size, request->keys.kid_size);
    return 0;
}

/* What the standard lets pass and cards are known to refuse. */
static void answer_warning(const struct request *request, struct answer *answer)
{
    const char *reason = NULL, *advice[SECURITY_ADVICE_MAX];
    if (security_parameters_check(&request->security, &reason) != OTA_OK)
        answer_text(answer, "warning", reason);
    else if (security_parameters_advice(&request->security, advice) > 0)
        answer_text(answer, "warning", advice[0]);
}

/* May the script become several packets? */
static bool is_cut(const struct request *request)
{
    return request_has(request, FIELD_MAX_BYTES) || request_has(request, FIELD_MAX_PARTS);
}

/* Does what is asked for go together, and is each command well formed? */
static int check_script(const struct request *request, const struct byte_list *input, struct refusal *refusal)
{
    const bool is_script = !request_has(request, FIELD_DATA);
    if (!is_script && (request_has(request, FIELD_APDU) || request_has(request, FIELD_APDU_FILE)))
        return refuse(refusal, "data: given together with apdu, expected one of them");
    if (!is_script && is_cut(request))
        return refuse(refusal, "data: max_parts and max_bytes cut between commands, expected apdu");
    if (request->format == FORMAT_COMPACT && request->chaining != CHAINING_NONE)
        return refuse(refusal, "chaining: the compact format has none, expected format expanded");
    if (request->format == FORMAT_COMPACT && request_has(request, FIELD_ERROR_ACTION))
        return refuse(refusal, "error_action: the compact format has none, expected format expanded");
    if (is_script && input->count == 0)
        return refuse(refusal, "apdu: no command, expected one or more, or data \"\" for a packet without data");
    if (is_cut(request) && (request->chaining == CHAINING_MORE || request->chaining == CHAINING_LAST))
        return refuse(refusal,
                      "chaining: of a script that is cut here the first packet is given, expected first "
                      "or first-kept");
    return is_script && !request->allow_forbidden ? script_data_check(request, input, refusal) : 0;
}

/* The secured data of one packet: as given, or a script of those commands. */
static int build_data(const struct request *request, const struct byte_list *input,
                      const struct script_range *range, struct byte_writer *writer, struct refusal *refusal)
{
    if (!request_has(request, FIELD_DATA))
        return script_data_write(request, input, range, writer, refusal);
    write_bytes(writer, input->bytes, input->used);
    return byte_writer_status(writer) == OTA_OK ? 0
                                                : refuse(refusal, "data: longer than %d bytes", PACKET_MAX);
}

/* The rule that leaves a header without a packet, where all are allowed to be broken: of the command's own
 * algorithms. NULL: none. */
static const char *hindrance(struct security_parameters security)
{
    const char *reason = NULL;
    security.spi1 &= 0x1F; /* reserved bits, and how the PoR is made, hinder nothing */
    security.spi2 = 0;
    return security_parameters_check_standard(&security, &reason) == OTA_OK ? NULL : reason;
}

static int refuse_encoding(const struct request *request, int rc, struct refusal *refusal)
{
    const char *reason = hindrance(request->security);
    if (reason != NULL && rc != OTA_E_BAD_KEY)
        return refuse(refusal, "SPI %02X%02X KIc %02X KID %02X: %s", request->security.spi1,
                      request->security.spi2, request->security.kic, request->security.kid, reason);
    return refuse(refusal, "SPI %02X%02X KIc %02X KID %02X, keys of %zu and %zu bytes: %s",
                  request->security.spi1, request->security.spi2, request->security.kic,
                  request->security.kid, request->keys.kic_size, request->keys.kid_size, ota_error_text(rc));
}

static int answer_packet(struct session *session, const struct request *request,
                         const struct script_range *range, struct answer *answer)
{
    struct byte_writer data = byte_writer_on(session->data, sizeof session->data);
    struct byte_writer packet = byte_writer_on(session->packet, sizeof session->packet);
    if (build_data(request, &session->input, range, &data, &answer->refusal) != 0)
        return -1;
    const struct command_packet command = {.security = request->security,
                                           .counter = request->counter,
                                           .data = session->data,
                                           .length = data.length};
    int rc = command_packet_encode(session->crypto, &command, &request->keys, &packet);
    if (rc != OTA_OK)
        return refuse_encoding(request, rc, &answer->refusal);
    answer_hex(answer, "packet", session->packet, packet.length);
    return answer_segments(request, session->packet, packet.length, PACKET_MARKER_COMMAND, answer);
}

/* The most secured data that a packet may have: max_bytes, and what max_parts SMS hold. */
static int limit_data(const struct request *request, size_t *data_max, struct refusal *refusal)
{
    size_t by_parts;
    const size_t parts = request_has(request, FIELD_MAX_PARTS) ? request->max_parts : UINT8_MAX;
    int rc = command_packet_capacity(&request->security, &request->keys,
                                     sms_segment_capacity(&request->cut, parts), &by_parts);
    if (rc != OTA_OK)
        return refuse_encoding(request, rc, refusal);
    *data_max = by_parts;
    if (request_has(request, FIELD_MAX_BYTES) && request->max_bytes < by_parts)
        *data_max = request->max_bytes;
    return 0;
}

/* What distinguishes the next packet: its counter, where there is one, and its concatenation reference. */
static int advance(struct request *request, struct refusal *refusal)
{
    request->cut.reference++;
    if (!request->cut.wide)
        request->cut.reference &= UINT8_MAX;
    if (spi1_counter_mode(request->security.spi1) == COUNTER_NONE)
        return 0;
    if (request->counter == COUNTER_MAX)
        return refuse(refusal, "cntr: the script needs more packets than counters are left");
    request->counter++;
    return 0;
}

/* One packet after the other, each with the next counter. */
static int answer_packets(struct session *session, const struct request *given, struct answer *answer)
{
    struct request request = *given;
    struct script_range range = {.count = 0};
    size_t data_max = 0;
    int rc = limit_data(&request, &data_max, &answer->refusal);
    answer_list_begin(answer, "packets");
    while (rc == 0 && range.first + range.count < session->input.count) {
        if (range.count > 0)
            rc = advance(&request, &answer->refusal);
        if (rc == 0)
            rc = script_data_next(&request, &session->input, data_max, &range, &answer->refusal);
        if (rc != 0)
            break;
        answer_object_begin(answer, NULL);
        answer_counter(answer, request.counter);
        answer_number(answer, "commands", range.count);
        rc = answer_packet(session, &request, &range, answer);
        answer_object_end(answer);
    }
    answer_list_end(answer);
    security_keys_wipe(&request.keys);
    return rc;
}

static int run(struct session *session, const struct request *request, struct answer *answer)
{
    const struct script_range all = {.count = session->input.count, .chaining = request->chaining};
    const struct security_parameters *security = &request->security;
    if (check_counter(request, &answer->refusal) != 0 || check_security(request, &answer->refusal) != 0 ||
        check_cc_length(request, spi1_integrity(security->spi1), security->kid, &answer->refusal) != 0 ||
        check_script(request, &session->input, &answer->refusal) != 0)
        return -1;
    int rc = is_cut(request) ? answer_packets(session, request, answer)
                             : answer_packet(session, request, &all, answer);
    if (rc == 0)
        answer_warning(request, answer);
    return rc;
}

const struct command encode_command = {
    .name = "encode",
    .summary = "make a command packet and its SMS",
    .accepts = FIELD_BIT(FIELD_SPI) | FIELD_BIT(FIELD_KIC) | FIELD_BIT(FIELD_KID) | FIELD_BIT(FIELD_KIC_KEY) |
               FIELD_BIT(FIELD_KID_KEY) | FIELD_BIT(FIELD_KIC_KEY_FILE) | FIELD_BIT(FIELD_KID_KEY_FILE) |
               FIELD_BIT(FIELD_TAR) | FIELD_BIT(FIELD_COUNTER) | FIELD_BIT(FIELD_CC_LENGTH) |
               FIELD_BIT(FIELD_APDU) | FIELD_BIT(FIELD_APDU_FILE) | FIELD_BIT(FIELD_DATA) |
               FIELD_BIT(FIELD_FORMAT) | FIELD_BIT(FIELD_CHAINING) | FIELD_BIT(FIELD_ERROR_ACTION) |
               FIELD_BIT(FIELD_REFERENCE) | FIELD_BIT(FIELD_WIDE) | FIELD_BIT(FIELD_PART_SIZE) |
               FIELD_BIT(FIELD_MAX_PARTS) | FIELD_BIT(FIELD_MAX_BYTES) | FIELD_BIT(FIELD_ALLOW_FORBIDDEN),
    .mandatory = FIELD_BIT(FIELD_SPI) | FIELD_BIT(FIELD_KIC) | FIELD_BIT(FIELD_KID) | FIELD_BIT(FIELD_TAR),
    .words = FIELD_APDU,
    .run = run,
    .epilogue = "Answers packet (from CPL on), parts (how many SMS) and ud (the TP-UD of each). With "
                "max-parts or max-bytes:\n"
                "packets, a list of such objects with cntr and commands (how many), each with the next "
                "counter and ref.",
};
