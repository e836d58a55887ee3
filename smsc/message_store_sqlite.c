#include "smsc/message_store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "smsc/message_rows.h"
#include "smsc/state_file.h"

#define FORMAT 1
static const char *const upgrades[FORMAT] = {MESSAGE_ROWS_SCHEMA "PRAGMA user_version = 1;"};

struct message_store {
    char path[PATH_MAX];
    sqlite3 *database;
    struct message_rows *rows;
    bool in_transaction, failed;
};

/* SQLite gives the files beside it the same rights. */
static bool make_private(const char *path, char *error, size_t error_size)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        snprintf(error, error_size, "%s: %s", path, strerror(errno));
    else
        close(fd);
    return fd >= 0;
}

static bool open_rows(struct message_store *store, char *error, size_t error_size)
{
    store->database = state_file_open(store->path, upgrades, FORMAT, error, error_size);
    if (store->database == NULL)
        return false;
    store->rows = message_rows_new(store->database);
    if (store->rows == NULL)
        snprintf(error, error_size, "%s: %s", store->path, sqlite3_errmsg(store->database));
    return store->rows != NULL;
}

struct message_store *message_store_open(const char *path, char *error, size_t error_size)
{
    struct message_store *store = calloc(1, sizeof *store);
    if (store == NULL) {
        snprintf(error, error_size, "out of memory");
        return NULL;
    }
    if (strlen(path) >= sizeof store->path) {
        snprintf(error, error_size, "%.60s…: path is too long", path);
    } else {
        strcpy(store->path, path);
        if (make_private(path, error, error_size) && open_rows(store, error, error_size))
            return store;
    }
    message_store_close(&store);
    return NULL;
}

void message_store_close(struct message_store **store)
{
    if (*store == NULL)
        return;
    message_rows_free(&(*store)->rows);
    sqlite3_close((*store)->database);
    free(*store);
    *store = NULL;
}

static int complain(struct message_store *store, const char *what)
{
    fprintf(stderr, "%s: %s: %s\n", store->path, what, sqlite3_errmsg(store->database));
    store->failed = true;
    return -1;
}

/* The first change begins the transaction. */
static bool begin(struct message_store *store)
{
    if (!store->in_transaction)
        store->in_transaction =
            sqlite3_exec(store->database, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK;
    return store->in_transaction;
}

int message_store_save(struct message_store *store, const struct smsc_row *row)
{
    bool is_saved = begin(store) && message_rows_save(store->rows, row) == 0;
    return is_saved ? 0 : complain(store, "saving a message");
}

int message_store_forget(struct message_store *store, enum smsc_row_kind kind, uint64_t id)
{
    bool is_forgotten = begin(store) && message_rows_forget(store->rows, kind, id) == 0;
    return is_forgotten ? 0 : complain(store, "forgetting a message");
}

int message_store_commit(struct message_store *store)
{
    bool is_good = !store->failed;
    if (store->in_transaction && is_good &&
        sqlite3_exec(store->database, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
        is_good = complain(store, "saving the messages") == 0;
    if (store->in_transaction && !is_good)
        sqlite3_exec(store->database, "ROLLBACK", NULL, NULL, NULL);
    store->in_transaction = store->failed = false;
    return is_good ? 0 : -1;
}

int message_store_load(struct message_store *store, void *user,
                       bool (*take)(void *user, const struct smsc_row *row))
{
    int rc = message_rows_load(store->rows, user, take);
    return rc == 0 ? 0 : complain(store, "reading the messages of an earlier run");
}
