/* Facts of a message: every order of its events gives one state, a settled message stays settled,
 * and the table facts x policy -> state is tests/golden/message-states.txt. */
#include "gateway-plugin/model/message_facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define COMMANDS 6

static const struct message_policy ALWAYS = {.por = POR_ALWAYS, .piece = {1, 1, 0, COMMANDS}};
static const struct message_policy REFRESH = {
    .por = POR_ALWAYS, .piece = {1, 1, 0, COMMANDS}, .last_is_refresh = true};
static const struct message_policy EXPECTED = {
    .por = POR_ALWAYS, .piece = {1, 1, 0, COMMANDS}, .last_is_refresh = true, .expected_last_sw = "9000,91xx"};
static const struct message_policy ON_ERROR = {.por = POR_ON_ERROR, .piece = {1, 1, 0, COMMANDS}};
static const struct message_policy NONE = {.por = POR_NONE, .piece = {1, 1, 0, COMMANDS}};

/* A script of 18 commands in three packets. */
static const struct message_policy FIRST_PACKET = {.por = POR_ALWAYS,
                                                   .piece = {1, 3, 0, COMMANDS},
                                                   .last_is_refresh = true,
                                                   .expected_last_sw = "91xx"};
static const struct message_policy SECOND_PACKET = {.por = POR_ALWAYS, .piece = {2, 3, 6, COMMANDS}};
static const struct message_policy THIRD_PACKET = {.por = POR_ALWAYS, .piece = {3, 3, 12, COMMANDS}};
static const struct message_policy SILENT_PACKET = {.por = POR_ON_ERROR, .piece = {2, 3, 6, COMMANDS}};

#define RESULT(n, word) .has_result = true, .executed = (n), .sw = (word)

static const struct por_fact COMPLETE_FACT = {.seen = true, RESULT(6, 0x9000)}, *const COMPLETE =
                                                                                    &COMPLETE_FACT;
static const struct por_fact COMPLETE_SIGNED_FACT = {.seen = true, RESULT(6, 0x910B), .authenticated = true},
                             *const COMPLETE_SIGNED = &COMPLETE_SIGNED_FACT;
static const struct por_fact WEAK_FACT = {.seen = true, RESULT(6, 0x9000), .weak = true}, *const WEAK =
                                                                                              &WEAK_FACT;
static const struct por_fact PARTIAL_FACT = {.seen = true, RESULT(2, 0x9404)}, *const PARTIAL = &PARTIAL_FACT;
static const struct por_fact FIRST_FAILED_FACT = {.seen = true, RESULT(1, 0x9404)}, *const FIRST_FAILED =
                                                                                        &FIRST_FAILED_FACT;
static const struct por_fact STOPPED_EARLY_FACT = {.seen = true, RESULT(3, 0x9000)}, *const STOPPED_EARLY =
                                                                                         &STOPPED_EARLY_FACT;
static const struct por_fact REFRESH_REFUSED_FACT = {.seen = true, RESULT(6, 0x6E00)},
                             *const REFRESH_REFUSED = &REFRESH_REFUSED_FACT;
static const struct por_fact UNREADABLE_FACT = {.seen = true, .status = 0x00}, *const UNREADABLE =
                                                                                   &UNREADABLE_FACT;
static const struct por_fact CC_FAILED_FACT = {.seen = true, .status = 0x01}, *const CC_FAILED =
                                                                                  &CC_FAILED_FACT;
static const struct por_fact CNTR_LOW_FACT = {.seen = true, .status = 0x02}, *const CNTR_LOW = &CNTR_LOW_FACT;
static const struct por_fact UNIDENTIFIED_FACT = {.seen = true, .status = 0x06}, *const UNIDENTIFIED =
                                                                                     &UNIDENTIFIED_FACT;
static const struct por_fact TAR_UNKNOWN_FACT = {.seen = true, .status = 0x09}, *const TAR_UNKNOWN =
                                                                                    &TAR_UNKNOWN_FACT;
static const struct por_fact MORE_TIME_FACT = {.seen = true, .status = 0x08}, *const MORE_TIME =
                                                                                  &MORE_TIME_FACT;
