#include "gateway-plugin/model/message_facts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "gateway-plugin/model/script_answer.h"
#include "protocol/response_packet.h"
#include "protocol/status_word.h"

/* --- what one PoR says --- */

/* TS 102 225 5.2.1: what a status leaves open. Statuses not listed are errors. */
static enum por_grade grade_of_status(uint8_t status)
{
    switch (status) {
    case POR_STATUS_MORE_TIME:
    case POR_STATUS_BY_SMS_SUBMIT:
    case POR_STATUS_BY_USSD: return POR_GRADE_WAIT;
    case POR_STATUS_CNTR_LOW:
    case POR_STATUS_UNIDENTIFIED_ERROR: return POR_GRADE_REPLAY;
    case POR_STATUS_OK: return POR_GRADE_COMPLETE;
    default: return POR_GRADE_ERROR;
    }
}

static bool sw_is_expected(uint16_t sw, const char *patterns)
{
    while (*patterns != '\0') {
        size_t length = strcspn(patterns, ", ");
        char pattern[5] = "";
        if (length == 4)
            memcpy(pattern, patterns, 4);
        if (status_word_matches(sw, pattern))
            return true;
        patterns += length;
        patterns += strspn(patterns, ", ");
    }
    return false;
}

static bool is_last_packet(const struct message_policy *policy)
{
    return policy->piece.number >= policy->piece.total;
}

static bool expects_sw(const struct message_policy *policy)
{
    return policy->expected_last_sw[0] != '\0' && is_last_packet(policy);
}

static bool last_sw_is_good(const struct por_fact *por, const struct message_policy *policy)
{
    if (expects_sw(policy))
        return sw_is_expected(por->sw, policy->expected_last_sw);
    return status_word_is_good(por->sw);
}

bool message_ends_with_refresh(const struct message_policy *policy)
{
    return policy->last_is_refresh && is_last_packet(policy);
}

/* The only failing command is the refresh behind a complete update. An expected SW is the operator's word: it
 * holds. In expanded format the refresh has no SW. */
static bool only_refresh_failed(const struct por_fact *por, const struct message_policy *policy)
{
    if (!message_ends_with_refresh(policy) || policy->piece.commands <= 1 || por->executed != policy->piece.commands)
        return false;
    if (policy->expanded)
        return por->error == SCRIPT_ERROR_ACTION && last_sw_is_good(por, policy);
    return !expects_sw(policy) && !status_word_is_good(por->sw);
}

/* What is left of a grade when the PoR is less protected than SPI2 asked. */
static enum por_grade weakened(enum por_grade grade)
{
    switch (grade) {
    case POR_GRADE_COMPLETE: return POR_GRADE_WEAK;
    case POR_GRADE_REPLAY: return POR_GRADE_WEAK_REPLAY;
    case POR_GRADE_ERROR: return POR_GRADE_WEAK_ERROR;
    default: return grade;
    }
}

enum por_grade por_grade_of(const struct por_fact *por, const struct message_policy *policy)
{
    if (!por->seen)
        return POR_GRADE_NONE;
    enum por_grade grade = grade_of_status(por->status);
    if (por->weak)
        return weakened(grade);
    if (grade != POR_GRADE_COMPLETE)
        return grade;
    if (!por->has_result)
        return POR_GRADE_UNREADABLE;
    if (por->executed == policy->piece.commands && por->error == SCRIPT_ERROR_NONE && last_sw_is_good(por, policy))
        return POR_GRADE_COMPLETE;
    return only_refresh_failed(por, policy) ? POR_GRADE_COMPLETE : POR_GRADE_PARTIAL;
}

/* The failing command is counted as executed (TS 102 226 5.2.2). */
static enum message_state state_of_partial(const struct por_fact *por, const struct message_policy *policy)
{
    unsigned int well = por->executed;
    if (well > 0 && (!last_sw_is_good(por, policy) || por->error == SCRIPT_ERROR_WENT_ON))
        well--;
    return well > 0 ? MESSAGE_PARTIAL : MESSAGE_FAILED;
}

/* --- the join --- */

static int compare_numbers(unsigned long a, unsigned long b)
{
    return (a > b) - (a < b);
}

/* A total order: the grade first, then whatever distinguishes two, so that the greater of both is the same in
 * any order. */
