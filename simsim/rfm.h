/* Remote file management: executes a command script, compact or expanded (TS 102 226 clause 5, TS 31.116). */
#ifndef OTA_SIMSIM_RFM_H
#define OTA_SIMSIM_RFM_H

#include "simsim/card.h"

#define RFM_COMMANDS_MAX 255 /* the answer counts them in one byte */
#define RFM_ANSWER_MAX 360   /* what a PoR of three SMS holds beside its header, CC and padding */
#define RFM_ACTION_MAX 255

struct rfm_result {
    uint8_t executed; /* commands, the failing one included */
    uint16_t sw;      /* of the last */
    bool expanded;    /* `data` is the whole answer, a response scripting template */
    bool failed;      /* the script did not run to its end */
    uint8_t data[RFM_ANSWER_MAX]; /* compact: of the last APDU, when it was an output command */
    size_t length;
    uint8_t action[RFM_ACTION_MAX]; /* D0 … to become a proactive command behind the answer */
    size_t action_length;           /* 0: none */
};

/* Begins at the application's directory, stops behind the first command that fails. An empty script executes 0
 * commands with 9000. Which format a script has its first byte says, where the application takes both. */
void rfm_execute(struct sim_card *card, const struct rfm_application *application, const uint8_t *script,
                 size_t length, struct rfm_result *result);

#endif
