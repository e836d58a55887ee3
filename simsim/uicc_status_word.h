/* A SIM's status word (TS 51.011 9.4) as a UICC says it (TS 102 221 10.2). */
#ifndef OTA_SIMSIM_UICC_STATUS_WORD_H
#define OTA_SIMSIM_UICC_STATUS_WORD_H

#include "protocol/apdu.h"

/* Depends on the instruction, where one word of the SIM stands for several. A word that a UICC has too
 * stays as it is. */
uint16_t uicc_status_word(uint16_t sw, uint8_t ins);

#endif
