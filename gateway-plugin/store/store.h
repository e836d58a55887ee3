/*
 * The store: an open database at the schema of this release, and the master key
 * that seals card keys. One struct store serves one thread; the engine's is the
 * only one that writes, readers open it read-only.
 */
#ifndef OTA_STORE_STORE_H
#define OTA_STORE_STORE_H

#include "gateway-plugin/model/entities.h"
#include "gateway-plugin/store/db.h"

struct store;

struct store_options {
    const char *database;        /* path of the SQLite file; made (mode 0600) when it is not there */
    const char *master_key_file; /* 64 hex digits, mode 0600; made with random ones when database and file are both new */
    bool read_only;              /* no migration, no writes */
};

/* What a store call can return beside 0. */
enum store_result { STORE_OK = 0, STORE_NOT_FOUND = 1, STORE_FAILED = -1 };

/* Opens and migrates: an older schema is upgraded step by step in one transaction, a newer
 * one refused. An environment variable OTABOX_MASTER_KEY goes before the file. NULL with `refusal`. */
struct store *store_open(const struct store_options *options, struct refusal *refusal);
void store_close(struct store **store);
struct db *store_db(struct store *store);

/* 0 or STORE_FAILED. Savepoints nest inside the transaction. */
int store_begin(struct store *store);
int store_commit(struct store *store);
void store_rollback(struct store *store);
int store_savepoint(struct store *store);
int store_release(struct store *store);
void store_rollback_to(struct store *store); /* undoes since the last savepoint, and drops it */

/* The refusal for a failed statement: REFUSAL_INTERNAL with db_error(). Returns -1. */
int store_refuse(struct store *store, const char *what, struct refusal *refusal);

/* What looking for `what` with that id came to, a store_result, as 0, or -1 with "there is no WHAT ID" or
 * store_refuse(). */
int store_found(struct store *store, int result, const char *what, int64_t id, struct refusal *refusal);

#endif
