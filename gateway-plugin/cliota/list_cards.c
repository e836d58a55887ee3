/* -listCards */
#include <stdio.h>

#include "gateway-plugin/cliota/commands.h"
#include "gateway-plugin/cliota/listing.h"
#include "gateway-plugin/cliota/options.h"

static const struct option_spec options_of_command[] = {
    {"profile", NULL, OPTION_ID, false, "profile_id", "only the cards of this profile"},
};

static int run(struct session *session, const struct options *options)
{
    static const char *const columns[] = {"id", "msisdn", "iccid", "imsi", "profile_id", "created"};
    const char *profile = option_text(options, "profile");
    char path[80] = "/api/cards?limit=1000";
    if (profile != NULL)
        snprintf(path, sizeof path, "/api/profiles/%s/cards?limit=1000", profile);
    return listing_print(session, path, columns, 6);
}

const struct command list_cards_command = {
    "listCards", run, "list the cards, of one profile or of all", false, options_of_command, 1};
