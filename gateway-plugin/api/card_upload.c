/*
 * POST /api/profiles/N/cards: one piece of a card file into the store. Whatever is
 * good goes in, the rest comes back with its place in the whole file.
 * POST /api/profiles/N/cardfile: a whole card file, all or nothing. It is checked
 * first, in the HTTP thread and without writing, also for repeats inside the file; only
 * a good file holds the engine, which writes it in one transaction.
 */
#include <stdio.h>
#include <string.h>

#include "formats/card_numbers.h"
#include "gateway-plugin/api/resources.h"
#include "gateway-plugin/store/catalog_store.h"

#define LINE_MAX_NUMBER INT64_C(2000000000)
#define REJECTED_MAX 10000 /* rows in an answer: each takes about 500 bytes on its way there */

struct upload {
    const char *text;
    size_t length;
    int64_t profile_id;
    int64_t group_id;       /* 0: into no group */
    const char *group_name; /* NULL: makes none */
    int64_t first_line;     /* of the first data row, in the whole file */
    bool all_or_nothing;
    bool only_check; /* writes nothing: `provisioned` counts the rows that would be */
    int64_t provisioned, rejected_rows;
    struct card_numbers *numbers; /* of the rows provisioned so far */
    json_t *rejected;             /* at most REJECTED_MAX of them */
    char warning[200];            /* of the header; "": none */
};

/* The piece has its header on line 1 and rows from line 2. */
static unsigned long line_in_file(const struct upload *upload, unsigned long line)
{
    return line >= 2 ? (unsigned long)upload->first_line + line - 2 : line;
}

