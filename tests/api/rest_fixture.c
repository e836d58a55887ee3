#include "tests/api/rest_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STANDSTILL INT64_C(1795354219314) /* 2026-11-22 13:30:19.314 UTC */

static int take_sms(void *self, const struct bearer_sms *sms)
{
    (void)self;
    (void)sms;
    return 0;
}

static void forget(void *self, const char *uuid)
{
    (void)self;
    (void)uuid;
}

static int64_t stand_still(void *self)
{
    (void)self;
    return STANDSTILL;
}

static bool is_connected(void *user)
{
    (void)user;
    return true;
}

static void log_line(int level, const char *line)
{
    if (level >= 3)
        fprintf(stderr, "# %s\n", line);
}

static int make_token(struct store *store, char *text, struct refusal *refusal)
{
    if (store_begin(store) != 0)
        return -1;
    int result = token_create(store, "test", STANDSTILL, text, refusal);
    return store_commit(store) == 0 ? result : -1;
}

static int start(struct rest_fixture *fixture, struct refusal *refusal)
{
    const struct store_options store = {.database = fixture->database,
                                        .master_key_file = fixture->master_key};
    fixture->store = store_open(&store, refusal);
    if (fixture->store == NULL ||
        (fixture->token[0] == '\0' && make_token(fixture->store, fixture->token, refusal) != 0))
        return -1;
    const struct engine_options engine = {.store = fixture->store,
                                          .bearer = {NULL, take_sms, forget},
                                          .clock = {NULL, stand_still},
                                          .por_timeout_seconds = 86400,
                                          .validity_seconds = 86400,
                                          .window = 200,
                                          .log = log_line};
    fixture->engine = engine_start(&engine, refusal);
    if (fixture->engine == NULL)
        return -1;
    const struct rest_options rest = {.address = "127.0.0.1",
                                      .port = 0,
                                      .engine = fixture->engine,
                                      .store = store,
                                      .bearer_is_connected = is_connected,
                                      .log = log_line};
    fixture->server = rest_server_start(&rest, refusal);
    if (fixture->server == NULL)
        return -1;
    fixture->port = rest_server_port(fixture->server);
    return 0;
}

int rest_fixture_open(struct rest_fixture *fixture, const char *directory)
{
    struct refusal refusal = {0};
    memset(fixture, 0, sizeof *fixture);
    fixture->owns_directory = directory == NULL;
    snprintf(fixture->directory, sizeof fixture->directory, "%s",
             directory ? directory : "/tmp/test-rest.XXXXXX");
    if (directory == NULL && mkdtemp(fixture->directory) == NULL)
        return -1;
    snprintf(fixture->database, sizeof fixture->database, "%s/otabox.db", fixture->directory);
    snprintf(fixture->master_key, sizeof fixture->master_key, "%s/master.key", fixture->directory);
    if (start(fixture, &refusal) == 0)
        return 0;
    fprintf(stderr, "# fixture: %s\n", refusal.text);
    rest_fixture_close(fixture);
    return -1;
}

static void remove_files(const struct rest_fixture *fixture)
{
    static const char *const names[] = {"otabox.db", "otabox.db-wal", "otabox.db-shm", "master.key"};
    char path[320];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", fixture->directory, names[i]);
        unlink(path);
    }
    rmdir(fixture->directory);
}

static void stop(struct rest_fixture *fixture)
{
    rest_server_stop(&fixture->server);
    if (fixture->engine != NULL)
        engine_stop(&fixture->engine);
    if (fixture->store != NULL)
        store_close(&fixture->store);
}

int rest_fixture_restart(struct rest_fixture *fixture)
{
    struct refusal refusal = {0};
    stop(fixture);
    int result = start(fixture, &refusal);
    if (result != 0)
        fprintf(stderr, "# fixture: %s\n", refusal.text);
    return result;
}

void rest_fixture_close(struct rest_fixture *fixture)
{
    stop(fixture);
    if (fixture->owns_directory)
        remove_files(fixture);
}

static int run_sql(struct store *store, int64_t now, void *sql, struct refusal *refusal)
{
    (void)now;
    return db_execute(store_db(store), sql) == DB_DONE ? 0 : store_refuse(store, "test", refusal);
}

int rest_fixture_sql(struct rest_fixture *fixture, const char *sql)
{
    struct refusal refusal = {0};
    char *copy = strdup(sql);
    int result = copy != NULL ? engine_call(fixture->engine, run_sql, copy, &refusal) : -1;
    if (result != 0)
        fprintf(stderr, "# %s\n", refusal.text);
    free(copy);
    return result;
}
