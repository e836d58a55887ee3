/* What became of each command of a script on one card: a pure function of what its latest message says. */
#ifndef OTA_MODEL_SCRIPT_OUTCOME_H
#define OTA_MODEL_SCRIPT_OUTCOME_H

#include <stddef.h>

#include "gateway-plugin/model/message_facts.h"

/* What is known: the message's row, and of its campaign. */
struct script_evidence {
    enum message_state state;
    unsigned int total;    /* commands in the script, a refresh included */
    unsigned int before;   /* in the packets before this one: all executed */
    unsigned int commands; /* in this packet; 0: not built */
    int por_status;        /* -1: no PoR */
    bool weak;             /* it was protected less than asked for */
    int executed;          /* of this packet, the failing one included (TS 102 226 5.2.2); -1: not known */
    int sw;                /* of the last one executed; -1: none */
    bool expanded;         /* what the card said of it was in expanded format */
    bool ends_with_refresh; /* the script does; in expanded format the refresh has no status word */
    enum script_error error;
    uint8_t error_value;
    bool expects_sw;       /* the operator said which last status word is good */
    bool por_is_asked;
};

/* The commands in order: executed well, one that failed, not known whether executed, not executed. */
struct script_outcome {
    unsigned int total;
    unsigned int well;
    unsigned int failed; /* from 1; 0: none is known to have failed */
    unsigned int unknown;
    unsigned int rest; /* not executed */
    uint16_t sw;       /* of the failed one; 0: it has none, why_kind and why say it */
    const char *why_kind, *why; /* "bad format" and "wrong length found"; NULL: nothing */
};

struct script_outcome script_outcome_of(const struct script_evidence *evidence);

#define SCRIPT_OUTCOME_TEXT 900

/* "SELECT"; the D0 of a REFRESH is one. */
const char *script_command_name(const uint8_t *bytes, size_t length);

/* "command 1 executed; command 2 (SELECT A0A40000026F46) ended with 9404: …; commands 3 to 6 not executed".
 * `bytes`: the failed command's, NULL without one. "" for an empty script. Returns text. */
char *script_outcome_text(const struct script_outcome *outcome, const uint8_t *bytes, size_t length,
                          char text[static SCRIPT_OUTCOME_TEXT]);

#endif
