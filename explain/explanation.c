#include "explain/explanation.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MEANING_SIZE 400

void explanation_begin(struct explanation *explanation, const struct explanation_writer *writer)
{
    explanation->writer = writer;
    explanation->problems.count = explanation->advice.count = 0;
    explanation_rebase(explanation, NULL, 0);
}

void explanation_rebase(struct explanation *explanation, const uint8_t *bytes, size_t offset)
{
    explanation->base = bytes;
    explanation->base_offset = offset;
}

size_t explanation_offset(const struct explanation *explanation, const uint8_t *at)
{
    return explanation->base_offset + (size_t)(at - explanation->base);
}

static void __attribute__((format(printf, 2, 0)))
add_finding(struct findings *findings, const char *format, va_list arguments)
{
    if (findings->count < FINDINGS_MAX)
        vsnprintf(findings->text[findings->count++], FINDING_SIZE, format, arguments);
}

static void write_row(struct explanation *explanation, const uint8_t *at, size_t length, const char *name,
                      const char *meaning, bool wrong)
{
    explanation->writer->field(explanation->writer->user,
                               &(struct explained_field){.offset = explanation_offset(explanation, at),
                                                         .bytes = at,
                                                         .length = length,
                                                         .name = name,
                                                         .meaning = meaning,
                                                         .wrong = wrong});
}

void explain_layer(struct explanation *explanation, const char *format, ...)
{
    char text[MEANING_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    explanation->writer->layer(explanation->writer->user, text);
}

void explain_field(struct explanation *explanation, const uint8_t *at, size_t length, const char *name,
                   const char *format, ...)
{
    char meaning[MEANING_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(meaning, sizeof meaning, format, arguments);
    va_end(arguments);
    write_row(explanation, at, length, name, meaning, false);
}

void explain_bits(struct explanation *explanation, const char *bits, const char *value, const char *meaning)
{
    explanation->writer->bits(explanation->writer->user, bits, value, meaning);
}

void explain_wrong(struct explanation *explanation, const uint8_t *at, size_t length, const char *name,
                   const char *format, ...)
{
    char meaning[MEANING_SIZE - 80];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(meaning, sizeof meaning, format, arguments);
    va_end(arguments);
    write_row(explanation, at, length, name, meaning, true);
    explain_problem(explanation, at, "%s: %s", name, meaning);
}

void explain_problem(struct explanation *explanation, const uint8_t *at, const char *format, ...)
{
    char text[FINDING_SIZE - 32], whole[FINDING_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    snprintf(whole, sizeof whole, "offset %zu: %s", explanation_offset(explanation, at), text);
    if (explanation->problems.count < FINDINGS_MAX)
        memcpy(explanation->problems.text[explanation->problems.count++], whole, sizeof whole);
}

void explain_advice(struct explanation *explanation, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add_finding(&explanation->advice, format, arguments);
    va_end(arguments);
}

bool explain_take(struct explanation *explanation, struct byte_reader *reader, size_t length,
                  const char *name, const uint8_t **at)
{
    if (read_bytes(reader, length, at) == 0)
        return true;
    explain_wrong(explanation, reader->at, reader->left, name, "%zu %s expected, %zu %s left: it is cut off",
                  length, length == 1 ? "byte" : "bytes", reader->left, reader->left == 1 ? "is" : "are");
    return false;
}
