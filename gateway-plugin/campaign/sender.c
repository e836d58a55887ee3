#include "gateway-plugin/campaign/sender.h"

#include <inttypes.h>

#include "gateway-plugin/campaign/messages.h"
#include "gateway-plugin/campaign/payload.h"
#include "gateway-plugin/campaign/plan_limits.h"
#include "gateway-plugin/campaign/runner.h"
#include "protocol/errors.h"

#define BACK_OFF_MIN_MS 1000
#define BACK_OFF_MAX_MS 60000

/* A lost answer must not close its slot for ever; an SMSC that is down for longer gets one window more each
 * time. */
#define SLOT_EXPIRY_MS (10 * 60 * 1000)

/* Bearerbox chooses the SMSC and tells which only with its answer: whose slot is whose cannot be known. But one
 * SMSC answers in order, so a slot that was overtaken by a later one waits for another SMSC, and after this time
 * (Kannel's wait-ack) no longer holds up the ones that answer. */
#define OVERTAKEN_EXPIRY_MS (60 * 1000)

static int64_t back_off_ms(uint8_t attempts)
{
    int64_t delay = (int64_t)BACK_OFF_MIN_MS << (attempts < 6 ? attempts : 6);
    return delay < BACK_OFF_MAX_MS ? delay : BACK_OFF_MAX_MS;
}

/* --- the queue and the window --- */

static bool push(struct core *core, const struct outgoing *outgoing)
{
    struct sender *sender = &core->sender;
    if (sender->queued == SENDER_QUEUE_SIZE) {
        runner_look_again(core);
        return false;
    }
    sender->queue[sender->queued++] = *outgoing;
    return true;
}

bool sender_holds(const struct core *core, int64_t message_id, uint8_t part)
{
    const struct sender *sender = &core->sender;
    for (size_t i = 0; i < sender->queued; i++)
        if (sender->queue[i].message_id == message_id && sender->queue[i].part == part)
            return true;
    for (size_t i = 0; i < sender->used; i++)
        if (sender->window[i].message_id == message_id && sender->window[i].part == part)
            return true;
    return false;
}

bool sender_push(struct core *core, int64_t message_id, uint8_t part, int64_t due, bool possible_duplicate)
{
    const struct outgoing outgoing = {
        .message_id = message_id, .part = part, .due = due, .possible_duplicate = possible_duplicate};
    return push(core, &outgoing);
}

static struct window_slot *find_slot(struct sender *sender, int64_t message_id, uint8_t part)
{
    for (size_t i = 0; i < sender->used; i++)
        if (sender->window[i].message_id == message_id && sender->window[i].part == part)
            return &sender->window[i];
    return NULL;
}

static void free_slot(struct sender *sender, struct window_slot *slot)
{
    *slot = sender->window[--sender->used];
}

void sender_answered(struct core *core, int64_t message_id, uint8_t part)
{
    struct window_slot *slot = find_slot(&core->sender, message_id, part);
    if (slot == NULL)
        return;
    if (slot->number > core->sender.answered)
        core->sender.answered = slot->number;
    free_slot(&core->sender, slot);
}

void sender_forget(struct core *core, int64_t message_id)
{
    struct sender *sender = &core->sender;
    for (size_t i = sender->used; i-- > 0;)
        if (sender->window[i].message_id == message_id)
            free_slot(sender, &sender->window[i]);
    size_t kept = 0;
    for (size_t i = 0; i < sender->queued; i++)
        if (sender->queue[i].message_id != message_id)
            sender->queue[kept++] = sender->queue[i];
    sender->queued = kept;
    if (sender->packet_of == message_id)
        sender->packet_of = 0;
}

void sender_hold(struct core *core, int64_t campaign_id)
{
    struct sender *sender = &core->sender;
    size_t kept = 0;
    for (size_t i = 0; i < sender->queued; i++) {
        int rc;
        const struct message_row *row = messages_get(core, sender->queue[i].message_id, &rc);
        if (row == NULL || row->campaign_id != campaign_id || row->sent != 0)
            sender->queue[kept++] = sender->queue[i];
    }
    sender->queued = kept;
}

size_t sender_room(const struct core *core)
{
    const struct sender *sender = &core->sender;
    size_t taken = sender->used + sender->queued;
    for (size_t i = 0; i < sender->queued; i++)
        if (sender->queue[i].attempts > 0) /* what is there already does not get out */
            return 0;
    size_t window = (size_t)core->options.window;
    size_t room = sender->connected && taken < window ? window - taken : 0;
    return room < SENDER_QUEUE_SIZE - sender->queued ? room : SENDER_QUEUE_SIZE - sender->queued;
}

