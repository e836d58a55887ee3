/* XML profile -> struct card_profile. The only file of simsim that sees libxml2. */
#include "simsim/profile_xml.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/hex.h"

#define FILES_MAX 4096       /* a real card has a few hundred */
#define FILE_SIZE_MAX 0xFFFF /* two bytes in the answer to SELECT */
#define RFM_MAX 64
#define VALUE_SIZE 256 /* of any attribute but `content` */

struct reading {
    const char *path;
    char *error;
    size_t error_size;
    struct card_profile *profile;
    bool failed;
};

__attribute__((format(printf, 3, 4))) static bool fail(struct reading *reading, unsigned line,
                                                       const char *format, ...)
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

static unsigned line_of(const xmlNode *node)
{
    return (unsigned)xmlGetLineNo(node);
}

/* One attribute: its name, how its value is read, whether it must be there. */
struct attribute_rule {
    const char *name;
    bool (*set)(struct reading *reading, const xmlNode *node, const char *value, void *target);
    bool required;
};

static bool fail_value(struct reading *reading, const xmlNode *node, const char *what, const char *value,
                       const char *expected)
{
    return fail(reading, line_of(node), "%s '%.60s', expected %s", what, value, expected);
}

static bool parse_number(const char *text, int base, unsigned long maximum, unsigned long *number)
{
    char *end;
    if (strspn(text, base == 16 ? "0123456789ABCDEFabcdef" : "0123456789") != strlen(text) || *text == '\0')
        return false;
    errno = 0;
    *number = strtoul(text, &end, base);
    return errno == 0 && *end == '\0' && *number <= maximum;
}

/* Hex digits with blanks between them, at most `size` bytes. */
static bool parse_hex(const char *text, uint8_t *bytes, size_t size, size_t *length)
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

static bool set_fid(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct profile_file *file = target;
    unsigned long fid;
    if (strlen(value) != 4 || !parse_number(value, 16, 0xFFFF, &fid))
        return fail_value(reading, node, "id", value, "4 hex digits");
    file->fid = (uint16_t)fid;
    return true;
}

static bool set_file_name(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct profile_file *file = target;
    if (strlen(value) >= sizeof file->name)
        return fail_value(reading, node, "name", value, "at most 15 characters");
    strcpy(file->name, value);
    return true;
}

static bool set_structure(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    static const struct {
        const char *name;
        enum file_structure structure;
    } structures[] = {{"transparent", FILE_TRANSPARENT}, {"linear", FILE_LINEAR}, {"cyclic", FILE_CYCLIC}};
    struct profile_file *file = target;
    for (size_t i = 0; i < sizeof structures / sizeof structures[0]; i++)
        if (strcmp(value, structures[i].name) == 0) {
            file->structure = structures[i].structure;
            return true;
        }
    return fail_value(reading, node, "structure", value, "transparent, linear or cyclic");
}

static bool set_size(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct profile_file *file = target;
    unsigned long size;
    if (!parse_number(value, 10, FILE_SIZE_MAX, &size) || size == 0)
        return fail_value(reading, node, "size", value, "1 to 65535 bytes");
    file->size = (uint16_t)size;
    return true;
}

static bool set_record_length(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct profile_file *file = target;
    unsigned long length;
    if (!parse_number(value, 10, 255, &length) || length == 0)
        return fail_value(reading, node, "record-length", value, "1 to 255 bytes");
    file->record_length = (uint8_t)length;
    return true;
}

static bool set_record_count(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct profile_file *file = target;
    unsigned long count;
    if (!parse_number(value, 10, 254, &count) || count == 0)
        return fail_value(reading, node, "records", value, "1 to 254");
    file->record_count = (uint8_t)count;
    return true;
}

static bool parse_condition(const char *text, uint8_t *condition)
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
    if (strncmp(text, "ADM", 3) != 0 || !parse_number(text + 3, 16, 0xE, &nibble) || nibble < ACCESS_ADM)
        return false;
    *condition = (uint8_t)nibble;
    return true;
}

