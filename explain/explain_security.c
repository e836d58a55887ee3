/* The security header in words: TS 102 225 tables 1 to 3, TS 101 220 annex D. */
#include <stdio.h>
#include <string.h>

#include "explain/explain.h"
#include "protocol/errors.h"

static const char *const TWO_BITS[] = {"00", "01", "10", "11"};

void explain_spi1(struct explanation *out, const uint8_t *at)
{
    static const char *const integrity[] = {"no RC, CC or DS", "RC (redundancy check)",
                                            "CC (cryptographic checksum)", "DS (digital signature)"};
    static const char *const counter[] = {"no counter: the field is there and ignored",
                                          "counter there, not checked",
                                          "executed only if the counter is higher than the card's",
                                          "executed only if the counter is the card's plus 1"};
    if ((*at & 0xE0) != 0)
        explain_wrong(out, at, 1, "SPI1", "reserved bits b8-b6 are set, expected 000: some cards answer 06");
    else
        explain_field(out, at, 1, "SPI1", "how this command is protected");
    explain_bits(out, "b2b1", TWO_BITS[*at & 3], integrity[*at & 3]);
    explain_bits(out, "b3", spi1_ciphered(*at) ? "1" : "0", spi1_ciphered(*at) ? "ciphered" : "not ciphered");
    explain_bits(out, "b5b4", TWO_BITS[*at >> 3 & 3], counter[*at >> 3 & 3]);
}

void explain_spi2(struct explanation *out, const uint8_t *at)
{
    static const char *const request[] = {"no PoR", "PoR always", "PoR only on an error", "reserved"};
    static const char *const integrity[] = {"PoR without RC, CC or DS", "PoR with RC", "PoR with CC",
                                            "PoR with DS"};
    if ((*at & 0xC0) != 0)
        explain_wrong(out, at, 1, "SPI2", "reserved bits b8-b7 are set, expected 00");
    else
        explain_field(out, at, 1, "SPI2", "which answer (PoR) is asked for");
    explain_bits(out, "b2b1", TWO_BITS[*at & 3], request[*at & 3]);
    explain_bits(out, "b4b3", TWO_BITS[*at >> 2 & 3], integrity[*at >> 2 & 3]);
    explain_bits(out, "b5", spi2_ciphered(*at) ? "1" : "0",
                 spi2_ciphered(*at) ? "PoR ciphered" : "PoR in clear");
    explain_bits(out, "b6", spi2_by_submit(*at) ? "1" : "0",
                 spi2_by_submit(*at) ? "PoR by SMS-SUBMIT" : "PoR by SMS-DELIVER-REPORT");
}

static const char *cipher_text(uint8_t kic)
{
    static const char *const texts[16] = {
        [0x0] = "the algorithm both sides know (implicit)",
        [0x1] = "single DES, CBC (deprecated)",
        [0x2] = "AES, CBC",
        [0x3] = "proprietary",
        [0x5] = "3DES, CBC, 2 keys",
        [0x7] = "proprietary",
        [0x9] = "3DES, CBC, 3 keys",
        [0xB] = "proprietary",
        [0xD] = "single DES, ECB (GSM 03.48 only)",
        [0xF] = "proprietary",
    };
    return texts[kic & 0x0F] == NULL ? "reserved" : texts[kic & 0x0F];
}

static const char *mac_text(uint8_t kid)
{
    static const char *const texts[16] = {
        [0x0] = "the algorithm both sides know (implicit)",
        [0x1] = "single DES, CBC-MAC (deprecated)",
        [0x2] = "AES, CMAC",
        [0x3] = "proprietary",
        [0x5] = "3DES, CBC-MAC, 2 keys",
        [0x7] = "proprietary",
        [0x9] = "3DES, CBC-MAC, 3 keys",
        [0xB] = "proprietary",
        [0xF] = "proprietary",
    };
    return texts[kid & 0x0F] == NULL ? "reserved" : texts[kid & 0x0F];
}

