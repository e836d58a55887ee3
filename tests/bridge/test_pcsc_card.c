/* Readers and cards over a winscard that the test plays: protocols, what an error says of the card, and the
 * watch, up to all the readers that pcsc-lite can have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <winscard.h>

#include "pcsc-bridge/pcsc_card.h"

#define STATES_MAX 16 /* pcsc-lite: PCSCLITE_MAX_READERS_CONTEXTS */
#define PNP "\\\\?PnP?\\Notification"

const SCARD_IO_REQUEST g_rgSCardT0Pci = {.dwProtocol = SCARD_PROTOCOL_T0};
const SCARD_IO_REQUEST g_rgSCardT1Pci = {.dwProtocol = SCARD_PROTOCOL_T1};

static struct {
    unsigned readers;
    bool has_card[STATES_MAX + 1];
    unsigned short moves[STATES_MAX + 1]; /* insertions and removals, as pcsc-lite counts them */
    bool is_down;
    SCARDCONTEXT context; /* the one that is valid; 0: none */
    unsigned contexts;    /* ever */
    unsigned disconnects;
    DWORD offers;         /* the card's protocols */
    LONG connect_error, transmit_error;
    DWORD received; /* where a transmission succeeds */
    char asked[100]; /* what the functions were asked for */
    DWORD states;    /* in the last SCardGetStatusChange() */
    bool saw_pnp;
} pcscd;

static void note(const char *what, DWORD protocol)
{
    size_t used = strlen(pcscd.asked);
    snprintf(pcscd.asked + used, sizeof pcscd.asked - used, "%s%s ", what,
             protocol == SCARD_PROTOCOL_T0   ? "(T0)"
             : protocol == SCARD_PROTOCOL_T1 ? "(T1)"
                                             : "(?)");
}

static void assert_asked(const char *expected)
{
    assert_string_equal(pcscd.asked, expected);
    pcscd.asked[0] = '\0';
}

LONG SCardEstablishContext(DWORD scope, LPCVOID reserved1, LPCVOID reserved2, LPSCARDCONTEXT context)
{
    (void)scope, (void)reserved1, (void)reserved2;
    if (pcscd.is_down)
        return SCARD_E_NO_SERVICE;
    *context = pcscd.context = (SCARDCONTEXT)++pcscd.contexts;
    return SCARD_S_SUCCESS;
}

LONG SCardReleaseContext(SCARDCONTEXT context)
{
    (void)context;
    return SCARD_S_SUCCESS;
}

LONG SCardIsValidContext(SCARDCONTEXT context)
{
    return context == pcscd.context && !pcscd.is_down ? SCARD_S_SUCCESS : SCARD_E_INVALID_HANDLE;
}

LONG SCardListReaders(SCARDCONTEXT context, LPCSTR groups, LPSTR names, LPDWORD size)
{
    (void)context, (void)groups;
    size_t used = 0;
    if (pcscd.readers == 0)
        return SCARD_E_NO_READERS_AVAILABLE;
    for (unsigned i = 0; i < pcscd.readers; i++)
        used += (size_t)snprintf(names + used, *size - used, "reader %u", i) + 1;
    names[used++] = '\0';
    *size = used;
    return SCARD_S_SUCCESS;
}

LONG SCardConnect(SCARDCONTEXT context, LPCSTR reader, DWORD share, DWORD protocols, LPSCARDHANDLE handle,
                  LPDWORD protocol)
{
    (void)context, (void)reader;
    assert_int_equal(share, SCARD_SHARE_EXCLUSIVE);
    note("connect", protocols);
    if (pcscd.connect_error != SCARD_S_SUCCESS)
        return pcscd.connect_error;
    if ((protocols & pcscd.offers) == 0)
        return SCARD_E_PROTO_MISMATCH;
    *handle = 1;
    *protocol = protocols & pcscd.offers;
    return SCARD_S_SUCCESS;
}

LONG SCardReconnect(SCARDHANDLE handle, DWORD share, DWORD protocols, DWORD initialisation, LPDWORD protocol)
{
    (void)handle, (void)share;
    assert_int_equal(initialisation, SCARD_UNPOWER_CARD);
    note("reconnect", protocols);
    *protocol = protocols;
    return SCARD_S_SUCCESS;
}

