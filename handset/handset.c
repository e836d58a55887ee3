#include "handset/handset.h"

#include <string.h>

#include "protocol/errors.h"
#include "protocol/tlv.h"
#include "protocol/toolkit.h"

#define CLASS_SIM 0xA0  /* TS 51.011 */
#define CLASS_UICC 0x80 /* TS 102 221: toolkit instructions; 00 for the others */

#define INS_SELECT 0xA4
#define INS_READ_BINARY 0xB0
#define INS_GET_RESPONSE 0xC0
#define INS_ENVELOPE 0xC2
#define INS_TERMINAL_PROFILE 0x10
#define INS_FETCH 0x12
#define INS_TERMINAL_RESPONSE 0x14

#define FILE_MF 0x3F00
#define FILE_DF_GSM 0x7F20
#define FILE_EF_PHASE 0x6FAE
#define PHASE_WITH_PROFILE 3 /* TS 51.011 10.3.16: phase 2 and PROFILE DOWNLOAD required */

/* Proactive commands of one message. A card that wants more is reset before its next one. */
#define ROUNDS_MAX 32

/* TERMINAL RESPONSE results, TS 102 223 8.12 */
#define RESULT_DONE 0x00
#define RESULT_NETWORK_UNABLE 0x21
#define RESULT_BEYOND_CAPABILITIES 0x30
#define TAG_COMMAND_DETAILS 0x81
#define TAG_DEVICE_IDENTITIES 0x82
#define TAG_RESULT 0x83
#define TAG_DURATION 0x84

#define REFRESH_RESET 0x04 /* TS 51.014 12.6: SIM reset */

/* What this phone can: profile download, SMS-PP download, 9Exx; command result; MORE TIME, POLL
 * INTERVAL, POLLING OFF, REFRESH; SEND SHORT MESSAGE (TS 51.014 5.2, TS 102 223 5.2). */
static const uint8_t terminal_profile[] = {0x13, 0x01, 0xE8, 0x02};

/* One phone at work on one message. */
struct conversation {
    struct handset *handset;
    const struct card_link *link;
    const struct handset_network *network;
    uint8_t response[APDU_RESPONSE_MAX];
    size_t length;        /* of the response's data */
    uint16_t sw;          /* of the last command */
    uint8_t fetch_length; /* of the 91xx seen last; 0 with `pending` means 256 */
    bool pending;         /* a proactive command waits */
    bool card_is_gone;
};

static bool transmit(struct conversation *talk, const uint8_t *command, size_t length)
{
    size_t received = 0;
    if (talk->link->transmit(talk->link->card, command, length, talk->response, &received) != 0 ||
        received < 2) {
        talk->card_is_gone = true;
        return false;
    }
    talk->length = received - 2;
    talk->sw = (uint16_t)(talk->response[received - 2] << 8 | talk->response[received - 1]);
    if (talk->sw >> 8 == 0x91) {
        talk->pending = true;
        talk->fetch_length = (uint8_t)talk->sw;
    }
    return true;
}

/* Toolkit instructions have class 80 on a UICC, all others 00; a SIM has A0 for all. */
static uint8_t class_of(const struct conversation *talk, uint8_t ins)
{
    if (talk->handset->class_byte == CLASS_SIM)
        return CLASS_SIM;
    bool toolkit = ins == INS_ENVELOPE || ins == INS_TERMINAL_PROFILE || ins == INS_FETCH ||
                   ins == INS_TERMINAL_RESPONSE;
    return toolkit ? CLASS_UICC : 0x00;
}

static bool send_data(struct conversation *talk, uint8_t ins, uint8_t p2, const uint8_t *data, size_t length)
{
    uint8_t command[APDU_COMMAND_MAX] = {class_of(talk, ins), ins, 0, p2, (uint8_t)length};
    memcpy(command + 5, data, length);
    return transmit(talk, command, 5 + length);
}

/* 6Cxx: the card names the right length, TS 102 221 7.3.1.1.5. */
static bool ask_data(struct conversation *talk, uint8_t ins, uint8_t length)
{
    uint8_t command[5] = {class_of(talk, ins), ins, 0, 0, length};
    if (!transmit(talk, command, sizeof command))
        return false;
    if (talk->sw >> 8 != 0x6C)
        return true;
    command[4] = (uint8_t)talk->sw;
    return transmit(talk, command, sizeof command);
}

