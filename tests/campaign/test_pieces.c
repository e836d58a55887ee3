/* A script of several packets: one after the other, resumed where it got stuck, each card counted once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "gateway-plugin/campaign/plan_limits.h"
#include "tests/campaign/lab_fixture.h"

#define PIECES 3
#define COMMANDS 3 /* in a packet */
#define UPDATE_SIZE 60
#define PIECE_SIZE (7 + 7 + 5 + UPDATE_SIZE)

static char updates[PIECES][2 * (5 + UPDATE_SIZE) + 1];
static const char *script[COMMANDS * PIECES + 1]; /* room for a refresh */

/* Each packet: SELECT MF, SELECT DF, an UPDATE of 60 bytes that name the packet. */
static void make_script(const char *update)
{
    for (size_t i = 0; i < PIECES; i++) {
        script[COMMANDS * i] = "A0A40000023F00";
        script[COMMANDS * i + 1] = "A0A40000027F20";
        memcpy(updates[i], update, 8);
        memcpy(updates[i] + 8, "3C", 2);
        for (size_t j = 0; j < UPDATE_SIZE; j++)
            snprintf(updates[i] + 10 + 2 * j, 3, "%02zX", i + 1);
        script[COMMANDS * i + 2] = updates[i];
    }
}

static int open_lab_with_script(void **state)
{
    (void)state;
    make_script("A0D60000");
    lab_open(&lab, 3);
    return 0;
}

static struct campaign in_pieces(const char *name)
{
    struct campaign campaign = lab_campaign(name);
    campaign.max_sms_parts = 1;
    return campaign;
}

static int64_t create(struct campaign campaign)
{
    return lab_create_with(&lab, campaign, script, COMMANDS * PIECES);
}

static int64_t start_on_card(int card, struct campaign campaign)
{
    struct refusal refusal = {0};
    int64_t id = create(campaign);
    if (lab_start_on(&lab, id, (struct campaign_target){.msisdn = lab_msisdn(card)}, &refusal) != 0)
        fail_msg("%s", refusal.text);
    return id;
}

/* The next SMS must be packet `piece` for this card. */
static void take(int card, unsigned int piece, struct fake_sms *sms)
{
    *sms = lab_expect_sms(&lab, card);
    lab_receive(&lab, sms, 1, &command);
    assert_true(command.decoded.length >= PIECE_SIZE);
    assert_int_equal(command.decoded.data[PIECE_SIZE - 1], piece);
}

static struct lab_answer all_well(void)
{
    return LAB_ANSWER(.executed = COMMANDS, .sw = 0x9000);
}

static void take_and_answer(int card, unsigned int piece)
{
    struct fake_sms sms;
    take(card, piece, &sms);
    lab_deliver(&lab, &sms);
    lab_answer(&lab, &command, all_well());
}

/* All cards get packet `piece`, in any order. */
static void take_from_all(unsigned int piece, bool deliver)
{
    bool seen[4] = {false};
    for (int i = 0; i < lab.cards; i++) {
        struct fake_sms sms;
        assert_true(lab_take(&lab, &sms));
        lab_receive(&lab, &sms, 1, &command);
        assert_int_equal(command.decoded.data[PIECE_SIZE - 1], piece);
        assert_false(seen[command.card]);
        seen[command.card] = true;
        if (deliver)
            lab_deliver(&lab, &sms);
    }
}

/* What they were sent last has the same counter everywhere. */
static void answer_from_all(void)
{
    for (command.card = 1; command.card <= lab.cards; command.card++)
        lab_answer(&lab, &command, all_well());
}

static void time_out(void)
{
    lab_tick(&lab);
    fake_clock_advance(&lab.clock, 600000);
    lab_tick(&lab);
}

/* Every card in exactly one state, and the rows that are listed are those that are counted. */
static void expect_counts(int64_t id, enum message_state state, int64_t expected)
{
    lab_tick(&lab);
    struct message_counts counts = lab_count(&lab, id);
    int64_t sum = 0;
    assert_int_equal(counts.by_state[MESSAGE_CONTINUED], 0);
    for (int i = 0; i < MESSAGE_STATE_COUNT; i++)
        sum += counts.by_state[i];
    assert_int_equal(sum, counts.cards);
    assert_int_equal(counts.by_state[state], expected);
}

