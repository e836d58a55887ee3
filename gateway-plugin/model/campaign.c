#include "gateway-plugin/model/campaign.h"

#include <string.h>
#include <strings.h>

#include "gateway-plugin/model/campaign_text.h"
#include "gateway-plugin/model/range.h"
#include "protocol/errors.h"
#include "protocol/user_data.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define SW_DIGITS 4

static const struct {
    const char *name;
    bool text, tls, ram;
} TYPES[] = {
    [CAMPAIGN_RFM] = {"RFM"},
    [CAMPAIGN_TLS_TRIGGER_RFM] = {"TLS_TRIGGER_RFM", .tls = true},
    [CAMPAIGN_SMS] = {"SMS", .text = true},
    [CAMPAIGN_FLASH] = {"FLASH", .text = true},
    [CAMPAIGN_RAM] = {"RAM", .ram = true},
    [CAMPAIGN_TLS_TRIGGER_RAM] = {"TLS_TRIGGER_RAM", .tls = true, .ram = true},
};
_Static_assert(COUNT_OF(TYPES) == CAMPAIGN_TYPE_COUNT, "every type has a name");

static const char *const STATE_NAMES[] = {
    [CAMPAIGN_WAITING] = "WAITING",
    [CAMPAIGN_RUNNING] = "RUNNING",
    [CAMPAIGN_COMPLETED] = "COMPLETED",
    [CAMPAIGN_TERMINATED] = "TERMINATED",
    [CAMPAIGN_PAUSED] = "PAUSED",
};
_Static_assert(COUNT_OF(STATE_NAMES) == CAMPAIGN_STATE_COUNT, "every state has a name");

/* The state behind an event, plus one, so that a row left out means "refused". A campaign
 * that never started has nothing to terminate or to retry (SOP 10, 11). */
#define TO(state) ((state) + 1)
static const unsigned char TRANSITIONS[][CAMPAIGN_EVENT_COUNT] = {
    [CAMPAIGN_WAITING] = {[CAMPAIGN_START] = TO(CAMPAIGN_RUNNING)},
    [CAMPAIGN_RUNNING] = {[CAMPAIGN_ALL_SETTLED] = TO(CAMPAIGN_COMPLETED),
                          [CAMPAIGN_TERMINATE] = TO(CAMPAIGN_TERMINATED),
                          [CAMPAIGN_PAUSE] = TO(CAMPAIGN_PAUSED)},
    [CAMPAIGN_COMPLETED] = {[CAMPAIGN_RETRY] = TO(CAMPAIGN_RUNNING)},
    [CAMPAIGN_TERMINATED] = {[CAMPAIGN_RETRY] = TO(CAMPAIGN_RUNNING)},
    [CAMPAIGN_PAUSED] = {[CAMPAIGN_RESUME] = TO(CAMPAIGN_RUNNING), [CAMPAIGN_TERMINATE] = TO(CAMPAIGN_TERMINATED)},
};
_Static_assert(COUNT_OF(TRANSITIONS) == CAMPAIGN_STATE_COUNT, "every state has its row");

const char *campaign_type_name(enum campaign_type type)
{
    return (unsigned int)type < CAMPAIGN_TYPE_COUNT ? TYPES[type].name : "unknown type";
}

int campaign_type_parse(const char *name, enum campaign_type *type)
{
    for (size_t i = 0; i < COUNT_OF(TYPES); i++) {
        if (strcasecmp(name, TYPES[i].name) == 0) {
            *type = (enum campaign_type)i;
            return 0;
        }
    }
    return -1;
}

bool campaign_type_is_text(enum campaign_type type)
{
    return TYPES[type].text;
}

bool campaign_type_is_ram(enum campaign_type type)
{
    return TYPES[type].ram;
}

bool campaign_type_is_tls(enum campaign_type type)
{
    return TYPES[type].tls;
}

void campaign_default_tar(enum campaign_type type, uint8_t tar[static TAR_SIZE])
{
    static const uint8_t rfm[TAR_SIZE] = {0xB0, 0x00, 0x10}, ram[TAR_SIZE] = {0x00, 0x00, 0x00};
    memcpy(tar, campaign_type_is_ram(type) ? ram : rfm, TAR_SIZE);
}

