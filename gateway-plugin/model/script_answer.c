#include "gateway-plugin/model/script_answer.h"

#include <stdio.h>
#include <string.h>

#include "protocol/apdu.h"
#include "protocol/errors.h"
#include "protocol/expanded.h"
#include "protocol/hex.h"
#include "protocol/status_word.h"

#define SW_OK 0x9000

/* --- the expanded form --- */

/* R-APDUs alone, as many as there is room for: what else an answer says is told by other facts. */
static void keep_results(struct byte_reader elements, struct por_fact *por)
{
    struct byte_writer writer = byte_writer_on(por->data, sizeof por->data);
    struct tlv element;
    while (tlv_read(&elements, &element) == OTA_OK)
        if (element.tag == EXPANDED_R_APDU && writer.length + element.length + 4 <= sizeof por->data)
            tlv_write(&writer, element.tag, element.value, element.length);
    por->length = writer.length;
}

static void take_error(const struct expanded_response *response, struct por_fact *por)
{
    if (response->has_bad_format) {
        por->error = SCRIPT_ERROR_BAD_FORMAT;
        por->error_value = response->bad_format;
    } else if (response->has_chaining_error) {
        por->error = SCRIPT_ERROR_CHAINING;
        por->error_value = response->chaining_error;
    } else if (response->has_action_error) {
        por->error = SCRIPT_ERROR_ACTION;
        por->error_value = response->action_error;
    } else if (response->first_bad != 0 && response->first_bad < response->results) {
        por->error = SCRIPT_ERROR_WENT_ON;
        por->error_value = response->results == response->executed && response->first_bad <= UINT8_MAX
                               ? (uint8_t)response->first_bad
                               : 0;
    }
}

static uint8_t executed_of(const struct expanded_response *response, const struct message_policy *policy,
                           enum script_error error)
{
    const unsigned int commands = policy->piece.commands;
    const unsigned int apdus = commands - (message_ends_with_refresh(policy) ? 1 : 0);
    bool all_went = response->executed >= apdus && response->executed <= commands;
    if (!all_went)
        return (uint8_t)(response->executed < UINT8_MAX ? response->executed : UINT8_MAX);
    bool last_is_good = response->results == 0 || status_word_is_good(response->last.sw);
    bool reached_the_end = last_is_good && (error == SCRIPT_ERROR_NONE || error == SCRIPT_ERROR_ACTION);
    return (uint8_t)(reached_the_end ? commands : apdus);
}

static void take_expanded(const struct expanded_response *response, const struct message_policy *policy,
                          struct por_fact *por)
{
    por->expanded = true;
    take_error(response, por);
    por->executed = executed_of(response, policy, por->error);
    por->sw = response->results > 0 ? response->last.sw : 0;
    por->has_result = response->results > 0 || response->executed == 0 || por->error != SCRIPT_ERROR_NONE;
    if (response->results == 0 && por->executed > 0) /* a refresh alone: it has no status word */
        por->sw = por->error == SCRIPT_ERROR_NONE ? SW_OK : 0;
    keep_results(response->elements, por);
}

/* --- either form --- */

void script_answer_keep(const uint8_t *data, size_t length, struct por_fact *por)
{
    por->length = length < sizeof por->data ? length : sizeof por->data;
    if (por->length > 0)
        memcpy(por->data, data, por->length);
}

void script_answer_take(const uint8_t *data, size_t length, const struct message_policy *policy,
                        struct por_fact *por)
{
    struct expanded_response expanded;
    struct compact_response compact;
    if (policy->expanded && expanded_response_decode(data, length, &expanded) == OTA_OK) {
        take_expanded(&expanded, policy, por);
    } else if (compact_response_decode(data, length, &compact) == OTA_OK) {
        por->has_result = true;
        por->executed = compact.executed;
        por->sw = compact.sw;
        script_answer_keep(compact.data, compact.length, por);
    } else {
        script_answer_keep(data, length, por);
    }
}

/* --- as text --- */

static char *add_hex(char *end, const uint8_t *bytes, size_t length, bool first)
{
    if (!first)
        *end++ = ' ';
    hex_encode(bytes, length, end);
    return end + 2 * length;
}

char *script_answer_data(const uint8_t *data, size_t length, bool expanded, char text[static SCRIPT_ANSWER_TEXT])
{
    struct byte_reader elements = byte_reader_on(data, length);
    struct r_apdu result;
    char *end = text;
    text[0] = '\0';
    if (!expanded)
        return length > 0 && length <= POR_DATA_MAX ? hex_encode(data, length, text) : text;
    while (r_apdu_next(&elements, &result))
        if (result.length > 0)
            end = add_hex(end, result.data, result.length, end == text);
    return text;
}

char *script_answer_words(const uint8_t *data, size_t length, bool expanded, char text[static SCRIPT_ANSWER_TEXT])
{
    struct byte_reader elements = byte_reader_on(data, expanded ? length : 0);
    struct r_apdu result;
    char *end = text;
    text[0] = '\0';
    while (r_apdu_next(&elements, &result))
        end += sprintf(end, "%s%04X", end == text ? "" : " ", result.sw);
    return text;
}

static const struct {
    const char *kind;
    const char *(*text)(uint8_t value);
} ERRORS[SCRIPT_ERROR_COUNT] = {
    [SCRIPT_ERROR_BAD_FORMAT] = {"bad format", bad_format_text},
    [SCRIPT_ERROR_CHAINING] = {"script chaining", chaining_error_text},
    [SCRIPT_ERROR_ACTION] = {"immediate action", action_error_text},
    [SCRIPT_ERROR_WENT_ON] = {"went on behind a command that failed", NULL},
};

const char *script_error_kind(enum script_error error)
{
    return ERRORS[error].kind;
}

const char *script_error_text(enum script_error error, uint8_t value)
{
    return ERRORS[error].text != NULL ? ERRORS[error].text(value) : NULL;
}
