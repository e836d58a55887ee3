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

json_t *api_parts_of_profile(struct api_call *call, const struct api_part *part, struct refusal *refusal)
{
    struct profile profile;
    if (api_found(call, profile_get(call->store, call->ids[0], &profile), "profile", call->ids[0], refusal) != 0)
        return NULL;
    return api_list(call, &part->rows, &call->ids[0], refusal);
}

json_t *api_part_show(struct api_call *call, const struct api_part *part, struct refusal *refusal)
{
    json_t *view = NULL;
    void *row = calloc(1, part->rows.row_size);
    if (row == NULL)
        return api_refuse(refusal, REFUSAL_INTERNAL, "out of memory");
    if (api_found(call, part->get(call->store, call->ids[0], row), part->noun, call->ids[0], refusal) == 0)
        view = part->rows.view(row, call->base);
    free(row);
    return view;
}

json_t *api_part_change(struct api_call *call, const struct api_part *part, struct refusal *refusal)
{
    return named_object_take_patch(call, part->kind, call->ids[0], refusal) == 0 ? api_part_show(call, part, refusal)
                                                                                 : NULL;
}

json_t *api_part_delete(struct api_call *call, const struct api_part *part, struct refusal *refusal)
{
    json_t *view = api_part_show(call, part, refusal);
    return view != NULL && named_object_take_delete(call, part->kind, call->ids[0], refusal) != 0 ? api_drop(view)
                                                                                                  : view;
}
