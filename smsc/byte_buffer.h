/* Bytes on their way through a socket: grows to a limit, taken off at the front. */
#ifndef OTA_SMSC_BYTE_BUFFER_H
#define OTA_SMSC_BYTE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct byte_buffer {
    uint8_t *bytes; /* owned */
    size_t start, length, size;
    size_t limit; /* most bytes that it may hold */
};

/* false, and nothing added: over the limit, or out of memory. */
bool byte_buffer_append(struct byte_buffer *buffer, const uint8_t *bytes, size_t length);
const uint8_t *byte_buffer_front(const struct byte_buffer *buffer);
void byte_buffer_consume(struct byte_buffer *buffer, size_t length);
void byte_buffer_free(struct byte_buffer *buffer);

#endif
