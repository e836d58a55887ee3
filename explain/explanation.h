/*
 * Rows of an explanation: offset, bytes, name, meaning. A row may be marked as wrong;
 * what is wrong, and advice, is kept to be said once more at the end. Where rows go is
 * the writer's business; as lines of text they look the same everywhere.
 */
#ifndef OTA_EXPLAIN_EXPLANATION_H
#define OTA_EXPLAIN_EXPLANATION_H

#include "protocol/bytes.h"

#define FINDINGS_MAX 24
#define FINDING_SIZE 400
#define EXPLANATION_LINE_SIZE 480

struct findings {
    char text[FINDINGS_MAX][FINDING_SIZE];
    size_t count; /* further ones are dropped */
};

struct explained_field {
    size_t offset;
    const uint8_t *bytes;
    size_t length;
    const char *name, *meaning;
    bool wrong;
};

/* Takes the rows, in their order. */
struct explanation_writer {
    void *user;
    void (*layer)(void *user, const char *text);
    void (*field)(void *user, const struct explained_field *field);
    void (*bits)(void *user, const char *bits, const char *value, const char *meaning);
};

/* A writer that makes lines of text, without their ends, out of rows; `lines` must outlive it. */
struct explanation_lines {
    void *user;
    void (*line)(void *user, const char *text);
};
struct explanation_writer explanation_as_lines(const struct explanation_lines *lines);

struct explanation {
    const struct explanation_writer *writer;
    const uint8_t *base; /* offsets count from here … */
    size_t base_offset;  /* … and begin with this */
    struct findings problems, advice;
};

/* Empty; `writer` must outlive it. */
void explanation_begin(struct explanation *explanation, const struct explanation_writer *writer);

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
