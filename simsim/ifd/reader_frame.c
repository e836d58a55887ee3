#include "simsim/ifd/reader_frame.h"

#include <string.h>

struct reader_frame reader_frame_into(uint8_t *body, size_t capacity)
{
    return (struct reader_frame){.body = body, .capacity = capacity};
}

void reader_frame_restart(struct reader_frame *frame)
{
    frame->received = 0;
}

size_t reader_frame_length(const struct reader_frame *frame)
{
    if (frame->received < READER_FRAME_HEADER)
        return 0;
    return (size_t)frame->header[0] << 8 | frame->header[1];
}

size_t reader_frame_missing(const struct reader_frame *frame)
{
    if (frame->received < READER_FRAME_HEADER)
        return READER_FRAME_HEADER - frame->received;
    return READER_FRAME_HEADER + reader_frame_length(frame) - frame->received;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void feed_body(struct reader_frame *frame, const uint8_t *bytes, size_t count)
{
    size_t offset = frame->received - READER_FRAME_HEADER;
    if (offset < frame->capacity)
        memcpy(frame->body + offset, bytes, smaller(count, frame->capacity - offset));
}

size_t reader_frame_feed(struct reader_frame *frame, const uint8_t *bytes, size_t count)
{
    size_t taken = 0;
    while (taken < count && !reader_frame_is_complete(frame)) {
        size_t part = smaller(count - taken, reader_frame_missing(frame));
        if (frame->received < READER_FRAME_HEADER)
            memcpy(frame->header + frame->received, bytes + taken, part);
        else
            feed_body(frame, bytes + taken, part);
        frame->received += part;
        taken += part;
    }
    return taken;
}

bool reader_frame_is_complete(const struct reader_frame *frame)
{
    return reader_frame_missing(frame) == 0;
}

void reader_frame_write_header(uint8_t header[static READER_FRAME_HEADER], size_t length)
{
    header[0] = (uint8_t)(length >> 8);
    header[1] = (uint8_t)length;
}
