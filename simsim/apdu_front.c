/* Lines of hex to the card and back. Called by simsim --apdu. */
#include "simsim/apdu_front.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/hex.h"
#include "simsim/commands.h"

#define LINE_DIGITS_MAX (2 * APDU_COMMAND_MAX)

enum line_result { LINE_END, LINE_EMPTY, LINE_HEX, LINE_BAD };

/* Digits of one line, blanks left out; a line with too many is as bad as one with letters. */
static enum line_result read_digits(FILE *in, char digits[static LINE_DIGITS_MAX], size_t *count)
{
    bool bad = false, any = false;
    int c;
    *count = 0;
    while ((c = getc(in)) != EOF && c != '\n') {
        any = true;
        if (c == ' ' || c == '\t' || c == '\r')
            continue;
        if (*count == LINE_DIGITS_MAX)
            bad = true;
        else
            digits[(*count)++] = (char)c;
    }
    if (c == EOF && !any)
        return LINE_END;
    if (*count == 0)
        return LINE_EMPTY;
    return bad || hex_span(digits, *count) < *count ? LINE_BAD : LINE_HEX;
}

/* An odd digit is a byte that did not fully arrive: the APDU is shorter than its header says. */
static void answer_line(struct population *population, struct sim_card *card, const char *digits,
                        size_t count, uint8_t response[static APDU_RESPONSE_MAX], size_t *length)
{
    uint8_t command[APDU_COMMAND_MAX];
    size_t command_length = 0;
    struct card_link link = population_link(population, card);
    if (count % 2 != 0) {
        response[0] = SW_WRONG_LENGTH >> 8;
        response[1] = 0;
        *length = 2;
        return;
    }
    hex_decode(digits, count, command, sizeof command, &command_length);
    link.transmit(link.card, command, command_length, response, length);
    explicit_bzero(command, sizeof command); /* may hold a PIN */
}

static int write_answer(FILE *out, const uint8_t *response, size_t length)
{
    char text[2 * APDU_RESPONSE_MAX + 1];
    if (length > 2)
        fprintf(out, "%s ", hex_encode(response, length - 2, text));
    fprintf(out, "%s\n", hex_encode(response + length - 2, 2, text));
    if (fflush(out) == 0)
        return 0;
    fprintf(stderr, "writing an answer failed\n");
    return -1;
}

int apdu_front_run(struct population *population, const char *msisdn, FILE *in, FILE *out)
{
    struct sim_card *card = population_find(population, msisdn);
    uint8_t response[APDU_RESPONSE_MAX] = {SW_TECHNICAL_PROBLEM >> 8, 0};
    char digits[LINE_DIGITS_MAX];
    size_t count, length;
    enum line_result line;
    unsigned long number = 0;
    int rc = 0;
    if (card == NULL) {
        fprintf(stderr, "MSISDN '%.20s' has no card\n", msisdn);
        return -1;
    }
    struct card_link link = population_link(population, card);
    link.reset(link.card, response, &length);
    while (rc == 0 && (line = read_digits(in, digits, &count)) != LINE_END) {
        number++;
        if (line == LINE_EMPTY)
            continue;
        if (line == LINE_BAD) {
            fprintf(stderr, "line %lu is no APDU, expected at most %d hex digits\n", number, LINE_DIGITS_MAX);
            response[0] = SW_TECHNICAL_PROBLEM >> 8;
            response[1] = 0;
            length = 2;
        } else {
            answer_line(population, card, digits, count, response, &length);
        }
        rc = population_commit(population);
        if (rc == 0)
            rc = write_answer(out, response, length);
    }
    population_rest(population, card);
    return rc;
}