static bool select_file(struct conversation *talk, uint16_t file)
{
    uint8_t id[2] = {(uint8_t)(file >> 8), (uint8_t)file};
    return send_data(talk, INS_SELECT, talk->handset->class_byte == CLASS_SIM ? 0x00 : 0x04, id, sizeof id);
}

static bool last_was_good(const struct conversation *talk)
{
    uint8_t sw1 = (uint8_t)(talk->sw >> 8);
    return sw1 == 0x90 || sw1 == 0x91 || sw1 == 0x9F || sw1 == 0x61;
}

/* May a profile be downloaded? On a SIM its EF.Phase says so. */
static bool wants_profile(struct conversation *talk)
{
    if (talk->handset->class_byte == CLASS_UICC)
        return true;
    static const uint16_t path[] = {FILE_DF_GSM, FILE_EF_PHASE};
    for (size_t i = 0; i < sizeof path / sizeof *path; i++)
        if (!select_file(talk, path[i]) || !last_was_good(talk))
            return false;
    return ask_data(talk, INS_READ_BINARY, 1) && talk->length == 1 && talk->response[0] >= PHASE_WITH_PROFILE;
}

static bool choose_class(struct conversation *talk)
{
    talk->handset->class_byte = CLASS_SIM;
    if (!select_file(talk, FILE_MF))
        return false;
    if (talk->sw != 0x6E00)
        return true;
    talk->handset->class_byte = CLASS_UICC;
    return select_file(talk, FILE_MF);
}

static bool start_card(struct conversation *talk)
{
    uint8_t atr[ATR_SIZE_MAX];
    size_t atr_length = 0;
    talk->pending = false;
    if (talk->link->reset(talk->link->card, atr, &atr_length) != 0) {
        talk->card_is_gone = true;
        return false;
    }
    if (!choose_class(talk))
        return false;
    if (wants_profile(talk))
        send_data(talk, INS_TERMINAL_PROFILE, 0, terminal_profile, sizeof terminal_profile);
    talk->handset->started = !talk->card_is_gone;
    return talk->handset->started;
}

/* One proactive command at work; the response buffer keeps its bytes until it is answered. */
struct proactive_task {
    struct proactive_command command;
    const uint8_t *bytes; /* D0 … */
    size_t length;
    struct byte_writer *answer;
};

static void answer_result(const struct proactive_task *task, uint8_t result)
{
    terminal_response_encode(&task->command, result, task->answer);
}

/* terminal_response_encode() has no room for the cause that result 21 must have (TS 102 223 8.12.2). */
static void answer_network_unable(const struct proactive_task *task)
{
    const uint8_t details[] = {task->command.number, task->command.type, task->command.qualifier};
    const uint8_t devices[] = {DEVICE_ME, DEVICE_SIM};
    const uint8_t result[] = {RESULT_NETWORK_UNABLE, 0x00 /* no specific cause */};
    tlv_write(task->answer, TAG_COMMAND_DETAILS, details, sizeof details);
    tlv_write(task->answer, TAG_DEVICE_IDENTITIES, devices, sizeof devices);
    tlv_write(task->answer, TAG_RESULT, result, sizeof result);
}

static void on_send_short_message(struct conversation *talk, const struct proactive_task *task)
{
    struct sms_submit sms;
    if (task->command.tpdu == NULL ||
        sms_submit_decode(task->command.tpdu, task->command.tpdu_length, &sms) != OTA_OK)
        answer_result(task, RESULT_BEYOND_CAPABILITIES);
    else if (talk->network->submit(talk->network->user, &sms))
        answer_result(task, RESULT_DONE);
    else
        answer_network_unable(task);
}

/* With a reset there is nothing left to answer: the card starts again. */
static void on_refresh(struct conversation *talk, const struct proactive_task *task)
{
    if (task->command.qualifier == REFRESH_RESET)
        start_card(talk);
    else
        answer_result(task, RESULT_DONE);
}

