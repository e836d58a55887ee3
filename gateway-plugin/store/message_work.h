/*
 * The engine's own statements: the life of a message row, the work queue that
 * the table is, and what comes in for it. All return a store_result and are
 * called inside the engine's transaction. Nothing here decides anything.
 */
#ifndef OTA_STORE_MESSAGE_WORK_H
#define OTA_STORE_MESSAGE_WORK_H

#include "gateway-plugin/model/message_counter.h"
#include "gateway-plugin/model/message_facts.h"
#include "gateway-plugin/store/store.h"

/* --- campaigns --- */

/* Ids of the campaigns in CAMPAIGN_RUNNING above `after`, in order. *count in: room; out: filled. */
int work_running_campaigns(struct store *store, int64_t after, int64_t *ids, size_t *count);

struct campaign_target_ids {
    int64_t campaign_id, iteration;
    int64_t group_id; /* 0: the one card */
    int64_t card_id;
    bool automatic; /* only cards whose message of the iteration before wants a retry */
};
/* From now on rows are missing for every card of the target. */
int work_expansion_begin(struct store *store, int64_t campaign_id);
bool work_expansion_is_open(struct store *store, int64_t campaign_id);

/* Makes the PENDING rows for the next `limit` cards of the target, but not for cards that an
 * iteration of this campaign updated. *inserted: rows made; *open: whether cards are left. */
int work_expand(struct store *store, const struct campaign_target_ids *target, int limit, int64_t now,
                int64_t *inserted, bool *open);

/* Does a message of this iteration want a retry? STORE_NOT_FOUND: none. */
int work_wants_retry(struct store *store, int64_t campaign_id, int64_t iteration);

/* Is there a card in the target that no iteration updated? STORE_NOT_FOUND: none. */
int work_target_has_failed(struct store *store, const struct campaign_target_ids *target);

/* The MSISDN of a card of the target that lacks a key of `kind` (1 KIc, 2 KID) in the key set;
 * STORE_NOT_FOUND: none lacks it. */
int work_card_without_key(struct store *store, const struct campaign_target_ids *target, uint8_t key_index,
                          int kind, char msisdn[static MSISDN_DIGITS_MAX + 1]);

/* Rows of this iteration that are not settled. */
int work_open_count(struct store *store, int64_t campaign_id, int64_t iteration, int64_t *count);

/* --- messages --- */

struct message_row {
    int64_t id, campaign_id, iteration, card_id;
    char msisdn[MSISDN_DIGITS_MAX + 1];
    enum message_state state;
    int64_t counter; /* -1: not built */
    uint8_t reference;
    struct message_facts facts;
    int64_t deadline, sent, settled; /* 0: none */
};
int work_message_load(struct store *store, int64_t id, struct message_row *row);

/* Facts, state, dates and what is derived from the facts. */
struct message_derived {
    const char *detail;
    bool keep_packet; /* else it is dropped */
    bool again;       /* message_wants_retry() */
};
int work_message_save(struct store *store, const struct message_row *row,
                      const struct message_derived *derived);

/* The packet's bytes with what belongs to them, once. */
int work_message_built(struct store *store, int64_t id, uint64_t counter, uint8_t reference,
                       unsigned int commands, const uint8_t *packet, size_t length);
int work_message_packet(struct store *store, int64_t id, uint8_t *packet, size_t size, size_t *length);

/* Rows waiting to be built. */
struct pending_message {
    int64_t id, card_id;
    char msisdn[MSISDN_DIGITS_MAX + 1];
    uint8_t reference; /* the card's next one */
    bool card_is_busy;
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

/* The latest message of a card in a campaign. */
int work_latest_of_card(struct store *store, int64_t campaign_id, int64_t card_id, int64_t *id);

/* The packet that an iteration left without an answer, to be repeated byte by byte. STORE_NOT_FOUND:
 * none. */
int work_unanswered_packet(struct store *store, int64_t campaign_id, int64_t card_id, int64_t iteration,
                           uint64_t *counter, uint8_t *packet, size_t size, size_t *length);

/* The counter of a card's key set, and what became of the packet that used it last. */
int work_counter_get(struct store *store, int64_t card_id, uint8_t key_index, struct counter_scope *scope);
/* This message uses it now. A lower one is noted, but never lowers the value. STORE_NOT_FOUND: no such card. */
int work_counter_set(struct store *store, int64_t card_id, uint8_t key_index, int64_t message_id,
                     uint64_t counter, unsigned int jumps);

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
