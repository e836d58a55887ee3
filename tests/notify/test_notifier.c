/* What an operator's server is told, and that nothing of it is lost or holds up a campaign. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "gateway-plugin/notify/notifier.h"
#include "gateway-plugin/store/notification_store.h"
#include "tests/campaign/lab.h"
#include "tests/notify/http_sink.h"

static struct lab lab;
static struct http_sink sink;
static struct notifier *notifier;
static const uint8_t key[SIGNATURE_KEY_SIZE] = "0123456789abcdef0123456789abcdef";

static void start_notifier(void)
{
    struct refusal refusal = {0};
    const struct notifier_options options = {
        .engine = lab.engine,
        .store = {.database = lab.database, .master_key_file = lab.key_file},
        .clock = fake_clock_port(&lab.clock),
        .key = key,
        .poll_ms = 5,
    };
    notifier = notifier_start(&options, &refusal);
    if (notifier == NULL)
        fail_msg("%s", refusal.text);
}

static int set_up(void **state)
{
    (void)state;
    lab_open(&lab, 1);
    http_sink_start(&sink);
    start_notifier();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    notifier_stop(&notifier);
    http_sink_stop(&sink);
    lab_close(&lab);
    return 0;
}

static struct campaign told_campaign(const char *name)
{
    struct campaign campaign = lab_campaign(name);
    snprintf(campaign.urls[NOTIFICATION_DLR], CAMPAIGN_URL_SIZE, "http://127.0.0.1:%d/dlr", sink.port);
    snprintf(campaign.urls[NOTIFICATION_POR], CAMPAIGN_URL_SIZE, "http://127.0.0.1:%d/por?x=1", sink.port);
    return campaign;
}

static int count_waiting(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    (void)now;
    return notification_count(store, argument) == STORE_OK ? 0 : store_refuse(store, "notification", refusal);
}

/* The notifier writes down what was taken behind the sink's answer. */
static void expect_none_waiting(void)
{
    struct refusal refusal;
    int64_t count = 1;
    while (count > 0)
        if (engine_call(lab.engine, count_waiting, &count, &refusal) != 0)
            fail_msg("%s", refusal.text);
}

/* The post whose body holds `words`; each stands in exactly one. */
static const struct sink_post *post_with(const char *words)
{
    const struct sink_post *found = NULL;
    for (size_t i = 0; i < sink.count; i++)
        if (strstr(sink.posts[i].body, words) != NULL) {
            assert_null(found);
            found = &sink.posts[i];
        }
    if (found == NULL)
        fail_msg("no post has %s", words);
    return found;
}