static int compare_por(const struct por_fact *a, const struct por_fact *b,
                       const struct message_policy *policy)
{
    const int steps[] = {
        compare_numbers(por_grade_of(a, policy), por_grade_of(b, policy)),
        compare_numbers(a->authenticated, b->authenticated),
        compare_numbers(!a->weak, !b->weak),
        compare_numbers(a->has_result, b->has_result),
        compare_numbers(a->executed, b->executed),
        compare_numbers(a->sw, b->sw),
        compare_numbers(a->expanded, b->expanded),
        compare_numbers(b->error, a->error),
        compare_numbers(b->error_value, a->error_value),
        compare_numbers(a->status, b->status),
        compare_numbers(a->length, b->length),
    };
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        if (steps[i] != 0)
            return steps[i];
    return memcmp(a->data, b->data, a->length);
}

static bool add_por(struct message_facts *facts, const struct message_policy *policy,
                    const struct por_fact *por)
{
    if (compare_por(por, &facts->por, policy) <= 0)
        return false;
    facts->por = *por;
    return true;
}

static bool add_words(struct message_facts *facts, enum words_kind kind, const char *words)
{
    char cut[MESSAGE_WORDS_SIZE];
    if (kind == WORDS_NONE || kind < facts->words_kind)
        return false;
    snprintf(cut, sizeof cut, "%s", words);
    if (kind == facts->words_kind && strcmp(cut, facts->words) <= 0)
        return false;
    facts->words_kind = kind;
    memcpy(facts->words, cut, sizeof cut);
    return true;
}

static bool add_bits(uint8_t *to, uint8_t bits)
{
    uint8_t before = *to;
    *to |= bits;
    return *to != before;
}

bool message_facts_add(struct message_facts *facts, const struct message_policy *policy,
                       const struct message_fact *fact)
{
    switch (fact->kind) {
    case FACT_POR: return add_por(facts, policy, fact->por);
    case FACT_PART:
        if (fact->part == 0 || fact->part > facts->part_count)
            return false;
        return add_bits(&facts->parts[fact->part - 1], fact->bits) |
               add_words(facts, fact->words_kind, fact->words);
    case FACT_FLAG:
        return add_bits(&facts->flags, fact->bits) | add_words(facts, fact->words_kind, fact->words);
    }
    return false;
}

/* --- what follows --- */

struct part_sums {
    unsigned int handed, reached, refused, failed, delivered,
        unknown; /* reached: the SMSC, as far as anything shows it */
    bool resent;
};

static struct part_sums sum_parts(const struct message_facts *facts)
{
    struct part_sums sums = {0};
    for (unsigned int i = 0; i < facts->part_count; i++) {
        uint8_t part = facts->parts[i];
        sums.handed += (part & ~PART_RESENT) != 0;
        sums.reached += (part & (PART_ACCEPTED | PART_DELIVERED)) != 0;
        sums.refused += (part & PART_REFUSED) != 0;
        sums.failed += (part & PART_FAILED) != 0;
        sums.delivered += (part & PART_DELIVERED) != 0;
        sums.unknown += (part & PART_UNKNOWN) != 0;
        sums.resent |= (part & PART_RESENT) != 0;
    }
    return sums;
}

/* A 02 or 06 to something that may have been there twice says that the first copy probably ran. */
static bool is_possible_duplicate(const struct message_facts *facts, const struct part_sums *sums)
{
    return sums->resent || (facts->flags & MESSAGE_REPEATS);
}

/* "PoR on error only", and none came although everything arrived. */
static bool silence_is_success(const struct message_facts *facts, const struct message_policy *policy,
                               const struct part_sums *sums)
{
    return policy->por == POR_ON_ERROR && facts->part_count > 0 && sums->delivered == facts->part_count &&
           (facts->flags & MESSAGE_TIMED_OUT);
}

static enum message_state state_of_replay(const struct message_facts *facts,
                                          const struct message_policy *policy, const struct part_sums *sums)
{
    if (!is_possible_duplicate(facts, sums))
        return MESSAGE_FAILED;
    return silence_is_success(facts, policy, sums) ? MESSAGE_UPDATED : MESSAGE_EXECUTED_UNKNOWN;
}

/* True when the PoR decides. A weak error does only when the time for a better answer is over: whoever can send
 * an SMS in the card's name can forge it, and yet it is all that a card with other keys is able to say. */
