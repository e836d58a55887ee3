/* GET /api/campaigns/N/report: a row a card, with what became of each command. Pages are cut by message id,
 * and all show the campaign as it was at the first one's time (upTo), so that no card comes twice. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway-plugin/api/json_views.h"
#include "gateway-plugin/api/resources.h"
#include "gateway-plugin/campaign/plan.h"
#include "gateway-plugin/model/script_answer.h"
#include "gateway-plugin/model/script_outcome.h"
#include "gateway-plugin/store/campaign_store.h"
#include "protocol/apdu.h"
#include "protocol/hex.h"

struct report {
    json_t *items;
    struct plan plan;
    size_t limit;
    int64_t last, up_to;
    bool more, failed; /* failed: no memory for a row */
};

static struct script_outcome outcome_of(const struct plan *plan, const struct message_view *message)
{
    const struct script_evidence evidence = {
        .state = message->state,
        .total = (unsigned int)plan->command_count,
        .before = (unsigned int)message->before,
        .commands = message->commands > 0 ? (unsigned int)(message->commands - message->before) : 0,
        .por_status = message->por_status,
        .weak = message->weak,
        .executed = message->executed >= 0 ? message->executed - message->before : -1,
        .sw = message->sw,
        .expanded = message->expanded,
        .ends_with_refresh = plan->policy.last_is_refresh,
        .error = message->error,
        .error_value = message->error_value,
        .expects_sw = plan->campaign.expected_last_sw[0] != '\0',
        .por_is_asked = plan->policy.por != POR_NONE,
    };
    return script_outcome_of(&evidence);
}

/* The failed command in hex, or null. */
static json_t *apdu_view(const struct script_command *command)
{
    char hex[2 * APDU_COMMAND_MAX + 1];
    if (command == NULL || command->length > APDU_COMMAND_MAX)
        return json_null();
    return json_string(hex_encode(command->bytes, command->length, hex));
}

/* The members that tell of the commands. 0, or -1: no memory. */
static int add_outcome(json_t *row, const struct plan *plan, const struct message_view *message)
{
    char text[SCRIPT_OUTCOME_TEXT];
    const struct script_outcome outcome = outcome_of(plan, message);
    const struct script_command *failed = outcome.failed != 0 && outcome.failed <= plan->command_count
                                              ? &plan->commands[outcome.failed - 1]
                                              : NULL;
    script_outcome_text(&outcome, failed != NULL ? failed->bytes : NULL, failed != NULL ? failed->length : 0,
                        text);
    json_t *more = json_pack("{s:i, s:i, s:i, s:i, s:o, s:o, s:s}", "commands", (int)outcome.total,
                             "executed", (int)outcome.well, "perhapsExecuted", (int)outcome.unknown,
                             "notExecuted", (int)outcome.rest, "failedCommand",
                             failed != NULL ? json_integer(outcome.failed) : json_null(), "failedApdu",
                             apdu_view(failed), "outcome", text);
    int result = more != NULL ? json_object_update(row, more) : -1;
    json_decref(more);
    return result;
}

/* --- what was answered: each packet's, parted by blanks --- */

struct growing_text {
    char *text;
    size_t length, size;
};

static int add_text(struct growing_text *all, const char *more)
{
    size_t length = strlen(more), wanted = all->length + length + 2;
    if (length == 0)
        return 0;
    if (wanted > all->size) {
        char *text = realloc(all->text, 2 * wanted);
        if (text == NULL)
            return -1;
        all->text = text;
        all->size = 2 * wanted;
    }
    if (all->length > 0)
        all->text[all->length++] = ' ';
    memcpy(all->text + all->length, more, length + 1);
    all->length += length;
    return 0;
}

struct answers {
    struct growing_text data, words;
};

static int add_answer(void *user, const uint8_t *data, size_t length, bool expanded)
{
    struct answers *all = user;
    char text[SCRIPT_ANSWER_TEXT];
    if (add_text(&all->data, script_answer_data(data, length, expanded, text)) != 0)
        return -1;
    return add_text(&all->words, script_answer_words(data, length, expanded, text));
}

