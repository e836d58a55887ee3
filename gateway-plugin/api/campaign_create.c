/* POST /api/campaigns: everything that can be refused is refused before anything is stored. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "gateway-plugin/api/campaign_request.h"
#include "gateway-plugin/api/json_read.h"
#include "gateway-plugin/api/json_views.h"
#include "gateway-plugin/api/resources.h"
#include "gateway-plugin/campaign/control.h"
#include "gateway-plugin/campaign/volume.h"
#include "gateway-plugin/script/script.h"
#include "gateway-plugin/store/applet_store.h"
#include "gateway-plugin/store/campaign_store.h"
#include "gateway-plugin/store/catalog_store.h"
#include "gateway-plugin/store/toolkit_store.h"
#include "protocol/hex.h"

static int parse_type(struct campaign_request *request, struct refusal *refusal)
{
    if (campaign_type_parse(request->type, &request->campaign.type) != 0)
        return refuse_field(refusal, REFUSAL_INVALID, "type",
                            "'%.40s': expected RFM, TLS_TRIGGER_RFM, SMS, FLASH, RAM or TLS_TRIGGER_RAM",
                            request->type);
    if (campaign_type_is_text(request->campaign.type))
        request->campaign.security = (struct security_parameters){0};
    else
        campaign_default_tar(request->campaign.type, request->campaign.security.tar);
    return 0;
}

static int check_http(const struct campaign_request *request, struct refusal *refusal)
{
    if (!campaign_type_is_tls(request->campaign.type) || http_parameters_are_valid(&request->profile.settings.http))
        return 0;
    return refuse_field(refusal, REFUSAL_CONFLICT, "type",
                        "%s: profile %lld has no HTTP parameters, expected httpAddress, httpHost and httpUri",
                        campaign_type_name(request->campaign.type), (long long)request->profile.id);
}

/* Of a text: that nothing is given that is a packet's. The model knows the fields that are no strings. */
static int check_no_packet(const struct campaign_request *request, struct refusal *refusal)
{
    const struct {
        const char *field, *text;
    } foreign[] = {{"spi", request->spi},         {"tar", request->tar},     {"kicByte", request->kic},
                   {"kidByte", request->kid},     {"apdus", request->apdus}, {"expectedLastSW", request->expected_sw},
                   {"scriptFormat", request->format}, {"scriptChaining", request->chaining}};
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++)
        if (foreign[i].text != NULL)
            return refuse_field(refusal, REFUSAL_INVALID, foreign[i].field,
                                ": type %s takes none, no packet goes to the card",
                                campaign_type_name(request->campaign.type));
    return 0;
}

/* Exactly `size` bytes of hex, 0x allowed in front. `text` NULL leaves the default. */
static int parse_hex(const char *field, const char *text, uint8_t *bytes, size_t size,
                     struct refusal *refusal)
{
    size_t length = 0;
    if (text == NULL)
        return 0;
    const char *digits = strncasecmp(text, "0x", 2) == 0 ? text + 2 : text;
    if (strlen(digits) != 2 * size || hex_decode(digits, 2 * size, bytes, size, &length) != 0)
        return refuse_field(refusal, REFUSAL_INVALID, field, "'%.40s': expected %zu hex digits", text,
                            2 * size);
    return 0;
}

static int parse_security(struct campaign_request *request, struct refusal *refusal)
{
    struct security_parameters *security = &request->campaign.security;
    uint8_t spi[2] = {0};
    if (campaign_type_is_text(request->campaign.type))
        return check_no_packet(request, refusal);
    if (request->spi == NULL)
        return refuse_field(refusal, REFUSAL_INVALID, "spi",
                            "is missing, expected a string of 4 hex digits, or a profile that has one");
    if (parse_hex("spi", request->spi, spi, 2, refusal) != 0 ||
        parse_hex("tar", request->tar, security->tar, TAR_SIZE, refusal) != 0 ||
        parse_hex("kicByte", request->kic, &security->kic, 1, refusal) != 0 ||
        parse_hex("kidByte", request->kid, &security->kid, 1, refusal) != 0)
        return -1;
    security->spi1 = spi[0];
    security->spi2 = spi[1];
    return 0;
}

