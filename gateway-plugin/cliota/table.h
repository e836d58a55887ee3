/* The SOP's tables of -, + and |: of one instance, and of a listing. */
#ifndef OTA_CLIOTA_TABLE_H
#define OTA_CLIOTA_TABLE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define TABLE_COLUMNS_MAX 12

/* A field of a JSON object as a cell's text: "" for null, the number of elements of an array.
 * A dot goes into an object: "counts.updated"; a slash stands between two: "piece/pieces". Valid as long as the
 * object, or until the next call. */
const char *table_cell(const json_t *object, const char *field);

bool table_has_field(const json_t *object, const char *field);

/* |name|value| a line each, ruled off; fields that the object does not have are left out. */
void table_print_instance(const json_t *object, const char *const *fields, size_t count);

/* Nothing is ever cut: a terminal wraps what is too long for it. Prints page by page: a column grows with its
 * cells, but what is printed stays as it is. */
struct table {
    const char *fields[TABLE_COLUMNS_MAX]; /* headings, too */
    size_t count;
    size_t widths[TABLE_COLUMNS_MAX];
    bool begun;
};

void table_begin(struct table *table, const char *const *fields, size_t count);
/* An array of objects; the heading before the first, without the fields that the first object does not have. */
void table_print_rows(struct table *table, const json_t *rows);
void table_end(struct table *table);

#endif
