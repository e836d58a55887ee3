/* A scratch directory with a store in it, gone after the test. */
#ifndef OTA_TESTS_STORE_FIXTURE_H
#define OTA_TESTS_STORE_FIXTURE_H

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "gateway-plugin/store/catalog_store.h"

#define NOW INT64_C(1790000000123)

struct scratch {
    char directory[64];
    char database[96];
    char key_file[96];
};

int scratch_make(void **state); /* cmocka setup: *state is a struct scratch */
int scratch_remove(void **state);

/* Fail the test when it cannot be opened. */
struct store *store_open_in(const struct scratch *scratch, bool read_only);

/* Fails the test when it can be opened; returns why not (static). */
const struct refusal *store_refused_in(const struct scratch *scratch, bool read_only);

/* A row of the file as card_file reads it: keys made from `number`, 16 bytes each, key set 1. */
struct card_record record_number(unsigned int number);

int64_t add_profile(struct store *store, const char *name);
struct card add_card(struct store *store, int64_t profile_id, int64_t group_id, unsigned int number);
int64_t add_group(struct store *store, int64_t profile_id, const char *name);

/* Writes a file of the scratch directory (or any), mode 0600. */
void write_file(const char *path, const char *text);

/* The whole file and its -wal; free it. */
unsigned char *read_database_bytes(const struct scratch *scratch, size_t *length);

void assert_refused(const struct refusal *refusal, enum refusal_kind kind, const char *text);

#endif
