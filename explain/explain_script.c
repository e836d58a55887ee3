/* Remote commands and their results: TS 102 226, TS 51.011, TS 102 221. */
#include <stdio.h>

#include "explain/explain.h"
#include "protocol/apdu.h"
#include "protocol/errors.h"
#include "protocol/expanded.h"
#include "protocol/status_word.h"
#include "protocol/toolkit.h"

/* What a script does, for advice. */
struct script_facts {
    size_t commands;
    bool updates, refreshes, selects;
    size_t output_before_last; /* number of the first command whose data is lost; 0: none */
    bool last_is_output;
    uint8_t last_ins;
};

static bool is_output(const uint8_t *header)
{
    return apdu_case(header[1]) == APDU_OUTPUT && !apdu_is_get_status(header);
}

static const char *name_of(const uint8_t *header)
{
    return apdu_is_get_status(header) ? "GET STATUS" : apdu_name(header[1]);
}

static void note_command(struct script_facts *facts, const uint8_t *header)
{
    const uint8_t ins = header[1];
    if (facts->last_is_output && facts->output_before_last == 0)
        facts->output_before_last = facts->commands;
    facts->commands++;
    facts->last_is_output = is_output(header);
    facts->last_ins = ins;
    if (ins == INS_UPDATE_BINARY || ins == INS_UPDATE_RECORD)
        facts->updates = true;
    if (ins == INS_SELECT)
        facts->selects = true;
}

static void advise_on_script(struct explanation *out, const struct script_facts *facts, bool compact)
{
    if (compact && facts->output_before_last > 0)
        explain_advice(
            out,
            "Command %zu reads data but is not the last: a compact PoR returns the data of the last "
            "command only, and some cards stop behind the first that reads.",
            facts->output_before_last);
    if (facts->updates && !facts->selects)
        explain_advice(out,
                       "The script updates without a SELECT: each packet begins at the MF (or the ADF), with "
                       "no file selected.");
    if (facts->updates && !facts->refreshes)
        explain_advice(out,
                       "The script updates files and ends without a REFRESH: the phone keeps what it read at "
                       "power-on, so nothing changes for its user before a restart.");
    if (compact && facts->last_ins == INS_SELECT)
        explain_advice(out,
                       "The last command is a SELECT: its data is not returned (9Fxx or 61xx says how much "
                       "there is), append GET RESPONSE to get it.");
}

static void explain_header(struct explanation *out, size_t number, const uint8_t *at)
{
    const uint8_t cla = at[0], ins = at[1];
    char name[16];
    snprintf(name, sizeof name, "command %zu", number);
    if (apdu_case(ins) == APDU_UNKNOWN)
        explain_wrong(out, at, 4, name, "CLA %02X INS %02X: unknown instruction", cla, ins);
    else
        explain_field(out, at, 4, name, "%s%s", name_of(at), ins == INS_SELECT || cla != 0xA0 ? "" : " (2G)");
}

static void explain_compact_command(struct explanation *out, size_t number, const uint8_t *at,
                                    const struct apdu *apdu)
{
    explain_header(out, number, at);
    if (apdu->length > 0)
        explain_field(out, at + 4, 1 + apdu->length, "P3, data", "%zu bytes", apdu->length);
    else if (is_output(at))
        explain_field(out, at + 4, 1, "P3",
                      apdu->p3 == 0 ? "as much as there is, up to 256 bytes" : "%u bytes wanted", apdu->p3);
    else
        explain_field(out, at + 4, 1, "P3", "no data");
}

static void explain_refresh(struct explanation *out, const uint8_t *at, size_t length, uint8_t destination)
{
    explain_field(out, at, length, "REFRESH",
                  "a proactive command as the last element: a habit of some vendors, no standard");
    if (destination != DEVICE_ME)
        explain_advice(out,
                       "The REFRESH is sent to device %02X, the phone is %02X: some cards and phones do not "
                       "mind.",
                       destination, DEVICE_ME);
}

/* What apdu_read() refused: the rest of the script hangs in the air. */
static void explain_broken_command(struct explanation *out, size_t number, struct byte_reader rest, int rc)
{
    char name[16];
    snprintf(name, sizeof name, "command %zu", number);
    if (rest.left < 5)
        explain_wrong(out, rest.at, rest.left, name, "%zu bytes, expected CLA INS P1 P2 P3", rest.left);
    else if (rc == OTA_E_UNSUPPORTED)
        explain_wrong(out, rest.at, rest.left, name,
                      "CLA %02X INS %02X: unknown instruction, the script ends here", rest.at[0], rest.at[1]);
    else if (rc == OTA_E_TRUNCATED)
        explain_wrong(out, rest.at, rest.left, name, "%s with P3 %02X (%u bytes), %zu follow",
                      name_of(rest.at), rest.at[4], rest.at[4], rest.left - 5);
    else
        explain_wrong(out, rest.at, rest.left, name, "%s with P3 %02X: %s", name_of(rest.at), rest.at[4],
                      ota_error_text(rc));
}

