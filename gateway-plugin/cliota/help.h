/* The help, made from the table of commands. */
#ifndef OTA_CLIOTA_HELP_H
#define OTA_CLIOTA_HELP_H

#include "gateway-plugin/cliota/command.h"

void help_print_command(const struct command *command); /* -COMMAND -help */

#endif
