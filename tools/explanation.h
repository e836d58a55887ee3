/*
 * Rows of an explanation: offset, bytes, name, meaning. A row may be marked as wrong;
 * what is wrong, and advice, is said once more at the end. As text for people, or as
 * lists in the JSON answer.
 */
#ifndef OTA_TOOLS_EXPLANATION_H
#define OTA_TOOLS_EXPLANATION_H

#include "protocol/bytes.h"
#include "tools/answer.h"

#define FINDINGS_MAX 24
#define FINDING_SIZE 400

struct findings {
    char text[FINDINGS_MAX][FINDING_SIZE];
    size_t count; /* further ones are dropped */
};

struct explanation {
    struct answer *answer;
    const uint8_t *base; /* offsets count from here … */
    size_t base_offset;  /* … and begin with this */
    struct findings problems, advice;
};

void explanation_begin(struct explanation *explanation, struct answer *answer);
void explanation_end(struct explanation *explanation);

/* Offsets count from `bytes` on, beginning with `offset`. */
void explanation_rebase(struct explanation *explanation, const uint8_t *bytes, size_t offset);
size_t explanation_offset(const struct explanation *explanation, const uint8_t *at);

#define EXPLANATION_FORMAT(text, first) __attribute__((format(printf, text, first)))

void explain_layer(struct explanation *explanation, const char *format, ...) EXPLANATION_FORMAT(2, 3);
void explain_field(struct explanation *explanation, const uint8_t *at, size_t length, const char *name,
                   const char *format, ...) EXPLANATION_FORMAT(5, 6);
/* Bits of the field before: "b2b1", "10". */
void explain_bits(struct explanation *explanation, const char *bits, const char *value, const char *meaning);
/* A field that is wrong. */
void explain_wrong(struct explanation *explanation, const uint8_t *at, size_t length, const char *name,
                   const char *format, ...) EXPLANATION_FORMAT(5, 6);
/* Something wrong that no single field shows. */
void explain_problem(struct explanation *explanation, const uint8_t *at, const char *format, ...)
    EXPLANATION_FORMAT(3, 4);
void explain_advice(struct explanation *explanation, const char *format, ...) EXPLANATION_FORMAT(2, 3);

/* The next bytes of a layer; false, and said so, when there are fewer. */
bool explain_take(struct explanation *explanation, struct byte_reader *reader, size_t length,
                  const char *name, const uint8_t **at);

#endif
