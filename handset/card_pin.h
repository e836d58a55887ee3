/*
 * The user's PIN, TS 102 221 clause 9 and TS 51.011 9.2.1 and 9.2.9. It is tried once, and
 * never when at most one try is left: a terminal that blocks a card is worse than one that
 * does not use it. Inner header of handset/.
 */
#ifndef OTA_HANDSET_CARD_PIN_H
#define OTA_HANDSET_CARD_PIN_H

#include "handset/conversation.h"
#include "handset/terminal.h"

/* The response holds what SELECT of the application said, if anything. TERMINAL_READY: no PIN is
 * wanted, or it was right. */
enum terminal_state card_verify_pin(struct conversation *talk);

#endif
