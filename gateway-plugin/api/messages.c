/* GET /api/campaigns/N/messages */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "gateway-plugin/api/json_views.h"
#include "gateway-plugin/api/resources.h"
#include "gateway-plugin/store/campaign_store.h"
#include "gateway-plugin/store/catalog_store.h"
#include "gateway-plugin/store/message_store.h"

struct rows {
    json_t *items;
    json_t *(*view)(const struct message_view *message);
    size_t limit;
    int64_t last;
    bool more;
};

static int add_row(void *user, const struct message_view *message)
{
    struct rows *rows = user;
    rows->more = json_array_size(rows->items) == rows->limit;
    if (rows->more)
        return 0;
    rows->last = message->id;
    return json_array_append_new(rows->items, rows->view(message));
}

/* --- what is wanted of them: the filters of the query --- */

static bool is_hex(const char *text, size_t digits, const char *also)
{
    size_t i = 0;
    while (i < digits && text[i] != '\0' &&
           (isxdigit((unsigned char)text[i]) || strchr(also, text[i]) != NULL))
        i++;
    return i == digits && text[i] == '\0';
}

static int read_states(const char *text, struct message_filter *filter, struct refusal *refusal)
{
    for (const char *at = text;; at++) {
        enum message_state state;
        size_t length = strcspn(at, ",");
        if (message_state_parse(at, length, &state) != 0)
            return refuse_field(refusal, REFUSAL_INVALID, "state",
                                "'%.40s': expected states parted by commas, as FAILED,UNKNOWN", text);
        filter->states |= 1U << state;
        at += length;
        if (*at == '\0')
            return 0;
    }
}

static int read_por_status(const char *text, struct message_filter *filter, struct refusal *refusal)
{
    if (strcasecmp(text, "none") == 0)
        filter->por_status = MESSAGE_NO_POR;
    else if (is_hex(text, 2, ""))
        filter->por_status = (int)strtol(text, NULL, 16);
    else
        return refuse_field(refusal, REFUSAL_INVALID, "porStatus", "'%.40s': expected 2 hex digits, or none",
                            text);
    return 0;
}

/* "91xx": x for any digit. */
static int read_sw(const char *text, struct message_filter *filter, struct refusal *refusal)
{
    if (!is_hex(text, 4, "xX") || strspn(text, "xX") == 4)
        return refuse_field(refusal, REFUSAL_INVALID, "sw",
                            "'%.40s': expected 4 hex digits, x for any, as 6A82 or 91xx", text);
    for (size_t i = 0; i < 4; i++) {
        const char digit[2] = {text[i], '\0'};
        bool counts = isxdigit((unsigned char)*digit) != 0;
        filter->sw_mask = (uint16_t)(filter->sw_mask << 4 | (counts ? 0xF : 0));
        filter->sw_value = (uint16_t)(filter->sw_value << 4 | (counts ? strtol(digit, NULL, 16) : 0));
    }
    return 0;
}

static int read_card(struct api_call *call, const char *msisdn, struct message_filter *filter,
                     struct refusal *refusal)
{
    struct card card;
    size_t digits = strspn(msisdn, "0123456789");
    if (digits == 0 || msisdn[digits] != '\0')
        return refuse_field(refusal, REFUSAL_INVALID, "msisdn", "'%.40s': expected digits", msisdn);
    int result = card_find_by_msisdn(call->store, msisdn, &card);
    if (result == STORE_NOT_FOUND)
        return refuse(refusal, REFUSAL_NOT_FOUND, "no card has the MSISDN %.40s", msisdn);
    filter->card_id = card.id;
    return result == STORE_OK ? 0 : store_refuse(call->store, "card", refusal);
}

static int read_filter(struct api_call *call, struct message_filter *filter, struct refusal *refusal)
{
    const char *states = api_query(call, "state"), *status = api_query(call, "porStatus"),
               *sw = api_query(call, "sw"), *msisdn = api_query(call, "msisdn");
    *filter = MESSAGE_FILTER_NONE;
    if (api_query_number(call, "iteration", &filter->iteration, refusal) != 0 ||
        (states != NULL && read_states(states, filter, refusal) != 0) ||
        (status != NULL && read_por_status(status, filter, refusal) != 0) ||
        (sw != NULL && read_sw(sw, filter, refusal) != 0))
        return -1;
    return msisdn != NULL ? read_card(call, msisdn, filter, refusal) : 0;
}

json_t *messages_list(struct api_call *call, struct refusal *refusal)
{
    struct campaign campaign;
    struct page page;
    struct message_filter filter;
    if (api_query_page(call, &page, refusal) != 0 ||
        api_found(call, campaign_get(call->store, call->ids[0], &campaign), "campaign", call->ids[0],
                  refusal) != 0 ||
        read_filter(call, &filter, refusal) != 0)
        return NULL;
    struct rows rows = {.items = json_array(),
                        .view = campaign_type_is_text(campaign.type) ? text_message_view : message_view_view,
                        .limit = (size_t)page.limit};
    const struct page wanted = {.after = page.after,
                                .limit = page.limit + 1}; /* one more: does a page follow? */
    if (message_list(call->store, campaign.id, &filter, wanted, add_row, &rows) != STORE_OK) {
        json_decref(rows.items);
        store_refuse(call->store, "messages", refusal);
        return NULL;
    }
    return api_listing(call, page, rows.items, rows.more, rows.last);
}
