/* Reads .out card files row by row with one line of memory. Called by the
 * gateway's import and by simsim's population. */
#include "formats/card_file.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "protocol/hex.h"

#define LINE_SIZE 8192 /* 15 key sets of three 32-byte keys take 3000; the rest is for columns we ignore */
#define COLUMNS_MAX 128
#define ICCID_DIGITS_MIN 18
#define IMSI_DIGITS_MIN 6   /* MCC, MNC and one digit */
#define MSISDN_DIGITS_MIN 3 /* test networks use short ones */

enum column_kind {
    COLUMN_IGNORED,
    COLUMN_ICCID,
    COLUMN_IMSI,
    COLUMN_MSISDN,
    COLUMN_KIC,
    COLUMN_KID,
    COLUMN_KIK
};

static const struct column_name {
    const char *name;
    enum column_kind kind;
    bool numbered; /* KIC2: a key set's */
} column_names[] = {
    {"ICCID", COLUMN_ICCID, false}, {"IMSI", COLUMN_IMSI, false}, {"MSISDN", COLUMN_MSISDN, false},
    {"KIC", COLUMN_KIC, true},      {"KID", COLUMN_KID, true},    {"KIK", COLUMN_KIK, true},
};
#define COLUMN_NAMES (sizeof column_names / sizeof column_names[0])
#define HEADER_EXPECTED "expected VAR_OUT:ICCID,IMSI,MSISDN,KIC,KID"
#define REASON_COLUMN "REASON" /* cliota's, in FILE.rejected.csv */
#define ROW_DIGITS_MIN 10      /* no name of a column begins with so many */
#define SHOWN_MAX 24           /* a longer value may be a key in the wrong column */

struct column {
    enum column_kind kind;
    uint8_t index; /* of the key set; 0 for the others */
};

struct field {
    const char *text;
    size_t length;
    unsigned column; /* from 1 */
};

struct card_file {
    FILE *stream;
    unsigned long line;
    struct column columns[COLUMNS_MAX];
    size_t column_count;
    char ignored[160];   /* names of columns */
    unsigned open_quote; /* of the line: the column of a quote that is not closed; 0: none */
    size_t text_length;
    char text[LINE_SIZE];
    struct field fields[COLUMNS_MAX];
};

/* What is quoted from a file goes to terminals and into JSON. */
static void make_printable(char *text)
{
    for (; *text != '\0'; text++)
        if (*text < ' ' || *text > '~')
            *text = '?';
}

__attribute__((format(printf, 4, 5))) static void
refuse(const struct card_file *file, unsigned column, struct card_file_error *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    error->line = file->line;
    error->column = column;
    vsnprintf(error->reason, sizeof error->reason, format, arguments);
    va_end(arguments);
    make_printable(error->reason);
}

enum line_result { LINE_END, LINE_GOOD, LINE_TOO_LONG, LINE_HAS_NUL, LINE_FAILED };

int card_file_byte(FILE *stream)
{
    int c = getc_unlocked(stream);
    if (c != '\r')
        return c;
    c = getc_unlocked(stream);
    if (c != '\n' && c != EOF)
        ungetc(c, stream);
    return '\n';
}

