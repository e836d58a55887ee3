#include "protocol/bytes.h"

#include <string.h>

#include "protocol/errors.h"

struct byte_reader byte_reader_on(const uint8_t *bytes, size_t length)
{
    return (struct byte_reader){.at = bytes, .left = length};
}

int read_bytes(struct byte_reader *reader, size_t length, const uint8_t **bytes)
{
    if (length > reader->left)
        return OTA_E_TRUNCATED;
    *bytes = reader->at;
    if (length > 0)
        reader->at += length; /* a reader on nothing may stand on NULL */
    reader->left -= length;
    return OTA_OK;
}

int read_big_endian(struct byte_reader *reader, size_t bytes, uint64_t *value)
{
    const uint8_t *at;
    int rc = read_bytes(reader, bytes, &at);
    if (rc != OTA_OK)
        return rc;
    *value = 0;
    for (size_t i = 0; i < bytes; i++)
        *value = *value << 8 | at[i];
    return OTA_OK;
}

int read_u8(struct byte_reader *reader, uint8_t *value)
{
    if (reader->left == 0)
        return OTA_E_TRUNCATED;
    *value = *reader->at++;
    reader->left--;
    return OTA_OK;
}

int read_u16(struct byte_reader *reader, uint16_t *value)
{
    uint64_t wide;
    int rc = read_big_endian(reader, 2, &wide);
    if (rc == OTA_OK)
        *value = (uint16_t)wide;
    return rc;
}

int read_copy(struct byte_reader *reader, uint8_t *to, size_t length)
{
    const uint8_t *at;
    int rc = read_bytes(reader, length, &at);
    if (rc == OTA_OK && length > 0)
        memcpy(to, at, length);
    return rc;
}

struct byte_writer byte_writer_on(uint8_t *buffer, size_t size)
{
    return (struct byte_writer){.start = buffer, .size = size};
}

/* Room for `length` more bytes, or NULL and the overflow is noted. */
static uint8_t *claim(struct byte_writer *writer, size_t length)
{
    if (writer->overflow || length > writer->size - writer->length) {
        writer->overflow = true;
        return NULL;
    }
    uint8_t *at = writer->start + writer->length;
    writer->length += length;
    return at;
}

void write_u8(struct byte_writer *writer, uint8_t value)
{
    write_bytes(writer, &value, 1);
}

void write_u16(struct byte_writer *writer, uint16_t value)
{
    write_big_endian(writer, 2, value);
}

void write_big_endian(struct byte_writer *writer, size_t bytes, uint64_t value)
{
    uint8_t *at = claim(writer, bytes);
    if (at == NULL)
        return;
    for (size_t i = bytes; i > 0; i--) {
        at[i - 1] = (uint8_t)value;
        value >>= 8;
    }
}

void write_bytes(struct byte_writer *writer, const uint8_t *bytes, size_t length)
{
    if (length == 0)
        return;
    uint8_t *at = claim(writer, length);
    if (at != NULL)
        memcpy(at, bytes, length);
}

void write_fill(struct byte_writer *writer, uint8_t value, size_t count)
{
    if (count == 0)
        return;
    uint8_t *at = claim(writer, count);
    if (at != NULL)
        memset(at, value, count);
}

int byte_writer_status(const struct byte_writer *writer)
{
    return writer->overflow ? OTA_E_NO_SPACE : OTA_OK;
}
