/* What the attributes of <mf>, <df> and <ef> may be. */
#include "simsim/profile_xml_reading.h"

#include <string.h>

#define FILE_SIZE_MAX 0xFFFF /* two bytes in the answer to SELECT */

static bool set_fid(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct profile_file *file = target;
    unsigned long fid;
    if (strlen(value) != 4 || !value_parse_number(value, 16, 0xFFFF, &fid))
        return reading_fail_value(reading, node, "id", value, "4 hex digits");
    file->fid = (uint16_t)fid;
    return true;
}

static bool set_file_name(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct profile_file *file = target;
    if (strlen(value) >= sizeof file->name)
        return reading_fail_value(reading, node, "name", value, "at most 15 characters");
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
    return reading_fail_value(reading, node, "structure", value, "transparent, linear or cyclic");
}

static bool set_size(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct profile_file *file = target;
    unsigned long size;
    if (!value_parse_number(value, 10, FILE_SIZE_MAX, &size) || size == 0)
        return reading_fail_value(reading, node, "size", value, "1 to 65535 bytes");
    file->size = (uint16_t)size;
    return true;
}

static bool set_record_length(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct profile_file *file = target;
    unsigned long length;
    if (!value_parse_number(value, 10, 255, &length) || length == 0)
        return reading_fail_value(reading, node, "record-length", value, "1 to 255 bytes");
    file->record_length = (uint8_t)length;
    return true;
}

static bool set_record_count(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct profile_file *file = target;
    unsigned long count;
    if (!value_parse_number(value, 10, 254, &count) || count == 0)
        return reading_fail_value(reading, node, "records", value, "1 to 254");
    file->record_count = (uint8_t)count;
    return true;
}

static bool set_condition(struct reading *reading, const xmlNode *node, const char *value, void *target,
                          enum access_right right, const char *name)
{
    struct profile_file *file = target;
    if (!value_parse_condition(value, &file->access[right]))
        return reading_fail_value(reading, node, name, value, "ALW, CHV1, CHV2, ADM, ADM4 to ADME or NEV");
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

static bool set_readable_when_invalidated(struct reading *reading, const xmlNode *node, const char *value,
                                          void *target)
{
    struct profile_file *file = target;
    if (!value_parse_yes_no(value, &file->readable_when_invalidated))
        return reading_fail_value(reading, node, "readable-when-invalidated", value, "yes or no");
    return true;
}

static bool set_source(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    static const struct {
        const char *name;
        enum content_source source;
    } sources[] = {{"iccid", CONTENT_ICCID},
                   {"imsi", CONTENT_IMSI},
                   {"msisdn", CONTENT_MSISDN},
                   {"applications", CONTENT_APPLICATIONS},
                   {"access-rules", CONTENT_ACCESS_RULES}};
    struct profile_file *file = target;
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++)
        if (strcmp(value, sources[i].name) == 0) {
            file->source = sources[i].source;
            return true;
        }
    return reading_fail_value(reading, node, "content-from", value,
                              "iccid, imsi, msisdn, applications or access-rules");
}

static bool set_sfi(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct profile_file *file = target;
    unsigned long sfi;
    if (!value_parse_number(value, 10, SFI_MAX, &sfi) || sfi == 0)
        return reading_fail_value(reading, node, "sfi", value, "1 to 30");
    file->sfi = (uint8_t)sfi;
    return true;
}

/* Only files in front of this one are there yet. */
static bool set_same_as(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct profile_file *file = target;
    uint16_t other = card_profile_find_path(reading->profile, value);
    if (other == NO_FILE || reading->profile->files[other].kind != FILE_EF ||
        &reading->profile->files[other] == file)
        return reading_fail_value(reading, node, "same-as", value, "the path of an EF that stands before it");
    file->same_as = reading->profile->files[other].same_as;
    return true;
}

static bool set_aid(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct profile_file *file = target;
    size_t length;
    if (!value_parse_hex(value, file->aid, AID_SIZE_MAX, &length) || length < 5)
        return reading_fail_value(reading, node, "aid", value, "5 to 16 bytes in hex");
    file->aid_length = (uint8_t)length;
    return true;
}

static bool set_label(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct profile_file *file = target;
    if (strlen(value) >= sizeof file->label)
        return reading_fail_value(reading, node, "label", value, "at most 32 characters");
    strcpy(file->label, value);
    return true;
}

static bool set_characteristics(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct profile_file *file = target;
    unsigned long byte;
    if (strlen(value) != 2 || !value_parse_number(value, 16, 0x7F, &byte))
        return reading_fail_value(reading, node, "characteristics", value,
                                  "2 hex digits up to 7F (bit 8 is the state of CHV1)");
    file->characteristics = (uint8_t)byte;
    return true;
}

static bool set_free_memory(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct profile_file *file = target;
    unsigned long bytes;
    if (!value_parse_number(value, 10, 0xFFFF, &bytes))
        return reading_fail_value(reading, node, "free-memory", value, "0 to 65535 bytes");
    file->free_memory = (uint16_t)bytes;
    return true;
}

const struct attribute_rule reading_directory_rules[] = {
    {"id", set_fid, true},
    {"name", set_file_name, false},
    {"characteristics", set_characteristics, false},
    {"free-memory", set_free_memory, false},
    {"aid", set_aid, false},
    {"label", set_label, false},
    {NULL, NULL, false},
};

const struct attribute_rule reading_ef_rules[] = {
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
    {"content", NULL, false},
    {"record-content", NULL, false},
    {"content-from", set_source, false},
    {"sfi", set_sfi, false},
    {NULL, NULL, false},
};

const struct attribute_rule reading_shared_ef_rules[] = {
    {"id", set_fid, true},
    {"name", set_file_name, false},
    {"same-as", set_same_as, true},
    {"sfi", set_sfi, false},
    {NULL, NULL, false},
};