static int64_t expiry_of(const struct sender *sender, const struct window_slot *slot)
{
    return slot->since + (slot->number < sender->answered ? OVERTAKEN_EXPIRY_MS : SLOT_EXPIRY_MS);
}

int64_t sender_next_due(const struct core *core)
{
    const struct sender *sender = &core->sender;
    int64_t next = INT64_MAX;
    for (size_t i = 0; sender->connected && i < sender->queued; i++)
        if (sender->queue[i].due > core->now && sender->queue[i].due < next)
            next = sender->queue[i].due;
    for (size_t i = 0; i < sender->used; i++)
        if (expiry_of(sender, &sender->window[i]) < next)
            next = expiry_of(sender, &sender->window[i]);
    return next;
}

static void expire_slots(struct core *core)
{
    struct sender *sender = &core->sender;
    struct window_slot last = {0};
    size_t expired = 0;
    for (size_t i = sender->used; i-- > 0;) {
        if (core->now < expiry_of(sender, &sender->window[i]))
            continue;
        last = sender->window[i];
        free_slot(sender, &sender->window[i]);
        expired++;
    }
    if (expired > 0)
        core_log(core, LOG_WARNING,
                 "message=%" PRId64 " part=%u no SMSC has answered for %" PRId64 " s%s; SMS like it: %zu", last.message_id,
                 last.part, (core->now - last.since) / 1000,
                 last.number < sender->answered ? ", others answer" : "", expired);
}

/* --- handing over --- */

enum hand_over { HANDED_OVER, NOTHING_TO_SEND, LINK_REFUSED, HAND_OVER_FAILED };

static int load_packet(struct core *core, int64_t message_id)
{
    struct sender *sender = &core->sender;
    if (sender->packet_of == message_id)
        return STORE_OK;
    sender->packet_of = 0;
    int rc = work_message_packet(core->options.store, message_id, sender->packet, sizeof sender->packet,
                                 &sender->packet_length);
    if (rc == STORE_OK)
        sender->packet_of = message_id;
    return rc;
}

static enum hand_over hand_over(struct core *core, const struct outgoing *outgoing)
{
    int rc;
    struct payload_part part;
    const struct message_row *row = messages_get(core, outgoing->message_id, &rc);
    if (row == NULL)
        return rc == STORE_NOT_FOUND ? NOTHING_TO_SEND : HAND_OVER_FAILED;
    if (message_state_is_settled(row->state) || outgoing->part > row->facts.part_count ||
        (row->facts.parts[outgoing->part - 1] & (PART_ACCEPTED | PART_DELIVERED)))
        return NOTHING_TO_SEND;
    const struct plan *plan = plan_cache_get(&core->plans, core->options.store, row->campaign_id, &rc);
    if (plan != NULL && payload_of(plan)->has_packet)
        rc = load_packet(core, row->id);
    if (plan == NULL || rc != STORE_OK)
        return rc == STORE_NOT_FOUND ? NOTHING_TO_SEND : HAND_OVER_FAILED;
    if (payload_of(plan)->cut(plan, core->sender.packet, core->sender.packet_length, row->reference,
                              outgoing->part, &part) != OTA_OK)
        return NOTHING_TO_SEND;
    const struct bearer_sms sms = {
        .reference = {.message_id = row->id, .part = outgoing->part},
        .form = part.form,
        .to = row->msisdn,
        .header = part.header,
        .header_length = part.header_length,
        .payload = part.bytes,
        .length = part.length,
        /* A date always: 0 would leave it to an SMSC that tells nobody. */
        .validity_ms = core->now + plan_validity_ms(plan, core->options.validity_seconds),
    };
    return core->options.bearer.send(core->options.bearer.self, &sms) == 0 ? HANDED_OVER : LINK_REFUSED;
}

static int note_handed_over(struct core *core, const struct outgoing *outgoing)
{
    struct sender *sender = &core->sender;
    const struct message_fact fact = {
        .kind = FACT_PART,
        .part = outgoing->part,
        .bits = (uint8_t)(PART_HANDED | (outgoing->possible_duplicate ? PART_RESENT : 0)),
    };
    sender->window[sender->used++] = (struct window_slot){.message_id = outgoing->message_id,
                                                          .part = outgoing->part,
                                                          .attempts = outgoing->attempts,
                                                          .since = core->now,
                                                          .number = ++sender->handed};
    core->statistics.sms_sent++;
    return messages_add(core, outgoing->message_id, &fact);
}