static const struct por_fact BY_SUBMIT_FACT = {.seen = true, .status = 0x0B}, *const BY_SUBMIT =
                                                                                  &BY_SUBMIT_FACT;
static const struct por_fact WEAK_CC_FAILED_FACT = {.seen = true, .status = 0x01, .weak = true},
                             *const WEAK_CC_FAILED = &WEAK_CC_FAILED_FACT;
static const struct por_fact WEAK_CNTR_LOW_FACT = {.seen = true, .status = 0x02, .weak = true},
                             *const WEAK_CNTR_LOW = &WEAK_CNTR_LOW_FACT;

struct named_fact {
    const char *name;
    struct message_fact fact;
};
#define PART(n, b)                                                                                           \
    {                                                                                                        \
        .kind = FACT_PART, .part = (n), .bits = (b)                                                          \
    }
#define PART_WORDS(n, b, k, w)                                                                               \
    {                                                                                                        \
        .kind = FACT_PART, .part = (n), .bits = (b), .words_kind = (k), .words = (w)                         \
    }
#define FLAG(b)                                                                                              \
    {                                                                                                        \
        .kind = FACT_FLAG, .bits = (b)                                                                       \
    }

static struct message_fact por_event(const struct por_fact *por)
{
    return (struct message_fact){.kind = FACT_POR, .por = por};
}

/* --- every order --- */

#define EVENTS_MAX 7

struct permutation {
    const struct message_policy *policy;
    uint8_t part_count;
    struct message_fact events[EVENTS_MAX];
    size_t count;
    bool have_final;
    enum message_state final;
    char detail[MESSAGE_DETAIL_SIZE];
    unsigned long orders;
};

/* In the order given, each event twice in a row and the first once more at the end. */
static void play(struct permutation *p, const size_t *order)
{
    char detail[MESSAGE_DETAIL_SIZE];
    struct message_facts facts = {.part_count = p->part_count};
    bool settled = false;
    for (size_t i = 0; i <= p->count; i++) {
        const struct message_fact *event = &p->events[order[i % p->count]];
        message_facts_add(&facts, p->policy, event);
        assert_false(message_facts_add(&facts, p->policy, event));
        bool now = message_state_is_settled(message_state_of(&facts, p->policy));
        assert_true(now || !settled);
        settled = now;
    }
    enum message_state state = message_state_of(&facts, p->policy);
    message_detail_of(&facts, p->policy, detail);
    if (!p->have_final) {
        p->final = state;
        p->have_final = true;
        strcpy(p->detail, detail);
    }
    assert_string_equal(message_state_name(state), message_state_name(p->final));
    assert_string_equal(detail, p->detail);
    p->orders++;
}

static void permute(struct permutation *p, size_t *order, size_t fixed)
{
    if (fixed == p->count) {
        play(p, order);
        return;
    }
    for (size_t i = fixed; i < p->count; i++) {
        size_t keep = order[fixed];
        order[fixed] = order[i];
        order[i] = keep;
        permute(p, order, fixed + 1);
        keep = order[fixed];
        order[fixed] = order[i];
        order[i] = keep;
    }
}

static void expect_in_every_order(struct permutation p, enum message_state expected)
{
    size_t order[EVENTS_MAX] = {0, 1, 2, 3, 4, 5, 6};
    for (p.count = 0; p.count < EVENTS_MAX && (p.events[p.count].bits != 0 || p.events[p.count].por != NULL);
         p.count++)
        ;
    permute(&p, order, 0);
    unsigned long orders = 1;
    for (unsigned long i = 2; i <= p.count; i++)
        orders *= i;
    assert_int_equal(p.orders, orders);
    assert_string_equal(message_state_name(p.final), message_state_name(expected));
}

static void test_normal_life(void **state)
{
    (void)state;
    expect_in_every_order(
        (struct permutation){.policy = &ALWAYS,
                             .part_count = 2,
                             .events = {PART(1, PART_HANDED | PART_QUEUED),
                                        PART(2, PART_HANDED | PART_QUEUED), PART(1, PART_ACCEPTED),
                                        PART(2, PART_ACCEPTED), PART(1, PART_DELIVERED),
                                        PART(2, PART_DELIVERED), por_event(COMPLETE)}},
        MESSAGE_UPDATED);
}

