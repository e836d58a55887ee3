#include "protocol/command_packet.h"

#include <openssl/crypto.h>

#include "protocol/errors.h"

/* TS 102 225 table 1, TS 31.115 table 1: offsets from CPL on, sizes in bytes. */
#define CPL_SIZE 2
#define CIPHERED_FROM 10 /* CNTR */
#define HEAD_SIZE 16     /* CPL to PCNTR */
#define CHL_MIN 0x0D     /* SPI to PCNTR */
#define CPL_MAX 0xFFFF
#define CNTR_SIZE 5

struct layout {
    size_t checksum; /* bytes of RC/CC */
    size_t padding;
    size_t size; /* the whole packet */
};

static int lay_out(const struct security_parameters *security, const struct security_keys *keys,
                   size_t data_length, struct layout *layout)
{
    int rc = integrity_size(spi1_integrity(security->spi1), security->kid, keys, &layout->checksum);
    if (rc != OTA_OK)
        return rc;
    if (data_length > CPL_MAX)
        return OTA_E_BAD_LENGTH;
    size_t bare = HEAD_SIZE + layout->checksum + data_length;
    layout->padding = 0;
    if (spi1_ciphered(security->spi1)) {
        size_t block = cipher_block_size(security->kic);
        if (block == 0)
            return OTA_E_UNSUPPORTED;
        layout->padding = (block - (bare - CIPHERED_FROM) % block) % block;
    }
    layout->size = bare + layout->padding;
    return layout->size - CPL_SIZE > CPL_MAX ? OTA_E_BAD_LENGTH : OTA_OK;
}

int command_packet_size(const struct security_parameters *security, const struct security_keys *keys,
                        size_t data_length, size_t *size)
{
    struct layout layout;
    int rc = lay_out(security, keys, data_length, &layout);
    if (rc == OTA_OK)
        *size = layout.size;
    return rc;
}

static void write_clear_text(const struct command_packet *packet, const struct layout *layout,
                             struct byte_writer *writer)
{
    const struct security_parameters *security = &packet->security;
    write_u16(writer, (uint16_t)(layout->size - CPL_SIZE));
    write_u8(writer, (uint8_t)(CHL_MIN + layout->checksum));
    write_u8(writer, security->spi1);
    write_u8(writer, security->spi2);
    write_u8(writer, security->kic);
    write_u8(writer, security->kid);
    write_bytes(writer, security->tar, TAR_SIZE);
    write_big_endian(writer, CNTR_SIZE, packet->counter);
    write_u8(writer, (uint8_t)layout->padding);
    write_fill(writer, 0, layout->checksum);
    write_bytes(writer, packet->data, packet->length);
    write_fill(writer, 0, layout->padding);
}

/* Over CPL to PCNTR, data and padding: without 02 70 00 and without the field itself (TS 31.115 4.2). */
static int checksum(struct packet_crypto *crypto, const struct security_parameters *security,
                    const struct security_keys *keys, const uint8_t *bytes, size_t length, size_t size,
                    uint8_t out[static INTEGRITY_SIZE_MAX])
{
    const struct byte_span spans[] = {{bytes, HEAD_SIZE},
                                      {bytes + HEAD_SIZE + size, length - HEAD_SIZE - size}};
    return packet_integrity(crypto, spi1_integrity(security->spi1), security->kid, keys, spans, 2, out);
}

/* RC/CC over the clear text, then the cipher. */
static int protect(struct packet_crypto *crypto, const struct security_parameters *security,
                   const struct security_keys *keys, uint8_t *bytes, const struct layout *layout)
{
    uint8_t value[INTEGRITY_SIZE_MAX] = {0};
    int rc = checksum(crypto, security, keys, bytes, layout->size, layout->checksum, value);
    if (rc != OTA_OK)
        return rc;
    struct byte_writer field = byte_writer_on(bytes + HEAD_SIZE, layout->checksum);
    write_bytes(&field, value, layout->checksum);
    if (!spi1_ciphered(security->spi1))
        return OTA_OK;
    return packet_encipher(crypto, keys, security->kic, bytes + CIPHERED_FROM, layout->size - CIPHERED_FROM);
}

int command_packet_encode(struct packet_crypto *crypto, const struct command_packet *packet,
                          const struct security_keys *keys, struct byte_writer *writer)
{
    struct layout layout;
    size_t start = writer->length;
    if (packet->counter > COUNTER_MAX)
        return OTA_E_BAD_VALUE;
    int rc = lay_out(&packet->security, keys, packet->length, &layout);
    if (rc != OTA_OK)
        return rc;
    write_clear_text(packet, &layout, writer);
    rc = byte_writer_status(writer);
    if (rc == OTA_OK)
        rc = protect(crypto, &packet->security, keys, writer->start + start, &layout);
    if (rc != OTA_OK)
        writer->length = start; /* no clear text is handed out */
    return rc;
}

