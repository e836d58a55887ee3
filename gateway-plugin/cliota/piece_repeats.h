/* Tells a row that repeats an earlier row of its file from one that is provisioned since long: the server
 * sees a piece at a time and cannot. */
#ifndef OTA_CLIOTA_PIECE_REPEATS_H
#define OTA_CLIOTA_PIECE_REPEATS_H

#include <jansson.h>

#include "formats/card_numbers.h"
#include "gateway-plugin/cliota/card_pieces.h"

/* `rejected`: the server's, by line. Learns the piece's other rows, and where a rejected one repeats a row
 * learnt before, its reason becomes "ICCID 8991… repeats line 3". 0, or -1: no memory. */
int piece_repeats_explain(struct card_numbers *numbers, const struct card_piece *piece, json_t *rejected);

#endif
