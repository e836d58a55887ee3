/* /api/templates: campaigns to be made. A template is what POST /api/campaigns takes, checked the same way and kept. */
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway-plugin/api/campaign_request.h"
#include "gateway-plugin/api/json_read.h"
#include "gateway-plugin/api/json_views.h"
#include "gateway-plugin/api/named_objects.h"
#include "gateway-plugin/api/resources.h"
#include "gateway-plugin/campaign/control.h"
#include "gateway-plugin/model/name.h"
#include "gateway-plugin/store/template_store.h"

/* --- reading --- */

/* *settings: a new reference to what was kept. */
static int get_template(struct api_call *call, int64_t id, struct campaign_template *row, json_t **settings,
                        struct refusal *refusal)
{
    char *body = NULL;
    if (api_found(call, template_get(call->store, id, row, &body), "template", id, refusal) != 0)
        return -1;
    *settings = json_loads(body, 0, NULL);
    free(body);
    return *settings != NULL ? 0
                             : refuse(refusal, REFUSAL_INTERNAL, "template %" PRId64 " cannot be read", id);
}

static void split_lines(json_t *settings)
{
    struct apdu_file file = {0};
    const char *text = json_string_value(json_object_get(settings, "apdus"));
    if (text == NULL || apdu_file_parse(text, strlen(text), SCRIPT_EXPANDED, &file, NULL) != 0)
        return;
    json_t *commands = json_array();
    for (size_t i = 0; i < file.count; i++)
        json_array_append_new(commands, json_string(file.commands[i]));
    json_object_del(settings, "apdus");
    json_object_set_new(settings, "commands", commands);
    apdu_file_free(&file);
}

static json_t *show_template(struct api_call *call, struct refusal *refusal)
{
    struct campaign_template row;
    json_t *settings;
    if (get_template(call, call->ids[0], &row, &settings, refusal) != 0)
        return NULL;
    split_lines(settings);
    return template_view(&row, settings, call->base);
}

const struct api_object template_object = {.kind = NAMED_TEMPLATE, .show = show_template};

static int read_templates(struct store *store, const int64_t *profile_id, struct page page, void *rows, size_t *count)
{
    return template_list(store, *profile_id, page, rows, count);
}

static json_t *view_template(const void *row, const char *base)
{
    return template_view(row, NULL, base);
}

json_t *templates_list(struct api_call *call, struct refusal *refusal)
{
    static const struct api_rows kind = {"templates", sizeof(struct campaign_template),
                                         offsetof(struct campaign_template, id), read_templates, view_template};
    int64_t profile_id;
    if (profiles_query(call, &profile_id, refusal) != 0)
        return NULL;
    return api_list(call, &kind, &profile_id, refusal);
}

/* --- making one --- */

struct creation {
    struct campaign_template row;
    char *body;
};

static int insert_template(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct creation *creation = argument;
    return template_insert(store, &creation->row, creation->body, now, refusal);
}

/* The settings without what each campaign has of its own. */
static char *settings_text(const json_t *body)
{
    static const char *const own[] = {"name", "profile_id", "template_id"};
    json_t *settings = json_copy((json_t *)(uintptr_t)body);
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        json_object_del(settings, own[i]);
    char *text = json_dumps(settings, JSON_COMPACT);
    json_decref(settings);
    return text;
}

static int store_template(struct api_call *call, const struct campaign_request *request, const json_t *body,
                          struct refusal *refusal)
{
    struct creation creation = {.row = {.profile_id = request->campaign.profile_id,
                                        .type = request->campaign.type,
                                        .applet_id = request->campaign.applet_id,
                                        .tkp_id = request->campaign.tkp_id},
                                .body = settings_text(body)};
    memcpy(creation.row.name, request->campaign.name, sizeof creation.row.name);
    int rc = creation.body == NULL
                 ? refuse(refusal, REFUSAL_INTERNAL, "out of memory")
                 : engine_call(call->options->engine, insert_template, &creation, refusal);
    call->ids[0] = creation.row.id;
    free(creation.body);
    return rc;
}

/* Else the campaign's checks would speak of a campaign. */
static int check_name(const json_t *body, struct refusal *refusal)
{
    const char *name = json_string_value(json_object_get(body, "name"));
    return name != NULL ? name_check("template name", name, refusal) : 0;
}

json_t *templates_create(struct api_call *call, struct refusal *refusal)
{
    struct campaign_request request = {0};
    json_t *view = NULL;
    json_t *body = json_read_object(call->http->body, call->http->body_length, refusal);
    if (body == NULL)
        return NULL;
    if (check_name(body, refusal) == 0 && template_complete(call, &body, refusal) == 0 && campaign_request_read(call, body, &request, refusal) == 0 &&
        store_template(call, &request, body, refusal) == 0)
        view = show_template(call, refusal);
    if (view != NULL)
        json_object_set(view, "warnings", request.warnings);
    campaign_request_free(&request);
    json_decref(body);
    return view;
}

