#include "gateway-plugin/model/toolkit_parameters.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "gateway-plugin/model/applet.h"
#include "gateway-plugin/model/range.h"
#include "protocol/errors.h"
#include "protocol/hex.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define SEPARATORS ", "
#define SHOWN(length) ((int)((length) < 40 ? (length) : 40)) /* of a word that is refused */
#define AID_MIN 5                                            /* ISO 7816-5 */

static const struct {
    const char *name;
    bool sim, uicc;
} FORMATS[] = {{"uicc", false, true}, {"sim", true, false}, {"both", true, true}};

const char *toolkit_format_name(const struct install_parameters *parameters)
{
    for (size_t i = 0; i < COUNT(FORMATS); i++)
        if (FORMATS[i].sim == parameters->has_sim && FORMATS[i].uicc == parameters->has_uicc)
            return FORMATS[i].name;
    return NULL;
}

static int parse_format(const char *text, struct install_parameters *parameters, struct refusal *refusal)
{
    for (size_t i = 0; i < COUNT(FORMATS); i++)
        if (strcasecmp(text != NULL ? text : FORMATS[0].name, FORMATS[i].name) == 0) {
            parameters->has_sim = FORMATS[i].sim;
            parameters->has_uicc = FORMATS[i].uicc;
            return 0;
        }
    return refuse_field(refusal, REFUSAL_INVALID, "format", "'%.40s': expected uicc, sim or both", text);
}

/* A field that says something to cards of one kind only. */
static int check_fit(const struct toolkit_fields *fields, const struct install_parameters *parameters,
                     struct refusal *refusal)
{
    const struct {
        const char *field, *formats;
        bool is_given, is_useful;
    } rules[] = {
        {"accessDomain", "sim or both", fields->access_domain != NULL, parameters->has_sim},
        {"uiccAccess", "uicc or both", fields->uicc_access != NULL, parameters->has_uicc},
        {"uiccAdminAccess", "uicc or both", fields->uicc_admin_access != NULL, parameters->has_uicc},
        {"maxServices", "uicc or both", fields->max_services != 0, parameters->has_uicc},
    };
    for (size_t i = 0; i < COUNT(rules); i++)
        if (rules[i].is_given && !rules[i].is_useful)
            return refuse_field(refusal, REFUSAL_INVALID, rules[i].field,
                                "is for format %s, expected none with format %s", rules[i].formats,
                                toolkit_format_name(parameters));
    return 0;
}

static int check_numbers(const struct toolkit_fields *fields, struct refusal *refusal)
{
    const struct {
        const char *field;
        int64_t value, highest;
        const char *unit;
    } rules[] = {
        {"priority", fields->priority, UINT8_MAX, "(1 is the highest)"},
        {"maxTimers", fields->max_timers, TOOLKIT_TIMERS_MAX, "timers"},
        {"maxTextLength", fields->max_text_length, UINT8_MAX, "bytes"},
        {"maxChannels", fields->max_channels, TOOLKIT_CHANNELS_MAX, "channels"},
        {"maxServices", fields->max_services, TOOLKIT_SERVICES_MAX, "services"},
        {"nonVolatileMemory", fields->non_volatile_memory, INT32_MAX, "bytes"},
        {"volatileMemory", fields->volatile_memory, INT32_MAX, "bytes"},
    };
    for (size_t i = 0; i < COUNT(rules); i++)
        if (range_check(rules[i].field, rules[i].value, rules[i].highest, rules[i].unit, refusal) != 0)
            return -1;
    return fields->priority != 0 ? 0
                                 : refuse_field(refusal, REFUSAL_INVALID, "priority",
                                                "0 is reserved, expected 1 (the highest) to %d", UINT8_MAX);
}

/* --- lists of words --- */

/* The next word, false behind the last; *text stands behind it. */
static bool next_word(const char **text, const char **word, size_t *length)
{
    *word = *text + strspn(*text, SEPARATORS);
    *length = strcspn(*word, SEPARATORS);
    *text = *word + *length;
    return *length > 0;
}

/* Hex digits of `least` to `most` bytes. -1: they are not. */
static int parse_bytes(const char *digits, size_t count, size_t least, size_t most, uint8_t *bytes,
                       uint8_t *length)
{
    size_t taken;
    if (hex_decode(digits, count, bytes, most, &taken) != OTA_OK || taken < least)
        return -1;
    *length = (uint8_t)taken;
    return 0;
}

/* Up to three decimal digits, not above `highest`, up to `length`. */
static bool parse_small(const char *text, size_t length, unsigned long highest, uint8_t *number)
{
    if (length < 1 || length > 3 || strspn(text, "0123456789") < length)
        return false;
    unsigned long value = strtoul(text, NULL, 10);
    *number = (uint8_t)value;
    return value <= highest;
}

static bool has_identifier(const struct toolkit_application *toolkit, uint8_t identifier)
{
    for (size_t i = 0; i < toolkit->entry_count; i++)
        if (identifier != 0 && toolkit->entries[i].identifier == identifier)
            return true;
    return false;
}

