/* A card that follows a script: each command must begin as the step says, and is answered so. */
#ifndef OTA_TESTS_HANDSET_SCRIPTED_CARD_H
#define OTA_TESTS_HANDSET_SCRIPTED_CARD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "handset/handset.h"
#include "handset/terminal.h"
#include "protocol/hex.h"

struct step {
    const char *command, *response; /* hex; "mute", "gone" */
};

struct scripted_card {
    const struct step *step; /* up to one with NULL */
    unsigned resets;
};

static inline int scripted_reset(void *card, uint8_t atr[static ATR_SIZE_MAX], size_t *atr_length)
{
    struct scripted_card *scripted = card;
    atr[0] = 0x3B;
    atr[1] = 0x00;
    *atr_length = 2;
    scripted->resets++;
    return 0;
}

static inline int scripted_transmit(void *card, const uint8_t *command, size_t length,
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
    scripted->step++;
    if (strcmp(step->response, "mute") == 0)
        return CARD_LINK_MUTE;
    if (strcmp(step->response, "gone") == 0)
        return CARD_LINK_NO_CARD;
    assert_int_equal(
        hex_decode(step->response, strlen(step->response), response, APDU_RESPONSE_MAX, response_length), 0);
    return 0;
}

/* A phone, its terminal, its card and its network. */
struct scene {
    struct handset handset;
    struct terminal terminal;
    struct scripted_card card;
    struct delivery delivery;
    unsigned submits;
    char log[2000];
};

static inline bool scene_submit(void *user, const struct sms_submit *sms)
{
    struct scene *scene = user;
    (void)sms;
    scene->submits++;
    return true;
}

static inline void scene_log(void *user, const char *line)
{
    struct scene *scene = user;
    size_t used = strlen(scene->log);
    snprintf(scene->log + used, sizeof scene->log - used, "%s\n", line);
}

static inline struct card_link scene_link(struct scene *scene)
{
    return (struct card_link){.card = &scene->card, .reset = scripted_reset, .transmit = scripted_transmit};
}

static inline struct handset_network scene_network(struct scene *scene)
{
    scene->terminal.user = scene;
    scene->terminal.log = scene_log;
    return (struct handset_network){.user = scene, .submit = scene_submit, .terminal = &scene->terminal};
}

static inline void scene_script(struct scene *scene, const struct step *script)
{
    scene->card.step = script;
}

static inline void assert_script_done(const struct scene *scene)
{
    if (scene->card.step->command != NULL)
        fail_msg("the card still waits for %s", scene->card.step->command);
}

static inline bool scene_start(struct scene *scene, const struct step *script)
{
    struct card_link link = scene_link(scene);
    struct handset_network network = scene_network(scene);
    scene_script(scene, script);
    bool started = handset_start(&scene->handset, &link, &network);
    assert_script_done(scene);
    return started;
}

static inline void scene_tend(struct scene *scene, const struct step *script)
{
    struct card_link link = scene_link(scene);
    struct handset_network network = scene_network(scene);
    scene_script(scene, script);
    handset_tend(&scene->handset, &link, &network);
    assert_script_done(scene);
}

static inline void scene_deliver(struct scene *scene, const struct step *script)
{
    struct sms_deliver sms = {.has_user_data_header = true,
                              .originator = {.digits = "12345", .type = 0x81},
                              .pid = 0x7F,
                              .dcs = 0xF6,
                              .user_data = {0x02, 0x70, 0x00, 0xAA},
                              .user_data_length = 4};
    uint8_t tpdu[SMS_TPDU_MAX];
    struct byte_writer writer = byte_writer_on(tpdu, sizeof tpdu);
    struct card_link link = scene_link(scene);
    struct handset_network network = scene_network(scene);
    assert_int_equal(sms_deliver_encode(&sms, &writer), 0);
    scene_script(scene, script);
    handset_deliver(&scene->handset, &link, tpdu, writer.length, &network, &scene->delivery);
    assert_script_done(scene);
}

/* One proactive command and its TERMINAL RESPONSE. `fetched` is what stands in D0, without the head's
 * devices. */
static inline void scene_answer(struct scene *scene, const char *details, const char *rest,
                                const char *answer)
{
    char fetch[32], fetched[600], response[600];
    size_t length = 9 + strlen(rest) / 2;
    snprintf(fetch, sizeof fetch, "80120000%02zX", length + 2);
    snprintf(fetched, sizeof fetched, "D0%02zX8103%s82028182%s9000", length, details, rest);
    snprintf(response, sizeof response, "80140000%02zX8103%s82028281%s", 9 + strlen(answer) / 2, details,
             answer);
    char announced[20];
    snprintf(announced, sizeof announced, "91%02zX", length + 2);
    const struct step script[] = {
        {"80C20000", announced}, {fetch, fetched}, {response, "9000"}, {NULL, NULL}};
    scene_deliver(scene, script);
    assert_int_equal(scene->delivery.outcome, DELIVERY_ACCEPTED);
}

#endif
