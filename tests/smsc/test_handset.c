/* The phone against a scripted card: what it sends, and what each status word makes it tell the network. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "handset/handset.h"
#include "protocol/hex.h"

#define START_SIM                                                                                            \
    {"A0A40000023F00", "9F16"}, {"A0A40000027F20", "9F16"}, {"A0A40000026FAE", "9F0F"},                      \
        {"A0B0000001", "039000"},                                                                            \
    {                                                                                                        \
        "A01000000413", "9000"                                                                               \
    }
#define START_UICC                                                                                           \
    {"A0A40000023F00", "6E00"}, {"00A40004023F00", "6120"},                                                  \
    {                                                                                                        \
        "801000000413", "9000"                                                                               \
    }
#define END                                                                                                  \
    {                                                                                                        \
        NULL, NULL                                                                                           \
    }

/* A command begins with `command`; the card then says `response`. */
struct step {
    const char *command, *response;
};

struct scripted_card {
    const struct step *step;
    unsigned resets;
    bool repeats; /* the last step for ever */
    bool absent;
};

static int scripted_reset(void *card, uint8_t atr[static ATR_SIZE_MAX], size_t *atr_length)
{
    struct scripted_card *scripted = card;
    if (scripted->absent)
        return CARD_LINK_NO_CARD;
    atr[0] = 0x3B;
    atr[1] = 0x00;
    *atr_length = 2;
    scripted->resets++;
    return 0;
}

static int scripted_transmit(void *card, const uint8_t *command, size_t length,
                             uint8_t response[static APDU_RESPONSE_MAX], size_t *response_length)
{
    struct scripted_card *scripted = card;
    char hex[2 * APDU_COMMAND_MAX + 1];
    const struct step *step = scripted->step;
    hex_encode(command, length, hex);
    if (step->command == NULL)
        fail_msg("unexpected command %s", hex);
    if (strncmp(hex, step->command, strlen(step->command)) != 0)
        fail_msg("expected %s, got %s", step->command, hex);
    if (strcmp(step->response, "mute") == 0)
        return CARD_LINK_MUTE;
    assert_int_equal(
        hex_decode(step->response, strlen(step->response), response, APDU_RESPONSE_MAX, response_length), 0);
    if (!scripted->repeats || step[1].command != NULL)
        scripted->step++;
    return 0;
}

struct network {
    unsigned submits;
    bool busy;
    struct sms_submit last;
};

static bool on_submit(void *user, const struct sms_submit *sms)
{
    struct network *network = user;
    network->submits++;
    network->last = *sms;
    return !network->busy;
}

struct scene {
    struct handset handset;
    struct scripted_card card;
    struct network network;
    struct delivery delivery;
    uint8_t pid, dcs;
};

static void deliver(struct scene *scene)
{
    struct sms_deliver sms = {.has_user_data_header = true,
                              .originator = {.digits = "12345", .type = 0x81},
                              .pid = scene->pid ? scene->pid : 0x7F,
                              .dcs = scene->dcs ? scene->dcs : 0xF6,
                              .user_data = {0x02, 0x70, 0x00, 0xAA},
                              .user_data_length = 4};
    uint8_t tpdu[SMS_TPDU_MAX];
    struct byte_writer writer = byte_writer_on(tpdu, sizeof tpdu);
    assert_int_equal(sms_deliver_encode(&sms, &writer), 0);
    struct card_link link = {.card = &scene->card, .reset = scripted_reset, .transmit = scripted_transmit};
    struct handset_network network = {.user = &scene->network, .submit = on_submit};
    handset_deliver(&scene->handset, &link, tpdu, writer.length, &network, &scene->delivery);
}

static void assert_script_done(const struct scene *scene)
{
    assert_null(scene->card.step->command);
}

static void a_sim_is_started_once(void **state)
{
    (void)state;
    static const struct step script[] = {START_SIM, {"A0C20000", "9000"}, {"A0C20000", "9000"}, END};
    struct scene scene = {.card.step = script};
    deliver(&scene);
    assert_int_equal(scene.delivery.outcome, DELIVERY_ACCEPTED);
    assert_int_equal(scene.delivery.sw, 0x9000);
    deliver(&scene);
    assert_int_equal(scene.card.resets, 1);
    assert_int_equal(scene.handset.class_byte, 0xA0);
    assert_script_done(&scene);
}

