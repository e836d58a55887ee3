#include "tools/request.h"

#include <ctype.h>
#include <string.h>

#include "protocol/errors.h"
#include "protocol/hex.h"
#include "tools/key_file.h"
#include "tools/script_file.h"

#define VALUE_SHOWN_MAX 40 /* characters of a wrong value in an error */
#define COUNTER_SIZE 5

#define SETTER_ARGUMENTS                                                                                     \
    struct request *request, struct byte_list *input, const char *name, const char *text, size_t length,     \
        struct refusal *refusal

/* Hex of exactly that size; the value is shown, so never for keys. */
static int set_bytes(uint8_t *bytes, size_t size, const char *name, const char *text, size_t length,
                     struct refusal *refusal)
{
    size_t decoded;
    if (length != 2 * size || hex_decode(text, length, bytes, size, &decoded) != OTA_OK)
        return refuse(refusal, "%s: '%.*s' is not %zu hex digits", name,
                      (int)(length < VALUE_SHOWN_MAX ? length : VALUE_SHOWN_MAX), text, 2 * size);
    return 0;
}

static int set_spi(SETTER_ARGUMENTS)
{
    (void)input;
    uint8_t spi[2] = {0};
    int rc = set_bytes(spi, sizeof spi, name, text, length, refusal);
    request->security.spi1 = spi[0];
    request->security.spi2 = spi[1];
    return rc;
}

static int set_kic(SETTER_ARGUMENTS)
{
    (void)input;
    return set_bytes(&request->security.kic, 1, name, text, length, refusal);
}

static int set_kid(SETTER_ARGUMENTS)
{
    (void)input;
    return set_bytes(&request->security.kid, 1, name, text, length, refusal);
}

static int set_tar(SETTER_ARGUMENTS)
{
    (void)input;
    return set_bytes(request->security.tar, TAR_SIZE, name, text, length, refusal);
}

static int set_counter(SETTER_ARGUMENTS)
{
    (void)input;
    uint8_t counter[COUNTER_SIZE] = {0};
    int rc = set_bytes(counter, sizeof counter, name, text, length, refusal);
    request->counter = 0;
    for (size_t i = 0; i < sizeof counter; i++)
        request->counter = request->counter << 8 | counter[i];
    return rc;
}

/* No key at all is a key of no bytes: what needs none works without. */
static int set_key(uint8_t key[static KEY_SIZE_MAX], size_t *size, const char *name, const char *text,
                   size_t length, struct refusal *refusal)
{
    *size = 0;
    if (hex_span(text, length) != length)
        return refuse(refusal, "%s: character %zu is no hex digit", name, hex_span(text, length) + 1);
    if (length != 0 && length != 16 && length != 32 && length != 48 && length != 64)
        return refuse(refusal, "%s: %zu hex digits, expected 16, 32, 48 or 64", name, length);
    return hex_decode(text, length, key, KEY_SIZE_MAX, size) == OTA_OK ? 0 : -1;
}

static int set_kic_key(SETTER_ARGUMENTS)
{
    (void)input;
    return set_key(request->keys.kic, &request->keys.kic_size, name, text, length, refusal);
}

static int set_kid_key(SETTER_ARGUMENTS)
{
    (void)input;
    return set_key(request->keys.kid, &request->keys.kid_size, name, text, length, refusal);
}

static int set_key_of_file(struct request *request, enum field key, const char *path, struct refusal *refusal)
{
    struct key_text digits;
    int rc = key_file_read(path, &digits, refusal);
    if (rc == 0)
        rc = request_set(request, NULL, key, path, digits.text, digits.length, refusal);
    key_text_wipe(&digits);
    return rc;
}

static int set_kic_key_file(SETTER_ARGUMENTS)
{
    (void)input, (void)name, (void)length;
    return set_key_of_file(request, FIELD_KIC_KEY, text, refusal);
}

static int set_kid_key_file(SETTER_ARGUMENTS)
{
    (void)input, (void)name, (void)length;
    return set_key_of_file(request, FIELD_KID_KEY, text, refusal);
}

