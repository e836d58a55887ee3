/*
 * TP-UD with a user data header: concatenation (IEI 00 and 08) and the
 * elements that mark secured packets (IEI 70 command, 71 response).
 * TS 23.040 9.2.3.24, TS 31.115 clause 4.
 */
#ifndef OTA_PROTOCOL_USER_DATA_H
#define OTA_PROTOCOL_USER_DATA_H

#include "protocol/bytes.h"

#define SMS_USER_DATA_MAX 140 /* TS 23.040 9.2.3.16: bytes of TP-UD, header included */
#define USER_DATA_HEADER_MAX 12

enum packet_marker {
    PACKET_MARKER_NONE = 0,           /* a following part, or no secured packet */
    PACKET_MARKER_COMMAND = 0x70,
    PACKET_MARKER_RESPONSE = 0x71,
    PACKET_MARKER_PROPRIETARY = 0x7F, /* some cards' own answers */
};

struct concatenation {
    uint16_t reference;
    uint8_t total;  /* 1 when there is no concatenation element */
    uint8_t number; /* 1 to total */
    bool wide;      /* 16-bit reference */
};

struct user_data {
    enum packet_marker marker;
    struct concatenation concatenation;
    const uint8_t *payload; /* behind the header; points into the input */
    size_t length;
};

/* TP-UD from UDHL on. Unknown elements are passed over. OTA_E_TRUNCATED,
 * OTA_E_BAD_LENGTH, OTA_E_BAD_VALUE (part 0, or more than the total). */
int user_data_parse(const uint8_t *ud, size_t length, struct user_data *parsed);

/* One SMS of a packet: header and payload, separate as Kannel wants them. */
struct sms_part {
    uint8_t header[USER_DATA_HEADER_MAX]; /* from UDHL on */
    size_t header_length;
    const uint8_t *payload; /* points into the packet */
    size_t length;
};

/* How many SMS a packet takes with an 8-bit reference: 1 for up to 137 bytes, then
 * 132 in the first and 134 in each following. 0 when it would be more than 255. */
size_t sms_part_count(size_t packet_length);

/* Part `number` (from 1). The marker stands in part 1 only, behind the concatenation
 * element. OTA_E_BAD_VALUE when there is no such part, or the marker is NONE. */
int sms_part_build(const uint8_t *packet, size_t packet_length, enum packet_marker marker, uint8_t reference,
                   size_t number, struct sms_part *part);

/* How a packet is cut. All zero: an 8-bit reference 0, whole SMS. */
struct sms_segmentation {
    uint16_t reference;
    bool wide;             /* 16-bit reference, IEI 08 (TS 23.040 9.2.3.24.8); else at most 255 */
    uint8_t user_data_max; /* bytes of TP-UD in a part, header included, for paths that carry less
                              than 140: SMS_USER_DATA_MIN to SMS_USER_DATA_MAX; 0 counts as 140 */
};

#define SMS_USER_DATA_MIN 16 /* the longest header and some payload */

/* As sms_part_count(): 0 when it would be more than 255 parts, or `segmentation` holds what it may not. */
size_t sms_segment_count(const struct sms_segmentation *segmentation, size_t packet_length);

/* Bytes of packet that so many SMS hold; more than 255 count as 255. 0 for none, and as above. */
size_t sms_segment_capacity(const struct sms_segmentation *segmentation, size_t parts);

/* Are reference and user_data_max what they may be? */
bool sms_segmentation_is_possible(const struct sms_segmentation *segmentation);

/* Bytes of a header that holds the concatenation element only, UDHL included: 6, or 7 with a 16-bit reference. */
size_t sms_concatenation_header_size(const struct sms_segmentation *segmentation);

/* That header, of part `number` (from 1) of `total`; returns its bytes. */
size_t sms_concatenation_header_build(const struct sms_segmentation *segmentation, size_t total, size_t number,
                                      uint8_t header[static USER_DATA_HEADER_MAX]);

/* As sms_part_build(). */
int sms_segment_build(const uint8_t *packet, size_t packet_length, enum packet_marker marker,
                      const struct sms_segmentation *segmentation, size_t number, struct sms_part *part);

#endif
