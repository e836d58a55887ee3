#include "gateway-plugin/import/apdu_file.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "gateway-plugin/import/text_lines.h"
#include "gateway-plugin/model/command.h"

static int out_of_memory(struct refusal *refusal)
{
    return refuse(refusal, REFUSAL_INTERNAL, "out of memory");
}

/* The array doubles when its count reaches a power of two. */
static int push(char ***list, size_t *count, char *text, struct refusal *refusal)
{
    if ((*count & (*count - 1)) == 0) {
        char **grown = realloc(*list, (*count == 0 ? 1 : 2 * *count) * sizeof *grown);
        if (grown == NULL) {
            free(text);
            return out_of_memory(refusal);
        }
        *list = grown;
    }
    (*list)[(*count)++] = text;
    return 0;
}

/* Upper case; the names of placeholders stay. */
static void raise_digits(char *command)
{
    bool name = false;
    for (char *at = command; *at != '\0'; at++) {
        name = *at == '[' || (name && *at != ']');
        if (!name)
            *at = (char)toupper((unsigned char)*at);
    }
}

static int add_command(struct apdu_file *file, const struct text_line *line, bool last,
                       enum script_format format, struct refusal *refusal)
{
    struct command_place place = {"line", line->number, line->column, format};
    if (command_check_text(&place, line->text, line->length, last, refusal) != 0)
        return -1;
    if (file->count == APDU_FILE_COMMANDS_MAX)
        return refuse(refusal, REFUSAL_INVALID, "line %lu, column %zu: more than %d commands", line->number,
                      line->column, APDU_FILE_COMMANDS_MAX);
    char *command = strndup(line->text, line->length);
    if (command == NULL)
        return out_of_memory(refusal);
    raise_digits(command);
    return push(&file->commands, &file->count, command, refusal);
}

/* Windows editors write one, and nobody sees it. */
static int warn_of_byte_order_mark(struct apdu_file *file, struct refusal *refusal)
{
    char *warning = strdup("line 1: byte order mark passed over");
    return warning == NULL ? out_of_memory(refusal)
                           : push(&file->warnings, &file->warning_count, warning, refusal);
}

int apdu_file_parse(const char *text, size_t length, enum script_format format, struct apdu_file *file,
                    struct refusal *refusal)
{
    struct text_lines lines = text_lines_of(text, length);
    struct text_line line, next;
    *file = (struct apdu_file){0};
    int rc = lines.had_byte_order_mark ? warn_of_byte_order_mark(file, refusal) : 0;
    bool more = text_line_next(&lines, &line);
    if (rc == 0 && !more)
        rc = refuse(refusal, REFUSAL_INVALID, "line 1: the APDU file holds no command, expected one a line in hex");
    while (rc == 0 && more) {
        more = text_line_next(&lines, &next);
        rc = add_command(file, &line, !more, format, refusal);
        line = next;
    }
    if (rc != 0)
        apdu_file_free(file);
    return rc;
}

void apdu_file_free(struct apdu_file *file)
{
    for (size_t i = 0; i < file->count; i++)
        free(file->commands[i]);
    for (size_t i = 0; i < file->warning_count; i++)
        free(file->warnings[i]);
    free(file->commands);
    free(file->warnings);
    *file = (struct apdu_file){0};
}
