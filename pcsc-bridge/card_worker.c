#include "config.h"

#include "pcsc-bridge/card_worker.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "pcsc-bridge/pcsc_card.h"

#define OUTBOX_MAX 64      /* SMS of the card that nobody has taken; then the network is busy */
#define RETRY_FIRST_MS 250 /* for a card that may be there any moment */
#define RETRY_LAST_MS 4000
#define STOP_SECONDS 5
#define NEWS_MS 4 /* a card that is faster than this is told of in batches */
#define REASON_SIZE 300
#define DELIVERY_TRIES 2 /* a card that was away for a moment is found again at once */

/* An SMS of the card. It waits until `behind` messages have been taken: those that it came after. */
struct outgoing {
    struct outgoing *next;
    uint64_t behind;
    struct sms_submit sms;
};

struct job {
    uint64_t id;
    int64_t given_ms;
    uint8_t tpdu[SMS_TPDU_MAX];
    size_t tpdu_length;
    struct delivery delivery;
};

struct card_worker {
    const struct card_settings *settings;
    const struct card_worker_hooks *hooks;
    pthread_t thread;
    bool has_ended; /* and was joined; the other thread's own */
    int wake_fd;

    /* Of both threads, under the lock. */
    pthread_mutex_t lock;
    bool stop, kicked, is_new;
    struct job jobs[CARD_JOBS_MAX]; /* a ring; job n has place n % CARD_JOBS_MAX */
    uint64_t taken, done, given;    /* how many, ever: taken <= done <= given */
    uint64_t told;                  /* `taken` at the last news */
    bool is_held;                   /* the last one done is to come again: nothing behind it is begun */
    struct outgoing *outbox, **outbox_end;
    size_t outbox_count;
    bool at_work; /* on job `done` */

    /* The thread's own. */
    struct pcsc_card *card;
    struct card_link inner, link;
    struct handset handset;
    struct terminal terminal;
    struct bip_rules bip_rules;
    struct bip_network bip_network;
    struct handset_network network;
    char reader[PCSC_READER_NAME_SIZE];
    char last_reason[REASON_SIZE];
    int64_t look_at_ms, retry_ms, news_ms;
};

static void note(struct card_worker *worker, const char *line)
{
    worker->hooks->log(worker->hooks->user, worker->settings->msisdn, line);
}

static void on_terminal_log(void *user, const char *line)
{
    note(user, line);
}

static int64_t now_ms(const struct card_worker *worker)
{
    struct timespec monotonic;
    if (worker->hooks->now_ms != NULL)
        return worker->hooks->now_ms(worker->hooks->user);
    clock_gettime(CLOCK_MONOTONIC, &monotonic);
    return (int64_t)monotonic.tv_sec * 1000 + monotonic.tv_nsec / 1000000;
}

static void tell_time(void *user)
{
    struct card_worker *worker = user;
    worker->terminal.now_ms = now_ms(worker);
    worker->terminal.unix_seconds = time(NULL);
}

/* The card sends an SMS: it waits for whoever takes it. */
static bool on_submit(void *user, const struct sms_submit *sms)
{
    struct card_worker *worker = user;
    struct outgoing *outgoing = malloc(sizeof *outgoing);
    if (outgoing == NULL)
        return false;
    *outgoing = (struct outgoing){.sms = *sms};
    pthread_mutex_lock(&worker->lock);
    outgoing->behind = worker->done + worker->at_work;
    bool has_room = worker->outbox_count < OUTBOX_MAX;
    if (has_room) {
        *worker->outbox_end = outgoing;
        worker->outbox_end = &outgoing->next;
        worker->outbox_count++;
    }
    pthread_mutex_unlock(&worker->lock);
    if (!has_room)
        free(outgoing);
    if (!worker->at_work) /* else it is news when the message is done */
        worker->hooks->news(worker->hooks->user);
    return has_room;
}

/* --- looking for the card */

/* The same is logged once. */
static void note_once(struct card_worker *worker, const char *line)
{
    if (strcmp(line, worker->last_reason) == 0)
        return;
    snprintf(worker->last_reason, sizeof worker->last_reason, "%s", line);
    note(worker, line);
}

