/* /api/profiles: profiles, their settings, and the application that a new one begins with. */
#include <stddef.h>
#include <string.h>

#include "gateway-plugin/api/json_read.h"
#include "gateway-plugin/api/json_views.h"
#include "gateway-plugin/api/named_objects.h"
#include "gateway-plugin/api/profile_fields.h"
#include "gateway-plugin/api/resources.h"
#include "gateway-plugin/store/applet_store.h"
#include "gateway-plugin/store/catalog_store.h"

/* What POST makes: the profile, and the applet on its cards when it names one. */
struct creation {
    struct profile profile;
    struct applet applet; /* kind 0: none */
};

static int refuse_custom_fields(const struct profile_request *request, struct refusal *refusal)
{
    if (request->app_name == NULL && request->tar_list == NULL)
        return 0;
    return refuse_field(refusal, REFUSAL_INVALID, request->app_name != NULL ? "appName" : "tarList",
                        "is for appType custom, expected none with appType %.40s",
                        request->application != NULL ? request->application : "not given");
}

/* SOP 6: a custom application has a name and TARs; its file comes by an upload. */
static int read_custom(const struct profile_request *request, struct applet *applet, struct refusal *refusal)
{
    if (request->app_name == NULL || request->tar_list == NULL)
        return refuse_field(refusal, REFUSAL_INVALID, request->app_name == NULL ? "appName" : "tarList",
                            "is missing, appType custom needs appName and tarList");
    if (applet_check_name(request->app_name, refusal) != 0)
        return refusal_set_field(refusal, "appName");
    memcpy(applet->name, request->app_name, strlen(request->app_name) + 1);
    return applet_parse_tars(request->tar_list, applet->tars, refusal);
}

static int read_application(const struct profile_request *request, struct applet *applet,
                            struct refusal *refusal)
{
    enum applet_kind kind;
    if (request->application == NULL)
        return refuse_custom_fields(request, refusal);
    if (applet_kind_parse(request->application, &kind) != 0)
        return refuse_field(refusal, REFUSAL_INVALID, "appType", "'%.40s': expected rfm, ram or custom",
                            request->application);
    applet_make_default(kind, applet);
    return kind == APPLET_CUSTOM ? read_custom(request, applet, refusal)
                                 : refuse_custom_fields(request, refusal);
}

static int insert_profile(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct creation *creation = argument;
    if (profile_insert(store, &creation->profile, now, refusal) != 0)
        return -1;
    creation->applet.profile_id = creation->profile.id;
    return creation->applet.kind != 0 ? applet_insert(store, &creation->applet, now, refusal) : 0;
}

static int read_creation(const json_t *body, struct creation *creation, struct refusal *refusal)
{
    struct profile_request request = {0};
    if (profile_fields_read(body, true, &request, &creation->profile, refusal) != 0 ||
        name_check("profile name", request.name, refusal) != 0)
        return -1;
    memcpy(creation->profile.name, request.name, strlen(request.name) + 1);
    return read_application(&request, &creation->applet, refusal);
}

json_t *profiles_create(struct api_call *call, struct refusal *refusal)
{
    struct creation creation = {0};
    json_t *view = NULL;
    json_t *body = json_read_object(call->http->body, call->http->body_length, refusal);
    if (body == NULL)
        return NULL;
    if (read_creation(body, &creation, refusal) == 0 &&
        engine_call(call->options->engine, insert_profile, &creation, refusal) == 0)
        view = profile_view(&creation.profile, call->base);
    json_decref(body);
    return view;
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
        return store_found(store, rc, "profile", profile->id, refusal);
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

static int get_profile(struct store *store, int64_t id, void *row)
{
    return profile_get(store, id, row);
}

const struct api_object profile_object = {
    NAMED_PROFILE,
    NULL,
    "profile",
    {"profiles", sizeof(struct profile), offsetof(struct profile, id), read_profiles, view_profile},
    get_profile};

json_t *profiles_list(struct api_call *call, struct refusal *refusal)
{
    return api_list(call, &profile_object.rows, NULL, refusal);
}

int profiles_query(struct api_call *call, int64_t *profile_id, struct refusal *refusal)
{
    struct profile profile;
    *profile_id = 0;
    if (api_query_number(call, "profile", profile_id, refusal) != 0)
        return -1;
    return *profile_id == 0 ? 0
                            : api_found(call, profile_get(call->store, *profile_id, &profile), "profile",
                                        *profile_id, refusal);
}
