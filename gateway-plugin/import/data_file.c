#include "gateway-plugin/import/data_file.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "gateway-plugin/import/text_lines.h"
#include "protocol/hex.h"

#define COLUMNS_MAX 256
#define NOTHING SIZE_MAX

/* A field within its line. */
struct field {
    const char *text;
    size_t length, column;
};

struct header {
    char separator;
    enum data_key key;
    size_t key_at, count;
    size_t value_at[PLACEHOLDERS_MAX]; /* which field has the value of which name */
};

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

/* How many there are; the first COLUMNS_MAX of them into `fields`. */
static size_t split(const struct text_line *line, char separator, struct field *fields)
{
    const char *at = line->text, *end = line->text + line->length;
    size_t count = 0;
    for (bool more = true; more; count++) {
        const char *stop = memchr(at, separator, (size_t)(end - at));
        more = stop != NULL;
        const char *from = at, *to = more ? stop : end;
        at = more ? stop + 1 : end;
        while (from < to && is_blank(*from))
            from++;
        while (to > from && is_blank(to[-1]))
            to--;
        if (count < COLUMNS_MAX)
            fields[count] = (struct field){from, (size_t)(to - from), line->column + (size_t)(from - line->text)};
    }
    return count;
}

static bool is_text(const struct field *field, const char *text, bool any_case)
{
    return strlen(text) == field->length &&
           (any_case ? strncasecmp(text, field->text, field->length) : strncmp(text, field->text, field->length)) == 0;
}

/* --- the first line --- */

static int take_key(struct header *header, size_t at, const struct text_line *line, const struct field *field,
                    struct refusal *refusal)
{
    if (header->key_at != NOTHING)
        return refuse(refusal, REFUSAL_INVALID,
                      "line %lu, column %zu: %.*s is a second column that names the card, expected MSISDN, ICCID or IMSI once",
                      line->number, field->column, (int)field->length, field->text);
    header->key_at = at;
    return 0;
}

static int take_value(size_t *place, size_t at, const struct text_line *line, const struct field *field,
                      struct refusal *refusal)
{
    if (*place != NOTHING)
        return refuse(refusal, REFUSAL_INVALID, "line %lu, column %zu: a second column %.*s, expected one",
                      line->number, field->column, (int)field->length, field->text);
    *place = at;
    return 0;
}

static int read_column(struct header *header, size_t at, const struct text_line *line, const struct field *field,
                       const struct placeholder_names *names, struct refusal *refusal)
{
    for (int key = 0; key < DATA_KEY_COUNT; key++)
        if (is_text(field, data_key_name((enum data_key)key), true)) {
            header->key = (enum data_key)key;
            return take_key(header, at, line, field, refusal);
        }
    for (size_t i = 0; i < names->count; i++)
        if (is_text(field, names->names[i], false))
            return take_value(&header->value_at[i], at, line, field, refusal);
    return 0;
}

static char find_separator(const struct text_line *line)
{
    static const char separators[] = ";\t";
    for (size_t i = 0; i < sizeof separators - 1; i++)
        if (memchr(line->text, separators[i], line->length) != NULL)
            return separators[i];
    return ',';
}

static int read_header(const struct text_line *line, const struct placeholder_names *names, struct header *header,
                       struct refusal *refusal)
{
    struct field fields[COLUMNS_MAX];
    *header = (struct header){.separator = find_separator(line), .key_at = NOTHING};
    for (size_t i = 0; i < names->count; i++)
        header->value_at[i] = NOTHING;
    header->count = split(line, header->separator, fields);
    if (header->count > COLUMNS_MAX)
        return refuse(refusal, REFUSAL_INVALID, "line %lu: %zu columns, expected at most %d", line->number,
                      header->count, COLUMNS_MAX);
    for (size_t i = 0; i < header->count; i++)
        if (read_column(header, i, line, &fields[i], names, refusal) != 0)
            return -1;
    if (header->key_at == NOTHING)
        return refuse(refusal, REFUSAL_INVALID,
                      "line %lu, column %zu: no column says which card a line is for, expected MSISDN, ICCID or IMSI",
                      line->number, line->column);
    for (size_t i = 0; i < names->count; i++)
        if (header->value_at[i] == NOTHING)
            return refuse(refusal, REFUSAL_INVALID, "line %lu, column %zu: placeholder [%s] has no column",
                          line->number, line->column, names->names[i]);
    return 0;
}

/* --- the others --- */