static void test_good_por_beats_failed_report_and_timeout(void **state)
{
    (void)state;
    expect_in_every_order(
        (struct permutation){.policy = &ALWAYS,
                             .part_count = 1,
                             .events = {PART(1, PART_HANDED), PART(1, PART_ACCEPTED),
                                        PART_WORDS(1, PART_FAILED, WORDS_FAILED, "stat:UNDELIV err:01B"),
                                        PART(1, PART_DELIVERED), FLAG(MESSAGE_TIMED_OUT),
                                        por_event(COMPLETE)}},
        MESSAGE_UPDATED);
}

static void test_replay_never_downgrades(void **state)
{
    (void)state;
    expect_in_every_order(
        (struct permutation){.policy = &ALWAYS,
                             .part_count = 1,
                             .events = {PART(1, PART_HANDED | PART_RESENT), PART(1, PART_DELIVERED),
                                        por_event(CNTR_LOW), por_event(UNIDENTIFIED), por_event(CC_FAILED),
                                        por_event(COMPLETE_SIGNED), FLAG(MESSAGE_TIMED_OUT)}},
        MESSAGE_UPDATED);
}

static void test_replay_after_resend(void **state)
{
    (void)state;
    expect_in_every_order(
        (struct permutation){.policy = &ALWAYS,
                             .part_count = 1,
                             .events = {PART(1, PART_HANDED), PART(1, PART_RESENT), PART(1, PART_DELIVERED),
                                        por_event(CNTR_LOW), por_event(UNIDENTIFIED), por_event(BY_SUBMIT)}},
        MESSAGE_EXECUTED_UNKNOWN);
}

static void test_weak_por_settles_nothing(void **state)
{
    (void)state;
    expect_in_every_order(
        (struct permutation){.policy = &ALWAYS,
                             .part_count = 1,
                             .events = {PART(1, PART_HANDED), PART(1, PART_ACCEPTED), PART(1, PART_DELIVERED),
                                        por_event(WEAK), por_event(MORE_TIME)}},
        MESSAGE_DELIVERED);
}

/* A forged clear error: the card's own answer decides when it comes, silence does when it does not. */
static void test_weak_error_only_for_want_of_better(void **state)
{
    (void)state;
    expect_in_every_order(
        (struct permutation){.policy = &ALWAYS,
                             .part_count = 1,
                             .events = {PART(1, PART_HANDED), PART(1, PART_ACCEPTED), PART(1, PART_DELIVERED),
                                        por_event(WEAK_CC_FAILED), por_event(WEAK_CNTR_LOW)}},
        MESSAGE_DELIVERED);
    expect_in_every_order(
        (struct permutation){.policy = &ALWAYS,
                             .part_count = 1,
                             .events = {PART(1, PART_HANDED), PART(1, PART_DELIVERED), por_event(WEAK_CC_FAILED),
                                        por_event(COMPLETE_SIGNED), FLAG(MESSAGE_TIMED_OUT), por_event(WEAK)}},
        MESSAGE_UPDATED);
    expect_in_every_order(
        (struct permutation){.policy = &ALWAYS,
                             .part_count = 1,
                             .events = {PART(1, PART_HANDED), PART(1, PART_DELIVERED), por_event(WEAK_CC_FAILED),
                                        por_event(WEAK_CNTR_LOW), FLAG(MESSAGE_TIMED_OUT), por_event(WEAK)}},
        MESSAGE_FAILED);
    expect_in_every_order(
        (struct permutation){.policy = &ALWAYS,
                             .part_count = 1,
                             .events = {PART(1, PART_HANDED), PART(1, PART_DELIVERED), por_event(WEAK_CC_FAILED),
                                        por_event(PARTIAL), FLAG(MESSAGE_TIMED_OUT)}},
        MESSAGE_PARTIAL);
    expect_in_every_order(
        (struct permutation){.policy = &ALWAYS,
                             .part_count = 1,
                             .events = {PART(1, PART_HANDED | PART_RESENT), PART(1, PART_DELIVERED),
                                        por_event(WEAK_CNTR_LOW), FLAG(MESSAGE_TIMED_OUT)}},
        MESSAGE_EXECUTED_UNKNOWN);
}

