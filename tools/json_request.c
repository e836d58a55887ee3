#include "tools/json_request.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

static void wiping_free(void *memory)
{
    if (memory != NULL)
        explicit_bzero(memory, malloc_usable_size(memory));
    free(memory);
}

void json_request_setup(void)
{
    json_set_alloc_funcs(malloc, wiping_free);
}

static int set_string(enum field field, const json_t *value, struct request *request, struct byte_list *input,
                      struct refusal *refusal)
{
    return request_set(request, input, field, fields[field].json, json_string_value(value),
                       json_string_length(value), refusal);
}

static int set_list(enum field field, const json_t *list, struct request *request, struct byte_list *input,
                    struct refusal *refusal)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        if (!json_is_string(item))
            return refuse(refusal, "%s: item %zu is no string of hex digits", fields[field].json, i + 1);
        rc = set_string(field, item, request, input, refusal);
    }
    return rc;
}

static int set_number(enum field field, const json_t *value, struct request *request, struct byte_list *input,
                      struct refusal *refusal)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    return request_set(request, input, field, fields[field].json, digits, (size_t)length, refusal);
}

/* What a field's value must be. */
static const char *expected(enum field_kind kind)
{
    switch (kind) {
    case KIND_NUMBER: return "a number";
    case KIND_FLAG: return "true or false";
    case KIND_LIST: return "a string of hex digits or a list of them";
    case KIND_WORD: return "a string";
    default: return "a string of hex digits";
    }
}

static int set_value(enum field field, const json_t *value, struct request *request, struct byte_list *input,
                     struct refusal *refusal)
{
    const enum field_kind kind = fields[field].kind;
    if (kind == KIND_FLAG && json_is_boolean(value))
        return json_is_true(value) ? request_set(request, input, field, fields[field].json, "", 0, refusal)
                                   : 0;
    if (kind == KIND_NUMBER && json_is_integer(value))
        return set_number(field, value, request, input, refusal);
    if (kind == KIND_LIST && json_is_array(value))
        return set_list(field, value, request, input, refusal);
    if (kind != KIND_FLAG && kind != KIND_NUMBER && json_is_string(value))
        return set_string(field, value, request, input, refusal);
    return refuse(refusal, "%s: not %s", fields[field].json, expected(kind));
}

static int set_values(const struct command *command, const json_t *object, struct request *request,
                      struct byte_list *input, struct refusal *refusal)
{
    int rc = 0;
    for (enum field field = 0; rc == 0 && field < FIELDS; field++) {
        if ((command->accepts & FIELD_BIT(field)) == 0 || fields[field].json == NULL)
            continue;
        const json_t *value = json_object_get(object, fields[field].json);
        if (value != NULL && !json_is_null(value))
            rc = set_value(field, value, request, input, refusal);
    }
    return rc;
}

int json_request_read(const struct command *command, const char *text, size_t length, struct request *request,
                      struct byte_list *input, struct refusal *refusal)
{
    json_error_t error;
    json_t *object = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
    if (object == NULL) /* jansson's text may quote the input, and with it a key */
        return refuse(refusal, "not JSON at character %d, expected one object", error.position);
    int rc = json_is_object(object) ? set_values(command, object, request, input, refusal)
                                    : refuse(refusal, "JSON, but no object");
    json_decref(object);
    return rc;
}