/* As the SOP writes it on the command line and in its JSON. */
static int parse_mode(struct campaign_request *request, struct refusal *refusal)
{
    static const struct {
        const char *name;
        enum transmission_mode mode;
    } modes[] = {{"conc", TRANSMISSION_CONCURRENT},
                 {"seq", TRANSMISSION_SEQUENTIAL},
                 {"CONCURRENT", TRANSMISSION_CONCURRENT},
                 {"SEQUENTIAL", TRANSMISSION_SEQUENTIAL}};
    if (request->mode == NULL)
        return 0;
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++)
        if (strcasecmp(request->mode, modes[i].name) == 0) {
            request->campaign.transmission = modes[i].mode;
            return 0;
        }
    return refuse_field(refusal, REFUSAL_INVALID, "transmissionMode", "'%.40s': expected seq or conc",
                        request->mode);
}

static int parse_retry(struct campaign_request *request, struct refusal *refusal)
{
    if (request->retry == NULL || retry_mode_parse(request->retry, &request->campaign.retry) == 0)
        return 0;
    return refuse_field(refusal, REFUSAL_INVALID, "retry", "'%.40s': expected same or new", request->retry);
}

static int copy_text(const char *field, const char *text, char *to, size_t size, struct refusal *refusal)
{
    if (text == NULL)
        return 0;
    if (strlen(text) >= size)
        return refuse_field(refusal, REFUSAL_INVALID, field, "has %zu characters, expected at most %zu",
                            strlen(text), size - 1);
    memcpy(to, text, strlen(text) + 1);
    return 0;
}

static const char *const *commands_of(const struct apdu_file *file)
{
    return (const char *const *)file->commands;
}

/* What each command says, and that all of them make one script and one packet. */
static int check_script(struct campaign_request *request, struct refusal *refusal)
{
    const struct apdu_file *file = &request->commands;
    for (size_t i = 0; i < file->count; i++) {
        char warning[160] = "";
        if (script_check_command(file->commands[i], i + 1, i + 1 == file->count, request->campaign.script_format,
                                 warning, refusal) != 0)
            return -1;
        if (warning[0] != '\0')
            json_array_append_new(request->warnings, json_string(warning));
    }
    return campaign_check_script(&request->campaign, commands_of(file), file->count, refusal);
}

static int check_owner(const char *what, int64_t id, int64_t owner, const struct campaign *campaign,
                       struct refusal *refusal)
{
    if (owner == campaign->profile_id)
        return 0;
    return refuse(refusal, REFUSAL_CONFLICT, "%s %lld belongs to profile %lld, not to %lld", what, (long long)id,
                  (long long)owner, (long long)campaign->profile_id);
}

/* Each of the commands names the package or its applets, and the file alone says what they are called. */
static int check_applet_file(const struct campaign *campaign, const struct applet *applet, struct refusal *refusal)
{
    const struct {
        const char *field;
        bool is_given;
    } flags[] = {{"isLoadIncluded", campaign->is_load_included},
                 {"isInstallIncluded", campaign->is_install_included},
                 {"isDeleteIncluded", campaign->is_delete_included}};
    for (size_t i = 0; applet->format == APPLET_NO_FILE && i < sizeof flags / sizeof flags[0]; i++)
        if (flags[i].is_given)
            return refuse_field(refusal, REFUSAL_CONFLICT, flags[i].field,
                                ": applet %lld has no file, expected one that was uploaded: it has the AIDs",
                                (long long)applet->id);
    if (campaign->is_install_included && applet->applet_aids[0] == '\0')
        return refuse_field(refusal, REFUSAL_CONFLICT, "isInstallIncluded",
                            ": applet %lld is a library, expected one with an applet in it",
                            (long long)applet->id);
    return 0;
}

