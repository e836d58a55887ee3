#include "gateway-plugin/campaign/engine.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gateway-plugin/campaign/core.h"
#include "gateway-plugin/campaign/deadlines.h"
#include "gateway-plugin/campaign/deletion.h"
#include "gateway-plugin/campaign/events.h"
#include "gateway-plugin/campaign/messages.h"
#include "gateway-plugin/campaign/runner.h"
#include "gateway-plugin/campaign/sender.h"
#include "gateway-plugin/store/card_counter.h"
#include "gateway-plugin/store/data_work.h"

#define QUEUE_SIZE 1024 /* events of about 600 bytes */
#define BATCH_SIZE 256  /* events in one transaction */
#define LINGER_MS 3     /* how long a small batch waits for more */
#define UNSAVED_MS 20   /* what was handed over is written down within this time */
#define IDLE_MS 1000    /* the clock is looked at at least that often */
#define FAILURE_PAUSE_MS 1000

#define POR_TIMEOUT_DEFAULT 86400
#define VALIDITY_DEFAULT 86400
#define WINDOW_DEFAULT 200
#define WINDOW_MAX 10000

/* Lives on the stack of the thread that calls and waits. */
struct call {
    int (*work)(struct store *store, int64_t now, void *argument, struct refusal *refusal);
    void *argument;
    struct refusal *refusal;
    int result;
    bool done;
    struct call *next;
};

struct engine {
    pthread_t thread;
    pthread_mutex_t lock; /* over all that follows, but for `core` and `batch`, which are the thread's */
    pthread_cond_t arrived, room, answered;
    struct bearer_event *queue;
    size_t first, queued;
    struct call *calls, **last_call;
    bool stopping;
    struct engine_statistics published;
    struct bearer_event *batch;
    size_t batch_size;
    struct core core;
};

/* --- helpers of the core --- */

void core_log(const struct core *core, enum log_level level, const char *format, ...)
{
    char line[512];
    va_list arguments;
    if (core->options.log == NULL)
        return;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    core->options.log(level, line);
}

int core_begin(struct core *core)
{
    if (core->in_transaction)
        return STORE_OK;
    if (store_begin(core->options.store) != STORE_OK)
        return STORE_FAILED;
    core->in_transaction = true;
    return STORE_OK;
}

/* --- one pass: all that waits, one transaction --- */

static int run_call(struct core *core, struct call *call)
{
    struct store *store = core->options.store;
    if (messages_flush(core) != STORE_OK || core_begin(core) != STORE_OK ||
        store_savepoint(store) != STORE_OK)
        return STORE_FAILED;
    call->result = call->work(store, core->now, call->argument, call->refusal);
    if (call->result != 0) {
        store_rollback_to(store);
        return STORE_OK;
    }
    messages_clear(core); /* nothing is dirty; the work may have changed rows */
    plan_cache_clear(&core->plans);
    core->clearing = true;
    return store_release(store) == STORE_OK ? runner_load(core, RUNNER_CHANGED) : STORE_FAILED;
}

static int do_pass(struct core *core, const struct bearer_event *events, size_t count, struct call *calls,
                   bool *more)
{
    bool more_due = false, more_work = false, more_rows = false;
    int rc = STORE_OK;
    for (size_t i = 0; rc == STORE_OK && i < count; i++)
        rc = events_take(core, &events[i]);
    for (struct call *call = calls; rc == STORE_OK && call != NULL; call = call->next)
        rc = run_call(core, call);
    if (rc == STORE_OK)
        rc = deadlines_work(core, &more_due);
    if (rc == STORE_OK)
        rc = runner_work(core, &more_work);
    if (rc == STORE_OK)
        rc = deletion_work(core, &more_rows);
    if (rc == STORE_OK)
        rc = messages_flush(core);
    *more = more_due || more_work || more_rows;
    return rc;
}

static int commit(struct core *core)
{
    if (!core->in_transaction)
        return STORE_OK;
    if (store_commit(core->options.store) != STORE_OK)
        return STORE_FAILED;
    core->in_transaction = false;
    core->statistics.transactions++;
    return STORE_OK;
}

/* What is in memory no longer agrees with the database: it is read again. Only parts that
 * bearerbox asked to have later are known nowhere else. */
