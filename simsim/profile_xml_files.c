/* The file tree: <mf>, <df>, <ef>. */
#include "simsim/profile_xml_reading.h"

#include <stdlib.h>
#include <string.h>

#include "simsim/generated_files.h"

static struct profile_file *add_file(struct reading *reading, const xmlNode *node, enum file_kind kind)
{
    struct card_profile *profile = reading->profile;
    if (profile->file_count == PROFILE_FILES_MAX) {
        reading_fail(reading, reading_line(node), "more than %d files", PROFILE_FILES_MAX);
        return NULL;
    }
    struct profile_file *file = &profile->files[profile->file_count++];
    memset(file, 0, sizeof *file);
    file->kind = kind;
    file->same_as = (uint16_t)(profile->file_count - 1);
    file->line = reading_line(node);
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
            return reading_fail(reading, file->line, "file %04X is there already, in line %u", file->fid,
                                other->line);
    return true;
}

/* Hex of `attribute`, if it is there, into the first `size` bytes of `bytes`. */
static bool fill_from(struct reading *reading, const xmlNode *node, const struct profile_file *file,
                      const char *attribute, uint8_t *bytes, size_t size, size_t *length)
{
    char *value = reading_attribute(node, attribute);
    size_t digits = 0;
    bool good = true;
    *length = 0;
    if (value == NULL)
        return true;
    for (const char *c = value; *c != '\0'; c++)
        digits += strchr(" \t\r\n", *c) == NULL;
    if (file->source != CONTENT_FIXED)
        good =
            reading_fail(reading, file->line, "file %04X has both %s and content-from", file->fid, attribute);
    else if (digits / 2 > size)
        good = reading_fail(reading, file->line, "%s of file %04X has %zu bytes, there is room for %zu",
                            attribute, file->fid, digits / 2, size);
    else if (!value_parse_hex(value, bytes, size, length))
        good = reading_fail(reading, file->line, "%s of file %04X is not an even number of hex digits",
                            attribute, file->fid);
    xmlFree(value);
    return good;
}

/* FF, then record-content in every record, then content over all. */
static bool fill_content(struct reading *reading, const xmlNode *node, struct profile_file *file)
{
    size_t length;
    file->content = malloc(file->size);
    if (file->content == NULL)
        return reading_fail(reading, file->line, "out of memory");
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
            return reading_fail(reading, file->line, "transparent file %04X needs a size and no records",
                                file->fid);
    } else {
        if (file->size != 0 || file->record_length == 0 || file->record_count == 0)
            return reading_fail(reading, file->line, "file %04X needs record-length and records, and no size",
                                file->fid);
        file->size = (uint16_t)(file->record_length * file->record_count);
    }
    if (file->access[RIGHT_INCREASE] != ACCESS_NEV &&
        (file->structure != FILE_CYCLIC || file->record_length < 3))
        return reading_fail(reading, file->line,
                            "file %04X: only cyclic records of 3 bytes and more can increase", file->fid);
    return true;
}

/* The sizes that the card's own numbers take (TS 51.011 10.1.1, 10.3.2, 10.5.5). */
static bool check_source(struct reading *reading, const struct profile_file *file)
{
    static const uint16_t sizes[] = {[CONTENT_ICCID] = 10, [CONTENT_IMSI] = 9};
    if (file->source == CONTENT_MSISDN && file->record_length < 14)
        return reading_fail(reading, file->line, "file %04X: an MSISDN takes records of at least 14 bytes",
                            file->fid);
    if ((file->source == CONTENT_APPLICATIONS || file->source == CONTENT_ACCESS_RULES) &&
        file->structure != FILE_LINEAR)
        return reading_fail(reading, file->line, "file %04X: its content-from takes a linear file",
                            file->fid);
    if ((file->source == CONTENT_ICCID || file->source == CONTENT_IMSI) &&
        (file->structure != FILE_TRANSPARENT || file->size != sizes[file->source]))
        return reading_fail(reading, file->line,
                            "file %04X: its content-from takes a transparent file of %u bytes", file->fid,
                            (unsigned)sizes[file->source]);
    return true;
}

/* An SFI is unique in its directory (TS 102 221 8.2.2). */
static bool check_sfi(struct reading *reading, const struct profile_file *file)
{
    for (const struct profile_file *other = reading->profile->files; other < file; other++)
        if (file->sfi != 0 && other->sfi == file->sfi && other->parent == file->parent)
            return reading_fail(reading, file->line, "sfi %u is that of file %04X already, in line %u",
                                file->sfi, other->fid, other->line);
    return true;
}

