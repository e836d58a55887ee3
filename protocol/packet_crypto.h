/*
 * Ciphering and RC/CC of secured packets through OpenSSL (TS 102 225 clause
 * 5.1.2 to 5.1.5). Algorithms are fetched once and contexts reused: re-keying
 * is the only cost a packet pays. One struct serves one thread.
 */
#ifndef OTA_PROTOCOL_PACKET_CRYPTO_H
#define OTA_PROTOCOL_PACKET_CRYPTO_H

#include "protocol/security.h"

#define INTEGRITY_SIZE_MAX 8 /* bytes of an RC or CC */

struct packet_crypto;

/* NULL when OpenSSL lacks what is needed. */
struct packet_crypto *packet_crypto_new(void);
void packet_crypto_free(struct packet_crypto **crypto); /* also sets it to NULL */

/* The contexts hold the last packet's key schedules until the next packet, free or this. */
void packet_crypto_forget(struct packet_crypto *crypto);

/* Bytes in a block of the cipher that the KIc byte names: 8, 16, or 0 when the byte is reserved. */
size_t cipher_block_size(uint8_t kic);

/* Bytes that RC/CC take by integrity method and KID: 0, 2, 4 or 8. OTA_E_UNSUPPORTED for DS and reserved ones,
 * OTA_E_BAD_KEY for a cc_size that is none of 0, 4, 8. `keys` may be NULL: then an AES CC counts as 8. */
int integrity_size(enum integrity method, uint8_t kid, const struct security_keys *keys, size_t *size);

/* Enciphers or deciphers in place; length is a multiple of the block, at most 65535. IV zero.
 * OTA_E_BAD_KEY, OTA_E_BAD_LENGTH, OTA_E_UNSUPPORTED, OTA_E_CRYPTO. */
int packet_encipher(struct packet_crypto *crypto, const struct security_keys *keys, uint8_t kic, uint8_t *bytes,
                    size_t length);
int packet_decipher(struct packet_crypto *crypto, const struct security_keys *keys, uint8_t kic, uint8_t *bytes,
                    size_t length);

/* A piece of the bytes that a checksum covers: the coverage is never contiguous. */
struct byte_span {
    const uint8_t *bytes;
    size_t length;
};

/* RC or CC over the spans in order into `out` (8 bytes of room, INTEGRITY_SIZE_MAX); its size is
 * integrity_size()'s. OTA_E_BAD_KEY, OTA_E_UNSUPPORTED, OTA_E_CRYPTO. */
int packet_integrity(struct packet_crypto *crypto, enum integrity method, uint8_t kid,
                     const struct security_keys *keys, const struct byte_span *spans, size_t count, uint8_t *out);

#endif
