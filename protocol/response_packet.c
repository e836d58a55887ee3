#include "protocol/response_packet.h"

#include <openssl/crypto.h>

#include "protocol/errors.h"

/* TS 102 225 table 4, TS 31.115 table 2: offsets from RPL on, sizes in bytes. */
#define RPL_SIZE 2
#define CIPHERED_FROM 6 /* CNTR */
#define HEAD_SIZE 13    /* RPL to status */
#define RHL_MIN 0x0A    /* TAR to status */
#define RPL_MIN 0x0B    /* nothing but the header */
#define RPL_MAX 0xFFFF
#define CNTR_SIZE 5

/* UDHL, IEI, IEIDL: covered by RC/CC though they are not part of the packet (TS 31.115 4.3). */
static const uint8_t USER_DATA_HEADER[] = {0x02, 0x71, 0x00};

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

/* How a packet is protected, or is to be tried. */
struct protection {
    enum integrity integrity;
    bool ciphered;
    uint8_t kic;
    uint8_t kid;
};

static struct protection protection_asked(const struct security_parameters *asked)
{
    return (struct protection){.integrity = spi2_integrity(asked->spi2),
                               .ciphered = spi2_ciphered(asked->spi2),
                               .kic = asked->kic,
                               .kid = asked->kid};
}

struct layout {
    size_t checksum;
    size_t padding;
    size_t size;
};

static int lay_out(const struct protection *protection, const struct security_keys *keys, size_t data_length,
                   struct layout *layout)
{
    int rc = integrity_size(protection->integrity, protection->kid, keys, &layout->checksum);
    if (rc != OTA_OK)
        return rc;
    if (data_length > RPL_MAX)
        return OTA_E_BAD_LENGTH;
    size_t bare = HEAD_SIZE + layout->checksum + data_length;
    layout->padding = 0;
    if (protection->ciphered) {
        size_t block = cipher_block_size(protection->kic);
        if (block == 0)
            return OTA_E_UNSUPPORTED;
        layout->padding = (block - (bare - CIPHERED_FROM) % block) % block;
    }
    layout->size = bare + layout->padding;
    return layout->size - RPL_SIZE > RPL_MAX ? OTA_E_BAD_LENGTH : OTA_OK;
}

static void write_clear_text(const struct response_packet *packet, const struct layout *layout,
                             struct byte_writer *writer)
{
    write_u16(writer, (uint16_t)(layout->size - RPL_SIZE));
    write_u8(writer, (uint8_t)(RHL_MIN + layout->checksum));
    write_bytes(writer, packet->tar, TAR_SIZE);
    write_big_endian(writer, CNTR_SIZE, packet->counter);
    write_u8(writer, (uint8_t)layout->padding);
    write_u8(writer, packet->status);
    write_fill(writer, 0, layout->checksum);
    write_bytes(writer, packet->data, packet->length);
    write_fill(writer, 0, layout->padding);
}

/* Over 02 71 00, RPL to status, data and padding, without the field itself. */
static int checksum(struct packet_crypto *crypto, const struct protection *protection,
                    const struct security_keys *keys, const uint8_t *bytes, size_t length, size_t size,
                    uint8_t out[static INTEGRITY_SIZE_MAX])
{
    const struct byte_span spans[] = {{USER_DATA_HEADER, sizeof USER_DATA_HEADER},
                                      {bytes, HEAD_SIZE},
                                      {bytes + HEAD_SIZE + size, length - HEAD_SIZE - size}};
    return packet_integrity(crypto, protection->integrity, protection->kid, keys, spans, 3, out);
}

static int protect(struct packet_crypto *crypto, const struct protection *protection,
                   const struct security_keys *keys, uint8_t *bytes, const struct layout *layout)
{
    uint8_t value[INTEGRITY_SIZE_MAX] = {0};
    int rc = checksum(crypto, protection, keys, bytes, layout->size, layout->checksum, value);
    if (rc != OTA_OK)
        return rc;
    struct byte_writer field = byte_writer_on(bytes + HEAD_SIZE, layout->checksum);
    write_bytes(&field, value, layout->checksum);
    if (!protection->ciphered)
        return OTA_OK;
    return packet_encipher(crypto, keys, protection->kic, bytes + CIPHERED_FROM,
                           layout->size - CIPHERED_FROM);
}

int response_packet_encode(struct packet_crypto *crypto, const struct response_packet *packet,
                           const struct security_parameters *asked, const struct security_keys *keys,
                           struct byte_writer *writer)
{
    const struct protection protection = protection_asked(asked);
    struct layout layout;
    size_t start = writer->length;
    if (packet->counter > COUNTER_MAX)
        return OTA_E_BAD_VALUE;
    int rc = lay_out(&protection, keys, packet->length, &layout);
    if (rc != OTA_OK)
        return rc;
    write_clear_text(packet, &layout, writer);
    rc = byte_writer_status(writer);
    if (rc == OTA_OK)
        rc = protect(crypto, &protection, keys, writer->start + start, &layout);
    if (rc != OTA_OK)
        writer->length = start; /* no clear text is handed out */
    return rc;
}