static void the_envelope_holds_the_tpdu(void **state)
{
    (void)state;
    static const struct step script[] = {
        START_SIM, {"A0C200001CD11A820283818B144405812143F57FF60000000000000004027000AA", "9000"}, END};
    struct scene scene = {.card.step = script};
    deliver(&scene);
    assert_script_done(&scene);
}

static void a_card_of_phase_2_gets_no_profile(void **state)
{
    (void)state;
    static const struct step script[] = {{"A0A40000023F00", "9F16"}, {"A0A40000027F20", "9F16"},
                                         {"A0A40000026FAE", "9F0F"}, {"A0B0000001", "029000"},
                                         {"A0C20000", "6D00"},       END};
    struct scene scene = {.card.step = script};
    deliver(&scene);
    assert_int_equal(scene.delivery.outcome, DELIVERY_REFUSED);
    assert_int_equal(scene.delivery.cause, FCS_UNSPECIFIED);
    assert_script_done(&scene);
}

#define MORE_TIME "D009810301020082028182"

/* Every row of the table, on a SIM and on a UICC. */
static void status_words_become_outcomes(void **state)
{
    (void)state;
    static const struct {
        bool uicc;
        struct step steps[4];
        enum delivery_outcome outcome;
        uint8_t cause;
        size_t report;
    } rows[] = {
        {false, {{"A0C20000", "9000"}}, DELIVERY_ACCEPTED, 0, 0},
        {false, {{"A0C20000", "9205"}}, DELIVERY_ACCEPTED, 0, 0},
        {false,
         {{"A0C20000", "910B"}, {"A01200000B", MORE_TIME "9000"}, {"A0140000", "9000"}},
         DELIVERY_ACCEPTED,
         0,
         0},
        {false, {{"A0C20000", "9F03"}, {"A0C0000003", "0271009000"}}, DELIVERY_ACCEPTED, 0, 3},
        {false, {{"A0C20000", "6103"}, {"A0C0000003", "0271009000"}}, DELIVERY_ACCEPTED, 0, 3},
        {false, {{"A0C20000", "9E03"}, {"A0C0000003", "0271009000"}}, DELIVERY_REFUSED, 0xD5, 3},
        {false, {{"A0C20000", "9E03"}, {"A0C0000003", "6F00"}}, DELIVERY_REFUSED, 0xD5, 0},
        {false, {{"A0C20000", "9300"}}, DELIVERY_BUSY, 0xD4, 0},
        {false, {{"A0C20000", "9240"}}, DELIVERY_REFUSED, 0xFF, 0},
        {false, {{"A0C20000", "9210"}}, DELIVERY_REFUSED, 0xFF, 0},
        {false, {{"A0C20000", "6F00"}}, DELIVERY_REFUSED, 0xFF, 0},
        {false, {{"A0C20000", "6F05"}}, DELIVERY_REFUSED, 0xFF, 0},
        {false, {{"A0C20000", "6E00"}}, DELIVERY_REFUSED, 0xFF, 0},
        {false, {{"A0C20000", "6D00"}}, DELIVERY_REFUSED, 0xFF, 0},
        {false, {{"A0C20000", "6200"}}, DELIVERY_REFUSED, 0xFF, 0},
        {false, {{"A0C20000", "6300"}}, DELIVERY_REFUSED, 0xFF, 0},
        {true, {{"80C20000", "9000"}}, DELIVERY_ACCEPTED, 0, 0},
        {true,
         {{"80C20000", "910B"}, {"801200000B", MORE_TIME "9000"}, {"80140000", "9000"}},
         DELIVERY_ACCEPTED,
         0,
         0},
        {true, {{"80C20000", "6103"}, {"00C0000003", "0271009000"}}, DELIVERY_ACCEPTED, 0, 3},
        {true,
         {{"80C20000", "6108"}, {"00C0000008", "6C03"}, {"00C0000003", "0271009000"}},
         DELIVERY_ACCEPTED,
         0,
         3},
        {true, {{"80C20000", "6200"}, {"00C0000000", "0271009000"}}, DELIVERY_REFUSED, 0xD5, 3},
        {true, {{"80C20000", "6300"}, {"00C0000000", "6F00"}}, DELIVERY_REFUSED, 0xD5, 0},
        {true, {{"80C20000", "9300"}}, DELIVERY_BUSY, 0xD4, 0},
        {true, {{"80C20000", "9205"}}, DELIVERY_REFUSED, 0xFF, 0}, /* of a SIM alone */
        {true, {{"80C20000", "9240"}}, DELIVERY_REFUSED, 0xFF, 0},
        {true, {{"80C20000", "6F00"}}, DELIVERY_REFUSED, 0xFF, 0},
        {true, {{"80C20000", "6E01"}}, DELIVERY_REFUSED, 0xFF, 0},
        {true, {{"80C20000", "6D00"}}, DELIVERY_REFUSED, 0xFF, 0},
        {true, {{"80C20000", "9E03"}}, DELIVERY_REFUSED, 0xFF, 0},
        {true, {{"80C20000", "9F03"}}, DELIVERY_REFUSED, 0xFF, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scene scene = {.card.step = rows[i].steps,
                              .handset = {.started = true, .class_byte = rows[i].uicc ? 0x80 : 0xA0}};
        deliver(&scene);
        assert_script_done(&scene);
        if (scene.delivery.outcome != rows[i].outcome || scene.delivery.cause != rows[i].cause ||
            scene.delivery.report_length != rows[i].report)
            fail_msg("%s %s: outcome %d, cause %02X, %zu bytes", rows[i].uicc ? "UICC" : "SIM",
                     rows[i].steps[0].response, (int)scene.delivery.outcome, scene.delivery.cause,
                     scene.delivery.report_length);
        assert_true(scene.handset.started);
    }
}

/* SEND SHORT MESSAGE of the onomondo card: SMS-SUBMIT, DA 123, PID 7F, DCS F6. */
#define SEND_SHORT_MESSAGE "D0198103011300820281838B0E4100038121F37FF60502710000AB"

static void a_por_by_submit_reaches_the_network(void **state)
{
    (void)state;
    static const struct step script[] = {START_UICC,
                                         {"80C20000", "6103"},
                                         {"00C0000003", "027100911B"},
                                         {"801200001B", SEND_SHORT_MESSAGE "9000"},
                                         {"801400000C810301130082028281830100", "9000"},
                                         END};
    struct scene scene = {.card.step = script};
    deliver(&scene);
    assert_script_done(&scene);
    assert_int_equal(scene.delivery.outcome, DELIVERY_ACCEPTED);
    assert_int_equal(scene.delivery.report_length, 3);
    assert_int_equal(scene.network.submits, 1);
    assert_string_equal(scene.network.last.destination.digits, "123");
    assert_int_equal(scene.network.last.user_data_length, 5);
    assert_int_equal(scene.handset.class_byte, 0x80);
}

static void a_network_that_is_busy_is_reported_with_its_cause(void **state)
{
    (void)state;
    static const struct step script[] = {START_SIM,
                                         {"A0C20000", "911B"},
                                         {"A01200001B", SEND_SHORT_MESSAGE "9000"},
                                         {"A01400000D81030113008202828183022100", "9000"},
                                         END};
    struct scene scene = {.card.step = script, .network.busy = true};
    deliver(&scene);
    assert_script_done(&scene);
    assert_int_equal(scene.delivery.outcome, DELIVERY_ACCEPTED);
}

/* A chain: each TERMINAL RESPONSE announces the next one. */
static void proactive_commands_are_answered_by_the_table(void **state)
{
    (void)state;
    static const struct step script[] = {START_SIM,
                                         {"A0C20000", "910B"},
                                         {"A01200000B", "D009810301020082028182"
                                                        "9000"}, /* MORE TIME */
                                         {"A01400000C810301020082028281830100", "910F"},
                                         {"A01200000F", "D00D81030103008202818284020"
                                                        "11E"
                                                        "9000"}, /* POLL INTERVAL 30 s */
                                         {"A01400001081030103008202828183010084"
                                          "02011E",
                                          "910B"},
                                         {"A01200000B", "D009810301040082028182"
                                                        "9000"}, /* POLLING OFF */
                                         {"A01400000C810301040082028281830100", "910B"},
                                         {"A01200000B", "D009810301010082028182"
                                                        "9000"}, /* REFRESH, initialisation */
                                         {"A01400000C810301010082028281830100", "910B"},
                                         {"A01200000B", "D009810301210082028182"
                                                        "9000"}, /* DISPLAY TEXT: not offered */
                                         {"A01400000C810301210082028281830130", "9000"},
                                         END};
    struct scene scene = {.card.step = script};
    deliver(&scene);
    assert_script_done(&scene);
    assert_int_equal(scene.delivery.outcome, DELIVERY_ACCEPTED);
    assert_true(scene.handset.started);
}

static void a_refresh_with_reset_starts_the_card_again(void **state)
{
    (void)state;
    static const struct step script[] = {
        START_SIM, {"A0C20000", "910B"}, {"A01200000B", "D0098103010104820281829000"}, START_SIM, END};
    struct scene scene = {.card.step = script};
    deliver(&scene);
    assert_script_done(&scene);
    assert_int_equal(scene.card.resets, 2);
    assert_true(scene.handset.started);
}

static void an_endless_card_is_left_alone(void **state)
{
    (void)state;
    static const struct step script[] = {{"A0", "D009810301020082028182910B"}, END};
    struct scene scene = {.card = {.step = script, .repeats = true},
                          .handset = {.started = true, .class_byte = 0xA0}};
    deliver(&scene);
    assert_int_equal(scene.delivery.outcome, DELIVERY_ACCEPTED);
    assert_false(scene.handset.started);
}

static void nonsense_from_fetch_is_not_understood(void **state)
{
    (void)state;
    static const struct step script[] = {
        START_SIM, {"A0C20000", "9105"}, {"A012000005", "D0FF8103019000"},
        {"A01400000C810300000082028281830132", "9000"}, END};
    struct scene scene = {.card.step = script};
    deliver(&scene);
    assert_script_done(&scene);
    assert_int_equal(scene.delivery.outcome, DELIVERY_ACCEPTED);
}

static void a_missing_or_mute_card_is_no_delivery(void **state)
{
    (void)state;
    static const struct step script[] = {START_SIM, {"A0C20000", "mute"}, END};
    struct scene scene = {.card = {.step = script, .absent = true}};
    deliver(&scene);
    assert_int_equal(scene.delivery.outcome, DELIVERY_NO_CARD);
    assert_false(scene.handset.started);
    scene.card.absent = false;
    deliver(&scene); /* it may have the message */
    assert_int_equal(scene.delivery.outcome, DELIVERY_UNKNOWN);
    assert_false(scene.handset.started);
}

static void only_downloads_go_to_the_card(void **state)
{
    (void)state;
    static const struct step nothing[] = {END};
    static const struct {
        uint8_t pid, dcs;
    } others[] = {{0x40, 0xF6}, {0x7F, 0xF5}, {0x7F, 0x04}, {0x7F, 0x15}};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct scene scene = {.card.step = nothing, .pid = others[i].pid, .dcs = others[i].dcs};
        deliver(&scene);
        assert_int_equal(scene.delivery.outcome, DELIVERY_ACCEPTED);
        assert_int_equal(scene.card.resets, 0);
    }
    static const struct step general[] = {START_SIM, {"A0C20000", "9000"}, END};
    struct scene scene = {.card.step = general, .dcs = 0x16};
    deliver(&scene);
    assert_script_done(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sim_is_started_once),
        cmocka_unit_test(the_envelope_holds_the_tpdu),
        cmocka_unit_test(a_card_of_phase_2_gets_no_profile),
        cmocka_unit_test(status_words_become_outcomes),
        cmocka_unit_test(a_por_by_submit_reaches_the_network),
        cmocka_unit_test(a_network_that_is_busy_is_reported_with_its_cause),
        cmocka_unit_test(proactive_commands_are_answered_by_the_table),
        cmocka_unit_test(a_refresh_with_reset_starts_the_card_again),
        cmocka_unit_test(an_endless_card_is_left_alone),
        cmocka_unit_test(nonsense_from_fetch_is_not_understood),
        cmocka_unit_test(a_missing_or_mute_card_is_no_delivery),
        cmocka_unit_test(only_downloads_go_to_the_card),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
