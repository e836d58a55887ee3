/* The terminal against scripted cards: start, PIN, profile, every proactive command, polling, timers. */
#include "tests/handset/scripted_card.h"

#include "handset/terminal.h"

#define ICCID "8991234567788901235"
#define READ_ICCID                                                                                           \
    {"00A40004022FE2", "6110"},                                                                              \
    {                                                                                                        \
        "00B000000A", "981932547687981032F59000"                                                             \
    }
#define READ_ICCID_2G                                                                                        \
    {"A0A40000022FE2", "9F0F"},                                                                              \
    {                                                                                                        \
        "A0B000000A", "981932547687981032F59000"                                                             \
    }
#define USIM_AID "A0000000871002FF86FFFF89FFFFFFFF"
#define DIR                                                                                                  \
    {"00A40004022F00", "6110"}, {"00B2010400", "6C14"},                                                      \
        {"00B2010414", "61124F10A0000000871004FF86FFFF89FFFFFFFF9000"}, {"00B2020400", "6C14"},              \
    {                                                                                                        \
        "00B2020414", "61124F10" USIM_AID "9000"                                                             \
    }
#define SELECT_USIM                                                                                          \
    {                                                                                                        \
        "00A4040410" USIM_AID, "6110"                                                                        \
    }
/* No PIN is enabled: PS_DO 00. */
#define UICC_WITHOUT_PIN                                                                                     \
    {"00A40004023F00", "6108"}, {"00C0000008", "62068001008301019000"}, READ_ICCID, DIR, SELECT_USIM,        \
        {"00C0000010", "620BC60990010083010183018195019000"},                                                \
    {                                                                                                        \
        "80F2010C00", "9000"                                                                                 \
    }
/* Profile download, SMS-PP, 9Exx, timer expiration; command result; … date in byte 8; language and access
 * technology in byte 9. No texts, no BIP. */
#define PROFILE                                                                                              \
    {                                                                                                        \
        "80100000093301E8420100000744", "9000"                                                               \
    }
#define END                                                                                                  \
    {                                                                                                        \
        NULL, NULL                                                                                           \
    }

/* A UICC without USIM: used as it is, with the MF selected. */
#define NO_DIR_BUT_MF                                                                                        \
    {"00A40004022F00", "6A82"},                                                                              \
    {                                                                                                        \
        "00A40004023F00", "6107"                                                                             \
    }
#define NO_USIM                                                                                              \
    NO_DIR_BUT_MF, {"00C0000007", "6205A5038701009000"},                                                     \
    {                                                                                                        \
        "80F2010C00", "9000"                                                                                 \
    }

static struct scene quiet_scene(void)
{
    return (struct scene){.terminal.settings = {.refuses_texts = true,
                                                .imei = "490154203237518",
                                                .language = "en",
                                                .location = {0x24, 0xF5, 0x10, 0x00, 0x01, 0x00, 0x02},
                                                .access_technology = 0x08}};
}

/* A scene whose UICC is started. */
static struct scene ready_scene(void)
{
    struct scene scene = quiet_scene();
    scene.handset = (struct handset){.started = true, .class_byte = 0x80};
    scene.terminal.state = TERMINAL_READY;
    scene.terminal.poll_interval_ms = TERMINAL_POLL_MS;
    scene.terminal.next_poll_ms = TERMINAL_POLL_MS;
    return scene;
}

static void a_uicc_is_started_to_its_usim(void **state)
{
    (void)state;
    static const struct step script[] = {UICC_WITHOUT_PIN, PROFILE, END};
    struct scene scene = quiet_scene();
    strcpy(scene.terminal.settings.iccid, ICCID);
    assert_true(scene_start(&scene, script));
    assert_int_equal(scene.terminal.state, TERMINAL_READY);
    assert_string_equal(scene.terminal.iccid, ICCID);
    assert_int_equal(scene.handset.class_byte, 0x80);
}

