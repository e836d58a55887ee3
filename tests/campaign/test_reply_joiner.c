/* Which parts are tried together, in which order, and what a flood costs at most. */
#include "gateway-plugin/campaign/reply_joiner.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define PIECE 10

struct table {
    struct inbound_part parts[INBOUND_PARTS_MAX];
    size_t count;
    int64_t last_id;
    uint8_t packet[INBOUND_PARTS_MAX * SMS_USER_DATA_MAX];
    /* what was tried */
    size_t tries, bytes;
    int64_t ids[JOIN_TRIES_MAX + 1][3];
    bool (*stop)(struct table *table, const struct inbound_part *const *chosen);
};

/* By number, the newest first, as the store gives them. RPL: `total` parts of `length` bytes. */
static void add(struct table *table, uint8_t total, uint8_t number, size_t length)
{
    size_t at = 0;
    while (at < table->count && table->parts[at].number < number)
        at++;
    memmove(&table->parts[at + 1], &table->parts[at], (table->count - at) * sizeof table->parts[0]);
    struct inbound_part *part = &table->parts[at];
    *part = (struct inbound_part){.id = ++table->last_id, .total = total, .number = number, .length = length};
    memset(part->payload, (int)part->id, sizeof part->payload);
    if (number == 1) {
        size_t rpl = total * length - 2;
        part->payload[0] = (uint8_t)(rpl >> 8);
        part->payload[1] = (uint8_t)rpl;
    }
    table->count++;
}

static bool note(void *user, const struct inbound_part *const *chosen, size_t length)
{
    struct table *table = user;
    for (size_t i = 0; i < 3 && i < chosen[0]->total; i++)
        table->ids[table->tries][i] = chosen[i]->id;
    for (size_t i = 0, at = 0; i < chosen[0]->total; at += chosen[i++]->length) {
        assert_int_equal(chosen[i]->number, i + 1);
        assert_memory_equal(table->packet + at, chosen[i]->payload, chosen[i]->length);
    }
    table->tries++;
    table->bytes += length;
    return table->stop != NULL && table->stop(table, chosen);
}

static bool join(struct table *table, uint8_t total, int64_t newest)
{
    const struct reply_joiner joiner = {.parts = table->parts,
                                        .count = table->count,
                                        .total = total,
                                        .newest = newest,
                                        .packet = table->packet,
                                        .size = sizeof table->packet,
                                        .try = note,
                                        .user = table};
    table->tries = table->bytes = 0;
    return reply_join(&joiner);
}

static struct table *new_table(void **state)
{
    free(*state);
    *state = calloc(1, sizeof(struct table));
    assert_non_null(*state);
    return *state;
}

static int free_table(void **state)
{
    free(*state);
    return 0;
}

static void test_missing_parts_are_waited_for(void **state)
{
    struct table *table = new_table(state);
    add(table, 3, 1, PIECE);
    assert_false(join(table, 3, 1));
    add(table, 3, 3, PIECE);
    assert_false(join(table, 3, 2));
    add(table, 3, 2, PIECE);
    assert_false(join(table, 3, 99)); /* the newest was dropped meanwhile */
    assert_int_equal(table->tries, 0);
    assert_true(join(table, 3, 3));
    assert_int_equal(table->tries, 1);
}

/* Ids: 1 and 2 are part 1, 3 and 4 part 2, 5 part 3 and the newest. */
static void test_newest_first_one_step_back_at_a_time(void **state)
{
    static const int64_t expected[][3] = {{2, 4, 5}, {2, 3, 5}, {1, 4, 5}, {1, 3, 5}};
    static const uint8_t numbers[] = {1, 1, 2, 2, 3};
    struct table *table = new_table(state);
    for (size_t i = 0; i < sizeof numbers; i++)
        add(table, 3, numbers[i], PIECE);
    assert_true(join(table, 3, 5));
    assert_int_equal(table->tries, 4);
    for (size_t i = 0; i < 4; i++)
        assert_memory_equal(table->ids[i], expected[i], sizeof expected[i]);
}

