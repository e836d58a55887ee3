#include "gateway-plugin/model/message_counter.h"

#include <strings.h>

#include "protocol/response_packet.h"

/* --- whose counter --- */

static const char *const per_names[] = {[COUNTER_PER_KEY_SET] = "keyset", [COUNTER_PER_TAR] = "tar"};

const char *counter_per_name(enum counter_per per)
{
    return per_names[per];
}

bool counter_per_parse(const char *name, enum counter_per *per)
{
    for (size_t i = 0; i < sizeof per_names / sizeof per_names[0]; i++) {
        if (strcasecmp(name, per_names[i]) != 0)
            continue;
        *per = (enum counter_per)i;
        return true;
    }
    return false;
}

uint8_t security_key_index(const struct security_parameters *security)
{
    return key_index(security->kic) != 0 ? key_index(security->kic) : key_index(security->kid);
}

struct counter_owner counter_owner_of(enum counter_per per, const struct security_parameters *security)
{
    const uint8_t *tar = security->tar;
    if (per == COUNTER_PER_TAR)
        return (struct counter_owner){.tar = tar[0] << 16 | tar[1] << 8 | tar[2]};
    return (struct counter_owner){.key_index = security_key_index(security), .tar = -1};
}

/* --- what became of the last packet --- */

/* Of the counter that it carried. */
enum evidence {
    EVIDENCE_NONE,
    EVIDENCE_TAKEN,    /* the card's counter is this one */
    EVIDENCE_PROBABLY, /* it seems so */
    EVIDENCE_BEHIND,   /* the card's is this one or a higher one */
    EVIDENCE_AHEAD,    /* the card's is less than the one before this */
};

/* Without a PoR that tells of success: UPDATED, or a packet that others of its script follow, or should. */
static bool was_delivered(enum message_state state)
{
    return state == MESSAGE_UPDATED || state == MESSAGE_CONTINUED || state == MESSAGE_PARTIAL;
}

/* The card stores a counter once the packet's checksum held, so before 00 and the wait statuses. Some cards say
 * 06 instead of 02 to an equal one, but only one that was sent before can be equal. Where no PoR tells of
 * success, delivery is all the evidence there is. */
static enum evidence evidence_of(const struct counter_packet *last, const struct counter_held *held)
{
    if (!last->known || last->mode < COUNTER_HIGHER)
        return EVIDENCE_NONE; /* a card that does not check says nothing of its counter */
    switch (last->por_status) {
    case POR_STATUS_CNTR_LOW: return EVIDENCE_BEHIND;
    case POR_STATUS_CNTR_HIGH: return last->mode == COUNTER_NEXT ? EVIDENCE_AHEAD : EVIDENCE_NONE;
    case POR_STATUS_UNIDENTIFIED_ERROR:
        return last->state == MESSAGE_EXECUTED_UNKNOWN || last->counter <= held->high ? EVIDENCE_PROBABLY
                                                                                      : EVIDENCE_NONE;
    case POR_STATUS_OK:
    case POR_STATUS_MORE_TIME:
    case POR_STATUS_BY_SMS_SUBMIT:
    case POR_STATUS_BY_USSD:
        if (!last->por_is_weak)
            return EVIDENCE_TAKEN;
        break;
    default: break;
    }
    return last->por != POR_ALWAYS && was_delivered(last->state) ? EVIDENCE_PROBABLY : EVIDENCE_NONE;
}

static void count_refusal(struct counter_held *held)
{
    if (held->refusals < COUNTER_REFUSALS_MAX)
        held->refusals++;
}

static uint64_t middle(const struct counter_held *held)
{
    return held->low + (held->high - held->low) / 2;
}

/* First the least that this can mean: a lost PoR. Then the most: all of them were lost. Then in between. A counter
 * beyond all that was thought possible leaves anything open up to `value`: the card keeps what it does not check.
 */
static void move_up(struct counter_held *held, uint64_t counter, bool was_possible, uint64_t value)
{
    count_refusal(held);
    if (counter > held->low)
        held->low = counter;
    if (!was_possible)
        held->high = value;
    if (held->refusals == 1)
        held->guess = held->low;
    else
        held->guess = held->refusals == 2 ? held->high : middle(held);
}

/* First the one before that: the last packet was lost. Below all that was thought possible: one step, as the answer may be forged; but then anything is open. */
static void move_down(struct counter_held *held, uint64_t counter)
{
    uint64_t most = counter > 2 ? counter - 2 : 0;
    count_refusal(held);
    if (held->high > most)
        held->high = most;
    if (held->low <= held->high) {
        held->guess = held->refusals == 1 || held->refusals == 3 ? held->high : middle(held);
    } else {
        held->low = 0;
        held->guess = held->high;
    }
}

