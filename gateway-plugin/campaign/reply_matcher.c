#include "gateway-plugin/campaign/reply_matcher.h"

#include <inttypes.h>
#include <string.h>

#include "gateway-plugin/campaign/messages.h"
#include "protocol/apdu.h"
#include "protocol/errors.h"
#include "protocol/response_packet.h"

/* Messages of a card that a reply is tried against, the newest first: the one that is outstanding
 * and those of some iterations before, whose PoR may be late. */
#define CANDIDATES_MAX 8

struct reply {
    const char *from;
    struct reply_card card;
    const uint8_t *packet; /* from RPL on */
    size_t length;
};

static int unmatched(struct core *core, const char *from, const char *why)
{
    core->statistics.replies_unmatched++;
    core_log(core, LOG_WARNING, "msisdn=%s reply ignored: %s", from, why);
    return STORE_OK;
}

/* --- what a reply says --- */

static bool is_weaker(const struct response_packet *response, const struct security_parameters *asked)
{
    return response->integrity < spi2_integrity(asked->spi2) ||
           (spi2_ciphered(asked->spi2) && !response->ciphered);
}

static void keep_data(struct por_fact *por, const uint8_t *data, size_t length)
{
    por->length = length < sizeof por->data ? length : sizeof por->data;
    if (por->length > 0)
        memcpy(por->data, data, por->length);
}

static struct por_fact por_of(const struct response_packet *response, const struct security_parameters *asked)
{
    struct compact_response result;
    struct por_fact por = {
        .seen = true,
        .status = response->status,
        .weak = is_weaker(response, asked),
        .authenticated = response->integrity == INTEGRITY_CC,
    };
    if (response->status == POR_STATUS_OK &&
        compact_response_decode(response->data, response->length, &result) == OTA_OK) {
        por.has_result = true;
        por.executed = result.executed;
        por.sw = result.sw;
        keep_data(&por, result.data, result.length);
    } else {
        keep_data(&por, response->data, response->length);
    }
    return por;
}

/* --- whose it is --- */

/* MSISDN and TAR agree already. Cards copy CNTR, but may put zeros into an error (facts: CardOS, sysmo), and
 * with SPI1 "no counter" the field means nothing: then order has to do, and only the outstanding message can
 * be meant. */
static bool counter_matches(const struct reply *reply, const struct plan *plan,
                            const struct reply_candidate *candidate, const struct response_packet *response)
{
    if (response->counter == candidate->counter)
        return true;
    if (candidate->id != reply->card.busy_message)
        return false;
    if (spi1_counter_mode(plan->campaign.security.spi1) == COUNTER_NONE)
        return true;
    return response->counter == 0 && response->status != POR_STATUS_OK;
}

/* Opens the reply as the candidate's campaign protects it. STORE_NOT_FOUND: it is not for this one. */
static int try_candidate(struct core *core, const struct reply *reply,
                         const struct reply_candidate *candidate, struct por_fact *por)
{
    int rc;
    struct security_keys keys;
    struct response_packet response;
    const struct plan *plan = plan_cache_get(&core->plans, core->options.store, candidate->campaign_id, &rc);
    if (plan == NULL)
        return rc;
    const struct security_parameters *security = &plan->campaign.security;
    if (campaign_keys(core->options.store, security, reply->card.id, &keys) == STORE_FAILED)
        return STORE_FAILED;
    memcpy(core->buffers.trial, reply->packet, reply->length);
    int error =
        response_packet_decode(core->crypto, core->buffers.trial, reply->length, security, &keys, &response);
    security_keys_wipe(&keys);
    if (error != OTA_OK || memcmp(response.tar, security->tar, TAR_SIZE) != 0 ||
        !counter_matches(reply, plan, candidate, &response))
        return STORE_NOT_FOUND;
    *por = por_of(&response, security);
    return STORE_OK;
}

static void log_match(const struct core *core, const struct reply *reply,
                      const struct reply_candidate *candidate, const struct por_fact *por)
{
    core_log(core, por->weak ? LOG_WARNING : LOG_DEBUG,
             "campaign=%" PRId64 " message=%" PRId64 " msisdn=%s PoR %02X%s%s", candidate->campaign_id,
             candidate->id, reply->from, por->status,
             por->authenticated ? ", authenticated" : ", not authenticated",
             por->weak ? ", weaker than SPI2 asks" : "");
}

