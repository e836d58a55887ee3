/* Script + keys + counter -> command packet, and how many SMS it takes; or a text. */
#ifndef OTA_CAMPAIGN_MESSAGE_BUILDER_H
#define OTA_CAMPAIGN_MESSAGE_BUILDER_H

#include "gateway-plugin/campaign/plan.h"
#include "gateway-plugin/store/message_work.h"
#include "protocol/packet_crypto.h"

#define PACKET_SIZE_MAX 34304 /* 255 SMS carry 132 + 254 * 134 = 34168 bytes */

struct packet_buffers {
    uint8_t script[PACKET_SIZE_MAX];       /* its secured data */
    uint8_t packet[PACKET_SIZE_MAX];       /* of a message being built */
    uint8_t reply[PACKET_SIZE_MAX + 2048]; /* of a PoR joined from its parts: 255 of at most 140 bytes */
    uint8_t trial[PACKET_SIZE_MAX + 2048]; /* a copy to decipher in place */
};

struct built_message {
    struct message_piece piece;
    int64_t counter;       /* -1: a text has none */
    const uint8_t *packet; /* in `buffers`; length 0: its payload needs none */
    size_t length;
    unsigned int parts;
    bool repeats;       /* it is the packet of an earlier iteration, or at least its counter */
    unsigned int jumps; /* the counter jumped because the card's seems to be ahead: how often in a row; or 0 */
};

/* Allocates the counter and makes the packet. Everything is written in the open transaction, so the counter
 * is committed before anything leaves. STORE_NOT_FOUND: it cannot be made, `reason` says why in one line
 * without keys. */
int message_build(struct store *store, struct packet_crypto *crypto, struct packet_buffers *buffers,
                  const struct plan *plan, const struct pending_message *pending, struct built_message *built,
                  char reason[static MESSAGE_WORDS_SIZE]);

/* Opens the key set that a campaign's header names; none needed gives empty keys. STORE_NOT_FOUND: the card
 * lacks it. Wipe after use. */
int campaign_keys(struct store *store, const struct security_parameters *security, int64_t card_id,
                  struct security_keys *keys);

/* Does the header need a KIc, a KID? */
bool security_needs_kic(const struct security_parameters *security);
bool security_needs_kid(const struct security_parameters *security);

#endif