static void a_sim_of_phase_2_is_started(void **state)
{
    (void)state;
    static const struct step script[] = {
        {"00A40004023F00", "6E00"},
        {"A0A40000023F00", "9F16"},
        {"A0C0000016", "000000003F000100000000000900000000000000000000009000"},
        READ_ICCID_2G,
        {"A0A40000027F20", "9F17"},
        {"A0C0000017", "000000007F2002000000000009B1063504008383838300009000"}, /* CHV1 is off: B1 */
        {"A0A40000027F20", "9F17"},
        {"A0A40000026FAE", "9F0F"},
        {"A0B0000001", "039000"},
        {"A0100000093301E8420100000744", "9000"},
        END};
    struct scene scene = quiet_scene();
    assert_true(scene_start(&scene, script));
    assert_int_equal(scene.handset.class_byte, 0xA0);
}

static void terminal_capability_comes_first_when_asked_for(void **state)
{
    (void)state;
    static const struct step script[] = {{"00A40004023F00", "6107"},
                                         {"00C0000007", "6205A5038701019000"},
                                         {"80AA000005A903820100", "9000"},
                                         READ_ICCID,
                                         NO_USIM,
                                         PROFILE,
                                         END};
    struct scene scene = quiet_scene();
    assert_true(scene_start(&scene, script));
}

static void terminal_capability_is_not_sent_unasked(void **state)
{
    (void)state;
    static const struct step script[] = {
        {"00A40004023F00", "6107"}, {"00C0000007", "6205A5038701009000"}, READ_ICCID, NO_USIM, PROFILE, END};
    struct scene scene = quiet_scene();
    assert_true(scene_start(&scene, script));
}

/* A card that does not know the class may say so by 6D00, too; a mode takes one class only. */
static void the_class_is_found_or_set(void **state)
{
    (void)state;
    static const struct step found[] = {{"00A40004023F00", "6D00"}, {"A0A40000023F00", "6F00"}, END};
    static const struct step sim[] = {{"A0A40000023F00", "6E00"}, END};
    static const struct step uicc[] = {{"00A40004023F00", "6E00"}, END};
    static const struct {
        enum terminal_cards cards;
        const struct step *script;
    } rows[] = {{TERMINAL_ANY_CARD, found}, {TERMINAL_SIM_ONLY, sim}, {TERMINAL_UICC_ONLY, uicc}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scene scene = quiet_scene();
        scene.terminal.settings.cards = rows[i].cards;
        assert_false(scene_start(&scene, rows[i].script));
        assert_int_equal(scene.terminal.state, TERMINAL_NO_ANSWER);
    }
}

static void another_card_is_refused_and_not_touched(void **state)
{
    (void)state;
    static const struct step script[] = {
        {"00A40004023F00", "6108"}, {"00C0000008", "62068001008301019000"}, READ_ICCID, END};
    struct scene scene = quiet_scene();
    strcpy(scene.terminal.settings.iccid, "8991234567788901236");
    strcpy(scene.terminal.settings.pin, "1234");
    assert_false(scene_start(&scene, script));
    assert_int_equal(scene.terminal.state, TERMINAL_OTHER_CARD);
    assert_true(terminal_refuses(&scene.terminal));
}

#define UICC_WITH_PIN(tries)                                                                                 \
    {"00A40004023F00", "6108"}, {"00C0000008", "62068001008301019000"}, READ_ICCID, DIR, SELECT_USIM,        \
        {"00C0000010", "620BC60990018083010183018195019000"},                                                \
    {                                                                                                        \
        "0020000100", tries                                                                                  \
    }

/* TS 102 221 7.4.2.2: 91xx instead of 9000 may end any command. */
#define MORE_TIME_IS_FETCHED                                                                                 \
    {"801200000B", "D0098103010200820281829000"},                                                            \
    {                                                                                                        \
        "801400000C810301020082028281830100", "9000"                                                         \
    }

static void what_waits_at_the_start_is_fetched(void **state)
{
    (void)state;
    static const struct step scripts[][20] = {
        {UICC_WITHOUT_PIN, {"80100000093301E8420100000744", "910B"}, MORE_TIME_IS_FETCHED, END},
        {UICC_WITH_PIN("63C3"),
         {"002000010831323334FFFFFFFF", "910B"},
         {"80F2010C00", "9000"},
         PROFILE,
         MORE_TIME_IS_FETCHED,
         END},
        {{"00A40004023F00", "910B"}, READ_ICCID, NO_USIM, PROFILE, MORE_TIME_IS_FETCHED, END},
    };
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        struct scene scene = quiet_scene();
        strcpy(scene.terminal.settings.pin, "1234");
        assert_true(scene_start(&scene, scripts[i]));
    }
}