static void test_contradictory_errors(void **state)
{
    (void)state;
    expect_in_every_order(
        (struct permutation){.policy = &ALWAYS,
                             .part_count = 2,
                             .events = {PART_WORDS(1, PART_REFUSED, WORDS_REFUSED, "NACK/b"),
                                        PART_WORDS(2, PART_REFUSED, WORDS_REFUSED, "NACK/a"),
                                        PART_WORDS(1, PART_FAILED, WORDS_FAILED, "zzz"), por_event(CC_FAILED),
                                        por_event(TAR_UNKNOWN), por_event(WEAK)}},
        MESSAGE_FAILED);
}

static void test_whose_words_are_kept(void **state)
{
    (void)state;
    expect_in_every_order(
        (struct permutation){.policy = &ALWAYS,
                             .part_count = 2,
                             .events = {PART_WORDS(1, PART_REFUSED, WORDS_REFUSED, "NACK/b"),
                                        PART_WORDS(2, PART_REFUSED, WORDS_REFUSED, "NACK/a"),
                                        PART_WORDS(1, PART_FAILED, WORDS_FAILED, "zzz")}},
        MESSAGE_FAILED);
}

static void test_two_partials(void **state)
{
    (void)state;
    expect_in_every_order(
        (struct permutation){.policy = &ALWAYS,
                             .part_count = 1,
                             .events = {PART(1, PART_HANDED), por_event(PARTIAL), por_event(STOPPED_EARLY),
                                        por_event(FIRST_FAILED), por_event(CC_FAILED)}},
        MESSAGE_PARTIAL);
}

static void test_late_timeout_does_not_matter(void **state)
{
    (void)state;
    expect_in_every_order(
        (struct permutation){.policy = &ON_ERROR,
                             .part_count = 2,
                             .events = {PART(1, PART_HANDED), PART(2, PART_HANDED), PART(1, PART_DELIVERED),
                                        PART(2, PART_DELIVERED), FLAG(MESSAGE_TIMED_OUT)}},
        MESSAGE_UPDATED);
}

/* --- packets of a longer script --- */

static void test_a_packet_that_others_follow(void **state)
{
    (void)state;
    expect_in_every_order(
        (struct permutation){.policy = &FIRST_PACKET,
                             .part_count = 2,
                             .events = {PART(1, PART_HANDED), PART(1, PART_DELIVERED), PART(2, PART_DELIVERED),
                                        por_event(CNTR_LOW), por_event(COMPLETE), FLAG(MESSAGE_CONTINUED_BY),
                                        FLAG(MESSAGE_TIMED_OUT)}},
        MESSAGE_CONTINUED);
    expect_in_every_order(
        (struct permutation){.policy = &SILENT_PACKET,
                             .part_count = 1,
                             .events = {PART(1, PART_DELIVERED), FLAG(MESSAGE_TIMED_OUT),
                                        FLAG(MESSAGE_CONTINUED_BY), por_event(CC_FAILED),
                                        por_event(FIRST_FAILED)}},
        MESSAGE_CONTINUED);
}

static void test_a_packet_that_nothing_follows(void **state)
{
    (void)state;
    expect_in_every_order((struct permutation){.policy = &FIRST_PACKET,
                                               .part_count = 1,
                                               .events = {PART(1, PART_FAILED), por_event(CC_FAILED),
                                                          por_event(COMPLETE), FLAG(MESSAGE_TIMED_OUT)}},
                          MESSAGE_PARTIAL);
    expect_in_every_order((struct permutation){.policy = &SECOND_PACKET,
                                               .part_count = 1,
                                               .events = {PART(1, PART_DELIVERED), por_event(FIRST_FAILED)}},
                          MESSAGE_PARTIAL);
    expect_in_every_order((struct permutation){.policy = &SECOND_PACKET,
                                               .part_count = 1,
                                               .events = {PART(1, PART_DELIVERED), por_event(TAR_UNKNOWN)}},
                          MESSAGE_FAILED);
}

