/*
 * The SOP's APDU file (Commands.txt): one hex command a line, CRLF or LF, blanks
 * around it and empty lines passed over. Each line is checked as command_check()
 * (model/command.h) does; errors name the place:
 * `line 5, column 9: A0DC0104 with P3 22 needs 78 hex digits, this line has 101`.
 */
#ifndef OTA_IMPORT_APDU_FILE_H
#define OTA_IMPORT_APDU_FILE_H

#include <stddef.h>

#include "gateway-plugin/model/refusal.h"
#include "gateway-plugin/model/script_format.h"

#define APDU_FILE_COMMANDS_MAX 4096

struct apdu_file {
    char **commands; /* upper-case hex; owned */
    size_t count;
    char **warnings; /* of the file's form, not of the commands; one line each; owned */
    size_t warning_count;
};

/* 0 with `file` filled (free it), or -1 with `refusal` and nothing to free. */
int apdu_file_parse(const char *text, size_t length, enum script_format format, struct apdu_file *file,
                    struct refusal *refusal);
void apdu_file_free(struct apdu_file *file);

#endif
