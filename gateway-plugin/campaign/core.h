/*
 * What the engine's thread owns. Private to campaign/: engine.c makes it and runs
 * the passes, every other file here is one role in a pass. Functions that return
 * int give a store_result; STORE_FAILED undoes the whole pass, which is then
 * tried again with the same events.
 */
#ifndef OTA_CAMPAIGN_CORE_H
#define OTA_CAMPAIGN_CORE_H

#include "gateway-plugin/campaign/engine.h"
#include "gateway-plugin/campaign/message_builder.h"
#include "gateway-plugin/campaign/plan_cache.h"
#include "gateway-plugin/store/campaign_work.h"
#include "gateway-plugin/store/message_work.h"
#include "gateway-plugin/store/reply_work.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR };

#define MESSAGE_CACHE_SIZE 1024 /* rows of about 4.6 kB: 5 MB, and more than any window has at a time */

#define SENDER_QUEUE_SIZE 4096 /* beyond that the table itself is the queue */

struct outgoing {
    int64_t message_id;
    uint8_t part;
    bool possible_duplicate; /* marked so when it leaves */
    uint8_t attempts;
    int64_t due;
};

/* One SMS that the SMSC has not answered. */
struct window_slot {
    int64_t message_id;
    uint8_t part;
    uint8_t attempts;
    bool queued; /* bearerbox acknowledged it */
    int64_t since;
    int64_t number; /* in the order of handing over */
};

struct sender {
    bool connected;
    struct outgoing queue[SENDER_QUEUE_SIZE]; /* the first `queued` are in use, in order */
    size_t queued;
    struct window_slot *window; /* options.window of them, the first `used` are in use */
    size_t used;
    int64_t handed;    /* the number given last */
    int64_t answered;  /* the highest number that an SMSC has answered */
    int64_t packet_of; /* the message whose packet is in `packet`; 0: none */
    size_t packet_length;
    uint8_t packet[PACKET_SIZE_MAX];
};

/* A campaign with work to be done: running, paused, or terminated with messages that are not settled. */
struct running {
    int64_t campaign_id, iteration;
    enum campaign_state state;
    int64_t open;     /* messages that are not settled */
    bool expanding;   /* rows are still to be made */
    int64_t claimed;  /* PENDING rows up to this id were looked at */
    bool all_claimed; /* nothing PENDING behind `claimed` */
    int64_t resumed;  /* SENDING rows up to this id were looked at */
    bool resuming;
    bool gone;        /* while the list is loaded: there is no work for it any more */
    bool uncertain;   /* what was SENDING when the process started may have left without a trace */
    bool withdrawing; /* terminated, and messages that have not left are still to be cancelled */
};

#define READY_SIZE 1024

struct runner {
    struct running *list;
    size_t count, room;
    size_t turn;               /* whose turn it is to claim */
    int64_t ready[READY_SIZE]; /* messages whose card has just become free */
    size_t ready_count;
};

struct core {
    struct engine_options options;
    int64_t now;           /* of this pass */
    int64_t next_deadline; /* no message's deadline is earlier; INT64_MAX: there is none */
    int64_t next_prune;
    bool clearing; /* a campaign or a group may be deleted, but for its rows */
    bool in_transaction;
    struct packet_crypto *crypto;
    struct plan_cache plans;
    struct message_row *messages;   /* MESSAGE_CACHE_SIZE of them; id 0: empty */
    bool dirty[MESSAGE_CACHE_SIZE]; /* changed, not written yet */
    struct sender sender;
    struct runner runner;
    struct packet_buffers buffers;
    struct inbound_part parts[INBOUND_PARTS_MAX]; /* while a PoR is joined */
    struct engine_statistics statistics;
};

void core_log(const struct core *core, enum log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Opens the transaction of this pass when it is not open yet. */
int core_begin(struct core *core);

#endif
