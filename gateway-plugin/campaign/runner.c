#include "gateway-plugin/campaign/runner.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "gateway-plugin/campaign/messages.h"
#include "gateway-plugin/campaign/sender.h"
#include "gateway-plugin/model/message_counter.h"
#include "gateway-plugin/store/campaign_store.h"

#define EXPAND_SLICE 2000 /* rows made in one pass */
#define CLAIM_SLICE 256   /* PENDING rows looked at in one read */
#define RESUME_SLICE 256  /* SENDING rows looked at in one pass */
#define WITHDRAW_SLICE 256 /* messages with a packet, which are cancelled one by one, in one pass */
#define CANCEL_SLICE 2000 /* rows without one in one pass */
#define RESUME_RESERVE                                                                                       \
    512 /* places that resuming leaves in the sender's queue: two messages of 255 parts                      \
         */

/* --- which campaigns run --- */

static struct running *find_running(struct runner *runner, int64_t campaign_id)
{
    for (size_t i = 0; i < runner->count; i++)
        if (runner->list[i].campaign_id == campaign_id)
            return &runner->list[i];
    return NULL;
}

static struct running *add_place(struct runner *runner)
{
    if (runner->count == runner->room) {
        size_t room = runner->room == 0 ? 16 : 2 * runner->room;
        struct running *list = realloc(runner->list, room * sizeof *list);
        if (list == NULL)
            return NULL;
        runner->list = list;
        runner->room = room;
    }
    return &runner->list[runner->count];
}

static void log_live(const struct core *core, const struct running *running)
{
    core_log(core, LOG_INFO, "campaign=%" PRId64 " iteration=%" PRId64 " %s, %" PRId64 " messages open%s",
             running->campaign_id, running->iteration, campaign_state_name(running->state), running->open,
             running->expanding ? ", more to come" : "");
}

static int fill(struct core *core, struct running *running, const struct live_campaign *live, bool uncertain)
{
    *running = (struct running){
        .campaign_id = live->id,
        .iteration = live->iteration,
        .state = live->state,
        .expanding = live->expanding,
        .resuming = uncertain,
        .uncertain = uncertain,
        .withdrawing = live->state == CAMPAIGN_TERMINATED,
    };
    if (work_open_count(core->options.store, live->id, live->iteration, &running->open) != STORE_OK)
        return STORE_FAILED;
    log_live(core, running);
    return STORE_OK;
}

/* Paused, resumed or terminated. */
static void change_state(struct core *core, struct running *running, enum campaign_state state)
{
    if (running->state == state)
        return;
    running->state = state;
    running->withdrawing = state == CAMPAIGN_TERMINATED;
    if (state == CAMPAIGN_RUNNING) {
        running->resuming = true;
        running->all_claimed = false;
        running->resumed = running->claimed = 0;
    } else
        sender_hold(core, running->campaign_id);
    log_live(core, running);
}

static int load_one(struct core *core, const struct live_campaign *live, enum runner_load_reason reason)
{
    struct running *running = find_running(&core->runner, live->id);
    bool same = running != NULL && running->iteration == live->iteration;
    if (same && reason == RUNNER_CHANGED) {
        running->gone = false;
        change_state(core, running, live->state);
        return STORE_OK;
    }
    bool uncertain = reason == RUNNER_RESTARTED || (same && running->uncertain);
    bool is_new = running == NULL;
    if (is_new && (running = add_place(&core->runner)) == NULL)
        return STORE_FAILED;
    core->runner.count += is_new;
    return fill(core, running, live, uncertain);
}

static void drop_gone(struct runner *runner)
{
    for (size_t i = runner->count; i-- > 0;)
        if (runner->list[i].gone)
            runner->list[i] = runner->list[--runner->count];
}

int runner_load(struct core *core, enum runner_load_reason reason)
{
    struct live_campaign rows[64];
    const size_t room = sizeof rows / sizeof rows[0];
    int64_t after = 0;
    size_t count;
    if (reason != RUNNER_CHANGED)
        core->runner.ready_count = 0;
    for (size_t i = 0; i < core->runner.count; i++)
        core->runner.list[i].gone = true;
    do {
        count = room;
        if (work_live_campaigns(core->options.store, after, rows, &count) != STORE_OK)
            return STORE_FAILED;
        for (size_t i = 0; i < count; i++)
            if (load_one(core, &rows[i], reason) != STORE_OK)
                return STORE_FAILED;
        after = count > 0 ? rows[count - 1].id : after;
    } while (count == room);
    drop_gone(&core->runner);
    return STORE_OK;
}

void runner_free(struct core *core)
{
    free(core->runner.list);
    core->runner = (struct runner){0};
}

