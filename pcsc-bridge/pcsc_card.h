/*
 * A card in a reader: PC/SC behind card_link.h, and what happens to readers. The only
 * file that knows winscard. One struct serves one thread.
 */
#ifndef OTA_PCSC_BRIDGE_PCSC_CARD_H
#define OTA_PCSC_BRIDGE_PCSC_CARD_H

#include <stdbool.h>
#include <stddef.h>

#include "handset/card_link.h"

#define PCSC_READERS_MAX 16 /* pcscd 1.9 has no more */
#define PCSC_READER_NAME_SIZE 128

struct pcsc_readers {
    char names[PCSC_READERS_MAX][PCSC_READER_NAME_SIZE];
    size_t count;
};

enum pcsc_result {
    PCSC_OK = 0,
    PCSC_NO_SERVICE, /* pcscd is not there */
    PCSC_NO_READER,
    PCSC_NO_CARD,
    PCSC_IN_USE, /* by another program */
    PCSC_FAILED, /* any other error: the card is mute, or has no protocol of ours */
};
const char *pcsc_result_text(enum pcsc_result result);

struct pcsc_card;

/* NULL: out of memory. Does not talk to pcscd yet. */
struct pcsc_card *pcsc_card_new(void);
void pcsc_card_free(struct pcsc_card **card);

/* The readers that there are; none with PCSC_NO_SERVICE. */
enum pcsc_result pcsc_card_list(struct pcsc_card *card, struct pcsc_readers *readers);

/* Takes the card in that reader for itself and powers it up, T=0 if it is offered. An earlier one is let go.
 */
enum pcsc_result pcsc_card_open(struct pcsc_card *card, const char *reader);
/* The card loses its power: what follows in other programs begins with no PIN verified. */
void pcsc_card_close(struct pcsc_card *card);
bool pcsc_card_is_open(const struct pcsc_card *card);
/* Asks pcscd whether it still is what was opened; if not, it is closed. */
bool pcsc_card_check(struct pcsc_card *card);

/* The seam on `card`, which must outlive it. A card that is lost is closed. */
struct card_link pcsc_card_link(struct pcsc_card *card);

struct pcsc_watch;
struct pcsc_watch *pcsc_watch_new(void);
void pcsc_watch_free(struct pcsc_watch **watch);

/* Waits for a card or a reader to come or go, or pcscd itself, at most so long. true: something did. */
bool pcsc_watch_wait(struct pcsc_watch *watch, unsigned milliseconds);

#endif
