/* -createGroup: SOP 8 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>

#include "gateway-plugin/cliota/commands.h"
#include "gateway-plugin/cliota/instance.h"
#include "gateway-plugin/cliota/message.h"
#include "gateway-plugin/cliota/options.h"
#include "gateway-plugin/cliota/text_file.h"

static const struct option_spec options_of_command[] = {
    {"profile", NULL, OPTION_ID, true, "profile_id", "profile of the cards"},
    {"name", NULL, OPTION_TEXT, true, "card_group_name",
     "name of the group: unique in its profile, no spaces"},
    {"msisdnList", NULL, OPTION_TEXT, false, "path_to_msisdn_list",
     "only these cards: a .txt file, one MSISDN a line"},
    {"iccidList", NULL, OPTION_TEXT, false, "path_to_iccid_list",
     "only these cards: a .txt file, one ICCID a line"},
};

/* The SOP demands .txt and shows .out: both are taken. */
static void check_extension(const char *option, const char *path)
{
    const char *dot = strrchr(path, '.');
    if (dot == NULL || strcasecmp(dot, ".txt") != 0)
        message_warning("-%s '%s': expected a file with the extension .txt", option, path);
}

static int add_list(json_t *body, const struct options *options, const char *option)
{
    const char *path = option_text(options, option);
    if (path == NULL)
        return 0;
    check_extension(option, path);
    return json_object_set_new(body, option, text_file_read(option, path));
}

static const char *list_file(const struct options *options)
{
    const char *msisdns = option_text(options, "msisdnList");
    return msisdns != NULL ? msisdns : option_text(options, "iccidList");
}

static int run(struct session *session, const struct options *options)
{
    char path[64];
    struct session_answer answer;
    if (option_text(options, "msisdnList") != NULL && option_text(options, "iccidList") != NULL) {
        message_error("-msisdnList %s and -iccidList %s exclude each other, expected one of them",
                      option_text(options, "msisdnList"), option_text(options, "iccidList"));
        return STATUS_USAGE;
    }
    snprintf(path, sizeof path, "/api/profiles/%s/cardgroups", option_text(options, "profile"));
    json_t *body = json_object();
    if (json_object_set_new(body, "name", json_string(option_text(options, "name"))) != 0)
        message_error("-name is not text, expected a name without spaces");
    else if (add_list(body, options, "msisdnList") == 0 && add_list(body, options, "iccidList") == 0 &&
             session_post(session, path, body, list_file(options), &answer) == 0) {
        json_decref(body);
        card_group_print(&answer);
        session_answer_free(&answer);
        return STATUS_DONE;
    }
    json_decref(body);
    return STATUS_REFUSED;
}

const struct command create_group_command = {
    "createGroup",
    run,
    "create a group of a profile's cards, all of them or listed ones",
    COMMAND_ONLINE,
    options_of_command,
    sizeof options_of_command / sizeof options_of_command[0]};
