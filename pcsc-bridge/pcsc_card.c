#include "pcsc-bridge/pcsc_card.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <winscard.h>

#include "pcsc-bridge/t1_apdu.h"

#define PAUSE_MS 100
#define SW_SIZE 2
#define NEW_READER "\\\\?PnP?\\Notification"
#define EVENT_COUNT_SHIFT 16 /* pcsc-lite: the upper half of dwEventState counts insertions and removals */

struct pcsc_card {
    SCARDCONTEXT context;
    SCARDHANDLE handle;
    DWORD protocol;
    bool has_context, is_open;
};

const char *pcsc_result_text(enum pcsc_result result)
{
    static const char *const texts[] = {
        [PCSC_OK] = "open",
        [PCSC_NO_SERVICE] = "pcscd does not answer",
        [PCSC_NO_READER] = "there is no such reader",
        [PCSC_NO_CARD] = "no card in the reader",
        [PCSC_IN_USE] = "another program holds the card",
        [PCSC_FAILED] = "the card does not answer",
    };
    return texts[result];
}

static enum pcsc_result result_of(LONG error)
{
    switch (error) {
    case SCARD_S_SUCCESS: return PCSC_OK;
    case SCARD_E_NO_SERVICE:
    case SCARD_E_SERVICE_STOPPED:
    case SCARD_F_COMM_ERROR:
    case SCARD_E_INVALID_HANDLE: return PCSC_NO_SERVICE;
    case SCARD_E_NO_READERS_AVAILABLE:
    case SCARD_E_UNKNOWN_READER:
    case SCARD_E_READER_UNAVAILABLE: return PCSC_NO_READER;
    case SCARD_E_NO_SMARTCARD:
    case SCARD_W_REMOVED_CARD: return PCSC_NO_CARD;
    case SCARD_E_SHARING_VIOLATION: return PCSC_IN_USE;
    default: return PCSC_FAILED;
    }
}

struct pcsc_card *pcsc_card_new(void)
{
    return calloc(1, sizeof(struct pcsc_card));
}

static void drop_context(struct pcsc_card *card)
{
    if (card->has_context)
        SCardReleaseContext(card->context);
    card->has_context = card->is_open = false;
}

/* Without power the card forgets the PIN that was verified, and the file that was selected. */
void pcsc_card_close(struct pcsc_card *card)
{
    if (card->is_open)
        SCardDisconnect(card->handle, SCARD_UNPOWER_CARD);
    card->is_open = false;
}

void pcsc_card_free(struct pcsc_card **card)
{
    if (*card == NULL)
        return;
    pcsc_card_close(*card);
    drop_context(*card);
    free(*card);
    *card = NULL;
}

bool pcsc_card_is_open(const struct pcsc_card *card)
{
    return card->is_open;
}

/* A context dies with the pcscd that gave it. */
static enum pcsc_result need_context(struct pcsc_card *card)
{
    if (card->has_context && SCardIsValidContext(card->context) != SCARD_S_SUCCESS)
        drop_context(card);
    if (card->has_context)
        return PCSC_OK;
    LONG error = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &card->context);
    card->has_context = error == SCARD_S_SUCCESS;
    return result_of(error);
}

static enum pcsc_result list_readers(SCARDCONTEXT context, struct pcsc_readers *readers)
{
    char names[PCSC_READERS_MAX * PCSC_READER_NAME_SIZE + 1];
    DWORD size = sizeof names;
    readers->count = 0;
    LONG error = SCardListReaders(context, NULL, names, &size);
    if (error != SCARD_S_SUCCESS)
        return result_of(error);
    for (const char *name = names; *name != '\0' && readers->count < PCSC_READERS_MAX;
         name += strlen(name) + 1)
        if (strlen(name) < PCSC_READER_NAME_SIZE)
            strcpy(readers->names[readers->count++], name);
    return PCSC_OK;
}

