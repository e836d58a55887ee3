/*
 * The response packet, the proof of receipt (PoR): what a card answers (TS 102
 * 225 clause 5.2). "Packet" here begins with RPL; in SMS IEI 71 stands before
 * it, and the RC/CC also covers those bytes 02 71 00.
 *
 *   RPL 2 | RHL 1 | TAR 3 | CNTR 5 | PCNTR 1 | status 1 | RC/CC 0-8 | data | padding
 */
#ifndef OTA_PROTOCOL_RESPONSE_PACKET_H
#define OTA_PROTOCOL_RESPONSE_PACKET_H

#include "protocol/bytes.h"
#include "protocol/packet_crypto.h"

enum por_status {
    POR_STATUS_OK = 0x00,
    POR_STATUS_CC_FAILED = 0x01,
    POR_STATUS_CNTR_LOW = 0x02,
    POR_STATUS_CNTR_HIGH = 0x03,
    POR_STATUS_CNTR_BLOCKED = 0x04,
    POR_STATUS_CIPHERING_ERROR = 0x05,
    POR_STATUS_UNIDENTIFIED_ERROR = 0x06,
    POR_STATUS_NO_MEMORY = 0x07,
    POR_STATUS_MORE_TIME = 0x08,
    POR_STATUS_TAR_UNKNOWN = 0x09,
    POR_STATUS_SECURITY_TOO_LOW = 0x0A,
    POR_STATUS_BY_SMS_SUBMIT = 0x0B,
    POR_STATUS_BY_USSD = 0x0C,
};

/* English for a status byte, also for reserved ones; a constant. */
const char *por_status_text(uint8_t status);

struct response_packet {
    uint8_t tar[TAR_SIZE];
    uint64_t counter;
    uint8_t status;
    const uint8_t *data; /* additional response data, without padding; after decoding it points into the packet */
    size_t length;
    enum integrity integrity; /* decoded only: how it was really protected, and proven so */
    bool ciphered;
};

/* As SPI2 of `asked` says (PoR integrity and ciphering, KIc, KID). */
int response_packet_encode(struct packet_crypto *crypto, const struct response_packet *packet,
                           const struct security_parameters *asked, const struct security_keys *keys,
                           struct byte_writer *writer);

/* The minimal clear form for errors: RPL 000B, no RC/CC, not ciphered. */
void response_packet_encode_error(const uint8_t tar[static TAR_SIZE], uint64_t counter, uint8_t status,
                                  struct byte_writer *writer);

/*
 * Deciphers in place. Whatever was asked, a bare clear error (RPL 000B) is read
 * as clear, and a packet that fails as asked is tried in clear: `integrity` and
 * `ciphered` say what it really was, so that the caller can refuse a weaker one.
 * OTA_E_TRUNCATED, OTA_E_BAD_LENGTH, OTA_E_BAD_CHECKSUM, OTA_E_BAD_PADDING, OTA_E_CRYPTO.
 */
int response_packet_decode(struct packet_crypto *crypto, uint8_t *packet, size_t length,
                           const struct security_parameters *asked, const struct security_keys *keys,
                           struct response_packet *decoded);

/* TAR and counter of a packet that came in clear, 0, or OTA_E_*: only a hint,
 * to find the message it may belong to. */
int response_packet_peek_clear(const uint8_t *packet, size_t length, struct response_packet *clear);

#endif
