/* UUID and cookie: round trips over all parts and the whole range of ids, and what is not ours. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "gateway-plugin/kannel/message_reference.h"

static const int64_t ids[] = {1, 2, 63, 64, 255, 1234567890123, INT64_C(0x0FEDCBA987654321), INT64_MAX};

static void uuid_round_trip(void **state)
{
    uint8_t uuid[MESSAGE_REFERENCE_BYTES];
    struct bearer_reference back;

    (void)state;
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
        for (unsigned part = 1; part <= 255; part++) {
            struct bearer_reference reference = {ids[i], (uint8_t)part};
            message_reference_to_uuid(&reference, uuid);
            assert_true(message_reference_from_uuid(uuid, &back));
            assert_true(back.message_id == ids[i]);
            assert_int_equal(back.part, part);
        }
}

static void uuid_has_the_shape_of_version_4(void **state)
{
    uint8_t uuid[MESSAGE_REFERENCE_BYTES];

    (void)state;
    message_reference_to_uuid(&(struct bearer_reference){INT64_MAX, 255}, uuid);
    assert_int_equal(uuid[6] >> 4, 4);
    assert_int_equal(uuid[8] >> 6, 2);
}

/* Every single flipped bit gives another reference or none: nothing is ignored. */
static void uuid_bits_all_count(void **state)
{
    struct bearer_reference reference = {INT64_C(0x0123456789ABCDEF), 0x5A}, back;
    uint8_t uuid[MESSAGE_REFERENCE_BYTES];

    (void)state;
    for (unsigned bit = 0; bit < 8 * sizeof uuid; bit++) {
        message_reference_to_uuid(&reference, uuid);
        uuid[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
        bool ours = message_reference_from_uuid(uuid, &back);
        assert_false(ours && back.message_id == reference.message_id && back.part == reference.part);
        if (!ours)
            assert_true(back.message_id == 0);
    }
}

static void cookie_round_trip(void **state)
{
    char cookie[MESSAGE_COOKIE_SIZE];
    struct bearer_reference back;

    (void)state;
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
        for (unsigned part = 1; part <= 255; part++) {
            message_reference_to_cookie(&(struct bearer_reference){ids[i], (uint8_t)part}, cookie);
            assert_true(message_reference_from_cookie(cookie, &back));
            assert_true(back.message_id == ids[i]);
            assert_int_equal(back.part, part);
        }
    message_reference_to_cookie(&(struct bearer_reference){17, 2}, cookie);
    assert_string_equal(cookie, "ota:17:2");
}

static void foreign_cookies_are_not_ours(void **state)
{
    static const char *const cookies[] = {
        "", "ota:", "ota:1", "ota:1:", "ota:1:256", "ota:01:1", "ota:1:01", "ota: 1:1", "ota:1:1 ", "OTA:1:1",
        "ota:1:-1", "ota:99999999999999999999:1", "http://example.com/?id=1", "ota:x:1", "ota:1:1:1",
    };
    struct bearer_reference back;

    (void)state;
    for (size_t i = 0; i < sizeof cookies / sizeof cookies[0]; i++) {
        back.message_id = 7;
        assert_false(message_reference_from_cookie(cookies[i], &back));
        assert_true(back.message_id == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(uuid_round_trip),
        cmocka_unit_test(uuid_has_the_shape_of_version_4),
        cmocka_unit_test(uuid_bits_all_count),
        cmocka_unit_test(cookie_round_trip),
        cmocka_unit_test(foreign_cookies_are_not_ours),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
