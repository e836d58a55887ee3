/* Toolkit parameters as JSON: the fields that they were made of, read in their bytes again, and these in words. */
#include <stdio.h>

#include "gateway-plugin/api/json_views.h"
#include "gateway-plugin/model/install_words.h"
#include "protocol/hex.h"

static json_t *hex_or_null(const uint8_t *bytes, size_t length)
{
    char text[2 * INSTALL_PARAMETERS_MAX + 1];
    return text_or_null(hex_encode(bytes, length, text));
}

static json_t *entries_view(const struct toolkit_application *toolkit)
{
    json_t *list = json_array();
    for (size_t i = 0; i < toolkit->entry_count; i++)
        json_array_append_new(
            list, text_view("%d:%d", toolkit->entries[i].position, toolkit->entries[i].identifier));
    return list;
}

static json_t *tars_view(const struct toolkit_application *toolkit)
{
    json_t *list = json_array();
    for (size_t i = 0; i < toolkit->tar_count; i++)
        json_array_append_new(list, hex_or_null(toolkit->tars[i], TAR_SIZE));
    return list;
}

/* "uicc:00", "A0000000871002:00:ABCD" */
static json_t *access_view(const struct access_list *access)
{
    json_t *list = json_array();
    for (size_t i = 0; i < access->count; i++) {
        const struct access_entry *entry = &access->entries[i];
        char aid[2 * ACCESS_AID_MAX + 1], domain[2 * ACCESS_DOMAIN_MAX + 1], dap[2 * ACCESS_DAP_MAX + 1];
        json_array_append_new(list, text_view("%s:%s%s%s",
                                              entry->aid_length > 0 ? hex_encode(entry->aid, entry->aid_length, aid)
                                                                    : "uicc",
                                              hex_encode(entry->domain, entry->domain_length, domain),
                                              entry->dap_length > 0 ? ":" : "",
                                              hex_encode(entry->dap, entry->dap_length, dap)));
    }
    return list;
}

static void add_line(void *list, const char *line)
{
    json_array_append_new(list, json_string(line));
}

static json_t *meaning_view(const struct install_parameters *read)
{
    json_t *list = json_array();
    install_words(read, add_line, list);
    return list;
}

/* clang-format off */
json_t *toolkit_view(const struct toolkit_parameters *toolkit, const char *base)
{
    struct install_parameters read;
    if (toolkit_parameters_read(toolkit->install_parameters, &read) != 0)
        return NULL;
    const struct toolkit_application *application = read.has_uicc ? &read.uicc : &read.sim;
    return json_pack("{s:I, s:s, s:s?, s:i, s:i, s:i, s:o, s:i, s:o, s:o, s:i, s:o, s:o, s:o, s:I, s:I, s:o, s:s, s:o, "
                     "s:o, s:o, s:o, s:I, s:s}",
                     "id", (json_int_t)toolkit->id,
                     "name", toolkit->name,
                     "format", toolkit_format_name(&read),
                     "priority", application->priority,
                     "maxTimers", application->timers,
                     "maxTextLength", application->text_length,
                     "menuEntries", entries_view(application),
                     "maxChannels", application->channels,
                     "minimumSecurityLevel", hex_or_null(&application->minimum_spi1, application->has_minimum_spi1),
                     "tars", tars_view(application),
                     "maxServices", read.services,
                     "accessDomain", hex_or_null(read.access_domain, read.access_domain_length),
                     "uiccAccess", access_view(&read.access),
                     "uiccAdminAccess", access_view(&read.admin_access),
                     "nonVolatileMemory", (json_int_t)read.non_volatile_memory,
                     "volatileMemory", (json_int_t)read.volatile_memory,
                     "applicationData", hex_or_null(read.application_data, read.application_data_length),
                     "installParameters", toolkit->install_parameters,
                     "meaning", meaning_view(&read),
                     "created", time_view(toolkit->created),
                     "updated", time_view(toolkit->updated),
                     "profile", profile_url(toolkit->profile_id, base),
                     "profile_id", (json_int_t)toolkit->profile_id,
                     "profile_name", toolkit->profile_name);
}
/* clang-format on */
