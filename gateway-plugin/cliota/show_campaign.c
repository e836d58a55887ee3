/* -showCampaign: a campaign, and what came of it so far */
#include <stdio.h>

#include "gateway-plugin/cliota/commands.h"
#include "gateway-plugin/cliota/instance.h"
#include "gateway-plugin/cliota/options.h"
#include "gateway-plugin/cliota/results.h"

static const struct option_spec options_of_command[] = {
    {"campaign", NULL, OPTION_ID, true, "campaign_id", "the campaign"},
};

static int run(struct session *session, const struct options *options)
{
    char path[80];
    struct session_answer campaign, statistics;
    const char *id = option_text(options, "campaign");
    snprintf(path, sizeof path, "/api/campaigns/%s", id);
    if (session_get(session, path, &campaign) != 0)
        return STATUS_REFUSED;
    campaign_print(&campaign, NULL);
    session_answer_free(&campaign);
    snprintf(path, sizeof path, "/api/campaigns/%s/statistics", id);
    if (session_get(session, path, &statistics) != 0)
        return STATUS_REFUSED;
    results_print(statistics.json);
    session_answer_free(&statistics);
    return STATUS_DONE;
}

const struct command show_campaign_command = {
    "showCampaign",
    run,
    "show a campaign, how many cards are in which state, and how fast it goes",
    COMMAND_ONLINE,
    options_of_command,
    1};
