#include "gateway-plugin/api/json_views.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gateway-plugin/model/campaign_text.h"
#include "gateway-plugin/model/placeholders.h"
#include "gateway-plugin/model/script_answer.h"
#include "protocol/hex.h"
#include "protocol/response_packet.h"
#include "protocol/status_word.h"
#include "protocol/utf8.h"

#define URL_SIZE 512

json_t *time_view(int64_t milliseconds)
{
    char text[64];
    struct tm tm;
    time_t seconds = (time_t)(milliseconds / 1000);
    if (milliseconds == 0 || gmtime_r(&seconds, &tm) == NULL)
        return json_null();
    size_t length = strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &tm);
    snprintf(text + length, sizeof text - length, ".%03d", (int)(milliseconds % 1000));
    return json_string(text);
}

json_t *text_view(const char *format, ...)
{
    char text[URL_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return json_string(text);
}

json_t *text_or_null(const char *text)
{
    return *text != '\0' ? json_string(text) : json_null();
}

/* One line a field, in the order of the answer. */
/* clang-format off */
json_t *profile_view(const struct profile *profile, const char *base)
{
    const struct profile_settings *settings = &profile->settings;
    const struct http_parameters *http = &settings->http;
    return json_pack("{s:I, s:s, s:o, s:o, s:I, s:b, s:s, s:o, s:o, s:s, s:I, s:I, s:I, s:o, s:o, s:o, s:s, s:s, s:s, s:o, "
                     "s:o, s:o, s:o, s:o, s:o}",
                     "id", (json_int_t)profile->id,
                     "name", profile->name,
                     "created", time_view(profile->created),
                     "updated", time_view(profile->updated),
                     "validityPeriod", (json_int_t)settings->validity_minutes,
                     "validHttpConfig", (int)http_parameters_are_valid(http),
                     "account", profile->account,
                     "applets", text_view("%s/api/profiles/%" PRId64 "/applets", base, profile->id),
                     "cardGroups", text_view("%s/api/profiles/%" PRId64 "/cardgroups", base, profile->id),
                     "counterScope", counter_per_name(profile->counter_per),
                     "porTimeout", (json_int_t)settings->por_timeout_seconds,
                     "maxSmsParts", (json_int_t)settings->max_sms_parts,
                     "partSize", (json_int_t)settings->part_size,
                     "spi", text_or_null(settings->spi),
                     "kicByte", text_or_null(settings->kic),
                     "kidByte", text_or_null(settings->kid),
                     "scriptFormat", script_format_name(profile_settings_format(settings)),
                     "scriptChaining", script_chaining_name(settings->script_chaining),
                     "refreshStyle", refresh_style_name(settings->refresh_style),
                     "refreshCommand", text_or_null(settings->refresh_command),
                     "httpAddress", text_or_null(http->address),
                     "httpApn", text_or_null(http->apn),
                     "httpHost", text_or_null(http->host),
                     "httpUri", text_or_null(http->uri),
                     "httpAgent", text_or_null(http->agent));
}

static json_t *key_sets_view(uint16_t key_sets)
{
    json_t *list = json_array();
    for (int i = 0; i < 16; i++)
        if (key_sets & (1U << i))
            json_array_append_new(list, json_integer(i));
    return list;
}

json_t *profile_url(int64_t profile_id, const char *base)
{
    return text_view("%s/api/profiles/%" PRId64, base, profile_id);
}

/* "A,B" -> ["A","B"] */
json_t *words_view(const char *words)
{
    json_t *list = json_array();
    while (*words != '\0') {
        size_t length = strcspn(words, ",");
        json_array_append_new(list, json_stringn(words, length));
        words += length + (words[length] == ',');
    }
    return list;
}

json_t *applet_view(const struct applet *applet, const char *base)
{
    return json_pack("{s:I, s:s, s:s, s:o, s:s?, s:o, s:o, s:o, s:I, s:o, s:o, s:o, s:I, s:s}",
                     "id", (json_int_t)applet->id,
                     "name", applet->name,
                     "type", applet_kind_name(applet->kind),
                     "tars", words_view(applet->tars),
                     "format", applet_format_name(applet->format),
                     "packageAid", text_or_null(applet->package_aid),
                     "packageVersion", text_or_null(applet->package_version),
                     "appletAids", words_view(applet->applet_aids),
                     "loadFileSize", (json_int_t)applet->load_file_size,
                     "created", time_view(applet->created),
                     "updated", time_view(applet->updated),
                     "profile", profile_url(applet->profile_id, base),
                     "profile_id", (json_int_t)applet->profile_id,
                     "profile_name", applet->profile_name);
}

json_t *card_view(const struct card *card, const char *base)
{
    return json_pack("{s:I, s:s, s:s, s:s, s:o, s:I, s:o, s:b, s:o, s:o}",
                     "id", (json_int_t)card->id,
                     "iccid", card->iccid,
                     "imsi", card->imsi,
                     "msisdn", card->msisdn,
                     "profile", profile_url(card->profile_id, base),
                     "profile_id", (json_int_t)card->profile_id,
                     "keySets", key_sets_view(card->key_sets),
                     "blocked", (int)card->blocked,
                     "created", time_view(card->created),
                     "updated", time_view(card->updated));
}

/* NULL: there is nothing to warn of. */
static json_t *card_group_warnings(const struct card_group *group)
{
    if (group->card_count <= CARD_GROUP_CARDS_RECOMMENDED)
        return NULL;
    return json_pack("[o]", text_view("card group %" PRId64 " has %" PRId64 " cards, at most %d are recommended",
                                      group->id, group->card_count, CARD_GROUP_CARDS_RECOMMENDED));
}

json_t *card_group_view(const struct card_group *group, const char *base)
{
    return json_pack("{s:I, s:s, s:o, s:o, s:o, s:I, s:s, s:o, s:I, s:o*}",
                     "id", (json_int_t)group->id,
                     "name", group->name,
                     "created", time_view(group->created),
                     "updated", time_view(group->updated),
                     "profile", profile_url(group->profile_id, base),
                     "profile_id", (json_int_t)group->profile_id,
                     "profile_name", group->profile_name,
                     "cards", text_view("%s/api/profiles/%" PRId64 "/cardgroups/%" PRId64 "/cards", base,
                                        group->profile_id, group->id),
                     "cardCount", (json_int_t)group->card_count,
                     "warnings", card_group_warnings(group));
}

static json_t *hex_view(const uint8_t *bytes, size_t length)
{
    char text[2 * POR_DATA_MAX + 1];
    return length <= POR_DATA_MAX ? json_string(hex_encode(bytes, length, text)) : NULL;
}

/* Their names, or null: the commands have none, or are not shown. */
static json_t *placeholders_view(const json_t *commands)
{
    size_t index;
    const json_t *command;
    struct placeholder_names names = {0};
    json_array_foreach(commands, index, command) placeholder_collect(json_string_value(command), &names);
    json_t *view = names.count > 0 ? json_array() : json_null();
    for (size_t i = 0; i < names.count; i++)
        json_array_append_new(view, json_string(names.names[i]));
    return view;
}

/* null for 0. */
static json_t *part_url(const char *collection, int64_t id, const char *base)
{
    return id != 0 ? text_view("%s/api/%s/%" PRId64, base, collection, id) : json_null();
}

static json_t *id_or_null(int64_t id)
{
    return id != 0 ? json_integer((json_int_t)id) : json_null();
}

/* A text has no security header. */
static json_t *header_view(const struct campaign *campaign, const uint8_t *bytes, size_t length)
{
    return campaign_type_is_text(campaign->type) ? json_null() : hex_view(bytes, length);
}

/* The text and how it goes out: all null where there is none; left out where it is not known. */
static json_t *with_text(json_t *view, const struct campaign *campaign)
{
    struct campaign_text text;
    const bool is_text =
        campaign->message != NULL && campaign_text_measure(campaign, campaign->message, &text, NULL) == 0;
    if (view == NULL || (!is_text && campaign_type_is_text(campaign->type)))
        return view;
    json_object_set_new(view, "message", is_text ? json_string(campaign->message) : json_null());
    json_object_set_new(view, "alphabet", is_text ? json_string(campaign_alphabet_name(text.alphabet)) : json_null());
    json_object_set_new(view, "smsCount", is_text ? json_integer(text.sms) : json_null());
    return view;
}

json_t *campaign_view(const struct campaign *campaign, json_t *commands, const char *base)
{
    const struct security_parameters *security = &campaign->security;
    const bool is_text = campaign_type_is_text(campaign->type);
    const bool sequential = campaign->transmission == TRANSMISSION_SEQUENTIAL;
    const uint8_t spi[] = {security->spi1, security->spi2};
    json_t *view =
           json_pack("{s:I, s:s, s:o, s:o, s:s, s:s, s:o, s:o, s:I, s:I, s:o, s:o, s:o, s:o, s:o*, s:o, s:b, s:b, "
                     "s:o, s:I, s:s, s:o, s:s, s:o, s:I, s:s?, s:I, s:I, s:I, s:I, s:s?, s:s?, s:o, s:o, s:o, s:o, "
                     "s:o, s:o, s:b, s:b, s:b, s:o, s:o, s:o}",
                     "id", (json_int_t)campaign->id,
                     "name", campaign->name,
                     "start", time_view(campaign->started),
                     "terminate", time_view(campaign->ended),
                     "state", campaign_state_name(campaign->state),
                     "type", campaign_type_name(campaign->type),
                     "created", time_view(campaign->created),
                     "updated", time_view(campaign->updated),
                     "iteration", (json_int_t)campaign->iteration,
                     "validityPeriod", (json_int_t)campaign->validity_minutes,
                     "spi", header_view(campaign, spi, sizeof spi),
                     "tar", header_view(campaign, security->tar, TAR_SIZE),
                     "kicByte", header_view(campaign, &security->kic, 1),
                     "kidByte", header_view(campaign, &security->kid, 1),
                     "commands", commands,
                     "placeholders", placeholders_view(commands),
                     "includeSIMRefresh", (int)campaign->include_sim_refresh,
                     "sequentialTransmission", (int)sequential,
                     "profile", profile_url(campaign->profile_id, base),
                     "profile_id", (json_int_t)campaign->profile_id,
                     "profile_name", campaign->profile_name,
                     "messages", text_view("%s/api/campaigns/%" PRId64 "/messages", base, campaign->id),
                     "transmissionMode", sequential ? "SEQUENTIAL" : "CONCURRENT",
                     "expectedLastSW", text_or_null(campaign->expected_last_sw),
                     "porTimeout", (json_int_t)campaign->por_timeout_seconds,
                     "retry", retry_mode_name(campaign->retry),
                     "retries", (json_int_t)campaign->retries,
                     "maxSmsParts", (json_int_t)campaign->max_sms_parts,
                     "maxPacketBytes", (json_int_t)campaign->max_packet_bytes,
                     "partSize", (json_int_t)campaign->part_size,
                     "scriptFormat", is_text ? NULL : script_format_name(campaign->script_format),
                     "scriptChaining", is_text ? NULL : script_chaining_name(campaign->script_chaining),
                     "refreshCommand", text_or_null(campaign->refresh_command),
                     "dlrUrl", text_or_null(campaign->urls[NOTIFICATION_DLR]),
                     "porUrl", text_or_null(campaign->urls[NOTIFICATION_POR]),
                     "tlsUrl", text_or_null(campaign->urls[NOTIFICATION_TLS]),
                     "applet", part_url("applets", campaign->applet_id, base),
                     "applet_id", id_or_null(campaign->applet_id),
                     "isLoadIncluded", (int)campaign->is_load_included,
                     "isInstallIncluded", (int)campaign->is_install_included,
                     "isDeleteIncluded", (int)campaign->is_delete_included,
                     "toolkitParameters", part_url("toolkitparameters", campaign->tkp_id, base),
                     "tkp_id", id_or_null(campaign->tkp_id),
                     "installParameters", text_or_null(campaign->install_parameters));
    return with_text(view, campaign);
}

json_t *template_view(const struct campaign_template *row, json_t *settings, const char *base)
{
    return json_pack("{s:I, s:s, s:s, s:o, s:o, s:o, s:I, s:s, s:o*}",
                     "id", (json_int_t)row->id,
                     "name", row->name,
                     "type", campaign_type_name(row->type),
                     "created", time_view(row->created),
                     "updated", time_view(row->updated),
                     "profile", profile_url(row->profile_id, base),
                     "profile_id", (json_int_t)row->profile_id,
                     "profile_name", row->profile_name,
                     "settings", settings);
}

/* In the order of the states, pending first. */
static const char *const state_fields[] = {
    [MESSAGE_PENDING] = "pending",
    [MESSAGE_SENDING] = "sending",
    [MESSAGE_SENT] = "sent",
    [MESSAGE_DELIVERED] = "delivered",
    [MESSAGE_UPDATED] = "updated",
    [MESSAGE_PARTIAL] = "partial",
    [MESSAGE_FAILED] = "failed",
    [MESSAGE_UNKNOWN] = "unknown",
    [MESSAGE_EXECUTED_UNKNOWN] = "executedUnknown",
    [MESSAGE_CANCELLED] = "cancelled",
    [MESSAGE_CONTINUED] = NULL, /* the card is counted by its next packet */
};
_Static_assert(sizeof state_fields / sizeof state_fields[0] == MESSAGE_STATE_COUNT, "a place for every state");

json_t *message_counts_view(const struct message_counts *counts)
{
    json_t *view = json_pack("{s:I}", "cards", (json_int_t)counts->cards);
    for (size_t i = 0; view != NULL && i < MESSAGE_STATE_COUNT; i++)
        if (state_fields[i] != NULL)
            json_object_set_new(view, state_fields[i], json_integer(counts->by_state[i]));
    return view;
}

/* An SMSC's words may be in any encoding. */
static json_t *printable_view(const char *text)
{
    char printable[160];
    snprintf(printable, sizeof printable, "%s", text);
    utf8_make_printable(printable);
    return json_string(printable);
}

static json_t *counter_view(int64_t counter)
{
    return counter < 0 ? json_null() : text_view("%010" PRIX64, (uint64_t)counter);
}

/* `digits` upper-case hex digits, null below 0. */
static json_t *code_view(int digits, int code)
{
    return code < 0 ? json_null() : text_view("%0*X", digits, (unsigned)code);
}

static json_t *number_or_null(int number)
{
    return number < 0 ? json_null() : json_integer(number);
}

json_t *card_counter_view(const struct card_counter *counter)
{
    const struct counter_owner *owner = &counter->owner;
    return json_pack("{s:o, s:o, s:o}",
                     "keyIndex", owner->tar < 0 ? json_integer(owner->key_index) : json_null(),
                     "tar", code_view(6, owner->tar),
                     "counter", counter_view((int64_t)counter->value));
}

static json_t *answer_view(const struct message_view *message)
{
    char text[SCRIPT_ANSWER_TEXT];
    return json_string(script_answer_data(message->data, message->data_length, message->expanded, text));
}

static json_t *words_of_answer_view(const struct message_view *message)
{
    char text[SCRIPT_ANSWER_TEXT];
    return text_or_null(script_answer_words(message->data, message->data_length, message->expanded, text));
}

#define IF(part, value) ((parts & (part)) != 0 ? (value) : NULL)

json_t *message_parts_view(const struct message_view *message, unsigned int parts)
{
    const char *por = message->por_status < 0 ? "" : por_status_text((uint8_t)message->por_status);
    const char *sw = message->sw < 0 ? "" : status_word_text((uint16_t)message->sw);
    return json_pack("{s:I, s:s, s:s, s:I, s:o*, s:o*, s:s, s:o*, s:b, s:o*, s:o*, s:o*, s:o*, s:o*, s:o*, s:o*, s:o*, "
                     "s:o*, s:o*, s:o, s:o, s:o, s:o}",
                     "id", (json_int_t)message->id,
                     "msisdn", message->msisdn,
                     "iccid", message->iccid,
                     "iteration", (json_int_t)message->iteration,
                     "piece", IF(MESSAGE_PACKET, json_integer(message->piece)),
                     "pieces", IF(MESSAGE_PACKET, number_or_null(message->pieces)),
                     "state", message_state_name(message->state),
                     "settled", IF(MESSAGE_PROGRESS, json_boolean(message_state_is_settled(message->state))),
                     "updated", (int)(message->state == MESSAGE_UPDATED),
                     "counter", IF(MESSAGE_PACKET, counter_view(message->counter)),
                     "porStatus", IF(MESSAGE_ANSWER, code_view(2, message->por_status)),
                     "porStatusText", IF(MESSAGE_ANSWER, text_or_null(por)),
                     "commandsExecuted", IF(MESSAGE_PACKET, number_or_null(message->executed)),
                     "commandsSent", IF(MESSAGE_PACKET, number_or_null(message->commands)),
                     "lastSW", IF(MESSAGE_ANSWER, code_view(4, message->sw)),
                     "lastSWText", IF(MESSAGE_ANSWER, text_or_null(sw)),
                     "statusWords", IF(MESSAGE_ANSWER, words_of_answer_view(message)),
                     "authenticated", IF(MESSAGE_PACKET, json_boolean(message->authenticated)),
                     "data", IF(MESSAGE_ANSWER, answer_view(message)),
                     "detail", printable_view(message->detail),
                     "created", time_view(message->created),
                     "sent", time_view(message->sent),
                     "settledAt", time_view(message->settled));
}
/* clang-format on */

json_t *message_view_view(const struct message_view *message)
{
    return message_parts_view(message, MESSAGE_PACKET | MESSAGE_ANSWER | MESSAGE_PROGRESS);
}

json_t *text_message_view(const struct message_view *message)
{
    return message_parts_view(message, MESSAGE_PROGRESS);
}

/* "executed in part: 2 of 6 commands executed, last SW 9404: file not found" */
json_t *message_outcome_view(const struct message_view *message)
{
    char text[256];
    const char *por = message->por_status < 0 ? "" : por_status_text((uint8_t)message->por_status);
    const char *why = message->detail[0] != '\0' ? message->detail : por;
    snprintf(text, sizeof text, "%s%s%s", message_state_words(message->state), why[0] != '\0' ? ": " : "", why);
    utf8_make_printable(text); /* an SMSC's words may be in any encoding */
    return json_string(text);
}