/* A decimal number of `least` to `most`. */
static int set_number(unsigned int *number, unsigned int least, unsigned int most, const char *name,
                      const char *text, size_t length, struct refusal *refusal)
{
    unsigned int value = 0;
    bool good = length > 0 && length < 9;
    for (size_t i = 0; good && i < length; i++) {
        good = isdigit((unsigned char)text[i]);
        value = value * 10 + (unsigned int)(text[i] - '0');
    }
    if (!good || value < least || value > most)
        return refuse(refusal, "%s: '%.*s' is no number from %u to %u", name,
                      (int)(length < VALUE_SHOWN_MAX ? length : VALUE_SHOWN_MAX), text, least, most);
    *number = value;
    return 0;
}

static int set_cc_length(SETTER_ARGUMENTS)
{
    (void)input;
    if (length != 1 || (text[0] != '4' && text[0] != '8'))
        return refuse(refusal, "%s: '%.*s' is neither 4 nor 8", name,
                      (int)(length < VALUE_SHOWN_MAX ? length : VALUE_SHOWN_MAX), text);
    request->keys.cc_size = (size_t)(text[0] - '0');
    return 0;
}

static int set_reference(SETTER_ARGUMENTS)
{
    (void)input;
    unsigned int reference = 0;
    int rc = set_number(&reference, 0, UINT16_MAX, name, text, length, refusal);
    request->cut.reference = (uint16_t)reference;
    return rc;
}

static int set_wide(SETTER_ARGUMENTS)
{
    (void)input, (void)name, (void)text, (void)length, (void)refusal;
    request->cut.wide = true;
    return 0;
}

static int set_part_size(SETTER_ARGUMENTS)
{
    (void)input;
    unsigned int size = 0;
    int rc = set_number(&size, SMS_USER_DATA_MIN, SMS_USER_DATA_MAX, name, text, length, refusal);
    request->cut.user_data_max = (uint8_t)size;
    return rc;
}

static int set_max_parts(SETTER_ARGUMENTS)
{
    (void)input;
    return set_number(&request->max_parts, 1, UINT8_MAX, name, text, length, refusal);
}

static int set_max_bytes(SETTER_ARGUMENTS)
{
    (void)input;
    return set_number(&request->max_bytes, 1, UINT16_MAX, name, text, length, refusal);
}

static int set_sent(SETTER_ARGUMENTS)
{
    (void)input;
    return set_number(&request->sent, 1, UINT8_MAX, name, text, length, refusal);
}

static int set_allow_forbidden(SETTER_ARGUMENTS)
{
    (void)input, (void)name, (void)text, (void)length, (void)refusal;
    request->allow_forbidden = true;
    return 0;
}

struct word {
    const char *text;
    int value;
};

static int set_word(const struct word *words, size_t count, int *value, const char *name, const char *text,
                    size_t length, struct refusal *refusal)
{
    char expected[128] = "";
    for (size_t i = 0; i < count; i++) {
        if (strlen(words[i].text) == length && memcmp(words[i].text, text, length) == 0) {
            *value = words[i].value;
            return 0;
        }
        strncat(expected, i == 0 ? "" : ", ", sizeof expected - strlen(expected) - 1);
        strncat(expected, words[i].text, sizeof expected - strlen(expected) - 1);
    }
    return refuse(refusal, "%s: '%.*s' is none of %s", name,
                  (int)(length < VALUE_SHOWN_MAX ? length : VALUE_SHOWN_MAX), text, expected);
}

static int set_format(SETTER_ARGUMENTS)
{
    (void)input;
    static const struct word words[] = {
        {"compact", FORMAT_COMPACT}, {"expanded", FORMAT_EXPANDED}, {"indefinite", FORMAT_INDEFINITE}};
    int value = FORMAT_COMPACT;
    int rc = set_word(words, 3, &value, name, text, length, refusal);
    request->format = (enum script_format)value;
    return rc;
}

static int set_chaining(SETTER_ARGUMENTS)
{
    (void)input;
    static const struct word words[] = {{"first", CHAINING_FIRST},
                                        {"first-kept", CHAINING_FIRST_KEPT},
                                        {"more", CHAINING_MORE},
                                        {"last", CHAINING_LAST}};
    int value = CHAINING_NONE;
    int rc = set_word(words, 4, &value, name, text, length, refusal);
    request->chaining = (uint8_t)value;
    return rc;
}

