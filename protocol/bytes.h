/*
 * Bytes come only through the reader and leave only through the writer.
 * Neither owns memory: the caller's buffer must outlive them.
 */
#ifndef OTA_PROTOCOL_BYTES_H
#define OTA_PROTOCOL_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct byte_reader {
    const uint8_t *at;
    size_t left;
};

struct byte_reader byte_reader_on(const uint8_t *bytes, size_t length);

/* Each takes its bytes, big-endian, or takes nothing and returns OTA_E_TRUNCATED. */
int read_u8(struct byte_reader *reader, uint8_t *value);
int read_u16(struct byte_reader *reader, uint16_t *value);
int read_big_endian(struct byte_reader *reader, size_t bytes, uint64_t *value); /* bytes: 1 to 8 */
int read_bytes(struct byte_reader *reader, size_t length, const uint8_t **bytes); /* points into the input */
int read_copy(struct byte_reader *reader, uint8_t *to, size_t length);

/* Writing past the end sets `overflow` and writes nothing more, so a chain of
 * writes needs one check: byte_writer_status(). */
struct byte_writer {
    uint8_t *start;
    size_t size;   /* of the buffer */
    size_t length; /* written so far */
    bool overflow;
};

struct byte_writer byte_writer_on(uint8_t *buffer, size_t size);
void write_u8(struct byte_writer *writer, uint8_t value);
void write_u16(struct byte_writer *writer, uint16_t value);
void write_big_endian(struct byte_writer *writer, size_t bytes, uint64_t value);
void write_bytes(struct byte_writer *writer, const uint8_t *bytes, size_t length);
void write_fill(struct byte_writer *writer, uint8_t value, size_t count);
int byte_writer_status(const struct byte_writer *writer); /* 0 or OTA_E_NO_SPACE */

#endif
