#include "formats/config_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/text_trim.h"

#define LINE_SIZE 1024
#define GROUPS_MAX 10000

struct config_entry {
    struct config_entry *next;
    unsigned line;
    char *key, *value;
};

struct config_group {
    struct config_group *next;
    struct config_entry *entries; /* the first is `group = name` */
    unsigned line;
};

struct config_file {
    char *path;
    struct config_group *first;
};

/* Where the parser is: lines go to `group`, or begin one when it is NULL. */
struct parser {
    struct config_file *file;
    struct config_group **next_group;
    struct config_group *group;
    struct config_entry **next_entry;
    unsigned line, groups;
    char *error;
    size_t error_size;
};

static int refuse(const struct parser *parser, const char *problem, const char *value)
{
    snprintf(parser->error, parser->error_size, "%s:%u: %s%s%s%s", parser->file->path, parser->line, problem,
             value ? " '" : "", value ? value : "", value ? "'" : "");
    return -1;
}

static void free_entry(struct config_entry *entry)
{
    if (entry == NULL)
        return;
    free(entry->key);
    free(entry->value);
    free(entry);
}

static struct config_entry *make_entry(unsigned line, const char *key, const char *value)
{
    struct config_entry *entry = calloc(1, sizeof *entry);
    if (entry == NULL)
        return NULL;
    entry->line = line;
    entry->key = strdup(key);
    entry->value = strdup(value);
    if (entry->key == NULL || entry->value == NULL) {
        free_entry(entry);
        return NULL;
    }
    return entry;
}

static int begin_group(struct parser *parser)
{
    if (parser->groups++ >= GROUPS_MAX)
        return refuse(parser, "more than 10000 groups", NULL);
    struct config_group *group = calloc(1, sizeof *group);
    if (group == NULL)
        return refuse(parser, "out of memory", NULL);
    group->line = parser->line;
    *parser->next_group = group;
    parser->next_group = &group->next;
    parser->group = group;
    parser->next_entry = &group->entries;
    return 0;
}

static int add_entry(struct parser *parser, const char *key, const char *value)
{
    if (parser->group == NULL) {
        if (strcmp(key, "group") != 0)
            return refuse(parser, "expected 'group = NAME' at the start of a group, found", key);
        if (begin_group(parser) < 0)
            return -1;
    } else if (config_get(parser->group, key) != NULL) {
        return refuse(parser, "given twice in one group:", key);
    }
    struct config_entry *entry = make_entry(parser->line, key, value);
    if (entry == NULL)
        return refuse(parser, "out of memory", NULL);
    *parser->next_entry = entry;
    parser->next_entry = &entry->next;
    return 0;
}

/* The text between the quotes, with \" and \\ undone; what is not quoted stays. NULL: bad quotes. */
static char *unquote(char *value)
{
    if (*value != '"')
        return value;
    char *from = value + 1, *to = value;
    while (*from != '\0' && *from != '"') {
        if (*from == '\\' && (from[1] == '"' || from[1] == '\\'))
            from++;
        *to++ = *from++;
    }
    if (*from != '"' || from[1] != '\0')
        return NULL;
    *to = '\0';
    return value;
}

static int parse_line(struct parser *parser, char *line)
{
    char *text = text_trim(line);
    if (*text == '#')
        return 0;
    if (*text == '\0') {
        parser->group = NULL;
        return 0;
    }
    char *equals = strchr(text, '=');
    if (equals == NULL) { /* what follows the first word may be a password */
        text[strcspn(text, " \t")] = '\0';
        return refuse(parser, "expected 'key = value', found", text);
    }
    *equals = '\0';
    const char *key = text_trim(text);
    if (*key == '\0')
        return refuse(parser, "expected a key in front of '='", NULL);
    const char *value = unquote(text_trim(equals + 1));
    if (value == NULL)
        return refuse(parser, "the quotes do not match in the value of", key);
    return add_entry(parser, key, value);
}

