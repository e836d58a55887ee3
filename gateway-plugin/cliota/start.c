/* -start: SOP 10 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>

#include "gateway-plugin/cliota/commands.h"
#include "gateway-plugin/cliota/instance.h"
#include "gateway-plugin/cliota/key_text.h"
#include "gateway-plugin/cliota/message.h"
#include "gateway-plugin/cliota/options.h"
#include "gateway-plugin/cliota/text_file.h"

static const struct option_spec options_of_command[] = {
    {"campaign", NULL, OPTION_ID, false, "campaign_id", "the campaign, which must be WAITING"},
    {"cardGroup", NULL, OPTION_ID, false, "card_group_id", "target: a card group of the campaign's profile"},
    {"card", NULL, OPTION_ID, false, "card_id", "target: one card, by its id"},
    {"msisdn", NULL, OPTION_TEXT, false, "msisdn_number", "target: one card, by its MSISDN"},
    {"iccid", NULL, OPTION_TEXT, false, "iccid_number", "target: one card, by its ICCID"},
    {"imsi", NULL, OPTION_TEXT, false, "imsi_number", "target: one card, by its IMSI"},
    {"keyIndex", NULL, OPTION_NUMBER, false, "key_index_value",
     "key set of -kicKey and -kidKey; 1 if not given"},
    {"kicKey", NULL, OPTION_SECRET, false, "kic_key_value",
     "KIc of a card that is not provisioned yet: -msisdn, -iccid and -imsi make it; also OTA_KIC_KEY"},
    {"kidKey", NULL, OPTION_SECRET, false, "kid_key_value", "KID of that card; also OTA_KID_KEY"},
    {"kicKeyFile", NULL, OPTION_TEXT, false, "path_to_key_file", "the KIc, in a file's first line"},
    {"kidKeyFile", NULL, OPTION_TEXT, false, "path_to_key_file", "the KID, in a file's first line"},
    {"template", NULL, OPTION_ID, false, "template_id",
     "instead of -campaign: make a campaign of this template and start it"},
    {"dataFilePath", NULL, OPTION_TEXT, false, "path_to_map_file",
     "a .txt file in CSV: each card's values for the placeholders of the commands"},
};

#define FIRST_TARGET 1 /* of the table: cardGroup, card, and the numbers of a card */
#define FIRST_NUMBER 3
#define BEHIND_TARGETS 6

/* What was given is shown: of several targets one is the wrong one. */
static void refuse_targets(const struct options *options)
{
    char given[200] = "";
    for (size_t i = FIRST_TARGET; i < BEHIND_TARGETS; i++) {
        const char *text = option_text(options, options_of_command[i].name);
        size_t length = strlen(given);
        if (text != NULL)
            snprintf(given + length, sizeof given - length, "%s-%s %.24s", length > 0 ? " and " : "",
                     options_of_command[i].name, text);
    }
    message_error("-start %s%s, expected exactly one target: -cardGroup, -card, or -msisdn, -iccid and -imsi "
                  "of one card",
                  given[0] != '\0' ? "has " : "names no card", given);
}

/* How many of the options from `first` to `end`. */
static size_t count_given(const struct options *options, size_t first, size_t end)
{
    size_t given = 0;
    for (size_t i = first; i < end; i++)
        given += option_text(options, options_of_command[i].name) != NULL;
    return given;
}

static int add_text(json_t *body, const char *name, const char *text)
{
    if (json_object_set_new(body, name, json_string(text)) == 0)
        return STATUS_DONE;
    message_error("-%s is not text, expected digits", name);
    return STATUS_REFUSED;
}

static int add_target(json_t *body, const struct options *options)
{
    size_t numbers = count_given(options, FIRST_NUMBER, BEHIND_TARGETS);
    int status = STATUS_DONE;
    if (count_given(options, FIRST_TARGET, FIRST_NUMBER) + (numbers > 0) != 1) {
        refuse_targets(options);
        return STATUS_USAGE;
    }
    for (size_t i = FIRST_TARGET; i < BEHIND_TARGETS && status == STATUS_DONE; i++) {
        const struct option_spec *spec = &options_of_command[i];
        const char *text = option_text(options, spec->name);
        if (text != NULL && spec->kind == OPTION_ID)
            json_object_set_new(body, spec->name, json_integer(option_number(options, spec->name, 0)));
        else if (text != NULL)
            status = add_text(body, spec->name, text);
    }
    return status;
}

