#include "tools/options.h"

#include <stdlib.h>
#include <string.h>

/* The field that an option names; FIELDS when there is none. */
static enum field field_of(const struct command *command, const char *name, size_t length)
{
    for (enum field field = 0; field < FIELDS; field++)
        if ((command->accepts & FIELD_BIT(field)) != 0 && strlen(fields[field].option) == length &&
            memcmp(fields[field].option, name, length) == 0)
            return field;
    return FIELDS;
}

static bool *flag_of(struct options *options, const char *name)
{
    if (strcmp(name, "help") == 0)
        return &options->help;
    if (strcmp(name, "json") == 0)
        return &options->json;
    return strcmp(name, "batch") == 0 ? &options->batch : NULL;
}

/* Sets the field; a key's text does not stay in the process list. */
static enum exit_status set_field(enum field field, char *text, struct request *request,
                                  struct byte_list *input, struct refusal *refusal)
{
    char name[40] = "--";
    strncat(name, fields[field].option, sizeof name - 3);
    int rc = request_set(request, input, field, name, text, strlen(text), refusal);
    if (fields[field].kind == KIND_KEY)
        explicit_bzero(text, strlen(text));
    return rc == 0 ? STATUS_DONE : STATUS_REFUSED;
}

static enum exit_status wrong_usage(int refused)
{
    (void)refused;
    return STATUS_USAGE;
}

/* One option, --name VALUE or --name=VALUE; *next is the argument behind it. */
static enum exit_status read_option(const struct command *command, char *argument, char ***next,
                                    struct options *options, struct request *request, struct byte_list *input,
                                    struct refusal *refusal)
{
    const char *name = argument + 2;
    const size_t length = strcspn(name, "=");
    bool *flag = flag_of(options, name);
    if (flag != NULL) {
        *flag = true;
        return STATUS_DONE;
    }
    enum field field = field_of(command, name, length);
    if (field == FIELDS)
        return wrong_usage(refuse(refusal, "%.*s: otapacket %s has no such option", (int)length + 2, argument,
                                  command->name));
    options->given++;
    if (fields[field].kind == KIND_FLAG)
        return set_field(field, argument + 2 + length, request, input, refusal);
    if (name[length] == '=')
        return set_field(field, argument + 2 + length + 1, request, input, refusal);
    if (**next == NULL)
        return wrong_usage(
            refuse(refusal, "%s: the value is missing, expected %s", argument, fields[field].value));
    return set_field(field, *(*next)++, request, input, refusal);
}

enum exit_status options_read(const struct command *command, char **arguments, struct options *options,
                              struct request *request, struct byte_list *input, struct refusal *refusal)
{
    enum exit_status status = STATUS_DONE;
    *options = (struct options){.help = false};
    while (status == STATUS_DONE && *arguments != NULL) {
        char *argument = *arguments++;
        if (strncmp(argument, "--", 2) == 0) {
            status = read_option(command, argument, &arguments, options, request, input, refusal);
        } else if (strcmp(argument, "-h") == 0) {
            options->help = true;
        } else if (argument[0] == '{') {
            options->object = argument;
            options->json = true;
        } else {
            options->given++;
            status = set_field(command->words, argument, request, input, refusal);
        }
    }
    if (status == STATUS_DONE && options->batch && (request->present & FIELD_BIT(command->words)) != 0)
        status = wrong_usage(
            refuse(refusal, "--batch: the %s stands in the lines of the standard input, not in the options",
                   fields[command->words].json));
    return status;
}

static int read_variable(enum field key, enum field file, const char *name, struct request *request,
                         struct refusal *refusal)
{
    char *value = getenv(name);
    if (value == NULL || request_has(request, key) || request_has(request, file))
        return 0;
    int rc = request_set(request, NULL, key, name, value, strlen(value), refusal);
    explicit_bzero(value, strlen(value));
    return rc;
}

int options_read_environment(const struct command *command, struct request *request, struct refusal *refusal)
{
    if ((command->accepts & FIELD_BIT(FIELD_KIC_KEY)) == 0)
        return 0;
    int rc = read_variable(FIELD_KIC_KEY, FIELD_KIC_KEY_FILE, "OTAPACKET_KIC_KEY", request, refusal);
    if (rc == 0)
        rc = read_variable(FIELD_KID_KEY, FIELD_KID_KEY_FILE, "OTAPACKET_KID_KEY", request, refusal);
    return rc;
}
