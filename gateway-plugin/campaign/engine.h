/*
 * The campaign engine: one thread that owns all campaign state and the only
 * write connection. Everyone else talks to it through its queue: the bearer by
 * engine_post(), the API by engine_call(). One transaction carries all that
 * waits; what must leave (SMS, acknowledgements) leaves after its commit.
 */
#ifndef OTA_CAMPAIGN_ENGINE_H
#define OTA_CAMPAIGN_ENGINE_H

#include "gateway-plugin/campaign/bearer.h"
#include "gateway-plugin/campaign/clock.h"
#include "gateway-plugin/store/store.h"

struct engine;

struct engine_options {
    struct store *store; /* borrowed; only the engine's thread touches it until engine_stop */
    struct bearer bearer;
    struct ota_clock clock;
    int64_t por_timeout_seconds; /* for campaigns that give none; 86400 by default */
    int64_t validity_seconds;    /* for campaigns that give none; 86400 by default: the PoR timeout needs a date */
    int window;                  /* SMS that the SMSC has not answered yet, at most; 200 by default */
    /* One finished line a call, without its end; thread-safe; level 0 debug, 1 info, 2 warning, 3 error. */
    void (*log)(int level, const char *line);
};

/* Resumes what was running when the last process ended. NULL with `refusal`. */
struct engine *engine_start(const struct engine_options *options, struct refusal *refusal);
/* Commits what waits, joins the thread. The bearer must have stopped posting; the last thread that called is
 * gone. */
void engine_stop(struct engine **engine);

/* What its clock says: ms since the epoch. From any thread, without waiting. */
int64_t engine_time(const struct engine *engine);

/* What the engine has done since it started. */
struct engine_statistics {
    int64_t transactions;
    int64_t events; /* taken from the queue */
    int64_t messages_built;
    int64_t sms_sent;          /* handed to the bearer, repetitions included */
    int64_t replies;           /* SMS from cards, redelivered ones excluded */
    int64_t replies_matched;   /* of them: a PoR of a message of ours */
    int64_t replies_unmatched; /* of them: foreign, forged, unknown number, or nobody waits */
    int64_t replies_unasked;   /* of them: a PoR of a message of ours whose SPI2 asks for none */
    int64_t messages_settled;
    int64_t counter_jumps; /* because a card answered 02 or 06: a card whose counter is ahead, or a forger */
};
void engine_get_statistics(struct engine *engine, struct engine_statistics *statistics);

/* From any thread; the event is copied. Blocks while the queue is full: that is the back-pressure. */
void engine_post(struct engine *engine, const struct bearer_event *event);

/* Runs `work` in the engine's thread inside a savepoint; keeps what it wrote when it returns 0,
 * undoes it otherwise. Returns after the commit, and after what could leave at once has left, with
 * what `work` returned, or -1 with REFUSAL_INTERNAL when the commit failed. Also wakes the engine up. */
int engine_call(struct engine *engine,
                int (*work)(struct store *store, int64_t now, void *argument, struct refusal *refusal),
                void *argument, struct refusal *refusal);

#endif
