/* -listGroups */
#include "gateway-plugin/cliota/commands.h"
#include "gateway-plugin/cliota/listing.h"

static int run(struct session *session, const struct options *options)
{
    static const char *const columns[] = {"id", "name", "profile_id", "profile_name", "cardCount", "created"};
    (void)options;
    return listing_print(session, "/api/cardgroups?limit=1000", columns, 6);
}

const struct command list_groups_command = {"listGroups", run, "list the card groups", false, NULL, 0};