static void test_a_packet_behind_a_spoiled_one(void **state)
{
    (void)state;
    expect_in_every_order((struct permutation){.policy = &THIRD_PACKET,
                                               .part_count = 1,
                                               .events = {PART(1, PART_HANDED), PART(1, PART_DELIVERED),
                                                          por_event(COMPLETE), FLAG(MESSAGE_SPOILED),
                                                          FLAG(MESSAGE_TIMED_OUT)}},
                          MESSAGE_PARTIAL);
}

/* Only what went well, has a successor, and is not spoiled goes on, and only once. */
static void test_when_a_script_goes_on(void **state)
{
    (void)state;
    const struct message_fact complete = por_event(COMPLETE), spoiled = FLAG(MESSAGE_SPOILED),
                              continued = FLAG(MESSAGE_CONTINUED_BY);
    struct message_facts facts = {.part_count = 1};
    assert_false(message_may_continue(&facts, &SECOND_PACKET));
    message_facts_add(&facts, &SECOND_PACKET, &complete);
    assert_true(message_is_complete(&facts, &SECOND_PACKET));
    assert_true(message_may_continue(&facts, &SECOND_PACKET));
    assert_false(message_may_continue(&facts, &THIRD_PACKET));
    assert_false(message_may_continue(&facts, &ALWAYS));
    struct message_facts bad = facts;
    message_facts_add(&bad, &SECOND_PACKET, &spoiled);
    assert_false(message_may_continue(&bad, &SECOND_PACKET));
    assert_true(message_is_complete(&bad, &SECOND_PACKET));
    message_facts_add(&facts, &SECOND_PACKET, &continued);
    assert_false(message_may_continue(&facts, &SECOND_PACKET));
    assert_false(message_wants_retry(&facts, &SECOND_PACKET));
    assert_false(message_needs_packet(&facts, &SECOND_PACKET));
}

/* A packet behind a spoiled one is run again with the earlier one: only where that is harmless. */
static void test_retry_of_a_spoiled_script(void **state)
{
    (void)state;
    struct message_policy policy = THIRD_PACKET;
    const struct message_fact complete = por_event(COMPLETE), spoiled = FLAG(MESSAGE_SPOILED);
    struct message_facts facts = {.part_count = 1};
    message_facts_add(&facts, &policy, &complete);
    message_facts_add(&facts, &policy, &spoiled);
    policy.retry = RETRY_NEW;
    assert_true(message_wants_retry(&facts, &policy));
    policy.retry = RETRY_SAME;
    assert_false(message_wants_retry(&facts, &policy));
}

/* Facts of one kind with the same grade: the join is a maximum, so the data kept does not depend on the
 * order. */
/* Withdrawn before it left; should it turn out to have left all the same, it stays settled until a PoR comes. */
static void test_withdrawn_is_settled(void **state)
{
    (void)state;
    expect_in_every_order((struct permutation){.policy = &ALWAYS,
                                               .part_count = 1,
                                               .events = {FLAG(MESSAGE_WITHDRAWN), PART(1, PART_HANDED | PART_QUEUED),
                                                          PART(1, PART_DELIVERED)}},
                          MESSAGE_UNKNOWN);
    expect_in_every_order((struct permutation){.policy = &ALWAYS,
                                               .part_count = 1,
                                               .events = {FLAG(MESSAGE_WITHDRAWN), PART(1, PART_HANDED),
                                                          por_event(COMPLETE)}},
                          MESSAGE_UPDATED);
}

#define STAT_UNKNOWN "stat:UNKNOWN err:255 text:"

