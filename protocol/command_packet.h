/*
 * The command packet: what a platform sends to a card (TS 102 225 clause 5.1,
 * TS 31.115 clause 4). "Packet" here begins with CPL; in SMS the element
 * IEI 70 of the user data header stands in front of it (protocol/user_data.h).
 *
 *   CPL 2 | CHL 1 | SPI 2 | KIc 1 | KID 1 | TAR 3 | CNTR 5 | PCNTR 1 | RC/CC 0-8 | data | padding
 *   `------------ in clear ------------------------' `----------- ciphered if SPI1 says so ------'
 */
#ifndef OTA_PROTOCOL_COMMAND_PACKET_H
#define OTA_PROTOCOL_COMMAND_PACKET_H

#include "protocol/bytes.h"
#include "protocol/packet_crypto.h"

struct command_packet {
    struct security_parameters security;
    uint64_t counter;    /* CNTR, at most COUNTER_MAX; there also when SPI1 says "no counter" */
    const uint8_t *data; /* the secured data; after decoding it points into the packet */
    size_t length;
};

/* The bytes a packet with `data_length` bytes of data has, from CPL on. OTA_E_UNSUPPORTED, OTA_E_BAD_LENGTH (over 65535). */
int command_packet_size(const struct security_parameters *security, const struct security_keys *keys,
                        size_t data_length, size_t *size);

/* The other way round: the most data that a packet of at most `size` bytes holds. OTA_E_BAD_LENGTH when it
 * does not even hold the header; as above. */
int command_packet_capacity(const struct security_parameters *security, const struct security_keys *keys,
                            size_t size, size_t *data_length);

/* Pads, computes RC/CC, enciphers. `packet->data` may not overlap the writer's buffer. `keys` may be NULL when
 * nothing needs one. On an error nothing is written. OTA_E_BAD_VALUE (counter), OTA_E_BAD_KEY, OTA_E_UNSUPPORTED,
 * OTA_E_BAD_LENGTH, OTA_E_NO_SPACE, OTA_E_CRYPTO. */
int command_packet_encode(struct packet_crypto *crypto, const struct command_packet *packet,
                          const struct security_keys *keys, struct byte_writer *writer);

/* The clear part only, to find the application and its keys: lengths are
 * checked, nothing is deciphered. OTA_E_TRUNCATED, OTA_E_BAD_LENGTH. */
int command_packet_peek(const uint8_t *packet, size_t length, struct security_parameters *security);

/*
 * Deciphers in place, checks RC/CC in constant time, and only then believes
 * PCNTR: wrong keys give OTA_E_BAD_CHECKSUM, a senseless PCNTR under a good CC
 * OTA_E_BAD_PADDING. RC/CC must have the size that SPI1, KID and the keys' cc_size
 * say (OTA_E_BAD_LENGTH). The counter is not judged here. On an error the packet's
 * bytes are spoiled.
 */
int command_packet_decode(struct packet_crypto *crypto, uint8_t *packet, size_t length,
                          const struct security_keys *keys, struct command_packet *decoded);

#endif
