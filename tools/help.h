/* --help, of the program and of a command. */
#ifndef OTA_TOOLS_HELP_H
#define OTA_TOOLS_HELP_H

#include "tools/command.h"

void help_print(FILE *stream);
void help_print_command(const struct command *command);

#endif