static int add_entry(const char *word, size_t length, struct toolkit_application *toolkit,
                     struct refusal *refusal)
{
    struct toolkit_menu_entry entry;
    size_t colon = strcspn(word, ":");
    if (colon >= length || !parse_small(word, colon, UINT8_MAX, &entry.position) ||
        !parse_small(word + colon + 1, length - colon - 1, TOOLKIT_IDENTIFIER_MAX, &entry.identifier))
        return refuse_field(refusal, REFUSAL_INVALID, "menuEntries",
                            "'%.*s': expected position:identifier, 0 to 255 and 0 to %d", SHOWN(length), word,
                            TOOLKIT_IDENTIFIER_MAX);
    if (has_identifier(toolkit, entry.identifier))
        return refuse_field(refusal, REFUSAL_INVALID, "menuEntries", ": identifier %d stands there twice",
                            entry.identifier);
    if (toolkit->entry_count == TOOLKIT_MENU_ENTRIES_MAX)
        return refuse_field(refusal, REFUSAL_INVALID, "menuEntries", "has more than %d entries",
                            TOOLKIT_MENU_ENTRIES_MAX);
    toolkit->entries[toolkit->entry_count++] = entry;
    return 0;
}

static int parse_entries(const char *text, struct toolkit_application *toolkit, struct refusal *refusal)
{
    const char *word;
    size_t length;
    while (text != NULL && next_word(&text, &word, &length))
        if (add_entry(word, length, toolkit, refusal) != 0)
            return -1;
    return 0;
}

static int parse_tars(const char *text, struct toolkit_application *toolkit, struct refusal *refusal)
{
    char tars[APPLET_TARS_SIZE];
    const char *left = tars, *word;
    uint8_t size;
    size_t length;
    if (text == NULL || *text == '\0')
        return 0;
    if (applet_parse_tars(text, tars, refusal) != 0)
        return -1;
    while (next_word(&left, &word, &length))
        parse_bytes(word, length, TAR_SIZE, TAR_SIZE, toolkit->tars[toolkit->tar_count++], &size);
    return 0;
}

/* One of the parts that colons make of a word. */
struct part {
    const char *text;
    size_t length;
};

/* How many there are, of which the first three are filled in; at least 1. */
static size_t split(const char *word, size_t length, struct part parts[static 3])
{
    size_t count = 0;
    for (;;) {
        size_t part = 0;
        while (part < length && word[part] != ':')
            part++;
        if (count < 3)
            parts[count] = (struct part){word, part};
        count++;
        if (part == length)
            return count;
        word += part + 1;
        length -= part + 1;
    }
}

static bool parse_target(const struct part *part, struct access_entry *entry)
{
    return (part->length == 4 && strncasecmp(part->text, "uicc", 4) == 0) ||
           parse_bytes(part->text, part->length, AID_MIN, ACCESS_AID_MAX, entry->aid, &entry->aid_length) ==
               0;
}

/* TARGET:DOMAIN[:DAP] */
static bool parse_access_entry(const char *word, size_t length, struct access_entry *entry)
{
    struct part parts[3];
    size_t count = split(word, length, parts);
    *entry = (struct access_entry){0};
    return (count == 2 || count == 3) && parse_target(&parts[0], entry) &&
           parse_bytes(parts[1].text, parts[1].length, 1, ACCESS_DOMAIN_MAX, entry->domain,
                       &entry->domain_length) == 0 &&
           (count == 2 || parse_bytes(parts[2].text, parts[2].length, 1, ACCESS_DAP_MAX, entry->dap,
                                      &entry->dap_length) == 0);
}

static bool is_same_target(const struct access_entry *a, const struct access_entry *b)
{
    return a->aid_length == b->aid_length && memcmp(a->aid, b->aid, a->aid_length) == 0;
}

/* Those of the UICC stand first, wherever they are named. */
static int add_access(const char *field, const char *word, size_t length, struct access_list *list,
                      struct refusal *refusal)
{
    struct access_entry entry;
    if (!parse_access_entry(word, length, &entry))
        return refuse_field(
            refusal, REFUSAL_INVALID, field,
            "'%.*s': expected uicc or an AID of %d to %d bytes, and its access domain of 1 to %d, in hex: "
            "uicc:00",
            SHOWN(length), word, AID_MIN, ACCESS_AID_MAX, ACCESS_DOMAIN_MAX);
    for (size_t i = 0; i < list->count; i++)
        if (is_same_target(&list->entries[i], &entry))
            return refuse_field(refusal, REFUSAL_INVALID, field, "'%.*s': the same files stand there twice",
                                SHOWN(length), word);
    if (list->count == ACCESS_ENTRIES_MAX)
        return refuse_field(refusal, REFUSAL_INVALID, field, "has more than %d entries", ACCESS_ENTRIES_MAX);
    size_t at = entry.aid_length == 0 ? 0 : list->count;
    memmove(&list->entries[at + 1], &list->entries[at], (list->count - at) * sizeof entry);
    list->entries[at] = entry;
    list->count++;
    return 0;
}

