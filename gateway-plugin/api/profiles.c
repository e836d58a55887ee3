/* /api/profiles: profiles and the default applications on their cards. */
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "gateway-plugin/api/json_read.h"
#include "gateway-plugin/api/json_views.h"
#include "gateway-plugin/api/named_objects.h"
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

static int parse_counter_scope(const char *name, enum counter_per *per, struct refusal *refusal)
{
    return counter_per_parse(name, per)
               ? 0
               : refuse(refusal, REFUSAL_INVALID, "counterScope '%.40s': expected keyset or tar", name);
}

static int insert_profile(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    return profile_insert(store, argument, now, refusal);
}

json_t *profiles_create(struct api_call *call, struct refusal *refusal)
{
    const char *name = NULL, *type = NULL, *scope = NULL;
    const struct json_field fields[] = {{"name", FIELD_TEXT, true, &name},
                                        {"appType", FIELD_TEXT, false, &type},
                                        {"counterScope", FIELD_TEXT, false, &scope}};
    struct profile profile = {0};
    json_t *view = NULL;
    json_t *body = json_read_object(call->http->body, call->http->body_length, refusal);
    if (body == NULL)
        return NULL;
    if (json_read_fields(body, fields, 3, refusal) == 0 && name_check("profile name", name, refusal) == 0 &&
        (type == NULL || parse_application(type, &profile.application, refusal) == 0) &&
        (scope == NULL || parse_counter_scope(scope, &profile.counter_per, refusal) == 0)) {
        memcpy(profile.name, name, strlen(name) + 1);
        if (engine_call(call->options->engine, insert_profile, &profile, refusal) == 0)
            view = profile_view(&profile, call->base);
    }
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

json_t *profiles_change(struct api_call *call, struct refusal *refusal)
{
    return named_object_take_patch(call, NAMED_PROFILE, call->ids[0], refusal) == 0
               ? profiles_show(call, refusal)
               : NULL;
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
