#include "gateway-plugin/cliota/piece_repeats.h"

#include <stdint.h>
#include <stdio.h>

/* The server's word on a row, or NULL: it was provisioned. `next` goes through the list once. */
static json_t *find_rejection(json_t *rejected, size_t *next, unsigned long line)
{
    json_t *row;
    while ((row = json_array_get(rejected, *next)) != NULL) {
        json_int_t at = json_integer_value(json_object_get(row, "line"));
        if (at == (json_int_t)line)
            return row;
        if (at > (json_int_t)line)
            return NULL;
        ++*next;
    }
    return NULL;
}

static void explain(const struct card_numbers *numbers, const struct card_record *record, json_t *rejection)
{
    struct card_repeat repeat;
    if (!card_numbers_find(numbers, record, &repeat))
        return;
    json_object_set_new(rejection, "reason",
                        json_sprintf("%s %s repeats line %lu", repeat.field, repeat.value, repeat.line));
    json_object_del(rejection, "alreadyProvisioned");
}

static int read_rows(struct card_file *file, struct card_numbers *numbers, const struct card_piece *piece,
                     json_t *rejected)
{
    struct card_record record;
    struct card_file_error error;
    enum card_file_result got;
    size_t next = 0;
    int result = 0;
    while (result == 0 && (got = card_file_next(file, &record, &error)) > CARD_FILE_END) {
        unsigned long line = piece->first_line + record.line - 2; /* the header is line 1 of the piece */
        json_t *rejection = got == CARD_FILE_RECORD ? find_rejection(rejected, &next, line) : NULL;
        if (rejection != NULL)
            explain(numbers, &record, rejection);
        else if (got == CARD_FILE_RECORD)
            result = card_numbers_add(numbers, &record, line);
        card_record_wipe(&record);
    }
    return result;
}

int piece_repeats_explain(struct card_numbers *numbers, const struct card_piece *piece, json_t *rejected)
{
    struct card_file_error error;
    int result = -1;
    FILE *stream = fmemopen(piece->text, piece->length, "r");
    if (stream == NULL)
        return -1;
    setvbuf(stream, NULL, _IONBF, 0); /* no copy of the keys in stdio's buffer */
    struct card_file *file = card_file_open(stream, &error);
    if (file != NULL)
        result = read_rows(file, numbers, piece, rejected);
    card_file_close(&file);
    fclose(stream);
    return result;
}