LONG SCardDisconnect(SCARDHANDLE handle, DWORD disposition)
{
    (void)handle;
    assert_int_equal(disposition, SCARD_UNPOWER_CARD); /* no verified PIN is left to the next program */
    pcscd.disconnects++;
    return SCARD_S_SUCCESS;
}

LONG SCardStatus(SCARDHANDLE handle, LPSTR name, LPDWORD name_length, LPDWORD state, LPDWORD protocol,
                 LPBYTE atr, LPDWORD atr_length)
{
    (void)handle, (void)name, (void)name_length, (void)state, (void)protocol;
    memcpy(atr, "\x3B\x00", 2);
    *atr_length = 2;
    return pcscd.is_down ? SCARD_E_INVALID_HANDLE : SCARD_S_SUCCESS;
}

LONG SCardTransmit(SCARDHANDLE handle, const SCARD_IO_REQUEST *send, LPCBYTE command, DWORD length,
                   SCARD_IO_REQUEST *receive, LPBYTE response, LPDWORD received)
{
    char text[20];
    (void)handle, (void)command, (void)receive;
    snprintf(text, sizeof text, "transmit %lu", (unsigned long)length);
    note(text, send->dwProtocol);
    if (pcscd.transmit_error != SCARD_S_SUCCESS)
        return pcscd.transmit_error;
    memcpy(response, "\x90\x00", 2);
    *received = pcscd.received;
    return SCARD_S_SUCCESS;
}

static DWORD state_of(unsigned reader)
{
    DWORD state = pcscd.has_card[reader] ? SCARD_STATE_PRESENT : SCARD_STATE_EMPTY;
    return reader < pcscd.readers ? state | (DWORD)pcscd.moves[reader] << 16
                                  : SCARD_STATE_UNKNOWN | SCARD_STATE_UNAVAILABLE;
}

/* At once: what differs is told, and without a difference the time is over. */
LONG SCardGetStatusChange(SCARDCONTEXT context, DWORD milliseconds, SCARD_READERSTATE *states, DWORD count)
{
    bool changed = false;
    (void)context, (void)milliseconds;
    pcscd.states = count;
    pcscd.saw_pnp = false;
    if (count > STATES_MAX)
        return SCARD_E_INVALID_VALUE;
    for (DWORD i = 0; i < count; i++) {
        unsigned reader = STATES_MAX;
        pcscd.saw_pnp = pcscd.saw_pnp || strcmp(states[i].szReader, PNP) == 0;
        if (sscanf(states[i].szReader, "reader %u", &reader) != 1)
            continue;
        states[i].dwEventState = state_of(reader);
        changed = changed || (states[i].dwCurrentState & ~(DWORD)SCARD_STATE_CHANGED) != states[i].dwEventState;
    }
    return changed ? SCARD_S_SUCCESS : SCARD_E_TIMEOUT;
}

/* --- one card */

static int set_up(void **state)
{
    memset(&pcscd, 0, sizeof pcscd);
    pcscd.readers = 1;
    pcscd.offers = SCARD_PROTOCOL_T0;
    pcscd.received = 2;
    *state = pcsc_card_new();
    return *state != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
    pcsc_card_free((struct pcsc_card **)state);
    return 0;
}

static int transmit(struct pcsc_card *card, const char *command, size_t length)
{
    uint8_t response[APDU_RESPONSE_MAX];
    size_t response_length = 0;
    struct card_link link = pcsc_card_link(card);
    return link.transmit(link.card, (const uint8_t *)command, length, response, &response_length);
}

static int reset(struct pcsc_card *card)
{
    uint8_t atr[ATR_SIZE_MAX];
    size_t length;
    struct card_link link = pcsc_card_link(card);
    return link.reset(link.card, atr, &length);
}

static const char select_mf[] = "\x00\xA4\x00\x04\x02\x3F\x00";

/* A card may be powered already, by a program that is gone. */
static void t0_is_taken_where_it_is_offered(void **state)
{
    pcscd.offers = SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1;
    assert_int_equal(pcsc_card_open(*state, "reader 0"), PCSC_OK);
    assert_int_equal(reset(*state), 0);
    assert_int_equal(transmit(*state, select_mf, 7), 0);
    assert_int_equal(reset(*state), 0);
    assert_asked("connect(T0) reconnect(T0) transmit 7(T0) reconnect(T0) ");
}

