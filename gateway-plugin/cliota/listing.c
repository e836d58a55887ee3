#include "gateway-plugin/cliota/listing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway-plugin/cliota/command.h"
#include "gateway-plugin/cliota/message.h"

int listing_follow(struct session *session, char **path,
                   int (*take)(void *user, const struct session_answer *answer), void *user)
{
    struct session_answer answer;
    if (session_get(session, *path, &answer) != 0)
        return STATUS_REFUSED;
    int status = take(user, &answer);
    const char *url = json_string_value(json_object_get(answer.json, "next"));
    const char *follow = url != NULL ? session_path_of(url) : NULL;
    if (url != NULL && follow == NULL) {
        message_error("'%s' is no URL, expected the next page", url);
        status = STATUS_REFUSED;
    }
    free(*path);
    *path = follow != NULL ? strdup(follow) : NULL;
    session_answer_free(&answer);
    return status;
}

static int print_rows(void *table, const struct session_answer *answer)
{
    table_print_rows(table, json_object_get(answer->json, "items"));
    return STATUS_DONE;
}

/* `pages` pages, 0 for all. *next: the path of the one behind them, or NULL; the caller's. */
static int print_pages(struct session *session, const char *path, const char *const *fields, size_t count,
                       unsigned int pages, char **next)
{
    struct table table;
    int status = STATUS_DONE;
    *next = strdup(path);
    table_begin(&table, fields, count);
    for (unsigned int page = 0; *next != NULL && status == STATUS_DONE && (pages == 0 || page < pages);
         page++)
        status = listing_follow(session, next, print_rows, &table);
    if (table.begun)
        table_end(&table);
    return status;
}

int listing_print(struct session *session, const char *path, const char *const *fields, size_t count)
{
    char *next;
    int status = print_pages(session, path, fields, count, 0, &next);
    free(next);
    return status;
}

int listing_print_page(struct session *session, const char *path, const char *const *fields, size_t count)
{
    char *next;
    int status = print_pages(session, path, fields, count, 1, &next);
    const char *after = status == STATUS_DONE && next != NULL ? strstr(next, "after=") : NULL;
    if (after != NULL)
        printf("More follow: -after %ld\n", strtol(after + strlen("after="), NULL, 10));
    free(next);
    return status;
}
