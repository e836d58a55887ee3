#include "protocol/command_packet.h"

#include "protocol/errors.h"
#include "protocol/packet_frame.h"

/* TS 102 225 table 1, TS 31.115 table 1. The element 02 70 00 in front is not covered by RC/CC. */
static const struct packet_shape SHAPE = {
    .ciphered_from = 10, /* CPL to TAR are clear */
    .head = 16,          /* CPL to PCNTR */
    .head_length = 0x0D, /* SPI to PCNTR */
};

static struct packet_protection protection_of(const struct security_parameters *security)
{
    return (struct packet_protection){.integrity = spi1_integrity(security->spi1),
                                      .ciphered = spi1_ciphered(security->spi1),
                                      .kic = security->kic,
                                      .kid = security->kid};
}

int command_packet_size(const struct security_parameters *security, const struct security_keys *keys,
                        size_t data_length, size_t *size)
{
    const struct packet_protection protection = protection_of(security);
    struct packet_layout layout;
    int rc = packet_lay_out(&SHAPE, &protection, keys, data_length, &layout);
    if (rc == OTA_OK)
        *size = layout.size;
    return rc;
}

/* Header, RC/CC and padding are less than a hundred bytes: the loop is short. */
int command_packet_capacity(const struct security_parameters *security, const struct security_keys *keys,
                            size_t size, size_t *data_length)
{
    size_t most = size < PACKET_LENGTH_MAX ? size : PACKET_LENGTH_MAX, needed;
    for (;; most--) {
        int rc = command_packet_size(security, keys, most, &needed);
        if (rc == OTA_OK && needed <= size)
            break;
        if ((rc != OTA_OK && rc != OTA_E_BAD_LENGTH) || most == 0)
            return rc == OTA_OK ? OTA_E_BAD_LENGTH : rc;
    }
    *data_length = most;
    return OTA_OK;
}

static void write_clear_text(const struct command_packet *packet, const struct packet_layout *layout,
                             struct byte_writer *writer)
{
    const struct security_parameters *security = &packet->security;
    packet_write_lengths(&SHAPE, layout, writer);
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

int command_packet_encode(struct packet_crypto *crypto, const struct command_packet *packet,
                          const struct security_keys *keys, struct byte_writer *writer)
{
    const struct packet_protection protection = protection_of(&packet->security);
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

/* The clear part; `checksum_size` is the size of RC/CC by CHL. */
static int read_head(const uint8_t *packet, size_t length, struct security_parameters *security,
                     size_t *checksum_size)
{
    struct byte_reader reader = byte_reader_on(packet, length);
    int rc = packet_read_lengths(&SHAPE, &reader, checksum_size);
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
    return rc;
}

int command_packet_peek(const uint8_t *packet, size_t length, struct security_parameters *security)
{
    size_t checksum_size;
    return read_head(packet, length, security, &checksum_size);
}

/* CNTR, PCNTR and data of clear text that RC/CC has proven. */
static int read_body(const uint8_t *packet, size_t length, const struct packet_protection *protection,
                     size_t checksum_size, struct command_packet *decoded)
{
    struct byte_reader reader = byte_reader_on(packet + SHAPE.ciphered_from, length - SHAPE.ciphered_from);
    uint8_t padding;
    int rc = read_big_endian(&reader, CNTR_SIZE, &decoded->counter);
    if (rc == OTA_OK)
        rc = read_u8(&reader, &padding);
    if (rc == OTA_OK)
        rc = packet_read_data(&reader, protection, checksum_size, padding, &decoded->data, &decoded->length);
    return rc;
}

int command_packet_decode(struct packet_crypto *crypto, uint8_t *packet, size_t length,
                          const struct security_keys *keys, struct command_packet *decoded)
{
    size_t expected, checksum_size;
    int rc = read_head(packet, length, &decoded->security, &checksum_size);
    if (rc != OTA_OK)
        return rc;
    const struct packet_protection protection = protection_of(&decoded->security);
    rc = integrity_size(protection.integrity, protection.kid, keys, &expected);
    if (rc == OTA_OK && checksum_size != expected)
        rc = OTA_E_BAD_LENGTH;
    if (rc == OTA_OK)
        rc = packet_open(crypto, &SHAPE, &protection, keys, packet, length);
    if (rc == OTA_OK)
        rc = packet_prove(crypto, &SHAPE, &protection, keys, packet, length, checksum_size);
    if (rc == OTA_OK)
        rc = read_body(packet, length, &protection, checksum_size, decoded);
    return rc;
}
