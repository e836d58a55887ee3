/* cliota: the command line of the SOP over otabox's REST API. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "gateway-plugin/cliota/commands.h"
#include "gateway-plugin/cliota/help.h"
#include "gateway-plugin/cliota/message.h"
#include "gateway-plugin/cliota/options.h"
#include "gateway-plugin/cliota/session.h"
#include "gateway-plugin/cliota/settings.h"

static int run_online(const struct options *options)
{
    struct settings settings;
    struct session *session = NULL;
    int status = STATUS_REFUSED;
    if (settings_read(options->config, &settings) == 0)
        session = session_open(&settings, options);
    if (session != NULL) {
        if (options->command->way == COMMAND_ONLINE)
            puts("cliota: A tool to manage an Over-the-Air server.\n");
        status = options->command->run(session, options);
        session_close(&session);
    }
    settings_free(&settings);
    return status;
}

static int run(const struct options *options)
{
    if (options->help) {
        help_print_command(options->command);
        return STATUS_DONE;
    }
    return options->command->way == COMMAND_OFFLINE ? options->command->run(NULL, options) : run_online(options);
}

int main(int count, char **arguments)
{
    struct options options;
    int status = options_parse(count - 1, arguments + 1, &options);
    if (status == STATUS_DONE)
        status = run(&options);
    options_wipe(&options);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        message_error("output cannot be written: %s", strerror(errno));
        return status == STATUS_DONE ? STATUS_PARTLY : status;
    }
    return status;
}
