/*
 * The engine's statements about what comes in: the messages that a reply may belong to,
 * the parts of long ones, and what was dealt with before.
 * All return a store_result and are called inside the engine's transaction. Nothing
 * here decides anything.
 */
#ifndef OTA_STORE_REPLY_WORK_H
#define OTA_STORE_REPLY_WORK_H

#include "gateway-plugin/store/store.h"
#include "protocol/user_data.h"

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
/* Built messages of a card: the one that it is busy with, then the newest first. */
int work_reply_candidates(struct store *store, const struct reply_card *card, struct reply_candidate *rows,
                          size_t *count);

/* --- what came in --- */

/* STORE_NOT_FOUND: this UUID was dealt with before. */
int work_inbound_is_new(struct store *store, const char *uuid, int64_t now);

/* One SMS of a PoR of several, or something that claims to be one. */
struct inbound_part {
    int64_t id; /* in the order of arrival, whatever the clock says; none is given twice */
    int64_t card_id;
    uint16_t reference;
    uint8_t total, number;
    int64_t received;
    uint8_t payload[SMS_USER_DATA_MAX];
    size_t length;
};
#define INBOUND_PARTS_MAX 510 /* of a card: two PoRs of 255 parts */
#define INBOUND_COPIES_MAX 8  /* of them for one place */

/* Keeps the part and sets its id; one of the same bytes is kept once. The oldest beyond the two numbers above
 * are dropped. */
int work_inbound_keep(struct store *store, struct inbound_part *part);
/* All parts with the card, the reference and the total of `part`, by number, the newest of a number first. At
 * most INBOUND_PARTS_MAX. */
int work_inbound_parts(struct store *store, const struct inbound_part *part, struct inbound_part *parts,
                       size_t *count);
/* The id of the part that came last of all that are there, or 0; what comes from now on has greater ones. */
int work_inbound_last(struct store *store, int64_t *id);
int work_inbound_drop(struct store *store, int64_t id);

/* Forgets UUIDs seen before `seen_before` and parts received before `parts_before`, at most `limit` each. */
int work_inbound_prune(struct store *store, int64_t seen_before, int64_t parts_before, int limit);

#endif
