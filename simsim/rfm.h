/* Remote file management: executes a compact command script (TS 102 226 clause 5.2.1, TS 31.116). */
#ifndef OTA_SIMSIM_RFM_H
#define OTA_SIMSIM_RFM_H

#include "simsim/card.h"

struct rfm_result {
    uint8_t executed;  /* commands, the failing one included */
    uint16_t sw;       /* of the last */
    uint8_t data[256]; /* of the last APDU, when it was an output command */
    size_t length;
    const uint8_t *refresh; /* D0 … to become a proactive command, or NULL; points into the script */
    size_t refresh_length;
};

/* Begins at the application's directory, stops behind the first command that fails. An empty script executes 0 commands with 9000.
 */
void rfm_execute(struct sim_card *card, const struct rfm_application *application, const uint8_t *script,
                 size_t length, struct rfm_result *result);

#endif