static void note_ready(struct card_worker *worker)
{
    char line[REASON_SIZE];
    snprintf(line, sizeof line, "%s: card %s is ready (%s)", worker->reader, worker->terminal.iccid,
             worker->handset.class_byte == 0xA0 ? "SIM" : "UICC");
    worker->last_reason[0] = '\0';
    note(worker, line);
    pthread_mutex_lock(&worker->lock);
    worker->is_new = true;
    pthread_mutex_unlock(&worker->lock);
    worker->hooks->news(worker->hooks->user);
}

/* What a look into the readers has found so far. */
struct look {
    enum finding {
        FOUND_NOTHING,
        FOUND_NO_CARD,
        FOUND_TROUBLE, /* may be over soon */
        FOUND_OTHER,   /* another card */
        FOUND_REFUSED, /* the card, but it cannot be used */
        FOUND_CARD,
    } best;
    bool incomplete;          /* another worker was at one of them */
    char reason[REASON_SIZE]; /* of the best */
};

static void find(struct look *look, enum finding finding, const char *reader, const char *reason,
                 const char *iccid)
{
    if (finding <= look->best)
        return;
    look->best = finding;
    snprintf(look->reason, sizeof look->reason, "%s: %s%s%s", reader, reason,
             iccid[0] != '\0' ? ": ICCID " : "", iccid);
}

static void let_go(struct card_worker *worker)
{
    pcsc_card_close(worker->card);
    if (worker->reader[0] != '\0')
        reader_claims_give_back(worker->hooks->claims, worker->reader);
    worker->reader[0] = '\0';
}

/* What that reader holds, started if it is the expected card. false: another worker is at it. */
static bool look_into(struct card_worker *worker, const char *reader, struct look *look)
{
    if (!reader_claims_take(worker->hooks->claims, reader))
        return false;
    snprintf(worker->reader, sizeof worker->reader, "%s", reader);
    enum pcsc_result result = pcsc_card_open(worker->card, reader);
    if (result != PCSC_OK) {
        find(look, result == PCSC_NO_CARD ? FOUND_NO_CARD : FOUND_TROUBLE, reader, pcsc_result_text(result),
             "");
    } else if (handset_start(&worker->handset, &worker->link, &worker->network)) {
        look->best = FOUND_CARD;
        return true;
    } else {
        enum terminal_state state = worker->terminal.state;
        find(look,
             state == TERMINAL_OTHER_CARD          ? FOUND_OTHER
             : terminal_refuses(&worker->terminal) ? FOUND_REFUSED
                                                   : FOUND_TROUBLE,
             reader, state == TERMINAL_READY ? "no end of commands" : terminal_state_text(state),
             worker->terminal.iccid);
    }
    let_go(worker);
    return true;
}

/* Twice, as another worker may be done with a reader by then: two that are each at the other's card would
 * meet in the same places again, however long they wait. */
static void look_into_all(struct card_worker *worker, const struct pcsc_readers *readers, struct look *look)
{
    bool seen[PCSC_READERS_MAX] = {false};
    for (unsigned pass = 0; pass < 2; pass++) {
        look->incomplete = false;
        for (size_t i = 0; i < readers->count && look->best != FOUND_CARD; i++) {
            if (!seen[i] && regexec(&worker->settings->reader, readers->names[i], 0, NULL, 0) == 0) {
                seen[i] = look_into(worker, readers->names[i], look);
                look->incomplete = look->incomplete || !seen[i];
            }
        }
    }
}

/* A card that is refused is looked at again only when readers change: its PIN is not to be spent. */
static void plan_next_look(struct card_worker *worker, enum finding best)
{
    int64_t wait_ms = worker->retry_ms;
    worker->retry_ms = wait_ms * 2 < RETRY_LAST_MS ? wait_ms * 2 : RETRY_LAST_MS;
    worker->look_at_ms = best == FOUND_REFUSED ? INT64_MAX : worker->terminal.now_ms + wait_ms;
}

static void look_for_card(struct card_worker *worker)
{
    struct pcsc_readers readers;
    struct look look = {.best = FOUND_NOTHING};
    enum pcsc_result result = pcsc_card_list(worker->card, &readers);
    snprintf(look.reason, sizeof look.reason, "%s",
             result == PCSC_OK || result == PCSC_NO_READER ? "no free reader matches"
                                                           : pcsc_result_text(result));
    look_into_all(worker, &readers, &look);
    if (look.best == FOUND_CARD) {
        worker->retry_ms = RETRY_FIRST_MS;
        worker->look_at_ms = worker->terminal.now_ms;
        note_ready(worker);
        return;
    }
    if (!look.incomplete || look.best == FOUND_REFUSED || worker->retry_ms > RETRY_FIRST_MS)
        note_once(worker, look.reason);
    plan_next_look(worker, look.best);
}

