#include "protocol/user_data.h"

#include "protocol/errors.h"

/* TS 23.040 9.2.3.24: information element identifiers. */
#define IEI_CONCATENATION_8BIT 0x00
#define IEI_CONCATENATION_16BIT 0x08

#define MARKER_SIZE 2 /* 70 00 */
#define PARTS_MAX 255

/* TS 23.040 9.2.3.24.1 and 9.2.3.24.8: reference, total, number of this one. */
static int parse_concatenation(struct byte_reader element, bool wide, struct concatenation *concatenation)
{
    uint64_t reference;
    if (element.left != (wide ? 4u : 3u))
        return OTA_E_BAD_LENGTH;
    (void)read_big_endian(&element, wide ? 2 : 1, &reference); /* cannot fail: the length is right */
    (void)read_u8(&element, &concatenation->total);
    (void)read_u8(&element, &concatenation->number);
    concatenation->reference = (uint16_t)reference;
    concatenation->wide = wide;
    if (concatenation->number == 0 || concatenation->number > concatenation->total)
        return OTA_E_BAD_VALUE;
    return OTA_OK;
}

static int parse_element(uint8_t identifier, struct byte_reader element, struct user_data *parsed)
{
    switch (identifier) {
    case IEI_CONCATENATION_8BIT:
    case IEI_CONCATENATION_16BIT:
        return parse_concatenation(element, identifier == IEI_CONCATENATION_16BIT, &parsed->concatenation);
    case PACKET_MARKER_COMMAND:
    case PACKET_MARKER_RESPONSE:
        if (element.left != 0) /* TS 31.115 4.1: IEIDL is 00 */
            return OTA_E_BAD_LENGTH;
        parsed->marker = (enum packet_marker)identifier;
        return OTA_OK;
    case PACKET_MARKER_PROPRIETARY: parsed->marker = PACKET_MARKER_PROPRIETARY; return OTA_OK;
    default: return OTA_OK;
    }
}

/* The elements fill the header exactly. */
static int parse_elements(struct byte_reader header, struct user_data *parsed)
{
    while (header.left > 0) {
        uint8_t identifier, length;
        struct byte_reader element;
        if (read_u8(&header, &identifier) != OTA_OK || read_u8(&header, &length) != OTA_OK ||
            read_bytes(&header, length, &element.at) != OTA_OK)
            return OTA_E_BAD_LENGTH;
        element.left = length;
        int rc = parse_element(identifier, element, parsed);
        if (rc != OTA_OK)
            return rc;
    }
    return OTA_OK;
}

int user_data_parse(const uint8_t *ud, size_t length, struct user_data *parsed)
{
    struct byte_reader reader = byte_reader_on(ud, length);
    const uint8_t *header;
    uint8_t header_length;
    int rc = read_u8(&reader, &header_length);
    if (rc == OTA_OK)
        rc = read_bytes(&reader, header_length, &header);
    if (rc != OTA_OK)
        return rc;
    *parsed = (struct user_data){.concatenation = {.total = 1, .number = 1}};
    parsed->payload = reader.at;
    parsed->length = reader.left;
    return parse_elements(byte_reader_on(header, header_length), parsed);
}

/* Bytes of header and payload by a part's place: alone, first, following. */
struct room {
    size_t single, first, following;
};

static size_t concatenation_size(bool wide)
{
    return wide ? 6 : 5; /* identifier, length, reference, total, number */
}

static struct room header_sizes(bool wide)
{
    return (struct room){.single = 1 + MARKER_SIZE,
                         .first = 1 + concatenation_size(wide) + MARKER_SIZE,
                         .following = 1 + concatenation_size(wide)};
}

static struct room payload_sizes(const struct sms_segmentation *segmentation)
{
    const size_t whole = segmentation->user_data_max == 0 ? SMS_USER_DATA_MAX : segmentation->user_data_max;
    const struct room headers = header_sizes(segmentation->wide);
    return (struct room){.single = whole - headers.single,
                         .first = whole - headers.first,
                         .following = whole - headers.following};
}