static void expect_signed(const struct sink_post *post)
{
    char signature[96], event[32], expected[SIGNATURE_TEXT_SIZE];
    http_sink_header(post, "Otabox-Signature", signature, sizeof signature);
    http_sink_header(post, "Otabox-Event", event, sizeof event);
    assert_int_equal(signature_of(key, post->body, strlen(post->body), expected), 0);
    assert_string_equal(signature, expected);
    json_t *body = json_loads(post->body, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(body);
    assert_int_equal(json_integer_value(json_object_get(body, "event")), atoi(event));
    json_decref(body);
}

static void test_receipts_of_texts_are_told(void **state)
{
    struct campaign campaign = told_campaign("text");
    (void)state;
    campaign.type = CAMPAIGN_SMS;
    campaign.security = (struct security_parameters){0};
    campaign.message = "hello";
    int64_t id = lab_create_with(&lab, campaign, NULL, 0);
    lab_start(&lab, id);
    struct fake_sms sms = lab_expect_sms(&lab, 1);
    lab_deliver(&lab, &sms);
    lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
    http_sink_wait(&sink, 2);
    expect_none_waiting();
    const struct sink_post *post = post_with("\"report\":\"delivered\"");
    assert_int_equal(strncmp(post->text, "POST /dlr HTTP/1.1\r\n", 20), 0);
    assert_non_null(strstr(post->body, "\"state\":\"UPDATED\""));
    expect_signed(post);
}

static void test_receipts_and_pors_are_told(void **state)
{
    struct fake_sms sms;
    struct lab_command command;
    (void)state;
    int64_t id = lab_create(&lab, told_campaign("told"));
    lab_start(&lab, id);
    sms = lab_expect_sms(&lab, 1);
    lab_deliver(&lab, &sms);
    lab_receive(&lab, &sms, 1, &command);
    lab_answer(&lab, &command, LAB_ANSWER(.executed = 6, .sw = 0x9000));
    lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
    http_sink_wait(&sink, 3);
    expect_none_waiting();
    assert_int_equal(sink.count, 3);
    const struct sink_post *por = post_with("\"kind\":\"por\"");
    assert_int_equal(strncmp(por->text, "POST /por?x=1 HTTP/1.1\r\n", 24), 0);
    assert_non_null(strstr(por->body, "\"porStatus\":\"00\",\"porStatusText\":\"PoR OK\""));
    assert_non_null(strstr(por->body, "\"commandsExecuted\":6,\"lastSW\":\"9000\""));
    assert_non_null(strstr(por->body, "\"msisdn\":\"961000000001\",\"state\":\"UPDATED\""));
    expect_signed(por);
    const struct sink_post *receipt = post_with("\"report\":\"delivered\"");
    assert_int_equal(strncmp(receipt->text, "POST /dlr HTTP/1.1\r\n", 20), 0);
    assert_non_null(strstr(receipt->body, "\"campaign_name\":\"told\",\"iteration\":1"));
    expect_signed(receipt);
    expect_signed(post_with("\"report\":\"accepted\""));
}

static void test_nobody_is_told_without_a_url(void **state)
{
    (void)state;
    int64_t id = lab_create(&lab, lab_campaign("silent"));
    lab_start(&lab, id);
    lab_all_well(&lab, 6);
    lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
    expect_none_waiting();
    assert_int_equal(sink.count, 0);
}

/* A server that answers 500, and one that hangs up: the campaign ends, the events wait and come again. */
static void test_what_is_not_taken_comes_again(void **state)
{
    struct campaign campaign = told_campaign("again");
    (void)state;
    campaign.urls[NOTIFICATION_DLR][0] = '\0';
    http_sink_answer(&sink, 500);
    int64_t id = lab_create(&lab, campaign);
    lab_start(&lab, id);
    lab_all_well(&lab, 6);
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    http_sink_wait(&sink, 1);
    http_sink_answer(&sink, 0);
    while (sink.count < 2)
        fake_clock_advance(&lab.clock, 100); /* till the back-off is over */
    notifier_stop(&notifier);
    http_sink_answer(&sink, 204);
    size_t before = sink.count;
    lab_stop_engine(&lab);
    fake_clock_advance(&lab.clock, 60000);
    lab_start_engine(&lab);
    start_notifier();
    http_sink_wait(&sink, before + 1);
    expect_none_waiting();
    char first[32], last[32];
    http_sink_header(&sink.posts[0], "Otabox-Event", first, sizeof first);
    http_sink_header(&sink.posts[sink.count - 1], "Otabox-Event", last, sizeof last);
    assert_string_equal(first, last);
    assert_string_equal(sink.posts[0].body, sink.posts[sink.count - 1].body);
}

struct due {
    int64_t at; /* milliseconds behind the clock's now */
    size_t count;
    int attempts; /* of the first */
};

static int find_due(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct due *due = argument;
    struct notification *rows = calloc(2, sizeof *rows);
    due->count = 2;
    int rc = notification_due(store, now + due->at, rows, &due->count);
    due->attempts = rows[0].attempts;
    free(rows);
    return rc == STORE_OK ? 0 : store_refuse(store, "notification", refusal);
}

static struct due due_at(int64_t at)
{
    struct refusal refusal;
    struct due due = {.at = at};
    if (engine_call(lab.engine, find_due, &due, &refusal) != 0)
        fail_msg("%s", refusal.text);
    return due;
}

/* One event waits, was tried so often, and is due again behind so many milliseconds, which then are over. */
static void expect_back_off(int attempts, int64_t milliseconds)
{
    while (due_at(NOTIFIER_GIVE_UP_MS).attempts < attempts)
        ;
    assert_int_equal(due_at(NOTIFIER_GIVE_UP_MS).count, 1);
    assert_int_equal(due_at(milliseconds - 1).count, 0);
    assert_int_equal(due_at(milliseconds).count, 1);
    fake_clock_advance(&lab.clock, milliseconds);
}

/* One event that its server never takes must not hold up those behind it. */
static void test_one_refused_event_holds_up_no_other(void **state)
{
    const size_t cards = 40;
    struct campaign campaign = told_campaign("poison");
    (void)state;
    notifier_stop(&notifier);
    lab_close(&lab);
    lab_open(&lab, (int)cards);
    campaign.urls[NOTIFICATION_DLR][0] = '\0';
    int64_t id = lab_create(&lab, campaign);
    lab_start(&lab, id);
    lab_all_well(&lab, 6);
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    sink.refused = "\"msisdn\":\"961000000001\""; /* nobody posts now */
    start_notifier();
    http_sink_wait(&sink, cards); /* the clock stands still: nothing comes a second time */
    expect_back_off(1, 1000);
    for (int attempts = 2; attempts <= 14; attempts++)
        expect_back_off(attempts, attempts <= 12 ? INT64_C(1000) << (attempts - 1) : 3600000);
}

static void test_an_old_event_is_given_up(void **state)
{
    struct campaign campaign = told_campaign("old");
    (void)state;
    campaign.urls[NOTIFICATION_DLR][0] = '\0';
    http_sink_answer(&sink, 503);
    int64_t id = lab_create(&lab, campaign);
    lab_start(&lab, id);
    lab_all_well(&lab, 6);
    http_sink_wait(&sink, 1);
    fake_clock_advance(&lab.clock, NOTIFIER_GIVE_UP_MS);
    expect_none_waiting();
}

static void test_signature(void **state)
{
    /* RFC 4231 test case 2 has a short key; HMAC pads with zeros, so a key of 32 bytes with zeros is the
     * same. */
    const uint8_t jefe[SIGNATURE_KEY_SIZE] = "Jefe";
    char text[SIGNATURE_TEXT_SIZE];
    (void)state;
    assert_int_equal(signature_of(jefe, "what do ya want for nothing?", 28, text), 0);
    assert_string_equal(text, "sha256=5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_signature),
        cmocka_unit_test_setup_teardown(test_receipts_and_pors_are_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_receipts_of_texts_are_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nobody_is_told_without_a_url, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_not_taken_comes_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_one_refused_event_holds_up_no_other, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_an_old_event_is_given_up, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