static int set_error_action(SETTER_ARGUMENTS)
{
    (void)input;
    struct error_action *action = &request->error_action;
    if (hex_decode(text, length, action->bytes, sizeof action->bytes, &action->length) != OTA_OK)
        return refuse(refusal, "%s: %zu characters, expected an even number of hex digits, at most %d", name,
                      length, 2 * ERROR_ACTION_MAX);
    return 0;
}

static int set_marker(SETTER_ARGUMENTS)
{
    (void)input;
    static const struct word words[] = {{"70", PACKET_MARKER_COMMAND},
                                        {"71", PACKET_MARKER_RESPONSE},
                                        {"7F", PACKET_MARKER_PROPRIETARY},
                                        {"7f", PACKET_MARKER_PROPRIETARY}};
    int value = PACKET_MARKER_COMMAND;
    int rc = set_word(words, 4, &value, name, text, length, refusal);
    request->marker = (enum packet_marker)value;
    return rc;
}

static int set_as(SETTER_ARGUMENTS)
{
    (void)input;
    static const struct word words[] = {{"auto", LAYER_AUTO},      {"envelope", LAYER_APDU},
                                        {"tpdu", LAYER_TPDU},      {"ud", LAYER_USER_DATA},
                                        {"packet", LAYER_COMMAND}, {"por", LAYER_RESPONSE},
                                        {"script", LAYER_SCRIPT},  {"answer", LAYER_ANSWER}};
    int value = LAYER_AUTO;
    int rc = set_word(words, 8, &value, name, text, length, refusal);
    request->as = (enum layer)value;
    return rc;
}

/* Why byte_list_add_hex() refused the digits. */
static int refuse_digits(const char *name, const char *text, size_t length, struct refusal *refusal)
{
    const size_t good = strspn(text, "0123456789ABCDEFabcdef :\t\r\n"); /* a NUL stands behind the text */
    if (good < length)
        return refuse(refusal, "%s: character %zu is no hex digit", name, good + 1);
    return refuse(refusal, "%s: %zu characters, expected an even number of hex digits", name, length);
}

static int add_item(SETTER_ARGUMENTS)
{
    (void)request;
    switch (byte_list_add_hex(input, text, length)) {
    case OTA_OK: return 0;
    case OTA_E_BAD_HEX: return refuse_digits(name, text, length, refusal);
    default:
        return refuse(refusal, "%s: more than %d bytes or %d items in all", name, BYTE_LIST_BYTES_MAX,
                      BYTE_LIST_ITEMS_MAX);
    }
}

static int set_apdu_file(SETTER_ARGUMENTS)
{
    (void)name, (void)length, (void)request;
    return script_file_read(text, input, refusal);
}

