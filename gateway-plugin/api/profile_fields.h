/* What a request says of a profile: the same fields at its creation and at a change. */
#ifndef OTA_API_PROFILE_FIELDS_H
#define OTA_API_PROFILE_FIELDS_H

#include <jansson.h>

#include "gateway-plugin/model/entities.h"

/* Fields that make a profile and are none of its settings: NULL when they are missing. */
struct profile_request {
    const char *name;
    const char *application, *app_name, *tar_list; /* at its creation only */
};

/* Reads `body` into `profile`, whose settings stay as they are where it says nothing; "" stands for "not given".
 * 0, or -1 with `refusal`. */
int profile_fields_read(const json_t *body, bool is_creation, struct profile_request *request,
                        struct profile *profile, struct refusal *refusal);

#endif
