/*
 * What a command answers: named values, written as one JSON object on one line,
 * or as "name: value" lines for people. The text is built in one buffer that is
 * used again for each answer; an error takes the place of what was written.
 */
#ifndef OTA_TOOLS_ANSWER_H
#define OTA_TOOLS_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "tools/refusal.h"

struct answer {
    char *text; /* owned */
    size_t length, size;
    bool json;
    bool separated; /* JSON: the next value needs no comma before it */
    bool failed;    /* no memory */
    struct refusal refusal;
};

void answer_begin(struct answer *answer, bool json);
void answer_end(struct answer *answer);
void answer_free(struct answer *answer);

void answer_hex(struct answer *answer, const char *name, const uint8_t *bytes, size_t length);
void answer_number(struct answer *answer, const char *name, unsigned long number);
void answer_flag(struct answer *answer, const char *name); /* true */
void answer_text(struct answer *answer, const char *name, const char *text);

/* A list of strings, or an object in an object; text for people knows no nesting. */
void answer_list_begin(struct answer *answer, const char *name);
void answer_list_hex(struct answer *answer, const char *name, const uint8_t *head, size_t head_length,
                     const uint8_t *bytes, size_t length);
void answer_list_end(struct answer *answer);
void answer_object_begin(struct answer *answer, const char *name); /* name NULL: in a list */
void answer_object_end(struct answer *answer);

/* Text as it is, for people only. */
void answer_line(struct answer *answer, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* {"error": …} instead of all that was written so far; JSON only. */
void answer_error(struct answer *answer);

/* 0, or -1 when memory or the stream failed. */
int answer_write(const struct answer *answer, FILE *stream);

#endif
