#include "gateway-plugin/model/script_outcome.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "gateway-plugin/model/script_answer.h"
#include "protocol/apdu.h"
#include "protocol/hex.h"
#include "protocol/response_packet.h"
#include "protocol/status_word.h"

#define REFRESH_TAG 0xD0

/* --- what became of this packet's commands --- */

enum packet_outcome { PACKET_WELL, PACKET_COUNTED, PACKET_UNKNOWN, PACKET_NOT_EXECUTED };

static bool result_is_believed(const struct script_evidence *evidence)
{
    return evidence->por_status == POR_STATUS_OK && !evidence->weak && evidence->executed >= 0;
}

static enum packet_outcome packet_outcome_of(const struct script_evidence *evidence)
{
    switch (evidence->state) {
    case MESSAGE_PENDING:
    case MESSAGE_CANCELLED: return PACKET_NOT_EXECUTED;
    case MESSAGE_CONTINUED: return PACKET_WELL;
    case MESSAGE_UPDATED:
        if (result_is_believed(evidence) && evidence->executed == (int)evidence->commands)
            return PACKET_COUNTED;
        return evidence->por_is_asked ? PACKET_WELL : PACKET_UNKNOWN;
    case MESSAGE_PARTIAL:
    case MESSAGE_FAILED:
        if (result_is_believed(evidence))
            return PACKET_COUNTED;
        if (evidence->weak || evidence->por_status == POR_STATUS_OK)
            return PACKET_UNKNOWN;
        return evidence->state == MESSAGE_FAILED || evidence->por_status > 0 ? PACKET_NOT_EXECUTED
                                                                             : PACKET_UNKNOWN;
    default: return PACKET_UNKNOWN;
    }
}

/* The last one executed is the one that failed: by its status word, or because another one was expected. */
static bool last_failed(const struct script_evidence *evidence)
{
    if (evidence->executed <= 0 || evidence->sw < 0)
        return false;
    bool is_last = evidence->before + (unsigned int)evidence->executed >= evidence->total;
    if (evidence->expects_sw && is_last)
        return evidence->state != MESSAGE_UPDATED;
    return !status_word_is_good((uint16_t)evidence->sw);
}

/* The one behind those that were executed could not be read. */
static void count_unread(const struct script_evidence *evidence, struct script_outcome *outcome)
{
    outcome->well += (unsigned int)evidence->executed;
    if (outcome->well < evidence->before + evidence->commands)
        outcome->failed = outcome->well + 1;
}

/* The card did not stop where the script would have: what it did behind a failure is not known for certain. */
static void count_unstopped(const struct script_evidence *evidence, struct script_outcome *outcome)
{
    unsigned int executed = (unsigned int)evidence->executed, failed = evidence->error_value;
    if (failed == 0 || failed > executed) {
        outcome->unknown = executed;
        return;
    }
    outcome->failed = outcome->well + failed;
    outcome->well += failed - 1;
    outcome->unknown = executed - failed;
}

static void count_refused_refresh(const struct script_evidence *evidence, struct script_outcome *outcome)
{
    outcome->well += (unsigned int)evidence->executed;
    if (outcome->well == evidence->total && outcome->well > 0)
        outcome->failed = outcome->well--;
}

/* In expanded format the refresh has no status word: one that is not as expected is that of the command before. */
static void count_executed(const struct script_evidence *evidence, struct script_outcome *outcome)
{
    outcome->well += (unsigned int)evidence->executed;
    if (!last_failed(evidence))
        return;
    bool refresh_went = evidence->expanded && evidence->ends_with_refresh && outcome->well == evidence->total &&
                        outcome->well > 1;
    outcome->well -= refresh_went;
    outcome->unknown = refresh_went;
    outcome->failed = outcome->well--;
    outcome->sw = (uint16_t)evidence->sw;
}