static void a_pin_is_tried_once(void **state)
{
    (void)state;
    static const struct step right[] = {
        UICC_WITH_PIN("63C3"), {"002000010831323334FFFFFFFF", "9000"}, {"80F2010C00", "9000"}, PROFILE, END};
    static const struct step wrong[] = {UICC_WITH_PIN("63C3"), {"002000010831323334FFFFFFFF", "63C2"}, END};
    static const struct step again[] = {UICC_WITH_PIN("63C2"), END};
    struct scene scene = quiet_scene();
    strcpy(scene.terminal.settings.pin, "1234");
    assert_true(scene_start(&scene, right));
    assert_true(scene_start(&scene, right)); /* after a reset, too */
    assert_false(scene_start(&scene, wrong));
    assert_int_equal(scene.terminal.state, TERMINAL_PIN_WRONG);
    assert_false(scene_start(&scene, again)); /* though two tries are left */
    assert_int_equal(scene.terminal.state, TERMINAL_PIN_WRONG);
    assert_null(strstr(scene.log, "1234"));
}

#define OTHER_ICCID "981932547687981032F6"
#define OTHER_UICC_WITH_PIN(tries)                                                                           \
    {"00A40004023F00", "6108"}, {"00C0000008", "62068001008301019000"}, {"00A40004022FE2", "6110"},          \
        {"00B000000A", OTHER_ICCID "9000"}, DIR, SELECT_USIM,                                                \
        {"00C0000010", "620BC60990018083010183018195019000"},                                                \
    {                                                                                                        \
        "0020000100", tries                                                                                  \
    }

/* Where no ICCID is configured, several cards may come by turns. */
static void each_card_has_one_try(void **state)
{
    (void)state;
    static const struct step wrong[] = {UICC_WITH_PIN("63C3"), {"002000010831323334FFFFFFFF", "63C2"}, END};
    static const struct step again[] = {UICC_WITH_PIN("63C2"), END};
    static const struct step other_wrong[] = {
        OTHER_UICC_WITH_PIN("63C3"), {"002000010831323334FFFFFFFF", "63C2"}, END};
    static const struct step other_again[] = {OTHER_UICC_WITH_PIN("63C2"), END};
    static const struct step *const turns[] = {wrong, other_wrong, again, other_again, again};
    struct scene scene = quiet_scene();
    strcpy(scene.terminal.settings.pin, "1234");
    for (size_t i = 0; i < sizeof turns / sizeof *turns; i++) {
        assert_false(scene_start(&scene, turns[i]));
        assert_int_equal(scene.terminal.state, TERMINAL_PIN_WRONG);
    }
    for (size_t i = 0; i < TERMINAL_REFUSALS; i++)
        strcpy(scene.terminal.pin_refused_by[i], "8999");
    assert_false(scene_start(&scene, again)); /* it cannot be remembered */
    assert_int_equal(scene.terminal.state, TERMINAL_PIN_WRONG);
}

static void the_last_try_is_the_users(void **state)
{
    (void)state;
    static const struct step scripts[][20] = {
        {UICC_WITH_PIN("63C1"), END}, {UICC_WITH_PIN("6983"), END}, {UICC_WITH_PIN("6F00"), END}};
    for (size_t i = 0; i < 3; i++) {
        struct scene scene = quiet_scene();
        strcpy(scene.terminal.settings.pin, "1234");
        assert_false(scene_start(&scene, scripts[i]));
        assert_int_equal(scene.terminal.state, TERMINAL_PIN_LAST_TRY);
    }
    struct scene scene = quiet_scene();
    static const struct step unknown[] = {UICC_WITH_PIN("63C3"), END};
    assert_false(scene_start(&scene, unknown));
    assert_int_equal(scene.terminal.state, TERMINAL_PIN_WANTED);
}

