/*
 * A card's key sets, packed into as few bytes as there are keys; the replay
 * counter lives beside its keys (scope: key set, as GlobalPlatform sees it).
 *
 *   index 1 | KIc size 1 | KID size 1 | CNTR 5 | KIc | KID   … once per key set
 */
#ifndef OTA_SIMSIM_CARD_KEYS_H
#define OTA_SIMSIM_CARD_KEYS_H

#include "formats/card_file.h"
#include "simsim/card.h"

/* Bytes that card_keys_pack() writes. */
size_t card_keys_size(const struct card_record *record);
void card_keys_pack(const struct card_record *record, uint8_t *packed);

/* The key set of that index (index 0: the first), or NULL. Points into the card's. */
uint8_t *card_keys_find(const struct sim_card *card, uint8_t index);
uint8_t *card_keys_next(uint8_t *key_set);

uint8_t card_keys_index(const uint8_t *key_set);
uint64_t card_keys_counter(const uint8_t *key_set);
void card_keys_set_counter(uint8_t *key_set, uint64_t counter);

/* A copy for protocol/: wipe it after use. */
void card_keys_copy(const uint8_t *key_set, struct security_keys *keys);

#endif
