/* /api/profiles: profiles and the default applications on their cards. */
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "gateway-plugin/api/json_read.h"
#include "gateway-plugin/api/json_views.h"
#include "gateway-plugin/api/named_objects.h"
#include "gateway-plugin/api/profile_fields.h"
#include "gateway-plugin/api/resources.h"
#include "gateway-plugin/store/catalog_store.h"

/* SOP 6: what -appType puts on the cards, and its TAR (TS 101 220 annex D). */
static const struct application {
    enum profile_application application;
    const char *type, *name, *tar; /* tar NULL: not built yet */
} applications[] = {
    {APPLICATION_RFM, "rfm", "Default RFM applet", "B00010"},
    {APPLICATION_RAM, "ram", "Default RAM applet", "000000"},
    {APPLICATION_CUSTOM, "custom", "", NULL},
};
#define APPLICATIONS (sizeof applications / sizeof applications[0])

static int parse_application(const char *type, enum profile_application *application, struct refusal *refusal)
{
    for (size_t i = 0; i < APPLICATIONS; i++) {
        if (strcasecmp(type, applications[i].type) != 0)
            continue;
        if (applications[i].tar == NULL)
            return refuse(refusal, REFUSAL_UNSUPPORTED, "appType '%s' is not supported yet, only rfm and ram",
                          type);
        *application = applications[i].application;
        return 0;
    }
    return refuse(refusal, REFUSAL_INVALID, "appType '%.40s': expected rfm, ram or custom", type);
}

static int insert_profile(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    return profile_insert(store, argument, now, refusal);
}

static int read_creation(const json_t *body, struct profile *profile, struct refusal *refusal)
{
    struct profile_request request = {0};
    if (profile_fields_read(body, true, &request, profile, refusal) != 0 ||
        name_check("profile name", request.name, refusal) != 0)
        return -1;
    memcpy(profile->name, request.name, strlen(request.name) + 1);
    return request.application == NULL
               ? 0
               : parse_application(request.application, &profile->application, refusal);
}

json_t *profiles_create(struct api_call *call, struct refusal *refusal)
{
    struct profile profile = {0};
    json_t *view = NULL;
    json_t *body = json_read_object(call->http->body, call->http->body_length, refusal);
    if (body == NULL)
        return NULL;
    if (read_creation(body, &profile, refusal) == 0 &&
        engine_call(call->options->engine, insert_profile, &profile, refusal) == 0)
        view = profile_view(&profile, call->base);
    json_decref(body);
    return view;
}

json_t *profiles_show(struct api_call *call, struct refusal *refusal)
{
    struct profile profile;
    if (api_found(call, profile_get(call->store, call->ids[0], &profile), "profile", call->ids[0], refusal) !=
        0)
        return NULL;
    return profile_view(&profile, call->base);
}

struct profile_change {
    const json_t *body;
    struct profile profile;
};

/* Read, changed and written in one turn of the engine: two changes at a time keep each other's settings. */
static int change_profile(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct profile_change *change = argument;
    struct profile *profile = &change->profile;
    struct profile_request request = {0};
    int rc = profile_get(store, profile->id, profile);
    if (rc != STORE_OK)
        return rc == STORE_NOT_FOUND
                   ? refuse(refusal, REFUSAL_NOT_FOUND, "there is no profile %lld", (long long)profile->id)
                   : store_refuse(store, "profile", refusal);
    if (profile_fields_read(change->body, false, &request, profile, refusal) != 0)
        return -1;
    if (request.name != NULL &&
        named_object_rename(store, NAMED_PROFILE, profile->id, request.name, now, refusal) != 0)
        return -1;
    return profile_update(store, profile, now, refusal);
}

json_t *profiles_change(struct api_call *call, struct refusal *refusal)
{
    struct profile_change change = {.profile.id = call->ids[0]};
    json_t *view = NULL;
    json_t *body = json_read_object(call->http->body, call->http->body_length, refusal);
    if (body == NULL)
        return NULL;
    change.body = body;
    if (json_object_size(body) == 0)
        refuse(refusal, REFUSAL_INVALID, "nothing to change, expected name or a setting");
    else if (engine_call(call->options->engine, change_profile, &change, refusal) == 0)
        view = profile_view(&change.profile, call->base);
    json_decref(body);
    return view;
}

json_t *profiles_delete(struct api_call *call, struct refusal *refusal)
{
    json_t *view = profiles_show(call, refusal);
    return view != NULL && named_object_take_delete(call, NAMED_PROFILE, call->ids[0], refusal) != 0
               ? api_drop(view)
               : view;
}

static int read_profiles(struct store *store, const int64_t *filters, struct page page, void *rows,
                         size_t *count)
{
    (void)filters;
    return profile_list(store, page, rows, count);
}

static json_t *view_profile(const void *row, const char *base)
{
    return profile_view(row, base);
}

json_t *profiles_list(struct api_call *call, struct refusal *refusal)
{
    static const struct api_rows kind = {"profiles", sizeof(struct profile), offsetof(struct profile, id),
                                         read_profiles, view_profile};
    return api_list(call, &kind, NULL, refusal);
}

json_t *profiles_applets(struct api_call *call, struct refusal *refusal)
{
    struct profile profile;
    struct page page;
    if (api_query_page(call, &page, refusal) != 0 ||
        api_found(call, profile_get(call->store, call->ids[0], &profile), "profile", call->ids[0], refusal) !=
            0)
        return NULL;
    json_t *items = json_array();
    for (size_t i = 0; i < APPLICATIONS && page.after < 1; i++)
        if (applications[i].application == profile.application && applications[i].tar != NULL)
            json_array_append_new(items,
                                  json_pack("{s:i, s:s, s:s, s:[s]}", "id", 1, "name", applications[i].name,
                                            "type", applications[i].type, "tars", applications[i].tar));
    return api_listing(call, page, items, false, 0);
}