static int match(struct core *core, const struct reply *reply)
{
    struct reply_candidate candidates[CANDIDATES_MAX];
    struct por_fact por;
    size_t count = CANDIDATES_MAX;
    if (work_reply_candidates(core->options.store, reply->card.id, candidates, &count) != STORE_OK)
        return STORE_FAILED;
    for (size_t i = 0; i < count; i++) {
        int rc = try_candidate(core, reply, &candidates[i], &por);
        if (rc == STORE_FAILED)
            return rc;
        if (rc != STORE_OK)
            continue;
        const struct message_fact fact = {.kind = FACT_POR, .por = &por};
        core->statistics.replies_matched++;
        log_match(core, reply, &candidates[i], &por);
        return messages_add(core, candidates[i].id, &fact);
    }
    return unmatched(core, reply->from,
                     count == 0 ? "nobody waits for this card"
                                : "it fits no message of this card (MSISDN, TAR, counter, checksum)");
}

/* --- one SMS --- */

/* Following parts carry no IEI 71 (TS 31.115 4.2): sender and reference tell whose they are. */
static bool may_be_por(const struct user_data *part)
{
    return part->marker == PACKET_MARKER_RESPONSE ||
           (part->marker == PACKET_MARKER_NONE && part->concatenation.total > 1 &&
            part->concatenation.number > 1);
}

/* A part is kept only while something was sent to the card at all. */
static int take_part(struct core *core, struct reply *reply, const struct user_data *parsed)
{
    struct reply_candidate candidate;
    size_t count = 1;
    const struct inbound_part part = {
        .card_id = reply->card.id,
        .reference = parsed->concatenation.reference,
        .total = parsed->concatenation.total,
        .number = parsed->concatenation.number,
        .payload = parsed->payload,
        .length = parsed->length,
    };
    if (work_reply_candidates(core->options.store, reply->card.id, &candidate, &count) != STORE_OK)
        return STORE_FAILED;
    if (count == 0)
        return unmatched(core, reply->from, "nobody waits for this card");
    int rc = work_inbound_join(core->options.store, &part, core->now, core->buffers.reply,
                               sizeof core->buffers.reply, &reply->length);
    reply->packet = core->buffers.reply;
    if (rc == STORE_OK)
        return match(core, reply);
    return rc == STORE_NOT_FOUND ? STORE_OK : rc; /* parts are missing */
}

/* STORE_NOT_FOUND: this UUID was dealt with before. */
static int count_reply(struct core *core, const struct bearer_event *event)
{
    if (core_begin(core) != STORE_OK)
        return STORE_FAILED;
    int rc = work_inbound_is_new(core->options.store, event->uuid, core->now);
    core->statistics.replies += rc == STORE_OK;
    return rc;
}

static int parse_user_data(const struct bearer_event *event, struct user_data *parsed)
{
    return event->user_data_length > SMS_USER_DATA_MAX
               ? OTA_E_BAD_LENGTH
               : user_data_parse(event->user_data, event->user_data_length, parsed);
}

static int take_por(struct core *core, const struct bearer_event *event, const struct user_data *parsed)
{
    struct reply reply = {.from = event->from, .packet = parsed->payload, .length = parsed->length};
    int rc = work_reply_card(core->options.store, event->from, &reply.card);
    if (rc != STORE_OK)
        return rc == STORE_NOT_FOUND ? unmatched(core, event->from, "no card has this MSISDN") : rc;
    return parsed->concatenation.total > 1 ? take_part(core, &reply, parsed) : match(core, &reply);
}

int reply_matcher_take(struct core *core, const struct bearer_event *event)
{
    struct user_data parsed;
    int rc = count_reply(core, event);
    if (rc != STORE_OK)
        return rc == STORE_NOT_FOUND ? STORE_OK : rc;
    /* A card's own answer may come without TP-UDHI (GSM 03.48 6.1), so the flag is not asked. */
    if (parse_user_data(event, &parsed) != OTA_OK || !may_be_por(&parsed))
        return unmatched(core, event->from, "no response packet (IEI 71)");
    return take_por(core, event, &parsed);
}

/* One SMS-DELIVER-REPORT holds all of it; a following part here would be one of our own, echoed. */
static bool is_por_in_report(const struct bearer_event *event, struct user_data *parsed)
{
    return event->user_data_length > 0 && parse_user_data(event, parsed) == OTA_OK &&
           parsed->marker == PACKET_MARKER_RESPONSE && parsed->concatenation.total == 1;
}

int reply_matcher_take_report(struct core *core, const struct bearer_event *event)
{
    struct user_data parsed;
    if (!is_por_in_report(event, &parsed))
        return STORE_OK;
    int rc = count_reply(core, event);
    if (rc != STORE_OK)
        return rc == STORE_NOT_FOUND ? STORE_OK : rc;
    return take_por(core, event, &parsed);
}
