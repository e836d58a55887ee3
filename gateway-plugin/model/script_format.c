#include "gateway-plugin/model/script_format.h"

#include <stddef.h>
#include <strings.h>

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

const char *script_format_name(enum script_format format)
{
    return format == SCRIPT_EXPANDED ? "expanded" : "compact";
}

int script_format_parse(const char *name, enum script_format *format)
{
    static const char *const names[] = {"", "compact", "expanded"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (strcasecmp(name, names[i]) == 0) {
            *format = (enum script_format)i;
            return 0;
        }
    return -1;
}

static const struct {
    enum script_chaining chaining;
    const char *name;
} CHAININGS[] = {{CHAINING_NONE, "none"}, {CHAINING_FIRST, "first"}, {CHAINING_FIRST_KEPT, "first-kept"}};

const char *script_chaining_name(enum script_chaining chaining)
{
    size_t i = COUNT_OF(CHAININGS) - 1;
    while (i > 0 && CHAININGS[i].chaining != chaining)
        i--;
    return CHAININGS[i].name;
}

int script_chaining_parse(const char *name, enum script_chaining *chaining)
{
    for (size_t i = 0; i < COUNT_OF(CHAININGS); i++)
        if (strcasecmp(name, CHAININGS[i].name) == 0) {
            *chaining = CHAININGS[i].chaining;
            return 0;
        }
    return -1;
}
