/*
 * What goes wrong in the air, on purpose: a file in Kannel's grammar, told in
 * full by simsim(1), "FAULT PLAN".
 *
 *   group = fault
 *   msisdn = 961234567891    (or * for every card)
 *   what = por               (message, por, receipt, card, packet or submit)
 *   action = lose            (what can happen to that: see the table in the manual)
 *   skip = 0                 (the first ones that are left alone)
 *   count = 1                (at most so many; default 1 for one card without a
 *                             probability, else and for mute without end)
 *   per = card               (with *: skip and count are of each card; default all)
 *   probability = 0.25       (default 1)
 *   delay = 2.5              (seconds; delay and reorder only, default 1)
 *   por-status = 06          (error only)
 *   sw = 6F00                (lie only)
 *   rate = 100               (throttle and queue-full only: what is above it a second)
 *
 *   group = fault-plan
 *   seed = 7                 (of the chances; default 1)
 *
 * A chance depends on the seed, the rule, the MSISDN and how many events of that
 * MSISDN the rule saw, and on nothing else: a round that failed can be played
 * again whatever the timing was. For `mute` not even on the number: a card is
 * off or it is not. Of several rules the first in the file that strikes does so;
 * those behind it do not see the event.
 *
 * Where the cards are in readers there is no air, and no SMSC, of simsim's: what
 * happens there is refused, not passed over.
 */
#ifndef OTA_SIMSIM_FAULT_PLAN_H
#define OTA_SIMSIM_FAULT_PLAN_H

#include <stddef.h>
#include <stdint.h>

/* Who asks what happens, as bits. */
enum fault_front {
    FAULT_AT_SMSC = 1,
    FAULT_AT_READERS = 2,
};

enum fault_target {
    FAULT_IN_MESSAGE, /* an SMS to the card, at its first attempt */
    FAULT_IN_POR,     /* an SMS of the card */
    FAULT_IN_RECEIPT, /* a delivery receipt */
    FAULT_IN_CARD,    /* each attempt to hand an SMS over; in a reader each ENVELOPE that holds one */
    FAULT_IN_PACKET,  /* a command packet that is genuine and whole */
    FAULT_IN_SUBMIT,  /* a submit_sm of the ESME */
};

enum fault_action {
    FAULT_NONE,
    FAULT_LOSE,
    FAULT_DELAY,
    FAULT_DUPLICATE,
    FAULT_REORDER, /* behind the subscriber's next one, or after the delay when none comes */
    FAULT_MUTE,
    FAULT_TOOLKIT_BUSY,
    FAULT_MEMORY_FULL,
    FAULT_ERROR,
    FAULT_THROTTLE,
    FAULT_QUEUE_FULL,
    FAULT_DISCONNECT,       /* before the message is taken */
    FAULT_DISCONNECT_TAKEN, /* after it: only the answer is lost */
    FAULT_LIE,              /* executed, but the status word is another one */
    FAULT_GARBLE,           /* executed, but the data that the card gives next have a wrong last byte */
    FAULT_PULL,             /* executed, and the card goes away instead of an answer */
    FAULT_ACTION_COUNT,
};

struct fault {
    enum fault_action action;
    int64_t delay_ms;   /* FAULT_DELAY, FAULT_REORDER */
    uint8_t por_status; /* FAULT_ERROR: 01 to 0A */
    uint16_t sw;        /* FAULT_LIE */
};

struct fault_plan;

/* NULL with one line in `error`: "faults.conf:3: …"; also for what cannot happen at that front. */
struct fault_plan *fault_plan_read(const char *path, enum fault_front front, char *error, size_t error_size);
void fault_plan_free(struct fault_plan **plan);

/* What happens to this event of a subscriber; counts it. NULL is the plan without faults.
 * `now_ms` never goes back; only `rate` looks at it. */
struct fault fault_plan_next(struct fault_plan *plan, enum fault_target target, const char *msisdn,
                             int64_t now_ms);

/* "lost", "delayed", …; "none". */
const char *fault_action_text(enum fault_action action);

#endif
