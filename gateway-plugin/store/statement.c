#include "gateway-plugin/store/statement.h"

#include <string.h>

int statement_run(struct db_statement *statement)
{
    return db_run(statement) == DB_DONE ? STORE_OK : STORE_FAILED;
}

int statement_run_changing(struct store *store, struct db_statement *statement)
{
    if (db_run(statement) != DB_DONE)
        return STORE_FAILED;
    return db_changes(store_db(store)) > 0 ? STORE_OK : STORE_NOT_FOUND;
}

int statement_drop_some(struct store *store, const char *sql, int64_t of, int64_t limit)
{
    struct db_statement *s = db_prepare(store_db(store), sql);
    db_bind_int(s, 1, of);
    db_bind_int(s, 2, limit);
    return statement_run_changing(store, s);
}

int statement_first_row(struct db_statement *statement)
{
    enum db_result result = db_step(statement);
    if (result == DB_ROW)
        return STORE_OK;
    db_reset(statement);
    return result == DB_DONE ? STORE_NOT_FOUND : STORE_FAILED;
}

int statement_read_int(struct db_statement *statement, int64_t *value)
{
    int rc = statement_first_row(statement);
    if (rc != STORE_OK)
        return rc;
    bool is_null = db_column_is_null(statement, 0);
    *value = db_column_int(statement, 0);
    db_reset(statement);
    return is_null ? STORE_NOT_FOUND : STORE_OK;
}

int statement_read_ints(struct db_statement *statement, int64_t *values, size_t *count)
{
    size_t room = *count;
    enum db_result result = DB_DONE;
    *count = 0;
    while (*count < room && (result = db_step(statement)) == DB_ROW)
        values[(*count)++] = db_column_int(statement, 0);
    db_reset(statement);
    return result < 0 ? STORE_FAILED : STORE_OK;
}

int statement_bytes(struct db_statement *statement, int column, uint8_t *bytes, size_t size, size_t *length)
{
    const void *value = db_column_blob(statement, column, length);
    if (value == NULL || *length == 0) {
        *length = 0;
        return STORE_OK;
    }
    if (*length > size)
        return STORE_FAILED;
    memcpy(bytes, value, *length);
    return STORE_OK;
}