static bool state_by_por(const struct message_facts *facts, const struct message_policy *policy,
                         const struct part_sums *sums, enum message_state *state)
{
    if (policy->por == POR_NONE) /* not asked for: nothing that comes can be one of this card's */
        return false;
    bool in_time = !(facts->flags & MESSAGE_TIMED_OUT);
    switch (por_grade_of(&facts->por, policy)) {
    case POR_GRADE_COMPLETE: *state = MESSAGE_UPDATED; return true;
    case POR_GRADE_PARTIAL: *state = state_of_partial(&facts->por, policy); return true;
    case POR_GRADE_UNREADABLE: *state = MESSAGE_UNKNOWN; return true;
    case POR_GRADE_ERROR: *state = MESSAGE_FAILED; return true;
    case POR_GRADE_WEAK_ERROR: *state = MESSAGE_FAILED; return !in_time;
    case POR_GRADE_REPLAY: *state = state_of_replay(facts, policy, sums); return true;
    case POR_GRADE_WEAK_REPLAY: *state = state_of_replay(facts, policy, sums); return !in_time;
    default: return false;
    }
}

static enum message_state state_by_parts(const struct message_facts *facts,
                                         const struct message_policy *policy, const struct part_sums *sums)
{
    bool all_delivered = sums->delivered == facts->part_count;
    if (policy->por == POR_NONE && all_delivered)
        return MESSAGE_UPDATED;
    if (silence_is_success(facts, policy, sums))
        return MESSAGE_UPDATED;
    if (sums->refused > 0 || sums->failed > 0)
        return MESSAGE_FAILED;
    if (sums->unknown > 0)
        return MESSAGE_UNKNOWN;
    if (facts->flags & MESSAGE_WITHDRAWN)
        return sums->handed == 0 ? MESSAGE_CANCELLED : MESSAGE_UNKNOWN;
    if (facts->flags & MESSAGE_TIMED_OUT)
        return sums->handed == 0 ? MESSAGE_FAILED : MESSAGE_UNKNOWN;
    if (all_delivered)
        return MESSAGE_DELIVERED;
    return sums->reached == facts->part_count ? MESSAGE_SENT : MESSAGE_SENDING;
}

/* Of the packet alone: UPDATED says that it went well. */
static enum message_state packet_state_of(const struct message_facts *facts,
                                          const struct message_policy *policy)
{
    struct part_sums sums = sum_parts(facts);
    enum message_state state;
    if (facts->flags & MESSAGE_CREDITED)
        return MESSAGE_UPDATED;
    if (state_by_por(facts, policy, &sums, &state))
        return state;
    if (facts->part_count > 0)
        return state_by_parts(facts, policy, &sums);
    if (facts->flags & MESSAGE_UNBUILDABLE)
        return MESSAGE_FAILED;
    return facts->flags & MESSAGE_WITHDRAWN ? MESSAGE_CANCELLED : MESSAGE_PENDING;
}

bool message_is_complete(const struct message_facts *facts, const struct message_policy *policy)
{
    return packet_state_of(facts, policy) == MESSAGE_UPDATED;
}

bool message_may_continue(const struct message_facts *facts, const struct message_policy *policy)
{
    return !is_last_packet(policy) && !(facts->flags & (MESSAGE_CONTINUED_BY | MESSAGE_SPOILED)) &&
           message_is_complete(facts, policy);
}

enum message_state message_state_of(const struct message_facts *facts, const struct message_policy *policy)
{
    enum message_state state = packet_state_of(facts, policy);
    if (facts->flags & MESSAGE_CONTINUED_BY)
        return MESSAGE_CONTINUED;
    if (state == MESSAGE_UPDATED && (!is_last_packet(policy) || (facts->flags & MESSAGE_SPOILED)))
        return MESSAGE_PARTIAL;
    /* Its first command failed, but those of the packets before were executed. */
    if (state == MESSAGE_FAILED && policy->piece.before > 0 && policy->por != POR_NONE &&
        por_grade_of(&facts->por, policy) == POR_GRADE_PARTIAL)
        return MESSAGE_PARTIAL;
    return state;
}

unsigned int message_next_part(const struct message_facts *facts, const struct message_policy *policy,
                               bool concurrent)
{
    if (message_state_is_settled(message_state_of(facts, policy)))
        return 0;
    for (unsigned int i = 0; i < facts->part_count; i++) {
        if (facts->parts[i] == 0)
            return i + 1;
        if (!concurrent && !(facts->parts[i] & PART_DELIVERED))
            return 0;
    }
    return 0;
}

