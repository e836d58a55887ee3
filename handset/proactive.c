#include "handset/proactive.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "handset/card_start.h"
#include "handset/terminal.h"
#include "protocol/errors.h"
#include "protocol/tlv.h"
#include "protocol/utf8.h"

/* Proactive commands in a row. A download over BIP needs one for each 237 bytes. */
#define ROUNDS_OF_PHONE 32
#define ROUNDS_OF_TERMINAL 1000

/* REFRESH qualifiers, TS 102 223 8.6 */
#define REFRESH_FILE_CHANGE 0x01
#define REFRESH_RESET 0x04
#define REFRESH_SESSION_RESET 0x06

#define UNIT_SECONDS 0x01 /* TS 102 223 8.8 */
#define POLL_MIN_MS 1000

void terminal_note(const struct terminal *terminal, const char *format, ...)
{
    char line[400];
    va_list arguments;
    if (terminal == NULL || terminal->log == NULL)
        return;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    utf8_make_printable(line); /* what a card brings can neither forge nor spoil a line of the log */
    terminal->log(terminal->user, line);
}

static void answer_bytes(const struct proactive_task *task, const uint8_t *result, size_t length)
{
    const struct proactive_command *command = &task->command;
    const uint8_t details[] = {command->number, command->type, command->qualifier};
    const uint8_t devices[] = {DEVICE_ME, DEVICE_SIM};
    tlv_write(task->answer, TAG_COMMAND_DETAILS, details, sizeof details);
    tlv_write(task->answer, TAG_DEVICE_IDENTITIES, devices, sizeof devices);
    tlv_write(task->answer, TAG_RESULT, result, length);
}

void answer_result(const struct proactive_task *task, uint8_t result)
{
    answer_bytes(task, &result, 1);
}

void answer_with_cause(const struct proactive_task *task, uint8_t result, uint8_t cause)
{
    const uint8_t bytes[] = {result, cause};
    answer_bytes(task, bytes, sizeof bytes);
}

bool task_find(const struct proactive_task *task, uint8_t tag, struct tlv *element)
{
    return comprehension_tlv_find(task->elements, task->length, tag, element) == OTA_OK;
}

/* TS 102 223 8.12.2: this result must have a cause. */
static void on_send_short_message(struct conversation *talk, const struct proactive_task *task)
{
    struct sms_submit sms;
    if (task->command.tpdu == NULL ||
        sms_submit_decode(task->command.tpdu, task->command.tpdu_length, &sms) != OTA_OK)
        answer_result(task, RESULT_BEYOND_CAPABILITIES);
    else if (talk->network->submit(talk->network->user, &sms))
        answer_result(task, RESULT_DONE);
    else
        answer_with_cause(task, RESULT_NETWORK_UNABLE, 0x00 /* no specific cause */);
}

/* With a reset there is nothing left to answer: the card starts again. A terminal keeps no copies of
 * files; what it initialises is the application. */
static void on_refresh(struct conversation *talk, const struct proactive_task *task)
{
    uint8_t mode = task->command.qualifier;
    terminal_note(talk->network->terminal, "REFRESH, mode %02X", mode);
    if (mode == REFRESH_RESET) {
        card_start(talk);
        return;
    }
    if (mode > REFRESH_SESSION_RESET) {
        answer_result(task, RESULT_BEYOND_CAPABILITIES);
        return;
    }
    if (talk->network->terminal != NULL && mode != REFRESH_FILE_CHANGE && !card_start_application(talk))
        talk->handset->started = false;
    answer_result(task, RESULT_DONE);
}

static void on_noted(struct conversation *talk, const struct proactive_task *task)
{
    (void)talk;
    answer_result(task, RESULT_DONE);
}

/* TS 102 223 8.8: minutes, seconds, tenths. 0: not a duration. */
static int64_t milliseconds_of(const struct tlv *duration)
{
    static const int64_t units[] = {60000, 1000, 100};
    if (duration->length != 2 || duration->value[0] >= sizeof units / sizeof *units)
        return 0;
    return duration->value[1] * units[duration->value[0]];
}