static int check_value(const struct text_line *line, const struct field *field, const char *name,
                       struct refusal *refusal)
{
    size_t good = hex_span(field->text, field->length);
    if (field->length == 0)
        return refuse(refusal, REFUSAL_INVALID, "line %lu, column %zu: [%s] has no value", line->number,
                      field->column, name);
    if (good == field->length)
        return 0;
    return refuse(refusal, REFUSAL_INVALID, "line %lu, column %zu: [%s] '%.*s' is no hex: '%c'", line->number,
                  field->column + good, name, field->length > 40 ? 40 : (int)field->length, field->text,
                  field->text[good]);
}

/* The digits of the card, without the + of an MSISDN and the filler F of an ICCID. */
static int check_card(const struct text_line *line, struct field *field, enum data_key key, struct refusal *refusal)
{
    const struct field whole = *field;
    size_t good = 0;
    if (key == DATA_MSISDN && field->length > 0 && field->text[0] == '+') {
        field->text++;
        field->length--;
    }
    if (key == DATA_ICCID && field->length > 0 && (field->text[field->length - 1] | 0x20) == 'f')
        field->length--;
    while (good < field->length && field->text[good] >= '0' && field->text[good] <= '9')
        good++;
    if (good == field->length && good > 0)
        return 0;
    return refuse(refusal, REFUSAL_INVALID, "line %lu, column %zu: '%.*s' is no %s, expected digits", line->number,
                  whole.column, whole.length > 40 ? 40 : (int)whole.length, whole.text, data_key_name(key));
}

/* Ends the field in place: what stands behind it was read already. */
static const char *end_text(const struct field *field)
{
    char *text = (char *)(uintptr_t)field->text;
    text[field->length] = '\0';
    return text;
}

/* `line` is ours, with room for a NUL behind it. */
static int read_row(const struct text_line *line, const struct header *header, const struct placeholder_names *names,
                    struct data_row *row, struct refusal *refusal)
{
    struct field fields[COLUMNS_MAX];
    size_t count = split(line, header->separator, fields);
    if (count != header->count)
        return refuse(refusal, REFUSAL_INVALID, "line %lu, column %zu: %zu fields, expected %zu as in the first line",
                      line->number, line->column, count, header->count);
    *row = (struct data_row){.key = header->key, .line = line->number, .card_column = fields[header->key_at].column};
    if (check_card(line, &fields[header->key_at], header->key, refusal) != 0)
        return -1;
    for (size_t i = 0; i < names->count; i++)
        if (check_value(line, &fields[header->value_at[i]], names->names[i], refusal) != 0)
            return -1;
    row->card = end_text(&fields[header->key_at]);
    for (size_t i = 0; i < names->count; i++) {
        row->values[i] = end_text(&fields[header->value_at[i]]);
        row->columns[i] = fields[header->value_at[i]].column;
    }
    return 0;
}

/* A copy of the line, whose fields can be ended; *buffer grows. */
static bool copy_line(struct text_line *line, char **buffer, size_t *size)
{
    if (line->length >= *size) {
        char *larger = realloc(*buffer, 2 * line->length + 256);
        if (larger == NULL)
            return false;
        *buffer = larger;
        *size = 2 * line->length + 256;
    }
    memcpy(*buffer, line->text, line->length);
    (*buffer)[line->length] = '\0';
    line->text = *buffer;
    return true;
}

static int read_rows(struct text_lines *lines, const struct header *header, const struct placeholder_names *names,
                     int (*each)(void *user, const struct data_row *row, struct refusal *refusal), void *user,
                     struct refusal *refusal)
{
    struct text_line line;
    struct data_row row;
    char *buffer = NULL;
    size_t size = 0;
    int rc = 0;
    while (rc == 0 && text_line_next(lines, &line)) {
        rc = copy_line(&line, &buffer, &size) ? read_row(&line, header, names, &row, refusal)
                                              : refuse(refusal, REFUSAL_INTERNAL, "out of memory");
        if (rc == 0)
            rc = each(user, &row, refusal);
    }
    free(buffer);
    return rc;
}

int data_file_parse(const char *text, size_t length, const struct placeholder_names *names,
                    int (*each)(void *user, const struct data_row *row, struct refusal *refusal), void *user,
                    struct refusal *refusal)
{
    struct text_lines lines = text_lines_of(text, length);
    struct text_line line;
    struct header header;
    if (!text_line_next(&lines, &line))
        return refuse(refusal, REFUSAL_INVALID, "line 1: the data file is empty, expected a line of column names");
    if (read_header(&line, names, &header, refusal) != 0)
        return -1;
    return read_rows(&lines, &header, names, each, user, refusal);
}
