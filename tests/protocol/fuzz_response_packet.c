/* SPI2, KIc, KID as asked, then a response packet; or the same, status, counter and data to encode. */
#include "protocol/errors.h"
#include "protocol/response_packet.h"
#include "tests/protocol/fuzz.h"
#include "tests/protocol/fuzz_packet.h"

static void decode(const struct security_parameters *asked, const uint8_t *data, size_t size)
{
    const struct security_keys keys = fuzz_keys(asked->kic, asked->kid);
    struct response_packet decoded;
    uint8_t *packet = malloc(size);
    MUST(packet != NULL || size == 0);
    if (size > 0)
        memcpy(packet, data, size);
    (void)response_packet_peek_clear(packet, size, &decoded);
    if (response_packet_decode(fuzz_crypto(), packet, size, asked, &keys, &decoded) == OTA_OK) {
        MUST(decoded.counter <= COUNTER_MAX);
        MUST(decoded.data >= packet && decoded.data + decoded.length <= packet + size);
        MUST(decoded.integrity == INTEGRITY_NONE || decoded.integrity == spi2_integrity(asked->spi2));
        MUST(!decoded.ciphered || spi2_ciphered(asked->spi2));
    }
    free(packet);
}

static void encode(const struct security_parameters *asked, const uint8_t *data, size_t size)
{
    static uint8_t packet[FUZZ_PACKET_MAX + 64];
    const struct security_keys keys = fuzz_keys(asked->kic, asked->kid);
    struct byte_reader reader = byte_reader_on(data, size);
    struct byte_writer writer = byte_writer_on(packet, sizeof packet);
    struct response_packet response = {.tar = {0xB0, 0x00, 0x10}}, decoded;
    if (read_u8(&reader, &response.status) != OTA_OK ||
        read_big_endian(&reader, 5, &response.counter) != OTA_OK || reader.left > FUZZ_PACKET_MAX)
        return;
    response.data = reader.at;
    response.length = reader.left;
    if (response_packet_encode(fuzz_crypto(), &response, asked, &keys, &writer) != OTA_OK)
        return;
    MUST(response_packet_decode(fuzz_crypto(), packet, writer.length, asked, &keys, &decoded) == OTA_OK);
    MUST(decoded.status == response.status && decoded.counter == response.counter);
    MUST(decoded.integrity == spi2_integrity(asked->spi2));
    MUST(decoded.length == response.length);
    MUST(response.length == 0 || memcmp(decoded.data, response.data, response.length) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct byte_reader reader = byte_reader_on(data, size);
    struct security_parameters asked = {.spi1 = 0};
    if (read_u8(&reader, &asked.spi2) != OTA_OK || read_u8(&reader, &asked.kic) != OTA_OK ||
        read_u8(&reader, &asked.kid) != OTA_OK)
        return 0;
    decode(&asked, reader.at, reader.left);
    encode(&asked, reader.at, reader.left);
    return 0;
}
