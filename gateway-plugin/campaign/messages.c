#include "gateway-plugin/campaign/messages.h"

#include <inttypes.h>
#include <string.h>

#include "gateway-plugin/campaign/notification.h"
#include "gateway-plugin/campaign/plan_limits.h"
#include "gateway-plugin/campaign/runner.h"
#include "gateway-plugin/campaign/sender.h"

/* --- the cache: each id has one place --- */

static size_t place_of(int64_t id)
{
    return (uint64_t)id % MESSAGE_CACHE_SIZE;
}

static int save(struct core *core, size_t place)
{
    char detail[MESSAGE_DETAIL_SIZE];
    int rc;
    const struct message_row *row = &core->messages[place];
    if (!core->dirty[place])
        return STORE_OK;
    const struct plan *plan = plan_cache_get(&core->plans, core->options.store, row->campaign_id, &rc);
    if (plan == NULL || core_begin(core) != STORE_OK)
        return STORE_FAILED;
    const struct message_policy policy = plan_policy(plan, &row->piece);
    const struct message_derived derived = {
        .detail = message_detail_of(&row->facts, &policy, detail),
        .keep_packet = message_needs_packet(&row->facts, &policy),
        .again = message_wants_retry(&row->facts, &policy),
        .complete = message_is_complete(&row->facts, &policy),
    };
    rc = work_message_save(core->options.store, row, &derived);
    core->dirty[place] = rc != STORE_OK;
    return rc == STORE_OK ? STORE_OK : STORE_FAILED;
}

static struct message_row *fetch(struct core *core, int64_t id, int *rc)
{
    size_t place = place_of(id);
    struct message_row *row = &core->messages[place];
    *rc = STORE_OK;
    if (row->id == id)
        return row;
    *rc = save(core, place);
    if (*rc != STORE_OK)
        return NULL;
    row->id = 0;
    *rc = work_message_load(core->options.store, id, row);
    return *rc == STORE_OK ? row : NULL;
}

const struct message_row *messages_get(struct core *core, int64_t id, int *rc)
{
    return fetch(core, id, rc);
}

void messages_forget(struct core *core, int64_t id)
{
    size_t place = place_of(id);
    if (core->messages[place].id == id && !core->dirty[place])
        core->messages[place].id = 0;
}

int messages_flush(struct core *core)
{
    for (size_t i = 0; i < MESSAGE_CACHE_SIZE; i++)
        if (save(core, i) != STORE_OK)
            return STORE_FAILED;
    return STORE_OK;
}

void messages_clear(struct core *core)
{
    for (size_t i = 0; i < MESSAGE_CACHE_SIZE; i++) {
        core->messages[i].id = 0;
        core->dirty[i] = false;
    }
}

/* --- consequences --- */

static int64_t por_timeout_ms(const struct core *core, const struct plan *plan)
{
    int64_t seconds = plan->campaign.por_timeout_seconds;
    return 1000 * (seconds != 0 ? seconds : core->options.por_timeout_seconds);
}

static void set_deadline(struct core *core, struct message_row *row, int64_t deadline)
{
    row->deadline = deadline;
    if (deadline < core->next_deadline)
        core->next_deadline = deadline;
}

/* The PoR timeout starts when the last part was delivered. Before that the SMSC may keep a part for the
 * whole validity period; the timeout behind it is the grace. A wait status only ever prolongs. */
static void move_deadline(struct core *core, const struct plan *plan, struct message_row *row,
                          const struct message_fact *fact, enum message_state before)
{
    const struct message_policy policy = plan_policy(plan, &row->piece);
    int64_t timeout = por_timeout_ms(core, plan);
    if (message_state_is_settled(row->state))
        row->deadline = 0;
    else if (row->state == MESSAGE_DELIVERED && before != MESSAGE_DELIVERED)
        set_deadline(core, row, core->now + timeout);
    else if (fact->kind == FACT_POR && por_grade_of(fact->por, &policy) == POR_GRADE_WAIT &&
             row->deadline < core->now + timeout)
        set_deadline(core, row, core->now + timeout);
    else if (fact->kind == FACT_PART && (fact->bits & (PART_HANDED | PART_RESENT)) &&
             row->state != MESSAGE_DELIVERED)
        set_deadline(core, row, core->now + plan_validity_ms(plan, core->options.validity_seconds) + timeout);
}

