/* -listMessages: what came of a campaign, a row a card */
#include <stdio.h>
#include <string.h>

#include "gateway-plugin/cliota/commands.h"
#include "gateway-plugin/cliota/listing.h"
#include "gateway-plugin/cliota/message.h"
#include "gateway-plugin/cliota/options.h"

static const struct option_spec options_of_command[] = {
    {"campaign", NULL, OPTION_ID, true, "campaign_id", "the campaign"},
    {"state", NULL, OPTION_TEXT, false, "state[,state...]",
     "only messages in these states, as FAILED,UNKNOWN"},
    {"porStatus", NULL, OPTION_TEXT, false, "status",
     "only those with this PoR status: 2 hex digits, or none"},
    {"sw", NULL, OPTION_TEXT, false, "status_word",
     "only those with this last status word: 4 hex digits, x for any"},
    {"msisdn", NULL, OPTION_TEXT, false, "msisdn_number", "only those of this card"},
    {"iteration", NULL, OPTION_ID, false, "number", "all of this iteration, not each card's latest"},
    {"limit", NULL, OPTION_ID, false, "rows", "so many rows and no more, at most 1000"},
    {"after", NULL, OPTION_NUMBER, false, "message_id", "go on behind this one, as the page before says"},
};
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* What may stand in a value of the query: nothing that means something in a URL. */
static const struct filter {
    const char *option, *letters, *expected;
} filters[] = {
    {"state", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_,",
     "states parted by commas, as FAILED,UNKNOWN"},
    {"porStatus", "0123456789abcdefABCDEFNnOo", "2 hex digits, or none"},
    {"sw", "0123456789abcdefABCDEFxX", "4 hex digits, x for any, as 6A82 or 91xx"},
    {"msisdn", "0123456789", "digits"},
    {"iteration", "0123456789", "a number"},
    {"after", "0123456789", "a number"},
};

/* An exit_status. */
static int add_filter(const struct options *options, const struct filter *filter, char *path, size_t size)
{
    const char *value = option_text(options, filter->option);
    size_t length = strlen(path);
    if (value == NULL)
        return STATUS_DONE;
    if (strcmp(filter->option, "msisdn") == 0)
        value += *value == '+';
    if (*value == '\0' || value[strspn(value, filter->letters)] != '\0' ||
        snprintf(path + length, size - length, "&%s=%s", filter->option, value) >= (int)(size - length)) {
        message_error("-%s '%s': expected %s", filter->option, option_text(options, filter->option),
                      filter->expected);
        return STATUS_USAGE;
    }
    return STATUS_DONE;
}

static int run(struct session *session, const struct options *options)
{
    static const char *const columns[] = {"msisdn",           "state",  "porStatus",  "porStatusText",
                                          "commandsExecuted", "lastSW", "lastSWText", "piece/pieces",
                                          "detail",           "data"};
    char path[400];
    const char *limit = option_text(options, "limit");
    snprintf(path, sizeof path, "/api/campaigns/%s/messages?limit=%s", option_text(options, "campaign"),
             limit != NULL ? limit : "1000");
    for (size_t i = 0; i < COUNT(filters); i++) {
        int status = add_filter(options, &filters[i], path, sizeof path);
        if (status != STATUS_DONE)
            return status;
    }
    return limit != NULL ? listing_print_page(session, path, columns, COUNT(columns))
                         : listing_print(session, path, columns, COUNT(columns));
}

const struct command list_messages_command = {
    "listMessages",
    run,
    "list each card's result in a campaign, with the data read back",
    COMMAND_ONLINE,
    options_of_command,
    COUNT(options_of_command)};
