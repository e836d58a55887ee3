/* Frames of a hostile or mistaken peer: what passes message_frame_is_sound() must not end the process in
 * gwlib's msg_unpack(); what bearerbox really sends passes. */
#include "gateway-plugin/kannel/kannel_headers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gateway-plugin/kannel/message_frame.h"

static bool is_sound(const Octstr *frame)
{
    return message_frame_is_sound((const uint8_t *)octstr_get_cstr(frame), (size_t)octstr_len(frame));
}

static Octstr *packed_sms(void)
{
    Msg *message = msg_create(sms);
    message->sms.sender = octstr_create("+961234567890");
    message->sms.receiver = octstr_create("12345");
    message->sms.udhdata = octstr_create_from_data("\x02\x71\x00", 3);
    message->sms.msgdata = octstr_create_from_data("\x00\x0B\x0A", 3);
    Octstr *packed = msg_pack(message);
    msg_destroy(message);
    return packed;
}

static void every_message_of_kannel_is_sound(void **state)
{
    static const enum msg_type types[] = {heartbeat, admin, sms, ack, wdp_datagram};
    (void)state;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        Msg *message = msg_create(types[i]);
        Octstr *packed = msg_pack(message);
        assert_true(is_sound(packed));
        octstr_destroy(packed);
        msg_destroy(message);
    }
    Octstr *packed = packed_sms();
    assert_true(is_sound(packed));
    octstr_destroy(packed);
}

static void every_truncation_is_not(void **state)
{
    (void)state;
    Octstr *packed = packed_sms();
    for (long length = 0; length < octstr_len(packed); length++) {
        uint8_t *exact = malloc((size_t)length + (length == 0));
        octstr_get_many_chars((char *)exact, packed, 0, length);
        assert_false(message_frame_is_sound(exact, (size_t)length));
        free(exact);
    }
    octstr_destroy(packed);
}

static void lengths_that_ended_the_process_are_not(void **state)
{
    static const uint8_t frames[][12] = {
        {0, 0, 0, 1, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFE},    /* admin, a string of -2 */
        {0, 0, 0, 1, 0, 0, 0, 0, 0x80, 0x00, 0x00, 0x00},    /* INT_MIN */
        {0, 0, 0, 1, 0, 0, 0, 0, 0x7F, 0xFF, 0xFF, 0xFF},    /* INT_MAX */
        {0, 0, 0, 2, 0x80, 0x00, 0x00, 0x00, 0, 0, 0, 0},    /* sms */
        {0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0},                /* no such message */
        {0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++)
        assert_false(message_frame_is_sound(frames[i], sizeof frames[i]));
}

/* 200,000 mutations of a real frame: gwlib takes every one that passes. */
static void what_is_sound_can_be_unpacked(void **state)
{
    unsigned seed = 20220812, passed = 0;
    (void)state;
    for (int i = 0; i < 200000; i++) {
        Octstr *frame = packed_sms();
        for (int changes = 1 + rand_r(&seed) % 3; changes > 0; changes--)
            octstr_set_char(frame, rand_r(&seed) % octstr_len(frame), rand_r(&seed) % 4 ? 0xFF : rand_r(&seed) & 0xFF);
        if (is_sound(frame)) {
            Msg *message = msg_unpack(frame);
            passed++;
            if (message != NULL)
                msg_destroy(message);
        }
        octstr_destroy(frame);
    }
    assert_in_range(passed, 10000, 199000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_of_kannel_is_sound),
        cmocka_unit_test(every_truncation_is_not),
        cmocka_unit_test(lengths_that_ended_the_process_are_not),
        cmocka_unit_test(what_is_sound_can_be_unpacked),
    };
    gwlib_init();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    gwlib_shutdown();
    return failed;
}
