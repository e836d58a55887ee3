/* Remote file management and its keys: <rfm>, <key-set>. */
#include "simsim/profile_xml_reading.h"

#include <string.h>

static bool set_tar(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct rfm_application *rfm = target;
    size_t length;
    if (!value_parse_hex(value, rfm->tar, TAR_SIZE, &length) || length != TAR_SIZE)
        return reading_fail_value(reading, node, "tar", value, "6 hex digits");
    return true;
}

static bool set_minimum_spi1(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct rfm_application *rfm = target;
    unsigned long spi1;
    if (strlen(value) != 2 || !value_parse_number(value, 16, 0x1F, &spi1))
        return reading_fail_value(reading, node, "msl", value, "2 hex digits up to 1F, coded as SPI1");
    rfm->minimum_spi1 = (uint8_t)spi1;
    return true;
}

static bool set_access_domain(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct rfm_application *rfm = target;
    static const char expected[] = "full, none, or a list out of CHV1 CHV2 ADM";
    char list[READING_VALUE_SIZE], *rest = NULL;
    rfm->rights = RIGHTS_ALWAYS;
    if (strcmp(value, "full") == 0)
        rfm->rights = RIGHTS_FULL;
    if (strcmp(value, "full") == 0 || strcmp(value, "none") == 0)
        return true;
    snprintf(list, sizeof list, "%s", value);
    for (char *word = strtok_r(list, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        uint8_t condition;
        if (!value_parse_condition(word, &condition) || condition == ACCESS_NEV)
            return reading_fail_value(reading, node, "access-domain", value, expected);
        rfm->rights |= strcmp(word, "ADM") == 0 ? RIGHTS_ADM : (uint16_t)(1u << condition);
    }
    return true;
}

static bool set_d0_in_compact(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct rfm_application *rfm = target;
    rfm->accepts_d0 = strcmp(value, "accept") == 0;
    if (!rfm->accepts_d0 && strcmp(value, "reject") != 0)
        return reading_fail_value(reading, node, "d0-in-compact", value, "accept or reject");
    return true;
}

static bool set_commands(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    static const struct {
        const char *name;
        uint8_t commands;
    } sets[] = {{"A0", COMMANDS_SIM}, {"00", COMMANDS_UICC}, {"A0 00", COMMANDS_SIM | COMMANDS_UICC}};
    struct rfm_application *rfm = target;
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++)
        if (strcmp(value, sets[i].name) == 0) {
            rfm->commands = sets[i].commands;
            return true;
        }
    return reading_fail_value(reading, node, "commands", value, "A0, 00 or A0 00");
}

static bool set_formats(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct rfm_application *rfm = target;
    rfm->refuses_compact = strcmp(value, "expanded") == 0;
    rfm->refuses_expanded = strcmp(value, "compact") == 0;
    if (!rfm->refuses_compact && !rfm->refuses_expanded && strcmp(value, "both") != 0)
        return reading_fail_value(reading, node, "formats", value, "compact, expanded or both");
    return true;
}

static bool set_chaining(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct rfm_application *rfm = target;
    rfm->refuses_chaining = strcmp(value, "reject") == 0;
    if (!rfm->refuses_chaining && strcmp(value, "accept") != 0)
        return reading_fail_value(reading, node, "script-chaining", value, "accept or reject");
    return true;
}

static const struct attribute_rule rfm_rules[] = {
    {"tar", set_tar, true},
    {"msl", set_minimum_spi1, true},
    {"access-domain", set_access_domain, true},
    {"d0-in-compact", set_d0_in_compact, true},
    {"commands", set_commands, false},
    {"start", NULL, false},
    {"formats", set_formats, false},
    {"script-chaining", set_chaining, false},
    {NULL, NULL, false},
};

/* What <key-set> says. */
struct key_set_reading {
    unsigned long index, cc_size;
    struct key_set_rule rule;
};

static bool set_key_set_index(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct key_set_reading *key_set = target;
    if (!value_parse_number(value, 10, KEY_SETS_MAX, &key_set->index) || key_set->index == 0)
        return reading_fail_value(reading, node, "index", value, "1 to 15");
    return true;
}

