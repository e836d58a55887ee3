/* otapacket encode: commands and keys -> a command packet and its SMS. */
#include "protocol/apdu.h"
#include "protocol/command_packet.h"
#include "protocol/errors.h"
#include "tools/command.h"
#include "tools/packet_fields.h"

#define TAG_PROACTIVE 0xD0

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
    const char *reason = NULL;
    if (security_parameters_check(&request->security, &reason) != OTA_OK)
        answer_text(answer, "warning", reason);
}

static int refuse_command(struct refusal *refusal, size_t index, const uint8_t *bytes, size_t length, int rc)
{
    if (length < 5)
        return refuse(refusal, "apdu: item %zu has %zu bytes, expected CLA INS P1 P2 P3 and data", index + 1,
                      length);
    return refuse(refusal, "apdu: item %zu, %02X%02X%02X%02X with P3 %02X, has %zu bytes behind P3: %s",
                  index + 1, bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], length - 5,
                  rc == OTA_OK ? "more than P3 counts" : ota_error_text(rc));
}

/* One of two dialects for applet management: Le 00 behind the data, at the end of a script only,
 * where it cannot be taken for the next command's CLA. */
static bool is_trailing_le(const struct apdu *apdu, struct byte_reader rest)
{
    return rest.left == 1 && rest.at[0] == 0x00 && apdu->length > 0 && apdu->cla >= 0x80 && apdu->cla < 0xA0;
}

/* A card finds the commands of a compact script by P3 alone: each must be as long as it says. */
static int check_compact(const struct byte_list *input, struct refusal *refusal)
{
    for (size_t i = 0; i < input->count; i++) {
        size_t length;
        const uint8_t *bytes = byte_list_at(input, i, &length);
        struct byte_reader reader = byte_reader_on(bytes, length);
        struct apdu apdu;
        uint8_t destination;
        if (i + 1 == input->count && compact_refresh_read(reader, &destination))
            continue;
        int rc = apdu_read(&reader, &apdu);
        if (rc == OTA_OK && i + 1 == input->count && is_trailing_le(&apdu, reader))
            continue;
        if (rc == OTA_E_UNSUPPORTED)
            continue; /* an instruction we do not know: the card may */
        if (rc != OTA_OK || reader.left > 0)
            return refuse_command(refusal, i, bytes, length, rc);
    }
    return 0;
}

/* A D0 TLV (a REFRESH) becomes an immediate action, all else a C-APDU. */
static int element_of(const uint8_t *bytes, size_t length, struct tlv *element)
{
    struct byte_reader reader = byte_reader_on(bytes, length);
    struct c_apdu apdu;
    if (length > 0 && bytes[0] == TAG_PROACTIVE) {
        int rc = tlv_read(&reader, element);
        element->tag = EXPANDED_IMMEDIATE_ACTION;
        return rc == OTA_OK && reader.left > 0 ? OTA_E_TRAILING : rc;
    }
    *element = (struct tlv){.tag = EXPANDED_C_APDU, .value = bytes, .length = length};
    return c_apdu_read(bytes, length, &apdu);
}

static int write_expanded(const struct request *request, const struct byte_list *input,
                          struct byte_writer *writer, struct refusal *refusal)
{
    static struct tlv elements[BYTE_LIST_ITEMS_MAX + 1];
    size_t count = 0;
    if (request->chaining != CHAINING_NONE)
        elements[count++] = (struct tlv){.tag = EXPANDED_CHAINING, .value = &request->chaining, .length = 1};
    for (size_t i = 0; i < input->count; i++) {
        size_t length;
        const uint8_t *bytes = byte_list_at(input, i, &length);
        int rc = element_of(bytes, length, &elements[count++]);
        if (rc != OTA_OK && !request->allow_forbidden)
            return refuse_command(refusal, i, bytes, length, rc);
    }
    int rc =
        expanded_write(request->format == FORMAT_INDEFINITE ? EXPANDED_COMMAND_INDEFINITE : EXPANDED_COMMAND,
                       elements, count, writer);
    return rc == OTA_OK ? 0 : refuse(refusal, "apdu: the script is too long: %s", ota_error_text(rc));
}

/* The secured data: as given, or a script of the commands. */
static int build_data(const struct request *request, const struct byte_list *input,
                      struct byte_writer *writer, struct refusal *refusal)
{
    const bool is_script = !request_has(request, FIELD_DATA);
    if (!is_script && (request_has(request, FIELD_APDU) || request_has(request, FIELD_APDU_FILE)))
        return refuse(refusal, "data: given together with apdu, expected one of them");
    if (request->format == FORMAT_COMPACT && request->chaining != CHAINING_NONE)
        return refuse(refusal, "chaining: the compact format has none, expected format expanded");
    if (is_script && request->format != FORMAT_COMPACT)
        return write_expanded(request, input, writer, refusal);
    if (is_script && !request->allow_forbidden && check_compact(input, refusal) != 0)
        return -1;
    write_bytes(writer, input->bytes, input->used); /* the items stand one behind the other */
    return byte_writer_status(writer) == OTA_OK ? 0
                                                : refuse(refusal, "data: longer than %d bytes", PACKET_MAX);
}

static int run(struct session *session, const struct request *request, struct answer *answer)
{
    struct byte_writer data = byte_writer_on(session->data, sizeof session->data);
    struct byte_writer packet = byte_writer_on(session->packet, sizeof session->packet);
    if (check_counter(request, &answer->refusal) != 0 || check_security(request, &answer->refusal) != 0 ||
        build_data(request, &session->input, &data, &answer->refusal) != 0)
        return -1;
    const struct command_packet command = {.security = request->security,
                                           .counter = request->counter,
                                           .data = session->data,
                                           .length = data.length};
    int rc = command_packet_encode(session->crypto, &command, &request->keys, &packet);
    if (rc != OTA_OK)
        return refuse(&answer->refusal, "SPI %02X%02X KIc %02X KID %02X, keys of %zu and %zu bytes: %s",
                      request->security.spi1, request->security.spi2, request->security.kic,
                      request->security.kid, request->keys.kic_size, request->keys.kid_size,
                      ota_error_text(rc));
    answer_hex(answer, "packet", session->packet, packet.length);
    rc = answer_segments(request, session->packet, packet.length, PACKET_MARKER_COMMAND, answer);
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
               FIELD_BIT(FIELD_FORMAT) | FIELD_BIT(FIELD_CHAINING) | FIELD_BIT(FIELD_REFERENCE) |
               FIELD_BIT(FIELD_WIDE) | FIELD_BIT(FIELD_PART_SIZE) | FIELD_BIT(FIELD_ALLOW_FORBIDDEN),
    .mandatory = FIELD_BIT(FIELD_SPI) | FIELD_BIT(FIELD_KIC) | FIELD_BIT(FIELD_KID) | FIELD_BIT(FIELD_TAR),
    .words = FIELD_APDU,
    .run = run,
    .epilogue = "Answers packet (from CPL on), parts (how many SMS) and ud (the TP-UD of each).",
};
