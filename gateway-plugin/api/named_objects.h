/* Whatever has a name: shown, renamed by PATCH {"name":…}, deleted. A route says which object it is of. */
#ifndef OTA_API_NAMED_OBJECTS_H
#define OTA_API_NAMED_OBJECTS_H

#include "gateway-plugin/api/api.h"
#include "gateway-plugin/store/named_object.h"

struct api_object {
    enum named_kind kind;
    json_t *(*show)(struct api_call *call,
                    struct refusal *refusal);               /* NULL: the row and its view are all of it */
    const char *noun;                                       /* "applet"; this and the rest without `show` */
    struct api_rows rows;                                   /* filtered by the profile's id */
    int (*get)(struct store *store, int64_t id, void *row); /* a store_result */
};

extern const struct api_object profile_object, applet_object, toolkit_object, card_group_object,
    campaign_object, template_object;

/* Handlers. The object is the first number of the path, of objects_of_profile() the profile. */
json_t *objects_of_profile(struct api_call *call, struct refusal *refusal);
json_t *object_show(struct api_call *call, struct refusal *refusal);
json_t *object_rename(struct api_call *call, struct refusal *refusal);
json_t *object_delete(struct api_call *call, struct refusal *refusal); /* shown as it was */

#endif