static void log_settled(const struct core *core, const struct plan *plan, const struct message_row *row)
{
    char detail[MESSAGE_DETAIL_SIZE];
    const struct message_policy policy = plan_policy(plan, &row->piece);
    message_detail_of(&row->facts, &policy, detail);
    core_log(core, row->state == MESSAGE_UPDATED || row->state == MESSAGE_CONTINUED ? LOG_DEBUG : LOG_INFO,
             "campaign=%" PRId64 " message=%" PRId64 " msisdn=%s iteration=%" PRId64 " %s%s%s",
             row->campaign_id, row->id, row->msisdn, row->iteration, message_state_name(row->state),
             detail[0] != '\0' ? ": " : "", detail);
}

static int settle(struct core *core, struct message_row *row)
{
    row->settled = core->now;
    core->statistics.messages_settled++;
    sender_forget(core, row->id);
    return runner_message_settled(core, row);
}

/* A card that an earlier iteration turns out to have updated needs nothing more: its latest message says so.
 */
static int credit_latest(struct core *core, int64_t campaign_id, int64_t card_id, int64_t except)
{
    int64_t latest;
    const struct message_fact credit = {.kind = FACT_FLAG, .bits = MESSAGE_CREDITED};
    int rc = work_latest_of_card(core->options.store, campaign_id, card_id, &latest);
    if (rc != STORE_OK || latest == except)
        return rc == STORE_FAILED ? STORE_FAILED : STORE_OK;
    return messages_add(core, latest, &credit);
}

/* The card's latest message is not sent for a packet that has just turned out to be executed. */
static int skip_latest(struct core *core, const struct message_row *row)
{
    int64_t latest;
    int rc = work_latest_of_card(core->options.store, row->campaign_id, row->card_id, &latest);
    if (rc != STORE_OK)
        return rc == STORE_FAILED ? STORE_FAILED : STORE_OK;
    messages_forget(core, latest);
    if (core_begin(core) != STORE_OK)
        return STORE_FAILED;
    return work_pending_skip(core->options.store, latest, row->piece.number);
}

/* An error came late, after this packet's silence was taken for success and others had followed. */
static int spoil_latest(struct core *core, const struct message_row *row)
{
    int64_t latest;
    const struct message_fact spoiled = {.kind = FACT_FLAG, .bits = MESSAGE_SPOILED};
    unsigned int number = row->piece.number;
    int rc = work_latest_of_card(core->options.store, row->campaign_id, row->card_id, &latest);
    const struct message_row *last = rc == STORE_OK ? messages_get(core, latest, &rc) : NULL;
    if (last == NULL || last->piece.number <= number)
        return rc == STORE_FAILED ? STORE_FAILED : STORE_OK;
    return messages_add(core, latest, &spoiled);
}

/* What this packet's end, as it looks now, means for the card's latest message. */
static int tell_latest(struct core *core, const struct plan *plan, const struct message_row *row,
                       bool was_complete)
{
    const struct message_policy policy = plan_policy(plan, &row->piece);
    bool complete = message_is_complete(&row->facts, &policy);
    if (complete == was_complete)
        return STORE_OK;
    if (row->state == MESSAGE_CONTINUED)
        return complete ? STORE_OK : spoil_latest(core, row);
    if (!complete || row->iteration >= plan->campaign.iteration)
        return STORE_OK;
    return row->state == MESSAGE_UPDATED ? credit_latest(core, row->campaign_id, row->card_id, row->id)
                                         : skip_latest(core, row);
}

/* The packet went well: in the same transaction the next one's message is made. *next: its id, or 0. */
static int go_on(struct core *core, const struct plan *plan, struct message_row *row, int64_t *next)
{
    const struct message_fact continued = {.kind = FACT_FLAG, .bits = MESSAGE_CONTINUED_BY};
    const struct message_policy policy = plan_policy(plan, &row->piece);
    *next = 0;
    if (!message_may_continue(&row->facts, &policy) ||
        !runner_iteration_is_open(core, row->campaign_id, row->iteration))
        return STORE_OK;
    message_facts_add(&row->facts, &policy, &continued);
    if (core_begin(core) != STORE_OK)
        return STORE_FAILED;
    return work_message_continue(core->options.store, row, core->now, next);
}

