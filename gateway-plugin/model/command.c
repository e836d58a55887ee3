#include "gateway-plugin/model/command.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "gateway-plugin/model/placeholders.h"
#include "protocol/apdu.h"
#include "protocol/errors.h"
#include "protocol/hex.h"
#include "protocol/toolkit.h"

#define HEADER_SIZE 5    /* CLA INS P1 P2 P3 */
#define LC_MAX 0xFF
#define REFRESH_MAX 258  /* D0 81 FF and 255 bytes */
#define LONG_LENGTH 0x81 /* BER: one more length byte follows */

/* `digit`: the first that is wrong, from 0. Returns -1. */
__attribute__((format(printf, 5, 6))) static int refuse_at(const struct command_place *place, size_t digit,
                                                           enum refusal_kind kind, struct refusal *refusal,
                                                           const char *format, ...)
{
    char reason[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    return refuse(refusal, kind, "%s %lu, column %zu: %s", place->word, place->number, place->column + digit,
                  reason);
}

static int check_hex(const struct command_place *place, const char *hex, size_t digits,
                     struct refusal *refusal)
{
    size_t good = hex_span(hex, digits);
    if (good == digits)
        return 0;
    return refuse_at(place, good, REFUSAL_INVALID, refusal, "'%c' is no hex digit", hex[good]);
}

/* The length's byte stands behind the digits that are shown. */
static int refuse_length(const struct command_place *place, const char *hex, size_t shown, const char *field,
                         unsigned int value, size_t wanted, size_t digits, struct refusal *refusal)
{
    return refuse_at(place, shown, REFUSAL_INVALID, refusal,
                     "%.*s with %s %02X needs %zu hex digits, this %s has %zu", (int)shown, hex, field, value,
                     wanted, place->word, digits);
}

static bool class_is_known(uint8_t cla)
{
    return cla == 0xA0 || (cla & 0xF0) == 0x00 || (cla & 0xF0) == 0x80;
}

static int check_apdu(const struct command_place *place, const char *hex, size_t digits,
                      struct refusal *refusal)
{
    uint8_t bytes[APDU_COMMAND_MAX] = {0}; /* the header and as much data as P3 can ask for */
    size_t length;
    struct apdu apdu;
    if (hex_decode(hex, 2 * (size_t)HEADER_SIZE, bytes, sizeof bytes, &length) != OTA_OK)
        return refuse_at(place, 0, REFUSAL_INTERNAL, refusal, "not decoded");
    if (!class_is_known(bytes[0]))
        return refuse_at(place, 0, REFUSAL_INVALID, refusal,
                         "class %02X is not known, expected A0 (2G), 0X or 8X (UICC)", bytes[0]);
    struct byte_reader reader = byte_reader_on(bytes, sizeof bytes);
    switch (apdu_read(&reader, &apdu)) {
    case OTA_OK: break;
    case OTA_E_UNSUPPORTED:
        return refuse_at(place, 2, REFUSAL_INVALID, refusal,
                         "instruction %02X of class %02X is not known, so its length is not either", bytes[1],
                         bytes[0]);
    default:
        return refuse_at(place, 8, REFUSAL_INVALID, refusal, "%s has P3 %02X, expected 00: it takes no data",
                         apdu_name(bytes[1]), bytes[4]);
    }
    size_t wanted = 2 * (HEADER_SIZE + apdu.length);
    if (place->format == SCRIPT_EXPANDED && apdu.length > 0 && apdu.length < LC_MAX && digits == wanted + 2)
        return 0; /* case 4: the card fetches the answer itself */
    return digits == wanted ? 0 : refuse_length(place, hex, 8, "P3", apdu.p3, wanted, digits, refusal);
}

static int check_refresh_length(const struct command_place *place, const char *hex, size_t digits,
                                struct refusal *refusal)
{
    uint8_t head[3];
    size_t length;
    if (hex_decode(hex, 6, head, sizeof head, &length) != OTA_OK)
        return refuse_at(place, 0, REFUSAL_INTERNAL, refusal, "not decoded");
    if (head[1] > LONG_LENGTH || head[1] == 0x80)
        return refuse_at(place, 2, REFUSAL_INVALID, refusal,
                         "D0 has length byte %02X, expected 00 to 7F or 81", head[1]);
    bool is_long = head[1] == LONG_LENGTH;
    size_t wanted = is_long ? 2 * (3 + (size_t)head[2]) : 2 * (2 + (size_t)head[1]);
    if (digits == wanted)
        return 0;
    return refuse_length(place, hex, 2, "length", is_long ? head[2] : head[1], wanted, digits, refusal);
}

static int check_refresh(const struct command_place *place, const char *hex, size_t digits, bool last,
                         struct refusal *refusal)
{
    uint8_t bytes[REFRESH_MAX], destination;
    size_t length;
    if (check_refresh_length(place, hex, digits, refusal) != 0)
        return -1;
    if (hex_decode(hex, digits, bytes, sizeof bytes, &length) != OTA_OK ||
        !compact_refresh_read(byte_reader_on(bytes, length), &destination))
        return refuse_at(
            place, 0, REFUSAL_INVALID, refusal,
            "D0 begins a proactive command that is no REFRESH, the only one a script can end with");
    if (!last)
        return refuse_at(place, 0, REFUSAL_INVALID, refusal,
                         "D0 (REFRESH) must be the last command, another one follows");
    return 0;
}

int command_check(const struct command_place *place, const char *hex, size_t digits, bool last,
                  struct refusal *refusal)
{
    if (check_hex(place, hex, digits, refusal) != 0)
        return -1;
    if (digits < 2 * (size_t)HEADER_SIZE)
        return refuse_at(place, 0, REFUSAL_INVALID, refusal,
                         "'%.*s' has %zu hex digits, a command has at least 10 (CLA INS P1 P2 P3)",
                         (int)digits, hex, digits);
    if (hex[0] == 'D' || hex[0] == 'd')
        if (hex[1] == '0')
            return check_refresh(place, hex, digits, last, refusal);
    return check_apdu(place, hex, digits, refusal);
}

/* *digits: how many stand there, *known: how many in front of the first placeholder. */
static int check_characters(const struct command_place *place, const char *text, size_t length, size_t *digits,
                            size_t *known, struct refusal *refusal)
{
    size_t name;
    *digits = *known = 0;
    for (size_t at = 0; at < length; at += name) {
        if (text[at] != '[') {
            name = hex_span(text + at, length - at);
            if (name == 0)
                return refuse_at(place, at, REFUSAL_INVALID, refusal, "'%c' is no hex digit", text[at]);
            *known += *digits == at ? name : 0;
            *digits += name;
        } else if (!placeholder_read(text + at, length - at, &name))
            return refuse_at(place, at + name, REFUSAL_INVALID, refusal,
                             "'%.*s' is no placeholder, expected [NAME], 1 to %d of a-z, A-Z, 0-9 and _",
                             length - at > 40 ? 40 : (int)(length - at), text + at, PLACEHOLDER_NAME_MAX);
    }
    return 0;
}

int command_check_text(const struct command_place *place, const char *text, size_t length, bool last,
                       struct refusal *refusal)
{
    size_t digits, known;
    char command[HEADER_SIZE * 2 + 2] = "", shape[COMMAND_HEX_SIZE];
    if (memchr(text, '[', length) == NULL)
        return command_check(place, text, length, last, refusal);
    if (check_characters(place, text, length, &digits, &known, refusal) != 0)
        return -1;
    if (known < 2 * (size_t)HEADER_SIZE)
        return 0;
    memcpy(command, text, 2 * (size_t)HEADER_SIZE);
    command[2 * HEADER_SIZE] = '[';
    bool is_shaped = placeholder_shape(command, shape);
    if (check_apdu(place, text, is_shaped ? strlen(shape) : known, refusal) != 0)
        return -1;
    if (!is_shaped || digits < strlen(shape))
        return 0;
    return refuse_at(place, 8, REFUSAL_INVALID, refusal,
                     "%.8s with P3 %.2s needs %zu hex digits, this %s has %zu beside its placeholders", text, text + 8,
                     strlen(shape), place->word, digits);
}
