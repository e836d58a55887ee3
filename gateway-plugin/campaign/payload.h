/*
 * What the messages of a campaign are made of: command packets to cards, or a text to
 * phones. A row of functions each, so that neither who builds a message nor who sends
 * it asks for the type.
 */
#ifndef OTA_CAMPAIGN_PAYLOAD_H
#define OTA_CAMPAIGN_PAYLOAD_H

#include "gateway-plugin/campaign/bearer.h"
#include "gateway-plugin/campaign/message_builder.h"

/* One SMS of a message. */
struct payload_part {
    enum bearer_form form;
    uint8_t header[USER_DATA_HEADER_MAX];
    size_t header_length;
    const uint8_t *bytes; /* in the packet, in the plan, or `own` */
    size_t length;
    uint8_t own[SMS_USER_DATA_MAX];
};

struct payload {
    /* As message_build(). */
    int (*build)(struct store *store, struct packet_crypto *crypto, struct packet_buffers *buffers,
                 const struct plan *plan, const struct pending_message *pending, struct built_message *built,
                 char *reason);
    bool has_packet; /* the message's row holds the bytes; else the campaign has them */
    /* SMS `number` (from 1) of a message; `packet` of its row. OTA_E_BAD_VALUE: there is no such one. */
    int (*cut)(const struct plan *plan, const uint8_t *packet, size_t length, uint8_t reference,
               unsigned int number, struct payload_part *part);
};

const struct payload *payload_of(const struct plan *plan);

extern const struct payload packet_payload; /* message_builder.c */
extern const struct payload text_payload;   /* text_message.c */

#endif
