/*
 * A card as its reader's driver sees it: frames of reader_frame.h in, replies out. No I/O here.
 */
#ifndef OTA_SIMSIM_READER_CARD_H
#define OTA_SIMSIM_READER_CARD_H

#include "handset/card_link.h"
#include "simsim/card_profile.h"
#include "simsim/ifd/reader_frame.h"
#include "simsim/t1_exchange.h"

#define READER_REPLY_MAX (READER_FRAME_HEADER + APDU_RESPONSE_MAX)

struct reader_card {
    struct card_link link;
    uint8_t atr[ATR_SIZE_MAX];
    size_t atr_length;                   /* 0: the card does not start */
    enum transmission_protocol protocol; /* the ATR's first, until another one is agreed upon */
};

/* A cold reset, so that the ATR is known. */
void reader_card_start(struct reader_card *reader, const struct card_link *link);

/*
 * Does what the frame with `length` bytes behind its header asks for; of `body` only the first
 * T1_COMMAND_MAX are read: a longer command is answered 6700. The reply, header and all, is written to
 * `reply`; returns its length, 0 when there is nothing to say (a control, an unknown control, a mute card).
 */
size_t reader_card_answer(struct reader_card *reader, const uint8_t *body, size_t length,
                          uint8_t reply[static READER_REPLY_MAX]);

#endif
