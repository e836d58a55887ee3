/* /api/cardgroups and /api/profiles/N/cardgroups. */
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "gateway-plugin/api/json_read.h"
#include "gateway-plugin/api/json_views.h"
#include "gateway-plugin/api/named_objects.h"
#include "gateway-plugin/api/resources.h"
#include "gateway-plugin/import/subscriber_list.h"
#include "gateway-plugin/store/catalog_store.h"

static int read_groups(struct store *store, const int64_t *profile_id, struct page page, void *rows,
                       size_t *count)
{
    return group_list(store, *profile_id, page, rows, count);
}

static json_t *view_group(const void *row, const char *base)
{
    return card_group_view(row, base);
}

static int get_group(struct store *store, int64_t id, void *row)
{
    return group_get(store, id, row);
}

const struct api_object card_group_object = {
    NAMED_CARD_GROUP,
    NULL,
    "card group",
    {"card groups", sizeof(struct card_group), offsetof(struct card_group, id), read_groups, view_group},
    get_group};

json_t *card_groups_list(struct api_call *call, struct refusal *refusal)
{
    static const int64_t any_profile = 0;
    return api_list(call, &card_group_object.rows, &any_profile, refusal);
}

static int find_profile(struct api_call *call, struct refusal *refusal)
{
    struct profile profile;
    return api_found(call, profile_get(call->store, call->ids[0], &profile), "profile", call->ids[0],
                     refusal);
}

/* The group of the path, which must be one of the path's profile. */
static int find_group(struct api_call *call, struct card_group *group, struct refusal *refusal)
{
    if (find_profile(call, refusal) != 0)
        return -1;
    int result = group_get(call->store, call->ids[1], group);
    if (result == STORE_OK && group->profile_id != call->ids[0])
        result = STORE_NOT_FOUND;
    if (result == STORE_NOT_FOUND)
        return refuse(refusal, REFUSAL_NOT_FOUND, "profile %" PRId64 " has no card group %" PRId64,
                      call->ids[0], call->ids[1]);
    return result == STORE_OK ? 0 : store_refuse(call->store, "card group", refusal);
}

json_t *card_groups_show(struct api_call *call, struct refusal *refusal)
{
    struct card_group group;
    return find_group(call, &group, refusal) == 0 ? card_group_view(&group, call->base) : NULL;
}

json_t *card_groups_cards(struct api_call *call, struct refusal *refusal)
{
    struct card_group group;
    return find_group(call, &group, refusal) == 0 ? cards_page(call, 0, group.id, refusal) : NULL;
}

/* --- creation --- */
struct group_request {
    const char *name, *msisdns, *iccids;
    bool empty;
    struct card_group group;
    int64_t *cards; /* of the list */
    size_t count, room;
};

struct list_reader {
    struct group_request *request;
    struct store *store;
    enum subscriber_list_kind kind;
};

static int note_card(struct group_request *request, int64_t id, struct refusal *refusal)
{
    if (request->count == request->room) {
        size_t room = request->room == 0 ? 1024 : 2 * request->room;
        int64_t *larger = realloc(request->cards, room * sizeof *larger);
        if (larger == NULL)
            return refuse(refusal, REFUSAL_INTERNAL, "out of memory");
        request->cards = larger;
        request->room = room;
    }
    request->cards[request->count++] = id;
    return 0;
}

static int find_listed_card(void *user, const char *digits, const struct list_place *place,
                            struct refusal *refusal)
{
    const struct list_reader *reader = user;
    struct group_request *request = reader->request;
    const char *what = reader->kind == LIST_OF_MSISDN ? "MSISDN" : "ICCID";
    struct card card;
    int result = reader->kind == LIST_OF_MSISDN ? card_find_by_msisdn(reader->store, digits, &card)
                                                : card_find_by_iccid(reader->store, digits, &card);
    if (result == STORE_NOT_FOUND)
        return refuse(refusal, REFUSAL_NOT_FOUND, "line %lu, column %lu: %s %s is not provisioned",
                      place->line, place->column, what, digits);
    if (result != STORE_OK)
        return store_refuse(reader->store, "card", refusal);
    if (card.profile_id != request->group.profile_id)
        return refuse(refusal, REFUSAL_CONFLICT,
                      "line %lu, column %lu: %s %s belongs to profile %" PRId64 ", not to profile %" PRId64,
                      place->line, place->column, what, digits, card.profile_id, request->group.profile_id);
    return note_card(request, card.id, refusal);
}

