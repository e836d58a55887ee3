/* The counter that follows, by mode and by what became of the last one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "gateway-plugin/model/message_counter.h"
#include "protocol/response_packet.h"

/* The last packet, in mode "higher", used the highest value; nothing was known before. */
static struct counter_scope scope_after(uint64_t value, enum message_state state, int por_status)
{
    return (struct counter_scope){.value = value,
                                  .last = {.known = true,
                                           .campaign_id = 1,
                                           .counter = value,
                                           .mode = COUNTER_HIGHER,
                                           .state = state,
                                           .por_status = por_status,
                                           .por = POR_ALWAYS}};
}

/* The card held `value - 1` for sure when the last packet left, in mode "exactly one more". */
static struct counter_scope exact_after(uint64_t value, enum message_state state, int por_status)
{
    struct counter_scope scope = scope_after(value, state, por_status);
    scope.last.mode = COUNTER_NEXT;
    scope.held = (struct counter_held){value - 1, value - 1, value - 1, 0};
    return scope;
}

static uint64_t next(enum counter_mode mode, struct counter_scope scope)
{
    struct counter_choice choice;
    assert_true(counter_choose(mode, &scope, &choice));
    assert_int_equal(choice.repeats_last, scope.last.known && choice.counter == scope.last.counter);
    return choice.counter;
}

static void test_first_counter_is_one(void **state)
{
    (void)state;
    for (int mode = COUNTER_NONE; mode <= COUNTER_NEXT; mode++)
        assert_int_equal(next((enum counter_mode)mode, (struct counter_scope){0}), 1);
}

static void test_modes_that_go_on_whatever_happened(void **state)
{
    static const int answers[] = {-1, POR_STATUS_OK, POR_STATUS_CC_FAILED, POR_STATUS_CNTR_HIGH,
                                  POR_STATUS_CNTR_LOW};
    (void)state;
    for (int mode = COUNTER_NONE; mode <= COUNTER_UNCHECKED; mode++)
        for (size_t i = 0; i < 5; i++)
            assert_int_equal(next((enum counter_mode)mode, scope_after(7, MESSAGE_FAILED, answers[i])), 8);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(next(COUNTER_HIGHER, scope_after(7, MESSAGE_FAILED, answers[i])), 8);
    assert_int_equal(next(COUNTER_HIGHER, scope_after(7, MESSAGE_EXECUTED_UNKNOWN, POR_STATUS_CNTR_LOW)), 8);
    assert_int_equal(
        next(COUNTER_HIGHER, scope_after(7, MESSAGE_EXECUTED_UNKNOWN, POR_STATUS_UNIDENTIFIED_ERROR)), 8);
}

/* Answered 02 or 06 for ever: by a card that is far ahead, or by a forger. */
static void test_jumps_are_bounded(void **state)
{
    static const int answers[] = {POR_STATUS_CNTR_LOW, POR_STATUS_UNIDENTIFIED_ERROR};
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct counter_scope scope = scope_after(1, MESSAGE_FAILED, answers[i]);
        struct counter_choice choice;
        unsigned int jumps = 0;
        for (int message = 0; message < 1000; message++) {
            assert_true(counter_choose(COUNTER_HIGHER, &scope, &choice));
            assert_true(choice.counter > scope.value);
            assert_int_equal(choice.jumped, message < COUNTER_JUMPS_MAX);
            jumps += choice.jumped;
            scope.value = scope.last.counter = choice.counter;
            scope.jumps = choice.jumps;
        }
        assert_int_equal(jumps, COUNTER_JUMPS_MAX);
        assert_int_equal(scope.value, 1 + 65280 + 1000 - COUNTER_JUMPS_MAX);
    }
}

static void test_success_forgives_the_jumps(void **state)
{
    struct counter_choice choice;
    struct counter_scope scope = scope_after(70000, MESSAGE_UPDATED, POR_STATUS_OK);
    (void)state;
    scope.jumps = COUNTER_JUMPS_MAX;
    assert_true(counter_choose(COUNTER_HIGHER, &scope, &choice));
    assert_int_equal(choice.jumps, 0);
    scope.last.por_is_weak = true; /* a 00 that is not believed */
    assert_true(counter_choose(COUNTER_HIGHER, &scope, &choice));
    assert_int_equal(choice.jumps, COUNTER_JUMPS_MAX);
    scope.last.por_is_weak = false;
    scope.last.mode = COUNTER_UNCHECKED; /* what the card took unchecked forgives nothing */
    assert_true(counter_choose(COUNTER_HIGHER, &scope, &choice));
    assert_int_equal(choice.jumps, COUNTER_JUMPS_MAX);
    scope.last = (struct counter_packet){.known = true, .state = MESSAGE_UNKNOWN, .por_status = -1};
    assert_true(counter_choose(COUNTER_HIGHER, &scope, &choice));
    assert_int_equal(choice.jumps, COUNTER_JUMPS_MAX);
}