static void expect_message(int64_t id, int card, enum message_state state, int piece, const char *detail)
{
    lab_expect_state(&lab, id, card, state);
    struct message_view view = lab_message(&lab, id, 0, card);
    assert_int_equal(view.piece, piece);
    assert_int_equal(view.pieces, PIECES);
    assert_string_equal(view.detail, detail);
}

/* --- the way through --- */

static void test_one_after_the_other(void **state)
{
    (void)state;
    int64_t id = create(in_pieces("all"));
    lab_start(&lab, id);
    for (unsigned int piece = 1; piece <= PIECES; piece++) {
        take_from_all(piece, true);
        lab_expect_silence(&lab); /* the next one only behind the PoR */
        assert_int_equal(lab_count(&lab, id).cards, 3);
        expect_counts(id, MESSAGE_DELIVERED, 3);
        answer_from_all();
    }
    lab_expect_silence(&lab);
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    expect_counts(id, MESSAGE_UPDATED, 3);
    expect_message(id, 2, MESSAGE_UPDATED, 3, "");
    struct message_view first = lab_message(&lab, id, 1, 2), last = lab_message(&lab, id, 0, 2);
    assert_string_equal(message_state_name(first.state), "CONTINUED");
    assert_int_equal(first.piece, 1);
    assert_int_equal(first.executed, COMMANDS);
    assert_int_equal(last.executed, COMMANDS * PIECES);
    assert_int_equal(last.commands, COMMANDS * PIECES);
    assert_int_equal(last.counter, 3);
}

/* A second PoR of a packet says nothing of the next one. */
static void test_repeated_por_settles_one_packet(void **state)
{
    struct fake_sms sms;
    static struct lab_command first;
    (void)state;
    int64_t id = start_on_card(1, in_pieces("twice"));
    take(1, 1, &sms);
    first = command;
    lab_answer(&lab, &first, all_well());
    lab_answer(&lab, &first, all_well());
    take(1, 2, &sms);
    lab_answer(&lab, &first, all_well());
    lab_report(&lab, &sms, REPORT_SMSC_ACCEPTED, "");
    lab_expect_silence(&lab);
    lab_expect_state(&lab, id, 1, MESSAGE_SENT);
    lab_answer(&lab, &command, all_well());
    take_and_answer(1, 3);
    lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
}

/* Nor where the card checks no counter: it copies it all the same. */
static void test_repeated_por_without_counters(void **state)
{
    struct fake_sms sms;
    static struct lab_command first;
    struct campaign campaign = in_pieces("uncounted");
    (void)state;
    campaign.security.spi1 = 0x06;
    int64_t id = start_on_card(1, campaign);
    take(1, 1, &sms);
    first = command;
    lab_answer(&lab, &first, all_well());
    take(1, 2, &sms);
    lab_answer(&lab, &first, all_well());
    lab_expect_silence(&lab);
    lab_expect_state(&lab, id, 1, MESSAGE_SENDING);
}

static void test_nothing_behind_an_error(void **state)
{
    struct fake_sms sms;
    (void)state;
    int64_t id = start_on_card(1, in_pieces("error"));
    take_and_answer(1, 1);
    take(1, 2, &sms);
    lab_answer(&lab, &command, LAB_ANSWER(.executed = 1, .sw = 0x9404));
    lab_expect_silence(&lab);
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    expect_message(id, 1, MESSAGE_PARTIAL, 2,
                   "packet 2 of 3: 1 of 3 commands executed, last SW 9404: file ID or pattern not found");
    assert_int_equal(lab_message(&lab, id, 0, 1).executed, 4);
    assert_int_equal(lab_message(&lab, id, 0, 1).commands, 6);
}

