/* -start: SOP 10 */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "gateway-plugin/cliota/commands.h"
#include "gateway-plugin/cliota/instance.h"
#include "gateway-plugin/cliota/message.h"
#include "gateway-plugin/cliota/options.h"

static const struct option_spec options_of_command[] = {
    {"campaign", NULL, OPTION_ID, true, "campaign_id", "the campaign, which must be WAITING"},
    {"cardGroup", NULL, OPTION_ID, false, "card_group_id", "target: a card group of the campaign's profile"},
    {"card", NULL, OPTION_ID, false, "card_id", "target: one card, by its id"},
    {"msisdn", NULL, OPTION_TEXT, false, "msisdn_number", "target: one card, by its MSISDN"},
    {"iccid", NULL, OPTION_TEXT, false, "iccid_number", "target: one card, by its ICCID"},
    {"template", NULL, OPTION_LATER, false, "template_id", "not supported yet"},
    {"imsi", NULL, OPTION_LATER, false, "imsi_number", "not supported yet"},
    {"keyIndex", NULL, OPTION_LATER, false, "key_index_value", "not supported yet"},
    {"kicKey", NULL, OPTION_LATER, false, "kic_key_value", "not supported yet"},
    {"kidKey", NULL, OPTION_LATER, false, "kid_key_value", "not supported yet"},
    {"dataFilePath", NULL, OPTION_LATER, false, "path_to_map_file", "not supported yet"},
};

/* What was given is shown: of several targets one is the wrong one. */
static void refuse_targets(const struct options *options)
{
    char given[200] = "";
    for (size_t i = 1; i <= 4; i++) {
        const char *text = option_text(options, options_of_command[i].name);
        size_t length = strlen(given);
        if (text != NULL)
            snprintf(given + length, sizeof given - length, "%s-%s %.24s", length > 0 ? " and " : "",
                     options_of_command[i].name, text);
    }
    message_error("-start %s%s, expected exactly one target: -cardGroup, -card, -msisdn or -iccid",
                  given[0] != '\0' ? "has " : "names no card", given);
}

/* Options 1 to 4 name the target; exactly one of them. */
static json_t *make_target(const struct options *options)
{
    json_t *body = json_object();
    for (size_t i = 1; i <= 4; i++) {
        const struct option_spec *spec = &options_of_command[i];
        const char *text = option_text(options, spec->name);
        if (text != NULL)
            json_object_set_new(body, spec->name,
                                spec->kind == OPTION_ID ? json_integer(option_number(options, spec->name, 0))
                                                        : json_string(text));
    }
    if (json_object_size(body) == 1)
        return body;
    json_decref(body);
    refuse_targets(options);
    return NULL;
}

static int run(struct session *session, const struct options *options)
{
    char path[64];
    struct session_answer answer;
    json_t *body = make_target(options);
    if (body == NULL)
        return STATUS_USAGE;
    snprintf(path, sizeof path, "/api/campaigns/%s/start", option_text(options, "campaign"));
    int result = session_post(session, path, body, NULL, &answer);
    json_decref(body);
    if (result != 0)
        return STATUS_REFUSED;
    campaign_print(&answer, NULL);
    session_answer_free(&answer);
    return STATUS_DONE;
}

const struct command start_command = {"start",
                                      run,
                                      "start a campaign on a card group or on one card",
                                      false,
                                      options_of_command,
                                      sizeof options_of_command / sizeof options_of_command[0]};
