/* Reads .out card files row by row with one line of memory. Called by the
 * gateway's import and by simsim's population. */
#include "formats/card_file.h"

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
    size_t text_length;
    char text[LINE_SIZE];
    struct field fields[COLUMNS_MAX];
};

__attribute__((format(printf, 4, 5))) static void
refuse(const struct card_file *file, unsigned column, struct card_file_error *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    error->line = file->line;
    error->column = column;
    vsnprintf(error->reason, sizeof error->reason, format, arguments);
    va_end(arguments);
}

enum line_result { LINE_END, LINE_GOOD, LINE_TOO_LONG, LINE_HAS_NUL, LINE_FAILED };

/* One line without its end. What is wrong with it is remembered until its end has been read. */
static enum line_result read_line(struct card_file *file)
{
    enum line_result result = LINE_GOOD;
    int c;
    file->text_length = 0;
    while ((c = getc_unlocked(file->stream)) != EOF && c != '\n') {
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
    if (file->text_length > 0 && file->text[file->text_length - 1] == '\r')
        file->text_length--;
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

/* Header and rows of one file may be separated differently ("var_out:ICCID/IMSI", then blanks). */
static char find_separator(const char *text)
{
    for (const char *candidate = ",;\t/"; *candidate != '\0'; candidate++)
        if (strchr(text, *candidate) != NULL)
            return *candidate;
    return ' ';
}

static struct field trimmed_field(const char *line, const char *begin, const char *end)
{
    while (begin < end && is_blank(*begin))
        begin++;
    while (end > begin && is_blank(end[-1]))
        end--;
    return (struct field){
        .text = begin, .length = (size_t)(end - begin), .column = (unsigned)(begin - line) + 1};
}

/* Splits from `begin` to the line's end; returns how many fields there are, also when more than fit. */
static size_t split_fields(struct card_file *file, const char *begin)
{
    char separator = find_separator(begin);
    size_t count = 0;
    if (separator == ' ')
        begin += strspn(begin, " ");
    for (;;) {
        const char *end = begin + strcspn(begin, (char[]){separator, '\0'});
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
    file->columns[file->column_count++] = column;
    return 0;
}

/* The mandatory columns are there, and no key stands alone. */
static int check_columns(const struct card_file *file, struct card_file_error *error)
{
    size_t key_sets = 0;
    for (size_t i = 0; i < 3; i++)
        if (!has_column(file, column_names[i].kind, 0)) {
            refuse(file, 1, error, "header has no column %s, expected VAR_OUT:ICCID,IMSI,MSISDN,KIC,KID",
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
        refuse(file, 1, error, "header has no column KIC, expected VAR_OUT:ICCID,IMSI,MSISDN,KIC,KID");
        return -1;
    }
    return 0;
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

static int read_header(struct card_file *file, struct card_file_error *error)
{
    enum line_result line;
    do
        line = read_line(file);
    while (line == LINE_GOOD && line_is_empty(file));
    if (line == LINE_END) {
        refuse(file, 0, error, "file is empty, expected VAR_OUT:ICCID,IMSI,MSISDN,KIC,KID");
        return -1;
    }
    if (line_problem(file, line, error) != 0)
        return -1;
    size_t count = split_fields(file, header_columns(file->text));
    if (count > COLUMNS_MAX) {
        refuse(file, 1, error, "header has %zu columns, expected at most %d", count, COLUMNS_MAX);
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
    if (digit_span(field) != field->length) {
        refuse(file, field->column, error, "%s '%.*s' holds other characters than digits", name,
               (int)(field->length > 40 ? 40 : field->length), field->text);
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
