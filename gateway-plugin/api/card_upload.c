/* POST /api/profiles/N/cards: one piece of a card file into the store. Whatever
 * is good goes in, the rest comes back with its place in the whole file. */
#include <stdio.h>
#include <string.h>

#include "gateway-plugin/api/resources.h"
#include "gateway-plugin/store/catalog_store.h"

struct upload {
    const char *text;
    size_t length;
    int64_t profile_id;
    int64_t group_id;       /* 0: into no group */
    const char *group_name; /* NULL: makes none */
    int64_t first_line;     /* of the first data row, in the whole file */
    int64_t provisioned;
    json_t *rejected;
};

static void reject(struct upload *upload, unsigned long line, unsigned column, const char *reason)
{
    /* The piece has its header on line 1 and rows from line 2. */
    json_int_t whole = line >= 2 ? upload->first_line + (json_int_t)line - 2 : (json_int_t)line;
    json_array_append_new(upload->rejected, json_pack("{s:I, s:I, s:s}", "line", whole, "column",
                                                      (json_int_t)column, "reason", reason));
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

static int insert_row(struct store *store, struct upload *upload, const struct card_file *file,
                      const struct card_record *record, int64_t now, struct refusal *refusal)
{
    struct card card;
    struct refusal why = {0};
    if (card_insert(store, upload->profile_id, upload->group_id, record, now, &card, &why) == 0) {
        upload->provisioned++;
        return 0;
    }
    if (why.kind == REFUSAL_INTERNAL)
        return refuse(refusal, why.kind, "%s", why.text);
    reject(upload, record->line, refused_column(card_file_row(file), record, why.text), why.text);
    return 0;
}

static int insert_rows(struct store *store, struct upload *upload, struct card_file *file, int64_t now,
                       struct refusal *refusal)
{
    struct card_record record;
    struct card_file_error error;
    for (;;) {
        switch (card_file_next(file, &record, &error)) {
        case CARD_FILE_END: return 0;
        case CARD_FILE_FAILED: return refuse(refusal, REFUSAL_INTERNAL, "%s", error.reason);
        case CARD_FILE_REJECTED: reject(upload, error.line, error.column, error.reason); break;
        case CARD_FILE_RECORD: {
            int result = insert_row(store, upload, file, &record, now, refusal);
            card_record_wipe(&record);
            if (result != 0)
                return -1;
        }
        }
    }
}

static int check_target(struct store *store, const struct upload *upload, struct refusal *refusal)
{
    struct profile profile;
    struct card_group group;
    int result = profile_get(store, upload->profile_id, &profile);
    if (result == STORE_NOT_FOUND)
        return refuse(refusal, REFUSAL_NOT_FOUND, "there is no profile %lld", (long long)upload->profile_id);
    if (result != STORE_OK)
        return store_refuse(store, "profile", refusal);
    if (upload->group_id == 0)
        return 0;
    result = group_get(store, upload->group_id, &group);
    if (result == STORE_NOT_FOUND)
        return refuse(refusal, REFUSAL_NOT_FOUND, "there is no card group %lld", (long long)upload->group_id);
    if (result != STORE_OK)
        return store_refuse(store, "card group", refusal);
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
    memcpy(group.name, upload->group_name, strlen(upload->group_name) + 1);
    if (store_savepoint(store) != 0)
        return store_refuse(store, "savepoint", refusal);
    int result = group_insert(store, &group, now, refusal);
    if (result == 0) {
        upload->group_id = group.id;
        result = insert_rows(store, upload, file, now, refusal);
    }
    if (result == 0 && upload->provisioned > 0)
        return store_release(store) == 0 ? 0 : store_refuse(store, "savepoint", refusal);
    store_rollback_to(store);
    upload->group_id = 0;
    return result;
}

static int insert_piece(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct upload *upload = argument;
    struct card_file_error error;
    if (check_target(store, upload, refusal) != 0)
        return -1;
    /* fmemopen() takes a void *, but "r" does not write. */
    FILE *stream = fmemopen((void *)(uintptr_t)upload->text, upload->length, "r");
    if (stream == NULL)
        return refuse(refusal, REFUSAL_INTERNAL, "out of memory");
    setvbuf(stream, NULL, _IONBF, 0); /* no copy of the keys in stdio's buffer */
    struct card_file *file = card_file_open(stream, &error);
    int result;
    if (file == NULL)
        result = refuse(refusal, REFUSAL_INVALID, "line %lu, column %u: %s", error.line, error.column,
                        error.reason);
    else if (upload->group_name != NULL)
        result = insert_into_new_group(store, upload, file, now, refusal);
    else
        result = insert_rows(store, upload, file, now, refusal);
    card_file_close(&file);
    fclose(stream);
    return result;
}

static int read_parameters(struct api_call *call, struct upload *upload, struct refusal *refusal)
{
    upload->group_name = api_query(call, "cardGroupName");
    if (api_query_number(call, "firstLine", &upload->first_line, refusal) != 0 ||
        api_query_number(call, "cardGroup", &upload->group_id, refusal) != 0)
        return -1;
    if (upload->first_line < 2)
        return refuse(refusal, REFUSAL_INVALID,
                      "query parameter firstLine '1': line 1 is the header, expected from 2");
    if (upload->group_name != NULL && upload->group_id != 0)
        return refuse(refusal, REFUSAL_INVALID, "cardGroup and cardGroupName exclude each other");
    if (upload->group_name != NULL && name_check("card group name", upload->group_name, refusal) != 0)
        return -1;
    if (upload->length == 0)
        return refuse(refusal, REFUSAL_INVALID,
                      "body is empty, expected the header line of a card file and rows");
    return 0;
}

json_t *cards_provision(struct api_call *call, struct refusal *refusal)
{
    struct upload upload = {.text = call->http->body,
                            .length = call->http->body_length,
                            .profile_id = call->ids[0],
                            .first_line = 2};
    if (read_parameters(call, &upload, refusal) != 0)
        return NULL;
    upload.rejected = json_array();
    if (engine_call(call->options->engine, insert_piece, &upload, refusal) != 0) {
        json_decref(upload.rejected);
        return NULL;
    }
    return json_pack("{s:I, s:o, s:o}", "provisioned", (json_int_t)upload.provisioned, "rejected",
                     upload.rejected, "cardGroup",
                     upload.group_id != 0 ? json_integer(upload.group_id) : json_null());
}
