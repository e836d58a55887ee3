/*
 * The security header of a secured packet: SPI, KIc, KID, TAR, and what their
 * bits say (TS 102 225 clause 5.1.1 to 5.1.3; GSM 03.48 clause 5.1).
 */
#ifndef OTA_PROTOCOL_SECURITY_H
#define OTA_PROTOCOL_SECURITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TAR_SIZE 3
#define KEY_SIZE_MAX 32                       /* AES-256 */
#define COUNTER_MAX UINT64_C(0xFFFFFFFFFF)    /* CNTR is 5 bytes */
#define CC_SIZE_DEFAULT 8

enum integrity { INTEGRITY_NONE = 0, INTEGRITY_RC = 1, INTEGRITY_CC = 2, INTEGRITY_DS = 3 };

enum counter_mode {
    COUNTER_NONE = 0,      /* no counter available: the field is ignored */
    COUNTER_UNCHECKED = 1, /* counter available, no replay check */
    COUNTER_HIGHER = 2,    /* process only if higher than the stored one */
    COUNTER_NEXT = 3,      /* process only if the stored one plus 1 */
};

enum por_request { POR_NONE = 0, POR_ALWAYS = 1, POR_ON_ERROR = 2, POR_RESERVED = 3 };

struct security_parameters {
    uint8_t spi1;
    uint8_t spi2;
    uint8_t kic;
    uint8_t kid;
    uint8_t tar[TAR_SIZE];
};

/* One key set of one card. Wipe it (security_keys_wipe) as soon as it is used. */
struct security_keys {
    uint8_t kic[KEY_SIZE_MAX];
    uint8_t kid[KEY_SIZE_MAX];
    size_t kic_size; /* bytes; 0: there is none */
    size_t kid_size;
    size_t cc_size;  /* of an AES-CMAC: 8, or 4 by card profile; 0 counts as 8. (3)DES is always 8. */
};

static inline enum integrity spi1_integrity(uint8_t spi1) { return (enum integrity)(spi1 & 0x03); }
static inline bool spi1_ciphered(uint8_t spi1) { return (spi1 & 0x04) != 0; }
static inline enum counter_mode spi1_counter_mode(uint8_t spi1) { return (enum counter_mode)((spi1 >> 3) & 0x03); }
static inline enum por_request spi2_por(uint8_t spi2) { return (enum por_request)(spi2 & 0x03); }
static inline enum integrity spi2_integrity(uint8_t spi2) { return (enum integrity)((spi2 >> 2) & 0x03); }
static inline bool spi2_ciphered(uint8_t spi2) { return (spi2 & 0x10) != 0; }
static inline bool spi2_by_submit(uint8_t spi2) { return (spi2 & 0x20) != 0; }
/* The CC's size as a packet shows it, by the bytes that CHL or RHL leave for RC/CC. */
static inline size_t cc_size_shown(size_t checksum) { return checksum == 4 ? 4 : CC_SIZE_DEFAULT; }
static inline uint8_t key_index(uint8_t kic_or_kid) { return kic_or_kid >> 4; }

/*
 * May a platform send packets with this header? 0, or OTA_E_BAD_VALUE (the
 * standard forbids it) or OTA_E_UNSUPPORTED, with *reason set to one English
 * line that names the field, its value and what was expected (a constant).
 * Checks reserved bits, PoR integrity against SPI1, key indexes, algorithms.
 */
int security_parameters_check(const struct security_parameters *parameters, const char **reason);

/*
 * The same, without the rules that are habits of card systems rather than the standard's
 * own: a PoR protected otherwise than the command (real cards answer such packets, others
 * with status 06). For a lab's tool; a platform that sends by the million uses the above.
 */
int security_parameters_check_standard(const struct security_parameters *parameters, const char **reason);

/* What is allowed and still known to go wrong on cards: English sentences (constants) into `advice`; how many. */
#define SECURITY_ADVICE_MAX 2
size_t security_parameters_advice(const struct security_parameters *parameters,
                                  const char *advice[static SECURITY_ADVICE_MAX]);

/* Do these keys fit the algorithms that KIc, KID and SPI name? 0 or OTA_E_BAD_KEY, *reason as above. */
int security_keys_check(const struct security_parameters *parameters, const struct security_keys *keys,
                        const char **reason);

void security_keys_wipe(struct security_keys *keys);

#endif
