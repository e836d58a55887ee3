/*
 * A card's key sets, packed into as few bytes as there are keys; the replay
 * counter lives beside its keys (scope: key set, as GlobalPlatform sees it) or,
 * where the profile says so, behind them, one for each RFM application.
 *
 *   index 1 | KIc size 1 | KID size 1 | CNTR 5 | KIc | KID   … once per key set
 *   CNTR 5   … once per application, in the profile's order, if it has a counter of its own
 */
#ifndef OTA_SIMSIM_CARD_KEYS_H
#define OTA_SIMSIM_CARD_KEYS_H

#include "formats/card_file.h"
#include "simsim/card.h"

/* Bytes that card_keys_pack() writes. */
size_t card_keys_size(const struct card_record *record, const struct card_profile *profile);
void card_keys_pack(const struct card_record *record, const struct card_profile *profile, uint8_t *packed);

/* The key set of that index (index 0: the first), or NULL. Points into the card's. */
uint8_t *card_keys_find(const struct sim_card *card, uint8_t index);
uint8_t *card_keys_next(uint8_t *key_set);

uint8_t card_keys_index(const uint8_t *key_set);

/* The card's replay counters. `owner`: a key set's index, or COUNTER_OF_TAR + the TAR as a number. */
#define COUNTER_OF_TAR 0x1000000u
struct card_counter {
    uint32_t owner;
    uint8_t *at; /* NULL: none */
};
size_t card_counter_count(const struct sim_card *card);
struct card_counter card_counter_number(const struct sim_card *card, size_t number); /* from 0 */
struct card_counter card_counter_find(const struct sim_card *card, uint32_t owner);
/* The one that a packet for this application under this key set uses. */
struct card_counter card_counter_for(const struct sim_card *card, const uint8_t *key_set,
                                     const struct rfm_application *application);
uint64_t card_counter_value(struct card_counter counter);
void card_counter_set(struct card_counter counter, uint64_t value);

/* A copy for protocol/: wipe it after use. */
void card_keys_copy(const uint8_t *key_set, struct security_keys *keys);

#endif
