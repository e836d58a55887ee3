#include "gateway-plugin/cliota/card_reference.h"

#include <stdio.h>
#include <string.h>

#include "gateway-plugin/cliota/message.h"

static const struct {
    const char *option, *noun;
} names[CARD_REFERENCE_OPTION_COUNT] = {
    {"card", "id"}, {"msisdn", "MSISDN"}, {"iccid", "ICCID"}, {"imsi", "IMSI"}};

/* Which one of them was given; -1: none, or several. */
static int given_name(const struct options *options)
{
    int given = -1, count = 0;
    for (int i = 0; i < CARD_REFERENCE_OPTION_COUNT; i++)
        if (option_text(options, names[i].option) != NULL) {
            given = i;
            count++;
        }
    if (count == 1)
        return given;
    message_error("-%s names %s, expected exactly one of -card, -msisdn, -iccid and -imsi",
                  options->command->name, count == 0 ? "no card" : "several cards");
    return -1;
}

/* Nothing that could mean something in a URL. */
static bool is_number(const char *name, const char *text)
{
    const char *digits = text + (*text == '+');
    size_t length = strspn(digits, "0123456789"), rest = strlen(digits + length);
    if (length > 0 && length < 32 && (rest == 0 || (rest == 1 && strchr("fF", digits[length]) != NULL)))
        return true;
    message_error("-%s '%s': expected digits", name, text);
    return false;
}

static int look_up(struct session *session, int name, const char *text, char path[static CARD_PATH_SIZE])
{
    char query[96];
    struct session_answer answer;
    snprintf(query, sizeof query, "/api/cards?%s=%s", names[name].option, text + (*text == '+'));
    if (session_get(session, query, &answer) != 0)
        return STATUS_REFUSED;
    const json_t *card = json_array_get(json_object_get(answer.json, "items"), 0);
    json_int_t id = json_integer_value(json_object_get(card, "id"));
    session_answer_free(&answer);
    snprintf(path, CARD_PATH_SIZE, "/api/cards/%" JSON_INTEGER_FORMAT, id);
    if (id == 0)
        message_error("no card has the %s %s", names[name].noun, text);
    return id != 0 ? STATUS_DONE : STATUS_REFUSED;
}

int card_reference_path(struct session *session, const struct options *options,
                        char path[static CARD_PATH_SIZE])
{
    int name = given_name(options);
    if (name < 0)
        return STATUS_USAGE;
    const char *text = option_text(options, names[name].option);
    if (name > 0)
        return is_number(names[name].option, text) ? look_up(session, name, text, path) : STATUS_USAGE;
    snprintf(path, CARD_PATH_SIZE, "/api/cards/%s", text);
    return STATUS_DONE;
}
