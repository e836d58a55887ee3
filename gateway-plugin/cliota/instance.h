/* What the SOP prints of a thing that was made: "Profile instance:", its table, and its JSON. */
#ifndef OTA_CLIOTA_INSTANCE_H
#define OTA_CLIOTA_INSTANCE_H

#include "gateway-plugin/cliota/session.h"

/* The server's warnings go to stderr. */
/* As message_warning_in() says them. */
void warnings_print(const struct session_answer *answer, const char *file, unsigned long first_line);

void profile_settings_print(const struct session_answer *answer); /* with its settings */
void profile_print(const struct session_answer *answer);
void status_print(const struct session_answer *answer);
void applet_print(const struct session_answer *answer);
void toolkit_print(const struct session_answer *answer); /* and in words */
void card_print(const struct session_answer *answer);
void card_group_print(const struct session_answer *answer);
/* `apdu_file`: what the warnings are about, or NULL. */
void campaign_print(const struct session_answer *answer, const char *apdu_file);
void template_print(const struct session_answer *answer, const char *apdu_file);

#endif