/* In the caller's thread: for 400,000 cards it takes seconds, in which the engine goes on. */
static int find_listed_cards(struct store *store, struct group_request *request, struct refusal *refusal)
{
    const char *text = request->msisdns != NULL ? request->msisdns : request->iccids;
    struct list_reader reader = {request, store, request->msisdns != NULL ? LIST_OF_MSISDN : LIST_OF_ICCID};
    if (text == NULL ||
        subscriber_list_parse(text, strlen(text), reader.kind, find_listed_card, &reader, refusal) == 0)
        return 0;
    return refusal_set_field(refusal, reader.kind == LIST_OF_MSISDN ? "msisdnList" : "iccidList");
}

static int add_listed_cards(struct store *store, const struct group_request *request,
                            struct refusal *refusal)
{
    for (size_t i = 0; i < request->count; i++) {
        int result = group_add_card(store, request->group.id, request->cards[i]);
        if (result == STORE_NOT_FOUND)
            return refuse(refusal, REFUSAL_CONFLICT, "card %" PRId64 " was deleted meanwhile",
                          request->cards[i]);
        if (result != STORE_OK)
            return store_refuse(store, "card group", refusal);
    }
    return 0;
}

static int add_members(struct store *store, const struct group_request *request, struct refusal *refusal)
{
    const bool listed = request->msisdns != NULL || request->iccids != NULL;
    if (listed || request->empty)
        return add_listed_cards(store, request, refusal);
    return group_add_profile_cards(store, request->group.id) == STORE_OK
               ? 0
               : store_refuse(store, "card group", refusal);
}

static int insert_group(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct group_request *request = argument;
    struct card_group *group = &request->group;
    struct profile profile;
    int result = profile_get(store, group->profile_id, &profile);
    if (result != STORE_OK)
        return store_found(store, result, "profile", group->profile_id, refusal);
    if (group_insert(store, group, now, refusal) != 0 || add_members(store, request, refusal) != 0)
        return -1;
    if (group_get(store, group->id, group) != STORE_OK) /* with the number of its cards */
        return store_refuse(store, "card group", refusal);
    if (group->card_count == 0 && !request->empty)
        return refuse(refusal, REFUSAL_CONFLICT,
                      "profile %" PRId64 " ('%s') has no cards for a group, provision them first", profile.id,
                      profile.name);
    return 0;
}

static int check_request(const struct group_request *request, struct refusal *refusal)
{
    int sources = (request->msisdns != NULL) + (request->iccids != NULL) + (int)request->empty;
    if (sources > 1)
        return refuse_field(refusal, REFUSAL_INVALID, request->msisdns != NULL ? "msisdnList" : "iccidList",
                            "%s%stogether, expected only one of them",
                            request->msisdns != NULL && request->iccids != NULL ? "and iccidList " : "",
                            request->empty ? "and empty " : "");
    return name_check("card group name", request->name, refusal);
}

json_t *card_groups_create(struct api_call *call, struct refusal *refusal)
{
    struct group_request request = {.group.profile_id = call->ids[0]};
    const struct json_field fields[] = {{"name", FIELD_TEXT, true, &request.name},
                                        {"msisdnList", FIELD_TEXT, false, &request.msisdns},
                                        {"iccidList", FIELD_TEXT, false, &request.iccids},
                                        {"empty", FIELD_BOOLEAN, false, &request.empty}};
    json_t *view = NULL;
    json_t *body = json_read_object(call->http->body, call->http->body_length, refusal);
    if (body == NULL)
        return NULL;
    if (json_read_fields(body, fields, 4, refusal) == 0 && check_request(&request, refusal) == 0 &&
        find_profile(call, refusal) == 0 && find_listed_cards(call->store, &request, refusal) == 0) {
        memcpy(request.group.name, request.name, strlen(request.name) + 1);
        if (engine_call(call->options->engine, insert_group, &request, refusal) == 0)
            view = card_group_view(&request.group, call->base);
    }
    free(request.cards);
    json_decref(body);
    return view;
}