/* The link is down for the moment, or refuses just this one: it waits. */
static void put_off(const struct core *core, struct outgoing *outgoing)
{
    outgoing->due = core->now + back_off_ms(outgoing->attempts);
    if (outgoing->attempts < UINT8_MAX)
        outgoing->attempts++;
}

int sender_pump(struct core *core)
{
    struct sender *sender = &core->sender;
    int rc = STORE_OK;
    bool go_on = sender->connected;
    size_t kept = 0;
    expire_slots(core);
    for (size_t i = 0; i < sender->queued; i++) {
        struct outgoing outgoing = sender->queue[i];
        bool try = go_on && rc == STORE_OK && outgoing.due <= core->now &&
                   sender->used < (size_t)core->options.window;
        enum hand_over result = try ? hand_over(core, &outgoing) : LINK_REFUSED;
        if (result == HANDED_OVER)
            rc = note_handed_over(core, &outgoing);
        if (result == HAND_OVER_FAILED)
            rc = STORE_FAILED;
        if (try && result == LINK_REFUSED) {
            put_off(core, &outgoing);
            go_on = false;
        }
        if (result == LINK_REFUSED || result == HAND_OVER_FAILED)
            sender->queue[kept++] = outgoing;
    }
    sender->queued = kept;
    return rc;
}

/* --- events --- */

void sender_connected(struct core *core)
{
    core->sender.connected = true;
    for (size_t i = 0; i < core->sender.queued; i++) {
        core->sender.queue[i].due = core->now;
        core->sender.queue[i].attempts = 0;
    }
}

/* May a second copy of this message's parts leave? Only where the card tells copies apart: no phone does. */
static bool is_repeatable(struct core *core, int64_t message_id)
{
    int rc;
    const struct message_row *row = messages_get(core, message_id, &rc);
    const struct plan *plan =
        row == NULL ? NULL : plan_cache_get(&core->plans, core->options.store, row->campaign_id, &rc);
    return plan != NULL && spi1_counter_mode(plan->campaign.security.spi1) >= COUNTER_HIGHER;
}

/* What bearerbox had not acknowledged may be lost or not. What it had is in its store. */
int sender_disconnected(struct core *core)
{
    struct sender *sender = &core->sender;
    sender->connected = false;
    for (size_t i = sender->used; i-- > 0;) {
        struct window_slot slot = sender->window[i];
        if (slot.queued)
            continue;
        free_slot(sender, &sender->window[i]);
        if (is_repeatable(core, slot.message_id))
            sender_push(core, slot.message_id, slot.part, core->now, true);
    }
    return STORE_OK;
}

static int refused(struct core *core, const struct bearer_event *event)
{
    const struct message_fact fact = {.kind = FACT_PART,
                                      .part = event->reference.part,
                                      .bits = PART_REFUSED,
                                      .words_kind = WORDS_REFUSED,
                                      .words =
                                          event->detail[0] != '\0' ? event->detail : "refused by bearerbox"};
    sender_answered(core, event->reference.message_id, event->reference.part);
    return messages_add(core, event->reference.message_id, &fact);
}

/* bearerbox did not take it, so no copy is on its way. */
static void try_later(struct core *core, const struct bearer_event *event)
{
    struct window_slot *slot = find_slot(&core->sender, event->reference.message_id, event->reference.part);
    if (slot == NULL)
        return;
    struct outgoing outgoing = {
        .message_id = slot->message_id, .part = slot->part, .attempts = slot->attempts};
    free_slot(&core->sender, slot);
    put_off(core, &outgoing);
    push(core, &outgoing);
}

int sender_acknowledged(struct core *core, const struct bearer_event *event)
{
    const struct message_fact fact = {
        .kind = FACT_PART, .part = event->reference.part, .bits = PART_HANDED | PART_QUEUED};
    struct window_slot *slot = find_slot(&core->sender, event->reference.message_id, event->reference.part);
    switch (event->ack) {
    case ACK_REFUSED: return refused(core, event);
    case ACK_TRY_LATER: try_later(core, event); return STORE_OK;
    case ACK_QUEUED: break;
    }
    if (slot != NULL)
        slot->queued = true;
    return messages_add(core, event->reference.message_id, &fact);
}
