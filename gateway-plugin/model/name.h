/* Names of profiles, groups, campaigns and tokens: 1 to 64 printable ASCII characters, no spaces (SOP 6, 8, 9). */
#ifndef OTA_MODEL_NAME_H
#define OTA_MODEL_NAME_H

#include "gateway-plugin/model/refusal.h"

#define NAME_MAX_LENGTH 64

/* `what` is the word for the message: "profile name". 0, or -1 with `refusal`, about the field "name". */
int name_check(const char *what, const char *name, struct refusal *refusal);

#endif
