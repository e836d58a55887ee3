#include "gateway-plugin/cliota/listing.h"

#include <stdlib.h>
#include <string.h>

#include "gateway-plugin/cliota/command.h"
#include "gateway-plugin/cliota/message.h"
#include "gateway-plugin/cliota/table.h"

int listing_print(struct session *session, const char *path, const char *const *fields, size_t count)
{
    struct table table;
    struct session_answer answer;
    int status = STATUS_DONE;
    char *next = strdup(path);
    table_begin(&table, fields, count);
    while (next != NULL && status == STATUS_DONE) {
        if (session_get(session, next, &answer) != 0) {
            status = STATUS_REFUSED;
            break;
        }
        table_print_rows(&table, json_object_get(answer.json, "items"));
        const char *url = json_string_value(json_object_get(answer.json, "next"));
        const char *follow = url != NULL ? session_path_of(url) : NULL;
        if (url != NULL && follow == NULL) {
            message_error("'%s' is no URL, expected the next page", url);
            status = STATUS_REFUSED;
        }
        free(next);
        next = follow != NULL ? strdup(follow) : NULL;
        session_answer_free(&answer);
    }
    free(next);
    if (table.begun)
        table_end(&table);
    return status;
}