static void a_card_that_is_let_go_has_no_power(void **state)
{
    pcscd.offers = SCARD_PROTOCOL_T0;
    assert_int_equal(pcsc_card_open(*state, "reader 0"), PCSC_OK);
    pcsc_card_close(*state);
    pcsc_card_close(*state);
    assert_int_equal(pcscd.disconnects, 1);
}

static void a_card_with_t1_only_is_spoken_to_in_t1(void **state)
{
    pcscd.offers = SCARD_PROTOCOL_T1;
    assert_int_equal(pcsc_card_open(*state, "reader 0"), PCSC_OK);
    assert_int_equal(reset(*state), 0);
    assert_int_equal(transmit(*state, select_mf, 7), 0);
    assert_int_equal(reset(*state), 0);
    assert_asked("connect(T0) connect(T1) reconnect(T1) transmit 8(T1) reconnect(T1) "); /* with Le */
}

static void a_card_that_speaks_neither_is_not_open(void **state)
{
    pcscd.offers = SCARD_PROTOCOL_RAW;
    assert_int_equal(pcsc_card_open(*state, "reader 0"), PCSC_FAILED);
    assert_false(pcsc_card_is_open(*state));
    assert_asked("connect(T0) connect(T1) ");
    assert_int_equal(transmit(*state, select_mf, 7), CARD_LINK_NO_CARD);
    assert_asked("");
}

static void why_a_card_cannot_be_had(void **state)
{
    static const struct {
        LONG error;
        enum pcsc_result expected;
    } cases[] = {{SCARD_E_SHARING_VIOLATION, PCSC_IN_USE}, {SCARD_E_NO_SMARTCARD, PCSC_NO_CARD},
                 {SCARD_W_REMOVED_CARD, PCSC_NO_CARD},     {SCARD_E_UNKNOWN_READER, PCSC_NO_READER},
                 {SCARD_E_NO_SERVICE, PCSC_NO_SERVICE},    {SCARD_W_UNRESPONSIVE_CARD, PCSC_FAILED}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pcscd.connect_error = cases[i].error;
        assert_int_equal(pcsc_card_open(*state, "reader 0"), cases[i].expected);
        assert_false(pcsc_card_is_open(*state));
        assert_asked("connect(T0) "); /* the other protocol would not help */
    }
    assert_string_equal(pcsc_result_text(PCSC_IN_USE), "another program holds the card");
    pcscd.connect_error = SCARD_S_SUCCESS; /* it let go */
    assert_int_equal(pcsc_card_open(*state, "reader 0"), PCSC_OK);
}

/* What may have reached the card is not sent again; what has not, is. */
static void whether_the_card_has_seen_a_command(void **state)
{
    static const struct {
        LONG error;
        int expected;
    } cases[] = {{SCARD_W_REMOVED_CARD, CARD_LINK_NO_CARD},  {SCARD_W_RESET_CARD, CARD_LINK_NO_CARD},
                 {SCARD_E_NO_SMARTCARD, CARD_LINK_NO_CARD},  {SCARD_E_INVALID_HANDLE, CARD_LINK_NO_CARD},
                 {SCARD_E_NOT_TRANSACTED, CARD_LINK_MUTE},   {SCARD_E_TIMEOUT, CARD_LINK_MUTE},
                 {SCARD_E_INSUFFICIENT_BUFFER, CARD_LINK_MUTE}, {SCARD_F_COMM_ERROR, CARD_LINK_MUTE}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pcscd.transmit_error = SCARD_S_SUCCESS;
        assert_int_equal(pcsc_card_open(*state, "reader 0"), PCSC_OK);
        assert_int_equal(transmit(*state, select_mf, 7), 0);
        pcscd.transmit_error = cases[i].error;
        assert_int_equal(transmit(*state, select_mf, 7), cases[i].expected);
        assert_false(pcsc_card_is_open(*state));
    }
}

