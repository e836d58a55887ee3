/* -retryFailed: SOP 11 */
#include <stdio.h>

#include "gateway-plugin/cliota/commands.h"
#include "gateway-plugin/cliota/instance.h"
#include "gateway-plugin/cliota/options.h"

static const struct option_spec options_of_command[] = {
    {"campaign", NULL, OPTION_ID, true, "campaign_id", "the campaign, which must be COMPLETED or TERMINATED"},
};

static int run(struct session *session, const struct options *options)
{
    char path[64];
    struct session_answer answer;
    snprintf(path, sizeof path, "/api/campaigns/%s/retryfailed", option_text(options, "campaign"));
    if (session_post(session, path, NULL, NULL, &answer) != 0)
        return STATUS_REFUSED;
    campaign_print(&answer, NULL);
    session_answer_free(&answer);
    return STATUS_DONE;
}

const struct command retry_failed_command = {
    "retryFailed",      run, "start a campaign again for the cards that were not updated", false,
    options_of_command, 1};
