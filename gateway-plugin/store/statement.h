/*
 * The steps that every statement of the store repeats: run it, take the first row,
 * read a column into the caller's memory. All but the binding return a store_result
 * and leave the statement reset, unless they say otherwise.
 */
#ifndef OTA_STORE_STATEMENT_H
#define OTA_STORE_STATEMENT_H

#include "gateway-plugin/store/store_private.h"

int statement_run(struct db_statement *statement);

/* STORE_NOT_FOUND when no row was changed. */
int statement_run_changing(struct store *store, struct db_statement *statement);

/* Runs a DELETE of what belongs to ?1, at most ?2 rows of it. STORE_NOT_FOUND: there was none. */
int statement_drop_some(struct store *store, const char *sql, int64_t of, int64_t limit);

/* The caller resets it when it has read the columns. STORE_NOT_FOUND: there is none, and it is reset. */
int statement_first_row(struct db_statement *statement);

/* Column 0 of the first row. STORE_NOT_FOUND: no row, or NULL. */
int statement_read_int(struct db_statement *statement, int64_t *value);

/* Column 0 of each row. *count in: room; out: filled. */
int statement_read_ints(struct db_statement *statement, int64_t *values, size_t *count);

/* *length 0 for NULL. STORE_FAILED when it does not fit. The statement goes on. */
int statement_bytes(struct db_statement *statement, int column, uint8_t *bytes, size_t size, size_t *length);

#endif
