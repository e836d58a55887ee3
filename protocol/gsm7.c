#include "protocol/gsm7.h"

#include "protocol/errors.h"

/* TS 23.038 6.2.1. The escape itself is no character: whoever does not know it shows a space. */
/* clang-format off */
static const uint16_t default_alphabet[128] = {
    /* 00 */ '@', 0xA3, '$', 0xA5, 0xE8, 0xE9, 0xF9, 0xEC, 0xF2, 0xC7, '\n', 0xD8, 0xF8, '\r', 0xC5, 0xE5,
    /* 10 */ 0x394, '_', 0x3A6, 0x393, 0x39B, 0x3A9, 0x3A0, 0x3A8,
    /* 18 */ 0x3A3, 0x398, 0x39E, ' ', 0xC6, 0xE6, 0xDF, 0xC9,
    /* 20 */ ' ', '!', '"', '#', 0xA4, '%', '&', '\'', '(', ')', '*', '+', ',', '-', '.', '/',
    /* 30 */ '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', ':', ';', '<', '=', '>', '?',
    /* 40 */ 0xA1, 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O',
    /* 50 */ 'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z', 0xC4, 0xD6, 0xD1, 0xDC, 0xA7,
    /* 60 */ 0xBF, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o',
    /* 70 */ 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', 0xE4, 0xF6, 0xF1, 0xFC, 0xE0,
};
/* clang-format on */

/* TS 23.038 6.2.1.1. */
static const struct extension {
    uint8_t septet;
    uint16_t code_point;
} extensions[] = {
    {0x0A, '\f'}, {0x14, '^'}, {GSM7_ESCAPE, ' '}, {0x28, '{'}, {0x29, '}'},    {0x2F, '\\'},
    {0x3C, '['},  {0x3D, '~'}, {0x3E, ']'},        {0x40, '|'}, {0x65, 0x20AC},
};
#define EXTENSIONS (sizeof extensions / sizeof extensions[0])

size_t gsm7_encode(uint32_t code_point, uint8_t septets[static 2])
{
    for (uint8_t septet = 0; septet < 128; septet++)
        if (default_alphabet[septet] == code_point && septet != GSM7_ESCAPE) {
            septets[0] = septet;
            return 1;
        }
    for (size_t i = 0; i < EXTENSIONS; i++)
        if (extensions[i].code_point == code_point) {
            septets[0] = GSM7_ESCAPE;
            septets[1] = extensions[i].septet;
            return 2;
        }
    return 0;
}

static uint32_t extended(uint8_t septet)
{
    for (size_t i = 0; i < EXTENSIONS; i++)
        if (extensions[i].septet == septet)
            return extensions[i].code_point;
    return default_alphabet[septet];
}

int gsm7_read(struct byte_reader *septets, uint32_t *code_point)
{
    struct byte_reader ahead = *septets;
    uint8_t first, second = GSM7_ESCAPE;
    if (read_u8(&ahead, &first) != OTA_OK)
        return OTA_E_TRUNCATED;
    if (first == GSM7_ESCAPE)
        (void)read_u8(&ahead, &second); /* none at the end: shown as two escapes are */
    if ((first | second) > 0x7F)
        return OTA_E_BAD_VALUE;
    *code_point = first == GSM7_ESCAPE ? extended(second) : default_alphabet[first];
    *septets = ahead;
    return OTA_OK;
}

unsigned gsm7_fill_bits(size_t header_length)
{
    return (unsigned)(7 - header_length % 7) % 7; /* 8 bits are a septet and one */
}

void gsm7_pack(const uint8_t *septets, size_t count, unsigned fill_bits, struct byte_writer *packed)
{
    unsigned held = fill_bits, bits = 0;
    for (size_t i = 0; i < count; i++) {
        bits |= (unsigned)(septets[i] & 0x7F) << held;
        held += 7;
        if (held >= 8) {
            write_u8(packed, (uint8_t)bits);
            bits >>= 8;
            held -= 8;
        }
    }
    if (held > 0)
        write_u8(packed, (uint8_t)bits);
}

int gsm7_unpack(const uint8_t *packed, size_t length, unsigned fill_bits, size_t count,
                struct byte_writer *septets)
{
    if (length * 8 < fill_bits || count > (length * 8 - fill_bits) / 7)
        return OTA_E_TRUNCATED;
    for (size_t i = 0; i < count; i++) {
        size_t bit = fill_bits + i * 7, at = bit / 8;
        unsigned two = packed[at] | (at + 1 < length ? (unsigned)packed[at + 1] << 8 : 0);
        write_u8(septets, (uint8_t)(two >> bit % 8 & 0x7F));
    }
    return byte_writer_status(septets);
}
