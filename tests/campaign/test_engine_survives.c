/* A database that refuses, events that come faster than they go, and the end of the process: nothing is lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "tests/campaign/lab_fixture.h"

static int nothing(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    (void)store;
    (void)now;
    (void)argument;
    (void)refusal;
    return 0;
}

static void test_events_survive_a_failing_database(void **state)
{
    struct fake_sms sms;
    struct refusal refusal = {0};
    (void)state;
    int64_t id = start_one(lab_campaign("full"), &sms);
    lab_deliver(&lab, &sms);
    expect_state(id, 1, MESSAGE_DELIVERED);
    size_t acknowledged = fake_bearer_acknowledged(&lab.bearer);
    lab_sql(&lab,
            "CREATE TRIGGER full BEFORE UPDATE ON message BEGIN SELECT RAISE(ABORT, 'disk full'); END");
    lab_answer(&lab, &command, good());
    while (engine_call(lab.engine, nothing, NULL, &refusal) == 0)
        ; /* the next one shares the pass that fails */
    assert_int_equal(refusal.kind, REFUSAL_INTERNAL);
    assert_int_equal(fake_bearer_acknowledged(&lab.bearer), acknowledged);
    lab_sql(&lab, "DROP TRIGGER full");
    while (engine_call(lab.engine, nothing, NULL, NULL) != 0)
        ;
    expect_state(id, 1, MESSAGE_UPDATED);
    assert_int_equal(fake_bearer_acknowledged(&lab.bearer), acknowledged + 1);
    expect_campaign(id, CAMPAIGN_COMPLETED);
    lab_expect_silence(&lab); /* and nothing was sent twice */
}

struct gate {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool inside, open;
    int posted;
};

static int wait_at_gate(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct gate *gate = argument;
    (void)store;
    (void)now;
    (void)refusal;
    pthread_mutex_lock(&gate->lock);
    gate->inside = true;
    pthread_cond_broadcast(&gate->changed);
    while (!gate->open)
        pthread_cond_wait(&gate->changed, &gate->lock);
    pthread_mutex_unlock(&gate->lock);
    return 0;
}

static void *call_gate(void *gate)
{
    engine_call(lab.engine, wait_at_gate, gate, NULL);
    return NULL;
}

#define MANY 3000

static void *post_many(void *argument)
{
    struct gate *gate = argument;
    const struct bearer_event event = {.kind = BEARER_REPORT, .uuid = "x"};
    for (int i = 0; i < MANY; i++) {
        engine_post(lab.engine, &event);
        pthread_mutex_lock(&gate->lock);
        gate->posted++;
        pthread_cond_broadcast(&gate->changed);
        pthread_mutex_unlock(&gate->lock);
    }
    return NULL;
}

/* While the engine is busy the queue takes 1024 events; then engine_post() waits, and loses none. */
static void test_full_queue_holds_the_poster_back(void **state)
{
    static struct gate gate = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
    struct engine_statistics before, after;
    pthread_t caller, poster;
    (void)state;
    lab_tick(&lab);
    engine_get_statistics(lab.engine, &before);
    pthread_create(&caller, NULL, call_gate, &gate);
    pthread_mutex_lock(&gate.lock);
    while (!gate.inside)
        pthread_cond_wait(&gate.changed, &gate.lock);
    pthread_create(&poster, NULL, post_many, &gate);
    while (gate.posted < 1024)
        pthread_cond_wait(&gate.changed, &gate.lock);
    pthread_mutex_unlock(&gate.lock);
    usleep(20000); /* a poster that is not held back has posted more by now */
    pthread_mutex_lock(&gate.lock);
    assert_int_equal(gate.posted, 1024);
    gate.open = true;
    pthread_cond_broadcast(&gate.changed);
    pthread_mutex_unlock(&gate.lock);
    pthread_join(caller, NULL);
    pthread_join(poster, NULL);
    for (int i = 0; i < 20; i++)
        lab_tick(&lab);
    engine_get_statistics(lab.engine, &after);
    assert_int_equal(after.events - before.events, MANY);
    assert_int_equal(fake_bearer_acknowledged(&lab.bearer), MANY);
}

