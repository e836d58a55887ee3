/* -showX, -renameX and -deleteX of profiles, card groups, applets, toolkit parameters, campaigns and
 * templates: one table. (show_campaign.c has more to show.) */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "gateway-plugin/cliota/commands.h"
#include "gateway-plugin/cliota/instance.h"
#include "gateway-plugin/cliota/message.h"
#include "gateway-plugin/cliota/options.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const struct option_spec of_profile[] = {
    {"profile", NULL, OPTION_ID, true, "profile_id", "the profile"},
    {"name", NULL, OPTION_TEXT, true, "profile_name", "its new name: unique, no spaces"}};
static const struct option_spec of_group[] = {
    {"cardGroup", NULL, OPTION_ID, true, "card_group_id", "the card group"},
    {"name", NULL, OPTION_TEXT, true, "card_group_name", "its new name: unique in its profile, no spaces"}};
static const struct option_spec of_campaign[] = {
    {"campaign", NULL, OPTION_ID, true, "campaign_id", "the campaign"},
    {"name", NULL, OPTION_TEXT, true, "campaign_name", "its new name: unique in its profile, no spaces"}};

static const struct option_spec of_template[] = {
    {"template", NULL, OPTION_ID, true, "template_id", "the template"},
    {"name", NULL, OPTION_TEXT, true, "template_name", "its new name: unique in its profile, no spaces"}};
static const struct option_spec of_applet[] = {
    {"applet", NULL, OPTION_ID, true, "applet_id", "the applet"},
    {"name", NULL, OPTION_TEXT, true, "applet_name", "its new name: unique in its profile, ends with .cap or .ijc"}};
static const struct option_spec of_toolkit[] = {
    {"tkp", NULL, OPTION_ID, true, "toolkit_parameter_id", "the toolkit parameter"},
    {"name", NULL, OPTION_TEXT, true, "toolkit_parameter_name", "its new name: unique in its profile, no spaces"}};

static void print_campaign(const struct session_answer *answer)
{
    campaign_print(answer, NULL);
}

static void print_template(const struct session_answer *answer)
{
    template_print(answer, NULL);
}

/* What the id option names: found by the option table of the command. */
static const struct object_kind {
    const struct option_spec *options;
    const char *collection;
    void (*print)(const struct session_answer *answer);
} kinds[] = {
    {of_profile, "/api/profiles", profile_settings_print},
    {of_group, "/api/cardgroups", card_group_print},
    {of_campaign, "/api/campaigns", print_campaign},
    {of_template, "/api/templates", print_template},
    {of_applet, "/api/applets", applet_print},
    {of_toolkit, "/api/toolkitparameters", toolkit_print},
};

static const struct object_kind *object_of(const struct options *options, char *path, size_t size)
{
    const struct object_kind *kind = kinds;
    while (kind->options != options->command->options)
        kind++;
    snprintf(path, size, "%s/%s", kind->collection, option_text(options, kind->options[0].name));
    return kind;
}

static int finish(const struct object_kind *kind, int result, struct session_answer *answer)
{
    if (result != 0)
        return STATUS_REFUSED;
    kind->print(answer);
    session_answer_free(answer);
    return STATUS_DONE;
}

static int show(struct session *session, const struct options *options)
{
    char path[80];
    struct session_answer answer;
    const struct object_kind *kind = object_of(options, path, sizeof path);
    return finish(kind, session_get(session, path, &answer), &answer);
}

static int rename_object(struct session *session, const struct options *options)
{
    char path[80];
    struct session_answer answer;
    const char *name = option_text(options, "name");
    const struct object_kind *kind = object_of(options, path, sizeof path);
    json_t *body = json_pack("{s:s}", "name", name);
    if (body == NULL) {
        message_error("-name '%s' is not text, expected a name without spaces", name);
        return STATUS_REFUSED;
    }
    int result = session_patch(session, path, body, &answer);
    json_decref(body);
    return finish(kind, result, &answer);
}

/* Prints what it was. */
static int delete_object(struct session *session, const struct options *options)
{
    char path[80];
    struct session_answer answer;
    const struct object_kind *kind = object_of(options, path, sizeof path);
    return finish(kind, session_delete(session, path, &answer), &answer);
}

const struct command show_profile_command = {"showProfile", show, "show a profile", COMMAND_ONLINE, of_profile, 1};
const struct command rename_profile_command = {"renameProfile", rename_object, "give a profile another name",
                                               COMMAND_ONLINE,           of_profile,    COUNT(of_profile)};
const struct command delete_profile_command = {
    "deleteProfile", delete_object, "delete a profile that has no cards, groups, campaigns and templates",
    COMMAND_ONLINE,           of_profile,    1};

const struct command show_group_command = {"showGroup", show, "show a card group", COMMAND_ONLINE, of_group, 1};
const struct command rename_group_command = {"renameGroup", rename_object, "give a card group another name",
                                             COMMAND_ONLINE,         of_group,      COUNT(of_group)};
const struct command delete_group_command = {
    "deleteGroup", delete_object, "delete a card group that no campaign has as its target; its cards stay",
    COMMAND_ONLINE,         of_group,      1};

const struct command show_applet_command = {"showApplet", show, "show an applet and what its file holds",
                                            COMMAND_ONLINE,        of_applet, 1};
const struct command rename_applet_command = {"renameApplet", rename_object, "give an applet another name",
                                              COMMAND_ONLINE,          of_applet,     COUNT(of_applet)};
const struct command delete_applet_command = {"deleteApplet", delete_object, "delete an applet that no campaign and no template uses",
                                              COMMAND_ONLINE,          of_applet,     1};

const struct command show_toolkit_parameters_command = {
    "showToolkitParameters", show, "show a toolkit parameter, field by field and what an INSTALL carries of it",
    COMMAND_ONLINE,                   of_toolkit, 1};
const struct command rename_toolkit_parameters_command = {
    "renameToolkitParameters", rename_object, "give a toolkit parameter another name",
    COMMAND_ONLINE,                     of_toolkit,    COUNT(of_toolkit)};
const struct command delete_toolkit_parameters_command = {
    "deleteToolkitParameters", delete_object, "delete a toolkit parameter that no campaign and no template uses",
    COMMAND_ONLINE,                     of_toolkit,    1};

const struct command rename_campaign_command = {
    "renameCampaign", rename_object, "give a campaign another name", COMMAND_ONLINE, of_campaign, COUNT(of_campaign)};
const struct command delete_campaign_command = {"deleteCampaign",
                                                delete_object,
                                                "delete a campaign that is not RUNNING, with its messages",
                                                COMMAND_ONLINE,
                                                of_campaign,
                                                1};

const struct command show_template_command = {"showTemplate", show, "show a template", COMMAND_ONLINE, of_template, 1};
const struct command rename_template_command = {
    "renameTemplate", rename_object, "give a template another name", COMMAND_ONLINE, of_template, COUNT(of_template)};
const struct command delete_template_command = {
    "deleteTemplate", delete_object, "delete a template; campaigns that were made of it stay", COMMAND_ONLINE, of_template, 1};
