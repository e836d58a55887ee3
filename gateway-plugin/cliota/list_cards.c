/* -listCards */
#include <stdio.h>

#include "gateway-plugin/cliota/command.h"
#include "gateway-plugin/cliota/commands.h"
#include "gateway-plugin/cliota/listing.h"
#include "gateway-plugin/cliota/message.h"
#include "gateway-plugin/cliota/options.h"

static const struct option_spec options_of_command[] = {
    {"profile", NULL, OPTION_ID, false, "profile_id", "only the cards of this profile"},
    {"cardGroup", NULL, OPTION_ID, false, "card_group_id", "only the cards of this group"},
};

/* The group says where its cards are listed. */
static int group_path(struct session *session, const char *group, char *path, size_t size)
{
    struct session_answer answer;
    snprintf(path, size, "/api/cardgroups/%s", group);
    if (session_get(session, path, &answer) != 0)
        return -1;
    snprintf(path, size, "/api/profiles/%" JSON_INTEGER_FORMAT "/cardgroups/%s/cards?limit=1000",
             json_integer_value(json_object_get(answer.json, "profile_id")), group);
    session_answer_free(&answer);
    return 0;
}

static int run(struct session *session, const struct options *options)
{
    static const char *const columns[] = {"id", "msisdn", "iccid", "imsi", "profile_id", "created"};
    const char *profile = option_text(options, "profile"), *group = option_text(options, "cardGroup");
    char path[120] = "/api/cards?limit=1000";
    if (profile != NULL && group != NULL) {
        message_error("-profile %s and -cardGroup %s exclude each other, expected one of them", profile,
                      group);
        return STATUS_USAGE;
    }
    if (profile != NULL)
        snprintf(path, sizeof path, "/api/profiles/%s/cards?limit=1000", profile);
    if (group != NULL && group_path(session, group, path, sizeof path) != 0)
        return STATUS_REFUSED;
    return listing_print(session, path, columns, 6);
}

const struct command list_cards_command = {"listCards",
                                           run,
                                           "list the cards, of one profile, of one group or of all",
                                           COMMAND_ONLINE,
                                           options_of_command,
                                           sizeof options_of_command / sizeof options_of_command[0]};
