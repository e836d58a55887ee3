#include "gateway-plugin/model/command.h"

#include "protocol/apdu.h"
#include "protocol/errors.h"
#include "protocol/hex.h"
#include "protocol/toolkit.h"

#define HEADER_SIZE 5    /* CLA INS P1 P2 P3 */
#define REFRESH_MAX 258  /* D0 81 FF and 255 bytes */
#define LONG_LENGTH 0x81 /* BER: one more length byte follows */

static int check_hex(const struct command_place *place, const char *hex, size_t digits,
                     struct refusal *refusal)
{
    size_t good = hex_span(hex, digits);
    if (good == digits)
        return 0;
    if (hex[good] == '[')
        return refuse(refusal, REFUSAL_UNSUPPORTED, "%s %lu: placeholders (column %zu) are not built yet",
                      place->word, place->number, good + 1);
    return refuse(refusal, REFUSAL_INVALID, "%s %lu: '%c' at column %zu is no hex digit", place->word,
                  place->number, hex[good], good + 1);
}

static int refuse_length(const struct command_place *place, const char *hex, size_t shown, const char *field,
                         unsigned int value, size_t wanted, size_t digits, struct refusal *refusal)
{
    return refuse(refusal, REFUSAL_INVALID, "%s %lu: %.*s with %s %02X needs %zu hex digits, this %s has %zu",
                  place->word, place->number, (int)shown, hex, field, value, wanted, place->word, digits);
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
        return refuse(refusal, REFUSAL_INTERNAL, "%s %lu: not decoded", place->word, place->number);
    if (!class_is_known(bytes[0]))
        return refuse(refusal, REFUSAL_INVALID,
                      "%s %lu: class %02X is not known, expected A0 (2G), 0X or 8X (UICC)", place->word,
                      place->number, bytes[0]);
    struct byte_reader reader = byte_reader_on(bytes, sizeof bytes);
    switch (apdu_read(&reader, &apdu)) {
    case OTA_OK: break;
    case OTA_E_UNSUPPORTED:
        return refuse(refusal, REFUSAL_INVALID,
                      "%s %lu: instruction %02X of class %02X is not known, so its length is not either",
                      place->word, place->number, bytes[1], bytes[0]);
    default:
        return refuse(refusal, REFUSAL_INVALID, "%s %lu: %s has P3 %02X, expected 00: it takes no data",
                      place->word, place->number, apdu_name(bytes[1]), bytes[4]);
    }
    size_t wanted = 2 * (HEADER_SIZE + apdu.length);
    return digits == wanted ? 0 : refuse_length(place, hex, 8, "P3", apdu.p3, wanted, digits, refusal);
}

static int check_refresh_length(const struct command_place *place, const char *hex, size_t digits,
                                struct refusal *refusal)
{
    uint8_t head[3];
    size_t length;
    if (hex_decode(hex, 6, head, sizeof head, &length) != OTA_OK)
        return refuse(refusal, REFUSAL_INTERNAL, "%s %lu: not decoded", place->word, place->number);
    if (head[1] > LONG_LENGTH || head[1] == 0x80)
        return refuse(refusal, REFUSAL_INVALID, "%s %lu: D0 has length byte %02X, expected 00 to 7F or 81",
                      place->word, place->number, head[1]);
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
        return refuse(
            refusal, REFUSAL_INVALID,
            "%s %lu: D0 begins a proactive command that is no REFRESH, the only one a script can end with",
            place->word, place->number);
    if (!last)
        return refuse(refusal, REFUSAL_INVALID,
                      "%s %lu: D0 (REFRESH) must be the last command, another one follows", place->word,
                      place->number);
    return 0;
}

int command_check(const struct command_place *place, const char *hex, size_t digits, bool last,
                  struct refusal *refusal)
{
    if (check_hex(place, hex, digits, refusal) != 0)
        return -1;
    if (digits < 2 * (size_t)HEADER_SIZE)
        return refuse(refusal, REFUSAL_INVALID,
                      "%s %lu: '%.*s' has %zu hex digits, a command has at least 10 (CLA INS P1 P2 P3)",
                      place->word, place->number, (int)digits, hex, digits);
    if (hex[0] == 'D' || hex[0] == 'd')
        if (hex[1] == '0')
            return check_refresh(place, hex, digits, last, refusal);
    return check_apdu(place, hex, digits, refusal);
}
