/* What a terminal does between messages. Inner header of handset/. */
#ifndef OTA_HANDSET_TERMINAL_TEND_H
#define OTA_HANDSET_TERMINAL_TEND_H

#include "handset/conversation.h"

/* Timers that are due, channels with news, and STATUS when it is time for it. */
void terminal_tend(struct conversation *talk);

/* STATUS (TS 102 221 14.5.2), and the commands that it brings. */
void terminal_poll_card(struct conversation *talk);

#endif
