/*
 * Overwrites with FF, in commands to a card, what nobody is to read: PINs (VERIFY, CHANGE, DISABLE, ENABLE,
 * UNBLOCK) and keys (PUT KEY), also those in the script of an ENVELOPE that is not ciphered. Lengths stay,
 * and so does what is around them.
 *
 * A script may go on in the next SMS, in the middle of a command: the parts of a message are followed as they
 * go to their card. Of a part whose predecessor was not seen right before, nobody can tell what it begins
 * with: as much is hidden as a command that began there could be long. An SMS that cannot be read is hidden
 * as a whole. Inner header of handset/.
 */
#ifndef OTA_HANDSET_SECRET_HIDING_H
#define OTA_HANDSET_SECRET_HIDING_H

#include "protocol/sms_tpdu.h"

#define SECRET_TRAILS 64    /* messages that are followed at once: older ones are forgotten */
#define SECRET_CARD_SIZE 24 /* of a card's name that is looked at */
#define SECRET_HEADER_SIZE 5

/* Bytes as they pass, at any place of a script. All zero: at its beginning. */
struct secret_stream {
    uint8_t last[SECRET_HEADER_SIZE]; /* that passed */
    size_t left;                      /* so many more are to be hidden */
    bool is_ciphered;                 /* nothing of it is in sight: they pass as they are */
};

/* How far a message in parts has gone. */
struct secret_trail {
    char card[SECRET_CARD_SIZE]; /* empty: no message */
    struct sms_address originator;
    struct concatenation part; /* that passed last */
    uint8_t payload[SMS_USER_DATA_MAX];
    size_t length;
    struct secret_stream before, behind;
};

/* All zero: none. Holds bytes of secrets: to be wiped. */
struct secret_trails {
    struct secret_trail trail[SECRET_TRAILS];
    size_t next; /* to be overwritten */
};

/* Of a command (T=0 form) to the card of that name, in the order in which they go to it. */
void secrets_hide(struct secret_trails *trails, const char *card, uint8_t *command, size_t length);

#endif
