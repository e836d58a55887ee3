#include "protocol/algorithms.h"

static const struct algorithm CIPHERS[] = {
    {0x1, FAMILY_DES_CBC, 8, 8, 8}, {0x5, FAMILY_DES_CBC, 8, 16, 16}, {0x9, FAMILY_DES_CBC, 8, 24, 24},
    {0xD, FAMILY_DES_ECB, 8, 8, 8}, {0x2, FAMILY_AES, 16, 16, 32},
};

static const struct algorithm MACS[] = {
    {0x1, FAMILY_DES_CBC, 8, 8, 8},
    {0x5, FAMILY_DES_CBC, 8, 16, 16},
    {0x9, FAMILY_DES_CBC, 8, 24, 24},
    {0x2, FAMILY_AES, 16, 16, 32},
};

static const struct algorithm *find(const struct algorithm *table, size_t count, uint8_t byte)
{
    for (size_t i = 0; i < count; i++)
        if (table[i].nibble == (byte & 0x0F))
            return &table[i];
    return NULL;
}

const struct algorithm *cipher_algorithm(uint8_t kic)
{
    return find(CIPHERS, sizeof CIPHERS / sizeof CIPHERS[0], kic);
}

const struct algorithm *mac_algorithm(uint8_t kid)
{
    return find(MACS, sizeof MACS / sizeof MACS[0], kid);
}

size_t redundancy_check_size(uint8_t kid)
{
    switch (kid & 0x0F) {
    case 0x1: return 2; /* CRC 16 */
    case 0x5: return 4; /* CRC 32 */
    default: return 0;
    }
}

bool algorithm_takes_key(const struct algorithm *algorithm, size_t key_size)
{
    return key_size >= algorithm->key_size_min && key_size <= algorithm->key_size_max && key_size % 8 == 0;
}
