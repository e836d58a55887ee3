#include "gateway-plugin/api/named_objects.h"

#include <stdlib.h>

#include "gateway-plugin/api/json_read.h"
#include "gateway-plugin/store/catalog_store.h"

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

static int take_name(struct api_call *call, enum named_kind kind, int64_t id, struct refusal *refusal)
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

json_t *objects_of_profile(struct api_call *call, struct refusal *refusal)
{
    struct profile profile;
    if (api_found(call, profile_get(call->store, call->ids[0], &profile), "profile", call->ids[0], refusal) != 0)
        return NULL;
    return api_list(call, &call->route->object->rows, &call->ids[0], refusal);
}

static json_t *show_row(struct api_call *call, const struct api_object *object, struct refusal *refusal)
{
    json_t *view = NULL;
    void *row = calloc(1, object->rows.row_size);
    if (row == NULL)
        return api_refuse(refusal, REFUSAL_INTERNAL, "out of memory");
    if (api_found(call, object->get(call->store, call->ids[0], row), object->noun, call->ids[0], refusal) ==
        0)
        view = object->rows.view(row, call->base);
    free(row);
    return view;
}

json_t *object_show(struct api_call *call, struct refusal *refusal)
{
    const struct api_object *object = call->route->object;
    return object->show != NULL ? object->show(call, refusal) : show_row(call, object, refusal);
}

json_t *object_rename(struct api_call *call, struct refusal *refusal)
{
    return take_name(call, call->route->object->kind, call->ids[0], refusal) == 0 ? object_show(call, refusal)
                                                                                  : NULL;
}

json_t *object_delete(struct api_call *call, struct refusal *refusal)
{
    struct change change = {.kind = call->route->object->kind, .id = call->ids[0]};
    json_t *view = object_show(call, refusal);
    return view != NULL && engine_call(call->options->engine, delete_object, &change, refusal) != 0
               ? api_drop(view)
               : view;
}