bool sms_segmentation_is_possible(const struct sms_segmentation *segmentation)
{
    const uint8_t most = segmentation->user_data_max;
    if (!segmentation->wide && segmentation->reference > UINT8_MAX)
        return false;
    return most == 0 || (most >= SMS_USER_DATA_MIN && most <= SMS_USER_DATA_MAX);
}

size_t sms_segment_capacity(const struct sms_segmentation *segmentation, size_t parts)
{
    if (!sms_segmentation_is_possible(segmentation) || parts == 0)
        return 0;
    const struct room room = payload_sizes(segmentation);
    const size_t most = parts < PARTS_MAX ? parts : PARTS_MAX;
    return most == 1 ? room.single : room.first + (most - 1) * room.following;
}

size_t sms_segment_count(const struct sms_segmentation *segmentation, size_t packet_length)
{
    if (!sms_segmentation_is_possible(segmentation))
        return 0;
    const struct room room = payload_sizes(segmentation);
    if (packet_length <= room.single)
        return 1;
    if (packet_length > sms_segment_capacity(segmentation, PARTS_MAX))
        return 0;
    return 1 + (packet_length - room.first + room.following - 1) / room.following;
}

static void write_concatenation(struct byte_writer *writer, const struct sms_segmentation *segmentation,
                                size_t total, size_t number)
{
    write_u8(writer, segmentation->wide ? IEI_CONCATENATION_16BIT : IEI_CONCATENATION_8BIT);
    write_u8(writer, (uint8_t)(concatenation_size(segmentation->wide) - 2));
    write_big_endian(writer, segmentation->wide ? 2 : 1, segmentation->reference);
    write_u8(writer, (uint8_t)total);
    write_u8(writer, (uint8_t)number);
}

size_t sms_concatenation_header_size(const struct sms_segmentation *segmentation)
{
    return header_sizes(segmentation->wide).following;
}

size_t sms_concatenation_header_build(const struct sms_segmentation *segmentation, size_t total, size_t number,
                                      uint8_t header[static USER_DATA_HEADER_MAX])
{
    struct byte_writer writer = byte_writer_on(header, USER_DATA_HEADER_MAX);
    write_u8(&writer, (uint8_t)concatenation_size(segmentation->wide));
    write_concatenation(&writer, segmentation, total, number);
    return writer.length;
}

static void build_header(struct sms_part *part, const struct sms_segmentation *segmentation, size_t total,
                         size_t number, enum packet_marker marker)
{
    const struct room sizes = header_sizes(segmentation->wide);
    struct byte_writer writer = byte_writer_on(part->header, sizeof part->header);
    size_t size = total == 1 ? sizes.single : number == 1 ? sizes.first : sizes.following;
    write_u8(&writer, (uint8_t)(size - 1));
    if (total > 1)
        write_concatenation(&writer, segmentation, total, number);
    if (number == 1) {
        write_u8(&writer, (uint8_t)marker);
        write_u8(&writer, 0);
    }
    part->header_length = writer.length;
}

int sms_segment_build(const uint8_t *packet, size_t packet_length, enum packet_marker marker,
                      const struct sms_segmentation *segmentation, size_t number, struct sms_part *part)
{
    size_t total = sms_segment_count(segmentation, packet_length);
    if (number == 0 || number > total || marker == PACKET_MARKER_NONE)
        return OTA_E_BAD_VALUE;
    const struct room rooms = payload_sizes(segmentation);
    size_t start = number == 1 ? 0 : rooms.first + (number - 2) * rooms.following;
    size_t room = total == 1 ? rooms.single : number == 1 ? rooms.first : rooms.following;
    build_header(part, segmentation, total, number, marker);
    part->payload = packet + start;
    part->length = packet_length - start < room ? packet_length - start : room;
    return OTA_OK;
}

size_t sms_part_count(size_t packet_length)
{
    return sms_segment_count(&(struct sms_segmentation){.reference = 0}, packet_length);
}

int sms_part_build(const uint8_t *packet, size_t packet_length, enum packet_marker marker, uint8_t reference,
                   size_t number, struct sms_part *part)
{
    return sms_segment_build(packet, packet_length, marker,
                             &(struct sms_segmentation){.reference = reference}, number, part);
}
