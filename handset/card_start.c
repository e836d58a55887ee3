#include "handset/card_start.h"

#include <stdio.h>
#include <string.h>

#include "handset/card_identity.h"
#include "handset/card_pin.h"
#include "handset/proactive.h"
#include "handset/terminal.h"
#include "protocol/errors.h"
#include "protocol/tlv.h"

#define FILE_MF 0x3F00
#define FILE_DF_GSM 0x7F20
#define FILE_EF_PHASE 0x6FAE
#define FILE_EF_DIR 0x2F00
#define PHASE_WITH_PROFILE 3 /* TS 51.011 10.3.16: phase 2 and PROFILE DOWNLOAD required */

#define SW_WRONG_CLASS 0x6E00
#define SW_WRONG_INSTRUCTION 0x6D00

#define TAG_FCP 0x62 /* TS 102 221 11.1.1.3 */
#define TAG_FCP_PROPRIETARY 0xA5
#define TAG_SYSTEM_COMMANDS 0x87 /* in it; bit 1: TERMINAL CAPABILITY is wanted, 11.1.1.4.6.9 */
#define TAG_APPLICATION 0x61     /* of EF.DIR, 13.1 */
#define TAG_AID 0x4F
#define DIR_RECORDS_MAX 16
#define AID_MAX 16
#define SELECT_BY_NAME 0x04
#define READ_ABSOLUTE 0x04
#define STATUS_INITIALISED 0x01 /* P1, TS 102 221 11.1.2 */
#define STATUS_NO_DATA 0x0C

/* USIM, TS 101 220 annex E: RID of 3GPP and application code. */
static const uint8_t usim_aid[] = {0xA0, 0x00, 0x00, 0x00, 0x87, 0x10, 0x02};

static bool is_wrong_class(uint16_t sw)
{
    return sw == SW_WRONG_CLASS || sw == SW_WRONG_INSTRUCTION;
}

/* A terminal takes a UICC for one, a plain phone as it prefers; either falls back on the other class. */
static bool takes_uicc_first(const struct handset_network *network)
{
    const struct terminal *terminal = network->terminal;
    return terminal != NULL ? terminal->settings.cards != TERMINAL_SIM_ONLY : network->prefers_uicc;
}

static bool choose_class(struct conversation *talk)
{
    const struct terminal *terminal = talk->network->terminal;
    bool uicc_first = takes_uicc_first(talk->network);
    const uint8_t classes[] = {uicc_first ? CLASS_UICC : CLASS_SIM, uicc_first ? CLASS_SIM : CLASS_UICC};
    size_t count = 2;
    if (terminal != NULL && terminal->settings.cards != TERMINAL_ANY_CARD)
        count = 1;
    for (size_t i = 0; i < count; i++) {
        talk->handset->class_byte = classes[i];
        if (!card_select(talk, FILE_MF))
            return false;
        if (!is_wrong_class(talk->sw))
            break;
    }
    return terminal == NULL || card_said_well(talk);
}

/* May a profile be downloaded? On a SIM its EF.Phase says so. */
static bool wants_profile(struct conversation *talk)
{
    if (talk->handset->class_byte == CLASS_UICC)
        return true;
    static const uint16_t path[] = {FILE_DF_GSM, FILE_EF_PHASE};
    for (size_t i = 0; i < sizeof path / sizeof *path; i++)
        if (!card_select(talk, path[i]) || !card_said_well(talk))
            return false;
    return card_ask(talk, (struct card_command){.ins = INS_READ_BINARY}, 1) && talk->length == 1 &&
           talk->response[0] >= PHASE_WITH_PROFILE;
}

static void send_profile(struct conversation *talk)
{
    uint8_t profile[TERMINAL_PROFILE_MAX];
    size_t length = terminal_profile(talk->network->terminal, profile);
    if (wants_profile(talk))
        card_send(talk, (struct card_command){.ins = INS_TERMINAL_PROFILE}, profile, length);
}

/* Must come before anything else when the MF's FCP, here in the response, asks for it. */
static void send_capability(struct conversation *talk)
{
    /* Additional interfaces: none (TS 102 221 11.1.19.2.3). */
    static const uint8_t capability[] = {0xA9, 0x03, 0x82, 0x01, 0x00};
    struct tlv fcp, proprietary, commands;
    struct byte_reader reader = byte_reader_on(talk->response, talk->length);
    if (tlv_read(&reader, &fcp) == OTA_OK && fcp.tag == TAG_FCP &&
        comprehension_tlv_find(fcp.value, fcp.length, TAG_FCP_PROPRIETARY, &proprietary) == OTA_OK &&
        comprehension_tlv_find(proprietary.value, proprietary.length, TAG_SYSTEM_COMMANDS, &commands) ==
            OTA_OK &&
        commands.length > 0 && (commands.value[0] & 1) != 0)
        card_send(talk, (struct card_command){.ins = INS_TERMINAL_CAPABILITY}, capability, sizeof capability);
}

