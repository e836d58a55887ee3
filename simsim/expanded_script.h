/* Remote file management in expanded format: executes a command scripting template and answers with a response
 * scripting template (TS 102 226 clause 5.2). */
#ifndef OTA_SIMSIM_EXPANDED_SCRIPT_H
#define OTA_SIMSIM_EXPANDED_SCRIPT_H

#include "simsim/commands.h"
#include "simsim/rfm.h"

/*
 * `context` begins at the application's directory; a script that follows others of a chain begins where they ended. Each C-APDU gets an
 * R-APDU; the first one that fails, and whatever cannot be read, ends the script. An answer that the SMS of a PoR
 * would not hold is cut, and the script ends with 62F1.
 */
void expanded_script_execute(struct command_context *context, const struct rfm_application *application,
                             const uint8_t *script, size_t length, struct rfm_result *result);

/* The answer to what is no template, where nothing else is understood. */
void expanded_script_refuse(struct rfm_result *result);

#endif
