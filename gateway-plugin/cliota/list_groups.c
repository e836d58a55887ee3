/* -listGroups */
#include <stdio.h>

#include "gateway-plugin/cliota/commands.h"
#include "gateway-plugin/cliota/listing.h"
#include "gateway-plugin/cliota/options.h"

static const struct option_spec options_of_command[] = {
    {"profile", NULL, OPTION_ID, false, "profile_id", "only the card groups of this profile"},
};

static int run(struct session *session, const struct options *options)
{
    static const char *const columns[] = {"id", "name", "profile_id", "profile_name", "cardCount", "created"};
    const char *profile = option_text(options, "profile");
    char path[80] = "/api/cardgroups?limit=1000";
    if (profile != NULL)
        snprintf(path, sizeof path, "/api/profiles/%s/cardgroups?limit=1000", profile);
    return listing_print(session, path, columns, 6);
}

const struct command list_groups_command = {
    "listGroups", run, "list the card groups, of one profile or of all", COMMAND_ONLINE, options_of_command, 1};