static bool set_condition(struct reading *reading, const xmlNode *node, const char *value, void *target,
                          enum access_right right, const char *name)
{
    struct profile_file *file = target;
    if (!parse_condition(value, &file->access[right]))
        return fail_value(reading, node, name, value, "ALW, CHV1, CHV2, ADM, ADM4 to ADME or NEV");
    return true;
}

static bool set_read(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    return set_condition(reading, node, value, target, RIGHT_READ, "read");
}

static bool set_update(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    return set_condition(reading, node, value, target, RIGHT_UPDATE, "update");
}

static bool set_increase(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    return set_condition(reading, node, value, target, RIGHT_INCREASE, "increase");
}

static bool set_rehabilitate(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    return set_condition(reading, node, value, target, RIGHT_REHABILITATE, "rehabilitate");
}

static bool set_invalidate(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    return set_condition(reading, node, value, target, RIGHT_INVALIDATE, "invalidate");
}

static bool parse_yes_no(const char *value, bool *flag)
{
    *flag = strcmp(value, "yes") == 0;
    return *flag || strcmp(value, "no") == 0;
}

static bool set_readable_when_invalidated(struct reading *reading, const xmlNode *node, const char *value,
                                          void *target)
{
    struct profile_file *file = target;
    if (!parse_yes_no(value, &file->readable_when_invalidated))
        return fail_value(reading, node, "readable-when-invalidated", value, "yes or no");
    return true;
}

static bool set_source(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    static const struct {
        const char *name;
        enum content_source source;
    } sources[] = {{"iccid", CONTENT_ICCID}, {"imsi", CONTENT_IMSI}, {"msisdn", CONTENT_MSISDN}};
    struct profile_file *file = target;
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++)
        if (strcmp(value, sources[i].name) == 0) {
            file->source = sources[i].source;
            return true;
        }
    return fail_value(reading, node, "content-from", value, "iccid, imsi or msisdn");
}

static bool set_content(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    (void)reading, (void)node, (void)value, (void)target; /* read when the size is known: fill_content() */
    return true;
}

static bool set_characteristics(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct profile_file *file = target;
    unsigned long byte;
    if (strlen(value) != 2 || !parse_number(value, 16, 0x7F, &byte))
        return fail_value(reading, node, "characteristics", value,
                          "2 hex digits up to 7F (bit 8 is the state of CHV1)");
    file->characteristics = (uint8_t)byte;
    return true;
}

static bool set_free_memory(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct profile_file *file = target;
    unsigned long bytes;
    if (!parse_number(value, 10, 0xFFFF, &bytes))
        return fail_value(reading, node, "free-memory", value, "0 to 65535 bytes");
    file->free_memory = (uint16_t)bytes;
    return true;
}

static const struct attribute_rule directory_rules[] = {
    {"id", set_fid, true},
    {"name", set_file_name, false},
    {"characteristics", set_characteristics, false},
    {"free-memory", set_free_memory, false},
    {NULL, NULL, false},
};

static const struct attribute_rule ef_rules[] = {
    {"id", set_fid, true},
    {"name", set_file_name, false},
    {"structure", set_structure, true},
    {"size", set_size, false},
    {"record-length", set_record_length, false},
    {"records", set_record_count, false},
    {"read", set_read, true},
    {"update", set_update, true},
    {"increase", set_increase, false},
    {"rehabilitate", set_rehabilitate, false},
    {"invalidate", set_invalidate, false},
    {"readable-when-invalidated", set_readable_when_invalidated, false},
    {"content", set_content, false},
    {"record-content", set_content, false},
    {"content-from", set_source, false},
    {NULL, NULL, false},
};

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
    if (!parse_number(value, 10, 2, &chv->number) || chv->number == 0)
        return fail_value(reading, node, "number", value, "1 or 2");
    return true;
}

