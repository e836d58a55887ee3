/* /api/cards and the cards of profiles and groups. Keys never leave. */
#include <stddef.h>
#include <string.h>

#include "gateway-plugin/api/json_read.h"
#include "gateway-plugin/api/json_views.h"
#include "gateway-plugin/api/resources.h"
#include "gateway-plugin/store/card_counter.h"
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

/* Query parameters that name one card, and how it is found. */
static const struct number {
    const char *parameter;
    int (*find)(struct store *store, const char *digits, struct card *card);
} numbers[] = {{"msisdn", card_find_by_msisdn}, {"iccid", card_find_by_iccid}, {"imsi", card_find_by_imsi}};
#define NUMBERS (sizeof numbers / sizeof numbers[0])

/* The one card that has all the numbers asked for. STORE_NOT_FOUND also when they name several. */
static int find_card(const struct api_call *call, struct card *card)
{
    int result = STORE_OK;
    card->id = 0;
    for (size_t i = 0; i < NUMBERS && result == STORE_OK; i++) {
        struct card found;
        const char *digits = api_query(call, numbers[i].parameter);
        if (digits == NULL)
            continue;
        result = numbers[i].find(call->store, digits, &found);
        if (result == STORE_OK && card->id != 0 && card->id != found.id)
            result = STORE_NOT_FOUND;
        if (result == STORE_OK)
            *card = found;
    }
    return result;
}

static bool asks_for_number(const struct api_call *call)
{
    for (size_t i = 0; i < NUMBERS; i++)
        if (api_query(call, numbers[i].parameter) != NULL)
            return true;
    return false;
}

json_t *cards_list(struct api_call *call, struct refusal *refusal)
{
    int64_t profile_id;
    struct page page;
    struct card card;
    if (profiles_query(call, &profile_id, refusal) != 0)
        return NULL;
    if (!asks_for_number(call))
        return cards_page(call, profile_id, 0, refusal);
    if (api_query_page(call, &page, refusal) != 0)
        return NULL;
    int result = find_card(call, &card);
    if (result == STORE_FAILED) {
        store_refuse(call->store, "card", refusal);
        return NULL;
    }
    json_t *items = json_array();
    if (result == STORE_OK && (profile_id == 0 || card.profile_id == profile_id) && card.id > page.after)
        json_array_append_new(items, card_view(&card, call->base));
    return api_listing(call, page, items, false, 0);
}

/* NULL with `refusal`. */
static json_t *list_counters(struct api_call *call, int64_t card_id, struct refusal *refusal)
{
    struct card_counter rows[32];
    struct counter_owner after = {0, -2};
    size_t count;
    json_t *list = json_array();
    do {
        count = sizeof rows / sizeof rows[0];
        if (card_counter_list(call->store, card_id, after, rows, &count) != STORE_OK) {
            store_refuse(call->store, "counters", refusal);
            return api_drop(list);
        }
        for (size_t i = 0; i < count; i++)
            json_array_append_new(list, card_counter_view(&rows[i]));
        if (count > 0)
            after = rows[count - 1].owner;
    } while (count == sizeof rows / sizeof rows[0]);
    return list;
}

json_t *cards_show(struct api_call *call, struct refusal *refusal)
{
    struct card card;
    if (api_found(call, card_get(call->store, call->ids[0], &card), "card", call->ids[0], refusal) != 0)
        return NULL;
    json_t *counters = list_counters(call, card.id, refusal);
    if (counters == NULL)
        return NULL;
    json_t *view = card_view(&card, call->base);
    json_object_set_new(view, "counters", counters);
    return view;
}

/* --- changes --- */

struct card_change {
    int64_t id;
    const char *msisdn; /* NULL: not this */
    bool blocks, blocked;
    struct card card; /* as it is then */
};

static int change_card(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct card_change *change = argument;
    if (change->msisdn != NULL &&
        card_change_msisdn(store, change->id, change->msisdn, now, &change->card, refusal) != 0)
        return -1;
    return change->blocks ? card_set_blocked(store, change->id, change->blocked, now, &change->card, refusal)
                          : 0;
}

static int read_change(const json_t *body, struct card_change *change, struct refusal *refusal)
{
    const struct json_field fields[] = {{"msisdn", FIELD_TEXT, false, &change->msisdn},
                                        {"blocked", FIELD_BOOLEAN, false, &change->blocked}};
    if (json_read_fields(body, fields, 2, refusal) != 0)
        return -1;
    change->blocks = json_is_boolean(json_object_get(body, "blocked"));
    if (change->msisdn == NULL && !change->blocks)
        return refuse(refusal, REFUSAL_INVALID, "nothing to change, expected msisdn or blocked");
    return 0;
}

json_t *cards_change(struct api_call *call, struct refusal *refusal)
{
    struct card_change change = {.id = call->ids[0]};
    json_t *view = NULL;
    json_t *body = json_read_object(call->http->body, call->http->body_length, refusal);
    if (body == NULL)
        return NULL;
    if (read_change(body, &change, refusal) == 0 &&
        engine_call(call->options->engine, change_card, &change, refusal) == 0)
        view = card_view(&change.card, call->base);
    json_decref(body);
    return view;
}

static int delete_card(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct card_change *change = argument;
    (void)now;
    return card_delete(store, change->id, &change->card, refusal);
}

json_t *cards_delete(struct api_call *call, struct refusal *refusal)
{
    struct card_change change = {.id = call->ids[0]};
    return engine_call(call->options->engine, delete_card, &change, refusal) == 0
               ? card_view(&change.card, call->base)
               : NULL;
}
