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
    const char *field; /* of the request, as REST calls it, that it is about: a constant; NULL: none */
    char text[320]; /* what, where, the value, what was expected; never a key */
};

/* Control characters and what is no UTF-8 become '?': the text goes to logs, terminals and JSON.
 * Fills `refusal` (may be NULL) and returns -1, so that `return refuse(…)` refuses. */
int refuse(struct refusal *refusal, enum refusal_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same about a field of the request, whose name the text begins with; `format` goes on behind it, by a
 * blank unless it begins with a colon. */
int refuse_field(struct refusal *refusal, enum refusal_kind kind, const char *field, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Of a refusal in other words (but none that is our fault): what field it is about. Returns -1. */
int refusal_set_field(struct refusal *refusal, const char *field);

#endif