/* The MF's PIN status: application PIN 01 disabled, universal PIN 11 enabled. */
#define MF_WITH_PIN "620EC60C900140830101830111950195"
#define UICC_WITH_PIN_AT_MF(tries)                                                                           \
    {"00A40004023F00", "6110"}, {"00C0000010", MF_WITH_PIN "9000"}, READ_ICCID, {"00A40004022F00", "6110"},  \
        {"00B2010400", "6C14"}, {"00B2010414", "61124F10A0000000871004FF86FFFF89FFFFFFFF9000"},              \
        {"00B2020400", "6A83"}, {"00A40004023F00", "6110"}, {"00C0000010", MF_WITH_PIN "9000"},              \
    {                                                                                                        \
        "0020001100", tries                                                                                  \
    }

static void the_pin_of_a_uicc_without_usim_is_the_mfs(void **state)
{
    (void)state;
    static const struct step right[] = {UICC_WITH_PIN_AT_MF("63C3"),
                                        {"002000110831323334FFFFFFFF", "9000"},
                                        {"80F2010C00", "9000"},
                                        PROFILE,
                                        END};
    static const struct step wrong[] = {
        UICC_WITH_PIN_AT_MF("63C3"), {"002000110831323334FFFFFFFF", "63C2"}, END};
    static const struct step again[] = {UICC_WITH_PIN_AT_MF("63C2"), END};
    static const struct step last[] = {UICC_WITH_PIN_AT_MF("63C1"), END};
    struct scene scene = quiet_scene();
    assert_false(scene_start(&scene, again));
    assert_int_equal(scene.terminal.state, TERMINAL_PIN_WANTED);
    strcpy(scene.terminal.settings.pin, "1234");
    assert_false(scene_start(&scene, last));
    assert_int_equal(scene.terminal.state, TERMINAL_PIN_LAST_TRY);
    assert_true(scene_start(&scene, right));
    assert_false(scene_start(&scene, wrong));
    assert_false(scene_start(&scene, again));
    assert_int_equal(scene.terminal.state, TERMINAL_PIN_WRONG);
}

/* A USIM that EF.DIR names and nobody can select. */
static void a_usim_that_is_not_there_is_none(void **state)
{
    (void)state;
    static const struct step script[] = {{"00A40004023F00", "6110"},
                                         {"00C0000010", MF_WITH_PIN "9000"},
                                         READ_ICCID,
                                         DIR,
                                         {"00A4040410" USIM_AID, "6A82"},
                                         {"00A40004023F00", "6110"},
                                         {"00C0000010", MF_WITH_PIN "9000"},
                                         {"0020001100", "63C1"},
                                         END};
    struct scene scene = quiet_scene();
    strcpy(scene.terminal.settings.pin, "1234");
    assert_false(scene_start(&scene, script));
    assert_int_equal(scene.terminal.state, TERMINAL_PIN_LAST_TRY);
}

#define UICC_WITH_STATUS(status)                                                                             \
    {"00A40004023F00", "6108"}, {"00C0000008", "62068001008301019000"}, READ_ICCID, DIR, SELECT_USIM,        \
    {                                                                                                        \
        "00C0000010", status "9000"                                                                          \
    }

/* Verified already, also with a command that waits; an administrator's reference is no PIN of ours. */
static void no_pin_is_sent_where_none_is_wanted(void **state)
{
    (void)state;
    static const struct step scripts[][20] = {
        {UICC_WITH_PIN("9000"), {"80F2010C00", "9000"}, PROFILE, END},
        {UICC_WITH_STATUS("620BC60990018083010A830181950190"), {"80F2010C00", "9000"}, PROFILE, END},
        {UICC_WITH_PIN("910B"), {"80F2010C00", "9000"}, PROFILE, MORE_TIME_IS_FETCHED, END},
    };
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        struct scene scene = quiet_scene();
        strcpy(scene.terminal.settings.pin, "1234");
        assert_true(scene_start(&scene, scripts[i]));
    }
}