static void test_the_end_of_the_counter(void **state)
{
    struct counter_choice choice;
    struct counter_scope scope = scope_after(COUNTER_MAX - 1, MESSAGE_FAILED, POR_STATUS_CNTR_LOW);
    (void)state;
    assert_true(counter_choose(COUNTER_HIGHER, &scope, &choice)); /* no jump over the end */
    assert_true(choice.counter == COUNTER_MAX);
    for (int mode = COUNTER_NONE; mode <= COUNTER_NEXT; mode++) {
        scope = scope_after(COUNTER_MAX, MESSAGE_UPDATED, POR_STATUS_OK);
        assert_false(counter_choose((enum counter_mode)mode, &scope, &choice));
    }
}

/* Only the refusal of the highest one says that the card is ahead of us. */
static void test_no_jump_for_less_than_the_highest(void **state)
{
    struct counter_scope scope = exact_after(5, MESSAGE_FAILED, POR_STATUS_CNTR_LOW);
    (void)state;
    scope.value = 9;
    assert_int_equal(next(COUNTER_HIGHER, scope), 10);
    scope.last.counter = 9;
    assert_int_equal(next(COUNTER_HIGHER, scope), 9 + COUNTER_JUMP);
    scope.last.mode = COUNTER_UNCHECKED; /* a card that does not check cannot say so */
    assert_int_equal(next(COUNTER_HIGHER, scope), 10);
}

/* --- exactly one more --- */

