#include "handset/handset.h"

#include <string.h>

#include "handset/card_start.h"
#include "handset/conversation.h"
#include "handset/proactive.h"
#include "handset/terminal.h"
#include "handset/terminal_tend.h"
#include "protocol/errors.h"
#include "protocol/toolkit.h"

/* A busy toolkit (9300) may only want to be fetched from: a terminal asks it with STATUS, so often. */
#define BUSY_TRIES 3

/* What the phone tells the network for an SW of ENVELOPE (TS 51.014 9.1.1, TS 31.111 7.1.1.1; 920X: done after
 * X retries, TS 51.011 9.4.2). Any other, 9240 and 6Fxx among them, is an error without a name. */
static const struct envelope_answer {
    uint8_t sw1, sw2_from, sw2_to;
    bool on_sim, on_uicc;
    enum delivery_outcome outcome;
    uint8_t cause;
    bool has_report; /* GET RESPONSE gives SW2 bytes of TP-UD */
} envelope_answers[] = {
    {0x90, 0x00, 0xFF, true, true, DELIVERY_ACCEPTED, 0, false},
    {0x92, 0x00, 0x0F, true, false, DELIVERY_ACCEPTED, 0, false},
    {0x91, 0x00, 0xFF, true, true, DELIVERY_ACCEPTED, 0, false},
    {0x9F, 0x00, 0xFF, true, false, DELIVERY_ACCEPTED, 0, true},
    {0x61, 0x00, 0xFF, true, true, DELIVERY_ACCEPTED, 0, true},
    {0x9E, 0x00, 0xFF, true, false, DELIVERY_REFUSED, FCS_DATA_DOWNLOAD_ERROR, true},
    {0x62, 0x00, 0xFF, false, true, DELIVERY_REFUSED, FCS_DATA_DOWNLOAD_ERROR, true},
    {0x63, 0x00, 0xFF, false, true, DELIVERY_REFUSED, FCS_DATA_DOWNLOAD_ERROR, true},
    {0x93, 0x00, 0xFF, true, true, DELIVERY_BUSY, FCS_SIM_BUSY, false},
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

/* With T=1 the data is there already. */
static void fetch_report(struct conversation *talk, struct delivery *delivery)
{
    uint8_t sw1 = (uint8_t)(talk->sw >> 8);
    uint8_t length = sw1 == 0x62 || sw1 == 0x63 ? 0x00 : (uint8_t)talk->sw;
    if (talk->length == 0 &&
        (!card_ask(talk, (struct card_command){.ins = INS_GET_RESPONSE}, length) || !card_said_well(talk)))
        return;
    if (talk->length > sizeof delivery->report)
        return; /* TP-UD cannot be that long */
    memcpy(delivery->report, talk->response, talk->length);
    delivery->report_length = talk->length;
}

/* One try. */
static void send_envelope(struct conversation *talk, const struct byte_writer *envelope,
                          struct delivery *delivery)
{
    if (!card_send(talk, (struct card_command){.ins = INS_ENVELOPE}, envelope->start, envelope->length)) {
        if (talk->card_is_mute)
            *delivery = (struct delivery){.outcome = DELIVERY_UNKNOWN, .cause = FCS_UNSPECIFIED};
        return;
    }
    const struct envelope_answer *answer = find_answer(talk);
    delivery->sw = talk->sw;
    delivery->outcome = answer->outcome;
    delivery->cause = answer->cause;
    if (answer->has_report || (talk->length > 0 && answer->outcome == DELIVERY_ACCEPTED))
        fetch_report(talk, delivery);
    serve_proactive(talk);
}

static void deliver_envelope(struct conversation *talk, const struct byte_writer *envelope,
                             struct delivery *delivery)
{
    unsigned tries = talk->network->terminal != NULL ? BUSY_TRIES : 1;
    for (unsigned i = 1; i <= tries && talk->handset->started; i++) {
        send_envelope(talk, envelope, delivery);
        if (delivery->outcome != DELIVERY_BUSY || i == tries || talk->card_is_gone)
            return;
        terminal_poll_card(talk);
    }
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
    if (!card_start(talk))
        return false;
    serve_proactive(talk);
    return talk->handset->started;
}

/* The card is lost: it starts anew when it is back. */
static void end_conversation(struct conversation *talk)
{
    struct terminal *terminal = talk->network->terminal;
    if (!talk->card_is_gone)
        return;
    talk->handset->started = false;
    if (terminal != NULL)
        terminal->state = TERMINAL_NO_CARD;
}

void handset_deliver(struct handset *handset, const struct card_link *link, const uint8_t *tpdu,
                     size_t tpdu_length, const struct handset_network *network, struct delivery *delivery)
{
    struct conversation talk = {.handset = handset, .link = link, .network = network};
    struct sms_deliver sms;
    uint8_t bytes[APDU_COMMAND_MAX - 5];
    struct byte_writer envelope = byte_writer_on(bytes, sizeof bytes);

    *delivery = (struct delivery){.outcome = DELIVERY_REFUSED, .cause = FCS_UNSPECIFIED};
    if (sms_deliver_decode(tpdu, tpdu_length, &sms) != OTA_OK)
        return;
    if (!handset_passes_to_card(sms.pid, sms.dcs)) {
        delivery->outcome = DELIVERY_ACCEPTED; /* the phone shows or stores it; the card is not asked */
        delivery->cause = 0;
        return;
    }
    if (sms_pp_download_encode(NULL, tpdu, tpdu_length, &envelope) != OTA_OK)
        return;
    delivery->outcome = DELIVERY_NO_CARD;
    if (make_ready(&talk))
        deliver_envelope(&talk, &envelope, delivery);
    end_conversation(&talk);
}

bool handset_start(struct handset *handset, const struct card_link *link,
                   const struct handset_network *network)
{
    struct conversation talk = {.handset = handset, .link = link, .network = network};
    handset->started = false;
    make_ready(&talk);
    end_conversation(&talk);
    return handset->started;
}

void handset_tend(struct handset *handset, const struct card_link *link,
                  const struct handset_network *network)
{
    struct conversation talk = {.handset = handset, .link = link, .network = network};
    if (!handset->started || network->terminal == NULL)
        return;
    terminal_tend(&talk);
    end_conversation(&talk);
}
