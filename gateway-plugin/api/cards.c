/* /api/cards and the cards of profiles and groups. Keys never leave. */
#include <stddef.h>
#include <string.h>

#include "gateway-plugin/api/json_views.h"
#include "gateway-plugin/api/resources.h"
#include "gateway-plugin/store/catalog_store.h"

/* Filters: profile, group; 0 for any. */
static int read_cards(struct store *store, const int64_t *filters, struct page page, void *rows,
                      size_t *count)
{
    return card_list(store, filters[0], filters[1], page, rows, count);
}

static json_t *view_card(const void *row, const char *base)
{
    return card_view(row, base);
}

json_t *cards_page(struct api_call *call, int64_t profile_id, int64_t group_id, struct refusal *refusal)
{
    static const struct api_rows kind = {"cards", sizeof(struct card), offsetof(struct card, id), read_cards,
                                         view_card};
    return api_list(call, &kind, (const int64_t[]){profile_id, group_id}, refusal);
}

json_t *cards_of_profile(struct api_call *call, struct refusal *refusal)
{
    struct profile profile;
    if (api_found(call, profile_get(call->store, call->ids[0], &profile), "profile", call->ids[0], refusal) !=
        0)
        return NULL;
    return cards_page(call, profile.id, 0, refusal);
}

/* The one card that has the number asked for, if all the other filters fit it too. */
static int find_card(struct api_call *call, const char *msisdn, const char *iccid, int64_t profile_id,
                     struct card *card, bool *found, struct refusal *refusal)
{
    struct card other;
    int result = msisdn != NULL ? card_find_by_msisdn(call->store, msisdn, card)
                                : card_find_by_iccid(call->store, iccid, card);
    if (result == STORE_OK && msisdn != NULL && iccid != NULL) {
        result = card_find_by_iccid(call->store, iccid, &other);
        if (result == STORE_OK && other.id != card->id)
            result = STORE_NOT_FOUND;
    }
    if (result == STORE_FAILED)
        return store_refuse(call->store, "card", refusal);
    *found = result == STORE_OK && (profile_id == 0 || card->profile_id == profile_id);
    return 0;
}

json_t *cards_list(struct api_call *call, struct refusal *refusal)
{
    const char *msisdn = api_query(call, "msisdn"), *iccid = api_query(call, "iccid");
    int64_t profile_id = 0;
    struct page page;
    struct card card;
    bool found = false;
    if (api_query_number(call, "profile", &profile_id, refusal) != 0)
        return NULL;
    if (msisdn == NULL && iccid == NULL)
        return cards_page(call, profile_id, 0, refusal);
    if (api_query_page(call, &page, refusal) != 0 ||
        find_card(call, msisdn, iccid, profile_id, &card, &found, refusal) != 0)
        return NULL;
    json_t *items = json_array();
    if (found && card.id > page.after)
        json_array_append_new(items, card_view(&card, call->base));
    return api_listing(call, page, items, false, 0);
}

json_t *cards_show(struct api_call *call, struct refusal *refusal)
{
    struct card card;
    if (api_found(call, card_get(call->store, call->ids[0], &card), "card", call->ids[0], refusal) != 0)
        return NULL;
    return card_view(&card, call->base);
}
