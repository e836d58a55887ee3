/* The command line against the table of commands. Names in any case, with one dash or two. */
#ifndef OTA_CLIOTA_OPTIONS_H
#define OTA_CLIOTA_OPTIONS_H

#include <stdint.h>

#include "gateway-plugin/cliota/command.h"

struct options {
    const struct command *command;
    const char *values[OPTIONS_MAX]; /* as in command->options; NULL: not given; "" for a flag that is */
    const char *config;              /* -config, or NULL */
    char list[512];                  /* the words of an OPTION_LIST, parted by blanks */
    bool help;                       /* -COMMAND -help */
};

/* Borrows `arguments`, but copies each OPTION_SECRET and blanks it there, so that process lists lose it. An
 * exit_status: what is wrong is on stderr. options_wipe() follows in any case. */
int options_parse(int count, char *const *arguments, struct options *options);
void options_wipe(struct options *options);

/* Needed, unless another option is given: -template. */
bool option_is_conditional(const struct command *command, const struct option_spec *spec);

/* By the name in the command's table; NULL, or `missing`, when it was not given. Checked by
 * options_parse() already. */
const char *option_text(const struct options *options, const char *name);
int64_t option_number(const struct options *options, const char *name, int64_t missing);
bool option_is_none(const char *text); /* the word "none", in any case */
bool option_boolean(const struct options *options, const char *name, bool missing);

#endif
