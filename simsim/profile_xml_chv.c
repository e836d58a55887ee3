/* The PINs: <chv>, <adm>. */
#include "simsim/profile_xml_reading.h"

#include <string.h>

/* What <chv> and <adm> say. */
struct chv_reading {
    unsigned long number;
    uint8_t code[CHV_SIZE], unblock_code[CHV_SIZE];
    unsigned long tries, unblock_tries;
    bool enabled;
};

/* Digits as ASCII, FF filled. */
static bool parse_chv_code(const char *value, uint8_t code[static CHV_SIZE])
{
    size_t length = strlen(value);
    if (length < 4 || length > CHV_SIZE || strspn(value, "0123456789") != length)
        return false;
    memset(code, 0xFF, CHV_SIZE);
    memcpy(code, value, length);
    return true;
}

static bool set_chv_number(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct chv_reading *chv = target;
    if (!value_parse_number(value, 10, 2, &chv->number) || chv->number == 0)
        return reading_fail_value(reading, node, "number", value, "1 or 2");
    return true;
}

static bool set_chv_code(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct chv_reading *chv = target;
    if (!parse_chv_code(value, chv->code))
        return reading_fail_value(reading, node, "value", value, "4 to 8 digits");
    return true;
}

static bool set_unblock_code(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct chv_reading *chv = target;
    if (!parse_chv_code(value, chv->unblock_code))
        return reading_fail_value(reading, node, "unblock", value, "8 digits");
    return true;
}

static bool set_chv_tries(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct chv_reading *chv = target;
    if (!value_parse_number(value, 10, 15, &chv->tries) || chv->tries == 0)
        return reading_fail_value(reading, node, "tries", value, "1 to 15");
    return true;
}

static bool set_unblock_tries(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct chv_reading *chv = target;
    if (!value_parse_number(value, 10, 15, &chv->unblock_tries) || chv->unblock_tries == 0)
        return reading_fail_value(reading, node, "unblock-tries", value, "1 to 15");
    return true;
}

static bool set_chv_enabled(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct chv_reading *chv = target;
    if (!value_parse_yes_no(value, &chv->enabled))
        return reading_fail_value(reading, node, "enabled", value, "yes or no");
    return true;
}

static const struct attribute_rule chv_rules[] = {
    {"number", set_chv_number, true},
    {"value", set_chv_code, true},
    {"unblock", set_unblock_code, true},
    {"enabled", set_chv_enabled, false},
    {"tries", set_chv_tries, false},
    {"unblock-tries", set_unblock_tries, false},
    {NULL, NULL, false},
};

static const struct attribute_rule adm_rules[] = {
    {"value", set_chv_code, true},
    {"tries", set_chv_tries, false},
    {NULL, NULL, false},
};

static bool keep_chv(struct reading *reading, const xmlNode *node, enum chv_number number,
                     const struct chv_reading *chv)
{
    struct chv_profile *kept = &reading->profile->chv;
    if (kept->present[number])
        return reading_fail(reading, reading_line(node), "a second <%s> of that number",
                            (const char *)node->name);
    kept->present[number] = true;
    memcpy(kept->unblock_code[number], chv->unblock_code, CHV_SIZE);
    memcpy(kept->first.code[number], chv->code, CHV_SIZE);
    kept->tries_max[number] = (uint8_t)chv->tries;
    kept->first.tries[number] = (uint8_t)chv->tries;
    kept->first.unblock_tries[number] = (uint8_t)chv->unblock_tries;
    if (number == CHV1)
        kept->first.chv1_enabled = chv->enabled;
    return true;
}

bool reading_chv(struct reading *reading, const xmlNode *node)
{
    struct chv_reading chv = {.tries = 3, .unblock_tries = 10, .enabled = true}; /* TS 51.011 9.3 */
    if (!reading_attributes(reading, node, chv_rules, &chv))
        return false;
    if (chv.number == 2 && !chv.enabled)
        return reading_fail(reading, reading_line(node), "CHV2 cannot be disabled (TS 51.011 11.3.3)");
    return keep_chv(reading, node, chv.number == 1 ? CHV1 : CHV2, &chv);
}

bool reading_adm(struct reading *reading, const xmlNode *node)
{
    struct chv_reading chv = {.tries = 10};
    return reading_attributes(reading, node, adm_rules, &chv) && keep_chv(reading, node, CHV_ADM, &chv);
}
