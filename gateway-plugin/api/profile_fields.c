#include "gateway-plugin/api/profile_fields.h"

#include <string.h>
#include <strings.h>

#include "gateway-plugin/api/json_read.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

#define CREATION_FIELDS 3 /* the last of the table */

struct words {
    const char *counter_scope, *refresh_style, *format, *chaining;
};

static int parse_words(const struct words *words, struct profile *profile, struct refusal *refusal)
{
    if (words->counter_scope != NULL && !counter_per_parse(words->counter_scope, &profile->counter_per))
        return refuse_field(refusal, REFUSAL_INVALID, "counterScope", "'%.40s': expected keyset or tar",
                            words->counter_scope);
    if (words->refresh_style != NULL &&
        refresh_style_parse(words->refresh_style, &profile->settings.refresh_style) != 0)
        return refuse_field(refusal, REFUSAL_INVALID, "refreshStyle",
                            "'%.40s': expected compact-d0, expanded-81, apdu or none", words->refresh_style);
    if (words->format != NULL && script_format_parse(words->format, &profile->settings.script_format) != 0)
        return refuse_field(refusal, REFUSAL_INVALID, "scriptFormat",
                            "'%.40s': expected compact or expanded, or nothing", words->format);
    if (words->chaining != NULL && script_chaining_parse(words->chaining, &profile->settings.script_chaining) != 0)
        return refuse_field(refusal, REFUSAL_INVALID, "scriptChaining",
                            "'%.40s': expected none, first or first-kept", words->chaining);
    if (words->refresh_style != NULL && profile->settings.refresh_style != REFRESH_APDU)
        profile->settings.refresh_command[0] = '\0'; /* that of the style before */
    return 0;
}

/* A text of the request and where it goes. */
struct copy {
    const char *from;
    char *to;
    size_t size;
    const char *field;
};

static int copy_texts(const struct copy *copies, size_t count, struct refusal *refusal)
{
    for (size_t i = 0; i < count; i++) {
        const struct copy *copy = &copies[i];
        size_t length = copy->from != NULL ? strlen(copy->from) : 0;
        if (length >= copy->size)
            return refuse_field(refusal, REFUSAL_INVALID, copy->field,
                                "has %zu characters, expected at most %zu", length, copy->size - 1);
        if (copy->from != NULL)
            memcpy(copy->to, copy->from, length + 1);
    }
    return 0;
}

/* As in campaigns, hex may begin with 0x; that alone is no value. */
static const char *without_prefix(const char *text)
{
    return text != NULL && strncasecmp(text, "0x", 2) == 0 && text[2] != '\0' ? text + 2 : text;
}

int profile_fields_read(const json_t *body, bool is_creation, struct profile_request *request,
                        struct profile *profile, struct refusal *refusal)
{
    struct profile_settings *settings = &profile->settings;
    struct http_parameters *http = &settings->http;
    struct words words = {0};
#define COPY(member, field) {NULL, member, sizeof(member), field}
    enum { HEX_FIELDS = 3 };
    struct copy copies[] = {
        COPY(settings->spi, "spi"),          COPY(settings->kic, "kicByte"),
        COPY(settings->kid, "kidByte"),      COPY(settings->refresh_command, "refreshCommand"),
        COPY(http->address, "httpAddress"),  COPY(http->apn, "httpApn"),
        COPY(http->host, "httpHost"),        COPY(http->uri, "httpUri"),
        COPY(http->agent, "httpAgent"),
    };
    const struct json_field fields[] = {
        {"name", FIELD_TEXT, is_creation, &request->name},
        {"counterScope", FIELD_TEXT, false, &words.counter_scope},
        {"validityPeriod", FIELD_NUMBER, false, &settings->validity_minutes},
        {"porTimeout", FIELD_NUMBER, false, &settings->por_timeout_seconds},
        {"maxSmsParts", FIELD_NUMBER, false, &settings->max_sms_parts},
        {"partSize", FIELD_NUMBER, false, &settings->part_size},
        {"scriptFormat", FIELD_TEXT, false, &words.format},
        {"scriptChaining", FIELD_TEXT, false, &words.chaining},
        {"refreshStyle", FIELD_TEXT, false, &words.refresh_style},
        {"spi", FIELD_TEXT, false, &copies[0].from},
        {"kicByte", FIELD_TEXT, false, &copies[1].from},
        {"kidByte", FIELD_TEXT, false, &copies[2].from},
        {"refreshCommand", FIELD_TEXT, false, &copies[3].from},
        {"httpAddress", FIELD_TEXT, false, &copies[4].from},
        {"httpApn", FIELD_TEXT, false, &copies[5].from},
        {"httpHost", FIELD_TEXT, false, &copies[6].from},
        {"httpUri", FIELD_TEXT, false, &copies[7].from},
        {"httpAgent", FIELD_TEXT, false, &copies[8].from},
        {"appType", FIELD_TEXT, false, &request->application},
        {"appName", FIELD_TEXT, false, &request->app_name},
        {"tarList", FIELD_TEXT, false, &request->tar_list},
    };
    if (json_read_fields(body, fields, COUNT(fields) - (is_creation ? 0 : CREATION_FIELDS), refusal) != 0 ||
        parse_words(&words, profile, refusal) != 0)
        return -1;
    for (size_t i = 0; i < HEX_FIELDS; i++)
        copies[i].from = without_prefix(copies[i].from);
    return copy_texts(copies, COUNT(copies), refusal);
}