static const char *const RETRY_NAMES[] = {[RETRY_SAME] = "same", [RETRY_NEW] = "new"};

const char *retry_mode_name(enum retry_mode mode)
{
    return (size_t)mode < COUNT_OF(RETRY_NAMES) ? RETRY_NAMES[mode] : NULL;
}

int retry_mode_parse(const char *name, enum retry_mode *mode)
{
    for (size_t i = RETRY_SAME; i < COUNT_OF(RETRY_NAMES); i++) {
        if (strcasecmp(name, RETRY_NAMES[i]) == 0) {
            *mode = (enum retry_mode)i;
            return 0;
        }
    }
    return -1;
}

const char *campaign_state_name(enum campaign_state state)
{
    return (unsigned int)state < CAMPAIGN_STATE_COUNT ? STATE_NAMES[state] : "unknown state";
}

bool campaign_state_next(enum campaign_state *state, enum campaign_event event)
{
    unsigned char to = TRANSITIONS[*state][event];
    if (to == 0)
        return false;
    *state = (enum campaign_state)(to - 1);
    return true;
}

void campaign_defaults(struct campaign *campaign)
{
    *campaign = (struct campaign){
        .type = CAMPAIGN_RFM,
        .state = CAMPAIGN_WAITING,
        .security = {.kic = 0x15, .kid = 0x15},
        .transmission = TRANSMISSION_CONCURRENT,
    };
    campaign_default_tar(campaign->type, campaign->security.tar);
}

/* The next pattern of the list, which ends at a comma: false when none is left. */
static bool next_pattern(const char **list, const char **pattern, size_t *length)
{
    if (**list == '\0')
        return false;
    *pattern = *list;
    *length = strcspn(*list, ",");
    *list += *length;
    if (**list == ',')
        *list += 1;
    return true;
}

static int check_sw_patterns(const char *patterns, struct refusal *refusal)
{
    const char *left = patterns;
    const char *pattern;
    size_t length;
    if (memchr(patterns, '\0', CAMPAIGN_SW_PATTERN_SIZE) == NULL)
        return refuse_field(refusal, REFUSAL_INVALID, "expectedLastSW", "is longer than %d characters",
                            CAMPAIGN_SW_PATTERN_SIZE - 1);
    while (next_pattern(&left, &pattern, &length))
        if (length != SW_DIGITS || strspn(pattern, "0123456789ABCDEFabcdefxX") < SW_DIGITS)
            return refuse_field(refusal, REFUSAL_INVALID, "expectedLastSW",
                                "'%.*s' is no status word, expected 4 hex digits with x for any digit, "
                                "as 9000 or 91xx",
                                (int)length, pattern);
    if (left != patterns && left[-1] == ',')
        return refuse_field(refusal, REFUSAL_INVALID, "expectedLastSW", "'%s' ends with a comma", patterns);
    return 0;
}

static int check_security(const struct security_parameters *security, struct refusal *refusal)
{
    const char *reason = NULL;
    if (security->spi1 == 0 && security->spi2 == 0)
        return refuse_field(
            refusal, REFUSAL_INVALID, "spi",
            "0000 (or none) asks for neither protection nor a PoR, expected 4 hex digits, as 1621");
    int rc = security_parameters_check(security, &reason);
    if (rc == OTA_OK)
        return 0;
    return refuse(refusal, rc == OTA_E_UNSUPPORTED ? REFUSAL_UNSUPPORTED : REFUSAL_INVALID,
                  "SPI %02X%02X, KIc %02X, KID %02X, TAR %02X%02X%02X: %s", security->spi1, security->spi2,
                  security->kic, security->kid, security->tar[0], security->tar[1], security->tar[2],
                  reason != NULL ? reason : ota_error_text(rc));
}

static bool counter_is_checked(const struct campaign *campaign)
{
    return spi1_counter_mode(campaign->security.spi1) >= COUNTER_HIGHER;
}

