/* Errors with their line, values of attributes, and the check of all attributes of an element. */
#include "simsim/profile_xml_reading.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/hex.h"

bool reading_fail(struct reading *reading, unsigned line, const char *format, ...)
{
    char reason[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    if (!reading->failed)
        snprintf(reading->error, reading->error_size, "%s:%u: %s", reading->path, line, reason);
    reading->failed = true;
    return false;
}

unsigned reading_line(const xmlNode *node)
{
    return (unsigned)xmlGetLineNo(node);
}

bool reading_fail_value(struct reading *reading, const xmlNode *node, const char *what, const char *value,
                        const char *expected)
{
    return reading_fail(reading, reading_line(node), "%s '%.60s', expected %s", what, value, expected);
}

bool value_parse_number(const char *text, int base, unsigned long maximum, unsigned long *number)
{
    char *end;
    if (strspn(text, base == 16 ? "0123456789ABCDEFabcdef" : "0123456789") != strlen(text) || *text == '\0')
        return false;
    errno = 0;
    *number = strtoul(text, &end, base);
    return errno == 0 && *end == '\0' && *number <= maximum;
}

/* Hex digits with blanks between them, at most `size` bytes. */
bool value_parse_hex(const char *text, uint8_t *bytes, size_t size, size_t *length)
{
    size_t digits = 0;
    char pair[2];
    *length = 0;
    for (; *text != '\0'; text++) {
        if (strchr(" \t\r\n", *text) != NULL)
            continue;
        pair[digits++ % 2] = *text;
        size_t one;
        if (digits % 2 == 0 && (*length == size || hex_decode(pair, 2, &bytes[(*length)++], 1, &one) != 0))
            return false;
    }
    return digits % 2 == 0;
}

bool value_parse_condition(const char *text, uint8_t *condition)
{
    static const struct {
        const char *name;
        uint8_t condition;
    } names[] = {{"ALW", ACCESS_ALW},
                 {"CHV1", ACCESS_CHV1},
                 {"CHV2", ACCESS_CHV2},
                 {"ADM", ACCESS_ADM},
                 {"NEV", ACCESS_NEV}};
    unsigned long nibble;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(text, names[i].name) == 0) {
            *condition = names[i].condition;
            return true;
        }
    /* ADM4 to ADME name the nibble itself */
    if (strncmp(text, "ADM", 3) != 0 || !value_parse_number(text + 3, 16, 0xE, &nibble) ||
        nibble < ACCESS_ADM)
        return false;
    *condition = (uint8_t)nibble;
    return true;
}

bool value_parse_yes_no(const char *value, bool *flag)
{
    *flag = strcmp(value, "yes") == 0;
    return *flag || strcmp(value, "no") == 0;
}

/* xmlGetNoNsProp() with an owner; NULL when the attribute is not there. */
char *reading_attribute(const xmlNode *node, const char *name)
{
    return (char *)xmlGetNoNsProp(node, (const xmlChar *)name);
}

static const struct attribute_rule *find_rule(const struct attribute_rule *rules, const char *name)
{
    for (; rules->name != NULL; rules++)
        if (strcmp(rules->name, name) == 0)
            return rules;
    return NULL;
}

static bool set_attribute(struct reading *reading, const xmlNode *node, const struct attribute_rule *rule,
                          void *target)
{
    char *value = reading_attribute(node, rule->name);
    if (value == NULL)
        return rule->required ? reading_fail(reading, reading_line(node), "<%s> has no attribute '%s'",
                                             (const char *)node->name, rule->name)
                              : true;
    bool good = rule->set == NULL || strlen(value) < READING_VALUE_SIZE
                    ? rule->set == NULL || rule->set(reading, node, value, target)
                    : reading_fail(reading, reading_line(node), "%s has more than %d characters", rule->name,
                                   READING_VALUE_SIZE - 1);
    xmlFree(value);
    return good;
}

/* Every attribute is known, every required one is there, every value is good. */
bool reading_attributes(struct reading *reading, const xmlNode *node, const struct attribute_rule *rules,
                        void *target)
{
    for (const xmlAttr *attribute = node->properties; attribute != NULL; attribute = attribute->next)
        if (find_rule(rules, (const char *)attribute->name) == NULL)
            return reading_fail(reading, reading_line(node), "<%s> has an unknown attribute '%.60s'",
                                (const char *)node->name, (const char *)attribute->name);
    for (const struct attribute_rule *rule = rules; rule->name != NULL; rule++)
        if (!set_attribute(reading, node, rule, target))
            return false;
    return true;
}
