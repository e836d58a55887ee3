/* -cardHistory: what a card was sent in every campaign, and what became of it */
#include <string.h>

#include "gateway-plugin/cliota/card_reference.h"
#include "gateway-plugin/cliota/commands.h"
#include "gateway-plugin/cliota/listing.h"

static const struct option_spec options_of_command[] = {CARD_REFERENCE_OPTIONS};

static int run(struct session *session, const struct options *options)
{
    static const char *const columns[] = {"campaign_id", "campaign_name", "iteration", "piece/pieces", "counter",
                                          "outcome",     "lastSW",        "lastSWText", "sent",        "settledAt"};
    char path[CARD_PATH_SIZE + 32];
    int status = card_reference_path(session, options, path);
    if (status != STATUS_DONE)
        return status;
    strcat(path, "/messages?limit=1000");
    return listing_print(session, path, columns, sizeof columns / sizeof columns[0]);
}

const struct command card_history_command = {"cardHistory",
                                             run,
                                             "list what a card was sent in every campaign, the newest first",
                                             COMMAND_ONLINE,
                                             options_of_command,
                                             CARD_REFERENCE_OPTION_COUNT};