/* Keys of the environment are for what can be a new card only: all three numbers are given. */
static int add_keys(json_t *body, const struct options *options)
{
    static const struct key_source sources[] = {{"kicKey", "kicKeyFile", "OTA_KIC_KEY"},
                                                {"kidKey", "kidKeyFile", "OTA_KID_KEY"}};
    const bool environment = count_given(options, FIRST_NUMBER, BEHIND_TARGETS) == BEHIND_TARGETS - FIRST_NUMBER;
    char key[KEY_TEXT_SIZE];
    int status = STATUS_DONE;
    for (size_t i = 0; i < 2 && status == STATUS_DONE; i++) {
        status = key_text_read(options, &sources[i], environment, key);
        if (status == STATUS_DONE && key[0] != '\0')
            status = add_text(body, sources[i].option, key);
        explicit_bzero(key, sizeof key);
    }
    if (option_text(options, "keyIndex") != NULL)
        json_object_set_new(body, "keyIndex", json_integer(option_number(options, "keyIndex", 0)));
    return status;
}

/* SOP 10: the file must have the .txt extension. */
static int add_data(json_t *body, const struct options *options)
{
    const char *path = option_text(options, "dataFilePath");
    if (path == NULL)
        return STATUS_DONE;
    size_t length = strlen(path);
    if (length < 4 || strcasecmp(path + length - 4, ".txt") != 0) {
        message_error("-dataFilePath %s: expected a file name that ends with .txt", path);
        return STATUS_REFUSED;
    }
    return json_object_set_new(body, "data", text_file_read("dataFilePath", path)) == 0 ? STATUS_DONE : STATUS_REFUSED;
}

static void print_provisioned(const json_t *card)
{
    const char *msisdn = json_string_value(json_object_get(card, "msisdn"));
    if (msisdn != NULL)
        printf("Card %" JSON_INTEGER_FORMAT " (MSISDN %s) is provisioned in profile %" JSON_INTEGER_FORMAT
               " with key set %" JSON_INTEGER_FORMAT ".\n\n",
               json_integer_value(json_object_get(card, "id")), msisdn,
               json_integer_value(json_object_get(card, "profile_id")),
               json_integer_value(json_array_get(json_object_get(card, "keySets"), 0)));
}

/* Where to post: the campaign's start, or the template's. */
static int make_path(const struct options *options, char *path, size_t size)
{
    const char *campaign = option_text(options, "campaign"), *template = option_text(options, "template");
    if ((campaign == NULL) == (template == NULL)) {
        message_error("-start names %s, expected either -campaign or -template",
                      campaign == NULL ? "no campaign" : "a campaign and a template");
        return STATUS_USAGE;
    }
    if (campaign != NULL)
        snprintf(path, size, "/api/campaigns/%s/start", campaign);
    else
        snprintf(path, size, "/api/templates/%s/start", template);
    return STATUS_DONE;
}

/* SOP 10: which campaign a template has become. */
static void print_new_campaign(const struct options *options, const json_t *campaign)
{
    if (option_text(options, "template") != NULL)
        printf("Campaign %" JSON_INTEGER_FORMAT " '%s' is made of template %s.\n\n",
               json_integer_value(json_object_get(campaign, "id")),
               json_string_value(json_object_get(campaign, "name")), option_text(options, "template"));
}

static int start(struct session *session, const struct options *options, const json_t *body)
{
    char path[64];
    struct session_answer answer;
    int status = make_path(options, path, sizeof path);
    if (status != STATUS_DONE)
        return status;
    if (session_post(session, path, body, option_text(options, "dataFilePath"), &answer) != 0)
        return STATUS_REFUSED;
    print_new_campaign(options, answer.json);
    print_provisioned(json_object_get(answer.json, "provisionedCard"));
    campaign_print(&answer, option_text(options, "dataFilePath"));
    session_answer_free(&answer);
    return STATUS_DONE;
}

static void wipe_keys(json_t *body)
{
    static const char *const names[] = {"kicKey", "kidKey"};
    for (size_t i = 0; i < 2; i++) {
        const char *key = json_string_value(json_object_get(body, names[i]));
        if (key != NULL)
            explicit_bzero((char *)(uintptr_t)key, strlen(key)); /* jansson's, about to be freed */
    }
}

static int run(struct session *session, const struct options *options)
{
    json_t *body = json_object();
    int status = add_target(body, options);
    if (status == STATUS_DONE)
        status = add_keys(body, options);
    if (status == STATUS_DONE)
        status = add_data(body, options);
    if (status == STATUS_DONE)
        status = start(session, options, body);
    wipe_keys(body);
    json_decref(body);
    return status;
}

const struct command start_command = {"start",
                                      run,
                                      "start a campaign on a card group or on one card, also a new one",
                                      COMMAND_ONLINE,
                                      options_of_command,
                                      sizeof options_of_command / sizeof options_of_command[0]};
