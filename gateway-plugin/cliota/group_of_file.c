#include "gateway-plugin/cliota/group_of_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/card_numbers.h"
#include "gateway-plugin/cliota/input_file.h"
#include "gateway-plugin/cliota/message.h"

struct search {
    struct session *session;
    const char *profile, *path, *name;
    struct card_numbers *numbers; /* of the file; NULL: not read yet */
    int64_t found;
};

/* Calls `each` for the items of every page, until it returns something else than 0, which is returned. -1
 * with the error said. */
static int for_each_item(struct session *session, const char *first_page,
                         int (*each)(struct search *search, const json_t *item), struct search *search)
{
    struct session_answer answer;
    int result = 0;
    char *page = strdup(first_page);
    while (page != NULL && result == 0) {
        size_t index;
        const json_t *item;
        if (session_get(session, page, &answer) != 0) {
            result = -1;
            break;
        }
        json_array_foreach(json_object_get(answer.json, "items"), index, item)
        {
            result = each(search, item);
            if (result != 0)
                break;
        }
        const char *next = session_path_of(json_string_value(json_object_get(answer.json, "next")));
        free(page);
        page = next != NULL ? strdup(next) : NULL;
        session_answer_free(&answer);
    }
    free(page);
    return result;
}

static int add_records(struct card_file *file, struct card_numbers *numbers)
{
    struct card_record record;
    struct card_file_error error;
    enum card_file_result got;
    int result = 0;
    while (result == 0 && (got = card_file_next(file, &record, &error)) > CARD_FILE_END) {
        if (got == CARD_FILE_RECORD)
            result = card_numbers_add(numbers, &record, record.line);
        card_record_wipe(&record);
    }
    return result;
}

/* A header that is no good is the server's to refuse: then no card is of the file. */
static int read_numbers(struct search *search)
{
    struct card_file_error error;
    char buffer[65536]; /* stdio's: it holds keys */
    int result = -1;
    if (!input_file_can_be_read_twice(search->path)) {
        message_error("-autoCG: %s cannot be read twice, expected a file: card group '%s' is there already, and its cards "
                      "are compared", search->path, search->name);
        return -1;
    }
    FILE *stream = fopen(search->path, "r");
    search->numbers = card_numbers_new();
    if (stream != NULL && search->numbers != NULL) {
        setvbuf(stream, buffer, _IOFBF, sizeof buffer);
        struct card_file *file = card_file_open(stream, &error);
        result = file != NULL ? add_records(file, search->numbers) : 0;
        card_file_close(&file);
    }
    if (result != 0)
        message_error("%s cannot be read: %s", search->path, strerror(errno));
    if (stream != NULL)
        fclose(stream);
    explicit_bzero(buffer, sizeof buffer);
    return result;
}

/* 1: this card is not of the file. */
static int check_card(struct search *search, const json_t *card)
{
    struct card_record record = {0};
    struct card_repeat repeat;
    const char *iccid = json_string_value(json_object_get(card, "iccid"));
    snprintf(record.iccid, sizeof record.iccid, "%s", iccid != NULL ? iccid : "");
    bool is_there =
        card_numbers_find(search->numbers, &record, &repeat) && strcmp(repeat.field, "ICCID") == 0;
    return is_there ? 0 : 1;
}

/* NAME, or NAME-2 and so on, as -autoCG makes them. */
static bool is_name(const char *name, const char *stem)
{
    size_t length = strlen(stem);
    if (name == NULL || strncmp(name, stem, length) != 0)
        return false;
    name += length;
    return *name == '\0' ||
           (*name == '-' && name[1] != '\0' && name[1 + strspn(name + 1, "0123456789")] == '\0');
}

/* 1: it is the one. */
static int check_group(struct search *search, const json_t *group)
{
    char path[128];
    int64_t id = json_integer_value(json_object_get(group, "id"));
    if (!is_name(json_string_value(json_object_get(group, "name")), search->name))
        return 0;
    if (search->numbers == NULL && read_numbers(search) != 0)
        return -1;
    snprintf(path, sizeof path, "/api/profiles/%s/cardgroups/%" PRId64 "/cards?limit=1000", search->profile,
             id);
    int result = for_each_item(search->session, path, check_card, search);
    if (result != 0)
        return result < 0 ? -1 : 0;
    search->found = id;
    return 1;
}

int group_of_file_find(struct session *session, const char *profile, const char *path, const char *name,
                       int64_t *id)
{
    char groups[96];
    struct search search = {.session = session, .profile = profile, .path = path, .name = name};
    snprintf(groups, sizeof groups, "/api/profiles/%s/cardgroups?limit=1000", profile);
    int result = for_each_item(session, groups, check_group, &search);
    card_numbers_free(&search.numbers);
    *id = search.found;
    return result < 0 ? -1 : 0;
}
