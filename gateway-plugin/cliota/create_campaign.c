/* -createCampaign: SOP 9 */
#include <string.h>
#include <strings.h>

#include <jansson.h>

#include "gateway-plugin/cliota/commands.h"
#include "gateway-plugin/cliota/instance.h"
#include "gateway-plugin/cliota/message.h"
#include "gateway-plugin/cliota/options.h"
#include "gateway-plugin/cliota/text_file.h"

static const struct option_spec options_of_command[] = {
    {"type", NULL, OPTION_TEXT, true, "RFM", "type of the campaign; others of the SOP are not supported yet"},
    {"profile", NULL, OPTION_ID, true, "profile_id", "profile of the cards"},
    {"name", NULL, OPTION_TEXT, true, "campaign_name",
     "name of the campaign: unique in its profile, no spaces"},
    {"spi", NULL, OPTION_TEXT, false, "spi_value",
     "4 hex digits: how packets and PoRs are protected; the profile's if not given"},
    {"tar", NULL, OPTION_TEXT, false, "tar_value", "6 hex digits; B00010 if not given"},
    {"kicByte", NULL, OPTION_TEXT, false, "kic_value", "2 hex digits; the profile's or 15 if not given"},
    {"kidByte", NULL, OPTION_TEXT, false, "kid_value", "2 hex digits; the profile's or 15 if not given"},
    {"transmissionMode", NULL, OPTION_TEXT, false, "seq|conc",
     "parts of a message one after the other, or all at once; conc if not given"},
    {"apduFilePath", NULL, OPTION_TEXT, false, "path_to_apdu_file",
     "commands, one a line in hex; RFM needs it"},
    {"validityPeriod", NULL, OPTION_NUMBER, false, "time_in_minutes",
     "how long the SMSC keeps a message; 0, as if not given: the profile's, or the server's"},
    {"includeSimRefresh", NULL, OPTION_BOOLEAN, false, "true|false", "refresh the card after the update"},
    {"expectedLastSW", NULL, OPTION_TEXT, false, "status_word",
     "last status word that a card must answer, x for any digit: 91xx"},
    {"porTimeout", NULL, OPTION_NUMBER, false, "seconds",
     "how long a PoR is awaited after delivery; 0, as if not given: the profile's, or the server's"},
    {"retry", NULL, OPTION_TEXT, false, "same|new",
     "send the same packet again, or a new one; if not given, new when running the commands twice is "
     "harmless"},
    {"retries", NULL, OPTION_NUMBER, false, "number",
     "how many iterations follow by themselves for cards that were not updated, 0 to 10; 0 if not given"},
    {"maxSmsParts", NULL, OPTION_NUMBER, false, "number",
     "how many SMS a packet may take, 1 to 255; a longer script goes as several packets; 0, as if not given: the profile's, or 255"},
    {"partSize", NULL, OPTION_NUMBER, false, "bytes",
     "user data of an SMS, its header included, 16 to 140; 0, as if not given: the profile's, or 140"},
    {"template", NULL, OPTION_LATER, false, "template_id", "not supported yet"},
    {"applet", NULL, OPTION_LATER, false, "applet_id", "not supported yet"},
    {"tkp", NULL, OPTION_LATER, false, "toolkit_parameter_id", "not supported yet"},
    {"message", NULL, OPTION_LATER, false, "message_text", "not supported yet"},
    {"isLoadIncluded", NULL, OPTION_LATER, false, "true|false", "not supported yet"},
    {"isInstallIncluded", NULL, OPTION_LATER, false, "true|false", "not supported yet"},
    {"isDeleteIncluded", NULL, OPTION_LATER, false, "true|false", "not supported yet"},
};

/* Options that go to the server under their own names. */
static const char *const texts[] = {
    "type", "name", "spi", "tar", "kicByte", "kidByte", "transmissionMode", "expectedLastSW", "retry"};
static const char *const numbers[] = {"validityPeriod", "porTimeout", "retries", "maxSmsParts", "partSize"};

static int add_texts(json_t *body, const struct options *options)
{
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const char *text = option_text(options, texts[i]);
        if (text != NULL && json_object_set_new(body, texts[i], json_string(text)) != 0) {
            message_error("-%s is not text, expected ASCII", texts[i]);
            return -1;
        }
    }
    return 0;
}

/* SOP 9: the URLs of the properties file go to every campaign that is made. */
static int add_urls(json_t *body, const struct settings *settings)
{
    for (size_t i = 0; i < SETTINGS_URL_COUNT; i++)
        if (settings->urls[i] != NULL &&
            json_object_set_new(body, settings_url_fields[i], json_string(settings->urls[i])) != 0) {
            message_error("%s: %s is not text, expected ASCII", settings->file, settings_url_fields[i]);
            return -1;
        }
    return 0;
}

static json_t *make_body(const struct session *session, const struct options *options)
{
    json_t *body = json_object();
    const char *apdus = option_text(options, "apduFilePath");
    int result = add_texts(body, options) == 0 ? add_urls(body, session_settings(session)) : -1;
    json_object_set_new(body, "profile_id", json_integer(option_number(options, "profile", 0)));
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (option_text(options, numbers[i]) != NULL)
            json_object_set_new(body, numbers[i], json_integer(option_number(options, numbers[i], 0)));
    if (option_text(options, "includeSimRefresh") != NULL)
        json_object_set_new(body, "includeSimRefresh",
                            json_boolean(option_boolean(options, "includeSimRefresh", false)));
    if (result == 0 && apdus != NULL)
        result = json_object_set_new(body, "apdus", text_file_read("apduFilePath", apdus));
    if (result == 0)
        return body;
    json_decref(body);
    return NULL;
}

/* What the SOP calls conditional. Other types are the server's to refuse. */
static int check_conditional(const struct options *options)
{
    if (strcasecmp(option_text(options, "type"), "RFM") != 0 || option_text(options, "apduFilePath") != NULL)
        return STATUS_DONE;
    message_error("-createCampaign -type RFM needs -apduFilePath path_to_apdu_file");
    return STATUS_USAGE;
}

static int run(struct session *session, const struct options *options)
{
    struct session_answer answer;
    int status = check_conditional(options);
    if (status != STATUS_DONE)
        return status;
    json_t *body = make_body(session, options);
    if (body == NULL)
        return STATUS_REFUSED;
    int result = session_post(session, "/api/campaigns", body, option_text(options, "apduFilePath"), &answer);
    json_decref(body);
    if (result != 0)
        return STATUS_REFUSED;
    campaign_print(&answer, option_text(options, "apduFilePath"));
    session_answer_free(&answer);
    return STATUS_DONE;
}

const struct command create_campaign_command = {
    "createCampaign",
    run,
    "create a campaign: commands and how they are protected and sent",
    false,
    options_of_command,
    sizeof options_of_command / sizeof options_of_command[0]};
