/*
 * T=1 to a card that speaks T=0: a command and its whole answer are one exchange
 * (ISO 7816-3 12.2, TS 102 221 7.3.2). What a terminal does with 61xx, 9Fxx and
 * 6Cxx on a T=0 line is done here.
 */
#ifndef OTA_SIMSIM_T1_EXCHANGE_H
#define OTA_SIMSIM_T1_EXCHANGE_H

#include "handset/card_link.h"

#define T1_COMMAND_MAX (APDU_COMMAND_MAX + 1) /* with Le behind the data */

/* As card_link.h's transmit; a command of up to T1_COMMAND_MAX bytes. */
int t1_exchange(const struct card_link *card, const uint8_t *command, size_t length,
                uint8_t response[static APDU_RESPONSE_MAX], size_t *response_length);

#endif
