#include "protocol/security.h"

#include <openssl/crypto.h>

#include "protocol/algorithms.h"
#include "protocol/errors.h"

#define SPI1_RESERVED 0xE0
#define SPI2_RESERVED 0xC0
#define PROPRIETARY 0x03 /* b2b1 of KIc and KID, TS 102 225 tables 2 and 3 */

static bool uses_cipher(const struct security_parameters *p)
{
    return spi1_ciphered(p->spi1) || spi2_ciphered(p->spi2);
}

static bool uses(const struct security_parameters *p, enum integrity method)
{
    return spi1_integrity(p->spi1) == method || spi2_integrity(p->spi2) == method;
}

static bool spi1_reserved_bits(const struct security_parameters *p)
{
    return (p->spi1 & SPI1_RESERVED) != 0;
}

static bool spi2_reserved_bits(const struct security_parameters *p)
{
    return (p->spi2 & SPI2_RESERVED) != 0;
}

static bool spi2_reserved_por(const struct security_parameters *p)
{
    return spi2_por(p->spi2) == POR_RESERVED;
}

static bool spi1_signature(const struct security_parameters *p)
{
    return spi1_integrity(p->spi1) == INTEGRITY_DS;
}

static bool spi2_signature(const struct security_parameters *p)
{
    return spi2_integrity(p->spi2) == INTEGRITY_DS;
}

static bool por_integrity_differs(const struct security_parameters *p)
{
    return spi2_integrity(p->spi2) != INTEGRITY_NONE && spi2_integrity(p->spi2) != spi1_integrity(p->spi1);
}

static bool por_ciphered_alone(const struct security_parameters *p)
{
    return spi2_ciphered(p->spi2) && !spi1_ciphered(p->spi1);
}

static bool names_nothing(uint8_t byte)
{
    return (byte & 0x0F) == 0;
}

static bool is_proprietary(uint8_t byte)
{
    return (byte & PROPRIETARY) == PROPRIETARY;
}

static bool kic_implicit(const struct security_parameters *p)
{
    return uses_cipher(p) && names_nothing(p->kic);
}

static bool kic_proprietary(const struct security_parameters *p)
{
    return uses_cipher(p) && is_proprietary(p->kic);
}

static bool kic_reserved(const struct security_parameters *p)
{
    return uses_cipher(p) && cipher_algorithm(p->kic) == NULL;
}

static bool uses_kid(const struct security_parameters *p)
{
    return uses(p, INTEGRITY_CC) || uses(p, INTEGRITY_RC);
}

static bool kid_implicit(const struct security_parameters *p)
{
    return uses_kid(p) && names_nothing(p->kid);
}

static bool kid_proprietary(const struct security_parameters *p)
{
    return uses_kid(p) && is_proprietary(p->kid);
}

static bool kid_reserved_for_cc(const struct security_parameters *p)
{
    return uses(p, INTEGRITY_CC) && mac_algorithm(p->kid) == NULL;
}

static bool kid_reserved_for_rc(const struct security_parameters *p)
{
    return uses(p, INTEGRITY_RC) && redundancy_check_size(p->kid) == 0;
}

static bool key_sets_differ(const struct security_parameters *p)
{
    uint8_t kic = key_index(p->kic), kid = key_index(p->kid);
    return uses_cipher(p) && uses(p, INTEGRITY_CC) && kic != 0 && kid != 0 && kic != kid;
}

/* The first rule that is broken decides. TS 102 225 tables 1 to 3; index rule: one key set a packet. */
static const struct {
    bool (*broken)(const struct security_parameters *);
    int error;
    const char *reason;
    bool is_habit; /* of cards, where the standard says nothing */
} RULES[] = {
    {spi1_reserved_bits, OTA_E_BAD_VALUE, "SPI1 has reserved bits b8-b6 set, expected 000", false},
    {spi2_reserved_bits, OTA_E_BAD_VALUE, "SPI2 has reserved bits b8-b7 set, expected 00", false},
    {spi2_reserved_por, OTA_E_BAD_VALUE,
     "SPI2 b2b1 is 11 (reserved), expected 00 no PoR, 01 always or 10 on error", false},
    {spi1_signature, OTA_E_UNSUPPORTED,
     "SPI1 b2b1 is 11 (digital signature, not supported), expected 00 none, 01 RC or 10 CC", false},
    {spi2_signature, OTA_E_UNSUPPORTED,
     "SPI2 b4b3 is 11 (PoR with digital signature, not supported), expected 00 none, 01 RC or 10 CC", false},
    {por_integrity_differs, OTA_E_BAD_VALUE,
     "SPI2 b4b3 asks for a PoR protected otherwise than the command, expected 00 or the value of SPI1 b2b1",
     true},
    {por_ciphered_alone, OTA_E_BAD_VALUE,
     "SPI2 b5 is 1 (ciphered PoR) but SPI1 b3 is 0 (command not ciphered), expected b5 0 or b3 1", true},
    {kic_implicit, OTA_E_UNSUPPORTED,
     "KIc's second digit is 0 (implicit algorithm, not supported), expected 1, 2, 5, 9 or D", false},
    {kic_proprietary, OTA_E_UNSUPPORTED,
     "KIc's second digit names a proprietary algorithm (not supported), expected 1, 2, 5, 9 or D", false},
    {kic_reserved, OTA_E_BAD_VALUE, "KIc's second digit is reserved, expected 1, 2, 5, 9 or D", false},
    {kid_implicit, OTA_E_UNSUPPORTED,
     "KID's second digit is 0 (implicit algorithm, not supported), expected 1, 2, 5 or 9", false},
    {kid_proprietary, OTA_E_UNSUPPORTED,
     "KID's second digit names a proprietary algorithm (not supported), expected 1, 2, 5 or 9", false},
    {kid_reserved_for_cc, OTA_E_BAD_VALUE, "KID's second digit is reserved for CC, expected 1, 2, 5 or 9",
     false},
    {kid_reserved_for_rc, OTA_E_BAD_VALUE,
     "KID's second digit is reserved for RC, expected 1 (CRC 16) or 5 (CRC 32)", false},
    {key_sets_differ, OTA_E_BAD_VALUE,
     "KIc and KID name different key sets, expected the same first digit in both, or 0", false},
};

