/* bridge.conf: what is read of it, and how it is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pcsc-bridge/settings.h"
#include "tests/handset/scripted_card.h"

static char error[400];

static struct bridge_settings *read_text(const char *text)
{
    char path[] = "/tmp/bridge-conf-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    error[0] = '\0';
    struct bridge_settings *settings = bridge_settings_read(path, error, sizeof error);
    unlink(path);
    return settings;
}

#define BRIDGE "group = pcsc-bridge\n"
#define CARD "\ngroup = card\nreader = \"^simsim\"\nmsisdn = 961234567890\n"

static void little_is_enough(void **state)
{
    (void)state;
    struct bridge_settings *settings = read_text(BRIDGE CARD);
    assert_non_null(settings);
    assert_string_equal(settings->smpp, "127.0.0.1:2775");
    assert_int_equal(settings->por_route, POR_ROUTE_MO);
    assert_string_equal(settings->message_file, "/var/lib/otabox/pcsc-bridge.db");
    assert_int_equal(settings->card_count, 1);
    const struct card_settings *card = &settings->cards[0];
    assert_int_equal(card->terminal.cards, TERMINAL_ANY_CARD);
    assert_int_equal(card->bip.count, 0); /* nobody is allowed */
    assert_string_equal(card->terminal.iccid, "");
    assert_string_equal(card->terminal.pin, "");
    assert_int_equal(regexec(&card->reader, "simsim 00 00", 0, NULL, 0), 0);
    assert_true(regexec(&card->reader, "not simsim", 0, NULL, 0) != 0);
    assert_ptr_equal(bridge_settings_find(settings, "+961234567890"), card);
    assert_null(bridge_settings_find(settings, "961234567891"));
    bridge_settings_free(&settings);
    assert_null(settings);
}

static void everything_is_read(void **state)
{
    (void)state;
    struct bridge_settings *settings = read_text(
        BRIDGE
        "smpp = 127.0.0.1:0\nsystem-id = me\npassword = secret\npor-route = drop\nlog-file = /tmp/x\n" CARD
        "iccid = 8991234567788901235F\npin = 1234\nmode = 2g\nimei = 356938035643809\nmcc-mnc = 42501\nlac = "
        "258\n"
        "cell = 0x0304\naccess-technology = utran\nlanguage = de\ntexts = refuse\nbip-allow = "
        "127.0.0.1:8443\n" CARD "mcc-mnc = 310260\n");
    assert_null(settings); /* the second card has the first one's MSISDN */
    assert_non_null(strstr(error, ":25: msisdn 961234567890 is there twice"));
    settings = read_text(
        BRIDGE
        "smpp = 127.0.0.1:0\nsystem-id = me\npassword = secret\npor-route = drop\nlog-file = /tmp/x\n"
        "message-file = \"\"\n" CARD
        "iccid = 8991234567788901235F\npin = 1234\nmode = 2g\nimei = 356938035643809\nmcc-mnc = 42501\nlac = "
        "258\n"
        "cell = 0x0304\naccess-technology = utran\nlanguage = de\ntexts = refuse\nbip-allow = "
        "127.0.0.1:8443\n");
    assert_non_null(settings);
    assert_string_equal(settings->message_file, ""); /* none */
    const struct terminal_settings *terminal = &settings->cards[0].terminal;
    assert_string_equal(terminal->iccid, "8991234567788901235");
    assert_string_equal(terminal->pin, "1234");
    assert_string_equal(terminal->imei, "356938035643809");
    assert_int_equal(terminal->cards, TERMINAL_SIM_ONLY);
    assert_memory_equal(terminal->location, "\x24\xF5\x10\x01\x02\x03\x04", 7); /* TS 24.008: 425 01 */
    assert_int_equal(terminal->access_technology, 3);
    assert_string_equal(terminal->language, "de");
    assert_true(terminal->refuses_texts);
    assert_int_equal(settings->cards[0].bip.count, 1);
    assert_int_equal(settings->por_route, POR_ROUTE_DROP);
    bridge_settings_free(&settings);
}

/* What PROVIDE LOCAL INFORMATION of a card with these lines answers: location, IMEI, language, technology. */
static void assert_heard(const char *lines, const char *location, const char *imei, const char *language,
                         const char *technology)
{
    char text[500];
    snprintf(text, sizeof text, "%s%s%s", BRIDGE, CARD, lines);
    struct bridge_settings *settings = read_text(text);
    if (settings == NULL)
        fail_msg("%s", error);
    struct scene scene = {.handset = {.started = true, .class_byte = 0x80},
                          .terminal = {.settings = settings->cards[0].terminal, .state = TERMINAL_READY}};
    scene_answer(&scene, "012600", "", location);
    scene_answer(&scene, "012601", "", imei);
    scene_answer(&scene, "012604", "", language);
    scene_answer(&scene, "012606", "", technology);
    bridge_settings_free(&settings);
}

