/* -listMessages: what came of a campaign, a row a card */
#include <stdio.h>

#include "gateway-plugin/cliota/commands.h"
#include "gateway-plugin/cliota/listing.h"
#include "gateway-plugin/cliota/options.h"

static const struct option_spec options_of_command[] = {
    {"campaign", NULL, OPTION_ID, true, "campaign_id", "the campaign"},
};

static int run(struct session *session, const struct options *options)
{
    static const char *const columns[] = {
        "msisdn", "state",      "porStatus",    "porStatusText", "commandsExecuted",
        "lastSW", "lastSWText", "piece/pieces", "detail",        "data"};
    char path[80];
    snprintf(path, sizeof path, "/api/campaigns/%s/messages?limit=1000", option_text(options, "campaign"));
    return listing_print(session, path, columns, sizeof columns / sizeof columns[0]);
}

const struct command list_messages_command = {
    "listMessages",     run, "list each card's result in a campaign, with the data read back", false,
    options_of_command, 1};
