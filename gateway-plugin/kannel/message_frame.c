#include "gateway-plugin/kannel/kannel_headers.h"

#include "gateway-plugin/kannel/message_frame.h"

#include "protocol/bytes.h"

#define ABSENT UINT32_MAX /* -1 in a string's length */

static bool skip_integer(struct byte_reader *reader)
{
    uint64_t value;

    return read_big_endian(reader, 4, &value) == 0;
}

static bool skip_string(struct byte_reader *reader)
{
    uint64_t length;
    const uint8_t *bytes;

    if (read_big_endian(reader, 4, &length) != 0)
        return false;
    return length == ABSENT || read_bytes(reader, (size_t)length, &bytes) == 0;
}

/* Kannel's own list of messages and fields, walked as msg_unpack() walks it. */
bool message_frame_is_sound(const uint8_t *frame, size_t length)
{
    struct byte_reader reader = byte_reader_on(frame, length);
    uint64_t type;
    bool sound = true;

    if (read_big_endian(&reader, 4, &type) != 0)
        return false;
    switch (type) {
#define INTEGER(name) sound = sound && skip_integer(&reader);
#define OCTSTR(name) sound = sound && skip_string(&reader);
#define UUID(name) sound = sound && skip_string(&reader);
#define VOID(name)
#define MSG(name, fields) \
    case name: \
        fields return sound;
#include <gw/msg-decl.h>
    default:
        return false;
    }
}
