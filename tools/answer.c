#include "tools/answer.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/hex.h"

#define FIRST_SIZE 65536

/* Room for `more` characters and a NUL, or NULL. */
static char *claim(struct answer *answer, size_t more)
{
    if (answer->failed)
        return NULL;
    if (more >= answer->size - answer->length) {
        size_t size = answer->size == 0 ? FIRST_SIZE : answer->size;
        while (more >= size - answer->length)
            size *= 2;
        char *text = realloc(answer->text, size);
        if (text == NULL) {
            answer->failed = true;
            return NULL;
        }
        answer->text = text;
        answer->size = size;
    }
    return answer->text + answer->length;
}

static void put(struct answer *answer, const char *text, size_t length)
{
    char *at = claim(answer, length);
    if (at == NULL)
        return;
    memcpy(at, text, length);
    answer->length += length;
}

static void put_text(struct answer *answer, const char *text)
{
    put(answer, text, strlen(text));
}

static void put_hex(struct answer *answer, const uint8_t *bytes, size_t length)
{
    char *at = claim(answer, 2 * length);
    if (at == NULL)
        return;
    hex_encode(bytes, length, at);
    answer->length += 2 * length;
}

static void put_number(struct answer *answer, unsigned long number)
{
    char digits[24];
    put(answer, digits, (size_t)snprintf(digits, sizeof digits, "%lu", number));
}

/* RFC 8259 clause 7. */
static void put_escaped(struct answer *answer, const char *text)
{
    for (; *text != '\0'; text++) {
        unsigned char character = (unsigned char)*text;
        char escaped[8];
        if (character == '"' || character == '\\')
            put(answer, (const char[]){'\\', *text}, 2);
        else if (character < 0x20 || character == 0x7F)
            put(answer, escaped, (size_t)snprintf(escaped, sizeof escaped, "\\u%04X", character));
        else
            put(answer, text, 1);
    }
}

static void separate(struct answer *answer)
{
    if (!answer->separated)
        put(answer, ", ", 2);
    answer->separated = false;
}

/* "name": or name: */
static void put_name(struct answer *answer, const char *name)
{
    if (!answer->json) {
        put_text(answer, name);
        put(answer, ": ", 2);
        return;
    }
    separate(answer);
    put(answer, "\"", 1);
    put_text(answer, name);
    put(answer, "\": ", 3);
}

static void quote(struct answer *answer)
{
    put(answer, answer->json ? "\"" : "\n", 1);
}

void answer_begin(struct answer *answer, bool json)
{
    answer->length = 0;
    answer->json = json;
    answer->separated = true;
    if (json)
        put(answer, "{", 1);
}

void answer_end(struct answer *answer)
{
    if (answer->json)
        put(answer, "}\n", 2);
}

void answer_free(struct answer *answer)
{
    free(answer->text);
    *answer = (struct answer){.text = NULL};
}

void answer_hex(struct answer *answer, const char *name, const uint8_t *bytes, size_t length)
{
    put_name(answer, name);
    if (answer->json)
        quote(answer);
    put_hex(answer, bytes, length);
    quote(answer);
}

void answer_number(struct answer *answer, const char *name, unsigned long number)
{
    put_name(answer, name);
    put_number(answer, number);
    if (!answer->json)
        put(answer, "\n", 1);
}

void answer_flag(struct answer *answer, const char *name)
{
    put_name(answer, name);
    put_text(answer, answer->json ? "true" : "yes\n");
}

void answer_text(struct answer *answer, const char *name, const char *text)
{
    put_name(answer, name);
    if (answer->json)
        quote(answer);
    answer->json ? put_escaped(answer, text) : put_text(answer, text);
    quote(answer);
}

void answer_list_begin(struct answer *answer, const char *name)
{
    if (!answer->json)
        return;
    put_name(answer, name);
    put(answer, "[", 1);
    answer->separated = true;
}

void answer_list_hex(struct answer *answer, const char *name, const uint8_t *head, size_t head_length,
                     const uint8_t *bytes, size_t length)
{
    if (answer->json) {
        separate(answer);
        quote(answer);
    } else {
        put_name(answer, name);
    }
    put_hex(answer, head, head_length);
    put_hex(answer, bytes, length);
    quote(answer);
}

void answer_list_end(struct answer *answer)
{
    if (answer->json)
        put(answer, "]", 1);
    answer->separated = false;
}

void answer_object_begin(struct answer *answer, const char *name)
{
    if (!answer->json)
        return;
    if (name != NULL)
        put_name(answer, name);
    else
        separate(answer);
    put(answer, "{", 1);
    answer->separated = true;
}

void answer_object_end(struct answer *answer)
{
    if (answer->json)
        put(answer, "}", 1);
    answer->separated = false;
}

void answer_line(struct answer *answer, const char *format, ...)
{
    char line[1024];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (length > 0)
        put(answer, line, (size_t)length < sizeof line ? (size_t)length : sizeof line - 1);
}

void answer_error(struct answer *answer)
{
    answer_begin(answer, true);
    answer_text(answer, "error", answer->refusal.text);
}

int answer_write(const struct answer *answer, FILE *stream)
{
    if (answer->failed)
        return -1;
    if (answer->length == 0)
        return 0;
    return fwrite(answer->text, 1, answer->length, stream) == answer->length ? 0 : -1;
}
