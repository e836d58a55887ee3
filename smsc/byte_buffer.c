#include "smsc/byte_buffer.h"

#include <stdlib.h>
#include <string.h>

static bool grow(struct byte_buffer *buffer, size_t wanted)
{
    size_t size = buffer->size ? buffer->size : 1024;
    while (size < wanted)
        size *= 2;
    uint8_t *bytes = realloc(buffer->bytes, size);
    if (bytes == NULL)
        return false;
    buffer->bytes = bytes;
    buffer->size = size;
    return true;
}

static void move_to_start(struct byte_buffer *buffer)
{
    memmove(buffer->bytes, buffer->bytes + buffer->start, buffer->length);
    buffer->start = 0;
}

bool byte_buffer_append(struct byte_buffer *buffer, const uint8_t *bytes, size_t length)
{
    if (length == 0)
        return true;
    if (length > buffer->limit - buffer->length)
        return false;
    if (buffer->start > 0 && buffer->start + buffer->length + length > buffer->size)
        move_to_start(buffer);
    if (buffer->length + length > buffer->size && !grow(buffer, buffer->length + length))
        return false;
    memcpy(buffer->bytes + buffer->start + buffer->length, bytes, length);
    buffer->length += length;
    return true;
}

const uint8_t *byte_buffer_front(const struct byte_buffer *buffer)
{
    return buffer->bytes ? buffer->bytes + buffer->start : NULL;
}

void byte_buffer_consume(struct byte_buffer *buffer, size_t length)
{
    buffer->start += length;
    buffer->length -= length;
    if (buffer->length == 0)
        buffer->start = 0;
}

void byte_buffer_free(struct byte_buffer *buffer)
{
    free(buffer->bytes);
    buffer->bytes = NULL;
    buffer->start = buffer->length = buffer->size = 0;
}
