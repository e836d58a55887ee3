/* Frames between a reader's driver and a card program, however they are cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "simsim/ifd/reader_frame.h"

/* Reset, ATR request, SELECT MF. */
static const uint8_t stream[] = {0x00, 0x01, 0x02, 0x00, 0x01, 0x04, 0x00, 0x07,
                                 0xA0, 0xA4, 0x00, 0x00, 0x02, 0x3F, 0x00};

static void frames_are_found_however_they_are_cut(void **state)
{
    (void)state;
    for (size_t cut = 1; cut <= sizeof stream; cut++) {
        uint8_t body[16];
        struct reader_frame frame = reader_frame_into(body, sizeof body);
        size_t lengths[3], count = 0;
        for (size_t at = 0; at < sizeof stream;) {
            size_t piece = sizeof stream - at < cut ? sizeof stream - at : cut;
            size_t taken = reader_frame_feed(&frame, stream + at, piece);
            assert_true(taken > 0 && taken <= piece);
            at += taken;
            if (!reader_frame_is_complete(&frame))
                continue;
            assert_true(count < 3);
            lengths[count++] = reader_frame_length(&frame);
            assert_memory_equal(body, stream + at - reader_frame_length(&frame), reader_frame_length(&frame));
            reader_frame_restart(&frame);
        }
        assert_int_equal(count, 3);
        assert_true(lengths[0] == 1 && lengths[1] == 1 && lengths[2] == 7);
    }
}

static void no_byte_of_the_next_frame_is_taken(void **state)
{
    (void)state;
    uint8_t body[4];
    struct reader_frame frame = reader_frame_into(body, sizeof body);
    assert_int_equal(reader_frame_feed(&frame, stream, sizeof stream), 3);
    assert_int_equal(reader_frame_missing(&frame), 0);
    assert_int_equal(reader_frame_feed(&frame, stream, sizeof stream), 0);
}

static void what_does_not_fit_is_counted(void **state)
{
    (void)state;
    uint8_t *body = malloc(5), zeros[0xFFFF] = {0};
    assert_non_null(body);
    struct reader_frame frame = reader_frame_into(body, 5);
    uint8_t header[READER_FRAME_HEADER];
    reader_frame_write_header(header, READER_FRAME_MAX);
    assert_int_equal(reader_frame_feed(&frame, header, 2), 2);
    assert_int_equal(reader_frame_missing(&frame), READER_FRAME_MAX);
    assert_int_equal(reader_frame_feed(&frame, zeros, 3), 3);
    assert_int_equal(reader_frame_feed(&frame, zeros, sizeof zeros), READER_FRAME_MAX - 3);
    assert_true(reader_frame_is_complete(&frame));
    assert_int_equal(reader_frame_length(&frame), READER_FRAME_MAX);
    free(body);
}

static void an_empty_frame_is_one(void **state)
{
    (void)state;
    uint8_t body[1], zeros[2] = {0};
    struct reader_frame frame = reader_frame_into(body, sizeof body);
    assert_int_equal(reader_frame_feed(&frame, zeros, 2), 2);
    assert_true(reader_frame_is_complete(&frame));
    assert_int_equal(reader_frame_length(&frame), 0);
}

static void headers_are_written_as_they_are_read(void **state)
{
    (void)state;
    uint8_t header[READER_FRAME_HEADER], body[1];
    for (size_t length = 0; length <= READER_FRAME_MAX; length++) {
        struct reader_frame frame = reader_frame_into(body, sizeof body);
        reader_frame_write_header(header, length);
        reader_frame_feed(&frame, header, sizeof header);
        assert_int_equal(reader_frame_length(&frame), length);
    }
    reader_frame_write_header(header, 0x0102);
    assert_true(header[0] == 1 && header[1] == 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_are_found_however_they_are_cut),
        cmocka_unit_test(no_byte_of_the_next_frame_is_taken),
        cmocka_unit_test(what_does_not_fit_is_counted),
        cmocka_unit_test(an_empty_frame_is_one),
        cmocka_unit_test(headers_are_written_as_they_are_read),
    };
    return cmocka_run_group_tests_name("reader frame", tests, NULL, NULL);
}
