/*
 * Bytes in words: the layers from the outside in, of the air, the card's line and what is in packets. Each
 * walks its bytes field by field as far as they make sense, and hands what is inside to the next. `otapacket
 * explain` and the traces of simsim and pcsc-bridge say the same of the same bytes.
 */
#ifndef OTA_EXPLAIN_EXPLAIN_H
#define OTA_EXPLAIN_EXPLAIN_H

#include "explain/explanation.h"
#include "protocol/packet_crypto.h"
#include "protocol/reassembly.h"
#include "protocol/security.h"

#define EXPLAIN_BYTES_MAX 65537 /* of the longest packet: a two-byte length and what it counts */

/* What is known beyond the bytes. Borrowed. */
struct explain_known {
    const struct security_parameters *asked; /* of the command, as far as it was told; never NULL */
    const struct security_keys *keys;        /* sizes 0: none; never NULL */
    bool has_asked;                          /* the SPI was told: what a PoR should be like */
    bool has_cc_size;                        /* else a packet shows it */
    unsigned int sent;                       /* commands in the script that a PoR answers; 0: not told */
};

struct explain {
    struct explanation out;
    struct packet_crypto *crypto;
    struct explain_known known;
    uint8_t *packet, *data;  /* scratch of EXPLAIN_BYTES_MAX bytes each; cleartext stays there */
    struct reassembly parts; /* of the message whose parts were seen */
    bool has_parts;
};

/* A command (T=0 form) and what the card said, data and SW1 SW2: explain_exchange.c. Nothing when it is no
 * APDU. */
void explain_exchange(struct explain *explain, const uint8_t *command, size_t length, const uint8_t *response,
                      size_t response_length);

/* SMS and the toolkit: explain_sms.c, explain_toolkit.c. */
void explain_apdu(struct explain *explain, const uint8_t *bytes, size_t length); /* ENVELOPE, FETCH's data */
void explain_toolkit_template(struct explain *explain, const uint8_t *bytes, size_t length);
void explain_toolkit_objects(struct explain *explain, const uint8_t *bytes, size_t length);
void explain_tpdu(struct explain *explain, const uint8_t *bytes, size_t length);
bool looks_like_tpdu(const uint8_t *bytes, size_t length); /* also when its UDL is wrong */
void explain_user_data(struct explain *explain, const uint8_t *bytes, size_t length);

/* Secured packets: explain_packet.c. */
void explain_command_packet(struct explain *explain, const uint8_t *bytes, size_t length);
void explain_response_packet(struct explain *explain, const uint8_t *bytes, size_t length);

/* Remote commands and what comes back: explain_script.c. */
void explain_script(struct explain *explain, const uint8_t *bytes, size_t length);
void explain_answer(struct explain *explain, const uint8_t *bytes, size_t length);

/* SPI, KIc, KID, TAR in words: explain_security.c. */
void explain_spi1(struct explanation *out, const uint8_t *at);
void explain_spi2(struct explanation *out, const uint8_t *at);
void explain_kic(struct explanation *out, const uint8_t *at, bool used);
void explain_kid(struct explanation *out, const uint8_t *at, enum integrity method);
void explain_tar(struct explanation *out, const uint8_t *at);
void explain_security_rules(struct explanation *out, const uint8_t *at,
                            const struct security_parameters *security);

#endif
