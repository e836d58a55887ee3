/* The queue between the engine's thread and the link's. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "gateway-plugin/kannel/outbox.h"

#define UUID "4f544162-6f78-4010-8000-000000000044"

static bool is_awake(struct outbox *outbox)
{
    struct pollfd ready = {.fd = outbox_descriptor(outbox), .events = POLLIN};

    return poll(&ready, 1, 0) == 1;
}

static int put(struct outbox *outbox, int64_t id)
{
    uint8_t header[] = {0x02, 0x70, 0x00}, payload[137];
    char to[] = "971500000001";
    struct bearer_sms sms = {.reference = {id, 1}, .to = to, .header = header, .header_length = sizeof header,
                             .payload = payload, .length = sizeof payload, .validity_ms = 5};

    memset(payload, (int)id, sizeof payload);
    int result = outbox_put_sms(outbox, &sms);
    memset(payload, 0xEE, sizeof payload); /* what was put is a copy */
    memset(to, 'x', sizeof to - 1);
    return result;
}

static void in_order_and_copied(void **state)
{
    struct outbox *outbox = outbox_new(10);

    (void)state;
    outbox_open(outbox);
    assert_int_equal(put(outbox, 1), 0);
    assert_int_equal(outbox_put_acknowledgement(outbox, UUID), 0);
    assert_int_equal(put(outbox, 2), 0);
    assert_int_equal(outbox_length(outbox), 3);
    struct outgoing *first = outbox_take(outbox), *second = outbox_take(outbox), *third = outbox_take(outbox);
    assert_true(first->is_sms && first->sms.reference.message_id == 1);
    assert_string_equal(first->sms.to, "971500000001");
    assert_memory_equal(first->sms.header, "\x02\x70\x00", 3);
    assert_int_equal(first->sms.payload[136], 1);
    assert_true(first->sms.validity_ms == 5);
    assert_false(second->is_sms);
    assert_string_equal(second->uuid, UUID);
    assert_true(third->sms.reference.message_id == 2);
    assert_null(outbox_take(outbox));
    free(first);
    free(second);
    free(third);
    outbox_free(&outbox);
    assert_null(outbox);
}

static void closed_or_full_refuses_sms_only(void **state)
{
    struct outbox *outbox = outbox_new(2);

    (void)state;
    assert_int_equal(put(outbox, 1), -1);
    assert_int_equal(outbox_put_acknowledgement(outbox, UUID), 0);
    outbox_open(outbox);
    assert_int_equal(put(outbox, 1), 0);
    assert_int_equal(put(outbox, 2), 0);
    assert_int_equal(put(outbox, 3), -1);
    assert_int_equal(outbox_put_acknowledgement(outbox, UUID), 0);
    free(outbox_take(outbox)); /* the acknowledgement makes no room for an SMS */
    assert_int_equal(put(outbox, 3), -1);
    free(outbox_take(outbox));
    assert_int_equal(put(outbox, 3), 0);
    outbox_close(outbox);
    assert_int_equal(put(outbox, 4), -1);
    outbox_free(&outbox); /* with entries inside: nothing leaks under ASan */
}

static void putting_wakes(void **state)
{
    struct outbox *outbox = outbox_new(2);

    (void)state;
    assert_false(is_awake(outbox));
    outbox_calm(outbox); /* does not block */
    assert_int_equal(put(outbox, 1), -1);
    assert_false(is_awake(outbox));
    outbox_put_acknowledgement(outbox, UUID);
    assert_true(is_awake(outbox));
    outbox_calm(outbox);
    assert_false(is_awake(outbox));
    outbox_wake(outbox);
    assert_true(is_awake(outbox));
    outbox_free(&outbox);
}

enum { MANY = 20000 };

static void *put_many(void *outbox)
{
    for (int64_t id = 1; id <= MANY; id++)
        while (put(outbox, id) != 0)
            sched_yield();
    return NULL;
}

static void across_threads_nothing_is_lost(void **state)
{
    struct outbox *outbox = outbox_new(100);
    pthread_t thread;
    int64_t expected = 1;

    (void)state;
    outbox_open(outbox);
    assert_int_equal(pthread_create(&thread, NULL, put_many, outbox), 0);
    while (expected <= MANY) {
        struct pollfd ready = {.fd = outbox_descriptor(outbox), .events = POLLIN};
        assert_int_equal(poll(&ready, 1, 20000), 1);
        outbox_calm(outbox);
        for (struct outgoing *taken; (taken = outbox_take(outbox)) != NULL; free(taken))
            assert_true(taken->sms.reference.message_id == expected++);
    }
    pthread_join(thread, NULL);
    outbox_free(&outbox);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_order_and_copied),
        cmocka_unit_test(closed_or_full_refuses_sms_only),
        cmocka_unit_test(putting_wakes),
        cmocka_unit_test(across_threads_nothing_is_lost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