static bool is_ready(const struct card_worker *worker)
{
    return pcsc_card_is_open(worker->card) && worker->handset.started;
}

static bool take_kick(struct card_worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    bool kicked = worker->kicked;
    worker->kicked = false;
    pthread_mutex_unlock(&worker->lock);
    return kicked;
}

/* Was it lost since the last look, or is it to be started anew (REFRESH, or no end of commands)? The reader is
 * given back in either case: it is looked into again like any other. */
static void notice_loss(struct card_worker *worker)
{
    char line[REASON_SIZE];
    if (is_ready(worker) || worker->reader[0] == '\0')
        return;
    worker->handset.started = false;
    bip_close_all(&worker->terminal.bip);
    if (!pcsc_card_is_open(worker->card)) {
        snprintf(line, sizeof line, "%s: the card is gone", worker->reader);
        note_once(worker, line);
    }
    let_go(worker);
    worker->retry_ms = RETRY_FIRST_MS;
}

static void see_to_card(struct card_worker *worker)
{
    bool kicked = take_kick(worker);
    if (kicked) {
        pcsc_card_check(worker->card);
        worker->retry_ms = RETRY_FIRST_MS;
    }
    notice_loss(worker);
    if (!is_ready(worker) && (kicked || worker->look_at_ms <= worker->terminal.now_ms))
        look_for_card(worker);
}

/* --- messages */

static uint64_t note_handed(struct card_worker *worker, uint64_t id)
{
    const struct card_worker_hooks *hooks = worker->hooks;
    return hooks->handed != NULL ? hooks->handed(hooks->user, worker->settings->msisdn, id) : 0;
}

/* One try; the card is ready. */
static void hand_over(struct card_worker *worker, const struct job *job, struct delivery *delivery)
{
    uint64_t before = note_handed(worker, job->id);
    handset_deliver(&worker->handset, &worker->link, job->tpdu, job->tpdu_length, &worker->network, delivery);
    if (delivery->outcome == DELIVERY_NO_CARD || delivery->outcome == DELIVERY_BUSY)
        note_handed(worker, before);
}

static void deliver(struct card_worker *worker, const struct job *job, struct delivery *delivery)
{
    *delivery = (struct delivery){.outcome = DELIVERY_NO_CARD};
    if (worker->terminal.now_ms - job->given_ms > CARD_JOB_MS)
        return;
    for (unsigned i = 0; i < DELIVERY_TRIES && delivery->outcome == DELIVERY_NO_CARD; i++) {
        see_to_card(worker);
        if (!is_ready(worker))
            return;
        hand_over(worker, job, delivery);
    }
}

static struct job *next_job(struct card_worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    struct job *job = worker->done < worker->given ? &worker->jobs[worker->done % CARD_JOBS_MAX] : NULL;
    worker->at_work = job != NULL;
    pthread_mutex_unlock(&worker->lock);
    return job;
}

/* Nobody is woken for each message of a fast card, but when half of those at hand are done: while they are
 * taken and replaced, it is at the other half. */
static bool is_news(struct card_worker *worker)
{
    uint64_t left = worker->given - worker->done;
    bool is_half = worker->done - worker->taken >= left && worker->told != worker->taken;
    if (left != 0 && !is_half && now_ms(worker) - worker->news_ms < NEWS_MS)
        return false;
    worker->told = worker->taken;
    return true;
}

static void end_job(struct card_worker *worker, struct job *job, const struct delivery *delivery)
{
    pthread_mutex_lock(&worker->lock);
    job->delivery = *delivery;
    worker->done++;
    worker->at_work = false;
    worker->is_held = delivery->outcome == DELIVERY_BUSY || delivery->outcome == DELIVERY_NO_CARD;
    if (worker->is_held)
        worker->given = worker->done;
    bool news = is_news(worker);
    pthread_mutex_unlock(&worker->lock);
    if (!news)
        return;
    worker->news_ms = now_ms(worker);
    worker->hooks->news(worker->hooks->user);
}

