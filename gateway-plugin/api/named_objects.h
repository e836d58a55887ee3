/* PATCH {"name":…} and DELETE of whatever has a name: through the engine, which owns the writing store. */
#ifndef OTA_API_NAMED_OBJECTS_H
#define OTA_API_NAMED_OBJECTS_H

#include "gateway-plugin/api/api.h"
#include "gateway-plugin/store/named_object.h"

/* Each returns 0, or -1 with `refusal`. The object is the last number of the path. */
int named_object_take_patch(struct api_call *call, enum named_kind kind, int64_t id, struct refusal *refusal);
int named_object_take_delete(struct api_call *call, enum named_kind kind, int64_t id, struct refusal *refusal);

#endif
