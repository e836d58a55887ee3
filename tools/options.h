/* The command line of one command. */
#ifndef OTA_TOOLS_OPTIONS_H
#define OTA_TOOLS_OPTIONS_H

#include "tools/command.h"

struct options {
    bool help;
    bool json;
    bool batch;
    const char *object; /* a word that begins with {: the JSON object itself; or NULL */
    size_t given;       /* fields and words */
};

/*
 * `arguments` behind the command, NULL at the end. Fills `request` and `input`. Values of
 * keys are wiped out of the arguments, so that the process list loses them soon.
 * STATUS_DONE; STATUS_USAGE (no such option, a missing value) or STATUS_REFUSED (a bad value) with the
 * refusal.
 */
enum exit_status options_read(const struct command *command, char **arguments, struct options *options,
                              struct request *request, struct byte_list *input, struct refusal *refusal);

/* Keys out of the environment, where neither option gave one. The variables are wiped. 0, or -1 with the
 * refusal. */
int options_read_environment(const struct command *command, struct request *request, struct refusal *refusal);

#endif
