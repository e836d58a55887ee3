/*
 * A SQLite file that one process owns: what it has committed outlives a kill -9 (WAL, synchronous NORMAL; a
 * power cut may take the last commits). Its format is counted in PRAGMA user_version.
 */
#ifndef OTA_SMSC_STATE_FILE_H
#define OTA_SMSC_STATE_FILE_H

#include <stdbool.h>
#include <stddef.h>

struct sqlite3;

/* Makes the file when it is not there, and brings it to `format` by upgrades[its own] to upgrades[format -
 * 1], each of which sets user_version. The caller's to sqlite3_close(). NULL with one line in `error`: cannot
 * be opened, in use by another process, or of a format that is not known. */
struct sqlite3 *state_file_open(const char *path, const char *const *upgrades, int format, char *error,
                                size_t error_size);

/* The first column of the first row as text; "" when there is none. */
bool state_file_text(struct sqlite3 *database, const char *sql, char *text, size_t size);

#endif
