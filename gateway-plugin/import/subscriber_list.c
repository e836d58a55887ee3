#include "gateway-plugin/import/subscriber_list.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "gateway-plugin/import/text_lines.h"

#define DIGITS_MAX 20

/* As the card file has them (formats/card_file.c). */
static const struct {
    const char *name;
    size_t minimum, maximum; /* digits */
} KINDS[] = {
    [LIST_OF_MSISDN] = {"MSISDN", 3, 15},
    [LIST_OF_ICCID] = {"ICCID", 18, DIGITS_MAX},
};

struct entry {
    const char *digits; /* in the caller's text */
    uint32_t line;
    uint16_t column; /* of the entry's first character, a + included */
    uint8_t length;
};

struct entries {
    struct entry *list;
    size_t count, room;
};

static size_t digit_span(const char *text, size_t length)
{
    size_t at = 0;
    while (at < length && text[at] >= '0' && text[at] <= '9')
        at++;
    return at;
}

/* The digits of a line, without the + of an MSISDN and the filler F of an ICCID. */
static int read_line(const struct text_line *line, enum subscriber_list_kind kind, struct entry *entry,
                     struct refusal *refusal)
{
    const char *text = line->text;
    size_t length = line->length;
    uint16_t column = line->column < UINT16_MAX ? (uint16_t)line->column : UINT16_MAX;
    if (kind == LIST_OF_MSISDN && text[0] == '+') {
        text++;
        length--;
    }
    if (kind == LIST_OF_ICCID && (text[length - 1] == 'F' || text[length - 1] == 'f'))
        length--;
    if (digit_span(text, length) == length && length >= KINDS[kind].minimum &&
        length <= KINDS[kind].maximum) {
        *entry = (struct entry){text, (uint32_t)line->number, column, (uint8_t)length};
        return 0;
    }
    return refuse(refusal, REFUSAL_INVALID,
                  "line %lu, column %zu: '%.*s' is no %s, expected %zu to %zu digits and nothing else",
                  line->number, line->column, line->length > 40 ? 40 : (int)line->length, line->text,
                  KINDS[kind].name, KINDS[kind].minimum, KINDS[kind].maximum);
}

static int add_entry(struct entries *entries, const struct entry *entry, struct refusal *refusal)
{
    if (entries->count == entries->room) {
        size_t room = entries->room == 0 ? 1024 : 2 * entries->room;
        struct entry *grown = realloc(entries->list, room * sizeof *grown);
        if (grown == NULL)
            return refuse(refusal, REFUSAL_INTERNAL, "out of memory");
        entries->list = grown;
        entries->room = room;
    }
    entries->list[entries->count++] = *entry;
    return 0;
}

static int read_all(const char *text, size_t length, enum subscriber_list_kind kind, struct entries *entries,
                    struct refusal *refusal)
{
    struct text_lines lines = text_lines_of(text, length);
    struct text_line line;
    struct entry entry;
    while (text_line_next(&lines, &line))
        if (read_line(&line, kind, &entry, refusal) != 0 || add_entry(entries, &entry, refusal) != 0)
            return -1;
    if (entries->count == 0)
        return refuse(refusal, REFUSAL_INVALID, "line 1: the list is empty, expected one %s a line",
                      KINDS[kind].name);
    return 0;
}

static int compare_digits(const struct entry *a, const struct entry *b)
{
    if (a->length != b->length)
        return a->length < b->length ? -1 : 1;
    return memcmp(a->digits, b->digits, a->length);
}

static int by_digits_and_line(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    int order = compare_digits(a, b);
    return order != 0 ? order : (a->line > b->line) - (a->line < b->line);
}

static int by_line(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    return (a->line > b->line) - (a->line < b->line);
}

/* Of the sorted entries: the first line of the text that repeats another one. */
static int check_repeats(const struct entries *entries, const char *name, struct refusal *refusal)
{
    const struct entry *first = NULL, *second = NULL;
    for (size_t i = 1; i < entries->count; i++) {
        const struct entry *a = &entries->list[i - 1], *b = &entries->list[i];
        if (compare_digits(a, b) == 0 && (second == NULL || b->line < second->line)) {
            first = a;
            second = b;
        }
    }
    if (second == NULL)
        return 0;
    return refuse(refusal, REFUSAL_INVALID, "line %lu, column %u: %s %.*s repeats line %lu",
                  (unsigned long)second->line, (unsigned)second->column, name, (int)second->length,
                  second->digits, (unsigned long)first->line);
}

static int hand_over(const struct entries *entries,
                     int (*each)(void *user, const char *digits, const struct list_place *place,
                                 struct refusal *refusal),
                     void *user, struct refusal *refusal)
{
    for (size_t i = 0; i < entries->count; i++) {
        char digits[DIGITS_MAX + 1] = "";
        const struct entry *entry = &entries->list[i];
        const struct list_place place = {entry->line, entry->column};
        memcpy(digits, entry->digits, entry->length);
        if (each(user, digits, &place, refusal) != 0)
            return -1;
    }
    return 0;
}

int subscriber_list_parse(const char *text, size_t length, enum subscriber_list_kind kind,
                          int (*each)(void *user, const char *digits, const struct list_place *place,
                                      struct refusal *refusal),
                          void *user, struct refusal *refusal)
{
    struct entries entries = {0};
    int rc = read_all(text, length, kind, &entries, refusal);
    if (rc == 0) {
        qsort(entries.list, entries.count, sizeof *entries.list, by_digits_and_line);
        rc = check_repeats(&entries, KINDS[kind].name, refusal);
    }
    if (rc == 0) {
        qsort(entries.list, entries.count, sizeof *entries.list, by_line);
        rc = hand_over(&entries, each, user, refusal);
    }
    free(entries.list);
    return rc;
}
