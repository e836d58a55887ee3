/* GET /api/campaigns/N/messages */
#include <string.h>

#include "gateway-plugin/api/json_views.h"
#include "gateway-plugin/api/resources.h"
#include "gateway-plugin/store/campaign_store.h"
#include "gateway-plugin/store/message_store.h"

struct rows {
    json_t *items;
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
    return json_array_append_new(rows->items, message_view_view(message));
}

json_t *messages_list(struct api_call *call, struct refusal *refusal)
{
    struct campaign campaign;
    struct page page;
    int64_t iteration = 0;
    if (api_query_page(call, &page, refusal) != 0 ||
        api_query_number(call, "iteration", &iteration, refusal) != 0 ||
        api_found(call, campaign_get(call->store, call->ids[0], &campaign), "campaign", call->ids[0],
                  refusal) != 0)
        return NULL;
    struct rows rows = {.items = json_array(), .limit = (size_t)page.limit};
    const struct page wanted = {.after = page.after,
                                .limit = page.limit + 1}; /* one more: does a page follow? */
    if (message_list(call->store, campaign.id, iteration, wanted, add_row, &rows) != STORE_OK) {
        json_decref(rows.items);
        store_refuse(call->store, "messages", refusal);
        return NULL;
    }
    return api_listing(call, page, rows.items, rows.more, rows.last);
}