/* The SMSC does not know whether it arrived: nor do we, until the card says so. */
static void test_the_smsc_does_not_know(void **state)
{
    (void)state;
    const struct message_fact unknown = PART_WORDS(1, PART_UNKNOWN, WORDS_FAILED, STAT_UNKNOWN);
    expect_in_every_order((struct permutation){.policy = &ALWAYS,
                                               .part_count = 2,
                                               .events = {PART(1, PART_HANDED), PART(1, PART_ACCEPTED), unknown,
                                                          PART(1, PART_DELIVERED), PART(2, PART_DELIVERED)}},
                          MESSAGE_UNKNOWN);
    expect_in_every_order((struct permutation){.policy = &ALWAYS,
                                               .part_count = 1,
                                               .events = {PART(1, PART_HANDED), unknown, por_event(COMPLETE)}},
                          MESSAGE_UPDATED);
    expect_in_every_order((struct permutation){.policy = &NONE,
                                               .part_count = 1,
                                               .events = {PART(1, PART_HANDED), unknown, FLAG(MESSAGE_TIMED_OUT)}},
                          MESSAGE_UNKNOWN);
    expect_in_every_order((struct permutation){.policy = &NONE,
                                               .part_count = 1,
                                               .events = {unknown, PART(1, PART_DELIVERED)}},
                          MESSAGE_UPDATED);
    expect_in_every_order((struct permutation){.policy = &ALWAYS,
                                               .part_count = 2,
                                               .events = {unknown, PART_WORDS(2, PART_FAILED, WORDS_FAILED, "zzz"),
                                                          FLAG(MESSAGE_TIMED_OUT)}},
                          MESSAGE_FAILED);
}

/* The card may have executed it: the next step is what it is behind a PoR that did not come. */
static void test_retry_where_the_smsc_does_not_know(void **state)
{
    (void)state;
    struct message_policy policy = ALWAYS;
    char detail[MESSAGE_DETAIL_SIZE];
    const struct message_fact unknown = PART_WORDS(1, PART_UNKNOWN, WORDS_FAILED, STAT_UNKNOWN);
    struct message_facts facts = {.part_count = 1};
    message_facts_add(&facts, &policy, &unknown);
    for (int same = 0; same < 2; same++) {
        policy.retry = same ? RETRY_SAME : RETRY_NEW;
        assert_true(message_wants_retry(&facts, &policy));
        assert_int_equal(message_needs_packet(&facts, &policy), same);
    }
    assert_string_equal(message_detail_of(&facts, &policy, detail), "perhaps delivered: " STAT_UNKNOWN);
}

static void test_join_keeps_one_of_two(void **state)
{
    (void)state;
    const struct por_fact pairs[][2] = {
        {{.seen = true, RESULT(6, 0x9000), .length = 2, .data = {1, 2}},
         {.seen = true, RESULT(6, 0x9000), .length = 2, .data = {1, 3}}},
        {{.seen = true, RESULT(6, 0x9000), .length = 2, .data = {1, 2}},
         {.seen = true, RESULT(6, 0x9000), .length = 3, .data = {1, 2, 0}}},
    };
    for (size_t i = 0; i < 2; i++)
        for (int first = 0; first < 2; first++) {
            struct message_facts facts = {.part_count = 1};
            const struct message_fact events[] = {por_event(&pairs[i][first]),
                                                  por_event(&pairs[i][1 - first])};
            message_facts_add(&facts, &ALWAYS, &events[0]);
            message_facts_add(&facts, &ALWAYS, &events[1]);
            assert_int_equal(facts.por.length, pairs[i][1].length);
            assert_memory_equal(facts.por.data, pairs[i][1].data, pairs[i][1].length);
        }
}

static void test_part_that_is_not_there(void **state)
{
    (void)state;
    struct message_facts facts = {.part_count = 1}, before = facts;
    const struct message_fact none[] = {PART(0, PART_DELIVERED), PART(2, PART_DELIVERED),
                                        PART(255, PART_FAILED)};
    for (size_t i = 0; i < 3; i++)
        assert_false(message_facts_add(&facts, &ALWAYS, &none[i]));
    assert_memory_equal(&facts, &before, sizeof facts);
}

static void test_next_part(void **state)
{
    (void)state;
    struct message_facts facts = {.part_count = 3};
    assert_int_equal(message_next_part(&facts, &ALWAYS, false), 1);
    facts.parts[0] = PART_HANDED | PART_ACCEPTED;
    assert_int_equal(message_next_part(&facts, &ALWAYS, false), 0);
    assert_int_equal(message_next_part(&facts, &ALWAYS, true), 2);
    facts.parts[0] |= PART_DELIVERED;
    assert_int_equal(message_next_part(&facts, &ALWAYS, false), 2);
    facts.parts[1] = PART_FAILED; /* a failed part fails the packet */
    assert_int_equal(message_next_part(&facts, &ALWAYS, false), 0);
    assert_int_equal(message_next_part(&facts, &ALWAYS, true), 0);
}

