#include "protocol/packet_frame.h"

#include <openssl/crypto.h>

#include "protocol/errors.h"

int packet_lay_out(const struct packet_shape *shape, const struct packet_protection *protection,
                   const struct security_keys *keys, size_t data_length, struct packet_layout *layout)
{
    int rc = integrity_size(protection->integrity, protection->kid, keys, &layout->checksum);
    if (rc != OTA_OK)
        return rc;
    if (data_length > PACKET_LENGTH_MAX)
        return OTA_E_BAD_LENGTH;
    size_t bare = shape->head + layout->checksum + data_length;
    layout->padding = 0;
    if (protection->ciphered) {
        size_t block = cipher_block_size(protection->kic);
        if (block == 0)
            return OTA_E_UNSUPPORTED;
        layout->padding = (block - (bare - shape->ciphered_from) % block) % block;
    }
    layout->size = bare + layout->padding;
    return layout->size - PACKET_LENGTH_SIZE > PACKET_LENGTH_MAX ? OTA_E_BAD_LENGTH : OTA_OK;
}

void packet_write_lengths(const struct packet_shape *shape, const struct packet_layout *layout,
                          struct byte_writer *writer)
{
    write_u16(writer, (uint16_t)(layout->size - PACKET_LENGTH_SIZE));
    write_u8(writer, (uint8_t)(shape->head_length + layout->checksum));
}

int packet_read_lengths(const struct packet_shape *shape, struct byte_reader *reader, size_t *checksum_size)
{
    uint16_t packet_length;
    uint8_t head_length;
    int rc = read_u16(reader, &packet_length);
    if (rc == OTA_OK && packet_length != reader->left)
        rc = packet_length > reader->left ? OTA_E_TRUNCATED : OTA_E_BAD_LENGTH;
    if (rc == OTA_OK)
        rc = read_u8(reader, &head_length);
    if (rc == OTA_OK && (head_length < shape->head_length || head_length > reader->left))
        rc = OTA_E_BAD_LENGTH;
    if (rc == OTA_OK)
        *checksum_size = (size_t)(head_length - shape->head_length);
    return rc;
}

/* Over the prefix, the head, data and padding: without the field itself. */
static int checksum(struct packet_crypto *crypto, const struct packet_shape *shape,
                    const struct packet_protection *protection, const struct security_keys *keys,
                    const uint8_t *packet, size_t length, size_t size, uint8_t out[static INTEGRITY_SIZE_MAX])
{
    const size_t behind = shape->head + size;
    const struct byte_span spans[] = {
        shape->prefix, {packet, shape->head}, {packet + behind, length - behind}};
    const size_t first = shape->prefix.length == 0 ? 1 : 0;
    return packet_integrity(crypto, protection->integrity, protection->kid, keys, spans + first, 3 - first,
                            out);
}

int packet_open(struct packet_crypto *crypto, const struct packet_shape *shape,
                const struct packet_protection *protection, const struct security_keys *keys, uint8_t *packet,
                size_t length)
{
    if (!protection->ciphered)
        return OTA_OK;
    return packet_decipher(crypto, keys, protection->kic, packet + shape->ciphered_from,
                           length - shape->ciphered_from);
}

int packet_close(struct packet_crypto *crypto, const struct packet_shape *shape,
                 const struct packet_protection *protection, const struct security_keys *keys,
                 uint8_t *packet, size_t length)
{
    if (!protection->ciphered)
        return OTA_OK;
    return packet_encipher(crypto, keys, protection->kic, packet + shape->ciphered_from,
                           length - shape->ciphered_from);
}

int packet_protect(struct packet_crypto *crypto, const struct packet_shape *shape,
                   const struct packet_protection *protection, const struct security_keys *keys,
                   uint8_t *packet, const struct packet_layout *layout)
{
    uint8_t value[INTEGRITY_SIZE_MAX] = {0};
    int rc = checksum(crypto, shape, protection, keys, packet, layout->size, layout->checksum, value);
    if (rc != OTA_OK)
        return rc;
    struct byte_writer field = byte_writer_on(packet + shape->head, layout->checksum);
    write_bytes(&field, value, layout->checksum);
    return packet_close(crypto, shape, protection, keys, packet, layout->size);
}

int packet_prove(struct packet_crypto *crypto, const struct packet_shape *shape,
                 const struct packet_protection *protection, const struct security_keys *keys,
                 const uint8_t *packet, size_t length, size_t checksum_size)
{
    uint8_t value[INTEGRITY_SIZE_MAX] = {0};
    int rc = checksum(crypto, shape, protection, keys, packet, length, checksum_size, value);
    if (rc == OTA_OK && CRYPTO_memcmp(value, packet + shape->head, checksum_size) != 0)
        rc = OTA_E_BAD_CHECKSUM;
    return rc;
}

int packet_read_data(struct byte_reader *reader, const struct packet_protection *protection,
                     size_t checksum_size, uint8_t padding, const uint8_t **data, size_t *length)
{
    const uint8_t *skipped;
    int rc = read_bytes(reader, checksum_size, &skipped);
    if (rc != OTA_OK)
        return rc;
    size_t padding_max = protection->ciphered ? cipher_block_size(protection->kic) : UINT8_MAX;
    if (padding > reader->left || padding > padding_max)
        return OTA_E_BAD_PADDING;
    *data = reader->at;
    *length = reader->left - padding;
    return OTA_OK;
}
