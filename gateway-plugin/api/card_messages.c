/* GET /api/cards/N/messages: what became of all that a card was sent, the newest first. */
#include <inttypes.h>
#include <stdio.h>

#include "gateway-plugin/api/json_views.h"
#include "gateway-plugin/api/resources.h"
#include "gateway-plugin/store/catalog_store.h"
#include "protocol/response_packet.h"

struct rows {
    const char *base;
    json_t *items;
    size_t limit;
    int64_t last;
    bool more;
};

static int add_row(void *user, const struct message_history *row)
{
    struct rows *rows = user;
    char url[API_BASE_SIZE + 64];
    rows->more = json_array_size(rows->items) == rows->limit;
    if (rows->more)
        return 0;
    rows->last = row->view.id;
    snprintf(url, sizeof url, "%s/api/campaigns/%" PRId64, rows->base, row->campaign_id);
    json_t *view = message_view_view(&row->view);
    json_object_set_new(view, "campaign", json_string(url));
    json_object_set_new(view, "campaign_id", json_integer(row->campaign_id));
    json_object_set_new(view, "campaign_name", json_string(row->campaign_name));
    json_object_set_new(view, "outcome", message_outcome_view(&row->view));
    return json_array_append_new(rows->items, view);
}

json_t *card_messages_list(struct api_call *call, struct refusal *refusal)
{
    struct card card;
    struct page page;
    if (api_query_page(call, &page, refusal) != 0 ||
        api_query_number(call, "before", &page.after, refusal) != 0 ||
        api_found(call, card_get(call->store, call->ids[0], &card), "card", call->ids[0], refusal) != 0)
        return NULL;
    struct rows rows = {.base = call->base, .items = json_array(), .limit = (size_t)page.limit};
    const struct page wanted = {.after = page.after, .limit = page.limit + 1};
    if (message_history(call->store, card.id, wanted, add_row, &rows) != STORE_OK) {
        store_refuse(call->store, "messages", refusal);
        return api_drop(rows.items);
    }
    char next[API_BASE_SIZE + 128];
    snprintf(next, sizeof next, "%s/api/cards/%" PRId64 "/messages?limit=%d&before=%" PRId64, call->base, card.id,
             page.limit, rows.last);
    return json_pack("{s:o, s:o}", "items", rows.items, "next", rows.more ? json_string(next) : json_null());
}
