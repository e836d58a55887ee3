/* -createProfile: SOP 6 */
#include "gateway-plugin/cliota/commands.h"
#include "gateway-plugin/cliota/fields.h"
#include "gateway-plugin/cliota/instance.h"

static const struct option_spec options_of_command[] = {
    {"name", NULL, OPTION_TEXT, true, "profile_name", "name of the profile: unique, no spaces"},
    {"appType", NULL, OPTION_TEXT, false, "rfm|ram|custom",
     "application on the cards: rfm (TAR B00010), ram (TAR 000000) or one of yours"},
    {"counterScope", NULL, OPTION_TEXT, false, "keyset|tar",
     "the cards have one counter for each key set (the default), or for each TAR"},
    {"appName", NULL, OPTION_TEXT, false, "applet_name",
     "name of a custom application, ends with .cap or .ijc; -uploadApplet brings its file"},
    {"tarList", NULL, OPTION_LIST, false, "tar1 tar2 ...", "TARs of a custom application"},
};

static int run(struct session *session, const struct options *options)
{
    struct session_answer answer;
    json_t *body = fields_of_options(options, 0);
    if (body == NULL)
        return STATUS_REFUSED;
    int result = session_post(session, "/api/profiles", body, NULL, &answer);
    json_decref(body);
    if (result != 0)
        return STATUS_REFUSED;
    profile_print(&answer);
    session_answer_free(&answer);
    return STATUS_DONE;
}

const struct command create_profile_command = {
    "createProfile",
    run,
    "create a profile: what the cards of a campaign have in common",
    COMMAND_ONLINE,
    options_of_command,
    sizeof options_of_command / sizeof options_of_command[0]};
