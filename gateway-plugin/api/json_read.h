/* A JSON object read by a table of its fields: wrong types, unknown and missing fields are refused by name.
 */
#ifndef OTA_API_JSON_READ_H
#define OTA_API_JSON_READ_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gateway-plugin/model/refusal.h"

enum json_field_kind { FIELD_TEXT, FIELD_NUMBER, FIELD_BOOLEAN };

/* `to` points to a const char * (borrowed from the object), an int64_t or a bool; it stays as it is when
 * the field is missing, or null where it may be missing. */
struct json_field {
    const char *name;
    enum json_field_kind kind;
    bool mandatory;
    void *to;
};

/* Parses `text` into an object: a new reference, or NULL with `refusal`. An empty text is an empty object. */
json_t *json_read_object(const char *text, size_t length, struct refusal *refusal);

/* 0, or -1 with `refusal`. */
int json_read_fields(const json_t *object, const struct json_field *fields, size_t count,
                     struct refusal *refusal);

#endif
