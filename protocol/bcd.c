#include "protocol/bcd.h"

#include <string.h>

#include "protocol/errors.h"

#define FILLER 0x0F
#define IMSI_DIGITS_MAX 15
#define ICCID_DIGITS_MAX 20
#define ICCID_DIGITS_MIN 18

/* TS 24.008 table 10.5.118: the digit of each nibble; F is the filler. */
static const char DIGITS[] = "0123456789*#abcF";

/* The nibble of a digit, or -1. */
static int nibble_of(char digit)
{
    if (digit == 'f')
        return FILLER;
    const char *at = digit == '\0' ? NULL : strchr(DIGITS, digit);
    return at == NULL ? -1 : (int)(at - DIGITS);
}

int bcd_encode(const char *digits, size_t count, uint8_t *bytes, size_t size)
{
    if ((count + 1) / 2 > size)
        return OTA_E_NO_SPACE;
    for (size_t i = 0; i < count; i += 2) {
        int low = nibble_of(digits[i]);
        int high = i + 1 < count ? nibble_of(digits[i + 1]) : FILLER;
        if (low < 0 || high < 0)
            return OTA_E_BAD_VALUE;
        bytes[i / 2] = (uint8_t)(high << 4 | low);
    }
    return OTA_OK;
}

int bcd_decode(const uint8_t *bytes, size_t length, size_t count, char *digits)
{
    if (count > 2 * length)
        return OTA_E_TRUNCATED;
    size_t at = 0;
    for (; at < count; at++) {
        unsigned int nibble = at % 2 == 0 ? bytes[at / 2] & 0x0Fu : (unsigned int)bytes[at / 2] >> 4;
        if (nibble == FILLER)
            break;
        digits[at] = DIGITS[nibble];
    }
    digits[at] = '\0';
    return OTA_OK;
}

/* The count of leading decimal digits. */
static size_t decimal_span(const char *text)
{
    return strspn(text, "0123456789");
}

int imsi_encode(const char *imsi, uint8_t ef[static 9])
{
    size_t count = decimal_span(imsi);
    if (count == 0 || count > IMSI_DIGITS_MAX || imsi[count] != '\0')
        return OTA_E_BAD_VALUE;
    memset(ef, 0xFF, 9);
    /* TS 51.011 10.3.2: the length, then parity (9 odd, 1 even) in the nibble before the first digit. */
    ef[0] = (uint8_t)(1 + count / 2);
    ef[1] = (uint8_t)((imsi[0] - '0') << 4 | (count % 2 != 0 ? 0x9 : 0x1));
    return bcd_encode(imsi + 1, count - 1, ef + 2, 7);
}

int iccid_encode(const char *iccid, uint8_t ef[static 10])
{
    size_t count = decimal_span(iccid);
    size_t end = iccid[count] == 'F' || iccid[count] == 'f' ? count + 1 : count;
    if (count < ICCID_DIGITS_MIN || end > ICCID_DIGITS_MAX || iccid[end] != '\0')
        return OTA_E_BAD_VALUE;
    memset(ef, 0xFF, 10);
    return bcd_encode(iccid, count, ef, 10);
}
