#include "gateway-plugin/model/profile_settings.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "gateway-plugin/model/command.h"
#include "gateway-plugin/model/range.h"
#include "protocol/errors.h"
#include "protocol/hex.h"

static const char *const STYLE_NAMES[] = {
    [REFRESH_COMPACT_D0] = "compact-d0",
    [REFRESH_EXPANDED_81] = "expanded-81",
    [REFRESH_APDU] = "apdu",
    [REFRESH_NONE] = "none",
};
_Static_assert(sizeof STYLE_NAMES / sizeof STYLE_NAMES[0] == REFRESH_STYLE_COUNT, "every style has a name");

const char *refresh_style_name(enum refresh_style style)
{
    return (unsigned int)style < REFRESH_STYLE_COUNT ? STYLE_NAMES[style] : "unknown style";
}

int refresh_style_parse(const char *name, enum refresh_style *style)
{
    for (size_t i = 0; i < REFRESH_STYLE_COUNT; i++)
        if (strcasecmp(name, STYLE_NAMES[i]) == 0) {
            *style = (enum refresh_style)i;
            return 0;
        }
    return -1;
}

/* --- SPI, KIc, KID --- */

/* Exactly `size` bytes, put in upper case; "" stays. */
static int check_hex(const char *field, char *text, size_t size, uint8_t *bytes, struct refusal *refusal)
{
    size_t length;
    if (*text == '\0')
        return 0;
    if (strlen(text) != 2 * size || hex_decode(text, 2 * size, bytes, size, &length) != OTA_OK)
        return refuse_field(refusal, REFUSAL_INVALID, field, "'%s': expected %zu hex digits", text, 2 * size);
    hex_encode(bytes, size, text);
    return 0;
}

static int check_security(struct profile_settings *settings, struct refusal *refusal)
{
    struct campaign campaign;
    struct security_parameters *security = &campaign.security;
    uint8_t spi[2] = {0};
    const char *reason = NULL;
    campaign_defaults(&campaign);
    if (check_hex("spi", settings->spi, 2, spi, refusal) != 0 ||
        check_hex("kicByte", settings->kic, 1, &security->kic, refusal) != 0 ||
        check_hex("kidByte", settings->kid, 1, &security->kid, refusal) != 0)
        return -1;
    if (settings->spi[0] == '\0')
        return 0; /* a campaign's own decides */
    security->spi1 = spi[0];
    security->spi2 = spi[1];
    int rc = security_parameters_check(security, &reason);
    if (rc == OTA_OK)
        return 0;
    return refuse(refusal, rc == OTA_E_UNSUPPORTED ? REFUSAL_UNSUPPORTED : REFUSAL_INVALID,
                  "SPI %s, KIc %02X, KID %02X: %s", settings->spi, security->kic, security->kid,
                  reason != NULL ? reason : ota_error_text(rc));
}

/* --- the refresh --- */

enum script_format profile_settings_format(const struct profile_settings *settings)
{
    if (settings->script_format != SCRIPT_FORMAT_OPEN)
        return settings->script_format;
    return settings->refresh_style == REFRESH_EXPANDED_81 ? SCRIPT_EXPANDED : SCRIPT_COMPACT;
}

static int check_format(const struct profile_settings *settings, struct refusal *refusal)
{
    enum script_format format = profile_settings_format(settings);
    if (settings->refresh_style == REFRESH_EXPANDED_81 && format != SCRIPT_EXPANDED)
        return refuse_field(refusal, REFUSAL_INVALID, "scriptFormat",
                            "compact: refreshStyle expanded-81 is of scripts in expanded format only");
    if (settings->script_chaining != CHAINING_NONE && format != SCRIPT_EXPANDED)
        return refuse_field(refusal, REFUSAL_INVALID, "scriptChaining",
                            "%s: scriptFormat compact has none, expected expanded",
                            script_chaining_name(settings->script_chaining));
    return 0;
}

static int check_refresh(struct profile_settings *settings, struct refusal *refusal)
{
    const struct command_place place = {"refreshCommand, command", 1, 1, SCRIPT_COMPACT};
    char *command = settings->refresh_command;
    if ((unsigned int)settings->refresh_style >= REFRESH_STYLE_COUNT)
        return refuse(refusal, REFUSAL_INVALID, "refresh style %d is none", (int)settings->refresh_style);
    if (settings->refresh_style == REFRESH_APDU && *command == '\0')
        return refuse_field(refusal, REFUSAL_INVALID, "refreshStyle",
                            "apdu: refreshCommand is missing, expected a command in hex");
    if (settings->refresh_style != REFRESH_APDU && *command != '\0')
        return refuse_field(refusal, REFUSAL_INVALID, "refreshCommand",
                            "is for refreshStyle apdu, expected none with refreshStyle %s",
                            refresh_style_name(settings->refresh_style));
    if (*command != '\0' && command_check(&place, command, strlen(command), true, refusal) != 0)
        return refusal_set_field(refusal, "refreshCommand");
    for (; *command != '\0'; command++)
        *command = (char)toupper((unsigned char)*command);
    return 0;
}