const struct field_spec fields[FIELDS] = {
    [FIELD_SPI] = {"spi", "spi", KIND_HEX, "HEX", "SPI1 and SPI2, 4 digits", set_spi},
    [FIELD_KIC] = {"kic", "kic", KIND_HEX, "HEX", "the KIc byte, 2 digits", set_kic},
    [FIELD_KID] = {"kid", "kid", KIND_HEX, "HEX", "the KID byte, 2 digits", set_kid},
    [FIELD_KIC_KEY] = {"kic-key", "kic_key", KIND_KEY, "HEX",
                       "the ciphering key (also OTAPACKET_KIC_KEY in the environment)", set_kic_key},
    [FIELD_KID_KEY] = {"kid-key", "kid_key", KIND_KEY, "HEX",
                       "the checksum's key (also OTAPACKET_KID_KEY in the environment)", set_kid_key},
    [FIELD_KIC_KEY_FILE] = {"kic-key-file", NULL, KIND_FILE, "FILE", "a file with the ciphering key in hex",
                            set_kic_key_file},
    [FIELD_KID_KEY_FILE] = {"kid-key-file", NULL, KIND_FILE, "FILE", "a file with the checksum's key in hex",
                            set_kid_key_file},
    [FIELD_TAR] = {"tar", "tar", KIND_HEX, "HEX", "the application on the card, 6 digits", set_tar},
    [FIELD_COUNTER] = {"counter", "cntr", KIND_HEX, "HEX",
                       "CNTR, 10 digits; zero by default where SPI1 says \"no counter\"", set_counter},
    [FIELD_CC_LENGTH] = {"cc-length", "cc_len", KIND_NUMBER, "4|8", "bytes of an AES CC, 8 by default",
                         set_cc_length},
    [FIELD_APDU] = {"apdu", "apdu", KIND_LIST, "HEX ...", "the commands of the script, in order", add_item},
    [FIELD_APDU_FILE] = {"apdu-file", NULL, KIND_FILE, "FILE", "a file with one command a line",
                         set_apdu_file},
    [FIELD_DATA] = {"data", "data", KIND_HEX, "HEX", "the secured data as it is, instead of commands",
                    add_item},
    [FIELD_FORMAT] = {"format", "format", KIND_WORD, "compact|expanded|indefinite",
                      "how the commands are written, compact by default", set_format},
    [FIELD_CHAINING] = {"chaining", "chaining", KIND_WORD, "first|first-kept|more|last",
                        "script chaining, expanded formats only", set_chaining},
    [FIELD_ERROR_ACTION] = {"error-action", "error_action", KIND_HEX, "HEX",
                            "what the card does when a command fails, expanded formats only",
                            set_error_action},
    [FIELD_PACKET] = {"packet", "packet", KIND_HEX, "HEX", "the packet from CPL (or RPL) on", add_item},
    [FIELD_POR] = {"por", "por", KIND_LIST, "HEX ...", "TP-UD from 027100 on; all of them when concatenated",
                   add_item},
    [FIELD_UD] = {"ud", "ud", KIND_LIST, "HEX ...", "TP-UD of each part, in any order", add_item},
    [FIELD_INPUT] = {"input", "input", KIND_LIST, "HEX ...", "what to explain; several parts of one message",
                     add_item},
    [FIELD_REFERENCE] = {"ref", "ref", KIND_NUMBER, "N", "concatenation reference, 1 by default",
                         set_reference},
    [FIELD_WIDE] = {"ref16", "ref16", KIND_FLAG, NULL, "16-bit concatenation references", set_wide},
    [FIELD_PART_SIZE] = {"part-size", "part_size", KIND_NUMBER, "BYTES",
                         "bytes of TP-UD in a part, header included, 140 by default", set_part_size},
    [FIELD_MAX_PARTS] = {"max-parts", "max_parts", KIND_NUMBER, "N",
                         "cut the script into packets of at most N SMS, where it may be cut", set_max_parts},
    [FIELD_MAX_BYTES] = {"max-bytes", "max_bytes", KIND_NUMBER, "N",
                         "cut it into packets of at most N bytes of secured data", set_max_bytes},
    [FIELD_MARKER] = {"marker", "marker", KIND_WORD, "70|71|7F",
                      "what the packet is: command, response or proprietary; 70 by default", set_marker},
    [FIELD_AS] = {"as", "as", KIND_WORD, "LAYER",
                  "auto, envelope, tpdu, ud, packet, por, script or answer; auto by default", set_as},
    [FIELD_SENT] = {"sent", "sent", KIND_NUMBER, "N", "how many commands the script had that the PoR answers",
                    set_sent},
    [FIELD_ALLOW_FORBIDDEN] = {"allow-forbidden", "allow_forbidden", KIND_FLAG, NULL,
                               "encode what the standard forbids, too", set_allow_forbidden},
};

void request_clear(struct request *request)
{
    security_keys_wipe(&request->keys);
    *request = (struct request){
        .keys = {.cc_size = CC_SIZE_DEFAULT}, .cut = {.reference = 1}, .marker = PACKET_MARKER_COMMAND};
}

int request_set(struct request *request, struct byte_list *input, enum field field, const char *name,
                const char *text, size_t length, struct refusal *refusal)
{
    int rc = fields[field].set(request, input, name, text, length, refusal);
    if (rc == 0)
        request->present |= FIELD_BIT(field);
    return rc;
}