/* --- rows --- */

static int expand(struct core *core, struct running *running)
{
    struct campaign campaign;
    int64_t inserted;
    /* A PoR of this very pass may have updated a card. */
    if (messages_flush(core) != STORE_OK ||
        campaign_get(core->options.store, running->campaign_id, &campaign) != STORE_OK ||
        core_begin(core) != STORE_OK)
        return STORE_FAILED;
    const struct campaign_target_ids target = {.campaign_id = campaign.id,
                                               .iteration = running->iteration,
                                               .group_id = campaign.group_id,
                                               .card_id = campaign.card_id,
                                               .automatic = campaign.retries_used > 0};
    int rc =
        work_expand(core->options.store, &target, EXPAND_SLICE, core->now, &inserted, &running->expanding);
    if (rc != STORE_OK)
        return STORE_FAILED;
    running->open += inserted;
    running->all_claimed = running->all_claimed && inserted == 0;
    return STORE_OK;
}

/* --- what was SENDING when the last process ended, or did not fit the sender's queue --- */

/* A part of which nothing shows that it got anywhere. */
static bool part_is_open(uint8_t part)
{
    return (part & ~(PART_HANDED | PART_RESENT)) == 0;
}

/* Before a restart it may have left without a trace. With a counter that the card checks, a copy is harmless;
 * without, as with a text, the message waits, and ends UNKNOWN at its deadline. */
static int resume_part(struct core *core, const struct plan *plan, const struct running *running, int64_t id,
                       uint8_t part, bool handed)
{
    const struct message_fact perhaps = {.kind = FACT_PART, .part = part, .bits = PART_HANDED};
    if (sender_holds(core, id, part))
        return STORE_OK;
    if (!running->uncertain) {
        if (!handed)
            sender_push(core, id, part, core->now, false);
        return STORE_OK;
    }
    if (spi1_counter_mode(plan->campaign.security.spi1) < COUNTER_HIGHER)
        return messages_add(core, id, &perhaps);
    sender_push(core, id, part, core->now, true);
    return STORE_OK;
}

static int resume_message(struct core *core, const struct running *running, int64_t id)
{
    int rc;
    const struct message_row *row = messages_get(core, id, &rc);
    if (row == NULL)
        return rc == STORE_NOT_FOUND ? STORE_OK : rc;
    if (running->state != CAMPAIGN_RUNNING && row->sent == 0)
        return STORE_OK; /* held, or to be withdrawn */
    const struct plan *plan = plan_cache_get(&core->plans, core->options.store, row->campaign_id, &rc);
    if (plan == NULL)
        return STORE_FAILED;
    const struct message_facts facts = row->facts; /* the row moves on below */
    bool concurrent = plan->campaign.transmission == TRANSMISSION_CONCURRENT;
    for (unsigned int i = 0; i < facts.part_count; i++) {
        if (part_is_open(facts.parts[i])) {
            rc = resume_part(core, plan, running, id, (uint8_t)(i + 1), facts.parts[i] != 0);
            if (rc != STORE_OK)
                return rc;
        }
        if (!concurrent && !(facts.parts[i] & PART_DELIVERED))
            break;
    }
    return STORE_OK;
}

static int resume(struct core *core, struct running *running)
{
    int64_t ids[RESUME_SLICE];
    size_t count = RESUME_SLICE, i;
    if (messages_flush(core) != STORE_OK ||
        work_in_state(core->options.store, running->campaign_id, running->iteration, MESSAGE_SENDING,
                      running->resumed, ids, &count) != STORE_OK)
        return STORE_FAILED;
    for (i = 0; i < count && core->sender.queued + RESUME_RESERVE < SENDER_QUEUE_SIZE; i++) {
        int rc = resume_message(core, running, ids[i]);
        if (rc != STORE_OK)
            return rc;
        running->resumed = ids[i];
    }
    running->resuming = i < count || count == RESUME_SLICE;
    if (!running->resuming && running->state == CAMPAIGN_RUNNING)
        running->uncertain = false;
    return STORE_OK;
}

void runner_look_again(struct core *core)
{
    for (size_t i = 0; i < core->runner.count; i++) {
        if (!core->runner.list[i].resuming)
            core->runner.list[i].resumed = 0;
        core->runner.list[i].resuming = true;
    }
}

/* --- the end of what has not left --- */

/* Of a packet of which nothing shows that it left. Before a restart it may have, without a trace: then it counts as
 * with bearerbox, so that no copy leaves, and is on its way until its deadline. */
