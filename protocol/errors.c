#include "protocol/errors.h"

const char *ota_error_text(int error)
{
    switch ((enum ota_error)error) {
    case OTA_OK: return "no error";
    case OTA_E_TRUNCATED: return "the input ends too early";
    case OTA_E_TRAILING: return "bytes follow the end";
    case OTA_E_NO_SPACE: return "the output buffer is too small";
    case OTA_E_BAD_LENGTH: return "a length field contradicts its surroundings";
    case OTA_E_BAD_VALUE: return "a field holds a value that the standard does not allow";
    case OTA_E_BAD_HEX: return "not hexadecimal digits, or an odd number of them";
    case OTA_E_BAD_KEY: return "the key's length does not fit the algorithm";
    case OTA_E_BAD_CHECKSUM: return "the checksum (RC/CC) does not match";
    case OTA_E_BAD_PADDING: return "PCNTR does not fit the packet";
    case OTA_E_NOT_THIS: return "another kind of data than expected";
    case OTA_E_UNSUPPORTED: return "not supported";
    case OTA_E_CRYPTO: return "OpenSSL refused";
    }
    return "unknown error";
}