static int check_applet(struct api_call *call, struct campaign_request *request, struct refusal *refusal)
{
    const struct campaign *campaign = &request->campaign;
    struct applet applet;
    if (api_found(call, applet_get(call->store, campaign->applet_id, &applet), "applet", campaign->applet_id,
                  refusal) != 0 ||
        check_owner("applet", applet.id, applet.profile_id, campaign, refusal) != 0 ||
        check_applet_file(campaign, &applet, refusal) != 0)
        return -1;
    if (!campaign->is_load_included && !campaign->is_install_included && !campaign->is_delete_included)
        json_array_append_new(request->warnings,
                              json_sprintf("applet %lld is neither loaded, installed nor deleted", (long long)applet.id));
    return 0;
}

static int check_toolkit(struct api_call *call, const struct campaign *campaign, struct refusal *refusal)
{
    struct toolkit_parameters toolkit;
    if (campaign->tkp_id == 0)
        return 0;
    if (api_found(call, toolkit_get(call->store, campaign->tkp_id, &toolkit), "toolkit parameter", campaign->tkp_id,
                  refusal) != 0)
        return -1;
    return check_owner("toolkit parameter", toolkit.id, toolkit.profile_id, campaign, refusal);
}

static int parse_commands(struct campaign_request *request, struct refusal *refusal)
{
    if (request->apdus == NULL)
        return refuse_field(refusal, REFUSAL_INVALID, "apdus",
                            "is missing, expected a string of hex command lines%s",
                            campaign_type_is_ram(request->campaign.type) ? ", or an applet" : "");
    if (apdu_file_parse(request->apdus, strlen(request->apdus), request->campaign.script_format,
                        &request->commands, refusal) != 0)
        return refusal_set_field(refusal, "apdus");
    for (size_t i = 0; i < request->commands.warning_count; i++)
        json_array_append_new(request->warnings, json_string(request->commands.warnings[i]));
    if (request->commands.count == 0)
        return refuse_field(refusal, REFUSAL_INVALID, "apdus", "holds no command");
    return check_script(request, refusal);
}

/* What is sent: of an applet, or the request's own commands. */
static int parse_content(struct api_call *call, struct campaign_request *request, struct refusal *refusal)
{
    if (campaign_type_is_text(request->campaign.type))
        return campaign_check_script(&request->campaign, NULL, 0, refusal);
    if (request->campaign.applet_id == 0)
        return parse_commands(request, refusal);
    if (request->apdus != NULL)
        return refuse_field(refusal, REFUSAL_INVALID, "apdus",
                            "and an applet are both given, expected one of them");
    return check_applet(call, request, refusal) == 0 ? check_toolkit(call, &request->campaign, refusal) : -1;
}

/* The model takes "" for none, but who gives one wants something. */
static int check_expected_sw(const char *patterns, struct refusal *refusal)
{
    if (patterns == NULL || *patterns != '\0')
        return 0;
    return refuse_field(refusal, REFUSAL_INVALID, "expectedLastSW",
                        "is empty, expected 9000, 91xx or 9000,91xx");
}

static int copy_urls(struct campaign_request *request, struct refusal *refusal)
{
    for (size_t i = 0; i < NOTIFICATION_KIND_COUNT; i++)
        if (copy_text(campaign_url_fields[i], request->urls[i], request->campaign.urls[i], CAMPAIGN_URL_SIZE,
                      refusal) != 0)
            return -1;
    return 0;
}

static int parse_format(struct campaign_request *request, struct refusal *refusal)
{
    struct campaign *campaign = &request->campaign;
    if (request->format == NULL ||
        (*request->format != '\0' && script_format_parse(request->format, &campaign->script_format) == 0))
        return 0;
    return refuse_field(refusal, REFUSAL_INVALID, "scriptFormat", "'%.40s': expected compact or expanded",
                        request->format);
}

