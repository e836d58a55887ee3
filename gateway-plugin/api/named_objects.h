/* PATCH {"name":…} and DELETE of whatever has a name: through the engine, which owns the writing store. */
#ifndef OTA_API_NAMED_OBJECTS_H
#define OTA_API_NAMED_OBJECTS_H

#include "gateway-plugin/api/api.h"
#include "gateway-plugin/store/named_object.h"

/* Each returns 0, or -1 with `refusal`. The object is the last number of the path. */
int named_object_take_patch(struct api_call *call, enum named_kind kind, int64_t id, struct refusal *refusal);
int named_object_take_delete(struct api_call *call, enum named_kind kind, int64_t id, struct refusal *refusal);

/* What a profile has under names: applets, toolkit parameters. */
struct api_part {
    enum named_kind kind;
    const char *noun; /* "applet" */
    struct api_rows rows; /* filtered by the profile's id */
    int (*get)(struct store *store, int64_t id, void *row); /* a store_result */
};

/* Handlers: those of a profile, and one: shown, renamed, deleted (answered as it was). */
json_t *api_parts_of_profile(struct api_call *call, const struct api_part *part, struct refusal *refusal);
json_t *api_part_show(struct api_call *call, const struct api_part *part, struct refusal *refusal);
json_t *api_part_change(struct api_call *call, const struct api_part *part, struct refusal *refusal);
json_t *api_part_delete(struct api_call *call, const struct api_part *part, struct refusal *refusal);

#endif
