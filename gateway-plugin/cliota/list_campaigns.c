/* -listCampaigns */
#include "gateway-plugin/cliota/commands.h"
#include "gateway-plugin/cliota/listing.h"

static int run(struct session *session, const struct options *options)
{
    static const char *const columns[] = {"id",         "name",         "state", "type",     "iteration",
                                          "profile_id", "profile_name", "start", "terminate"};
    (void)options;
    return listing_print(session, "/api/campaigns?limit=1000", columns, 9);
}

const struct command list_campaigns_command = {"listCampaigns", run, "list the campaigns", false, NULL, 0};
