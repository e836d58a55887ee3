/*
 * Card keys as the database holds them: AES-256-GCM under the master key. Card,
 * key set and kind are authenticated with them, so that a sealed key opens only
 * in the row it was made for. Random 96-bit nonces: good for 2^32 seals a master
 * key (NIST SP 800-38D 8.3). One sealer serves one thread.
 */
#ifndef OTA_STORE_SEALED_KEY_H
#define OTA_STORE_SEALED_KEY_H

#include <stddef.h>
#include <stdint.h>

#include "protocol/security.h"

#define MASTER_KEY_SIZE 32
#define SEALED_NONCE_SIZE 12
#define SEALED_TAG_SIZE 16
#define SEALED_KEY_SIZE_MAX (SEALED_NONCE_SIZE + KEY_SIZE_MAX + SEALED_TAG_SIZE)

enum key_kind { KEY_OF_CHECK = 0, KEY_KIC = 1, KEY_KID = 2, KEY_KIK = 3 };

struct key_place {
    int64_t card_id;
    uint8_t key_index;
    enum key_kind kind;
};

struct key_sealer;

/* The master key is copied into the cipher; wipe yours. NULL when OpenSSL refuses. */
struct key_sealer *key_sealer_new(const uint8_t master_key[static MASTER_KEY_SIZE]);
void key_sealer_free(struct key_sealer **sealer);

/* nonce, ciphertext, tag into `sealed`. 0, or -1 when OpenSSL refuses or the key is longer than KEY_SIZE_MAX.
 */
int key_seal(struct key_sealer *sealer, const struct key_place *place, const uint8_t *key, size_t key_size,
             uint8_t sealed[static SEALED_KEY_SIZE_MAX], size_t *sealed_size);

/* 0 with the key (wipe it after use), or -1 with `key` wiped: changed, moved from another place, or another
 * master key. */
int key_unseal(struct key_sealer *sealer, const struct key_place *place, const uint8_t *sealed,
               size_t sealed_size, uint8_t key[static KEY_SIZE_MAX], size_t *key_size);

#endif