static int check(const struct security_parameters *parameters, bool with_habits, const char **reason)
{
    for (size_t i = 0; i < sizeof RULES / sizeof RULES[0]; i++) {
        if ((with_habits || !RULES[i].is_habit) && RULES[i].broken(parameters)) {
            *reason = RULES[i].reason;
            return RULES[i].error;
        }
    }
    return OTA_OK;
}

int security_parameters_check(const struct security_parameters *parameters, const char **reason)
{
    return check(parameters, true, reason);
}

int security_parameters_check_standard(const struct security_parameters *parameters, const char **reason)
{
    return check(parameters, false, reason);
}

/* Of the command's own protection. */
static bool names_algorithm(const struct security_parameters *p, bool (*is)(uint8_t kic_or_kid))
{
    return (spi1_ciphered(p->spi1) && is(p->kic)) || (spi1_integrity(p->spi1) == INTEGRITY_CC && is(p->kid));
}

static bool is_single_des(uint8_t byte)
{
    return (byte & 0x0F) == 0x1 || (byte & 0x0F) == 0xD;
}

static bool is_aes(uint8_t byte)
{
    return (byte & 0x0F) == 0x2;
}

size_t security_parameters_advice(const struct security_parameters *parameters,
                                  const char *advice[static SECURITY_ADVICE_MAX])
{
    size_t count = 0;
    if (names_algorithm(parameters, is_single_des))
        advice[count++] = "Single DES is reserved in newer releases: many cards refuse it without a PoR.";
    if (names_algorithm(parameters, is_aes) && spi1_counter_mode(parameters->spi1) < COUNTER_HIGHER)
        advice[count++] = "TS 102 225 wants AES with a checked counter (SPI1 b5b4 10 or 11); this has none.";
    return count;
}

/* What is wrong with a key of that size, by family; NULL when nothing is. */
static const char *key_fault(const struct algorithm *algorithm, size_t key_size, bool is_kic)
{
    if (algorithm == NULL || algorithm_takes_key(algorithm, key_size))
        return NULL;
    switch (algorithm->nibble) {
    case 0x1:
        return is_kic ? "KIc says DES: the KIc key must have 8 bytes"
                      : "KID says DES: the KID key must have 8 bytes";
    case 0x5:
        return is_kic ? "KIc says 3DES with 2 keys: the KIc key must have 16 bytes"
                      : "KID says 3DES with 2 keys: the KID key must have 16 bytes";
    case 0x9:
        return is_kic ? "KIc says 3DES with 3 keys: the KIc key must have 24 bytes"
                      : "KID says 3DES with 3 keys: the KID key must have 24 bytes";
    case 0xD: return "KIc says DES-ECB: the KIc key must have 8 bytes";
    default:
        return is_kic ? "KIc says AES: the KIc key must have 16, 24 or 32 bytes"
                      : "KID says AES: the KID key must have 16, 24 or 32 bytes";
    }
}

static bool cc_size_is_known(size_t cc_size)
{
    return cc_size == 0 || cc_size == 4 || cc_size == CC_SIZE_DEFAULT;
}

int security_keys_check(const struct security_parameters *parameters, const struct security_keys *keys,
                        const char **reason)
{
    const char *fault = NULL;
    if (uses_cipher(parameters))
        fault = key_fault(cipher_algorithm(parameters->kic), keys->kic_size, true);
    if (fault == NULL && uses(parameters, INTEGRITY_CC)) {
        const struct algorithm *mac = mac_algorithm(parameters->kid);
        fault = key_fault(mac, keys->kid_size, false);
        if (fault == NULL && mac != NULL && mac->family == FAMILY_AES && !cc_size_is_known(keys->cc_size))
            fault = "the size of an AES CC must be 4 or 8 bytes";
    }
    if (fault == NULL)
        return OTA_OK;
    *reason = fault;
    return OTA_E_BAD_KEY;
}

void security_keys_wipe(struct security_keys *keys)
{
    OPENSSL_cleanse(keys, sizeof *keys);
}
