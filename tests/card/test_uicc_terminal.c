/*
 * The phones of handset/ on a simulated UICC: what they send and in which order, with T=0 and, through the
 * form that pcsc-bridge gives a command, with T=1. PINs as the configuration has them.
 */
#include "bench.h"

#include <string.h>

#include "handset/terminal.h"
#include "pcsc-bridge/t1_apdu.h"
#include "protocol/hex.h"
#include "simsim/t1_exchange.h"

#define SENT_MAX 4000

/* The way to the card: it notes what passes, and speaks T=1 when told to. */
struct noted_link {
    struct card_link card;
    bool is_t1;
    char sent[SENT_MAX]; /* in hex, parted by blanks */
};

static struct bench bench;
static struct noted_link noted;
static struct terminal terminal;
static struct handset handset;

static int on_reset(void *user, uint8_t atr[static ATR_SIZE_MAX], size_t *atr_length)
{
    struct noted_link *link = user;
    return link->card.reset(link->card.card, atr, atr_length);
}

static int on_transmit(void *user, const uint8_t *command, size_t length,
                       uint8_t response[static APDU_RESPONSE_MAX], size_t *response_length)
{
    struct noted_link *link = user;
    uint8_t form[T1_APDU_MAX];
    size_t at = strlen(link->sent);
    if (link->is_t1) {
        length = t1_apdu(command, length, form);
        command = form;
    }
    assert_true(at + 2 * length + 2 < SENT_MAX);
    hex_encode(command, length, link->sent + at);
    strcat(link->sent, " ");
    if (link->is_t1)
        return t1_exchange(&link->card, command, length, response, response_length);
    return link->card.transmit(link->card.card, command, length, response, response_length);
}

static bool on_submit(void *user, const struct sms_submit *sms)
{
    (void)user, (void)sms;
    return true;
}

static bool start(bool is_t1, const char *pin)
{
    const struct card_link link = {.card = &noted, .reset = on_reset, .transmit = on_transmit};
    const struct handset_network network = {.submit = on_submit, .terminal = &terminal};
    noted = (struct noted_link){.card = bench.link, .is_t1 = is_t1};
    memset(terminal.settings.pin, 0, sizeof terminal.settings.pin);
    strcpy(terminal.settings.pin, pin);
    return handset_start(&handset, &link, &network);
}

static int open_shipped(void **state)
{
    (void)state;
    bench_open_uicc(&bench, NULL, NULL);
    terminal = (struct terminal){.settings = {.refuses_texts = true, .language = "en"}};
    handset = (struct handset){0};
    return 0;
}

static int close_bench(void **state)
{
    (void)state;
    bench_close(&bench);
    return 0;
}

/* TS 102 221 14, 3GPP TS 31.102 5.1: MF, TERMINAL CAPABILITY, ICCID, EF.DIR, the USIM by its AID, PIN,
 * profile. */
static void boot_with_t0(void **state)
{
    (void)state;
    assert_true(start(false, "1234"));
    assert_int_equal(terminal.state, TERMINAL_READY);
    assert_string_equal(terminal.iccid, "8991234567788901235");
    assert_int_equal(handset.class_byte, 0x80);
    assert_string_equal(
        noted.sent, "00A40004023F00 00C000002E 80AA000005A903820100 00A40004022FE2 00B000000A 00A40004022F00 "
                    "00B2010400 00B2010426 00A404040CA0000000871002FF49FF0589 00C0000036 0020000100 "
                    "002000010831323334FFFFFFFF 80F2010C00 80100000093301E8420100000744 ");
}

static void boot_with_t1(void **state)
{
    (void)state;
    assert_true(start(true, "1234"));
    assert_int_equal(terminal.state, TERMINAL_READY);
    assert_string_equal(terminal.iccid, "8991234567788901235");
    assert_string_equal(noted.sent,
                        "00A40004023F0000 80AA000005A903820100 00A40004022FE200 00B000000A 00A40004022F0000 "
                        "00B2010400 00A404040CA0000000871002FF49FF058900 00200001 002000010831323334FFFFFFFF "
                        "80F2010C00 80100000093301E8420100000744 ");
}

/* One try, none with the last one, none when it is disabled: on a card that counts. */
static void pins_as_configured(void **state)
{
    (void)state;
    assert_false(start(false, ""));
    assert_int_equal(terminal.state, TERMINAL_PIN_WANTED);
    assert_false(start(false, "9999"));
    assert_int_equal(terminal.state, TERMINAL_PIN_WRONG);
    bench_expect(&bench, "0020000100", "63C2");
    assert_false(start(true, "9999"));
    assert_int_equal(terminal.state, TERMINAL_PIN_WRONG);
    bench_expect(&bench, "0020000100", "63C2"); /* not tried again */
    bench_expect(&bench, "002000010839393939FFFFFFFF", "63C1");
    terminal.pin_refused_by[0][0] = '\0';
    assert_false(start(true, "1234"));
    assert_int_equal(terminal.state, TERMINAL_PIN_LAST_TRY);
    bench_expect(&bench, "0020000100", "63C1");
    bench_expect(&bench, "002000010831323334FFFFFFFF", "9000");
    bench_expect(&bench, "002600010831323334FFFFFFFF", "9000");
    assert_true(start(false, ""));
    assert_int_equal(terminal.state, TERMINAL_READY);
}

/* A card without a USIM is used as it is. */
static void without_application(void **state)
{
    (void)state;
    bench_close(&bench);
    bench_open_profile(
        &bench,
        "<card-profile name='t' type='uicc'><mf id='3F00'>"
        "<ef id='2FE2' structure='transparent' size='10' read='ALW' update='NEV' content-from='iccid'/>"
        "</mf></card-profile>");
    assert_true(start(false, "1234"));
    assert_null(strstr(noted.sent, "00A40404"));
}

/* Simsim's own phone: as the network in front of the cards has it. */
static void plain_phones(void **state)
{
    (void)state;
    const struct card_link link = {.card = &noted, .reset = on_reset, .transmit = on_transmit};
    noted = (struct noted_link){.card = bench.link};
    assert_true(
        handset_start(&handset, &link, &(struct handset_network){.submit = on_submit, .prefers_uicc = true}));
    assert_int_equal(handset.class_byte, 0x80);
    assert_memory_equal(noted.sent, "00A40004023F00 80100000", 23);
    noted = (struct noted_link){.card = bench.link};
    assert_true(handset_start(&handset, &link, &(struct handset_network){.submit = on_submit}));
    assert_int_equal(handset.class_byte, 0xA0);
    bench_close(&bench);
    bench_open(&bench, NULL, NULL);
    noted = (struct noted_link){.card = bench.link};
    assert_true(
        handset_start(&handset, &link, &(struct handset_network){.submit = on_submit, .prefers_uicc = true}));
    assert_int_equal(handset.class_byte, 0xA0); /* a SIM knows no other */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(boot_with_t0, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(boot_with_t1, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(pins_as_configured, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(without_application, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(plain_phones, open_shipped, close_bench),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