/* The interval that it asks for is granted; a terminal polls each second at the most. */
static void on_poll_interval(struct conversation *talk, const struct proactive_task *task)
{
    struct terminal *terminal = talk->network->terminal;
    static const uint8_t least[] = {UNIT_SECONDS, 1};
    struct tlv duration = {.value = least, .length = sizeof least};
    on_noted(talk, task);
    if (!task_find(task, TAG_DURATION, &duration) || duration.length != 2)
        return;
    if (terminal != NULL && milliseconds_of(&duration) < POLL_MIN_MS)
        duration.value = least;
    tlv_write(task->answer, TAG_DURATION, duration.value, duration.length);
    if (terminal == NULL)
        return;
    terminal->poll_interval_ms = milliseconds_of(&duration);
    terminal->next_poll_ms = terminal->now_ms + terminal->poll_interval_ms;
}

static void on_polling_off(struct conversation *talk, const struct proactive_task *task)
{
    if (talk->network->terminal != NULL)
        talk->network->terminal->poll_interval_ms = 0;
    on_noted(talk, task);
}

/* What the profile says of a command: one bit; bytes and bits count from 1 as in TS 102 223 5.2. */
struct profile_bit {
    uint8_t byte, bit;
};

/* Who can it. */
enum capability { OF_EVERY_PHONE, OF_TERMINAL, OF_TEXTS, OF_BIP };

static const struct proactive_row {
    uint8_t type;
    enum capability capability;
    void (*handle)(struct conversation *talk, const struct proactive_task *task);
    struct profile_bit bits[3];
} proactive_rows[] = {
    {PROACTIVE_REFRESH, OF_EVERY_PHONE, on_refresh, {{3, 8}}},
    {PROACTIVE_MORE_TIME, OF_EVERY_PHONE, on_noted, {{3, 4}}},
    {PROACTIVE_POLL_INTERVAL, OF_EVERY_PHONE, on_poll_interval, {{3, 6}}},
    {PROACTIVE_POLLING_OFF, OF_EVERY_PHONE, on_polling_off, {{3, 7}}},
    {PROACTIVE_SEND_SHORT_MESSAGE, OF_EVERY_PHONE, on_send_short_message, {{4, 2}}},
    {PROACTIVE_SET_UP_EVENT_LIST, OF_TERMINAL, on_set_up_event_list, {{5, 1}}},
    /* location and IMEI; date; language. Access technology stands in `further_bits`. */
    {PROACTIVE_PROVIDE_LOCAL_INFORMATION,
     OF_TERMINAL,
     on_provide_local_information,
     {{4, 7}, {8, 3}, {9, 3}}},
    {PROACTIVE_TIMER_MANAGEMENT, OF_TERMINAL, on_timer_management, {{8, 1}, {8, 2}, {1, 6}}},
    {PROACTIVE_DISPLAY_TEXT, OF_TEXTS, on_text, {{3, 1}}},
    {PROACTIVE_PLAY_TONE, OF_TEXTS, on_text, {{3, 5}}},
    {PROACTIVE_SET_UP_MENU, OF_TEXTS, on_text, {{4, 6}}},
    {PROACTIVE_SET_UP_IDLE_TEXT, OF_TEXTS, on_text, {{8, 5}}},
    {PROACTIVE_LANGUAGE_NOTIFICATION, OF_TEXTS, on_text, {{9, 5}}},
    {PROACTIVE_GET_INKEY, OF_TEXTS, on_question, {{3, 2}}},
    {PROACTIVE_GET_INPUT, OF_TEXTS, on_question, {{3, 3}}},
    {PROACTIVE_SELECT_ITEM, OF_TEXTS, on_question, {{4, 1}}},
    {PROACTIVE_OPEN_CHANNEL, OF_BIP, on_open_channel, {{12, 1}, {6, 3}, {6, 4}}},
    {PROACTIVE_CLOSE_CHANNEL, OF_BIP, on_close_channel, {{12, 2}}},
    {PROACTIVE_RECEIVE_DATA, OF_BIP, on_receive_data, {{12, 3}}},
    {PROACTIVE_SEND_DATA, OF_BIP, on_send_data, {{12, 4}}},
    {PROACTIVE_GET_CHANNEL_STATUS, OF_BIP, on_get_channel_status, {{12, 5}}},
};

/* What is no command, or has no room above. */
static const struct {
    enum capability capability;
    struct profile_bit bit;
} further_bits[] = {
    {OF_EVERY_PHONE, {1, 1}}, /* profile download */
    {OF_EVERY_PHONE, {1, 2}}, /* SMS-PP download */
    {OF_EVERY_PHONE, {1, 5}}, /* 9Exx */
    {OF_EVERY_PHONE, {2, 1}}, /* command result */
    {OF_TERMINAL, {9, 7}},    /* access technology */
    {OF_BIP, {13, 2}},        /* GPRS */
    {OF_BIP, {13, 8}},        /* four channels: the bits 6 to 8 are their number */
    {OF_BIP, {17, 1}},        /* TCP */
    {OF_BIP, {17, 2}},        /* UDP */
};
_Static_assert(BIP_CHANNELS == 4, "the profile says four");