enum pcsc_result pcsc_card_list(struct pcsc_card *card, struct pcsc_readers *readers)
{
    readers->count = 0;
    enum pcsc_result result = need_context(card);
    if (result == PCSC_OK)
        result = list_readers(card->context, readers);
    if (result == PCSC_NO_SERVICE)
        drop_context(card);
    return result;
}

enum pcsc_result pcsc_card_open(struct pcsc_card *card, const char *reader)
{
    static const DWORD protocols[] = {SCARD_PROTOCOL_T0, SCARD_PROTOCOL_T1};
    pcsc_card_close(card);
    enum pcsc_result result = need_context(card);
    if (result != PCSC_OK)
        return result;
    LONG error = SCARD_E_PROTO_MISMATCH;
    for (size_t i = 0; i < 2 && error == SCARD_E_PROTO_MISMATCH; i++)
        error = SCardConnect(card->context, reader, SCARD_SHARE_EXCLUSIVE, protocols[i], &card->handle,
                             &card->protocol);
    card->is_open = error == SCARD_S_SUCCESS;
    if (result_of(error) == PCSC_NO_SERVICE)
        drop_context(card);
    return result_of(error);
}

/*
 * Has the card seen the command? These errors come before pcscd sends it; SCARD_E_NO_SMARTCARD is what a
 * reader's driver says when there is none to send it to. With any other nobody knows.
 */
static int link_error(LONG error)
{
    switch (error) {
    case SCARD_W_REMOVED_CARD:
    case SCARD_W_RESET_CARD:
    case SCARD_W_UNPOWERED_CARD:
    case SCARD_E_NO_SMARTCARD:
    case SCARD_E_INVALID_HANDLE: return CARD_LINK_NO_CARD;
    default: return CARD_LINK_MUTE;
    }
}

/* Also behind SCardConnect(): pcscd leaves the card of a program that ended powered for a while, in the middle
 * of whatever that was at. */
static LONG power_up(struct pcsc_card *card)
{
    return SCardReconnect(card->handle, SCARD_SHARE_EXCLUSIVE, card->protocol, SCARD_UNPOWER_CARD,
                          &card->protocol);
}

/* pcscd's view of the card, with its ATR. */
static LONG ask_status(struct pcsc_card *card, BYTE atr[static MAX_ATR_SIZE], DWORD *atr_length)
{
    char name[PCSC_READER_NAME_SIZE];
    DWORD name_length = sizeof name, state, protocol;
    *atr_length = MAX_ATR_SIZE;
    return SCardStatus(card->handle, name, &name_length, &state, &protocol, atr, atr_length);
}

bool pcsc_card_check(struct pcsc_card *card)
{
    BYTE atr[MAX_ATR_SIZE];
    DWORD length;
    if (card->is_open && ask_status(card, atr, &length) != SCARD_S_SUCCESS)
        pcsc_card_close(card);
    return card->is_open;
}

static int on_reset(void *user, uint8_t atr[static ATR_SIZE_MAX], size_t *atr_length)
{
    struct pcsc_card *card = user;
    BYTE bytes[MAX_ATR_SIZE];
    DWORD length = 0;
    if (!card->is_open)
        return CARD_LINK_NO_CARD;
    LONG error = power_up(card);
    if (error == SCARD_S_SUCCESS)
        error = ask_status(card, bytes, &length);
    if (error != SCARD_S_SUCCESS || length > ATR_SIZE_MAX) {
        pcsc_card_close(card);
        return link_error(error);
    }
    memcpy(atr, bytes, length);
    *atr_length = length;
    return 0;
}

static int on_transmit(void *user, const uint8_t *command, size_t length,
                       uint8_t response[static APDU_RESPONSE_MAX], size_t *response_length)
{
    struct pcsc_card *card = user;
    uint8_t form[T1_APDU_MAX];
    DWORD received = APDU_RESPONSE_MAX;
    if (!card->is_open)
        return CARD_LINK_NO_CARD;
    bool is_t1 = card->protocol == SCARD_PROTOCOL_T1;
    if (is_t1) {
        length = t1_apdu(command, length, form);
        command = form;
    }
    LONG error = SCardTransmit(card->handle, is_t1 ? SCARD_PCI_T1 : SCARD_PCI_T0, command, length, NULL,
                               response, &received);
    if (error == SCARD_S_SUCCESS && received < SW_SIZE)
        error = SCARD_E_NOT_TRANSACTED; /* vpcd's card went */
    if (error != SCARD_S_SUCCESS) {
        pcsc_card_close(card);
        return link_error(error);
    }
    *response_length = received;
    return 0;
}