static int mark_sent(struct core *core, struct message_row *row)
{
    row->sent = core->now;
    return work_inbound_last(core->options.store, &row->parts_before);
}

static int draw_consequences(struct core *core, const struct plan *plan, struct message_row *row,
                             const struct message_fact *fact, enum message_state before)
{
    const struct message_policy policy = plan_policy(plan, &row->piece);
    if (fact->kind == FACT_PART && fact->bits != PART_REFUSED && row->sent == 0 &&
        mark_sent(core, row) != STORE_OK)
        return STORE_FAILED;
    row->state = message_state_of(&row->facts, &policy);
    move_deadline(core, plan, row, fact, before);
    if (message_state_is_settled(row->state) && row->state != before) {
        log_settled(core, plan, row);
        if (!message_state_is_settled(before))
            return settle(core, row);
        row->settled = core->now;
    } else if (fact->kind == FACT_PART && (fact->bits & PART_DELIVERED) &&
               plan->campaign.transmission == TRANSMISSION_SEQUENTIAL) {
        unsigned int next = message_next_part(&row->facts, &policy, false);
        if (next != 0)
            sender_push(core, row->id, (uint8_t)next, core->now, false);
    }
    return STORE_OK;
}

int messages_add(struct core *core, int64_t id, const struct message_fact *fact)
{
    int rc;
    int64_t next;
    struct message_row *row = fetch(core, id, &rc);
    if (row == NULL)
        return rc == STORE_NOT_FOUND ? STORE_OK : rc;
    const struct plan *plan = plan_cache_get(&core->plans, core->options.store, row->campaign_id, &rc);
    if (plan == NULL)
        return STORE_FAILED;
    const struct message_policy policy = plan_policy(plan, &row->piece);
    const enum message_state before = row->state;
    const bool was_complete = message_is_complete(&row->facts, &policy);
    if (!message_facts_add(&row->facts, &policy, fact))
        return STORE_OK;
    core->dirty[place_of(id)] = true;
    rc = go_on(core, plan, row, &next);
    if (rc == STORE_OK)
        rc = draw_consequences(core, plan, row, fact, before);
    if (rc == STORE_OK)
        rc = notification_note(core, plan, row, fact);
    if (rc == STORE_OK && next != 0)
        runner_message_added(core, row->campaign_id, next);
    return rc == STORE_OK ? tell_latest(core, plan, row, was_complete) : rc;
}

/* For the whole validity period and the PoR timeout behind it. */
static void set_first_deadline(struct core *core, const struct plan *plan, struct message_row *row)
{
    set_deadline(core, row,
                 core->now + plan_validity_ms(plan, core->options.validity_seconds) + por_timeout_ms(core, plan));
    core->dirty[place_of(row->id)] = true;
}

int messages_put_off(struct core *core, int64_t id)
{
    int rc;
    struct message_row *row = fetch(core, id, &rc);
    const struct plan *plan =
        row == NULL ? NULL : plan_cache_get(&core->plans, core->options.store, row->campaign_id, &rc);
    if (plan == NULL)
        return STORE_FAILED;
    set_first_deadline(core, plan, row);
    return STORE_OK;
}

int messages_set_built(struct core *core, int64_t id, unsigned int parts, bool repeats)
{
    int rc;
    messages_forget(core, id);
    struct message_row *row = fetch(core, id, &rc);
    if (row == NULL)
        return STORE_FAILED;
    const struct plan *plan = plan_cache_get(&core->plans, core->options.store, row->campaign_id, &rc);
    if (plan == NULL)
        return STORE_FAILED;
    row->facts.part_count = (uint8_t)parts;
    row->facts.flags |= repeats ? MESSAGE_REPEATS : 0;
    const struct message_policy policy = plan_policy(plan, &row->piece);
    row->state = message_state_of(&row->facts, &policy);
    set_first_deadline(core, plan, row);
    return STORE_OK;
}