static void a_sim_says_its_tries_itself(void **state)
{
    (void)state;
#define SIM_WITH_PIN(status)                                                                                 \
    {"00A40004023F00", "6E00"}, {"A0A40000023F00", "9F02"}, {"A0C0000002", "00009000"}, READ_ICCID_2G,       \
        {"A0A40000027F20", "9F13"},                                                                          \
    {                                                                                                        \
        "A0C0000013", "000000007F2002000000000009310635" status "9000"                                       \
    }
    static const struct step good[] = {SIM_WITH_PIN("040083"),     {"A02000010831323334FFFFFFFF", "9000"},
                                       {"A0A40000027F20", "9F17"}, {"A0A40000026FAE", "9F0F"},
                                       {"A0B0000001", "029000"},   END};
    static const struct step last[] = {SIM_WITH_PIN("040081"), END};
    struct scene scene = quiet_scene();
    strcpy(scene.terminal.settings.pin, "1234");
    assert_true(scene_start(&scene, good));
    assert_false(scene_start(&scene, last));
    assert_int_equal(scene.terminal.state, TERMINAL_PIN_LAST_TRY);
}

static void the_profile_says_what_is_configured(void **state)
{
    (void)state;
    static const struct bip_network network = {.user = NULL};
    static const struct step script[] = {UICC_WITHOUT_PIN,
                                         {"80100000113301FF6301"
                                          "0C0017540000"
                                          "1F8200000003",
                                          "9000"},
                                         END};
    struct scene scene = quiet_scene();
    scene.terminal.settings.refuses_texts = false;
    scene.terminal.bip.network = &network;
    assert_true(scene_start(&scene, script));
}

static void local_information_is_what_the_settings_say(void **state)
{
    (void)state;
    struct scene scene = ready_scene();
    scene.terminal.unix_seconds = 1795348800; /* 2026-11-22 12:00 UTC */
    scene_answer(&scene, "012600", "", "830100930724F51000010002");
    scene_answer(&scene, "012601", "", "83010094084A09512430325781");
    scene_answer(&scene, "012603", "", "830100A60762112221000000");
    scene_answer(&scene, "012604", "", "830100AD02656E");
    scene_answer(&scene, "012606", "", "830100BF0108");
    scene_answer(&scene, "012602", "", "830130");
    scene_answer(&scene, "012605", "", "830130");
}

static void polling_follows_the_card(void **state)
{
    (void)state;
    static const struct step none[] = {END};
    static const struct step status[] = {{"80F2000000", "9000"}, END};
    struct scene scene = ready_scene();
    scene_tend(&scene, none);
    scene.terminal.now_ms = 30000;
    scene_tend(&scene, status);
    assert_int_equal(terminal_next_due(&scene.terminal), 60000);
    scene_answer(&scene, "010300", "84020105", "83010084020105"); /* 5 s */
    assert_int_equal(terminal_next_due(&scene.terminal), 35000);
    scene_answer(&scene, "010300", "84020202", "83010084020101"); /* 0.2 s: no, 1 s */
    assert_int_equal(terminal_next_due(&scene.terminal), 31000);
    scene_answer(&scene, "010300", "84020002", "83010084020002"); /* 2 min */
    assert_int_equal(terminal_next_due(&scene.terminal), 150000);
    scene_answer(&scene, "010200", "", "830100"); /* MORE TIME changes nothing */
    assert_int_equal(terminal_next_due(&scene.terminal), 150000);
    scene_answer(&scene, "010400", "", "830100");
    assert_int_equal(terminal_next_due(&scene.terminal), INT64_MAX);
}

/* TS 51.011 9.2.2: a SIM's STATUS has 22 bytes to give. */
static void a_sim_is_polled_in_its_way(void **state)
{
    (void)state;
    static const struct step status[] = {{"A0F2000016", "9000"}, END};
    struct scene scene = ready_scene();
    scene.handset.class_byte = 0xA0;
    scene.terminal.now_ms = 30000;
    scene_tend(&scene, status);
}

/* STATUS is how a card gets its commands through. */
static void a_poll_brings_commands(void **state)
{
    (void)state;
    static const struct step script[] = {{"80F2000000", "910B"},
                                         {"801200000B", "D0098103010200820281829000"},
                                         {"801400000C810301020082028281830100", "9000"},
                                         END};
    struct scene scene = ready_scene();
    scene.terminal.now_ms = 30000;
    scene_tend(&scene, script);
}

