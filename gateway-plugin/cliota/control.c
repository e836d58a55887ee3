/* -retryFailed (SOP 11), -pause, -resume and -terminate: a word to a campaign that has been started. */
#include <stdio.h>
#include <string.h>

#include "gateway-plugin/cliota/commands.h"
#include "gateway-plugin/cliota/instance.h"
#include "gateway-plugin/cliota/options.h"

static const struct option_spec of_retry[] = {
    {"campaign", NULL, OPTION_ID, true, "campaign_id", "the campaign, which must be COMPLETED or TERMINATED"}};
static const struct option_spec of_pause[] = {
    {"campaign", NULL, OPTION_ID, true, "campaign_id", "the campaign, which must be RUNNING"}};
static const struct option_spec of_resume[] = {
    {"campaign", NULL, OPTION_ID, true, "campaign_id", "the campaign, which must be PAUSED"}};
static const struct option_spec of_terminate[] = {
    {"campaign", NULL, OPTION_ID, true, "campaign_id", "the campaign, which must be RUNNING or PAUSED"}};

static const struct {
    const struct option_spec *options;
    const char *word; /* of the path */
} words[] = {{of_retry, "retryfailed"}, {of_pause, "pause"}, {of_resume, "resume"}, {of_terminate, "terminate"}};

static int run(struct session *session, const struct options *options)
{
    char path[80];
    struct session_answer answer;
    size_t i = 0;
    while (words[i].options != options->command->options)
        i++;
    snprintf(path, sizeof path, "/api/campaigns/%s/%s", option_text(options, "campaign"), words[i].word);
    if (session_post(session, path, NULL, NULL, &answer) != 0)
        return STATUS_REFUSED;
    campaign_print(&answer, NULL);
    session_answer_free(&answer);
    return STATUS_DONE;
}

const struct command retry_failed_command = {
    "retryFailed", run, "start a campaign again for the cards that were not updated", COMMAND_ONLINE, of_retry, 1};
const struct command pause_command = {
    "pause", run, "begin no further message of a campaign; what is on its way is finished", COMMAND_ONLINE, of_pause, 1};
const struct command resume_command = {"resume", run, "let a paused campaign go on", COMMAND_ONLINE, of_resume, 1};
const struct command terminate_command = {
    "terminate", run, "end a campaign now; messages that have not left are cancelled", COMMAND_ONLINE, of_terminate, 1};
