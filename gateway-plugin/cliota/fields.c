#include "gateway-plugin/cliota/fields.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "gateway-plugin/cliota/message.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const struct {
    const char *option, *field;
} names[] = {
    {"profile", "profile_id"}, {"template", "template_id"}, {"applet", "applet_id"},
    {"tkp", "tkp_id"},         {"apduFilePath", "apdus"},   {"dataFilePath", "data"},
};

const char *field_of_option(const char *option)
{
    for (size_t i = 0; i < COUNT(names); i++)
        if (strcmp(option, names[i].option) == 0)
            return names[i].field;
    return option;
}

/* --- there --- */

/* NULL: the value is no text. */
static json_t *value_of(const struct options *options, const struct option_spec *spec)
{
    const char *text = option_text(options, spec->name);
    switch (spec->kind) {
    case OPTION_ID_OR_NONE:
        if (option_is_none(text))
            return json_null();
        return json_integer(option_number(options, spec->name, 0));
    case OPTION_NUMBER:
    case OPTION_ID: return json_integer(option_number(options, spec->name, 0));
    case OPTION_BOOLEAN: return json_boolean(option_boolean(options, spec->name, false));
    default: return json_string(text);
    }
}

json_t *fields_of_options(const struct options *options, size_t first)
{
    json_t *body = json_object();
    for (size_t i = first; i < options->command->option_count; i++) {
        const struct option_spec *spec = &options->command->options[i];
        if (spec->kind == OPTION_FILE || option_text(options, spec->name) == NULL ||
            json_object_set_new(body, field_of_option(spec->name), value_of(options, spec)) == 0)
            continue;
        message_error("-%s is not text, expected UTF-8", spec->name);
        json_decref(body);
        return NULL;
    }
    return body;
}

/* --- and back --- */

static bool is_letter(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* The option whose field the `length` letters at `word` are, or NULL. */
static const struct option_spec *option_of_field(const struct options *options, const char *word,
                                                 size_t length)
{
    for (size_t i = 0; i < options->command->option_count; i++) {
        const char *field = field_of_option(options->command->options[i].name);
        if (strlen(field) == length && strncmp(field, word, length) == 0)
            return &options->command->options[i];
    }
    return NULL;
}

/* "maxSmsParts", "applet_id": no word of a sentence. */
static bool is_unmistakable(const char *word, size_t length)
{
    for (size_t i = 1; i < length; i++)
        if (isupper((unsigned char)word[i]) || word[i] == '_')
            return true;
    return false;
}

/* Behind the first word: a colon, or the value that the option was given. "campaign 4" is the campaign
 * itself. */
static bool is_subject(const struct options *options, const struct option_spec *option, const char *behind)
{
    const char *value = option_text(options, option->name);
    if (option->kind == OPTION_ID || option->kind == OPTION_ID_OR_NONE)
        return false;
    if (*behind == ':')
        return true;
    behind += *behind == ' ';
    behind += *behind == '\'';
    return value != NULL && strncasecmp(behind, value, strlen(value)) == 0 &&
           !is_letter(behind[strlen(value)]);
}

struct translation {
    const struct options *options;
    const char *refusal;
    char *text;
    size_t size, length;
    bool is_quoted; /* within '…' */
};

static void add(struct translation *to, const char *bytes, size_t count)
{
    for (size_t i = 0; i < count && to->length + 1 < to->size; i++)
        to->text[to->length++] = bytes[i];
    to->text[to->length] = '\0';
}

/* "field 'spi' is missing": how many letters name it, its word in *word. 0: nothing of this kind. */
static size_t quoted_field(const char *at, const char **word, size_t *length)
{
    static const char *const starts[] = {"field '", "fields '", "and '"};
    for (size_t i = 0; i < COUNT(starts); i++) {
        const size_t start = strlen(starts[i]);
        if (strncmp(at, starts[i], start) != 0)
            continue;
        *word = at + start;
        *length = strcspn(*word, "'");
        return (*word)[*length] == '\'' ? start + *length + 1 : 0;
    }
    return 0;
}

/* How many letters of the refusal at `at` were translated; 0: none. */
static size_t translate_word(struct translation *to, const char *at)
{
    const char *word = at;
    size_t length = strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
    size_t taken = strncmp(to->refusal, "field", 5) == 0 ? quoted_field(at, &word, &length) : 0;
    const struct option_spec *option = option_of_field(to->options, word, length);
    if (option == NULL)
        return 0;
    if (taken > 0)
        add(to, "and ", *at == 'a' ? 4 : 0);
    else if (!is_unmistakable(word, length) &&
             (at != to->refusal || !is_subject(to->options, option, at + length)))
        return 0;
    else
        taken = length;
    add(to, "-", 1);
    add(to, option->name, strlen(option->name));
    return taken;
}

void fields_explain(const struct options *options, const char *refusal, char *text, size_t size)
{
    struct translation to = {.options = options, .refusal = refusal, .text = text, .size = size};
    text[0] = '\0';
    for (const char *at = refusal; *at != '\0';) {
        const bool begins = at == refusal || (!is_letter(at[-1]) && at[-1] != '-');
        size_t taken = begins && is_letter(*at) && !to.is_quoted ? translate_word(&to, at) : 0;
        if (taken == 0) {
            to.is_quoted ^= *at == '\'';
            add(&to, at, 1);
            taken = 1;
        }
        at += taken;
    }
}
