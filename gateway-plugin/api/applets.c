/* /api/applets and /api/profiles/N/applets: what is on a profile's cards, and the files to load there. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "gateway-plugin/api/json_views.h"
#include "gateway-plugin/api/named_objects.h"
#include "gateway-plugin/api/resources.h"
#include "gateway-plugin/import/applet_file.h"
#include "gateway-plugin/store/applet_store.h"
#include "gateway-plugin/store/catalog_store.h"

_Static_assert(APPLET_FILE_MAX == API_BODY_APPLET, "what the reader takes, the API takes");

static int read_applets(struct store *store, const int64_t *profile_id, struct page page, void *rows,
                        size_t *count)
{
    return applet_list(store, *profile_id, page, rows, count);
}

static int get_applet(struct store *store, int64_t id, void *row)
{
    return applet_get(store, id, row);
}

static json_t *view_applet(const void *row, const char *base)
{
    return applet_view(row, base);
}

const struct api_object applet_object = {
    NAMED_APPLET,
    NULL,
    "applet",
    {"applets", sizeof(struct applet), offsetof(struct applet, id), read_applets, view_applet},
    get_applet};

struct upload {
    struct applet applet;
    uint8_t *load_file; /* owned */
};

static int store_upload(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct upload *upload = argument;
    return applet_upload(store, &upload->applet, upload->load_file, now, refusal);
}

/* Everything that can be said without the store. */
static int read_upload(struct api_call *call, struct upload *upload, struct refusal *refusal)
{
    const char *name = api_query(call, "name"), *tars = api_query(call, "tarList");
    struct applet *applet = &upload->applet;
    *applet = (struct applet){.profile_id = call->ids[0], .kind = APPLET_CUSTOM};
    if (name == NULL)
        return refuse_field(refusal, REFUSAL_INVALID, "name", "is missing, expected the applet's");
    if (applet_check_name(name, refusal) != 0 ||
        (tars != NULL && applet_parse_tars(tars, applet->tars, refusal) != 0))
        return -1;
    memcpy(applet->name, name, strlen(name) + 1);
    return applet_file_read((const uint8_t *)call->http->body, call->http->body_length, applet,
                            &upload->load_file, refusal);
}

json_t *applets_upload(struct api_call *call, struct refusal *refusal)
{
    struct upload upload = {0};
    struct profile profile;
    json_t *view = NULL;
    if (api_found(call, profile_get(call->store, call->ids[0], &profile), "profile", call->ids[0], refusal) ==
            0 &&
        read_upload(call, &upload, refusal) == 0 &&
        engine_call(call->options->engine, store_upload, &upload, refusal) == 0)
        view = applet_view(&upload.applet, call->base);
    free(upload.load_file);
    return view;
}
