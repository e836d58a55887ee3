#include "protocol/packet_crypto.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "protocol/algorithms.h"
#include "protocol/crc.h"
#include "protocol/errors.h"

#define DES_KEY_SIZE 8
#define DES_EDE3_KEY_SIZE 24
#define DES_BLOCK 8
#define AES_BLOCK 16
#define LENGTH_MAX 65535

/* One context an algorithm: a packet then costs a re-keying and no set-up.
 * Single DES runs as EDE with three equal keys, as OpenSSL 3 has DES only in its legacy provider. */
enum context {
    CONTEXT_DES_CBC,
    CONTEXT_DES_ECB,
    CONTEXT_AES_128,
    CONTEXT_AES_192,
    CONTEXT_AES_256,
    CONTEXTS
};

static const char *const CIPHER_NAMES[CONTEXTS] = {
    [CONTEXT_DES_CBC] = "DES-EDE3-CBC", [CONTEXT_DES_ECB] = "DES-EDE3-ECB", [CONTEXT_AES_128] = "AES-128-CBC",
    [CONTEXT_AES_192] = "AES-192-CBC",  [CONTEXT_AES_256] = "AES-256-CBC",
};

static const size_t CIPHER_KEY_SIZES[CONTEXTS] = {
    [CONTEXT_DES_CBC] = DES_EDE3_KEY_SIZE,
    [CONTEXT_DES_ECB] = DES_EDE3_KEY_SIZE,
    [CONTEXT_AES_128] = 16,
    [CONTEXT_AES_192] = 24,
    [CONTEXT_AES_256] = 32,
};

struct packet_crypto {
    EVP_CIPHER_CTX *ciphers[CONTEXTS];
    EVP_MAC_CTX *cmacs[CONTEXTS]; /* of the AES ones */
};

static const uint8_t ZEROS[KEY_SIZE_MAX];

static EVP_CIPHER_CTX *new_cipher(const char *name)
{
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, name, NULL);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    if (cipher == NULL || context == NULL || !EVP_CipherInit_ex2(context, cipher, NULL, NULL, 1, NULL) ||
        !EVP_CIPHER_CTX_set_padding(context, 0)) {
        EVP_CIPHER_CTX_free(context);
        context = NULL;
    }
    EVP_CIPHER_free(cipher); /* the context holds its own reference */
    return context;
}

static EVP_MAC_CTX *new_cmac(EVP_MAC *cmac, const char *cipher)
{
    EVP_MAC_CTX *context = EVP_MAC_CTX_new(cmac);
    char name[16] = "";
    strncat(name, cipher, sizeof name - 1);
    const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER, name, 0),
                                     OSSL_PARAM_construct_end()};
    if (context != NULL && !EVP_MAC_CTX_set_params(context, parameters)) {
        EVP_MAC_CTX_free(context);
        context = NULL;
    }
    return context;
}

static bool fill_contexts(struct packet_crypto *crypto, EVP_MAC *cmac)
{
    for (size_t i = 0; i < CONTEXTS; i++) {
        crypto->ciphers[i] = new_cipher(CIPHER_NAMES[i]);
        if (crypto->ciphers[i] == NULL)
            return false;
    }
    for (size_t i = CONTEXT_AES_128; i <= CONTEXT_AES_256; i++) {
        crypto->cmacs[i] = new_cmac(cmac, CIPHER_NAMES[i]);
        if (crypto->cmacs[i] == NULL)
            return false;
    }
    return true;
}

struct packet_crypto *packet_crypto_new(void)
{
    struct packet_crypto *crypto = calloc(1, sizeof *crypto);
    EVP_MAC *cmac = EVP_MAC_fetch(NULL, "CMAC", NULL);
    if (crypto != NULL && (cmac == NULL || !fill_contexts(crypto, cmac)))
        packet_crypto_free(&crypto);
    EVP_MAC_free(cmac);
    return crypto;
}

void packet_crypto_free(struct packet_crypto **crypto)
{
    if (*crypto == NULL)
        return;
    for (size_t i = 0; i < CONTEXTS; i++) {
        EVP_CIPHER_CTX_free((*crypto)->ciphers[i]);
        EVP_MAC_CTX_free((*crypto)->cmacs[i]);
    }
    free(*crypto);
    *crypto = NULL;
}

void packet_crypto_forget(struct packet_crypto *crypto)
{
    for (size_t i = 0; i < CONTEXTS; i++) {
        (void)EVP_CipherInit_ex2(crypto->ciphers[i], NULL, ZEROS, ZEROS, 1, NULL);
        if (crypto->cmacs[i] != NULL)
            (void)EVP_MAC_init(crypto->cmacs[i], ZEROS, CIPHER_KEY_SIZES[i], NULL);
    }
}

