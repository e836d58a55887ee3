/*
 * Placeholders in the commands of a campaign (SOP 9): A0D6000011[Name], where the data file has a value for each
 * card. A command text is hex digits with placeholders between them, names of a-z, A-Z, 0-9 and _ in brackets.
 */
#ifndef OTA_MODEL_PLACEHOLDERS_H
#define OTA_MODEL_PLACEHOLDERS_H

#include <stdbool.h>
#include <stddef.h>

#include "gateway-plugin/model/refusal.h"

#define PLACEHOLDERS_MAX 32
#define PLACEHOLDER_NAME_MAX 32
#define COMMAND_HEX_SIZE 523 /* the longest command, 261 bytes, in hex with its end */

/* Those of all commands, each once, in order of appearance. */
struct placeholder_names {
    size_t count;
    char names[PLACEHOLDERS_MAX][PLACEHOLDER_NAME_MAX + 1];
};

/* A line of the data file: the card, and a value for each of the names. */
enum data_key { DATA_MSISDN, DATA_ICCID, DATA_IMSI, DATA_KEY_COUNT };
const char *data_key_name(enum data_key key); /* "MSISDN" */
struct data_row {
    enum data_key key;
    const char *card; /* digits */
    const char *values[PLACEHOLDERS_MAX];
    unsigned long line;
    size_t card_column, columns[PLACEHOLDERS_MAX]; /* from 1 */
};

bool command_has_placeholder(const char *command);

/* Is this a name in brackets? *length with the brackets. False: *length is the offset of what is wrong. */
bool placeholder_read(const char *text, size_t left, size_t *length);

/* Adds those of a checked command. False: there would be more than PLACEHOLDERS_MAX. */
bool placeholder_collect(const char *command, struct placeholder_names *names);

/* The number of the first placeholder of a command, names->count when it has none. */
size_t placeholder_first(const char *command, const struct placeholder_names *names);

/* The command with values[i] for names[i]. False: longer than any command is. */
bool placeholder_fill(const char *command, const struct placeholder_names *names, const char *const *values,
                      char hex[static COMMAND_HEX_SIZE]);

/* The command as it is with zeros for what is not known yet, where its header tells how long it is. False: that, too,
 * depends on the card. */
bool placeholder_shape(const char *command, char hex[static COMMAND_HEX_SIZE]);

#endif
