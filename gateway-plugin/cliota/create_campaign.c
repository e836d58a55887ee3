/* -createCampaign (SOP 9), and -createTemplate with the same options */
#include <string.h>
#include <strings.h>

#include <jansson.h>

#include "gateway-plugin/cliota/commands.h"
#include "gateway-plugin/cliota/fields.h"
#include "gateway-plugin/cliota/instance.h"
#include "gateway-plugin/cliota/message.h"
#include "gateway-plugin/cliota/options.h"
#include "gateway-plugin/cliota/text_file.h"

static const struct option_spec options_of_command[] = {
    {"type", NULL, OPTION_TEXT, OPTION_UNLESS_TEMPLATE, "RFM|TLS_TRIGGER_RFM|SMS|FLASH|RAM|TLS_TRIGGER_RAM",
     "type of the campaign; only RFM, SMS and FLASH can be started"},
    {"profile", NULL, OPTION_ID, OPTION_UNLESS_TEMPLATE, "profile_id", "profile of the cards"},
    {"name", NULL, OPTION_TEXT, true, "campaign_name", "name: unique in the profile, no spaces"},
    {"spi", NULL, OPTION_TEXT, false, "spi_value",
     "4 hex digits: how packets and PoRs are protected; the profile's if not given"},
    {"tar", NULL, OPTION_TEXT, false, "tar_value", "6 hex digits; B00010 if not given, of RAM 000000"},
    {"kicByte", NULL, OPTION_TEXT, false, "kic_value", "2 hex digits; the profile's or 15 if not given"},
    {"kidByte", NULL, OPTION_TEXT, false, "kid_value", "2 hex digits; the profile's or 15 if not given"},
    {"transmissionMode", NULL, OPTION_TEXT, false, "seq|conc",
     "parts of a message one after the other, or all at once; conc if not given"},
    {"apduFilePath", NULL, OPTION_FILE, false, "path_to_apdu_file|none",
     "commands, one a line in hex; RFM needs it, RAM this or -applet; none: not the template's"},
    {"validityPeriod", NULL, OPTION_NUMBER, false, "time_in_minutes",
     "how long the SMSC keeps a message; 0, as if not given: the profile's, or the server's"},
    {"includeSimRefresh", NULL, OPTION_BOOLEAN, false, "true|false", "refresh the card after the update"},
    {"expectedLastSW", NULL, OPTION_TEXT, false, "status_word",
     "last status word that a card must answer, x for any digit; several: 9000,91xx"},
    {"porTimeout", NULL, OPTION_NUMBER, false, "seconds",
     "how long a PoR is awaited after delivery; 0, as if not given: the profile's, or the server's"},
    {"retry", NULL, OPTION_TEXT, false, "same|new",
     "send the same packet again, or a new one; if not given, new when running the commands twice is "
     "harmless"},
    {"retries", NULL, OPTION_NUMBER, false, "number",
     "how many iterations follow by themselves for cards that were not updated, 0 to 10; 0 if not given"},
    {"maxSmsParts", NULL, OPTION_NUMBER, false, "number",
     "how many SMS a packet may take, 1 to 255; a longer script goes as several packets; 0, as if not given: "
     "the profile's, or 255"},
    {"maxPacketBytes", NULL, OPTION_NUMBER, false, "bytes",
     "how many bytes of commands a packet may carry, 1 to 65535; a longer script goes as several; 0, as if "
     "not given: "
     "what its SMS hold"},
    {"partSize", NULL, OPTION_NUMBER, false, "bytes",
     "user data of an SMS, its header included, 16 to 140; 0, as if not given: the profile's, or 140"},
    {"scriptFormat", NULL, OPTION_TEXT, false, "compact|expanded",
     "how the commands stand in a packet; the profile's if not given"},
    {"scriptChaining", NULL, OPTION_TEXT, false, "none|first|first-kept",
     "in expanded format, whether the card keeps its place from packet to packet: until a reset, or across "
     "one; "
     "the profile's if not given"},
    {"applet", NULL, OPTION_ID_OR_NONE, false, "applet_id|none",
     "RAM: instead of commands, an applet of the profile; none: not the template's"},
    {"tkp", NULL, OPTION_ID_OR_NONE, false, "toolkit_parameter_id|none",
     "RAM: what -isInstallIncluded tells the card of the applet's toolkit; none: not the template's"},
    {"isLoadIncluded", NULL, OPTION_BOOLEAN, false, "true|false",
     "load the applet's file; false if not given"},
    {"isInstallIncluded", NULL, OPTION_BOOLEAN, false, "true|false",
     "install the applet; false if not given"},
    {"isDeleteIncluded", NULL, OPTION_BOOLEAN, false, "true|false", "delete the applet; false if not given"},
    {"message", NULL, OPTION_TEXT, false, "message_text",
     "SMS, FLASH: the text, UTF-8; in the GSM alphabet where that has all of it, else in UCS-2"},
    /* The last: -createTemplate has it not. */
    {"template", NULL, OPTION_ID, false, "template_id",
     "take type, profile and every other option that is not given from this template"},
};
#define OPTION_COUNT (sizeof options_of_command / sizeof options_of_command[0])

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

