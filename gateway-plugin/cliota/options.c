#include "gateway-plugin/cliota/options.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "gateway-plugin/cliota/message.h"

#define NAME_SIZE 32

/* The name behind one or two dashes, or NULL: not an option. */
static const char *dashed_name(const char *argument)
{
    if (argument[0] != '-' || argument[1] == '\0')
        return NULL;
    argument += argument[1] == '-' ? 2 : 1;
    return isalpha((unsigned char)*argument) ? argument : NULL;
}

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; commands[i] != NULL; i++)
        if (strcasecmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

static bool is_name_of(const struct option_spec *spec, const char *name)
{
    return strcasecmp(spec->name, name) == 0 || (spec->alias != NULL && strcasecmp(spec->alias, name) == 0);
}

static const struct option_spec *find_option(const struct command *command, const char *name)
{
    for (size_t i = 0; i < command->option_count; i++)
        if (is_name_of(&command->options[i], name))
            return &command->options[i];
    return NULL;
}

/* Levenshtein, letters of any case alike; names over NAME_SIZE are far from everything. */
static size_t distance(const char *a, const char *b)
{
    size_t row[NAME_SIZE + 1];
    size_t length = strlen(b);
    if (strlen(a) > NAME_SIZE || length > NAME_SIZE)
        return NAME_SIZE;
    for (size_t j = 0; j <= length; j++)
        row[j] = j;
    for (size_t i = 1; a[i - 1] != '\0'; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= length; j++) {
            size_t best =
                diagonal + (size_t)(tolower((unsigned char)a[i - 1]) != tolower((unsigned char)b[j - 1]));
            diagonal = row[j];
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[length];
}

struct nearest {
    const char *wanted, *name;
    size_t distance;
};

static void consider(struct nearest *nearest, const char *name)
{
    size_t far = name != NULL ? distance(nearest->wanted, name) : NAME_SIZE;
    if (far < nearest->distance) {
        nearest->distance = far;
        nearest->name = name;
    }
}

/* Near enough: at most a third of its letters differ, or it begins as the name does. */
static void report_unknown(const char *what, const char *argument, const struct nearest *nearest,
                           const char *help)
{
    size_t length = strlen(nearest->wanted);
    if (nearest->name != NULL &&
        (nearest->distance <= 1 + length / 3 || strncasecmp(nearest->name, nearest->wanted, length) == 0))
        message_error("unknown %s '%s', did you mean -%s?", what, argument, nearest->name);
    else
        message_error("unknown %s '%s', expected one of those that cliota %s names", what, argument, help);
}

static int unknown_command(const char *argument)
{
    const char *name = dashed_name(argument);
    struct nearest nearest = {name != NULL ? name : argument, NULL, NAME_SIZE};
    for (size_t i = 0; commands[i] != NULL; i++)
        consider(&nearest, commands[i]->name);
    report_unknown("command", argument, &nearest, "-help");
    return STATUS_USAGE;
}

static int unknown_option(const struct command *command, const char *argument)
{
    char help[2 * NAME_SIZE];
    const char *name = dashed_name(argument);
    if (name == NULL) {
        message_error("unexpected '%s', expected an option of -%s", argument, command->name);
        return STATUS_USAGE;
    }
    struct nearest nearest = {name, NULL, NAME_SIZE};
    for (size_t i = 0; i < command->option_count; i++) {
        consider(&nearest, command->options[i].name);
        consider(&nearest, command->options[i].alias);
    }
    consider(&nearest, "config");
    snprintf(help, sizeof help, "-%s -help", command->name);
    report_unknown("option", argument, &nearest, help);
    return STATUS_USAGE;
}

static bool parse_number(const char *text, int64_t lowest, int64_t *number)
{
    char *end = NULL;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    *number = value;
    return isdigit((unsigned char)*text) && *end == '\0' && errno == 0 && value >= lowest;
}

static bool parse_boolean(const char *text, bool *value)
{
    *value = strcasecmp(text, "true") == 0;
    return *value || strcasecmp(text, "false") == 0;
}

bool option_is_none(const char *text)
{
    return strcasecmp(text, "none") == 0;
}

static int check_value(const struct option_spec *spec, const char *value)
{
    int64_t number;
    bool boolean;
    const char *expected = NULL;
    if (spec->kind == OPTION_NUMBER && !parse_number(value, 0, &number))
        expected = "a number";
    else if (spec->kind == OPTION_ID && !parse_number(value, 1, &number))
        expected = "a number from 1";
    else if (spec->kind == OPTION_ID_OR_NONE && !option_is_none(value) && !parse_number(value, 1, &number))
        expected = "a number from 1, or none";
    else if (spec->kind == OPTION_BOOLEAN && !parse_boolean(value, &boolean))
        expected = "true or false";
    else if (*value == '\0')
        expected = "a value";
    if (expected == NULL)
        return STATUS_DONE;
    message_error("-%s '%s': expected %s", spec->name, value, expected);
    return STATUS_USAGE;
}

/* A word that begins with a dash is a value unless the command knows an option of that name. */
static bool is_option(const struct command *command, const char *argument)
{
    const char *name = dashed_name(argument);
    return name != NULL && (find_option(command, name) != NULL || strcasecmp(name, "config") == 0);
}

/* The value of an option; a secret leaves the command line. NULL: no memory. */
static const char *take_value(const struct option_spec *spec, char *argument)
{
    if (spec->kind != OPTION_SECRET)
        return argument;
    char *copy = strdup(argument);
    if (copy != NULL)
        memset(argument, '*', strlen(argument));
    else
        message_error("out of memory");
    return copy;
}

/* How many words the list has, all in options->list; 0: too many. */
static int take_list(struct options *options, const struct option_spec *spec, int count, char *const *arguments)
{
    int words = 0;
    size_t length = 0;
    for (; words < count && !is_option(options->command, arguments[words]); words++) {
        length += (size_t)snprintf(options->list + length, sizeof options->list - length, "%s%s",
                                   words > 0 ? " " : "", arguments[words]);
        if (length >= sizeof options->list) {
            message_error("-%s has more than %zu characters", spec->name, sizeof options->list - 1);
            return 0;
        }
    }
    return words;
}

/* How many words were taken, 0 when there is an error (then *status). */
static int take_option(struct options *options, const struct option_spec *spec, int count,
                       char *const *arguments, int *status)
{
    const char **value = &options->values[spec - options->command->options];
    *status = STATUS_USAGE;
    if (*value != NULL) {
        message_error("-%s is given twice", spec->name);
        return 0;
    }
    if (spec->kind == OPTION_FLAG) {
        *value = "";
        return 1;
    }
    if (count < 2 || is_option(options->command, arguments[1])) {
        message_error("-%s needs a value: %s", spec->name, spec->value);
        return 0;
    }
    if ((*status = check_value(spec, arguments[1])) != STATUS_DONE)
        return 0;
    if (spec->kind == OPTION_LIST) {
        int words = take_list(options, spec, count - 1, arguments + 1);
        *status = words > 0 ? STATUS_DONE : STATUS_USAGE;
        *value = options->list;
        return words > 0 ? words + 1 : 0;
    }
    *value = take_value(spec, arguments[1]);
    return *value != NULL ? 2 : 0;
}

static int take_config(struct options *options, int count, char *const *arguments, int *status)
{
    *status = STATUS_USAGE;
    if (options->config != NULL || count < 2) {
        message_error(options->config != NULL ? "-config is given twice" : "-config needs a value: FILE");
        return 0;
    }
    options->config = arguments[1];
    *status = STATUS_DONE;
    return 2;
}

static int take_word(struct options *options, int count, char *const *arguments, int *status)
{
    const char *name = dashed_name(arguments[0]);
    if (name != NULL && strcasecmp(name, "config") == 0)
        return take_config(options, count, arguments, status);
    if (options->command == NULL) {
        options->command = name != NULL ? find_command(name) : NULL;
        *status = options->command != NULL ? STATUS_DONE : unknown_command(arguments[0]);
        return *status == STATUS_DONE ? 1 : 0;
    }
    const struct option_spec *spec = name != NULL ? find_option(options->command, name) : NULL;
    if (spec != NULL)
        return take_option(options, spec, count, arguments, status);
    if (name != NULL && strcasecmp(name, "help") == 0) {
        options->help = true;
        return 1;
    }
    *status = unknown_option(options->command, arguments[0]);
    return 0;
}

bool option_is_conditional(const struct command *command, const struct option_spec *spec)
{
    return spec->need == OPTION_UNLESS_TEMPLATE && find_option(command, "template") != NULL;
}

static bool is_needed(const struct options *options, const struct option_spec *spec)
{
    return spec->need == OPTION_MUST ||
           (spec->need == OPTION_UNLESS_TEMPLATE && option_text(options, "template") == NULL);
}

static int check_needed(const struct options *options)
{
    const struct command *command = options->command;
    for (size_t i = 0; i < command->option_count; i++)
        if (options->values[i] == NULL && is_needed(options, &command->options[i])) {
            message_error("-%s needs -%s %s", command->name, command->options[i].name,
                          command->options[i].value);
            return STATUS_USAGE;
        }
    return STATUS_DONE;
}

int options_parse(int count, char *const *arguments, struct options *options)
{
    int status = STATUS_DONE;
    memset(options, 0, sizeof *options);
    while (count > 0) {
        int taken = take_word(options, count, arguments, &status);
        if (taken == 0)
            return status;
        count -= taken;
        arguments += taken;
    }
    if (options->command == NULL) {
        message_error("no command, expected one of those that cliota -help names");
        return STATUS_USAGE;
    }
    return options->help ? STATUS_DONE : check_needed(options);
}

void options_wipe(struct options *options)
{
    const struct command *command = options->command;
    for (size_t i = 0; command != NULL && i < command->option_count; i++) {
        char *secret = (char *)(uintptr_t)options->values[i]; /* take_value()'s copy */
        if (command->options[i].kind != OPTION_SECRET || secret == NULL)
            continue;
        explicit_bzero(secret, strlen(secret));
        free(secret);
        options->values[i] = NULL;
    }
}

const char *option_text(const struct options *options, const char *name)
{
    const struct option_spec *spec = find_option(options->command, name);
    return spec != NULL ? options->values[spec - options->command->options] : NULL;
}

int64_t option_number(const struct options *options, const char *name, int64_t missing)
{
    const char *text = option_text(options, name);
    int64_t number;
    return text != NULL && parse_number(text, 0, &number) ? number : missing;
}

bool option_boolean(const struct options *options, const char *name, bool missing)
{
    const char *text = option_text(options, name);
    bool value;
    return text != NULL && parse_boolean(text, &value) ? value : missing;
}