/* false: there is none. */
static bool do_job(struct card_worker *worker)
{
    struct delivery delivery;
    struct job *job = next_job(worker);
    if (job == NULL)
        return false;
    deliver(worker, job, &delivery);
    end_job(worker, job, &delivery);
    return true;
}

/* --- the thread */

static int milliseconds_to_wait(const struct card_worker *worker)
{
    int64_t due = is_ready(worker) ? terminal_next_due(&worker->terminal) : worker->look_at_ms;
    if (due == INT64_MAX)
        return -1;
    int64_t wait = due - worker->terminal.now_ms;
    return wait < 0 ? 0 : wait > 60000 ? 60000 : (int)wait;
}

static void wait_for_work(struct card_worker *worker)
{
    struct pollfd polls[1 + BIP_CHANNELS] = {{.fd = worker->wake_fd, .events = POLLIN}};
    int descriptors[BIP_CHANNELS];
    uint64_t count;
    size_t channels = bip_socket_waiting(&worker->terminal.bip, descriptors);
    for (size_t i = 0; i < channels; i++)
        polls[1 + i] = (struct pollfd){.fd = descriptors[i], .events = POLLIN};
    poll(polls, 1 + channels, milliseconds_to_wait(worker));
    if (polls[0].revents != 0 && read(worker->wake_fd, &count, sizeof count) < 0)
        return; /* another turn finds out */
}

static bool is_stopped(struct card_worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    bool stop = worker->stop;
    pthread_mutex_unlock(&worker->lock);
    return stop;
}

/* "card 3655500002": as `top -H` shows it, and bench-bridge.sh looks for it. */
static void name_thread(const struct card_worker *worker)
{
    const char *msisdn = worker->settings->msisdn;
    size_t length = strlen(msisdn), shown = length < 10 ? length : 10;
    char name[16];
    snprintf(name, sizeof name, "card %s", msisdn + length - shown);
    pthread_setname_np(pthread_self(), name);
}

static void *run(void *user)
{
    struct card_worker *worker = user;
    name_thread(worker);
    while (!is_stopped(worker)) {
        tell_time(worker);
        see_to_card(worker);
        if (is_ready(worker))
            handset_tend(&worker->handset, &worker->link, &worker->network);
        if (!do_job(worker))
            wait_for_work(worker);
    }
    bip_close_all(&worker->terminal.bip);
    let_go(worker);
    return NULL;
}

/* --- for the other thread */

static void wake(struct card_worker *worker)
{
    uint64_t one = 1;
    if (write(worker->wake_fd, &one, sizeof one) < 0)
        return; /* it is awake: the counter is full */
}

static void free_worker(struct card_worker *worker)
{
    while (worker->outbox != NULL) {
        struct outgoing *outgoing = worker->outbox;
        worker->outbox = outgoing->next;
        free(outgoing);
    }
    if (worker->wake_fd >= 0)
        close(worker->wake_fd);
    pcsc_card_free(&worker->card);
    pthread_mutex_destroy(&worker->lock);
    explicit_bzero(worker, sizeof *worker);
    free(worker);
}

static void set_up(struct card_worker *worker)
{
    const struct card_worker_hooks *hooks = worker->hooks;
    worker->inner = worker->link = pcsc_card_link(worker->card);
    if (hooks->wrap != NULL)
        worker->link = hooks->wrap(hooks->user, worker->settings->msisdn, &worker->inner);
    worker->terminal.settings = worker->settings->terminal;
    worker->terminal.user = worker;
    worker->terminal.log = on_terminal_log;
    worker->terminal.tell_time = tell_time;
    worker->bip_rules = worker->settings->bip;
    worker->bip_network = bip_socket_network(&worker->bip_rules);
    if (worker->bip_rules.count > 0) /* else no channel is offered at all */
        worker->terminal.bip.network = &worker->bip_network;
    worker->network =
        (struct handset_network){.user = worker, .submit = on_submit, .terminal = &worker->terminal};
    worker->outbox_end = &worker->outbox;
    worker->retry_ms = RETRY_FIRST_MS;
    worker->told = UINT64_MAX;
}

