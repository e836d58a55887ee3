/* Cards found and kept: rows of the .out file, what a state directory brings back, memory of an idle card. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "simsim/card.h"

static struct bench bench;

static int open_shipped(void **state)
{
    (void)state;
    bench_open(&bench, NULL, NULL);
    return 0;
}

static int close_bench(void **state)
{
    (void)state;
    bench_close(&bench);
    return 0;
}

static void update_spn(uint64_t counter)
{
    struct bench_packet packet = {
        .spi = "1620", .counter = counter, .script = "A0A40000027F20A0A40000026F46A0D600000400566972"};
    assert_string_equal(bench_envelope(&bench, &packet), "9000");
}

static void expect_spn(const char *first_four)
{
    bench_expect(&bench, "A0A40000027F20", "9F16");
    bench_expect(&bench, "A0A40000026F46", "9F0F");
    bench_expect(&bench, "A0B0000004", first_four);
}

static void expect_replay_refused(uint64_t counter)
{
    struct bench_packet packet = {.spi = "1621", .counter = counter, .script = ""};
    bench_envelope(&bench, &packet);
    const char *por = bench_submitted(&bench);
    assert_string_equal(por + strlen(por) - 2, "02");
}

static void cards_are_found(void **state)
{
    (void)state;
    assert_int_equal(population_size(bench.population), 3);
    assert_ptr_equal(population_find(bench.population, "+961234567891"), bench.card);
    assert_string_equal(sim_card_msisdn(bench.card), BENCH_MSISDN);
    assert_non_null(population_find(bench.population, "961234567890"));
    assert_null(population_find(bench.population, "96123456789"));
    assert_null(population_find(bench.population, "9612345678910"));
    assert_null(population_find(bench.population, ""));
    assert_null(population_find(bench.population, "12345678901234567890123456789"));
    assert_false(population_handset(bench.population, bench.card)->started);
    population_handset(bench.population, bench.card)->started = true;
    assert_true(population_handset(bench.population, bench.card)->started);
}

static void cards_do_not_share_files(void **state)
{
    (void)state;
    update_spn(1);
    struct sim_card *other = population_find(bench.population, "961234567892");
    bench.link = population_link(bench.population, other);
    bench_reset(&bench);
    expect_spn("FFFFFFFF9000");
}

static void what_was_committed_comes_back(void **state)
{
    (void)state;
    update_spn(7);
    bench_expect(&bench,
                 "A020000108"
                 "39393939FFFFFFFF",
                 "9804");
    bench_expect(&bench,
                 "A020000208"
                 "35363738FFFFFFFF",
                 "9000");
    bench_expect(&bench,
                 "A024000210"
                 "35363738FFFFFFFF"
                 "3131313131313131",
                 "9000");
    bench_expect(&bench,
                 "A020000A08"
                 "3838383838383838",
                 "9000");
    bench_expect(&bench, "A0A40000027F20", "9F16");
    bench_expect(&bench, "A0A40000026F7E", "9F0F");
    bench_expect(&bench, "A004000000", "9000");
    assert_int_equal(population_commit(bench.population), 0);
    assert_int_equal(population_commit(bench.population), 0); /* nothing more to do */
    bench_reopen(&bench);
    expect_spn("005669729000");
    bench_expect(&bench, "A0F2000016",
                 "000020007F2002000000000009310024040082"
                 "8A838A9000");
    bench_expect(&bench,
                 "A020000208"
                 "3131313131313131",
                 "9000");
    bench_expect(&bench, "A0A40000026F7E", "9F0F");
    bench_expect(&bench, "A0C000000F", "0000000B6F7E040011FF14000200009000");
    expect_replay_refused(7);
}

static void what_was_not_committed_does_not(void **state)
{
    (void)state;
    update_spn(7);
    bench_reopen(&bench);
    expect_spn("FFFFFFFF9000");
    update_spn(7);
    expect_spn("005669729000");
}

/* The process is killed right behind the commit. */
static void a_kill_loses_nothing(void **state)
{
    (void)state;
    population_close(&bench.population);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        bench_reopen(&bench);
        update_spn(9);
        if (population_commit(bench.population) != 0)
            _exit(1);
        kill(getpid(), SIGKILL);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    bench_reopen(&bench);
    expect_spn("005669729000");
    expect_replay_refused(9);
}

static struct population *open_with(const char *cards_text, const char *state_name, char *error,
                                    size_t error_size)
{
    char cards[96], state_path[96];
    snprintf(cards, sizeof cards, "%s/cards.out", bench.directory);
    snprintf(state_path, sizeof state_path, "%s/%s", bench.directory, state_name != NULL ? state_name : "");
    FILE *stream = fopen(cards, "w");
    assert_non_null(stream);
    fputs(cards_text, stream);
    fclose(stream);
    const struct population_options options = {.cards_path = cards,
                                               .profile_path = bench.profile,
                                               .state_directory = state_name != NULL ? state_path : NULL};
    error[0] = '\0';
    return population_open(&options, error, error_size);
}

