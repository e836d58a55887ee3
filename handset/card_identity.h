/* Which card it is: EF.ICCID (TS 102 221 13.2, TS 51.011 10.1.1). Inner header of handset/. */
#ifndef OTA_HANDSET_CARD_IDENTITY_H
#define OTA_HANDSET_CARD_IDENTITY_H

#include "handset/conversation.h"
#include "handset/terminal.h"

/* Its digits, the filler F removed. false: the card is gone, or has none. The MF is selected before. */
bool card_read_iccid(struct conversation *talk, char iccid[static TERMINAL_ICCID_SIZE]);

#endif
