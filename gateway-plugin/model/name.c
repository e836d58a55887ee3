#include "gateway-plugin/model/name.h"

#include <string.h>

static int check(const char *what, const char *name, struct refusal *refusal)
{
    size_t length = strlen(name);
    if (length == 0)
        return refuse(refusal, REFUSAL_INVALID, "%s is empty, expected 1 to %d characters", what,
                      NAME_MAX_LENGTH);
    if (length > NAME_MAX_LENGTH)
        return refuse(refusal, REFUSAL_INVALID, "%s '%.16s...' has %zu characters, expected at most %d", what,
                      name, length, NAME_MAX_LENGTH);
    for (size_t i = 0; i < length; i++) {
        if (name[i] == ' ')
            return refuse(refusal, REFUSAL_INVALID, "%s '%s' has a space at position %zu, names have none",
                          what, name, i + 1);
        if (name[i] < '!' || name[i] > '~')
            return refuse(refusal, REFUSAL_INVALID, "%s '%s': position %zu is no printable ASCII character",
                          what, name, i + 1);
    }
    return 0;
}

int name_check(const char *what, const char *name, struct refusal *refusal)
{
    return check(what, name, refusal) == 0 ? 0 : refusal_set_field(refusal, "name");
}
