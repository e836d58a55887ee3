/*
 * One card and the thread that serves it: looks for it in the readers, starts it, delivers one
 * message at a time, and tends it between messages. Everything below may be called from one
 * other thread, which is told when there is something to take.
 */
#ifndef OTA_PCSC_BRIDGE_CARD_WORKER_H
#define OTA_PCSC_BRIDGE_CARD_WORKER_H

#include <stdbool.h>
#include <stdint.h>

#include "handset/handset.h"
#include "pcsc-bridge/reader_claims.h"
#include "pcsc-bridge/settings.h"

struct card_worker;

/* Called in the worker's thread. */
struct card_worker_hooks {
    void *user;
    struct reader_claims *claims; /* of all workers */
    void (*news)(void *user);     /* a message is done, an SMS came from the card, or the card is ready */
    void (*log)(void *user, const char *msisdn, const char *line);
    /* Said before a message is handed to the card: it may have it from here on; and, with the earlier id,
     * when it turned out that the card has not. Returns the id before. NULL: nobody wants to know. */
    uint64_t (*handed)(void *user, const char *msisdn, uint64_t id);
    /* The link that is used in place of the reader's own, which outlives it; NULL: that one. Called once, in
     * card_worker_start(). */
    struct card_link (*wrap)(void *user, const char *msisdn, const struct card_link *inner);
    /* Milliseconds that never go back, asked in either thread; NULL: the machine's. */
    int64_t (*now_ms)(void *user);
};

/* Ends the thread and waits for it, a few seconds; what it has done can still be taken. false: it hangs in
 * its reader; what it borrows must stay. */
bool card_worker_end(struct card_worker *worker);
/* The same, if need be, and frees the worker, unless it hangs. */
bool card_worker_stop(struct card_worker **worker);

/* Borrows settings and hooks. NULL: no memory, or no thread. */
struct card_worker *card_worker_start(const struct card_settings *settings,
                                      const struct card_worker_hooks *hooks);

/* Cards or readers have come or gone. */
void card_worker_kick(struct card_worker *worker);

/*
 * Messages are done in the order in which they are given. When one is to come again (DELIVERY_BUSY,
 * DELIVERY_NO_CARD), those behind it are given back untried: the worker forgets them.
 */
#define CARD_JOBS_MAX 64
#define CARD_JOB_MS 50000 /* then it is given back untried, as DELIVERY_NO_CARD */

enum card_job { CARD_NO_JOB, CARD_AT_WORK, CARD_DONE };

/* The oldest message that was given and not taken. */
enum card_job card_worker_job(struct card_worker *worker, uint64_t *id);
/* Was it given, and not taken? */
bool card_worker_has(struct card_worker *worker, uint64_t id);
/* The TPDU, at most SMS_TPDU_MAX bytes, is copied. false: the worker has enough. */
bool card_worker_give(struct card_worker *worker, uint64_t id, const uint8_t *tpdu, size_t length);
/* What became of the oldest one, which is done. */
void card_worker_take(struct card_worker *worker, struct delivery *delivery);
/* The card's next SMS, in their order: what it sent while the messages were at work that have been taken, and
 * by itself. false: there is none. */
bool card_worker_next_sms(struct card_worker *worker, struct sms_submit *sms);
/* Has the card been started since this was last asked? */
bool card_worker_is_new(struct card_worker *worker);

#endif
