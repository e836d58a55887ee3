/* /api/campaigns: showing, pausing, terminating and retrying; campaign_create.c makes them, campaign_start.c
 * starts them. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway-plugin/api/json_read.h"
#include "gateway-plugin/api/json_views.h"
#include "gateway-plugin/api/named_objects.h"
#include "gateway-plugin/api/resources.h"
#include "gateway-plugin/campaign/control.h"
#include "gateway-plugin/store/campaign_store.h"
#include "gateway-plugin/store/message_store.h"

static int add_command(void *user, const char *hex)
{
    return json_array_append_new(user, json_string(hex));
}

json_t *campaign_full_view(struct api_call *call, const struct campaign *campaign, struct refusal *refusal)
{
    json_t *commands = json_array();
    json_t *view = NULL;
    struct campaign whole = *campaign;
    struct message_counts counts;
    char *message = NULL;
    if (campaign_commands(call->store, campaign->id, add_command, commands) != 0 ||
        campaign_message(call->store, campaign->id, &message) == STORE_FAILED ||
        message_count(call->store, campaign->id, &counts) != STORE_OK) {
        json_decref(commands);
        store_refuse(call->store, "campaign", refusal);
    } else {
        whole.message = message;
        view = campaign_view(&whole, commands, call->base);
    }
    if (view != NULL)
        json_object_set_new(view, "counts", message_counts_view(&counts));
    free(message);
    return view;
}

static json_t *show_campaign(struct api_call *call, struct refusal *refusal)
{
    struct campaign campaign;
    if (api_found(call, campaign_get(call->store, call->ids[0], &campaign), "campaign", call->ids[0],
                  refusal) != 0)
        return NULL;
    return campaign_full_view(call, &campaign, refusal);
}

const struct api_object campaign_object = {.kind = NAMED_CAMPAIGN, .show = show_campaign};

static int delete_campaign(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    (void)now;
    return campaign_delete(store, *(const int64_t *)argument, refusal);
}

json_t *campaigns_delete(struct api_call *call, struct refusal *refusal)
{
    json_t *view = show_campaign(call, refusal);
    return view != NULL && engine_call(call->options->engine, delete_campaign, &call->ids[0], refusal) != 0
               ? api_drop(view)
               : view;
}

static int read_campaigns(struct store *store, const int64_t *profile_id, struct page page, void *rows,
                          size_t *count)
{
    return campaign_list(store, *profile_id, page, rows, count);
}

/* Without commands: a page of campaigns stays small whatever their scripts are. */
static json_t *view_campaign(const void *row, const char *base)
{
    return campaign_view(row, NULL, base);
}

json_t *campaigns_list(struct api_call *call, struct refusal *refusal)
{
    static const struct api_rows kind = {"campaigns", sizeof(struct campaign), offsetof(struct campaign, id),
                                         read_campaigns, view_campaign};
    int64_t profile_id;
    if (profiles_query(call, &profile_id, refusal) != 0)
        return NULL;
    return api_list(call, &kind, &profile_id, refusal);
}

struct control {
    int64_t id;
    enum campaign_event event;
    struct campaign campaign;
};

static int retry_campaign(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct control *control = argument;
    return campaign_retry_failed(store, control->id, now, &control->campaign, refusal);
}

json_t *campaigns_retry_failed(struct api_call *call, struct refusal *refusal)
{
    struct control control = {.id = call->ids[0]};
    json_t *body = json_read_object(call->http->body, call->http->body_length, refusal);
    if (body == NULL)
        return NULL;
    int result = json_read_fields(body, NULL, 0, refusal);
    json_decref(body);
    if (result != 0 || campaign_check_retry(call->store, control.id, refusal) != 0 ||
        engine_call(call->options->engine, retry_campaign, &control, refusal) != 0)
        return NULL;
    return campaign_full_view(call, &control.campaign, refusal);
}

static int control_campaign(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct control *control = argument;
    return campaign_control(store, control->id, control->event, now, &control->campaign, refusal);
}

static json_t *take_control(struct api_call *call, enum campaign_event event, struct refusal *refusal)
{
    struct control control = {.id = call->ids[0], .event = event};
    json_t *body = json_read_object(call->http->body, call->http->body_length, refusal);
    if (body == NULL)
        return NULL;
    int result = json_read_fields(body, NULL, 0, refusal);
    json_decref(body);
    if (result != 0 || engine_call(call->options->engine, control_campaign, &control, refusal) != 0)
        return NULL;
    return campaign_full_view(call, &control.campaign, refusal);
}

json_t *campaigns_pause(struct api_call *call, struct refusal *refusal)
{
    return take_control(call, CAMPAIGN_PAUSE, refusal);
}

json_t *campaigns_resume(struct api_call *call, struct refusal *refusal)
{
    return take_control(call, CAMPAIGN_RESUME, refusal);
}

json_t *campaigns_terminate(struct api_call *call, struct refusal *refusal)
{
    return take_control(call, CAMPAIGN_TERMINATE, refusal);
}
