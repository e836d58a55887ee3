/* What a UICC says of a file: its FCP template (TS 102 221 11.1.1.3). */
#ifndef OTA_SIMSIM_UICC_FCP_H
#define OTA_SIMSIM_UICC_FCP_H

#include "simsim/card.h"

#define UICC_FCP_MAX 96

/* Of that file of the profile's tree, at most UICC_FCP_MAX bytes. */
void uicc_fcp_write(const struct sim_card *card, uint16_t file, struct byte_writer *writer);

#endif
