/*
 * What large calls of the API cost: `measure_api [CARDS]`: a data file, a jump of all counters, statistics, a report,
 * the deletion of the campaign, of a card and of the group.
 * For people: docs/performance.md has the figures. Beside each call a second thread asks the engine for nothing
 * again and again, and says how long it had to wait at most.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include <jansson.h>

#include "gateway-plugin/campaign/engine.h"
#include "gateway-plugin/store/message_store.h"
#include "gateway-plugin/store/statement.h"
#include "tests/api/raw_http.h"
#include "tests/api/rest_fixture.h"
#include "tests/measuring.h"

static struct rest_fixture fixture;
static long cards = 400000;

/* --- the other caller --- */

static struct {
    pthread_t thread;
    atomic_bool stops;
    double longest;
    double used; /* processor time when it began */
} other;

static int nothing(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    (void)store, (void)now, (void)argument, (void)refusal;
    return 0;
}

static void *ask_again(void *unused)
{
    (void)unused;
    while (!atomic_load(&other.stops)) {
        double before = milliseconds();
        engine_call(fixture.engine, nothing, NULL, NULL);
        double waited = milliseconds() - before;
        other.longest = waited > other.longest ? waited : other.longest;
        usleep(200);
    }
    return NULL;
}

static void begin_asking(void)
{
    atomic_store(&other.stops, false);
    other.longest = 0;
    other.used = processor_milliseconds();
    assert_int_equal(pthread_create(&other.thread, NULL, ask_again, NULL), 0);
}

static void end_asking(const char *what, double before)
{
    atomic_store(&other.stops, true);
    pthread_join(other.thread, NULL);
    printf("%s: %.0f ms, %.0f ms of processor time, the callers' included; longest wait of another caller %.0f ms; "
           "%ld MB resident, %ld MB at most\n",
           what, milliseconds() - before, processor_milliseconds() - other.used, other.longest, resident_megabytes(),
           peak_megabytes());
}

/* --- calls --- */

