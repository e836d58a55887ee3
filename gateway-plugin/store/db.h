/*
 * The few calls of a database that the store is written with; SQL stands once,
 * with ?1-style parameters. Engines: db_sqlite.c (PostgreSQL comes later behind
 * the same header). One struct db serves one thread.
 */
#ifndef OTA_STORE_DB_H
#define OTA_STORE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;
struct db_statement;

enum db_result {
    DB_DONE = 0,
    DB_ROW = 1,
    DB_E_CONSTRAINT = -1, /* unique, foreign key, check: the statement did nothing */
    DB_E_BUSY = -2,
    DB_E_FAILED = -3, /* db_error() says more */
};

/* Makes the file with mode 0600 when it is not there (not when read_only); its -wal and -shm
 * take the same mode. WAL, synchronous FULL (a commit survives a power cut), foreign keys on: each read back, because SQLite
 * takes misspelled PRAGMAs silently. NULL with one line in `error`. */
struct db *db_open(const char *path, bool read_only, char *error, size_t error_size);
void db_close(struct db **db);
const char *db_error(const struct db *db); /* of the last failed call; holds no bound values */

int db_execute(struct db *db, const char *sql); /* no parameters, any number of statements; 0 or -1 */

/* Begins a transaction that may write, and waits for another writer's end. */
int db_begin(struct db *db);

/* The number of the last migration, 0 in a new database; the second is part of the transaction. */
int db_schema_version(struct db *db, int64_t *version);
int db_set_schema_version(struct db *db, int64_t version);

/* Prepared once a text and kept till db_close: `sql` must be a string constant. Never
 * fails: a statement that cannot be prepared fails at db_step. Returned reset and unbound. */
struct db_statement *db_prepare(struct db *db, const char *sql);
void db_bind_int(struct db_statement *statement, int parameter, int64_t value);
void db_bind_text(struct db_statement *statement, int parameter, const char *text); /* NULL: SQL NULL; copied */
void db_bind_blob(struct db_statement *statement, int parameter, const void *bytes, size_t length); /* copied */
void db_bind_null(struct db_statement *statement, int parameter);
enum db_result db_step(struct db_statement *statement);
enum db_result db_run(struct db_statement *statement); /* steps to the end and resets; DB_DONE or an error */

/* Of the row last stepped to, columns from 0; pointers live until the next step or reset. */
int64_t db_column_int(struct db_statement *statement, int column);
const char *db_column_text(struct db_statement *statement, int column); /* NULL for SQL NULL */
const void *db_column_blob(struct db_statement *statement, int column, size_t *length);
bool db_column_is_null(struct db_statement *statement, int column);
void db_reset(struct db_statement *statement);

int64_t db_last_insert_id(struct db *db);
int64_t db_changes(struct db *db); /* rows changed by the last statement */

#endif