/* In a process of its own, which dies without a word as soon as three SMS have left. */
static int die_after_sending(uint8_t spi1, int out)
{
    struct fake_sms sms;
    lab_start_engine(&lab);
    lab_link(&lab, true);
    int64_t id = lab_create(&lab, with_spi("killed", spi1, 0x21));
    lab_start(&lab, id);
    for (int i = 0; i < 3; i++) {
        while (!fake_bearer_take(&lab.bearer, &sms))
            lab_tick(&lab);
        if (write(out, &sms, sizeof sms) != (ssize_t)sizeof sms)
            return 1;
    }
    return write(out, &id, sizeof id) == (ssize_t)sizeof id ? 0 : 1;
}

static int64_t kill_engine(uint8_t spi1, struct fake_sms sent[static 3])
{
    int pipes[2], status;
    int64_t id;
    lab_stop_engine(&lab);
    assert_int_equal(pipe(pipes), 0);
    pid_t child = fork();
    if (child == 0)
        _exit(die_after_sending(spi1, pipes[1]));
    close(pipes[1]);
    for (int i = 0; i < 3; i++)
        assert_int_equal(read(pipes[0], &sent[i], sizeof sent[i]), sizeof sent[i]);
    assert_int_equal(read(pipes[0], &id, sizeof id), sizeof id);
    close(pipes[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    lab_start_engine(&lab);
    return id;
}

static void test_killed_engine_sends_the_same_bytes(void **state)
{
    struct fake_sms sent[3], again;
    (void)state;
    int64_t id = kill_engine(0x16, sent);
    lab_expect_silence(&lab); /* the link is not there yet */
    lab_link(&lab, true);
    for (int card = 1; card <= 3; card++) {
        again = lab_expect_sms(&lab, card);
        assert_int_equal(again.length, sent[card - 1].length);
        assert_memory_equal(again.user_data, sent[card - 1].user_data, again.length);
        lab_deliver(&lab, &again);
        lab_receive(&lab, &again, 1, &command);
        assert_int_equal(command.decoded.counter, 1);
        lab_answer(&lab, &command,
                   card == 3 ? LAB_ANSWER(.status = POR_STATUS_CNTR_LOW, .bare_error = true) : good());
    }
    expect_state(id, 3, MESSAGE_EXECUTED_UNKNOWN);
    expect_campaign(id, CAMPAIGN_COMPLETED);
    assert_int_equal(lab_retry(&lab, id, NULL), 0);
    again = lab_expect_sms(&lab, 3);
    lab_receive(&lab, &again, 1, &command);
    assert_int_equal(command.decoded.counter, 2); /* none goes back */
}

static void test_killed_engine_waits_where_nothing_checks_copies(void **state)
{
    struct fake_sms sent[3];
    (void)state;
    int64_t id = kill_engine(0x0E, sent); /* counter there, not checked */
    lab_link(&lab, true);
    lab_expect_silence(&lab);
    lab_receive(&lab, &sent[0], 1, &command);
    lab_answer(&lab, &command, good());
    expect_state(id, 1, MESSAGE_UPDATED); /* it had left after all */
    fake_clock_advance(&lab.clock, 60 * LAB_MINUTE + 600000);
    expect_state(id, 2, MESSAGE_UNKNOWN);
    expect_campaign(id, CAMPAIGN_COMPLETED);
}

static void test_restart_resumes_everything(void **state)
{
    struct fake_sms sms;
    (void)state;
    int64_t id = lab_create(&lab, lab_campaign("restart"));
    lab_start(&lab, id);
    for (int card = 1; card <= 3; card++) {
        sms = lab_expect_sms(&lab, card);
        lab_deliver(&lab, &sms);
    }
    lab_stop_engine(&lab);
    lab_start_engine(&lab);
    lab_link(&lab, true);
    lab_expect_silence(&lab); /* all were acknowledged: nothing is sent twice */
    expect_state(id, 3, MESSAGE_DELIVERED);
    fake_clock_advance(&lab.clock, 600000);
    expect_campaign(id, CAMPAIGN_COMPLETED);
    expect_state(id, 3, MESSAGE_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LAB_TEST(test_events_survive_a_failing_database),
        LAB_TEST(test_full_queue_holds_the_poster_back),
        LAB_TEST(test_killed_engine_sends_the_same_bytes),
        LAB_TEST(test_killed_engine_waits_where_nothing_checks_copies),
        LAB_TEST(test_restart_resumes_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
