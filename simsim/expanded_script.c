/* The expanded script, element by element. Called by remote file management. */
#include "simsim/expanded_script.h"

#include <string.h>

#include "protocol/errors.h"
#include "protocol/expanded.h"
#include "protocol/status_word.h"
#include "protocol/toolkit.h"

#define SW_ANSWER_CUT 0x62F1
#define SHORT_LENGTH_MAX 0x7F
#define R_APDU_SIZE_MIN 4                                   /* 23 02 SW1 SW2 */
#define RESULTS_MAX (RFM_ANSWER_MAX - 4 - 3 - 3)            /* beside the template's header, 80 01 nn, and an error */
#define ACTION_RECORD_MAX 0x7F                              /* a record of EF RMA, which these cards do not have */
#define ACTION_SESSION 0x81                                 /* proactive session indication */
#define ACTION_EARLY_RESPONSE 0x82
#define ACTION_REFUSED 0x01                                 /* suspension error */
#define INS_GET_RESPONSE 0xC0

enum bad_format { UNKNOWN_TAG = 0x01, WRONG_LENGTH = 0x02, LENGTH_NOT_FOUND = 0x03 };
enum chaining_error { NO_PREVIOUS_SCRIPT = 0x01, CHAINING_NOT_SUPPORTED = 0x02, UNABLE_TO_PROCESS = 0x03 };

struct run {
    struct command_context *context;
    const struct rfm_application *application;
    struct rfm_result *result;
    struct expanded_reader reader;
    struct byte_writer results; /* the R-APDUs */
    size_t elements;            /* read so far */
    enum script_chaining chaining;
    struct tlv error_action; /* length 0: none */
    uint8_t error_tag, error_value;
};

/* Ends the script. */
static void fail(struct run *run, uint8_t tag, uint8_t value)
{
    run->error_tag = tag;
    run->error_value = value;
    run->result->failed = true;
}

/* --- C-APDUs --- */

static uint16_t judge_form(const struct command_context *context, const struct c_apdu *apdu)
{
    enum apdu_case form = apdu_case(apdu->ins);
    const uint8_t header[] = {apdu->cla, apdu->ins, apdu->p1};
    if (form == APDU_UNKNOWN)
        return SW_OK; /* is refused by its class or instruction */
    bool takes_data = form == APDU_INPUT || apdu_is_get_status(header);
    if (apdu->length > 0 ? takes_data : !takes_data || apdu->le == 0) /* INVALIDATE has none in 2G */
        return SW_OK;
    return command_class_is_known(context, apdu->cla) ? SW_WRONG_LENGTH : SW_UNKNOWN_CLA;
}

/* Le asks for the answer that waits: the card fetches it itself. */
static uint16_t fetch_answer(struct run *run, const struct c_apdu *apdu, uint16_t sw)
{
    uint8_t waiting = (uint8_t)sw;
    if (!apdu->has_le || apdu->length == 0 || ((sw & 0xFF00) != SW_RESPONSE_WAITS && (sw & 0xFF00) != 0x6100))
        return sw;
    const struct apdu get_response = {.cla = apdu->cla,
                                      .ins = INS_GET_RESPONSE,
                                      .p3 = apdu->le == 0 || apdu->le > waiting ? waiting : apdu->le};
    return command_execute_remote(run->context, &get_response);
}

static uint16_t execute_apdu(struct run *run, const struct tlv *element)
{
    struct c_apdu command;
    run->context->answer->length = 0;
    if (c_apdu_read(element->value, element->length, &command) != OTA_OK)
        return SW_WRONG_LENGTH;
    uint16_t sw = judge_form(run->context, &command);
    if (sw != SW_OK)
        return sw;
    const struct apdu apdu = {.cla = command.cla,
                              .ins = command.ins,
                              .p1 = command.p1,
                              .p2 = command.p2,
                              .p3 = command.length > 0 ? (uint8_t)command.length : command.le,
                              .data = command.data,
                              .length = command.length};
    return fetch_answer(run, &command, command_execute_remote(run->context, &apdu));
}

