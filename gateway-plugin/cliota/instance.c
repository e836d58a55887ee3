#include "gateway-plugin/cliota/instance.h"

#include <stdio.h>

#include "gateway-plugin/cliota/message.h"
#include "gateway-plugin/cliota/table.h"

/* The rows of the SOP's tables, in its order. */
static const char *const profile_fields[] = {"id",      "name",    "created",   "updated",
                                             "account", "applets", "cardGroups"};
static const char *const profile_settings_fields[] = {
    "id",          "name",        "created",      "updated",        "account",        "applets",
    "cardGroups",  "counterScope", "validityPeriod", "porTimeout",  "maxSmsParts",    "partSize",
    "spi",         "kicByte",     "kidByte",      "scriptFormat", "scriptChaining", "refreshStyle",   "refreshCommand", "validHttpConfig",
    "httpAddress", "httpApn",     "httpHost",     "httpUri",        "httpAgent"};
static const char *const applet_fields[] = {"id",           "name",    "type",    "@tars",  "format",
                                            "packageAid",   "packageVersion", "@appletAids",
                                            "loadFileSize", "created", "updated", "profile"};
static const char *const toolkit_fields[] = {
    "id",          "name",           "format",          "priority",          "@menuEntries",   "maxTextLength",
    "maxTimers",   "maxChannels",    "maxServices",     "minimumSecurityLevel", "@tars",       "accessDomain",
    "@uiccAccess", "@uiccAdminAccess", "nonVolatileMemory", "volatileMemory", "applicationData", "installParameters",
    "created",     "updated",        "profile"};
static const char *const card_fields[] = {"id",      "msisdn",  "iccid",   "imsi",    "@keySets",
                                          "blocked", "created", "updated", "profile", "@counters"};
static const char *const card_group_fields[] = {"id", "name", "profile", "cards", "cardCount"};
static const char *const campaign_fields[] = {"id",
                                              "name",
                                              "state",
                                              "type",
                                              "created",
                                              "updated",
                                              "start",
                                              "terminate",
                                              "iteration",
                                              "validityPeriod",
                                              "porTimeout",
                                              "retry",
                                              "retries",
                                              "maxSmsParts",
                                              "maxPacketBytes",
                                              "partSize",
                                              "scriptFormat",
                                              "scriptChaining",
                                              "spi",
                                              "tar",
                                              "kicByte",
                                              "kidByte",
                                              "transmissionMode",
                                              "expectedLastSW",
                                              "includeSIMRefresh",
                                              "refreshCommand",
                                              "applet",
                                              "isLoadIncluded",
                                              "isInstallIncluded",
                                              "isDeleteIncluded",
                                              "toolkitParameters",
                                              "installParameters",
                                              "dlrUrl",
                                              "porUrl",
                                              "tlsUrl",
                                              "commands",
                                              "profile",
                                              "messages",
                                              "counts.cards",
                                              "counts.pending",
                                              "counts.sending",
                                              "counts.sent",
                                              "counts.delivered",
                                              "counts.updated",
                                              "counts.partial",
                                              "counts.failed",
                                              "counts.unknown",
                                              "counts.executedUnknown",
                                              "counts.cancelled"};
/* Of SMS and FLASH. */
static const char *const text_campaign_fields[] = {
    "id",           "name",          "state",          "type",           "created",         "updated",
    "start",        "terminate",     "iteration",      "validityPeriod", "retry",           "retries",
    "maxSmsParts",  "partSize",      "transmissionMode", "dlrUrl",       "alphabet",        "smsCount",
    "profile",      "messages",      "counts.cards",   "counts.pending", "counts.sending",  "counts.sent",
    "counts.delivered", "counts.updated", "counts.failed", "counts.unknown", "counts.cancelled"};
