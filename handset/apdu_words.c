#include "handset/apdu_words.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "handset/conversation.h"
#include "protocol/command_packet.h"
#include "protocol/errors.h"
#include "protocol/status_word.h"
#include "protocol/tlv.h"
#include "protocol/toolkit.h"
#include "protocol/user_data.h"

#define TAG_RESULT 0x83
#define TAG_EVENT_DOWNLOAD 0xD6
#define TAG_TIMER_EXPIRATION 0xD7
#define HEADER_SIZE 5

/* Text that grows and is cut at its end. */
struct words {
    char *text;
    size_t length;
};

static void say(struct words *words, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(struct words *words, const char *format, ...)
{
    va_list arguments;
    size_t room = APDU_WORDS_SIZE - words->length;
    va_start(arguments, format);
    int wanted = vsnprintf(words->text + words->length, room, format, arguments);
    va_end(arguments);
    words->length += wanted < 0 ? 0 : (size_t)wanted < room ? (size_t)wanted : room - 1;
}

static void say_file(struct words *words, const uint8_t *data, size_t length)
{
    static const struct {
        uint16_t id;
        const char *name;
    } files[] = {{0x3F00, "MF"},     {0x7F20, "DF GSM"},   {0x7FFF, "ADF"},       {0x2FE2, "EF ICCID"},
                 {0x2F00, "EF DIR"}, {0x6FAE, "EF Phase"}, {0x7F10, "DF TELECOM"}};
    for (size_t i = 0; i < length && i < 16; i++)
        say(words, "%s%02X", i == 0 ? " " : "", data[i]);
    for (size_t i = 0; i < sizeof files / sizeof *files && length == 2; i++)
        if (files[i].id == (data[0] << 8 | data[1]))
            say(words, " (%s)", files[i].name);
}

/* What stands in TP-UD. */
static void say_user_data(struct words *words, const uint8_t *ud, size_t length)
{
    struct user_data parsed;
    struct security_parameters security;
    if (user_data_parse(ud, length, &parsed) != OTA_OK) {
        say(words, ", %zu bytes", length);
        return;
    }
    if (parsed.concatenation.total > 1)
        say(words, ", part %u of %u", parsed.concatenation.number, parsed.concatenation.total);
    if (parsed.marker == PACKET_MARKER_RESPONSE)
        say(words, ", response packet of %zu bytes", parsed.length);
    else if (parsed.marker == PACKET_MARKER_COMMAND && parsed.concatenation.total <= 1 &&
             command_packet_peek(parsed.payload, parsed.length, &security) == OTA_OK)
        say(words, ", command packet to TAR %02X%02X%02X, SPI %02X%02X, KIc %02X, KID %02X", security.tar[0],
            security.tar[1], security.tar[2], security.spi1, security.spi2, security.kic, security.kid);
    else
        say(words, ", %s of %zu bytes", parsed.marker == PACKET_MARKER_COMMAND ? "command packet" : "data",
            parsed.length);
}

static void say_envelope(struct words *words, const uint8_t *data, size_t length)
{
    const uint8_t *tpdu;
    size_t tpdu_length;
    struct sms_deliver sms;
    if (length > 0 && data[0] == TAG_EVENT_DOWNLOAD)
        say(words, ", event download");
    else if (length > 0 && data[0] == TAG_TIMER_EXPIRATION)
        say(words, ", timer expiration");
    if (sms_pp_download_decode(data, length, &tpdu, &tpdu_length) != OTA_OK)
        return;
    say(words, ", SMS-PP download");
    if (sms_deliver_decode(tpdu, tpdu_length, &sms) != OTA_OK)
        return;
    say(words, " from %s", sms.originator.digits);
    if (sms.has_user_data_header)
        say_user_data(words, sms.user_data, sms.user_data_length);
}

static void say_proactive(struct words *words, const uint8_t *data, size_t length)
{
    struct proactive_command command;
    struct sms_submit sms;
    int rc = proactive_command_decode(data, length, &command);
    if (rc != OTA_OK) {
        say(words, ", %s", length == 0 ? "nothing" : ota_error_text(rc));
        return;
    }
    say(words, ", %s (%02X), qualifier %02X", proactive_type_text(command.type), command.type,
        command.qualifier);
    if (command.tpdu == NULL || sms_submit_decode(command.tpdu, command.tpdu_length, &sms) != OTA_OK)
        return;
    say(words, ", to %s", sms.destination.digits);
    if (sms.has_user_data_header)
        say_user_data(words, sms.user_data, sms.user_data_length);
}

static void say_terminal_response(struct words *words, const uint8_t *data, size_t length)
{
    struct proactive_command command;
    uint8_t result;
    if (terminal_response_decode(data, length, &command, &result) == OTA_OK)
        say(words, " to %s: result %02X", proactive_type_text(command.type), result);
}

static void say_command(struct words *words, const uint8_t *command, size_t length, const uint8_t *response,
                        size_t response_length)
{
    const uint8_t *data = command + HEADER_SIZE;
    size_t data_length = length - HEADER_SIZE;
    say(words, "%s", apdu_name(command[1]));
    switch (command[1]) {
    case INS_SELECT: say_file(words, data, data_length); break;
    case INS_ENVELOPE: say_envelope(words, data, data_length); break;
    case INS_FETCH: say_proactive(words, response, response_length); break;
    case INS_TERMINAL_RESPONSE: say_terminal_response(words, data, data_length); break;
    case INS_READ_RECORD: say(words, " %u", command[2]); break;
    default: break;
    }
}

static void say_status(struct words *words, uint16_t sw)
{
    uint8_t sw1 = (uint8_t)(sw >> 8), sw2 = (uint8_t)sw;
    unsigned count = sw2 == 0 ? 256 : sw2;
    say(words, ": %04X, ", sw);
    if (sw1 == 0x91)
        say(words, "and a proactive command of %u bytes waits", count);
    else if (sw1 == 0x9F || sw1 == 0x61)
        say(words, "%u bytes wait", count);
    else
        say(words, "%s", status_word_text(sw));
}

void apdu_words(const uint8_t *command, size_t length, const uint8_t *response, size_t response_length,
                char words[static APDU_WORDS_SIZE])
{
    struct words said = {.text = words};
    words[0] = '\0';
    if (length < HEADER_SIZE || response_length < 2)
        return;
    size_t data = response_length - 2;
    say_command(&said, command, length, response, data);
    if (data > 0 && command[1] != INS_FETCH)
        say(&said, ", %zu bytes read", data);
    say_status(&said, (uint16_t)(response[data] << 8 | response[data + 1]));
}

void apdu_hide_secrets(uint8_t *command, size_t length, uint8_t filler)
{
    static const uint8_t secret[] = {0x20, 0x24, 0x26, 0x28, 0x2C, 0xD8};
    if (length > HEADER_SIZE && memchr(secret, command[1], sizeof secret) != NULL)
        memset(command + HEADER_SIZE, filler, length - HEADER_SIZE);
}
