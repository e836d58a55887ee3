#include "protocol/gsmtap.h"

#define PCAP_MAGIC 0xA1B2C3D4u /* microseconds; written big-endian, so read big-endian */
#define PCAP_SNAPLEN 65535
#define LINKTYPE_IPV4 228
#define IPV4_SIZE 20
#define UDP_SIZE 8
#define GSMTAP_SIZE 16
#define GSMTAP_PORT 4729
#define GSMTAP_VERSION 2
#define GSMTAP_TYPE_SIM 4
#define PROTOCOL_UDP 17
#define LOOPBACK 0x7F000000u

void pcap_write_header(struct byte_writer *writer)
{
    write_big_endian(writer, 4, PCAP_MAGIC);
    write_u16(writer, 2);
    write_u16(writer, 4);
    write_fill(writer, 0, 8); /* time zone, accuracy */
    write_big_endian(writer, 4, PCAP_SNAPLEN);
    write_big_endian(writer, 4, LINKTYPE_IPV4);
}

static uint16_t ipv4_checksum(const uint8_t *header)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < IPV4_SIZE; i += 2)
        sum += (uint32_t)(header[i] << 8 | header[i + 1]);
    while (sum >> 16 != 0)
        sum = (sum & 0xFFFF) + (sum >> 16);
    return (uint16_t)~sum;
}

/* RFC 791 */
static void write_ipv4(struct byte_writer *writer, uint8_t source, size_t length)
{
    uint8_t header[IPV4_SIZE];
    struct byte_writer fields = byte_writer_on(header, sizeof header);
    write_u16(&fields, 0x4500);
    write_u16(&fields, (uint16_t)(IPV4_SIZE + length));
    write_fill(&fields, 0, 4);
    write_u8(&fields, 64);
    write_u8(&fields, PROTOCOL_UDP);
    write_u16(&fields, 0);
    write_big_endian(&fields, 4, LOOPBACK | source);
    write_big_endian(&fields, 4, LOOPBACK | 1);
    uint16_t checksum = ipv4_checksum(header);
    header[10] = (uint8_t)(checksum >> 8);
    header[11] = (uint8_t)checksum;
    write_bytes(writer, header, sizeof header);
}

static void write_udp(struct byte_writer *writer, size_t length)
{
    write_u16(writer, GSMTAP_PORT);
    write_u16(writer, GSMTAP_PORT);
    write_u16(writer, (uint16_t)(UDP_SIZE + length));
    write_u16(writer, 0); /* no checksum */
}

/* Version, length in words of 32 bits, type; the radio's fields are 0, and so is the sub-type: an APDU. */
static void write_gsmtap(struct byte_writer *writer)
{
    write_u8(writer, GSMTAP_VERSION);
    write_u8(writer, GSMTAP_SIZE / 4);
    write_u8(writer, GSMTAP_TYPE_SIM);
    write_fill(writer, 0, GSMTAP_SIZE - 3);
}

void gsmtap_write_record(struct byte_writer *writer, int64_t microseconds, uint8_t source,
                         const uint8_t *command, size_t command_length, const uint8_t *response,
                         size_t response_length)
{
    size_t gsmtap = GSMTAP_SIZE + command_length + response_length;
    size_t length = IPV4_SIZE + UDP_SIZE + gsmtap;
    write_big_endian(writer, 4, (uint64_t)(microseconds / 1000000));
    write_big_endian(writer, 4, (uint64_t)(microseconds % 1000000));
    write_big_endian(writer, 4, length);
    write_big_endian(writer, 4, length);
    write_ipv4(writer, source, UDP_SIZE + gsmtap);
    write_udp(writer, gsmtap);
    write_gsmtap(writer);
    write_bytes(writer, command, command_length);
    write_bytes(writer, response, response_length);
}