/* As raw_request(), for as long as it takes. */
static struct raw_reply request(const char *method, const char *path, const char *body)
{
    const struct timeval patience = {.tv_sec = 600};
    char head[400];
    int fd = raw_connect(fixture.port);
    assert_true(fd >= 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    snprintf(head, sizeof head,
             "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer %s\r\nContent-Length: %zu\r\n\r\n",
             method, path, fixture.token, body != NULL ? strlen(body) : 0);
    assert_true(raw_send(fd, head, strlen(head)) && (body == NULL || raw_send(fd, body, strlen(body))));
    struct raw_reply reply = raw_read(fd);
    close(fd);
    return reply;
}

/* What the server answers, JSON; to be released. */
static json_t *call(const char *method, const char *path, const char *body)
{
    struct raw_reply reply = request(method, path, body);
    if (reply.status < 200 || reply.status > 299)
        fail_msg("%s %s: %d %.300s", method, path, reply.status, reply.body != NULL ? reply.body : "");
    json_t *json = json_loads(reply.body, 0, NULL);
    free(reply.text);
    assert_non_null(json);
    return json;
}

static void sql(const char *format, ...)
{
    char text[2000];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    assert_int_equal(rest_fixture_sql(&fixture, text), 0);
}

/* Cards with keys that nobody opens, each with two counters, in one group. */
static void make_cards(void)
{
    json_decref(call("POST", "/api/profiles", "{\"name\":\"p\"}"));
    sql("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %ld)"
        " INSERT INTO card (id, profile_id, iccid, imsi, msisdn, created, updated) SELECT i, 1,"
        " printf('8991%%015d', i), printf('4240%%011d', i), printf('961%%09d', i), 1, 1 FROM n;"
        "INSERT INTO card_key SELECT id, 1, 1, randomblob(44) FROM card;"
        "INSERT INTO card_key SELECT id, 1, 2, randomblob(44) FROM card;"
        "INSERT INTO card_counter (card_id, key_index, tar, value, jumps, held_low, held_guess, held_high, refusals)"
        " SELECT id, 1, -1, 5, 0, 0, 0, 5, 0 FROM card;"
        "INSERT INTO card_group (id, profile_id, name, created, updated) VALUES (1, 1, 'g', 1, 1);"
        "INSERT INTO card_group_member SELECT 1, id FROM card;", cards);
}

static char *data_file(void)
{
    size_t room = 64 + (size_t)cards * 56, length;
    char *body = malloc(room);
    assert_non_null(body);
    length = (size_t)sprintf(body, "{\"cardGroup\":1,\"data\":\"MSISDN,Name\\n");
    for (long i = 1; i <= cards; i++)
        length += (size_t)sprintf(body + length, "961%09ld,%034lX\\n", i, (unsigned long)i);
    strcpy(body + length, "\"}");
    return body;
}

static int count_rows(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct message_counts counts;
    (void)now, (void)refusal;
    assert_int_equal(message_count(store, 1, &counts), STORE_OK);
    for (size_t i = 0; i < MESSAGE_STATE_COUNT; i++)
        *(int64_t *)argument += counts.by_state[i];
    return 0;
}

static int64_t rows_made(void)
{
    int64_t rows = 0;
    assert_int_equal(engine_call(fixture.engine, count_rows, &rows, NULL), 0);
    return rows;
}

static void start_with_data(void)
{
    json_decref(call("POST", "/api/campaigns",
                     "{\"type\":\"RFM\",\"profile_id\":1,\"name\":\"c\",\"spi\":\"1221\","
                     "\"apdus\":\"A0A40000023F00\\nA0A40000027F20\\nA0A40000026F46\\nA0D6000011[Name]\"}"));
    char *body = data_file();
    sql("UPDATE campaign SET state = state"); /* the engine is there */
    begin_asking();
    double before = milliseconds();
    json_decref(call("POST", "/api/campaigns/1/start", body));
    end_asking("start with a data file of all cards", before);
    while (rows_made() < cards)
        usleep(10000);
    json_decref(call("POST", "/api/campaigns/1/terminate", NULL));
    free(body);
}

static void jump(void)
{
    begin_asking();
    double before = milliseconds();
    json_t *answer = call("POST", "/api/profiles/1/counters/jump", "{\"jump\":1000}");
    end_asking("jump of all counters", before);
    assert_int_equal(json_integer_value(json_object_get(answer, "cards")), cards);
    json_decref(answer);
}

/* As if every card had answered: most well, some not. */
static void answer_all(void)
{
    sql("DELETE FROM message; INSERT INTO message (campaign_id, iteration, card_id, piece, pieces, commands_before, commands,"
        " state, counter, por_status, por_executed, por_sw, por_flags, por_data, detail, complete, created, sent, settled)"
        " SELECT 1, 1, id, 1, 1, 0, 4, CASE WHEN id %% 50 = 0 THEN 5 ELSE 4 END, 6, 0,"
        " CASE WHEN id %% 50 = 0 THEN 3 ELSE 4 END, CASE WHEN id %% 50 = 0 THEN 37892 ELSE 36864 END, 2, x'FFFF',"
        " CASE WHEN id %% 50 = 0 THEN '3 of 4 commands executed, last SW 9404: file ID or pattern not found' ELSE '' END,"
        " 1, 1, 2, 3 FROM card;"
        "UPDATE card_counter SET last_message = m.id FROM message AS m WHERE m.card_id = card_counter.card_id");
}

static void look(const char *what, const char *path)
{
    double before = milliseconds();
    json_decref(call("GET", path, NULL));
    printf("%s: %.0f ms\n", what, milliseconds() - before);
}

static void report(void)
{
    char *next = strdup("/api/campaigns/1/report?limit=1000");
    long rows = 0;
    double before = milliseconds(), used = processor_milliseconds();
    while (next != NULL) {
        json_t *page = call("GET", next, NULL);
        rows += (long)json_array_size(json_object_get(page, "items"));
        const char *url = json_string_value(json_object_get(page, "next"));
        free(next);
        next = url != NULL ? strdup(strstr(url, "/api/")) : NULL;
        json_decref(page);
    }
    assert_int_equal(rows, cards);
    printf("report of %ld rows in pages of 1,000: %.0f ms, %.0f ms of processor time, the client's included; %ld MB resident\n",
           rows, milliseconds() - before, processor_milliseconds() - used, resident_megabytes());
}

struct row {
    const char *sql; /* how many there are */
    int64_t count;
};

static int count_row(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct row *row = argument;
    (void)now, (void)refusal;
    return statement_read_int(db_prepare(store_db(store), row->sql), &row->count);
}

/* `sql` counts the row that is the last to go. */
static void delete_at(const char *what, const char *path, const char *sql)
{
    struct row row = {sql, 1};
    begin_asking();
    double before = milliseconds();
    json_decref(call("DELETE", path, NULL));
    printf("%s, answered: %.0f ms\n", what, milliseconds() - before);
    while (row.count > 0) {
        usleep(10000);
        assert_int_equal(engine_call(fixture.engine, count_row, &row, NULL), STORE_OK);
    }
    end_asking(what, before);
}

/* What the machine alone does to the other caller. */
static void do_nothing(void)
{
    begin_asking();
    double before = milliseconds();
    sleep(10);
    end_asking("no call at all", before);
}

static void measure(void **state)
{
    (void)state;
    assert_int_equal(rest_fixture_open(&fixture, NULL), 0);
    make_cards();
    printf("%ld cards\n", cards);
    do_nothing();
    start_with_data();
    jump();
    answer_all();
    look("counts of -showCampaign", "/api/campaigns/1");
    look("statistics", "/api/campaigns/1/statistics");
    report();
    delete_at("deletion of the campaign", "/api/campaigns/1", "SELECT COUNT(*) FROM campaign");
    delete_at("deletion of a card", "/api/cards/1", "SELECT COUNT(*) FROM card WHERE id = 1");
    delete_at("deletion of the group", "/api/cardgroups/1", "SELECT COUNT(*) FROM card_group");
    rest_fixture_close(&fixture);
}

int main(int count_of_arguments, char **arguments)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(measure)};
    if (count_of_arguments > 1)
        cards = atol(arguments[1]);
    setvbuf(stdout, NULL, _IOLBF, 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