static bool set_algorithm(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    static const struct {
        const char *name;
        uint8_t nibble; /* TS 102 225 5.1.2 and 5.1.3 */
    } algorithms[] = {{"des", 0x1}, {"aes", 0x2}, {"3des-2", 0x5}, {"3des-3", 0x9}};
    struct key_set_reading *key_set = target;
    for (size_t i = 0; i < sizeof algorithms / sizeof algorithms[0]; i++)
        if (strcmp(value, algorithms[i].name) == 0) {
            key_set->rule.algorithm = algorithms[i].nibble;
            return true;
        }
    return reading_fail_value(reading, node, "algorithm", value, "des, 3des-2, 3des-3 or aes");
}

static bool set_cc_size(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct key_set_reading *key_set = target;
    if (!value_parse_number(value, 10, 8, &key_set->cc_size) ||
        (key_set->cc_size != 4 && key_set->cc_size != 8))
        return reading_fail_value(reading, node, "cc-size", value, "4 or 8 bytes (of an AES CC)");
    key_set->rule.cc_size = (uint8_t)key_set->cc_size;
    return true;
}

static const struct attribute_rule key_set_rules[] = {
    {"index", set_key_set_index, true},
    {"algorithm", set_algorithm, false},
    {"cc-size", set_cc_size, false},
    {NULL, NULL, false},
};

/* The file it names may come later. */
static bool keep_start(struct reading *reading, const xmlNode *node, size_t number)
{
    char *value = reading_attribute(node, "start");
    bool good = value == NULL || strlen(value) < sizeof reading->start[number];
    if (!good)
        reading_fail_value(reading, node, "start", value, "the path of a directory");
    else if (value != NULL)
        strcpy(reading->start[number], value);
    xmlFree(value);
    return good;
}

bool reading_finish_rfm(struct reading *reading, const xmlNode *root)
{
    struct card_profile *profile = reading->profile;
    for (size_t i = 0; i < profile->rfm_count; i++) {
        uint16_t start = MF_INDEX;
        if (reading->start[i][0] != '\0')
            start = card_profile_find_path(profile, reading->start[i]);
        if (start == NO_FILE || profile->files[start].kind == FILE_EF)
            return reading_fail_value(reading, root, "start", reading->start[i], "the path of a directory");
        profile->rfm[i].start = start;
    }
    return true;
}

bool reading_rfm(struct reading *reading, const xmlNode *node)
{
    struct card_profile *profile = reading->profile;
    struct rfm_application rfm = {.commands = COMMANDS_SIM};
    if (profile->rfm_count == PROFILE_RFM_MAX)
        return reading_fail(reading, reading_line(node), "more than %d <rfm>", PROFILE_RFM_MAX);
    if (!reading_attributes(reading, node, rfm_rules, &rfm))
        return false;
    if (card_profile_find_tar(profile, rfm.tar) != NULL)
        return reading_fail(reading, reading_line(node), "a second <rfm> with that tar");
    if ((rfm.commands & COMMANDS_UICC) != 0 && !profile->is_uicc)
        return reading_fail(reading, reading_line(node), "commands of class 00 are for a UICC");
    if (!keep_start(reading, node, profile->rfm_count))
        return false;
    profile->rfm[profile->rfm_count++] = rfm;
    return true;
}

bool reading_key_set(struct reading *reading, const xmlNode *node)
{
    struct key_set_reading key_set = {.index = 0};
    if (!reading_attributes(reading, node, key_set_rules, &key_set))
        return false;
    struct key_set_rule *rule = &reading->profile->key_sets[key_set.index];
    if (rule->algorithm != 0 || rule->cc_size != 0)
        return reading_fail(reading, reading_line(node), "a second <key-set> with index %lu", key_set.index);
    if (key_set.rule.algorithm == 0 && key_set.rule.cc_size == 0)
        return reading_fail(reading, reading_line(node), "<key-set> has neither algorithm nor cc-size");
    *rule = key_set.rule;
    return true;
}