static enum context context_of(const struct algorithm *algorithm, size_t key_size)
{
    switch (algorithm->family) {
    case FAMILY_DES_CBC: return CONTEXT_DES_CBC;
    case FAMILY_DES_ECB: return CONTEXT_DES_ECB;
    case FAMILY_AES: break;
    }
    return key_size == 16 ? CONTEXT_AES_128 : key_size == 24 ? CONTEXT_AES_192 : CONTEXT_AES_256;
}

/* K -> K K K, K1 K2 -> K1 K2 K1. */
static void expand_des_key(const uint8_t *key, size_t size, uint8_t expanded[static DES_EDE3_KEY_SIZE])
{
    for (size_t i = 0; i < DES_EDE3_KEY_SIZE; i++)
        expanded[i] = key[i % size];
}

/* The algorithm's context, keyed, IV zero; NULL when OpenSSL refused. */
static EVP_CIPHER_CTX *keyed_cipher(struct packet_crypto *crypto, const struct algorithm *algorithm,
                                    const uint8_t *key, size_t key_size, bool encipher)
{
    EVP_CIPHER_CTX *context = crypto->ciphers[context_of(algorithm, key_size)];
    uint8_t expanded[DES_EDE3_KEY_SIZE];
    if (algorithm->family != FAMILY_AES) {
        expand_des_key(key, key_size, expanded);
        key = expanded;
    }
    int ok = EVP_CipherInit_ex2(context, NULL, key, ZEROS, encipher, NULL);
    OPENSSL_cleanse(expanded, sizeof expanded);
    return ok ? context : NULL;
}

size_t cipher_block_size(uint8_t kic)
{
    const struct algorithm *algorithm = cipher_algorithm(kic);
    return algorithm == NULL ? 0 : algorithm->block;
}

static int run_cipher(struct packet_crypto *crypto, const struct security_keys *keys, uint8_t kic,
                      uint8_t *bytes, size_t length, bool encipher)
{
    const struct algorithm *algorithm = cipher_algorithm(kic);
    if (algorithm == NULL)
        return OTA_E_UNSUPPORTED;
    if (keys == NULL || !algorithm_takes_key(algorithm, keys->kic_size))
        return OTA_E_BAD_KEY;
    if (length % algorithm->block != 0 || length > LENGTH_MAX)
        return OTA_E_BAD_LENGTH;
    EVP_CIPHER_CTX *context = keyed_cipher(crypto, algorithm, keys->kic, keys->kic_size, encipher);
    int done = 0;
    if (context == NULL || !EVP_CipherUpdate(context, bytes, &done, bytes, (int)length) ||
        (size_t)done != length)
        return OTA_E_CRYPTO;
    return OTA_OK;
}

int packet_encipher(struct packet_crypto *crypto, const struct security_keys *keys, uint8_t kic,
                    uint8_t *bytes, size_t length)
{
    return run_cipher(crypto, keys, kic, bytes, length, true);
}

int packet_decipher(struct packet_crypto *crypto, const struct security_keys *keys, uint8_t kic,
                    uint8_t *bytes, size_t length)
{
    return run_cipher(crypto, keys, kic, bytes, length, false);
}

/* Bytes of the CC: of AES as the card's profile says, of DES a block. */
static int cryptographic_checksum_size(uint8_t kid, const struct security_keys *keys, size_t *size)
{
    const struct algorithm *algorithm = mac_algorithm(kid);
    if (algorithm == NULL)
        return OTA_E_UNSUPPORTED;
    *size = CC_SIZE_DEFAULT;
    if (algorithm->family == FAMILY_AES && keys != NULL && keys->cc_size != 0)
        *size = keys->cc_size;
    return *size == 4 || *size == CC_SIZE_DEFAULT ? OTA_OK : OTA_E_BAD_KEY;
}

int integrity_size(enum integrity method, uint8_t kid, const struct security_keys *keys, size_t *size)
{
    switch (method) {
    case INTEGRITY_NONE: *size = 0; return OTA_OK;
    case INTEGRITY_RC: *size = redundancy_check_size(kid); return *size > 0 ? OTA_OK : OTA_E_UNSUPPORTED;
    case INTEGRITY_CC: return cryptographic_checksum_size(kid, keys, size);
    case INTEGRITY_DS: break;
    }
    return OTA_E_UNSUPPORTED;
}

static void write_crc16(const struct byte_span *spans, size_t count, uint8_t *out)
{
    uint16_t crc = CRC_INITIAL;
    for (size_t i = 0; i < count; i++)
        crc = crc16_x25(crc, spans[i].bytes, spans[i].length);
    out[0] = (uint8_t)(crc >> 8);
    out[1] = (uint8_t)crc;
}

