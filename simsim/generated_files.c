#include "simsim/generated_files.h"

#include <string.h>

#include "protocol/tlv.h"

#define RECORD_MAX 255

#define TAG_APPLICATION 0x61
#define TAG_AID 0x4F
#define TAG_LABEL 0x50

#define TAG_ACCESS_MODE 0x80 /* the byte says which commands; TS 102 221 9.2.7 */
#define TAG_ACCESS_INS 0x84  /* the byte is an instruction */
#define MODE_ANY 0x7F
#define INS_INCREASE 0x32
#define TAG_ALWAYS 0x90
#define TAG_NEVER 0x97
#define TAG_USER_AUTHENTICATION 0xA4

/* The bit of each right in an access mode byte of an EF; INCREASE has none. */
static const uint8_t mode_bits[RIGHT_COUNT] = {
    [RIGHT_READ] = 0x01, [RIGHT_UPDATE] = 0x02, [RIGHT_INVALIDATE] = 0x08, [RIGHT_REHABILITATE] = 0x10};

/* The record where the next one goes; NULL when there is no room, and *needed says for how much. */
static uint8_t *record_for(struct profile_file *file, size_t number, size_t length,
                           struct generated_size *needed)
{
    if (number > needed->records)
        needed->records = number;
    if (length > needed->record_length)
        needed->record_length = length;
    return number <= file->record_count && length <= file->record_length
               ? file->content + (number - 1) * file->record_length
               : NULL;
}

static void write_application(const struct profile_file *adf, struct byte_writer *writer)
{
    size_t label = strlen(adf->label);
    tlv_write_header(writer, TAG_APPLICATION, 2u + adf->aid_length + (label > 0 ? 2 + label : 0));
    tlv_write(writer, TAG_AID, adf->aid, adf->aid_length);
    if (label > 0)
        tlv_write(writer, TAG_LABEL, (const uint8_t *)adf->label, label);
}

static bool write_applications(struct card_profile *profile, struct profile_file *dir,
                               struct generated_size *needed)
{
    uint8_t bytes[RECORD_MAX];
    size_t number = 0;
    bool good = true;
    for (size_t i = 0; i < profile->file_count; i++) {
        struct byte_writer writer = byte_writer_on(bytes, sizeof bytes);
        if (profile->files[i].aid_length == 0)
            continue;
        write_application(&profile->files[i], &writer);
        uint8_t *record = record_for(dir, ++number, writer.length, needed);
        good = good && record != NULL;
        if (record != NULL)
            memcpy(record, bytes, writer.length);
    }
    return good;
}

static uint8_t key_reference(uint8_t condition)
{
    switch (condition) {
    case ACCESS_CHV1: return 0x01;
    case ACCESS_CHV2: return 0x81;
    default: return 0x0A;
    }
}

static void write_condition(uint8_t condition, struct byte_writer *writer)
{
    const uint8_t authentication[] = {0x83, 0x01, key_reference(condition), 0x95, 0x01, 0x08};
    if (condition == ACCESS_ALW || condition == ACCESS_NEV)
        tlv_write_header(writer, condition == ACCESS_ALW ? TAG_ALWAYS : TAG_NEVER, 0);
    else
        tlv_write(writer, TAG_USER_AUTHENTICATION, authentication, sizeof authentication);
}

static void write_mode(uint8_t tag, uint8_t mode, uint8_t condition, struct byte_writer *writer)
{
    tlv_write(writer, tag, &mode, 1);
    write_condition(condition, writer);
}

/* The rights in order, those with the same condition together; what is never allowed is left out. */
static void write_rule(const struct profile_file *file, struct byte_writer *writer)
{
    uint8_t done = 0;
    for (size_t right = 0; right < RIGHT_COUNT; right++) {
        uint8_t condition = file->access[right], mode = 0;
        if (condition == ACCESS_NEV || (mode_bits[right] & done) != 0)
            continue;
        for (size_t other = right; other < RIGHT_COUNT; other++)
            if (file->access[other] == condition)
                mode |= mode_bits[other];
        if (right == RIGHT_INCREASE)
            write_mode(TAG_ACCESS_INS, INS_INCREASE, condition, writer);
        else
            write_mode(TAG_ACCESS_MODE, mode, condition, writer);
        done |= right == RIGHT_INCREASE ? 0 : mode;
    }
    if (writer->length == 0)
        write_mode(TAG_ACCESS_MODE, MODE_ANY, ACCESS_NEV, writer);
}

static uint16_t child_with_rules(const struct card_profile *profile, uint16_t directory)
{
    for (size_t i = 0; i < profile->file_count; i++)
        if (profile->files[i].parent == directory && profile->files[i].source == CONTENT_ACCESS_RULES)
            return (uint16_t)i;
    return NO_FILE;
}

/* The EF.ARR that has the rule of a file. */
static uint16_t rules_of(const struct card_profile *profile, const struct profile_file *file)
{
    uint16_t directory = file->parent;
    uint16_t found = child_with_rules(profile, directory);
    while (found == NO_FILE && directory != MF_INDEX) {
        directory = profile->files[directory].parent;
        found = child_with_rules(profile, directory);
    }
    return found;
}

/* From 1; `count` + 1 when the rule is a new one. */
static size_t find_rule(const struct profile_file *rules, size_t count, const struct byte_writer *rule)
{
    uint8_t whole[RECORD_MAX];
    memset(whole, 0xFF, sizeof whole);
    memcpy(whole, rule->start, rule->length);
    for (size_t i = 0; i < count; i++)
        if (memcmp(rules->content + i * rules->record_length, whole, rules->record_length) == 0)
            return i + 1;
    return count + 1;
}

static bool write_access_rules(struct card_profile *profile, uint16_t index, struct generated_size *needed)
{
    struct profile_file *rules = &profile->files[index];
    uint8_t bytes[RECORD_MAX];
    size_t count = 0;
    bool good = true;
    for (size_t i = 0; i < profile->file_count; i++) {
        struct profile_file *file = &profile->files[i];
        struct byte_writer writer = byte_writer_on(bytes, sizeof bytes);
        if (rules_of(profile, file) != index)
            continue;
        write_rule(file, &writer);
        size_t number = find_rule(rules, count, &writer);
        uint8_t *record = record_for(rules, number, writer.length, needed);
        if (record == NULL) {
            good = false;
            continue;
        }
        memcpy(record, bytes, writer.length);
        count = number > count ? number : count;
        file->rule_file = rules->fid;
        file->rule_record = (uint8_t)number;
    }
    return good;
}

bool generated_files_write(struct card_profile *profile, struct generated_size *needed)
{
    for (size_t i = 0; i < profile->file_count; i++) {
        struct profile_file *file = &profile->files[i];
        *needed = (struct generated_size){.file = (uint16_t)i};
        if ((file->source == CONTENT_APPLICATIONS && !write_applications(profile, file, needed)) ||
            (file->source == CONTENT_ACCESS_RULES && !write_access_rules(profile, (uint16_t)i, needed)))
            return false;
    }
    for (size_t i = 0; i < profile->file_count; i++)
        if (profile->files[i].source == CONTENT_APPLICATIONS ||
            profile->files[i].source == CONTENT_ACCESS_RULES)
            profile->files[i].source = CONTENT_FIXED;
    return true;
}