/* What was tried before the newest part came is not tried again. */
static void test_only_combinations_with_the_newest(void **state)
{
    struct table *table = new_table(state);
    for (int i = 0; i < 3; i++)
        for (uint8_t number = 1; number <= 2; number++)
            add(table, 2, number, PIECE);
    assert_true(join(table, 2, 6)); /* the third part 2, and three of part 1 */
    assert_int_equal(table->tries, 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(table->ids[i][1], 6);
    assert_true(join(table, 2, 2)); /* the same bytes once more keep their id: the first part 2 */
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(table->ids[i][1], 2);
}

/* Part 1 says how long the whole is. */
static void test_length_must_fit(void **state)
{
    struct table *table = new_table(state);
    add(table, 2, 1, PIECE);
    add(table, 2, 2, PIECE);
    add(table, 2, 2, PIECE - 1);
    assert_true(join(table, 2, 3));
    assert_int_equal(table->tries, 0);
    assert_true(join(table, 2, 1));
    assert_int_equal(table->tries, 1);
    assert_int_equal(table->ids[0][1], 2);
}

/* Three parts, each forged as well: however the six come, the right three are tried. */
static bool is_right(struct table *table, const struct inbound_part *const *chosen)
{
    (void)table;
    for (int i = 0; i < 3; i++)
        if (chosen[i]->reference != 1)
            return false;
    return true;
}

static void play_order(struct table *table, const int *order)
{
    bool found = false;
    memset(table, 0, sizeof *table);
    table->stop = is_right;
    for (int i = 0; i < 6; i++) {
        uint8_t number = (uint8_t)(order[i] % 3 + 1);
        add(table, 3, number, PIECE);
        for (size_t j = 0; j < table->count; j++)
            if (table->parts[j].id == table->last_id)
                table->parts[j].reference = order[i] < 3;
        join(table, 3, table->last_id);
        const int64_t *last = table->tries > 0 ? table->ids[table->tries - 1] : NULL;
        for (size_t j = 0, right = 0; last != NULL && j < table->count; j++) {
            right += table->parts[j].reference == 1 && last[table->parts[j].number - 1] == table->parts[j].id;
            found |= right == 3;
        }
    }
    assert_true(found);
}

static void test_right_parts_among_forged_in_every_order(void **state)
{
    struct table *table = new_table(state);
    int order[6], played = 0;
    for (int code = 0; code < 6 * 6 * 6 * 6 * 6 * 6; code++) {
        unsigned int seen = 0;
        for (int i = 0, rest = code; i < 6; i++, rest /= 6) {
            order[i] = rest % 6;
            seen |= 1u << order[i];
        }
        if (seen != 0x3F)
            continue;
        play_order(table, order);
        played++;
    }
    assert_int_equal(played, 720);
}

static void test_flood_is_bounded(void **state)
{
    struct table *table = new_table(state);
    for (uint8_t number = 1; number <= 63; number++)
        for (int copy = 0; copy < INBOUND_COPIES_MAX; copy++)
            add(table, 63, number, PIECE);
    assert_true(join(table, 63, table->last_id));
    assert_int_equal(table->tries, JOIN_TRIES_MAX);
    table = new_table(state);
    for (int number = 1; number <= 255; number++)
        for (int copy = 0; copy < 2; copy++)
            add(table, 255, (uint8_t)number, 130);
    assert_true(join(table, 255, table->last_id));
    assert_in_range(table->bytes, JOIN_BYTES_MAX, JOIN_BYTES_MAX + 255 * 130);
}

/* Parts that never add up cost looks, not tries; 8^63 of them are not looked at. */
static void test_flood_of_wrong_lengths_ends(void **state)
{
    struct table *table = new_table(state);
    for (uint8_t number = 1; number <= 63; number++)
        for (int copy = 0; copy < INBOUND_COPIES_MAX; copy++)
            add(table, 63, number, number == 1 ? PIECE : PIECE - 1);
    assert_true(join(table, 63, table->last_id));
    assert_int_equal(table->tries, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_missing_parts_are_waited_for, free_table),
        cmocka_unit_test_teardown(test_newest_first_one_step_back_at_a_time, free_table),
        cmocka_unit_test_teardown(test_only_combinations_with_the_newest, free_table),
        cmocka_unit_test_teardown(test_length_must_fit, free_table),
        cmocka_unit_test_teardown(test_right_parts_among_forged_in_every_order, free_table),
        cmocka_unit_test_teardown(test_flood_is_bounded, free_table),
        cmocka_unit_test_teardown(test_flood_of_wrong_lengths_ends, free_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
