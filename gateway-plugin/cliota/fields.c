#include "gateway-plugin/cliota/fields.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "gateway-plugin/cliota/message.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const struct {
    const char *option, *field;
} names[] = {
    {"profile", "profile_id"}, {"template", "template_id"}, {"applet", "applet_id"},
    {"tkp", "tkp_id"},         {"apduFilePath", "apdus"},   {"dataFilePath", "data"},
};

const char *field_of_option(const char *option)
{
    for (size_t i = 0; i < COUNT(names); i++)
        if (strcmp(option, names[i].option) == 0)
            return names[i].field;
    return option;
}

/* --- there --- */

/* NULL: the value is no text. */
static json_t *value_of(const struct options *options, const struct option_spec *spec)
{
    const char *text = option_text(options, spec->name);
    switch (spec->kind) {
    case OPTION_ID_OR_NONE:
        if (option_is_none(text))
            return json_null();
        return json_integer(option_number(options, spec->name, 0));
    case OPTION_TEXT_OR_NONE: return json_string(option_is_none(text) ? "" : text);
    case OPTION_NUMBER:
    case OPTION_ID: return json_integer(option_number(options, spec->name, 0));
    case OPTION_BOOLEAN: return json_boolean(option_boolean(options, spec->name, false));
    default: return json_string(text);
    }
}

json_t *fields_of_options(const struct options *options, size_t first)
{
    json_t *body = json_object();
    for (size_t i = first; i < options->command->option_count; i++) {
        const struct option_spec *spec = &options->command->options[i];
        if (spec->kind == OPTION_FILE || option_text(options, spec->name) == NULL ||
            json_object_set_new(body, field_of_option(spec->name), value_of(options, spec)) == 0)
            continue;
        message_error("-%s is not text, expected UTF-8", spec->name);
        json_decref(body);
        return NULL;
    }
    return body;
}

/* --- and back --- */

static const struct option_spec *option_of_field(const struct options *options, const char *field)
{
    for (size_t i = 0; field != NULL && i < options->command->option_count; i++)
        if (strcmp(field_of_option(options->command->options[i].name), field) == 0)
            return &options->command->options[i];
    return NULL;
}

void fields_explain(const struct options *options, const char *refusal, const char *field, char *text,
                    size_t size)
{
    const struct option_spec *option = option_of_field(options, field);
    const size_t length = option != NULL ? strlen(field) : 0;
    if (option != NULL && strncmp(refusal, field, length) == 0 && !isalnum((unsigned char)refusal[length]))
        snprintf(text, size, "-%s%s", option->name, refusal + length);
    else
        snprintf(text, size, "%s", refusal);
}