static void explain_compact_script(struct explanation *out, const uint8_t *bytes, size_t length)
{
    struct byte_reader reader = byte_reader_on(bytes, length);
    struct script_facts facts = {.commands = 0};
    uint8_t destination;
    int rc = OTA_OK;
    explain_layer(out, "compact script, %zu bytes", length);
    while (reader.left > 0 && rc == OTA_OK) {
        const struct byte_reader here = reader;
        struct apdu apdu;
        if (compact_refresh_read(here, &destination)) {
            explain_refresh(out, here.at, here.left, destination);
            facts.refreshes = true;
            break;
        }
        if (here.left == 1 && here.at[0] == 0x00 && facts.commands > 0) {
            explain_field(out, here.at, 1, "Le", "of the last command: one of two dialects");
            break;
        }
        rc = apdu_read(&reader, &apdu);
        if (rc == OTA_OK) {
            note_command(&facts, here.at);
            explain_compact_command(out, facts.commands, here.at, &apdu);
        } else {
            explain_broken_command(out, facts.commands + 1, here, rc);
            return; /* no advice on half a script */
        }
    }
    advise_on_script(out, &facts, true);
}

static void explain_c_apdu(struct explanation *out, struct script_facts *facts, const struct tlv *element)
{
    struct c_apdu apdu;
    int rc = c_apdu_read(element->value, element->length, &apdu);
    if (rc != OTA_OK) {
        explain_wrong(out, element->value, element->length, "C-APDU", "Lc, data and Le do not fit: %s",
                      ota_error_text(rc));
        return;
    }
    note_command(facts, element->value);
    explain_header(out, facts->commands, element->value);
    if (element->length > 4)
        explain_field(out, element->value + 4, element->length - 4, "Lc to Le",
                      apdu.has_le ? "%zu bytes of data, Le %02X"
                                  : "%zu bytes of data, no Le: none is returned",
                      apdu.length, apdu.le);
}

static void explain_script_element(struct explanation *out, struct script_facts *facts, const uint8_t *at,
                                   const struct tlv *element)
{
    const size_t whole = (size_t)(element->value - at) + element->length;
    switch (element->tag) {
    case EXPANDED_C_APDU:
    case EXPANDED_C_APDU_CR: explain_c_apdu(out, facts, element); break;
    case EXPANDED_IMMEDIATE_ACTION:
        if (element->length == 1)
            explain_field(out, at, whole, "immediate", "action %02X: %s", element->value[0],
                          element->value[0] == 0x81   ? "proactive session"
                          : element->value[0] == 0x82 ? "early response"
                                                      : "record of EF RMA");
        else
            explain_field(out, at, whole, "immediate", "a proactive command");
        facts->refreshes = true;
        break;
    case EXPANDED_ERROR_ACTION:
        explain_field(out, at, whole, "on error", element->length == 0 ? "no action" : "an action");
        break;
    case EXPANDED_CHAINING:
        if (element->length == 1)
            explain_field(out, at, whole, "chaining", "%s", chaining_text(element->value[0]));
        else
            explain_wrong(out, at, whole, "chaining", "%zu bytes, expected 1", element->length);
        break;
    default: explain_wrong(out, at, whole, "element", "tag %02X: the card answers bad format", element->tag);
    }
}

static void explain_answer_element(struct explanation *out, const uint8_t *at, const struct tlv *element)
{
    const size_t whole = (size_t)(element->value - at) + element->length;
    struct r_apdu result;
    const uint8_t value = element->length > 0 ? element->value[0] : 0;
    switch (element->tag) {
    case EXPANDED_EXECUTED: explain_field(out, at, whole, "executed", "%u commands", value); break;
    case EXPANDED_R_APDU:
        if (r_apdu_read(element->value, element->length, &result) != OTA_OK)
            explain_wrong(out, at, whole, "R-APDU", "%zu bytes, expected SW1 SW2 at least", element->length);
        else if (status_word_is_good(result.sw))
            explain_field(out, at, whole, "R-APDU", "SW %04X: %s; %zu bytes of data", result.sw,
                          status_word_text(result.sw), result.length);
        else
            explain_wrong(out, at, whole, "R-APDU", "SW %04X: %s", result.sw, status_word_text(result.sw));
        break;
    case EXPANDED_BAD_FORMAT:
        explain_wrong(out, at, whole, "bad format", "%s", bad_format_text(value));
        break;
    case EXPANDED_IMMEDIATE_ACTION:
        explain_wrong(out, at, whole, "immediate", "%s", action_error_text(value));
        break;
    case EXPANDED_CHAINING:
        explain_wrong(out, at, whole, "chaining", "%s", chaining_error_text(value));
        break;
    default: explain_field(out, at, whole, "element", "tag %02X", element->tag);
    }
}

