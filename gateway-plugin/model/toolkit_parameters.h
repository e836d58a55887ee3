/* What INSTALL tells a card of an applet that uses the toolkit (SOP 9, -tkp): kept as the bytes that are sent, made of
 * what an operator says. */
#ifndef OTA_MODEL_TOOLKIT_PARAMETERS_H
#define OTA_MODEL_TOOLKIT_PARAMETERS_H

#include <stdint.h>

#include "gateway-plugin/model/name.h"
#include "protocol/install_parameters.h"

#define INSTALL_PARAMETERS_SIZE (2 * INSTALL_PARAMETERS_MAX + 1) /* in hex, with its end */
#define INSTALL_PARAMETERS_NONE "C900"                           /* what INSTALL carries without toolkit parameters */

struct toolkit_parameters {
    int64_t id, profile_id;
    char profile_name[NAME_MAX_LENGTH + 1];
    char name[NAME_MAX_LENGTH + 1];
    char install_parameters[INSTALL_PARAMETERS_SIZE]; /* upper case */
    int64_t created, updated;
};

/* The words of an operator; borrowed. NULL, and 0 but for the priority: not given. Lists are parted by commas or
 * blanks. */
struct toolkit_fields {
    const char *format; /* "uicc" as if not given, "sim" or "both" */
    int64_t priority;   /* 1 to 255 */
    int64_t max_timers, max_text_length, max_channels;
    int64_t max_services;               /* uicc */
    const char *menu_entries;           /* "1:1,2:2", position:identifier */
    const char *minimum_security_level; /* SPI1, 2 hex digits */
    const char *tar_list;
    const char *access_domain;                   /* sim: hex; no access if not given */
    const char *uicc_access, *uicc_admin_access; /* uicc: "uicc:00,A0000000871002:00", AID:domain[:DAP] */
    int64_t non_volatile_memory, volatile_memory; /* bytes */
    const char *application_data;                 /* hex */
};
#define TOOLKIT_PRIORITY_DEFAULT 1 /* for a caller to whom none was given */

/* Fills the install_parameters of *made. 0, or -1 with `refusal`, which begins with a field's name as REST has it. */
int toolkit_parameters_make(const struct toolkit_fields *fields, struct toolkit_parameters *made,
                            struct refusal *refusal);

/* The fields again. 0, or a protocol error: no bytes of ours. */
int toolkit_parameters_read(const char *install_parameters, struct install_parameters *read);

/* "uicc", "sim" or "both"; NULL: neither. */
const char *toolkit_format_name(const struct install_parameters *parameters);

#endif
