/* What the SOP prints of a thing that was made: "Profile instance:", its table, and its JSON. */
#ifndef OTA_CLIOTA_INSTANCE_H
#define OTA_CLIOTA_INSTANCE_H

#include "gateway-plugin/cliota/session.h"

/* The server's warnings go to stderr. */
void profile_print(const struct session_answer *answer);
void card_group_print(const struct session_answer *answer);
void campaign_print(const struct session_answer *answer);

#endif
