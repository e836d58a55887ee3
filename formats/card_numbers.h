/*
 * Which line of a card file was the first to name an ICCID, an IMSI or an MSISDN:
 * for "ICCID 8991… repeats line 3". Exact, no false alarms; 48 to 192 bytes of
 * memory a card. Called by the API for one upload and by cliota for a whole file.
 */
#ifndef OTA_FORMATS_CARD_NUMBERS_H
#define OTA_FORMATS_CARD_NUMBERS_H

#include <stdbool.h>

#include "formats/card_file.h"

struct card_numbers;

struct card_repeat {
    const char *field; /* "ICCID", "IMSI" or "MSISDN" */
    const char *value; /* in the record that was looked up */
    unsigned long line;
};

/* NULL: no memory. */
struct card_numbers *card_numbers_new(void);
void card_numbers_free(struct card_numbers **numbers);

/* Did a card that was added have one of this one's numbers? The first such, in the order above. */
bool card_numbers_find(const struct card_numbers *numbers, const struct card_record *record,
                       struct card_repeat *repeat);

/* Adds a card none of whose numbers is there; `line`: where it stands. 0, or -1: no memory. */
int card_numbers_add(struct card_numbers *numbers, const struct card_record *record, unsigned long line);

#endif
