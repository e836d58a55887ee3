#include "smsc/state_file.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool state_file_text(struct sqlite3 *database, const char *sql, char *text, size_t size)
{
    sqlite3_stmt *statement;
    text[0] = '\0';
    if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) != SQLITE_OK)
        return false;
    int rc = sqlite3_step(statement);
    if (rc == SQLITE_ROW)
        snprintf(text, size, "%s", (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return rc == SQLITE_ROW || rc == SQLITE_DONE;
}

/* SQLite takes a misspelled PRAGMA without a word: each is read back. */
static bool set_pragmas(struct sqlite3 *database)
{
    static const struct {
        const char *set, *read, *expected;
    } pragmas[] = {
        {"PRAGMA locking_mode = EXCLUSIVE", "PRAGMA locking_mode", "exclusive"},
        {"PRAGMA journal_mode = WAL", "PRAGMA journal_mode", "wal"},
        {"PRAGMA synchronous = NORMAL", "PRAGMA synchronous", "1"},
    };
    char text[32];
    for (size_t i = 0; i < sizeof pragmas / sizeof pragmas[0]; i++)
        if (!state_file_text(database, pragmas[i].set, text, sizeof text) ||
            !state_file_text(database, pragmas[i].read, text, sizeof text) ||
            strcmp(text, pragmas[i].expected) != 0)
            return false;
    return true;
}

/* From here on the file is ours: the lock stays. */
static bool lock(struct sqlite3 *database, char version[static 32])
{
    return set_pragmas(database) && state_file_text(database, "PRAGMA user_version", version, 32) &&
           sqlite3_exec(database, "BEGIN EXCLUSIVE", NULL, NULL, NULL) == SQLITE_OK;
}

static bool upgrade(struct sqlite3 *database, const char *const *upgrades, int from, int to)
{
    int rc = SQLITE_OK;
    for (; from < to && rc == SQLITE_OK; from++)
        rc = sqlite3_exec(database, upgrades[from], NULL, NULL, NULL);
    return rc == SQLITE_OK && sqlite3_exec(database, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
}

struct sqlite3 *state_file_open(const char *path, const char *const *upgrades, int format, char *error,
                                size_t error_size)
{
    struct sqlite3 *database = NULL;
    char version[32] = "";
    bool is_ours =
        sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) == SQLITE_OK &&
        lock(database, version);
    int has = atoi(version);
    if (is_ours && (has < 0 || has > format)) {
        snprintf(error, error_size, "%s: has format %s, expected at most %d", path, version, format);
    } else if (is_ours && upgrade(database, upgrades, has, format)) {
        return database;
    } else {
        bool is_taken = sqlite3_errcode(database) == SQLITE_BUSY;
        snprintf(error, error_size, "%s: %s", path,
                 is_taken ? "in use by another process" : sqlite3_errmsg(database));
    }
    sqlite3_close(database);
    return NULL;
}
