#include "gateway-plugin/api/json_read.h"

#include <stdio.h>
#include <string.h>

static const char *const kind_names[] = {
    [FIELD_TEXT] = "a string", [FIELD_NUMBER] = "an integer", [FIELD_BOOLEAN] = "true or false"};

static const char *type_name(const json_t *value)
{
    static const char *const names[] = {
        [JSON_OBJECT] = "an object",   [JSON_ARRAY] = "an array",  [JSON_STRING] = "a string",
        [JSON_INTEGER] = "an integer", [JSON_REAL] = "a fraction", [JSON_TRUE] = "true",
        [JSON_FALSE] = "false",        [JSON_NULL] = "null"};
    return names[json_typeof(value)];
}

json_t *json_read_object(const char *text, size_t length, struct refusal *refusal)
{
    json_error_t error;
    if (length == 0)
        return json_object();
    json_t *value = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
    if (value == NULL) {
        /* What it is near may be a key. */
        const char *near = strstr(error.text, " near ");
        refuse(refusal, REFUSAL_INVALID, "body is not JSON: line %d, column %d: %.*s", error.line, error.column,
               (int)(near != NULL ? near - error.text : 160), error.text);
        return NULL;
    }
    if (!json_is_object(value)) {
        refuse(refusal, REFUSAL_INVALID, "body is %s, expected a JSON object", type_name(value));
        json_decref(value);
        return NULL;
    }
    return value;
}

static int store_value(const struct json_field *field, const json_t *value, struct refusal *refusal)
{
    if (field->kind == FIELD_TEXT && json_is_string(value))
        *(const char **)field->to = json_string_value(value);
    else if (field->kind == FIELD_NUMBER && json_is_integer(value))
        *(int64_t *)field->to = json_integer_value(value);
    else if (field->kind == FIELD_BOOLEAN && json_is_boolean(value))
        *(bool *)field->to = json_is_true(value);
    else
        return refuse_field(refusal, REFUSAL_INVALID, field->name, "is %s, expected %s", type_name(value),
                            kind_names[field->kind]);
    return 0;
}

static const struct json_field *find_field(const struct json_field *fields, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(fields[i].name, name) == 0)
            return &fields[i];
    return NULL;
}

static int refuse_unknown(const char *name, const struct json_field *fields, size_t count,
                          struct refusal *refusal)
{
    char known[200] = "";
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(known);
        snprintf(known + length, sizeof known - length, "%s%s", i > 0 ? ", " : "", fields[i].name);
    }
    return refuse(refusal, REFUSAL_INVALID, "unknown field '%.40s', expected %s%s", name,
                  count > 0 ? "some of: " : "none", known);
}

int json_read_fields(const json_t *object, const struct json_field *fields, size_t count,
                     struct refusal *refusal)
{
    for (void *at = json_object_iter((json_t *)(uintptr_t)object); at != NULL;
         at = json_object_iter_next((json_t *)(uintptr_t)object, at)) {
        const char *name = json_object_iter_key(at);
        const json_t *value = json_object_iter_value(at);
        const struct json_field *field = find_field(fields, count, name);
        if (field == NULL)
            return refuse_unknown(name, fields, count, refusal);
        if (json_is_null(value) && !field->mandatory)
            continue;
        if (store_value(field, value, refusal) != 0)
            return -1;
    }
    for (size_t i = 0; i < count; i++)
        if (fields[i].mandatory && json_object_get(object, fields[i].name) == NULL)
            return refuse_field(refusal, REFUSAL_INVALID, fields[i].name, "is missing, expected %s",
                                kind_names[fields[i].kind]);
    return 0;
}