static const char *const template_fields[] = {"id",
                                              "name",
                                              "type",
                                              "created",
                                              "updated",
                                              "settings.spi",
                                              "settings.tar",
                                              "settings.kicByte",
                                              "settings.kidByte",
                                              "settings.transmissionMode",
                                              "settings.validityPeriod",
                                              "settings.porTimeout",
                                              "settings.retry",
                                              "settings.retries",
                                              "settings.maxSmsParts",
                                              "settings.partSize",
                                              "settings.scriptFormat",
                                              "settings.scriptChaining",
                                              "settings.includeSimRefresh",
                                              "settings.expectedLastSW",
                                              "settings.dlrUrl",
                                              "settings.porUrl",
                                              "settings.tlsUrl",
                                              "settings.commands",
                                              "settings.applet_id",
                                              "settings.tkp_id",
                                              "settings.isLoadIncluded",
                                              "settings.isInstallIncluded",
                                              "settings.isDeleteIncluded",
                                              "profile"};
static const char *const status_fields[] = {"version",
                                            "bearerbox",
                                            "statistics.transactions",
                                            "statistics.events",
                                            "statistics.messagesBuilt",
                                            "statistics.smsSent",
                                            "statistics.replies",
                                            "statistics.repliesMatched",
                                            "statistics.repliesUnmatched",
                                            "statistics.repliesUnasked",
                                            "statistics.messagesSettled",
                                            "statistics.counterJumps"};
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* A text may have many lines, so it stands in no cell. */
static void print_message(const json_t *object)
{
    const json_t *message = json_object_get(object, "message");
    if (message == NULL)
        message = json_object_get(json_object_get(object, "settings"), "message");
    if (json_is_string(message))
        printf("\nMessage:\n%s\n", json_string_value(message));
}

static void print(const char *kind, const char *const *fields, size_t count,
                  const struct session_answer *answer)
{
    printf("%s instance:\n", kind);
    table_print_instance(answer->json, fields, count);
    print_message(answer->json);
    printf("\nJson:\n%s\n", answer->text);
}

void warnings_print(const struct session_answer *answer, const char *file, unsigned long first_line)
{
    size_t index;
    const json_t *warning;
    json_array_foreach(json_object_get(answer->json, "warnings"), index, warning) if (json_is_string(warning))
        message_warning_in(file, first_line, json_string_value(warning));
}

void profile_print(const struct session_answer *answer)
{
    print("Profile", profile_fields, COUNT(profile_fields), answer);
}

void profile_settings_print(const struct session_answer *answer)
{
    print("Profile", profile_settings_fields, COUNT(profile_settings_fields), answer);
}

void applet_print(const struct session_answer *answer)
{
    print("Applet", applet_fields, COUNT(applet_fields), answer);
}

void toolkit_print(const struct session_answer *answer)
{
    size_t index;
    const json_t *line;
    puts("Toolkit Parameter instance:");
    table_print_instance(answer->json, toolkit_fields, COUNT(toolkit_fields));
    puts("\nIn words:");
    json_array_foreach(json_object_get(answer->json, "meaning"), index, line) if (json_is_string(line))
        puts(json_string_value(line));
    printf("\nJson:\n%s\n", answer->text);
}

void status_print(const struct session_answer *answer)
{
    print("Status", status_fields, COUNT(status_fields), answer);
}

void card_print(const struct session_answer *answer)
{
    print("Card", card_fields, COUNT(card_fields), answer);
}

void card_group_print(const struct session_answer *answer)
{
    print("Card Group", card_group_fields, COUNT(card_group_fields), answer);
    warnings_print(answer, NULL, 1);
}

void campaign_print(const struct session_answer *answer, const char *apdu_file)
{
    if (json_is_string(json_object_get(answer->json, "message")))
        print("Campaign", text_campaign_fields, COUNT(text_campaign_fields), answer);
    else
        print("Campaign", campaign_fields, COUNT(campaign_fields), answer);
    warnings_print(answer, apdu_file, 1);
}

void template_print(const struct session_answer *answer, const char *apdu_file)
{
    print("Template", template_fields, COUNT(template_fields), answer);
    warnings_print(answer, apdu_file, 1);
}
