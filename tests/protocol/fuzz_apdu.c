/* A compact script, and the answer to one. */
#include <string.h>

#include "protocol/apdu.h"
#include "protocol/errors.h"
#include "tests/protocol/fuzz.h"

static void script(const uint8_t *data, size_t size)
{
    struct byte_reader reader = byte_reader_on(data, size);
    struct apdu apdu;
    uint8_t destination;
    while (!compact_refresh_read(reader, &destination)) {
        size_t left = reader.left;
        if (apdu_read(&reader, &apdu) != OTA_OK) {
            MUST(reader.left == left);
            return;
        }
        MUST(left - reader.left == 5 + apdu.length);
        MUST(apdu.length <= 255 && (apdu.data == NULL) == (apdu.length == 0));
    }
}

static void response(const uint8_t *data, size_t size)
{
    static uint8_t buffer[65536];
    struct byte_writer writer = byte_writer_on(buffer, sizeof buffer);
    struct compact_response decoded;
    if (compact_response_decode(data, size, &decoded) != OTA_OK)
        return;
    compact_response_encode(&decoded, &writer);
    MUST(byte_writer_status(&writer) != OTA_OK || (writer.length == size && memcmp(buffer, data, size) == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    script(data, size);
    response(data, size);
    return 0;
}
