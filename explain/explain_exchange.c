/* A command and what the card says to it: the headline, and what stands inside. TS 51.011, TS 102 221, TS 102
 * 223. */
#include <stdio.h>

#include "explain/explain.h"
#include "protocol/apdu.h"
#include "protocol/hex.h"
#include "protocol/status_word.h"
#include "protocol/toolkit.h"

#define HEADER_SIZE 5
#define SW_SIZE 2
#define AID_MAX 16
#define WORDS_SIZE 80

/* " 7F20 (DF GSM)", " A0000000871002" */
static void name_selected(const uint8_t *data, size_t length, char words[static WORDS_SIZE])
{
    static const struct {
        uint16_t id;
        const char *name;
    } files[] = {{0x3F00, "MF"},     {0x7F20, "DF GSM"},   {0x7FFF, "ADF"},       {0x2FE2, "EF ICCID"},
                 {0x2F00, "EF DIR"}, {0x6FAE, "EF Phase"}, {0x7F10, "DF TELECOM"}};
    char hex[2 * AID_MAX + 1];
    const char *name = NULL;
    for (size_t i = 0; i < sizeof files / sizeof files[0] && length == 2; i++)
        if (files[i].id == (data[0] << 8 | data[1]))
            name = files[i].name;
    hex_encode(data, length < AID_MAX ? length : AID_MAX, hex);
    snprintf(words, WORDS_SIZE, name != NULL ? " %s (%s)" : " %s", hex, name);
}

/* What a command is about, where its header says so. */
static void name_object(const uint8_t *command, size_t length, char words[static WORDS_SIZE])
{
    words[0] = '\0';
    if (command[1] == INS_SELECT && length > HEADER_SIZE)
        name_selected(command + HEADER_SIZE, length - HEADER_SIZE, words);
    if (command[1] == INS_READ_RECORD)
        snprintf(words, WORDS_SIZE, " %u", command[2]);
}

/* With the number that some status words hold. */
static void name_status(uint16_t sw, char words[static WORDS_SIZE])
{
    const uint8_t sw1 = (uint8_t)(sw >> 8), sw2 = (uint8_t)sw;
    const unsigned count = sw2 == 0 ? 256 : sw2;
    if (sw1 == 0x91)
        snprintf(words, WORDS_SIZE, "and a proactive command of %u bytes waits", count);
    else if (sw1 == 0x9F || sw1 == 0x61)
        snprintf(words, WORDS_SIZE, "%u bytes wait", count);
    else
        snprintf(words, WORDS_SIZE, "%s", status_word_text(sw));
}

static void explain_headline(struct explanation *out, const uint8_t *command, size_t length,
                             const uint8_t *response, size_t data)
{
    const uint16_t sw = (uint16_t)(response[data] << 8 | response[data + 1]);
    const char *name = apdu_is_get_status(command) ? "GET STATUS" : apdu_name(command[1]);
    char object[WORDS_SIZE], status[WORDS_SIZE], read[WORDS_SIZE] = "";
    name_object(command, length, object);
    name_status(sw, status);
    if (data > 0)
        snprintf(read, sizeof read, ", %zu bytes read", data);
    explain_layer(out, "%s%s%s: %04X, %s", name, object, read, sw, status);
}

/* What a card gives back of an SMS: the TP-UD of a report, often a PoR (TS 31.115 4.3). */
static void explain_report_data(struct explain *explain, const uint8_t *bytes, size_t length)
{
    struct user_data parsed;
    if (user_data_parse(bytes, length, &parsed) == 0 && parsed.marker != PACKET_MARKER_NONE)
        explain_user_data(explain, bytes, length);
}

#define INSIGHTS 3 /* of a table; rows that are not used are empty */

struct insight {
    uint8_t ins;
    void (*explain)(struct explain *explain, const uint8_t *bytes, size_t length);
};

static void look_inside(struct explain *explain, const struct insight insights[static INSIGHTS], uint8_t ins,
                        const uint8_t *bytes, size_t length, size_t offset)
{
    explanation_rebase(&explain->out, bytes, offset);
    for (size_t i = 0; i < INSIGHTS && length > 0; i++)
        if (insights[i].explain != NULL && insights[i].ins == ins)
            insights[i].explain(explain, bytes, length);
}

void explain_exchange(struct explain *explain, const uint8_t *command, size_t length, const uint8_t *response,
                      size_t response_length)
{
    static const struct insight of_command[INSIGHTS] = {{INS_ENVELOPE, explain_toolkit_template},
                                                        {INS_TERMINAL_RESPONSE, explain_toolkit_objects}};
    static const struct insight of_answer[INSIGHTS] = {{INS_FETCH, explain_toolkit_template},
                                                       {INS_ENVELOPE, explain_report_data},
                                                       {INS_GET_RESPONSE, explain_report_data}};
    if (length < HEADER_SIZE || response_length < SW_SIZE)
        return;
    const size_t data = response_length - SW_SIZE;
    explain_headline(&explain->out, command, length, response, data);
    look_inside(explain, of_command, command[1], command + HEADER_SIZE, length - HEADER_SIZE, HEADER_SIZE);
    look_inside(explain, of_answer, command[1], response, data, 0);
}
