#include "tools/explanation.h"

#include <stdarg.h>
#include <string.h>

#include "protocol/hex.h"

#define BYTES_SHOWN 8
#define MEANING_SIZE 400

void explanation_begin(struct explanation *explanation, struct answer *answer)
{
    explanation->answer = answer;
    explanation->problems.count = explanation->advice.count = 0;
    explanation_rebase(explanation, NULL, 0);
    answer_list_begin(answer, "fields");
}

static void write_findings(struct answer *answer, const char *title, const char *name,
                           const struct findings *findings)
{
    if (!answer->json && findings->count > 0)
        answer_line(answer, "%s\n", title);
    answer_list_begin(answer, name);
    for (size_t i = 0; i < findings->count; i++) {
        answer_object_begin(answer, NULL);
        if (answer->json)
            answer_text(answer, "text", findings->text[i]);
        else
            answer_line(answer, "  - %s\n", findings->text[i]);
        answer_object_end(answer);
    }
    answer_list_end(answer);
}

void explanation_end(struct explanation *explanation)
{
    answer_list_end(explanation->answer);
    write_findings(explanation->answer, "wrong", "problems", &explanation->problems);
    write_findings(explanation->answer, "good to know", "advice", &explanation->advice);
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

/* "16 21", or the first bytes and how many there are. */
static void show_bytes(const uint8_t *at, size_t length, char *text, size_t size)
{
    char hex[2 * BYTES_SHOWN + 1];
    const size_t shown = length < BYTES_SHOWN ? length : BYTES_SHOWN;
    hex_encode(at, shown, hex);
    snprintf(text, size, length > shown ? "%s.. (%zu)" : "%s", hex, length);
}

static void write_row(struct explanation *explanation, const uint8_t *at, size_t length, const char *name,
                      const char *meaning, bool wrong)
{
    struct answer *answer = explanation->answer;
    char bytes[2 * BYTES_SHOWN + 24];
    show_bytes(at, length, bytes, sizeof bytes);
    if (!answer->json) {
        answer_line(answer, "%c %5zu  %-24s %-11s %s\n", wrong ? '!' : ' ',
                    explanation_offset(explanation, at), bytes, name, meaning);
        return;
    }
    answer_object_begin(answer, NULL);
    answer_number(answer, "offset", explanation_offset(explanation, at));
    answer_hex(answer, "bytes", at, length);
    answer_text(answer, "name", name);
    answer_text(answer, "meaning", meaning);
    if (wrong)
        answer_flag(answer, "wrong");
    answer_object_end(answer);
}

void explain_layer(struct explanation *explanation, const char *format, ...)
{
    char text[MEANING_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (!explanation->answer->json) {
        answer_line(explanation->answer, "%s\n", text);
        return;
    }
    answer_object_begin(explanation->answer, NULL);
    answer_text(explanation->answer, "layer", text);
    answer_object_end(explanation->answer);
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
    if (!explanation->answer->json) {
        answer_line(explanation->answer, "           %-5s %-30s %s\n", bits, value, meaning);
        return;
    }
    answer_object_begin(explanation->answer, NULL);
    answer_text(explanation->answer, "bits", bits);
    answer_text(explanation->answer, "value", value);
    answer_text(explanation->answer, "meaning", meaning);
    answer_object_end(explanation->answer);
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
