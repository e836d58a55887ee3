#include "gateway-plugin/script/script.h"

#include <stdio.h>
#include <string.h>

#include "gateway-plugin/model/command.h"
#include "gateway-plugin/model/placeholders.h"
#include "protocol/apdu.h"
#include "protocol/errors.h"
#include "protocol/hex.h"
#include "protocol/toolkit.h"

#define WARNING_SIZE 160

/* TS 102 223 clause 8.7 */
static const struct {
    uint8_t identity;
    const char *name;
} DEVICES[] = {
    {DEVICE_KEYPAD, " (keypad)"}, {DEVICE_DISPLAY, " (display)"}, {0x03, " (earpiece)"},
    {DEVICE_SIM, " (SIM)"},       {DEVICE_NETWORK, " (network)"},
};

static const char *device_name(uint8_t identity)
{
    for (size_t i = 0; i < sizeof DEVICES / sizeof DEVICES[0]; i++)
        if (DEVICES[i].identity == identity)
            return DEVICES[i].name;
    return "";
}

/* Bytes of a checked command. */
struct command_bytes {
    uint8_t bytes[APDU_COMMAND_MAX];
    size_t length;
};

static int decode(const char *hex, struct command_bytes *command)
{
    return hex_decode(hex, strlen(hex), command->bytes, sizeof command->bytes, &command->length);
}

static bool read_refresh(const struct command_bytes *command, uint8_t *destination)
{
    return compact_refresh_read(byte_reader_on(command->bytes, command->length), destination);
}

static bool is_output(const struct command_bytes *command)
{
    return command->length == 5 && apdu_case(command->bytes[1]) == APDU_OUTPUT;
}

/* `answers`: its data come back. */
static void warn(const struct command_bytes *command, size_t position, bool answers,
                 char warning[static WARNING_SIZE])
{
    uint8_t destination;
    warning[0] = '\0';
    if (read_refresh(command, &destination)) {
        if (destination != DEVICE_ME)
            snprintf(
                warning, WARNING_SIZE,
                "command %zu: the REFRESH is addressed to device %02X%s, 82 (ME) is right; sent as it is",
                position, destination, device_name(destination));
    } else if (!answers && is_output(command)) {
        /* TS 102 226 clause 5.1.2: the compact response holds the data of the last command only. */
        snprintf(warning, WARNING_SIZE,
                 "command %zu: the data of %s are lost, because only the last command's come back", position,
                 apdu_name(command->bytes[1]));
    }
}

int script_check_command(const char *hex, size_t position, bool last, enum script_format format,
                         char warning[static WARNING_SIZE], struct refusal *refusal)
{
    struct command_place place = {"command", position, 1, format};
    struct command_bytes command;
    warning[0] = '\0';
    if (command_check_text(&place, hex, strlen(hex), last, refusal) != 0)
        return -1;
    if (!command_has_placeholder(hex) && decode(hex, &command) == OTA_OK)
        warn(&command, position, last || format == SCRIPT_EXPANDED, warning);
    return 0;
}

int script_append(struct byte_writer *script, const char *hex)
{
    struct command_bytes command;
    int rc = decode(hex, &command);
    if (rc != OTA_OK)
        return rc;
    write_bytes(script, command.bytes, command.length);
    return byte_writer_status(script);
}

bool script_command_is_refresh(const char *hex)
{
    struct command_bytes command;
    uint8_t destination;
    return decode(hex, &command) == OTA_OK && read_refresh(&command, &destination);
}