/* 62F1 needs its place, too, where more is to come. Returns the SW that the answer has. */
static uint16_t add_result(struct run *run, uint16_t sw)
{
    uint8_t value[256 + 2];
    size_t length = run->context->answer->length;
    const size_t left = RESULTS_MAX - run->results.length;
    size_t room = left - (run->reader.elements.left > 0 ? R_APDU_SIZE_MIN : 0);
    if (tlv_header_size(length + 2) + length + 2 > room) {
        size_t most = left - R_APDU_SIZE_MIN;
        most -= most + 2 > SHORT_LENGTH_MAX;
        length = length < most ? length : most;
        sw = SW_ANSWER_CUT;
    }
    memcpy(value, run->context->answer->start, length);
    value[length] = (uint8_t)(sw >> 8);
    value[length + 1] = (uint8_t)sw;
    tlv_write(&run->results, EXPANDED_R_APDU, value, length + 2);
    return sw;
}

static void take_apdu(struct run *run, const struct tlv *element)
{
    struct rfm_result *result = run->result;
    result->sw = add_result(run, execute_apdu(run, element));
    result->executed++;
    result->failed = !status_word_is_good(result->sw);
}

/* --- actions --- */

/* The TLVs of a REFRESH, DISPLAY TEXT or PLAY TONE become a proactive command; one for each script. */
static bool perform(struct run *run, const struct tlv *action)
{
    struct rfm_result *result = run->result;
    struct proactive_command command;
    struct byte_writer writer = byte_writer_on(result->action, sizeof result->action);
    if (result->action_length > 0)
        return false;
    tlv_write(&writer, TAG_PROACTIVE_COMMAND, action->value, action->length);
    if (byte_writer_status(&writer) != OTA_OK ||
        proactive_command_decode(result->action, writer.length, &command) != OTA_OK ||
        (command.type != PROACTIVE_REFRESH && command.type != PROACTIVE_DISPLAY_TEXT &&
         command.type != PROACTIVE_PLAY_TONE))
        return false;
    result->action_length = writer.length;
    return true;
}

/* Of one byte: a record of EF RMA, which is not there, or what says how the PoR goes, which is as it always does. */
static void take_action(struct run *run, const struct tlv *element)
{
    if (element->length == 0)
        fail(run, EXPANDED_BAD_FORMAT, WRONG_LENGTH);
    else if (element->length > 1) {
        if (!perform(run, element))
            fail(run, EXPANDED_IMMEDIATE_ACTION, ACTION_REFUSED);
    } else if (element->value[0] == 0 || element->value[0] > ACTION_EARLY_RESPONSE ||
               (element->value[0] > ACTION_RECORD_MAX && element->value[0] < ACTION_SESSION))
        fail(run, EXPANDED_IMMEDIATE_ACTION, ACTION_REFUSED);
}

/* --- chaining --- */

/* NULL: there is no memory for one. */
static struct script_chain *chain_of(const struct run *run)
{
    struct card_session *session = card_session_open(run->context->card);
    return session != NULL ? &session->chain : NULL;
}

/* Where the scripts before have left the card. */
static void take_up(struct run *run, const struct script_chain *chain)
{
    *run->context->cursor = chain->cursor;
    *run->context->verified = chain->verified;
}

static bool follows(const struct run *run, const struct script_chain *chain)
{
    return chain->open && memcmp(chain->tar, run->application->tar, TAR_SIZE) == 0;
}

static void take_chaining(struct run *run, const struct tlv *element)
{
    uint8_t value = element->length == 1 ? element->value[0] : 0;
    bool is_first = value == CHAINING_FIRST || value == CHAINING_FIRST_KEPT,
         is_next = value == CHAINING_MORE || value == CHAINING_LAST;
    const struct script_chain *chain = chain_of(run);
    if (element->length != 1)
        fail(run, EXPANDED_BAD_FORMAT, WRONG_LENGTH);
    else if (run->application->refuses_chaining)
        fail(run, EXPANDED_CHAINING, CHAINING_NOT_SUPPORTED);
    else if (run->elements > 1 || chain == NULL || (!is_first && !is_next))
        fail(run, EXPANDED_CHAINING, UNABLE_TO_PROCESS);
    else if (is_next && !follows(run, chain))
        fail(run, EXPANDED_CHAINING, NO_PREVIOUS_SCRIPT);
    else {
        run->chaining = (enum script_chaining)value;
        if (is_next)
            take_up(run, chain);
    }
}