static int parse_stream(struct parser *parser, FILE *stream)
{
    char line[LINE_SIZE];
    while (fgets(line, sizeof line, stream) != NULL) {
        parser->line++;
        if (strchr(line, '\n') == NULL && !feof(stream))
            return refuse(parser, "the line is longer than 1022 characters", NULL);
        if (parse_line(parser, line) < 0)
            return -1;
    }
    if (ferror(stream))
        return refuse(parser, strerror(errno), NULL);
    return 0;
}

struct config_file *config_file_read(const char *path, char *error, size_t error_size)
{
    FILE *stream = fopen(path, "r");
    struct config_file *file = stream ? calloc(1, sizeof *file) : NULL;
    if (file == NULL || (file->path = strdup(path)) == NULL) {
        snprintf(error, error_size, "%s: %s", path, strerror(errno));
        goto failed;
    }
    struct parser parser = {
        .file = file, .next_group = &file->first, .error = error, .error_size = error_size};
    if (parse_stream(&parser, stream) < 0)
        goto failed;
    fclose(stream);
    return file;
failed:
    if (stream != NULL)
        fclose(stream);
    config_file_free(&file);
    return NULL;
}

static void free_group(struct config_group *group)
{
    for (struct config_entry *entry = group->entries, *next; entry != NULL; entry = next) {
        next = entry->next;
        free_entry(entry);
    }
    free(group);
}

void config_file_free(struct config_file **file)
{
    if (*file == NULL)
        return;
    for (struct config_group *group = (*file)->first, *next; group != NULL; group = next) {
        next = group->next;
        free_group(group);
    }
    free((*file)->path);
    free(*file);
    *file = NULL;
}

static const char *group_name(const struct config_group *group)
{
    return group->entries->value;
}

const struct config_group *config_group_next(const struct config_file *file, const char *name,
                                             const struct config_group *after)
{
    const struct config_group *group = after ? after->next : file->first;
    while (group != NULL && strcmp(group_name(group), name) != 0)
        group = group->next;
    return group;
}

static const struct config_entry *find_entry(const struct config_group *group, const char *key)
{
    const struct config_entry *entry = group->entries;
    while (entry != NULL && strcmp(entry->key, key) != 0)
        entry = entry->next;
    return entry;
}

const char *config_get(const struct config_group *group, const char *key)
{
    const struct config_entry *entry = find_entry(group, key);
    return entry != NULL ? entry->value : NULL;
}

unsigned config_line(const struct config_group *group)
{
    return group->line;
}

unsigned config_key_line(const struct config_group *group, const char *key)
{
    const struct config_entry *entry = find_entry(group, key);
    return entry != NULL ? entry->line : group->line;
}

static bool is_known(const char *const *known, const char *group, const char *key)
{
    size_t length = strlen(group);
    for (; *known != NULL; known++) {
        if (strncmp(*known, group, length) != 0)
            continue;
        if (key == NULL ? (*known)[length] == '\0'
                        : (*known)[length] == '.' && strcmp(*known + length + 1, key) == 0)
            return true;
    }
    return false;
}

/* The first entry of the group that is not known; the first entry stands for the group's name. */
static const struct config_entry *first_unknown(const struct config_group *group, const char *const *known)
{
    if (!is_known(known, group_name(group), NULL))
        return group->entries;
    for (const struct config_entry *entry = group->entries->next; entry != NULL; entry = entry->next)
        if (!is_known(known, group_name(group), entry->key))
            return entry;
    return NULL;
}

int config_check(const struct config_file *file, const char *const *known, char *error, size_t error_size)
{
    for (const struct config_group *group = file->first; group != NULL; group = group->next) {
        const struct config_entry *entry = first_unknown(group, known);
        if (entry == NULL)
            continue;
        if (entry == group->entries)
            snprintf(error, error_size, "%s:%u: unknown group '%s'", file->path, entry->line, entry->value);
        else
            snprintf(error, error_size, "%s:%u: unknown key '%s' in group '%s'", file->path, entry->line,
                     entry->key, group_name(group));
        return -1;
    }
    return 0;
}