static int withdraw_message(struct core *core, const struct running *running, int64_t id)
{
    struct message_fact fact = {.kind = FACT_FLAG, .bits = MESSAGE_WITHDRAWN};
    int rc;
    const struct message_row *row = messages_get(core, id, &rc);
    if (row == NULL)
        return rc;
    if (!running->uncertain)
        return messages_add(core, id, &fact);
    const unsigned int parts = row->facts.part_count; /* the row moves on below */
    fact = (struct message_fact){.kind = FACT_PART, .bits = PART_HANDED | PART_QUEUED};
    for (unsigned int part = 1; rc == STORE_OK && part <= parts; part++) {
        fact.part = (uint8_t)part;
        rc = messages_add(core, id, &fact);
    }
    return rc;
}

static int withdraw(struct core *core, struct running *running)
{
    int64_t ids[WITHDRAW_SLICE], cancelled;
    size_t count = WITHDRAW_SLICE;
    struct store *store = core->options.store;
    if (messages_flush(core) != STORE_OK ||
        work_unsent(store, running->campaign_id, running->iteration, ids, &count) != STORE_OK)
        return STORE_FAILED;
    for (size_t i = 0; i < count; i++)
        if (withdraw_message(core, running, ids[i]) != STORE_OK)
            return STORE_FAILED;
    if (messages_flush(core) != STORE_OK || core_begin(core) != STORE_OK ||
        work_cancel_pending(store, running->campaign_id, running->iteration, CANCEL_SLICE, core->now,
                            &cancelled) != STORE_OK)
        return STORE_FAILED;
    if (cancelled > 0)
        messages_clear(core); /* nothing is dirty; a row in memory may be one of those */
    running->open -= cancelled;
    core->statistics.messages_settled += cancelled;
    running->withdrawing = running->expanding || count == WITHDRAW_SLICE || cancelled == CANCEL_SLICE;
    return STORE_OK;
}

/* --- claiming --- */

static int log_unbuildable(struct core *core, const struct plan *plan, const struct pending_message *pending,
                           const char *reason)
{
    const struct message_fact fact = {
        .kind = FACT_FLAG, .bits = MESSAGE_UNBUILDABLE, .words_kind = WORDS_UNBUILDABLE, .words = reason};
    core_log(core, LOG_WARNING, "campaign=%" PRId64 " message=%" PRId64 " msisdn=%s cannot be built: %s",
             plan->campaign.id, pending->id, pending->msisdn, reason);
    return messages_add(core, pending->id, &fact);
}

static int queue_parts(struct core *core, const struct plan *plan, int64_t id, unsigned int parts)
{
    unsigned int now = plan->campaign.transmission == TRANSMISSION_CONCURRENT ? parts : 1;
    for (unsigned int part = 1; part <= now; part++)
        sender_push(core, id, (uint8_t)part, core->now, false);
    return STORE_OK;
}

/* The reference goes round from 1 to 255, so that a retry never meets its predecessor's parts in the card. */
static uint8_t next_reference(uint8_t reference)
{
    return reference == UINT8_MAX ? 1 : (uint8_t)(reference + 1);
}

static void log_jump(struct core *core, const struct plan *plan, const struct pending_message *pending,
                     const struct built_message *built)
{
    core->statistics.counter_jumps++;
    core_log(core, LOG_WARNING,
             "campaign=%" PRId64 " message=%" PRId64 " msisdn=%s the card refused the last counter: jump %u of %u,"
             " to %010" PRIX64,
             plan->campaign.id, pending->id, pending->msisdn, built->jumps, COUNTER_JUMPS_MAX,
             (uint64_t)built->counter);
}

static int build(struct core *core, const struct plan *plan, const struct pending_message *pending)
{
    char reason[MESSAGE_WORDS_SIZE] = "";
    struct built_message built;
    struct store *store = core->options.store;
    if (core_begin(core) != STORE_OK)
        return STORE_FAILED;
    if (pending->card_is_blocked)
        return log_unbuildable(core, plan, pending, "the card is blocked");
    int rc = message_build(store, core->crypto, &core->buffers, plan, pending, &built, reason);
    if (rc == STORE_NOT_FOUND)
        return log_unbuildable(core, plan, pending, reason);
    if (rc == STORE_OK)
        rc = work_card_take(store, pending->card_id, pending->id, next_reference(pending->reference));
    if (rc == STORE_OK)
        rc = work_message_built(store, pending->id, built.counter, pending->reference, &built.piece,
                                built.packet, built.length);
    if (rc == STORE_OK)
        rc = messages_set_built(core, pending->id, built.parts, built.repeats);
    if (rc != STORE_OK)
        return STORE_FAILED;
    core->statistics.messages_built++;
    if (built.jumps > 0)
        log_jump(core, plan, pending, &built);
    return queue_parts(core, plan, pending->id, built.parts);
}