/* The SW that an operator expects, and the refresh that may be refused, stand at the end of the script. */
static void test_end_of_the_script(void **state)
{
    struct fake_sms sms;
    struct campaign expecting = in_pieces("expecting"), refreshing = in_pieces("refreshing");
    (void)state;
    strcpy(expecting.expected_last_sw, "91xx");
    int64_t id = start_on_card(1, expecting);
    take_and_answer(1, 1); /* 9000 */
    take_and_answer(1, 2);
    take_and_answer(1, 3);
    lab_expect_state(&lab, id, 1, MESSAGE_PARTIAL);

    refreshing.include_sim_refresh = true;
    id = start_on_card(2, refreshing);
    take_and_answer(2, 1);
    take_and_answer(2, 2);
    take(2, 3, &sms);
    lab_answer(&lab, &command, LAB_ANSWER(.executed = COMMANDS + 1, .sw = 0x6E00));
    expect_message(id, 2, MESSAGE_UPDATED, 3, "packet 3 of 3: refresh refused: SW 6E00, class not supported");

    refreshing = in_pieces("refusing");
    refreshing.include_sim_refresh = true;
    id = start_on_card(3, refreshing);
    take(3, 1, &sms);
    lab_answer(&lab, &command, LAB_ANSWER(.executed = COMMANDS, .sw = 0x6E00));
    lab_expect_silence(&lab);
    lab_expect_state(&lab, id, 3, MESSAGE_PARTIAL);
}

/* Where no PoR says it, delivery does; with PoR on error, delivery and silence. */
static void test_without_a_por(void **state)
{
    struct fake_sms sms;
    struct campaign none = in_pieces("none"), on_error = in_pieces("on-error");
    (void)state;
    none.security.spi2 = 0x00;
    int64_t id = start_on_card(1, none);
    for (unsigned int piece = 1; piece <= PIECES; piece++) {
        take(1, piece, &sms);
        lab_expect_silence(&lab);
        lab_deliver(&lab, &sms);
    }
    lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);

    on_error.security.spi2 = 0x22;
    id = start_on_card(2, on_error);
    for (unsigned int piece = 1; piece <= PIECES; piece++) {
        take(2, piece, &sms);
        lab_deliver(&lab, &sms);
        lab_expect_silence(&lab);
        time_out();
    }
    lab_expect_state(&lab, id, 2, MESSAGE_UPDATED);
}

static void test_one_outstanding_packet_per_card(void **state)
{
    struct fake_sms sms;
    (void)state;
    int64_t first = start_on_card(1, in_pieces("first")), second = start_on_card(1, in_pieces("second"));
    for (unsigned int piece = 1; piece <= PIECES; piece++) {
        take(1, piece, &sms);
        lab_expect_silence(&lab);
        lab_answer(&lab, &command, all_well());
    }
    lab_expect_state(&lab, first, 1, MESSAGE_UPDATED); /* a script is not interrupted */
    for (unsigned int piece = 1; piece <= PIECES; piece++)
        take_and_answer(1, piece);
    lab_expect_state(&lab, second, 1, MESSAGE_UPDATED);
}

static void test_parts_and_more_than_255_commands(void **state)
{
    static const char *many[256];
    struct fake_sms parts[20];
    (void)state;
    for (size_t i = 0; i < 256; i++)
        many[i] = i == 200 ? "A0A40000023F00" : "A0A40000027F20";
    int64_t id = lab_create_with(&lab, lab_campaign("many"), many, 256);
    assert_int_equal(lab_start_on(&lab, id, (struct campaign_target){.card_id = 1}, NULL), 0);
    for (size_t i = 0; i < 11; i++)
        parts[i] = lab_expect_sms(&lab, 1);
    lab_expect_silence(&lab);
    lab_receive(&lab, parts, 11, &command);
    assert_int_equal(command.decoded.length, 200 * 7);
    lab_answer(&lab, &command, LAB_ANSWER(.executed = 200, .sw = 0x9000));
    for (size_t i = 0; i < 4; i++)
        parts[i] = lab_expect_sms(&lab, 1);
    lab_receive(&lab, parts, 4, &command);
    assert_int_equal(command.decoded.length, 56 * 7);
    lab_answer(&lab, &command, LAB_ANSWER(.executed = 56, .sw = 0x9000));
    lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
    assert_int_equal(lab_message(&lab, id, 0, 1).executed, 256);
}

/* --- retries --- */

