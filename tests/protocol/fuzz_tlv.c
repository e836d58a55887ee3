/* tlv_read until it refuses; what it took must be the same after writing it again. */
#include <string.h>

#include "protocol/errors.h"
#include "protocol/tlv.h"
#include "tests/protocol/fuzz.h"

static void rewrite(const struct tlv *tlv)
{
    static uint8_t buffer[4 + 0xFFFF];
    struct byte_writer writer = byte_writer_on(buffer, sizeof buffer);
    struct tlv again;
    tlv_write(&writer, tlv->tag, tlv->value, tlv->length);
    MUST(byte_writer_status(&writer) == OTA_OK);
    MUST(writer.length == tlv_header_size(tlv->length) + tlv->length);
    struct byte_reader reader = byte_reader_on(buffer, writer.length);
    MUST(tlv_read(&reader, &again) == OTA_OK);
    MUST(reader.left == 0 && again.tag == tlv->tag && again.length == tlv->length);
    MUST(tlv->length == 0 || memcmp(again.value, tlv->value, tlv->length) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct byte_reader reader = byte_reader_on(data, size);
    struct tlv tlv, found;
    size_t left = reader.left;
    while (tlv_read(&reader, &tlv) == OTA_OK) {
        MUST(reader.left + 2 <= left);
        left = reader.left;
        rewrite(&tlv);
        MUST(comprehension_tlv_find(data, size, tlv.tag, &found) == OTA_OK);
        MUST((found.tag | 0x80) == (tlv.tag | 0x80));
    }
    MUST(reader.left == left);
    return 0;
}
