/* What can be wrong with bytes. Every codec returns 0 or one of these. */
#ifndef OTA_PROTOCOL_ERRORS_H
#define OTA_PROTOCOL_ERRORS_H

enum ota_error {
    OTA_OK = 0,
    OTA_E_TRUNCATED = -1,    /* the input ends before its field does */
    OTA_E_TRAILING = -2,     /* bytes follow the end of the format */
    OTA_E_NO_SPACE = -3,     /* the output buffer is too small */
    OTA_E_BAD_LENGTH = -4,   /* a length field contradicts its surroundings */
    OTA_E_BAD_VALUE = -5,    /* a field holds what the standard does not allow */
    OTA_E_BAD_HEX = -6,      /* not hexadecimal digits, or an odd number of them */
    OTA_E_BAD_KEY = -7,      /* the key's length does not fit the algorithm */
    OTA_E_BAD_CHECKSUM = -8, /* RC or CC does not match */
    OTA_E_BAD_PADDING = -9,  /* PCNTR is larger than what it counts, or not what the cipher needs */
    OTA_E_NOT_THIS = -10,    /* well-formed, but another kind of thing (no IEI 70/71, another tag) */
    OTA_E_UNSUPPORTED = -11, /* the standard has it, this code does not */
    OTA_E_CRYPTO = -12,      /* OpenSSL refused */
};

/* English for one of the above, never NULL; a constant, not to be freed. */
const char *ota_error_text(int error);

#endif
