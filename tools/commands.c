/* Every command, in the order of the help. */
#include <string.h>

#include "tools/command.h"

const struct command *const commands[] = {
    &encode_command,
    &decode_command,
    &decode_por_command,
    &segment_command,
    &reassemble_command,
    &explain_command,
    NULL,
};

const struct command *command_find(const char *name)
{
    for (size_t i = 0; commands[i] != NULL; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

int command_check_mandatory(const struct command *command, const struct request *request, bool as_option,
                            struct refusal *refusal)
{
    for (enum field field = 0; field < FIELDS; field++) {
        const struct field_spec *spec = &fields[field];
        if ((command->mandatory & ~request->present & FIELD_BIT(field)) == 0)
            continue;
        return refuse(refusal, "%s%s is missing, expected %s", as_option ? "--" : "",
                      as_option ? spec->option : spec->json, spec->help);
    }
    return 0;
}
