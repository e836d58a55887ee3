/* otapacket decode: a command packet -> TAR, counter and secured data. */
#include <string.h>

#include "protocol/command_packet.h"
#include "protocol/errors.h"
#include "tools/command.h"
#include "tools/packet_fields.h"

#define CHL_WITHOUT_CC 0x0D /* TS 102 225 5.1 */

/* A TP-UD is taken as well where a packet is expected: 02 70 00 is no CPL that fits. */
static void skip_user_data_header(uint8_t **packet, size_t *length)
{
    struct user_data ud;
    if (*length >= 2 && (size_t)((*packet)[0] << 8 | (*packet)[1]) == *length - 2)
        return;
    if (user_data_parse(*packet, *length, &ud) != OTA_OK || ud.marker != PACKET_MARKER_COMMAND ||
        ud.concatenation.total != 1)
        return;
    *packet += *length - ud.length;
    *length = ud.length;
}

/* What the decoder's error means for this packet. */
static int refuse_packet(const uint8_t *packet, size_t length, const struct request *request, int rc,
                         struct refusal *refusal)
{
    struct security_parameters security;
    const char *reason = NULL;
    const unsigned int cpl = length < 2 ? 0 : (unsigned int)(packet[0] << 8 | packet[1]);
    if (length < 3)
        return refuse(refusal, "packet: %zu bytes, expected CPL, CHL and more", length);
    if (cpl != length - 2)
        return refuse(refusal, "packet: CPL says %u bytes, %zu follow it", cpl, length - 2);
    if (command_packet_peek(packet, length, &security) != OTA_OK)
        return refuse(refusal, "packet: CHL is %02X in a packet of %zu bytes", packet[2], length);
    if (rc == OTA_E_BAD_KEY && security_keys_check(&security, &request->keys, &reason) != OTA_OK)
        return refuse(refusal, "packet: %s, but KIc has %zu and KID %zu", reason, request->keys.kic_size,
                      request->keys.kid_size);
    if (rc == OTA_E_UNSUPPORTED && security_parameters_check_standard(&security, &reason) != OTA_OK)
        return refuse(refusal, "packet: SPI %02X%02X KIc %02X KID %02X: %s", security.spi1, security.spi2,
                      security.kic, security.kid, reason);
    if (rc == OTA_E_BAD_LENGTH)
        return refuse(refusal,
                      "packet: CHL %02X does not fit SPI1 %02X with KID %02X%s, "
                      "or what is ciphered is no whole number of blocks",
                      packet[2], security.spi1, security.kid,
                      request_has(request, FIELD_CC_LENGTH) ? " and cc_len" : "");
    return refuse(refusal, "packet: SPI %02X%02X KIc %02X KID %02X: %s", security.spi1, security.spi2,
                  security.kic, security.kid, ota_error_text(rc));
}

static int run(struct session *session, const struct request *request, struct answer *answer)
{
    uint8_t *packet = session->input.bytes;
    size_t length = session->input.used;
    struct command_packet decoded;
    if (session->input.count != 1)
        return refuse(&answer->refusal, "packet: %zu of them, expected one", session->input.count);
    skip_user_data_header(&packet, &length);
    if (length > sizeof session->packet)
        return refuse(&answer->refusal, "packet: %zu bytes, expected at most %d", length, PACKET_MAX);
    memcpy(session->packet, packet, length); /* decoding spoils the bytes, and a refusal names some */
    const size_t chl = length > 2 ? packet[2] : CHL_WITHOUT_CC;
    struct security_keys keys = keys_shown(request, chl > CHL_WITHOUT_CC ? chl - CHL_WITHOUT_CC : 0);
    int rc = command_packet_decode(session->crypto, session->packet, length, &keys, &decoded);
    security_keys_wipe(&keys);
    if (rc != OTA_OK)
        return refuse_packet(packet, length, request, rc, &answer->refusal);
    if (check_cc_length(request, spi1_integrity(decoded.security.spi1), decoded.security.kid,
                        &answer->refusal) != 0)
        return -1;
    answer_tar_and_counter(answer, decoded.security.tar, decoded.counter);
    answer_hex(answer, "data", decoded.data, decoded.length);
    return 0;
}

const struct command decode_command = {
    .name = "decode",
    .summary = "open a command packet",
    .accepts = FIELD_BIT(FIELD_PACKET) | FIELD_BIT(FIELD_KIC_KEY) | FIELD_BIT(FIELD_KID_KEY) |
               FIELD_BIT(FIELD_KIC_KEY_FILE) | FIELD_BIT(FIELD_KID_KEY_FILE) | FIELD_BIT(FIELD_CC_LENGTH),
    .mandatory = FIELD_BIT(FIELD_PACKET),
    .words = FIELD_PACKET,
    .run = run,
    .epilogue = "Answers tar, cntr and data. SPI, KIc and KID stand in the packet.",
};
