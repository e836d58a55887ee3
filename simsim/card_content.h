/* What stands in a card's files: the profile's content, the card's own numbers, or what was written since. */
#ifndef OTA_SIMSIM_CARD_CONTENT_H
#define OTA_SIMSIM_CARD_CONTENT_H

#include "simsim/card.h"

/* `length` bytes from `offset`, which must lie inside the file. */
void card_file_read(const struct sim_card *card, uint16_t file, size_t offset, uint8_t *bytes, size_t length);

/* The same, written; the file's content becomes the card's own. false: out of memory, nothing is changed. */
bool card_file_write(struct sim_card *card, uint16_t file, size_t offset, const uint8_t *bytes,
                     size_t length);

bool card_file_is_invalidated(const struct sim_card *card, uint16_t file);
bool card_file_set_invalidated(struct sim_card *card, uint16_t file,
                               bool invalidated); /* false: out of memory */

/* The delta of a file, made when there is none, without noting a change: for restoring. NULL: out of memory.
 */
struct file_delta *card_file_delta(struct sim_card *card, uint16_t file);

#endif