static bool set_chv_code(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct chv_reading *chv = target;
    if (!parse_chv_code(value, chv->code))
        return fail_value(reading, node, "value", value, "4 to 8 digits");
    return true;
}

static bool set_unblock_code(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct chv_reading *chv = target;
    if (!parse_chv_code(value, chv->unblock_code))
        return fail_value(reading, node, "unblock", value, "8 digits");
    return true;
}

static bool set_chv_tries(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct chv_reading *chv = target;
    if (!parse_number(value, 10, 15, &chv->tries) || chv->tries == 0)
        return fail_value(reading, node, "tries", value, "1 to 15");
    return true;
}

static bool set_unblock_tries(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct chv_reading *chv = target;
    if (!parse_number(value, 10, 15, &chv->unblock_tries) || chv->unblock_tries == 0)
        return fail_value(reading, node, "unblock-tries", value, "1 to 15");
    return true;
}

static bool set_chv_enabled(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct chv_reading *chv = target;
    if (!parse_yes_no(value, &chv->enabled))
        return fail_value(reading, node, "enabled", value, "yes or no");
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

static bool set_tar(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct rfm_application *rfm = target;
    size_t length;
    if (!parse_hex(value, rfm->tar, TAR_SIZE, &length) || length != TAR_SIZE)
        return fail_value(reading, node, "tar", value, "6 hex digits");
    return true;
}

static bool set_minimum_spi1(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct rfm_application *rfm = target;
    unsigned long spi1;
    if (strlen(value) != 2 || !parse_number(value, 16, 0x1F, &spi1))
        return fail_value(reading, node, "msl", value, "2 hex digits up to 1F, coded as SPI1");
    rfm->minimum_spi1 = (uint8_t)spi1;
    return true;
}

static bool set_access_domain(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct rfm_application *rfm = target;
    static const char expected[] = "full, none, or a list out of CHV1 CHV2 ADM";
    char list[VALUE_SIZE], *rest = NULL;
    rfm->rights = RIGHTS_ALWAYS;
    if (strcmp(value, "full") == 0)
        rfm->rights = RIGHTS_FULL;
    if (strcmp(value, "full") == 0 || strcmp(value, "none") == 0)
        return true;
    snprintf(list, sizeof list, "%s", value);
    for (char *word = strtok_r(list, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        uint8_t condition;
        if (!parse_condition(word, &condition) || condition == ACCESS_NEV)
            return fail_value(reading, node, "access-domain", value, expected);
        rfm->rights |= strcmp(word, "ADM") == 0 ? RIGHTS_ADM : (uint16_t)(1u << condition);
    }
    return true;
}

static bool set_d0_in_compact(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct rfm_application *rfm = target;
    rfm->accepts_d0 = strcmp(value, "accept") == 0;
    if (!rfm->accepts_d0 && strcmp(value, "reject") != 0)
        return fail_value(reading, node, "d0-in-compact", value, "accept or reject");
    return true;
}

static const struct attribute_rule rfm_rules[] = {
    {"tar", set_tar, true},
    {"msl", set_minimum_spi1, true},
    {"access-domain", set_access_domain, true},
    {"d0-in-compact", set_d0_in_compact, true},
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
    if (!parse_number(value, 10, KEY_SETS_MAX, &key_set->index) || key_set->index == 0)
        return fail_value(reading, node, "index", value, "1 to 15");
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
    return fail_value(reading, node, "algorithm", value, "des, 3des-2, 3des-3 or aes");
}

static bool set_cc_size(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct key_set_reading *key_set = target;
    if (!parse_number(value, 10, 8, &key_set->cc_size) || (key_set->cc_size != 4 && key_set->cc_size != 8))
        return fail_value(reading, node, "cc-size", value, "4 or 8 bytes (of an AES CC)");
    key_set->rule.cc_size = (uint8_t)key_set->cc_size;
    return true;
}

static const struct attribute_rule key_set_rules[] = {
    {"index", set_key_set_index, true},
    {"algorithm", set_algorithm, false},
    {"cc-size", set_cc_size, false},
    {NULL, NULL, false},
};

static bool set_profile_name(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct card_profile *profile = target;
    profile->name = strdup(value);
    return profile->name != NULL || fail(reading, line_of(node), "out of memory");
}

static bool set_counter_scope(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct card_profile *profile = target;
    profile->counter_per_tar = strcmp(value, "tar") == 0;
    return profile->counter_per_tar || strcmp(value, "keyset") == 0 ||
           fail_value(reading, node, "counter-scope", value, "keyset or tar");
}

static const struct attribute_rule profile_rules[] = {
    {"name", set_profile_name, true},
    {"counter-scope", set_counter_scope, false},
    {NULL, NULL, false},
};

/* xmlGetNoNsProp() with an owner; NULL when the attribute is not there. */
static char *attribute_value(const xmlNode *node, const char *name)
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
    char *value = attribute_value(node, rule->name);
    if (value == NULL)
        return rule->required ? fail(reading, line_of(node), "<%s> has no attribute '%s'",
                                     (const char *)node->name, rule->name)
                              : true;
    bool good =
        rule->set == set_content || strlen(value) < VALUE_SIZE
            ? rule->set(reading, node, value, target)
            : fail(reading, line_of(node), "%s has more than %d characters", rule->name, VALUE_SIZE - 1);
    xmlFree(value);
    return good;
}

/* Every attribute is known, every required one is there, every value is good. */
static bool read_attributes(struct reading *reading, const xmlNode *node, const struct attribute_rule *rules,
                            void *target)
{
    for (const xmlAttr *attribute = node->properties; attribute != NULL; attribute = attribute->next)
        if (find_rule(rules, (const char *)attribute->name) == NULL)
            return fail(reading, line_of(node), "<%s> has an unknown attribute '%.60s'",
                        (const char *)node->name, (const char *)attribute->name);
    for (const struct attribute_rule *rule = rules; rule->name != NULL; rule++)
        if (!set_attribute(reading, node, rule, target))
            return false;
    return true;
}

static struct profile_file *add_file(struct reading *reading, const xmlNode *node, enum file_kind kind)
{
    struct card_profile *profile = reading->profile;
    if (profile->file_count == FILES_MAX) {
        fail(reading, line_of(node), "more than %d files", FILES_MAX);
        return NULL;
    }
    struct profile_file *file = &profile->files[profile->file_count++];
    memset(file, 0, sizeof *file);
    file->kind = kind;
    file->line = line_of(node);
    file->characteristics = 0x31; /* clock stop allowed, 3 V and 1.8 V: phones refuse a 5 V only card */
    memset(file->access, ACCESS_NEV, sizeof file->access);
    return file;
}

/* A FID is unique in its directory, and differs from it and its siblings' way up (TS 51.011 6.2). */
static bool check_fid(struct reading *reading, const struct profile_file *file)
{
    const struct card_profile *profile = reading->profile;
    for (const struct profile_file *other = profile->files; other < file; other++)
        if (other->fid == file->fid &&
            (other->parent == file->parent || other == &profile->files[file->parent]))
            return fail(reading, file->line, "file %04X is there already, in line %u", file->fid,
                        other->line);
    return true;
}

/* Hex of `attribute`, if it is there, into the first `size` bytes of `bytes`. */
static bool fill_from(struct reading *reading, const xmlNode *node, const struct profile_file *file,
                      const char *attribute, uint8_t *bytes, size_t size, size_t *length)
{
    char *value = attribute_value(node, attribute);
    size_t digits = 0;
    bool good = true;
    *length = 0;
    if (value == NULL)
        return true;
    for (const char *c = value; *c != '\0'; c++)
        digits += strchr(" \t\r\n", *c) == NULL;
    if (file->source != CONTENT_FIXED)
        good = fail(reading, file->line, "file %04X has both %s and content-from", file->fid, attribute);
    else if (digits / 2 > size)
        good = fail(reading, file->line, "%s of file %04X has %zu bytes, there is room for %zu", attribute,
                    file->fid, digits / 2, size);
    else if (!parse_hex(value, bytes, size, length))
        good = fail(reading, file->line, "%s of file %04X is not an even number of hex digits", attribute,
                    file->fid);
    xmlFree(value);
    return good;
}

/* FF, then record-content in every record, then content over all. */
static bool fill_content(struct reading *reading, const xmlNode *node, struct profile_file *file)
{
    size_t length;
    file->content = malloc(file->size);
    if (file->content == NULL)
        return fail(reading, file->line, "out of memory");
    memset(file->content, 0xFF, file->size);
    if (!fill_from(reading, node, file, "record-content", file->content, file->record_length, &length))
        return false;
    for (size_t record = 1; record < file->record_count; record++)
        memcpy(file->content + record * file->record_length, file->content, length);
    return fill_from(reading, node, file, "content", file->content, file->size, &length);
}

/* A transparent file has a size; the others a record length and a number of records. */
static bool check_shape(struct reading *reading, struct profile_file *file)
{
    if (file->structure == FILE_TRANSPARENT) {
        if (file->size == 0 || file->record_length != 0 || file->record_count != 0)
            return fail(reading, file->line, "transparent file %04X needs a size and no records", file->fid);
    } else {
        if (file->size != 0 || file->record_length == 0 || file->record_count == 0)
            return fail(reading, file->line, "file %04X needs record-length and records, and no size",
                        file->fid);
        file->size = (uint16_t)(file->record_length * file->record_count);
    }
    if (file->access[RIGHT_INCREASE] != ACCESS_NEV &&
        (file->structure != FILE_CYCLIC || file->record_length < 3))
        return fail(reading, file->line, "file %04X: only cyclic records of 3 bytes and more can increase",
                    file->fid);
    return true;
}

/* The sizes that the card's own numbers take (TS 51.011 10.1.1, 10.3.2, 10.5.5). */
static bool check_source(struct reading *reading, const struct profile_file *file)
{
    static const uint16_t sizes[] = {[CONTENT_ICCID] = 10, [CONTENT_IMSI] = 9};
    if (file->source == CONTENT_MSISDN && file->record_length < 14)
        return fail(reading, file->line, "file %04X: an MSISDN takes records of at least 14 bytes",
                    file->fid);
    if ((file->source == CONTENT_ICCID || file->source == CONTENT_IMSI) &&
        (file->structure != FILE_TRANSPARENT || file->size != sizes[file->source]))
        return fail(reading, file->line, "file %04X: its content-from takes a transparent file of %u bytes",
                    file->fid, (unsigned)sizes[file->source]);
    return true;
}

static bool read_ef(struct reading *reading, const xmlNode *node, uint16_t parent, unsigned depth)
{
    (void)depth;
    struct profile_file *file = add_file(reading, node, FILE_EF);
    if (file == NULL)
        return false;
    file->parent = parent;
    if (!read_attributes(reading, node, ef_rules, file) || !check_fid(reading, file) ||
        !check_shape(reading, file) || !check_source(reading, file) || !fill_content(reading, node, file))
        return false;
    for (const xmlNode *child = node->children; child != NULL; child = child->next)
        if (child->type == XML_ELEMENT_NODE)
            return fail(reading, line_of(child), "<ef> holds <%.60s>, expected nothing",
                        (const char *)child->name);
    return true;
}

static bool read_directory(struct reading *reading, const xmlNode *node, uint16_t parent, unsigned depth);

/* The elements in a directory; text is only layout. */
static bool read_children(struct reading *reading, const xmlNode *node, uint16_t directory, unsigned depth)
{
    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        if (child->type != XML_ELEMENT_NODE)
            continue;
        bool df = strcmp((const char *)child->name, "df") == 0;
        if (!df && strcmp((const char *)child->name, "ef") != 0)
            return fail(reading, line_of(child), "<%s> holds <%.60s>, expected <df> or <ef>",
                        (const char *)node->name, (const char *)child->name);
        if (!(df ? read_directory : read_ef)(reading, child, directory, depth + 1))
            return false;
    }
    return true;
}