/* One line without its end. What is wrong with it is remembered until its end has been read. */
static enum line_result read_line(struct card_file *file)
{
    enum line_result result = LINE_GOOD;
    int c;
    file->text_length = 0;
    while ((c = card_file_byte(file->stream)) != EOF && c != '\n') {
        if (c == '\0' && result == LINE_GOOD)
            result = LINE_HAS_NUL;
        if (file->text_length + 1 < sizeof file->text)
            file->text[file->text_length++] = (char)c;
        else
            result = LINE_TOO_LONG;
    }
    if (c == EOF && ferror(file->stream))
        return LINE_FAILED;
    if (c == EOF && file->text_length == 0 && result == LINE_GOOD)
        return LINE_END;
    file->text[file->text_length] = '\0';
    file->line++;
    return result;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool line_is_empty(const struct card_file *file)
{
    return strspn(file->text, " \t") == file->text_length;
}

/* How often `wanted` stands in a row outside of quotes; `quotes` false: anywhere. */
static bool holds(const char *row, size_t length, char wanted, bool quotes)
{
    bool quoted = false;
    for (size_t i = 0; i < length; i++) {
        if (quotes && row[i] == '"')
            quoted = !quoted;
        else if (!quoted && row[i] == wanted)
            return true;
    }
    return false;
}

char card_file_separator(const char *row, size_t length)
{
    size_t quotes = 0;
    for (size_t i = 0; i < length; i++)
        quotes += row[i] == '"';
    for (const char *candidate = ",;\t/"; *candidate != '\0'; candidate++)
        if (holds(row, length, *candidate, quotes % 2 == 0))
            return *candidate;
    return ' ';
}

static void trim(const char **begin, const char **end)
{
    while (*begin < *end && is_blank(**begin))
        ++*begin;
    while (*end > *begin && is_blank((*end)[-1]))
        --*end;
}

/* Without the blanks around it, and without its quotes: no field that is read can hold another one. */
static struct field trimmed_field(const char *line, const char *begin, const char *end)
{
    trim(&begin, &end);
    if (end - begin >= 2 && *begin == '"' && end[-1] == '"') {
        begin++;
        end--;
        trim(&begin, &end);
    }
    return (struct field){
        .text = begin, .length = (size_t)(end - begin), .column = (unsigned)(begin - line) + 1};
}

/* The separator or the end of the line behind a field; RFC 4180: a quoted one may hold separators, and a
 * quote is doubled. */
static const char *field_end(struct card_file *file, const char *begin, char separator)
{
    const char *at = begin;
    while (is_blank(*at) && *at != separator)
        at++;
    if (*at != '"')
        return begin + strcspn(begin, (char[]){separator, '\0'});
    unsigned column = (unsigned)(at - file->text) + 1;
    do {
        at = strchr(at + 1, '"');
        if (at == NULL) {
            file->open_quote = column;
            return begin + strlen(begin);
        }
    } while (at[1] == '"' && *++at != '\0');
    return at + strcspn(at, (char[]){separator, '\0'});
}

/* Splits from `begin` to the line's end; returns how many fields there are, also when more than fit. Header
 * and rows of one file may be separated differently ("var_out:ICCID/IMSI", then blanks). */
static size_t split_fields(struct card_file *file, const char *begin)
{
    char separator = card_file_separator(begin, strlen(begin));
    size_t count = 0;
    file->open_quote = 0;
    if (separator == ' ')
        begin += strspn(begin, " ");
    for (;;) {
        const char *end = field_end(file, begin, separator);
        if (count < COLUMNS_MAX)
            file->fields[count] = trimmed_field(file->text, begin, end);
        count++;
        if (separator == ' ')
            end += strspn(end, " ");
        if (*end == '\0')
            return count;
        begin = separator == ' ' ? end : end + 1;
    }
}

/* "KIC" is key set 1, "KIC2" key set 2; 0 when the digits name no key set. */
static uint8_t key_set_index(const char *digits, size_t length)
{
    unsigned value = 0;
    if (length == 0)
        return 1;
    if (length > 2)
        return 0;
    for (size_t i = 0; i < length; i++) {
        if (digits[i] < '0' || digits[i] > '9')
            return 0;
        value = value * 10 + (unsigned)(digits[i] - '0');
    }
    return value <= CARD_KEY_SETS_MAX ? (uint8_t)value : 0;
}

static struct column parse_column(const struct field *field)
{
    for (size_t i = 0; i < COLUMN_NAMES; i++) {
        const struct column_name *known = &column_names[i];
        size_t length = strlen(known->name);
        if (field->length < length || strncasecmp(field->text, known->name, length) != 0)
            continue;
        if (!known->numbered && field->length == length)
            return (struct column){known->kind, 0};
        uint8_t index = known->numbered ? key_set_index(field->text + length, field->length - length) : 0;
        if (index != 0)
            return (struct column){known->kind, index};
    }
    return (struct column){COLUMN_IGNORED, 0};
}

static bool has_column(const struct card_file *file, enum column_kind kind, uint8_t index)
{
    for (size_t i = 0; i < file->column_count; i++)
        if (file->columns[i].kind == kind && file->columns[i].index == index)
            return true;
    return false;
}

/* KlC2, K1C2, KIC_2, KIC16: somebody's key column, which must not be lost. KI, KEK, KMC are not. */
static bool looks_like_key(const struct field *field)
{
    size_t stem = field->length;
    while (stem > 0 && isdigit((unsigned char)field->text[stem - 1]))
        stem--;
    while (stem > 0 && strchr("_-. #", field->text[stem - 1]) != NULL)
        stem--;
    return stem == 3 && strchr("Kk", field->text[0]) != NULL &&
           strchr("IiLlJjUuOo1890|!", field->text[1]) != NULL && strchr("CcDdKk", field->text[2]) != NULL;
}

static void note_ignored(struct card_file *file, const struct field *field)
{
    size_t length = strlen(file->ignored), room = sizeof file->ignored - length;
    bool is_reason = field->length == strlen(REASON_COLUMN) &&
                     strncasecmp(field->text, REASON_COLUMN, field->length) == 0;
    if (is_reason)
        return;
    int wanted = snprintf(file->ignored + length, room, "%s%.*s", length > 0 ? ", " : "",
                          (int)(field->length > 40 ? 40 : field->length), field->text);
    if ((size_t)wanted >= room)
        memcpy(file->ignored + sizeof file->ignored - 4, "...", 4);
    make_printable(file->ignored);
}

static int add_column(struct card_file *file, const struct field *field, struct card_file_error *error)
{
    struct column column = parse_column(field);
    if (column.kind != COLUMN_IGNORED && has_column(file, column.kind, column.index)) {
        if (column.index != 0)
            refuse(file, field->column, error, "column %.*s names key set %u a second time",
                   (int)field->length, field->text, (unsigned)column.index);
        else
            refuse(file, field->column, error, "column %.*s stands there twice", (int)field->length,
                   field->text);
        return -1;
    }
    if (column.kind == COLUMN_IGNORED && looks_like_key(field)) {
        refuse(file, field->column, error,
               "column %.*s looks like a key's, expected KIC, KID or KIK, or KIC1, KID1, KIK1 to KIC%d and so on",
               (int)(field->length > 40 ? 40 : field->length), field->text, CARD_KEY_SETS_MAX);
        return -1;
    }
    if (column.kind == COLUMN_IGNORED)
        note_ignored(file, field);
    file->columns[file->column_count++] = column;
    return 0;
}

/* The mandatory columns are there, and no key stands alone. */
static int check_columns(const struct card_file *file, struct card_file_error *error)
{
    size_t key_sets = 0;
    for (size_t i = 0; i < 3; i++)
        if (!has_column(file, column_names[i].kind, 0)) {
            refuse(file, 1, error, "header has no column %s, " HEADER_EXPECTED,
                   column_names[i].name);
            return -1;
        }
    for (uint8_t index = 1; index <= CARD_KEY_SETS_MAX; index++) {
        bool kic = has_column(file, COLUMN_KIC, index), kid = has_column(file, COLUMN_KID, index);
        if (kic != kid || (has_column(file, COLUMN_KIK, index) && !kic)) {
            refuse(file, 1, error, "header names key set %u without its %s", (unsigned)index,
                   kic ? "KID" : "KIC");
            return -1;
        }
        key_sets += kic;
    }
    if (key_sets == 0) {
        refuse(file, 1, error, "header has no column KIC, " HEADER_EXPECTED);
        return -1;
    }
    return 0;
}

/* No column is called 8991234567788901234F: the first card stands where the header should. */
static bool header_is_a_row(const struct card_file *file, size_t count)
{
    bool numbers = false;
    for (size_t i = 0; i < count; i++) {
        if (parse_column(&file->fields[i]).kind != COLUMN_IGNORED)
            return false;
        numbers |= strspn(file->fields[i].text, "+0123456789") >= ROW_DIGITS_MIN;
    }
    return numbers && count > 1;
}

/* Behind the byte order mark and "VAR_OUT:", which may both be missing. */
static const char *header_columns(const char *text)
{
    static const char mark[] = "VAR_OUT:";
    if (strncmp(text, "\xEF\xBB\xBF", 3) == 0)
        text += 3;
    text += strspn(text, " \t");
    return strncasecmp(text, mark, sizeof mark - 1) == 0 ? text + sizeof mark - 1 : text;
}

static int line_problem(const struct card_file *file, enum line_result line, struct card_file_error *error)
{
    switch (line) {
    case LINE_TOO_LONG: refuse(file, 1, error, "line is longer than %d bytes", LINE_SIZE - 1); return -1;
    case LINE_HAS_NUL:
        refuse(file, (unsigned)strlen(file->text) + 1, error, "line holds a NUL byte");
        return -1;
    case LINE_FAILED: refuse(file, 0, error, "reading failed"); return -1;
    default: return 0;
    }
}

static bool is_utf16(const struct card_file *file)
{
    return file->text_length >= 2 &&
           (memcmp(file->text, "\xFF\xFE", 2) == 0 || memcmp(file->text, "\xFE\xFF", 2) == 0);
}

static int read_header(struct card_file *file, struct card_file_error *error)
{
    enum line_result line;
    do
        line = read_line(file);
    while (line == LINE_GOOD && line_is_empty(file));
    if (line == LINE_END) {
        refuse(file, 0, error, "file is empty, " HEADER_EXPECTED);
        return -1;
    }
    if (file->line == 1 && is_utf16(file)) {
        refuse(file, 1, error, "file is UTF-16, expected ASCII or UTF-8");
        return -1;
    }
    if (line_problem(file, line, error) != 0)
        return -1;
    size_t count = split_fields(file, header_columns(file->text));
    if (count > COLUMNS_MAX) {
        refuse(file, 1, error, "header has %zu columns, expected at most %d", count, COLUMNS_MAX);
        return -1;
    }
    if (header_is_a_row(file, count)) {
        refuse(file, 1, error, "the header is missing, this is a row, " HEADER_EXPECTED " above it");
        return -1;
    }
    for (size_t i = 0; i < count; i++)
        if (add_column(file, &file->fields[i], error) != 0)
            return -1;
    return check_columns(file, error);
}

struct card_file *card_file_open(FILE *stream, struct card_file_error *error)
{
    memset(error, 0, sizeof *error);
    struct card_file *file = calloc(1, sizeof *file);
    if (file == NULL) {
        snprintf(error->reason, sizeof error->reason, "out of memory");
        return NULL;
    }
    file->stream = stream;
    if (read_header(file, error) != 0)
        card_file_close(&file);
    return file;
}

static size_t digit_span(const struct field *field)
{
    size_t i = 0;
    while (i < field->length && field->text[i] >= '0' && field->text[i] <= '9')
        i++;
    return i;
}

/* Only digits, between `minimum` and `maximum` of them, into `to`. */
static int take_digits(const struct card_file *file, const struct field *field, const char *name,
                       size_t minimum, size_t maximum, char *to, struct card_file_error *error)
{
    if (digit_span(field) != field->length && field->length > SHOWN_MAX) {
        refuse(file, field->column, error,
               "%s has %zu characters, others than digits among them, expected %zu to %zu digits", name,
               field->length, minimum, maximum);
        return -1;
    }
    if (digit_span(field) != field->length) {
        refuse(file, field->column, error, "%s '%.*s' holds other characters than digits, expected %zu to %zu digits",
               name, (int)field->length, field->text, minimum, maximum);
        return -1;
    }
    if (field->length < minimum || field->length > maximum) {
        refuse(file, field->column, error, "%s has %zu digits, expected %zu to %zu", name, field->length,
               minimum, maximum);
        return -1;
    }
    memcpy(to, field->text, field->length);
    to[field->length] = '\0';
    return 0;
}

static int take_iccid(const struct card_file *file, struct field field, char *to,
                      struct card_file_error *error)
{
    if (field.length > 0 && (field.text[field.length - 1] == 'F' || field.text[field.length - 1] == 'f'))
        field.length--; /* the filler of EF.ICCID, TS 51.011 10.1.1 */
    return take_digits(file, &field, "ICCID", ICCID_DIGITS_MIN, ICCID_DIGITS_MAX, to, error);
}

static int take_msisdn(const struct card_file *file, struct field field, char *to,
                       struct card_file_error *error)
{
    if (field.length > 0 && field.text[0] == '+') {
        field.text++;
        field.length--;
        field.column++;
    }
    return take_digits(file, &field, "MSISDN", MSISDN_DIGITS_MIN, MSISDN_DIGITS_MAX, to, error);
}

static int take_key(const struct card_file *file, const struct field *field, const char *name, uint8_t *key,
                    uint8_t *size, struct card_file_error *error)
{
    size_t bad = hex_span(field->text, field->length), bytes = 0;
    if (bad < field->length) {
        refuse(file, field->column + (unsigned)bad, error, "%s holds a character that is no hex digit", name);
        return -1;
    }
    if ((field->length != 32 && field->length != 48 && field->length != 64) ||
        hex_decode(field->text, field->length, key, KEY_SIZE_MAX, &bytes) != 0) {
        refuse(file, field->column, error, "%s has %zu hex digits, expected 32, 48 or 64", name,
               field->length);
        return -1;
    }
    *size = (uint8_t)bytes;
    return 0;
}

static const struct field *find_field(const struct card_file *file, enum column_kind kind, uint8_t index)
{
    for (size_t i = 0; i < file->column_count; i++)
        if (file->columns[i].kind == kind && file->columns[i].index == index)
            return &file->fields[i];
    return NULL;
}

static void key_name(char name[static 8], const char *kind, uint8_t index)
{
    if (index == 1)
        snprintf(name, 8, "%s", kind);
    else
        snprintf(name, 8, "%s%u", kind, (unsigned)index);
}

/* One key set of a row. A row may leave a whole set empty, not a part of it. */
static int take_key_set(const struct card_file *file, uint8_t index, struct card_record *record,
                        struct card_file_error *error)
{
    const struct field *kic = find_field(file, COLUMN_KIC, index);
    const struct field *kid = find_field(file, COLUMN_KID, index);
    const struct field *kik = find_field(file, COLUMN_KIK, index);
    if (kic == NULL || kid == NULL ||
        (kic->length == 0 && kid->length == 0 && (kik == NULL || kik->length == 0)))
        return 0;
    struct card_key_set *set = &record->key_sets[record->key_set_count];
    char name[8];
    set->index = index;
    key_name(name, "KIC", index);
    if (take_key(file, kic, name, set->kic, &set->kic_size, error) != 0)
        return -1;
    key_name(name, "KID", index);
    if (take_key(file, kid, name, set->kid, &set->kid_size, error) != 0)
        return -1;
    key_name(name, "KIK", index);
    if (kik != NULL && kik->length > 0 && take_key(file, kik, name, set->kik, &set->kik_size, error) != 0)
        return -1;
    record->key_set_count++;
    return 0;
}

static int take_row(const struct card_file *file, struct card_record *record, struct card_file_error *error)
{
    if (take_iccid(file, *find_field(file, COLUMN_ICCID, 0), record->iccid, error) != 0 ||
        take_digits(file, find_field(file, COLUMN_IMSI, 0), "IMSI", IMSI_DIGITS_MIN, IMSI_DIGITS_MAX,
                    record->imsi, error) != 0 ||
        take_msisdn(file, *find_field(file, COLUMN_MSISDN, 0), record->msisdn, error) != 0)
        return -1;
    for (uint8_t index = 1; index <= CARD_KEY_SETS_MAX; index++)
        if (take_key_set(file, index, record, error) != 0)
            return -1;
    if (record->key_set_count == 0) {
        refuse(file, 1, error, "row has no keys, expected KIC and KID of at least one key set");
        return -1;
    }
    return 0;
}

enum card_file_result card_file_next(struct card_file *file, struct card_record *record,
                                     struct card_file_error *error)
{
    enum line_result line;
    memset(record, 0, sizeof *record);
    memset(error, 0, sizeof *error);
    do
        line = read_line(file);
    while (line == LINE_GOOD && line_is_empty(file));
    record->line = file->line;
    if (line == LINE_END)
        return CARD_FILE_END;
    if (line_problem(file, line, error) != 0)
        return line == LINE_FAILED ? CARD_FILE_FAILED : CARD_FILE_REJECTED;
    size_t count = split_fields(file, file->text);
    if (file->open_quote != 0) {
        refuse(file, file->open_quote, error, "the quote is not closed on its line");
        return CARD_FILE_REJECTED;
    }
    if (count != file->column_count) {
        refuse(file, 1, error, "row has %zu fields, the header names %zu columns", count, file->column_count);
        return CARD_FILE_REJECTED;
    }
    if (take_row(file, record, error) != 0) {
        card_record_wipe(record);
        return CARD_FILE_REJECTED;
    }
    return CARD_FILE_RECORD;
}

const char *card_file_ignored_columns(const struct card_file *file)
{
    return file->ignored;
}

const char *card_file_row(const struct card_file *file)
{
    return file->text;
}

void card_record_wipe(struct card_record *record)
{
    explicit_bzero(record, sizeof *record);
}

void card_file_close(struct card_file **file)
{
    if (*file == NULL)
        return;
    explicit_bzero(*file, sizeof **file);
    free(*file);
    *file = NULL;
}