static void undo_pass(struct core *core)
{
    struct sender *sender = &core->sender;
    size_t kept = 0;
    core_log(core, LOG_ERROR, "database: %s; trying again", db_error(store_db(core->options.store)));
    if (core->in_transaction)
        store_rollback(core->options.store);
    core->in_transaction = false;
    messages_clear(core);
    plan_cache_clear(&core->plans);
    for (size_t i = 0; i < sender->queued; i++)
        if (sender->queue[i].attempts > 0)
            sender->queue[kept++] = sender->queue[i];
    sender->queued = kept;
    sender->packet_of = 0;
    core->next_deadline = 0;
    core->clearing = true;
    if (runner_load(core, RUNNER_UNDONE) == STORE_OK)
        runner_look_again(core);
}

/* The rows are written: now act. */
static int act(struct core *core, const struct bearer_event *events, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (event_wants_acknowledgement(&events[i]))
            core->options.bearer.acknowledge(core->options.bearer.self, events[i].uuid);
    return sender_pump(core);
}

/* --- the thread --- */

static void answer_calls(struct engine *engine, struct call *calls, bool committed)
{
    pthread_mutex_lock(&engine->lock);
    engine->published = engine->core.statistics;
    for (struct call *next; calls != NULL; calls = next) {
        next = calls->next; /* gone as soon as its thread sees `done` */
        if (!committed)
            calls->result = refuse(calls->refusal, REFUSAL_INTERNAL,
                                   "the database could not be written, nothing was changed");
        calls->done = true;
    }
    pthread_cond_broadcast(&engine->answered);
    pthread_mutex_unlock(&engine->lock);
}

static void wait_until(struct engine *engine, int64_t milliseconds)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)(milliseconds / 1000);
    until.tv_nsec += (long)(milliseconds % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_cond_timedwait(&engine->arrived, &engine->lock, &until);
}

static bool has_unsaved(const struct core *core)
{
    return core->in_transaction || memchr(core->dirty, true, sizeof core->dirty) != NULL;
}

/* How long nothing has to be done unless something comes in. */
static int64_t patience(struct core *core)
{
    int64_t now = core->options.clock.now_ms(core->options.clock.self);
    int64_t next = sender_next_due(core) < core->next_deadline ? sender_next_due(core) : core->next_deadline;
    int64_t wait = next <= now ? 1 : next - now;
    if (has_unsaved(core) && wait > UNSAVED_MS)
        wait = UNSAVED_MS;
    return wait < IDLE_MS ? wait : IDLE_MS;
}

static size_t take_events(struct engine *engine)
{
    size_t count = engine->queued < BATCH_SIZE ? engine->queued : BATCH_SIZE;
    for (size_t i = 0; i < count; i++)
        engine->batch[i] = engine->queue[(engine->first + i) % QUEUE_SIZE];
    engine->first = (engine->first + count) % QUEUE_SIZE;
    engine->queued -= count;
    if (count > 0)
        pthread_cond_broadcast(&engine->room);
    return count;
}

/* Under the lock. Takes what waits; a small batch waits a moment, so that a transaction carries more. After
 * a failure the events of the last try come first, alone. */
static struct call *take_work(struct engine *engine, bool hurry)
{
    if (!hurry && engine->queued == 0 && engine->calls == NULL && !engine->stopping)
        wait_until(engine, patience(&engine->core));
    if (!hurry && engine->queued > 0 && engine->queued < BATCH_SIZE / 2 && engine->calls == NULL &&
        !engine->stopping)
        wait_until(engine, LINGER_MS);
    struct call *calls = engine->calls;
    engine->calls = NULL;
    engine->last_call = &engine->calls;
    if (engine->batch_size == 0)
        engine->batch_size = take_events(engine);
    return calls;
}

/* True when the batch is committed. Otherwise its events stay for the next try; its calls are told. */
static bool run_batch(struct engine *engine, struct call *calls, bool *more)
{
    struct core *core = &engine->core;
    core->now = core->options.clock.now_ms(core->options.clock.self);
    bool committed =
        do_pass(core, engine->batch, engine->batch_size, calls, more) == STORE_OK && commit(core) == STORE_OK;
    bool acted = committed && act(core, engine->batch, engine->batch_size) == STORE_OK;
    if (!acted) {
        undo_pass(core);
        *more = false;
    }
    answer_calls(engine, calls, committed);
    return committed;
}

