#include "gateway-plugin/campaign/notification.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "gateway-plugin/model/script_answer.h"
#include "gateway-plugin/store/notification_store.h"
#include "protocol/response_packet.h"
#include "protocol/status_word.h"

/* What a receipt says; the first bit that is set. What bearerbox did with a part is none of it. */
static const struct {
    uint8_t bit;
    const char *report;
} reports[] = {{PART_DELIVERED, "delivered"},
               {PART_FAILED, "failed"},
               {PART_UNKNOWN, "unknown"},
               {PART_REFUSED, "refused"},
               {PART_ACCEPTED, "accepted"}};

static const char *report_of(const struct message_fact *fact)
{
    for (size_t i = 0; i < sizeof reports / sizeof reports[0]; i++)
        if (fact->bits & reports[i].bit)
            return reports[i].report;
    return NULL;
}

/* What both kinds say. */
static json_t *event_begin(const struct core *core, const struct plan *plan, const struct message_row *row,
                           enum notification_kind kind)
{
    return json_pack("{s:s, s:I, s:I, s:s, s:I, s:I, s:s, s:s}", "kind", notification_kind_name(kind), "at",
                     (json_int_t)core->now, "campaign_id", (json_int_t)row->campaign_id, "campaign_name",
                     plan->campaign.name, "iteration", (json_int_t)row->iteration, "message",
                     (json_int_t)row->id, "msisdn", row->msisdn, "state", message_state_name(row->state));
}

static json_t *hex_json(int digits, unsigned int value)
{
    char text[12];
    snprintf(text, sizeof text, "%0*X", digits, value);
    return json_string(text);
}

static json_t *data_json(const struct por_fact *por)
{
    char text[SCRIPT_ANSWER_TEXT];
    return json_string(script_answer_data(por->data, por->length, por->expanded, text));
}

static json_t *words_json(const struct por_fact *por)
{
    char text[SCRIPT_ANSWER_TEXT];
    script_answer_words(por->data, por->length, por->expanded, text);
    return *text != '\0' ? json_string(text) : json_null();
}

/* An SMSC's words may be in any encoding: what is no UTF-8 is left out. */
static void add_report(json_t *event, const struct message_row *row, const struct message_fact *fact)
{
    json_object_set_new(event, "report", json_string(report_of(fact)));
    json_object_set_new(event, "part", json_integer(fact->part));
    json_object_set_new(event, "parts", json_integer(row->facts.part_count));
    json_t *words = fact->words_kind != WORDS_NONE && fact->words != NULL ? json_string(fact->words) : NULL;
    json_object_set_new(event, "words", words != NULL ? words : json_null());
}

static void add_por(json_t *event, const struct por_fact *por)
{
    json_object_set_new(event, "porStatus", hex_json(2, por->status));
    json_object_set_new(event, "porStatusText", json_string(por_status_text(por->status)));
    json_object_set_new(event, "authenticated", json_boolean(por->authenticated));
    json_object_set_new(event, "weak", json_boolean(por->weak));
    json_object_set_new(event, "commandsExecuted",
                        por->has_result ? json_integer(por->executed) : json_null());
    bool has_sw = por->has_result && (!por->expanded || por->sw != 0);
    json_object_set_new(event, "lastSW", has_sw ? hex_json(4, por->sw) : json_null());
    const char *text = has_sw ? status_word_text(por->sw) : NULL;
    json_object_set_new(event, "lastSWText", text != NULL ? json_string(text) : json_null());
    json_object_set_new(event, "statusWords", words_json(por));
    json_object_set_new(event, "data", data_json(por));
}

int notification_note(struct core *core, const struct plan *plan, const struct message_row *row,
                      const struct message_fact *fact)
{
    bool is_por = fact->kind == FACT_POR, is_report = fact->kind == FACT_PART && report_of(fact) != NULL;
    enum notification_kind kind = is_por ? NOTIFICATION_POR : NOTIFICATION_DLR;
    if ((!is_por && !is_report) || plan->campaign.urls[kind][0] == '\0')
        return STORE_OK;
    json_t *event = event_begin(core, plan, row, kind);
    if (event == NULL)
        return STORE_FAILED;
    if (is_por)
        add_por(event, fact->por);
    else
        add_report(event, row, fact);
    char *body = json_dumps(event, JSON_COMPACT);
    json_decref(event);
    int rc = body != NULL && core_begin(core) == STORE_OK
                 ? notification_add(core->options.store, row->campaign_id, kind, body, core->now)
                 : STORE_FAILED;
    free(body);
    return rc;
}
