#include "gateway-plugin/campaign/reply_trial.h"

#include <string.h>

#include "gateway-plugin/campaign/messages.h"
#include "gateway-plugin/campaign/plan_limits.h"
#include "gateway-plugin/model/script_answer.h"
#include "protocol/errors.h"
#include "protocol/response_packet.h"
#include "protocol/status_word.h"

/* Messages of a card that a reply is tried against: the one that is outstanding and those of some
 * iterations before, whose PoR may be late. */
#define CANDIDATES_MAX 8

/* One bit a rule of the header, the first one the highest. */
enum rank_bit {
    RANK_UNANSWERED = 0x01,
    RANK_SAID_BEFORE = 0x02,
    RANK_OUTSTANDING = 0x04,
    RANK_PROTECTED = 0x08,
    RANK_POSSIBLE = 0x10,
    RANK_ALL_LEFT = 0x20,
    RANK_ASKED = 0x40,
    RANK_COUNTER = 0x80,
    /* Nothing can be before the outstanding message that fits in everything. */
    RANK_BEST = RANK_OUTSTANDING | RANK_PROTECTED | RANK_POSSIBLE | RANK_ALL_LEFT | RANK_ASKED | RANK_COUNTER,
};

/* --- what a reply says --- */

static bool is_weaker(const struct response_packet *response, const struct security_parameters *asked)
{
    return response->integrity < spi2_integrity(asked->spi2) ||
           (spi2_ciphered(asked->spi2) && !response->ciphered);
}

static void por_of(const struct response_packet *response, const struct security_parameters *asked,
                   const struct message_policy *policy, struct por_fact *por)
{
    *por = (struct por_fact){
        .seen = true,
        .status = response->status,
        .weak = is_weaker(response, asked),
        .authenticated = response->integrity == INTEGRITY_CC,
    };
    if (response->status == POR_STATUS_OK)
        script_answer_take(response->data, response->length, policy, por);
    else
        script_answer_keep(response->data, response->length, por);
}

/* --- does it fit? --- */

/* MSISDN and TAR agree already. Cards copy CNTR, but may put zeros into an error (facts: CardOS, sysmo), and
 * with SPI1 "no counter" the field means nothing: then order has to do, and only the outstanding message can
 * be meant. */
static bool order_suffices(const struct plan *plan, bool outstanding, const struct response_packet *response)
{
    if (!outstanding)
        return false;
    if (spi1_counter_mode(plan->campaign.security.spi1) == COUNTER_NONE)
        return true;
    return response->counter == 0 && response->status != POR_STATUS_OK;
}

static bool is_possible(const struct por_fact *por, const struct message_policy *policy)
{
    if (!por->has_result || por->executed == policy->piece.commands)
        return true;
    return por->executed < policy->piece.commands &&
           (!status_word_is_good(por->sw) || por->error != SCRIPT_ERROR_NONE);
}

static bool all_parts_left(const struct message_facts *facts)
{
    for (unsigned int i = 0; i < facts->part_count; i++)
        if ((facts->parts[i] & ~PART_RESENT) == 0)
            return false;
    return facts->part_count > 0;
}

static bool is_same(const struct por_fact *a, const struct por_fact *b)
{
    return a->seen && b->seen && a->status == b->status && a->weak == b->weak &&
           a->authenticated == b->authenticated && a->has_result == b->has_result &&
           a->executed == b->executed && a->sw == b->sw && a->expanded == b->expanded && a->error == b->error &&
           a->error_value == b->error_value && a->length == b->length &&
           memcmp(a->data, b->data, a->length) == 0;
}

static unsigned int rank_by_words(const struct por_fact *por, const struct message_policy *policy)
{
    bool protected = !por->weak || por->status != POR_STATUS_OK;
    return (is_possible(por, policy) ? RANK_POSSIBLE : 0) | (protected ? RANK_PROTECTED : 0);
}

static unsigned int rank_by_facts(const struct message_facts *facts, const struct por_fact *por)
{
    return (all_parts_left(facts) ? RANK_ALL_LEFT : 0) | (is_same(&facts->por, por) ? RANK_SAID_BEFORE : 0);
}

/* --- trying --- */

/* Opens the reply as the campaign protects it; the packet is tried on a copy. */
static int open_reply(struct core *core, const struct reply *reply, const struct security_parameters *security,
                      struct response_packet *response)
{
    struct security_keys keys;
    if (campaign_keys(core->options.store, security, reply->card.id, &keys) == STORE_FAILED)
        return STORE_FAILED;
    memcpy(core->buffers.trial, reply->packet, reply->length);
    int error =
        response_packet_decode(core->crypto, core->buffers.trial, reply->length, security, &keys, response);
    security_keys_wipe(&keys);
    return error == OTA_OK && memcmp(response->tar, security->tar, TAR_SIZE) == 0 ? STORE_OK : STORE_NOT_FOUND;
}

static int judge(struct core *core, const struct reply *reply, const struct plan *plan,
                 const struct response_packet *response, uint64_t counter, struct reply_match *match)
{
    int rc;
    bool exact = response->counter == counter;
    const struct message_row *row = messages_get(core, match->message_id, &rc);
    if (row == NULL)
        return rc;
    const struct message_policy policy = plan_policy(plan, &row->piece);
    if ((!exact && !order_suffices(plan, match->outstanding, response)) ||
        reply->first_part <= row->parts_before)
        return STORE_NOT_FOUND;
    por_of(response, &plan->campaign.security, &policy, &match->por);
    match->asked = policy.por != POR_NONE;
    match->answered = por_grade_of(&row->facts.por, &policy) >= POR_GRADE_REPLAY;
    match->rank = rank_by_facts(&row->facts, &match->por) | rank_by_words(&match->por, &policy) |
                  (exact ? RANK_COUNTER : 0) | (match->asked ? RANK_ASKED : 0) |
                  (match->outstanding ? RANK_OUTSTANDING : 0) | (match->answered ? 0 : RANK_UNANSWERED);
    return STORE_OK;
}

static int try_candidate(struct core *core, const struct reply *reply, const struct reply_candidate *candidate,
                         struct reply_match *match)
{
    int rc;
    struct response_packet response;
    const struct plan *plan = plan_cache_get(&core->plans, core->options.store, candidate->campaign_id, &rc);
    if (plan == NULL)
        return rc;
    match->message_id = candidate->id;
    match->campaign_id = candidate->campaign_id;
    match->outstanding = candidate->id == reply->card.busy_message;
    rc = open_reply(core, reply, &plan->campaign.security, &response);
    return rc == STORE_OK ? judge(core, reply, plan, &response, candidate->counter, match) : rc;
}

int reply_trial(struct core *core, const struct reply *reply, struct reply_match *match)
{
    struct reply_candidate candidates[CANDIDATES_MAX];
    struct reply_match other;
    size_t count = CANDIDATES_MAX;
    bool found = false;
    if (work_reply_candidates(core->options.store, &reply->card, candidates, &count) != STORE_OK)
        return STORE_FAILED;
    for (size_t i = 0; i < count; i++) {
        int rc = try_candidate(core, reply, &candidates[i], &other);
        if (rc == STORE_FAILED)
            return rc;
        if (rc != STORE_OK || (found && other.rank <= match->rank))
            continue;
        *match = other;
        found = true;
        if ((other.rank & RANK_BEST) == RANK_BEST)
            break;
    }
    return found ? STORE_OK : STORE_NOT_FOUND;
}
