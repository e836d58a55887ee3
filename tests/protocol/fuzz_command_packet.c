/* The input as a packet, and as the data of one: what is encoded must decode to the same. */
#include "protocol/command_packet.h"
#include "protocol/errors.h"
#include "tests/protocol/fuzz.h"
#include "tests/protocol/fuzz_packet.h"

static void decode(const uint8_t *data, size_t size)
{
    struct security_parameters security;
    struct command_packet decoded;
    if (command_packet_peek(data, size, &security) != OTA_OK)
        return;
    uint8_t *packet = malloc(size);
    MUST(packet != NULL);
    memcpy(packet, data, size);
    const struct security_keys keys = fuzz_keys(security.kic, security.kid);
    if (command_packet_decode(fuzz_crypto(), packet, size, &keys, &decoded) == OTA_OK) {
        MUST(decoded.counter <= COUNTER_MAX);
        MUST(decoded.data >= packet && decoded.data + decoded.length <= packet + size);
    }
    free(packet);
}

static void encode(const uint8_t *data, size_t size)
{
    static uint8_t packet[FUZZ_PACKET_MAX + 64];
    struct byte_reader reader = byte_reader_on(data, size);
    struct command_packet command = {.counter = 0}, decoded;
    struct byte_writer writer = byte_writer_on(packet, sizeof packet);
    struct security_parameters *security = &command.security;
    size_t expected;
    if (read_u8(&reader, &security->spi1) != OTA_OK || read_u8(&reader, &security->spi2) != OTA_OK ||
        read_u8(&reader, &security->kic) != OTA_OK || read_u8(&reader, &security->kid) != OTA_OK ||
        read_big_endian(&reader, 5, &command.counter) != OTA_OK || reader.left > FUZZ_PACKET_MAX)
        return;
    command.data = reader.at;
    command.length = reader.left;
    const struct security_keys keys = fuzz_keys(security->kic, security->kid);
    if (command_packet_encode(fuzz_crypto(), &command, &keys, &writer) != OTA_OK)
        return;
    MUST(command_packet_size(security, &keys, command.length, &expected) == OTA_OK);
    MUST(expected == writer.length);
    MUST(command_packet_decode(fuzz_crypto(), packet, writer.length, &keys, &decoded) == OTA_OK);
    MUST(decoded.counter == command.counter && decoded.length == command.length);
    MUST(command.length == 0 || memcmp(decoded.data, command.data, command.length) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    decode(data, size);
    encode(data, size);
    return 0;
}