/* A script that failed, or that says nothing of a chain, ends it. */
static void leave_chain(const struct run *run)
{
    struct script_chain *chain = chain_of(run);
    if (chain == NULL)
        return;
    bool kept = run->chaining == CHAINING_FIRST_KEPT || (run->chaining == CHAINING_MORE && chain->kept);
    bool open = !run->result->failed && run->chaining != CHAINING_NONE && run->chaining != CHAINING_LAST;
    *chain = (struct script_chain){.open = open, .kept = kept};
    if (!open)
        return;
    memcpy(chain->tar, run->application->tar, TAR_SIZE);
    chain->cursor = *run->context->cursor;
    chain->verified = *run->context->verified;
}

/* --- the template --- */

static void take_element(struct run *run, const struct tlv *element)
{
    run->elements++;
    switch (element->tag) {
    case EXPANDED_C_APDU:
    case EXPANDED_C_APDU_CR: take_apdu(run, element); break;
    case EXPANDED_IMMEDIATE_ACTION: take_action(run, element); break;
    case EXPANDED_ERROR_ACTION: run->error_action = *element; break;
    case EXPANDED_CHAINING: take_chaining(run, element); break;
    default: fail(run, EXPANDED_BAD_FORMAT, UNKNOWN_TAG); break;
    }
}

/* The reader stands in front of what it could not read. */
static uint8_t bad_format_of(const struct run *run, int error)
{
    return error == OTA_E_TRUNCATED && run->reader.elements.left <= 1 ? LENGTH_NOT_FOUND : WRONG_LENGTH;
}

static void write_answer(const struct run *run, enum expanded_template form)
{
    struct rfm_result *result = run->result;
    struct byte_writer writer = byte_writer_on(result->data, sizeof result->data);
    size_t length = run->results.length + (run->error_tag != 0 ? 3 : 0);
    if (form == EXPANDED_RESPONSE_INDEFINITE) { /* table 5.10a: no number of commands */
        write_u8(&writer, (uint8_t)form);
        write_u8(&writer, 0x80);
    } else {
        tlv_write_header(&writer, (uint8_t)form, 3 + length);
        tlv_write(&writer, EXPANDED_EXECUTED, &result->executed, 1);
    }
    write_bytes(&writer, run->results.start, run->results.length);
    if (run->error_tag != 0)
        tlv_write(&writer, run->error_tag, &run->error_value, 1);
    if (form == EXPANDED_RESPONSE_INDEFINITE)
        write_u16(&writer, 0);
    result->expanded = true;
    result->length = writer.length;
}

void expanded_script_execute(struct command_context *context, const struct rfm_application *application,
                             const uint8_t *script, size_t length, struct rfm_result *result)
{
    uint8_t results[RESULTS_MAX];
    struct run run = {.context = context, .application = application, .result = result,
                      .results = byte_writer_on(results, sizeof results)};
    struct tlv element;
    int rc = expanded_open(&run.reader, script, length);
    if (rc != OTA_OK)
        fail(&run, EXPANDED_BAD_FORMAT, WRONG_LENGTH);
    while (rc == OTA_OK && !result->failed && result->executed < RFM_COMMANDS_MAX) {
        rc = expanded_next(&run.reader, &element);
        if (rc == OTA_OK)
            take_element(&run, &element);
        else if (rc != EXPANDED_END)
            fail(&run, EXPANDED_BAD_FORMAT, bad_format_of(&run, rc));
    }
    if (result->failed && run.error_action.length > 1)
        perform(&run, &run.error_action);
    leave_chain(&run);
    write_answer(&run, script[0] == EXPANDED_COMMAND_INDEFINITE ? EXPANDED_RESPONSE_INDEFINITE : EXPANDED_RESPONSE);
}

void expanded_script_refuse(struct rfm_result *result)
{
    static uint8_t none;
    struct run run = {.result = result, .results = byte_writer_on(&none, 0)};
    fail(&run, EXPANDED_BAD_FORMAT, UNKNOWN_TAG);
    write_answer(&run, EXPANDED_RESPONSE);
}
