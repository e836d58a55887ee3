/* What the two packet targets share: a context for the whole run, and keys that fit KIc and KID. */
#ifndef OTA_TESTS_PROTOCOL_FUZZ_PACKET_H
#define OTA_TESTS_PROTOCOL_FUZZ_PACKET_H

#include <string.h>

#include "protocol/packet_crypto.h"

#define FUZZ_PACKET_MAX 4096

static inline struct packet_crypto *fuzz_crypto(void)
{
    static struct packet_crypto *crypto;
    if (crypto == NULL)
        crypto = packet_crypto_new();
    return crypto;
}

static inline size_t fuzz_key_size(uint8_t kic_or_kid)
{
    switch (kic_or_kid & 0x0F) {
    case 0x5: return 16;
    case 0x9: return 24;
    case 0x2: return 16 + (kic_or_kid >> 4) % 3 * 8u;
    default: return 8;
    }
}

static inline struct security_keys fuzz_keys(uint8_t kic, uint8_t kid)
{
    struct security_keys keys = {
        .kic_size = fuzz_key_size(kic), .kid_size = fuzz_key_size(kid), .cc_size = (kid & 0x80) != 0 ? 4 : 8};
    memset(keys.kic, 0x11, sizeof keys.kic);
    memset(keys.kid, 0x22, sizeof keys.kid);
    return keys;
}

#endif
