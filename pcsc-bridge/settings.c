#include "pcsc-bridge/settings.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/config_file.h"
#include "smsc/tcp_address.h"

#define IMEI_DEFAULT "490154203237518" /* the example of 3GPP TS 23.003 annex B */
#define MESSAGE_FILE_DEFAULT "/var/lib/otabox/pcsc-bridge.db"

/* Every group and key that there is. */
static const char *const known[] = {"pcsc-bridge",
                                    "pcsc-bridge.smpp",
                                    "pcsc-bridge.system-id",
                                    "pcsc-bridge.password",
                                    "pcsc-bridge.password-file",
                                    "pcsc-bridge.por-route",
                                    "pcsc-bridge.log-file",
                                    "pcsc-bridge.message-file",
                                    "card",
                                    "card.reader",
                                    "card.msisdn",
                                    "card.iccid",
                                    "card.pin",
                                    "card.mode",
                                    "card.imei",
                                    "card.mcc-mnc",
                                    "card.lac",
                                    "card.cell",
                                    "card.access-technology",
                                    "card.language",
                                    "card.texts",
                                    "card.bip-allow",
                                    NULL};

/* A group at work. */
struct reading {
    const char *path;
    const struct config_group *group;
    char *error;
    size_t error_size;
};

/* What stands behind the key, in its line, or in the group's when it is not there. */
static int refuse(const struct reading *reading, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static int refuse(const struct reading *reading, const char *key, const char *format, ...)
{
    va_list arguments;
    int at = snprintf(reading->error, reading->error_size, "%s:%u: %s", reading->path,
                      reading->group != NULL ? config_key_line(reading->group, key) : 1, key);
    if (at < 0 || (size_t)at >= reading->error_size)
        return -1;
    va_start(arguments, format);
    vsnprintf(reading->error + at, reading->error_size - (size_t)at, format, arguments);
    va_end(arguments);
    return -1;
}

static const char *value_of(const struct reading *reading, const char *key, const char *otherwise)
{
    const char *value = config_get(reading->group, key);
    return value != NULL ? value : otherwise;
}

static int copy_text(const struct reading *reading, const char *key, const char *otherwise, char *text,
                     size_t size)
{
    const char *value = value_of(reading, key, otherwise);
    if (strlen(value) >= size)
        return refuse(reading, key, " has %zu characters, expected at most %zu", strlen(value), size - 1);
    strcpy(text, value);
    return 0;
}

/* A PIN is not repeated. */
static int refuse_digits(const struct reading *reading, const char *key, size_t least, size_t most)
{
    const bool is_secret = strcmp(key, "pin") == 0;
    char wanted[40];
    snprintf(wanted, sizeof wanted, least < most ? "%zu to %zu digits" : "%zu digits", least, most);
    if (is_secret)
        return refuse(reading, key, ": expected %s", wanted);
    return refuse(reading, key, " '%s', expected %s", value_of(reading, key, ""), wanted);
}

/* Digits, `least` to `most` of them; nothing when the key is not there and `least` is not asked for. */
static int copy_digits(const struct reading *reading, const char *key, const char *otherwise, size_t least,
                       size_t most, char *digits)
{
    const char *value = value_of(reading, key, otherwise);
    size_t length = strlen(value);
    if (length == 0 && config_get(reading->group, key) == NULL)
        return 0;
    if (strspn(value, "0123456789") != length || length < least || length > most)
        return refuse_digits(reading, key, least, most);
    strcpy(digits, value);
    return 0;
}

/* The index of the value among the words. */
static int choose(const struct reading *reading, const char *key, const char *const *words, unsigned *index)
{
    const char *value = value_of(reading, key, words[0]);
    for (*index = 0; words[*index] != NULL; ++*index)
        if (strcmp(value, words[*index]) == 0)
            return 0;
    return refuse(reading, key, " '%s', expected %s%s%s%s%s", value, words[0],
                  words[2] != NULL ? ", " : " or ", words[1], words[2] != NULL ? " or " : "",
                  words[2] != NULL ? words[2] : "");
}

static int read_hex16(const struct reading *reading, const char *key, uint8_t *bytes)
{
    char *end;
    const char *value = value_of(reading, key, "1");
    unsigned long number = strtoul(value, &end, 0);
    if (!isdigit((unsigned char)value[0]) || *end != '\0' || number > 0xFFFF)
        return refuse(reading, key, " '%s', expected 0 to 65535", value);
    bytes[0] = (uint8_t)(number >> 8);
    bytes[1] = (uint8_t)number;
    return 0;
}

/* MCC and MNC as TS 24.008 10.5.1.3 has them; the filler F for an MNC of two digits. */
static int read_network(const struct reading *reading, uint8_t *bytes)
{
    char digits[7] = "";
    if (copy_digits(reading, "mcc-mnc", "00101", 5, 6, digits) != 0)
        return -1;
    unsigned d[6];
    for (size_t i = 0; i < 6; i++)
        d[i] = digits[i] != '\0' ? (unsigned)(digits[i] - '0') : 0xF;
    bytes[0] = (uint8_t)(d[1] << 4 | d[0]);
    bytes[1] = (uint8_t)(d[5] << 4 | d[2]);
    bytes[2] = (uint8_t)(d[4] << 4 | d[3]);
    return 0;
}

static int read_place(const struct reading *reading, struct terminal_settings *terminal)
{
    static const char *const technologies[] = {"eutran", "utran", "gsm", NULL};
    static const uint8_t codes[] = {0x08, 0x03, 0x00};
    unsigned index;
    if (read_network(reading, terminal->location) != 0 ||
        read_hex16(reading, "lac", terminal->location + 3) != 0 ||
        read_hex16(reading, "cell", terminal->location + 5) != 0 ||
        choose(reading, "access-technology", technologies, &index) != 0)
        return -1;
    terminal->access_technology = codes[index];
    const char *language = value_of(reading, "language", "en");
    if (strlen(language) != 2 || !isalpha((unsigned char)language[0]) || !isalpha((unsigned char)language[1]))
        return refuse(reading, "language", " '%s', expected two letters", language);
    return copy_text(reading, "language", "en", terminal->language, sizeof terminal->language);
}

/* An F at the end is filler, as card files have it. */
static int read_iccid(const struct reading *reading, char *iccid)
{
    char text[TERMINAL_ICCID_SIZE];
    if (copy_text(reading, "iccid", "", text, sizeof text) != 0)
        return -1;
    size_t length = strlen(text);
    if (length > 0 && (text[length - 1] == 'F' || text[length - 1] == 'f'))
        text[--length] = '\0';
    if (length > 0 && (length < 18 || strspn(text, "0123456789") != length))
        return refuse(reading, "iccid", " '%s', expected 18 to 20 digits", text);
    strcpy(iccid, text);
    return 0;
}

static int read_terminal(const struct reading *reading, struct terminal_settings *terminal)
{
    static const char *const modes[] = {"auto", "2g", "3g", NULL}, *const texts[] = {"answer", "refuse",
                                                                                     NULL};
    unsigned mode, text;
    if (read_iccid(reading, terminal->iccid) != 0 ||
        copy_digits(reading, "pin", "", 4, TERMINAL_PIN_SIZE - 1, terminal->pin) != 0 ||
        copy_digits(reading, "imei", IMEI_DEFAULT, 15, 15, terminal->imei) != 0 ||
        choose(reading, "mode", modes, &mode) != 0 || choose(reading, "texts", texts, &text) != 0)
        return -1;
    terminal->cards = (enum terminal_cards)mode;
    terminal->refuses_texts = text == 1;
    return read_place(reading, terminal);
}

static int read_reader(const struct reading *reading, struct card_settings *card)
{
    char reason[80];
    if (config_get(reading->group, "reader") == NULL)
        return refuse(reading, "reader", " is missing, expected a regular expression for names of readers");
    if (copy_text(reading, "reader", "", card->reader_text, sizeof card->reader_text) != 0)
        return -1;
    int error = regcomp(&card->reader, card->reader_text, REG_EXTENDED | REG_NOSUB);
    if (error == 0)
        return 0;
    regerror(error, &card->reader, reason, sizeof reason);
    return refuse(reading, "reader", " '%s': %s", card->reader_text, reason);
}

static int read_bip(const struct reading *reading, struct bip_rules *rules)
{
    char reason[200];
    if (bip_rules_parse(value_of(reading, "bip-allow", ""), rules, reason, sizeof reason) != 0)
        return refuse(reading, "bip-allow", ": %s", reason);
    return 0;
}

static bool is_iccid_there_twice(const struct bridge_settings *settings, const struct card_settings *card)
{
    for (const struct card_settings *other = settings->cards; other < card; other++)
        if (card->terminal.iccid[0] != '\0' && strcmp(other->terminal.iccid, card->terminal.iccid) == 0)
            return true;
    return false;
}

/* The card is counted first, so that what it holds is freed. */
static int read_card(const struct reading *reading, struct bridge_settings *settings)
{
    const char *msisdn = value_of(reading, "msisdn", "");
    struct card_settings *card = &settings->cards[settings->card_count];
    if (settings->card_count == BRIDGE_CARDS_MAX)
        return refuse(reading, "", "more than %d groups = card", BRIDGE_CARDS_MAX);
    if (bridge_settings_find(settings, msisdn) != NULL)
        return refuse(reading, "msisdn", " %s is there twice", msisdn);
    if (msisdn[0] == '\0')
        return refuse(reading, "msisdn", " is missing, expected 3 to 15 digits");
    if (copy_digits(reading, "msisdn", "", 3, 15, card->msisdn) != 0 || read_reader(reading, card) != 0)
        return -1;
    settings->card_count++;
    if (read_terminal(reading, &card->terminal) != 0 || read_bip(reading, &card->bip) != 0)
        return -1;
    if (is_iccid_there_twice(settings, card))
        return refuse(reading, "iccid", " %s is there twice", card->terminal.iccid);
    return 0;
}

static int read_password(const struct reading *reading, struct bridge_settings *settings)
{
    char line[80] = "";
    const char *path = config_get(reading->group, "password-file");
    if (path == NULL)
        return copy_text(reading, "password", "kannel", settings->password, sizeof settings->password);
    FILE *file = fopen(path, "r");
    if (file == NULL || fgets(line, sizeof line, file) == NULL) {
        if (file != NULL)
            fclose(file);
        return refuse(reading, "password-file", " %s: expected the password on its first line", path);
    }
    fclose(file);
    line[strcspn(line, "\r\n")] = '\0';
    bool fits = strlen(line) < sizeof settings->password;
    if (fits)
        strcpy(settings->password, line);
    explicit_bzero(line, sizeof line);
    return fits ? 0
                : refuse(reading, "password-file", " %s: expected at most %d characters", path,
                         SMPP_PASSWORD_SIZE - 1);
}

static int read_smpp(const struct reading *reading, struct bridge_settings *settings)
{
    if (copy_text(reading, "smpp", "127.0.0.1:2775", settings->smpp, sizeof settings->smpp) != 0)
        return -1;
    if (!tcp_address_is_well_formed(settings->smpp))
        return refuse(reading, "smpp", " '%s', expected HOST:PORT such as 127.0.0.1:2775", settings->smpp);
    return 0;
}

static int read_bridge(const struct reading *reading, struct bridge_settings *settings)
{
    const char *route = value_of(reading, "por-route", "mo");
    if (!por_route_parse(route, &settings->por_route))
        return refuse(reading, "por-route", " '%s', expected mo, dlr or drop", route);
    if (read_smpp(reading, settings) != 0 ||
        copy_text(reading, "system-id", "kannel", settings->system_id, sizeof settings->system_id) != 0 ||
        copy_text(reading, "log-file", "", settings->log_file, sizeof settings->log_file) != 0 ||
        copy_text(reading, "message-file", MESSAGE_FILE_DEFAULT, settings->message_file,
                  sizeof settings->message_file) != 0)
        return -1;
    return read_password(reading, settings);
}

static int read_all(const struct config_file *file, struct reading *reading, struct bridge_settings *settings)
{
    reading->group = config_group_next(file, "pcsc-bridge", NULL);
    if (reading->group == NULL)
        return refuse(reading, "", "there is no group = pcsc-bridge");
    if (read_bridge(reading, settings) != 0)
        return -1;
    if ((reading->group = config_group_next(file, "pcsc-bridge", reading->group)) != NULL)
        return refuse(reading, "", "a second group = pcsc-bridge, expected one");
    while ((reading->group = config_group_next(file, "card", reading->group)) != NULL)
        if (read_card(reading, settings) != 0)
            return -1;
    return settings->card_count > 0 ? 0 : refuse(reading, "", "there is no group = card");
}

struct bridge_settings *bridge_settings_read(const char *path, char *error, size_t error_size)
{
    struct reading reading = {.path = path, .error = error, .error_size = error_size};
    struct bridge_settings *settings = NULL;
    struct config_file *file = config_file_read(path, error, error_size);
    if (file == NULL)
        return NULL;
    if (config_check(file, known, error, error_size) != 0)
        goto out;
    settings = calloc(1, sizeof *settings);
    if (settings == NULL)
        snprintf(error, error_size, "out of memory");
    else if (read_all(file, &reading, settings) != 0)
        bridge_settings_free(&settings);
out:
    config_file_free(&file);
    return settings;
}

void bridge_settings_free(struct bridge_settings **settings)
{
    if (*settings == NULL)
        return;
    for (size_t i = 0; i < (*settings)->card_count; i++)
        regfree(&(*settings)->cards[i].reader);
    explicit_bzero(*settings, sizeof **settings);
    free(*settings);
    *settings = NULL;
}

const struct card_settings *bridge_settings_find(const struct bridge_settings *settings, const char *msisdn)
{
    const char *digits = msisdn + (msisdn[0] == '+');
    for (size_t i = 0; i < settings->card_count; i++)
        if (strcmp(settings->cards[i].msisdn, digits) == 0)
            return &settings->cards[i];
    return NULL;
}
