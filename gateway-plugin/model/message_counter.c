#include "gateway-plugin/model/message_counter.h"

#include "protocol/response_packet.h"

/* --- higher than the stored one --- */

/* The card's counter seems to be ahead: 02, or 06 as some cards say, and not because there were two copies.
 */
static bool is_behind(const struct counter_packet *last)
{
    return last->known && last->state == MESSAGE_FAILED &&
           (last->por_status == POR_STATUS_CNTR_LOW || last->por_status == POR_STATUS_UNIDENTIFIED_ERROR);
}

static bool was_accepted(const struct counter_packet *last)
{
    return last->known && last->por_status == POR_STATUS_OK && !last->por_is_weak;
}

static uint64_t next_higher(const struct counter_scope *scope, struct counter_choice *choice)
{
    uint64_t jump = (uint64_t)COUNTER_JUMP << scope->jumps;
    choice->jumps = was_accepted(&scope->last) ? 0 : scope->jumps;
    choice->jumped =
        is_behind(&scope->last) && scope->jumps < COUNTER_JUMPS_MAX && jump <= COUNTER_MAX - scope->value;
    if (!choice->jumped)
        return scope->value + 1;
    choice->jumps = scope->jumps + 1;
    return scope->value + jump;
}

/* --- exactly one more --- */

/* The card stores a counter once the packet's checksum held, so before 00 and the wait statuses; 02 says that
 * it is at least there, and needs no protection: it moves us by one. Where no PoR tells of success, delivery
 * is all the evidence there is. */
static bool is_consumed(const struct counter_packet *last)
{
    if (last->state == MESSAGE_EXECUTED_UNKNOWN)
        return true;
    switch (last->por_status) {
    case POR_STATUS_CNTR_LOW: return true;
    case POR_STATUS_OK:
    case POR_STATUS_MORE_TIME:
    case POR_STATUS_BY_SMS_SUBMIT:
    case POR_STATUS_BY_USSD: return !last->por_is_weak;
    default: return last->por != POR_ALWAYS && last->state == MESSAGE_UPDATED;
    }
}

/* A counter that the card may not have consumed is used again: a new one would be refused for ever. One that
 * the card says is too high is followed by the one before. */
static uint64_t next_exact(const struct counter_scope *scope)
{
    const struct counter_packet *last = &scope->last;
    if (!last->known)
        return scope->value > 0 ? scope->value : 1;
    if (is_consumed(last))
        return last->counter + 1;
    if (last->por_status == POR_STATUS_CNTR_HIGH && last->counter > 1)
        return last->counter - 1;
    return last->counter;
}

bool counter_choose(enum counter_mode mode, const struct counter_scope *scope, struct counter_choice *choice)
{
    *choice = (struct counter_choice){.jumps = scope->jumps};
    switch (mode) {
    case COUNTER_NEXT: choice->counter = next_exact(scope); break;
    case COUNTER_HIGHER: choice->counter = next_higher(scope, choice); break;
    default: choice->counter = scope->value + 1; break;
    }
    choice->repeats_last = scope->last.known && choice->counter == scope->last.counter;
    return choice->counter <= COUNTER_MAX;
}