static int inherit_refresh(const struct profile_settings *settings, struct campaign *campaign,
                           struct refusal *refusal)
{
    if (!campaign->include_sim_refresh)
        return 0;
    if (settings->refresh_style == REFRESH_NONE)
        return refuse_field(refusal, REFUSAL_CONFLICT, "includeSimRefresh",
                            ": the profile's refreshStyle is none, its cards take no refresh");
    if (settings->refresh_style == REFRESH_EXPANDED_81 && campaign->script_format != SCRIPT_EXPANDED)
        return refuse_field(
            refusal, REFUSAL_CONFLICT, "includeSimRefresh",
            ": the profile's refreshStyle is expanded-81, scriptFormat compact has no such refresh");
    memcpy(campaign->refresh_command, settings->refresh_command, sizeof campaign->refresh_command);
    return 0;
}

/* --- HTTP --- */

static bool is_port(const char *text)
{
    char *end;
    long port = strtol(text, &end, 10);
    return isdigit((unsigned char)*text) && *end == '\0' && port >= 1 && port <= 65535;
}

/* An address with a port: a card resolves no names. */
static bool is_address(const char *text)
{
    char host[sizeof((struct http_parameters *)NULL)->address];
    uint8_t bytes[16];
    const char *colon = strrchr(text, ':');
    if (colon == NULL || !is_port(colon + 1))
        return false;
    bool is_ipv6 = text[0] == '[' && colon > text + 1 && colon[-1] == ']';
    size_t length = (size_t)(colon - text) - (is_ipv6 ? 2 : 0);
    memcpy(host, text + (is_ipv6 ? 1 : 0), length);
    host[length] = '\0';
    return inet_pton(is_ipv6 ? AF_INET6 : AF_INET, host, bytes) == 1;
}

/* TS 23.003 clause 9.1: labels of letters, digits and hyphens. */
static bool is_apn(const char *text)
{
    for (size_t label = 0;; text++) {
        if (*text == '.' || *text == '\0') {
            if (label == 0 || label > 63)
                return false;
            if (*text == '\0')
                return true;
            label = 0;
        } else if (isalnum((unsigned char)*text) || *text == '-')
            label++;
        else
            return false;
    }
}

static bool is_word(const char *text)
{
    for (; *text > ' ' && *text <= '~'; text++)
        ;
    return *text == '\0';
}

static bool is_uri(const char *text)
{
    return is_word(text) && (text[0] == '/' || strncasecmp(text, "http://", 7) == 0 ||
                             strncasecmp(text, "https://", 8) == 0);
}

static int check_http(const struct http_parameters *http, struct refusal *refusal)
{
    const struct {
        const char *field, *value, *expected;
        bool (*is)(const char *text);
    } rules[] = {
        {"httpAddress", http->address, "an address with a port, as 192.0.2.1:443 or [2001:db8::1]:443",
         is_address},
        {"httpApn", http->apn, "letters, digits, hyphens and dots", is_apn},
        {"httpHost", http->host, "printable ASCII without spaces", is_word},
        {"httpUri", http->uri, "a path that begins with /, or a URL", is_uri},
        {"httpAgent", http->agent, "printable ASCII without spaces", is_word},
    };
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (*rules[i].value != '\0' && !rules[i].is(rules[i].value))
            return refuse_field(refusal, REFUSAL_INVALID, rules[i].field, "'%s': expected %s", rules[i].value,
                                rules[i].expected);
    return 0;
}

bool http_parameters_are_valid(const struct http_parameters *http)
{
    return http->address[0] != '\0' && http->host[0] != '\0' && http->uri[0] != '\0';
}

/* --- all of it --- */

int profile_settings_check(struct profile_settings *settings, struct refusal *refusal)
{
    if (range_check("validityPeriod", settings->validity_minutes, CAMPAIGN_MINUTES_MAX, "minutes", refusal) != 0 ||
        range_check("porTimeout", settings->por_timeout_seconds, CAMPAIGN_POR_TIMEOUT_MAX, "seconds", refusal) != 0 ||
        range_check("maxSmsParts", settings->max_sms_parts, CAMPAIGN_SMS_PARTS_MAX, "SMS", refusal) != 0 ||
        campaign_check_part_size(settings->part_size, refusal) != 0)
        return -1;
    return check_security(settings, refusal) == 0 && check_refresh(settings, refusal) == 0 &&
                   check_format(settings, refusal) == 0
               ? check_http(&settings->http, refusal)
               : -1;
}

static void inherit_number(int64_t *own, int64_t inherited)
{
    if (*own == 0)
        *own = inherited;
}

int profile_settings_inherit(const struct profile_settings *settings, struct campaign *campaign,
                             struct refusal *refusal)
{
    inherit_number(&campaign->validity_minutes, settings->validity_minutes);
    inherit_number(&campaign->max_sms_parts, settings->max_sms_parts);
    inherit_number(&campaign->part_size, settings->part_size);
    if (campaign_type_is_text(campaign->type)) /* the rest is of packets */
        return 0;
    inherit_number(&campaign->por_timeout_seconds, settings->por_timeout_seconds);
    if (campaign->script_format == SCRIPT_FORMAT_OPEN)
        campaign->script_format = profile_settings_format(settings);
    return inherit_refresh(settings, campaign, refusal);
}
