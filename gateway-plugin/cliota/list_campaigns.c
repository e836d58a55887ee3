/* -listCampaigns */
#include <stdio.h>

#include "gateway-plugin/cliota/commands.h"
#include "gateway-plugin/cliota/listing.h"
#include "gateway-plugin/cliota/options.h"

static const struct option_spec options_of_command[] = {
    {"profile", NULL, OPTION_ID, false, "profile_id", "only the campaigns of this profile"},
};

static int run(struct session *session, const struct options *options)
{
    static const char *const columns[] = {"id",         "name",         "state", "type",     "iteration",
                                          "profile_id", "profile_name", "start", "terminate"};
    const char *profile = option_text(options, "profile");
    char path[80] = "/api/campaigns?limit=1000";
    if (profile != NULL)
        snprintf(path, sizeof path, "/api/campaigns?limit=1000&profile=%s", profile);
    return listing_print(session, path, columns, 9);
}

const struct command list_campaigns_command = {
    "listCampaigns", run, "list the campaigns, of one profile or of all", COMMAND_ONLINE, options_of_command, 1};
