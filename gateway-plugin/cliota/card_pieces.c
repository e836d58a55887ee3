#include "gateway-plugin/cliota/card_pieces.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "formats/card_file.h"
#include "gateway-plugin/cliota/input_file.h"

static bool reserve(struct card_piece *piece, size_t more)
{
    if (piece->length + more <= piece->size)
        return true;
    size_t size = 2 * piece->size + more;
    char *text = malloc(size);
    if (text == NULL)
        return false;
    if (piece->length > 0)
        memcpy(text, piece->text, piece->length);
    if (piece->text != NULL)
        explicit_bzero(piece->text, piece->size);
    free(piece->text);
    piece->text = text;
    piece->size = size;
    return true;
}

/* One line with a \n at its end, behind what is there. 1, 0 at the end of the file, -1 with errno. */
static int append_line(FILE *file, struct card_piece *piece)
{
    size_t length = 0, read = 0;
    int c;
    if (!reserve(piece, PIECE_LINE_MAX + 1))
        return -1;
    while ((c = card_file_byte(file)) != EOF && c != '\n') {
        if (length < PIECE_LINE_MAX)
            piece->text[piece->length + length++] = (char)c;
        if (++read > PIECE_LINE_READ_MAX) {
            errno = EMSGSIZE;
            return -1;
        }
    }
    if (c == EOF && ferror(file))
        return -1;
    if (c == EOF && length == 0)
        return 0;
    piece->length += length;
    piece->text[piece->length++] = '\n';
    return 1;
}

static bool is_empty(const char *text, const char *end)
{
    while (text < end && strchr(" \t\r\n", *text) != NULL && *text != '\0')
        text++;
    return text == end;
}

static size_t content_length(const char *line, size_t length)
{
    return length > 0 && line[length - 1] == '\n' ? length - 1 : length;
}

static int read_header(struct card_pieces *pieces)
{
    struct card_piece line = {0};
    int result;
    do {
        line.length = 0;
        result = append_line(pieces->file, &line);
        pieces->line += result > 0;
        pieces->header_length = content_length(line.text, line.length);
    } while (result > 0 && is_empty(line.text, line.text + line.length));
    if (result > 0)
        memcpy(pieces->header, line.text, pieces->header_length);
    pieces->header_line = pieces->line;
    card_piece_wipe(&line);
    return result < 0 ? -1 : result == 0;
}

int card_pieces_open(struct card_pieces *pieces, const char *path)
{
    memset(pieces, 0, sizeof *pieces);
    pieces->file = input_file_open(path);
    if (pieces->file == NULL)
        return -1;
    setvbuf(pieces->file, pieces->buffer, _IOFBF, sizeof pieces->buffer);
    return read_header(pieces);
}

int card_pieces_next(struct card_pieces *pieces, struct card_piece *piece)
{
    int result = 1;
    bool first = !pieces->begun;
    pieces->begun = true;
    piece->length = piece->count = piece->filled = 0;
    piece->first_line = pieces->line + 1;
    if (!reserve(piece, pieces->header_length + 1))
        return -1;
    memcpy(piece->text, pieces->header, pieces->header_length);
    piece->text[pieces->header_length] = '\n';
    piece->length = pieces->header_length + 1;
    while (piece->count < PIECE_ROWS && result > 0) {
        piece->rows[piece->count] = piece->length;
        result = append_line(pieces->file, piece);
        piece->count += result > 0;
        piece->filled +=
            result > 0 && !is_empty(piece->text + piece->rows[piece->count - 1], piece->text + piece->length);
    }
    piece->rows[piece->count] = piece->length;
    pieces->line += piece->count;
    if (result < 0)
        return -1;
    return piece->count > 0 || first;
}

void card_piece_wipe(struct card_piece *piece)
{
    if (piece->text != NULL)
        explicit_bzero(piece->text, piece->size);
    free(piece->text);
    memset(piece, 0, sizeof *piece);
}

void card_pieces_close(struct card_pieces *pieces)
{
    if (pieces->file != NULL)
        fclose(pieces->file);
    explicit_bzero(pieces, sizeof *pieces);
}

const char *card_piece_row(const struct card_piece *piece, unsigned long line, size_t *length)
{
    if (line < piece->first_line || line - piece->first_line >= piece->count)
        return NULL;
    size_t index = line - piece->first_line;
    *length = content_length(piece->text + piece->rows[index], piece->rows[index + 1] - piece->rows[index]);
    return piece->text + piece->rows[index];
}
