/* The lines of a text in memory: LF, CRLF or CR at their ends, without the blanks around them, empty ones
 * passed over. */
#ifndef OTA_IMPORT_TEXT_LINES_H
#define OTA_IMPORT_TEXT_LINES_H

#include <stdbool.h>
#include <stddef.h>

struct text_line {
    const char *text; /* points into the text; not NUL-ended */
    size_t length;
    unsigned long number; /* from 1, empty lines counted */
    size_t column;        /* where `text` begins in it, from 1 */
};

struct text_lines {
    const char *at;
    const char *end;
    unsigned long number;
    bool had_byte_order_mark; /* of UTF-8; passed over */
};

struct text_lines text_lines_of(const char *text, size_t length);

/* False, and *line empty, when there is no other. */
bool text_line_next(struct text_lines *lines, struct text_line *line);

#endif
