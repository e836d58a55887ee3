#include "protocol/response_packet.h"

#include <string.h>

#include "protocol/errors.h"
#include "protocol/packet_frame.h"

/* UDHL, IEI, IEIDL: covered by RC/CC though they are not part of the packet (TS 31.115 4.3). */
static const uint8_t USER_DATA_HEADER[] = {0x02, 0x71, 0x00};

/* TS 102 225 table 4, TS 31.115 table 2. */
static const struct packet_shape SHAPE = {
    .prefix = {USER_DATA_HEADER, sizeof USER_DATA_HEADER},
    .ciphered_from = 6,  /* RPL to TAR are clear */
    .head = 13,          /* RPL to status */
    .head_length = 0x0A, /* TAR to status */
};

const char *por_status_text(uint8_t status)
{
    static const char *const texts[] = {
        /* TS 102 225 table 5 */
        [POR_STATUS_OK] = "PoR OK",
        [POR_STATUS_CC_FAILED] = "RC/CC/DS failed",
        [POR_STATUS_CNTR_LOW] = "CNTR low",
        [POR_STATUS_CNTR_HIGH] = "CNTR high",
        [POR_STATUS_CNTR_BLOCKED] = "CNTR blocked",
        [POR_STATUS_CIPHERING_ERROR] = "ciphering error",
        [POR_STATUS_UNIDENTIFIED_ERROR] = "unidentified security error",
        [POR_STATUS_NO_MEMORY] = "insufficient memory to process the message",
        [POR_STATUS_MORE_TIME] = "more time is needed, a later answer will follow",
        [POR_STATUS_TAR_UNKNOWN] = "TAR unknown",
        [POR_STATUS_SECURITY_TOO_LOW] = "insufficient security level",
        [POR_STATUS_BY_SMS_SUBMIT] = "the answer will come by SMS-SUBMIT",
        [POR_STATUS_BY_USSD] = "the answer will come by USSD",
    };
    return status < sizeof texts / sizeof texts[0] ? texts[status] : "reserved status";
}

static struct packet_protection protection_asked(const struct security_parameters *asked)
{
    return (struct packet_protection){.integrity = spi2_integrity(asked->spi2),
                                      .ciphered = spi2_ciphered(asked->spi2),
                                      .kic = asked->kic,
                                      .kid = asked->kid};
}

static void write_clear_text(const struct response_packet *packet, const struct packet_layout *layout,
                             struct byte_writer *writer)
{
    packet_write_lengths(&SHAPE, layout, writer);
    write_bytes(writer, packet->tar, TAR_SIZE);
    write_big_endian(writer, CNTR_SIZE, packet->counter);
    write_u8(writer, (uint8_t)layout->padding);
    write_u8(writer, packet->status);
    write_fill(writer, 0, layout->checksum);
    write_bytes(writer, packet->data, packet->length);
    write_fill(writer, 0, layout->padding);
}

int response_packet_encode(struct packet_crypto *crypto, const struct response_packet *packet,
                           const struct security_parameters *asked, const struct security_keys *keys,
                           struct byte_writer *writer)
{
    const struct packet_protection protection = protection_asked(asked);
    struct packet_layout layout;
    size_t start = writer->length;
    if (packet->counter > COUNTER_MAX)
        return OTA_E_BAD_VALUE;
    int rc = packet_lay_out(&SHAPE, &protection, keys, packet->length, &layout);
    if (rc != OTA_OK)
        return rc;
    write_clear_text(packet, &layout, writer);
    rc = byte_writer_status(writer);
    if (rc == OTA_OK)
        rc = packet_protect(crypto, &SHAPE, &protection, keys, writer->start + start, &layout);
    if (rc != OTA_OK)
        writer->length = start; /* no clear text is handed out */
    return rc;
}

void response_packet_encode_error(const uint8_t tar[static TAR_SIZE], uint64_t counter, uint8_t status,
                                  struct byte_writer *writer)
{
    const struct packet_layout bare = {.size = SHAPE.head};
    struct response_packet error = {.counter = counter, .status = status};
    memcpy(error.tar, tar, TAR_SIZE);
    write_clear_text(&error, &bare, writer);
}

/* The part that is never ciphered; `checksum_size` is the size of RC/CC by RHL. */
static int read_head(const uint8_t *packet, size_t length, uint8_t tar[static TAR_SIZE],
                     size_t *checksum_size)
{
    struct byte_reader reader = byte_reader_on(packet, length);
    int rc = packet_read_lengths(&SHAPE, &reader, checksum_size);
    if (rc == OTA_OK)
        rc = read_copy(&reader, tar, TAR_SIZE);
    return rc;
}