static void pause_after_failure(void)
{
    const struct timespec pause = {.tv_sec = FAILURE_PAUSE_MS / 1000,
                                   .tv_nsec = FAILURE_PAUSE_MS % 1000 * 1000000};
    nanosleep(&pause, NULL);
}

static void *run(void *argument)
{
    struct engine *engine = argument;
    bool more = false, committed = true, last = false;
    while (!last) {
        if (!committed)
            pause_after_failure();
        pthread_mutex_lock(&engine->lock);
        struct call *calls = take_work(engine, more || !committed);
        last = engine->stopping && (engine->queued == 0 || !committed);
        pthread_mutex_unlock(&engine->lock);
        if (calls == NULL && engine->batch_size == 0 && !more)
            packet_crypto_forget(engine->core.crypto); /* idle: no card's key schedule stays in memory */
        committed = run_batch(engine, calls, &more);
        if (committed)
            engine->batch_size = 0; /* otherwise not acknowledged either: bearerbox has it still */
    }
    if (messages_flush(&engine->core) != STORE_OK || commit(&engine->core) != STORE_OK)
        undo_pass(&engine->core); /* says so */
    return NULL;
}

/* --- the public side --- */

static struct engine_options with_defaults(const struct engine_options *options)
{
    struct engine_options full = *options;
    if (full.por_timeout_seconds <= 0)
        full.por_timeout_seconds = POR_TIMEOUT_DEFAULT;
    if (full.validity_seconds <= 0)
        full.validity_seconds = VALIDITY_DEFAULT;
    if (full.window <= 0)
        full.window = WINDOW_DEFAULT;
    return full;
}

static void free_engine(struct engine *engine)
{
    packet_crypto_free(&engine->core.crypto);
    plan_cache_clear(&engine->core.plans);
    runner_free(&engine->core);
    free(engine->core.sender.window);
    free(engine->core.messages);
    free(engine->queue);
    free(engine->batch);
    free(engine);
}

static struct engine *new_engine(const struct engine_options *options)
{
    struct engine *engine = calloc(1, sizeof *engine);
    if (engine == NULL)
        return NULL;
    engine->core.options = with_defaults(options);
    engine->queue = calloc(QUEUE_SIZE, sizeof *engine->queue);
    engine->batch = calloc(BATCH_SIZE, sizeof *engine->batch);
    engine->core.messages = calloc(MESSAGE_CACHE_SIZE, sizeof *engine->core.messages);
    engine->core.sender.window =
        calloc((size_t)engine->core.options.window, sizeof *engine->core.sender.window);
    engine->core.crypto = packet_crypto_new();
    engine->last_call = &engine->calls;
    if (engine->queue != NULL && engine->batch != NULL && engine->core.messages != NULL &&
        engine->core.sender.window != NULL && engine->core.crypto != NULL)
        return engine;
    free_engine(engine);
    return NULL;
}

static void init_conditions(struct engine *engine)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&engine->lock, NULL);
    pthread_cond_init(&engine->arrived, &monotonic);
    pthread_cond_init(&engine->room, NULL);
    pthread_cond_init(&engine->answered, NULL);
    pthread_condattr_destroy(&monotonic);
}

/* What a start had written that did not follow any more, the campaign too that it made for itself. */
static int drop_unstarted(struct store *store, bool *more)
{
    *more = false;
    int rc = work_data_drop_unstarted(store);
    return rc == STORE_OK ? work_drop_cut_off(store) : rc;
}

static int go_on_jumping(struct store *store, bool *more)
{
    int64_t id;
    bool of_this;
    struct counter_jump_result result = {0};
    int rc = card_counter_jump_open(store, &id);
    *more = rc == STORE_OK;
    if (rc != STORE_OK)
        return rc == STORE_NOT_FOUND ? STORE_OK : rc;
    return card_counter_jump_slice(store, id, &result, &of_this, NULL) == 0 ? STORE_OK : STORE_FAILED;
}