static void count_commands(const struct script_evidence *evidence, struct script_outcome *outcome)
{
    outcome->why_kind = script_error_kind(evidence->error);
    outcome->why = script_error_text(evidence->error, evidence->error_value);
    switch (evidence->error) {
    case SCRIPT_ERROR_BAD_FORMAT: count_unread(evidence, outcome); break;
    case SCRIPT_ERROR_WENT_ON: count_unstopped(evidence, outcome); break;
    case SCRIPT_ERROR_ACTION: count_refused_refresh(evidence, outcome); break;
    default: count_executed(evidence, outcome); break;
    }
}

struct script_outcome script_outcome_of(const struct script_evidence *evidence)
{
    struct script_outcome outcome = {.total = evidence->total, .well = evidence->before};
    switch (packet_outcome_of(evidence)) {
    case PACKET_WELL: outcome.well += evidence->commands; break;
    case PACKET_COUNTED: count_commands(evidence, &outcome); break;
    case PACKET_UNKNOWN: outcome.unknown = evidence->commands; break;
    case PACKET_NOT_EXECUTED: break;
    }
    if (evidence->state == MESSAGE_UPDATED &&
        evidence->commands == 0) /* never sent: an earlier PoR came late */
        outcome.well = outcome.total;
    unsigned int told = outcome.well + (outcome.failed != 0) + outcome.unknown;
    outcome.rest = outcome.total > told ? outcome.total - told : 0;
    if (evidence->state == MESSAGE_CONTINUED) { /* the next packet's message tells of them */
        outcome.unknown = outcome.rest;
        outcome.rest = 0;
    }
    return outcome;
}

/* --- in words --- */

const char *script_command_name(const uint8_t *bytes, size_t length)
{
    if (length < 2)
        return "unknown instruction";
    return bytes[0] == REFRESH_TAG ? "REFRESH" : apdu_name(bytes[1]);
}

__attribute__((format(printf, 2, 3))) static void add(char *text, const char *format, ...)
{
    size_t length = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    if (length > 0 && length + 2 < SCRIPT_OUTCOME_TEXT)
        length += (size_t)snprintf(text + length, SCRIPT_OUTCOME_TEXT - length, "; ");
    vsnprintf(text + length, SCRIPT_OUTCOME_TEXT - length, format, arguments);
    va_end(arguments);
}

static void add_range(char *text, unsigned int first, unsigned int count, const char *what)
{
    if (count == 1)
        add(text, "command %u %s", first, what);
    else if (count > 1)
        add(text, "commands %u to %u %s", first, first + count - 1, what);
}

static void add_failed(char *text, const struct script_outcome *outcome, const uint8_t *bytes, size_t length)
{
    char hex[2 * APDU_COMMAND_MAX + 1] = "";
    if (bytes != NULL && length <= APDU_COMMAND_MAX)
        hex_encode(bytes, length, hex);
    if (outcome->sw != 0)
        add(text, "command %u (%s %s) ended with %04X: %s", outcome->failed, script_command_name(bytes, length),
            hex, outcome->sw, status_word_text(outcome->sw));
    else
        add(text, "command %u (%s %s) failed: %s%s%s", outcome->failed, script_command_name(bytes, length), hex,
            outcome->why_kind != NULL ? outcome->why_kind : "no status word", outcome->why != NULL ? ", " : "",
            outcome->why != NULL ? outcome->why : "");
}

char *script_outcome_text(const struct script_outcome *outcome, const uint8_t *bytes, size_t length,
                          char text[static SCRIPT_OUTCOME_TEXT])
{
    unsigned int told = outcome->well + (outcome->failed != 0);
    text[0] = '\0';
    if (outcome->total > 1 && outcome->well >= outcome->total)
        add(text, "all %u commands executed", outcome->total);
    else
        add_range(text, 1, outcome->well, "executed");
    if (outcome->failed != 0)
        add_failed(text, outcome, bytes, length);
    add_range(text, told + 1, outcome->unknown, "perhaps executed");
    add_range(text, told + outcome->unknown + 1, outcome->rest, "not executed");
    return text;
}
