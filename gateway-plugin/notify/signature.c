#include "gateway-plugin/notify/signature.h"

#include <stdio.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "protocol/hex.h"

int signature_of(const uint8_t key[static SIGNATURE_KEY_SIZE], const char *body, size_t length,
                 char text[static SIGNATURE_TEXT_SIZE])
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    char digits[2 * EVP_MAX_MD_SIZE + 1];
    unsigned int size = 0;
    if (HMAC(EVP_sha256(), key, SIGNATURE_KEY_SIZE, (const unsigned char *)body, length, digest, &size) ==
            NULL ||
        size != 32)
        return -1;
    snprintf(text, SIGNATURE_TEXT_SIZE, "sha256=%.64s", hex_encode(digest, size, digits));
    return 0;
}