static int in_transaction(struct store *store, int (*step)(struct store *store, bool *more), bool *more)
{
    if (store_begin(store) != STORE_OK)
        return STORE_FAILED;
    int rc = step(store, more);
    if (rc == STORE_OK)
        return store_commit(store);
    store_rollback(store);
    return rc;
}

/* Calls that are done in several transactions, and were under way when the last process ended. */
static int finish_calls(struct core *core)
{
    static int (*const steps[])(struct store *store, bool *more) = {drop_unstarted, go_on_jumping};
    struct store *store = core->options.store;
    int rc = STORE_OK;
    for (size_t i = 0; rc == STORE_OK && i < sizeof steps / sizeof steps[0]; i++)
        for (bool more = true; rc == STORE_OK && more;)
            rc = in_transaction(store, steps[i], &more);
    return rc;
}

struct engine *engine_start(const struct engine_options *options, struct refusal *refusal)
{
    if (options->window > WINDOW_MAX) {
        refuse(refusal, REFUSAL_INVALID, "window %d, expected 1 to %d", options->window, WINDOW_MAX);
        return NULL;
    }
    struct engine *engine = new_engine(options);
    if (engine == NULL) {
        refuse(refusal, REFUSAL_INTERNAL, "engine: no memory, or OpenSSL lacks 3DES, AES or CMAC");
        return NULL;
    }
    init_conditions(engine);
    engine->core.clearing = true;
    engine->core.now = engine->core.options.clock.now_ms(engine->core.options.clock.self);
    if (finish_calls(&engine->core) != STORE_OK || runner_load(&engine->core, RUNNER_RESTARTED) != STORE_OK) {
        store_refuse(engine->core.options.store, "engine: campaigns cannot be read", refusal);
        free_engine(engine);
        return NULL;
    }
    if (pthread_create(&engine->thread, NULL, run, engine) == 0)
        return engine;
    refuse(refusal, REFUSAL_INTERNAL, "engine: no thread");
    free_engine(engine);
    return NULL;
}

void engine_stop(struct engine **engine)
{
    struct engine *stopped = *engine;
    if (stopped == NULL)
        return;
    pthread_mutex_lock(&stopped->lock);
    stopped->stopping = true;
    pthread_cond_broadcast(&stopped->arrived);
    pthread_cond_broadcast(&stopped->room);
    pthread_mutex_unlock(&stopped->lock);
    pthread_join(stopped->thread, NULL);
    pthread_cond_destroy(&stopped->arrived);
    pthread_cond_destroy(&stopped->room);
    pthread_cond_destroy(&stopped->answered);
    pthread_mutex_destroy(&stopped->lock);
    free_engine(stopped);
    *engine = NULL;
}

void engine_post(struct engine *engine, const struct bearer_event *event)
{
    pthread_mutex_lock(&engine->lock);
    while (engine->queued == QUEUE_SIZE && !engine->stopping)
        pthread_cond_wait(&engine->room, &engine->lock);
    if (engine->queued < QUEUE_SIZE) {
        engine->queue[(engine->first + engine->queued) % QUEUE_SIZE] = *event;
        engine->queued++;
        if (engine->queued == 1 || engine->queued == BATCH_SIZE / 2)
            pthread_cond_signal(&engine->arrived);
    }
    pthread_mutex_unlock(&engine->lock);
}

int engine_call(struct engine *engine,
                int (*work)(struct store *store, int64_t now, void *argument, struct refusal *refusal),
                void *argument, struct refusal *refusal)
{
    struct call call = {.work = work, .argument = argument, .refusal = refusal};
    pthread_mutex_lock(&engine->lock);
    *engine->last_call = &call;
    engine->last_call = &call.next;
    pthread_cond_signal(&engine->arrived);
    while (!call.done)
        pthread_cond_wait(&engine->answered, &engine->lock);
    pthread_mutex_unlock(&engine->lock);
    return call.result;
}

void engine_get_statistics(struct engine *engine, struct engine_statistics *statistics)
{
    pthread_mutex_lock(&engine->lock);
    *statistics = engine->published;
    pthread_mutex_unlock(&engine->lock);
}

int64_t engine_time(const struct engine *engine)
{
    const struct ota_clock *clock = &engine->core.options.clock;
    return clock->now_ms(clock->self);
}
