#include "simsim/reader_command.h"

#include <stdio.h>
#include <string.h>

#include "simsim/reader_port.h"

#define WORDS_MAX 3

static const struct {
    const char *name;
    enum reader_verb verb;
    size_t words; /* with the verb */
    const char *usage;
} verbs[] = {
    {"insert", READER_INSERT, 3, "insert SLOT MSISDN"},
    {"remove", READER_REMOVE, 2, "remove SLOT"},
    {"list", READER_LIST, 1, "list"},
};

struct word {
    const char *text;
    size_t length;
};

/* Up to WORDS_MAX words; returns how many there are, WORDS_MAX + 1 when more. */
static size_t split(const char *line, struct word words[static WORDS_MAX])
{
    size_t count = 0;
    for (;;) {
        line += strspn(line, " \t\r");
        size_t length = strcspn(line, " \t\r");
        if (length == 0)
            return count;
        if (count == WORDS_MAX)
            return WORDS_MAX + 1;
        words[count++] = (struct word){line, length};
        line += length;
    }
}

static bool parse_slot(struct word word, struct reader_command *command, char *error, size_t error_size)
{
    command->slot = word.length == 1 ? (unsigned)(word.text[0] - '0') : READER_SLOTS;
    if (command->slot < READER_SLOTS)
        return true;
    snprintf(error, error_size, "slot '%.*s', expected 0 to %d", (int)(word.length < 20 ? word.length : 20),
             word.text, READER_SLOTS - 1);
    return false;
}

static bool parse_msisdn(struct word word, struct reader_command *command, char *error, size_t error_size)
{
    if (word.length < sizeof command->msisdn) {
        memcpy(command->msisdn, word.text, word.length);
        return true;
    }
    snprintf(error, error_size, "MSISDN '%.20s…' has %zu characters, expected at most %zu", word.text, word.length,
             sizeof command->msisdn - 1);
    return false;
}

static bool parse_values(const struct word *words, size_t count, struct reader_command *command, char *error,
                         size_t error_size)
{
    return (count < 2 || parse_slot(words[1], command, error, error_size)) &&
           (count < 3 || parse_msisdn(words[2], command, error, error_size));
}

bool reader_command_parse(const char *line, struct reader_command *command, char *error, size_t error_size)
{
    struct word words[WORDS_MAX];
    size_t count = split(line, words);
    *command = (struct reader_command){.verb = READER_LIST};
    for (size_t i = 0; count > 0 && i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strlen(verbs[i].name) != words[0].length || memcmp(words[0].text, verbs[i].name, words[0].length) != 0)
            continue;
        command->verb = verbs[i].verb;
        if (count == verbs[i].words)
            return parse_values(words, count, command, error, error_size);
        snprintf(error, error_size, "'%.60s', expected %s", line, verbs[i].usage);
        return false;
    }
    snprintf(error, error_size, "'%.60s', expected insert SLOT MSISDN, remove SLOT or list", line);
    return false;
}
