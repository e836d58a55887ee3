/* The real API over a real store and engine in a directory of its own; only the bearer is a fake that
 * takes every SMS and never answers, and the clock stands still at 2026-11-22 13:30:19.314. */
#ifndef OTA_TESTS_API_REST_FIXTURE_H
#define OTA_TESTS_API_REST_FIXTURE_H

#include "gateway-plugin/api/rest_server.h"
#include "gateway-plugin/store/token_store.h"

struct rest_fixture {
    char directory[256];
    char database[300], master_key[300];
    bool owns_directory;
    struct store *store;
    struct engine *engine;
    struct rest_server *server;
    int port;
    char token[TOKEN_TEXT_SIZE];
};

/* `directory` NULL: a temporary one, removed at the end. 0, or -1 with a line on stderr. */
int rest_fixture_open(struct rest_fixture *fixture, const char *directory);
/* Server and engine end and begin again on the same database. As open. */
int rest_fixture_restart(struct rest_fixture *fixture);
void rest_fixture_close(struct rest_fixture *fixture);

/* Runs SQL in the engine's thread: for states that only the air makes. 0 or -1. */
int rest_fixture_sql(struct rest_fixture *fixture, const char *sql);

#endif
