/*
 * The engine's statements about what comes in: the messages that a reply may belong to,
 * the parts of long ones, and what was dealt with before.
 * All return a store_result and are called inside the engine's transaction. Nothing
 * here decides anything.
 */
#ifndef OTA_STORE_REPLY_WORK_H
#define OTA_STORE_REPLY_WORK_H

#include "gateway-plugin/store/store.h"

/* --- what a reply may belong to --- */

struct reply_card {
    int64_t id;
    int64_t busy_message; /* 0: none */
};
int work_reply_card(struct store *store, const char *msisdn, struct reply_card *card);

struct reply_candidate {
    int64_t id, campaign_id;
    uint64_t counter;
};
/* Built messages of a card, the newest first. */
int work_reply_candidates(struct store *store, int64_t card_id, struct reply_candidate *rows, size_t *count);

/* --- what came in --- */

/* STORE_NOT_FOUND: this UUID was dealt with before. */
int work_inbound_is_new(struct store *store, const char *uuid, int64_t now);

struct inbound_part {
    int64_t card_id;
    uint16_t reference;
    uint8_t total, number;
    const uint8_t *payload;
    size_t length;
};
/* Keeps the part, and the newest 510 of the card. When all are there, joins them into `packet` and
 * forgets them. STORE_NOT_FOUND: parts are missing. STORE_FAILED also when `packet` is too small. */
int work_inbound_join(struct store *store, const struct inbound_part *part, int64_t now, uint8_t *packet,
                      size_t size, size_t *length);

/* Forgets UUIDs seen before `seen_before` and parts received before `parts_before`, at most `limit` each. */
int work_inbound_prune(struct store *store, int64_t seen_before, int64_t parts_before, int limit);

#endif