void response_packet_encode_error(const uint8_t tar[static TAR_SIZE], uint64_t counter, uint8_t status,
                                  struct byte_writer *writer)
{
    write_u16(writer, RPL_MIN);
    write_u8(writer, RHL_MIN);
    write_bytes(writer, tar, TAR_SIZE);
    write_big_endian(writer, CNTR_SIZE, counter);
    write_u8(writer, 0);
    write_u8(writer, status);
}

/* The part that is never ciphered; `checksum_size` is the size of RC/CC by RHL. */
static int read_head(const uint8_t *packet, size_t length, uint8_t tar[static TAR_SIZE],
                     size_t *checksum_size)
{
    struct byte_reader reader = byte_reader_on(packet, length);
    uint16_t rpl;
    uint8_t rhl;
    int rc = read_u16(&reader, &rpl);
    if (rc == OTA_OK && rpl != reader.left)
        rc = rpl > reader.left ? OTA_E_TRUNCATED : OTA_E_BAD_LENGTH;
    if (rc == OTA_OK)
        rc = read_u8(&reader, &rhl);
    if (rc == OTA_OK && (rhl < RHL_MIN || rhl > reader.left))
        rc = OTA_E_BAD_LENGTH;
    if (rc == OTA_OK)
        rc = read_copy(&reader, tar, TAR_SIZE);
    if (rc == OTA_OK)
        *checksum_size = (size_t)rhl - RHL_MIN;
    return rc;
}

/* CNTR, PCNTR, status and data out of clear text. */
static int read_body(const uint8_t *packet, size_t length, size_t checksum_size, size_t padding_max,
                     struct response_packet *decoded)
{
    struct byte_reader reader = byte_reader_on(packet + CIPHERED_FROM, length - CIPHERED_FROM);
    const uint8_t *skipped;
    uint8_t padding;
    int rc = read_big_endian(&reader, CNTR_SIZE, &decoded->counter);
    if (rc == OTA_OK)
        rc = read_u8(&reader, &padding);
    if (rc == OTA_OK)
        rc = read_u8(&reader, &decoded->status);
    if (rc == OTA_OK)
        rc = read_bytes(&reader, checksum_size, &skipped);
    if (rc != OTA_OK)
        return rc;
    if (padding > reader.left || padding > padding_max)
        return OTA_E_BAD_PADDING;
    decoded->data = reader.at;
    decoded->length = reader.left - padding;
    return OTA_OK;
}

/* RC/CC and fields of a packet whose ciphered part is clear by now. */
static int open_clear(struct packet_crypto *crypto, const uint8_t *packet, size_t length,
                      const struct protection *protection, const struct security_keys *keys,
                      size_t checksum_size, struct response_packet *decoded)
{
    uint8_t value[INTEGRITY_SIZE_MAX] = {0};
    int rc = checksum(crypto, protection, keys, packet, length, checksum_size, value);
    if (rc != OTA_OK)
        return rc;
    if (CRYPTO_memcmp(value, packet + HEAD_SIZE, checksum_size) != 0)
        return OTA_E_BAD_CHECKSUM;
    /* Some cards add a whole block where none is needed; more than that is no padding. */
    size_t padding_max = protection->ciphered ? cipher_block_size(protection->kic) : UINT8_MAX;
    decoded->integrity = protection->integrity;
    decoded->ciphered = protection->ciphered;
    return read_body(packet, length, checksum_size, padding_max, decoded);
}

/* Deciphers and opens; on an error the packet is as it came, so that it can be tried in clear.
 * The bare error RPL 000B never passes here: its 7 bytes from CNTR on are no whole block. */
static int open_ciphered(struct packet_crypto *crypto, uint8_t *packet, size_t length,
                         const struct protection *protection, const struct security_keys *keys,
                         size_t checksum_size, struct response_packet *decoded)
{
    uint8_t *region = packet + CIPHERED_FROM;
    size_t region_length = length - CIPHERED_FROM;
    int rc = packet_decipher(crypto, keys, protection->kic, region, region_length);
    if (rc != OTA_OK)
        return rc;
    rc = open_clear(crypto, packet, length, protection, keys, checksum_size, decoded);
    if (rc != OTA_OK && packet_encipher(crypto, keys, protection->kic, region, region_length) != OTA_OK)
        return OTA_E_CRYPTO;
    return rc;
}

/* RHL 0A says "no RC/CC" whatever was asked; any other size must be the one asked for. */
static int fit_integrity(struct protection *protection, const struct security_keys *keys,
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
    struct protection protection = protection_asked(asked);
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
    size_t checksum_size;
    *clear = (struct response_packet){.integrity = INTEGRITY_NONE};
    int rc = read_head(packet, length, clear->tar, &checksum_size);
    if (rc == OTA_OK)
        rc = read_body(packet, length, checksum_size, UINT8_MAX, clear);
    return rc;
}
