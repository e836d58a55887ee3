/* /api/toolkitparameters and /api/profiles/N/toolkitparameters: what INSTALL says of applets that use the
 * toolkit. */
#include <stddef.h>
#include <string.h>

#include "gateway-plugin/api/json_read.h"
#include "gateway-plugin/api/json_views.h"
#include "gateway-plugin/api/named_objects.h"
#include "gateway-plugin/api/resources.h"
#include "gateway-plugin/store/toolkit_store.h"

static int read_toolkits(struct store *store, const int64_t *profile_id, struct page page, void *rows,
                         size_t *count)
{
    return toolkit_list(store, *profile_id, page, rows, count);
}

static int get_toolkit(struct store *store, int64_t id, void *row)
{
    return toolkit_get(store, id, row);
}

static json_t *view_toolkit(const void *row, const char *base)
{
    return toolkit_view(row, base);
}

const struct api_object toolkit_object = {NAMED_TOOLKIT,
                                          NULL,
                                          "toolkit parameter",
                                          {"toolkit parameters", sizeof(struct toolkit_parameters),
                                           offsetof(struct toolkit_parameters, id), read_toolkits,
                                           view_toolkit},
                                          get_toolkit};

static int read_creation(const json_t *body, struct toolkit_parameters *toolkit, struct refusal *refusal)
{
    struct toolkit_fields told = {.priority = TOOLKIT_PRIORITY_DEFAULT};
    const char *name = NULL;
    const struct json_field fields[] = {
        {"name", FIELD_TEXT, true, &name},
        {"format", FIELD_TEXT, false, &told.format},
        {"priority", FIELD_NUMBER, false, &told.priority},
        {"maxTimers", FIELD_NUMBER, false, &told.max_timers},
        {"maxTextLength", FIELD_NUMBER, false, &told.max_text_length},
        {"menuEntries", FIELD_TEXT, false, &told.menu_entries},
        {"maxChannels", FIELD_NUMBER, false, &told.max_channels},
        {"minimumSecurityLevel", FIELD_TEXT, false, &told.minimum_security_level},
        {"tarList", FIELD_TEXT, false, &told.tar_list},
        {"maxServices", FIELD_NUMBER, false, &told.max_services},
        {"accessDomain", FIELD_TEXT, false, &told.access_domain},
        {"uiccAccess", FIELD_TEXT, false, &told.uicc_access},
        {"uiccAdminAccess", FIELD_TEXT, false, &told.uicc_admin_access},
        {"nonVolatileMemory", FIELD_NUMBER, false, &told.non_volatile_memory},
        {"volatileMemory", FIELD_NUMBER, false, &told.volatile_memory},
        {"applicationData", FIELD_TEXT, false, &told.application_data},
    };
    if (json_read_fields(body, fields, sizeof fields / sizeof fields[0], refusal) != 0 ||
        name_check("toolkit parameter name", name, refusal) != 0)
        return -1;
    memcpy(toolkit->name, name, strlen(name) + 1);
    return toolkit_parameters_make(&told, toolkit, refusal);
}

static int insert(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    return toolkit_insert(store, argument, now, refusal);
}

json_t *toolkit_parameters_create(struct api_call *call, struct refusal *refusal)
{
    struct toolkit_parameters toolkit = {.profile_id = call->ids[0]};
    json_t *view = NULL;
    json_t *body = json_read_object(call->http->body, call->http->body_length, refusal);
    if (body == NULL)
        return NULL;
    if (read_creation(body, &toolkit, refusal) == 0 &&
        engine_call(call->options->engine, insert, &toolkit, refusal) == 0)
        view = toolkit_view(&toolkit, call->base);
    json_decref(body);
    return view;
}
