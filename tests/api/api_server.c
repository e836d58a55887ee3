/*
 * The fixture as a program, for tests of cliota: api_server DIR writes DIR/cliota.properties and
 * prints "ready"; each line of stdin is SQL to run, answered by "ok" or "failed"; ends at its end.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/api/rest_fixture.h"

static int write_properties(const struct rest_fixture *fixture)
{
    char path[300];
    snprintf(path, sizeof path, "%s/cliota.properties", fixture->directory);
    umask(077);
    FILE *file = fopen(path, "w");
    if (file == NULL)
        return -1;
    fprintf(file, "# made by api_server\nserver = \"http://127.0.0.1:%d/\"\ntoken: %s\n", fixture->port,
            fixture->token);
    return fclose(file);
}

int main(int count, char **arguments)
{
    struct rest_fixture fixture;
    char sql[4096];
    if (count != 2 || rest_fixture_open(&fixture, arguments[1]) != 0 || write_properties(&fixture) != 0)
        return 1;
    puts("ready");
    fflush(stdout);
    while (fgets(sql, sizeof sql, stdin) != NULL) {
        puts(rest_fixture_sql(&fixture, sql) == 0 ? "ok" : "failed");
        fflush(stdout);
    }
    rest_fixture_close(&fixture);
    return 0;
}
