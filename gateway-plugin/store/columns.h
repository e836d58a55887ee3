/*
 * The columns of a table that are members of a struct, each named once: SELECT,
 * INSERT and UPDATE are made of the same list. A table of this kind has the columns
 * id, created and updated beside those that are listed.
 */
#ifndef OTA_STORE_COLUMNS_H
#define OTA_STORE_COLUMNS_H

#include "gateway-plugin/store/db.h"

enum column_kind {
    COLUMN_NUMBER,    /* int64_t */
    COLUMN_REFERENCE, /* int64_t, an id or a date; 0 is SQL NULL */
    COLUMN_BYTE,      /* uint8_t */
    COLUMN_ENUM,
    COLUMN_FLAG, /* bool */
    COLUMN_TEXT, /* char[] */
    COLUMN_BYTES /* uint8_t[], always whole */
};

/* When a column is written. */
enum column_use {
    COLUMN_SETTING, /* columns_insert() and columns_update() */
    COLUMN_ORIGIN,  /* columns_insert() alone: it never changes */
    COLUMN_LATER,   /* by neither: somebody else's statement does */
};

struct column {
    const char *name;
    enum column_kind kind;
    size_t offset, size; /* in the struct: COLUMN_FIELD() */
    enum column_use use;
};

#define COLUMN_FIELD(type, member) offsetof(type, member), sizeof(((type *)NULL)->member)

struct columns {
    const char *table;
    const struct column *list;
    size_t count;
};

/* Appends; a text too long is cut, which SQL does not understand: a test of each statement sees it. */
void sql_add(char *sql, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* ", c.NAME" for each: the table is called c. */
void columns_add_names(char *sql, size_t size, const struct columns *columns);

/* "INSERT INTO … ON CONFLICT DO NOTHING": ?1 and ?2 are created and updated, columns_bind() binds the others
 * from ?3. */
void columns_add_insert(char *sql, size_t size, const struct columns *columns);

/* "UPDATE … WHERE id = ?1": ?2 is updated, columns_bind() binds the others from ?3. */
void columns_add_update(char *sql, size_t size, const struct columns *columns);

/* `update`: for columns_add_update(), else for columns_add_insert(). Returns the parameter behind the last. */
int columns_bind(struct db_statement *statement, const struct columns *columns, bool update, const void *from);

/* The row's columns from number `first` into the struct. SQL NULL reads as 0 and "". */
void columns_take(struct db_statement *row, int first, const struct columns *columns, void *to);

#endif