/* --- making a campaign of one --- */

int template_complete(struct api_call *call, json_t **body, struct refusal *refusal)
{
    struct campaign_template row;
    json_t *settings;
    const json_t *id = json_object_get(*body, "template_id"), *profile = json_object_get(*body, "profile_id");
    if (!json_is_integer(id)) /* missing, or refused by its type */
        return 0;
    if (get_template(call, json_integer_value(id), &row, &settings, refusal) != 0)
        return -1;
    if (json_is_integer(profile) && json_integer_value(profile) != row.profile_id) {
        json_decref(settings);
        return refuse(refusal, REFUSAL_CONFLICT, "template %" PRId64 " belongs to profile %" PRId64 ", not to %lld",
                      row.id, row.profile_id, (long long)json_integer_value(profile));
    }
    json_object_set_new(settings, "profile_id", json_integer(row.profile_id));
    json_object_update(settings, *body);
    json_decref(*body);
    *body = settings;
    return 0;
}

static int drop_campaign(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    (void)now;
    return campaign_delete(store, *(const int64_t *)argument, refusal);
}

/* A campaign of the template and the name, its id in *id; should otabox end before its start, it is dropped.
 * `creation` is taken over. */
static int make_campaign(struct api_call *call, json_t *creation, int64_t *id, json_t **warnings,
                         struct refusal *refusal)
{
    struct campaign_request request = {0};
    int rc = template_complete(call, &creation, refusal);
    if (rc == 0)
        rc = campaign_request_read(call, creation, &request, refusal);
    request.campaign.made_to_start = true;
    if (rc == 0)
        rc = campaign_request_store(call, &request, refusal);
    *id = request.campaign.id;
    *warnings = json_incref(request.warnings);
    campaign_request_free(&request);
    json_decref(creation);
    return rc;
}

/* {"template_id":N,"name":…}; the name is taken out of the start's body, or made. NULL with `refusal`. */
static json_t *name_creation(struct api_call *call, json_t *body, struct refusal *refusal)
{
    struct campaign_template row;
    char name[NAME_MAX_LENGTH + 1];
    const json_t *given = json_object_get(body, "name");
    if (api_found(call, template_get(call->store, call->ids[0], &row, NULL), "template", call->ids[0], refusal) != 0)
        return NULL;
    if (given != NULL && !json_is_string(given) && !json_is_null(given)) {
        refuse_field(refusal, REFUSAL_INVALID, "name", "is no string, expected the name of a campaign");
        return NULL;
    }
    if (!json_is_string(given) && template_campaign_name(call->store, &row, name) != STORE_OK) {
        store_refuse(call->store, "campaign", refusal);
        return NULL;
    }
    json_t *creation = json_pack("{s:I, s:s}", "template_id", (json_int_t)row.id, "name",
                                 json_is_string(given) ? json_string_value(given) : name);
    json_object_del(body, "name");
    return creation;
}

/* A refusal names the campaign that was tried: who asked for a template's start has never seen it. */
static void name_template(struct refusal *refusal, int64_t campaign_id, int64_t template_id)
{
    char campaign[32], behind[sizeof refusal->text];
    int length = snprintf(campaign, sizeof campaign, "campaign %" PRId64, campaign_id);
    char *at = strstr(refusal->text, campaign);
    if (at == NULL)
        return;
    snprintf(behind, sizeof behind, "%s", at + length);
    snprintf(at, sizeof refusal->text - (size_t)(at - refusal->text), "template %" PRId64 "%s", template_id, behind);
}

/* What could not be started is not left behind. */
static json_t *start_new(struct api_call *call, json_t *creation, const json_t *body, struct refusal *refusal)
{
    int64_t id;
    json_t *warnings = NULL, *view = NULL;
    if (make_campaign(call, creation, &id, &warnings, refusal) == 0) {
        view = campaign_start_by(call, id, body, refusal);
        if (view != NULL)
            json_array_extend(json_object_get(view, "warnings"), warnings);
        else {
            engine_call(call->options->engine, drop_campaign, &id, NULL);
            name_template(refusal, id, call->ids[0]);
        }
    }
    json_decref(warnings);
    return view;
}

json_t *templates_start(struct api_call *call, struct refusal *refusal)
{
    json_t *body = json_read_object(call->http->body, call->http->body_length, refusal);
    json_t *creation = body != NULL ? name_creation(call, body, refusal) : NULL;
    json_t *view = creation != NULL ? start_new(call, creation, body, refusal) : NULL;
    campaign_start_wipe(body);
    json_decref(body);
    return view;
}
