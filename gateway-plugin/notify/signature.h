/* The signature of a notification: who holds the key can tell ours from forged ones. */
#ifndef OTA_NOTIFY_SIGNATURE_H
#define OTA_NOTIFY_SIGNATURE_H

#include <stddef.h>
#include <stdint.h>

#define SIGNATURE_KEY_SIZE 32
#define SIGNATURE_TEXT_SIZE 72 /* "sha256=", 64 hex digits, the end */

/* HMAC-SHA256 (RFC 2104) of the body's bytes. 0, or -1 when OpenSSL refuses. */
int signature_of(const uint8_t key[static SIGNATURE_KEY_SIZE], const char *body, size_t length,
                 char text[static SIGNATURE_TEXT_SIZE]);

#endif