/* TS 24.008 10.5.1.3 and .4: digits swapped, F for the third of an MNC; "en", "de". */
static void everything_is_heard_by_the_card(void **state)
{
    (void)state;
    assert_heard("", "830100930700F11000010001", "83010094084A09512430325781", "830100AD02656E",
                 "830100BF0108");
    assert_heard("mcc-mnc = 310260\nlac = 258\ncell = 0x0304\nimei = 356938035643809\nlanguage = "
                 "de\naccess-technology = utran\n",
                 "830100930713006201020304", "83010094083A65390853468390", "830100AD026465", "830100BF0103");
}

static void mistakes_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *text, *reason;
    } rows[] = {
        {"group = x\n", "group"},
        {CARD + 1, "there is no group = pcsc-bridge"},
        {BRIDGE, "there is no group = card"},
        {BRIDGE "por-route = x\n" CARD, ":2: por-route 'x', expected mo, dlr or drop"},
        {BRIDGE "smpp = localhost\n" CARD, ":2: smpp 'localhost', expected HOST:PORT such as 127.0.0.1:2775"},
        {BRIDGE "smpp = 127.0.0.1:65536\n" CARD, ":2: smpp '127.0.0.1:65536', expected HOST:PORT"},
        {BRIDGE "password = 123456789\n" CARD, ":2: password has 9 characters, expected at most 8"},
        {BRIDGE "password-file = /nowhere/x\n" CARD, ":2: password-file /nowhere/x: expected"},
        {BRIDGE CARD "\n" BRIDGE, ":7: a second group = pcsc-bridge, expected one"},
        {BRIDGE CARD "pin = 123\n", ":6: pin: expected 4 to 8 digits"},
        {BRIDGE CARD "pin = 12x4\n", ":6: pin: expected 4 to 8 digits"},
        {BRIDGE CARD "pin 12x4\n", ":6: expected 'key = value', found 'pin'"},
        {BRIDGE CARD "iccid = 89912\n", ":6: iccid '89912', expected 18 to 20 digits"},
        {BRIDGE CARD "iccid = 899123456778890123456\n", "iccid has 21 characters, expected at most 20"},
        {BRIDGE CARD "imei = 1\n", ":6: imei '1', expected 15 digits"},
        {BRIDGE CARD "mode = 4g\n", ":6: mode '4g', expected auto, 2g or 3g"},
        {BRIDGE CARD "texts = no\n", ":6: texts 'no', expected answer or refuse"},
        {BRIDGE CARD "lac = 65536\n", ":6: lac '65536', expected 0 to 65535"},
        {BRIDGE CARD "mcc-mnc = 4250\n", ":6: mcc-mnc '4250', expected 5 to 6 digits"},
        {BRIDGE CARD "language = eng\n", ":6: language 'eng', expected two letters"},
        {BRIDGE CARD "language = 12\n", ":6: language '12', expected two letters"},
        {BRIDGE CARD "bip-allow = localhost\n", ":6: bip-allow: 'localhost', expected an address"},
        {BRIDGE CARD "what = 1\n", ":6: unknown key 'what'"},
        {BRIDGE "\ngroup = card\nmsisdn = 123\n", ":3: reader is missing"},
        {BRIDGE "\ngroup = card\nreader = x\n", ":3: msisdn is missing"},
        {BRIDGE "\ngroup = card\nreader = x\nmsisdn = +1\n", ":5: msisdn '+1', expected 3 to 15 digits"},
        {BRIDGE "\ngroup = card\nreader = \"(\"\nmsisdn = 123\n", ":4: reader '('"},
        {BRIDGE CARD "iccid = 899123456778890123\n\ngroup = card\nreader = x\nmsisdn = 123\n"
                     "iccid = 899123456778890123F\n",
         ":11: iccid 899123456778890123 is there twice"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bridge_settings *settings = read_text(rows[i].text);
        if (settings != NULL || strstr(error, rows[i].reason) == NULL)
            fail_msg("row %zu: '%s', expected '%s'", i, settings != NULL ? "taken" : error, rows[i].reason);
        assert_null(strstr(error, "12x4")); /* never the PIN itself */
    }
}

static void the_example_is_good(void **state)
{
    (void)state;
    char path[500];
    snprintf(path, sizeof path, "%s/pcsc-bridge/bridge.conf", getenv("SRCDIR"));
    struct bridge_settings *settings = bridge_settings_read(path, error, sizeof error);
    if (settings == NULL)
        fail_msg("%s", error);
    bridge_settings_free(&settings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(little_is_enough),
        cmocka_unit_test(everything_is_read),
        cmocka_unit_test(everything_is_heard_by_the_card),
        cmocka_unit_test(mistakes_are_named),
        cmocka_unit_test(the_example_is_good),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
