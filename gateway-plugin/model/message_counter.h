/*
 * Which CNTR the next packet of a card's key set carries (TS 102 225 5.1.1.2): a
 * pure function of the one before and of what became of it. The stored value is
 * the highest one ever allocated and never goes back.
 *
 * A 02, 03 or 06 that comes in clear proves nothing, so what it can do is small: a
 * jump of at most COUNTER_JUMP << 7, no more than COUNTER_JUMPS_MAX of them in a row
 * (65,280 in all, of 2^40), one step up or down in the mode "exactly one more".
 */
#ifndef OTA_MODEL_MESSAGE_COUNTER_H
#define OTA_MODEL_MESSAGE_COUNTER_H

#include "gateway-plugin/model/message.h"

#define COUNTER_JUMP 0x100
#define COUNTER_JUMPS_MAX 8

/* The packet that used the counter last. */
struct counter_packet {
    bool known; /* false: none, or its message is gone */
    int64_t campaign_id;
    uint64_t counter;
    enum message_state state;
    int por_status;   /* -1: no PoR */
    bool por_is_weak; /* protected less than its SPI2 asks */
    enum por_request por;
};

struct counter_scope {
    uint64_t value;     /* the highest one ever allocated; 0: none */
    unsigned int jumps; /* in a row */
    struct counter_packet last;
};

struct counter_choice {
    uint64_t counter;
    unsigned int jumps; /* to be kept with it */
    bool jumped;
    bool repeats_last; /* it is that of the last packet again */
};

/* False: the counter is used up. */
bool counter_choose(enum counter_mode mode, const struct counter_scope *scope, struct counter_choice *choice);

#endif
