/* The first byte chooses the cut; what follows is a text, and once more the units of one. */
#include <string.h>

#include "protocol/errors.h"
#include "protocol/gsm7.h"
#include "protocol/short_text.h"
#include "tests/protocol/fuzz.h"

#define INPUT_MAX 4096
#define BUFFER_SIZE (INPUT_MAX * 3)

/* Each part encodes into its SMS, and the parts are the text. */
static void cut(const char *text, size_t length, enum short_text_alphabet alphabet,
                const struct sms_segmentation *segmentation)
{
    const size_t most = segmentation->user_data_max == 0 ? SMS_USER_DATA_MAX : segmentation->user_data_max;
    const size_t total = short_text_count(text, length, alphabet, segmentation);
    size_t at = 0;
    MUST(total <= 255);
    for (size_t number = 1; number <= total; number++) {
        uint8_t units[SHORT_TEXT_UNITS_MAX], packed[SMS_USER_DATA_MAX];
        struct byte_writer writer = byte_writer_on(units, sizeof units);
        struct byte_writer behind = byte_writer_on(packed, sizeof packed);
        struct short_text_part part;
        MUST(short_text_part(text, length, alphabet, segmentation, number, &part) == OTA_OK);
        MUST(part.begin == at && part.end > at && part.end <= length);
        at = part.end;
        MUST(short_text_encode(text + part.begin, part.end - part.begin, alphabet, &writer) == OTA_OK);
        if (alphabet == SHORT_TEXT_GSM7)
            gsm7_pack(units, writer.length, gsm7_fill_bits(part.header_length), &behind);
        else
            write_bytes(&behind, units, writer.length);
        MUST(byte_writer_status(&behind) == OTA_OK && part.header_length + behind.length <= most);
    }
    MUST(total == 0 || at == length);
}

static void encode(const char *text, size_t length, const struct sms_segmentation *segmentation)
{
    static uint8_t units[BUFFER_SIZE], back[BUFFER_SIZE];
    struct byte_writer writer = byte_writer_on(units, sizeof units), utf8 = byte_writer_on(back, sizeof back);
    enum short_text_alphabet alphabet;
    size_t bad_at = 0;
    const int rc = short_text_alphabet(text, length, &alphabet, &bad_at);
    if (rc != OTA_OK) {
        MUST(length == 0 ? rc == OTA_E_BAD_LENGTH : bad_at < length);
        MUST(short_text_count(text, length, SHORT_TEXT_UCS2, segmentation) == 0);
        MUST(length == 0 || short_text_encode(text, length, SHORT_TEXT_UCS2, &writer) == OTA_E_BAD_VALUE);
        return;
    }
    MUST(short_text_encode(text, length, alphabet, &writer) == OTA_OK);
    MUST(short_text_decode(units, writer.length, alphabet, &utf8) == OTA_OK);
    MUST(utf8.length == length && memcmp(back, text, length) == 0);
    cut(text, length, alphabet, segmentation);
}

/* What is shown can be sent, but for the control characters that UCS-2 may bring. */
static void decode(const uint8_t *units, size_t length, enum short_text_alphabet alphabet)
{
    static uint8_t utf8[BUFFER_SIZE];
    struct byte_writer writer = byte_writer_on(utf8, sizeof utf8);
    enum short_text_alphabet found;
    size_t bad_at;
    if (short_text_decode(units, length, alphabet, &writer) != OTA_OK || length == 0)
        return;
    const int rc = short_text_alphabet((const char *)utf8, writer.length, &found, &bad_at);
    MUST(rc == OTA_OK || alphabet == SHORT_TEXT_UCS2);
    MUST(rc != OTA_OK || found == SHORT_TEXT_GSM7 || alphabet == SHORT_TEXT_UCS2);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || size > INPUT_MAX)
        return 0;
    const struct sms_segmentation segmentation = {
        .reference = 0xA5, .wide = data[0] & 0x80, .user_data_max = data[0] & 0x7F};
    encode((const char *)data + 1, size - 1, &segmentation);
    decode(data + 1, size - 1, SHORT_TEXT_GSM7);
    decode(data + 1, size - 1, SHORT_TEXT_UCS2);
    return 0;
}
