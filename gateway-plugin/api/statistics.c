/* GET /api/campaigns/N/statistics: what came of a campaign so far, and how fast it goes. */
#include <stdio.h>
#include <stdlib.h>

#include "gateway-plugin/api/json_views.h"
#include "gateway-plugin/api/resources.h"
#include "gateway-plugin/store/campaign_statistics.h"
#include "gateway-plugin/store/campaign_store.h"
#include "protocol/response_packet.h"
#include "protocol/status_word.h"

/* How codes of one kind are shown. */
struct code_kind {
    const char *code_field, *text_field;
    int digits;
    size_t none; /* stands for no code at all */
    const char *(*text)(unsigned int code);
};

static const char *por_text(unsigned int code)
{
    return por_status_text((uint8_t)code);
}

static const char *sw_text(unsigned int code)
{
    return status_word_text((uint16_t)code);
}

static const struct code_kind por_statuses = {"porStatus", "porStatusText", 2, STATISTICS_POR_COUNT - 1,
                                              por_text};
static const struct code_kind status_words = {"lastSW", "lastSWText", 4, STATISTICS_SW_COUNT - 1, sw_text};

struct tally {
    size_t code;
    int64_t cards;
};

/* The most cards first; then by code. */
static int compare_tallies(const void *left, const void *right)
{
    const struct tally *a = left, *b = right;
    if (a->cards != b->cards)
        return a->cards < b->cards ? 1 : -1;
    return (a->code > b->code) - (a->code < b->code);
}

static json_t *tally_view(const struct code_kind *kind, const struct tally *tally)
{
    char code[8];
    bool there = tally->code != kind->none;
    snprintf(code, sizeof code, "%0*X", kind->digits, (unsigned int)tally->code);
    return json_pack("{s:s?, s:s?, s:I}", kind->code_field, there ? code : NULL, kind->text_field,
                     there ? kind->text((unsigned int)tally->code) : NULL, "cards", (json_int_t)tally->cards);
}

/* None of a text, which no card answers. NULL: no memory. */
static json_t *tallies_view(const struct code_kind *kind, const struct campaign *campaign, const int64_t *cards)
{
    size_t count = 0;
    json_t *view = json_array();
    struct tally *tallies = calloc(kind->none + 1, sizeof *tallies);
    if (tallies == NULL)
        return api_drop(view);
    for (size_t code = 0; code <= kind->none && !campaign_type_is_text(campaign->type); code++)
        if (cards[code] > 0)
            tallies[count++] = (struct tally){code, cards[code]};
    qsort(tallies, count, sizeof *tallies, compare_tallies);
    for (size_t i = 0; i < count; i++)
        json_array_append_new(view, tally_view(kind, &tallies[i]));
    free(tallies);
    return view;
}

/* `part` of `whole` times `factor`, to one decimal; null where there is nothing to divide by. */
static json_t *ratio_view(int64_t part, int64_t whole, double factor)
{
    if (whole <= 0)
        return json_null();
    return json_real((double)(int64_t)((double)part * factor * 10 / (double)whole + 0.5) / 10);
}

/* At the pace of the last minute; null when nothing moves. */
static json_t *time_left_view(const struct campaign *campaign, const struct campaign_statistics *statistics)
{
    int64_t left = statistics->counts.cards - statistics->settled;
    if (campaign->state != CAMPAIGN_RUNNING || statistics->settled_cards <= 0)
        return json_null();
    return json_integer(
        (json_int_t)((double)left * (double)statistics->span_ms / (double)statistics->settled_cards / 1000 +
                     0.5));
}

/* clang-format off */
static json_t *statistics_view(const struct campaign *campaign, const struct campaign_statistics *statistics)
{
    return json_pack("{s:I, s:s, s:I, s:o, s:I, s:o, s:o, s:o, s:o, s:o}",
                     "campaign_id", (json_int_t)campaign->id,
                     "state", campaign_state_name(campaign->state),
                     "iteration", (json_int_t)campaign->iteration,
                     "counts", message_counts_view(&statistics->counts),
                     "settled", (json_int_t)statistics->settled,
                     "successRate", ratio_view(statistics->counts.by_state[MESSAGE_UPDATED],
                                               statistics->settled, 100),
                     "porStatuses", tallies_view(&por_statuses, campaign, statistics->by_por_status),
                     "statusWords", tallies_view(&status_words, campaign, statistics->by_sw),
                     "messagesPerSecond", ratio_view(statistics->settled_messages,
                                                     statistics->span_ms, 1000),
                     "secondsLeft", time_left_view(campaign, statistics));
}
/* clang-format on */

json_t *statistics_show(struct api_call *call, struct refusal *refusal)
{
    struct campaign campaign;
    json_t *view = NULL;
    if (api_found(call, campaign_get(call->store, call->ids[0], &campaign), "campaign", call->ids[0],
                  refusal) != 0)
        return NULL;
    struct campaign_statistics *statistics = malloc(sizeof *statistics);
    if (statistics == NULL)
        return api_refuse(refusal, REFUSAL_INTERNAL, "out of memory");
    if (campaign_statistics_get(call->store, &campaign, engine_time(call->options->engine), statistics) ==
        STORE_OK)
        view = statistics_view(&campaign, statistics);
    else
        store_refuse(call->store, "statistics", refusal);
    free(statistics);
    return view;
}