static void test_retry_resumes(void **state)
{
    struct fake_sms sms;
    (void)state;
    int64_t id = create(in_pieces("by-hand"));
    lab_start(&lab, id);
    for (int card = 1; card <= 3; card++) {
        take(card, 1, &sms);
        if (card == 2)
            lab_report(&lab, &sms, REPORT_FAILED, "stat:UNDELIV");
        else
            lab_answer(&lab, &command, all_well());
    }
    lab_tick(&lab);
    for (int i = 0; i < 2; i++) { /* packet 2 of cards 1 and 3, in any order */
        assert_true(lab_take(&lab, &sms));
        lab_receive(&lab, &sms, 1, &command);
        if (command.card == 1)
            lab_answer(&lab, &command, all_well());
        else
            lab_report(&lab, &sms, REPORT_FAILED, "stat:UNDELIV");
    }
    take_and_answer(1, 3);
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    expect_counts(id, MESSAGE_FAILED, 2);
    expect_message(id, 3, MESSAGE_FAILED, 2, "packet 2 of 3: stat:UNDELIV");

    assert_int_equal(lab_retry(&lab, id, NULL), 0);
    expect_counts(id, MESSAGE_UPDATED, 1);
    take(2, 1, &sms);
    lab_answer(&lab, &command, all_well());
    take(3, 2, &sms);
    lab_answer(&lab, &command, all_well());
    lab_tick(&lab);
    for (int i = 0; i < 3; i++) {
        assert_true(lab_take(&lab, &sms));
        lab_receive(&lab, &sms, 1, &command);
        lab_answer(&lab, &command, all_well());
    }
    lab_expect_silence(&lab);
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    expect_counts(id, MESSAGE_UPDATED, 3);
    assert_int_equal(lab_count(&lab, id).cards, 3);
}

static void test_automatic_retry_resumes(void **state)
{
    struct fake_sms sms;
    struct campaign campaign = in_pieces("automatic");
    (void)state;
    campaign.retries = 2;
    int64_t id = start_on_card(1, campaign);
    take_and_answer(1, 1);
    take(1, 2, &sms);
    lab_report(&lab, &sms, REPORT_FAILED, "stat:UNDELIV");
    take_and_answer(1, 2);
    take(1, 3, &sms);
    lab_report(&lab, &sms, REPORT_FAILED, "stat:UNDELIV");
    take_and_answer(1, 3);
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
    assert_int_equal(lab_get(&lab, id).iteration, 3);
    expect_counts(id, MESSAGE_UPDATED, 1);
}

/* `same` repeats the packet that got no answer, not another one of the script. */
static void test_same_packet_of_that_piece(void **state)
{
    struct fake_sms sms;
    static struct lab_command second;
    struct campaign campaign = in_pieces("same");
    struct lab_card card = {0};
    (void)state;
    campaign.retry = RETRY_SAME;
    campaign.retries = 1;
    int64_t id = start_on_card(1, campaign);
    take(1, 1, &sms);
    lab_answer(&lab, &command, lab_card_take(&card, &command, COMMANDS));
    take(1, 2, &sms);
    second = command;
    lab_deliver(&lab, &sms);
    time_out();
    take(1, 2, &sms);
    assert_int_equal(command.length, second.length);
    assert_memory_equal(command.packet, second.packet, second.length);
    lab_answer(&lab, &command, lab_card_take(&card, &command, COMMANDS));
    take(1, 3, &sms);
    lab_answer(&lab, &command, lab_card_take(&card, &command, COMMANDS));
    lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
    assert_int_equal(card.executions, 3);
}

/* --- late answers --- */

static void test_late_por_within_the_iteration_goes_on(void **state)
{
    struct fake_sms sms;
    static struct lab_command first;
    (void)state;
    int64_t id = create(in_pieces("late"));
    lab_start(&lab, id);
    take(1, 1, &sms);
    first = command;
    lab_report(&lab, &sms, REPORT_FAILED, "stat:UNDELIV");
    for (int card = 2; card <= 3; card++)
        take(card, 1, &sms);
    lab_expect_state(&lab, id, 1, MESSAGE_FAILED);
    lab_answer(&lab, &first, all_well());
    take_and_answer(1, 2);
    take_and_answer(1, 3);
    lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
    lab_expect_campaign(&lab, id, CAMPAIGN_RUNNING);
}