/* The profile's is of its scripts in expanded format. */
static int parse_chaining(struct campaign_request *request, struct refusal *refusal)
{
    struct campaign *campaign = &request->campaign;
    if (request->chaining == NULL && campaign->script_format == SCRIPT_EXPANDED)
        campaign->script_chaining = request->profile.settings.script_chaining;
    if (request->chaining == NULL || script_chaining_parse(request->chaining, &campaign->script_chaining) == 0)
        return 0;
    return refuse_field(refusal, REFUSAL_INVALID, "scriptChaining",
                        "'%.40s': expected none, first or first-kept", request->chaining);
}

/* What the request leaves open, the profile says. */
static int inherit(struct campaign_request *request, struct api_call *call, struct refusal *refusal)
{
    const struct profile_settings *settings = &request->profile.settings;
    int64_t id = request->campaign.profile_id;
    if (api_found(call, profile_get(call->store, id, &request->profile), "profile", id, refusal) != 0)
        return -1;
    const bool is_text = campaign_type_is_text(request->campaign.type);
    if (!is_text && request->spi == NULL && settings->spi[0] != '\0')
        request->spi = settings->spi;
    if (!is_text && request->kic == NULL && settings->kic[0] != '\0')
        request->kic = settings->kic;
    if (!is_text && request->kid == NULL && settings->kid[0] != '\0')
        request->kid = settings->kid;
    return parse_format(request, refusal) == 0 &&
                   profile_settings_inherit(settings, &request->campaign, refusal) == 0
               ? parse_chaining(request, refusal)
               : -1;
}

static int check_request(struct api_call *call, struct campaign_request *request, struct refusal *refusal)
{
    struct campaign *campaign = &request->campaign;
    if (check_http(request, refusal) != 0 ||
        copy_text("name", request->name, campaign->name, sizeof campaign->name, refusal) != 0 ||
        parse_security(request, refusal) != 0 || parse_mode(request, refusal) != 0 ||
        check_expected_sw(request->expected_sw, refusal) != 0 || parse_retry(request, refusal) != 0 ||
        copy_text("expectedLastSW", request->expected_sw, campaign->expected_last_sw,
                  sizeof campaign->expected_last_sw, refusal) != 0 ||
        copy_urls(request, refusal) != 0 || campaign_check(campaign, refusal) != 0)
        return -1;
    return parse_content(call, request, refusal);
}

/* Its group is not known yet: it may be all of the profile's cards. What goes over HTTPS, and what is made of an
 * applet, is not counted in SMS. */
static int warn_of_volume(struct api_call *call, struct campaign_request *request, struct refusal *refusal)
{
    char warning[VOLUME_WARNING_SIZE];
    int64_t sms, cards;
    int64_t profile_id = request->campaign.profile_id;
    if (request->campaign.applet_id != 0 || campaign_type_is_tls(request->campaign.type))
        return 0;
    if (volume_of_script(&request->campaign, commands_of(&request->commands), request->commands.count, &sms,
                         refusal) != 0)
        return -1;
    if (profile_card_count(call->store, profile_id, &cards) != STORE_OK)
        return store_refuse(call->store, "profile", refusal);
    volume_warning(sms, cards, "all of profile", profile_id, warning);
    if (warning[0] != '\0')
        json_array_append_new(request->warnings, json_string(warning));
    return 0;
}

static int insert_campaign(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct campaign_request *request = argument;
    return campaign_insert(store, &request->campaign, commands_of(&request->commands), request->commands.count,
                           now, refusal);
}

static json_t *created_view(const struct campaign_request *request, const char *base)
{
    json_t *commands = json_array();
    for (size_t i = 0; i < request->commands.count; i++)
        json_array_append_new(commands, json_string(request->commands.commands[i]));
    json_t *view = campaign_view(&request->campaign, commands, base);
    if (view != NULL)
        json_object_set(view, "warnings", request->warnings);
    return view;
}

