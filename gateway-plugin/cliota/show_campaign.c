/* -showCampaign */
#include <stdio.h>

#include "gateway-plugin/cliota/commands.h"
#include "gateway-plugin/cliota/instance.h"
#include "gateway-plugin/cliota/options.h"

static const struct option_spec options_of_command[] = {
    {"campaign", NULL, OPTION_ID, true, "campaign_id", "the campaign"},
};

static int run(struct session *session, const struct options *options)
{
    char path[64];
    struct session_answer answer;
    snprintf(path, sizeof path, "/api/campaigns/%s", option_text(options, "campaign"));
    if (session_get(session, path, &answer) != 0)
        return STATUS_REFUSED;
    campaign_print(&answer, NULL);
    session_answer_free(&answer);
    return STATUS_DONE;
}

const struct command show_campaign_command = {
    "showCampaign",     run, "show a campaign and how many cards are in which state", false,
    options_of_command, 1};