static void test_late_por_behind_the_iteration(void **state)
{
    struct fake_sms sms;
    (void)state;
    int64_t id = start_on_card(1, in_pieces("over"));
    take(1, 1, &sms);
    lab_report(&lab, &sms, REPORT_FAILED, "stat:UNDELIV");
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    lab_answer(&lab, &command, all_well());
    lab_expect_silence(&lab);
    expect_message(id, 1, MESSAGE_PARTIAL, 1, "packet 1 of 3: executed, but nothing was sent behind it");
    assert_int_equal(lab_retry(&lab, id, NULL), 0);
    take_and_answer(1, 2);
    take_and_answer(1, 3);
    lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
    assert_int_equal(lab_get(&lab, id).iteration, 2);
}

/* The next iteration's message was made, but has not left: it is for the next packet then. */
static void test_late_por_before_the_repetition_leaves(void **state)
{
    struct fake_sms sms;
    (void)state;
    int64_t id = start_on_card(1, in_pieces("skip"));
    take(1, 1, &sms);
    lab_report(&lab, &sms, REPORT_FAILED, "stat:UNDELIV");
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    lab_link(&lab, false);
    assert_int_equal(lab_retry(&lab, id, NULL), 0);
    lab_expect_state(&lab, id, 1, MESSAGE_PENDING);
    lab_answer(&lab, &command, all_well());
    lab_tick(&lab);
    lab_link(&lab, true);
    take_and_answer(1, 2);
    take_and_answer(1, 3);
    lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
}

/* And when it has left, it is waited for; what is known of the first copy helps the iteration behind it. */
static void test_late_por_behind_the_repetition(void **state)
{
    struct fake_sms sms;
    static struct lab_command first;
    (void)state;
    int64_t id = start_on_card(1, in_pieces("left"));
    take(1, 1, &sms);
    first = command;
    lab_report(&lab, &sms, REPORT_FAILED, "stat:UNDELIV");
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    assert_int_equal(lab_retry(&lab, id, NULL), 0);
    take(1, 1, &sms);
    lab_answer(&lab, &first, all_well());
    lab_expect_silence(&lab);
    lab_expect_state(&lab, id, 1, MESSAGE_SENDING);
    lab_report(&lab, &sms, REPORT_FAILED, "stat:UNDELIV");
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    assert_int_equal(lab_retry(&lab, id, NULL), 0);
    take_and_answer(1, 2);
    take_and_answer(1, 3);
    lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
}

static void test_late_por_of_the_last_packet_credits(void **state)
{
    struct fake_sms sms;
    static struct lab_command last;
    (void)state;
    int64_t id = start_on_card(1, in_pieces("credit"));
    take_and_answer(1, 1);
    take_and_answer(1, 2);
    take(1, 3, &sms);
    last = command;
    lab_deliver(&lab, &sms);
    time_out();
    assert_int_equal(lab_retry(&lab, id, NULL), 0);
    take(1, 3, &sms);
    lab_answer(&lab, &last, all_well());
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    expect_message(id, 1, MESSAGE_UPDATED, 3, "packet 3 of 3: updated by a late PoR of an earlier iteration");
    expect_counts(id, MESSAGE_UPDATED, 1);
}

/* Silence was taken for success, and then the error came. */
static void test_late_error_spoils(void **state)
{
    struct fake_sms sms;
    static struct lab_command first;
    struct campaign campaign = in_pieces("spoiled");
    (void)state;
    campaign.security.spi2 = 0x22;
    int64_t id = start_on_card(1, campaign);
    take(1, 1, &sms);
    first = command;
    lab_deliver(&lab, &sms);
    time_out();
    take(1, 2, &sms);
    lab_answer(&lab, &first, LAB_ANSWER(.executed = 1, .sw = 0x9404));
    lab_deliver(&lab, &sms);
    time_out();
    lab_expect_silence(&lab);
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    expect_message(id, 1, MESSAGE_PARTIAL, 2, "packet 2 of 3: executed, but an earlier packet failed");
    expect_counts(id, MESSAGE_PARTIAL, 1);
    assert_int_equal(lab_retry(&lab, id, NULL), 0);
    for (unsigned int piece = 1; piece <= PIECES; piece++) {
        take(1, piece, &sms);
        lab_deliver(&lab, &sms);
        time_out();
    }
    lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
}

/* --- over a restart --- */

