/* What an SMSC keeps in a file: rows that come back, those that are forgotten, files that are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "smsc/message_store.h"

static char directory[] = "/tmp/message-store-XXXXXX";
static char path[64], error[300];

static struct message_store *open_store(void)
{
    error[0] = '\0';
    return message_store_open(path, error, sizeof error);
}

static int remove_files(void **state)
{
    (void)state;
    char name[80];
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        snprintf(name, sizeof name, "%s%s", path, suffixes[i]);
        unlink(name);
    }
    return 0;
}

static void save(struct message_store *store, enum smsc_row_kind kind, uint64_t id, const char *body)
{
    const struct smsc_row row = {.kind = kind,
                                 .id = id,
                                 .submitted = 1000,
                                 .expires = 2000,
                                 .lost = id == 7,
                                 .body = (const uint8_t *)body,
                                 .length = strlen(body)};
    assert_int_equal(message_store_save(store, &row), 0);
}

/* "kind:id:body", and an L behind what is lost. */
static bool list(void *user, const struct smsc_row *row)
{
    char *text = user;
    assert_int_equal(row->submitted, 1000);
    assert_int_equal(row->expires, 2000);
    sprintf(text + strlen(text), "%d:%d:%.*s%s ", row->kind, (int)row->id, (int)row->length,
            (const char *)row->body, row->lost ? "L" : "");
    return true;
}

static void assert_rows(const char *expected)
{
    char text[200] = "";
    struct message_store *store = open_store();
    assert_non_null(store);
    assert_int_equal(message_store_load(store, text, list), 0);
    assert_string_equal(text, expected);
    message_store_close(&store);
}

static void what_is_committed_comes_back_in_order(void **state)
{
    (void)state;
    struct stat status;
    struct message_store *store = open_store();
    assert_non_null(store);
    save(store, SMSC_ROW_MESSAGE, 9, "nine");
    save(store, SMSC_ROW_MESSAGE, 7, "seven");
    save(store, SMSC_ROW_DELIVERY, 8, "eight");
    save(store, SMSC_ROW_MESSAGE, 3, "three");
    assert_int_equal(message_store_commit(store), 0);
    assert_int_equal(message_store_forget(store, SMSC_ROW_MESSAGE, 3), 0);
    save(store, SMSC_ROW_MESSAGE, 9, "new");
    assert_int_equal(message_store_commit(store), 0);
    assert_int_equal(message_store_commit(store), 0); /* nothing to do */
    save(store, SMSC_ROW_MESSAGE, 10, "dropped");
    message_store_close(&store);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_rows("1:7:sevenL 2:8:eight 1:9:new ");
}

static bool refuse(void *user, const struct smsc_row *row)
{
    (void)user;
    (void)row;
    return false;
}

static void a_row_that_is_refused_is_an_error(void **state)
{
    (void)state;
    struct message_store *store = open_store();
    save(store, SMSC_ROW_MESSAGE, 1, "one");
    assert_int_equal(message_store_load(store, NULL, refuse), -1);
    assert_int_equal(message_store_commit(store), -1); /* as said: after an error */
    message_store_close(&store);
    assert_rows("");
}

static void files_are_refused_in_words(void **state)
{
    (void)state;
    struct message_store *first = open_store();
    assert_non_null(first);
    assert_null(open_store());
    assert_non_null(strstr(error, ": in use by another process"));
    message_store_close(&first);

    FILE *file = fopen(path, "w");
    for (int i = 0; i < 500; i++)
        fputs("no database", file);
    fclose(file);
    assert_null(open_store());
    assert_non_null(strstr(error, "not a database"));

    assert_null(message_store_open("/nowhere/messages.db", error, sizeof error));
    assert_string_equal(error, "/nowhere/messages.db: No such file or directory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(what_is_committed_comes_back_in_order, remove_files),
        cmocka_unit_test_teardown(a_row_that_is_refused_is_an_error, remove_files),
        cmocka_unit_test_teardown(files_are_refused_in_words, remove_files),
    };
    if (mkdtemp(directory) == NULL)
        return 1;
    snprintf(path, sizeof path, "%s/messages.db", directory);
    int failures = cmocka_run_group_tests_name("message store", tests, NULL, NULL);
    rmdir(directory);
    return failures;
}