/* --- what a retry may do --- */

/* Error statuses behind which another packet may follow by itself: the card did not execute this one, and the
 * next one may fare better. */
static bool error_is_transient(uint8_t status)
{
    return status == POR_STATUS_CNTR_HIGH || status == POR_STATUS_NO_MEMORY;
}

static bool por_allows_retry(const struct message_facts *facts, const struct message_policy *policy,
                             enum message_state state)
{
    bool again_is_harmless = policy->retry != RETRY_SAME;
    if (facts->flags & MESSAGE_SPOILED) /* begins with the earlier packet, so this one may run twice */
        return again_is_harmless;
    switch (por_grade_of(&facts->por, policy)) {
    case POR_GRADE_ERROR:
    case POR_GRADE_WEAK_ERROR: return error_is_transient(facts->por.status);
    case POR_GRADE_PARTIAL: return again_is_harmless || packet_state_of(facts, policy) != MESSAGE_PARTIAL;
    case POR_GRADE_REPLAY:
    case POR_GRADE_WEAK_REPLAY:
        return again_is_harmless &&
               (state == MESSAGE_EXECUTED_UNKNOWN || facts->por.status == POR_STATUS_CNTR_LOW);
    default: return true; /* silence, or an answer that cannot be believed */
    }
}

bool message_wants_retry(const struct message_facts *facts, const struct message_policy *policy)
{
    enum message_state state = message_state_of(facts, policy);
    if (!message_state_is_settled(state) || state == MESSAGE_UPDATED || state == MESSAGE_CANCELLED ||
        state == MESSAGE_CONTINUED || facts->part_count == 0)
        return false;
    return policy->por == POR_NONE || por_allows_retry(facts, policy, state);
}

/* Has the card said what became of the packet? */
static bool is_answered(const struct message_facts *facts, const struct message_policy *policy)
{
    switch (por_grade_of(&facts->por, policy)) {
    case POR_GRADE_NONE:
    case POR_GRADE_WAIT:
    case POR_GRADE_WEAK:
    case POR_GRADE_UNREADABLE: return false;
    default: return policy->por != POR_NONE;
    }
}

bool message_needs_packet(const struct message_facts *facts, const struct message_policy *policy)
{
    enum message_state state = packet_state_of(facts, policy);
    if (!message_state_is_settled(state))
        return true;
    return policy->retry == RETRY_SAME && (state == MESSAGE_UNKNOWN || state == MESSAGE_FAILED) &&
           !is_answered(facts, policy);
}

/* --- in words --- */

__attribute__((format(printf, 2, 3))) static void add_detail(char *text, const char *format, ...)
{
    size_t length = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + length, MESSAGE_DETAIL_SIZE - length, format, arguments);
    va_end(arguments);
}

static void add_error(const struct por_fact *por, char *text)
{
    const char *what = script_error_text(por->error, por->error_value);
    if (por->error != SCRIPT_ERROR_NONE)
        add_detail(text, ", %s%s%s", script_error_kind(por->error), what != NULL ? ": " : "", what != NULL ? what : "");
}

static void detail_of_result(const struct por_fact *por, const struct message_policy *policy, char *text)
{
    add_detail(text, "%u of %u commands executed", por->executed, policy->piece.commands);
    add_error(por, text);
    if (!por->expanded || por->sw != 0)
        add_detail(text, ", last SW %04X: %s", por->sw, status_word_text(por->sw));
    if (policy->expanded && !por->expanded)
        add_detail(text, ", answered in compact format");
    if (expects_sw(policy) && !last_sw_is_good(por, policy))
        add_detail(text, ", expected %s", policy->expected_last_sw);
}

static void detail_of_error(const struct message_facts *facts, const struct message_policy *policy, char *text)
{
    enum message_state state = packet_state_of(facts, policy);
    const char *weak = !facts->por.weak                  ? ""
                       : message_state_is_settled(state) ? "unauthenticated: "
                                                         : "unauthenticated, a better one is waited for: ";
    snprintf(text, MESSAGE_DETAIL_SIZE, "%sPoR %02X: %s%s", weak, facts->por.status,
             por_status_text(facts->por.status),
             state == MESSAGE_EXECUTED_UNKNOWN ? "; sent more than once, so it probably ran before" : "");
}