static void test_restart_between_two_packets(void **state)
{
    (void)state;
    int64_t id = create(in_pieces("restart"));
    lab_start(&lab, id);
    take_from_all(1, false);
    lab_link(&lab, false);
    answer_from_all();
    lab_tick(&lab);
    lab_stop_engine(&lab);
    lab_start_engine(&lab);
    expect_counts(id, MESSAGE_PENDING, 3);
    lab_link(&lab, true);
    for (unsigned int piece = 2; piece <= PIECES; piece++) {
        take_from_all(piece, false);
        answer_from_all();
    }
    lab_expect_silence(&lab);
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    expect_counts(id, MESSAGE_UPDATED, 3);
}

/* --- what is refused --- */

static void test_no_cut_within_the_limit(void **state)
{
    struct refusal refusal = {0};
    struct campaign campaign = in_pieces("cut");
    (void)state;
    assert_int_equal(campaign_check_script(&campaign, script, COMMANDS * PIECES, &refusal), 0);
    script[COMMANDS] = "A0A40000027F10";
    assert_int_equal(campaign_check_script(&campaign, script, COMMANDS * PIECES, &refusal), -1);
    assert_string_equal(
        refusal.text,
        "command 6: commands 1 to 6 cannot be cut and have 158 bytes, a packet of at most 1 SMS "
        "carries 106");
    campaign.max_sms_parts = 2;
    assert_int_equal(campaign_check_script(&campaign, script, COMMANDS * PIECES, &refusal), 0);
    campaign.max_sms_parts = 256;
    assert_int_equal(campaign_check(&campaign, &refusal), -1);
    assert_string_equal(refusal.text, "maxSmsParts 256 is out of range, expected 0 to 255 SMS");
    campaign.max_sms_parts = 0;
    campaign.max_packet_bytes = 157;
    assert_int_equal(campaign_check_script(&campaign, script, COMMANDS * PIECES, &refusal), -1);
    assert_string_equal(refusal.text,
                        "command 6: commands 1 to 6 cannot be cut and have 158 bytes, a packet by maxPacketBytes "
                        "carries 157");
    campaign.max_packet_bytes = 158;
    assert_int_equal(campaign_check_script(&campaign, script, COMMANDS * PIECES, &refusal), 0);
    campaign.max_packet_bytes = 18;
    assert_int_equal(campaign_check_script(&campaign, script, COMMANDS * PIECES, &refusal), -1);
    assert_non_null(strstr(refusal.text, "a packet by maxPacketBytes carries 18"));
    campaign.max_packet_bytes = 65536;
    assert_int_equal(campaign_check(&campaign, &refusal), -1);
    assert_string_equal(refusal.text, "maxPacketBytes 65536 is out of range, expected 0 to 65535 bytes");
}

/* The lower of both limits counts; each packet has as many pieces as fit. */
static void test_packet_bytes_cut(void **state)
{
    (void)state;
    static const struct {
        int64_t bytes, parts;
        size_t data; /* of the first packet */
    } cases[] = {{PIECE_SIZE - 0, 0, PIECE_SIZE},
                 {2 * PIECE_SIZE - 1, 0, PIECE_SIZE},
                 {2 * PIECE_SIZE, 0, 2 * PIECE_SIZE},
                 {65535, 1, PIECE_SIZE},
                 {65535, 0, PIECES * PIECE_SIZE}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct refusal refusal = {0};
        struct plan plan;
        struct script_piece piece = {0};
        struct campaign campaign = lab_campaign("c");
        campaign.max_packet_bytes = cases[i].bytes;
        campaign.max_sms_parts = cases[i].parts;
        assert_int_equal(plan_make(&campaign, script, COMMANDS * PIECES, &plan, &refusal), 0);
        assert_true(plan_piece(&plan, 1, &piece));
        assert_int_equal(script_piece_size(&piece, SCRIPT_COMPACT), cases[i].data);
        plan_free(&plan);
    }
}

#define SCRIPT_TEST(f) cmocka_unit_test_setup_teardown(f, open_lab_with_script, close_lab)

