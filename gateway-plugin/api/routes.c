/* Which handler answers which method and path: the table of docs/rest.md. */
#include <stdio.h>
#include <string.h>

#include "gateway-plugin/api/named_objects.h"
#include "gateway-plugin/api/resources.h"

#define PAGE "limit after"

const struct api_route api_routes[] = {
    {"GET", "/api/status", "", API_BODY_NONE, 200, status_show, NULL},
    {"GET", "/api/openapi.json", "", API_BODY_NONE, 200, openapi_show, NULL},
    {"GET", "/api/profiles", PAGE, API_BODY_NONE, 200, profiles_list, NULL},
    {"POST", "/api/profiles", "", API_BODY_SMALL, 201, profiles_create, NULL},
    {"GET", "/api/profiles/N", "", API_BODY_NONE, 200, object_show, &profile_object},
    {"PATCH", "/api/profiles/N", "", API_BODY_SMALL, 200, profiles_change, NULL},
    {"DELETE", "/api/profiles/N", "", API_BODY_NONE, 200, object_delete, &profile_object},
    {"GET", "/api/profiles/N/applets", PAGE, API_BODY_NONE, 200, objects_of_profile, &applet_object},
    {"POST", "/api/profiles/N/applets", "name tarList", API_BODY_APPLET, 201, applets_upload, NULL},
    {"GET", "/api/applets/N", "", API_BODY_NONE, 200, object_show, &applet_object},
    {"PATCH", "/api/applets/N", "", API_BODY_SMALL, 200, object_rename, &applet_object},
    {"DELETE", "/api/applets/N", "", API_BODY_NONE, 200, object_delete, &applet_object},
    {"GET", "/api/profiles/N/toolkitparameters", PAGE, API_BODY_NONE, 200, objects_of_profile,
     &toolkit_object},
    {"POST", "/api/profiles/N/toolkitparameters", "", API_BODY_SMALL, 201, toolkit_parameters_create, NULL},
    {"GET", "/api/toolkitparameters/N", "", API_BODY_NONE, 200, object_show, &toolkit_object},
    {"PATCH", "/api/toolkitparameters/N", "", API_BODY_SMALL, 200, object_rename, &toolkit_object},
    {"DELETE", "/api/toolkitparameters/N", "", API_BODY_NONE, 200, object_delete, &toolkit_object},
    {"GET", "/api/profiles/N/cards", PAGE, API_BODY_NONE, 200, cards_of_profile, NULL},
    {"POST", "/api/profiles/N/cards", "firstLine cardGroup cardGroupName", API_BODY_CSV, 200, cards_provision,
     NULL},
    {"POST", "/api/profiles/N/cardfile", "cardGroup cardGroupName", API_BODY_FILE, 200, cards_provision_file,
     NULL},
    {"GET", "/api/profiles/N/cardgroups", PAGE, API_BODY_NONE, 200, objects_of_profile, &card_group_object},
    {"POST", "/api/profiles/N/cardgroups", "", API_BODY_LISTS, 201, card_groups_create, NULL},
    {"GET", "/api/profiles/N/cardgroups/M", "", API_BODY_NONE, 200, card_groups_show, NULL},
    {"GET", "/api/profiles/N/cardgroups/M/cards", PAGE, API_BODY_NONE, 200, card_groups_cards, NULL},
    {"GET", "/api/cards", PAGE " profile msisdn iccid imsi", API_BODY_NONE, 200, cards_list, NULL},
    {"GET", "/api/cards/N", "", API_BODY_NONE, 200, cards_show, NULL},
    {"PATCH", "/api/cards/N", "", API_BODY_SMALL, 200, cards_change, NULL},
    {"GET", "/api/cards/N/messages", "limit before", API_BODY_NONE, 200, card_messages_list, NULL},
    {"PUT", "/api/cards/N/counters", "", API_BODY_SMALL, 200, counters_set, NULL},
    {"POST", "/api/cards/N/counters/jump", "", API_BODY_SMALL, 200, counters_jump_card, NULL},
    {"POST", "/api/profiles/N/counters/jump", "", API_BODY_SMALL, 200, counters_jump_profile, NULL},
    {"POST", "/api/cardgroups/N/counters/jump", "", API_BODY_SMALL, 200, counters_jump_group, NULL},
    {"DELETE", "/api/cards/N", "", API_BODY_NONE, 200, cards_delete, NULL},
    {"GET", "/api/cardgroups", PAGE, API_BODY_NONE, 200, card_groups_list, NULL},
    {"GET", "/api/cardgroups/N", "", API_BODY_NONE, 200, object_show, &card_group_object},
    {"PATCH", "/api/cardgroups/N", "", API_BODY_SMALL, 200, object_rename, &card_group_object},
    {"DELETE", "/api/cardgroups/N", "", API_BODY_NONE, 200, object_delete, &card_group_object},
    {"GET", "/api/campaigns", PAGE " profile", API_BODY_NONE, 200, campaigns_list, NULL},
    {"POST", "/api/campaigns", "", API_BODY_LISTS, 201, campaigns_create, NULL},
    {"GET", "/api/campaigns/N", "", API_BODY_NONE, 200, object_show, &campaign_object},
    {"PATCH", "/api/campaigns/N", "", API_BODY_SMALL, 200, object_rename, &campaign_object},
    {"DELETE", "/api/campaigns/N", "", API_BODY_NONE, 200, campaigns_delete, NULL},
    {"POST", "/api/campaigns/N/start", "", API_BODY_FILE, 200, campaigns_start, NULL},
    {"POST", "/api/campaigns/N/retryfailed", "", API_BODY_SMALL, 200, campaigns_retry_failed, NULL},
    {"POST", "/api/campaigns/N/pause", "", API_BODY_SMALL, 200, campaigns_pause, NULL},
    {"POST", "/api/campaigns/N/resume", "", API_BODY_SMALL, 200, campaigns_resume, NULL},
    {"POST", "/api/campaigns/N/terminate", "", API_BODY_SMALL, 200, campaigns_terminate, NULL},
    {"GET", "/api/campaigns/N/report", PAGE " upTo", API_BODY_NONE, 200, report_list, NULL},
    {"GET", "/api/campaigns/N/statistics", "", API_BODY_NONE, 200, statistics_show, NULL},
    {"GET", "/api/campaigns/N/messages", PAGE " iteration state porStatus sw msisdn", API_BODY_NONE, 200,
     messages_list, NULL},
    {"GET", "/api/templates", PAGE " profile", API_BODY_NONE, 200, templates_list, NULL},
    {"POST", "/api/templates", "", API_BODY_LISTS, 201, templates_create, NULL},
    {"GET", "/api/templates/N", "", API_BODY_NONE, 200, object_show, &template_object},
    {"PATCH", "/api/templates/N", "", API_BODY_SMALL, 200, object_rename, &template_object},
    {"DELETE", "/api/templates/N", "", API_BODY_NONE, 200, object_delete, &template_object},
    {"POST", "/api/templates/N/start", "", API_BODY_FILE, 201, templates_start, NULL},
};
const size_t api_route_count = sizeof api_routes / sizeof api_routes[0];

