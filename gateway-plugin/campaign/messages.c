#include "gateway-plugin/campaign/messages.h"

#include <inttypes.h>
#include <string.h>

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
    const struct message_derived derived = {
        .detail = message_detail_of(&row->facts, &plan->policy, detail),
        .keep_packet = message_needs_packet(&row->facts, &plan->policy),
        .again = message_wants_retry(&row->facts, &plan->policy),
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
    int64_t timeout = por_timeout_ms(core, plan);
    if (message_state_is_settled(row->state))
        row->deadline = 0;
    else if (row->state == MESSAGE_DELIVERED && before != MESSAGE_DELIVERED)
        set_deadline(core, row, core->now + timeout);
    else if (fact->kind == FACT_POR && por_grade_of(fact->por, &plan->policy) == POR_GRADE_WAIT &&
             row->deadline < core->now + timeout)
        set_deadline(core, row, core->now + timeout);
    else if (fact->kind == FACT_PART && (fact->bits & (PART_HANDED | PART_RESENT)) &&
             row->state != MESSAGE_DELIVERED)
        set_deadline(core, row, core->now + plan_validity_ms(plan, core->options.validity_seconds) + timeout);
}

static void log_settled(const struct core *core, const struct plan *plan, const struct message_row *row)
{
    char detail[MESSAGE_DETAIL_SIZE];
    message_detail_of(&row->facts, &plan->policy, detail);
    core_log(core, row->state == MESSAGE_UPDATED ? LOG_DEBUG : LOG_INFO,
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

static int draw_consequences(struct core *core, const struct plan *plan, struct message_row *row,
                             const struct message_fact *fact, enum message_state before)
{
    if (fact->kind == FACT_PART && (fact->bits & PART_HANDED) && row->sent == 0)
        row->sent = core->now;
    row->state = message_state_of(&row->facts, &plan->policy);
    move_deadline(core, plan, row, fact, before);
    if (message_state_is_settled(row->state) && row->state != before) {
        log_settled(core, plan, row);
        if (!message_state_is_settled(before))
            return settle(core, row);
        row->settled = core->now;
    } else if (fact->kind == FACT_PART && (fact->bits & PART_DELIVERED) &&
               plan->campaign.transmission == TRANSMISSION_SEQUENTIAL) {
        unsigned int next = message_next_part(&row->facts, &plan->policy, false);
        if (next != 0)
            sender_push(core, row->id, (uint8_t)next, core->now, false);
    }
    return STORE_OK;
}

int messages_add(struct core *core, int64_t id, const struct message_fact *fact)
{
    int rc;
    struct message_row *row = fetch(core, id, &rc);
    if (row == NULL)
        return rc == STORE_NOT_FOUND ? STORE_OK : rc;
    const struct plan *plan = plan_cache_get(&core->plans, core->options.store, row->campaign_id, &rc);
    if (plan == NULL)
        return STORE_FAILED;
    if (!message_facts_add(&row->facts, &plan->policy, fact))
        return STORE_OK;
    core->dirty[place_of(id)] = true;
    enum message_state before = row->state;
    rc = draw_consequences(core, plan, row, fact, before);
    if (rc == STORE_OK && row->state == MESSAGE_UPDATED && before != MESSAGE_UPDATED &&
        row->iteration < plan->campaign.iteration)
        rc = credit_latest(core, row->campaign_id, row->card_id, row->id);
    return rc;
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
    row->state = message_state_of(&row->facts, &plan->policy);
    set_deadline(core, row, core->now + plan_validity_ms(plan, core->options.validity_seconds) + por_timeout_ms(core, plan));
    core->dirty[place_of(id)] = true;
    return STORE_OK;
}
