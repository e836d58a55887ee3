#include "gateway-plugin/cliota/table.h"

#include <stdio.h>
#include <string.h>

#include "protocol/utf8.h"

/* "piece/pieces" is shown as "1/3", or "1" when there is no second. */
static const char *fraction_cell(const json_t *object, const char *field, const char *slash)
{
    static char text[64];
    char first[32];
    snprintf(first, sizeof first, "%.*s", (int)(slash - field), field);
    snprintf(first, sizeof first, "%s", table_cell(object, first));
    const char *second = table_cell(object, slash + 1);
    snprintf(text, sizeof text, "%s%s%s", first, *second != '\0' ? "/" : "", second);
    return text;
}

/* One element of an array: a text, a number, or a counter (docs/rest.md) as "1:0000000005", "B00010:0000000005". */
static int print_word(char *text, size_t size, const json_t *word)
{
    const json_t *key = json_object_get(word, "keyIndex"), *counter = json_object_get(word, "counter");
    if (json_is_string(counter)) {
        char of[32];
        print_word(of, sizeof of, json_is_integer(key) ? key : json_object_get(word, "tar"));
        return snprintf(text, size, "%s:%s", of, json_string_value(counter));
    }
    if (json_is_integer(word))
        return snprintf(text, size, "%" JSON_INTEGER_FORMAT, json_integer_value(word));
    return snprintf(text, size, "%s", json_is_string(word) ? json_string_value(word) : "");
}

/* "@tars" is the words of the array "tars". */
static const char *joined_cell(const json_t *object, const char *field)
{
    static char text[1200]; /* 32 AIDs */
    size_t index, length = 0;
    const json_t *word;
    text[0] = '\0';
    json_array_foreach(json_object_get(object, field), index, word)
    {
        length += (size_t)snprintf(text + length, sizeof text - length, "%s", index > 0 ? " " : "");
        if (length < sizeof text)
            length += (size_t)print_word(text + length, sizeof text - length, word);
        if (length >= sizeof text)
            break;
    }
    return text;
}

const char *table_cell(const json_t *object, const char *field)
{
    static char text[64];
    const char *dot = strchr(field, '.'), *slash = strchr(field, '/');
    const json_t *value;
    if (*field == '@')
        return joined_cell(object, field + 1);
    if (slash != NULL)
        return fraction_cell(object, field, slash);
    if (dot != NULL) {
        snprintf(text, sizeof text, "%.*s", (int)(dot - field), field);
        return table_cell(json_object_get(object, text), dot + 1);
    }
    value = json_object_get(object, field);
    if (json_is_string(value))
        return json_string_value(value);
    if (json_is_boolean(value))
        return json_is_true(value) ? "true" : "false";
    if (json_is_integer(value) || json_is_array(value)) {
        json_int_t number =
            json_is_array(value) ? (json_int_t)json_array_size(value) : json_integer_value(value);
        snprintf(text, sizeof text, "%" JSON_INTEGER_FORMAT, number);
        return text;
    }
    return "";
}

bool table_has_field(const json_t *object, const char *field)
{
    field += *field == '@';
    char name[64];
    const char *dot = strchr(field, '.');
    snprintf(name, sizeof name, "%.*s", (int)strcspn(field, "./"), field);
    const json_t *value = json_object_get(object, name);
    return dot != NULL ? table_has_field(value, dot + 1) : value != NULL;
}

/* "counts.updated" is shown as "updated", "@tars" as "tars". */
static const char *heading(const char *field)
{
    const char *dot = strrchr(field, '.');
    return dot != NULL ? dot + 1 : field + (*field == '@');
}

static void print_rule(const size_t *widths, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        putchar('+');
        for (size_t j = 0; j < widths[i]; j++)
            putchar('-');
    }
    puts("+");
}

static void widen(size_t *width, const char *text)
{
    size_t length = utf8_characters(text);
    if (length > *width)
        *width = length;
}

/* printf() counts bytes where a screen has characters. */
static void print_cell(size_t width, const char *text)
{
    printf("|%s%*s", text, (int)(width - utf8_characters(text)), "");
}

void table_print_instance(const json_t *object, const char *const *fields, size_t count)
{
    size_t widths[2] = {0, 0};
    for (size_t i = 0; i < count; i++) {
        if (!table_has_field(object, fields[i]))
            continue;
        widen(&widths[0], heading(fields[i]));
        widen(&widths[1], table_cell(object, fields[i]));
    }
    print_rule(widths, 2);
    for (size_t i = 0; i < count; i++) {
        if (!table_has_field(object, fields[i]))
            continue;
        print_cell(widths[0], heading(fields[i]));
        print_cell(widths[1], table_cell(object, fields[i]));
        puts("|");
        print_rule(widths, 2);
    }
}

void table_begin(struct table *table, const char *const *fields, size_t count)
{
    *table = (struct table){.count = count};
    for (size_t i = 0; i < count; i++) {
        table->fields[i] = fields[i];
        table->widths[i] = strlen(heading(fields[i]));
    }
}

/* `object` NULL: the heading. */
static void print_cells(const struct table *table, const json_t *object)
{
    for (size_t i = 0; i < table->count; i++)
        print_cell(table->widths[i],
                   object != NULL ? table_cell(object, table->fields[i]) : heading(table->fields[i]));
    puts("|");
}

static void print_heading(struct table *table)
{
    table->begun = true;
    print_rule(table->widths, table->count);
    print_cells(table, NULL);
    print_rule(table->widths, table->count);
}

static void drop_missing(struct table *table, const json_t *row)
{
    size_t kept = 0;
    for (size_t i = 0; i < table->count; i++)
        if (table_has_field(row, table->fields[i])) {
            table->widths[kept] = table->widths[i];
            table->fields[kept++] = table->fields[i];
        }
    table->count = kept;
}

void table_print_rows(struct table *table, const json_t *rows)
{
    size_t index;
    const json_t *row;
    if (!table->begun && json_array_size(rows) > 0)
        drop_missing(table, json_array_get(rows, 0));
    for (size_t i = 0; i < table->count; i++)
        json_array_foreach(rows, index, row) widen(&table->widths[i], table_cell(row, table->fields[i]));
    if (!table->begun)
        print_heading(table);
    json_array_foreach(rows, index, row) print_cells(table, row);
}

void table_end(struct table *table)
{
    if (!table->begun)
        print_heading(table);
    print_rule(table->widths, table->count);
}