static void timers_run_and_expire(void **state)
{
    (void)state;
    /* with the time that has passed since it was started (TS 102 223 7.4.2) */
    static const struct step busy[] = {{"80C200000ED70C82028281A40101A503001052", "9300"}, END};
    static const struct step expires[] = {{"80C200000ED70C82028281A40101A503001062", "9000"}, END};
    static const struct step none[] = {END};
    struct scene scene = ready_scene();
    scene.terminal.poll_interval_ms = 0;
    scene_answer(&scene, "012700", "A40101A503001052", "830100A40101"); /* 1 min 25 s */
    assert_int_equal(terminal_next_due(&scene.terminal), 85000);
    scene.terminal.now_ms = 10500;
    scene_answer(&scene, "012702", "A40101", "830100A40101A503001051");
    scene_tend(&scene, none);
    scene.terminal.now_ms = 85000;
    scene_tend(&scene, busy);
    scene.terminal.now_ms = 86000;
    scene_tend(&scene, expires);
    assert_int_equal(terminal_next_due(&scene.terminal), INT64_MAX);
    scene_answer(&scene, "012701", "A40101", "830124A40101");
    scene_answer(&scene, "012700", "A40109A503001052", "830132");
    scene_answer(&scene, "012700", "A40101", "830132");
}

static void a_second_passes(void *user)
{
    struct scene *scene = user;
    scene->terminal.now_ms += 1000;
    scene->terminal.unix_seconds++;
}

/* A conversation with a slow card is long: a timer runs from its command, and the date is the real one. */
static void time_passes_while_a_card_talks(void **state)
{
    (void)state;
    struct scene scene = ready_scene();
    scene.terminal.tell_time = a_second_passes;
    scene.terminal.unix_seconds = 1795348800; /* 2026-11-22 12:00 UTC */
    scene_answer(&scene, "012603", "", "830100A60762112221002000");
    assert_int_equal(scene.terminal.now_ms, 3000);
    scene_answer(&scene, "012700", "A40101A503000001", "830100A40101"); /* 10 s */
    assert_int_equal(terminal_next_due(&scene.terminal), 5000 + 10000);
}

/* TS 102 223 8.15, TS 23.038: in each alphabet, and what could forge or spoil a line of the log. */
static void each_alphabet_is_shown(void **state)
{
    (void)state;
    static const struct {
        const char *text, *shown;
    } rows[] = {
        {"8D060448656C6C6F", "Hello\n"},
        {"8D0600C8329BFD06", "Hello\n"},       /* packed */
        {"8D080061F1985C369F1B", "abcdefg\n"}, /* CR fills */
        {"8D080061F1985C369FD1", "abcdefgh\n"},
        {"8D05047B7D1B40", "\xC3\xA4\xC3\xB1|\n"}, /* the default alphabet, a septet in a byte */
        {"8D04041B6540", "\xE2\x82\xAC\xC2\xA1\n"},
        {"8D05080041000A", "A?\n"},
        {"8D0708000000416F22", "?A\xE6\xBC\xA2\n"},
        {"8D0404FF410A", "?A?\n"},
        {"8D0408006141", "a\n"}, /* half a unit */
    };
    struct scene scene = ready_scene();
    scene.terminal.settings.refuses_texts = false;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char line[64];
        scene.log[0] = '\0';
        scene_answer(&scene, "012180", rows[i].text, "830100");
        snprintf(line, sizeof line, "DISPLAY TEXT: %s", rows[i].shown);
        assert_non_null(strstr(scene.log, line));
    }
    scene_answer(&scene, "012500", "850580004100428F0401806F22", "830100"); /* UCS-2, TS 31.101 annex A */
    assert_non_null(strstr(scene.log, "SET UP MENU: AB\n"));
    assert_non_null(strstr(scene.log, "SET UP MENU: \xE6\xBC\xA2\n"));
}

