/* BER-TLV and COMPREHENSION-TLV with one-byte tags; lengths 00-7F, 81 xx,
 * 82 xx xx (TS 101 220 clause 7). */
#ifndef OTA_PROTOCOL_TLV_H
#define OTA_PROTOCOL_TLV_H

#include "protocol/bytes.h"

#define TLV_COMPREHENSION_REQUIRED 0x80 /* bit 8 of a COMPREHENSION-TLV's tag */

struct tlv {
    uint8_t tag;
    const uint8_t *value; /* points into the input */
    size_t length;
};

/* The next TLV. OTA_E_TRUNCATED, OTA_E_BAD_LENGTH (length form 80 or 83 and up). */
int tlv_read(struct byte_reader *reader, struct tlv *tlv);

/* The first TLV of that tag, bit 8 of the tag ignored. OTA_E_NOT_THIS when there is none. */
int comprehension_tlv_find(const uint8_t *bytes, size_t length, uint8_t tag, struct tlv *tlv);

/* Tag and length; the value is the caller's to write next. Longer than 65535 counts as "no space". */
void tlv_write_header(struct byte_writer *writer, uint8_t tag, size_t length);
void tlv_write(struct byte_writer *writer, uint8_t tag, const uint8_t *value, size_t length);

/* Bytes that tag and length take in front of a value of that length: 2, 3 or 4. */
size_t tlv_header_size(size_t length);

#endif