static const char *check_text(uint8_t kid)
{
    switch (kid & 0x0F) {
    case 0x0: return "the check both sides know (implicit)";
    case 0x1: return "CRC 16";
    case 0x5: return "CRC 32";
    case 0x3: return "proprietary";
    default: return "reserved";
    }
}

static void explain_key_set(struct explanation *out, const uint8_t *at)
{
    char text[32];
    if (key_index(*at) == 0)
        explain_bits(out, "b8-b5", "0", "no key set named");
    else {
        snprintf(text, sizeof text, "key set %u", key_index(*at));
        explain_bits(out, "b8-b5", (char[]){"0123456789ABCDEF"[key_index(*at)], '\0'}, text);
    }
}

void explain_kic(struct explanation *out, const uint8_t *at, bool used)
{
    explain_field(out, at, 1, "KIc", used ? "%s" : "%s; not used, as nothing is ciphered", cipher_text(*at));
    explain_key_set(out, at);
}

void explain_kid(struct explanation *out, const uint8_t *at, enum integrity method)
{
    const char *text = method == INTEGRITY_RC ? check_text(*at) : mac_text(*at);
    explain_field(out, at, 1, "KID",
                  method == INTEGRITY_NONE ? "%s; not used, as there is no RC or CC" : "%s", text);
    explain_key_set(out, at);
}

void explain_tar(struct explanation *out, const uint8_t *at)
{
    static const struct {
        uint32_t from, to;
        const char *text;
    } names[] = {
        /* TS 101 220 annex D, and what vendors and test profiles use */
        {0x000000, 0x000000, "issuer security domain: remote applet management (RAM)"},
        {0xB00000, 0xB00000, "remote file management (RFM) of the UICC's shared file system"},
        {0xB00001, 0xB00001, "remote file management of the USIM (vendor habit)"},
        {0xB00002, 0xB00002, "remote file management of the ISIM (vendor habit)"},
        {0xB00010, 0xB00010, "remote file management of the SIM (2G)"},
        {0xB00011, 0xB00011, "remote file management of the USIM"},
        {0xB00120, 0xB00120, "RFM of the UICC in GSMA's TS.48 test profile"},
        {0xB00140, 0xB00141, "RFM of the ADF USIM in GSMA's TS.48 test profile"},
        {0xB20100, 0xB20100, "remote administration over HTTP (SCP81 push)"},
        {0x505348, 0x505348, "S@T push"},
        {0xB00000, 0xB0FFFF, "remote file management, vendor specific"},
        {0xBFFF00, 0xBFFFFF, "proprietary toolkit application"},
    };
    const uint32_t tar = (uint32_t)(at[0] << 16 | at[1] << 8 | at[2]);
    const char *text = "toolkit applet: its TAR is an install parameter, or bytes 13 to 15 of the AID";
    for (size_t i = sizeof names / sizeof names[0]; i-- > 0;)
        if (tar >= names[i].from && tar <= names[i].to)
            text = names[i].text; /* single values stand first and are written last */
    explain_field(out, at, TAR_SIZE, "TAR", "%s", text);
}

/* What the standard forbids, and what cards are known to do with what it allows. */
void explain_security_rules(struct explanation *out, const uint8_t *at,
                            const struct security_parameters *security)
{
    const char *reason = NULL;
    int rc = security_parameters_check_standard(security, &reason);
    if (rc == OTA_E_BAD_VALUE && strstr(reason, "reserved bits") == NULL)
        explain_problem(out, at, "%s", reason); /* reserved bits are marked already */
    else if (rc == OTA_E_UNSUPPORTED)
        explain_advice(out, "%s.", reason);
    else if (rc == OTA_OK && security_parameters_check(security, &reason) != OTA_OK)
        explain_advice(out, "%s: some cards answer status 06, or nothing.", reason);
    const char *advice[SECURITY_ADVICE_MAX];
    const size_t count = security_parameters_advice(security, advice);
    for (size_t i = 0; i < count; i++)
        explain_advice(out, "%s", advice[i]);
}
