/* How a script's commands stand in a packet (TS 102 226 clause 5), as settings of profiles and campaigns. */
#ifndef OTA_MODEL_SCRIPT_FORMAT_H
#define OTA_MODEL_SCRIPT_FORMAT_H

#include "protocol/expanded.h"

enum script_format {
    SCRIPT_FORMAT_OPEN, /* not said: of a profile, as its refresh style wants it; of a campaign, compact */
    SCRIPT_COMPACT,     /* one behind the other (clause 5.1) */
    SCRIPT_EXPANDED,    /* in a command scripting template (clause 5.2) */
};

const char *script_format_name(enum script_format format);              /* "compact"; also where it is open */
int script_format_parse(const char *name, enum script_format *format); /* any case; "": open; -1: no such one */

/* What the first packet of several says: CHAINING_NONE, CHAINING_FIRST or CHAINING_FIRST_KEPT. */
const char *script_chaining_name(enum script_chaining chaining);             /* "none", "first", "first-kept" */
int script_chaining_parse(const char *name, enum script_chaining *chaining); /* any case; -1: no such one */

#endif