#define HEADER "VAR_OUT:ICCID,IMSI,MSISDN,KIC,KID\n"
#define KEYS BENCH_KIC "," BENCH_KID "\n"

static void one_state_directory_one_simsim(void **state)
{
    (void)state;
    char error[300];
    assert_null(open_with(HEADER "8991234567788901235F,421234567890124,961234567891," KEYS, "state", error,
                          sizeof error));
    assert_non_null(strstr(error, "/state/cards.sqlite: in use by another simsim"));
}

/* State goes by ICCID and path: another .out file and another profile take what fits. */
static void state_of_other_cards_and_files(void **state)
{
    (void)state;
    char error[300];
    update_spn(7);
    assert_int_equal(population_commit(bench.population), 0);
    population_close(&bench.population);
    struct population *other = open_with(HEADER "8991234567788909999F,421234567890999,96170000001," KEYS
                                                "8991234567788901235F,421234567890124,96170000002," KEYS,
                                         "state", error, sizeof error);
    if (other == NULL)
        fail_msg("%s", error);
    bench.population = other;
    bench.card = population_find(other, "96170000002");
    bench.link = population_link(other, bench.card);
    bench_reset(&bench);
    expect_spn("005669729000");
    expect_replay_refused(7);
    bench.card = population_find(other, "96170000001");
    bench.link = population_link(other, bench.card);
    bench_reset(&bench);
    expect_spn("FFFFFFFF9000");
}

static void bad_rows_are_left_out(void **state)
{
    (void)state;
    char error[300];
    struct population *population =
        open_with(HEADER "8991234567788900001F,421234567890001,96170000001," KEYS
                         "8991234567788900002F,421234567890002,96170000001," KEYS /* the same MSISDN */
                         "8991234567788900001F,421234567890003,96170000003," KEYS /* the same ICCID */
                         "8991234567788900004F,421234567890004,96170000004,1212,3434\n"
                         "8991234567788900005F,421234567890005,96170000005," KEYS,
                  NULL, error, sizeof error);
    assert_non_null(population);
    assert_int_equal(population_size(population), 2);
    assert_null(population_find(population, "96170000003"));
    assert_null(population_find(population, "96170000004"));
    assert_non_null(population_find(population, "96170000005"));
    population_close(&population);
    assert_null(open_with(HEADER "8991234567788900004F,421234567890004,96170000004,1212,3434\n", NULL, error,
                          sizeof error));
    assert_non_null(strstr(error, "cards.out: no usable card"));
    assert_null(open_with("ICCID,IMSI\n", NULL, error, sizeof error));
    assert_non_null(strstr(error, "cards.out:1:1: header has no column MSISDN"));
}

static void many_cards_and_every_one_is_found(void **state)
{
    (void)state;
    enum { CARDS = 3000 };
    char error[300], number[16];
    char *text = malloc(CARDS * 160 + 100);
    assert_non_null(text);
    size_t at = (size_t)sprintf(text, HEADER);
    for (int i = 0; i < CARDS; i++)
        at += (size_t)sprintf(text + at, "89912345677889%05d,42123456789%04d,9617%07d,%s", i, i, i, KEYS);
    struct population *population = open_with(text, NULL, error, sizeof error);
    if (population == NULL)
        fail_msg("%s", error);
    assert_int_equal(population_size(population), CARDS);
    for (int i = 0; i < CARDS; i++) {
        sprintf(number, "9617%07d", i);
        struct sim_card *card = population_find(population, number);
        assert_non_null(card);
        assert_string_equal(sim_card_msisdn(card), number);
    }
    population_close(&population);
    free(text);
}

static void an_idle_card_is_small(void **state)
{
    (void)state;
    /* the struct, 8 + 16 + 16 bytes of packed keys, at most 4 / 0.375 bytes of index */
    assert_in_range(sizeof(struct sim_card), 1, 96);
    assert_true(sizeof(struct sim_card) + 40 + 11 <= 256);
    bench_expect(&bench, "A0A40000023F00", "9F16");
    assert_non_null(bench.card->session);
    population_rest(bench.population, bench.card);
    assert_null(bench.card->session);
    /* where the phone is stays known */
    bench_expect(&bench, "A0A40000027F20", "9F16");
    population_rest(bench.population, bench.card);
    bench_expect(&bench, "A0A40000026F46", "9F0F");
    /* what is still to be fetched keeps the session */
    bench_envelope(&bench, &(struct bench_packet){.spi = "1621", .counter = 1, .script = ""});
    population_rest(bench.population, bench.card);
    assert_memory_equal(bench_submitted(&bench), "0271", 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(cards_are_found, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(cards_do_not_share_files, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(what_was_committed_comes_back, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(what_was_not_committed_does_not, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(a_kill_loses_nothing, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(one_state_directory_one_simsim, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(state_of_other_cards_and_files, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(bad_rows_are_left_out, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(many_cards_and_every_one_is_found, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(an_idle_card_is_small, open_shipped, close_bench),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
