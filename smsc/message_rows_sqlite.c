#include "smsc/message_rows.h"

#include <sqlite3.h>
#include <stdlib.h>

enum statement { SAVE, FORGET, STATEMENT_COUNT };

static const char *const statements[STATEMENT_COUNT] = {
    [SAVE] = "INSERT OR REPLACE INTO message (kind, id, submitted, expires, lost, body)"
             " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    [FORGET] = "DELETE FROM message WHERE kind = ?1 AND id = ?2",
};

struct message_rows {
    sqlite3 *database;
    sqlite3_stmt *prepared[STATEMENT_COUNT];
};

struct message_rows *message_rows_new(struct sqlite3 *database)
{
    struct message_rows *rows = calloc(1, sizeof *rows);
    if (rows == NULL)
        return NULL;
    rows->database = database;
    for (size_t i = 0; i < STATEMENT_COUNT; i++)
        if (sqlite3_prepare_v2(database, statements[i], -1, &rows->prepared[i], NULL) != SQLITE_OK) {
            message_rows_free(&rows);
            return NULL;
        }
    return rows;
}

void message_rows_free(struct message_rows **rows)
{
    if (*rows == NULL)
        return;
    for (size_t i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize((*rows)->prepared[i]);
    free(*rows);
    *rows = NULL;
}

/* The parameters are bound. */
static int run(sqlite3_stmt *statement)
{
    int rc = sqlite3_step(statement);
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return rc == SQLITE_DONE ? 0 : -1;
}

int message_rows_save(struct message_rows *rows, const struct smsc_row *row)
{
    sqlite3_stmt *statement = rows->prepared[SAVE];
    sqlite3_bind_int(statement, 1, (int)row->kind);
    sqlite3_bind_int64(statement, 2, (sqlite3_int64)row->id);
    sqlite3_bind_int64(statement, 3, row->submitted);
    sqlite3_bind_int64(statement, 4, row->expires);
    sqlite3_bind_int(statement, 5, row->lost);
    sqlite3_bind_blob(statement, 6, row->body, (int)row->length, SQLITE_STATIC);
    return run(statement);
}

int message_rows_forget(struct message_rows *rows, enum smsc_row_kind kind, uint64_t id)
{
    sqlite3_bind_int(rows->prepared[FORGET], 1, (int)kind);
    sqlite3_bind_int64(rows->prepared[FORGET], 2, (sqlite3_int64)id);
    return run(rows->prepared[FORGET]);
}

static bool take_row(sqlite3_stmt *statement, void *user,
                     bool (*take)(void *user, const struct smsc_row *row))
{
    const struct smsc_row row = {.kind = (enum smsc_row_kind)sqlite3_column_int(statement, 0),
                                 .id = (uint64_t)sqlite3_column_int64(statement, 1),
                                 .submitted = sqlite3_column_int64(statement, 2),
                                 .expires = sqlite3_column_int64(statement, 3),
                                 .lost = sqlite3_column_int(statement, 4) != 0,
                                 .body = sqlite3_column_blob(statement, 5),
                                 .length = (size_t)sqlite3_column_bytes(statement, 5)};
    return take(user, &row);
}

int message_rows_load(struct message_rows *rows, void *user,
                      bool (*take)(void *user, const struct smsc_row *row))
{
    static const char sql[] = "SELECT kind, id, submitted, expires, lost, body FROM message ORDER BY id";
    sqlite3_stmt *statement;
    int rc;
    if (sqlite3_prepare_v2(rows->database, sql, -1, &statement, NULL) != SQLITE_OK)
        return -1;
    while ((rc = sqlite3_step(statement)) == SQLITE_ROW && take_row(statement, user, take))
        ;
    sqlite3_finalize(statement);
    return rc == SQLITE_DONE ? 0 : -1;
}