/* --- the table --- */

struct situation {
    const char *name;
    uint8_t part_count;
    struct message_fact events[5];
};

static const struct situation SITUATIONS[] = {
    {"nothing", 0, {{0}}},
    {"nothing, withdrawn", 0, {FLAG(MESSAGE_WITHDRAWN)}},
    {"nothing, unbuildable",
     0,
     {{.kind = FACT_FLAG,
       .bits = MESSAGE_UNBUILDABLE,
       .words_kind = WORDS_UNBUILDABLE,
       .words = "key set 1: key set not provisioned"}}},
    {"credited", 0, {FLAG(MESSAGE_CREDITED)}},
    {"built", 2, {{0}}},
    {"built, withdrawn", 2, {FLAG(MESSAGE_WITHDRAWN)}},
    {"built, timed out", 2, {FLAG(MESSAGE_TIMED_OUT)}},
    {"one handed over", 2, {PART(1, PART_HANDED)}},
    {"one handed over, withdrawn", 2, {PART(1, PART_HANDED), FLAG(MESSAGE_WITHDRAWN)}},
    {"one handed over, timed out", 2, {PART(1, PART_HANDED), FLAG(MESSAGE_TIMED_OUT)}},
    {"both queued", 2, {PART(1, PART_QUEUED), PART(2, PART_QUEUED)}},
    {"one accepted", 2, {PART(1, PART_ACCEPTED), PART(2, PART_QUEUED)}},
    {"both accepted", 2, {PART(1, PART_ACCEPTED), PART(2, PART_ACCEPTED)}},
    {"one refused",
     2,
     {PART(1, PART_ACCEPTED),
      PART_WORDS(2, PART_REFUSED, WORDS_REFUSED, "NACK/0x0000000b/Invalid Destination Address")}},
    {"one delivered, one accepted", 2, {PART(1, PART_DELIVERED), PART(2, PART_ACCEPTED)}},
    {"one delivered, one failed",
     2,
     {PART(1, PART_DELIVERED), PART_WORDS(2, PART_FAILED, WORDS_FAILED, "stat:UNDELIV")}},
    {"both delivered", 2, {PART(1, PART_DELIVERED), PART(2, PART_DELIVERED)}},
    {"both delivered, one failed too", 2, {PART(1, PART_DELIVERED), PART(2, PART_DELIVERED | PART_FAILED)}},
    {"both delivered, timed out",
     2,
     {PART(1, PART_DELIVERED), PART(2, PART_DELIVERED), FLAG(MESSAGE_TIMED_OUT)}},
    {"one delivered, one unknown",
     2,
     {PART(1, PART_DELIVERED), PART_WORDS(2, PART_UNKNOWN, WORDS_FAILED, STAT_UNKNOWN)}},
};

static const struct {
    const char *name;
    const struct por_fact *const *por;
} PORS[] = {
    {"-", NULL},
    {"00 6x 9000", &COMPLETE},
    {"00 6x 910B, CC", &COMPLETE_SIGNED},
    {"00 6x 9000, weak", &WEAK},
    {"00 6x 6E00", &REFRESH_REFUSED},
    {"00 3x 9000", &STOPPED_EARLY},
    {"00 2x 9404", &PARTIAL},
    {"00 1x 9404", &FIRST_FAILED},
    {"00 bare", &UNREADABLE},
    {"01", &CC_FAILED},
    {"02", &CNTR_LOW},
    {"06", &UNIDENTIFIED},
    {"09", &TAR_UNKNOWN},
    {"08", &MORE_TIME},
    {"0B", &BY_SUBMIT},
    {"01, weak", &WEAK_CC_FAILED},
    {"02, weak", &WEAK_CNTR_LOW},
};

static const struct {
    const char *name;
    const struct message_policy *policy;
} POLICIES[] = {{"always", &ALWAYS},
                {"always, refresh last", &REFRESH},
                {"always, expected 9000,91xx", &EXPECTED},
                {"on error", &ON_ERROR},
                {"none", &NONE},
                {"packet 2 of 3", &SECOND_PACKET}};