/* The text of the file; null takes back what the template says. */
static int add_apdus(json_t *body, const char *path)
{
    if (path == NULL)
        return 0;
    return json_object_set_new(body, field_of_option("apduFilePath"),
                               option_is_none(path) ? json_null() : text_file_read("apduFilePath", path));
}

static json_t *make_body(const struct session *session, const struct options *options)
{
    json_t *body = fields_of_options(options, 0);
    if (body != NULL && add_urls(body, session_settings(session)) == 0 &&
        add_apdus(body, option_text(options, "apduFilePath")) == 0)
        return body;
    json_decref(body);
    return NULL;
}

/* What the SOP calls conditional. Other types, and what a template lacks, are the server's to refuse. */
static int check_conditional(const struct options *options)
{
    static const struct {
        const char *type, *needed, *value;
    } rules[] = {{"RFM", "apduFilePath", "path_to_apdu_file"},
                 {"SMS", "message", "message_text"},
                 {"FLASH", "message", "message_text"}};
    if (option_text(options, "template") != NULL)
        return STATUS_DONE;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (strcasecmp(option_text(options, "type"), rules[i].type) == 0 &&
            option_text(options, rules[i].needed) == NULL) {
            message_error("-%s -type %s needs -%s %s", options->command->name, rules[i].type, rules[i].needed,
                          rules[i].value);
            return STATUS_USAGE;
        }
    return STATUS_DONE;
}

static int create(struct session *session, const struct options *options, const char *path,
                  void (*print)(const struct session_answer *answer, const char *apdu_file))
{
    struct session_answer answer;
    int status = check_conditional(options);
    if (status != STATUS_DONE)
        return status;
    json_t *body = make_body(session, options);
    if (body == NULL)
        return STATUS_REFUSED;
    int result = session_post(session, path, body, option_text(options, "apduFilePath"), &answer);
    json_decref(body);
    if (result != 0)
        return STATUS_REFUSED;
    print(&answer, option_text(options, "apduFilePath"));
    session_answer_free(&answer);
    return STATUS_DONE;
}

static int create_campaign(struct session *session, const struct options *options)
{
    return create(session, options, "/api/campaigns", campaign_print);
}

static int create_template(struct session *session, const struct options *options)
{
    return create(session, options, "/api/templates", template_print);
}

const struct command create_campaign_command = {"createCampaign",
                                                create_campaign,
                                                "create a campaign: commands, or a text, and how they are protected and sent",
                                                COMMAND_ONLINE,
                                                options_of_command,
                                                OPTION_COUNT};
const struct command create_template_command = {"createTemplate",
                                                create_template,
                                                "keep the options of a campaign, to make campaigns of them",
                                                COMMAND_ONLINE,
                                                options_of_command,
                                                OPTION_COUNT - 1};
