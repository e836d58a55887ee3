#include "gateway-plugin/campaign/reply_matcher.h"

#include <inttypes.h>
#include <string.h>

#include "gateway-plugin/campaign/messages.h"
#include "gateway-plugin/campaign/reply_joiner.h"
#include "gateway-plugin/campaign/reply_trial.h"
#include "protocol/errors.h"

static const char NOBODY_WAITS[] = "nobody waits for this card";
static const char FITS_NONE[] = "it fits no message of this card (MSISDN, TAR, counter, checksum)";

static int unmatched(struct core *core, const char *from, const char *why)
{
    core->statistics.replies_unmatched++;
    core_log(core, LOG_WARNING, "msisdn=%s reply ignored: %s", from, why);
    return STORE_OK;
}

/* Does the card have a message that could be answered at all? */
static int is_awaited(struct core *core, const struct reply_card *card, bool *awaited)
{
    struct reply_candidate candidate;
    size_t count = 1;
    int rc = work_reply_candidates(core->options.store, card, &candidate, &count);
    *awaited = count > 0;
    return rc;
}

/* --- the message that it answers --- */

static void log_match(const struct core *core, const struct reply *reply, const struct reply_match *match)
{
    const struct por_fact *por = &match->por;
    core_log(core, por->weak || !match->asked ? LOG_WARNING : LOG_DEBUG,
             "campaign=%" PRId64 " message=%" PRId64 " msisdn=%s PoR %02X%s%s%s", match->campaign_id,
             match->message_id, reply->from, por->status,
             por->authenticated ? ", authenticated" : ", not authenticated",
             por->weak ? ", weaker than SPI2 asks" : "",
             match->asked ? "" : ", which SPI2 did not ask for: it decides nothing");
}

static int credit(struct core *core, const struct reply *reply, const struct reply_match *match)
{
    const struct message_fact fact = {.kind = FACT_POR, .por = &match->por};
    log_match(core, reply, match);
    if (!match->asked) {
        core->statistics.replies_unasked++;
        return STORE_OK;
    }
    core->statistics.replies_matched++;
    return messages_add(core, match->message_id, &fact);
}

static int take_whole(struct core *core, const struct reply *reply)
{
    bool awaited = true;
    struct reply_match match;
    int rc = reply_trial(core, reply, &match);
    if (rc == STORE_OK)
        return credit(core, reply, &match);
    if (rc == STORE_NOT_FOUND)
        rc = is_awaited(core, &reply->card, &awaited);
    return rc == STORE_OK ? unmatched(core, reply->from, awaited ? FITS_NONE : NOBODY_WAITS) : rc;
}

/* --- one SMS of several --- */

struct joining {
    struct core *core;
    struct reply *reply;
    int rc;
    bool found, final;
    struct reply_match match; /* the best one */
};

static int drop_used(struct core *core, const struct inbound_part *const *chosen, unsigned int total)
{
    int rc = STORE_OK;
    for (unsigned int i = 0; rc == STORE_OK && i < total; i++)
        rc = work_inbound_drop(core->options.store, chosen[i]->id);
    return rc;
}

static int64_t first_of(const struct inbound_part *const *chosen, unsigned int total)
{
    int64_t first = chosen[0]->id;
    for (unsigned int i = 1; i < total; i++)
        if (chosen[i]->id < first)
            first = chosen[i]->id;
    return first;
}

/* In clear nothing shows that the parts are of one PoR: a message that has its answer takes no other this way. */
static bool is_believable(const struct reply_match *match)
{
    return match->por.authenticated || match->outstanding || !match->answered;
}

/* A joined packet that is protected as asked ends the search. Its parts are used up when its CC proves them, or
 * when it is the clear answer that is waited for; all others stay for what may still come, until they are too
 * old: to take one forged part for the card's must not cost the card's own. */
static bool try_joined(void *user, const struct inbound_part *const *chosen, size_t length)
{
    struct joining *joining = user;
    struct reply_match match;
    joining->reply->length = length;
    joining->reply->first_part = first_of(chosen, chosen[0]->total);
    int rc = reply_trial(joining->core, joining->reply, &match);
    if (rc == STORE_OK && is_believable(&match) && (!joining->found || match.rank > joining->match.rank)) {
        joining->found = true;
        joining->match = match;
        joining->final = match.asked && !match.por.weak;
        if (joining->final && (match.por.authenticated || match.outstanding))
            rc = drop_used(joining->core, chosen, chosen[0]->total);
    }
    joining->rc = rc == STORE_FAILED ? STORE_FAILED : STORE_OK;
    return rc == STORE_FAILED || joining->final;
}

static int join_with(struct core *core, struct reply *reply, const struct inbound_part *part)
{
    size_t count;
    struct joining joining = {.core = core, .reply = reply};
    if (work_inbound_parts(core->options.store, part, core->parts, &count) != STORE_OK)
        return STORE_FAILED;
    const struct reply_joiner joiner = {.parts = core->parts,
                                        .count = count,
                                        .total = part->total,
                                        .newest = part->id,
                                        .packet = core->buffers.reply,
                                        .size = sizeof core->buffers.reply,
                                        .try = try_joined,
                                        .user = &joining};
    reply->packet = core->buffers.reply;
    if (!reply_join(&joiner))
        return STORE_OK; /* parts are missing */
    if (joining.rc != STORE_OK)
        return joining.rc;
    return joining.found ? credit(core, reply, &joining.match) : unmatched(core, reply->from, FITS_NONE);
}

/* A part is kept only while something was sent to the card at all. */
static int take_part(struct core *core, struct reply *reply, const struct user_data *parsed)
{
    bool awaited;
    struct inbound_part part = {
        .card_id = reply->card.id,
        .reference = parsed->concatenation.reference,
        .total = parsed->concatenation.total,
        .number = parsed->concatenation.number,
        .received = core->now,
        .length = parsed->length,
    };
    memcpy(part.payload, parsed->payload, parsed->length);
    int rc = is_awaited(core, &reply->card, &awaited);
    if (rc == STORE_OK && !awaited)
        return unmatched(core, reply->from, NOBODY_WAITS);
    if (rc == STORE_OK)
        rc = work_inbound_keep(core->options.store, &part);
    return rc == STORE_OK ? join_with(core, reply, &part) : rc;
}

/* --- one SMS --- */

/* Following parts carry no IEI 71 (TS 31.115 4.2): sender and reference tell whose they are. */
static bool may_be_por(const struct user_data *part)
{
    return part->marker == PACKET_MARKER_RESPONSE ||
           (part->marker == PACKET_MARKER_NONE && part->concatenation.total > 1 &&
            part->concatenation.number > 1);
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
    /* One SMS alone comes in now, behind all that was sent. */
    struct reply reply = {
        .from = event->from, .packet = parsed->payload, .length = parsed->length, .first_part = INT64_MAX};
    int rc = work_reply_card(core->options.store, event->from, &reply.card);
    if (rc != STORE_OK)
        return rc == STORE_NOT_FOUND ? unmatched(core, event->from, "no card has this MSISDN") : rc;
    return parsed->concatenation.total > 1 ? take_part(core, &reply, parsed) : take_whole(core, &reply);
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
