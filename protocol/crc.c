#include "protocol/crc.h"

/* Reflected polynomials. */
#define POLYNOMIAL_16 0x8408u
#define POLYNOMIAL_32 0xEDB88320u

/* Eight bits at a time, least significant first; the register starts and ends inverted. */
static uint32_t run(uint32_t reg, uint32_t polynomial, const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        reg ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            reg = reg & 1 ? reg >> 1 ^ polynomial : reg >> 1;
    }
    return reg;
}

uint16_t crc16_x25(uint16_t crc, const uint8_t *bytes, size_t length)
{
    return (uint16_t)~run((uint16_t)~crc, POLYNOMIAL_16, bytes, length);
}

uint32_t crc32_iso(uint32_t crc, const uint8_t *bytes, size_t length)
{
    return ~run(~crc, POLYNOMIAL_32, bytes, length);
}
