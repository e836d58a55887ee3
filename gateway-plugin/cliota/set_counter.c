/* -setCounter: one counter of a card, or a jump of many behind a restored backup. */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "gateway-plugin/cliota/card_reference.h"
#include "gateway-plugin/cliota/commands.h"
#include "gateway-plugin/cliota/instance.h"
#include "gateway-plugin/cliota/message.h"

static const struct option_spec options_of_command[] = {
    CARD_REFERENCE_OPTIONS,
    {"profile", NULL, OPTION_ID, false, "profile_id", "with -jump: every card of the profile"},
    {"cardGroup", NULL, OPTION_ID, false, "card_group_id", "with -jump: every card of the group"},
    {"keyIndex", NULL, OPTION_ID, false, "key_index_value", "with -counter: of this key set"},
    {"tar", NULL, OPTION_TEXT, false, "tar_value", "with -counter: of this TAR, where cards have one for each"},
    {"counter", NULL, OPTION_TEXT, false, "counter_value",
     "the counter that the card holds, 1 to 10 hex digits; the next packet carries one more"},
    {"jump", NULL, OPTION_ID, false, "number", "raise all counters by this number, as after a restored backup"},
};

static int set_one(struct session *session, const struct options *options)
{
    char path[CARD_PATH_SIZE + 16];
    struct session_answer answer;
    int status = card_reference_path(session, options, path);
    if (status != STATUS_DONE)
        return status;
    strcat(path, "/counters");
    json_t *body = json_pack("{s:s, s:s?}", "counter", option_text(options, "counter"), "tar",
                             option_text(options, "tar"));
    if (body != NULL && option_text(options, "keyIndex") != NULL)
        json_object_set_new(body, "keyIndex", json_integer(option_number(options, "keyIndex", 0)));
    int result = session_put(session, path, body, &answer);
    json_decref(body);
    if (result != 0)
        return STATUS_REFUSED;
    card_print(&answer);
    session_answer_free(&answer);
    return STATUS_DONE;
}

/* "/api/profiles/3", or what the card's options name. */
static int jump_path(struct session *session, const struct options *options, char path[static CARD_PATH_SIZE])
{
    const char *profile = option_text(options, "profile"), *group = option_text(options, "cardGroup");
    bool card = option_text(options, "card") != NULL || option_text(options, "msisdn") != NULL ||
                option_text(options, "iccid") != NULL || option_text(options, "imsi") != NULL;
    if ((profile != NULL) + (group != NULL) + card != 1) {
        message_error("-setCounter -jump has %s, expected exactly one of -profile, -cardGroup and a card",
                      profile == NULL && group == NULL && !card ? "no target" : "several targets");
        return STATUS_USAGE;
    }
    if (card)
        return card_reference_path(session, options, path);
    snprintf(path, CARD_PATH_SIZE, "/api/%s/%s", profile != NULL ? "profiles" : "cardgroups",
             profile != NULL ? profile : group);
    return STATUS_DONE;
}

static int jump(struct session *session, const struct options *options)
{
    char path[CARD_PATH_SIZE + 16];
    struct session_answer answer;
    int status = jump_path(session, options, path);
    if (status != STATUS_DONE)
        return status;
    strcat(path, "/counters/jump");
    json_t *body = json_pack("{s:I}", "jump", (json_int_t)option_number(options, "jump", 0));
    int result = session_post(session, path, body, NULL, &answer);
    json_decref(body);
    if (result != 0)
        return STATUS_REFUSED;
    printf("Raised %" JSON_INTEGER_FORMAT " counters of %" JSON_INTEGER_FORMAT " cards by %s.\n\nJson:\n%s\n",
           json_integer_value(json_object_get(answer.json, "counters")),
           json_integer_value(json_object_get(answer.json, "cards")), option_text(options, "jump"), answer.text);
    session_answer_free(&answer);
    return STATUS_DONE;
}

static int refuse_usage(const char *words)
{
    message_error("-setCounter %s", words);
    return STATUS_USAGE;
}

static int run(struct session *session, const struct options *options)
{
    bool sets = option_text(options, "counter") != NULL, jumps = option_text(options, "jump") != NULL;
    bool has_index = option_text(options, "keyIndex") != NULL, has_tar = option_text(options, "tar") != NULL;
    if (sets == jumps)
        return refuse_usage(sets ? "has -counter and -jump, expected one of them"
                                 : "has neither -counter nor -jump, expected one of them");
    if (jumps && (has_index || has_tar))
        return refuse_usage("-jump is of all counters, expected neither -keyIndex nor -tar");
    if (sets && has_index == has_tar)
        return refuse_usage("-counter: expected exactly one of -keyIndex and -tar");
    if (sets && (option_text(options, "profile") != NULL || option_text(options, "cardGroup") != NULL))
        return refuse_usage("-counter is of one card, expected neither -profile nor -cardGroup");
    return sets ? set_one(session, options) : jump(session, options);
}

const struct command set_counter_command = {"setCounter",
                                            run,
                                            "say where a card's counter is, or raise many behind a restored backup",
                                            COMMAND_ONLINE,
                                            options_of_command,
                                            sizeof options_of_command / sizeof options_of_command[0]};