static bool read_directory(struct reading *reading, const xmlNode *node, uint16_t parent, unsigned depth)
{
    if (depth == FILE_DEPTH_MAX - 1)
        return fail(reading, line_of(node), "directories nest deeper than %d", FILE_DEPTH_MAX - 1);
    uint16_t index = (uint16_t)reading->profile->file_count;
    struct profile_file *file = add_file(reading, node, index == MF_INDEX ? FILE_MF : FILE_DF);
    if (file == NULL)
        return false;
    file->parent = parent;
    if (!read_attributes(reading, node, directory_rules, file))
        return false;
    if (index != MF_INDEX && !check_fid(reading, file))
        return false;
    return read_children(reading, node, index, depth);
}

static bool read_mf(struct reading *reading, const xmlNode *node)
{
    if (reading->profile->file_count != 0)
        return fail(reading, line_of(node), "a second <mf>");
    if (!read_directory(reading, node, MF_INDEX, 0))
        return false;
    if (reading->profile->files[MF_INDEX].fid != FID_MF)
        return fail(reading, line_of(node), "<mf> has id %04X, expected 3F00",
                    reading->profile->files[MF_INDEX].fid);
    return true;
}

static bool keep_chv(struct reading *reading, const xmlNode *node, enum chv_number number,
                     const struct chv_reading *chv)
{
    struct chv_profile *kept = &reading->profile->chv;
    if (kept->present[number])
        return fail(reading, line_of(node), "a second <%s> of that number", (const char *)node->name);
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

static bool read_chv(struct reading *reading, const xmlNode *node)
{
    struct chv_reading chv = {.tries = 3, .unblock_tries = 10, .enabled = true}; /* TS 51.011 9.3 */
    if (!read_attributes(reading, node, chv_rules, &chv))
        return false;
    if (chv.number == 2 && !chv.enabled)
        return fail(reading, line_of(node), "CHV2 cannot be disabled (TS 51.011 11.3.3)");
    return keep_chv(reading, node, chv.number == 1 ? CHV1 : CHV2, &chv);
}

static bool read_adm(struct reading *reading, const xmlNode *node)
{
    struct chv_reading chv = {.tries = 10};
    return read_attributes(reading, node, adm_rules, &chv) && keep_chv(reading, node, CHV_ADM, &chv);
}

static bool read_rfm(struct reading *reading, const xmlNode *node)
{
    struct card_profile *profile = reading->profile;
    struct rfm_application rfm = {.accepts_d0 = false};
    if (profile->rfm_count == RFM_MAX)
        return fail(reading, line_of(node), "more than %d <rfm>", RFM_MAX);
    if (!read_attributes(reading, node, rfm_rules, &rfm))
        return false;
    if (card_profile_find_tar(profile, rfm.tar) != NULL)
        return fail(reading, line_of(node), "a second <rfm> with that tar");
    profile->rfm[profile->rfm_count++] = rfm;
    return true;
}

static bool read_key_set(struct reading *reading, const xmlNode *node)
{
    struct key_set_reading key_set = {.index = 0};
    if (!read_attributes(reading, node, key_set_rules, &key_set))
        return false;
    struct key_set_rule *rule = &reading->profile->key_sets[key_set.index];
    if (rule->algorithm != 0 || rule->cc_size != 0)
        return fail(reading, line_of(node), "a second <key-set> with index %lu", key_set.index);
    if (key_set.rule.algorithm == 0 && key_set.rule.cc_size == 0)
        return fail(reading, line_of(node), "<key-set> has neither algorithm nor cc-size");
    *rule = key_set.rule;
    return true;
}

static const struct {
    const char *name;
    bool (*read)(struct reading *reading, const xmlNode *node);
} elements[] = {
    {"mf", read_mf}, {"chv", read_chv}, {"adm", read_adm}, {"rfm", read_rfm}, {"key-set", read_key_set}};

static bool read_element(struct reading *reading, const xmlNode *node)
{
    for (size_t i = 0; i < sizeof elements / sizeof elements[0]; i++)
        if (strcmp((const char *)node->name, elements[i].name) == 0)
            return elements[i].read(reading, node);
    return fail(reading, line_of(node),
                "<card-profile> holds <%.60s>, expected <mf>, <chv>, <adm>, <rfm> or <key-set>",
                (const char *)node->name);
}

static bool read_root(struct reading *reading, const xmlNode *root)
{
    if (root == NULL || strcmp((const char *)root->name, "card-profile") != 0)
        return fail(reading, root == NULL ? 1 : line_of(root),
                    "root element is <%.60s>, expected <card-profile>",
                    root == NULL ? "" : (const char *)root->name);
    if (!read_attributes(reading, root, profile_rules, reading->profile))
        return false;
    for (const xmlNode *node = root->children; node != NULL; node = node->next)
        if (node->type == XML_ELEMENT_NODE && !read_element(reading, node))
            return false;
    return reading->profile->file_count > 0 || fail(reading, line_of(root), "no <mf>");
}

/* SAX handler: entities could only come from a DTD, and a profile needs none. */
static void refuse_dtd(void *context, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
    (void)name, (void)external, (void)system;
    xmlParserCtxtPtr parser = context;
    struct reading *reading = parser->_private;
    fail(reading, (unsigned)xmlSAX2GetLineNumber(parser), "a document type declaration is not allowed");
    xmlStopParser(parser);
}

static xmlDocPtr parse_document(struct reading *reading)
{
    xmlParserCtxtPtr parser = xmlNewParserCtxt();
    if (parser == NULL) {
        fail(reading, 0, "out of memory");
        return NULL;
    }
    parser->_private = reading;
    parser->sax->internalSubset = refuse_dtd;
    xmlDocPtr document =
        xmlCtxtReadFile(parser, reading->path, NULL,
                        XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_BIG_LINES);
    if (document == NULL) {
        const xmlError *last = xmlCtxtGetLastError(parser);
        const char *message = last != NULL && last->message != NULL ? last->message : "not XML\n";
        fail(reading, last == NULL || last->line < 0 ? 0u : (unsigned)last->line, "%.*s",
             (int)strcspn(message, "\n"), message);
    }
    xmlFreeParserCtxt(parser);
    return document;
}

static bool profile_allocate(struct reading *reading)
{
    struct card_profile *profile = calloc(1, sizeof *profile);
    if (profile != NULL) {
        profile->files = calloc(FILES_MAX, sizeof *profile->files);
        profile->rfm = calloc(RFM_MAX, sizeof *profile->rfm);
    }
    reading->profile = profile;
    return (profile != NULL && profile->files != NULL && profile->rfm != NULL) ||
           fail(reading, 0, "out of memory");
}

/* Gives back what the upper limit reserved. */
static void profile_shrink(struct card_profile *profile)
{
    struct profile_file *files = realloc(profile->files, profile->file_count * sizeof *files);
    if (files != NULL)
        profile->files = files;
}

struct card_profile *profile_xml_read(const char *path, char *error, size_t error_size)
{
    struct reading reading = {.path = path, .error = error, .error_size = error_size};
    FILE *readable = fopen(path, "r"); /* libxml2 says only "failed to load" */
    if (readable == NULL) {
        snprintf(error, error_size, "%s: %s", path, strerror(errno));
        return NULL;
    }
    fclose(readable);
    xmlDocPtr document = parse_document(&reading);
    if (!reading.failed && profile_allocate(&reading) && read_root(&reading, xmlDocGetRootElement(document)))
        profile_shrink(reading.profile);
    xmlFreeDoc(document);
    if (reading.failed)
        card_profile_free(&reading.profile);
    return reading.profile;
}
