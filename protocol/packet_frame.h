/*
 * What command and response packets have in common (TS 102 225 clause 5): two
 * length fields in front, a part that may be ciphered from CNTR to the end, RC/CC
 * over all clear text but itself. For command_packet.c and response_packet.c alone.
 */
#ifndef OTA_PROTOCOL_PACKET_FRAME_H
#define OTA_PROTOCOL_PACKET_FRAME_H

#include "protocol/bytes.h"
#include "protocol/packet_crypto.h"

#define PACKET_LENGTH_SIZE 2 /* CPL, RPL */
#define PACKET_LENGTH_MAX 0xFFFF
#define CNTR_SIZE 5

/* One of the two kinds; sizes and offsets in bytes from CPL or RPL on. */
struct packet_shape {
    struct byte_span prefix; /* covered by RC/CC though no part of the packet */
    size_t ciphered_from;    /* CNTR */
    size_t head;             /* all in front of RC/CC */
    uint8_t head_length;     /* what CHL or RHL says when there is no RC/CC */
};

/* How a packet is protected, or is to be tried. */
struct packet_protection {
    enum integrity integrity;
    bool ciphered;
    uint8_t kic;
    uint8_t kid;
};

struct packet_layout {
    size_t checksum; /* bytes of RC/CC */
    size_t padding;
    size_t size; /* the whole packet */
};

/* OTA_E_UNSUPPORTED, OTA_E_BAD_LENGTH (CPL or RPL over 65535), OTA_E_BAD_KEY (cc_size). */
int packet_lay_out(const struct packet_shape *shape, const struct packet_protection *protection,
                   const struct security_keys *keys, size_t data_length, struct packet_layout *layout);

/* CPL and CHL, or RPL and RHL: the packet is as long as it says. OTA_E_TRUNCATED, OTA_E_BAD_LENGTH. */
void packet_write_lengths(const struct packet_shape *shape, const struct packet_layout *layout,
                          struct byte_writer *writer);
int packet_read_lengths(const struct packet_shape *shape, struct byte_reader *reader, size_t *checksum_size);

/* RC/CC into its place in the clear text, then the cipher. As packet_integrity() and packet_encipher(). */
int packet_protect(struct packet_crypto *crypto, const struct packet_shape *shape,
                   const struct packet_protection *protection, const struct security_keys *keys, uint8_t *packet,
                   const struct packet_layout *layout);

/* Deciphers in place, or enciphers again what was, from CNTR on. */
int packet_open(struct packet_crypto *crypto, const struct packet_shape *shape,
                const struct packet_protection *protection, const struct security_keys *keys, uint8_t *packet,
                size_t length);
int packet_close(struct packet_crypto *crypto, const struct packet_shape *shape,
                 const struct packet_protection *protection, const struct security_keys *keys, uint8_t *packet,
                 size_t length);

/* Holds RC/CC against the clear text, in constant time. OTA_E_BAD_CHECKSUM, and as packet_integrity(). */
int packet_prove(struct packet_crypto *crypto, const struct packet_shape *shape,
                 const struct packet_protection *protection, const struct security_keys *keys,
                 const uint8_t *packet, size_t length, size_t checksum_size);

/* The data behind RC/CC, without what PCNTR counts. Some senders add a whole block where none is needed; more
 * than that under a cipher is no padding: OTA_E_BAD_PADDING. OTA_E_TRUNCATED. */
int packet_read_data(struct byte_reader *reader, const struct packet_protection *protection,
                     size_t checksum_size, uint8_t padding, const uint8_t **data, size_t *length);

#endif
