/* A card that answers anything to anything: every talk ends, within a bounded number of commands. */
#include "tests/handset/scripted_card.h"

#include <stdlib.h>

#include "handset/bip_channel.h"

#define TALKS 20000
#define COMMANDS_MAX 20000 /* of one talk: a thousand rounds of a few commands, three tries, a start */

struct liar {
    uint64_t seed;
    unsigned commands;
};

static uint32_t next(struct liar *liar)
{
    liar->seed = liar->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(liar->seed >> 33);
}

static int liar_reset(void *card, uint8_t atr[static ATR_SIZE_MAX], size_t *atr_length)
{
    struct liar *liar = card;
    memset(atr, 0x3B, ATR_SIZE_MAX);
    *atr_length = next(liar) % (ATR_SIZE_MAX + 1);
    return next(liar) % 10 == 0 ? CARD_LINK_NO_CARD : 0;
}

/* A body that is often near to something: a proactive command of some kind with some element. */
static size_t lie(struct liar *liar, uint8_t *bytes)
{
    static const uint8_t types[] = {0x01, 0x02, 0x03, 0x04, 0x05, 0x13, 0x20, 0x21, 0x22,
                                    0x25, 0x26, 0x27, 0x40, 0x41, 0x42, 0x43, 0x44, 0x77};
    static const uint8_t tags[] = {0x84, 0x8B, 0x8D, 0x8F, 0x99, 0xA4, 0xA5, 0xB5, 0xB6,
                                   0xB7, 0xB9, 0xBC, 0xBE, 0x86, 0x85, 0xC6, 0xA5, 0x87};
    size_t length = next(liar) % 257;
    for (size_t i = 0; i < length; i++)
        bytes[i] = (uint8_t)next(liar);
    if (length < 20 || next(liar) % 3 == 0)
        return length;
    uint8_t head[] = {0xD0,
                      (uint8_t)(length - 2),
                      0x81,
                      0x03,
                      0x01,
                      types[next(liar) % sizeof types],
                      (uint8_t)(next(liar) % 8),
                      0x82,
                      0x02,
                      0x81,
                      (uint8_t)(0x20 + next(liar) % 8)};
    if (length > 129) {
        head[1] = 0x7F;
        length = 129;
    }
    memcpy(bytes, head, sizeof head);
    for (size_t at = sizeof head; at + 2 <= length;) {
        bytes[at] = tags[next(liar) % sizeof tags];
        bytes[at + 1] = (uint8_t)(next(liar) % (next(liar) % 20 == 0 ? 256 : 8));
        at += 2u + bytes[at + 1];
    }
    return length;
}

static int liar_transmit(void *card, const uint8_t *command, size_t length,
                         uint8_t response[static APDU_RESPONSE_MAX], size_t *response_length)
{
    static const uint16_t words[] = {0x9000, 0x9100, 0x9110, 0x91FF, 0x6110, 0x9F17, 0x9E10, 0x6C05, 0x6CFF,
                                     0x6200, 0x63C3, 0x63C1, 0x9300, 0x6E00, 0x6F00, 0x6983, 0x9240, 0x6D00};
    struct liar *liar = card;
    assert_true(length >= 5 && length <= APDU_COMMAND_MAX && command != NULL);
    if (++liar->commands > COMMANDS_MAX)
        fail_msg("the talk has no end");
    switch (next(liar) % 200) {
    case 0: return CARD_LINK_MUTE;
    case 1: return CARD_LINK_NO_CARD;
    case 2: *response_length = next(liar) % 2; return 0; /* no SW */
    default: break;
    }
    if (command[1] != 0xC2 && next(liar) % 8 != 0 &&
        (command[1] & 0x0F) != 0x02) { /* the truth, to be let in */
        size_t told = command[1] == 0xB0 ? command[4] : 0;
        memset(response, 0x11, told);
        response[told] = 0x90;
        response[told + 1] = 0x00;
        *response_length = told + 2;
        return 0;
    }
    size_t body = next(liar) % 2 ? lie(liar, response) : 0;
    uint16_t sw = next(liar) % 8 ? words[next(liar) % 18] : (uint16_t)next(liar);
    response[body] = (uint8_t)(sw >> 8);
    response[body + 1] = (uint8_t)sw;
    *response_length = body + 2;
    return 0;
}