static int check_retry(const struct campaign *campaign, struct refusal *refusal)
{
    if ((unsigned int)campaign->retry > RETRY_NEW)
        return refuse(refusal, REFUSAL_INVALID, "retry mode %d is none", (int)campaign->retry);
    if (campaign->retry == RETRY_SAME && !counter_is_checked(campaign))
        return refuse_field(refusal, REFUSAL_INVALID, "retry",
                            "same: with SPI %02X%02X the card checks no counter and executes every copy, "
                            "expected new, or SPI1 with counter mode 10 or 11",
                            campaign->security.spi1, campaign->security.spi2);
    return range_check("retries", campaign->retries, CAMPAIGN_RETRIES_MAX, "iterations", refusal);
}

int campaign_settle_retry(struct campaign *campaign, bool script_is_idempotent, struct refusal *refusal)
{
    if (campaign->retry != RETRY_BY_SCRIPT)
        return 0;
    if (!script_is_idempotent && !counter_is_checked(campaign) && campaign->retries > 0)
        return refuse_field(refusal, REFUSAL_INVALID, "retries",
                            "%lld: the script must not run twice, and with SPI %02X%02X the card executes "
                            "every copy, expected retries 0, or retry new to run it again all the same",
                            (long long)campaign->retries, campaign->security.spi1, campaign->security.spi2);
    campaign->retry = script_is_idempotent || !counter_is_checked(campaign) ? RETRY_NEW : RETRY_SAME;
    return 0;
}

/* --- notifications --- */

static const char *const NOTIFICATION_NAMES[NOTIFICATION_KIND_COUNT] = {"dlr", "por", "tls"};
const char *const campaign_url_fields[NOTIFICATION_KIND_COUNT] = {"dlrUrl", "porUrl", "tlsUrl"};

const char *notification_kind_name(enum notification_kind kind)
{
    return (unsigned int)kind < NOTIFICATION_KIND_COUNT ? NOTIFICATION_NAMES[kind] : "unknown kind";
}

/* A password in a URL would be shown with it. */
static bool has_user(const char *authority)
{
    return memchr(authority, '@', strcspn(authority, "/?#")) != NULL;
}

static int check_url(enum notification_kind kind, const char *url, struct refusal *refusal)
{
    const char *field = campaign_url_fields[kind];
    if (url[0] == '\0')
        return 0;
    if (memchr(url, '\0', CAMPAIGN_URL_SIZE) == NULL)
        return refuse_field(refusal, REFUSAL_INVALID, field, "is longer than %d characters",
                            CAMPAIGN_URL_SIZE - 1);
    size_t scheme = strncasecmp(url, "http://", 7) == 0 ? 7 : strncasecmp(url, "https://", 8) == 0 ? 8 : 0;
    if (scheme == 0 || strchr("/?#:", url[scheme]) != NULL)
        return refuse_field(refusal, REFUSAL_INVALID, field,
                            "'%s' is no URL, expected http:// or https:// and a host", url);
    for (const char *at = url; *at != '\0'; at++)
        if (*at <= ' ' || *at > '~')
            return refuse_field(refusal, REFUSAL_INVALID, field,
                                "'%s' holds a character that no URL has at column %d", url,
                                (int)(at - url) + 1);
    if (has_user(url + scheme))
        return refuse_field(refusal, REFUSAL_INVALID, field,
                            "holds a user name, expected a URL without: it is shown to all");
    return 0;
}

static int check_urls(const struct campaign *campaign, struct refusal *refusal)
{
    for (int kind = 0; kind < NOTIFICATION_KIND_COUNT; kind++)
        if (check_url((enum notification_kind)kind, campaign->urls[kind], refusal) != 0)
            return -1;
    return 0;
}

int campaign_check_part_size(int64_t size, struct refusal *refusal)
{
    if (size == 0 || (size >= SMS_USER_DATA_MIN && size <= SMS_USER_DATA_MAX))
        return 0;
    return refuse_field(refusal, REFUSAL_INVALID, "partSize",
                        "%lld is out of range, expected 0, or %d to %d bytes", (long long)size,
                        SMS_USER_DATA_MIN, SMS_USER_DATA_MAX);
}

