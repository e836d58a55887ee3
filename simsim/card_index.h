/* Finds cards by a number of theirs: open addressing, 4 bytes a slot, at most three quarters full. */
#ifndef OTA_SIMSIM_CARD_INDEX_H
#define OTA_SIMSIM_CARD_INDEX_H

#include "simsim/card.h"

#define NO_CARD UINT32_MAX

struct card_index {
    size_t offset, length; /* of the key in struct sim_card: bytes that are compared */
    uint32_t *slots;       /* card numbers, NO_CARD for empty */
    size_t slot_count;     /* a power of two */
    size_t used;
};

void card_index_init(struct card_index *index, size_t offset, size_t length);
void card_index_free(struct card_index *index);

/* The number of the card with that key, or NO_CARD. */
uint32_t card_index_find(const struct card_index *index, const struct sim_card *cards, const void *key);

/* `card` is a number in `cards` and not yet in the index. false: out of memory. */
bool card_index_add(struct card_index *index, const struct sim_card *cards, uint32_t card);

#endif