static void print_row(FILE *out, size_t policy, const struct situation *situation, size_t por, bool resent)
{
    char detail[MESSAGE_DETAIL_SIZE];
    const struct message_policy *p = POLICIES[policy].policy;
    struct message_facts facts = {.part_count = situation->part_count};
    for (size_t i = 0; i < 5; i++)
        if (situation->events[i].bits != 0)
            message_facts_add(&facts, p, &situation->events[i]);
    if (PORS[por].por != NULL) {
        struct message_fact event = por_event(*PORS[por].por);
        message_facts_add(&facts, p, &event);
    }
    if (resent)
        message_facts_add(&facts, p, &(struct message_fact)PART(1, PART_RESENT));
    fprintf(out, "%-26s | %-30s | %-16s | %-6s | %-16s | %s\n", POLICIES[policy].name, situation->name,
            PORS[por].name, resent ? "resent" : "", message_state_name(message_state_of(&facts, p)),
            message_detail_of(&facts, p, detail));
}

/* Every situation without a PoR, and every PoR in the situations where one comes. */
static void print_table(FILE *out)
{
    for (size_t policy = 0; policy < sizeof POLICIES / sizeof POLICIES[0]; policy++)
        for (size_t i = 0; i < sizeof SITUATIONS / sizeof SITUATIONS[0]; i++)
            print_row(out, policy, &SITUATIONS[i], 0, false);
    for (size_t policy = 0; policy < sizeof POLICIES / sizeof POLICIES[0]; policy++)
        for (size_t por = 1; por < sizeof PORS / sizeof PORS[0]; por++)
            for (int resent = 0; resent < 2; resent++) {
                print_row(out, policy, &SITUATIONS[12], por, resent); /* both accepted */
                print_row(out, policy, &SITUATIONS[18], por, resent); /* both delivered, timed out */
            }
}

static char *read_all(const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return strdup("");
    char *text = calloc(1, 1 << 20);
    assert_true(fread(text, 1, (1 << 20) - 1, file) < (1 << 20) - 1);
    fclose(file);
    return text;
}

/* UPDATE_GOLDEN=1 writes the file anew: read its diff as part of the change. */
static void test_table(void **state)
{
    (void)state;
    char path[1024], *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    print_table(out);
    fclose(out);
    snprintf(path, sizeof path, "%s/tests/golden/message-states.txt",
             getenv("SRCDIR") ? getenv("SRCDIR") : ".");
    if (getenv("UPDATE_GOLDEN") != NULL) {
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fputs(text, file);
        fclose(file);
    }
    char *golden = read_all(path);
    assert_string_equal(text, golden);
    free(golden);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_normal_life),
        cmocka_unit_test(test_good_por_beats_failed_report_and_timeout),
        cmocka_unit_test(test_replay_never_downgrades),
        cmocka_unit_test(test_replay_after_resend),
        cmocka_unit_test(test_weak_por_settles_nothing),
        cmocka_unit_test(test_weak_error_only_for_want_of_better),
        cmocka_unit_test(test_contradictory_errors),
        cmocka_unit_test(test_whose_words_are_kept),
        cmocka_unit_test(test_two_partials),
        cmocka_unit_test(test_late_timeout_does_not_matter),
        cmocka_unit_test(test_a_packet_that_others_follow),
        cmocka_unit_test(test_a_packet_that_nothing_follows),
        cmocka_unit_test(test_a_packet_behind_a_spoiled_one),
        cmocka_unit_test(test_when_a_script_goes_on),
        cmocka_unit_test(test_retry_of_a_spoiled_script),
        cmocka_unit_test(test_withdrawn_is_settled),
        cmocka_unit_test(test_the_smsc_does_not_know),
        cmocka_unit_test(test_retry_where_the_smsc_does_not_know),
        cmocka_unit_test(test_join_keeps_one_of_two),
        cmocka_unit_test(test_part_that_is_not_there),
        cmocka_unit_test(test_next_part),
        cmocka_unit_test(test_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
