/* -createToolkitParameters and -listToolkitParameters. */
#include <stdio.h>

#include "gateway-plugin/cliota/commands.h"
#include "gateway-plugin/cliota/fields.h"
#include "gateway-plugin/cliota/instance.h"
#include "gateway-plugin/cliota/listing.h"

/* All but the first go to the server under their own names. */
static const struct option_spec options_of_creation[] = {
    {"profile", NULL, OPTION_ID, true, "profile_id", "profile of the cards"},
    {"name", NULL, OPTION_TEXT, true, "toolkit_parameter_name", "name: unique in the profile, no spaces"},
    {"format", NULL, OPTION_TEXT, false, "uicc|sim|both",
     "cards that understand them: UICC (EA 80, if not given), 2G SIM (EF CA) or both"},
    {"priority", NULL, OPTION_NUMBER, false, "number", "1, the highest, as if not given, to 255"},
    {"menuEntries", NULL, OPTION_TEXT, false, "position:identifier,...",
     "menu entries: position 0 is the last, identifier 1 to 127 or 0: of the card's choice"},
    {"maxTextLength", NULL, OPTION_NUMBER, false, "bytes", "of the texts of menu entries; 0 if not given"},
    {"maxTimers", NULL, OPTION_NUMBER, false, "number", "timers, up to 8; 0 if not given"},
    {"maxChannels", NULL, OPTION_NUMBER, false, "number", "channels (BIP), up to 7; 0 if not given"},
    {"maxServices", NULL, OPTION_NUMBER, false, "number", "UICC: services, up to 8; 0 if not given"},
    {"minimumSecurityLevel", NULL, OPTION_TEXT, false, "spi1",
     "how packets for the applet must be protected at least, 2 hex digits as in SPI1; any if not given"},
    {"tarList", NULL, OPTION_LIST, false, "tar1 tar2 ...", "its TARs; that of its AID if not given"},
    {"accessDomain", NULL, OPTION_TEXT, false, "hex",
     "SIM: access to files: 00 full, FF none, as if not given"},
    {"uiccAccess", NULL, OPTION_TEXT, false, "uicc|aid:domain,...",
     "UICC: access to files of the card and of applications: uicc:00; none if not given"},
    {"uiccAdminAccess", NULL, OPTION_TEXT, false, "uicc|aid:domain,...",
     "UICC: administrative access, likewise"},
    {"nonVolatileMemory", NULL, OPTION_NUMBER, false, "bytes", "that it may use; not limited if not given"},
    {"volatileMemory", NULL, OPTION_NUMBER, false, "bytes", "likewise"},
    {"applicationData", NULL, OPTION_TEXT, false, "hex", "what the applet itself reads"},
};
static const struct option_spec options_of_list[] = {
    {"profile", NULL, OPTION_ID, true, "profile_id", "profile of the cards"},
};

static void make_path(const struct options *options, const char *query, char *path, size_t size)
{
    snprintf(path, size, "/api/profiles/%s/toolkitparameters%s", option_text(options, "profile"), query);
}

static int create(struct session *session, const struct options *options)
{
    char path[80];
    struct session_answer answer;
    json_t *body = fields_of_options(options, 1);
    if (body == NULL)
        return STATUS_REFUSED;
    make_path(options, "", path, sizeof path);
    int result = session_post(session, path, body, NULL, &answer);
    json_decref(body);
    if (result != 0)
        return STATUS_REFUSED;
    toolkit_print(&answer);
    session_answer_free(&answer);
    return STATUS_DONE;
}

static int list(struct session *session, const struct options *options)
{
    static const char *const columns[] = {"id",
                                          "name",
                                          "format",
                                          "priority",
                                          "@tars",
                                          "@menuEntries",
                                          "minimumSecurityLevel",
                                          "installParameters"};
    char path[80];
    make_path(options, "?limit=1000", path, sizeof path);
    return listing_print(session, path, columns, sizeof columns / sizeof columns[0]);
}

const struct command create_toolkit_parameters_command = {
    "createToolkitParameters",
    create,
    "keep what an INSTALL says of an applet that uses the toolkit",
    COMMAND_ONLINE,
    options_of_creation,
    sizeof options_of_creation / sizeof options_of_creation[0]};
const struct command list_toolkit_parameters_command = {
    "listToolkitParameters", list, "list the toolkit parameters of a profile", COMMAND_ONLINE,
    options_of_list,         1};