static int build_ready(struct core *core)
{
    struct runner *runner = &core->runner;
    if (runner->ready_count > 0 && messages_flush(core) != STORE_OK)
        return STORE_FAILED;
    while (runner->ready_count > 0 && sender_room(core) > 0) {
        struct pending_message pending;
        int rc = work_pending_get(core->options.store, runner->ready[--runner->ready_count], &pending);
        if (rc == STORE_NOT_FOUND || (rc == STORE_OK && pending.card_is_busy))
            continue; /* served meanwhile */
        const struct message_row *row = rc == STORE_OK ? messages_get(core, pending.id, &rc) : NULL;
        if (row == NULL)
            return STORE_FAILED;
        const struct running *running = find_running(runner, row->campaign_id);
        if (running == NULL || running->state != CAMPAIGN_RUNNING)
            continue; /* claimed when it is resumed */
        const struct plan *plan = plan_cache_get(&core->plans, core->options.store, row->campaign_id, &rc);
        if (plan == NULL || build(core, plan, &pending) != STORE_OK)
            return STORE_FAILED;
    }
    return STORE_OK;
}

/* Rows whose card is busy are passed over: the card's release brings them back. */
static int claim(struct core *core, struct running *running)
{
    struct pending_message rows[CLAIM_SLICE];
    int rc;
    size_t room = sender_room(core), count = room < CLAIM_SLICE ? room : CLAIM_SLICE;
    if (room == 0 || running->all_claimed)
        return STORE_OK;
    const struct plan *plan = plan_cache_get(&core->plans, core->options.store, running->campaign_id, &rc);
    if (plan == NULL || messages_flush(core) != STORE_OK)
        return STORE_FAILED;
    size_t wanted = count;
    if (work_pending(core->options.store, running->campaign_id, running->iteration, running->claimed, rows,
                     &count) != STORE_OK)
        return STORE_FAILED;
    for (size_t i = 0; i < count && sender_room(core) > 0; i++) {
        if (!rows[i].card_is_busy && build(core, plan, &rows[i]) != STORE_OK)
            return STORE_FAILED;
        running->claimed = rows[i].id;
    }
    running->all_claimed =
        count < wanted && !running->expanding && (count == 0 || running->claimed == rows[count - 1].id);
    return STORE_OK;
}

/* --- the end of a message and of a campaign --- */

static void make_ready(struct runner *runner, int64_t id, int64_t campaign_id)
{
    struct running *running = find_running(runner, campaign_id);
    if (runner->ready_count < READY_SIZE) {
        runner->ready[runner->ready_count++] = id;
    } else if (running != NULL) {
        running->all_claimed = false;
        running->claimed = 0;
    }
}

static int offer_card(struct core *core, int64_t card_id)
{
    int64_t id, campaign_id;
    int rc = work_pending_of_card(core->options.store, card_id, &id, &campaign_id);
    if (rc != STORE_OK)
        return rc == STORE_NOT_FOUND ? STORE_OK : rc;
    make_ready(&core->runner, id, campaign_id);
    return STORE_OK;
}

int runner_message_settled(struct core *core, const struct message_row *row)
{
    struct running *running = find_running(&core->runner, row->campaign_id);
    bool of_iteration = running != NULL && running->iteration == row->iteration;
    if (of_iteration)
        running->open--;
    if (core_begin(core) != STORE_OK)
        return STORE_FAILED;
    int rc = work_card_release(core->options.store, row->card_id, row->id);
    if (rc == STORE_NOT_FOUND || (rc == STORE_OK && of_iteration && core->runner.count == 1))
        return STORE_OK; /* no other campaign can wait for this card, nor a later iteration */
    return rc == STORE_OK ? offer_card(core, row->card_id) : rc;
}

bool runner_iteration_is_open(const struct core *core, int64_t campaign_id, int64_t iteration)
{
    for (size_t i = 0; i < core->runner.count; i++)
        if (core->runner.list[i].campaign_id == campaign_id)
            return core->runner.list[i].iteration == iteration &&
                   core->runner.list[i].state != CAMPAIGN_TERMINATED;
    return false;
}

bool runner_holds(const struct core *core, const struct message_row *row)
{
    for (size_t i = 0; i < core->runner.count; i++)
        if (core->runner.list[i].campaign_id == row->campaign_id)
            return core->runner.list[i].state == CAMPAIGN_PAUSED &&
                   core->runner.list[i].iteration == row->iteration && row->sent == 0;
    return false;
}

