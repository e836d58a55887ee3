/*
 * One phone talking to one card: commands go out with the right class, the answer's
 * status word is noted, and so is that a proactive command waits. Inner header of handset/.
 */
#ifndef OTA_HANDSET_CONVERSATION_H
#define OTA_HANDSET_CONVERSATION_H

#include "handset/handset.h"

#define CLASS_SIM 0xA0  /* TS 51.011 */
#define CLASS_UICC 0x80 /* TS 102 221: toolkit instructions, STATUS; 00 for the others */

#define SELECT_WITH_FCP 0x04 /* P2 of SELECT, TS 102 221 11.1.1.2 */

struct conversation {
    struct handset *handset;
    const struct card_link *link;
    const struct handset_network *network;
    uint8_t response[APDU_RESPONSE_MAX];
    size_t length;        /* of the response's data */
    uint16_t sw;          /* of the last command */
    uint8_t fetch_length; /* of the 91xx seen last; 0 with `pending` means 256 */
    bool pending;         /* a proactive command waits */
    bool card_is_gone;
    bool card_is_mute; /* and the last command may have reached it */
};

/* What a command is but for its class. */
struct card_command {
    uint8_t ins, p1, p2;
};

/* false: the card is gone. Else `sw`, `response` and `length` are its answer. */
bool card_send(struct conversation *talk, struct card_command command, const uint8_t *data, size_t length);
/* Wants `length` bytes (0: 256); asks again when the card names the right length (6Cxx). */
bool card_ask(struct conversation *talk, struct card_command command, uint8_t length);
/* Fetches what 61xx or 9Fxx announced, when it did not come with the answer (T=1). false: gone, or no data.
 */
bool card_get_response(struct conversation *talk);
/* By file ID; on a UICC the FCP is announced. */
bool card_select(struct conversation *talk, uint16_t file);
/* 90xx, 91xx, 9Fxx, 61xx */
bool card_said_well(const struct conversation *talk);

#endif
