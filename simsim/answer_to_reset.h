/* What a card says when it gets power (ISO 7816-3 8.2; TS 51.011 5.7; TS 102 221 6.3). */
#ifndef OTA_SIMSIM_ANSWER_TO_RESET_H
#define OTA_SIMSIM_ANSWER_TO_RESET_H

#include "handset/card_link.h"
#include "simsim/card_profile.h"

/* A SIM's, or a UICC's with the protocols it offers. Returns its length. */
size_t answer_to_reset(const struct card_profile *profile, uint8_t atr[static ATR_SIZE_MAX]);

/* The protocol that the card speaks before another one is agreed upon: the first that any ATR offers. */
enum transmission_protocol answer_to_reset_protocol(const uint8_t *atr, size_t length);

#endif