static int parse_access(const char *field, const char *text, struct access_list *list,
                        struct refusal *refusal)
{
    const char *word;
    size_t length;
    while (text != NULL && next_word(&text, &word, &length))
        if (add_access(field, word, length, list, refusal) != 0)
            return -1;
    return 0;
}

/* --- the whole --- */

static int parse_security_level(const char *text, struct toolkit_application *toolkit,
                                struct refusal *refusal)
{
    uint8_t size;
    if (text == NULL || *text == '\0')
        return 0;
    if (parse_bytes(text, strlen(text), 1, 1, &toolkit->minimum_spi1, &size) != 0)
        return refuse_field(refusal, REFUSAL_INVALID, "minimumSecurityLevel",
                            "'%.40s': expected 2 hex digits as in SPI1, 02 for a CC", text);
    toolkit->has_minimum_spi1 = true;
    return 0;
}

static int parse_domain(const char *text, struct install_parameters *parameters, struct refusal *refusal)
{
    parameters->access_domain[0] = ACCESS_NONE;
    parameters->access_domain_length = parameters->has_sim;
    if (text == NULL || *text == '\0')
        return 0;
    if (parse_bytes(text, strlen(text), 1, ACCESS_DOMAIN_MAX, parameters->access_domain,
                    &parameters->access_domain_length) != 0)
        return refuse_field(refusal, REFUSAL_INVALID, "accessDomain",
                            "'%.40s': expected 1 to %d bytes in hex, 00 for full access, FF for none", text,
                            ACCESS_DOMAIN_MAX);
    return 0;
}

static int parse_data(const char *text, struct install_parameters *parameters, struct refusal *refusal)
{
    if (text == NULL)
        return 0;
    if (hex_decode(text, strlen(text), parameters->application_data, INSTALL_PARAMETERS_MAX,
                   &parameters->application_data_length) != OTA_OK)
        return refuse_field(refusal, REFUSAL_INVALID, "applicationData",
                            "'%.40s': expected at most %d bytes in hex", text, INSTALL_PARAMETERS_MAX);
    return 0;
}

static int parse_toolkit(const struct toolkit_fields *fields, struct toolkit_application *toolkit,
                         struct refusal *refusal)
{
    *toolkit = (struct toolkit_application){
        .priority = (uint8_t)fields->priority,
        .timers = (uint8_t)fields->max_timers,
        .channels = (uint8_t)fields->max_channels,
        .text_length = (uint8_t)fields->max_text_length,
    };
    return parse_entries(fields->menu_entries, toolkit, refusal) != 0 ||
                   parse_security_level(fields->minimum_security_level, toolkit, refusal) != 0 ||
                   parse_tars(fields->tar_list, toolkit, refusal) != 0
               ? -1
               : 0;
}

static int encode(const struct install_parameters *parameters, struct toolkit_parameters *made,
                  struct refusal *refusal)
{
    uint8_t bytes[INSTALL_PARAMETERS_MAX];
    struct byte_writer writer = byte_writer_on(bytes, sizeof bytes);
    if (install_parameters_encode(parameters, &writer) != OTA_OK)
        return refuse(refusal, REFUSAL_INVALID,
                      "toolkit parameters make more than the %d bytes that an INSTALL has room for",
                      INSTALL_PARAMETERS_MAX);
    hex_encode(bytes, writer.length, made->install_parameters);
    return 0;
}

int toolkit_parameters_make(const struct toolkit_fields *fields, struct toolkit_parameters *made,
                            struct refusal *refusal)
{
    struct install_parameters parameters = {0};
    if (parse_format(fields->format, &parameters, refusal) != 0 ||
        check_fit(fields, &parameters, refusal) != 0 || check_numbers(fields, refusal) != 0 ||
        parse_toolkit(fields, &parameters.uicc, refusal) != 0 ||
        parse_domain(fields->access_domain, &parameters, refusal) != 0 ||
        parse_access("uiccAccess", fields->uicc_access, &parameters.access, refusal) != 0 ||
        parse_access("uiccAdminAccess", fields->uicc_admin_access, &parameters.admin_access, refusal) != 0 ||
        parse_data(fields->application_data, &parameters, refusal) != 0)
        return -1;
    parameters.sim = parameters.uicc;
    parameters.services = (uint8_t)fields->max_services;
    parameters.non_volatile_memory = (uint32_t)fields->non_volatile_memory;
    parameters.volatile_memory = (uint32_t)fields->volatile_memory;
    return encode(&parameters, made, refusal);
}

int toolkit_parameters_read(const char *install_parameters, struct install_parameters *read)
{
    uint8_t bytes[INSTALL_PARAMETERS_MAX];
    size_t length;
    int rc = hex_decode(install_parameters, strlen(install_parameters), bytes, sizeof bytes, &length);
    return rc == OTA_OK ? install_parameters_decode(bytes, length, read) : rc;
}
