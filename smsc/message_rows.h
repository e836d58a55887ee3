/*
 * The SMSC's rows (see smsc_row) as a table of somebody's SQLite database, so that they share his
 * transactions. Begin and commit are his.
 */
#ifndef OTA_SMSC_MESSAGE_ROWS_H
#define OTA_SMSC_MESSAGE_ROWS_H

#include "smsc/smsc.h"

struct sqlite3;
struct message_rows;

#define MESSAGE_ROWS_SCHEMA                                                                                  \
    "CREATE TABLE message (kind INTEGER NOT NULL, id INTEGER NOT NULL, submitted INTEGER NOT NULL,"          \
    " expires INTEGER NOT NULL, lost INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (kind, id))"          \
    " WITHOUT ROWID;"

/* Borrows the database, and is freed before it is closed. NULL: out of memory, or sqlite3_errmsg() says. */
struct message_rows *message_rows_new(struct sqlite3 *database);
void message_rows_free(struct message_rows **rows);

/* 0, or -1: sqlite3_errmsg() says why. */
int message_rows_save(struct message_rows *rows, const struct smsc_row *row);
int message_rows_forget(struct message_rows *rows, enum smsc_row_kind kind, uint64_t id);

/* All of them in the order of their ids, until `take` returns false, which is an error, too. */
int message_rows_load(struct message_rows *rows, void *user,
                      bool (*take)(void *user, const struct smsc_row *row));

#endif
