#include "protocol/hex.h"

#include "protocol/errors.h"

/* 0 to 15, or -1. */
static int nibble(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    return -1;
}

size_t hex_span(const char *text, size_t digits)
{
    size_t at = 0;
    while (at < digits && nibble(text[at]) >= 0)
        at++;
    return at;
}

int hex_decode(const char *text, size_t digits, uint8_t *bytes, size_t size, size_t *length)
{
    if (digits % 2 != 0 || hex_span(text, digits) != digits)
        return OTA_E_BAD_HEX;
    if (digits / 2 > size)
        return OTA_E_NO_SPACE;
    for (size_t i = 0; i < digits / 2; i++)
        bytes[i] = (uint8_t)(nibble(text[2 * i]) << 4 | nibble(text[2 * i + 1]));
    *length = digits / 2;
    return OTA_OK;
}

char *hex_encode(const uint8_t *bytes, size_t length, char *text)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < length; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 0x0F];
    }
    text[2 * length] = '\0';
    return text;
}