int campaign_request_read(struct api_call *call, const json_t *body, struct campaign_request *request,
                          struct refusal *refusal)
{
    struct campaign *campaign = &request->campaign;
    const struct json_field fields[] = {
        {"template_id", FIELD_NUMBER, false, &request->template_id},
        {"type", FIELD_TEXT, true, &request->type},
        {"profile_id", FIELD_NUMBER, true, &campaign->profile_id},
        {"name", FIELD_TEXT, true, &request->name},
        {"spi", FIELD_TEXT, false, &request->spi},
        {"tar", FIELD_TEXT, false, &request->tar},
        {"kicByte", FIELD_TEXT, false, &request->kic},
        {"kidByte", FIELD_TEXT, false, &request->kid},
        {"transmissionMode", FIELD_TEXT, false, &request->mode},
        {"apdus", FIELD_TEXT, false, &request->apdus},
        {"message", FIELD_TEXT, false, &campaign->message},
        {"validityPeriod", FIELD_NUMBER, false, &campaign->validity_minutes},
        {"includeSimRefresh", FIELD_BOOLEAN, false, &campaign->include_sim_refresh},
        {"applet_id", FIELD_NUMBER, false, &campaign->applet_id},
        {"tkp_id", FIELD_NUMBER, false, &campaign->tkp_id},
        {"isLoadIncluded", FIELD_BOOLEAN, false, &campaign->is_load_included},
        {"isInstallIncluded", FIELD_BOOLEAN, false, &campaign->is_install_included},
        {"isDeleteIncluded", FIELD_BOOLEAN, false, &campaign->is_delete_included},
        {"expectedLastSW", FIELD_TEXT, false, &request->expected_sw},
        {"porTimeout", FIELD_NUMBER, false, &campaign->por_timeout_seconds},
        {"retry", FIELD_TEXT, false, &request->retry},
        {"retries", FIELD_NUMBER, false, &campaign->retries},
        {"maxSmsParts", FIELD_NUMBER, false, &campaign->max_sms_parts},
        {"maxPacketBytes", FIELD_NUMBER, false, &campaign->max_packet_bytes},
        {"partSize", FIELD_NUMBER, false, &campaign->part_size},
        {"scriptFormat", FIELD_TEXT, false, &request->format},
        {"scriptChaining", FIELD_TEXT, false, &request->chaining},
        {"dlrUrl", FIELD_TEXT, false, &request->urls[NOTIFICATION_DLR]},
        {"porUrl", FIELD_TEXT, false, &request->urls[NOTIFICATION_POR]},
        {"tlsUrl", FIELD_TEXT, false, &request->urls[NOTIFICATION_TLS]},
    };
    *request = (struct campaign_request){.warnings = json_array()};
    campaign_defaults(campaign);
    return json_read_fields(body, fields, sizeof fields / sizeof fields[0], refusal) == 0 &&
                   parse_type(request, refusal) == 0 && inherit(request, call, refusal) == 0
               ? check_request(call, request, refusal)
               : -1;
}

void campaign_request_free(struct campaign_request *request)
{
    apdu_file_free(&request->commands);
    json_decref(request->warnings);
}

int campaign_request_store(struct api_call *call, struct campaign_request *request, struct refusal *refusal)
{
    return engine_call(call->options->engine, insert_campaign, request, refusal);
}

json_t *campaigns_create(struct api_call *call, struct refusal *refusal)
{
    struct campaign_request request = {0};
    json_t *view = NULL;
    json_t *body = json_read_object(call->http->body, call->http->body_length, refusal);
    if (body == NULL)
        return NULL;
    if (template_complete(call, &body, refusal) == 0 &&
        campaign_request_read(call, body, &request, refusal) == 0 &&
        warn_of_volume(call, &request, refusal) == 0 && campaign_request_store(call, &request, refusal) == 0)
        view = created_view(&request, call->base);
    campaign_request_free(&request);
    json_decref(body);
    return view;
}
