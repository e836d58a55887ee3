/* ENVELOPE data, fetched proactive commands, TERMINAL RESPONSE data. */
#include <string.h>

#include "protocol/errors.h"
#include "protocol/toolkit.h"
#include "tests/protocol/fuzz.h"

static uint8_t buffer[65536 + 64];

static void envelope(const uint8_t *data, size_t size)
{
    struct byte_writer writer = byte_writer_on(buffer, sizeof buffer);
    const uint8_t *tpdu, *again;
    size_t length, again_length;
    if (sms_pp_download_decode(data, size, &tpdu, &length) != OTA_OK)
        return;
    MUST(tpdu >= data && tpdu + length <= data + size);
    if (sms_pp_download_encode(NULL, tpdu, length, &writer) != OTA_OK)
        return;
    MUST(sms_pp_download_decode(buffer, writer.length, &again, &again_length) == OTA_OK);
    MUST(again_length == length && memcmp(tpdu, again, length) == 0);
}

static void proactive(const uint8_t *data, size_t size)
{
    struct byte_writer writer = byte_writer_on(buffer, sizeof buffer);
    struct proactive_command command, again;
    if (proactive_command_decode(data, size, &command) != OTA_OK || command.tpdu == NULL)
        return;
    MUST(command.tpdu >= data && command.tpdu + command.tpdu_length <= data + size);
    if (send_short_message_encode(command.number, command.tpdu, command.tpdu_length, &writer) != OTA_OK)
        return;
    MUST(proactive_command_decode(buffer, writer.length, &again) == OTA_OK);
    MUST(again.number == command.number && again.type == PROACTIVE_SEND_SHORT_MESSAGE);
    MUST(again.tpdu_length == command.tpdu_length);
    MUST(memcmp(again.tpdu, command.tpdu, command.tpdu_length) == 0);
}

static void answer(const uint8_t *data, size_t size)
{
    struct byte_writer writer = byte_writer_on(buffer, sizeof buffer);
    struct proactive_command command, again;
    uint8_t result, again_result;
    if (terminal_response_decode(data, size, &command, &result) != OTA_OK)
        return;
    MUST(terminal_response_encode(&command, result, &writer) == OTA_OK);
    MUST(terminal_response_decode(buffer, writer.length, &again, &again_result) == OTA_OK);
    MUST(again.number == command.number && again.type == command.type && again_result == result);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    envelope(data, size);
    proactive(data, size);
    answer(data, size);
    return 0;
}
