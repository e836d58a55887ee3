/* A card's life between reset and reset. Called by the population and the seam. */
#include "simsim/card.h"

#include <stdlib.h>
#include <string.h>

#include "simsim/answer_to_reset.h"
#include "simsim/commands.h"

struct card_session *card_session_open(struct sim_card *card)
{
    if (card->session == NULL)
        card->session = calloc(1, sizeof *card->session);
    return card->session;
}

void card_session_close(struct sim_card *card)
{
    if (card->session == NULL)
        return;
    toolkit_clear(&card->session->proactive);
    free(card->session->reassembly);
    free(card->session);
    card->session = NULL;
}

bool card_session_is_needed(const struct sim_card *card)
{
    const struct card_session *session = card->session;
    return session != NULL && (session->proactive.count > 0 || session->reassembly != NULL || session->chain.open);
}

void card_note_change(struct sim_card *card, enum card_change change)
{
    bool first = card->changes == 0;
    card->changes |= (uint8_t)change;
    if (first && card->environment->changed != NULL)
        card->environment->changed(card->environment->user, card);
}

void card_release(struct sim_card *card)
{
    card_session_close(card);
    while (card->deltas != NULL) {
        struct file_delta *next = card->deltas->next;
        free(card->deltas);
        card->deltas = next;
    }
    if (card->chv != NULL)
        explicit_bzero(card->chv, sizeof *card->chv);
    free(card->chv);
    card->chv = NULL;
}

const struct chv_state *card_chv(const struct sim_card *card)
{
    return card->chv != NULL ? card->chv : &card->environment->profile->chv.first;
}

struct chv_state *card_chv_to_change(struct sim_card *card)
{
    if (card->chv == NULL) {
        card->chv = malloc(sizeof *card->chv);
        if (card->chv != NULL)
            *card->chv = card->environment->profile->chv.first;
    }
    if (card->chv != NULL)
        card_note_change(card, CHANGED_CHV);
    return card->chv;
}

uint16_t card_rights(const struct sim_card *card, uint8_t verified)
{
    const struct chv_profile *chv = &card->environment->profile->chv;
    uint16_t rights = RIGHTS_ALWAYS;
    if ((verified & 1u << CHV1) != 0 || !chv->present[CHV1] || !card_chv(card)->chv1_enabled)
        rights |= 1u << ACCESS_CHV1;
    if ((verified & 1u << CHV2) != 0)
        rights |= 1u << ACCESS_CHV2;
    if ((verified & 1u << CHV_ADM) != 0)
        rights |= RIGHTS_ADM;
    return rights;
}

static int reset(void *user, uint8_t atr[static ATR_SIZE_MAX], size_t *atr_length)
{
    struct sim_card *card = user;
    const struct script_chain chain = card->session != NULL ? card->session->chain : (struct script_chain){0};
    card_session_close(card);
    if (chain.open && chain.kept && card_session_open(card) != NULL)
        card->session->chain = chain;
    card->cursor = (struct file_cursor){.df = MF_INDEX, .ef = NO_FILE};
    card->verified = 0;
    *atr_length = answer_to_reset(card->environment->profile, atr);
    return 0;
}

/* TS 51.014 9.4.1: 91 xx stands in for 90 00 while a proactive command waits to be fetched. */
static uint16_t announce(const struct card_session *session, uint16_t sw)
{
    size_t waiting = toolkit_waiting(&session->proactive);
    return sw == SW_OK && waiting > 0 ? (uint16_t)(0x9100 | (waiting & 0xFF)) : sw;
}

static int transmit(void *user, const uint8_t *command, size_t length,
                    uint8_t response[static APDU_RESPONSE_MAX], size_t *response_length)
{
    struct sim_card *card = user;
    struct card_session *session = card_session_open(card);
    struct byte_writer answer = byte_writer_on(response, APDU_RESPONSE_MAX - 2);
    uint16_t sw = SW_TECHNICAL_PROBLEM;
    if (session != NULL) {
        struct command_context context = {
            .card = card,
            .cursor = &card->cursor,
            .verified = &card->verified,
            .domain = RIGHTS_ALWAYS,
            .sets = card->environment->profile->is_uicc ? COMMANDS_SIM | COMMANDS_UICC : COMMANDS_SIM,
            .pending = &session->pending,
            .answer = &answer,
        };
        sw = announce(session, command_execute(&context, command, length));
    }
    response[answer.length] = (uint8_t)(sw >> 8);
    response[answer.length + 1] = (uint8_t)sw;
    *response_length = answer.length + 2;
    return 0;
}

struct card_link card_link_to(struct sim_card *card)
{
    return (struct card_link){.card = card, .reset = reset, .transmit = transmit};
}