/* The store keeps it: the first of three packets, though one would hold the script. */
static void test_packet_bytes_are_on_the_wire(void **state)
{
    (void)state;
    struct campaign campaign = lab_campaign("c");
    campaign.max_packet_bytes = PIECE_SIZE;
    int64_t id = create(campaign);
    assert_int_equal(lab_start_on(&lab, id, (struct campaign_target){.msisdn = lab_msisdn(1)}, NULL), 0);
    struct fake_sms sms = lab_expect_sms(&lab, 1);
    lab_expect_silence(&lab);
    lab_receive(&lab, &sms, 1, &command);
    assert_int_equal(command.decoded.length, PIECE_SIZE);
}

/* What a campaign has from its profile. */
static void test_part_size_is_on_the_wire(void **state)
{
    (void)state;
    struct fake_sms sms[2];
    struct campaign campaign = lab_campaign("c");
    campaign.part_size = 80;
    campaign.max_sms_parts = 2;
    int64_t id = create(campaign);
    assert_int_equal(lab_start_on(&lab, id, (struct campaign_target){.msisdn = lab_msisdn(1)}, NULL), 0);
    /* 8 + 72 bytes, then 6 + 74: room for one piece, not for two. */
    for (size_t i = 0; i < 2; i++)
        sms[i] = lab_expect_sms(&lab, 1);
    assert_int_equal(sms[0].length, 80);
    assert_true(sms[1].length < 80);
    lab_expect_silence(&lab);
    lab_receive(&lab, sms, 2, &command);
    assert_int_equal(command.decoded.length, PIECE_SIZE);
    for (size_t i = 0; i < 2; i++)
        lab_deliver(&lab, &sms[i]);
    lab_answer(&lab, &command, LAB_ANSWER(.executed = COMMANDS, .sw = 0x9000));
    assert_int_equal(lab_expect_sms(&lab, 1).length, 80);
}

static void test_the_refresh_of_a_profile_is_on_the_wire(void **state)
{
    (void)state;
    static const char *const commands[] = {"A0A40000023F00", "A0F2000016"};
    struct campaign campaign = lab_campaign("c");
    campaign.include_sim_refresh = true;
    strcpy(campaign.refresh_command, "A0F2000016");
    for (int i = 1; i <= 2; i++) { /* the second script ends with it already */
        snprintf(campaign.name, sizeof campaign.name, "c%d", i);
        int64_t id = lab_create_with(&lab, campaign, commands, (size_t)i);
        assert_int_equal(lab_start_on(&lab, id, (struct campaign_target){.msisdn = lab_msisdn(i)}, NULL), 0);
        struct fake_sms sms = lab_expect_sms(&lab, i);
        lab_receive(&lab, &sms, 1, &command);
        assert_int_equal(command.decoded.length, 12);
        assert_memory_equal(command.decoded.data, "\xA0\xA4\x00\x00\x02\x3F\x00\xA0\xF2\x00\x00\x16", 12);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCRIPT_TEST(test_one_after_the_other),
        SCRIPT_TEST(test_repeated_por_settles_one_packet),
        SCRIPT_TEST(test_repeated_por_without_counters),
        SCRIPT_TEST(test_nothing_behind_an_error),
        SCRIPT_TEST(test_end_of_the_script),
        SCRIPT_TEST(test_without_a_por),
        SCRIPT_TEST(test_one_outstanding_packet_per_card),
        SCRIPT_TEST(test_parts_and_more_than_255_commands),
        SCRIPT_TEST(test_retry_resumes),
        SCRIPT_TEST(test_automatic_retry_resumes),
        SCRIPT_TEST(test_same_packet_of_that_piece),
        SCRIPT_TEST(test_late_por_within_the_iteration_goes_on),
        SCRIPT_TEST(test_late_por_behind_the_iteration),
        SCRIPT_TEST(test_late_por_before_the_repetition_leaves),
        SCRIPT_TEST(test_late_por_behind_the_repetition),
        SCRIPT_TEST(test_late_por_of_the_last_packet_credits),
        SCRIPT_TEST(test_late_error_spoils),
        SCRIPT_TEST(test_restart_between_two_packets),
        SCRIPT_TEST(test_no_cut_within_the_limit),
        SCRIPT_TEST(test_packet_bytes_cut),
        SCRIPT_TEST(test_packet_bytes_are_on_the_wire),
        SCRIPT_TEST(test_part_size_is_on_the_wire),
        SCRIPT_TEST(test_the_refresh_of_a_profile_is_on_the_wire),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