static void write_crc32(const struct byte_span *spans, size_t count, uint8_t *out)
{
    uint32_t crc = CRC_INITIAL;
    for (size_t i = 0; i < count; i++)
        crc = crc32_iso(crc, spans[i].bytes, spans[i].length);
    for (size_t i = 0; i < 4; i++)
        out[i] = (uint8_t)(crc >> (24 - 8 * i));
}

static int redundancy_check(uint8_t kid, const struct byte_span *spans, size_t count, uint8_t *out)
{
    switch (redundancy_check_size(kid)) {
    case 2: write_crc16(spans, count, out); return OTA_OK;
    case 4: write_crc32(spans, count, out); return OTA_OK;
    default: return OTA_E_UNSUPPORTED;
    }
}

/* Goes on with the CBC chain over one span; the last whole block so far stays in `last`. */
static bool chain(EVP_CIPHER_CTX *context, const uint8_t *bytes, size_t length,
                  uint8_t last[static DES_BLOCK])
{
    uint8_t enciphered[512];
    while (length > 0) {
        /* up to a block may wait in the context from the span before */
        size_t piece = length < sizeof enciphered - DES_BLOCK ? length : sizeof enciphered - DES_BLOCK;
        int done = 0;
        if (!EVP_CipherUpdate(context, enciphered, &done, bytes, (int)piece))
            return false;
        if (done >= DES_BLOCK)
            memcpy(last, enciphered + done - DES_BLOCK, DES_BLOCK);
        bytes += piece;
        length -= piece;
    }
    return true;
}

/* ISO/IEC 9797-1 algorithm 1, padding method 1: full (3)DES on every block, zeros fill the last one. */
static int des_cbc_mac(struct packet_crypto *crypto, const struct algorithm *algorithm,
                       const struct security_keys *keys, const struct byte_span *spans, size_t count,
                       uint8_t *out)
{
    EVP_CIPHER_CTX *context = keyed_cipher(crypto, algorithm, keys->kid, keys->kid_size, true);
    size_t total = 0;
    if (context == NULL)
        return OTA_E_CRYPTO;
    memset(out, 0, DES_BLOCK);
    for (size_t i = 0; i < count; i++) {
        if (!chain(context, spans[i].bytes, spans[i].length, out))
            return OTA_E_CRYPTO;
        total += spans[i].length;
    }
    size_t missing = (DES_BLOCK - total % DES_BLOCK) % DES_BLOCK;
    return chain(context, ZEROS, missing, out) ? OTA_OK : OTA_E_CRYPTO;
}

/* NIST SP 800-38B (RFC 4493), the leftmost `size` bytes. */
static int aes_cmac(struct packet_crypto *crypto, const struct algorithm *algorithm,
                    const struct security_keys *keys, const struct byte_span *spans, size_t count,
                    size_t size, uint8_t *out)
{
    EVP_MAC_CTX *context = crypto->cmacs[context_of(algorithm, keys->kid_size)];
    uint8_t whole[AES_BLOCK];
    size_t length = 0;
    if (!EVP_MAC_init(context, keys->kid, keys->kid_size, NULL))
        return OTA_E_CRYPTO;
    for (size_t i = 0; i < count; i++)
        if (spans[i].length > 0 && !EVP_MAC_update(context, spans[i].bytes, spans[i].length))
            return OTA_E_CRYPTO;
    if (!EVP_MAC_final(context, whole, &length, sizeof whole) || length != sizeof whole)
        return OTA_E_CRYPTO;
    memcpy(out, whole, size);
    return OTA_OK;
}

static int cryptographic_checksum(struct packet_crypto *crypto, uint8_t kid, const struct security_keys *keys,
                                  const struct byte_span *spans, size_t count, uint8_t *out)
{
    const struct algorithm *algorithm = mac_algorithm(kid);
    size_t size;
    int rc = cryptographic_checksum_size(kid, keys, &size);
    if (rc != OTA_OK)
        return rc;
    if (keys == NULL || !algorithm_takes_key(algorithm, keys->kid_size))
        return OTA_E_BAD_KEY;
    if (algorithm->family == FAMILY_AES)
        return aes_cmac(crypto, algorithm, keys, spans, count, size, out);
    return des_cbc_mac(crypto, algorithm, keys, spans, count, out);
}

int packet_integrity(struct packet_crypto *crypto, enum integrity method, uint8_t kid,
                     const struct security_keys *keys, const struct byte_span *spans, size_t count,
                     uint8_t *out)
{
    switch (method) {
    case INTEGRITY_NONE: return OTA_OK;
    case INTEGRITY_RC: return redundancy_check(kid, spans, count, out);
    case INTEGRITY_CC: return cryptographic_checksum(crypto, kid, keys, spans, count, out);
    case INTEGRITY_DS: break;
    }
    return OTA_E_UNSUPPORTED;
}
