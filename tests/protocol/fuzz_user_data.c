/* The input is a row of TP-UD, each behind its length byte: parsed and put together as a phone would. */
#include <stdbool.h>
#include <string.h>

#include "protocol/errors.h"
#include "protocol/reassembly.h"
#include "tests/protocol/fuzz.h"

#define BUFFER_SIZE 600

/* A packet that came together must come apart and together again, however it is cut. */
static void cut_again(const uint8_t *packet, size_t length, enum packet_marker marker,
                      const struct sms_segmentation *cut)
{
    size_t total = sms_segment_count(cut, length), at = 0;
    struct sms_part part;
    MUST(total >= 1 && total <= 100);
    for (size_t number = 1; number <= total && marker != PACKET_MARKER_NONE; number++) {
        MUST(sms_segment_build(packet, length, marker, cut, number, &part) == OTA_OK);
        MUST(part.header_length + part.length <=
             (cut->user_data_max == 0 ? SMS_USER_DATA_MAX : cut->user_data_max));
        MUST(part.payload == packet + at);
        at += part.length;
    }
    MUST(marker == PACKET_MARKER_NONE || at == length);
}

static void add(struct reassembly *reassembly, const struct user_data *parsed)
{
    uint8_t packet[BUFFER_SIZE];
    struct byte_writer writer = byte_writer_on(packet, sizeof packet);
    enum packet_marker marker;
    int rc = reassembly_add_at(reassembly, parsed, parsed->length, 50); /* a clock that jumps about */
    MUST(reassembly->used <= reassembly->size);
    MUST(reassembly->received <= reassembly->total);
    if (rc != REASSEMBLY_COMPLETE)
        return;
    size_t used = reassembly->used;
    MUST(reassembly_take(reassembly, &marker, &writer) == OTA_OK);
    MUST(writer.length == used);
    cut_again(packet, writer.length, marker, &(struct sms_segmentation){.reference = 1});
    cut_again(
        packet, writer.length, marker,
        &(struct sms_segmentation){.reference = 0xFFFF, .wide = true, .user_data_max = SMS_USER_DATA_MIN});
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t buffer[BUFFER_SIZE];
    struct reassembly reassembly;
    struct byte_reader reader = byte_reader_on(data, size);
    uint8_t length;
    const uint8_t *ud;
    reassembly_init(&reassembly, buffer, sizeof buffer);
    while (read_u8(&reader, &length) == OTA_OK && read_bytes(&reader, length, &ud) == OTA_OK) {
        struct user_data parsed;
        if (user_data_parse(ud, length, &parsed) != OTA_OK)
            continue;
        MUST(parsed.concatenation.number >= 1);
        MUST(parsed.concatenation.number <= parsed.concatenation.total);
        MUST(parsed.length < length && parsed.payload + parsed.length == ud + length);
        add(&reassembly, &parsed);
    }
    return 0;
}