static void on_noted(struct conversation *talk, const struct proactive_task *task)
{
    (void)talk;
    answer_result(task, RESULT_DONE);
}

/* The interval that it asks for is granted. */
static void on_poll_interval(struct conversation *talk, const struct proactive_task *task)
{
    struct tlv outer, duration;
    struct byte_reader reader = byte_reader_on(task->bytes, task->length);
    on_noted(talk, task);
    if (tlv_read(&reader, &outer) == OTA_OK &&
        comprehension_tlv_find(outer.value, outer.length, TAG_DURATION, &duration) == OTA_OK &&
        duration.length == 2)
        tlv_write(task->answer, TAG_DURATION, duration.value, duration.length);
}

static const struct {
    uint8_t type;
    void (*handle)(struct conversation *talk, const struct proactive_task *task);
} proactive_handlers[] = {
    {PROACTIVE_REFRESH, on_refresh},
    {PROACTIVE_MORE_TIME, on_noted},
    {PROACTIVE_POLL_INTERVAL, on_poll_interval},
    {PROACTIVE_POLLING_OFF, on_noted},
    {PROACTIVE_SEND_SHORT_MESSAGE, on_send_short_message},
};

static void handle_command(struct conversation *talk, const struct proactive_task *task)
{
    for (size_t i = 0; i < sizeof proactive_handlers / sizeof *proactive_handlers; i++) {
        if (proactive_handlers[i].type == task->command.type) {
            proactive_handlers[i].handle(talk, task);
            return;
        }
    }
    answer_result(task, RESULT_BEYOND_CAPABILITIES);
}

/* FETCH, act, TERMINAL RESPONSE. false: the card is lost, or what it said cannot be answered. */
static bool proactive_round(struct conversation *talk)
{
    uint8_t fetched[APDU_RESPONSE_MAX], answer[APDU_COMMAND_MAX - 5];
    struct byte_writer writer = byte_writer_on(answer, sizeof answer);
    talk->pending = false;
    if (!ask_data(talk, INS_FETCH, talk->fetch_length))
        return false;
    memcpy(fetched, talk->response, talk->length);
    struct proactive_task task = {.bytes = fetched, .length = talk->length, .answer = &writer};
    if (proactive_command_decode(fetched, talk->length, &task.command) != OTA_OK)
        return false;
    handle_command(talk, &task);
    if (writer.length == 0)
        return !talk->card_is_gone;
    return byte_writer_status(&writer) == OTA_OK &&
           send_data(talk, INS_TERMINAL_RESPONSE, 0, answer, writer.length);
}

static void serve_proactive(struct conversation *talk)
{
    for (unsigned round = 0; talk->pending && round < ROUNDS_MAX; round++)
        if (!proactive_round(talk))
            break;
    /* A card that never ends, or cannot be understood, begins anew. */
    if (talk->pending || talk->card_is_gone)
        talk->handset->started = false;
}

/* What the phone tells the network for an SW of ENVELOPE (TS 51.014 9.1.1, TS 31.111 7.1.1.1). */
static const struct envelope_answer {
    uint8_t sw1, sw2_from, sw2_to;
    bool on_sim, on_uicc;
    enum delivery_outcome outcome;
    uint8_t cause;
    bool has_report; /* GET RESPONSE gives SW2 bytes of TP-UD */
} envelope_answers[] = {
    {0x90, 0x00, 0xFF, true, true, DELIVERY_ACCEPTED, 0, false},
    {0x91, 0x00, 0xFF, true, true, DELIVERY_ACCEPTED, 0, false},
    {0x9F, 0x00, 0xFF, true, false, DELIVERY_ACCEPTED, 0, true},
    {0x61, 0x00, 0xFF, true, true, DELIVERY_ACCEPTED, 0, true},
    {0x9E, 0x00, 0xFF, true, false, DELIVERY_REFUSED, FCS_DATA_DOWNLOAD_ERROR, true},
    {0x62, 0x00, 0xFF, false, true, DELIVERY_REFUSED, FCS_DATA_DOWNLOAD_ERROR, true},
    {0x63, 0x00, 0xFF, false, true, DELIVERY_REFUSED, FCS_DATA_DOWNLOAD_ERROR, true},
    {0x93, 0x00, 0xFF, true, true, DELIVERY_BUSY, FCS_SIM_BUSY, false},
    {0x92, 0x40, 0x40, true, true, DELIVERY_REFUSED, FCS_MEMORY_EXCEEDED, false},
    {0x6F, 0x00, 0xFF, true, true, DELIVERY_REFUSED, FCS_DATA_DOWNLOAD_ERROR, false},
};
static const struct envelope_answer any_other = {.outcome = DELIVERY_REFUSED, .cause = FCS_UNSPECIFIED};

