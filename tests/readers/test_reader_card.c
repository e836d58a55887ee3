/* What a card in a reader answers to frames. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "simsim/reader_card.h"

/* A card that counts. */
struct counting_card {
    int resets, commands;
    bool dead, mute;
};

static int reset(void *user, uint8_t atr[static ATR_SIZE_MAX], size_t *atr_length)
{
    struct counting_card *card = user;
    card->resets++;
    memcpy(atr, (const uint8_t[]){0x3B, 0x00}, 2);
    *atr_length = 2;
    return card->dead ? CARD_LINK_MUTE : 0;
}

static int transmit(void *user, const uint8_t *command, size_t length,
                    uint8_t response[static APDU_RESPONSE_MAX], size_t *response_length)
{
    struct counting_card *card = user;
    card->commands++;
    response[0] = command[0];
    response[1] = (uint8_t)length;
    *response_length = 2;
    return card->mute ? CARD_LINK_MUTE : 0;
}

static struct counting_card counting;
static struct reader_card reader;
static uint8_t reply[READER_REPLY_MAX];

static int open_card(void **state)
{
    (void)state;
    const struct card_link link = {.card = &counting, .reset = reset, .transmit = transmit};
    counting = (struct counting_card){0};
    reader_card_start(&reader, &link);
    return 0;
}

static size_t control(uint8_t code)
{
    return reader_card_answer(&reader, &code, 1, reply);
}

static void controls_reset_and_say_nothing(void **state)
{
    (void)state;
    assert_int_equal(counting.resets, 1);
    assert_int_equal(control(READER_POWER_ON), 0);
    assert_int_equal(control(READER_RESET), 0);
    assert_int_equal(control(READER_POWER_OFF), 0);
    assert_int_equal(counting.resets, 4);
}

static void the_atr_is_asked_for_without_a_reset(void **state)
{
    (void)state;
    assert_int_equal(control(READER_ASK_ATR), 4);
    assert_memory_equal(reply, ((const uint8_t[]){0x00, 0x02, 0x3B, 0x00}), 4);
    assert_int_equal(counting.resets, 1);
}

static void a_card_that_does_not_start_has_no_atr(void **state)
{
    (void)state;
    counting.dead = true;
    control(READER_POWER_ON);
    assert_int_equal(control(READER_ASK_ATR), READER_FRAME_HEADER);
    assert_memory_equal(reply, ((const uint8_t[]){0x00, 0x00}), 2);
}

static void other_controls_and_empty_frames_are_passed_over(void **state)
{
    (void)state;
    for (unsigned code = 0; code < 256; code++)
        if (code > READER_RESET && code != READER_ASK_ATR)
            assert_int_equal(control((uint8_t)code), 0);
    assert_int_equal(reader_card_answer(&reader, NULL, 0, reply), 0);
    assert_true(counting.resets == 1 && counting.commands == 0);
}

static void commands_of_any_length_are_answered(void **state)
{
    (void)state;
    uint8_t command[APDU_COMMAND_MAX] = {0xA0};
    for (size_t length = 2; length <= sizeof command; length++) {
        assert_int_equal(reader_card_answer(&reader, command, length, reply), 4);
        assert_memory_equal(reply, ((const uint8_t[]){0x00, 0x02, 0xA0, (uint8_t)length}), 4);
    }
    assert_int_equal(counting.commands, APDU_COMMAND_MAX - 1);
    assert_int_equal(reader_card_answer(&reader, command, APDU_COMMAND_MAX + 1, reply), 4);
    assert_memory_equal(reply, ((const uint8_t[]){0x00, 0x02, 0x67, 0x00}), 4);
    assert_int_equal(reader_card_answer(&reader, command, READER_FRAME_MAX, reply), 4);
    assert_int_equal(counting.commands, APDU_COMMAND_MAX - 1);
}

/* A card that offers both begins with T=0; what the driver agreed upon holds until the next reset. */
static void the_protocol_is_as_agreed_upon(void **state)
{
    (void)state;
    static const uint8_t with_le[] = {0x00, 0xA4, 0x00, 0x04, 0x02, 0x3F, 0x00, 0x00};
    assert_int_equal(reader_card_answer(&reader, with_le, sizeof with_le, reply), 4);
    assert_int_equal(reply[3], sizeof with_le);
    assert_int_equal(control(READER_USE_T1), 0);
    assert_int_equal(reader_card_answer(&reader, with_le, sizeof with_le, reply), 4);
    assert_int_equal(reply[3], sizeof with_le - 1); /* Le is the protocol's, not the card's */
    assert_int_equal(control(READER_USE_T0), 0);
    assert_int_equal(reader_card_answer(&reader, with_le, sizeof with_le, reply), 4);
    assert_int_equal(reply[3], sizeof with_le);
    control(READER_USE_T1);
    control(READER_RESET);
    assert_int_equal(reader_card_answer(&reader, with_le, sizeof with_le, reply), 4);
    assert_int_equal(reply[3], sizeof with_le);
}

static void a_mute_card_says_nothing(void **state)
{
    (void)state;
    counting.mute = true;
    assert_int_equal(reader_card_answer(&reader, (const uint8_t[]){0xA0, 0xF2, 0, 0, 2}, 5, reply), 0);
    assert_int_equal(counting.commands, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(controls_reset_and_say_nothing, open_card),
        cmocka_unit_test_setup(the_atr_is_asked_for_without_a_reset, open_card),
        cmocka_unit_test_setup(a_card_that_does_not_start_has_no_atr, open_card),
        cmocka_unit_test_setup(other_controls_and_empty_frames_are_passed_over, open_card),
        cmocka_unit_test_setup(commands_of_any_length_are_answered, open_card),
        cmocka_unit_test_setup(the_protocol_is_as_agreed_upon, open_card),
        cmocka_unit_test_setup(a_mute_card_says_nothing, open_card),
    };
    return cmocka_run_group_tests_name("reader card", tests, NULL, NULL);
}
