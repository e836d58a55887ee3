/* -listTemplates */
#include "gateway-plugin/cliota/commands.h"
#include "gateway-plugin/cliota/listing.h"

static int run(struct session *session, const struct options *options)
{
    static const char *const columns[] = {"id", "name", "type", "profile_id", "profile_name", "created"};
    (void)options;
    return listing_print(session, "/api/templates?limit=1000", columns, 6);
}

const struct command list_templates_command = {"listTemplates", run, "list the templates", false, NULL, 0};