/* The AID in the EF.DIR record that was read, when it is a USIM's. 0: it is not. */
static size_t usim_in_record(const struct conversation *talk, uint8_t aid[static AID_MAX])
{
    struct tlv application, name;
    struct byte_reader reader = byte_reader_on(talk->response, talk->length);
    if (tlv_read(&reader, &application) != OTA_OK || application.tag != TAG_APPLICATION ||
        comprehension_tlv_find(application.value, application.length, TAG_AID, &name) != OTA_OK)
        return 0;
    if (name.length < sizeof usim_aid || name.length > AID_MAX ||
        memcmp(name.value, usim_aid, sizeof usim_aid) != 0)
        return 0;
    memcpy(aid, name.value, name.length);
    return name.length;
}

static size_t find_usim(struct conversation *talk, uint8_t aid[static AID_MAX])
{
    size_t length = 0;
    if (!card_select(talk, FILE_EF_DIR) || !card_said_well(talk))
        return 0;
    for (uint8_t record = 1; record <= DIR_RECORDS_MAX && length == 0; record++) {
        if (!card_ask(talk, (struct card_command){INS_READ_RECORD, record, READ_ABSOLUTE}, 0) ||
            !card_said_well(talk))
            return 0;
        length = usim_in_record(talk, aid);
    }
    return length;
}

static bool select_usim(struct conversation *talk)
{
    uint8_t aid[AID_MAX];
    size_t length = find_usim(talk, aid);
    return length > 0 &&
           card_send(talk, (struct card_command){INS_SELECT, SELECT_BY_NAME, SELECT_WITH_FCP}, aid, length) &&
           card_said_well(talk);
}

/* A UICC without USIM is used as it is: its MF says which PIN it wants. false: gone. */
static bool select_application(struct conversation *talk)
{
    if (talk->handset->class_byte == CLASS_SIM)
        return card_select(talk, FILE_DF_GSM);
    return select_usim(talk) || (!talk->card_is_gone && card_select(talk, FILE_MF));
}

static bool set_state(struct conversation *talk, enum terminal_state state)
{
    talk->network->terminal->state = state;
    return state == TERMINAL_READY;
}

bool card_start_application(struct conversation *talk)
{
    if (!select_application(talk))
        return set_state(talk, TERMINAL_NO_CARD);
    card_get_response(talk);
    enum terminal_state state = talk->card_is_gone ? TERMINAL_NO_CARD : card_verify_pin(talk);
    if (state == TERMINAL_READY && talk->handset->class_byte == CLASS_UICC)
        card_send(talk, (struct card_command){INS_STATUS, STATUS_INITIALISED, STATUS_NO_DATA}, NULL, 0);
    return set_state(talk, talk->card_is_gone ? TERMINAL_NO_CARD : state);
}

/* What a new card finds in a terminal: nothing of the one before. */
static void forget_card(struct terminal *terminal)
{
    terminal->state = TERMINAL_OFF;
    terminal->iccid[0] = '\0';
    terminal->events = 0;
    terminal->poll_interval_ms = TERMINAL_POLL_MS;
    terminal->next_poll_ms = terminal->now_ms + TERMINAL_POLL_MS;
    memset(terminal->timers, 0, sizeof terminal->timers);
    bip_close_all(&terminal->bip);
}

/* Between the choice of the class and TERMINAL PROFILE. */
static bool start_terminal(struct conversation *talk)
{
    struct terminal *terminal = talk->network->terminal;
    if (card_get_response(talk))
        send_capability(talk);
    if (!card_read_iccid(talk, terminal->iccid))
        return set_state(talk, talk->card_is_gone ? TERMINAL_NO_CARD : TERMINAL_NO_ANSWER);
    if (terminal->settings.iccid[0] != '\0' && strcmp(terminal->settings.iccid, terminal->iccid) != 0)
        return set_state(talk, TERMINAL_OTHER_CARD);
    return card_start_application(talk);
}

bool card_start(struct conversation *talk)
{
    struct terminal *terminal = talk->network->terminal;
    uint8_t atr[ATR_SIZE_MAX];
    size_t atr_length = 0;
    talk->pending = false;
    talk->handset->started = false;
    if (terminal != NULL)
        forget_card(terminal);
    if (talk->link->reset(talk->link->card, atr, &atr_length) != 0) {
        talk->card_is_gone = true;
        return terminal != NULL ? set_state(talk, TERMINAL_NO_CARD) : false;
    }
    if (!choose_class(talk))
        return terminal != NULL ? set_state(talk, talk->card_is_gone ? TERMINAL_NO_CARD : TERMINAL_NO_ANSWER)
                                : false;
    if (terminal != NULL && !start_terminal(talk))
        return false;
    send_profile(talk);
    talk->handset->started = !talk->card_is_gone;
    return talk->handset->started;
}