/* vpcd's way to tell of a card that went: a success of no bytes. As good as an error: it is looked for anew. */
static void an_answer_without_a_status_word_is_none(void **state)
{
    for (pcscd.received = 0; pcscd.received < 2; pcscd.received++) {
        assert_int_equal(pcsc_card_open(*state, "reader 0"), PCSC_OK);
        assert_int_equal(transmit(*state, select_mf, 7), CARD_LINK_MUTE);
        assert_false(pcsc_card_is_open(*state));
    }
}

static void a_context_dies_with_its_pcscd(void **state)
{
    struct pcsc_readers readers;
    assert_int_equal(pcsc_card_open(*state, "reader 0"), PCSC_OK);
    pcscd.is_down = true;
    assert_false(pcsc_card_check(*state));
    assert_int_equal(pcsc_card_list(*state, &readers), PCSC_NO_SERVICE);
    assert_int_equal(readers.count, 0);
    pcscd.is_down = false;
    assert_int_equal(pcsc_card_list(*state, &readers), PCSC_OK);
    assert_int_equal(readers.count, 1);
    assert_string_equal(readers.names[0], "reader 0");
    assert_int_equal(pcscd.contexts, 2);
}

/* --- all the readers */

static void move(unsigned reader)
{
    pcscd.has_card[reader] = !pcscd.has_card[reader];
    pcscd.moves[reader]++;
}

static bool is_news(struct pcsc_watch *watch)
{
    return pcsc_watch_wait(watch, 1);
}

static void assert_watched(DWORD states, bool with_pnp)
{
    assert_int_equal(pcscd.states, states);
    assert_int_equal(pcscd.saw_pnp, with_pnp);
}

static void cards_come_and_go_in_any_number_of_readers(void **state)
{
    (void)state;
    for (pcscd.readers = 1; pcscd.readers <= STATES_MAX; pcscd.readers++) {
        struct pcsc_watch *watch = pcsc_watch_new();
        assert_non_null(watch);
        assert_true(is_news(watch));
        assert_false(is_news(watch));
        /* there is no place for the news of a reader when all readers that can be are there */
        assert_watched(pcscd.readers < STATES_MAX ? pcscd.readers + 1 : STATES_MAX, pcscd.readers < STATES_MAX);
        for (unsigned i = 0; i < pcscd.readers; i++) {
            move(i);
            assert_true(is_news(watch));
            assert_false(is_news(watch));
        }
        move(0);
        move(0); /* out and in again between two looks */
        assert_true(is_news(watch));
        pcsc_watch_free(&watch);
    }
}

static void readers_come_and_go(void **state)
{
    (void)state;
    struct pcsc_watch *watch = pcsc_watch_new();
    assert_non_null(watch);
    pcscd.readers = STATES_MAX;
    assert_true(is_news(watch));
    assert_false(is_news(watch));
    pcscd.readers = STATES_MAX - 1;
    assert_true(is_news(watch));
    assert_false(is_news(watch));
    assert_watched(STATES_MAX, true);
    pcscd.readers = STATES_MAX;
    assert_true(is_news(watch));
    pcscd.readers = 0;
    assert_true(is_news(watch) || is_news(watch));
    pcsc_watch_free(&watch);
}

static void pcscd_comes_and_goes(void **state)
{
    (void)state;
    struct pcsc_watch *watch = pcsc_watch_new();
    assert_non_null(watch);
    pcscd.is_down = true;
    assert_false(is_news(watch));
    pcscd.is_down = false;
    assert_true(is_news(watch));
    assert_false(is_news(watch));
    pcscd.is_down = true;
    assert_true(is_news(watch));
    assert_false(is_news(watch));
    pcsc_watch_free(&watch);
}

#define PCSC_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PCSC_TEST(t0_is_taken_where_it_is_offered),
        PCSC_TEST(a_card_that_is_let_go_has_no_power),
        PCSC_TEST(a_card_with_t1_only_is_spoken_to_in_t1),
        PCSC_TEST(a_card_that_speaks_neither_is_not_open),
        PCSC_TEST(why_a_card_cannot_be_had),
        PCSC_TEST(whether_the_card_has_seen_a_command),
        PCSC_TEST(an_answer_without_a_status_word_is_none),
        PCSC_TEST(a_context_dies_with_its_pcscd),
        PCSC_TEST(cards_come_and_go_in_any_number_of_readers),
        PCSC_TEST(readers_come_and_go),
        PCSC_TEST(pcscd_comes_and_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