/* CNTR, PCNTR, status and data out of clear text. */
static int read_body(const uint8_t *packet, size_t length, const struct packet_protection *protection,
                     size_t checksum_size, struct response_packet *decoded)
{
    struct byte_reader reader = byte_reader_on(packet + SHAPE.ciphered_from, length - SHAPE.ciphered_from);
    uint8_t padding;
    int rc = read_big_endian(&reader, CNTR_SIZE, &decoded->counter);
    if (rc == OTA_OK)
        rc = read_u8(&reader, &padding);
    if (rc == OTA_OK)
        rc = read_u8(&reader, &decoded->status);
    if (rc == OTA_OK)
        rc = packet_read_data(&reader, protection, checksum_size, padding, &decoded->data, &decoded->length);
    decoded->integrity = protection->integrity;
    decoded->ciphered = protection->ciphered;
    return rc;
}

/* RC/CC and fields of a packet whose ciphered part is clear by now. */
static int open_clear(struct packet_crypto *crypto, const uint8_t *packet, size_t length,
                      const struct packet_protection *protection, const struct security_keys *keys,
                      size_t checksum_size, struct response_packet *decoded)
{
    int rc = packet_prove(crypto, &SHAPE, protection, keys, packet, length, checksum_size);
    return rc == OTA_OK ? read_body(packet, length, protection, checksum_size, decoded) : rc;
}

/* Deciphers and opens; on an error the packet is as it came, so that it can be tried in clear.
 * The bare error RPL 000B never passes here: its 7 bytes from CNTR on are no whole block. */
static int open_ciphered(struct packet_crypto *crypto, uint8_t *packet, size_t length,
                         const struct packet_protection *protection, const struct security_keys *keys,
                         size_t checksum_size, struct response_packet *decoded)
{
    int rc = packet_open(crypto, &SHAPE, protection, keys, packet, length);
    if (rc != OTA_OK)
        return rc;
    rc = open_clear(crypto, packet, length, protection, keys, checksum_size, decoded);
    if (rc != OTA_OK && packet_close(crypto, &SHAPE, protection, keys, packet, length) != OTA_OK)
        return OTA_E_CRYPTO;
    return rc;
}

/* RHL 0A says "no RC/CC" whatever was asked; any other size must be the one asked for. */
static int fit_integrity(struct packet_protection *protection, const struct security_keys *keys,
                         size_t checksum_size)
{
    size_t expected;
    int rc = integrity_size(protection->integrity, protection->kid, keys, &expected);
    if (checksum_size == 0 && (rc != OTA_OK || expected != 0)) {
        protection->integrity = INTEGRITY_NONE;
        protection->ciphered = false; /* what refuses the RC/CC is an error in clear */
        return OTA_OK;
    }
    if (rc != OTA_OK)
        return rc;
    return checksum_size == expected ? OTA_OK : OTA_E_BAD_LENGTH;
}

int response_packet_decode(struct packet_crypto *crypto, uint8_t *packet, size_t length,
                           const struct security_parameters *asked, const struct security_keys *keys,
                           struct response_packet *decoded)
{
    struct packet_protection protection = protection_asked(asked);
    size_t checksum_size;
    int rc = read_head(packet, length, decoded->tar, &checksum_size);
    if (rc == OTA_OK)
        rc = fit_integrity(&protection, keys, checksum_size);
    if (rc != OTA_OK)
        return rc;
    if (!protection.ciphered)
        return open_clear(crypto, packet, length, &protection, keys, checksum_size, decoded);
    rc = open_ciphered(crypto, packet, length, &protection, keys, checksum_size, decoded);
    if (rc == OTA_OK)
        return rc;
    protection.ciphered = false;
    return open_clear(crypto, packet, length, &protection, keys, checksum_size, decoded) == OTA_OK ? OTA_OK
                                                                                                   : rc;
}

int response_packet_peek_clear(const uint8_t *packet, size_t length, struct response_packet *clear)
{
    const struct packet_protection none = {.integrity = INTEGRITY_NONE};
    size_t checksum_size;
    *clear = (struct response_packet){.integrity = INTEGRITY_NONE};
    int rc = read_head(packet, length, clear->tar, &checksum_size);
    if (rc == OTA_OK)
        rc = read_body(packet, length, &none, checksum_size, clear);
    return rc;
}
