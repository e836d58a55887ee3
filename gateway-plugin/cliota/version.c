/* -version */
#include "config.h"

#include <stdio.h>

#include "gateway-plugin/cliota/commands.h"

static int run(struct session *session, const struct options *options)
{
    (void)session;
    (void)options;
    printf("cliota %s\n", PACKAGE_VERSION);
    return STATUS_DONE;
}

const struct command version_command = {"version", run, "show the version", COMMAND_OFFLINE, NULL, 0};
