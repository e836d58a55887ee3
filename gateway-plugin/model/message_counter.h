/*
 * Which CNTR the next packet of a card carries (TS 102 225 5.1.1.2): a pure function of
 * what is known and of what became of the packet before.
 *
 * Two things are kept apart. `value` is the highest counter ever allocated; the modes "no
 * counter", "not checked" and "higher" go on from it, so that they never use one twice.
 * `held` is what the card's own counter is believed to be; "exactly one more" follows that,
 * as the packets of the other modes and the lost ones may not have moved it. Cards differ:
 * most keep a counter only when they check it, some (CardOS) also when they do not.
 *
 * A 02, 03 or 06 that comes in clear proves nothing, so what it can do is small: a jump of
 * at most COUNTER_JUMP << 7, no more than COUNTER_JUMPS_MAX of them in a row (65,280 in all,
 * of 2^40); and "exactly one more" never goes beyond value + 1, and finds the card's counter
 * again by halving.
 */
#ifndef OTA_MODEL_MESSAGE_COUNTER_H
#define OTA_MODEL_MESSAGE_COUNTER_H

#include "gateway-plugin/model/message.h"

/* What cards have one counter for. */
enum counter_per { COUNTER_PER_KEY_SET, COUNTER_PER_TAR };
const char *counter_per_name(enum counter_per per);           /* "keyset", "tar" */
bool counter_per_parse(const char *name, enum counter_per *per); /* in any case */

/* Whose counter it is: a key set's, or a TAR's whatever the key set. */
struct counter_owner {
    uint8_t key_index; /* 0: it is a TAR's */
    int32_t tar;       /* as a number; -1: it is a key set's */
};
/* The one that a packet with this header uses. */
struct counter_owner counter_owner_of(enum counter_per per, const struct security_parameters *security);
/* The key set that a header names: KIc's, or where that is 0, KID's. */
uint8_t security_key_index(const struct security_parameters *security);

#define COUNTER_JUMP 0x100
#define COUNTER_JUMPS_MAX 8
#define COUNTER_REFUSALS_MAX 4 /* from then on they are all the same */

/* The packet that was the last to get a counter. */
struct counter_packet {
    bool known; /* false: none, or no packet could be made */
    int64_t campaign_id; /* 0, or nobody's any more: it was deleted */
    uint64_t counter;
    enum counter_mode mode;
    enum message_state state;
    int por_status;   /* -1: no PoR */
    bool por_is_weak; /* protected less than its SPI2 asks */
    enum por_request por;
};

/* The card's own counter, without what became of the last packet. */
struct counter_held {
    uint64_t low, guess, high; /* not below, probably, not above; all 0: a card that took none yet */
    unsigned int refusals;     /* 02 and 03 since the card took a packet, at most COUNTER_REFUSALS_MAX */
};

struct counter_scope {
    uint64_t value;     /* the highest one ever allocated; 0: none */
    uint64_t elsewhere; /* the highest one allocated while the card's counters were per TAR, if this is a key set's,
                         * or per key set, if this is a TAR's; 0: none. They may be one counter in the card. */
    unsigned int jumps; /* in a row */
    struct counter_held held;
    struct counter_packet last;
};

struct counter_choice {
    uint64_t counter;
    unsigned int jumps; /* these two are to be kept with it */
    struct counter_held held;
    bool jumped;
    bool repeats_last; /* it is that of the last packet again */
};

/* False: the counter is used up. */
bool counter_choose(enum counter_mode mode, const struct counter_scope *scope, struct counter_choice *choice);

/* The same for a packet that is sent again as it is, with the counter that it has. */
void counter_repeat(uint64_t counter, const struct counter_scope *scope, struct counter_choice *choice);

/* --- an operator's word: the packet before says no more --- */

#define COUNTER_SET_MAX (COUNTER_MAX - 1) /* so that one can follow */

/* The highest one ever allocated, elsewhere too. */
uint64_t counter_highest(const struct counter_scope *scope);

/* The card's own counter is this one, so that the next packet carries one more. False: it is lower than the
 * highest one ever allocated, or beyond COUNTER_SET_MAX. */
bool counter_place(uint64_t counter, const struct counter_scope *scope, struct counter_choice *choice);

/* After a backup was restored: up to `by` counters may have been allocated behind it, and the card may hold any of
 * them. False: it would be beyond COUNTER_SET_MAX. */
bool counter_jump(uint64_t by, const struct counter_scope *scope, struct counter_choice *choice);

#endif
