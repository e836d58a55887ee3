/* A card file (.out) cut into pieces that each begin with the header line. Rows hold keys: wiped after use.
 */
#ifndef OTA_CLIOTA_CARD_PIECES_H
#define OTA_CLIOTA_CARD_PIECES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define PIECE_ROWS 1000
#define PIECE_LINE_MAX 16384 /* longer lines are cut; the server takes 8191 bytes and refuses both */
#define PIECE_LINE_READ_MAX (1 << 20) /* a line longer than this is not read to its end: there may be none */

struct card_piece {
    char *text; /* header line and rows */
    size_t length, size;
    size_t rows[PIECE_ROWS + 1]; /* where each row begins in `text`, and the end */
    size_t count;                /* lines behind the header, empty ones too */
    size_t filled;               /* of them, those that are not empty */
    unsigned long first_line;    /* of the first of them, in the file */
};

struct card_pieces {
    FILE *file;
    char buffer[65536]; /* stdio's, so that it can be wiped */
    unsigned long line; /* read so far */
    char header[PIECE_LINE_MAX + 1];
    size_t header_length;      /* without its line end */
    unsigned long header_line; /* from 1 */
    bool begun;                /* a piece was made */
};

/* Reads the header: the first line that is not empty. 0; 1 without one; -1 with errno. Here and below, EMSGSIZE: the
 * line behind `line` is longer than PIECE_LINE_READ_MAX. */
int card_pieces_open(struct card_pieces *pieces, const char *path);
/* 1 with a piece, which has no rows only where the file has none; 0 at the end, -1 with errno. `piece` is used again and again; wipe it at the end. */
int card_pieces_next(struct card_pieces *pieces, struct card_piece *piece);
void card_piece_wipe(struct card_piece *piece);
void card_pieces_close(struct card_pieces *pieces);

/* The row of a line of the file, without its end; NULL when it is not in the piece. Not ended by a NUL. */
const char *card_piece_row(const struct card_piece *piece, unsigned long line, size_t *length);

#endif
