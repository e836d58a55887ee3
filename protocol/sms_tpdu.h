/* The three SMS TPDUs of the way: SMS-DELIVER to the card, SMS-SUBMIT from it,
 * SMS-DELIVER-REPORT back (TS 23.040 clause 9.2.2). */
#ifndef OTA_PROTOCOL_SMS_TPDU_H
#define OTA_PROTOCOL_SMS_TPDU_H

#include "protocol/bytes.h"
#include "protocol/user_data.h"

#define SMS_ADDRESS_DIGITS_MAX 20
#define SMS_TPDU_MAX 176
#define SMS_PID_SIM_DATA_DOWNLOAD 0x7F  /* TS 23.040 9.2.3.9 */
#define SMS_DCS_8BIT_CLASS2 0xF6        /* TS 23.038: 8 bit, class 2 = SIM specific */
#define SMS_ADDRESS_UNKNOWN 0x81        /* TON unknown, NPI ISDN */
#define SMS_ADDRESS_INTERNATIONAL 0x91

struct sms_address {
    char digits[SMS_ADDRESS_DIGITS_MAX + 1]; /* no '+' */
    uint8_t type;                            /* TON/NPI byte */
};

struct sms_deliver {
    bool has_user_data_header; /* TP-UDHI */
    bool more_messages;        /* clears TP-MMS, which is inverted on air */
    struct sms_address originator;
    uint8_t pid;
    uint8_t dcs;
    uint8_t timestamp[7]; /* TP-SCTS, as coded */
    uint8_t user_data[SMS_USER_DATA_MAX];
    size_t user_data_length; /* bytes; only 8-bit coding is handled */
};

struct sms_submit {
    bool has_user_data_header;
    uint8_t reference; /* TP-MR */
    struct sms_address destination;
    uint8_t pid;
    uint8_t dcs;
    uint8_t user_data[SMS_USER_DATA_MAX];
    size_t user_data_length;
};

/* OTA_E_NOT_THIS (another TP-MTI), OTA_E_TRUNCATED, OTA_E_TRAILING, OTA_E_BAD_LENGTH (more than 20 digits or 140
 * bytes), OTA_E_BAD_VALUE (no digits), OTA_E_UNSUPPORTED (alphanumeric address, 7-bit TP-DCS), OTA_E_NO_SPACE. */
int sms_deliver_encode(const struct sms_deliver *sms, struct byte_writer *writer);
int sms_deliver_decode(const uint8_t *tpdu, size_t length, struct sms_deliver *sms);
int sms_submit_encode(const struct sms_submit *sms, struct byte_writer *writer);
int sms_submit_decode(const uint8_t *tpdu, size_t length, struct sms_submit *sms); /* any validity period form is passed over */

/* Seconds since the epoch (UTC) as TP-SCTS. */
void sms_timestamp_encode(int64_t unix_seconds, uint8_t timestamp[static 7]);

#endif