static bool can(const struct terminal *terminal, enum capability capability)
{
    switch (capability) {
    case OF_EVERY_PHONE: return true;
    case OF_TERMINAL: return terminal != NULL;
    case OF_TEXTS: return terminal != NULL && !terminal->settings.refuses_texts;
    case OF_BIP: return terminal != NULL && terminal->bip.network != NULL;
    }
    return false;
}

static void set_bit(struct profile_bit where, uint8_t *profile, size_t *length)
{
    if (where.byte == 0)
        return;
    profile[where.byte - 1] |= (uint8_t)(1u << (where.bit - 1));
    if (where.byte > *length)
        *length = where.byte;
}

size_t terminal_profile(const struct terminal *terminal, uint8_t profile[static TERMINAL_PROFILE_MAX])
{
    size_t length = 0;
    memset(profile, 0, TERMINAL_PROFILE_MAX);
    for (size_t i = 0; i < sizeof proactive_rows / sizeof *proactive_rows; i++)
        for (size_t bit = 0; bit < 3 && can(terminal, proactive_rows[i].capability); bit++)
            set_bit(proactive_rows[i].bits[bit], profile, &length);
    for (size_t i = 0; i < sizeof further_bits / sizeof *further_bits; i++)
        if (can(terminal, further_bits[i].capability))
            set_bit(further_bits[i].bit, profile, &length);
    return length;
}

static void handle_command(struct conversation *talk, const struct proactive_task *task)
{
    for (size_t i = 0; i < sizeof proactive_rows / sizeof *proactive_rows; i++) {
        if (proactive_rows[i].type == task->command.type &&
            can(talk->network->terminal, proactive_rows[i].capability)) {
            proactive_rows[i].handle(talk, task);
            return;
        }
    }
    terminal_note(talk->network->terminal, "%s is beyond this terminal's capabilities",
                  proactive_type_text(task->command.type));
    answer_result(task, RESULT_BEYOND_CAPABILITIES);
}

/* What cannot be understood has an answer, too (TS 102 223 6.8 and 6.11). */
static void carry_out(struct conversation *talk, const uint8_t *fetched, size_t length,
                      struct byte_writer *answer)
{
    struct proactive_task task = {.answer = answer};
    struct byte_reader reader = byte_reader_on(fetched, length);
    struct tlv outer;
    int rc = proactive_command_decode(fetched, length, &task.command);
    if (rc != OTA_OK) {
        terminal_note(talk->network->terminal, "what FETCH brought cannot be understood: %s",
                      ota_error_text(rc));
        answer_result(&task, RESULT_NOT_UNDERSTOOD);
    } else if (tlv_read(&reader, &outer) == OTA_OK) {
        task.elements = outer.value;
        task.length = outer.length;
        handle_command(talk, &task);
    }
}

/* FETCH, act, TERMINAL RESPONSE. false: the card is lost, or has nothing to say. */
static bool proactive_round(struct conversation *talk)
{
    uint8_t fetched[APDU_RESPONSE_MAX], answer[APDU_COMMAND_MAX - 5];
    struct byte_writer writer = byte_writer_on(answer, sizeof answer);
    talk->pending = false;
    if (!card_ask(talk, (struct card_command){.ins = INS_FETCH}, talk->fetch_length) || talk->length == 0)
        return false;
    size_t length = talk->length;
    memcpy(fetched, talk->response, length);
    carry_out(talk, fetched, length, &writer);
    if (writer.length == 0 || talk->card_is_gone)
        return !talk->card_is_gone;
    return byte_writer_status(&writer) == OTA_OK &&
           card_send(talk, (struct card_command){.ins = INS_TERMINAL_RESPONSE}, answer, writer.length);
}

void serve_proactive(struct conversation *talk)
{
    unsigned limit = talk->network->terminal != NULL ? ROUNDS_OF_TERMINAL : ROUNDS_OF_PHONE;
    for (unsigned round = 0; talk->pending && round < limit; round++)
        if (!proactive_round(talk))
            break;
    if (talk->pending)
        terminal_note(talk->network->terminal, "the card has no end of commands: it is started anew");
    if (talk->pending || talk->card_is_gone)
        talk->handset->started = false;
}
