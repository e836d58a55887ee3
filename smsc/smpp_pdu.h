/*
 * SMPP 3.4 PDUs <-> structs, as far as an SMSC needs them. Pure: no memory, no
 * sockets. Bytes come through byte_reader and leave through byte_writer.
 *
 * Why not libsmpp34: its smpp34_unpack() leaks about 1 KiB for each frame with a
 * broken optional parameter (measured with LeakSanitizer), refuses
 * message_payload above 1024 bytes, and prints every field, the password too,
 * into one global error string. tests/smsc keeps frames that it made as vectors.
 */
#ifndef OTA_SMSC_SMPP_PDU_H
#define OTA_SMSC_SMPP_PDU_H

#include "protocol/bytes.h"

#define SMPP_HEADER_SIZE 16
#define SMPP_PDU_MAX 65536u    /* ours: a frame that claims more is refused */
#define SMPP_SYSTEM_ID_SIZE 16 /* sizes with the NUL, SMPP 3.4 clause 5.2 */
#define SMPP_PASSWORD_SIZE 9
#define SMPP_ADDRESS_SIZE 21
#define SMPP_TIME_SIZE 17
#define SMPP_MESSAGE_ID_SIZE 65
#define SMPP_SHORT_MESSAGE_MAX 254 /* 5.2.22 */

/* 5.1.2.1; an answer has bit 31 set. */
#define SMPP_RESPONSE 0x80000000u
enum smpp_command {
    SMPP_BIND_RECEIVER = 0x01,
    SMPP_BIND_TRANSMITTER = 0x02,
    SMPP_SUBMIT_SM = 0x04,
    SMPP_DELIVER_SM = 0x05,
    SMPP_UNBIND = 0x06,
    SMPP_BIND_TRANSCEIVER = 0x09,
    SMPP_ENQUIRE_LINK = 0x15,
};
#define SMPP_GENERIC_NACK 0x80000000u

/* 5.1.3 */
enum smpp_status {
    ESME_ROK = 0x00,
    ESME_RINVMSGLEN = 0x01,
    ESME_RINVCMDLEN = 0x02,
    ESME_RINVCMDID = 0x03,
    ESME_RINVBNDSTS = 0x04,
    ESME_RALYBND = 0x05,
    ESME_RSYSERR = 0x08,
    ESME_RINVDSTADR = 0x0B,
    ESME_RBINDFAIL = 0x0D,
    ESME_RINVPASWD = 0x0E,
    ESME_RMSGQFUL = 0x14,
    ESME_RTHROTTLED = 0x58,
    ESME_RINVSCHED = 0x61,
    ESME_RINVEXPIRY = 0x62,
    ESME_RX_T_APPN = 0x64,
};

/* 5.2.12 esm_class */
#define SMPP_ESM_UDHI 0x40
#define SMPP_ESM_RECEIPT 0x04

/* 5.3.2.35 message_state */
enum smpp_message_state {
    SMPP_STATE_NONE = 0,
    SMPP_STATE_DELIVERED = 2,
    SMPP_STATE_EXPIRED = 3,
    SMPP_STATE_UNDELIVERABLE = 5,
    SMPP_STATE_UNKNOWN = 7
};

struct smpp_header {
    uint32_t length; /* of the whole PDU */
    uint32_t command, status, sequence;
};

struct smpp_bind {
    char system_id[SMPP_SYSTEM_ID_SIZE];
    char password[SMPP_PASSWORD_SIZE]; /* the caller wipes it */
    char system_type[13];
    uint8_t interface_version, ton, npi;
    char address_range[41];
};

struct smpp_address {
    uint8_t ton, npi;
    char digits[SMPP_ADDRESS_SIZE];
};

/* The body of submit_sm and of deliver_sm. */
struct smpp_message {
    char service_type[6];
    struct smpp_address source, destination;
    uint8_t esm_class, protocol_id, priority;
    char schedule[SMPP_TIME_SIZE], validity[SMPP_TIME_SIZE];
    uint8_t registered_delivery, data_coding;
    const uint8_t *data; /* short_message, or message_payload when that is given; not owned */
    size_t length;
    char receipted_message_id[SMPP_MESSAGE_ID_SIZE]; /* optional parameter 001E; empty: none */
    uint8_t message_state;                           /* optional parameter 0427; 0: none */
};

int smpp_header_decode(const uint8_t *bytes, size_t length, struct smpp_header *header);

/* Bodies: what follows the header. OTA_E_TRUNCATED, OTA_E_TRAILING, OTA_E_BAD_LENGTH (a string or
 * short_message longer than allowed), OTA_E_BAD_VALUE (short_message and message_payload at once). */
int smpp_bind_decode(const uint8_t *body, size_t length, struct smpp_bind *bind);
int smpp_message_decode(const uint8_t *body, size_t length, struct smpp_message *message);

/* Of submit_sm_resp; empty when there is no body. */
int smpp_message_id_decode(const uint8_t *body, size_t length, char id[static SMPP_MESSAGE_ID_SIZE]);

/* A PDU is written between these two; end puts its length in. */
size_t smpp_pdu_begin(struct byte_writer *writer, uint32_t command, uint32_t status, uint32_t sequence);
void smpp_pdu_end(struct byte_writer *writer, size_t start);

/* C-octet string, its NUL included. */
void smpp_string_encode(struct byte_writer *writer, const char *text);
void smpp_bind_encode(struct byte_writer *writer, const struct smpp_bind *bind);
/* Data above SMPP_SHORT_MESSAGE_MAX goes into message_payload. */
void smpp_message_encode(struct byte_writer *writer, const struct smpp_message *message);

#endif
