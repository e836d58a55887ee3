/* The lines that put cards into readers and take them out while simsim runs. */
#ifndef OTA_SIMSIM_READER_COMMAND_H
#define OTA_SIMSIM_READER_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "formats/card_file.h"

enum reader_verb { READER_INSERT, READER_REMOVE, READER_LIST };

struct reader_command {
    enum reader_verb verb;
    unsigned slot;
    char msisdn[MSISDN_DIGITS_MAX + 2]; /* a leading + may be there */
};

/* "insert SLOT MSISDN", "remove SLOT" or "list"; false with one line in `error`. */
bool reader_command_parse(const char *line, struct reader_command *command, char *error, size_t error_size);

#endif