/* The elements of a template; `facts` NULL for an answer. */
static void explain_template(struct explanation *out, const uint8_t *bytes, size_t length,
                             struct script_facts *facts)
{
    struct expanded_reader reader;
    struct tlv element;
    int rc = expanded_open(&reader, bytes, length);
    explain_layer(out, "%s (%s), %zu bytes", facts != NULL ? "expanded script" : "expanded answer",
                  bytes[0] == EXPANDED_COMMAND || bytes[0] == EXPANDED_RESPONSE ? "definite" : "indefinite",
                  length);
    if (rc != OTA_OK) {
        explain_wrong(out, bytes, length, "template", "its length does not fit: %s", ota_error_text(rc));
        return;
    }
    explain_field(out, bytes, (size_t)(reader.elements.at - bytes), "template", "tag %02X", bytes[0]);
    for (;;) {
        const struct byte_reader here = reader.elements;
        rc = expanded_next(&reader, &element);
        if (rc == EXPANDED_END)
            return;
        if (rc != OTA_OK) {
            explain_wrong(out, here.at, here.left, "element", "%s", ota_error_text(rc));
            return;
        }
        if (facts != NULL)
            explain_script_element(out, facts, here.at, &element);
        else
            explain_answer_element(out, here.at, &element);
    }
}

void explain_script(struct explain *explain, const uint8_t *bytes, size_t length)
{
    struct script_facts facts = {.commands = 0};
    if (length == 0) {
        explain_layer(&explain->out, "no data");
        return;
    }
    if (!expanded_is_command(bytes, length)) {
        explain_compact_script(&explain->out, bytes, length);
        return;
    }
    explain_template(&explain->out, bytes, length, &facts);
    advise_on_script(&explain->out, &facts, false);
}

/* "9000 but nothing changed" */
static void advise_on_results(struct explain *explain, unsigned int executed, uint16_t sw)
{
    const unsigned int sent = explain->known.sent;
    if (sent > 0 && executed < sent)
        explain_advice(&explain->out,
                       "The script had %u commands and the card ended behind number %u: the others "
                       "were not executed.",
                       sent, executed);
    if (!status_word_is_good(sw)) {
        explain_advice(&explain->out,
                       "The packet was accepted, but command %u failed: those before it were "
                       "executed, those behind it were not.",
                       executed);
        return;
    }
    explain_advice(
        &explain->out,
        "Good, and nothing changed? %u must be the number of commands sent%s; the SW is of the last one "
        "only; the phone keeps old content until a REFRESH or a restart; and a USIM phone reads the "
        "files of ADF USIM, not those of DF GSM with the same name.",
        executed, sent > 0 ? "" : " (--sent tells)");
}

static void explain_sw(struct explanation *out, const uint8_t *at, uint16_t sw)
{
    if (status_word_is_good(sw))
        explain_field(out, at, 2, "SW", "%s", status_word_text(sw));
    else
        explain_wrong(out, at, 2, "SW", "%s", status_word_text(sw));
}

/* What people read in a trace and ask about. */
static void explain_bare_sw(struct explanation *out, const uint8_t *bytes)
{
    explain_layer(out, "status word");
    explain_sw(out, bytes, (uint16_t)(bytes[0] << 8 | bytes[1]));
    explain_advice(
        out, "From an ENVELOPE it tells only what became of the SMS, not of the commands in it: that is "
             "in the PoR.");
}

static void explain_compact_answer(struct explain *explain, const uint8_t *bytes, size_t length)
{
    struct explanation *out = &explain->out;
    struct compact_response response;
    explain_layer(out, "compact answer, %zu bytes", length);
    if (compact_response_decode(bytes, length, &response) != OTA_OK) {
        explain_wrong(out, bytes, length, "results", "%zu bytes, expected the number of commands and SW1 SW2",
                      length);
        return;
    }
    explain_field(out, bytes, 1, "executed", "%u commands, the last one included whatever its SW",
                  response.executed);
    explain_sw(out, bytes + 1, response.sw);
    if (response.length > 0)
        explain_field(out, response.data, response.length, "data", "of the last command");
    advise_on_results(explain, response.executed, response.sw);
}

void explain_answer(struct explain *explain, const uint8_t *bytes, size_t length)
{
    struct expanded_response response;
    if (length == 2) {
        explain_bare_sw(&explain->out, bytes);
        return;
    }
    if (!expanded_is_response(bytes, length)) {
        explain_compact_answer(explain, bytes, length);
        return;
    }
    explain_template(&explain->out, bytes, length, NULL);
    if (expanded_response_decode(bytes, length, &response) == OTA_OK && response.results > 0)
        advise_on_results(explain, response.executed, response.last.sw);
}
