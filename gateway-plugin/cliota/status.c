/* -status */
#include "gateway-plugin/cliota/commands.h"
#include "gateway-plugin/cliota/instance.h"

static int run(struct session *session, const struct options *options)
{
    struct session_answer answer;
    (void)options;
    if (session_get(session, "/api/status", &answer) != 0)
        return STATUS_REFUSED;
    status_print(&answer);
    session_answer_free(&answer);
    return STATUS_DONE;
}

const struct command status_command = {
    "status", run, "show whether bearerbox is connected, and what otabox has done", COMMAND_ONLINE, NULL, 0};
