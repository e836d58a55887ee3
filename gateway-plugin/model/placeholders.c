#include "gateway-plugin/model/placeholders.h"

#include <string.h>

#include "protocol/apdu.h"
#include "protocol/errors.h"
#include "protocol/hex.h"

#define HEADER_DIGITS 10

static const char *const KEY_NAMES[DATA_KEY_COUNT] = {
    [DATA_MSISDN] = "MSISDN", [DATA_ICCID] = "ICCID", [DATA_IMSI] = "IMSI"};

const char *data_key_name(enum data_key key)
{
    return (unsigned int)key < DATA_KEY_COUNT ? KEY_NAMES[key] : "unknown key";
}

bool command_has_placeholder(const char *command)
{
    return strchr(command, '[') != NULL;
}

bool placeholder_read(const char *text, size_t left, size_t *length)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    size_t at = 1;
    while (at < left && text[at] != '\0' && strchr(letters, text[at]) != NULL)
        at++;
    bool good = at < left && text[at] == ']' && at > 1 && at - 1 <= PLACEHOLDER_NAME_MAX;
    *length = good ? at + 1 : at;
    return good;
}

static size_t find(const struct placeholder_names *names, const char *name, size_t length)
{
    size_t i = 0;
    while (i < names->count && (strlen(names->names[i]) != length || memcmp(names->names[i], name, length) != 0))
        i++;
    return i;
}

/* *at is at a bracket and goes behind the name: its number, names->count when it is a new one. */
static size_t take_name(const char **at, const struct placeholder_names *names, const char **name, size_t *length)
{
    *name = *at + 1;
    *length = strcspn(*name, "]");
    *at = *name + *length + ((*name)[*length] == ']');
    return find(names, *name, *length);
}

bool placeholder_collect(const char *command, struct placeholder_names *names)
{
    const char *name;
    size_t length;
    while ((command = strchr(command, '[')) != NULL) {
        size_t number = take_name(&command, names, &name, &length);
        if (number < names->count)
            continue;
        if (names->count == PLACEHOLDERS_MAX || length > PLACEHOLDER_NAME_MAX)
            return false;
        memcpy(names->names[names->count], name, length);
        names->names[names->count++][length] = '\0';
    }
    return true;
}

size_t placeholder_first(const char *command, const struct placeholder_names *names)
{
    const char *name, *at = strchr(command, '[');
    size_t length;
    return at != NULL ? take_name(&at, names, &name, &length) : names->count;
}

bool placeholder_fill(const char *command, const struct placeholder_names *names, const char *const *values,
                      char hex[static COMMAND_HEX_SIZE])
{
    size_t used = 0;
    while (*command != '\0') {
        const char *piece = command, *name;
        size_t length = strcspn(command, "["), unused;
        if (length > 0) {
            command += length;
        } else {
            size_t number = take_name(&command, names, &name, &unused);
            piece = number < names->count ? values[number] : "";
            length = strlen(piece);
        }
        if (used + length >= COMMAND_HEX_SIZE)
            return false;
        memcpy(hex + used, piece, length);
        used += length;
    }
    hex[used] = '\0';
    return true;
}

bool placeholder_shape(const char *command, char hex[static COMMAND_HEX_SIZE])
{
    uint8_t bytes[APDU_COMMAND_MAX] = {0};
    size_t length, known = strcspn(command, "[");
    struct apdu apdu;
    if (known < HEADER_DIGITS ||
        hex_decode(command, HEADER_DIGITS, bytes, sizeof bytes, &length) != OTA_OK)
        return false;
    struct byte_reader reader = byte_reader_on(bytes, sizeof bytes);
    if (apdu_read(&reader, &apdu) != OTA_OK)
        return false;
    size_t digits = HEADER_DIGITS + 2 * apdu.length;
    if (known > digits)
        known = digits;
    memset(hex, '0', digits);
    memcpy(hex, command, known);
    hex[digits] = '\0';
    return true;
}