struct card_worker *card_worker_start(const struct card_settings *settings,
                                      const struct card_worker_hooks *hooks)
{
    struct card_worker *worker = calloc(1, sizeof *worker);
    if (worker == NULL)
        return NULL;
    worker->settings = settings;
    worker->hooks = hooks;
    pthread_mutex_init(&worker->lock, NULL);
    worker->card = pcsc_card_new();
    worker->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (worker->card == NULL || worker->wake_fd < 0)
        goto failed;
    set_up(worker);
    if (pthread_create(&worker->thread, NULL, run, worker) != 0)
        goto failed;
    return worker;
failed:
    free_worker(worker);
    return NULL;
}

bool card_worker_end(struct card_worker *worker)
{
    struct timespec limit;
    if (worker->has_ended)
        return true;
    pthread_mutex_lock(&worker->lock);
    worker->stop = true;
    pthread_mutex_unlock(&worker->lock);
    wake(worker);
    clock_gettime(CLOCK_REALTIME, &limit);
    limit.tv_sec += STOP_SECONDS;
    worker->has_ended = pthread_timedjoin_np(worker->thread, NULL, &limit) == 0;
    return worker->has_ended;
}

bool card_worker_stop(struct card_worker **worker)
{
    if (*worker == NULL)
        return true;
    bool ended = card_worker_end(*worker);
    if (ended)
        free_worker(*worker);
    *worker = NULL;
    return ended;
}

void card_worker_kick(struct card_worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    worker->kicked = true;
    pthread_mutex_unlock(&worker->lock);
    wake(worker);
}

enum card_job card_worker_job(struct card_worker *worker, uint64_t *id)
{
    pthread_mutex_lock(&worker->lock);
    enum card_job job = worker->taken == worker->given ? CARD_NO_JOB
                        : worker->taken < worker->done ? CARD_DONE
                                                       : CARD_AT_WORK;
    *id = worker->jobs[worker->taken % CARD_JOBS_MAX].id;
    pthread_mutex_unlock(&worker->lock);
    return job;
}

bool card_worker_has(struct card_worker *worker, uint64_t id)
{
    bool has = false;
    pthread_mutex_lock(&worker->lock);
    for (uint64_t n = worker->taken; n < worker->given && !has; n++)
        has = worker->jobs[n % CARD_JOBS_MAX].id == id;
    pthread_mutex_unlock(&worker->lock);
    return has;
}

static void add_job(struct card_worker *worker, uint64_t id, const uint8_t *tpdu, size_t length)
{
    struct job *job = &worker->jobs[worker->given++ % CARD_JOBS_MAX];
    job->id = id;
    job->given_ms = now_ms(worker);
    memcpy(job->tpdu, tpdu, length);
    job->tpdu_length = length;
}

bool card_worker_give(struct card_worker *worker, uint64_t id, const uint8_t *tpdu, size_t length)
{
    pthread_mutex_lock(&worker->lock);
    bool has_room = !worker->is_held && worker->given - worker->taken < CARD_JOBS_MAX;
    bool sleeps = worker->done == worker->given;
    if (has_room)
        add_job(worker, id, tpdu, length);
    pthread_mutex_unlock(&worker->lock);
    if (has_room && sleeps)
        wake(worker);
    return has_room;
}

void card_worker_take(struct card_worker *worker, struct delivery *delivery)
{
    pthread_mutex_lock(&worker->lock);
    *delivery = worker->jobs[worker->taken++ % CARD_JOBS_MAX].delivery;
    worker->is_held = worker->is_held && worker->taken < worker->given;
    pthread_mutex_unlock(&worker->lock);
}

bool card_worker_next_sms(struct card_worker *worker, struct sms_submit *sms)
{
    pthread_mutex_lock(&worker->lock);
    struct outgoing *outgoing = worker->outbox;
    if (outgoing != NULL && outgoing->behind > worker->taken)
        outgoing = NULL;
    if (outgoing != NULL) {
        *sms = outgoing->sms;
        worker->outbox = outgoing->next;
        worker->outbox_count--;
        if (worker->outbox == NULL)
            worker->outbox_end = &worker->outbox;
    }
    pthread_mutex_unlock(&worker->lock);
    free(outgoing);
    return outgoing != NULL;
}

bool card_worker_is_new(struct card_worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    bool is_new = worker->is_new;
    worker->is_new = false;
    pthread_mutex_unlock(&worker->lock);
    return is_new;
}