void runner_message_added(struct core *core, int64_t campaign_id, int64_t id)
{
    struct runner *runner = &core->runner;
    struct running *running = find_running(runner, campaign_id);
    if (running != NULL)
        running->open++;
    make_ready(runner, id, campaign_id);
}

static int complete(struct core *core, struct campaign *campaign)
{
    if (!campaign_state_next(&campaign->state, CAMPAIGN_ALL_SETTLED))
        return STORE_OK;
    campaign->ended = core->now;
    core_log(core, LOG_INFO, "campaign=%" PRId64 " iteration=%" PRId64 " completed", campaign->id,
             campaign->iteration);
    return campaign_update(core->options.store, campaign, core->now);
}

/* The campaign stays RUNNING; in the row the iteration is a new one as soon as the last one's end is
 * committed, so a restart goes on here. */
static int retry(struct core *core, struct campaign *campaign, struct running *running)
{
    campaign->iteration++;
    campaign->retries_used++;
    *running = (struct running){.campaign_id = campaign->id,
                                .iteration = campaign->iteration,
                                .state = CAMPAIGN_RUNNING,
                                .expanding = true};
    core_log(core, LOG_INFO,
             "campaign=%" PRId64 " iteration=%" PRId64 " begins by itself, retry %" PRId64 " of %" PRId64,
             campaign->id, campaign->iteration, campaign->retries_used, campaign->retries);
    if (campaign_update(core->options.store, campaign, core->now) != STORE_OK)
        return STORE_FAILED;
    return work_expansion_begin(core->options.store, campaign->id);
}

/* Another iteration, or the end. *over: it is removed from the list. */
static int finish_iteration(struct core *core, struct running *running, bool *over)
{
    struct campaign campaign;
    if (campaign_get(core->options.store, running->campaign_id, &campaign) != STORE_OK ||
        core_begin(core) != STORE_OK)
        return STORE_FAILED;
    plan_cache_clear(&core->plans);
    int rc = campaign.state == CAMPAIGN_RUNNING && campaign.retries_used < campaign.retries
                 ? work_wants_retry(core->options.store, campaign.id, campaign.iteration)
                 : STORE_NOT_FOUND;
    *over = rc != STORE_OK;
    if (rc == STORE_NOT_FOUND)
        return complete(core, &campaign);
    return rc == STORE_OK ? retry(core, &campaign, running) : rc;
}

static int complete_finished(struct core *core)
{
    struct runner *runner = &core->runner;
    for (size_t i = runner->count; i-- > 0;) {
        struct running *running = &runner->list[i];
        bool over = running->state == CAMPAIGN_TERMINATED;
        if (running->open > 0 || running->expanding || running->state == CAMPAIGN_PAUSED)
            continue;
        if (!over &&
            (messages_flush(core) != STORE_OK || finish_iteration(core, running, &over) != STORE_OK))
            return STORE_FAILED;
        if (over)
            runner->list[i] = runner->list[--runner->count];
    }
    return STORE_OK;
}

/* --- a pass --- */

static bool can_resume(const struct core *core, const struct running *running)
{
    return running->resuming && core->sender.connected &&
           core->sender.queued + RESUME_RESERVE < SENDER_QUEUE_SIZE;
}

static int work_on(struct core *core, struct running *running)
{
    int rc = running->expanding ? expand(core, running) : STORE_OK;
    if (rc == STORE_OK && can_resume(core, running))
        rc = resume(core, running);
    if (rc == STORE_OK && running->withdrawing)
        rc = withdraw(core, running);
    if (rc == STORE_OK && !running->resuming && running->state == CAMPAIGN_RUNNING)
        rc = claim(core, running);
    return rc;
}

static bool has_more(const struct core *core)
{
    bool resuming = false;
    for (size_t i = 0; i < core->runner.count; i++) {
        const struct running *running = &core->runner.list[i];
        resuming |= running->resuming;
        if (running->expanding || running->withdrawing || can_resume(core, running) ||
            (running->state == CAMPAIGN_RUNNING && !running->resuming && !running->all_claimed &&
             sender_room(core) > 0))
            return true;
    }
    return !resuming && core->runner.ready_count > 0 && sender_room(core) > 0;
}

int runner_work(struct core *core, bool *more)
{
    struct runner *runner = &core->runner;
    int rc = build_ready(core);
    for (size_t i = 0; rc == STORE_OK && i < runner->count; i++)
        rc = work_on(core, &runner->list[(runner->turn + i) % runner->count]);
    runner->turn = runner->count > 0 ? (runner->turn + 1) % runner->count : 0;
    if (rc == STORE_OK)
        rc = complete_finished(core);
    *more = has_more(core);
    return rc;
}
