#include "gateway-plugin/store/columns.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "gateway-plugin/store/store_private.h"

#define FIRST_PARAMETER 3

void sql_add(char *sql, size_t size, const char *format, ...)
{
    va_list arguments;
    size_t length = strlen(sql);
    va_start(arguments, format);
    vsnprintf(sql + length, size - length, format, arguments);
    va_end(arguments);
}

static bool is_written(const struct column *column, bool update)
{
    return column->use == COLUMN_SETTING || (!update && column->use == COLUMN_ORIGIN);
}

void columns_add_names(char *sql, size_t size, const struct columns *columns)
{
    for (size_t i = 0; i < columns->count; i++)
        sql_add(sql, size, ", c.%s", columns->list[i].name);
}

void columns_add_insert(char *sql, size_t size, const struct columns *columns)
{
    int parameter = FIRST_PARAMETER;
    sql_add(sql, size, "INSERT INTO %s (id, created, updated", columns->table);
    for (size_t i = 0; i < columns->count; i++)
        if (is_written(&columns->list[i], false))
            sql_add(sql, size, ", %s", columns->list[i].name);
    sql_add(sql, size, ") VALUES (" NEXT_ID("%s") ", ?1, ?2", columns->table, columns->table);
    for (size_t i = 0; i < columns->count; i++)
        if (is_written(&columns->list[i], false))
            sql_add(sql, size, ", ?%d", parameter++);
    sql_add(sql, size, ") ON CONFLICT DO NOTHING");
}

void columns_add_update(char *sql, size_t size, const struct columns *columns)
{
    int parameter = FIRST_PARAMETER;
    sql_add(sql, size, "UPDATE %s SET updated = ?2", columns->table);
    for (size_t i = 0; i < columns->count; i++)
        if (is_written(&columns->list[i], true))
            sql_add(sql, size, ", %s = ?%d", columns->list[i].name, parameter++);
    sql_add(sql, size, " WHERE id = ?1");
}

static void bind(struct db_statement *statement, int parameter, const struct column *column, const char *from)
{
    switch (column->kind) {
    case COLUMN_NUMBER: db_bind_int(statement, parameter, *(const int64_t *)(const void *)from); break;
    case COLUMN_REFERENCE: bind_or_null(statement, parameter, *(const int64_t *)(const void *)from); break;
    case COLUMN_BYTE: db_bind_int(statement, parameter, *(const uint8_t *)from); break;
    case COLUMN_ENUM: db_bind_int(statement, parameter, *(const unsigned int *)(const void *)from); break;
    case COLUMN_FLAG: db_bind_int(statement, parameter, *(const bool *)from); break;
    case COLUMN_TEXT: db_bind_text(statement, parameter, from); break;
    case COLUMN_BYTES: db_bind_blob(statement, parameter, from, column->size); break;
    }
}

int columns_bind(struct db_statement *statement, const struct columns *columns, bool update, const void *from)
{
    int parameter = FIRST_PARAMETER;
    for (size_t i = 0; i < columns->count; i++)
        if (is_written(&columns->list[i], update))
            bind(statement, parameter++, &columns->list[i], (const char *)from + columns->list[i].offset);
    return parameter;
}

static void take_bytes(struct db_statement *row, int number, char *to, size_t size)
{
    size_t length;
    const void *bytes = db_column_blob(row, number, &length);
    if (length == size)
        memcpy(to, bytes, size);
}

static void take(struct db_statement *row, int number, const struct column *column, char *to)
{
    bool is_number = column->kind != COLUMN_TEXT && column->kind != COLUMN_BYTES;
    int64_t value = is_number ? db_column_int(row, number) : 0;
    switch (column->kind) {
    case COLUMN_NUMBER:
    case COLUMN_REFERENCE: memcpy(to, &value, sizeof value); break;
    case COLUMN_BYTE: *to = (char)(uint8_t)value; break;
    case COLUMN_ENUM: memcpy(to, &(unsigned int){(unsigned int)value}, sizeof(unsigned int)); break;
    case COLUMN_FLAG: *(bool *)to = value != 0; break;
    case COLUMN_TEXT: row_text(row, number, to, column->size); break;
    case COLUMN_BYTES: take_bytes(row, number, to, column->size); break;
    }
}

void columns_take(struct db_statement *row, int first, const struct columns *columns, void *to)
{
    for (size_t i = 0; i < columns->count; i++)
        take(row, first + (int)i, &columns->list[i], (char *)to + columns->list[i].offset);
}
