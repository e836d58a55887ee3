/*
 * What one command of a script may be (TS 102 226 clauses 5.1.1 and 5.2.1): an APDU
 * of class A0 (2G), 0X or 8X whose P3 agrees with its length, because in compact format
 * nothing else tells a card where the next command begins; or, last, a proactive REFRESH
 * `D0 L …` (in compact format a habit of card makers, in expanded an immediate action).
 */
#ifndef OTA_MODEL_COMMAND_H
#define OTA_MODEL_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "gateway-plugin/model/refusal.h"
#include "gateway-plugin/model/script_format.h"

/* Where a refusal says that the command stands: {"line", 5, 1} reads "line 5, column 9: …". */
struct command_place {
    const char *word;
    unsigned long number;
    size_t column; /* of the command's first digit, from 1 */
    enum script_format format; /* expanded: a command with data may have an Le behind them */
};

/* `digits` characters at `hex`; `last`: no command follows. 0, or -1 with `refusal` that begins with the
 * place and names the value and what was expected. */
int command_check(const struct command_place *place, const char *hex, size_t digits, bool last,
                  struct refusal *refusal);

/* The same for a command that may have placeholders (placeholders.h). What depends on their values is not checked. */
int command_check_text(const struct command_place *place, const char *text, size_t length, bool last,
                       struct refusal *refusal);

#endif