static void texts_are_logged_and_answered(void **state)
{
    (void)state;
    struct scene scene = ready_scene();
    scene.terminal.settings.refuses_texts = false;
    scene_answer(&scene, "012500",
                 "8504"
                 "4D656E75"
                 "8F0401"
                 "4F6E65",
                 "830100");
    assert_non_null(strstr(scene.log, "SET UP MENU: Menu"));
    assert_non_null(strstr(scene.log, "SET UP MENU: One"));
    scene_answer(&scene, "012300",
                 "8D0304"
                 "5049",
                 "830112");
    scene_answer(&scene, "012400", "8F00", "830112");
    scene.terminal.settings.refuses_texts = true;
    scene_answer(&scene, "012180",
                 "8D0604"
                 "48656C6C6F",
                 "830130");
}

static void what_it_cannot_is_answered_too(void **state)
{
    (void)state;
    struct scene scene = ready_scene();
    scene_answer(&scene, "011300", "", "830132");       /* SEND SHORT MESSAGE without one */
    scene_answer(&scene, "011300", "8B0101", "830130"); /* or with half a one */
    assert_int_equal(scene.submits, 0);
    scene_answer(&scene, "011000", "", "830130"); /* SET UP CALL */
    scene_answer(&scene, "014001", "", "830130"); /* OPEN CHANNEL, which the configuration does not allow */
    scene_answer(&scene, "01FF00", "", "830130");
}

static void refresh_initialises_again(void **state)
{
    (void)state;
    static const char *const modes[] = {"010100", "010102", "010103", "010105", "010106"};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        struct scene scene = ready_scene();
        char fetched[60], response[60];
        snprintf(fetched, sizeof fetched, "D0098103%s820281829000", modes[i]);
        snprintf(response, sizeof response, "801400000C8103%s82028281830100", modes[i]);
        const struct step script[] = {{"80C20000", "910B"},
                                      {"801200000B", fetched},
                                      DIR,
                                      SELECT_USIM,
                                      {"00C0000010", "620BC60990010083010183018195019000"},
                                      {"80F2010C00", "9000"},
                                      {response, "9000"},
                                      END};
        scene_deliver(&scene, script);
        assert_true(scene.handset.started);
        assert_int_equal(scene.card.resets, 0);
    }
    struct scene scene = ready_scene();
    scene_answer(&scene, "010101", "9205013F002FE2", "830100"); /* files only */
    scene_answer(&scene, "010107", "", "830130");               /* steering: no radio */
}

static void refresh_with_reset_starts_from_the_beginning(void **state)
{
    (void)state;
    static const struct step script[] = {
        {"80C20000", "910B"}, {"801200000B", "D0098103010104820281829000"}, UICC_WITHOUT_PIN, PROFILE, END};
    struct scene scene = ready_scene();
    scene.terminal.timers[0] = (struct terminal_timer){.runs = true, .due_ms = 1};
    scene.terminal.events = 0xFF;
    scene.terminal.poll_interval_ms = 0; /* POLLING OFF was the card's wish before */
    scene_deliver(&scene, script);
    assert_int_equal(scene.card.resets, 1);
    assert_int_equal(terminal_next_due(&scene.terminal), TERMINAL_POLL_MS);
    assert_true(scene.handset.started);
    assert_false(scene.terminal.timers[0].runs);
    assert_int_equal(scene.terminal.events, 0);
}

static void a_busy_toolkit_is_asked_again(void **state)
{
    (void)state;
    static const struct step passes[] = {{"80C20000", "9300"},
                                         {"80F2000000", "910B"},
                                         {"801200000B", "D0098103010200820281829000"},
                                         {"801400000C810301020082028281830100", "9000"},
                                         {"80C20000", "9000"},
                                         END};
    static const struct step stays[] = {{"80C20000", "9300"},   {"80F2000000", "9000"}, {"80C20000", "9300"},
                                        {"80F2000000", "9000"}, {"80C20000", "9300"},   END};
    struct scene scene = ready_scene();
    scene_deliver(&scene, passes);
    assert_int_equal(scene.delivery.outcome, DELIVERY_ACCEPTED);
    scene_deliver(&scene, stays);
    assert_int_equal(scene.delivery.outcome, DELIVERY_BUSY);
    assert_int_equal(scene.delivery.cause, FCS_SIM_BUSY);
}

