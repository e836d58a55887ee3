/* Cards found and kept: rows of the .out file, what a state directory brings back, memory of an idle card. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sqlite3.h>
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

/* The status of the PoR; "00" also says that one command ran. */
static const char *status_for(const char *tar, uint64_t counter)
{
    static char status[3];
    struct bench_packet packet = {.spi = "1621", .tar = tar, .counter = counter, .script = "A0A40000027F20"};
    assert_memory_equal(bench_envelope(&bench, &packet), "91", 2);
    const char *por = bench_submitted(&bench);
    assert_true(strlen(por) >= 32);
    memcpy(status, por + 30, 2); /* header 3, RPL 2, RHL 1, TAR 3, CNTR 5, PCNTR 1 */
    return status;
}

/* One counter for all, or for each TAR, over a restart too. */
static void counters_per_key_set_or_tar(void **state)
{
    static const char from[] = "<card-profile name=\"gsm-2g\">";
    (void)state;
    for (int per_tar = 0; per_tar < 2; per_tar++) {
        char to[240];
        snprintf(to, sizeof to,
                 "<card-profile name=\"gsm-2g\" counter-scope=\"%s\">"
                 "<rfm tar=\"B00020\" msl=\"06\" access-domain=\"full\" d0-in-compact=\"reject\"/>",
                 per_tar ? "tar" : "keyset");
        bench_open(&bench, from, to);
        assert_string_equal(status_for("B00010", 5), "00");
        assert_string_equal(status_for("B00020", 3), per_tar ? "00" : "02");
        assert_int_equal(population_commit(bench.population), 0);
        bench_reopen(&bench);
        assert_string_equal(status_for("B00010", 5), "02");
        assert_string_equal(status_for("B00020", 3), "02");
        assert_string_equal(status_for("B00020", 4), per_tar ? "00" : "02");
        assert_string_equal(status_for("B00010", 6), "00");
        bench_close(&bench);
    }
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

static const char *script_log_text(void)
{
    static char text[2000];
    char path[96];
    snprintf(path, sizeof path, "%s/state/scripts.log", bench.directory);
    FILE *stream = fopen(path, "r");
    assert_non_null(stream);
    text[fread(text, 1, sizeof text - 1, stream)] = '\0';
    fclose(stream);
    return text;
}

#define SCRIPT_LINE(counter)                                                                                 \
    "card 961234567891 TAR B00010 CNTR 000000000" counter " executed 3 SW 9000 PoR 00\n"

/* Without counter and without a change of a file the log alone is what is committed. */
static void the_log_of_scripts_is_what_was_committed(void **state)
{
    (void)state;
    update_spn(1);
    assert_string_equal(script_log_text(), "");
    assert_int_equal(population_commit(bench.population), 0);
    assert_string_equal(script_log_text(), SCRIPT_LINE("1"));
    struct bench_packet reads = {
        .spi = "0620", .counter = 2, .script = "A0A40000027F20A0A40000026F46A0B0000001"};
    assert_string_equal(bench_envelope(&bench, &reads), "9000");
    assert_int_equal(population_commit(bench.population), 0);
    assert_string_equal(script_log_text(), SCRIPT_LINE("1") SCRIPT_LINE("2"));
    update_spn(3);
    bench_reopen(&bench); /* never committed */
    assert_string_equal(script_log_text(), SCRIPT_LINE("1") SCRIPT_LINE("2"));
    update_spn(3);
    assert_int_equal(population_commit(bench.population), 0);
    assert_string_equal(script_log_text(), SCRIPT_LINE("1") SCRIPT_LINE("2") SCRIPT_LINE("3"));
}

/* Killed between the line and the commit: as this process appends what no commit knows of. */
static void a_line_without_its_commit_is_cut_off(void **state)
{
    (void)state;
    char path[96];
    update_spn(1);
    assert_int_equal(population_commit(bench.population), 0);
    population_close(&bench.population);
    snprintf(path, sizeof path, "%s/state/scripts.log", bench.directory);
    FILE *stream = fopen(path, "a");
    assert_non_null(stream);
    fputs(SCRIPT_LINE("2"), stream);
    fclose(stream);
    bench_reopen(&bench);
    assert_string_equal(script_log_text(), SCRIPT_LINE("1"));
}

static bool count_row(void *user, const struct smsc_row *row)
{
    unsigned *sum = user;
    *sum = *sum * 100 + (unsigned)row->id + (unsigned)row->length + row->body[0];
    return row->kind == SMSC_ROW_MESSAGE && row->submitted == 3 && row->expires == 4 && row->lost;
}

static void rows_of_the_smsc_are_kept_with_the_cards(void **state)
{
    (void)state;
    unsigned sum = 0;
    struct smsc_row row = {.kind = SMSC_ROW_MESSAGE,
                           .id = 20,
                           .submitted = 3,
                           .expires = 4,
                           .lost = true,
                           .body = (const uint8_t *)"\1\2",
                           .length = 2};
    assert_true(population_keeps_rows(bench.population));
    assert_int_equal(population_save_row(bench.population, &row), 0);
    bench_reopen(&bench); /* never committed */
    assert_int_equal(population_load_rows(bench.population, &sum, count_row), 0);
    assert_int_equal(sum, 0);
    assert_int_equal(population_save_row(bench.population, &row), 0);
    row.id = 10;
    assert_int_equal(population_save_row(bench.population, &row), 0);
    row.id = 30;
    assert_int_equal(population_save_row(bench.population, &row), 0);
    assert_int_equal(population_commit(bench.population), 0);
    assert_int_equal(population_forget_row(bench.population, SMSC_ROW_MESSAGE, 30), 0);
    assert_int_equal(population_commit(bench.population), 0);
    bench_reopen(&bench);
    assert_int_equal(population_load_rows(bench.population, &sum, count_row), 0);
    assert_int_equal(sum, 1323); /* 10 and 20, in this order, each with 2 bytes of which the first is 1 */
}

/* As the first release left it. */
static void an_older_state_is_upgraded_a_newer_refused(void **state)
{
    (void)state;
    char path[96], error[300];
    sqlite3 *database;
    update_spn(7);
    assert_int_equal(population_commit(bench.population), 0);
    population_close(&bench.population);
    snprintf(path, sizeof path, "%s/state/cards.sqlite", bench.directory);
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database,
                                  "DROP TABLE message; DROP TABLE script_log; PRAGMA user_version = 1", NULL,
                                  NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(database);
    bench_reopen(&bench);
    expect_spn("005669729000");
    update_spn(8);
    assert_int_equal(population_commit(bench.population), 0);
    population_close(&bench.population);
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, "PRAGMA user_version = 3", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(database);
    char state_path[96];
    snprintf(state_path, sizeof state_path, "%s/state", bench.directory);
    const struct population_options options = {
        .cards_path = bench.cards, .profile_path = bench.profile, .state_directory = state_path};
    assert_null(population_open(&options, error, sizeof error));
    assert_non_null(strstr(error, "has format 3, expected at most 2"));
}

static uint8_t refuse_with_07(void *user, const char *msisdn)
{
    *(unsigned *)user += 1;
    return strcmp(msisdn, BENCH_MSISDN) == 0 ? 0x07 : 0;
}

static void a_card_may_be_told_to_refuse(void **state)
{
    (void)state;
    unsigned asked = 0;
    population_refuse_by(bench.population, refuse_with_07, &asked);
    struct bench_packet packet = {
        .spi = "1639", .counter = 5, .script = "A0A40000027F20A0A40000026F46A0D600000400566972"};
    bench_envelope(&bench, &packet);
    assert_string_equal(bench_submitted(&bench), "027100000B0AB0001000000000000007"); /* bare and in clear */
    bench_reset(&bench);
    expect_spn("FFFFFFFF9000");
    packet.kid_key = "00112233445566778899AABBCCDDEEFF"; /* what it would refuse anyway it is not asked for */
    bench_envelope(&bench, &packet);
    assert_string_equal(bench_submitted(&bench), "027100000B0AB0001000000000000001");
    assert_int_equal(asked, 1);
    population_refuse_by(bench.population, NULL, NULL);
    update_spn(5); /* the counter was not used up */
    bench_reset(&bench);
    expect_spn("005669729000");
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
    assert_non_null(strstr(error, "/state/cards.sqlite: in use by another process"));
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
        cmocka_unit_test(counters_per_key_set_or_tar),
        cmocka_unit_test_setup_teardown(cards_are_found, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(cards_do_not_share_files, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(what_was_committed_comes_back, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(what_was_not_committed_does_not, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(a_kill_loses_nothing, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(the_log_of_scripts_is_what_was_committed, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(a_line_without_its_commit_is_cut_off, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(rows_of_the_smsc_are_kept_with_the_cards, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(an_older_state_is_upgraded_a_newer_refused, open_shipped,
                                        close_bench),
        cmocka_unit_test_setup_teardown(a_card_may_be_told_to_refuse, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(one_state_directory_one_simsim, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(state_of_other_cards_and_files, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(bad_rows_are_left_out, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(many_cards_and_every_one_is_found, open_shipped, close_bench),
        cmocka_unit_test_setup_teardown(an_idle_card_is_small, open_shipped, close_bench),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