static void reject(struct upload *upload, unsigned long line, unsigned column, const char *reason,
                   bool is_there)
{
    if (upload->rejected_rows++ >= REJECTED_MAX)
        return;
    json_t *row = json_pack("{s:I, s:I, s:s}", "line", (json_int_t)line_in_file(upload, line), "column",
                            (json_int_t)column, "reason", reason);
    if (is_there)
        json_object_set_new(row, "alreadyProvisioned", json_true());
    json_array_append_new(upload->rejected, row);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Where a field of digits begins in a row, from 1; 1 when it is not found. */
static unsigned column_of(const char *row, const char *digits)
{
    size_t length = strlen(digits);
    for (const char *at = row; length > 0 && (at = strstr(at, digits)) != NULL; at++)
        if ((at == row || !is_digit(at[-1])) && !is_digit(at[length]))
            return (unsigned)(at - row) + 1;
    return 1;
}

/* The refusal of card_insert() begins with the field that is taken. */
static unsigned refused_column(const char *row, const struct card_record *record, const char *reason)
{
    const struct {
        const char *name, *value;
    } fields[] = {{"ICCID", record->iccid}, {"IMSI", record->imsi}, {"MSISDN", record->msisdn}};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if (strncmp(reason, fields[i].name, strlen(fields[i].name)) == 0)
            return column_of(row, fields[i].value);
    return 1;
}

static int refuse_repeat(const struct upload *upload, const struct card_record *record,
                         struct refusal *refusal)
{
    struct card_repeat repeat;
    if (!card_numbers_find(upload->numbers, record, &repeat))
        return 0;
    return refuse(refusal, REFUSAL_CONFLICT, "%s %s repeats line %lu", repeat.field, repeat.value,
                  repeat.line);
}

static int insert_card(struct store *store, const struct upload *upload, const struct card_record *record,
                       int64_t now, bool *repeats, struct refusal *refusal)
{
    struct card card;
    *repeats = refuse_repeat(upload, record, refusal) != 0;
    if (*repeats)
        return -1;
    return upload->only_check
               ? card_check_numbers(store, record, refusal)
               : card_insert(store, upload->profile_id, upload->group_id, record, now, &card, refusal);
}

static int take_card(struct store *store, struct upload *upload, const struct card_file *file,
                     const struct card_record *record, int64_t now, struct refusal *refusal)
{
    struct refusal why = {0};
    bool repeats;
    if (insert_card(store, upload, record, now, &repeats, &why) != 0) {
        if (why.kind == REFUSAL_INTERNAL)
            return refuse(refusal, why.kind, "%s", why.text);
        reject(upload, record->line, refused_column(card_file_row(file), record, why.text), why.text,
               !repeats && why.kind == REFUSAL_CONFLICT);
        return 0;
    }
    upload->provisioned++;
    if (card_numbers_add(upload->numbers, record, line_in_file(upload, record->line)) != 0)
        return refuse(refusal, REFUSAL_INTERNAL, "out of memory");
    return 0;
}

/* One row. 1: there is another; 0 at the end; -1 with `refusal`. */
static int take_row(struct store *store, struct upload *upload, struct card_file *file, int64_t now,
                    struct refusal *refusal)
{
    struct card_record record;
    struct card_file_error error;
    int result = 0;
    switch (card_file_next(file, &record, &error)) {
    case CARD_FILE_END: return 0;
    case CARD_FILE_FAILED: return refuse(refusal, REFUSAL_INTERNAL, "%s", error.reason);
    case CARD_FILE_REJECTED: reject(upload, error.line, error.column, error.reason, false); break;
    case CARD_FILE_RECORD:
        result = take_card(store, upload, file, &record, now, refusal);
        card_record_wipe(&record);
    }
    return result == 0 ? 1 : -1;
}

static int refuse_rows(const struct upload *upload, struct refusal *refusal)
{
    return refuse(refusal, REFUSAL_INVALID, "%lld of %lld rows are wrong%s, nothing was provisioned",
                  (long long)upload->rejected_rows, (long long)(upload->provisioned + upload->rejected_rows),
                  upload->rejected_rows > REJECTED_MAX ? ", more than are listed" : "");
}

static int take_rows(struct store *store, struct upload *upload, struct card_file *file, int64_t now,
                     struct refusal *refusal)
{
    int result;
    while ((result = take_row(store, upload, file, now, refusal)) > 0) {
        if (upload->only_check || upload->rejected_rows == 0)
            continue;
        if (upload->all_or_nothing) /* a card that came while the file was checked */
            return refuse_rows(upload, refusal);
        if (upload->rejected_rows > REJECTED_MAX)
            return refuse(refusal, REFUSAL_INVALID,
                          "more than %d rows are wrong, expected a smaller piece or another file",
                          REJECTED_MAX);
    }
    return result;
}

static int check_target(struct store *store, const struct upload *upload, struct refusal *refusal)
{
    struct profile profile;
    struct card_group group;
    int result = profile_get(store, upload->profile_id, &profile);
    if (result != STORE_OK)
        return store_found(store, result, "profile", upload->profile_id, refusal);
    if (upload->group_id == 0)
        return 0;
    result = group_get(store, upload->group_id, &group);
    if (result != STORE_OK)
        return store_found(store, result, "card group", upload->group_id, refusal);
    if (group.profile_id != upload->profile_id)
        return refuse(refusal, REFUSAL_CONFLICT,
                      "card group %lld belongs to profile %lld, not to profile %lld", (long long)group.id,
                      (long long)group.profile_id, (long long)upload->profile_id);
    return 0;
}

/* A group of no cards is not left behind. */
static int insert_into_new_group(struct store *store, struct upload *upload, struct card_file *file,
                                 int64_t now, struct refusal *refusal)
{
    struct card_group group = {.profile_id = upload->profile_id};
    memcpy(group.name, upload->group_name, strlen(upload->group_name) + 1); /* checked */
    if (store_savepoint(store) != 0)
        return store_refuse(store, "savepoint", refusal);
    int result = group_insert(store, &group, now, refusal);
    if (result != 0) {
        refusal_set_field(refusal, "cardGroupName");
    } else {
        upload->group_id = group.id;
        result = take_rows(store, upload, file, now, refusal);
    }
    if (result == 0 && upload->provisioned > 0)
        return store_release(store) == 0 ? 0 : store_refuse(store, "savepoint", refusal);
    store_rollback_to(store);
    upload->group_id = 0;
    return result;
}

static int take_file(struct store *store, struct upload *upload, struct card_file *file, int64_t now,
                     struct refusal *refusal)
{
    if (upload->group_name != NULL && !upload->only_check)
        return insert_into_new_group(store, upload, file, now, refusal);
    return take_rows(store, upload, file, now, refusal);
}

static void note_warning(struct upload *upload, const struct card_file *file)
{
    const char *ignored = card_file_ignored_columns(file);
    if (ignored[0] != '\0')
        snprintf(upload->warning, sizeof upload->warning, "line 1: columns that are not read: %s", ignored);
}

/* Run by the engine; the check of a whole file runs it on a store that only reads. */
static int take_upload(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct upload *upload = argument;
    struct card_file_error error;
    int result = -1;
    if (check_target(store, upload, refusal) != 0)
        return -1;
    upload->provisioned = 0;
    upload->numbers = card_numbers_new();
    /* fmemopen() takes a void *, but "r" does not write. */
    FILE *stream = fmemopen((void *)(uintptr_t)upload->text, upload->length, "r");
    if (stream == NULL || upload->numbers == NULL) {
        refuse(refusal, REFUSAL_INTERNAL, "out of memory");
    } else {
        setvbuf(stream, NULL, _IONBF, 0); /* no copy of the keys in stdio's buffer */
        struct card_file *file = card_file_open(stream, &error);
        if (file == NULL) {
            refuse(refusal, REFUSAL_INVALID, "line %lu, column %u: %s", error.line, error.column,
                   error.reason);
        } else {
            note_warning(upload, file);
            result = take_file(store, upload, file, now, refusal);
        }
        card_file_close(&file);
    }
    if (stream != NULL)
        fclose(stream);
    card_numbers_free(&upload->numbers);
    return result;
}

static int check_group(const struct upload *upload, struct refusal *refusal)
{
    if (upload->group_name != NULL && upload->group_id != 0)
        return refuse_field(refusal, REFUSAL_INVALID, "cardGroup", "and cardGroupName exclude each other");
    if (upload->group_name != NULL && name_check("card group name", upload->group_name, refusal) != 0)
        return refusal_set_field(refusal, "cardGroupName");
    return 0;
}

static int read_parameters(struct api_call *call, struct upload *upload, struct refusal *refusal)
{
    *upload = (struct upload){.text = call->http->body,
                              .length = call->http->body_length,
                              .profile_id = call->ids[0],
                              .group_name = api_query(call, "cardGroupName"),
                              .first_line = 2};
    if (api_query_number(call, "firstLine", &upload->first_line, refusal) != 0 ||
        api_query_number(call, "cardGroup", &upload->group_id, refusal) != 0)
        return -1;
    if (upload->first_line < 2 || upload->first_line > LINE_MAX_NUMBER)
        return refuse_field(refusal, REFUSAL_INVALID, "firstLine",
                            "'%lld': line 1 is the header, expected 2 to %lld", (long long)upload->first_line,
                            (long long)LINE_MAX_NUMBER);
    if (upload->length == 0)
        return refuse(refusal, REFUSAL_INVALID,
                      "body is empty, expected the header line of a card file and rows");
    return check_group(upload, refusal);
}

static json_t *view_upload(const struct upload *upload)
{
    json_t *warnings = json_array();
    if (upload->warning[0] != '\0')
        json_array_append_new(warnings, json_string(upload->warning));
    return json_pack("{s:I, s:O, s:o, s:o}", "provisioned", (json_int_t)upload->provisioned, "rejected",
                     upload->rejected, "cardGroup",
                     upload->group_id != 0 ? json_integer(upload->group_id) : json_null(), "warnings",
                     warnings);
}

json_t *cards_provision(struct api_call *call, struct refusal *refusal)
{
    struct upload upload;
    json_t *view = NULL;
    if (read_parameters(call, &upload, refusal) != 0)
        return NULL;
    upload.rejected = json_array();
    if (engine_call(call->options->engine, take_upload, &upload, refusal) == 0)
        view = view_upload(&upload);
    json_decref(upload.rejected);
    return view;
}

static int check_file(struct api_call *call, struct upload *upload, struct refusal *refusal)
{
    upload->only_check = true;
    int result = take_upload(call->store, 0, upload, refusal);
    upload->only_check = false;
    if (result == 0 && upload->rejected_rows > 0)
        return refuse_rows(upload, refusal);
    if (result == 0 && upload->provisioned == 0)
        return refuse(refusal, REFUSAL_INVALID, "the file holds no cards, expected one a line");
    return result;
}

json_t *cards_provision_file(struct api_call *call, struct refusal *refusal)
{
    struct upload upload;
    json_t *view = NULL;
    if (read_parameters(call, &upload, refusal) != 0)
        return NULL;
    upload.all_or_nothing = true;
    upload.rejected = json_array();
    if (check_file(call, &upload, refusal) == 0 &&
        engine_call(call->options->engine, take_upload, &upload, refusal) == 0)
        view = view_upload(&upload);
    else if (upload.rejected_rows > 0)
        call->rejected = json_incref(upload.rejected);
    json_decref(upload.rejected);
    return view;
}
