#include "protocol/tlv.h"

#include "protocol/errors.h"

/* TS 101 220 7.1: the first length byte is the length, or says how many bytes hold it. */
static int read_length(struct byte_reader *reader, size_t *length)
{
    uint8_t first;
    int rc = read_u8(reader, &first);
    if (rc != OTA_OK)
        return rc;
    if (first < 0x80) {
        *length = first;
        return OTA_OK;
    }
    if (first != 0x81 && first != 0x82)
        return OTA_E_BAD_LENGTH;
    uint64_t value;
    rc = read_big_endian(reader, first & 0x7F, &value);
    if (rc == OTA_OK)
        *length = (size_t)value;
    return rc;
}

int tlv_read(struct byte_reader *reader, struct tlv *tlv)
{
    struct byte_reader ahead = *reader; /* on an error the caller's reader has not moved */
    int rc = read_u8(&ahead, &tlv->tag);
    if (rc == OTA_OK)
        rc = read_length(&ahead, &tlv->length);
    if (rc == OTA_OK)
        rc = read_bytes(&ahead, tlv->length, &tlv->value);
    if (rc == OTA_OK)
        *reader = ahead;
    return rc;
}

int comprehension_tlv_find(const uint8_t *bytes, size_t length, uint8_t tag, struct tlv *tlv)
{
    struct byte_reader reader = byte_reader_on(bytes, length);
    while (reader.left > 0) {
        int rc = tlv_read(&reader, tlv);
        if (rc != OTA_OK)
            return rc;
        if ((tlv->tag | TLV_COMPREHENSION_REQUIRED) == (tag | TLV_COMPREHENSION_REQUIRED))
            return OTA_OK;
    }
    return OTA_E_NOT_THIS;
}

size_t tlv_header_size(size_t length)
{
    return length < 0x80 ? 2 : length < 0x100 ? 3 : 4;
}

void tlv_write_header(struct byte_writer *writer, uint8_t tag, size_t length)
{
    if (length > 0xFFFF) { /* no form of ours holds it, so no buffer does */
        writer->overflow = true;
        return;
    }
    size_t extra = tlv_header_size(length) - 2;
    write_u8(writer, tag);
    if (extra > 0)
        write_u8(writer, (uint8_t)(0x80 | extra));
    write_big_endian(writer, extra > 0 ? extra : 1, length);
}

void tlv_write(struct byte_writer *writer, uint8_t tag, const uint8_t *value, size_t length)
{
    tlv_write_header(writer, tag, length);
    write_bytes(writer, value, length);
}