/* The same shape and the same rights: only name and identifiers are its own. */
static void share(struct profile_file *file, const struct profile_file *owner)
{
    struct profile_file own = *file;
    *file = *owner;
    file->fid = own.fid;
    file->parent = own.parent;
    file->line = own.line;
    file->sfi = own.sfi;
    memcpy(file->name, own.name, sizeof file->name);
    file->content = NULL;
    file->source = CONTENT_FIXED; /* the owner's is asked */
}

static bool read_shared_ef(struct reading *reading, const xmlNode *node, struct profile_file *file)
{
    if (!reading_attributes(reading, node, reading_shared_ef_rules, file))
        return false;
    share(file, &reading->profile->files[file->same_as]);
    return check_fid(reading, file) && check_sfi(reading, file);
}

static bool read_own_ef(struct reading *reading, const xmlNode *node, struct profile_file *file)
{
    return reading_attributes(reading, node, reading_ef_rules, file) && check_fid(reading, file) &&
           check_sfi(reading, file) && check_shape(reading, file) && check_source(reading, file) &&
           fill_content(reading, node, file);
}

static bool read_ef(struct reading *reading, const xmlNode *node, uint16_t parent, unsigned depth)
{
    (void)depth;
    struct profile_file *file = add_file(reading, node, FILE_EF);
    if (file == NULL)
        return false;
    file->parent = parent;
    bool is_shared = xmlHasProp(node, (const xmlChar *)"same-as") != NULL;
    if (!(is_shared ? read_shared_ef : read_own_ef)(reading, node, file))
        return false;
    for (const xmlNode *child = node->children; child != NULL; child = child->next)
        if (child->type == XML_ELEMENT_NODE)
            return reading_fail(reading, reading_line(child), "<ef> holds <%.60s>, expected nothing",
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
            return reading_fail(reading, reading_line(child), "<%s> holds <%.60s>, expected <df> or <ef>",
                                (const char *)node->name, (const char *)child->name);
        if (!(df ? read_directory : read_ef)(reading, child, directory, depth + 1))
            return false;
    }
    return true;
}

/* TS 102 221 8.1: applications hang in the MF, and have names of their own. */
static bool check_application(struct reading *reading, const struct profile_file *file)
{
    const struct card_profile *profile = reading->profile;
    if (file->aid_length == 0)
        return file->label[0] == '\0' || reading_fail(reading, file->line, "a label needs an aid");
    if (!profile->is_uicc || file->kind != FILE_DF || file->parent != MF_INDEX)
        return reading_fail(reading, file->line, "an aid is for a <df> in the <mf> of a UICC");
    for (const struct profile_file *other = profile->files; other < file; other++)
        if (other->aid_length == file->aid_length && memcmp(other->aid, file->aid, file->aid_length) == 0)
            return reading_fail(reading, file->line, "that aid is there already, in line %u", other->line);
    return true;
}

static bool read_directory(struct reading *reading, const xmlNode *node, uint16_t parent, unsigned depth)
{
    if (depth == FILE_DEPTH_MAX - 1)
        return reading_fail(reading, reading_line(node), "directories nest deeper than %d",
                            FILE_DEPTH_MAX - 1);
    uint16_t index = (uint16_t)reading->profile->file_count;
    struct profile_file *file = add_file(reading, node, index == MF_INDEX ? FILE_MF : FILE_DF);
    if (file == NULL)
        return false;
    file->parent = parent;
    if (!reading_attributes(reading, node, reading_directory_rules, file))
        return false;
    if ((index != MF_INDEX && !check_fid(reading, file)) || !check_application(reading, file))
        return false;
    return read_children(reading, node, index, depth);
}

bool reading_mf(struct reading *reading, const xmlNode *node)
{
    if (reading->profile->file_count != 0)
        return reading_fail(reading, reading_line(node), "a second <mf>");
    if (!read_directory(reading, node, MF_INDEX, 0))
        return false;
    if (reading->profile->files[MF_INDEX].fid != FID_MF)
        return reading_fail(reading, reading_line(node), "<mf> has id %04X, expected 3F00",
                            reading->profile->files[MF_INDEX].fid);
    return true;
}

bool reading_finish_files(struct reading *reading)
{
    struct generated_size needed;
    if (generated_files_write(reading->profile, &needed))
        return true;
    const struct profile_file *file = &reading->profile->files[needed.file];
    return reading_fail(reading, file->line, "file %04X needs at least %zu records of %zu bytes", file->fid,
                        needed.records, needed.record_length);
}