static void detail_of_por(const struct message_facts *facts, const struct message_policy *policy, char *text)
{
    const struct por_fact *por = &facts->por;
    switch (por_grade_of(por, policy)) {
    case POR_GRADE_COMPLETE:
        if (por->error == SCRIPT_ERROR_ACTION)
            add_detail(text, "refresh refused: %s", script_error_text(por->error, por->error_value));
        else if (only_refresh_failed(por, policy))
            snprintf(text, MESSAGE_DETAIL_SIZE, "refresh refused: SW %04X, %s", por->sw,
                     status_word_text(por->sw));
        break;
    case POR_GRADE_PARTIAL: detail_of_result(por, policy, text); break;
    case POR_GRADE_UNREADABLE:
        snprintf(text, MESSAGE_DETAIL_SIZE, "PoR 00 without the number of commands executed");
        break;
    case POR_GRADE_WEAK:
        snprintf(text, MESSAGE_DETAIL_SIZE, "PoR 00 refused: it is protected less than SPI2 asks");
        break;
    case POR_GRADE_NONE: break;
    default: detail_of_error(facts, policy, text); break;
    }
}

static void detail_of_silence(const struct message_facts *facts, const struct message_policy *policy,
                              enum message_state state, char *text)
{
    if (state == MESSAGE_UNKNOWN && (facts->flags & MESSAGE_WITHDRAWN))
        snprintf(text, MESSAGE_DETAIL_SIZE, "it left although it was withdrawn");
    else if (state == MESSAGE_UNKNOWN)
        snprintf(text, MESSAGE_DETAIL_SIZE, "%s in time", policy->por == POR_NONE ? "no receipt" : "no answer");
    else if (state == MESSAGE_FAILED && (facts->flags & MESSAGE_TIMED_OUT))
        snprintf(text, MESSAGE_DETAIL_SIZE,
                 "not handed over in time: no link to bearerbox, or it took nothing");
    else if (state == MESSAGE_FAILED)
        snprintf(text, MESSAGE_DETAIL_SIZE, "refused or given up by the SMSC");
}

/* What the SMSC said of it, if nothing better is known. */
static void detail_of_words(const struct message_facts *facts, enum message_state state, char *text)
{
    bool is_unknown = state == MESSAGE_UNKNOWN && sum_parts(facts).unknown > 0;
    if (state != MESSAGE_UPDATED && facts->words_kind != WORDS_NONE)
        snprintf(text, MESSAGE_DETAIL_SIZE, "%s%s", is_unknown ? "perhaps delivered: " : "", facts->words);
}

static void detail_of_packet(const struct message_facts *facts, const struct message_policy *policy, char *text)
{
    enum message_state state = packet_state_of(facts, policy);
    bool complete = por_grade_of(&facts->por, policy) == POR_GRADE_COMPLETE;
    if (policy->por != POR_NONE && (complete || state != MESSAGE_UPDATED))
        detail_of_por(facts, policy, text);
    if (state == MESSAGE_UPDATED && (facts->flags & MESSAGE_CREDITED) && !complete)
        snprintf(text, MESSAGE_DETAIL_SIZE, "updated by a late %s of an earlier iteration",
                 policy->por == POR_NONE ? "receipt" : "PoR");
    if (text[0] == '\0')
        detail_of_words(facts, state, text);
    if (text[0] == '\0')
        detail_of_silence(facts, policy, state, text);
    if (message_state_of(facts, policy) == MESSAGE_PARTIAL && state == MESSAGE_UPDATED)
        snprintf(text, MESSAGE_DETAIL_SIZE, "executed, but %s",
                 facts->flags & MESSAGE_SPOILED ? "an earlier packet failed" : "nothing was sent behind it");
}

char *message_detail_of(const struct message_facts *facts, const struct message_policy *policy,
                        char text[static MESSAGE_DETAIL_SIZE])
{
    const struct message_piece *piece = &policy->piece;
    char of_packet[MESSAGE_DETAIL_SIZE] = "";
    detail_of_packet(facts, policy, of_packet);
    if (piece->total > 1 && of_packet[0] != '\0')
        snprintf(text, MESSAGE_DETAIL_SIZE, "packet %u of %u: %.*s", piece->number, piece->total,
                 MESSAGE_DETAIL_SIZE - 32, of_packet);
    else
        memcpy(text, of_packet, sizeof of_packet);
    return text;
}
