#include "protocol/packet_crypto.h"

#include <stdlib.h>
#include <string.h>

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

struct packet_crypto {
    EVP_CIPHER_CTX *ciphers[CONTEXTS];
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

static bool fill_contexts(struct packet_crypto *crypto)
{
    for (size_t i = 0; i < CONTEXTS; i++) {
        crypto->ciphers[i] = new_cipher(CIPHER_NAMES[i]);
        if (crypto->ciphers[i] == NULL)
            return false;
    }
    return true;
}

struct packet_crypto *packet_crypto_new(void)
{
    struct packet_crypto *crypto = calloc(1, sizeof *crypto);
    if (crypto != NULL && !fill_contexts(crypto))
        packet_crypto_free(&crypto);
    return crypto;
}

void packet_crypto_free(struct packet_crypto **crypto)
{
    if (*crypto == NULL)
        return;
    for (size_t i = 0; i < CONTEXTS; i++)
        EVP_CIPHER_CTX_free((*crypto)->ciphers[i]);
    free(*crypto);
    *crypto = NULL;
}

void packet_crypto_forget(struct packet_crypto *crypto)
{
    for (size_t i = 0; i < CONTEXTS; i++)
        (void)EVP_CipherInit_ex2(crypto->ciphers[i], NULL, ZEROS, ZEROS, 1, NULL);
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
    if (algorithm->family == FAMILY_AES)
        return EVP_CipherInit_ex2(context, NULL, key, ZEROS, encipher, NULL) ? context : NULL;
    expand_des_key(key, key_size, expanded);
    int ok = EVP_CipherInit_ex2(context, NULL, expanded, ZEROS, encipher, NULL);
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

#define CHUNK 512 /* a whole number of blocks; holds the header and data of one SMS */

/* A CBC over spans in few large pieces, as OpenSSL's price is by the call. */
struct cbc_chain {
    EVP_CIPHER_CTX *context;
    uint8_t first[AES_BLOCK];         /* goes into the first block that is run */
    uint8_t bytes[CHUNK + AES_BLOCK]; /* room for what fills the last block */
    size_t length;
};

static void exclusive_or(uint8_t bytes[static AES_BLOCK], const uint8_t mask[static AES_BLOCK])
{
    uint64_t words[2], masks[2];
    memcpy(words, bytes, sizeof words);
    memcpy(masks, mask, sizeof masks);
    words[0] ^= masks[0];
    words[1] ^= masks[1];
    memcpy(bytes, words, sizeof words);
}

/* Enciphers what is there, in place. */
static bool chain_run(struct cbc_chain *chain)
{
    int done = 0;
    exclusive_or(chain->bytes, chain->first);
    memset(chain->first, 0, AES_BLOCK);
    return EVP_CipherUpdate(chain->context, chain->bytes, &done, chain->bytes, (int)chain->length) &&
           (size_t)done == chain->length;
}

/* A chunk is run when more comes behind it, so that the last block waits for its padding. */
static bool chain_span(struct cbc_chain *chain, const uint8_t *bytes, size_t length)
{
    while (length > 0) {
        if (chain->length == CHUNK) {
            if (!chain_run(chain))
                return false;
            chain->length = 0;
        }
        const size_t room = CHUNK - chain->length, piece = length < room ? length : room;
        memcpy(chain->bytes + chain->length, bytes, piece);
        chain->length += piece;
        bytes += piece;
        length -= piece;
    }
    return true;
}

static bool chain_spans(struct cbc_chain *chain, const struct byte_span *spans, size_t count)
{
    chain->length = 0;
    for (size_t i = 0; i < count; i++)
        if (!chain_span(chain, spans[i].bytes, spans[i].length))
            return false;
    return true;
}

static void chain_fill(struct cbc_chain *chain, uint8_t value, size_t size)
{
    if (size == 0)
        return;
    memset(chain->bytes + chain->length, 0, size);
    chain->bytes[chain->length] = value;
    chain->length += size;
}

/* ISO/IEC 9797-1 algorithm 1, padding method 1: full (3)DES on every block, zeros fill the last one. */
static int des_cbc_mac(struct packet_crypto *crypto, const struct algorithm *algorithm,
                       const struct security_keys *keys, const struct byte_span *spans, size_t count,
                       uint8_t *out)
{
    struct cbc_chain chain;
    chain.context = keyed_cipher(crypto, algorithm, keys->kid, keys->kid_size, true);
    memset(chain.first, 0, sizeof chain.first);
    memset(out, 0, DES_BLOCK);
    if (chain.context == NULL || !chain_spans(&chain, spans, count))
        return OTA_E_CRYPTO;
    if (chain.length == 0)
        return OTA_OK; /* of nothing at all */
    chain_fill(&chain, 0, (DES_BLOCK - chain.length % DES_BLOCK) % DES_BLOCK);
    if (!chain_run(&chain))
        return OTA_E_CRYPTO;
    memcpy(out, chain.bytes + chain.length - DES_BLOCK, DES_BLOCK);
    return OTA_OK;
}

static uint64_t load_big_endian(const uint8_t bytes[static 8])
{
    uint64_t value = 0;
    for (size_t i = 0; i < 8; i++)
        value = value << 8 | bytes[i];
    return value;
}

static void store_big_endian(uint8_t bytes[static 8], uint64_t value)
{
    for (size_t i = 8; i > 0; i--, value >>= 8)
        bytes[i - 1] = (uint8_t)value;
}

/* RFC 4493 2.3: times x in GF(2^128). */
static void double_block(uint8_t block[static AES_BLOCK])
{
    const uint64_t high = load_big_endian(block), low = load_big_endian(block + 8);
    store_big_endian(block, high << 1 | low >> 63);
    store_big_endian(block + 8, low << 1 ^ (UINT64_C(0x87) & -(high >> 63)));
}

/* Pads, and takes subkey 1 into a last block that was whole, subkey 2 into one that was filled. */
static void finish_cmac(struct cbc_chain *chain, uint8_t subkey[static AES_BLOCK])
{
    const size_t filled = chain->length % AES_BLOCK;
    double_block(subkey);
    if (chain->length == 0 || filled != 0) {
        double_block(subkey);
        chain_fill(chain, 0x80, AES_BLOCK - filled);
    }
    exclusive_or(chain->bytes + chain->length - AES_BLOCK, subkey);
}

/* RFC 4493 (NIST SP 800-38B), the leftmost `size` bytes, out of one keyed CBC: enciphering zeros
 * gives what the subkeys come from, and mixing it into the first block again undoes the chaining.
 * OpenSSL's own CMAC sets its cipher up anew for each key: half the speed, and memory each time. */
static int aes_cmac(struct packet_crypto *crypto, const struct algorithm *algorithm,
                    const struct security_keys *keys, const struct byte_span *spans, size_t count,
                    size_t size, uint8_t *out)
{
    struct cbc_chain chain;
    uint8_t subkey[AES_BLOCK] = {0};
    int done = 0, rc = OTA_E_CRYPTO;
    chain.context = keyed_cipher(crypto, algorithm, keys->kid, keys->kid_size, true);
    if (chain.context != NULL && EVP_CipherUpdate(chain.context, subkey, &done, subkey, sizeof subkey)) {
        memcpy(chain.first, subkey, sizeof subkey);
        if (chain_spans(&chain, spans, count)) {
            finish_cmac(&chain, subkey);
            rc = chain_run(&chain) ? OTA_OK : OTA_E_CRYPTO;
        }
    }
    if (rc == OTA_OK)
        memcpy(out, chain.bytes + chain.length - AES_BLOCK, size);
    OPENSSL_cleanse(subkey, sizeof subkey);
    OPENSSL_cleanse(chain.first, sizeof chain.first);
    return rc;
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
