#include "handset/conversation.h"

#include <string.h>

#include "handset/terminal.h"
#include "protocol/status_word.h"

/* TS 102 221 10.1.1: these have class 80 on a UICC; a SIM has A0 for all. */
static uint8_t class_of(const struct conversation *talk, uint8_t ins)
{
    static const uint8_t class_80[] = {INS_ENVELOPE,          INS_TERMINAL_PROFILE,    INS_FETCH,
                                       INS_TERMINAL_RESPONSE, INS_TERMINAL_CAPABILITY, INS_STATUS};
    if (talk->handset->class_byte == CLASS_SIM)
        return CLASS_SIM;
    return memchr(class_80, ins, sizeof class_80) != NULL ? CLASS_UICC : 0x00;
}

/* A card may take its time. */
static void let_time_pass(const struct terminal *terminal)
{
    if (terminal != NULL && terminal->tell_time != NULL)
        terminal->tell_time(terminal->user);
}

static bool transmit(struct conversation *talk, const uint8_t *command, size_t length)
{
    size_t received = 0;
    int error = talk->link->transmit(talk->link->card, command, length, talk->response, &received);
    let_time_pass(talk->network->terminal);
    if (error != 0 || received < 2 || received > sizeof talk->response) {
        talk->card_is_gone = true;
        talk->card_is_mute = error != CARD_LINK_NO_CARD;
        talk->length = 0;
        talk->sw = 0;
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

bool card_send(struct conversation *talk, struct card_command command, const uint8_t *data, size_t length)
{
    uint8_t bytes[APDU_COMMAND_MAX] = {class_of(talk, command.ins), command.ins, command.p1, command.p2,
                                       (uint8_t)length};
    if (length > 0)
        memcpy(bytes + 5, data, length);
    return transmit(talk, bytes, 5 + length);
}

/* 6Cxx: TS 102 221 7.3.1.1.5. */
bool card_ask(struct conversation *talk, struct card_command command, uint8_t length)
{
    uint8_t bytes[5] = {class_of(talk, command.ins), command.ins, command.p1, command.p2, length};
    if (!transmit(talk, bytes, sizeof bytes))
        return false;
    if (talk->sw >> 8 != 0x6C)
        return true;
    bytes[4] = (uint8_t)talk->sw;
    return transmit(talk, bytes, sizeof bytes);
}

bool card_get_response(struct conversation *talk)
{
    uint8_t sw1 = (uint8_t)(talk->sw >> 8);
    if (talk->length > 0)
        return card_said_well(talk);
    return (sw1 == 0x61 || sw1 == 0x9F) &&
           card_ask(talk, (struct card_command){.ins = INS_GET_RESPONSE}, (uint8_t)talk->sw) &&
           card_said_well(talk) && talk->length > 0;
}

bool card_select(struct conversation *talk, uint16_t file)
{
    uint8_t id[2] = {(uint8_t)(file >> 8), (uint8_t)file};
    uint8_t p2 = talk->handset->class_byte == CLASS_SIM ? 0x00 : SELECT_WITH_FCP;
    return card_send(talk, (struct card_command){.ins = INS_SELECT, .p2 = p2}, id, sizeof id);
}

bool card_said_well(const struct conversation *talk)
{
    return !talk->card_is_gone && status_word_is_good(talk->sw);
}
