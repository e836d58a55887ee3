/*
 * The one seam between a phone and any card: a simulated one, one behind
 * winscard, or a test's scripted one. Whoever makes the link owns what `card`
 * points to; the link is a value and may be copied.
 */
#ifndef OTA_HANDSET_CARD_LINK_H
#define OTA_HANDSET_CARD_LINK_H

#include "protocol/apdu.h"

#define ATR_SIZE_MAX 33 /* ISO 7816-3 8.1 */

enum card_link_error {
    CARD_LINK_NO_CARD = -101, /* removed, or never there: it has not seen the command */
    CARD_LINK_MUTE = -102,    /* no answer, or not an answer: it may have seen the command */
};

struct card_link {
    void *card;

    /* Power-on or warm reset. 0 or a card_link_error. */
    int (*reset)(void *card, uint8_t atr[static ATR_SIZE_MAX], size_t *atr_length);

    /* One command APDU (T=0 form), one answer: data and SW1 SW2, 2 to APDU_RESPONSE_MAX bytes. */
    int (*transmit)(void *card, const uint8_t *command, size_t length,
                    uint8_t response[static APDU_RESPONSE_MAX], size_t *response_length);
};

#endif
