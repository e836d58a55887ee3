/* From power-on to TERMINAL PROFILE (TS 102 221 clause 14, TS 51.011 11.2). Inner header of handset/. */
#ifndef OTA_HANDSET_CARD_START_H
#define OTA_HANDSET_CARD_START_H

#include "handset/conversation.h"

/* Resets the card and starts it. false: it cannot be used; a terminal's `state` says why. */
bool card_start(struct conversation *talk);

/* The same without a reset: application selection, PIN, initialisation (REFRESH). */
bool card_start_application(struct conversation *talk);

#endif