static int check_chaining(const struct campaign *campaign, struct refusal *refusal)
{
    if (campaign->script_chaining == CHAINING_NONE || campaign->script_format == SCRIPT_EXPANDED)
        return 0;
    return refuse_field(refusal, REFUSAL_INVALID, "scriptChaining",
                        "%s: scriptFormat compact has none, expected expanded",
                        script_chaining_name(campaign->script_chaining));
}

/* What only RAM has, what only an applet can have done to it, and what only an INSTALL says. */
static int check_applet(const struct campaign *campaign, struct refusal *refusal)
{
    const struct {
        const char *field;
        bool is_given;
    } flags[] = {{"isLoadIncluded", campaign->is_load_included},
                 {"isInstallIncluded", campaign->is_install_included},
                 {"isDeleteIncluded", campaign->is_delete_included},
                 {"tkp_id", campaign->tkp_id != 0}};
    const struct {
        const char *field;
        int64_t id;
    } parts[] = {{"applet_id", campaign->applet_id}, {"tkp_id", campaign->tkp_id}};
    for (size_t i = 0; !campaign_type_is_ram(campaign->type) && i < COUNT_OF(parts); i++)
        if (parts[i].id != 0)
            return refuse_field(refusal, REFUSAL_INVALID, parts[i].field,
                                "%lld: type %s takes none, expected RAM or TLS_TRIGGER_RAM",
                                (long long)parts[i].id, campaign_type_name(campaign->type));
    for (size_t i = 0; campaign->applet_id == 0 && i < COUNT_OF(flags); i++)
        if (flags[i].is_given)
            return refuse_field(refusal, REFUSAL_INVALID, flags[i].field,
                                "is given without an applet, expected one with it");
    if (campaign->tkp_id != 0 && !campaign->is_install_included)
        return refuse_field(
            refusal, REFUSAL_INVALID, "tkp_id",
            "%lld is given without isInstallIncluded: only an INSTALL carries toolkit parameters",
            (long long)campaign->tkp_id);
    return 0;
}

/* How it is protected and what the card must answer; or the text. */
static int check_content(const struct campaign *campaign, struct refusal *refusal)
{
    struct campaign_text text;
    if (campaign_type_is_text(campaign->type))
        return campaign_text_check(campaign, &text, refusal);
    if (campaign->message != NULL)
        return refuse_field(refusal, REFUSAL_INVALID, "message",
                            ": type %s takes none, expected SMS or FLASH",
                            campaign_type_name(campaign->type));
    return check_security(&campaign->security, refusal) == 0
               ? check_sw_patterns(campaign->expected_last_sw, refusal)
               : -1;
}

int campaign_check(const struct campaign *campaign, struct refusal *refusal)
{
    if ((unsigned int)campaign->type >= CAMPAIGN_TYPE_COUNT)
        return refuse(refusal, REFUSAL_INVALID, "campaign type %d is none", (int)campaign->type);
    if (check_applet(campaign, refusal) != 0 || name_check("campaign name", campaign->name, refusal) != 0 ||
        check_content(campaign, refusal) != 0 || check_urls(campaign, refusal) != 0)
        return -1;
    if (campaign->transmission != TRANSMISSION_CONCURRENT &&
        campaign->transmission != TRANSMISSION_SEQUENTIAL)
        return refuse(refusal, REFUSAL_INVALID, "transmission mode %d is none", (int)campaign->transmission);
    if (range_check("validityPeriod", campaign->validity_minutes, CAMPAIGN_MINUTES_MAX, "minutes", refusal) !=
        0)
        return -1;
    if (range_check("porTimeout", campaign->por_timeout_seconds, CAMPAIGN_POR_TIMEOUT_MAX,
                    "seconds", refusal) != 0 ||
        range_check("maxSmsParts", campaign->max_sms_parts, CAMPAIGN_SMS_PARTS_MAX, "SMS", refusal) != 0 ||
        range_check("maxPacketBytes", campaign->max_packet_bytes, CAMPAIGN_PACKET_BYTES_MAX, "bytes", refusal) != 0 ||
        campaign_check_part_size(campaign->part_size, refusal) != 0 || check_chaining(campaign, refusal) != 0)
        return -1;
    return check_retry(campaign, refusal);
}
