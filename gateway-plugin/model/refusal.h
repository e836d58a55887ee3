/* Why something asked for was not done: one line for the person who asked. */
#ifndef OTA_MODEL_REFUSAL_H
#define OTA_MODEL_REFUSAL_H

enum refusal_kind {
    REFUSAL_NONE = 0,
    REFUSAL_INVALID,     /* the request itself is wrong (HTTP 400) */
    REFUSAL_NOT_FOUND,   /* it names something that is not there (404) */
    REFUSAL_CONFLICT,    /* it contradicts what is there: name taken, wrong state (409) */
    REFUSAL_UNSUPPORTED, /* understood, and not built yet (501) */
    REFUSAL_INTERNAL,    /* our fault: database, memory (500) */
};

struct refusal {
    enum refusal_kind kind;
    char text[320]; /* what, where, the value, what was expected; never a key */
};

/* Control characters and what is no UTF-8 become '?': the text goes to logs, terminals and JSON.
 * Fills `refusal` (may be NULL) and returns -1, so that `return refuse(…)` refuses. */
int refuse(struct refusal *refusal, enum refusal_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