/* A number from 1 to 2^63 - 1 without leading zeros. */
static bool take_number(const char **path, int64_t *number)
{
    const char *at = *path;
    int64_t value = 0;
    if (*at < '1' || *at > '9')
        return false;
    for (; *at >= '0' && *at <= '9'; at++)
        if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, *at - '0', &value))
            return false;
    *number = value;
    *path = at;
    return true;
}

static bool is_number_segment(const char *pattern)
{
    return (*pattern == 'N' || *pattern == 'M') && (pattern[1] == '/' || pattern[1] == '\0');
}

static bool matches(const char *pattern, const char *path, int64_t ids[static 2])
{
    size_t count = 0;
    while (*pattern != '\0') {
        if (is_number_segment(pattern) && pattern[-1] == '/') {
            if (count == 2 || !take_number(&path, &ids[count]))
                return false;
            count++;
            pattern++;
        } else if (*pattern++ != *path++)
            return false;
    }
    return *path == '\0';
}

const struct api_route *api_route_find(const char *method, const char *path, int64_t ids[static 2],
                                       char allow[static HTTP_ALLOW_SIZE])
{
    allow[0] = '\0';
    for (size_t i = 0; i < api_route_count; i++) {
        const struct api_route *route = &api_routes[i];
        if (!matches(route->pattern, path, ids))
            continue;
        if (strcmp(route->method, method) == 0)
            return route;
        size_t length = strlen(allow);
        snprintf(allow + length, HTTP_ALLOW_SIZE - length, "%s%s", length > 0 ? ", " : "", route->method);
    }
    return NULL;
}
