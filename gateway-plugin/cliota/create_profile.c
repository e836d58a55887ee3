/* -createProfile: SOP 6 */
#include <jansson.h>

#include "gateway-plugin/cliota/commands.h"
#include "gateway-plugin/cliota/instance.h"
#include "gateway-plugin/cliota/message.h"
#include "gateway-plugin/cliota/options.h"

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
    const char *type = option_text(options, "appType");
    json_t *body = json_pack("{s:s, s:s*, s:s*, s:s*, s:s*}", "name", option_text(options, "name"), "appType", type,
                             "counterScope", option_text(options, "counterScope"), "appName",
                             option_text(options, "appName"), "tarList", option_text(options, "tarList"));
    if (body == NULL) {
        message_error("-name '%s' is not text, expected a name without spaces", option_text(options, "name"));
        return STATUS_REFUSED;
    }
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
    false,
    options_of_command,
    sizeof options_of_command / sizeof options_of_command[0]};
