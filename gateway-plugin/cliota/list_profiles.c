/* -listProfiles */
#include "gateway-plugin/cliota/commands.h"
#include "gateway-plugin/cliota/listing.h"

static int run(struct session *session, const struct options *options)
{
    static const char *const columns[] = {"id", "name", "created", "updated", "account"};
    (void)options;
    return listing_print(session, "/api/profiles?limit=1000", columns, 5);
}

const struct command list_profiles_command = {"listProfiles", run, "list the profiles", COMMAND_ONLINE, NULL, 0};
