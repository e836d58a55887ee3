#include "gateway-plugin/api/named_objects.h"

#include "gateway-plugin/api/json_read.h"

struct change {
    enum named_kind kind;
    int64_t id;
    const char *name;
};

static int rename_object(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    const struct change *change = argument;
    return named_object_rename(store, change->kind, change->id, change->name, now, refusal);
}

static int delete_object(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    const struct change *change = argument;
    (void)now;
    return named_object_delete(store, change->kind, change->id, refusal);
}

int named_object_take_patch(struct api_call *call, enum named_kind kind, int64_t id, struct refusal *refusal)
{
    struct change change = {.kind = kind, .id = id};
    const struct json_field field = {"name", FIELD_TEXT, true, &change.name};
    json_t *body = json_read_object(call->http->body, call->http->body_length, refusal);
    if (body == NULL)
        return -1;
    int result = json_read_fields(body, &field, 1, refusal);
    if (result == 0)
        result = engine_call(call->options->engine, rename_object, &change, refusal);
    json_decref(body);
    return result;
}

int named_object_take_delete(struct api_call *call, enum named_kind kind, int64_t id, struct refusal *refusal)
{
    struct change change = {.kind = kind, .id = id};
    return engine_call(call->options->engine, delete_object, &change, refusal);
}