/* The clear part; `checksum` is the size of RC/CC by CHL. */
static int read_head(const uint8_t *packet, size_t length, struct security_parameters *security,
                     size_t *checksum_size)
{
    struct byte_reader reader = byte_reader_on(packet, length);
    uint16_t cpl;
    uint8_t chl;
    int rc = read_u16(&reader, &cpl);
    if (rc == OTA_OK && cpl != reader.left)
        rc = cpl > reader.left ? OTA_E_TRUNCATED : OTA_E_BAD_LENGTH;
    if (rc == OTA_OK)
        rc = read_u8(&reader, &chl);
    if (rc == OTA_OK && (chl < CHL_MIN || chl > reader.left))
        rc = OTA_E_BAD_LENGTH;
    if (rc == OTA_OK)
        rc = read_u8(&reader, &security->spi1);
    if (rc == OTA_OK)
        rc = read_u8(&reader, &security->spi2);
    if (rc == OTA_OK)
        rc = read_u8(&reader, &security->kic);
    if (rc == OTA_OK)
        rc = read_u8(&reader, &security->kid);
    if (rc == OTA_OK)
        rc = read_copy(&reader, security->tar, TAR_SIZE);
    if (rc == OTA_OK)
        *checksum_size = (size_t)chl - CHL_MIN;
    return rc;
}

int command_packet_peek(const uint8_t *packet, size_t length, struct security_parameters *security)
{
    size_t checksum_size;
    return read_head(packet, length, security, &checksum_size);
}

/* Deciphers if SPI1 says so and holds the RC/CC against the clear text. */
static int unprotect(struct packet_crypto *crypto, const struct security_parameters *security,
                     const struct security_keys *keys, uint8_t *packet, size_t length, size_t checksum_size)
{
    uint8_t value[INTEGRITY_SIZE_MAX] = {0};
    int rc = OTA_OK;
    if (spi1_ciphered(security->spi1))
        rc = packet_decipher(crypto, keys, security->kic, packet + CIPHERED_FROM, length - CIPHERED_FROM);
    if (rc == OTA_OK)
        rc = checksum(crypto, security, keys, packet, length, checksum_size, value);
    if (rc == OTA_OK && CRYPTO_memcmp(value, packet + HEAD_SIZE, checksum_size) != 0)
        rc = OTA_E_BAD_CHECKSUM;
    return rc;
}

/* CNTR, PCNTR and data of clear text that RC/CC has proven. */
static int read_body(const uint8_t *packet, size_t length, size_t checksum_size,
                     struct command_packet *decoded)
{
    struct byte_reader reader = byte_reader_on(packet + CIPHERED_FROM, length - CIPHERED_FROM);
    const uint8_t *skipped;
    uint8_t padding;
    int rc = read_big_endian(&reader, CNTR_SIZE, &decoded->counter);
    if (rc == OTA_OK)
        rc = read_u8(&reader, &padding);
    if (rc == OTA_OK)
        rc = read_bytes(&reader, checksum_size, &skipped);
    if (rc != OTA_OK)
        return rc;
    /* Some senders add a whole block where none is needed; more than that is no padding. */
    size_t limit = reader.left;
    if (spi1_ciphered(decoded->security.spi1) && cipher_block_size(decoded->security.kic) < limit)
        limit = cipher_block_size(decoded->security.kic);
    if (padding > limit)
        return OTA_E_BAD_PADDING;
    decoded->data = reader.at;
    decoded->length = reader.left - padding;
    return OTA_OK;
}

int command_packet_decode(struct packet_crypto *crypto, uint8_t *packet, size_t length,
                          const struct security_keys *keys, struct command_packet *decoded)
{
    size_t expected, checksum_size;
    int rc = read_head(packet, length, &decoded->security, &checksum_size);
    if (rc == OTA_OK)
        rc = integrity_size(spi1_integrity(decoded->security.spi1), decoded->security.kid, keys, &expected);
    if (rc == OTA_OK && checksum_size != expected)
        rc = OTA_E_BAD_LENGTH;
    if (rc == OTA_OK)
        rc = unprotect(crypto, &decoded->security, keys, packet, length, checksum_size);
    if (rc == OTA_OK)
        rc = read_body(packet, length, checksum_size, decoded);
    return rc;
}
