/* What the low nibbles of KIc and KID name (TS 102 225 tables 2 and 3; DES-ECB:
 * GSM 03.48 clause 5.1.2). Shared by security.c and packet_crypto.c. */
#ifndef OTA_PROTOCOL_ALGORITHMS_H
#define OTA_PROTOCOL_ALGORITHMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum algorithm_family { FAMILY_DES_CBC, FAMILY_DES_ECB, FAMILY_AES };

struct algorithm {
    uint8_t nibble;
    enum algorithm_family family;
    size_t block;        /* bytes */
    size_t key_size_min; /* bytes; sizes between go in steps of 8 */
    size_t key_size_max;
};

/* NULL for the implicit (0), proprietary and reserved nibbles. */
const struct algorithm *cipher_algorithm(uint8_t kic);
const struct algorithm *mac_algorithm(uint8_t kid);

/* Bytes of the RC that KID names: 2, 4, or 0 when the nibble is none of RC. */
size_t redundancy_check_size(uint8_t kid);

bool algorithm_takes_key(const struct algorithm *algorithm, size_t key_size);

#endif