/* What is believed of the card's counter once the last packet is taken into account. */
static struct counter_held held_after(const struct counter_scope *scope)
{
    struct counter_held held = scope->held;
    const struct counter_packet *last = &scope->last;
    enum evidence evidence = evidence_of(last, &held);
    uint64_t sent = last->known ? last->counter : scope->value;
    bool was_possible = sent <= held.high, is_kept = !last->known || last->mode >= COUNTER_HIGHER;
    if (!was_possible && is_kept)
        held.high = sent; /* it may have come to the card without our knowing */
    switch (evidence) {
    case EVIDENCE_NONE: break;
    case EVIDENCE_TAKEN: held = (struct counter_held){sent, sent, sent, 0}; break;
    case EVIDENCE_PROBABLY: held.guess = sent > held.low ? sent : held.low; break;
    case EVIDENCE_BEHIND: move_up(&held, sent, was_possible, scope->value); break;
    case EVIDENCE_AHEAD: move_down(&held, sent); break;
    }
    return held;
}

/* --- higher than the stored one --- */

/* The card's counter seems to be ahead of all that was allocated: 02, or 06 as some cards say, and not because
 * there were two copies. */
static bool is_behind(const struct counter_scope *scope)
{
    const struct counter_packet *last = &scope->last;
    return last->known && last->mode >= COUNTER_HIGHER && last->counter == scope->value &&
           last->state == MESSAGE_FAILED &&
           (last->por_status == POR_STATUS_CNTR_LOW || last->por_status == POR_STATUS_UNIDENTIFIED_ERROR);
}

static bool was_accepted(const struct counter_packet *last)
{
    return last->known && last->mode >= COUNTER_HIGHER && last->por_status == POR_STATUS_OK &&
           !last->por_is_weak;
}

static uint64_t next_higher(const struct counter_scope *scope, struct counter_choice *choice)
{
    uint64_t jump = (uint64_t)COUNTER_JUMP << scope->jumps;
    choice->jumps = was_accepted(&scope->last) ? 0 : scope->jumps;
    choice->jumped = is_behind(scope) && scope->jumps < COUNTER_JUMPS_MAX && jump <= COUNTER_MAX - scope->value;
    if (!choice->jumped)
        return scope->value + 1;
    choice->jumps = scope->jumps + 1;
    return scope->value + jump;
}

/* --- counters that were allocated elsewhere --- */

/* The card's counters were per TAR and are per key set now, or the other way round: this one goes on above all of
 * them, as the card may hold any. */
static struct counter_scope with_elsewhere(const struct counter_scope *scope)
{
    struct counter_scope whole = *scope;
    whole.value = counter_highest(scope);
    return whole;
}

/* --- by mode --- */

/* In the mode "exactly one more" a counter that the card may not have taken comes again: a new one would be
 * refused for ever. */
bool counter_choose(enum counter_mode mode, const struct counter_scope *given, struct counter_choice *choice)
{
    const struct counter_scope whole = with_elsewhere(given), *scope = &whole;
    *choice = (struct counter_choice){.jumps = scope->jumps, .held = held_after(scope)};
    switch (mode) {
    case COUNTER_NEXT: choice->counter = choice->held.guess + 1; break;
    case COUNTER_HIGHER: choice->counter = next_higher(scope, choice); break;
    default: choice->counter = scope->value + 1; break;
    }
    choice->repeats_last = scope->last.known && choice->counter == scope->last.counter;
    return choice->counter <= COUNTER_MAX;
}

void counter_repeat(uint64_t counter, const struct counter_scope *given, struct counter_choice *choice)
{
    const struct counter_scope whole = with_elsewhere(given), *scope = &whole;
    *choice = (struct counter_choice){.counter = counter,
                                      .jumps = scope->jumps,
                                      .held = held_after(scope),
                                      .repeats_last = scope->last.known && counter == scope->last.counter};
}

/* --- an operator's word --- */

uint64_t counter_highest(const struct counter_scope *scope)
{
    return scope->value > scope->elsewhere ? scope->value : scope->elsewhere;
}

bool counter_place(uint64_t counter, const struct counter_scope *scope, struct counter_choice *choice)
{
    *choice = (struct counter_choice){.counter = counter, .held = {counter, counter, counter, 0}};
    return counter <= COUNTER_SET_MAX && counter >= counter_highest(scope);
}

bool counter_jump(uint64_t by, const struct counter_scope *scope, struct counter_choice *choice)
{
    *choice = (struct counter_choice){0};
    if (by > COUNTER_SET_MAX || scope->value > COUNTER_SET_MAX - by)
        return false;
    *choice = (struct counter_choice){.counter = scope->value + by, .held = held_after(scope)};
    if (choice->held.high < choice->counter)
        choice->held.high = choice->counter;
    return true;
}