/* Of a message that is not the first of its card's script. 0, or -1: no memory, or the store failed. */
static int add_answers(json_t *row, struct api_call *call, const struct message_view *message)
{
    struct answers all = {0};
    int result = message_data_before(call->store, call->ids[0], message, add_answer, &all);
    if (result == STORE_OK)
        result = add_answer(&all, message->data, message->data_length, message->expanded);
    if (result == STORE_OK)
        result = json_object_set_new(row, "data", json_string(all.data.text != NULL ? all.data.text : ""));
    if (result == STORE_OK)
        result = json_object_set_new(row, "statusWords",
                                     all.words.text != NULL ? json_string(all.words.text) : json_null());
    free(all.data.text);
    free(all.words.text);
    return result == STORE_OK ? 0 : -1;
}

/* --- rows --- */

struct report_call {
    struct api_call *call;
    struct report *report;
};

/* No command, so no command's outcome: what became of the text. */
static json_t *text_row_view(const struct message_view *message)
{
    json_t *row = message_parts_view(message, 0);
    if (row == NULL || json_object_set_new(row, "outcome", message_outcome_view(message)) != 0)
        return api_drop(row);
    return row;
}

/* A message's members say the rest; those that are of its packet alone are left out. */
static json_t *row_view(struct report_call *in, const struct message_view *message)
{
    if (in->report->plan.message != NULL)
        return text_row_view(message);
    json_t *row = message_parts_view(message, MESSAGE_ANSWER);
    return row == NULL || add_outcome(row, &in->report->plan, message) != 0 ||
                   (message->piece > 1 && add_answers(row, in->call, message) != 0)
               ? api_drop(row)
               : row;
}

static int add_row(void *user, const struct message_view *message)
{
    struct report_call *in = user;
    struct report *report = in->report;
    report->more = json_array_size(report->items) == report->limit;
    if (report->more)
        return 0;
    report->last = message->id;
    report->failed = json_array_append_new(report->items, row_view(in, message)) != 0;
    return report->failed ? -1 : 0;
}

static json_t *page_view(struct api_call *call, const struct report *report)
{
    char url[API_BASE_SIZE + 160];
    if (!report->more)
        return json_pack("{s:O, s:n}", "items", report->items, "next");
    snprintf(url, sizeof url, "%s%s?limit=%zu&after=%" PRId64 "&upTo=%" PRId64, call->base, call->http->path,
             report->limit, report->last, report->up_to);
    return json_pack("{s:O, s:s}", "items", report->items, "next", url);
}

static int read_page(struct api_call *call, struct page page, struct report *report)
{
    struct report_call in = {call, report};
    struct message_filter filter = MESSAGE_FILTER_NONE;
    const struct page wanted = {.after = page.after, .limit = page.limit + 1};
    report->limit = (size_t)page.limit;
    if (report->up_to == 0 && message_last_id(call->store, call->ids[0], &report->up_to) != STORE_OK)
        return STORE_FAILED;
    if (report->up_to == 0)
        return STORE_OK;
    filter.up_to = report->up_to;
    return message_list(call->store, call->ids[0], &filter, wanted, add_row, &in);
}

json_t *report_list(struct api_call *call, struct refusal *refusal)
{
    struct page page;
    struct campaign campaign;
    struct report report = {0};
    json_t *view = NULL;
    if (api_query_page(call, &page, refusal) != 0 ||
        api_query_number(call, "upTo", &report.up_to, refusal) != 0 ||
        api_found(call, campaign_get(call->store, call->ids[0], &campaign), "campaign", call->ids[0],
                  refusal) != 0)
        return NULL;
    report.items = json_array();
    if (plan_load(call->store, campaign.id, &report.plan, refusal) != STORE_OK ||
        read_page(call, page, &report) != STORE_OK) {
        if (refusal->kind == REFUSAL_NONE)
            store_refuse(call->store, "report", refusal);
    } else if (!report.failed)
        view = page_view(call, &report); /* NULL: no memory */
    plan_free(&report.plan);
    json_decref(report.items);
    return view;
}
