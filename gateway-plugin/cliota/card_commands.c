/* -showCard, -changeMsisdn, -blockCard, -unblockCard and -deleteCard. */
#include <jansson.h>

#include "gateway-plugin/cliota/card_reference.h"
#include "gateway-plugin/cliota/commands.h"
#include "gateway-plugin/cliota/instance.h"
#include "gateway-plugin/cliota/message.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const struct option_spec options_of_command[] = {CARD_REFERENCE_OPTIONS};
static const struct option_spec options_of_change[] = {
    CARD_REFERENCE_OPTIONS,
    {"newMsisdn", NULL, OPTION_TEXT, true, "msisdn_number", "the card's MSISDN from now on"}};

static int finish(int result, struct session_answer *answer)
{
    if (result != 0)
        return STATUS_REFUSED;
    card_print(answer);
    session_answer_free(answer);
    return STATUS_DONE;
}

static int show(struct session *session, const struct options *options)
{
    char path[CARD_PATH_SIZE];
    struct session_answer answer;
    int status = card_reference_path(session, options, path);
    return status == STATUS_DONE ? finish(session_get(session, path, &answer), &answer) : status;
}

static int delete_card(struct session *session, const struct options *options)
{
    char path[CARD_PATH_SIZE];
    struct session_answer answer;
    int status = card_reference_path(session, options, path);
    return status == STATUS_DONE ? finish(session_delete(session, path, &answer), &answer) : status;
}

/* Takes `change` over. */
static int patch(struct session *session, const struct options *options, json_t *change)
{
    char path[CARD_PATH_SIZE];
    struct session_answer answer;
    int status = card_reference_path(session, options, path);
    if (status == STATUS_DONE)
        status = finish(session_patch(session, path, change, &answer), &answer);
    json_decref(change);
    return status;
}

static int change_msisdn(struct session *session, const struct options *options)
{
    const char *number = option_text(options, "newMsisdn");
    json_t *change = json_pack("{s:s}", "msisdn", number);
    if (change != NULL)
        return patch(session, options, change);
    message_error("-newMsisdn '%s' is not text, expected digits", number);
    return STATUS_USAGE;
}

static int block(struct session *session, const struct options *options)
{
    return patch(session, options, json_pack("{s:b}", "blocked", options->command == &block_card_command));
}

const struct command show_card_command = {
    "showCard", show, "show a card", COMMAND_ONLINE, options_of_command, COUNT(options_of_command)};
const struct command change_msisdn_command = {"changeMsisdn", change_msisdn,     "give a card another MSISDN",
                                              COMMAND_ONLINE,          options_of_change, COUNT(options_of_change)};
const struct command block_card_command = {"blockCard",
                                           block,
                                           "send nothing to a card any more",
                                           COMMAND_ONLINE,
                                           options_of_command,
                                           COUNT(options_of_command)};
const struct command unblock_card_command = {"unblockCard",
                                             block,
                                             "take a card into campaigns again",
                                             COMMAND_ONLINE,
                                             options_of_command,
                                             COUNT(options_of_command)};
const struct command delete_card_command = {
    "deleteCard", delete_card,        "delete a card that no campaign has messages of, with its keys",
    COMMAND_ONLINE,        options_of_command, COUNT(options_of_command)};
