/* The rows as text for people. */
#include <stdio.h>

#include "explain/explanation.h"
#include "protocol/hex.h"

#define BYTES_SHOWN 8

static void say(void *user, const char *text)
{
    const struct explanation_lines *lines = user;
    lines->line(lines->user, text);
}

/* "1621", or the first bytes and how many there are. */
static void show_bytes(const uint8_t *at, size_t length, char *text, size_t size)
{
    char hex[2 * BYTES_SHOWN + 1];
    const size_t shown = length < BYTES_SHOWN ? length : BYTES_SHOWN;
    hex_encode(at, shown, hex);
    snprintf(text, size, length > shown ? "%s.. (%zu)" : "%s", hex, length);
}

static void say_field(void *user, const struct explained_field *field)
{
    char bytes[2 * BYTES_SHOWN + 24], line[EXPLANATION_LINE_SIZE];
    show_bytes(field->bytes, field->length, bytes, sizeof bytes);
    snprintf(line, sizeof line, "%c %5zu  %-24s %-11s %s", field->wrong ? '!' : ' ', field->offset, bytes,
             field->name, field->meaning);
    say(user, line);
}

static void say_bits(void *user, const char *bits, const char *value, const char *meaning)
{
    char line[EXPLANATION_LINE_SIZE];
    snprintf(line, sizeof line, "           %-5s %-30s %s", bits, value, meaning);
    say(user, line);
}

struct explanation_writer explanation_as_lines(const struct explanation_lines *lines)
{
    return (struct explanation_writer){
        .user = (void *)(uintptr_t)lines, .layer = say, .field = say_field, .bits = say_bits};
}