static const struct envelope_answer *find_answer(const struct conversation *talk)
{
    bool is_sim = talk->handset->class_byte == CLASS_SIM;
    for (size_t i = 0; i < sizeof envelope_answers / sizeof *envelope_answers; i++) {
        const struct envelope_answer *answer = &envelope_answers[i];
        uint8_t sw2 = (uint8_t)talk->sw;
        if (answer->sw1 == talk->sw >> 8 && answer->sw2_from <= sw2 && sw2 <= answer->sw2_to &&
            (is_sim ? answer->on_sim : answer->on_uicc))
            return answer;
    }
    return &any_other;
}

static void fetch_report(struct conversation *talk, struct delivery *delivery)
{
    uint8_t sw1 = (uint8_t)(talk->sw >> 8);
    uint8_t length = sw1 == 0x62 || sw1 == 0x63 ? 0x00 : (uint8_t)talk->sw;
    if (!ask_data(talk, INS_GET_RESPONSE, length) || !last_was_good(talk))
        return;
    if (talk->length > sizeof delivery->report)
        return; /* TP-UD cannot be that long */
    memcpy(delivery->report, talk->response, talk->length);
    delivery->report_length = talk->length;
}

static void deliver_envelope(struct conversation *talk, const uint8_t *envelope, size_t length,
                             struct delivery *delivery)
{
    if (!send_data(talk, INS_ENVELOPE, 0, envelope, length))
        return;
    const struct envelope_answer *answer = find_answer(talk);
    delivery->sw = talk->sw;
    delivery->outcome = answer->outcome;
    delivery->cause = answer->cause;
    if (answer->has_report)
        fetch_report(talk, delivery);
    serve_proactive(talk);
}

/* Class 2 in either coding group. */
bool handset_passes_to_card(uint8_t pid, uint8_t dcs)
{
    return pid == SMS_PID_SIM_DATA_DOWNLOAD && (dcs == SMS_DCS_8BIT_CLASS2 || dcs == 0x16);
}

static bool make_ready(struct conversation *talk)
{
    if (talk->handset->started)
        return true;
    if (!start_card(talk))
        return false;
    serve_proactive(talk);
    return !talk->card_is_gone;
}

void handset_deliver(struct handset *handset, const struct card_link *link, const uint8_t *tpdu,
                     size_t tpdu_length, const struct handset_network *network, struct delivery *delivery)
{
    struct conversation talk = {.handset = handset, .link = link, .network = network};
    struct sms_deliver sms;
    uint8_t envelope[APDU_COMMAND_MAX - 5];
    struct byte_writer writer = byte_writer_on(envelope, sizeof envelope);

    *delivery = (struct delivery){.outcome = DELIVERY_REFUSED, .cause = FCS_UNSPECIFIED};
    if (sms_deliver_decode(tpdu, tpdu_length, &sms) != OTA_OK)
        return;
    if (!handset_passes_to_card(sms.pid, sms.dcs)) {
        delivery->outcome = DELIVERY_ACCEPTED; /* the phone shows or stores it; the card is not asked */
        delivery->cause = 0;
        return;
    }
    if (sms_pp_download_encode(NULL, tpdu, tpdu_length, &writer) != OTA_OK)
        return;
    delivery->outcome = DELIVERY_NO_CARD;
    if (make_ready(&talk))
        deliver_envelope(&talk, envelope, writer.length, delivery);
    if (talk.card_is_gone)
        handset->started = false;
}
