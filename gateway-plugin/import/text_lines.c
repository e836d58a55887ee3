#include "gateway-plugin/import/text_lines.h"

#include <string.h>

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"
#define BYTE_ORDER_MARK_SIZE 3

struct text_lines text_lines_of(const char *text, size_t length)
{
    struct text_lines lines = {.at = text, .end = text + length};
    if (length >= BYTE_ORDER_MARK_SIZE && memcmp(text, BYTE_ORDER_MARK, BYTE_ORDER_MARK_SIZE) == 0) {
        lines.had_byte_order_mark = true;
        lines.at += BYTE_ORDER_MARK_SIZE;
    }
    return lines;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Takes the line's end, too: LF, CRLF, or a CR alone. Returns where the line's own text ends. */
static const char *take_line(struct text_lines *lines)
{
    const char *end = lines->at;
    while (end < lines->end && *end != '\n' && *end != '\r')
        end++;
    lines->at = end + (end < lines->end);
    if (lines->at < lines->end && *end == '\r' && *lines->at == '\n')
        lines->at++;
    lines->number++;
    return end;
}

bool text_line_next(struct text_lines *lines, struct text_line *line)
{
    while (lines->at < lines->end) {
        const char *begin = lines->at, *first = begin;
        const char *end = take_line(lines);
        while (begin < end && is_blank(*begin))
            begin++;
        while (begin < end && is_blank(end[-1]))
            end--;
        if (begin < end) {
            *line =
                (struct text_line){begin, (size_t)(end - begin), lines->number, (size_t)(begin - first) + 1};
            return true;
        }
    }
    *line = (struct text_line){"", 0, lines->number, 1};
    return false;
}
