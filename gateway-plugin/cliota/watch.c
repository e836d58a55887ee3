/* -watch: follows a campaign until it is over */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "gateway-plugin/cliota/commands.h"
#include "gateway-plugin/cliota/message.h"
#include "gateway-plugin/cliota/options.h"
#include "gateway-plugin/cliota/progress.h"
#include "gateway-plugin/cliota/session.h"

#define POLL_MS 500
#define FAILURES_MAX 20 /* in a row: 10 s, so that a restart of otabox is survived */

static const struct option_spec options_of_command[] = {
    {"campaign", NULL, OPTION_ID, true, "campaign_id", "the campaign"},
};

/* Of `counts`: the states in which nothing more will happen. */
static const char *const settled_states[] = {"updated", "partial",         "failed",
                                             "unknown", "executedUnknown", "cancelled"};

struct view {
    char state[32];
    int64_t iteration, cards, updated, settled;
    char text[256]; /* the counts in words */
};

static int64_t count_of(const json_t *counts, const char *name)
{
    return json_integer_value(json_object_get(counts, name));
}

static void read_view(const json_t *campaign, struct view *view)
{
    const json_t *counts = json_object_get(campaign, "counts");
    const char *state = json_string_value(json_object_get(campaign, "state"));
    const char *name;
    json_t *value;
    memset(view, 0, sizeof *view);
    snprintf(view->state, sizeof view->state, "%s", state != NULL ? state : "");
    view->iteration = json_integer_value(json_object_get(campaign, "iteration"));
    view->cards = count_of(counts, "cards");
    view->updated = count_of(counts, "updated");
    for (size_t i = 0; i < sizeof settled_states / sizeof settled_states[0]; i++)
        view->settled += count_of(counts, settled_states[i]);
    int length = snprintf(view->text, sizeof view->text,
                          "%s, iteration %" PRId64 ": %" PRId64 " of %" PRId64 " settled", view->state,
                          view->iteration, view->settled, view->cards);
    json_object_foreach((json_t *)(uintptr_t)counts, name, value) if (strcmp(name, "cards") != 0 &&
                                                                      json_integer_value(value) > 0 &&
                                                                      (size_t)length < sizeof view->text)
        length += snprintf(view->text + length, sizeof view->text - (size_t)length,
                           ", %" JSON_INTEGER_FORMAT " %s", json_integer_value(value), name);
}

static bool is_over(const struct view *view)
{
    return strcmp(view->state, "COMPLETED") == 0 || strcmp(view->state, "TERMINATED") == 0;
}

static void wait_a_moment(void)
{
    const struct timespec moment = {.tv_nsec = POLL_MS * 1000000L};
    fflush(stdout);
    nanosleep(&moment, NULL);
}

/* 0, or -1 when the server refuses, or was not to be reached for too long. */
static int poll_campaign(struct session *session, const char *path, int *failures, struct view *view)
{
    struct session_answer answer;
    if (session_try_get(session, path, &answer) == 0) {
        read_view(answer.json, view);
        session_answer_free(&answer);
        *failures = 0;
        return 0;
    }
    session_answer_free(&answer);
    bool may_come_back = answer.status == 0 && *failures >= 0; /* -1: it was never there */
    if (may_come_back && ++*failures < FAILURES_MAX)
        return 0;
    message_error("%s", answer.error);
    return -1;
}

static void show(struct progress *progress, const struct view *view, struct view *shown)
{
    bool state_changed = strcmp(view->state, shown->state) != 0 || view->iteration != shown->iteration;
    if (progress->terminal || strcmp(view->text, shown->text) != 0)
        progress_show(progress, view->settled, view->cards, view->text, state_changed);
    *shown = *view;
}

/* States in which one would be watched for ever in silence. */
static const struct {
    const char *state, *words;
} still[] = {{"WAITING", "is not started yet; -start starts it"}, {"PAUSED", "is paused; -resume lets it go on"}};

static void say_when_still(const char *path, const struct view *view, const struct view *shown)
{
    for (size_t i = 0; i < sizeof still / sizeof still[0]; i++)
        if (strcmp(view->state, still[i].state) == 0 && strcmp(shown->state, still[i].state) != 0)
            message_warning("campaign %s %s", strrchr(path, '/') + 1, still[i].words);
}

static int watch(struct session *session, const char *path, struct progress *progress, struct view *view)
{
    struct view shown = {0};
    int failures = -1;
    for (;;) {
        if (poll_campaign(session, path, &failures, view) != 0)
            return -1;
        if (failures == 0) {
            say_when_still(path, view, &shown);
            show(progress, view, &shown);
            if (is_over(view))
                return 0;
        }
        wait_a_moment();
    }
}

static int run(struct session *session, const struct options *options)
{
    char path[64];
    const char *id = option_text(options, "campaign");
    struct progress progress;
    struct view view;
    snprintf(path, sizeof path, "/api/campaigns/%s", id);
    progress_begin(&progress);
    int result = watch(session, path, &progress, &view);
    if (progress.drawn)
        putchar('\n');
    if (result != 0)
        return STATUS_REFUSED;
    printf("Campaign %s is %s: %" PRId64 " of %" PRId64 " cards updated", id, view.state, view.updated,
           view.cards);
    if (view.settled < view.cards)
        printf(", %" PRId64 " messages not settled yet", view.cards - view.settled);
    puts(".");
    return view.updated == view.cards ? STATUS_DONE : STATUS_PARTLY;
}

const struct command watch_command = {
    "watch", run, "follow a campaign until it is over", COMMAND_ONLINE, options_of_command, 1};
