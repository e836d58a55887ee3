/*
 * The engine's statements about messages: the life of a row, and the work queue that
 * the table is.
 * All return a store_result and are called inside the engine's transaction. Nothing
 * here decides anything.
 */
#ifndef OTA_STORE_MESSAGE_WORK_H
#define OTA_STORE_MESSAGE_WORK_H

#include "gateway-plugin/model/message_facts.h"
#include "gateway-plugin/store/store.h"

struct message_row {
    int64_t id, campaign_id, iteration, card_id;
    char msisdn[MSISDN_DIGITS_MAX + 1];
    enum message_state state;
    int64_t counter; /* -1: not built, or a text */
    uint8_t reference;
    struct message_piece piece;
    struct message_facts facts;
    int64_t deadline, sent, settled; /* 0: none */
    int64_t parts_before;            /* work_inbound_last() when it was sent */
};
int work_message_load(struct store *store, int64_t id, struct message_row *row);

/* Facts, state, dates and what is derived from the facts. */
struct message_derived {
    const char *detail;
    bool keep_packet; /* else it is dropped */
    bool again;       /* message_wants_retry() */
    bool complete;    /* message_is_complete() */
};
int work_message_save(struct store *store, const struct message_row *row,
                      const struct message_derived *derived);

/* The packet's bytes with what belongs to them, once. A text has no counter (-1) and no bytes (length 0): the
 * campaign has them. */
int work_message_built(struct store *store, int64_t id, int64_t counter, uint8_t reference,
                       const struct message_piece *piece, const uint8_t *packet, size_t length);
int work_message_packet(struct store *store, int64_t id, uint8_t *packet, size_t size, size_t *length);

/* Rows waiting to be built. */
struct pending_message {
    int64_t id, card_id;
    char msisdn[MSISDN_DIGITS_MAX + 1];
    uint8_t reference; /* the card's next one */
    bool card_is_busy, card_is_blocked;
    unsigned int piece;
};
int work_pending(struct store *store, int64_t campaign_id, int64_t iteration, int64_t after,
                 struct pending_message *rows, size_t *count);
int work_pending_get(struct store *store, int64_t id,
                     struct pending_message *row); /* STORE_NOT_FOUND: not PENDING */
/* The first PENDING message of a running campaign for this card. */
int work_pending_of_card(struct store *store, int64_t card_id, int64_t *id, int64_t *campaign_id);

/* Ids of rows in a state, above `after`, in order. */
int work_in_state(struct store *store, int64_t campaign_id, int64_t iteration, enum message_state state,
                  int64_t after, int64_t *ids, size_t *count);

int work_due(struct store *store, int64_t now, int64_t *ids,
             size_t *count);                                    /* deadline passed, oldest first */
int work_next_deadline(struct store *store, int64_t *deadline); /* STORE_NOT_FOUND: none */

/* The card's outstanding packet. Taking sets the reference of its next one. STORE_NOT_FOUND: it is busy. */
int work_card_take(struct store *store, int64_t card_id, int64_t message_id, uint8_t next_reference);
/* STORE_NOT_FOUND: the card was not busy with this message. */
int work_card_release(struct store *store, int64_t card_id, int64_t message_id);

/* The latest message of a card in a campaign. */
int work_latest_of_card(struct store *store, int64_t campaign_id, int64_t card_id, int64_t *id);

/* Makes the PENDING message of the script's next packet. */
int work_message_continue(struct store *store, const struct message_row *row, int64_t now, int64_t *id);

/* A message that is still PENDING for this packet is for the next one now; any other is left alone. */
int work_pending_skip(struct store *store, int64_t id, unsigned int piece);

/* The packet that the last iteration before this one in which it left has left without an answer, to be repeated
 * byte by byte. STORE_NOT_FOUND: none. */
int work_unanswered_packet(struct store *store, int64_t campaign_id, int64_t card_id, int64_t iteration,
                           unsigned int piece, uint64_t *counter, uint8_t *packet, size_t size,
                           size_t *length);

#endif