/* With T=1 the answer comes with its data. */
static void data_with_the_answer_is_the_report(void **state)
{
    (void)state;
    static const struct step accepted[] = {{"80C20000", "0271009000"}, END};
    static const struct step refused[] = {{"80C20000", "0271006200"}, END};
    static const struct step proactive[] = {{"80C20000", "027100910B"},
                                            {"801200000B", "D0098103010200820281829000"},
                                            {"801400000C810301020082028281830100", "9000"},
                                            END};
    struct scene scene = ready_scene();
    scene_deliver(&scene, accepted);
    assert_int_equal(scene.delivery.report_length, 3);
    scene_deliver(&scene, refused);
    assert_int_equal(scene.delivery.outcome, DELIVERY_REFUSED);
    assert_int_equal(scene.delivery.report_length, 3);
    scene_deliver(&scene, proactive);
    assert_int_equal(scene.delivery.report_length, 3);
}

/* Whether the card has seen the ENVELOPE decides whether it may be sent again. */
static void a_lost_card_is_told_from_a_lost_answer(void **state)
{
    (void)state;
    static const struct step gone[] = {{"80C20000", "gone"}, END};
    static const struct step mute[] = {{"80C20000", "mute"}, END};
    static const struct step later[] = {{"80C20000", "6103"}, {"00C0000003", "mute"}, END};
    struct scene scene = ready_scene();
    scene_deliver(&scene, gone);
    assert_int_equal(scene.delivery.outcome, DELIVERY_NO_CARD);
    assert_int_equal(scene.terminal.state, TERMINAL_NO_CARD);
    scene = ready_scene();
    scene_deliver(&scene, mute);
    assert_int_equal(scene.delivery.outcome, DELIVERY_UNKNOWN);
    assert_false(scene.handset.started);
    scene = ready_scene();
    scene_deliver(&scene, later); /* it has it: only its PoR is lost */
    assert_int_equal(scene.delivery.outcome, DELIVERY_ACCEPTED);
    assert_int_equal(scene.delivery.report_length, 0);
    assert_false(scene.handset.started);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_uicc_is_started_to_its_usim),
        cmocka_unit_test(a_sim_of_phase_2_is_started),
        cmocka_unit_test(terminal_capability_comes_first_when_asked_for),
        cmocka_unit_test(terminal_capability_is_not_sent_unasked),
        cmocka_unit_test(the_class_is_found_or_set),
        cmocka_unit_test(another_card_is_refused_and_not_touched),
        cmocka_unit_test(what_waits_at_the_start_is_fetched),
        cmocka_unit_test(a_pin_is_tried_once),
        cmocka_unit_test(the_pin_of_a_uicc_without_usim_is_the_mfs),
        cmocka_unit_test(a_usim_that_is_not_there_is_none),
        cmocka_unit_test(no_pin_is_sent_where_none_is_wanted),
        cmocka_unit_test(each_card_has_one_try),
        cmocka_unit_test(the_last_try_is_the_users),
        cmocka_unit_test(a_sim_says_its_tries_itself),
        cmocka_unit_test(the_profile_says_what_is_configured),
        cmocka_unit_test(local_information_is_what_the_settings_say),
        cmocka_unit_test(polling_follows_the_card),
        cmocka_unit_test(a_sim_is_polled_in_its_way),
        cmocka_unit_test(a_poll_brings_commands),
        cmocka_unit_test(timers_run_and_expire),
        cmocka_unit_test(time_passes_while_a_card_talks),
        cmocka_unit_test(each_alphabet_is_shown),
        cmocka_unit_test(texts_are_logged_and_answered),
        cmocka_unit_test(what_it_cannot_is_answered_too),
        cmocka_unit_test(refresh_initialises_again),
        cmocka_unit_test(refresh_with_reset_starts_from_the_beginning),
        cmocka_unit_test(a_busy_toolkit_is_asked_again),
        cmocka_unit_test(data_with_the_answer_is_the_report),
        cmocka_unit_test(a_lost_card_is_told_from_a_lost_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