/* What the card may not have taken comes again. */
static void test_exact_counter_by_evidence(void **state)
{
    static const struct {
        enum message_state state;
        int por_status;
        int step;
    } rows[] = {
        {MESSAGE_UPDATED, POR_STATUS_OK, 1},
        {MESSAGE_PARTIAL, POR_STATUS_OK, 1},
        {MESSAGE_UNKNOWN, -1, 0},
        {MESSAGE_FAILED, -1, 0},
        {MESSAGE_UNKNOWN, POR_STATUS_MORE_TIME, 1},
        {MESSAGE_UNKNOWN, POR_STATUS_BY_SMS_SUBMIT, 1},
        {MESSAGE_UNKNOWN, POR_STATUS_BY_USSD, 1},
        {MESSAGE_FAILED, POR_STATUS_CNTR_LOW, 1},
        {MESSAGE_EXECUTED_UNKNOWN, POR_STATUS_CNTR_LOW, 1},
        {MESSAGE_EXECUTED_UNKNOWN, POR_STATUS_UNIDENTIFIED_ERROR, 1},
        {MESSAGE_FAILED, POR_STATUS_UNIDENTIFIED_ERROR, 0},
        {MESSAGE_FAILED, POR_STATUS_CC_FAILED, 0},
        {MESSAGE_FAILED, POR_STATUS_TAR_UNKNOWN, 0},
        {MESSAGE_FAILED, POR_STATUS_CNTR_HIGH, -1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(next(COUNTER_NEXT, exact_after(7, rows[i].state, rows[i].por_status)),
                         7 + rows[i].step);
    assert_int_equal(next(COUNTER_NEXT, exact_after(1, MESSAGE_FAILED, POR_STATUS_CNTR_HIGH)), 1);
}

/* A 00 that is less protected than asked proves nothing; a 02 always comes in clear and moves by one. */
static void test_exact_counter_and_weak_answers(void **state)
{
    struct counter_scope scope = exact_after(7, MESSAGE_UNKNOWN, POR_STATUS_OK);
    (void)state;
    scope.last.por_is_weak = true;
    assert_int_equal(next(COUNTER_NEXT, scope), 7);
    scope.last.por_status = POR_STATUS_MORE_TIME;
    assert_int_equal(next(COUNTER_NEXT, scope), 7);
    scope.last.state = MESSAGE_FAILED;
    scope.last.por_status = POR_STATUS_CNTR_LOW;
    assert_int_equal(next(COUNTER_NEXT, scope), 8);
}

static void test_exact_counter_without_por(void **state)
{
    struct counter_scope scope = exact_after(7, MESSAGE_UPDATED, -1);
    (void)state;
    scope.last.por = POR_NONE;
    assert_int_equal(next(COUNTER_NEXT, scope), 8);
    scope.last.por = POR_ON_ERROR;
    assert_int_equal(next(COUNTER_NEXT, scope), 8);
    scope.last.por = POR_ALWAYS; /* credited by another iteration's PoR: says nothing about this packet */
    assert_int_equal(next(COUNTER_NEXT, scope), 7);
}

/* Cards that say 06 to an equal counter: only to one that was sent before can it mean that. */
static void test_unidentified_error_may_mean_equal(void **state)
{
    struct counter_scope scope = exact_after(7, MESSAGE_FAILED, POR_STATUS_UNIDENTIFIED_ERROR);
    (void)state;
    assert_int_equal(next(COUNTER_NEXT, scope), 7);
    scope.held.high = 7;
    assert_int_equal(next(COUNTER_NEXT, scope), 8);
}

/* What the card does not check moves our value, not its own. */
static void test_unchecked_packets_do_not_move_the_card(void **state)
{
    struct counter_choice choice;
    struct counter_scope scope = {.value = 4, .held = {4, 4, 4, 0}};
    (void)state;
    for (int i = 0; i < 10; i++) {
        assert_true(counter_choose(i % 2 ? COUNTER_NONE : COUNTER_UNCHECKED, &scope, &choice));
        assert_int_equal(choice.counter, 5 + i);
        scope = scope_after(choice.counter, MESSAGE_UPDATED, POR_STATUS_OK);
        scope.last.mode = i % 2 ? COUNTER_NONE : COUNTER_UNCHECKED;
        scope.held = choice.held;
        assert_int_equal(next(COUNTER_NEXT, scope), 5);
    }
    assert_int_equal(next(COUNTER_HIGHER, scope), 15);
}

/* A packet that is sent again as it is tells as much as a new one. */
static void test_repetition_takes_the_last_answer_in(void **state)
{
    struct counter_choice choice;
    struct counter_scope scope = scope_after(7, MESSAGE_UPDATED, POR_STATUS_OK);
    (void)state;
    scope.jumps = 3;
    counter_repeat(5, &scope, &choice);
    assert_int_equal(choice.counter, 5);
    assert_int_equal(choice.jumps, 3);
    assert_int_equal(choice.held.low, 7);
    assert_int_equal(choice.held.guess, 7);
    assert_int_equal(choice.held.high, 7);
    assert_false(choice.repeats_last);
    counter_repeat(7, &scope, &choice);
    assert_true(choice.repeats_last);
}

/* --- against a card --- */

/* A card as TS 102 225 5.1.1.2 has it, and the kinds that differ. */
struct model_card {
    uint64_t stored;
    bool keeps_unchecked; /* keeps the counter of packets that it does not check, too */
    int on_equal;         /* 02 or 06 */
    uint64_t executed;    /* the highest that it executed in the modes 10 and 11 */
};

static int card_take(struct model_card *card, enum counter_mode mode, uint64_t counter)
{
    if (mode >= COUNTER_HIGHER) {
        if (counter <= card->stored)
            return counter == card->stored ? card->on_equal : POR_STATUS_CNTR_LOW;
        if (mode == COUNTER_NEXT && counter != card->stored + 1)
            return POR_STATUS_CNTR_HIGH;
        assert_true(counter > card->executed); /* none executed twice, none goes back */
        card->executed = counter;
    }
    if ((mode >= COUNTER_HIGHER || card->keeps_unchecked) && counter > card->stored)
        card->stored = counter;
    return POR_STATUS_OK;
}

/* What otabox keeps: committed with each packet, so a restart begins with just this. */
struct model_sender {
    struct counter_scope scope;
    unsigned int random;
    struct { /* packets that are still on their way */
        enum counter_mode mode;
        uint64_t counter;
    } late[4];
};

static unsigned int draw(struct model_sender *sender, unsigned int below)
{
    sender->random = sender->random * 1664525U + 1013904223U;
    return (sender->random >> 16) % below;
}

static uint64_t allocate(struct model_sender *sender, enum counter_mode mode)
{
    struct counter_choice choice;
    struct counter_scope *scope = &sender->scope;
    assert_true(counter_choose(mode, scope, &choice));
    if (mode != COUNTER_NEXT)
        assert_true(choice.counter > scope->value); /* never one twice */
    assert_true(choice.held.low <= choice.held.guess && choice.held.guess <= choice.held.high);
    scope->value = choice.counter > scope->value ? choice.counter : scope->value;
    assert_true(choice.held.high <= (scope->value > scope->elsewhere ? scope->value : scope->elsewhere));
    scope->jumps = choice.jumps;
    scope->held = choice.held;
    scope->last = (struct counter_packet){.known = true,
                                          .counter = choice.counter,
                                          .mode = mode,
                                          .state = MESSAGE_UNKNOWN,
                                          .por_status = -1,
                                          .por = POR_ALWAYS};
    return choice.counter;
}

static void note_answer(struct model_sender *sender, int status)
{
    struct counter_packet *last = &sender->scope.last;
    if (last->por_status == POR_STATUS_OK)
        return; /* the facts are a join: what is good stays */
    last->por_status = status;
    last->state = status == POR_STATUS_OK ? MESSAGE_UPDATED : MESSAGE_FAILED;
}

/* One packet over an air that loses, repeats and delays packets and PoRs. */
static void send_badly(struct model_sender *sender, struct model_card *card, enum counter_mode mode)
{
    uint64_t counter = allocate(sender, mode);
    unsigned int copies = draw(sender, 4); /* 0: lost */
    size_t slot = draw(sender, 4);
    for (unsigned int i = 0; i < (copies > 2 ? 1 : copies); i++) {
        int status = card_take(card, mode, counter);
        if (draw(sender, 3) != 0)
            note_answer(sender, status); /* else the PoR is lost, or it is the second of two that came */
    }
    if (draw(sender, 8) == 0)
        sender->scope.last.known = false; /* its message is deleted */
    if (sender->late[slot].counter != 0)
        card_take(card, sender->late[slot].mode, sender->late[slot].counter);
    sender->late[slot].mode = mode;
    sender->late[slot].counter = draw(sender, 2) ? counter : 0;
    if (draw(sender, 10) == 0)
        note_answer(sender, draw(sender, 2) ? POR_STATUS_CNTR_LOW : POR_STATUS_CNTR_HIGH); /* forged */
}

#define RETRIES_MAX 24

/* The air is good again: how many packets until one of that mode is executed? */
static unsigned int retries_until_executed(struct model_sender *sender, struct model_card *card,
                                           enum counter_mode mode)
{
    for (unsigned int retries = 0; retries <= RETRIES_MAX; retries++) {
        int status = card_take(card, mode, allocate(sender, mode));
        note_answer(sender, status);
        if (status == POR_STATUS_OK)
            return retries;
    }
    fail_msg("mode %d: not executed after %d retries; the card holds %llu", mode, RETRIES_MAX,
             (unsigned long long)card->stored);
    return 0;
}

static void test_every_packet_is_executed_in_the_end(void **state)
{
    (void)state;
    for (unsigned int seed = 1; seed <= 20000; seed++) {
        struct model_sender sender = {.random = seed};
        struct model_card card = {.keeps_unchecked = seed % 2,
                                  .on_equal = seed % 4 < 2 ? POR_STATUS_CNTR_LOW
                                                           : POR_STATUS_UNIDENTIFIED_ERROR};
        for (int round = 0; round < 4; round++) {
            for (unsigned int packets = draw(&sender, 30); packets > 0; packets--)
                send_badly(&sender, &card, (enum counter_mode)draw(&sender, 4));
            memset(sender.late, 0, sizeof sender.late);
            retries_until_executed(&sender, &card, (enum counter_mode)draw(&sender, 4));
        }
    }
}

/* Refusals by a forger, one a packet, while the card gets nothing: never beyond what was allocated, and behind
 * them the card's counter is found again. */
static void test_forged_refusals_move_little(void **state)
{
    static const int answers[] = {POR_STATUS_CNTR_LOW, POR_STATUS_CNTR_HIGH, POR_STATUS_UNIDENTIFIED_ERROR};
    (void)state;
    for (int i = 0; i < 3; i++)
        for (unsigned int forged = 1; forged <= 100; forged++) {
            struct model_card card = {.stored = 999, .on_equal = POR_STATUS_CNTR_LOW};
            struct model_sender sender = {.scope = {.value = 999, .held = {999, 999, 999, 0}}};
            for (unsigned int message = 1; message <= forged; message++) {
                uint64_t before = sender.scope.value;
                assert_true(allocate(&sender, COUNTER_NEXT) <= before + 1);
                note_answer(&sender, answers[i]);
            }
            assert_true(sender.scope.value <= 999 + forged);
            assert_true(retries_until_executed(&sender, &card, COUNTER_NEXT) <= (forged == 1 ? 2 : 16));
        }
}

/* What is usual takes no retry, or one. */
static void test_usual_cases_cost_nothing(void **state)
{
    (void)state;
    for (int keeps = 0; keeps < 2; keeps++)
        for (int lost_por = 0; lost_por < 2; lost_por++) {
            struct model_sender sender = {0};
            struct model_card card = {.keeps_unchecked = keeps, .on_equal = POR_STATUS_CNTR_LOW};
            for (int i = 0; i < 1000; i++)
                note_answer(&sender, card_take(&card, COUNTER_UNCHECKED, allocate(&sender, COUNTER_UNCHECKED)));
            if (lost_por)
                card_take(&card, COUNTER_NEXT, allocate(&sender, COUNTER_NEXT));
            unsigned int retries = retries_until_executed(&sender, &card, COUNTER_NEXT);
            assert_int_equal(retries, keeps ? 2 : lost_por);
            assert_int_equal(retries_until_executed(&sender, &card, COUNTER_NEXT), 0);
            assert_int_equal(retries_until_executed(&sender, &card, COUNTER_HIGHER), 0);
            assert_int_equal(retries_until_executed(&sender, &card, COUNTER_NEXT), 0);
        }
}

/* A card that keeps only what it checks is sought among that. */
static void test_unchecked_counters_are_not_sought(void **state)
{
    struct model_sender sender = {0};
    struct model_card card = {.on_equal = POR_STATUS_CNTR_LOW};
    (void)state;
    for (int i = 0; i < 20; i++) /* executed, but no PoR comes */
        card_take(&card, COUNTER_HIGHER, allocate(&sender, COUNTER_HIGHER));
    for (int i = 0; i < 1000; i++)
        note_answer(&sender, card_take(&card, COUNTER_UNCHECKED, allocate(&sender, COUNTER_UNCHECKED)));
    assert_int_equal(retries_until_executed(&sender, &card, COUNTER_NEXT), 2);
    assert_int_equal(card.stored, 21);
}

/* --- counters of another scope, and an operator's word --- */

/* The profile's counters were per TAR and are per key set now, or the other way round: in the card they may be
 * one. */
static void test_above_all_that_was_allocated_elsewhere(void **state)
{
    struct counter_scope scope = scope_after(5, MESSAGE_UPDATED, POR_STATUS_OK), fresh = {.elsewhere = 20};
    (void)state;
    scope.elsewhere = 20;
    for (int mode = COUNTER_NONE; mode <= COUNTER_HIGHER; mode++) {
        assert_int_equal(next((enum counter_mode)mode, fresh), 21);
        assert_int_equal(next((enum counter_mode)mode, scope), 21);
    }
    assert_int_equal(next(COUNTER_NEXT, fresh), 1); /* it may be one of its own */
    scope.elsewhere = 4;
    assert_int_equal(next(COUNTER_HIGHER, scope), 6);
}

static void test_exact_counter_is_found_elsewhere(void **state)
{
    (void)state;
    for (uint64_t stored = 5; stored <= 20; stored += 15)
        for (int used = 0; used < 2; used++) {
            struct model_sender sender = {.scope = {.elsewhere = 20}};
            struct model_card card = {.stored = stored, .on_equal = POR_STATUS_CNTR_LOW};
            if (used)
                sender.scope = exact_after(5, MESSAGE_UPDATED, POR_STATUS_OK);
            sender.scope.elsewhere = 20;
            assert_in_range(retries_until_executed(&sender, &card, COUNTER_NEXT), 0, 6);
            assert_int_equal(card.stored, stored + 1);
        }
}

static void test_a_counter_is_set(void **state)
{
    struct counter_choice choice;
    struct counter_scope scope = scope_after(7, MESSAGE_FAILED, POR_STATUS_CNTR_LOW);
    (void)state;
    scope.jumps = 3;
    assert_false(counter_place(6, &scope, &choice)); /* never lowered */
    assert_true(counter_place(7, &scope, &choice));
    assert_true(counter_place(100, &scope, &choice));
    assert_int_equal(choice.counter, 100);
    assert_int_equal(choice.jumps, 0);
    scope = (struct counter_scope){.value = choice.counter, .held = choice.held};
    for (int mode = COUNTER_NONE; mode <= COUNTER_NEXT; mode++)
        assert_int_equal(next((enum counter_mode)mode, scope), 101);
    scope.elsewhere = 200;
    assert_false(counter_place(199, &scope, &choice));
    assert_true(counter_place(COUNTER_MAX - 1, &scope, &choice));
    assert_false(counter_place(COUNTER_MAX, &scope, &choice)); /* none could follow */
}

/* The backup knows 7; the card is anywhere up to 50 further on. */
static void test_a_jump_behind_a_backup(void **state)
{
    struct counter_choice choice;
    const struct counter_scope backup = exact_after(7, MESSAGE_UPDATED, POR_STATUS_OK);
    (void)state;
    assert_true(counter_jump(50, &backup, &choice));
    assert_int_equal(choice.counter, 57);
    struct counter_scope scope = {.value = choice.counter, .jumps = choice.jumps, .held = choice.held};
    for (int mode = COUNTER_NONE; mode <= COUNTER_HIGHER; mode++)
        assert_int_equal(next((enum counter_mode)mode, scope), 58);
    assert_int_equal(next(COUNTER_NEXT, scope), 8); /* nothing was lost, as far as the backup knows */
    for (uint64_t stored = 7; stored <= 57; stored++) {
        struct model_sender sender = {.scope = scope};
        struct model_card card = {.stored = stored, .on_equal = POR_STATUS_CNTR_LOW};
        assert_in_range(retries_until_executed(&sender, &card, COUNTER_NEXT), 0, 9);
    }
    assert_false(counter_jump(COUNTER_MAX - 7, &backup, &choice));
    assert_true(counter_jump(COUNTER_MAX - 8, &backup, &choice));
    assert_false(counter_jump(UINT64_MAX, &backup, &choice));
}

/* --- whose counter --- */

static void test_counter_owner(void **state)
{
    const struct security_parameters kic = {.kic = 0x25, .kid = 0x15, .tar = {0xB0, 0x00, 0x10}},
                                     kid = {.kic = 0x05, .kid = 0x15, .tar = {0, 0, 0}};
    (void)state;
    assert_int_equal(counter_owner_of(COUNTER_PER_KEY_SET, &kic).key_index, 2);
    assert_int_equal(counter_owner_of(COUNTER_PER_KEY_SET, &kic).tar, -1);
    assert_int_equal(counter_owner_of(COUNTER_PER_KEY_SET, &kid).key_index, 1);
    assert_int_equal(counter_owner_of(COUNTER_PER_TAR, &kic).key_index, 0);
    assert_int_equal(counter_owner_of(COUNTER_PER_TAR, &kic).tar, 0xB00010);
    assert_int_equal(counter_owner_of(COUNTER_PER_TAR, &kid).tar, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_counter_is_one),
        cmocka_unit_test(test_modes_that_go_on_whatever_happened),
        cmocka_unit_test(test_jumps_are_bounded),
        cmocka_unit_test(test_success_forgives_the_jumps),
        cmocka_unit_test(test_the_end_of_the_counter),
        cmocka_unit_test(test_no_jump_for_less_than_the_highest),
        cmocka_unit_test(test_exact_counter_by_evidence),
        cmocka_unit_test(test_exact_counter_and_weak_answers),
        cmocka_unit_test(test_exact_counter_without_por),
        cmocka_unit_test(test_unidentified_error_may_mean_equal),
        cmocka_unit_test(test_unchecked_packets_do_not_move_the_card),
        cmocka_unit_test(test_repetition_takes_the_last_answer_in),
        cmocka_unit_test(test_every_packet_is_executed_in_the_end),
        cmocka_unit_test(test_forged_refusals_move_little),
        cmocka_unit_test(test_usual_cases_cost_nothing),
        cmocka_unit_test(test_unchecked_counters_are_not_sought),
        cmocka_unit_test(test_above_all_that_was_allocated_elsewhere),
        cmocka_unit_test(test_exact_counter_is_found_elsewhere),
        cmocka_unit_test(test_a_counter_is_set),
        cmocka_unit_test(test_a_jump_behind_a_backup),
        cmocka_unit_test(test_counter_owner),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
