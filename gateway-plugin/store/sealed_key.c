#include "gateway-plugin/store/sealed_key.h"

#include <stdlib.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "protocol/bytes.h"

#define PLACE_SIZE 10 /* card id 8, key index 1, kind 1 */

struct key_sealer { /* keyed once: a seal pays for its nonce only */
    EVP_CIPHER_CTX *encrypt;
    EVP_CIPHER_CTX *decrypt;
};

struct key_sealer *key_sealer_new(const uint8_t master_key[static MASTER_KEY_SIZE])
{
    struct key_sealer *sealer = calloc(1, sizeof *sealer);
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    if (sealer == NULL || cipher == NULL)
        goto failed;
    sealer->encrypt = EVP_CIPHER_CTX_new();
    sealer->decrypt = EVP_CIPHER_CTX_new();
    if (sealer->encrypt == NULL || sealer->decrypt == NULL ||
        EVP_EncryptInit_ex2(sealer->encrypt, cipher, master_key, NULL, NULL) != 1 ||
        EVP_DecryptInit_ex2(sealer->decrypt, cipher, master_key, NULL, NULL) != 1)
        goto failed;
    EVP_CIPHER_free(cipher);
    return sealer;
failed:
    EVP_CIPHER_free(cipher);
    key_sealer_free(&sealer);
    return NULL;
}

void key_sealer_free(struct key_sealer **sealer)
{
    if (*sealer == NULL)
        return;
    EVP_CIPHER_CTX_free((*sealer)->encrypt); /* wipes the key schedule */
    EVP_CIPHER_CTX_free((*sealer)->decrypt);
    free(*sealer);
    *sealer = NULL;
}

static void encode_place(const struct key_place *place, uint8_t bytes[static PLACE_SIZE])
{
    struct byte_writer writer = byte_writer_on(bytes, PLACE_SIZE);
    write_big_endian(&writer, 8, (uint64_t)place->card_id);
    write_u8(&writer, place->key_index);
    write_u8(&writer, (uint8_t)place->kind);
}

int key_seal(struct key_sealer *sealer, const struct key_place *place, const uint8_t *key, size_t key_size,
             uint8_t sealed[static SEALED_KEY_SIZE_MAX], size_t *sealed_size)
{
    uint8_t about[PLACE_SIZE];
    uint8_t *nonce = sealed;
    uint8_t *text = sealed + SEALED_NONCE_SIZE;
    int written;
    if (key_size > KEY_SIZE_MAX)
        return -1;
    encode_place(place, about);
    if (RAND_bytes(nonce, SEALED_NONCE_SIZE) != 1 ||
        EVP_EncryptInit_ex2(sealer->encrypt, NULL, NULL, nonce, NULL) != 1 ||
        EVP_EncryptUpdate(sealer->encrypt, NULL, &written, about, sizeof about) != 1 ||
        EVP_EncryptUpdate(sealer->encrypt, text, &written, key, (int)key_size) != 1 ||
        EVP_EncryptFinal_ex(sealer->encrypt, text + key_size, &written) != 1 ||
        EVP_CIPHER_CTX_ctrl(sealer->encrypt, EVP_CTRL_AEAD_GET_TAG, SEALED_TAG_SIZE, text + key_size) != 1)
        return -1;
    *sealed_size = SEALED_NONCE_SIZE + key_size + SEALED_TAG_SIZE;
    return 0;
}

int key_unseal(struct key_sealer *sealer, const struct key_place *place, const uint8_t *sealed,
               size_t sealed_size, uint8_t key[static KEY_SIZE_MAX], size_t *key_size)
{
    uint8_t about[PLACE_SIZE];
    uint8_t tag[SEALED_TAG_SIZE]; /* OpenSSL wants it writable */
    int written;
    OPENSSL_cleanse(key, KEY_SIZE_MAX);
    if (sealed_size < SEALED_NONCE_SIZE + SEALED_TAG_SIZE || sealed_size > SEALED_KEY_SIZE_MAX)
        return -1;
    size_t size = sealed_size - SEALED_NONCE_SIZE - SEALED_TAG_SIZE;
    struct byte_writer writer = byte_writer_on(tag, sizeof tag);
    write_bytes(&writer, sealed + SEALED_NONCE_SIZE + size, sizeof tag);
    encode_place(place, about);
    if (EVP_DecryptInit_ex2(sealer->decrypt, NULL, NULL, sealed, NULL) != 1 ||
        EVP_CIPHER_CTX_ctrl(sealer->decrypt, EVP_CTRL_AEAD_SET_TAG, sizeof tag, tag) != 1 ||
        EVP_DecryptUpdate(sealer->decrypt, NULL, &written, about, sizeof about) != 1 ||
        EVP_DecryptUpdate(sealer->decrypt, key, &written, sealed + SEALED_NONCE_SIZE, (int)size) != 1 ||
        EVP_DecryptFinal_ex(sealer->decrypt, key + size, &written) != 1) {
        OPENSSL_cleanse(key, KEY_SIZE_MAX); /* GCM deciphers before it checks */
        return -1;
    }
    *key_size = size;
    return 0;
}