/* A network as unreliable. */
static int odd_open(void *user, const struct bip_destination *destination, int *link)
{
    (void)destination;
    *link = 0;
    return next(user) % 3 == 0 ? BIP_UNREACHABLE : BIP_OK;
}
static bool odd_send(void *user, int link, const uint8_t *bytes, size_t length)
{
    (void)link;
    assert_true(length <= BIP_BUFFER_MAX && bytes != NULL);
    return next(user) % 5 != 0;
}
static int odd_receive(void *user, int link, uint8_t *bytes, size_t size)
{
    (void)link;
    uint32_t n = next(user) % 4;
    memset(bytes, 0xAA, size);
    return n == 0 ? -1 : n == 1 ? 0 : (int)(next(user) % (size + 1));
}
static void odd_close(void *user, int link)
{
    (void)user;
    (void)link;
}

static void every_talk_ends(void **state)
{
    (void)state;
    struct liar liar = {.seed = 1};
    const struct bip_network network = {
        .user = &liar, .open = odd_open, .send = odd_send, .receive = odd_receive, .close = odd_close};
    struct scene scene = {
        .terminal = {.settings = {.imei = "490154203237518", .language = "en", .pin = "1234"},
                     .bip.network = &network}};
    struct card_link link = {.card = &liar, .reset = liar_reset, .transmit = liar_transmit};
    struct handset_network air = scene_network(&scene);
    air.terminal->log = NULL;
    uint8_t tpdu[] = {0x40, 0x05, 0x81, 0x21, 0x43, 0xF5, 0x7F, 0xF6, 0,   0,
                      0,    0,    0,    0,    0,    0x03, 0x02, 0x70, 0x00};
    unsigned seen[DELIVERY_UNKNOWN + 1] = {0}, ready = 0;
    for (unsigned i = 0; i < TALKS; i++) {
        liar.commands = 0;
        scene.terminal.now_ms += 1000 * (next(&liar) % 60);
        switch (next(&liar) % 3) {
        case 0: handset_tend(&scene.handset, &link, &air); break;
        case 1: ready += handset_start(&scene.handset, &link, &air); break;
        default:
            handset_deliver(&scene.handset, &link, tpdu, sizeof tpdu, &air, &scene.delivery);
            assert_true(scene.delivery.report_length <= sizeof scene.delivery.report);
            seen[scene.delivery.outcome]++;
        }
    }
    for (size_t i = 0; i <= DELIVERY_UNKNOWN; i++) /* the lies reached every corner */
        assert_true(seen[i] > 0);
    assert_true(ready > 0);
}

/* 91xx without end, to a proper command each time. */
static int endless_transmit(void *card, const uint8_t *command, size_t length,
                            uint8_t response[static APDU_RESPONSE_MAX], size_t *response_length)
{
    static const uint8_t more_time[] = {0xD0, 0x09, 0x81, 0x03, 0x01, 0x02, 0x00,
                                        0x82, 0x02, 0x81, 0x82, 0x91, 0x0B};
    struct liar *liar = card;
    (void)command;
    (void)length;
    if (++liar->commands > COMMANDS_MAX)
        fail_msg("the talk has no end");
    memcpy(response, more_time, sizeof more_time);
    *response_length = sizeof more_time;
    return 0;
}

static void an_endless_card_begins_anew(void **state)
{
    (void)state;
    struct liar liar = {.seed = 1};
    struct card_link link = {.card = &liar, .reset = liar_reset, .transmit = endless_transmit};
    struct scene scene = {.handset = {.started = true, .class_byte = 0x80},
                          .terminal.state = TERMINAL_READY,
                          .terminal.poll_interval_ms = 1};
    struct handset_network air = scene_network(&scene);
    scene.terminal.now_ms = 1;
    handset_tend(&scene.handset, &link, &air);
    assert_false(scene.handset.started);
    assert_non_null(strstr(scene.log, "no end of commands"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_talk_ends),
        cmocka_unit_test(an_endless_card_begins_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