struct card_link pcsc_card_link(struct pcsc_card *card)
{
    return (struct card_link){.card = card, .reset = on_reset, .transmit = on_transmit};
}

struct pcsc_watch {
    struct pcsc_card card; /* only its context */
    struct pcsc_readers readers;
    SCARD_READERSTATE states[PCSC_READERS_MAX + 1];
    bool had_service;
};

struct pcsc_watch *pcsc_watch_new(void)
{
    return calloc(1, sizeof(struct pcsc_watch));
}

void pcsc_watch_free(struct pcsc_watch **watch)
{
    if (*watch == NULL)
        return;
    drop_context(&(*watch)->card);
    free(*watch);
    *watch = NULL;
}

static void pause_for(unsigned milliseconds)
{
    const struct timespec pause = {.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000L};
    nanosleep(&pause, NULL);
}

/* What of a state is news; that another of our threads took the card is not. */
static DWORD news_of(DWORD state)
{
    return (state &
            (SCARD_STATE_PRESENT | SCARD_STATE_EMPTY | SCARD_STATE_UNAVAILABLE | SCARD_STATE_UNKNOWN)) |
           state >> EVENT_COUNT_SHIFT << EVENT_COUNT_SHIFT;
}

static bool take_news(struct pcsc_watch *watch, size_t count)
{
    bool changed = false;
    for (size_t i = 0; i < count; i++) {
        SCARD_READERSTATE *state = &watch->states[i];
        changed = changed || news_of(state->dwCurrentState) != news_of(state->dwEventState);
        state->dwCurrentState = state->dwEventState & ~(DWORD)SCARD_STATE_CHANGED;
    }
    return changed;
}

/* The readers there are now; true: they are others. One that is new has no state, which is news, too. */
static bool follow_readers(struct pcsc_watch *watch)
{
    struct pcsc_readers now;
    if (list_readers(watch->card.context, &now) != PCSC_OK)
        now.count = 0;
    bool same = now.count == watch->readers.count;
    for (size_t i = 0; i < now.count && same; i++)
        same = strcmp(now.names[i], watch->readers.names[i]) == 0;
    if (same && watch->states[now.count].szReader != NULL)
        return false;
    watch->readers = now;
    memset(watch->states, 0, sizeof watch->states);
    for (size_t i = 0; i < now.count; i++)
        watch->states[i].szReader = watch->readers.names[i];
    watch->states[now.count].szReader = NEW_READER;
    return !same;
}

bool pcsc_watch_wait(struct pcsc_watch *watch, unsigned milliseconds)
{
    bool has_service = need_context(&watch->card) == PCSC_OK;
    bool came_or_went = has_service != watch->had_service;
    watch->had_service = has_service;
    if (!has_service) {
        memset(watch->states, 0, sizeof watch->states);
        if (!came_or_went)
            pause_for(milliseconds);
        return came_or_went;
    }
    if (follow_readers(watch)) {
        came_or_went = true;
        milliseconds = 0; /* only to know their states */
    }
    /* pcsc-lite takes as many states as it has readers at most: when they are all there, no new one can come.
     */
    size_t count = watch->readers.count + (watch->readers.count < PCSC_READERS_MAX);
    LONG error = SCardGetStatusChange(watch->card.context, milliseconds, watch->states, count);
    if (error == SCARD_S_SUCCESS)
        return take_news(watch, count) || came_or_went;
    if (error != SCARD_E_TIMEOUT) {
        drop_context(&watch->card);
        pause_for(PAUSE_MS); /* whatever it is: not in a circle */
    }
    return came_or_went;
}
